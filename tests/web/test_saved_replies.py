"""Saved replies: who writes them, what is refused, that nobody overwrites anybody, and how they reach a reply."""

from __future__ import annotations

import re
from dataclasses import replace

import httpx
import pytest

from bot.clock import now
from bot.model.staff import Role
from bot.store import audit, replies, schedules
from bot.store.replies import Draft, SavedReply
from tests.support.desk import House, field_of, fill_in, typed_in
from tests.support.small_library import small_library

POINT = next(iter(small_library().points))
TEXTS = {"text_sl": "Dober dan, tukaj {point}.", "text_it": "Buongiorno dal {point}."}


@pytest.fixture
async def keeper(desk: House) -> httpx.AsyncClient:
    """The browser of Cilka, who coordinates one info point."""
    await desk.hire("cilka", Role.COORDINATOR, [POINT])
    return await desk.signed_in("cilka")


@pytest.fixture
async def reply(desk: House) -> SavedReply:
    """A reply of that point."""
    return await kept(desk, Draft("Greeting", POINT, {"sl": "Dober dan, {point}. Pridite: {hours}. Koda {case_code}."}))


async def kept(desk: House, draft: Draft) -> SavedReply:
    """Keep a reply."""
    async with desk.db.write() as tx:
        reply_id = await replies.make(tx, draft, "cilka", now())
        found = await replies.get(tx, reply_id)
    assert found is not None
    return found


async def everything(desk: House) -> list[Draft]:
    """Return all that is kept."""
    async with desk.db.read() as tx:
        return [each.draft for each in await replies.everything(tx)]


async def send(browser: httpx.AsyncClient, address: str, **fields: str) -> httpx.Response:
    """Fill in the form at ``address`` as it is shown now, and send it."""
    page = (await browser.get(address)).text
    hidden = {name: field_of(page, name) for name in ("token", "version")}
    return await browser.post(address, data={**hidden, **fields})


async def test_a_reply_is_written_once_in_all_languages(desk: House, keeper: httpx.AsyncClient) -> None:
    answer = await send(keeper, "/desk/replies/new", name="Greeting", point=POINT, **TEXTS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/replies?done=saved")
    assert await everything(desk) == [Draft("Greeting", POINT, {"sl": TEXTS["text_sl"], "it": TEXTS["text_it"]})]
    page = (await keeper.get(answer.headers["location"])).text
    assert "The reply is saved." in page
    assert re.search(r"Missing:\s+hrvaščina, bolgarščina", page)
    async with desk.db.read() as tx:
        assert [(act.staff, act.action, act.subject) for act in await audit.latest(tx, action="reply-made")] == [
            ("cilka", "reply-made", "Greeting")
        ]


async def test_what_was_typed_comes_through_a_session_that_has_ended(desk: House, keeper: httpx.AsyncClient) -> None:
    page = (await keeper.get("/desk/replies/new")).text
    fields = {"token": field_of(page, "token"), "version": "0", "name": "Greeting", "point": POINT, **TEXTS}
    keeper.cookies.clear()
    asked = await keeper.post("/desk/replies/new", data=fields)
    assert asked.status_code == 401
    assert "Dober dan, tukaj {point}." in asked.text
    assert await everything(desk) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", **TEXTS}, "Give it a name of at most 80 characters."),
        ({"name": "x" * 81, **TEXTS}, "Give it a name of at most 80 characters."),
        ({"name": "A"}, "Write it in one language at least."),
        ({"name": "A", "text_hr": "Zovem se {name}, {x"}, "This is no field: {name} {. Fields are: {point}, {hours},"),
        ({"name": "A", "text_hr": "x" * 4001}, "This is too long. At most 4000 characters"),
        ({"name": "A", "point": "elsewhere", **TEXTS}, "Choose an info point whose replies you may write."),
        ({"name": "A", "point": "", **TEXTS}, "Choose an info point whose replies you may write."),
    ],
)
async def test_what_cannot_be_kept_is_told_at_its_field_and_comes_back(
    desk: House, keeper: httpx.AsyncClient, fields: dict[str, str], told: str
) -> None:
    answer = await send(keeper, "/desk/replies/new", **{"point": POINT, **fields})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert typed_in(answer.text, "text_sl") == fields.get("text_sl", "")
    assert await everything(desk) == []


