"""What staff read outside the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.language.duty import Gap
from bot.model.case import Case, CaseState, Reason
from bot.model.staff import Member, Role
from bot.work import notices
from bot.work.escalation import Step
from tests.support.phrases import english
from tests.support.small_library import small_library

#: A Monday, 10.00 in Ljubljana.
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
PTUJ = small_library().points["ptuj"]
ANA = Member("id", "Ana", Role.STAFF, MONDAY)
CASE = Case("c", "K7PM4X", "v", Reason.ASKED, CaseState.WAITING, MONDAY, waiting_since=MONDAY)


def _gaps(count: int) -> list[Gap]:
    begun = (MONDAY + timedelta(days=number) for number in range(count))
    return [Gap("ptuj", each, each + timedelta(hours=2)) for each in begun]


def test_without_an_address_of_this_server_nothing_is_linked() -> None:
    case = notices.of_case(CASE, Step.DUTY, ANA, None, english(), url="", reads=True)
    gaps = notices.of_gaps(_gaps(1), ANA, PTUJ, english(), url="")

    assert "/desk" not in case.text + gaps.text
    assert "Info point: not known" in case.text


def test_each_is_written_to_in_their_own_language_or_that_of_the_point() -> None:
    assert notices.language_of(ANA, None) == "sl"
    assert notices.language_of(ANA, small_library().points["dalgopol"]) == "bg"
    assert notices.language_of(replace(ANA, language="it"), PTUJ) == "it"


def test_many_gaps_are_counted_from_the_fifth_on() -> None:
    say = english().into("sl")

    told = notices.in_words(_gaps(6), PTUJ, "sl", say)

    assert len(told) == notices.MOST_NAMED + 1
    assert told[-1] == "Info točka Ptuj: and 2 more times."
    assert notices.in_words(_gaps(5), PTUJ, "sl", say)[-1] == "Info točka Ptuj: and 1 more time."
    assert notices.in_words(_gaps(1), PTUJ, "sl", say) == [
        "Info točka Ptuj: nobody is on duty from ponedeljek, 23. novembra 2026, 10.00 to ponedeljek, 23. novembra 2026, 12.00."
    ]
