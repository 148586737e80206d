"""Housekeeping by hand: one rule at a time, and a clock that is believed at once."""

from __future__ import annotations

from datetime import datetime

from bot.store import chores, retention
from bot.store.chores import Clock
from bot.store.database import Database, Transaction
from bot.store.retention import Periods, Rule

_ALL = 10_000


async def carry_out(tx: Transaction, rule: Rule, now: datetime) -> int:
    """Carry out one rule and return how many rows went."""
    return await retention.carry_out(tx, rule, await retention.find(tx, rule, now, Periods(), _ALL), now, Periods())


async def believe(db: Database, now: datetime) -> None:
    """Have it known that the clock has come to ``now`` evenly, as it does where the program runs on."""
    async with db.write() as tx:
        await chores.put_clock(tx, Clock(now, now))
