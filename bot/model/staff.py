"""Those who answer, who keep the knowledge and who run the installation, and what each of them may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.model.case import Case, CaseState


class Role(StrEnum):
    """What somebody is here for. Residents are read by staff, coordinators and admins; never by editors."""

    STAFF = "staff"  # answers residents
    EDITOR = "editor"  # keeps the knowledge
    COORDINATOR = "coordinator"  # answers, and looks after the hours, the roster and the staff's replies of some points
    ADMIN = "admin"  # runs the installation: people, rights, audit log


class Action(StrEnum):
    """What can be done at the desk. Those of `ON_CASES` are asked about a case, the others about an info point or none."""

    SEE = "see"  # that a case waits, and since when
    READ = "read"
    CLAIM = "claim"
    TAKE_OVER = "take-over"
    NOTE = "note"
    REPLY = "reply"  # and all else that only who has the case does: put back, hand on, close
    REOPEN = "reopen"
    GUARD = "guard"  # say that a case is confidential, and who may read it
    USE_REPLIES = "use-replies"
    KEEP_REPLIES = "keep-replies"  # saved replies of a point
    SEARCH = "search"  # the library and its answers
    KEEP_HOURS = "keep-hours"
    KEEP_ROSTER = "keep-roster"
    KEEP_SUGGESTIONS = "keep-suggestions"
    EDIT = "edit"  # the knowledge, in a draft
    PUBLISH = "publish"  # a draft, or an older edition again
    READ_FIGURES = "read-figures"
    MANAGE_PEOPLE = "manage-people"
    READ_AUDIT = "read-audit"


ON_CASES = frozenset(
    {
        Action.SEE,
        Action.READ,
        Action.CLAIM,
        Action.TAKE_OVER,
        Action.NOTE,
        Action.REPLY,
        Action.REOPEN,
        Action.GUARD,
    }
)

#: What each role may do where it has rights at all. Whoever answers residents may also step in for a colleague.
_MAY: dict[Role, frozenset[Action]] = {
    Role.STAFF: ON_CASES | {Action.USE_REPLIES, Action.SEARCH},
    Role.EDITOR: frozenset({Action.SEARCH, Action.KEEP_SUGGESTIONS, Action.EDIT, Action.PUBLISH, Action.READ_FIGURES}),
    Role.COORDINATOR: ON_CASES
    | {Action.USE_REPLIES, Action.SEARCH, Action.KEEP_REPLIES, Action.KEEP_HOURS, Action.KEEP_ROSTER, Action.KEEP_SUGGESTIONS}
    | {Action.READ_FIGURES},
    Role.ADMIN: frozenset(Action),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff. ``name`` is what they sign in with and what cases carry.

    ``points`` are the info points that their rights hold at, None for all of them. ``language`` is the one that the
    programme writes to them in. ``away`` is what they said of themselves. ``email`` and ``telegram`` (a user id of theirs)
    are where they want to hear of waiting cases; ``totp`` is the secret of their second factor once it is confirmed.
    """

    id: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    password_hash: str = field(default="", repr=False)
    points: frozenset[str] | None = None
    language: str | None = None
    away: bool = False
    email: str | None = None
    telegram: str | None = None
    totp: str | None = field(default=None, repr=False)

    def serves(self, point: str | None) -> bool:
        """Tell whether their rights hold at an info point; what belongs to none is everybody's."""
        return self.points is None or point is None or point in self.points

    def may(self, action: Action, *, point: str | None = None) -> bool:
        """Tell whether they may do ``action`` at ``point``; without a point, whether they may do it anywhere."""
        return action in _MAY[self.role] and self.disabled_at is None and self.serves(point)

    def may_with(self, action: Action, case: Case, readers: Collection[str] = ()) -> bool:
        """Tell whether they may do ``action`` (one of `ON_CASES`) with ``case``.

        ``readers`` are the names that a confidential case is open to; to all others at its point it is only known that it waits.
        Who has a case may do with it what the role allows, also when it belongs to another point by now.
        """
        has_it = case.state is CaseState.CLAIMED and case.claimed_by == self.name
        if action not in _MAY[self.role] or self.disabled_at is not None or not (self.serves(case.point) or has_it):
            return False
        if action is Action.SEE:
            return True
        if case.confidential and not (has_it or self.name in readers):
            return False
        return {
            Action.CLAIM: case.state is CaseState.WAITING,
            Action.REPLY: has_it,
            Action.GUARD: has_it or self.name in readers,
            Action.TAKE_OVER: case.state is CaseState.CLAIMED and not has_it,
            Action.REOPEN: case.state is CaseState.CLOSED,
        }.get(action, True)
