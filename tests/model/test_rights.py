"""Role by action by info point, in the model. By every route of the site: tests/web/test_doors.py."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.clock import now
from bot.model.case import Case, CaseState, Reason
from bot.model.staff import ON_CASES, Action, Member, Role

NOW = now()
ANSWERING = (Role.STAFF, Role.COORDINATOR, Role.ADMIN)

#: What may be done with a case by who answers residents and has rights at its point. Each row: how the case stands (``theirs``
#: is claimed by a colleague), and who may read it.
AT_OWN_POINT: Mapping[tuple[str, str], str] = {
    ("waiting", "open"): "see read note claim",
    ("waiting", "named"): "see read note claim guard",
    ("waiting", "guarded"): "see",
    ("theirs", "open"): "see read note take-over",
    ("theirs", "named"): "see read note take-over guard",
    ("theirs", "guarded"): "see",
    ("mine", "open"): "see read note reply guard",
    ("mine", "named"): "see read note reply guard",
    ("mine", "guarded"): "see read note reply guard",
    ("closed", "open"): "see read note reopen",
    ("closed", "named"): "see read note reopen guard",
    ("closed", "guarded"): "see",
}
#: The same at a point where they have no rights: only what they have already.
ELSEWHERE = {where: (allowed if where[0] == "mine" else "") for where, allowed in AT_OWN_POINT.items()}

#: What each role may do besides, where its rights hold.
AT_POINTS: Mapping[Role, str] = {
    Role.STAFF: "use-replies search",
    Role.EDITOR: "search keep-suggestions edit publish read-figures",
    Role.COORDINATOR: "use-replies search keep-replies keep-hours keep-roster keep-suggestions read-figures",
    Role.ADMIN: (
        "use-replies search keep-replies keep-hours keep-roster keep-suggestions manage-people read-audit "
        "edit publish read-figures"
    ),
}

#: The rights of a member, the point of the case, and whether it is theirs.
PLACES = [
    (frozenset({"ptuj"}), "ptuj", True),
    (frozenset({"ptuj"}), "dalgopol", False),
    (frozenset({"ptuj", "dalgopol"}), "dalgopol", True),
    (frozenset({"ptuj"}), None, True),
    (frozenset[str](), None, True),
    (frozenset[str](), "ptuj", False),
    (None, "ptuj", True),
    (None, None, True),
]


def member(role: Role, points: frozenset[str] | None, *, disabled: bool = False) -> Member:
    return Member("1" * 32, "ana", role, NOW, NOW if disabled else None, points=points)


def case(standing: str, point: str | None, *, confidential: bool) -> Case:
    holder = {"theirs": "boris", "mine": "ana"}.get(standing)
    state = {"waiting": CaseState.WAITING, "closed": CaseState.CLOSED}.get(standing, CaseState.CLAIMED)
    return Case(
        id="2" * 32,
        code="K7PM4X",
        conversation_id="3" * 32,
        reason=Reason.ASKED,
        state=state,
        opened_at=NOW,
        claimed_by=holder,
        point=point,
        confidential=confidential,
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("points", "point", "own"), PLACES)
@pytest.mark.parametrize(("standing", "guard"), AT_OWN_POINT)
def test_what_may_be_done_with_a_case(
    role: Role, points: frozenset[str] | None, point: str | None, own: bool, standing: str, guard: str
) -> None:
    theirs = case(standing, point, confidential=guard != "open")
    names = {"open": (), "named": ("ana", "cilka"), "guarded": ("cilka",)}[guard]
    allowed = {action for action in ON_CASES if member(role, points).may_with(action, theirs, names)}
    expected = (AT_OWN_POINT if own else ELSEWHERE)[standing, guard] if role in ANSWERING else ""
    assert allowed == {Action(word) for word in expected.split()}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("points", "point", "own"), PLACES)
def test_what_may_be_done_at_an_info_point(role: Role, points: frozenset[str] | None, point: str | None, own: bool) -> None:
    allowed = {action for action in set(Action) - ON_CASES if member(role, points).may(action, point=point)}
    assert allowed == ({Action(word) for word in AT_POINTS[role].split()} if own else set())


@pytest.mark.parametrize("role", Role)
def test_who_is_shut_out_may_do_nothing(role: Role) -> None:
    out = member(role, None, disabled=True)
    assert not any(out.may(action) for action in Action)
    for standing, guard in AT_OWN_POINT:
        theirs = case(standing, None, confidential=guard != "open")
        assert not any(out.may_with(action, theirs, ("ana",)) for action in ON_CASES)


def test_every_action_stands_in_the_tables() -> None:
    told = {word for row in (*AT_OWN_POINT.values(), *AT_POINTS.values()) for word in row.split()}
    assert told == {str(action) for action in Action}
