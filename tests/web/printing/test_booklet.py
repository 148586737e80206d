"""What stands in a booklet: every answer that was chosen, in two languages, on the page and in the PDF."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from bot.language import formats
from bot.model.library import LANGUAGES, Library, Point, Situation
from bot.model.schedule import Schedule
from bot.web.printing.booklet import Booklet, Order, bind, choices
from bot.web.printing.pdf import Press
from tests.support.editing import TOPICS, small_edition
from tests.support.phrases import english

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOSTILE = '#panic("x") $x^2$ [z] *b* `c` \\ "q" <label> // @ref = _i_ ~'


def a_point(library: Library, country: str) -> Point:
    """Return an info point of a country."""
    return next(point for point in library.points.values() if point.country == country)


def a_booklet(country: str = "it", languages: tuple[str, ...] = ("it", "sl"), *, library: Library | None = None) -> Booklet:
    """Return the booklet of an info point with all topics."""
    knowledge = library or small_edition()
    return bind(Order(a_point(knowledge, country), country, languages, 7), knowledge, english(), NOW)


def joined(text: str) -> str:
    """Return ``text`` without what a broken line adds."""
    return "".join(text.replace("\u200b", "").split()).replace("-", "")


async def text_of(booklet: Booklet, paper: str) -> str:
    """Return all letters of the PDF."""
    reader = PdfReader(io.BytesIO(await Press().pdf(booklet, paper)))
    return joined(" ".join(page.extract_text() for page in reader.pages))


@pytest.mark.parametrize(("country", "languages", "paper"), [("it", ("it", "sl"), "a4"), ("bg", ("bg", "hr"), "a5")])
async def test_all_amounts_and_phones_are_in_the_pdf_and_its_letters_survive(
    country: str, languages: tuple[str, ...], paper: str
) -> None:
    library = small_edition()
    booklet = a_booklet(country, languages)
    text = await text_of(booklet, paper)
    lines = [
        line
        for chapter in booklet.chapters
        for card in chapter.cards
        for row in card.rows
        for cell in row.cells
        for line in cell.lines
    ]
    assert [line for line in lines if joined(line) not in text] == []
    for line in library.help_lines:
        if line.country == country:
            assert joined(f"{line.number}: {line.names[languages[0]]}") in text
    for answer in library.answers.values():
        if answer.country == country:
            for name, fact in answer.facts.items():
                if fact.kind == "money" and any(
                    f"{{{name}}}" in str(answer.wordings[each]) for each in languages if each in answer.wordings
                ):
                    assert joined(formats.fact(fact, languages[0], country)) in text


async def test_the_pdf_is_tagged_for_screen_readers_and_names_its_language() -> None:
    reader = PdfReader(io.BytesIO(await Press().pdf(a_booklet("si", ("sl", "it")), "a4")))
    root = reader.root_object
    assert str(root["/Lang"]) == "sl"
    assert "/StructTreeRoot" in root
    assert reader.outline != []


async def test_text_that_looks_like_markup_is_printed_as_it_stands() -> None:
    library = small_edition()
    answer = library.answers["debts/si"]
    wording = replace(answer.wordings["sl"], title=HOSTILE, what=HOSTILE, do=(HOSTILE,))
    answers = {**library.answers, "debts/si": replace(answer, wordings={**answer.wordings, "sl": wording})}
    booklet = a_booklet("si", ("sl",), library=replace(library, answers=answers))
    assert (await text_of(booklet, "a4")).count(joined(HOSTILE)) >= 3


def test_what_cannot_wait_comes_first_and_every_topic_once() -> None:
    booklet = a_booklet("hr", ("hr",))
    assert [chapter.headings[0].lines[0] for chapter in booklet.chapters][:2] == ["Safety", "Money and benefits"]
    assert sum(len(chapter.cards) for chapter in booklet.chapters) == len(TOPICS)
    assert booklet.crisis[0].lines[0].startswith("112: ")


def test_a_situation_keeps_its_own_order_and_tells_its_overview() -> None:
    library = small_edition()
    named = dict.fromkeys(LANGUAGES, "Name")
    situation = Situation("hard", ("pension", "debts", "no-such"), named, dict.fromkeys(LANGUAGES, "Overview"))
    booklet = bind(Order(situation, "si", ("sl", "it"), 7), library, english(), NOW)
    assert choices(situation, "si", library, "sl") == [("", ["pension", "debts"])]
    assert [chapter.headings for chapter in booklet.chapters] == [()]
    assert booklet.titles[0].lines == ("Name", "Overview")
    assert booklet.points == ()


def test_only_the_chosen_topics_are_in_it() -> None:
    library = small_edition()
    order = Order(a_point(library, "si"), "si", ("sl",), 7, frozenset({"debts"}), Schedule("si", "Mo 08:00-12:00"))
    booklet = bind(order, library, english(), NOW)
    assert [len(chapter.cards) for chapter in booklet.chapters] == [1]
    assert booklet.points[0].lines[-1] == "ponedeljek: 8.00–12.00"
    assert bind(replace(order, topics=frozenset()), library, english(), NOW).chapters == ()
    assert "edition 7" in booklet.contents[0].lines[0]
