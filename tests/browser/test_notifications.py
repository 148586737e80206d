"""Being told of new cases in a real browser, all of it: by a notification, a sound and the picture among the tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_desk import at_desk, open_case, resident
from tests.browser.test_line import ITALIAN, PERSON, filters, furnish
from tests.support.browser import WHOLE, Visit, launched
from tests.support.desk import desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

#: Notes on the page what it shows and how many notes it sounds; browsers tell neither.
SPY = """() => {
  window.shown = [];
  window.sounded = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.sounded += 1; return start.apply(this, when); };
  const Real = window.Notification;
  window.Notification = class extends Real {
    constructor(title, options) { super(title, options); window.shown.push(`${title}: ${options.body}`); }
  };
}"""


@pytest.fixture(scope="module", name="chromium")
def _chromium() -> Iterator[Browser]:
    with launched(WHOLE) as browser:
        yield browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with one case in the line."""
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


def test_a_browser_tells_of_new_cases_once_it_was_asked_to(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana", permissions=["notifications"])
    ana.evaluate(SPY)
    ana.get_by_role("button", name="Tell me of new cases").click()
    expect(ana.get_by_text("This browser tells you of new cases")).to_be_visible()
    expect(ana.get_by_role("button", name="Sound")).to_be_focused()
    ana.get_by_role("button", name="Try it").click()
    assert ana.evaluate("[shown, sounded]") == [["Info point: This is how you are told."], 2]
    resident(visit, server, PERSON)
    expect(ana.get_by_text(PERSON)).to_be_visible()
    ana.wait_for_function("() => shown.length === 2")
    resident(visit, server, "ubil se bom")
    ana.wait_for_function("() => shown.length === 3")
    assert ana.evaluate("[shown.slice(1), sounded]") == [
        ["Info point: A new case is waiting.", "Info point: Somebody in a crisis is waiting."],
        2 + 2 + 6,
    ]
    ana.get_by_role("button", name="Sound").click()
    expect(ana.get_by_role("button", name="Sound")).to_have_attribute("aria-pressed", "false")
    resident(visit, server, "bi rad človeka")
    ana.wait_for_function("() => shown.length === 4")
    assert ana.evaluate("sounded") == 10
    ana.get_by_role("button", name="Tell me no more").click()
    expect(ana.get_by_role("button", name="Tell me of new cases")).to_be_focused()


def test_what_was_chosen_is_remembered_and_holds_on_a_case_too(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana", permissions=["notifications"])
    ana.get_by_role("button", name="Tell me of new cases").click()
    expect(ana.get_by_role("button", name="Tell me no more")).to_be_visible()
    open_case(ana, ITALIAN)
    ana.evaluate(SPY)
    resident(visit, server, PERSON)
    ana.wait_for_function("() => shown.length === 1")
    assert ana.evaluate("shown") == ["Info point: A new case is waiting."]
    icon = ana.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", re.compile("icon-case"))
    ana.get_by_role("link", name="Waiting line").click()
    filters(ana)
    expect(ana.get_by_role("button", name="Tell me no more")).to_be_visible()
