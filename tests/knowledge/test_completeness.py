"""How much the edition holds: topics, answers in every country and language, examples, traces to sources."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.editing.checks.answers import WORDED
from bot.editing.checks.kinds import KINDS
from bot.editing.checks.situations import FEWEST_TOPICS
from bot.model.library import COUNTRIES, HOME, LANGUAGES, PAIRS, Library

TOPICS = 74
SITUATIONS = 12
FEWEST_EXAMPLES = 24

#: The topics that need an answer of their own across a border.
ACROSS = {
    *("child-benefit", "cross-border-work", "health-across-border", "pension-abroad", "unemployment-benefit"),
    *("services-across-border", "disability-assessment", "residence-permit"),
}

#: What the catalogue asks: the answers of each country, each worded in so many languages.
ASKED = {"si": (74, 3), "it": (73, 2), "hr": (74, 2), "bg": (73, 1)}

#: Topics that some country asks for and nobody has answered yet, as "topic/country". It may only shrink.
UNANSWERED: tuple[str, ...] = ()


def test_all_topics_are_there(library: Library) -> None:
    assert len(library.topics) == TOPICS


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_has_the_answers_the_catalogue_asks(library: Library, country: str) -> None:
    answers, languages = ASKED[country]
    asked = [topic.id for topic in library.topics.values() if country in topic.countries]
    unanswered = [place for place in UNANSWERED if place.endswith(f"/{country}")]

    assert len(asked) == answers
    assert len(WORDED[country]) == languages
    assert [f"{topic}/{country}" for topic in asked if library.answer(topic, country) is None] == unanswered


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_answer_is_worded_in_every_language_of_its_country(library: Library, country: str) -> None:
    answers = [answer for answer in library.answers.values() if answer.where == country]
    lacking = [answer.topic for answer in answers if set(answer.wordings) != set(WORDED[country])]

    assert answers
    assert lacking == []


@pytest.mark.parametrize("pair", PAIRS)
def test_the_border_has_its_answers_in_the_languages_of_both_sides(library: Library, pair: str) -> None:
    answers = {answer.topic: answer for answer in library.answers.values() if answer.where == pair}

    assert set(answers) == ACROSS
    assert len(WORDED[pair]) == 2
    assert all(set(answer.wordings) == set(WORDED[pair]) for answer in answers.values())


def test_what_is_about_a_border_by_its_nature_says_so(library: Library) -> None:
    border = {topic.id for topic in library.topics.values() if topic.border}

    assert border == {"cross-border-work", "health-across-border", "pension-abroad", "services-across-border"}


def test_twelve_situations_bundle_topics_in_every_language(library: Library) -> None:
    assert len(library.situations) == SITUATIONS
    for situation in library.situations.values():
        assert set(situation.names) == set(situation.overviews) == set(LANGUAGES)
        # Where some topics have no answer, as in one country alone, enough are left for an overview.
        for language, country in HOME.items():
            known = [topic for topic in situation.topics if country in library.countries_of(topic, language)]
            assert len(known) >= FEWEST_TOPICS, (situation.id, country)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_situation_has_enough_examples(library: Library, language: str) -> None:
    found = Counter(example.label for example in library.examples if example.language == language)

    assert {name: found[f"situation:{name}"] for name in library.situations if found[f"situation:{name}"] < FEWEST_EXAMPLES} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_enough_examples(library: Library, language: str) -> None:
    found = Counter(example.label for example in library.examples if example.language == language)

    assert {topic: found[topic] for topic in library.topics if found[topic] < FEWEST_EXAMPLES} == {}


def test_every_answer_and_every_fact_tells_its_source(library: Library) -> None:
    untraced = [
        (answer.topic, answer.country)
        for answer in library.answers.values()
        if not answer.sources or any(fact.source not in answer.sources for fact in answer.facts.values())
    ]

    assert untraced == []


def test_every_answer_says_whom_to_see(library: Library) -> None:
    known = KINDS | set(library.offices) | {f"{country}:{kind}" for country in COUNTRIES for kind in KINDS}
    lost = [answer.topic for answer in library.answers.values() if not answer.whom or not known.issuperset(answer.whom)]

    assert lost == []


def test_an_office_named_by_an_answer_serves_its_country(library: Library) -> None:
    beyond = [
        (answer.topic, answer.country, whom)
        for answer in library.answers.values()
        for whom in answer.whom
        if (office := library.offices.get(whom)) is not None
        and {answer.country, answer.lives}.isdisjoint(library.places[place].country for place in office.area)
    ]

    assert beyond == []


def test_the_emergency_office_is_named_only_where_there_is_danger(library: Library) -> None:
    for_danger = {"child-protection", "domestic-violence", "elder-abuse"}
    named = {answer.topic for answer in library.answers.values() if "police" in answer.whom}

    assert named <= for_danger


def test_a_title_names_no_country_at_its_end(library: Library) -> None:
    """The program writes the country behind each title of one country; with both it would be read twice."""
    endings = tuple(f" {word}" for word in ("in Slovenia", "u Sloveniji", "v Italiji", "na Hrvaškem", "в България"))
    doubled = [
        wording.title
        for answer in library.answers.values()
        if answer.lives is None
        for wording in answer.wordings.values()
        if wording.title.endswith(endings)
    ]

    assert doubled == []
