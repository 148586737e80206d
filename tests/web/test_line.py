from __future__ import annotations

import re

from sqlalchemy import JSON, type_coerce, update

from bot.model.case import Reason
from bot.store import tables
from bot.web.line import title
from bot.web.rows import reason_name
from tests.support.desk import House
from tests.support.phrases import english


def order(page: str) -> list[str]:
    """The codes of the cases on a page, from top to bottom."""
    return re.findall(r'id="case-([A-Z0-9]{8})"', page)


async def test_an_empty_line_says_so(desk: House) -> None:
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert "No case is waiting for somebody to take it." in page
    assert "<title>Waiting line</title>" in page
    assert 'class="notice alarm crisis"' not in page


async def test_a_crisis_stands_above_those_who_wait_longer(desk: House) -> None:
    await desk.write("rad bi govoril s človekom", "first")
    await desk.write("voglio parlare con una persona", "second")
    await desk.write("ubil se bom", "third")
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    cases = [await desk.case(address) for address in ("third", "first", "second")]
    assert order(page) == [case.code for case in cases]
    assert "1 person in a crisis is waiting." in page
    assert "<title>(! 3) Waiting line</title>" in page


async def test_a_case_whose_words_cannot_be_opened_hides_no_other_one(desk: House) -> None:
    await desk.write("rad bi govoril s človekom", "damaged")
    await desk.write("voglio parlare con una persona", "whole")
    damaged = (await desk.conversation("damaged")).id
    broken = type_coerce("sealed:00000000:AAAA", JSON())
    async with desk.db.write() as tx:
        await tx.execute(update(tables.entry).where(tables.entry.c.conversation_id == damaged).values(body=broken))
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    cases = [await desk.case(address) for address in ("damaged", "whole")]
    assert order(page) == [case.code for case in cases]
    assert "voglio parlare con una persona" in page


async def test_a_crisis_that_somebody_has_stays_announced_to_all_until_its_resident_is_answered(desk: House) -> None:
    await desk.write("ubil se bom")
    case = await desk.case()
    await desk.helpdesk.claim(case.id, "boris")
    browsers = [await desk.signed_in(name) for name in ("ana", "boris")]
    paths = ("/desk", f"/desk/case/{case.id}")

    async def alarmed() -> list[bool]:
        pages = [(await browser.get(path)).text for browser in browsers for path in paths]
        told = ["1 person in a crisis is waiting." in page for page in pages]
        assert told == ["<title>(! 1) " in page for page in pages]
        assert told == [f'href="/desk#case-{case.code}"' in page for page in pages]
        return told

    assert await alarmed() == [True] * 4
    await desk.helpdesk.reply(case.id, (await desk.conversation()).version, "Tukaj sem.", "boris")
    assert await alarmed() == [False] * 4
    await desk.write("ne morem več")
    assert await alarmed() == [True] * 4


async def test_a_line_tells_language_place_channel_question_and_reason(desk: House) -> None:
    await desk.write("kako popravim vesoljsko ladjo v Novi Gorici", channel="telegram")
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    for told in ("slovenščina", "Nova Gorica", "Telegram", "No checked answer", "kako popravim vesoljsko ladjo"):
        assert told in page


async def test_what_is_asked_is_not_hidden_by_the_wish_for_a_person(desk: House) -> None:
    await desk.write("zgubil sem službo kaj zdaj")
    await desk.write("rad bi govoril s človekom")
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert '<p class="last" lang="sl">zgubil sem službo kaj zdaj</p>' in page


async def test_a_command_reads_as_the_resident_gave_it(desk: House) -> None:
    await desk.write("/person", channel="telegram")
    browser = await desk.signed_in("ana")
    assert '<p class="last" lang="sl">/person</p>' in (await browser.get("/desk")).text
    case = await desk.case(channel="telegram")
    page = (await browser.get(f"/desk/case/{case.id}")).text
    assert '<div class="said" lang="sl"><p>/person</p></div>' in page
    assert "gave a command" in page


async def test_a_kind_of_crisis_is_named(desk: House) -> None:
    await desk.write("ubil se bom")
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert ">Suicide or self-harm</a>" in page


async def test_a_claimed_case_shows_who_has_it(desk: House) -> None:
    await desk.write("rad bi govoril s človekom")
    await desk.helpdesk.claim((await desk.case()).id, "boris")
    ana = (await (await desk.signed_in("ana")).get("/desk")).text
    boris = (await (await desk.signed_in("boris")).get("/desk")).text
    assert '<span class="badge">boris</span>' in ana
    assert "With colleagues" in ana
    assert "With you" in boris


async def test_a_case_says_whether_its_resident_waits_for_a_reply(desk: House) -> None:
    await desk.write("rad bi govoril s človekom")
    case = await desk.case()
    await desk.helpdesk.claim(case.id, "ana")
    browser = await desk.signed_in("ana")
    assert "Waits for a reply" in (await browser.get("/desk")).text
    await desk.helpdesk.reply(case.id, (await desk.conversation()).version, "Dober dan!", "ana")
    assert "Waits for a reply" not in (await browser.get("/desk")).text
    await desk.write("hvala, še nekaj")
    assert "Waits for a reply" in (await browser.get("/desk")).text


async def test_a_closed_case_is_not_in_the_line(desk: House) -> None:
    await desk.write("rad bi govoril s človekom")
    case = await desk.case()
    await desk.helpdesk.claim(case.id, "ana")
    await desk.closing.close(case.id, "ana")
    assert order((await (await desk.signed_in("ana")).get("/desk")).text) == []


async def test_what_a_resident_types_is_text_and_never_markup(desk: House) -> None:
    await desk.write("<script>alert(1)</script> <img src=x onerror=alert(2)> bi rad človeka {{ 7*7 }}")
    await desk.write("rad bi govoril s človekom")
    browser = await desk.signed_in("ana")
    case = await desk.case()
    for path in ("/desk", f"/desk/case/{case.id}"):
        page = (await browser.get(path)).text
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
        assert "{{ 7*7 }}" in page


async def test_a_page_without_scripts_renews_itself(desk: House) -> None:
    page = (await (await desk.signed_in("ana")).get("/desk")).text
    assert '<noscript><meta http-equiv="refresh" content="30"></noscript>' in page


async def test_the_language_of_the_desk_can_be_changed(desk: House) -> None:
    browser = await desk.signed_in("ana")
    page = (await browser.get("/desk")).text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    refused = await browser.post("/desk/language", data={"language": "bg", "token": "forged"})
    assert refused.status_code == 403
    await browser.post("/desk/language", data={"language": "bg", "token": token.group(1)})
    assert '<html lang="bg">' in (await browser.get("/desk")).text
    await browser.post("/desk/language", data={"language": "xx", "token": token.group(1)})
    assert '<html lang="bg">' in (await browser.get("/desk")).text


def test_every_reason_has_words() -> None:
    words = {reason_name(reason, english().into("sl")) for reason in Reason}
    assert len(words) == len(Reason)


def test_a_title_counts_what_waits() -> None:
    assert [title("Desk", 0, 0), title("Desk", 2, 0), title("Desk", 2, 1)] == ["Desk", "(2) Desk", "(! 2) Desk"]
