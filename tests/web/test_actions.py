from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from bot.model.case import CaseState
from bot.model.message import Author
from bot.work.helpdesk import put_back_all
from tests.support.desk import House, by_staff, field_of, fill_in, transcript, typed_in


async def test_a_taken_case_offers_a_reply_in_the_residents_language(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "You have had this case since" in page
    assert '<textarea id="text" name="text" rows="5" lang="sl"' in page
    assert "Language of the resident: slovenščina." in page
    assert (await desk.case()).claimed_by == "ana"


async def test_a_second_claim_is_refused_and_says_who_was_faster(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    boris = await desk.signed_in("boris")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    token = field_of((await boris.get("/desk")).text, "token")
    refused = await boris.post(f"/desk/case/{case_id}/claim", data={"token": token})
    assert refused.status_code == 409
    assert "ana was faster and has this case." in refused.text
    assert "Reply to the resident" not in refused.text
    assert field_of(page, "token") != token


async def test_a_colleagues_case_can_be_taken_over_and_both_see_from_whom(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    boris = await desk.signed_in("boris")
    page = (await boris.get(f"/desk/case/{case_id}")).text
    assert "Take over from ana" in page
    assert "Take over" not in (await ana.get(f"/desk/case/{case_id}")).text
    taken = await fill_in(boris, case_id, "takeover", holder=field_of(page, "holder"))
    assert (taken.status_code, taken.headers["location"]) == (303, f"/desk/case/{case_id}#latest")
    assert (await desk.case()).claimed_by == "boris"
    assert "Reply to the resident" in (await boris.get(f"/desk/case/{case_id}")).text
    lost = (await ana.get(f"/desk/case/{case_id}")).text
    assert "Reply to the resident" not in lost
    assert "Take over from boris" in lost
    assert "boris took the case over from ana." in lost
    assert "Note by boris, for staff only" in lost


@pytest.mark.usefixtures("ana")
async def test_a_case_that_somebody_else_took_over_is_not_taken_over_from_them_by_an_old_page(desk: House, case_id: str) -> None:
    await desk.hire("cilka")
    await desk.helpdesk.take_over(case_id, "ana", "cilka")
    boris = await desk.signed_in("boris")
    refused = await fill_in(boris, case_id, "takeover", holder="ana")
    assert refused.status_code == 409
    assert "cilka was faster and has this case." in refused.text
    assert "Take over from cilka" in refused.text
    await desk.helpdesk.release(case_id, "cilka")
    back = await fill_in(boris, case_id, "takeover", holder="cilka", note="Poznam ga.")
    assert back.status_code == 409
    assert "The case has been put back into the line meanwhile. You can take it." in back.text
    assert "Take this case" in back.text
    assert typed_in(back.text, "note") == "Poznam ga."
    assert await desk.state(case_id) is CaseState.WAITING


async def test_a_case_is_taken_over_with_the_sessions_own_token_only(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    boris = await desk.signed_in("boris")
    for token in ("", "forged", field_of((await ana.get("/desk")).text, "token")):
        refused = await boris.post(f"/desk/case/{case_id}/takeover", data={"token": token, "holder": "ana"})
        assert refused.status_code == 403
    assert (await desk.case()).claimed_by == "ana"


@pytest.mark.parametrize("action", ["claim", "takeover"])
async def test_a_note_that_is_being_typed_outlives_the_taking_of_a_case(desk: House, case_id: str, action: str) -> None:
    if action == "takeover":
        await desk.helpdesk.claim(case_id, "ana")
    boris = await desk.signed_in("boris")
    taken = await fill_in(boris, case_id, action, holder="ana", note="Poznam ga.")
    assert taken.status_code == 200
    assert typed_in(taken.text, "note") == "Poznam ga."
    assert (await desk.case()).claimed_by == "boris"


@pytest.mark.usefixtures("ana")
async def test_the_case_of_a_colleague_who_was_shut_out_says_why_it_waits_again(desk: House, case_id: str) -> None:
    async with desk.db.write() as tx:
        await put_back_all(tx, "ana", desk.now())
    boris = await desk.signed_in("boris")
    page = (await boris.get(f"/desk/case/{case_id}")).text
    assert "ana can no longer use the desk, so the case is back in the line." in page
    assert "Take this case" in page
    note = re.search(r'<article id="entry-\d+" class="entry note">.*?</article>', page, re.DOTALL)
    assert note is not None
    assert 'class="said"' not in note.group()  # the name is not told twice


@pytest.mark.parametrize("action", ["claim", "takeover", "reply", "note", "release", "close"])
async def test_the_address_of_a_form_leads_back_to_the_case(ana: httpx.AsyncClient, case_id: str, action: str) -> None:
    answer = await ana.get(f"/desk/case/{case_id}/{action}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/case/{case_id}")
    assert (await ana.get(f"/desk/case/x/{action}")).status_code == 404


async def test_of_two_claims_at_the_same_moment_one_is_refused(desk: House, case_id: str) -> None:
    browsers = [await desk.signed_in(name) for name in ("ana", "boris")]
    tokens = [field_of((await browser.get("/desk")).text, "token") for browser in browsers]
    answers = await asyncio.gather(
        *(
            browser.post(f"/desk/case/{case_id}/claim", data={"token": token})
            for browser, token in zip(browsers, tokens, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_a_reply_reaches_the_resident(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    answer = await fill_in(ana, case_id, "reply", text="Dober dan, tukaj Ana.")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/case/{case_id}#latest")
    assert await by_staff(desk) == ["Dober dan, tukaj Ana."]


async def test_a_form_sent_twice_is_one_reply(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    fields = {name: field_of(page, name) for name in ("token", "version", "seen")} | {"text": "Samo enkrat."}
    answers = [await ana.post(f"/desk/case/{case_id}/reply", data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    assert await by_staff(desk) == ["Samo enkrat."]


@pytest.mark.parametrize("empty", ["", "  \r\n ", "\0\u200b"])
async def test_an_empty_reply_is_not_sent(desk: House, ana: httpx.AsyncClient, case_id: str, empty: str) -> None:
    refused = await fill_in(ana, case_id, "reply", text=empty)
    assert refused.status_code == 422
    assert "There is nothing to send yet" in refused.text
    assert await by_staff(desk) == []


async def test_odd_characters_in_a_reply_are_left_out(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await fill_in(ana, case_id, "reply", text="Dober\0 dan\u202e 😀")
    assert await by_staff(desk) == ["Dober dan 😀"]


async def test_a_note_can_be_added_by_whoever_does_not_have_the_case(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    boris = await desk.signed_in("boris")
    assert (await fill_in(boris, case_id, "note", note="Poznam ga.")).status_code == 303
    assert (await transcript(desk))[-1].staff == "boris"
    empty = await fill_in(boris, case_id, "note", note=" ")
    assert (empty.status_code, "There is nothing to send yet" in empty.text) == (422, True)
    assert "Note by boris, for staff only" in (await ana.get(f"/desk/case/{case_id}")).text


async def test_a_case_is_closed_and_the_assistant_answers_again(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await desk.write("zgubil sem službo kaj zdaj")
    assert (await transcript(desk))[-1].author is Author.RESIDENT
    assert (await fill_in(ana, case_id, "close")).status_code == 303
    assert await desk.state(case_id) is CaseState.CLOSED
    await desk.write("zgubil sem službo kaj zdaj")
    assert (await transcript(desk))[-1].author is Author.BOT
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "The assistant answers again." in page
    assert "Reply to the resident" not in page


async def test_a_case_can_be_put_back_for_a_colleague(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    assert (await fill_in(ana, case_id, "release")).status_code == 303
    assert await desk.state(case_id) is CaseState.WAITING
    boris = await desk.signed_in("boris")
    assert (await fill_in(boris, case_id, "claim")).status_code == 303
    assert (await desk.case()).claimed_by == "boris"
