"""Who reads a case and who types, as open pages hear it over a real connection."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.webchat import visitor
from bot.store import presence
from bot.store.database import Database
from tests.support.desk import PASSWORD, House, desk_at, field_of
from tests.support.serving import Serving

COOKIE = "c" * 43
Message = dict[str, Any]


async def furnish(house: House) -> None:
    """Let a resident of the web chat wait for staff."""
    for name in ("ana", "boris", "cilka"):
        await house.hire(name)
    await house.write("rad bi govoril s človekom", visitor.address_of(COOKIE))


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


class Ear:
    """The stream of an open page."""

    def __init__(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200
        self._lines = answer.iter_lines()

    def events(self) -> Iterator[tuple[str, str]]:
        """Yield what is heard: the name of the event and its data."""
        name, data = "", []
        for line in self._lines:
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data:"):
                data.append(line.removeprefix("data:").strip())
            elif not line and name:
                yield name, "\n".join(data)
                name, data = "", []

    def until(self, wanted: Callable[[Message], object]) -> Message:
        """Return the next message of which ``wanted`` is true."""
        for name, data in self.events():
            message: Message = json.loads(data) if name == "page" else {name: True}
            if wanted(message):
                return message
        raise AssertionError("the stream ended")


@pytest.fixture(name="house")
def _house(server: Serving) -> Iterator[Rooms]:
    with ExitStack() as stack:
        yield Rooms(server.url, stack)


class Rooms:
    """Browsers of staff and of the resident, and the streams of their pages."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._url = url
        self._stack = stack

    def browser(self, **options: Any) -> httpx.Client:
        return self._stack.enter_context(httpx.Client(base_url=self._url, timeout=60, **options))

    def resident(self) -> httpx.Client:
        return self.browser(cookies={visitor.COOKIE: COOKIE})

    def staff(self, name: str) -> httpx.Client:
        browser = self.browser()
        assert browser.post("/desk/signin", data={"name": name, "password": PASSWORD}).status_code == 303
        return browser

    def ear(self, browser: httpx.Client, path: str) -> Ear:
        return Ear(self._stack.enter_context(browser.stream("GET", path)))


def case_of(browser: httpx.Client) -> str:
    found = re.search(r'href="(/desk/case/[0-9a-f]{32})', browser.get("/desk").text)
    assert found is not None
    return found.group(1)


def part(name: str, words: str) -> Callable[[Message], object]:
    return lambda message: message.get("part") == name and words in message["html"]


def post(browser: httpx.Client, case: str, action: str, **fields: str) -> httpx.Response:
    page = browser.get(case).text
    hidden = {name: field_of(page, name) for name in ("token", "version", "seen")}
    return browser.post(f"{case}/{action}", data={**hidden, **fields})


def test_who_opens_a_case_is_named_to_the_others_who_have_it_open_and_in_the_line(house: Rooms) -> None:
    ana, boris, cilka = (house.staff(name) for name in ("ana", "boris", "cilka"))
    case = case_of(ana)
    hers = house.ear(ana, f"{case}/stream")
    line = house.ear(cilka, "/desk/stream")
    assert "boris" not in hers.until(lambda message: message.get("part") == "together")["html"]
    with boris.stream("GET", f"{case}/stream") as answer:
        his = Ear(answer)
        his.until(part("together", "too: ana."))
        hers.until(part("together", "too: boris."))
    hers.until(lambda message: message.get("part") == "together" and "boris" not in message["html"])
    post(ana, case, "claim")
    line.until(part("line", "Open at: ana"))


def test_a_page_closed_leaves_the_case_open_in_another_tab(house: Rooms, tmp_path: Path) -> None:
    ana, boris, cilka = (house.staff(name) for name in ("ana", "boris", "cilka"))
    case = case_of(ana)
    open_page = house.ear(ana, f"{case}/stream")
    open_page.until(lambda message: message.get("part") == "together")
    asyncio.run(closed(tmp_path, field_of(ana.get(case).text, "token"), case))
    post(boris, case, "claim")  # rings, so that the page that is still open looks
    house.ear(cilka, f"{case}/stream").until(part("together", "too: ana."))


async def closed(folder: Path, token: str, case: str) -> None:
    """Note that a page of a session was closed, as the server does it."""
    db = Database.open(f"sqlite:///{folder / 'desk.db'}")
    async with db.write() as tx:
        was = await presence.leave_case(tx, token, case.rpartition("/")[2])
    await db.close()
    assert was


def test_the_page_of_a_case_hears_that_its_resident_types(house: Rooms) -> None:
    ana, resident = house.staff("ana"), house.resident()
    ear = house.ear(ana, f"{case_of(ana)}/stream")
    ear.until(lambda message: "calls" in message)
    assert resident.post("/typing").status_code == 204
    assert ear.until(lambda message: "typing" in message) == {"typing": True}


