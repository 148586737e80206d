"""What a Prometheus server reads: true, of nobody in particular, and for nobody but it."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import httpx
import pytest
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot.__main__ import main
from bot.channels.contract import SendFailure
from bot.dialogue.handoff import failure_reply
from bot.metrics import PATIENCE, Metrics
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Outgoing
from bot.model.turn import Turn
from bot.model.verdict import Verdict, VerdictKind
from bot.store import chores
from bot.store.chores import Chore
from bot.store.database import Database
from bot.web.edge import WebEdge
from bot.web.metrics import routes
from bot.work.delivery import Delivery
from bot.work.reception import Reception
from tests.support.house import TELEGRAM, WEB, House, echo, parse
from tests.support.phrases import english
from tests.support.silence import silent_server

#: As a person in distress writes, in a place that has few inhabitants.
CANARY = "kanarček Zavrtače EMŠO 0101006500006"

_STATE = {"edition": 7, "strength": "words", "training": None, "telegram": "listening", "degraded": ["one thing"]}


async def _state() -> Mapping[str, object]:
    return _STATE


async def _read(metrics: Metrics, db: Database) -> dict[str, float]:
    """Return each sample by its name and its labels' values."""
    text = (await metrics.render(db, _state)).decode()
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _reception(house: House, metrics: Metrics) -> Reception:
    def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        if incoming.text.startswith("bad"):
            raise RuntimeError(incoming.text)
        kinds = {"person": VerdictKind.CRISIS, "what": VerdictKind.ANSWER}
        verdict = Verdict(kinds[incoming.text.split()[0]], 1.0) if incoming.text.split()[0] in kinds else None
        return replace(echo(conversation, incoming, now), verdict=verdict)

    def sorry(conversation: Conversation) -> tuple[Conversation, Outgoing]:
        return failure_reply(conversation, english())

    parsers = {TELEGRAM: parse, WEB: parse}
    return Reception(house.db, house.bell, parsers, think, sorry, clock=house.clock, meter=metrics)


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


async def test_messages_are_counted_by_what_came_of_them(house: House) -> None:
    metrics = Metrics()
    reception = _reception(house, metrics)
    await house.hears(f"what {CANARY}", "ana")
    await house.hears("hm", "berta", channel=WEB)
    house.later(seconds=3)
    while await reception.step("worker"):
        pass
    read = await _read(metrics, house.db)

    assert read["infopoint_messages_total telegram"] == read["infopoint_messages_total web"] == 1
    assert read["infopoint_turns_total telegram answer"] == read["infopoint_turns_total web other"] == 1
    assert read["infopoint_wait_seconds_sum telegram"] == 3
    assert read["infopoint_turn_seconds_count"] == 2
    assert read["infopoint_inbox_waiting"] == 0


async def test_a_crisis_is_counted_as_a_person_and_nothing_of_anybody_is_told(house: House) -> None:
    metrics = Metrics()
    await house.hears("person", f"address of {CANARY}")
    await house.hears(f"what {CANARY}", "ana")
    while await _reception(house, metrics).step("worker"):
        pass
    text = (await metrics.render(house.db, _state)).decode()

    assert 'infopoint_turns_total{channel="telegram",outcome="person"} 1.0' in text
    assert "crisis" not in text.replace("crisis counts", "")
    assert not [word for word in CANARY.split() if word in text]
    assert set(re.findall(r"[{,](\w+)=", text)) == {"channel", "outcome", "le", "state", "version"}


async def test_what_cannot_be_worked_on_is_counted_once(house: House) -> None:
    metrics = Metrics()
    await house.hears("bad")
    reception = _reception(house, metrics)
    for _ in range(5):
        await reception.step("worker")
        house.later(minutes=1)
    read = await _read(metrics, house.db)

    assert read["infopoint_messages_total telegram"] == 1
    assert read["infopoint_set_aside_total telegram"] == 1


async def test_sending_is_counted_by_how_it_went(house: House) -> None:
    metrics = Metrics()
    for address in ("ana", "berta", "cene"):
        await house.hears("hm", address)
    await house.works()
    delivery = Delivery(house.db, house.bell, {TELEGRAM: house.post}, clock=house.clock, meter=metrics)
    house.post.failures += [SendFailure(permanent=True), SendFailure(permanent=False)]
    waiting = (await _read(metrics, house.db))["infopoint_outbox_waiting"]
    await delivery.step(TELEGRAM)
    read = await _read(metrics, house.db)

    assert waiting == 3
    assert [read[f"infopoint_sends_total {how}"] for how in ("sent", "put-off", "failed")] == [1, 1, 1]
    assert read["infopoint_outbox_waiting"] == 1


