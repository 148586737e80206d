"""Photos and files at the desk, both ways; whatever is refused, nothing typed is lost."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.channels.webchat import visitor
from bot.model.attached import LARGEST
from bot.model.conversation import Conversation
from bot.model.message import Author
from bot.store import audit, conversations, entries
from bot.store.entries import Entry
from bot.web import security
from tests.support.attached import links
from tests.support.desk import House, field_of, fill_in, house, typed_in
from tests.support.files import archive, paper, photo

COOKIE = "c" * 43
ADDRESS = visitor.address_of(COOKIE)


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A desk with Ana and Boris, on each database."""
    async with house(tmp_path, url=database_url) as opened:
        await opened.hire("ana")
        await opened.hire("boris")
        yield opened


@pytest.fixture
async def case_id(desk: House) -> str:
    """The case of a resident with a browser, who asked for a person."""
    await desk.write("rad bi govoril s človekom", ADDRESS)
    return (await desk.case(ADDRESS)).id


@pytest.fixture
async def resident(desk: House) -> AsyncIterator[httpx.AsyncClient]:
    async with desk.browser() as browser:
        browser.cookies.set(visitor.COOKIE, COOKIE)
        yield browser


async def attach(
    browser: httpx.AsyncClient, case_id: str, content: bytes | None, name: str = "slika.jpg", **fields: str
) -> httpx.Response:
    """Send the form of a case with a file chosen in it."""
    page = (await browser.get(f"/desk/case/{case_id}")).text
    hidden = {each: field_of(page, each) for each in ("token", "version", "seen")}
    chosen = {"file": ("", b"", "application/octet-stream") if content is None else (name, content, "image/svg+xml")}
    return await browser.post(f"/desk/case/{case_id}/attach", data={**hidden, **fields}, files=chosen)


async def said(desk: House) -> list[Entry]:
    async with desk.db.read() as tx:
        found: Conversation | None = await conversations.find(tx, "web", ADDRESS)
        assert found is not None
        return [line for line in await entries.latest(tx, found.id) if line.author is Author.STAFF]


async def test_a_member_of_staff_sends_a_photo_with_a_text(
    desk: House, ana: httpx.AsyncClient, case_id: str, resident: httpx.AsyncClient
) -> None:
    assert (await attach(ana, case_id, photo(), text="Tukaj je vhod.")).status_code == 303
    (line,) = await said(desk)
    assert (line.text, line.staff, line.file and line.file.name) == ("Tukaj je vhod.", "ana", "slika.jpg")
    assert (await desk.case(ADDRESS)).waiting_since is None

    page = (await resident.get("/")).text
    (address,) = re.findall(r'<img src="(/file/[0-9a-f]{32})"', page)
    given = await resident.get(address)
    assert (given.status_code, given.headers["content-type"], given.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert b"camera" not in given.content

    # Staff see it as well, as a picture of our own.
    shown = (await ana.get(f"/desk/case/{case_id}")).text
    (own,) = re.findall(rf'<img src="(/desk/case/{case_id}/attachment/\d+)"', shown)
    opened = await ana.get(own)
    assert (opened.content, opened.headers["content-type"]) == (given.content, "image/jpeg")
    assert opened.headers["content-disposition"].startswith("attachment; ")
    assert "Open the photo" in shown
    async with desk.db.read() as tx:
        noted = [(line.action, line.detail) for line in await audit.latest(tx, staff="ana")]
    assert ("attach", {"type": "image/jpeg"}) in noted
    assert [action for action, _ in noted].count("open-attachment") == 1


async def test_what_a_resident_attached_is_opened_at_the_desk(
    desk: House, ana: httpx.AsyncClient, case_id: str, resident: httpx.AsyncClient
) -> None:
    page = (await resident.get("/")).text
    hidden = {"id": re.findall(r'id="composer".*?name="id" value="([^"]+)"', page, re.DOTALL)[0], "text": "Moja odločba"}
    sent = await resident.post("/message", data=hidden, files={"file": ("odločba.pdf", paper(), "application/pdf")})
    assert sent.status_code == 303
    assert await desk.reception.step("worker")

    shown = (await ana.get(f"/desk/case/{case_id}")).text
    ((name, address),) = links(shown).items()
    opened = await ana.get(address)
    assert (name, opened.content, opened.headers["content-type"]) == ("Open the file", paper(), "application/pdf")
    assert "sent a file" in shown
    assert "Moja odločba" in shown
    assert (await desk.browser().get(address)).status_code == 303
    assert (await (await desk.signed_in("boris")).get(address.replace(case_id, "0" * 32))).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "Choose a photo or a file first."),
        (b"", "This file is empty."),
        (archive("word/document.xml"), "save it as PDF"),
        (paper(OpenAction={"S": "/JavaScript"}), "holds a program or another file"),
        (bytes(LARGEST + 3_000_000), "at most 10 MB"),
    ],
)
async def test_what_is_not_sent_is_told_and_what_was_typed_stays(
    desk: House, ana: httpx.AsyncClient, case_id: str, content: bytes | None, told: str
) -> None:
    refused = await attach(ana, case_id, content, text="Pozdravljeni,\n\nglejte.", note="zase")
    assert (refused.status_code, told in refused.text) == (422, True)
    assert typed_in(refused.text, "text") == "Pozdravljeni,\n\nglejte."
    assert typed_in(refused.text, "note") == "zase"
    assert await said(desk) == []


