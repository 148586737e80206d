"""Which pages other sites may show in a frame: the residents' chat at its own address, where the operator lets them; no other."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from tests.support.desk import House, field_of, house

THEIRS = "https://www.obcina.example"
OURS = "https://help.example"
SHUT = "frame-ancestors 'none'"


@pytest.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose chat the site of a municipality may show."""
    async with house(tmp_path, public_url=OURS, embed_in=THEIRS) as opened:
        yield opened


def browser(opened: House, **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(opened.site, raise_app_exceptions=False),
        base_url=OURS,
        headers={"accept-language": "sl", "sec-fetch-site": "same-origin", **headers},
    )


def framed_by(answer: httpx.Response) -> str:
    found = re.search("frame-ancestors [^;]*", answer.headers["content-security-policy"])
    assert found
    return found.group()


async def test_the_chat_may_be_framed_by_the_named_sites_at_its_own_address_alone(open_house: House) -> None:
    visitor = browser(open_house)
    addresses = {route.path for route in open_house.site.routes if isinstance(route, Route)}
    assert "/embedded" in addresses
    for path in addresses:
        answer = await visitor.get(re.sub(r"\{\w+\}", "0" * 32, path))
        may = path == "/embedded" or path.startswith("/embedded/")
        # What is given out as a file has a stricter policy of its own.
        assert framed_by(answer) == (f"frame-ancestors {THEIRS}" if may else SHUT), path


@pytest.mark.parametrize(
    "path", ["/embeddedx", "/Embedded", "//embedded", "/embedded/../desk", "/desk/embedded", "/%65mbedded/../desk"]
)
async def test_nothing_that_looks_like_that_address_may_be_framed(open_house: House, path: str) -> None:
    answer = await browser(open_house).get(f"{OURS}{path}")
    assert framed_by(answer) == SHUT


async def test_without_a_named_site_the_address_is_not_there(desk: House) -> None:
    answer = await desk.browser().get("/embedded")
    assert answer.status_code == 404
    assert framed_by(answer) == SHUT


async def test_nothing_is_stored_before_the_first_message_and_then_for_the_site_around_alone(open_house: House) -> None:
    visitor = browser(open_house)
    page = await visitor.get("/embedded?lang=sl")
    assert "set-cookie" not in page.headers
    sent = await visitor.post("/embedded/message?lang=sl", data={"id": field_of(page.text, "id"), "text": "Zgubil sem službo"})
    assert sent.headers["location"] == "/embedded?kept=no&lang=sl#end"
    cookie = sent.headers["set-cookie"]
    assert re.fullmatch(r"infopoint_embedded=[\w-]{43}; Path=/embedded; HttpOnly; Secure; SameSite=None; Partitioned", cookie)


async def test_outside_of_frames_the_cookie_stays_as_it_is(open_house: House) -> None:
    visitor = browser(open_house)
    page = await visitor.get("/")
    sent = await visitor.post("/message", data={"id": field_of(page.text, "id"), "text": "Zgubil sem službo"})
    assert re.fullmatch(r"infopoint_chat=[\w-]{43}; HttpOnly; Path=/; SameSite=lax; Secure", sent.headers["set-cookie"])


async def test_a_conversation_in_a_frame_is_another_than_that_on_our_own_page(open_house: House) -> None:
    visitor = browser(open_house)
    for root, text in (("", "na lastni strani"), ("/embedded", "v okvirju")):
        page = await visitor.get(root or "/")
        await visitor.post(f"{root}/message", data={"id": field_of(page.text, "id"), "text": text})
        assert await open_house.reception.step("worker")
    own, framed = (await visitor.get("/")).text, (await visitor.get("/embedded")).text
    assert ("na lastni strani" in own, "v okvirju" in own) == (True, False)
    assert ("na lastni strani" in framed, "v okvirju" in framed) == (False, True)


async def test_another_site_cannot_send_a_form_of_the_frame(open_house: House) -> None:
    for site in ("cross-site", "same-site"):
        answer = await browser(open_house, **{"sec-fetch-site": site}).post("/embedded/message", data={"text": "x"})
        assert answer.status_code == 403


async def test_every_way_out_of_the_frame_stays_in_it_or_opens_a_window_of_its_own(open_house: House) -> None:
    visitor = browser(open_house)
    page = await visitor.get("/embedded")
    await visitor.post("/embedded/message", data={"id": field_of(page.text, "id"), "text": "Zgubil sem službo"})
    assert await open_house.reception.step("worker")
    seen, waiting = set(), ["/embedded"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        html = (await visitor.get(path)).text
        for tag in re.findall(r"<(?:a|form)\b[^>]*>", html):
            target = re.search(r'(?:href|action)="([^"]*)"', tag)
            assert target, tag
            leads = target.group(1)
            if leads.startswith(("#", "?", "tel:", "mailto:")) or ' target="_' in tag:
                continue
            assert re.match(r"/embedded(?![^/?#])", leads), tag
            if tag.startswith("<a") and "/file/" not in leads:
                waiting.append(re.split(r"[?#]", leads)[0])
    assert "/embedded/privacy" in seen


async def test_whoever_s_browser_keeps_no_cookie_in_frames_is_told_where_to_go_on(open_house: House) -> None:
    visitor = browser(open_house)
    page = (await visitor.get("/embedded?kept=no&lang=sl")).text
    assert "Please open it in a window of its own" in page
    assert '<a href="/?lang=sl" target="_blank">' in page
    sent = await visitor.post("/embedded/message", data={"id": field_of(page, "id"), "text": "Zgubil sem službo"})
    assert "Please open it in a window of its own" not in (await visitor.get(sent.headers["location"])).text
