"""A shift at the desk in a real browser: races, a case across the border, the night, a call back, closing and opening again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.model.staff import Role
from tests.browser.test_desk import at_desk, open_case, resident, say, take
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
#: A Friday, 20.30 in Ptuj, and the Monday after it, five minutes past eight.
EVENING = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
#: So often two race for a case.
RACES = 12


class Hands:
    """A clock whose hands are moved by the test."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


async def furnish(house: House) -> None:
    """Let two work in Ptuj and one in Dalgopol."""
    for name, point in (("ana", "ptuj"), ("boris", "ptuj"), ("daniela", "dalgopol")):
        await house.hire(name, points=[point])
    await house.hire("cvetka", Role.COORDINATOR, ["ptuj", "dalgopol"])


Serve = Callable[..., Serving]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Open a desk; ``serve(now=...)`` with a clock of its own, ``serve(furnish)`` with other people and cases."""
    opened: list[Serving] = []

    def serving(furnish: Callable[[House], object] = furnish, **options: object) -> Serving:
        opened.append(Serving(desk_at(tmp_path, furnish, **options)))  # type: ignore[arg-type]  # the options of `house`
        return opened[-1]

    yield serving
    for each in opened:
        each.stop()


def ask_for_a_person(visit: Visit, server: Serving, words: str = "rad bi govoril s človekom na Ptuju") -> Page:
    return resident(visit, server, words)


def reply(page: Page, text: str) -> None:
    page.get_by_label("Reply to the resident").fill(text)
    page.get_by_role("button", name="Send", exact=True).click()


def unfold(page: Page, summary: str) -> None:
    page.locator("summary").filter(has_text=summary).first.click()


def test_of_two_who_press_at_the_same_moment_exactly_one_gets_each_case(visit: Visit, serve: Serve) -> None:
    async def crowd(house: House) -> None:
        await furnish(house)
        for number in range(RACES):
            await house.write("rad bi govoril s človekom na Ptuju", f"resident {number}")

    server = serve(crowd)
    pages = [at_desk(visit, server, name, java_script_enabled=True) for name in ("ana", "boris")]
    addresses = [link.get_attribute("href") for link in pages[0].locator("a[id^=case-]").all()]
    assert len(addresses) == RACES
    for address in addresses:
        for page in pages:
            page.goto(f"{server.url}{address}")
        for page in pages:
            # Not `click`, which would wait for the answer to the first before the second is pressed.
            page.evaluate("setTimeout(() => document.getElementById('claim').click(), 50)")
        for page in pages:
            expect(page.locator("#status")).to_contain_text("had this case since")
        mine = [page.locator("#status", has_text="You have had").count() for page in pages]
        assert sorted(mine) == [0, 1], mine
        loser, winner = pages[mine.index(0)], pages[mine.index(1)]
        expect(winner.get_by_label("Reply to the resident")).to_be_visible()
        expect(loser.get_by_label("Reply to the resident")).to_have_count(0)
        expect(loser.locator("#takeover")).to_be_visible()


def test_a_case_crosses_the_border_when_the_resident_has_agreed(visit: Visit, serve: Serve) -> None:
    server = serve()
    person = ask_for_a_person(visit, server)
    ana, daniela = at_desk(visit, server, "ana"), at_desk(visit, server, "daniela")
    expect(daniela.get_by_text("človekom")).to_have_count(0)
    open_case(ana, "človekom")
    address = ana.url.partition("#")[0]
    take(ana)
    unfold(ana, "Hand the case on")
    ana.get_by_label("Why, for colleagues only").fill("Lives there now")
    ana.get_by_label("Info point").select_option("dalgopol")
    ana.get_by_role("button", name="Hand on to this info point").click()
    expect(ana.locator("details.hand .notice")).to_contain_text("Until the resident agrees, it stays here.")
    expect(daniela.get_by_text("človekom")).to_have_count(0)

    person.get_by_role("button", name="Yes").click()
    expect(person.get_by_role("log").get_by_text("I have passed on what you wrote here")).to_be_visible()
    expect(daniela.get_by_text("človekom")).to_be_visible()
    daniela.goto(address)
    expect(daniela.get_by_text("Lives there now")).to_be_visible()
    take(daniela)
    reply(daniela, "Dober dan iz Dalgopola")
    expect(person.get_by_role("log").get_by_text("Dober dan iz Dalgopola")).to_be_visible()
    assert ana.goto(address).status == 404  # type: ignore[union-attr]  # a page answers


def test_who_writes_at_night_is_told_the_morning_and_is_answered_then(visit: Visit, serve: Serve) -> None:
    clock = Hands(EVENING)
    server = serve(now=clock)
    person = ask_for_a_person(visit, server)
    told = person.get_by_role("log").get_by_text("Somebody will answer when it opens")
    expect(told).to_contain_text("on Monday at 8.00")

    clock.at = MORNING
    ana = at_desk(visit, server, "ana")
    expect(ana.get_by_role("listitem").filter(has_text="človekom")).to_contain_text("Overdue since 8.00")
    open_case(ana, "človekom")
    take(ana)
    reply(ana, "Dobro jutro, kako vam lahko pomagam?")
    expect(person.get_by_role("log").get_by_text("Dobro jutro")).to_be_visible()


def test_a_resident_is_called_back_and_what_came_of_it_is_kept(visit: Visit, serve: Serve) -> None:
    server = serve()
    person = ask_for_a_person(visit, server)
    person.get_by_role("button", name="Call me back").click()
    say(person, "pokličite me na 040 123 456")
    expect(person.get_by_role("log").get_by_text("I have noted this number")).to_be_visible()

    ana = at_desk(visit, server, "ana")
    open_case(ana, "človekom")
    take(ana)
    expect(ana.locator(".calls .dial")).to_have_attribute("href", "tel:+38640123456")
    ana.get_by_role("button", name="Not reached").click()
    expect(ana.locator(".calls")).to_contain_text("not reached")
    ana.get_by_role("button", name="Reached", exact=True).click()
    expect(ana.locator(".calls")).to_contain_text("settled")


def test_a_closed_case_that_did_not_help_is_open_again(visit: Visit, serve: Serve) -> None:
    server = serve()
    person = ask_for_a_person(visit, server)
    ana = at_desk(visit, server, "ana")
    open_case(ana, "človekom")
    take(ana)
    reply(ana, "Oglasite se pri nas v petek")
    expect(person.get_by_role("log").get_by_text("v petek")).to_be_visible()
    unfold(ana, "Close the case")
    ana.get_by_label("referred", exact=False).check()
    ana.get_by_role("button", name="Close now").click()
    expect(ana.get_by_text("Closed by")).to_be_visible()

    person.get_by_role("button", name="No", exact=False).last.click()
    expect(ana.get_by_label("Reply to the resident")).to_be_visible()
    reply(ana, "Povejte mi več")
    expect(person.get_by_role("log").get_by_text("Povejte mi več")).to_be_visible()


def test_a_whole_case_is_worked_on_a_phone(visit: Visit, serve: Serve) -> None:
    server = serve()
    person = ask_for_a_person(visit, server)
    ana = at_desk(visit, server, "ana", **PHONE)
    open_case(ana, "človekom")
    take(ana)
    reply(ana, "Dober dan")
    expect(person.get_by_role("log").get_by_text("Dober dan")).to_be_visible()
    expect(ana.get_by_role("log").get_by_text("Dober dan")).to_be_visible()
    ana.wait_for_load_state()
    assert not scrolls_sideways(ana)
    assert faults(ana) == []
    unfold(ana, "Close the case")
    ana.get_by_role("button", name="Close now").click()
    expect(ana.get_by_text("Closed by")).to_be_visible()
    assert not scrolls_sideways(ana)


def test_a_whole_case_is_worked_by_keyboard_alone(visit: Visit, serve: Serve) -> None:
    server = serve()
    person = ask_for_a_person(visit, server)
    ana = visit(f"{server.url}/desk")
    keys = ana.keyboard

    def go_to(name: str) -> None:
        """Press Tab until what has the focus bears this name, once the page is whole: before, its end may take the focus."""
        ana.wait_for_load_state()
        for _ in range(120):
            keys.press("Tab")
            if name in ana.evaluate("(document.activeElement?.labels?.[0] ?? document.activeElement)?.innerText ?? ''"):
                return
        raise AssertionError(name)

    go_to("Name")
    keys.type("ana")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(ana.get_by_role("heading", name="Waiting line")).to_be_visible()
    ana.wait_for_load_state()
    ana.evaluate("document.querySelector('a[id^=case-]').focus()")
    keys.press("Enter")
    expect(ana.get_by_role("heading", name="Conversation")).to_be_visible()
    go_to("Take this case")
    keys.press("Enter")
    expect(ana.get_by_label("Reply to the resident")).to_be_visible()
    go_to("Reply to the resident")
    keys.type("Dober dan")
    keys.press("Control+Enter")
    expect(person.get_by_role("log").get_by_text("Dober dan")).to_be_visible()
    expect(ana.get_by_role("log").get_by_text("Dober dan")).to_be_visible()
    go_to("Close the case")
    keys.press("Enter")
    go_to("Close now")
    keys.press("Enter")
    expect(ana.get_by_text("Closed by")).to_be_visible()
