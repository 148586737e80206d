"""Members of staff for tests of the work."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from bot.model.staff import Role
from bot.store import sessions, staff, tables
from tests.support.house import House


async def hire(house: House, name: str, role: Role = Role.STAFF, points: Collection[str] | None = None) -> None:
    """Add a member with rights at ``points``, None being all."""
    async with house.db.write() as tx:
        await staff.create(tx, name, role, "-", house.now, points=None if points is None else frozenset(points))


async def comes_to_the_desk(house: House, name: str) -> None:
    """Let a member sign in, so that they are seen at the desk now."""
    async with house.db.write() as tx:
        member = await staff.find(tx, name)
        assert member is not None
        await sessions.begin(tx, member, house.now, timedelta(hours=2))


async def is_away(house: House, name: str) -> None:
    """Let a member say that they are away."""
    async with house.db.write() as tx:
        await tx.execute(update(tables.staff).where(tables.staff.c.name == name).values(away=True))


async def located(house: House, point: str | None, country: str = "si") -> None:
    """Let the one resident be of a country and their case belong to an info point."""
    async with house.db.write() as tx:
        await tx.execute(update(tables.conversation).values(country=country))
        await tx.execute(update(tables.case_file).values(point=point))


async def becomes(house: House, name: str, role: Role) -> None:
    """Give a member another role."""
    async with house.db.write() as tx:
        await tx.execute(update(tables.staff).where(tables.staff.c.name == name).values(role=role))
