"""Nothing on a page moves when its scripts come: who presses at that moment, on a slow machine, presses what they meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from bot.model.staff import Role
from tests.browser.test_desk import open_case, resident, sign_in
from tests.support.browser import Visit
from tests.support.desk import House, desk_at
from tests.support.editing import put_up, small_edition
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
ANSWER = "/desk/library/item/answer/child-benefit/si"
#: Let the browser draw: the second frame begins when the first has been drawn.
_DRAWN = "() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
#: What moved since the page was first drawn, by the browser's own account of it (Layout Instability).
_MOVED = """() => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({ type: "layout-shift", buffered: true });
  const seen = node => node && (node.id || node.className || node.nodeName);
  return observer.takeRecords().flatMap(each => each.sources.map(({ node }) => String(seen(node))));
}"""


async def furnish(house: House) -> None:
    """Let an editor, who works at the desk too, find two cases and a library."""
    await house.hire("vida", Role.COORDINATOR)
    await house.hire("eva", Role.EDITOR)
    await house.write("rad bi govoril s človekom na Ptuju", "first")
    await house.write("voglio parlare con una persona", "second", channel="telegram")
    await put_up(house.db, small_edition(), house.now())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with something to do."""
    serving = Serving(desk_at(tmp_path, furnish, library=small_edition()))
    yield serving
    serving.stop()


def _is_late(url: str) -> bool:
    """Tell whether at ``url`` is a script that a page is drawn without."""
    path = urlsplit(url).path
    return path.endswith(".js") and not path.endswith("/early.js")


def moved(page: Page, url: str) -> list[str]:
    """Open ``url``, let its scripts come only when it has been drawn, and return what they moved."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(_is_late, hold)
    page.goto(url, wait_until="commit")
    expect(page.locator("main")).to_be_visible()
    page.evaluate(_DRAWN)
    assert held, "no script was asked for"
    for route in held:
        route.continue_()
    page.wait_for_load_state()
    page.unroute(_is_late)
    page.evaluate(_DRAWN)
    return page.evaluate(_MOVED)  # type: ignore[no-any-return]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_waiting_line_stands_still(visit: Visit, server: Serving, viewport: dict[str, int]) -> None:
    page = sign_in(visit(f"{server.url}/desk", viewport=viewport), "vida")
    expect(page.get_by_role("button", name="Tell me of new cases")).to_be_visible()

    assert moved(page, f"{server.url}/desk") == []
    assert moved(page, f"{server.url}/desk?language=sl") == []
    page.get_by_role("button", name="Tell me of new cases").click()
    expect(page.get_by_role("button", name="Tell me no more")).to_be_visible()
    assert moved(page, f"{server.url}/desk") == []


def test_a_button_that_needs_its_script_cannot_be_pressed_without_it(visit: Visit, server: Serving) -> None:
    page = sign_in(visit(f"{server.url}/desk"), "vida")
    tell = page.get_by_role("button", name="Tell me of new cases")
    expect(tell).to_be_enabled()

    page.route(_is_late, lambda route: route.abort())
    page.reload()

    expect(tell).to_be_disabled()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_case_stands_still(visit: Visit, server: Serving, viewport: dict[str, int]) -> None:
    page = sign_in(visit(f"{server.url}/desk", viewport=viewport), "vida")
    open_case(page, "človekom")
    address = page.url.partition("#")[0]

    assert moved(page, address) == []
    page.get_by_role("button", name="Take this case").click()
    expect(page.get_by_label("Reply to the resident")).to_be_visible()
    assert moved(page, address) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_of_an_answer_stands_still(visit: Visit, server: Serving, viewport: dict[str, int]) -> None:
    page = sign_in(visit(f"{server.url}/desk", viewport=viewport), "eva")
    expect(page.locator("h1")).to_be_visible()

    assert moved(page, f"{server.url}{ANSWER}") == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_residents_page_stands_still(visit: Visit, server: Serving, viewport: dict[str, int]) -> None:
    assert moved(visit(server.url, viewport=viewport), server.url) == []
    page = resident(visit, server, "izvršba na plačo")
    assert moved(page, server.url) == []


def test_what_comes_while_somebody_presses_moves_nothing_until_they_have_let_go(visit: Visit, server: Serving) -> None:
    vida, other = (sign_in(visit(f"{server.url}/desk"), "vida") for _ in range(2))
    link = vida.get_by_role("listitem").filter(has_text="človekom").get_by_role("link")
    expect(link).to_be_visible()
    vida.clock.install()
    vida.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # however long this machine takes: the press is a short one
    link.hover()
    vida.mouse.down()
    resident(visit, server, "ubil se bom")
    expect(other.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_be_visible()
    expect(vida.get_by_text("ubil se bom")).to_have_count(0)
    vida.mouse.up()

    expect(vida.get_by_role("heading", name="Conversation")).to_be_visible()
    expect(vida.get_by_role("log").get_by_text("človekom na Ptuju")).to_be_visible()


def test_what_came_while_somebody_pressed_is_shown_when_they_have_let_go(visit: Visit, server: Serving) -> None:
    page = sign_in(visit(f"{server.url}/desk"), "vida")
    expect(page.get_by_role("heading", name="Waiting line")).to_be_visible()
    page.get_by_role("heading", name="Waiting line").hover()
    page.mouse.down()
    resident(visit, server, "ubil se bom")
    page.mouse.up()

    expect(page.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_be_visible()