async def test_a_preview_shows_each_language_filled_in_and_keeps_nothing(desk: House, keeper: httpx.AsyncClient) -> None:
    answer = await send(
        keeper, "/desk/replies/new", name="A", point=POINT, text_sl="Tukaj {point}. Kličite {phone}.", do="preview"
    )
    assert answer.status_code == 200
    name = small_library().points[POINT].names["sl"]
    assert f"Tukaj {name}." in answer.text
    assert re.search(r"Not entered there:\s+phone number", answer.text)
    assert typed_in(answer.text, "text_sl") == "Tukaj {point}. Kličite {phone}."
    assert await everything(desk) == []


async def test_a_reply_is_changed(desk: House, keeper: httpx.AsyncClient, reply: SavedReply) -> None:
    answer = await send(keeper, f"/desk/replies/{reply.id}", name="Hello", point=POINT, **TEXTS)
    assert answer.status_code == 303
    assert [draft.name for draft in await everything(desk)] == ["Hello"]


async def test_who_saves_second_sees_both_texts_and_loses_nothing(
    desk: House, keeper: httpx.AsyncClient, reply: SavedReply
) -> None:
    address = f"/desk/replies/{reply.id}"
    page = (await keeper.get(address)).text
    mine = {"token": field_of(page, "token"), "version": field_of(page, "version"), "name": "Mine", "point": POINT}
    async with desk.db.write() as tx:
        await replies.change(tx, reply.id, 1, replace(reply.draft, texts={"sl": "Njihovo."}), "dana", now())
    refused = await keeper.post(address, data={**mine, "text_sl": "Moje."})
    assert refused.status_code == 409
    assert "dana has changed this reply meanwhile." in refused.text
    assert typed_in(refused.text, "text_sl") == "Moje."
    assert "Njihovo." in refused.text
    again = await keeper.post(address, data={**mine, "version": field_of(refused.text, "version"), "text_sl": "Moje."})
    assert again.status_code == 303
    assert await everything(desk) == [Draft("Mine", POINT, {"sl": "Moje."})]


async def test_a_reply_that_was_deleted_meanwhile_can_be_kept_as_a_new_one(
    desk: House, keeper: httpx.AsyncClient, reply: SavedReply
) -> None:
    page = (await keeper.get(f"/desk/replies/{reply.id}")).text
    async with desk.db.write() as tx:
        await replies.remove(tx, reply.id, 1)
    fields = {"token": field_of(page, "token"), "version": "1", "name": "Mine", "point": POINT, "text_sl": "Moje."}
    gone = await keeper.post(f"/desk/replies/{reply.id}", data=fields)
    assert gone.status_code == 409
    assert "Somebody has deleted this reply meanwhile." in gone.text
    assert 'action="/desk/replies/new"' in gone.text
    assert typed_in(gone.text, "text_sl") == "Moje."


async def test_a_reply_is_deleted_after_a_question(desk: House, keeper: httpx.AsyncClient, reply: SavedReply) -> None:
    address = f"/desk/replies/{reply.id}/delete"
    assert "Delete “Greeting”?" in (await keeper.get(address)).text
    page = (await keeper.get(address)).text
    async with desk.db.write() as tx:
        await replies.change(tx, reply.id, 1, reply.draft, "dana", now())
    refused = await keeper.post(address, data={"token": field_of(page, "token"), "version": "1"})
    assert refused.status_code == 409
    assert "dana has changed this reply meanwhile." in refused.text
    done = await send(keeper, address)
    assert done.headers["location"] == "/desk/replies?done=deleted"
    assert await everything(desk) == []
    assert (await keeper.get(address)).status_code == 404


