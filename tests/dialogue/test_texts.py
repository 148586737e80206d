from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue import answers, texts
from bot.model.library import Point
from bot.model.schedule import Closure, Schedule
from tests.support.small_library import SOURCE, small_library
from tests.support.stage import ENGLISH, MONDAY

POINT = Point(
    "ptuj",
    {"sl": "Točka Ptuj", "it": "Punto Ptuj"},
    ("si",),
    ("ptuj",),
    ("sl",),
    SOURCE,
    "si",
    address="Trg 1, Ptuj",
    phone="02 234 56 78",
)
HOURS = Schedule("si", "Mo-Fr 08:00-12:00")
SAY = ENGLISH.into("sl")


def _values(schedule: Schedule | None = HOURS, now: datetime = MONDAY, point: Point | None = POINT) -> dict[str, str]:
    return texts.values_of(point, schedule, "sl", SAY, now, case_code="AB-12")


def test_each_part_of_an_answer_stands_in_the_whole_as_the_resident_reads_it() -> None:
    library = small_library()
    for given in library.answers.values():
        for language in given.wordings:
            for now in (MONDAY, datetime(2028, 1, 4, 9, tzinfo=UTC)):
                whole = answers.write(given, language, SAY, library, None, now).text
                found = texts.parts(given, language, ENGLISH, library, now)
                assert found.language == language
                several = (*found.do, *found.bring, *found.reserves, *found.pages)
                for part in (found.title, found.about, found.cost, found.time, found.note, found.checked, *several):
                    assert part in whole


def test_an_answer_that_is_not_worded_in_a_language_is_in_that_of_its_country() -> None:
    library = small_library()
    found = texts.parts(library.answers["food-help/bg"], "it", ENGLISH, library, MONDAY)
    assert (found.language, found.checked) == ("bg", "Checked on 21 novembre 2026.")


def test_the_fields_of_a_saved_reply_are_filled_in() -> None:
    filled = texts.fill_in("{point}, {address}: {hours}. Next: {next_opening}. {phone}; {case_code}", _values())
    assert filled.text == (
        "Točka Ptuj, Trg 1, Ptuj: ponedeljek–petek: 8.00–12.00. Next: torek, 24. novembra 2026, 8.00. +386 2 234 56 78; AB-12"
    )
    assert filled.missing == ()


def test_a_sentence_without_its_value_is_left_out_and_told() -> None:
    text = "Dober dan.\n\nPridite: {hours}. Pokličite: {phone}.\nOdpremo {next_opening}!\nHvala, npr. {point}."
    filled = texts.fill_in(text, _values(Schedule("si")))
    assert filled.text == "Dober dan.\n\n Pokličite: +386 2 234 56 78.\n\nHvala, npr. Točka Ptuj.".replace("\n\n ", "\n\n")
    assert filled.missing == ("hours", "next_opening")


def test_a_case_without_an_info_point_has_its_code_alone() -> None:
    filled = texts.fill_in("Koda: {case_code}. Tel. {phone}.", _values(point=None))
    assert (filled.text, filled.missing) == ("Koda: AB-12.", ("phone",))


def test_values_with_braces_are_text() -> None:
    assert texts.fill_in("{point}", {"point": "{hours} {x}"}).text == "{hours} {x}"


def test_a_brace_is_never_sent() -> None:
    assert texts.fill_in("Pozdravljeni. {nothing} x. { y", _values()) == texts.Filled("Pozdravljeni.", ("nothing", "{"))


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("{point} {hours}", ()), ("{name} {point} {name} {}", ("{name}", "{}")), ("a { b } c {{point}}", ("{ b }", "{", "}"))],
)
def test_unknown_fields_and_lone_braces_are_named(text: str, unknown: tuple[str, ...]) -> None:
    assert texts.unknown_fields(text) == unknown


def test_a_closure_moves_the_next_opening() -> None:
    begins, ends = datetime(2026, 11, 24, tzinfo=UTC), datetime(2026, 11, 25, 23, tzinfo=UTC)
    closed = replace(HOURS, closures=(Closure(begins, ends),))
    assert _values(closed)["next_opening"] == "četrtek, 26. novembra 2026, 8.00"


def test_while_it_is_closed_the_next_opening_is_the_first() -> None:
    sunday = datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert _values(now=sunday)["next_opening"] == "ponedeljek, 23. novembra 2026, 8.00"


@pytest.mark.parametrize("schedule", [None, Schedule("si"), Schedule("si", "whenever"), Schedule("si", "Mo off")])
def test_hours_that_are_not_known_or_no_hours_have_no_value(schedule: Schedule | None) -> None:
    values = _values(schedule)
    assert (values["hours"], values["next_opening"]) == ("", "")


def test_a_point_that_is_open_day_and_night_says_so() -> None:
    assert _values(Schedule("si", "24/7"))["hours"] == "Open day and night."
