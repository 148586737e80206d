from __future__ import annotations

import hashlib
import re
from pathlib import Path

import httpx
import pytest

from tests.support.webchat import webchat_at

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Accept": "application/json"}


def form_id(page: str) -> str:
    found = re.search(r'id="composer".*?name="id" value="([^"]+)"', page, re.DOTALL)
    assert found is not None
    return found[1]


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


async def write(browser: httpx.AsyncClient, text: str) -> httpx.Response:
    page = (await browser.get("/")).text
    return await browser.post("/message", data={"id": form_id(page), "text": text}, follow_redirects=True)


async def test_the_page_says_what_it_is_and_sets_nothing(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/")
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert "An automatic assistant answers at once" in answer.text
    assert 'href="tel:112"' in answer.text
    assert 'href="/privacy"' in answer.text
    assert "data-last" not in answer.text


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("it-IT,it;q=0.9", "it"),
        ("en-GB,bg;q=0.3,hr;q=0.8", "hr"),
        ("sr-RS", "hr"),
        ("de-AT,en", "sl"),
        ("bg;q=never,it;q=0.1", "it"),
        ("", "sl"),
    ],
)
async def test_the_page_speaks_the_browsers_language_or_the_first(browser: httpx.AsyncClient, asked: str, language: str) -> None:
    page = (await browser.get("/", headers={"Accept-Language": asked})).text
    assert f'<html lang="{language}">' in page


async def test_a_picked_language_wins_and_is_carried_on(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/?lang=bg", headers={"Accept-Language": "it"})).text
    assert '<html lang="bg">' in page
    assert 'action="/message?lang=bg"' in page
    assert 'name="lang" value="bg"' in page
    assert 'lang="bg" hreflang="bg" aria-current="true">Български' in page


async def test_an_unknown_language_is_not_taken(browser: httpx.AsyncClient) -> None:
    assert '<html lang="sl">' in (await browser.get("/?lang=xx'%22")).text


async def test_examples_are_those_of_the_language(browser: httpx.AsyncClient) -> None:
    assert 'value="Ho perso il lavoro. Che cosa posso fare?"' in (await browser.get("/?lang=it")).text
    assert "For example" not in (await browser.get("/?lang=hr")).text


async def test_a_message_is_answered_on_the_next_page_without_scripts(browser: httpx.AsyncClient) -> None:
    page = (await write(browser, "Zgubil sem službo")).text
    assert page.index("Zgubil sem službo") < page.index("Prijavite se kot brezposelna oseba.")
    assert 'href="tel:0802055"' in page
    assert '<button class="quiet" name="press" value="human">Pogovor s človekom</button>' in page
    assert 'id="welcome"' not in page


async def test_the_cookie_comes_with_the_first_message_and_is_kept_from_scripts(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"text": "Dober dan"})
    cookie = answer.headers["set-cookie"]
    assert re.fullmatch(r"infopoint_chat=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    assert "set-cookie" not in (await browser.post("/message", data={"text": "Še enkrat"})).headers


async def test_the_cookie_is_for_https_alone_where_residents_come_by_https(tmp_path: Path) -> None:
    async with (
        webchat_at(tmp_path / "chat.db", public_url="https://chat.test")() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as browser,
    ):
        answer = await browser.post("/message", data={"text": "Dober dan"})
    assert "; Secure" in answer.headers["set-cookie"]


async def test_the_database_holds_nothing_that_gives_the_cookie(browser: httpx.AsyncClient, tmp_path: Path) -> None:
    first = form_id((await browser.get("/")).text)
    await browser.post("/message", data={"id": first, "text": "Dober dan"})
    cookie = browser.cookies["infopoint_chat"]
    kept = everything_in(tmp_path)
    assert hashlib.sha256(cookie.encode()).hexdigest().encode() in kept
    assert cookie.encode() not in kept
    assert first.encode() not in kept


async def test_a_command_reads_as_it_was_typed(browser: httpx.AsyncClient) -> None:
    page = (await write(browser, "/person")).text
    assert '<div class="body"><p>/person</p></div>' in page
    assert "<p>person</p>" not in page


async def test_a_form_sent_twice_is_one_message(browser_on_each: httpx.AsyncClient) -> None:
    browser = browser_on_each
    form = {"id": form_id((await browser.get("/")).text), "text": "Dober dan"}
    await browser.post("/message", data=form)
    again = await browser.post("/message", data=form, follow_redirects=True)
    assert again.text.count('data-author="resident"') == 1
    assert again.text.count("Razumem: Dober dan") == 1


async def test_a_first_form_sent_twice_before_its_answer_is_one_resident(browser: httpx.AsyncClient) -> None:
    form = {"id": form_id((await browser.get("/")).text), "text": "Dober dan"}
    first = await browser.post("/message", data=form)
    browser.cookies.clear()
    second = await browser.post("/message", data=form)
    assert first.headers["set-cookie"] == second.headers["set-cookie"]
    assert (await browser.get("/")).text.count('data-author="resident"') == 1


async def test_another_text_in_an_old_form_is_another_message(browser: httpx.AsyncClient) -> None:
    form = {"id": form_id((await browser.get("/")).text)}
    await browser.post("/message", data=form | {"text": "Dober dan"})
    page = await browser.post("/message", data=form | {"text": "Kje ste?"}, follow_redirects=True)
    assert page.text.count('data-author="resident"') == 2


async def test_only_the_buttons_below_the_last_word_of_the_resident_can_be_pressed(browser: httpx.AsyncClient) -> None:
    assert 'value="human"' in (await write(browser, "Zgubil sem službo")).text
    assert 'value="human"' not in (await write(browser, "Kje ste?")).text


async def test_a_pressed_button_reads_as_its_label_and_a_person_is_marked(browser: httpx.AsyncClient) -> None:
    page = (await write(browser, "Zgubil sem službo")).text
    page = (await browser.post("/message", data={"id": form_id(page), "press": "human"}, follow_redirects=True)).text
    assert '<div class="body"><p>Pogovor s človekom</p></div>' in page
    assert '<span class="badge person">A person</span>' in page


async def test_a_button_that_was_never_offered_harms_nothing(browser: httpx.AsyncClient) -> None:
    await write(browser, "Dober dan")
    page = await browser.post("/message", data={"press": "topic:no-such"}, follow_redirects=True)
    assert page.status_code == 200
    assert "A button was pressed." in page.text


async def test_a_message_is_in_its_own_language_and_the_page_follows(browser: httpx.AsyncClient) -> None:
    page = (await write(browser, "Ho perso il lavoro")).text
    assert '<html lang="it">' in page
    assert 'class="message bot" lang="it"' in page


async def test_a_crisis_reply_stands_out(browser: httpx.AsyncClient) -> None:
    page = (await write(browser, "Hočem umreti")).text
    assert 'class="message bot urgent"' in page
    assert 'href="tel:116123"' in page


async def test_a_script_gets_a_word_instead_of_a_page(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"text": "Dober dan"}, headers=JSON)
    assert (answer.status_code, answer.json()) == (202, {"new": True})
    assert "infopoint_chat" in browser.cookies


