"""May the clock be believed? What it says decides what is deleted for good, so a reading that is far off is not acted on.

A machine that lost its time, or was set to a wrong one by hand, would else delete everything in one go. Between two readings
housekeeping takes minutes. When the clock has gone ahead by more than a day since the last reading that was believed (or the
machine stood still for so long, which looks the same), nothing is deleted until it has run on evenly for a day. Until then
``/health`` says so, and somebody can set it right. A clock that goes back is believed: less is over then, not more.

Before the first reading the last message that came is taken for one: in a database that was brought back from an old backup, or
was not used for long, nothing is deleted on the first day, so that somebody can say by the settings what is to be kept.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.store.chores import Clock

#: By more than this no clock goes ahead between two readings, and for so long it has to run evenly to be believed again.
DAY = timedelta(days=1)


def read(known: Clock | None, now: datetime) -> Clock:
    """Return what is known of the clock after it said ``now``. The first reading of a database without messages is believed."""
    if known is None or now <= known.trusted + DAY:
        return Clock(now, now)
    runs_evenly = known.doubted is not None and known.doubted <= now and known.seen - DAY <= now <= known.seen + DAY
    if not runs_evenly:
        return Clock(known.trusted, now, now)
    if known.doubted is not None and now - known.doubted >= DAY:
        return Clock(now, now)
    return replace(known, seen=now)


def believed_at(clock: Clock) -> datetime | None:
    """Return when a doubted clock will be believed; None when it is."""
    return None if clock.doubted is None else clock.doubted + DAY
