"""Few words of staff find topics by what is understood and by names, and offices by theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.matching.index import Index
from bot.model.case import Case, CaseState, Reason
from bot.model.conversation import Conversation
from bot.model.verdict import Act, Candidate, Evidence, Verdict, VerdictKind
from bot.web.finding import LONGEST, Finder, Found
from bot.web.offering import Offers, Reader, country_of, likeliest
from tests.support.phrases import english
from tests.support.small_library import small_library
from tests.support.stage import MONDAY


class Shelf:
    """The live library, which can be exchanged."""

    def __init__(self) -> None:
        self.index = Index(small_library(), None, None, 0.02)


@pytest.mark.parametrize(
    ("query", "topic"),
    [
        ("hran", "food-help"),
        ("POMOČ S HRANO", "food-help"),
        ("stipendij", "scholarships"),
        ("borse", "scholarships"),
        ("безработни", "unemployment-registration"),
        ("zgubil sem službo kaj zdaj", "unemployment-registration"),
        ("ho perso il lavoro", "unemployment-registration"),
    ],
)
def test_the_first_topic_is_the_one_that_is_meant(query: str, topic: str) -> None:
    assert Finder(lambda: Shelf().index).find(query).topics[0] == topic


@pytest.mark.parametrize("query", ["", "   ", "\u200b", "!?", "xyzzy"])
def test_what_says_nothing_finds_nothing(query: str) -> None:
    assert Finder(lambda: Shelf().index).find(query) == Found()


def test_a_long_text_is_looked_at_up_to_its_limit() -> None:
    assert Finder(lambda: Shelf().index).find("x " * LONGEST + "hrana").topics == ()


def test_offices_are_found_by_name() -> None:
    found = Finder(lambda: Shelf().index).find("urad za delo ptuj")
    assert [office.id for office in found.offices] == ["employment-ptuj"]


def test_a_new_edition_is_searched_at_once() -> None:
    shelf = Shelf()
    finder = Finder(lambda: shelf.index)
    assert finder.find("mravljišče").topics == ()
    library = small_library()
    topic = replace(library.topics["food-help"], names={"sl": "Mravljišče"})
    shelf.index = Index(replace(library, topics={**library.topics, "food-help": topic}), None, None, 0.02)
    assert finder.find("mravljišče").topics == ("food-help",)


def question(*topics: str) -> Verdict:
    """Return what was understood of a question that may be about ``topics``."""
    candidates = tuple(Candidate(topic, 0.5) for topic in topics)
    return Verdict(VerdictKind.PERSON, 0.5, topic=topics[0], evidence=Evidence(candidates=candidates))


def a_case(topic: str | None = None) -> Case:
    """Return a case."""
    return Case("1", "AB12", "c1", Reason.ASKED, CaseState.CLAIMED, MONDAY, topic=topic)


THANKS = Verdict(VerdictKind.ACT, 0.9, act=Act.THANKS, evidence=Evidence(candidates=(Candidate("scholarships", 0.1),)))


def test_the_last_question_counts_and_not_the_thanks_after_it() -> None:
    verdicts = [question("scholarships"), question("food-help", "unknown", "unemployment-registration"), THANKS]
    assert likeliest(a_case(), verdicts, small_library()) == ["food-help", "unemployment-registration"]


def test_below_a_crisis_stands_the_question() -> None:
    crisis = Verdict(VerdictKind.CRISIS, 1.0, crisis="violence-now", below=question("food-help"))
    assert likeliest(a_case(), [crisis], small_library()) == ["food-help"]
    assert likeliest(a_case(), [replace(crisis, below=None)], small_library()) == []


def test_the_topic_of_the_case_is_among_them() -> None:
    asked = question("food-help", "unemployment-registration")
    assert likeliest(a_case("scholarships"), [asked], small_library())[-1] == "scholarships"
    assert likeliest(a_case("food-help"), [asked], small_library())[0] == "food-help"
    assert likeliest(a_case("gone"), [], small_library()) == []


def test_answers_are_for_the_country_that_is_known() -> None:
    library, unknown = small_library(), Conversation("c", "web", "a")
    assert country_of(unknown, library) == "si"
    assert country_of(replace(unknown, language="bg"), library) == "bg"
    assert country_of(replace(unknown, language="sl", place="gorizia"), library) == "it"
    assert country_of(replace(unknown, language="sl", place="gorizia", country="hr"), library) == "hr"


def test_an_info_point_can_be_added_like_an_office() -> None:
    offers = Offers(small_library, english(), lambda: MONDAY)
    point = offers.find_office("ptuj")
    assert point is not None
    assert offers.office(point, "sl").text.plain.startswith("Info točka Ptuj")
    assert offers.find_office("nowhere") is None


def test_offices_at_a_place_are_its_own_and_those_of_its_region_and_none_for_a_country() -> None:
    offers = Offers(small_library, english(), lambda: MONDAY)
    assert [office.id for office in offers.offices_at("ptuj", "sl")] == ["employment-ptuj"]
    assert offers.offices_at("si", "sl") == offers.offices_at(None, "sl") == offers.offices_at("gone", "sl") == []


def test_an_offer_names_where_else_there_is_an_answer() -> None:
    offers = Offers(small_library, english(), lambda: MONDAY)
    offer = offers.offer("food-help", "it", Reader("it", "sl"))
    assert (offer.text, offer.elsewhere) == (None, ("si", "hr", "bg"))
    assert offers.to_insert("food-help", "it", "it", None) is None
