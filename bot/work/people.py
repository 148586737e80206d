"""Whoever runs the installation looks after the accounts: each action is one transaction, with its line in the audit log."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.clock import now as clock_now
from bot.language.text import has_content
from bot.model.staff import Member, Role
from bot.store import audit, invitations, second_factor, sessions, staff
from bot.store.bell import Bell
from bot.store.database import Database, Transaction
from bot.work.helpdesk import put_back_all, put_back_others

#: As long as the field of the sign-in page takes.
LONGEST_NAME = 100
#: Under this name the audit log holds what was done on the command line; no account can bear it.
OPERATOR = "-"


class PeopleRefusal(Exception):  # noqa: N818 - a word of the house
    """It cannot be done; nothing was written."""


class NoSuchMember(PeopleRefusal):
    """There is nobody of that id or name."""


class LastAdmin(PeopleRefusal):
    """Without this admin nobody could look after the accounts any more."""


class Yourself(PeopleRefusal):
    """Nobody shuts themselves out or takes rights from themselves; another admin can."""


class ChangedMeanwhile(PeopleRefusal):
    """Somebody else changed this account since the page was opened."""


class BadName(PeopleRefusal):
    """A name has at least one letter or digit, and at most `LONGEST_NAME` characters."""


class NoLonger(PeopleRefusal):
    """The link was used, withdrawn or is over, or there never was one."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What somebody may do and where; ``points`` is None for everywhere."""

    role: Role
    points: frozenset[str] | None

    @classmethod
    def of(cls, member: Member) -> Rights:
        """Return the rights that ``member`` has."""
        return cls(member.role, member.points)


