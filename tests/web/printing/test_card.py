"""What stands on a card for the counter, in every language, on the page and in the PDF."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

from bot.dialogue import answers
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Answer, Library
from bot.model.schedule import Schedule
from bot.settings import shipped
from bot.web.printing import maps
from bot.web.printing.card import Card, Cell, Row, Wish, default_languages, make
from bot.web.printing.compile import pdf as compiled
from bot.web.printing.pdf import PAPERS, Press, PrintingFailure
from tests.support.phrases import english
from tests.support.small_library import small_library

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOSTILE = '#panic("x") $x^2$ [z] *b* `c` \\ "q" <label> // @ref = _i_ ~ {y}'


def a_card(where: str = "si", languages: tuple[str, ...] = ("it", "sl"), *, phrases: Phrases | None = None) -> Card:
    """Return the card of an answer, for a resident of Ptuj with a case."""
    library = small_library()
    point = library.points["ptuj"]
    given = library.answers[f"unemployment-registration/{where}"]
    wish = Wish(given, languages, "ptuj", point, Schedule("si", point.hours), "AB12-CD34")
    return make(wish, library, phrases or english(), NOW)


def words(card: Card) -> list[str]:
    """Return all lines of a card."""
    cells = [*card.titles, *(cell for row in card.rows for cell in row.cells)]
    return [line for cell in cells for line in (cell.label, *cell.lines) if line]


def of_kind(card: Card, kind: str) -> list[Row]:
    """Return the rows of one kind."""
    return [row for row in card.rows if row.kind == kind]


async def text_of(card: Card, paper: str = "a4") -> str:
    """Return the text of the PDF of a card in one line."""
    reader = PdfReader(io.BytesIO(await Press().pdf(card, paper)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def joined(text: str) -> str:
    """Return ``text`` without what a broken line adds: spaces, and the hyphen that Croatian repeats."""
    return "".join(text.split()).replace("-", "")


def test_a_card_says_what_the_resident_is_told() -> None:
    library = small_library()
    for where, language in (("si", "sl"), ("it", "it"), ("hr", "hr"), ("bg", "bg")):
        given = library.answers[f"unemployment-registration/{where}"]
        whole = answers.write(given, language, english().into(language), library, None, NOW).text
        card = make(Wish(given, (language,)), library, english(), NOW)
        for kind in ("about", "bring", "do", "cost", "note", "checked"):
            for line in of_kind(card, kind)[0].cells[0].lines:
                assert line in whole


def test_the_office_of_the_place_is_on_it_with_its_hours_by_the_week_and_the_map() -> None:
    office = of_kind(a_card(), "office")[0]
    assert office.cells[1].lines == (
        "Urad za delo Ptuj",
        "Trg 1, Ptuj",
        "Phone: +386 2 234 56 78",
        "ponedeljek–petek: 8.00–12.00",
    )
    assert office.cells[0].lines[-1] == "lunedì–venerdì: 8.00–12.00"
    assert parse_qs(urlsplit(office.map_link).query) == {"query": ["Trg 1, Ptuj"]}
    assert office.map_code.startswith("<svg")


def test_hours_that_were_checked_long_ago_are_not_printed() -> None:
    library = small_library()
    wish = Wish(library.answers["unemployment-registration/si"], ("sl",), "ptuj")
    card = make(wish, library, english(), datetime(2028, 1, 3, tzinfo=UTC))
    assert of_kind(card, "office")[0].cells[0].lines[-1] == "Ask about the opening hours."
    assert of_kind(card, "reserves")[0].cells[0].lines != ()


def test_the_info_point_and_the_code_of_the_case_are_on_it() -> None:
    card = a_card()
    assert of_kind(card, "point")[0].cells[1].lines == ("Info točka Ptuj", "ponedeljek–petek: 8.00–16.00")
    assert of_kind(card, "code")[0].cells[0].lines == ("AB12-CD34",)


def test_without_a_case_there_is_no_code_and_without_a_point_none() -> None:
    library = small_library()
    card = make(Wish(library.answers["food-help/si"], ("sl",)), library, english(), NOW)
    assert of_kind(card, "code") == of_kind(card, "point") == []


def test_where_the_residents_language_lacks_the_text_stands_beside_once() -> None:
    card = a_card("bg", ("it", "bg"))
    assert [cell.lines for cell in of_kind(card, "bring")[0].cells] == [(), ("a document",)]
    assert of_kind(card, "bring")[0].cells[0].label == "Bring with you:"
    assert "Its text stands beside (български)." in of_kind(card, "missing")[0].cells[0].lines[0]
    assert card.titles[0].lines == ("Iscrizione disoccupati",)


def test_where_neither_language_has_it_the_text_is_that_of_the_country() -> None:
    about = of_kind(a_card("bg", ("it", "sl")), "about")[0]
    assert [(cell.tongue, bool(cell.lines)) for cell in about.cells] == [("bg", True), ("bg", True)]


@pytest.mark.parametrize(
    ("where", "resident", "languages"),
    [
        ("si", "it", ("it", "sl")),
        ("si", "sl", ("sl",)),
        ("bg", None, ("bg",)),
        ("si", None, ("it", "sl")),
        ("it", "bg", ("bg", "it")),
    ],
)
def test_the_languages_are_those_of_the_resident_and_of_the_office(
    where: str, resident: str | None, languages: tuple[str, ...]
) -> None:
    assert default_languages(small_library().answers[f"unemployment-registration/{where}"], resident) == languages


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pdf_holds_every_word_as_text(language: str, paper: str) -> None:
    phrases = Phrases.load(shipped("locales"))
    home = {"sl": "si", "it": "it", "hr": "hr", "bg": "bg"}[language]
    card = a_card(home, tuple(dict.fromkeys((language, "bg"))), phrases=phrases)
    text = joined(await text_of(card, paper))
    for line in words(card):
        assert joined(line) in text


async def test_nothing_on_a_card_is_read_as_markup() -> None:
    cell = Cell("sl", HOSTILE, "bg", (HOSTILE, "Здравейте " + HOSTILE), listed=True)
    rows = tuple(
        Row(kind, (cell, replace(cell, listed=False))) for kind in ("about", "do", "office", "code", "checked", "missing")
    )
    text = await text_of(Card(("sl", "bg"), (cell, cell), rows, (HOSTILE,), HOSTILE))
    assert text.count(HOSTILE) >= 2 * 3 * len(rows)


async def test_the_pdf_can_be_read_by_a_screen_reader() -> None:
    reader = PdfReader(io.BytesIO(await Press().pdf(a_card("bg", ("sl", "bg")), "a5")))
    root: Any = reader.root_object
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a value of the file
    assert str(root["/Lang"]) == "sl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "pdfuaid:part>1<" in str(root["/Metadata"].get_data().decode())
    assert reader.metadata is not None
    assert reader.metadata.title
    assert "bg" in _languages(root["/StructTreeRoot"])


def _languages(node: object) -> set[str]:
    """Return the languages that the tags of a PDF name."""
    found: set[str] = set()
    waiting, seen = [node], set()
    while waiting:
        its = waiting.pop()
        its = its.get_object() if hasattr(its, "get_object") else its
        if isinstance(its, list):
            waiting.extend(its)
        elif isinstance(its, dict) and id(its) not in seen:
            seen.add(id(its))
            if "/Lang" in its:
                found.add(str(its["/Lang"]))
            waiting.append(its.get("/K"))
    return found


async def test_paper_is_as_asked() -> None:
    for paper, width in (("a4", 595), ("a5", 420)):
        reader = PdfReader(io.BytesIO(await Press().pdf(a_card(), paper)))
        assert round(float(reader.pages[0].mediabox.width)) == width


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import time; time.sleep(60)", "it took too long"),
        ("raise SystemExit(3)", "the typesetter ended with 3"),
        ("print('no paper')", "the typesetter ended with 0"),
    ],
)
async def test_a_typesetter_that_fails_or_hangs_is_ended(script: str, told: str) -> None:
    press = Press(command=(sys.executable, "-c", script), seconds=1.0)
    with pytest.raises(PrintingFailure, match=told):
        await press.pdf(a_card(), "a4")


def test_a_card_is_set_without_any_font_of_the_machine() -> None:
    data = '{"paper": "a4", "description": "d", "languages": ["sl"], "titles": [{"language": "sl", "label": "", "tongue": "sl",'
    data += ' "lines": ["Naslov"], "listed": false}], "rows": [], "pages": [], "code": ""}'
    reader = PdfReader(io.BytesIO(compiled(data)))
    resources: Any = reader.pages[0]["/Resources"]
    fonts = resources["/Font"]
    assert all("LibertinusSerif" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def _with_address(address: str | None, place: str | None) -> tuple[Library, str]:
    library = small_library()
    office = replace(library.offices["employment-ptuj"], address=address, place=place)
    return library, maps.link(office, library)


@pytest.mark.parametrize(
    ("address", "place", "query"),
    [
        ("Trg 1, Ptuj", "ptuj", "Trg 1, Ptuj"),
        ("Trg 1", "ptuj", "Trg 1, Ptuj"),
        ("ул. „Г. Димитров“ № 132", None, "ул. Г. Димитров 132"),
        ("Trg 1 & 2?x=#", None, "Trg 1 & 2?x=#"),
    ],
)
def test_a_map_is_asked_for_the_address_in_its_place(address: str, place: str | None, query: str) -> None:
    link = _with_address(address, place)[1]
    assert urlsplit(link).netloc == "www.openstreetmap.org"
    assert parse_qs(urlsplit(link).query) == {"query": [query]}


def test_without_an_address_there_is_no_map() -> None:
    assert _with_address(None, "ptuj")[1] == ""


def test_every_approved_answer_has_a_card_in_each_pair_of_languages() -> None:
    library = small_library()

    def cards(given: Answer) -> list[Card]:
        pairs = [(first, second) for first in LANGUAGES for second in LANGUAGES if first != second]
        return [make(Wish(given, pair), library, english(), NOW) for pair in pairs]

    for given in library.answers.values():
        for card in cards(given):
            assert {len(row.cells) for row in card.rows} == {2}
