"""What a Prometheus server reads from ``/metrics``: how much came, how fast it was answered, and what waits.

Counters and times are those of this process, to be summed over all; what waits is read from the database and the same in
all. Nothing tells of a person: no label is a place, a topic or a text, and a crisis counts as a person who was called (see
`bot.work.metering.outcome`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot import clock
from bot.channels.telegram.state import Phase
from bot.store import gauges
from bot.store.database import Database, StoreError
from bot.store.gauges import Gauges

#: Seconds that the database has to answer.
PATIENCE = 3.0

#: Seconds between two looks at how late the event loop is.
_LAG_EVERY = 0.5

#: How strongly the library is understood.
_STRENGTHS = ("nearest", "words", "full")

#: Bounds of times, in seconds: of thinking, of waiting for an answer, of a page, and of the loop.
_TURN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_WAIT = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800)
_PAGE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)

#: What ``/health`` tells; see `bot.web.health`.
Told = Callable[[], Awaitable[Mapping[str, object]]]


class Metrics:
    """The measurements of one process, in a registry of its own. It is the `bot.work.metering.Meter` of its loops and doors."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._looked = _Looked()
        self._looking: asyncio.Task[Gauges | None] | None = None
        made: dict[str, Any] = {"registry": self._registry, "namespace": "infopoint"}
        self._taken_up = Counter("messages", "Messages of residents that were taken up.", ["channel"], **made)
        self._turns = Counter("turns", "Messages that were decided about, by what came of them.", ["channel", "outcome"], **made)
        self._aside = Counter("set_aside", "Messages that could not be worked on; a person was called.", ["channel"], **made)
        self._wait = Histogram("wait_seconds", "From the arrival of a message to its answer.", ["channel"], buckets=_WAIT, **made)
        self._turn = Histogram("turn_seconds", "Work on one message.", buckets=_TURN, **made)
        self._sends = Counter("sends", "What was tried to be sent, by how it went.", ["result"], **made)
        self._errors = Counter("database_errors", "Times that the database did not do its part.", **made)
        self._requests = Counter("requests", "Requests, by the hundreds of their status.", ["status"], **made)
        self._page = Histogram("request_seconds", "From a request to the beginning of its answer.", buckets=_PAGE, **made)
        self._lag = Histogram("event_loop_lag_seconds", "How late the event loop is.", buckets=_LAG, **made)
        Gauge("build_info", "The version that runs.", ["version"], **made).labels(version("infopoint")).set(1)
        ProcessCollector(registry=self._registry)
        self._registry.register(self._looked)

    def took_up(self, channel: str) -> None:
        """Count an incoming that is worked on for the first time."""
        self._taken_up.labels(channel).inc()

    def answered(self, channel: str, outcome: str, waited: float, took: float) -> None:
        """Count a turn that is committed."""
        self._turns.labels(channel, outcome).inc()
        self._wait.labels(channel).observe(max(waited, 0.0))
        self._turn.observe(took)

    def set_aside(self, channel: str) -> None:
        """Count an incoming that could not be worked on."""
        self._aside.labels(channel).inc()

    def sent(self, how: str) -> None:
        """Count what was tried to be sent."""
        self._sends.labels(how).inc()

    def database_failed(self) -> None:
        """Count a time that the database did not do its part."""
        self._errors.inc()

    def served(self, status: int, took: float) -> None:
        """Count a request."""
        self._requests.labels(f"{status // 100}xx").inc()
        self._page.observe(took)

    async def run(self) -> None:
        """Measure how late the event loop is, until cancelled."""
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_LAG_EVERY)
            self._lag.observe(max(time.perf_counter() - began - _LAG_EVERY, 0.0))

    async def render(self, db: Database, told: Told) -> bytes:
        """Return all of it as Prometheus reads it. A database that does not answer in time is told to be down."""
        state = await told()
        self._looked.families = list(_families(state, await self._look(db), clock.now()))
        return generate_latest(self._registry)

    async def _look(self, db: Database) -> Gauges | None:
        # Waited for from outside, and by one task for all who ask, as in `bot.health`.
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(_gauges(db))
        done, _ = await asyncio.wait([self._looking], timeout=PATIENCE)
        return self._looking.result() if done else None


class _Looked(Collector):
    """Gives what was found by the last look."""

    def __init__(self) -> None:
        self.families: list[GaugeMetricFamily] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return it."""
        return self.families


async def _gauges(db: Database) -> Gauges | None:
    try:
        async with db.read() as tx:
            return await gauges.look(tx)
    except StoreError:
        return None


def _families(state: Mapping[str, object], found: Gauges | None, now: datetime) -> Iterable[GaugeMetricFamily]:
    degraded, edition = state.get("degraded"), state.get("edition")
    yield _one("database_up", "Whether the database answers.", float(found is not None))
    yield _one("degraded", "How many things are amiss; /health names them.", len(degraded) if isinstance(degraded, list) else 0)
    yield _one("edition", "The edition that answers.", edition if isinstance(edition, int) else 0)
    yield _many("strength", "How messages are understood now.", {each: state.get("strength") == each for each in _STRENGTHS})
    yield _one("training", "Whether it is learning.", state.get("training") is not None)
    phases = {str(phase): state.get("telegram") == phase for phase in Phase}
    yield _many("telegram", "Where the door to Telegram stands.", phases)
    if found is None:
        return
    yield _one("inbox_waiting", "Messages that nobody has worked on.", found.inbox.number)
    yield _one("inbox_oldest_seconds", "For how long the oldest of them waits.", _age(found.inbox.since, now))
    yield _one("outbox_waiting", "Messages that are not sent yet.", found.outbox.number)
    yield _one("outbox_oldest_seconds", "For how long the oldest of them waits.", _age(found.outbox.since, now))
    yield _many("cases", "Open cases, by state.", found.cases)
    yield _one(
        "case_oldest_waiting_seconds", "For how long the resident waits who has waited longest.", _age(found.line.since, now)
    )
    if found.tidied_at is not None:
        yield _one("housekeeping_age_seconds", "For how long housekeeping has not come through.", _age(found.tidied_at, now))


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)


def _one(name: str, what: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"infopoint_{name}", what, value=float(value))


def _many(name: str, what: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"infopoint_{name}", what, labels=["state"])
    for state, value in values.items():
        family.add_metric([state], float(value))
    return family
