from __future__ import annotations

import time

import pytest

from bot.editing.files import Reading, read_folder
from bot.editing.problems import Severity
from bot.model.library import COUNTRIES, LANGUAGES, Library
from bot.model.verdict import Act
from bot.settings import shipped


def test_it_has_no_error(reading: Reading) -> None:
    assert [str(problem) for problem in reading.errors] == []


def test_what_is_left_to_weigh_are_gaps_of_the_operator_numbers_to_phone_and_facts_of_a_past_year(reading: Reading) -> None:
    told = ("to be filled in by the operator", "do it before going live", "look up what applies now")

    assert [str(problem) for problem in reading.of(Severity.WARNING) if not problem.message.endswith(told)] == []


def test_it_is_read_and_checked_in_seconds() -> None:
    started = time.process_time()
    read_folder(shipped("knowledge"))

    assert time.process_time() - started < 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_acts_crises_look_alikes_and_the_rest_have_examples(library: Library, language: str) -> None:
    labels = {example.label for example in library.examples if example.language == language}

    assert labels >= {f"act:{act}" for act in Act}
    assert labels >= {f"crisis:{kind}" for kind in library.crises}
    assert labels >= {"not-crisis", "outside"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_has_its_offices_its_point_and_its_numbers(library: Library, country: str) -> None:
    kinds = {kind for office in library.offices.values() if office.country == country for kind in office.kinds}

    assert kinds >= {"social-work-office", "employment-office", "pension-insurance", "health-insurance", "police"}
    assert any(country in point.countries for point in library.points.values())
    assert sum(line.country == country for line in library.help_lines) >= 4


def test_numbers_that_mean_something_else_across_the_border_are_not_mixed_up(library: Library) -> None:
    numbers = {(line.country, line.number) for line in library.help_lines}

    assert ("it", "114") in numbers
    assert ("si", "114") not in numbers
    assert {country for country, number in numbers if number == "116 123"} == {"si"}
