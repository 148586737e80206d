from __future__ import annotations

from tests.support.desk import House


async def test_health_tells_what_the_application_measures(desk: House) -> None:
    desk.told |= {"version": "0.1.0", "strength": "full", "training": None, "oldest_waiting_s": 0.2}
    answer = await desk.browser().get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "edition": 1,
        "version": "0.1.0",
        "strength": "full",
        "training": None,
        "oldest_waiting_s": 0.2,
    }


async def test_what_is_amiss_degrades_it_but_it_serves_on(desk: House) -> None:
    desk.told |= {"degraded": ["edition 2 could not be built"]}
    answer = await desk.browser().get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")


async def test_without_its_database_it_cannot_serve(desk: House) -> None:
    desk.told |= {"database": "unreachable"}
    answer = await desk.browser().get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
    ready = await desk.browser().get("/ready")
    assert (ready.status_code, ready.json()) == (503, {"ready": False})


async def test_without_an_edition_it_cannot_serve(desk: House) -> None:
    desk.told |= {"edition": 0}
    assert (await desk.browser().get("/health")).status_code == 503
    assert (await desk.browser().get("/ready")).status_code == 503


async def test_ready_is_one_word(desk: House) -> None:
    answer = await desk.browser().get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True})
