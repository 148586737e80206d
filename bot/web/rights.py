"""Roles and rights on the page of people: in words, in the fields of a form, and why a change of them is refused."""

from __future__ import annotations

from gettext import NullTranslations

from starlette.exceptions import HTTPException

from bot.model.staff import Role
from bot.store.staff import NameTaken
from bot.work.people import (
    LONGEST_NAME,
    BadName,
    ChangedMeanwhile,
    LastAdmin,
    NoLonger,
    NoSuchMember,
    PeopleRefusal,
    Rights,
    Yourself,
)

_EVERYWHERE = "*"


class NoPoint(PeopleRefusal):
    """Rights are at some info point, or at all of them; and each is one that there is."""


def written(rights: Rights) -> str:
    """Return rights as a hidden field holds them."""
    return " ".join([rights.role, *([_EVERYWHERE] if rights.points is None else sorted(rights.points))])


def read_rights(text: str) -> Rights:
    """Return the rights of a hidden field. Raises `HTTPException` (400) when none of our pages wrote it."""
    role, *points = text.split(" ")
    if role not in set(Role):
        raise HTTPException(400)
    return Rights(Role(role), None if points == [_EVERYWHERE] else frozenset(points))


def role_name(role: Role, say: NullTranslations) -> str:
    """Return what a role is called."""
    match role:
        case Role.STAFF:
            return say.gettext("Staff: answers residents")
        case Role.EDITOR:
            return say.gettext("Editor: keeps the knowledge, does not see residents")
        case Role.COORDINATOR:
            return say.gettext("Coordinator: answers residents, keeps hours and the roster")
        case Role.ADMIN:
            return say.gettext("Admin: everything, also accounts and the audit log")


def words(refusal: Exception, say: NullTranslations) -> tuple[int, str]:
    """Return the status code and the sentence for what was refused."""
    match refusal:
        case BadName():
            return 422, say.gettext("A name has at least one letter or digit, and at most %(most)s characters.") % {
                "most": LONGEST_NAME
            }
        case NameTaken():
            return 409, say.gettext("Somebody has an account under this name, or one that would be taken for it.")
        case NoPoint():
            return 422, say.gettext("Choose the info points at which the rights hold, or all of them.")
        case LastAdmin():
            return 409, say.gettext("This is the last admin who can sign in. Make somebody else an admin first.")
        case Yourself():
            return 409, say.gettext("You cannot shut out yourself or take your own rights. Another admin can.")
        case ChangedMeanwhile():
            return 409, say.gettext("Somebody else changed this account meanwhile. Look at it again, then repeat what you did.")
        case NoLonger():
            return 409, say.gettext("This link was used or withdrawn meanwhile.")
        case NoSuchMember():
            return 404, say.gettext("There is no such account.")
        case _:
            raise refusal
