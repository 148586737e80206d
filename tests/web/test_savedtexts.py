"""Who may write which replies, who may use them, and with whose values they are filled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import now
from bot.model.case import Case, CaseState, Reason
from bot.model.library import LANGUAGES
from bot.model.staff import Member, Role
from bot.store.replies import Draft, SavedReply
from bot.web.savedtexts import Saved, field_name, may_keep, point_of
from tests.support.phrases import english
from tests.support.small_library import small_library
from tests.support.stage import MONDAY

ANYWHERE = None
PTUJ = frozenset({"ptuj"})
BOTH = frozenset({"ptuj", "dalgopol"})


def a_member(role: Role, points: frozenset[str] | None) -> Member:
    """Return somebody with rights at ``points``."""
    return Member("1", "ana", role, MONDAY, points=points)


def a_case(point: str | None) -> Case:
    """Return a case of an info point."""
    return Case("1", "AB12", "c1", Reason.ASKED, CaseState.CLAIMED, MONDAY, point=point)


@pytest.mark.parametrize(
    ("role", "points", "point", "may"),
    [
        (Role.ADMIN, ANYWHERE, None, True),
        (Role.ADMIN, ANYWHERE, "ptuj", True),
        (Role.COORDINATOR, ANYWHERE, None, True),
        (Role.COORDINATOR, PTUJ, "ptuj", True),
        (Role.COORDINATOR, PTUJ, "dalgopol", False),
        (Role.COORDINATOR, PTUJ, None, False),
        (Role.STAFF, ANYWHERE, "ptuj", False),
        (Role.EDITOR, ANYWHERE, None, False),
    ],
)
def test_replies_are_written_by_coordinators_at_their_points(
    role: Role, points: frozenset[str] | None, point: str | None, may: bool
) -> None:
    assert may_keep(a_member(role, points), point) is may


def test_nobody_who_is_shut_out_writes_replies() -> None:
    assert not may_keep(replace(a_member(Role.ADMIN, ANYWHERE), disabled_at=MONDAY), None)


@pytest.mark.parametrize(
    ("points", "of_case", "names"),
    [
        (ANYWHERE, "ptuj", ["all", "ptuj"]),
        (PTUJ, "dalgopol", ["all", "dalgopol"]),  # a case that they have from elsewhere is answered as that point answers
        (PTUJ, None, ["all", "ptuj"]),
        (ANYWHERE, None, ["all", "ptuj", "dalgopol"]),
    ],
)
def test_a_case_is_answered_with_the_replies_of_its_point(
    points: frozenset[str] | None, of_case: str | None, names: list[str]
) -> None:
    drafts = [Draft("all"), Draft("ptuj", "ptuj"), Draft("dalgopol", "dalgopol")]
    kept = tuple(SavedReply(draft.name, draft, 1, "ana", now()) for draft in drafts)
    saved = Saved(kept, {}, small_library(), english(), MONDAY)
    assert [reply.draft.name for reply in saved.usable(a_member(Role.STAFF, points), of_case)] == names


@pytest.mark.parametrize(
    ("points", "of_case", "point"),
    [(PTUJ, "dalgopol", "dalgopol"), (PTUJ, None, "ptuj"), (BOTH, None, None), (ANYWHERE, None, None)],
)
def test_the_values_are_of_the_cases_point_else_of_the_only_one_of_who_answers(
    points: frozenset[str] | None, of_case: str | None, point: str | None
) -> None:
    assert point_of(a_case(of_case), a_member(Role.STAFF, points)) == point


def test_every_field_has_a_name_and_what_is_none_keeps_its_own() -> None:
    say = english().into(LANGUAGES[0])
    assert field_name("next_opening", say) == "next opening"
    assert field_name("nothing", say) == "nothing"