async def test_forgetting_leaves_only_the_farewell(browser_on_each: httpx.AsyncClient) -> None:
    browser = browser_on_each
    await write(browser, "Zgubil sem službo")
    page = (await browser.get("/privacy")).text
    assert 'name="press" value="forget"' in page
    page = (await browser.post("/message", data={"press": "forget"}, follow_redirects=True)).text
    assert "Vse je izbrisano." in page
    assert "službo" not in page


async def test_privacy_offers_no_deletion_where_there_is_nothing(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/privacy")).text
    assert "There is nothing to delete." in page
    assert 'value="forget"' not in page


async def test_a_button_without_a_conversation_leads_home_and_begins_none(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"press": "forget"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/#end")
    assert "set-cookie" not in answer.headers
    assert (await browser.post("/message", data={"press": "human"}, headers=JSON)).status_code == 400


async def test_who_left_sees_a_calendar_that_tells_nothing(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/left?lang=hr")).text
    assert '<td aria-current="date">' in page
    assert "nformation" not in page
    assert "/privacy" not in page


async def test_the_address_of_the_form_leads_home(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/message?lang=it")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=it")


async def test_other_methods_are_refused(browser: httpx.AsyncClient) -> None:
    assert (await browser.put("/message", content=b"x")).status_code == 405
    assert (await browser.post("/", data={"text": "x"})).status_code == 405


async def test_files_are_addressed_by_their_content(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', page):
        assert re.search(r"\?v=[0-9a-f]{10}$", address)
        assert (await browser.get(address)).status_code == 200


async def test_while_the_answer_is_not_there_the_page_says_so_and_comes_back_by_itself(tmp_path: Path) -> None:
    async with (
        webchat_at(tmp_path / "chat.db", answering=False)() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test") as browser,
    ):
        page = (await write(browser, "Dober dan")).text
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page
    assert 'role="status">Your message has arrived. The answer is coming.</p>' in page
    assert '<a href="/#end">Show the answer</a>' in page
    async with (
        webchat_at(tmp_path / "chat.db")() as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://chat.test", cookies=browser.cookies) as browser,
    ):
        page = (await write(browser, "Ste tam?")).text
    assert "Razumem: Dober dan" in page
    assert "refresh" not in page