async def test_a_form_of_another_session_shows_what_was_typed_and_does_nothing(
    desk: House, keeper: httpx.AsyncClient, reply: SavedReply
) -> None:
    for path in ("new", reply.id):
        data = {"token": "forged", "version": "1", "name": "A", "text_sl": "Moje."}
        refused = await keeper.post(f"/desk/replies/{path}", data=data)
        assert refused.status_code == 403
        assert typed_in(refused.text, "text_sl") == "Moje."
    refused = await keeper.post(f"/desk/replies/{reply.id}/delete", data={"token": "forged", "version": "1"})
    assert refused.status_code == 403
    assert await everything(desk) == [reply.draft]


async def test_staff_use_replies_and_do_not_write_them(desk: House, reply: SavedReply) -> None:
    ana = await desk.signed_in("ana")
    page = await ana.get("/desk/replies")
    assert "Greeting" in page.text
    assert "/desk/replies/new" not in page.text
    for path in ("new", reply.id, f"{reply.id}/delete"):
        assert (await ana.get(f"/desk/replies/{path}")).status_code == 404


async def test_a_coordinator_writes_no_replies_of_all_points_nor_of_others(desk: House, keeper: httpx.AsyncClient) -> None:
    for_all = await kept(desk, Draft("For all", None, {"sl": "Vsem."}))
    others = await kept(desk, Draft("Of others", "another", {"sl": "Drugim."}))
    listed = (await keeper.get("/desk/replies")).text
    assert "For all" in listed
    assert "Of others" not in listed
    assert f"/desk/replies/{for_all.id}" not in listed
    for reply in (for_all, others):
        assert (await keeper.get(f"/desk/replies/{reply.id}")).status_code == 404
    assert (await keeper.get("/desk/replies/nothing")).status_code == 404


async def test_editors_do_not_see_replies_and_strangers_sign_in(desk: House) -> None:
    await desk.hire("eva", Role.EDITOR)
    assert (await (await desk.signed_in("eva")).get("/desk/replies")).status_code == 404
    stranger = await desk.browser().get("/desk/replies")
    assert stranger.headers["location"] == "/desk/signin?next=/desk/replies"


async def test_a_reply_is_filled_in_for_the_cases_info_point(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    case = await desk.case()
    assert case.point is not None
    saved = await kept(
        desk, Draft("Where", case.point, {"sl": "Tukaj {point}. Odprto: {hours}. Koda {case_code}.", "it": "Siamo qui: {point}."})
    )
    point = small_library().points[case.point]
    async with desk.db.write() as tx:
        kept_hours = schedules.KeptHours(case.point, "Mo-Fr 08:00-12:00", (), "cilka", now())
        assert await schedules.keep(tx, kept_hours, None)
    page = await fill_in(ana, case_id, "insert", pick=f"reply|{saved.id}", text="Dober dan.")
    assert typed_in(page.text, "text") == (
        f"Dober dan.\n\nTukaj {point.names['sl']}. Odprto: ponedeljek–petek: 8.00–12.00. Koda {case.code}."
    )


async def test_a_field_without_a_value_is_told_and_never_sent_in_braces(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    case = await desk.case()
    saved = await kept(desk, Draft("Where", None, {"sl": "Pozdravljeni. Kličite {phone}."}))
    only = await kept(desk, Draft("Phone", None, {"sl": "Kličite {phone}."}))
    foreign = await kept(desk, Draft("Foreign", None, {"bg": "Добър ден."}))
    others = await kept(desk, Draft("Others", "another", {"sl": "Drugod."}))
    assert small_library().points[case.point or ""].phone is None
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "Left out, because it is not entered for the info point: phone number." in page
    assert "Nothing is left of it, because it is not entered for the info point: phone number." in page
    assert "Nobody has written it in the language slovenščina yet." in page
    assert "Drugod." not in page
    put = await fill_in(ana, case_id, "insert", pick=f"reply|{saved.id}")
    assert typed_in(put.text, "text") == "Pozdravljeni."
    assert "Left out, because it is not entered for the info point: phone number." in put.text
    for reply in (only, foreign, others):
        assert (await fill_in(ana, case_id, "insert", pick=f"reply|{reply.id}")).status_code == 409