class People:
    """The accounts. ``by`` is the name of who acts, `OPERATOR` on the command line."""

    def __init__(self, db: Database, bell: Bell, *, clock: Callable[[], datetime] = clock_now) -> None:
        self._db = db
        self._bell = bell
        self._clock = clock

    async def disable(self, staff_id: str, by: str) -> int:
        """Shut a member out and put their cases back into the line; return how many. No harm when they are out already.

        The links that they made for others are void: whoever is shut out leaves no way in behind. Raises
        `NoSuchMember`, `Yourself` or `LastAdmin`.
        """
        async with self._at(staff_id) as (tx, member, everyone):
            _check_not_oneself(member, by)
            _check_not_last(member, everyone)
            now = self._clock()
            await staff.disable(tx, member.name, now)
            await invitations.void(tx, member)
            await invitations.void_made_by(tx, member.name)
            back = await put_back_all(tx, member.name, now)
            await audit.put(tx, by, "disable", member.name, now, cases=back)
        self._bell.ring("case")
        return back

    async def enable(self, staff_id: str, by: str) -> None:
        """Let a member in again. Raises `NoSuchMember`."""
        async with self._at(staff_id) as (tx, member, _):
            await staff.enable(tx, member.name)
            await audit.put(tx, by, "enable", member.name, self._clock())

    async def change(self, staff_id: str, seen: Rights, wanted: Rights, by: str) -> None:
        """Give a member other rights; ``seen`` are those that the page showed.

        Cases that they may not answer any more go back to the line. Raises `NoSuchMember`,
        `ChangedMeanwhile`, `Yourself` or `LastAdmin`.
        """
        async with self._at(staff_id) as (tx, member, everyone):
            if Rights.of(member) == wanted:
                return  # the same form sent twice
            if Rights.of(member) != seen:
                raise ChangedMeanwhile
            if wanted.role is not Role.ADMIN:
                _check_not_oneself(member, by)
                _check_not_last(member, everyone)
            now = self._clock()
            await staff.set_rights(tx, member.id, wanted.role, wanted.points)
            back = await put_back_others(tx, member.name, now)
            points = "*" if wanted.points is None else " ".join(sorted(wanted.points))
            was = str(member.role)
            await audit.put(tx, by, "change-rights", member.name, now, role=str(wanted.role), was=was, points=points, cases=back)
        self._bell.ring("case")

    async def end_sessions(self, staff_id: str, by: str) -> int:
        """End all sessions of a member and return how many. Raises `NoSuchMember`."""
        async with self._at(staff_id) as (tx, member, _):
            ended = await sessions.end_all(tx, member.id)
            await audit.put(tx, by, "end-sessions", member.name, self._clock(), sessions=ended)
        self._bell.ring("case")  # open pages look whether they may still be
        return ended

    async def remove_second_factor(self, staff_id: str, by: str) -> bool:
        """Take away the second factor of a member who cannot show it any more, with their sessions; tell whether there was one.

        Raises `NoSuchMember`.
        """
        async with self._at(staff_id) as (tx, member, _):
            removed = await second_factor.remove(tx, member.id)
            await sessions.end_all(tx, member.id)
            await audit.put(tx, by, "remove-second-factor", member.name, self._clock())
        self._bell.ring("case")
        return removed

    async def invite(self, name: str, rights: Rights, by: str) -> str:
        """Return the token of a link by which somebody makes their account. Raises `BadName` or `bot.store.staff.NameTaken`."""
        name = checked_name(name)
        async with self._db.write() as tx:
            await staff.check_free(tx, name)
            token = await invitations.make(tx, name, rights.role, rights.points, by, self._clock())
            await audit.put(tx, by, "invite", name, self._clock(), role=str(rights.role))
        return token

    async def password_link(self, staff_id: str, by: str) -> str:
        """Return the token of a link by which a member sets a new password. Raises `NoSuchMember`."""
        async with self._at(staff_id) as (tx, member, _):
            token = await invitations.make_for(tx, member, by, self._clock())
            await audit.put(tx, by, "password-link", member.name, self._clock())
        return token

    async def withdraw(self, invitation_id: str, by: str) -> None:
        """Make a link void. Raises `NoLonger`."""
        async with self._db.write() as tx:
            found = await invitations.withdraw(tx, invitation_id)
            if found is None:
                raise NoLonger
            await audit.put(tx, by, "withdraw-invitation", found.name, self._clock())

    async def accept(self, token: str, password_hash: str) -> Member:
        """Use a link: make the account, or give it the new password, and return the member.

        Raises `NoLonger`, or `bot.store.staff.NameTaken` when somebody took the name meanwhile; the link is not used up then.
        """
        async with self._db.write() as tx:
            now = self._clock()
            found = await invitations.find(tx, token, now)
            if found is not None and found.staff_id is not None:
                await staff.lock(tx, found.staff_id)  # before the link, as whoever shuts a member out does
            found = await invitations.use(tx, token, now)
            if found is None:
                raise NoLonger
            if found.staff_id is None:
                member = await staff.create(tx, found.name, found.role, password_hash, now, points=found.points)
                await audit.put(tx, member.name, "accept-invitation", member.name, now, by=found.made_by)
                return member
            known = await staff.get(tx, found.staff_id)
            if known is None or known.disabled_at is not None:
                raise NoLonger
            await staff.set_password(tx, known.name, password_hash)
            await audit.put(tx, known.name, "change-password", known.name, now, by=found.made_by)
        return known

    @asynccontextmanager
    async def _at(self, staff_id: str) -> AsyncIterator[tuple[Transaction, Member, list[Member]]]:
        """Open a transaction on a member in which nobody else can be changed. Raises `NoSuchMember`."""
        async with self._db.write() as tx:
            everyone = await staff.lock_everyone(tx)
            member = next((each for each in everyone if each.id == staff_id), None)
            if member is None:
                raise NoSuchMember
            yield tx, member, everyone


def checked_name(name: str) -> str:
    """Return ``name`` tidied. Raises `BadName`."""
    tidied = staff.written(name)
    if not has_content(tidied) or len(tidied) > LONGEST_NAME:
        raise BadName
    return tidied


def _check_not_oneself(member: Member, by: str) -> None:
    if member.name == by:
        raise Yourself


def _check_not_last(member: Member, everyone: list[Member]) -> None:
    others = [each for each in everyone if each.role is Role.ADMIN and each.disabled_at is None and each.id != member.id]
    if member.role is Role.ADMIN and member.disabled_at is None and not others:
        raise LastAdmin
