"""The pages of cards and of the search: who sees them, what can be chosen, and that nothing of a resident is on them."""

from __future__ import annotations

import io
import logging
import re
import sys

import httpx
import pytest
from pypdf import PdfReader

from bot.model.staff import Role
from bot.store import audit, readers
from tests.support.desk import House, field_of, fill_in


@pytest.fixture
async def asked(desk: House) -> str:
    """The case of a resident from Ptuj who lost their work."""
    await desk.write("zgubil sem službo sem s Ptuja")
    await desk.write("rad bi govoril s človekom, Kolodvorska skrivnost")
    return (await desk.case()).id


def chosen(page: str, name: str) -> str:
    """Return what is chosen in a select of a page."""
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert found is not None
    option = re.search(r'<option value="([^"]*)"[^>]* selected', found.group())
    return option.group(1) if option else ""


async def test_the_card_of_a_case_shows_the_likeliest_answer_and_the_code(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    page = (await ana.get(f"/desk/case/{asked}/card")).text
    case = await desk.case()
    assert chosen(page, "answer") == "unemployment-registration/si"
    assert case.code in page
    assert "Urad za delo Ptuj" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page
    assert "Info točka Ptuj" in page
    assert "skrivnost" not in page
    assert f'formaction="/desk/case/{asked}/card/pdf"' in page


async def test_another_answer_and_other_languages_can_be_chosen(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    query = {"answer": "food-help/si", "first": "it", "second": "hr", "paper": "a5"}
    page = (await ana.get(f"/desk/case/{asked}/card", params=query)).text
    assert [chosen(page, name) for name in ("answer", "first", "second", "paper")] == ["food-help/si", "it", "hr", "a5"]
    assert '<div lang="it"><p class="small">Slovenia</p><h2>food-help si</h2></div>' in page
    assert '<div lang="hr"><p class="small">Slovenija</p><h2>food-help si</h2></div>' in page
    assert '<article class="sheet a5" lang="it"' in page


async def test_what_is_chosen_wrongly_is_as_if_nothing_were_chosen(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    query = {"answer": "nothing/si", "first": "xx", "second": "<b>", "paper": "a0"}
    page = (await ana.get(f"/desk/case/{asked}/card", params=query)).text
    assert [chosen(page, name) for name in ("answer", "first", "paper")] == ["unemployment-registration/si", "sl", "a4"]


async def test_the_card_of_a_case_without_a_question_lets_staff_choose(desk: House, case_id: str) -> None:
    ana = await desk.signed_in("ana")
    page = (await ana.get(f"/desk/case/{case_id}/card")).text
    assert "Choose an answer above." in page
    assert "<article" not in page
    page = (await ana.get(f"/desk/case/{case_id}/card", params={"answer": "food-help/si"})).text
    assert "food-help si" in page


async def test_the_card_of_a_case_is_for_those_who_may_read_it(desk: House, asked: str) -> None:
    await desk.hire("eva", Role.EDITOR)
    await desk.hire("drago", Role.STAFF, ["dalgopol"])
    for end in ("", "/pdf"):
        address = f"/desk/case/{asked}/card{end}"
        assert (await desk.browser().get(address)).headers["location"] == f"/desk/signin?next={address}"
        assert (await (await desk.signed_in("eva")).get(address)).status_code == 404
        assert (await (await desk.signed_in("drago")).get(address)).status_code == 404
        ana = await desk.signed_in("ana")
        assert (await ana.get(f"/desk/case/{'0' * 32}/card{end}")).status_code == 404
    async with desk.db.write() as tx:
        await readers.guard(tx, asked, ["boris"])
    assert (await ana.get(f"/desk/case/{asked}/card")).status_code == 404
    assert (await (await desk.signed_in("boris")).get(f"/desk/case/{asked}/card")).status_code == 200


async def test_who_opened_the_card_of_a_case_is_in_the_audit_log(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    for end in ("", "/pdf", ""):
        await ana.get(f"/desk/case/{asked}/card{end}")
    case = await desk.case()
    async with desk.db.read() as tx:
        assert [(act.staff, act.subject) for act in await audit.latest(tx, action="read")] == [("ana", case.code)]


async def test_the_card_of_a_case_is_a_pdf_too(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    answer = await ana.get(f"/desk/case/{asked}/card/pdf", params={"first": "it", "second": "sl", "paper": "a5"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == 'inline; filename="unemployment-registration-si-it-sl.pdf"'
    text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text()
    assert (await desk.case()).code in text
    assert "skrivnost" not in text


async def test_a_card_that_cannot_be_printed_says_so(desk: House, asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ana = await desk.signed_in("ana")
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert (await ana.get(f"/desk/case/{asked}/card/pdf")).status_code == 503
    assert (await ana.get(f"/desk/case/{asked}/card")).status_code == 200


async def test_any_answer_has_a_card(desk: House) -> None:
    await desk.hire("eva", Role.EDITOR, ["ptuj"])
    eva = await desk.signed_in("eva")
    page = (await eva.get("/desk/card/food-help/hr", params={"first": "sl"})).text
    assert [chosen(page, name) for name in ("first", "second", "point")] == ["sl", "hr", "ptuj"]
    assert "Info točka Ptuj" in page
    without = (await eva.get("/desk/card/food-help/hr", params={"point": ""})).text
    assert chosen(without, "point") == ""
    assert "Questions? Ask the info point:" not in without
    for missing in ("food-help/it", "scholarships/si", "nothing/si"):
        assert (await eva.get(f"/desk/card/{missing}")).status_code == 404
    assert (await eva.get("/desk/card/food-help/bg/pdf")).headers["content-type"] == "application/pdf"
    assert (await desk.browser().get("/desk/card/food-help/hr")).status_code == 303


async def _search(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    token = field_of((await browser.get("/desk/search")).text, "token")
    return await browser.post("/desk/search", data={"token": token, **fields})


async def test_staff_look_something_up_without_a_case(desk: House) -> None:
    eva = await desk.hire("eva", Role.EDITOR)
    browser = await desk.signed_in(eva.name)
    page = (await _search(browser, query="hrana", where="it", tongue="bg")).text
    assert "No answer is approved for this country." in page
    page = (await _search(browser, query="hrana", where="bg", tongue="bg")).text
    assert "food-help bg (България)" in page
    assert 'href="/desk/card/food-help/bg?first=bg"' in page
    assert [chosen(page, name) for name in ("where", "tongue")] == ["bg", "bg"]
    page = (await _search(browser, query="urad za delo ptuj")).text
    assert "Trg 1, Ptuj" in page
    assert "Nothing was found. Try another word." in (await _search(browser, query="xyzzy")).text
    assert (await _search(browser, query="  ")).status_code == 200


async def test_what_is_searched_for_is_in_no_address_and_no_log(
    desk: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    ana = await desk.signed_in("ana")
    answer = await _search(ana, query="skrivnost")
    assert (answer.status_code, str(answer.url)) == (200, "http://localhost/desk/search")
    assert "skrivnost" not in caplog.text + "".join(capsys.readouterr())


async def test_a_search_of_another_session_still_searches(desk: House) -> None:
    ana = await desk.signed_in("ana")
    answer = await ana.post("/desk/search", data={"token": "forged", "query": "hrana"})
    assert answer.status_code == 200
    assert (await desk.browser().get("/desk/search")).headers["location"] == "/desk/signin?next=/desk/search"


async def test_the_menu_leads_to_the_search_and_the_replies(desk: House, asked: str) -> None:
    ana = await desk.signed_in("ana")
    page = (await ana.get("/desk")).text
    assert '<a href="/desk/search">' in page
    assert '<a href="/desk/replies">' in page
    await fill_in(ana, asked, "claim")
    assert f'href="/desk/case/{asked}/card?answer=unemployment-registration/si"' in (await ana.get(f"/desk/case/{asked}")).text