async def test_a_file_for_a_conversation_that_moved_is_not_sent_and_the_text_stays(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    hidden = {each: field_of(page, each) for each in ("token", "version", "seen")}
    await desk.write("še nekaj", ADDRESS)
    moved = await ana.post(f"/desk/case/{case_id}/attach", data={**hidden, "text": "Glejte"}, files={"file": ("a.txt", b"1")})
    assert (moved.status_code, typed_in(moved.text, "text")) == (409, "Glejte")
    assert await said(desk) == []


async def test_only_who_has_the_case_sends_files_and_no_forged_form_does(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    boris = await desk.signed_in("boris")
    page = (await boris.get(f"/desk/case/{case_id}")).text
    hidden = {each: field_of(page, each) for each in ("token", "version", "seen")}
    chosen = {"file": ("a.txt", b"1")}
    refused = await boris.post(f"/desk/case/{case_id}/attach", data={**hidden, "text": "Jaz bi"}, files=chosen)
    assert (refused.status_code, typed_in(refused.text, "text")) == (409, "Jaz bi")
    forged = await ana.post(f"/desk/case/{case_id}/attach", data={**hidden, "token": "x", "text": "Glejte"}, files=chosen)
    assert (forged.status_code, typed_in(forged.text, "text")) == (403, "Glejte")
    stranger = await desk.browser().post(f"/desk/case/{case_id}/attach", data={**hidden, "text": "Glejte"}, files=chosen)
    assert (stranger.status_code, "Glejte" in stranger.text) == (401, True), "kept while one signs in"
    odd = await ana.post(f"/desk/case/{case_id}/attach", content=b"x", headers={"content-type": "multipart/form-data"})
    assert odd.status_code == 400
    assert await said(desk) == []


async def test_a_text_too_long_for_a_message_goes_with_no_file(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    refused = await attach(ana, case_id, b"1", text="č" * 5000)
    assert (refused.status_code, len(typed_in(refused.text, "text"))) == (422, 5000)
    assert await said(desk) == []


async def test_a_file_that_would_be_left_behind_keeps_the_reply_back(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    # Without scripts the other button sends no more of a file than its name.
    refused = await fill_in(ana, case_id, "reply", text="Glejte prilogo", file="slika.jpg")
    assert (refused.status_code, typed_in(refused.text, "text")) == (422, "Glejte prilogo")
    assert "You had chosen a file, so nothing was sent yet." in refused.text
    assert await said(desk) == []
    assert (await fill_in(ana, case_id, "reply", text="Glejte prilogo", file="")).status_code == 303


async def test_a_body_may_be_larger_only_where_a_file_is_taken(ana: httpx.AsyncClient, case_id: str) -> None:
    two = b"a" * 2_000_000
    form = {"content-type": "application/x-www-form-urlencoded"}
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    for path, headers in (
        (f"/desk/case/{case_id}/attach", form),
        ("/message", form),
        (f"/desk/case/{case_id}/reply", multipart),
        (f"/desk/case/{case_id}/attach/x", multipart),
        ("/desk/signin", multipart),
    ):
        assert (await ana.post(path, content=two, headers=headers)).status_code == 413, path
    assert (await ana.post(f"/desk/case/{case_id}/attach", content=b"a" * 65_000_000, headers=multipart)).status_code == 413


async def _coming(body: list[bytes], started: asyncio.Event, released: asyncio.Event) -> AsyncIterator[bytes]:
    """Send a part of a form, then nothing more until it is let go on."""
    yield body[0]
    started.set()
    await released.wait()
    yield body[1]


async def test_only_so_many_files_come_in_at_once_and_no_slower_than_they_may(
    desk: House, ana: httpx.AsyncClient, case_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    hidden = {each: field_of(page, each) for each in ("token", "version", "seen")}
    form = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{hidden[name]}\r\n' for name in hidden)
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhello\r\n--x--\r\n'
    address, headers = f"/desk/case/{case_id}/attach", {"content-type": "multipart/form-data; boundary=x"}
    monkeypatch.setattr(security, "MOST_COMING", 1)
    started, released = asyncio.Event(), asyncio.Event()
    coming = _coming([form.encode(), file.encode()], started, released)
    slow = asyncio.create_task(ana.post(address, content=coming, headers=headers))
    await started.wait()
    too_many = await ana.post(address, content=form + file, headers=headers)
    released.set()

    assert (too_many.status_code, "Too much at once" in too_many.text) == (429, True)
    assert (await slow).status_code == 303
    assert [line.file and line.file.name for line in await said(desk)] == ["a.txt"]

    monkeypatch.setattr(security, "LONGEST_COMING", 0.05)
    never = _coming([form.encode(), b""], asyncio.Event(), asyncio.Event())
    assert (await ana.post(address, content=never, headers=headers)).status_code == 408
    assert (await ana.post(address, content=b"x", headers=headers)).status_code == 400, "there is room again"
    field, plain = "application/x-www-form-urlencoded", _coming([b"token=", b""], asyncio.Event(), asyncio.Event())
    trickling = await ana.post(f"/desk/case/{case_id}/reply", content=plain, headers={"content-type": field})
    assert trickling.status_code == 408, "nor does a form without a file keep a place for ever"
