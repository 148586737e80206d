from __future__ import annotations

import logging

import httpx
import pytest

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Accept": "application/json"}


@pytest.mark.parametrize("text", ["", "   \n\t ", "\0", "\u202e\u200b"])
async def test_nothing_written_is_asked_for_again(browser: httpx.AsyncClient, text: str) -> None:
    answer = await browser.post("/message", data={"text": text})
    assert answer.status_code == 422
    assert "Please write your message first." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("length", [4001, 100_000])
async def test_a_text_that_is_too_long_is_given_back_to_shorten(browser: httpx.AsyncClient, length: int) -> None:
    answer = await browser.post("/message", data={"text": "ж" * length})
    assert answer.status_code == 413
    assert "Your message is too long. Please shorten it to 4000 characters." in answer.text
    assert "ж" * length in answer.text


async def test_a_text_of_just_the_right_length_is_taken(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"text": "a\r\n" + "ж" * 3998}, follow_redirects=True)
    assert answer.status_code == 200
    assert "ж" * 3998 in answer.text


async def test_typed_markup_comes_back_as_text(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"text": "</textarea><script>" + "x" * 4000})
    assert "&lt;/textarea&gt;&lt;script&gt;" in answer.text
    assert "</textarea><script>" not in answer.text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"text=a%00b", "<p>Razumem: ab</p>"),
        (b"text=a%ED%A0%80b", "<p>Razumem: a\ufffd\ufffd\ufffdb</p>"),
        (b"text=%E2%80%AEabc", "<p>Razumem: abc</p>"),
        (b"text=a%FFb", "<p>Razumem: a\ufffdb</p>"),
        ("text=🙂".encode(), "<p>Razumem: 🙂</p>"),
    ],
)
async def test_odd_characters_do_no_harm(browser_on_each: httpx.AsyncClient, body: bytes, shown: str) -> None:
    answer = await browser_on_each.post("/message", content=body, headers=FORM, follow_redirects=True)
    assert answer.status_code == 200
    assert shown in answer.text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"text=a" + b"&x=1" * 30, "application/x-www-form-urlencoded"),
        (b'{"text": "a"}', "application/json"),
        (b"--x", "multipart/form-data"),
        (b"\xff\xfe", ""),
        (b"press=" + b"x" * 65, "application/x-www-form-urlencoded"),
    ],
)
async def test_what_is_no_form_of_ours_is_refused_with_a_page(browser: httpx.AsyncClient, body: bytes, kind: str) -> None:
    answer = await browser.post("/message", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert "We could not read what your browser sent." in answer.text


async def test_a_script_is_told_what_is_wrong(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", data={"text": ""}, headers=JSON)
    assert (answer.status_code, answer.json()) == (422, {"error": "Please write your message first."})


async def test_a_field_given_twice_counts_once(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/message", content=b"text=ena&text=dve", headers=FORM, follow_redirects=True)
    assert "<p>Razumem: ena</p>" in answer.text


@pytest.mark.parametrize("cookie", ["x", "a" * 42, "ž" * 43, "a b" + "c" * 40, ""])
async def test_a_cookie_that_is_none_of_ours_is_replaced(browser: httpx.AsyncClient, cookie: str) -> None:
    header = {b"Cookie": f"infopoint_chat={cookie}".encode()}
    assert (await browser.get("/", headers=header)).status_code == 200
    answer = await browser.post("/message", data={"text": "Dober dan"}, headers=header)
    assert "infopoint_chat=" in answer.headers["set-cookie"]


async def test_an_unknown_cookie_sees_an_empty_conversation(browser: httpx.AsyncClient) -> None:
    browser.cookies.set("infopoint_chat", "a" * 43)
    page = (await browser.get("/")).text
    assert 'id="welcome"' in page
    assert 'data-last="0"' in page


async def test_nobody_sees_the_conversation_of_another(browser: httpx.AsyncClient) -> None:
    await browser.post("/message", data={"text": "Skrivnost"})
    browser.cookies.clear()
    browser.cookies.set("infopoint_chat", "b" * 43)
    assert "Skrivnost" not in (await browser.get("/")).text


async def test_what_is_written_reaches_no_log(browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for text in ("Skrivnost", "Skrivnost" * 1000):
        await browser.post("/message", data={"text": text}, follow_redirects=True)
    ours = [record for record in caplog.records if not record.name.startswith(("httpcore", "httpx", "aiosqlite"))]
    assert "Skrivnost" not in " ".join(record.getMessage() for record in ours)
