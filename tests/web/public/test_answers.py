"""The pages of approved answers, as anybody reads them, and as machines do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from bot.dialogue import answers
from bot.language.text import MAX_CHARACTERS
from bot.matching.index import Index
from bot.model.library import LANGUAGES, Answer, Library
from bot.web.errors import ErrorPages
from bot.web.finding import Finder
from bot.web.library.naming import group_names
from bot.web.pages import Pages
from bot.web.public import groups, structured
from bot.web.public.answers import PublicAnswers
from bot.web.public.crowd import Crowd, CrowdedError
from tests.support.crowds import crowded
from tests.support.editing import small_edition
from tests.support.phrases import english

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ADDRESS = "https://help.example.org"
_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def site(library: Library, *, base: str = ADDRESS, report: str | None = None, crowd: Crowd | None = None) -> httpx.AsyncClient:
    """Return a browser on a site of answers alone."""
    pages = Pages(english(), lambda: NOW)
    errors = ErrorPages(pages, english())
    finder = Finder(lambda: Index(library, None, None, 0.02))
    find = lambda text: finder.find(text).topics  # noqa: E731 - as the site does
    public = PublicAnswers(english(), pages, lambda: library, lambda: NOW, base=base, find=find, report=report, crowd=crowd)
    app = Starlette(routes=public.routes(), exception_handlers={HTTPException: errors.on_http_exception})
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


@pytest.fixture(name="browser")
async def _browser() -> AsyncIterator[httpx.AsyncClient]:
    async with site(small_edition()) as client:
        yield client


def data_of(page: str) -> dict[str, Any]:
    """Return the data on a page."""
    found = _DATA.search(page)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


def with_title(title: str, about: str) -> Library:
    """Return the library with another title and text of the answer to debts in Slovenia."""
    library = small_edition()
    answer = library.answers["debts/si"]
    wording = replace(answer.wordings["sl"], title=title, what=about)
    changed = replace(answer, wordings={**answer.wordings, "sl": wording})
    return replace(library, answers={**library.answers, "debts/si": changed})


async def test_every_answer_is_a_page_in_every_language_and_says_what_residents_read(browser: httpx.AsyncClient) -> None:
    library = small_edition()
    for key, answer in library.answers.items():
        for language in LANGUAGES:
            page = await browser.get(f"/answers/{language}/{key}")
            assert page.status_code == 200
            assert data_of(page.text)["lastReviewed"] == answer.checked_on.isoformat()
            for amount in amounts(answer, language):
                assert amount in page.text


def amounts(answer: Answer, language: str) -> list[str]:
    """Return the facts that the answer in its language tells, as they are written."""
    wording = answer.wordings[answers.worded_in(answer, language)]
    told = answers.facts_of(answer, answers.worded_in(answer, language))
    prose = " ".join([wording.what, wording.who, *wording.do, *wording.bring, wording.cost, wording.time, wording.note])
    plain = {name: value for name, value in told.items() if answer.facts[name].kind in {"money", "age", "days", "percent"}}
    return [value for name, value in plain.items() if f"{{{name}}}" in prose]


async def test_a_language_without_a_wording_shows_that_of_the_country_and_says_so() -> None:
    library = small_edition()
    answer = library.answers["debts/si"]
    only = replace(answer, wordings={"sl": answer.wordings["sl"]})
    async with site(replace(library, answers={**library.answers, "debts/si": only})) as browser:
        page = (await browser.get("/answers/it/debts/si")).text
    assert "Here is the checked text in another language" in page
    assert '<div lang="sl">' in page


async def test_the_list_is_grouped_and_searched_without_scripts(browser: httpx.AsyncClient) -> None:
    whole = (await browser.get("/answers/sl")).text
    assert whole.index('id="g-safety"') < whole.index('id="g-money"') < whole.index('id="g-family"')
    assert "/answers/sl/child-benefit/si" in whole
    found = await browser.post("/answers/sl", data={"q": "otroski DODATEK <b>"})
    assert "/answers/sl/child-benefit/si" in found.text
    assert "/answers/sl/home-care/si" not in found.text
    assert "<b>" not in found.text
    assert found.headers["cache-control"] == "no-store"
    assert "Nothing was found" in (await browser.post("/answers/sl", data={"q": " "})).text


async def test_the_list_comes_in_the_language_of_the_browser(browser: httpx.AsyncClient) -> None:
    led = await browser.get("/answers", headers={"Accept-Language": "bg"})
    assert (led.status_code, led.headers["location"], led.headers["vary"]) == (302, "/answers/bg", "Accept-Language")


@pytest.mark.parametrize("path", ["/answers/en", "/answers/sl/debts/de", "/answers/sl/no-such/si", "/answers/xx/debts/si"])
async def test_what_is_no_answer_is_kindly_not_found(browser: httpx.AsyncClient, path: str) -> None:
    page = await browser.get(path)
    assert page.status_code == 404
    assert "There is no such page" in page.text


async def test_the_office_of_a_town_is_shown_when_it_is_chosen(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/answers/sl/home-care/si")).text
    town = re.search(r'<option value="(ptuj)">', page)
    assert town is not None
    there = (await browser.get("/answers/sl/home-care/si", params={"place": "ptuj"})).text
    assert "Ptuj" in there.partition("Whom to see:")[2]
    nowhere = await browser.get("/answers/sl/home-care/si", params={"place": "<script>"})
    assert nowhere.status_code == 200
    assert "<script>" not in nowhere.text


async def test_a_page_that_did_not_change_is_not_sent_again(browser: httpx.AsyncClient) -> None:
    first = await browser.get("/answers/sl/debts/si")
    again = await browser.get("/answers/sl/debts/si", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in first.headers
    async with site(with_title("Novo", "Drugače.")) as changed:
        other = await changed.get("/answers/sl/debts/si", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_where_too_many_search_at_once_the_list_is_shown_with_what_was_typed() -> None:
    async with crowded() as crowd, site(small_edition(), crowd=crowd) as browser:
        late = await browser.post("/answers/sl", data={"q": "dodatek"})
        assert (await browser.get("/answers/sl")).status_code == 200
    assert late.status_code == 429
    assert "Wait a minute, then try again." in late.text
    assert 'value="dodatek"' in late.text
    assert "/answers/sl/child-benefit/si" in late.text
    assert late.headers["cache-control"] == "no-store"


async def test_so_many_wait_for_their_turn_and_no_more() -> None:
    async with crowded(waiting=1) as crowd:
        first, second = (asyncio.create_task(crowd.decided(lambda: "found")) for _ in range(2))
        with pytest.raises(CrowdedError):
            await second
        assert not first.done()
    assert await first == "found"
    assert await crowd.decided(lambda: "found") == "found"


async def test_search_engines_find_the_answers_only_where_the_address_is_known(browser: httpx.AsyncClient) -> None:
    listed = (await browser.get("/sitemap.xml")).text
    assert f"<loc>{ADDRESS}/answers/bg/debts/bg</loc>" in listed
    assert "Disallow: /\n" in (await browser.get("/robots.txt")).text
    assert f'hreflang="it" href="{ADDRESS}/answers/it/debts/si"' in (await browser.get("/answers/sl/debts/si")).text
    async with site(small_edition(), base="") as hidden:
        assert (await hidden.get("/sitemap.xml")).status_code == 404
        assert '<meta name="robots" content="noindex">' in (await hidden.get("/answers/sl/debts/si")).text


async def test_the_way_to_say_that_something_is_wrong_is_there_where_it_exists() -> None:
    async with site(small_edition(), report="/wrong") as browser:
        assert 'href="/wrong/it/debts/hr"' in (await browser.get("/answers/it/debts/hr")).text


async def test_the_data_has_what_schema_org_asks_of_a_service_of_public_administration(browser: httpx.AsyncClient) -> None:
    library = small_edition()
    for key in library.answers:
        data = data_of((await browser.get(f"/answers/hr/{key}")).text)
        service = data["mainEntity"]
        assert (data["@context"], data["@type"], service["@type"]) == ("https://schema.org", "WebPage", "GovernmentService")
        assert {"name", "description", "serviceType", "areaServed"} <= set(service)
        for provider in service.get("provider", ()):
            assert provider["@type"] == "Organization"
            assert provider["name"]
            assert all(re.fullmatch(r"\+?\d+|\d[\d ]+", phone) for phone in provider.get("telephone", ()))


async def test_text_in_a_title_stays_text_on_the_page_and_in_the_data() -> None:
    hostile = '</script><script>alert("1")</script><b>&amp;'
    async with site(with_title(hostile, hostile)) as browser:
        page = (await browser.get("/answers/sl/debts/si")).text
    assert "<script>alert" not in page
    assert "<b>" not in page
    assert data_of(page)["name"] == hostile


@settings(max_examples=60)
@given(st.text(max_size=MAX_CHARACTERS // 40))
def test_the_data_can_always_be_read_and_never_ends_its_element(text: str) -> None:
    written = str(structured.script({"name": text}))
    found = _DATA.fullmatch(written)
    assert found is not None
    assert json.loads(found[1]) == {"name": text}
    assert not {"<", ">", "&"} & set(found[1])


def test_every_group_of_the_shipped_topics_has_a_name_and_a_place() -> None:
    library = small_edition()
    assert {topic.group for topic in library.topics.values()} <= set(groups.ORDER) == set(group_names(english().into("sl")))
    strange = replace(library.topics["debts"], group="strange")
    changed = replace(library, topics={**library.topics, "debts": strange})
    assert groups.grouped(["debts", "food-help"], changed, "sl")[-1] == ("strange", ["debts"])
