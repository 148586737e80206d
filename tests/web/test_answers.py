"""What staff are offered to answer with: the likeliest approved answers, a search, offices; and how it gets into the reply."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.dialogue import answers
from bot.model.case import Reason
from bot.web.offering import likeliest
from tests.support.desk import House, by_staff, field_of, fill_in, typed_in
from tests.support.small_library import small_library

LOST = "zgubil sem službo kaj zdaj"


@pytest.fixture
async def asked(desk: House) -> str:
    """The case of a resident from Ptuj who asked about the loss of work, then for a person."""
    await desk.write("zgubil sem službo sem s Ptuja")
    await desk.write("rad bi govoril s človekom")
    return (await desk.case()).id


@pytest.fixture
async def holder(desk: House, asked: str) -> httpx.AsyncClient:
    """Ana's browser, after she has taken that case."""
    browser = await desk.signed_in("ana")
    await fill_in(browser, asked, "claim")
    return browser


def panel(page: str) -> str:
    """Return the part of a page in which answers are offered."""
    found = re.search(r'<section id="answers".*?</section>', page, re.DOTALL)
    assert found is not None
    return found.group()


def offered(page: str) -> list[str]:
    """Return the summaries of what is offered, as text."""
    summaries = re.findall(r"<summary[^>]*>(.*?)</summary>", panel(page).partition("answers-found")[2], re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", summary).split()) for summary in summaries]


async def test_the_likeliest_answer_is_what_the_resident_got(desk: House, holder: httpx.AsyncClient, asked: str) -> None:
    page = (await holder.get(f"/desk/case/{asked}")).text
    assert offered(page)[0] == "Prijava brezposelnosti Slovenija"
    given = small_library().answers["unemployment-registration/si"]
    written = answers.write(given, "sl", desk.phrases.into("sl"), small_library(), "ptuj", desk.now())
    insert = re.search(r'value="answer\|unemployment-registration/si".*?data-insert="([^"]*)"', panel(page), re.DOTALL)
    assert insert is not None
    assert html.unescape(insert.group(1)) == written.text


async def test_an_answer_is_put_below_what_is_typed_and_is_not_sent(desk: House, holder: httpx.AsyncClient, asked: str) -> None:
    page = await fill_in(
        holder, asked, "insert", text="Dober dan,", note="Jutri.", pick="answer|unemployment-registration/si", query="hrana"
    )
    assert page.status_code == 200
    typed = typed_in(page.text, "text")
    assert typed.startswith("Dober dan,\n\nunemployment-registration si (Slovenija)\n\nWhat it is.")
    assert "Trg 1, Ptuj" in typed
    assert typed_in(page.text, "note") == "Jutri."
    assert 'name="query" value="hrana"' in page.text
    assert "The text stands at the end of your reply." in page.text
    assert await by_staff(desk) == []


async def test_what_the_resident_wrote_meanwhile_is_marked_after_an_answer_is_put_in(
    desk: House, holder: httpx.AsyncClient, asked: str
) -> None:
    page = (await holder.get(f"/desk/case/{asked}")).text
    fields = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.write("še nekaj")
    answer = await holder.post(f"/desk/case/{asked}/insert", data={**fields, "pick": "answer|unemployment-registration/si"})
    assert 'class="entry resident new"' in answer.text


async def test_an_answer_is_offered_for_another_country_too(holder: httpx.AsyncClient, asked: str) -> None:
    page = (await fill_in(holder, asked, "find", where="it", text="Dober dan")).text
    assert offered(page)[0] == "Prijava brezposelnosti Italija"
    assert '<option value="it" selected>' in page
    assert typed_in(page, "text") == "Dober dan"
    assert "unemployment-registration it (Italija)" in panel(page)
    assert "Also approved for:" in panel(page)


async def test_an_answer_without_a_wording_in_the_residents_language_is_offered_in_that_of_its_country(
    holder: httpx.AsyncClient, asked: str
) -> None:
    page = (await fill_in(holder, asked, "find", where="bg", query="hrana")).text
    assert "Nobody has written this answer in the language slovenščina yet. It is in the language bolgarščina" in panel(page)
    put = await fill_in(holder, asked, "insert", pick="answer|food-help/bg")
    typed = typed_in(put.text, "text")
    assert typed.startswith("This answer is not in English yet.")
    assert "(български):\n\nfood-help bg (България)" in typed


async def test_where_nothing_is_approved_it_is_said_for_where_there_is(holder: httpx.AsyncClient, asked: str) -> None:
    page = (await fill_in(holder, asked, "find", where="hr-si")).text
    assert "No answer is approved for this country." in panel(page)
    assert "lives: Hrvaška, works or needs it: Slovenija" in panel(page)


async def test_the_language_of_the_desk_stands_beside_where_it_is_another(desk: House, asked: str) -> None:
    browser = await desk.signed_in("ana")
    await fill_in(browser, asked, "claim")
    token = field_of((await browser.get("/desk")).text, "token")
    await browser.post("/desk/language", data={"token": token, "language": "it"})
    page = panel((await browser.get(f"/desk/case/{asked}")).text)
    assert re.search(r'<div lang="it" class="beside">.*?unemployment-registration si \(Slovenia\)', page, re.DOTALL)
    assert re.search(r'<div lang="sl">.*?unemployment-registration si \(Slovenija\)', page, re.DOTALL)


async def test_a_search_finds_by_few_words_in_any_language(holder: httpx.AsyncClient, asked: str) -> None:
    for query in ("hran", "aiuto alimentare", "храна"):
        page = (await fill_in(holder, asked, "find", query=query)).text
        assert offered(page)[0] == "Pomoč s hrano Slovenija", query
        assert f'name="query" value="{query}"' in page


async def test_a_search_that_finds_nothing_says_so_and_shows_itself_again(holder: httpx.AsyncClient, asked: str) -> None:
    page = (await fill_in(holder, asked, "find", query="<b>xyzzy</b>", text="Dober dan")).text
    assert "Nothing was found. Try another word." in page
    assert "Found for “&lt;b&gt;xyzzy&lt;/b&gt;”" in page
    assert typed_in(page, "text") == "Dober dan"


async def test_an_office_is_found_by_its_name_and_its_lines_are_added(holder: httpx.AsyncClient, asked: str) -> None:
    page = (await fill_in(holder, asked, "find", query="urad za delo ptuj")).text
    assert "Urad za delo Ptuj" in offered(page)
    put = await fill_in(holder, asked, "insert", pick="office|employment-ptuj", text="Dober dan,")
    assert typed_in(put.text, "text").startswith("Dober dan,\n\nUrad za delo Ptuj\nTrg 1, Ptuj\nPhone: +386 2 234 56 78\n")


async def test_the_offices_of_the_residents_place_are_listed(holder: httpx.AsyncClient, asked: str) -> None:
    assert "Offices at the resident's place 1" in offered((await holder.get(f"/desk/case/{asked}")).text)


@pytest.mark.parametrize(
    "pick", ["", "answer|nothing/si", "answer|scholarships/si", "office|nowhere", "reply|" + "0" * 32, "anything|else"]
)
async def test_what_is_not_there_is_refused_and_nothing_typed_is_lost(holder: httpx.AsyncClient, asked: str, pick: str) -> None:
    page = await fill_in(holder, asked, "insert", pick=pick, text="Dober dan", note="Jutri.")
    assert page.status_code == 409
    assert "That text is not there any more. Choose another one." in page.text
    assert (typed_in(page.text, "text"), typed_in(page.text, "note")) == ("Dober dan", "Jutri.")


async def test_nobody_puts_anything_into_a_colleagues_reply(desk: House, holder: httpx.AsyncClient, asked: str) -> None:
    boris = await desk.signed_in("boris")
    refused = await fill_in(boris, asked, "insert", pick="answer|food-help/si")
    assert refused.status_code == 409
    page = (await boris.get(f"/desk/case/{asked}")).text
    assert 'id="answers"' not in page
    assert f'href="/desk/case/{asked}/card"' in page
    assert 'id="answers"' in (await holder.get(f"/desk/case/{asked}")).text


async def test_a_forged_form_does_nothing_and_shows_the_typed_text(holder: httpx.AsyncClient, asked: str) -> None:
    answer = await holder.post(f"/desk/case/{asked}/insert", data={"token": "forged", "text": "Dober dan", "pick": "x"})
    assert answer.status_code == 403
    assert typed_in(answer.text, "text") == "Dober dan"


async def test_before_anything_was_asked_the_panel_says_so(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    assert "The resident has not asked anything yet that there is an answer to." in panel(page)
    assert await by_staff(desk) == []


async def test_the_cases_own_topic_is_always_among_the_likeliest(desk: House) -> None:
    await desk.write(LOST)
    await desk.write("to ni to", press="missed:food-help/si")
    await desk.write("človek prosim", press="human")
    case = await desk.case()
    assert case.reason in (Reason.ASKED, Reason.NOT_HELPFUL)
    assert likeliest(case, [], small_library()) == ([case.topic] if case.topic else [])
