"""Changing and withdrawing one's last message from the page of a case."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.channels.webchat import visitor
from bot.model.message import Author
from bot.store import audit
from bot.store.entries import Entry
from tests.support.desk import House, field_of, fill_in, transcript, typed_in
from tests.support.files import paper

COOKIE = "c" * 43


@pytest.fixture
async def case_id(desk: House) -> str:
    """The case of a resident with a browser, who asked for a person."""
    await desk.write("rad bi govoril s človekom")
    return (await desk.case()).id


async def _reply(ana: httpx.AsyncClient, case_id: str, text: str) -> None:
    assert (await fill_in(ana, case_id, "reply", text=text)).status_code == 303


async def _amend(ana: httpx.AsyncClient, case_id: str, action: str, **fields: str) -> httpx.Response:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    hidden = {name: field_of(page, name) for name in ("amended_entry", "amended_change")}
    return await fill_in(ana, case_id, action, **{**hidden, **fields})


async def _last(desk: House) -> Entry:
    return next(line for line in reversed(await transcript(desk)) if line.author is Author.STAFF)


async def test_the_last_message_is_changed_and_staff_see_what_it_said_before(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await _reply(ana, case_id, "Pridite ob devetih.")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert typed_in(page, "amended") == "Pridite ob devetih."
    assert "The resident may have read it already." in page
    assert (await _amend(ana, case_id, "edit", amended="Pridite ob desetih.")).status_code == 303

    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert re.search(r"<del><p>Pridite ob devetih.</p></del>", page)
    assert typed_in(page, "amended") == "Pridite ob desetih."
    assert "Changed" in page
    async with desk.db.read() as tx:
        (noted,) = await audit.latest(tx, action="edit")
    assert (noted.staff, noted.detail) == ("ana", {"entry": (await _last(desk)).sequence})


async def test_the_last_message_is_withdrawn_and_no_more_to_be_changed(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await _reply(ana, case_id, "Napačno okno.")
    assert (await _amend(ana, case_id, "withdraw", amended="Napačno okno.")).status_code == 303
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "The resident does not see it any more." in page
    assert "<del><p>Napačno okno.</p></del>" in page
    assert 'id="amended"' not in page
    assert (await _last(desk)).text == ""


async def test_what_a_resident_sees_is_the_new_text_or_that_it_was_withdrawn(desk: House, ana: httpx.AsyncClient) -> None:
    address = visitor.address_of(COOKIE)
    await desk.write("rad bi govoril s človekom", address)
    mine = (await desk.case(address)).id
    await fill_in(ana, mine, "claim")
    await _reply(ana, mine, "Pridite ob devetih.")
    await _amend(ana, mine, "edit", amended="Pridite ob desetih.")
    async with desk.browser() as resident:
        resident.cookies.set(visitor.COOKIE, COOKIE)
        page = (await resident.get("/")).text
        assert "Pridite ob desetih." in page
        assert "<span>changed</span>" in page
        assert "devetih" not in page
        await _amend(ana, mine, "withdraw")
        page = (await resident.get("/")).text
        assert "This message was withdrawn by the information point." in page
        assert "Pridite" not in page


async def test_a_file_that_was_withdrawn_is_given_to_staff_alone(desk: House, ana: httpx.AsyncClient) -> None:
    address = visitor.address_of(COOKIE)
    await desk.write("rad bi govoril s človekom", address)
    mine = (await desk.case(address)).id
    await fill_in(ana, mine, "claim")
    page = (await ana.get(f"/desk/case/{mine}")).text
    hidden = {each: field_of(page, each) for each in ("token", "version", "seen")}
    await ana.post(f"/desk/case/{mine}/attach", data=hidden, files={"file": ("a.pdf", paper())})
    async with desk.browser() as resident:
        resident.cookies.set(visitor.COOKIE, COOKIE)
        (there,) = re.findall(r"/file/[0-9a-f]{32}", (await resident.get("/")).text)
        assert (await resident.get(there)).status_code == 200
        await _amend(ana, mine, "withdraw")
        assert (await resident.get(there)).status_code == 404
        assert "/file/" not in (await resident.get("/")).text
    (own,) = re.findall(rf"/desk/case/{mine}/attachment/\d+", (await ana.get(f"/desk/case/{mine}")).text)
    assert (await ana.get(own)).content == paper()


async def test_the_page_says_when_the_resident_has_written_since(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await _reply(ana, case_id, "Pridite ob devetih.")
    await desk.write("hvala")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "The resident has written since and may have read it." in page
    assert (await _amend(ana, case_id, "edit", amended="Pridite ob desetih.")).status_code == 303


async def test_what_is_refused_is_told_and_the_new_text_stays(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await _reply(ana, case_id, "Pridite ob devetih.")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    seen = {name: field_of(page, name) for name in ("amended_entry", "amended_change")}

    nothing = await _amend(ana, case_id, "edit", amended=" ")
    assert (nothing.status_code, "There is nothing to send yet" in nothing.text) == (422, True)
    long = await _amend(ana, case_id, "edit", amended="č" * 4001)
    assert (long.status_code, len(typed_in(long.text, "amended"))) == (422, 4001)

    await _amend(ana, case_id, "edit", amended="Pridite ob desetih.")
    elsewhere = await fill_in(ana, case_id, "edit", **seen, amended="Pridite ob enajstih.", text="in še to")
    assert (elsewhere.status_code, "changed in another window meanwhile" in elsewhere.text) == (409, True)
    assert typed_in(elsewhere.text, "amended") == "Pridite ob enajstih."
    assert typed_in(elsewhere.text, "text") == "in še to"

    await _reply(ana, case_id, "Prinesite osebno izkaznico.")
    late = await fill_in(ana, case_id, "edit", **seen, amended="Pridite ob enajstih.")
    assert (late.status_code, "Only your last message can be changed" in late.text) == (409, True)

    boris = await desk.signed_in("boris")
    theirs = await fill_in(boris, case_id, "edit", **seen, amended="Jaz bi.")
    assert (theirs.status_code, "This case is with ana now." in theirs.text) == (409, True)
    assert (await fill_in(ana, case_id, "edit", amended_entry="x", amended_change="0", amended="a")).status_code == 400
    assert [line.text for line in await transcript(desk) if line.author is Author.STAFF] == [
        "Pridite ob desetih.",
        "Prinesite osebno izkaznico.",
    ]


async def test_who_does_not_have_the_case_is_offered_nothing(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    assert 'id="amended"' not in (await ana.get(f"/desk/case/{case_id}")).text, "nothing was said yet"
    await _reply(ana, case_id, "Pridite ob devetih.")
    boris = await desk.signed_in("boris")
    page = (await boris.get(f"/desk/case/{case_id}")).text
    assert 'id="amended"' not in page
    assert 'id="file"' not in page


async def test_another_reply_typed_meanwhile_stays_in_its_field(ana: httpx.AsyncClient, case_id: str) -> None:
    await _reply(ana, case_id, "Pridite ob devetih.")
    left = await _amend(ana, case_id, "edit", amended="Pridite ob desetih.", text="In prinesite")
    assert (left.status_code, typed_in(left.text, "text")) == (200, "In prinesite")
    assert typed_in(left.text, "amended") == "Pridite ob desetih."


async def test_on_our_own_page_there_is_no_limit_of_another_service(ana: httpx.AsyncClient, case_id: str) -> None:
    await _reply(ana, case_id, "Pridite ob devetih.")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "They see that it was changed or withdrawn." in page
    assert "48 hours" not in page
