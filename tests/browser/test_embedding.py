"""The chat in the frame of another site, with three real sites under https: ours, one that may show it, and one that may not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.embedding import frame
from bot.settings import Settings
from tests.support.browser import PATIENCE, WHOLE, faults, launched
from tests.support.desk import House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

#: Names under which the browser finds this machine. They are different sites (registrable domains), as in life.
OURS, THEIRS, OTHERS = "help-point.test", "obcina.test", "elsewhere.test"
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    f"--host-resolver-rules={', '.join(f'MAP {name} 127.0.0.1' for name in (OURS, THEIRS, OTHERS))}",
    # Cookies of other sites are blocked, as more and more browsers do: only those kept apart for each site get through.
    "--test-third-party-cookie-phaseout",
]
QUESTION = "Rad bi govoril s človekom"


@pytest.fixture(scope="module", name="certified")
def _certified(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a server needs for https under all three names."""
    folder = tmp_path_factory.mktemp("certificate")
    issued = trustme.CA().issue_cert(OURS, THEIRS, OTHERS)
    issued.private_key_pem.write_to_path(folder / "key.pem")
    for part in issued.cert_chain_pems:
        part.write_to_path(folder / "chain.pem", append=True)
    return {"ssl_keyfile": str(folder / "key.pem"), "ssl_certfile": str(folder / "chain.pem")}


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with launched(WHOLE, _ARGUMENTS) as browser:
        yield browser


class Sites:
    """Ours, and a page around it that the two others have alike."""

    def __init__(self, path: Path, certified: dict[str, Any]) -> None:
        self._element = ""
        self._around = Serving(self._surroundings, **certified)
        self.theirs = f"https://{THEIRS}:{self._around.port}"
        self.others = f"https://{OTHERS}:{self._around.port}"
        # The address under which it is reached stands in the settings, and the port is known when it listens.
        self._settings: dict[str, Any] = {"public_url": f"https://{OURS}", "embed_in": self.theirs}
        self._ours = Serving(desk_at(path, _nobody, **self._settings), **certified)
        self.ours = f"https://{OURS}:{self._ours.port}"
        self._element = frame(Settings(public_url=self.ours, embed_in=self.theirs), "sl")

    @asynccontextmanager
    async def _surroundings(self) -> AsyncIterator[ASGIApp]:
        async def page(request: Request) -> HTMLResponse:
            element = self._element.replace("/embedded", request.query_params.get("shows", "/embedded"))
            return HTMLResponse(
                f'<!doctype html><html lang="sl"><title>Občina</title><main><h1>Občina</h1>{element}</main></html>'
            )

        yield Starlette(routes=[Route("/", page)])

    def close(self) -> None:
        self._ours.stop()
        self._around.stop()


async def _nobody(_: House) -> None:
    """Nobody has written yet."""


@pytest.fixture(scope="module", name="sites")
def _sites(tmp_path_factory: pytest.TempPathFactory, certified: dict[str, Any]) -> Iterator[Sites]:
    sites = Sites(tmp_path_factory.mktemp("chat"), certified)
    yield sites
    sites.close()


@pytest.fixture(name="visit")
def _visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    opened: list[BrowserContext] = []

    def visit(url: str, **options: Any) -> Page:
        context = browser.new_context(ignore_https_errors=True, locale="sl-SI", **options)
        opened.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.goto(url)
        return page

    yield visit
    for context in opened:
        context.close()


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def ask(page: Page) -> None:
    """Ask by the keyboard, once the page's script is there: before, Enter only begins a new line."""
    expect(chat(page).get_by_label("Your message")).to_have_attribute("aria-describedby", "error keys")
    chat(page).get_by_label("Your message").fill(QUESTION)
    chat(page).get_by_label("Your message").press("Enter")


def test_a_question_is_answered_in_the_frame_of_a_site_that_may_show_it(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit(sites.theirs)
    expect(chat(page).get_by_label("Your message")).to_be_visible()
    assert page.context.cookies() == [], "nothing is stored before the first message"
    ask(page)
    expect(chat(page).locator(".message.bot").first).to_be_visible()
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["sameSite"], cookie["secure"], cookie["httpOnly"]) == (
        "infopoint_embedded",
        "None",
        True,
        True,
    )
    assert cookie["partitionKey"] == f"https://{THEIRS}"
    page.reload()
    expect(chat(page).locator(".message.resident")).to_contain_text(QUESTION)
    assert faults(page) == []


def test_without_scripts_it_is_answered_too(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit(sites.theirs, java_script_enabled=False)
    chat(page).get_by_label("Your message").fill(QUESTION)
    chat(page).get_by_role("button", name="Send").click()
    expect(chat(page).locator(".message.resident")).to_contain_text(QUESTION)
    expect(chat(page).locator(".message.bot").first).to_be_visible()
    expect(chat(page).locator("#error")).to_be_hidden()


@pytest.mark.parametrize(
    ("site", "shows"), [("others", "/embedded"), ("theirs", "/"), ("theirs", "/desk"), ("theirs", "/privacy")]
)
def test_browsers_refuse_it_to_other_sites_and_all_else_to_every_site(
    sites: Sites, visit: Callable[..., Page], site: str, shows: str
) -> None:
    refusals: list[str] = []
    page = visit("about:blank")
    page.on("console", lambda message: refusals.append(message.text))
    page.goto(f"{getattr(sites, site)}/?shows={shows}", wait_until="load")
    expect(page.get_by_role("heading", name="Občina")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert any("frame-ancestors" in refusal for refusal in refusals)
    assert chat(page).locator("#main").count() == 0


def test_leaving_leaves_the_page_around_it_too(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit(sites.theirs)
    chat(page).get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{sites.ours}/left**")
    expect(page.get_by_role("table")).to_be_visible()


def test_without_scripts_who_is_discreet_leaves_no_way_back_in_the_frame(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit(sites.theirs, java_script_enabled=False)
    chat(page).get_by_label("Your message").fill("/discreet")
    chat(page).get_by_role("button", name="Send").click()
    expect(chat(page).locator(".message.bot").first).to_be_visible()
    assert page.context.cookies() != []
    chat(page).get_by_role("link", name="Leave this page").click()
    expect(chat(page).get_by_role("table")).to_be_visible()
    assert page.context.cookies() == []


def test_with_scripts_who_is_discreet_leaves_the_page_around_it_and_no_way_back(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit(sites.theirs)
    expect(chat(page).get_by_label("Your message")).to_have_attribute("aria-describedby", "error keys")
    chat(page).get_by_label("Your message").fill("/discreet")
    chat(page).get_by_label("Your message").press("Enter")
    expect(chat(page).locator(".message.bot").first).to_be_visible()
    chat(page).get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{sites.ours}/left**")
    assert page.context.cookies() == []


def test_whoever_s_browser_keeps_nothing_in_frames_is_told_where_to_go_on(sites: Sites, visit: Callable[..., Page]) -> None:
    page = visit("about:blank")
    # Such a browser: what the frame is to keep is lost on the way.
    page.route("**/embedded/message*", lambda route: route.fulfill(status=202, json={"new": True}))
    page.goto(sites.theirs)
    ask(page)
    expect(chat(page).get_by_role("alert")).to_contain_text("Please open it in a window of its own")
    with page.expect_popup() as opened:
        chat(page).get_by_role("link", name="Open the conversation in a window of its own").click()
    expect(opened.value.get_by_label("Your message")).to_be_visible()
