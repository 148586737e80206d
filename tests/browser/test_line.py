"""The waiting line alive in a real browser: filters, who types, and what arrives while the server is away."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_desk import at_desk, open_case, resident, say, take
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at, house
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PERSON = "rad bi govoril s človekom"
ITALIAN = "voglio parlare con una persona"


async def furnish(house: House) -> None:
    """Let a resident wait, and two members of staff work."""
    await house.hire("ana")
    await house.hire("boris")
    await house.write(ITALIAN, "second", channel="telegram")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with one case in the line, and a worker that answers residents."""
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


def meanwhile(path: Path, text: str, address: str) -> None:
    """Let a resident write to another process over the same database."""

    async def write() -> None:
        async with house(path) as opened:
            opened.sent = 100 + len(text)  # numbers that nobody has used yet
            await opened.write(text, address, channel="telegram")

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, write()).result()


def filters(page: Page) -> None:
    """Fold the filters open."""
    page.get_by_text("Filters and notifications").click()
    expect(page.get_by_label("Language of the resident")).to_be_visible()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()  # a choice counts at once


def test_a_filter_counts_at_once_and_what_is_new_obeys_it(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    resident(visit, server, PERSON)
    expect(ana.get_by_text(PERSON)).to_be_visible()
    filters(ana)
    ana.get_by_label("Language of the resident").focus()
    ana.get_by_label("Language of the resident").select_option("it")
    expect(ana.get_by_text(PERSON)).to_have_count(0)
    expect(ana.get_by_text(ITALIAN)).to_be_visible()
    expect(ana).to_have_url(re.compile(r"/desk\?language=it$"))
    expect(ana.get_by_label("Language of the resident")).to_be_focused()
    ana.get_by_role("link", name="With you").click()
    expect(ana.get_by_text("No case is in this view now.")).to_be_visible()
    expect(ana).to_have_url(re.compile(r"view=mine"))
    resident(visit, server, "ubil se bom")
    expect(ana.get_by_role("listitem").filter(has_text="ubil se bom")).to_be_visible()
    ana.reload()
    expect(ana.get_by_role("link", name="With you")).to_have_attribute("aria-current", "true")
    expect(ana.get_by_label("Language of the resident")).to_have_value("it")
    ana.get_by_role("link", name="Show all cases").click()
    expect(ana.get_by_text(ITALIAN)).to_be_visible()
    expect(ana.get_by_text(PERSON)).to_be_visible()


def test_the_way_back_from_a_case_leads_to_the_part_of_the_line_that_was_seen(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    filters(ana)
    ana.get_by_label("Language of the resident").select_option("it")
    expect(ana).to_have_url(re.compile(r"language=it$"))
    open_case(ana, ITALIAN)
    back = ana.get_by_role("link", name="Waiting line")
    expect(back).to_have_attribute("href", re.compile(r"/desk\?language=it$"))
    back.click()
    expect(ana).to_have_url(re.compile(r"/desk\?language=it$"))


def test_without_leave_to_show_notifications_the_sound_remains(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    ana.evaluate("Notification.requestPermission = async () => 'denied'")
    ana.get_by_role("button", name="Tell me of new cases").click()
    expect(ana.get_by_text("it only sounds while a page of the desk is open in it")).to_be_visible()
    ana.get_by_role("button", name="Sound").click()
    expect(ana.get_by_text("and the sound is off")).to_be_visible()


def test_each_side_sees_that_the_other_types(visit: Visit, server: Serving) -> None:
    person = resident(visit, server, PERSON)
    ana = at_desk(visit, server, "ana")
    with ana.expect_response("**/case/*/stream*"):
        open_case(ana, PERSON)
    with ana.expect_response("**/case/*/stream*"):
        take(ana)
    person.get_by_label("Your message").press_sequentially("Še")
    expect(ana.get_by_text("The resident is typing")).to_be_visible()
    say(person, "Še nekaj.")
    expect(ana.get_by_role("log").get_by_text("Še nekaj.")).to_be_visible()
    expect(ana.get_by_text("The resident is typing")).to_have_count(0)
    ana.get_by_label("Reply to the resident").press_sequentially("Dober")
    expect(person.get_by_text("A person is writing")).to_be_visible()
    ana.get_by_role("button", name="Send").click()
    expect(person.get_by_role("log").get_by_text("Dober", exact=True)).to_be_visible()
    expect(person.get_by_text("A person is writing")).to_have_count(0)


def test_colleagues_see_that_they_have_the_same_case_open(visit: Visit, server: Serving) -> None:
    ana, boris = (at_desk(visit, server, name) for name in ("ana", "boris"))
    expect(ana.get_by_text("At the desk now besides you: boris.")).to_be_visible()
    open_case(ana, ITALIAN)
    open_case(boris, ITALIAN)
    for page, other in ((ana, "boris"), (boris, "ana")):
        expect(page.get_by_role("status").get_by_text(f"Open at your colleagues' too: {other}.")).to_be_visible()
    boris.get_by_role("link", name="Waiting line").click()
    expect(ana.get_by_text("Open at your colleagues' too")).to_have_count(0)


def test_what_arrives_while_the_server_is_away_is_shown_without_reloading(visit: Visit, server: Serving, tmp_path: Path) -> None:
    line, case = at_desk(visit, server, "ana"), at_desk(visit, server, "boris")
    open_case(case, ITALIAN)
    take(case)
    case.get_by_label("Reply to the resident").fill("Napol napisano")
    link = line.locator(".line li a")
    link.focus()
    server.stop()
    for page in (line, case):
        expect(page.get_by_text("The connection is interrupted.")).to_be_visible()
    meanwhile(tmp_path, "Ci siete?", "second")
    meanwhile(tmp_path, PERSON, "third")
    server.start()
    for page in (line, case):
        expect(page.get_by_text("The connection is interrupted.")).to_be_hidden()
    expect(case.get_by_role("log").get_by_text("Ci siete?")).to_have_count(1)
    expect(line.get_by_text(PERSON)).to_be_visible()
    expect(line.locator(".line li").filter(has_text="Ci siete?").get_by_role("link")).to_be_focused()
    expect(case.get_by_label("Reply to the resident")).to_have_value("Napol napisano")
    expect(case.get_by_label("Reply to the resident")).to_be_focused()


def test_a_tab_that_nobody_looks_at_rests_and_catches_up(visit: Visit, server: Serving) -> None:
    line = at_desk(visit, server, "ana")
    case = line.context.new_page()
    case.clock.install()
    case.goto(f"{server.url}/desk")
    with case.expect_response("**/case/*/stream*"):
        open_case(case, ITALIAN)
    look_away = """hidden => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    case.evaluate(look_away, True)
    case.clock.fast_forward(61_000)
    resident(visit, server, "ubil se bom")
    expect(line.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_be_visible()
    expect(case.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_have_count(0)
    case.evaluate(look_away, False)
    expect(case.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_be_visible()


def test_a_row_with_the_focus_is_the_same_element_after_the_line_was_drawn_anew(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    row = ana.get_by_role("listitem").filter(has_text=ITALIAN)
    row.get_by_role("link").focus()
    row.get_by_role("link").evaluate("link => { link.same = true; }")
    resident(visit, server, "ubil se bom")
    expect(ana.get_by_role("listitem").filter(has_text="ubil se bom")).to_be_visible()
    resident(visit, server, PERSON)
    expect(ana.get_by_text(PERSON)).to_be_visible()
    assert ana.evaluate("document.activeElement.same")
    order = [text.split("\n")[0] for text in ana.locator(".line li").all_inner_texts()]
    assert len(order) == 3
    assert "ubil" in ana.locator(".line li").first.inner_text()
    ana.keyboard.press("Tab")
    expect(ana.get_by_role("listitem").filter(has_text=PERSON).get_by_role("link")).to_be_focused()
    ana.keyboard.press("Shift+Tab")
    ana.keyboard.press("Shift+Tab")
    expect(ana.get_by_role("listitem").filter(has_text="ubil se bom").get_by_role("link")).to_be_focused()


def test_a_case_is_put_off_by_keyboard_and_enter_there_sends_no_reply(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    open_case(ana, ITALIAN)
    take(ana)
    ana.get_by_label("Reply to the resident").fill("Napol napisano")
    ana.get_by_text("Put off until later").click()
    ana.get_by_label("Another time").fill("2999-01-01T10:00")
    ana.get_by_label("Another time").press("Enter")
    expect(ana.get_by_role("alert").get_by_text("A case can be put off for")).to_be_visible()
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Napol napisano")
    expect(ana.get_by_label("Another time")).to_have_value("2999-01-01T10:00")
    ana.get_by_label("Reply to the resident").fill("")
    ana.get_by_role("button", name="In an hour").click()
    expect(ana.get_by_role("button", name="Bring it back now")).to_be_visible()
    ana.get_by_role("link", name="Waiting line").click()
    ana.locator("#view-later").click()
    expect(ana.get_by_role("listitem").filter(has_text=ITALIAN)).to_contain_text("Put off until")


@pytest.mark.parametrize("width", [320, 1200])
def test_the_line_is_for_all(visit: Visit, server: Serving, width: int) -> None:
    resident(visit, server, "ubil se bom")
    ana: Page = at_desk(visit, server, "ana", permissions=["notifications"], viewport={"width": width, "height": 700})
    ana.get_by_role("button", name="Tell me of new cases").click()
    expect(ana.get_by_role("button", name="Try it")).to_be_visible()
    assert faults(ana) == []
    assert not scrolls_sideways(ana)
    ana.goto(f"{server.url}/desk?view=later&language=bg")
    assert faults(ana) == []
    assert not scrolls_sideways(ana)
