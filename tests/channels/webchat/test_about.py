"""The pages beside the conversation, in a browser without scripts: what is kept and how to get, hide and delete it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.channels.webchat.visitor import COOKIE
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES
from bot.settings import Settings, shipped
from bot.store import tables
from tests.support.desk import House, field_of, house


@pytest.fixture(name="site")
async def _site(tmp_path: Path) -> AsyncIterator[House]:
    async with house(
        tmp_path, keep_conversations=7, keep_backups=1, enforcement_body="Office of Access, Main Street 1"
    ) as opened:
        yield opened


async def _says(site: House, browser: httpx.AsyncClient, text: str = "", press: str = "") -> None:
    page = (await browser.get("/privacy" if press else "/")).text
    said = {"press": press} if press else {"text": text}
    await browser.post("/message", data={"id": field_of(page, "id"), "lang": "sl", **said})
    await site.rota.refresh()
    assert await site.reception.step("worker")


async def test_the_days_that_are_told_are_those_that_are_set(site: House) -> None:
    async with site.browser() as browser:
        page = (await browser.get("/privacy")).text
    assert "7 days after the last word" in page
    assert "Copies in backups: 1 day." in page
    assert "Questions without personal numbers and e-mail addresses, and figures: 366 days." in page
    assert "until you have them deleted" not in page


async def test_that_another_service_reads_along_is_told_where_one_does(site: House, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    elsewhere = house(tmp_path / "other", encoder="https://encoder.example.org:8443/v1", encoder_model="m")
    async with elsewhere as other, other.browser() as browser:
        assert "to another service, at encoder.example.org." in (await browser.get("/privacy")).text
    async with site.browser() as browser:
        assert "another service" not in (await browser.get("/privacy")).text


async def test_everything_that_is_kept_comes_as_a_file_by_one_press(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "zgubil sem službo kaj zdaj")
        assert 'action="/mydata?lang=sl"' in (await browser.get("/privacy?lang=sl")).text
        answer = await browser.post("/mydata")
    assert answer.headers["content-type"] == "application/zip"
    assert "my-data.zip" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    plain = json.loads(zipfile.ZipFile(BytesIO(answer.content)).read("my-data.json"))
    assert plain["messages"][0]["text"] == "zgubil sem službo kaj zdaj"


async def test_a_mere_link_leaves_no_file_on_a_device(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "dober dan")
        answer = await browser.get("/mydata")
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy#my-data")


async def test_another_site_cannot_have_the_file_made(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "dober dan")
        answer = await browser.post("/mydata", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


async def test_who_has_written_nothing_is_sent_nothing(site: House) -> None:
    async with site.browser() as browser:
        assert "There is nothing to send." in (await browser.get("/privacy")).text
        answer = await browser.post("/mydata")
    assert (answer.status_code, answer.headers["location"]) == (303, "/privacy#my-data")


async def test_the_command_shows_the_way_to_the_file(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "/mydata")
        assert '<a href="/mydata">/mydata</a>' in (await browser.get("/")).text


def _name_and_picture(page: str) -> tuple[str, bool]:
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    return title[1], "day.svg" in page.partition("</head>")[0]


async def test_who_is_discreet_is_shown_no_name_and_leaves_for_good(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "dober dan")
        assert _name_and_picture((await browser.get("/")).text) == ("Information point", False)
        await _says(site, browser, press="discreet:on")
        for path in ("/", "/privacy", "/accessibility"):
            name, is_neutral = _name_and_picture((await browser.get(path)).text)
            assert "Information" not in name
            assert is_neutral
        assert COOKIE in browser.cookies
        left = await browser.get("/left")
        assert "Information point" not in left.text
        assert COOKIE not in browser.cookies
        assert "dober dan" not in (await browser.get("/")).text


async def test_who_was_discreet_and_had_everything_deleted_still_leaves_for_good(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "/discreet")
        await _says(site, browser, press="traceless:yes")
        page = (await browser.get("/")).text
        assert "is deleted" in page
        assert "Information" not in _name_and_picture(page)[0]
        await browser.get("/left")
        assert COOKIE not in browser.cookies
        assert "is deleted" not in (await browser.get("/")).text


async def test_who_is_not_discreet_comes_back_to_the_conversation(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "dober dan")
        await browser.get("/left")
        assert "dober dan" in (await browser.get("/")).text


async def test_the_page_offers_to_end_being_discreet(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "/discreet")
        assert 'value="discreet:off"' in (await browser.get("/privacy")).text
        await _says(site, browser, press="discreet:off")
        assert 'value="discreet:on"' in (await browser.get("/privacy")).text


async def test_who_writes_is_named_with_each_message(site: House) -> None:
    async with site.browser() as browser:
        await _says(site, browser, "človeka prosim")
        await _says(site, browser, "/person")
        case = await site.case(await _address(site))
        await site.helpdesk.claim(case.id, "Ana")
        await site.helpdesk.reply(case.id, None, "Dober dan.", "Ana")
        page = (await browser.get("/")).text
    assert {"resident", "bot", "staff"} <= set(re.findall(r'data-author="(\w+)"', page))
    for number, author in re.findall(r'<article id="m(\d+)".*?data-author="(\w+)"', page):
        assert f'aria-labelledby="m{number}-by"' in page
        named = re.search(rf'id="m{number}-by".*?</header>', page, re.DOTALL)
        assert named is not None
        assert {"resident": "You", "bot": "Automatic assistant", "staff": "A person"}[author] in named[0]


async def _address(site: House) -> str:
    async with site.db.read() as tx:
        return str((await tx.execute(select(tables.conversation.c.address))).scalar_one())


async def test_the_statement_of_accessibility_names_who_can_be_turned_to(site: House) -> None:
    async with site.browser() as browser:
        page = (await browser.get("/accessibility")).text
    for words in (
        "EN 301 549",
        "in part",
        '<time datetime="2026-11-22">',
        "examined them themselves",
        "Office of Access, Main Street 1",
    ):
        assert words in page, words


async def test_nobody_is_invented_where_no_body_was_named(tmp_path: Path) -> None:
    async with house(tmp_path) as opened, opened.browser() as browser:
        page = (await browser.get("/accessibility")).text
    assert "has not named it here yet" in page


async def test_every_page_for_residents_leads_to_both_statements(site: House) -> None:
    async with site.browser() as browser:
        for path in ("/", "/privacy", "/accessibility", "/answers"):
            page = (await browser.get(path, follow_redirects=True)).text
            assert re.search(r'href="/accessibility', page), path
            assert re.search(r'href="/privacy', page), path


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_are_drawn_in_every_language(tmp_path: Path, language: str) -> None:
    phrases = Phrases.load(shipped("locales"))
    async with house(tmp_path, phrases=phrases) as opened, opened.browser() as browser:
        for path in ("/privacy", "/accessibility"):
            answer = await browser.get(f"{path}?lang={language}")
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text


def test_the_body_that_looks_after_accessibility_is_a_setting() -> None:
    assert Settings().enforcement_body == ""
