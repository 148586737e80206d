"""Closing a case on its page, opening it again, and the editors' page of suggestions."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.model.case import CaseState, Outcome
from bot.model.staff import Role
from bot.store import cases, suggestions
from bot.store.suggestions import State
from tests.support.desk import House, field_of, fill_in, typed_in


async def _outcome(desk: House, case_id: str) -> tuple[CaseState, Outcome | None, str | None]:
    async with desk.db.read() as tx:
        found = await cases.get(tx, case_id)
    assert found is not None
    return found.state, found.outcome, found.topic


async def test_what_is_preset_closes_a_case_as_answered(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert re.findall(r'name="close_outcome" value="([^"]*)" checked', page) == ["answered"]
    assert page.count(f"/desk/case/{case_id}/close") == 1
    closed = await fill_in(ana, case_id, "close", close_outcome="answered", close_topic="")
    assert closed.status_code == 303
    assert await _outcome(desk, case_id) == (CaseState.CLOSED, Outcome.ANSWERED, None)


async def test_the_topic_that_was_understood_is_preset(desk: House) -> None:
    await desk.write("kako dobim štipendijo")
    case = await desk.case()
    ana = await desk.signed_in("ana")
    await fill_in(ana, case.id, "claim")

    page = (await ana.get(f"/desk/case/{case.id}")).text
    assert '<option value="scholarships" selected>' in page


async def test_a_case_is_closed_with_what_came_of_it_and_its_page_tells_so(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await fill_in(ana, case_id, "close", close_outcome="referred", close_topic="food-help")
    assert await _outcome(desk, case_id) == (CaseState.CLOSED, Outcome.REFERRED, "food-help")
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "ana closed the case: Referred to an office" in page
    assert "<dd>Referred to an office</dd>" in page
    await desk.write("Da", press=f"ended:yes:{case_id}")
    assert "Did it help?</dt><dd>Yes" in (await ana.get(f"/desk/case/{case_id}")).text


async def test_a_refused_closing_keeps_what_was_chosen(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    refused = await fill_in(
        ana, case_id, "close", close_outcome="abuse", close_topic="food-help", close_unknown="1", text="Še nekaj"
    )

    assert refused.status_code == 409
    assert "Send it or delete it first" in refused.text
    assert re.findall(r'name="close_outcome" value="([^"]*)" checked', refused.text) == ["abuse"]
    assert '<option value="food-help" selected>' in refused.text
    assert 'name="close_unknown" value="1" aria-describedby="close-unknown-help" checked' in refused.text
    assert (await desk.case()).state is CaseState.CLAIMED


@pytest.mark.parametrize("outcome", ["silent", "", "nonsense"])
async def test_an_outcome_that_no_page_offers_is_refused(desk: House, ana: httpx.AsyncClient, case_id: str, outcome: str) -> None:
    assert (await fill_in(ana, case_id, "close", close_outcome=outcome)).status_code == 400
    assert (await desk.case()).state is CaseState.CLAIMED


async def test_what_was_said_meanwhile_keeps_a_case_open(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    fields = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.write("počakajte, še nekaj")
    refused = await ana.post(f"/desk/case/{case_id}/close", data={**fields, "close_outcome": "answered"})

    assert refused.status_code == 409
    assert "Something was said while you were typing" in refused.text
    assert (await desk.case()).state is CaseState.CLAIMED


async def test_a_no_brings_the_case_back_to_ana_who_is_still_there(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await fill_in(ana, case_id, "close", close_outcome="answered")
    await desk.write("Ne", press=f"ended:no:{case_id}")

    assert (await desk.case()).claimed_by == "ana"
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "The resident said that it did not help." in page
    assert "The case is open again." in page
    assert "Reply to the resident" in page


async def test_a_closed_case_is_opened_again_by_who_then_has_it(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await fill_in(ana, case_id, "close", close_outcome="answered")
    boris = await desk.signed_in("boris")
    assert "Open the case again and take it" in (await boris.get(f"/desk/case/{case_id}")).text
    opened = await fill_in(boris, case_id, "reopen")
    assert opened.status_code == 303
    assert (await desk.case()).claimed_by == "boris"
    late = await fill_in(ana, case_id, "reopen")
    assert late.status_code == 409
    assert "boris was faster and has this case." in late.text


async def test_a_case_is_not_opened_again_beside_another_and_the_page_leads_there(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await fill_in(ana, case_id, "close", close_outcome="answered")
    await desk.write("rad bi govoril s človekom")
    other = await desk.case()
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert f'href="/desk/case/{other.id}">{other.code}</a>' in page
    assert "Open the case again" not in page
    refused = await fill_in(ana, case_id, "reopen")
    assert refused.status_code == 409
    assert f"This resident has another case that is open: {other.code}." in refused.text
    assert refused.text.count(f'href="/desk/case/{other.id}"') == 2
    assert await desk.state(case_id) is CaseState.CLOSED


async def test_a_case_that_waits_again_is_not_opened_twice(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await fill_in(ana, case_id, "close", close_outcome="answered")
    await desk.closing.reopen(case_id, "boris")
    await desk.helpdesk.release(case_id, "boris")
    late = await fill_in(ana, case_id, "reopen")

    assert late.status_code == 409
    assert "The case is open again already and waits in the line." in late.text


# ---- suggestions


async def _suggest(desk: House, ana: httpx.AsyncClient, case_id: str) -> str:
    await desk.write("kje dobim <b>vozni red</b>, sem Ana Novak, 041 123 456")
    await fill_in(ana, case_id, "reply", text="Na postaji. Lep pozdrav, Ana")
    await fill_in(ana, case_id, "close", close_outcome="answered", close_topic="food-help", close_unknown="1")
    async with desk.db.read() as tx:
        (found,) = await suggestions.in_state(tx, State.OPEN)
    return found.id


async def _editor(desk: House) -> httpx.AsyncClient:
    await desk.hire("dora", Role.EDITOR)
    return await desk.signed_in("dora")


async def _decide(dora: httpx.AsyncClient, identifier: str, **fields: str) -> httpx.Response:
    token = field_of((await dora.get("/desk/suggestions")).text, "token")
    return await dora.post(f"/desk/suggestions/{identifier}", data={"token": token, **fields})


async def test_editors_read_suggestions_without_the_person(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    await _suggest(desk, ana, case_id)
    dora = await _editor(desk)
    page = (await dora.get("/desk/suggestions")).text

    assert "kje dobim <b>vozni red</b>, sem [name], [phone]" in html.unescape(page)
    assert "<b>vozni red" not in page
    assert "Na postaji. Lep pozdrav, [name]" in page
    assert "Pomoč s hrano" in page
    assert 'href="/desk/suggestions"' in (await dora.get("/desk")).text


async def test_a_suggestion_is_done_or_declined_with_a_reason(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    identifier = await _suggest(desk, ana, case_id)
    dora = await _editor(desk)
    refused = await _decide(dora, identifier, state="declined", why="  ")
    assert refused.status_code == 422
    assert "Say in a few words why you decline this." in refused.text
    declined = await _decide(dora, identifier, state="declined", why="Tega ne vemo.")
    assert (declined.status_code, declined.headers["location"]) == (303, "/desk/suggestions")
    page = (await dora.get("/desk/suggestions")).text
    assert "There is no suggestion to decide on." in page
    assert "Declined by dora" in page
    assert "Tega ne vemo." in page
    late = await _decide(dora, identifier, state="done")
    assert late.status_code == 409
    assert "dora has decided on this meanwhile." in late.text


async def test_what_was_typed_to_a_suggestion_is_not_lost(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    identifier = await _suggest(desk, ana, case_id)
    dora = await _editor(desk)
    forged = await dora.post(f"/desk/suggestions/{identifier}", data={"token": "x", "state": "done", "why": "Dodano."})
    assert forged.status_code == 403
    assert typed_in(forged.text, f"why-{identifier}") == "Dodano."
    long = await _decide(dora, identifier, state="done", why="a" * 4001)
    assert long.status_code == 422
    assert "too long" in long.text
    assert "There is no suggestion" not in (await dora.get("/desk/suggestions")).text


@pytest.mark.parametrize("path", ["x", "0" * 32])
async def test_a_suggestion_that_is_not_there_is_not_decided_on(desk: House, path: str) -> None:
    dora = await _editor(desk)
    token = field_of((await dora.get("/desk")).text, "token")
    assert (await dora.post(f"/desk/suggestions/{path}", data={"token": token, "state": "done"})).status_code == 404


async def test_suggestions_are_for_editors_of_their_info_point(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    identifier = await _suggest(desk, ana, case_id)
    await desk.hire("cilka", Role.COORDINATOR, points={"dalgopol"})
    cilka = await desk.signed_in("cilka")
    page = (await cilka.get("/desk/suggestions")).text
    assert "vozni red" not in page
    token = field_of(page, "token")
    refused = await cilka.post(f"/desk/suggestions/{identifier}", data={"token": token, "state": "done"})
    assert refused.status_code == 404
    assert (await ana.get("/desk/suggestions")).status_code == 404  # she answers residents
    assert (await desk.browser().get("/desk/suggestions")).status_code == 303


async def test_the_address_of_a_decision_leads_to_the_page(desk: House) -> None:
    dora = await _editor(desk)
    answer = await dora.get(f"/desk/suggestions/{'0' * 32}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/suggestions")
