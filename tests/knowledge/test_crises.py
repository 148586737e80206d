from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.dialogue import crisis
from bot.dialogue.scene import Scene
from bot.dialogue.turn import take_turn
from bot.language.phrases import Phrases
from bot.language.text import MAX_CHARACTERS, clean, fold
from bot.matching.crisis import Patterns
from bot.matching.index import Index
from bot.model.conversation import Conversation, Holder
from bot.model.library import HOME, LANGUAGES, Library
from bot.model.message import Incoming, Kind, Outgoing
from bot.settings import shipped
from tests.knowledge import crisis_phrases
from tests.knowledge.crisis_phrases import catching
from tests.support.effort import costs_less_than
from tests.support.texts import IN_TIME

PHRASES = crisis_phrases.Phrases.read()
SENTENCES = [(kind, sentence) for kind, sentences in PHRASES.caught.items() for sentence in sentences]
KINDS = sorted(PHRASES.caught)
START = datetime(2026, 11, 23, tzinfo=UTC)
MOMENTS = st.integers(0, 7 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
RENEW = "see tests/knowledge/crisis_phrases.py"


@pytest.fixture(scope="module")
def patterns(library: Library) -> Patterns:
    return Patterns.of(tuple(library.crises.values()))


@pytest.fixture(scope="module")
def caught_by(patterns: Patterns) -> dict[str, list[int]]:
    """Which patterns catch each sentence of the table, by their places."""
    return {sentence: catching(patterns, sentence) for _, sentence in SENTENCES}


@pytest.fixture(scope="module")
def scene(library: Library) -> Scene:
    """The shipped edition before anything was learned: the patterns alone tell a crisis."""
    return Scene(Index(replace(library, examples=()), None, None, 0.02), Phrases.load(shipped("locales")), START)


def test_every_crisis_sentence_of_the_table_is_caught(patterns: Patterns) -> None:
    missed = [f"{kind}: {sentence}" for kind, sentence in SENTENCES if patterns.match(sentence) != kind]
    assert missed == [], f"a pattern was lost: {RENEW}"


def test_every_pattern_is_needed_by_a_sentence_or_named_as_redundant(patterns: Patterns, caught_by: dict[str, list[int]]) -> None:
    needed = {places[0] for places in caught_by.values() if len(places) == 1}
    unneeded = {(kind, pattern.pattern) for place, (kind, pattern) in enumerate(patterns.compiled) if place not in needed}
    redundant = {(kind, pattern) for kind, named in PHRASES.redundant.items() for pattern in named}

    assert unneeded - redundant == set(), f"no sentence of the table needs these: {RENEW}"
    assert redundant - unneeded == set(), f"these are gone or needed, strike them out of the redundant ones: {RENEW}"


def test_the_table_finds_out_a_pattern_that_was_taken_away(library: Library) -> None:
    fewer = {
        kind: replace(crises, patterns={**crises.patterns, "sl": crises.patterns["sl"][1:]})
        for kind, crises in library.crises.items()
    }
    patterns = Patterns.of(tuple(fewer.values()))

    assert any(patterns.match(sentence) != kind for kind, sentence in SENTENCES)


def test_new_sentences_are_found_for_patterns_that_have_none(library: Library) -> None:
    kind = library.crises["violence-now"]
    few = replace(kind, patterns={"sl": (r"\bima (?:noz|pistolo)\b", r"\bima noz\b", r"^(?!.*film).*?\bstre[lj]a\w* \d{2}")})
    renewed = crisis_phrases.renewed(
        replace(library, crises={kind.id: few}, examples=()), crisis_phrases.Phrases({kind.id: ["Grozi mi."]}, {})
    )

    assert set(renewed.caught) == {kind.id}
    assert {"Grozi mi.", "ima pistolo"} < set(renewed.caught[kind.id])
    assert len(renewed.caught[kind.id]) == 3
    assert renewed.redundant == {kind.id: [r"\bima noz\b"]}


def _numbers(library: Library, kind: str, country: str) -> set[str]:
    return {line.number for line in library.help_lines if line.country == country and kind in line.crises}


def _assert_numbers_are_right(outgoing: Outgoing, library: Library, kind: str, country: str) -> None:
    """Assert that 112 is told, and no number that does not stand in the table for this country and kind."""
    allowed = _numbers(library, kind, country) | {"112"}
    assert "112" in outgoing.calls
    assert set(outgoing.calls) == allowed
    assert "112" in outgoing.text
    left = outgoing.text
    for number in sorted(allowed, key=len, reverse=True):
        left = re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", "", left)
    # What is left are days, years and times of day.
    assert set(re.findall(r"\d{3,}", left)) <= {"2026"}
    assert not [line.number for line in library.help_lines if len(line.number) > 3 and line.number in left]


@pytest.mark.parametrize(("kind", "language", "country"), [*product(KINDS, LANGUAGES, [None, *sorted(HOME.values())])])
def test_a_crisis_reply_tells_112_and_only_numbers_of_the_country(
    scene: Scene, kind: str, language: str, country: str | None
) -> None:
    conversation = Conversation("c", "web", "resident", language=language, greeted=True, country=country)

    _assert_numbers_are_right(crisis.reply(scene, conversation, kind), scene.library, kind, country or HOME[language])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.data(), st.sampled_from(SENTENCES), st.sampled_from([None, *LANGUAGES]), st.sampled_from(Holder), MOMENTS)
def test_whoever_writes_of_a_crisis_from_anywhere_is_told_112_and_only_numbers_of_the_country(
    scene: Scene, data: st.DataObject, told: tuple[str, str], language: str | None, holder: Holder, moment: datetime
) -> None:
    kind, sentence = told
    place = scene.library.places[data.draw(st.sampled_from(sorted(scene.library.places)), label="place")]
    conversation = Conversation("c", "web", "resident", language=language, holder=holder).located(place.country, place.id)
    incoming = Incoming(1, "web", "1", "resident", Kind.TEXT, moment, text=sentence)

    turn = take_turn(conversation, incoming, scene.index, scene.phrases, moment)

    assert turn.opens is not None
    country = turn.conversation.country
    assert country is not None
    _assert_numbers_are_right(turn.outgoings[0], scene.library, kind, country)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(SENTENCES).map(lambda told: fold(told[1])), min_size=1, max_size=8), st.integers(0, 40))
def test_no_text_made_of_crisis_words_takes_the_patterns_long(patterns: Patterns, sentences: list[str], cut: int) -> None:
    text = " ".join(sentences)[cut:] + " "
    for piece in (text, text.replace(" ", "") or "a"):
        with costs_less_than(IN_TIME):
            patterns.match(clean(piece * MAX_CHARACTERS))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_short_line_after_it_tells_112_too(scene: Scene, language: str) -> None:
    outgoing = crisis.reminder(scene, Conversation("c", "web", "resident", language=language))

    assert outgoing.calls == ("112",)
    assert re.findall(r"\d+", outgoing.text) == ["112"]