async def test_what_waits_is_told_with_its_age(house: House) -> None:
    await house.hears("person")
    await house.works()
    await house.hears("hm", "berta")
    async with house.db.write() as tx:
        await chores.put(tx, chores.HOUSEKEEPING, Chore(house.now, house.now, {}))
    read = await _read(Metrics(), house.db)

    assert (read["infopoint_cases waiting"], read["infopoint_cases claimed"], read["infopoint_inbox_waiting"]) == (1, 0, 1)
    # The house's clock stands still, on a day that is over or to come.
    assert {read["infopoint_inbox_oldest_seconds"] >= 0, read["infopoint_case_oldest_waiting_seconds"] >= 0} == {True}
    assert read["infopoint_housekeeping_age_seconds"] >= 0


async def test_how_the_process_is_doing_is_told(database: Database) -> None:
    metrics = Metrics()
    running = asyncio.create_task(metrics.run())
    while not (await _read(metrics, database))["infopoint_event_loop_lag_seconds_count"]:  # noqa: ASYNC110 - nothing tells when
        await asyncio.sleep(0.05)
    running.cancel()
    metrics.database_failed()
    read = await _read(metrics, database)

    assert (read["infopoint_edition"], read["infopoint_degraded"], read["infopoint_training"]) == (7, 1, 0)
    assert (read["infopoint_strength words"], read["infopoint_strength full"]) == (1, 0)
    assert (read["infopoint_telegram listening"], read["infopoint_telegram refused"]) == (1, 0)
    assert (read["infopoint_database_up"], read["infopoint_database_errors_total"]) == (1, 1)
    assert read["process_resident_memory_bytes"] > 1e7


async def test_a_database_that_does_not_answer_is_told_in_time() -> None:
    with silent_server() as (_, url):
        silent = Database.open(url)
        began = time.monotonic()
        read = await _read(Metrics(), silent)
        took = time.monotonic() - began
        await silent.close()

    assert read["infopoint_database_up"] == 0
    assert "infopoint_inbox_waiting" not in read
    assert took < PATIENCE + 2


async def _get(token: str, **headers: str) -> httpx.Response:
    async def render() -> bytes:
        return b"some 1\n"

    transport = httpx.ASGITransport(Starlette(routes=routes(render, token)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
        return await browser.get("/metrics", headers=headers)


async def test_without_a_token_there_is_no_such_page() -> None:
    assert (await _get("", authorization="Bearer ")).status_code == 404


@pytest.mark.parametrize("shown", ["", "Bearer", "Bearer ", "Bearer a-tokeN", "Basic a-token", "a-token", "Bearer a-token2"])
async def test_who_does_not_show_the_token_reads_nothing(shown: str) -> None:
    refused = await _get("a-token", authorization=shown)

    assert (refused.status_code, refused.text, refused.headers["www-authenticate"]) == (401, "", "Bearer")


async def test_who_shows_the_token_reads_it() -> None:
    read = await _get("a-token", authorization="bearer a-token")

    assert (read.status_code, read.text, read.headers["cache-control"]) == (200, "some 1\n", "no-store")
    assert read.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_requests_are_counted_at_the_edge(database: Database) -> None:
    metrics = Metrics()
    site = WebEdge(Starlette(), refuse=lambda _, __: Starlette(), meter=metrics)  # type: ignore[arg-type, return-value]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url="http://localhost") as browser:
        await browser.get(f"/{CANARY}")
    read = await _read(metrics, database)

    assert read["infopoint_requests_total 4xx"] == read["infopoint_request_seconds_count"] == 1


async def test_the_dashboard_shows_what_there_is_and_all_of_it(house: House) -> None:
    printed = CliRunner().invoke(main, ["dashboard"], catch_exceptions=False)
    panels = json.loads(printed.output)["panels"]
    asked = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    metrics = Metrics()
    for measure in (metrics.set_aside, metrics.took_up, metrics.sent):
        measure("x")
    metrics.answered("x", "answer", 1, 1)
    metrics.served(200, 1)
    async with house.db.write() as tx:
        await chores.put(tx, chores.HOUSEKEEPING, Chore(house.now, house.now, {}))
    names = {name.split()[0] for name in await _read(metrics, house.db)}
    used = set(re.findall(r"\b(?:infopoint|process)_\w+", asked))

    assert used <= names
    ours = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in names if name.startswith("infopoint_")}
    assert {re.sub(r"_bucket$", "", name) for name in used if name.startswith("infopoint_")} | {
        name for name in ours if f"{name}_total" in names
    } == ours
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] for panel in panels)