@pytest.mark.parametrize("cookies", [{}, {visitor.COOKIE: "d" * 43}, {visitor.COOKIE: "no cookie of ours"}])
def test_that_a_stranger_types_is_heard_by_nobody_and_refused_by_no_word(house: Rooms, cookies: dict[str, str]) -> None:
    assert house.browser(cookies=cookies).post("/typing").status_code == 204


def test_the_resident_hears_that_who_has_the_case_types(house: Rooms) -> None:
    ana, resident = house.staff("ana"), house.resident()
    case = case_of(ana)
    post(ana, case, "claim")
    ear = house.ear(resident, "/stream")
    ear.until(lambda message: "entry" in message)
    token = field_of(ana.get(case).text, "token")
    assert ana.post(f"{case}/typing", data={"token": token}).status_code == 204
    assert ear.until(lambda message: "entry" not in message) == {"typing": True}


def test_only_who_has_the_case_can_say_that_they_type(house: Rooms) -> None:
    ana, boris = (house.staff(name) for name in ("ana", "boris"))
    case = case_of(ana)
    post(ana, case, "claim")
    token = field_of(boris.get(case).text, "token")
    assert boris.post(f"{case}/typing", data={"token": token}).status_code == 403
    assert ana.post(f"{case}/typing", data={"token": "forged"}).status_code == 403
    assert ana.post(f"/desk/case/{'0' * 32}/typing", data={"token": "forged"}).status_code == 404
    assert house.browser().post(f"{case}/typing", data={"token": token}).status_code == 401


def test_the_stream_of_the_line_obeys_the_filter_of_its_page(house: Rooms) -> None:
    ana = house.staff("ana")
    mine = house.ear(ana, "/desk/stream?view=mine")
    assert "No case is in this view now." in mine.until(lambda message: message.get("part") == "line")["html"]
    post(ana, case_of(ana), "claim")
    mine.until(part("line", "rad bi govoril"))


def test_a_call_is_new_once_and_says_nothing_about_anybody(house: Rooms) -> None:
    ana, boris = (house.staff(name) for name in ("ana", "boris"))
    case = case_of(ana)
    ear, his = house.ear(ana, "/desk/stream"), house.ear(boris, f"{case}/stream")
    first = ear.until(lambda message: "calls" in message)["calls"]
    assert list(first.values()) == ["case"]
    assert all(re.fullmatch(r"[0-9a-f]{16}", key) for key in first)
    assert his.until(lambda message: "calls" in message)["calls"] == first
    house.resident().post("/message", data={"text": "ste tam?"})
    post(ana, case, "claim")
    assert ear.until(lambda message: "calls" in message) == {"calls": {}}
    post(ana, case, "reply", text="Dober dan.")
    house.resident().post("/message", data={"text": "hvala"})
    assert list(ear.until(lambda message: message.get("calls"))["calls"].values()) == ["reply"]


def test_a_crisis_calls_as_one(house: Rooms) -> None:
    ana = house.staff("ana")
    ear = house.ear(ana, "/desk/stream")
    house.resident().post("/message", data={"text": "ubil se bom"})
    assert "crisis" in ear.until(lambda message: "crisis" in message.get("calls", {}).values())["calls"].values()


def test_a_stream_tells_who_signed_out_that_it_ends(house: Rooms) -> None:
    ana = house.staff("ana")
    ear = house.ear(ana, "/desk/stream")
    ear.until(lambda message: "calls" in message)
    ana.post("/desk/signout", data={"token": field_of(ana.get("/desk").text, "token")})
    house.resident().post("/message", data={"text": "rad bi govoril s človekom"})  # rings
    ear.until(lambda message: "gone" in message)
    assert ana.get("/desk/stream").status_code == 401


def test_a_page_that_is_open_when_its_case_becomes_confidential_ends_and_hears_nothing_more(house: Rooms) -> None:
    ana, boris, resident = house.staff("ana"), house.staff("boris"), house.resident()
    case = case_of(ana)
    assert post(ana, case, "claim").status_code == 303
    his, his_line = house.ear(boris, f"{case}/stream"), house.ear(boris, "/desk/stream")
    his.until(lambda message: "calls" in message)
    his_line.until(part("line", case))
    assert post(ana, case, "guard").status_code == 303
    assert resident.post("/typing").status_code == 204

    assert not any(json.loads(data).get("typing") for name, data in his.events() if name == "page")
    assert case not in his_line.until(lambda message: message.get("part") == "line")["html"]
    assert boris.get(f"{case}/stream").status_code == 404
