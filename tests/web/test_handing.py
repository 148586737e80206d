"""Handing on and guarding a case on its page."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.routing import Route

from bot.dialogue import consent
from bot.model.case import CaseState
from bot.model.staff import Role
from bot.store import readers
from tests.support.desk import House, field_of, fill_in, typed_in


@pytest.fixture
async def team(desk: House) -> House:
    """The desk of Ana and Boris, with Cilka in Bulgaria, Dora who keeps the knowledge and Ema who coordinates Ptuj."""
    await desk.hire("cilka", points={"dalgopol"})
    await desk.hire("dora", Role.EDITOR)
    await desk.hire("ema", Role.COORDINATOR, points={"ptuj"})
    return desk


def _options(page: str, name: str) -> list[str]:
    select = re.search(rf'<select id="[^"]*" name="{name}".*?</select>', page, re.DOTALL)
    assert select is not None
    return re.findall(r'<option value="([^"]*)"', select[0])


async def test_colleagues_with_rights_are_offered_those_at_the_desk_first(
    team: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await team.signed_in("ema")
    page = (await ana.get(f"/desk/case/{case_id}")).text

    assert _options(page, "hand_to") == ["", "ema", "boris"]
    assert "ema (at the desk now)" in page
    assert "boris (at the desk now)" not in page
    assert _options(page, "hand_point") == ["", "dalgopol"]
    assert "Дългопол (other country, the resident is asked)" in page


async def test_who_does_not_have_the_case_is_offered_nothing(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    boris = await team.signed_in("boris")
    page = (await boris.get(f"/desk/case/{case_id}")).text

    for name in ("hand_to", "hand_point", "close_outcome", "Make the case confidential"):
        assert name not in page
    assert "hand_to" in (await ana.get(f"/desk/case/{case_id}")).text


async def test_a_case_is_handed_to_a_colleague(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    handed = await fill_in(ana, case_id, "hand", hand_to="ema", hand_why="Zna madžarsko.")
    assert (handed.status_code, handed.headers["location"]) == (303, f"/desk/case/{case_id}#latest")
    assert (await team.case()).claimed_by == "ema"
    page = (await (await team.signed_in("ema")).get(f"/desk/case/{case_id}")).text
    assert "ana handed the case on to ema." in page
    assert "Zna madžarsko." in page


@pytest.mark.parametrize(("action", "fields"), [("hand", {"hand_to": "cilka"}), ("hand", {}), ("move", {"hand_point": "ptuj"})])
async def test_what_was_not_to_choose_is_refused_and_the_reason_stays_typed(
    team: House, ana: httpx.AsyncClient, case_id: str, action: str, fields: dict[str, str]
) -> None:
    refused = await fill_in(ana, case_id, action, hand_why="Ker je bliže.", **fields)

    assert refused.status_code == 422
    assert "this choice is not possible any more" in refused.text
    assert typed_in(refused.text, "hand-why") == "Ker je bliže."
    assert (await team.case()).claimed_by == "ana"


async def test_a_reply_that_was_not_sent_keeps_a_case_from_being_handed_on(
    team: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    refused = await fill_in(ana, case_id, "hand", hand_to="ema", text="Dober dan")

    assert refused.status_code == 409
    assert "Send it or delete it first" in refused.text
    assert typed_in(refused.text, "text") == "Dober dan"
    assert (await team.case()).claimed_by == "ana"


async def test_a_reason_of_any_length_is_not_taken(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    refused = await fill_in(ana, case_id, "hand", hand_to="ema", hand_why="a" * 4001)

    assert refused.status_code == 422
    assert "too long" in refused.text
    assert (await team.case()).claimed_by == "ana"


async def test_a_case_that_was_taken_over_is_not_handed_on(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    await team.helpdesk.take_over(case_id, "ana", "boris")
    fields = {name: field_of(page, name) for name in ("token", "version", "seen")}
    refused = await ana.post(f"/desk/case/{case_id}/hand", data={**fields, "hand_to": "ema", "hand_why": "Zna."})

    assert refused.status_code == 409
    assert "This case is with boris now." in refused.text


async def test_another_country_is_asked_for_first_and_the_page_says_so(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    asked = await fill_in(ana, case_id, "move", hand_point="dalgopol")
    assert asked.status_code == 303
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "ana had the resident asked whether the case may go to the info point Дългопол." in page
    assert "Until the resident agrees, it stays here." in page
    assert "Yes, pass it on" in page  # what the resident sees under the question
    chat = await team.conversation()
    await team.write("Da", press=f"consent:{consent.question_of(case_id, 'dalgopol')}")
    assert (await team.case()).point == "dalgopol"
    assert (await team.conversation()).id == chat.id
    cilka = await team.signed_in("cilka")
    there = (await cilka.get(f"/desk/case/{case_id}")).text
    assert "The resident agreed, and the case went to the info point" in there
    assert "Take this case" in there


async def test_who_hands_a_case_to_where_they_have_no_rights_is_led_to_the_line(team: House, case_id: str) -> None:
    ema = await team.signed_in("ema")
    await fill_in(ema, case_id, "claim")
    await fill_in(ema, case_id, "move", hand_point="dalgopol")
    await team.write("Da", press=f"consent:{consent.question_of(case_id, 'dalgopol')}")

    assert (await ema.get(f"/desk/case/{case_id}")).status_code == 404


# ---- confidential


async def _guard(ana: httpx.AsyncClient, case_id: str, *names: str) -> httpx.Response:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    boxes = {value: name for name, value in re.findall(r'name="(reader\.[0-9a-f]+)" value="([^"]*)"', page)}
    assert "dora" not in boxes
    return await fill_in(ana, case_id, "guard", **{boxes[name]: name for name in names})


async def test_a_case_is_made_confidential_and_that_is_taken_back(team: House, ana: httpx.AsyncClient, case_id: str) -> None:
    assert (await _guard(ana, case_id, "ema")).status_code == 303
    async with team.db.read() as tx:
        assert await readers.of_case(tx, case_id) == {"ana", "ema"}
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "Only these can read it:</strong> ana, ema" in page
    assert "ana made the case confidential. It can be read by: ana, ema." in page
    ema, boris = await team.signed_in("ema"), await team.signed_in("boris")
    assert "End that it is confidential" in (await ema.get(f"/desk/case/{case_id}")).text
    assert (await boris.get(f"/desk/case/{case_id}")).status_code == 404

    assert (await fill_in(ana, case_id, "open-up")).status_code == 303
    assert (await boris.get(f"/desk/case/{case_id}")).status_code == 200


async def test_to_those_who_are_not_named_a_confidential_case_is_closed_everywhere(
    team: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await team.write("nekaj zelo osebnega")
    await _guard(ana, case_id)
    boris = await team.signed_in("boris")
    token = field_of((await boris.get("/desk")).text, "token")
    form = {"token": token, "version": "1", "seen": "0", "text": "x", "note": "x", "holder": "ana", "hand_to": "boris"}
    routes = [each for each in team.site.routes if isinstance(each, Route) and each.path.startswith("/desk/case/{case_id}")]
    assert len(routes) > 20
    for route in routes:
        path = route.path.replace("{case_id}", case_id).replace("{sequence}", "1")
        for method in (route.methods or set()) - {"HEAD"}:
            answer = await boris.request(method, path, data=form if method == "POST" else None)
            # The address of a form leads back to the page of the case, which is not there either.
            assert answer.status_code in (404, 303), (method, path)
            assert answer.status_code == 404 or (method, answer.headers["location"]) == ("GET", f"/desk/case/{case_id}"), path
            assert "osebnega" not in answer.text
    assert "osebnega" not in (await boris.get("/desk")).text
    assert (await team.case()).claimed_by == "ana"
    assert (await team.case()).confidential


async def test_a_reader_who_left_meanwhile_is_refused_and_nothing_is_guarded(
    team: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    refused = await fill_in(ana, case_id, "guard", **{"reader.x": "cilka"})

    assert refused.status_code == 422
    assert not (await team.case()).confidential


async def test_a_confidential_case_goes_to_a_colleague_or_to_somebody_by_name_at_another_point(
    team: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    await _guard(ana, case_id)
    refused = await fill_in(ana, case_id, "move", hand_point="dalgopol")
    assert refused.status_code == 409
    assert "Choose who is to read it at the other info point." in refused.text
    assert _options(refused.text, "hand_point") == ["", "dalgopol ana", "dalgopol boris", "dalgopol cilka"]
    assert (await fill_in(ana, case_id, "move", hand_point="dalgopol cilka")).status_code == 303
    assert (await team.case()).offered_reader == "cilka"
    await fill_in(ana, case_id, "hand", hand_to="boris")
    boris = await team.signed_in("boris")
    assert "Reply to the resident" in (await boris.get(f"/desk/case/{case_id}")).text
    assert (await team.case()).state is CaseState.CLAIMED
