"""The accounts of the desk, as the command line keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot import clock
from bot.editing import layout
from bot.editing.documents import parse
from bot.model.staff import Member, Role
from bot.opening import opened
from bot.settings import Settings
from bot.store import audit, invitations, staff
from bot.store.bell import Bell
from bot.store.database import Database
from bot.web import passwords
from bot.web.invitations import link
from bot.work.people import LONGEST_NAME, OPERATOR, BadName, LastAdmin, People, Rights, checked_name

_HOUR = timedelta(hours=1)


class AccountError(Exception):
    """The account cannot be made or found; the message says why."""


async def add(settings: Settings, name: str, role: str, password: str, points: Sequence[str] = ()) -> str:
    """Make an account with rights at ``points`` (none given: at all), and return a line that says so. Raises `AccountError`."""
    name, held = _named(name), _points(settings, points)
    try:
        passwords.check_strength(password, name)
        async with opened(settings, make=True) as db, db.write() as tx:
            now = clock.now()
            await staff.create(tx, name, Role(role), passwords.hash_password(password), now, points=held)
            await audit.put(tx, OPERATOR, "add", name, now, role=role)
    except (passwords.WeakPasswordError, staff.NameTaken) as error:
        raise AccountError(str(error)) from None
    return f"{name} can sign in at the desk now."


async def invite(settings: Settings, name: str, role: str, points: Sequence[str] = ()) -> str:
    """Return a link by which somebody makes their own account, once. Raises `AccountError`."""
    name, held = _named(name), _points(settings, points)
    try:
        async with opened(settings, make=True) as db:
            token = await _people(db).invite(name, Rights(Role(role), held), OPERATOR)
    except staff.NameTaken as error:
        raise AccountError(str(error)) from None
    return _link(settings, token)


async def password(settings: Settings, name: str, new: str) -> str:
    """Give a member another password, end their sessions and return a line that says so. Raises `AccountError`."""
    name = staff.written(name)
    try:
        passwords.check_strength(new, name)
    except passwords.WeakPasswordError as error:
        raise AccountError(str(error)) from None
    async with opened(settings) as db:
        member = await _member(db, name)
        async with db.write() as tx:
            await staff.set_password(tx, member.name, passwords.hash_password(new))
            await audit.put(tx, OPERATOR, "change-password", member.name, clock.now())
    return f"{name} has another password now and is signed out everywhere."


async def password_link(settings: Settings, name: str) -> str:
    """Return a link by which a member sets a new password, once. Raises `AccountError`."""
    async with opened(settings) as db:
        member = await _member(db, name)
        return _link(settings, await _people(db).password_link(member.id, OPERATOR))


async def remove_second_factor(settings: Settings, name: str) -> str:
    """Take the second step of sign-in away from a member who cannot show it, and say so. Raises `AccountError`."""
    async with opened(settings) as db:
        member = await _member(db, name)
        removed = await _people(db).remove_second_factor(member.id, OPERATOR)
    return f"{member.name} {'signs in by password alone now' if removed else 'had no second step'}."


async def listed(settings: Settings) -> str:
    """Return one line for each account."""
    async with opened(settings) as db, db.read() as tx:
        everyone = await staff.everyone(tx)
    return "\n".join(map(_line, everyone)) or "Nobody has an account yet: infopoint staff add NAME"


async def disable(settings: Settings, name: str) -> str:
    """Shut a member out; the cases that they had wait for somebody else from then on. Raises `AccountError`."""
    async with opened(settings) as db:
        member = await _member(db, name)
        try:
            back = await _people(db).disable(member.id, OPERATOR)
        except LastAdmin:
            raise AccountError(f"{member.name} is the last admin. Make another one first.") from None
    line = f"{member.name} is shut out."
    if back:
        line += f" {back} {'case is' if back == 1 else 'cases are'} back in the waiting line."
    return line


async def enable(settings: Settings, name: str) -> str:
    """Let a member in again. Raises `AccountError`."""
    async with opened(settings) as db:
        member = await _member(db, name)
        await _people(db).enable(member.id, OPERATOR)
    return f"{member.name} can sign in again."


def _named(name: str) -> str:
    try:
        return checked_name(name)
    except BadName:
        raise AccountError(
            f"A name has at most {LONGEST_NAME} characters."
            if len(staff.written(name)) > LONGEST_NAME
            else "A name is needed, with at least one letter or digit."
        ) from None


def _points(settings: Settings, points: Sequence[str]) -> frozenset[str] | None:
    """Return the info points that were named, None when none was. Raises `AccountError` for one that the knowledge has not."""
    if not points:
        return None
    try:
        content = (settings.knowledge / layout.POINTS).read_bytes()
    except OSError:
        raise AccountError(f"The info points cannot be read from {settings.knowledge / layout.POINTS}.") from None
    document, _ = parse(layout.POINTS, content)
    known = sorted(document.value) if document is not None and isinstance(document.value, dict) else []
    if missing := sorted(set(points) - set(known)):
        raise AccountError(f"There is no info point {missing[0]}. There are: {', '.join(known) or 'none'}.")
    return frozenset(points)


def _line(member: Member) -> str:
    parts = [member.name, str(member.role)]
    if member.points is not None:
        parts.append("at " + (", ".join(sorted(member.points)) or "no info point"))
    if member.totp is not None:
        parts.append("(second step)")
    if member.disabled_at is not None:
        parts.append("(disabled)")
    return "  ".join(parts)


def _link(settings: Settings, token: str) -> str:
    base = settings.public_url or f"http://{settings.host}:{settings.port}"
    hours = invitations.LASTING // _HOUR
    return f"{link(base, token)}\nIt opens once, within {hours} hours. Send it by a way that nobody else reads."


def _people(db: Database) -> People:
    return People(db, Bell(db), clock=clock.now)


async def _member(db: Database, name: str) -> Member:
    async with db.read() as tx:
        member = await staff.find(tx, name)
    if member is None:
        raise AccountError(f"There is nobody named {staff.written(name)}.")
    return member
