"""The desk in a real browser: live, by keyboard, on a phone, and readable for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.support.browser import Visit
from tests.support.desk import PASSWORD, House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

QUESTION = "kako popravim vesoljsko ladjo v Novi Gorici"


async def furnish(house: House) -> None:
    """Let two residents wait, and two members of staff work."""
    await house.hire("ana")
    await house.hire("boris")
    await house.write(QUESTION, "first")
    await house.write("voglio parlare con una persona", "second", channel="telegram")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    """A desk with two cases in the line, and a worker that answers residents."""
    serving = Serving(desk_at(tmp_path, furnish))
    yield serving
    serving.stop()


def sign_in(page: Page, name: str) -> Page:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():  # with its scripts, as below
        page.get_by_role("button", name="Sign in").click()
    return page


def at_desk(visit: Visit, server: Serving, name: str, **options: object) -> Page:
    """Return the waiting line as ``name`` sees it in a browser of their own."""
    page = sign_in(visit(f"{server.url}/desk", **options), name)
    expect(page.get_by_role("heading", name="Waiting line")).to_be_visible()
    return page


def resident(visit: Visit, server: Serving, text: str) -> Page:
    """Return the page of a resident who has just written ``text``."""
    page = visit(server.url)
    say(page, text)
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("Your message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text(text)).to_be_visible()


def open_case(page: Page, words: str) -> None:
    with page.expect_navigation():
        page.get_by_role("listitem").filter(has_text=words).get_by_role("link").click()
    expect(page.get_by_role("heading", name="Conversation")).to_be_visible()


def take(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Take this case").click()


def test_a_new_resident_appears_in_the_line_without_reloading(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    expect(ana).to_have_title("(2) Waiting line")
    resident(visit, server, "rad bi govoril s človekom")
    expect(ana.get_by_text("rad bi govoril s človekom")).to_be_visible()
    expect(ana).to_have_title("(3) Waiting line")


def test_a_crisis_is_announced_on_every_page_of_the_desk(visit: Visit, server: Serving) -> None:
    line, case = at_desk(visit, server, "ana"), at_desk(visit, server, "boris")
    open_case(case, QUESTION)
    expect(case.get_by_role("alert").get_by_text("crisis")).to_have_count(0)
    resident(visit, server, "ubil se bom")
    for page in (line, case):
        expect(page.get_by_role("alert").get_by_text("1 person in a crisis is waiting.")).to_be_visible()
    expect(line).to_have_title("(! 3) Waiting line")
    expect(line.locator("#line").get_by_role("listitem").first).to_contain_text("ubil se bom")


def test_of_two_who_take_a_case_exactly_one_gets_it(visit: Visit, server: Serving) -> None:
    # Without scripts, so that both pages still offer the case.
    ana, boris = (at_desk(visit, server, name, java_script_enabled=False) for name in ("ana", "boris"))
    for page in (ana, boris):
        open_case(page, QUESTION)
    for page in (ana, boris):
        take(page)
    expect(ana.get_by_label("Reply to the resident")).to_be_visible()
    expect(boris.get_by_text("ana was faster and has this case.")).to_be_visible()
    expect(boris.get_by_label("Reply to the resident")).to_have_count(0)


def test_a_case_that_a_colleague_takes_is_no_longer_offered(visit: Visit, server: Serving) -> None:
    ana, boris = (at_desk(visit, server, name) for name in ("ana", "boris"))
    for page in (ana, boris):
        open_case(page, QUESTION)
    boris.get_by_role("button", name="Take this case").focus()
    take(ana)
    expect(boris.get_by_text("ana has had this case since")).to_be_visible()
    expect(boris.get_by_role("button", name="Take this case")).to_have_count(0)
    expect(boris.locator("#status")).to_be_focused()


def test_a_case_is_taken_over_from_a_colleague_who_keeps_what_they_typed(visit: Visit, server: Serving) -> None:
    ana, boris = (at_desk(visit, server, name) for name in ("ana", "boris"))
    open_case(ana, QUESTION)
    take(ana)
    ana.get_by_label("Reply to the resident").fill("Napol napisano")
    open_case(boris, QUESTION)
    boris.get_by_text("Note for colleagues").click()
    boris.get_by_label("Note, which the resident does not see").fill("Poznam ga.")
    boris.get_by_role("button", name="Take over from ana").click()
    expect(boris.get_by_label("Reply to the resident")).to_be_visible()
    expect(boris.get_by_label("Note, which the resident does not see")).to_have_value("Poznam ga.")
    expect(ana.get_by_text("boris took the case over from ana.")).to_be_visible()
    expect(ana.get_by_role("button", name="Take over from boris")).to_be_visible()
    ana.get_by_role("button", name="Send").click()
    expect(ana.get_by_text("This case is with boris now. What you typed was not sent.")).to_be_visible()
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Napol napisano")


def test_a_reply_arrives_at_the_resident_and_the_residents_words_at_the_desk(visit: Visit, server: Serving) -> None:
    person = resident(visit, server, "rad bi govoril s človekom")
    ana = at_desk(visit, server, "ana")
    open_case(ana, "rad bi govoril s človekom")
    take(ana)
    ana.get_by_label("Reply to the resident").fill("Dober dan, tukaj Ana.")
    ana.get_by_role("button", name="Send").click()
    expect(person.get_by_role("log").get_by_text("Dober dan, tukaj Ana.")).to_be_visible()
    say(person, "Hvala, Ana.")
    expect(ana.get_by_role("log").get_by_text("Hvala, Ana.")).to_be_visible()
    # What the page shows by now is what a reply goes with: no reload was needed.
    ana.get_by_label("Reply to the resident").fill("Prosim.")
    ana.keyboard.press("Control+Enter")
    expect(person.get_by_role("log").get_by_text("Prosim.")).to_be_visible()
    ana.locator("summary").filter(has_text="Close the case").click()
    ana.get_by_role("button", name="Close now").click()
    expect(ana.get_by_text("The assistant answers again.")).to_be_visible()
    say(person, "kje dobim paket hrane")
    expect(person.get_by_text("Go there within")).to_be_visible()


def test_a_reply_to_a_conversation_that_moved_is_kept(visit: Visit, server: Serving) -> None:
    person = resident(visit, server, "rad bi govoril s človekom")
    ana = at_desk(visit, server, "ana", java_script_enabled=False)
    open_case(ana, "rad bi govoril s človekom")
    take(ana)
    say(person, "Še nekaj: mudi se.")
    ana.get_by_label("Reply to the resident").fill("Moj dolgi odgovor.")
    ana.get_by_role("button", name="Send").click()
    problem = ana.get_by_role("alert").filter(has_text="Something was said while you were typing")
    expect(problem).to_be_visible()
    expect(ana.locator("article.new")).to_contain_text("Še nekaj: mudi se.")
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Moj dolgi odgovor.")
    expect(problem).to_be_focused()
    ana.get_by_role("button", name="Send").click()
    expect(person.get_by_role("log").get_by_text("Moj dolgi odgovor.")).to_be_visible()


def test_who_is_signed_out_while_typing_is_told_and_loses_nothing(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    open_case(ana, QUESTION)
    take(ana)
    other_tab = ana.context.new_page()
    other_tab.goto(f"{server.url}/desk")
    ana.get_by_label("Reply to the resident").fill("Napol napisano")
    other_tab.get_by_text("ana").click()
    other_tab.get_by_role("button", name="Sign out").click()
    expect(other_tab.get_by_role("button", name="Sign in")).to_be_visible()
    resident(visit, server, "rad bi govoril s človekom")  # rings, so that the stream looks who is there
    expect(ana.get_by_text("This page no longer renews itself")).to_be_visible()
    ana.get_by_role("button", name="Send").click()
    expect(ana.get_by_text("What you typed is kept")).to_be_visible()
    sign_in(ana, "ana")
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Napol napisano")
    expect(ana).to_have_url(re.compile(r"/desk/case/[0-9a-f]{32}$"))
    ana.get_by_role("button", name="Send").click()
    expect(ana.get_by_role("log").get_by_text("Napol napisano")).to_be_visible()


def test_a_page_left_by_mistake_asks_before_it_loses_a_text(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    open_case(ana, QUESTION)
    take(ana)
    ana.wait_for_load_state()  # the page's script is what asks
    ana.get_by_label("Reply to the resident").press_sequentially("Napol")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    ana.on("dialog", stay)
    ana.get_by_role("link", name="Waiting line").click(no_wait_after=True)
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Napol")
    assert asked == ["beforeunload"]


def test_who_sends_before_the_page_is_whole_sends_once_and_is_not_asked_whether_to_leave(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    open_case(ana, QUESTION)
    take(ana)
    ana.wait_for_load_state()
    ana.get_by_label("Reply to the resident").press_sequentially("Dober dan")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    ana.on("dialog", leave)
    # What the browser tells when the last picture has come, at the moment at which it does harm.
    goes_out = ana.evaluate("""() => {
      const out = [];
      addEventListener("submit", event => {
        out.push(!event.defaultPrevented);
        dispatchEvent(new PageTransitionEvent("pageshow"));
      });
      const button = document.querySelector("[data-send]");
      button.click();
      button.click();
      return out;
    }""")
    assert goes_out == [True, False]
    expect(ana.get_by_role("log").get_by_text("Dober dan")).to_have_count(1)
    assert asked == []


def test_the_focus_stays_where_it_is_when_the_line_changes(visit: Visit, server: Serving) -> None:
    ana = at_desk(visit, server, "ana")
    link = ana.get_by_role("listitem").filter(has_text=QUESTION).get_by_role("link")
    link.focus()
    resident(visit, server, "rad bi govoril s človekom")
    expect(ana.get_by_text("rad bi govoril s človekom")).to_be_visible()
    expect(link).to_be_focused()


def test_the_desk_comes_back_when_the_server_does_and_doubles_nothing(visit: Visit, server: Serving) -> None:
    person = resident(visit, server, "rad bi govoril s človekom")
    line, case = at_desk(visit, server, "ana"), at_desk(visit, server, "boris")
    open_case(case, "rad bi govoril s človekom")
    take(case)
    case.get_by_label("Reply to the resident").fill("Napol napisano")
    server.stop()
    for page in (line, case):
        expect(page.get_by_text("The connection is interrupted.")).to_be_visible()
    server.start()
    for page in (line, case):
        expect(page.get_by_text("The connection is interrupted.")).to_be_hidden()
    say(person, "Ste še tam?")
    expect(line.get_by_text("Ste še tam?")).to_be_visible()
    for words in ("rad bi govoril s človekom", "Ste še tam?"):
        expect(case.locator(".entry .said").get_by_text(words)).to_have_count(1)
    expect(case.get_by_label("Reply to the resident")).to_have_value("Napol napisano")
    case.get_by_role("button", name="Send").click()
    expect(case.get_by_role("log").get_by_text("Napol napisano")).to_be_visible()
