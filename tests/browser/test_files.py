"""Photos, files and changed messages in a real browser, at a phone's width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize, expect

from bot.model.attached import LARGEST
from tests.browser.test_desk import at_desk, open_case, take
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at
from tests.support.files import paper, photo
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 320, "height": 640}
WANTS_A_PERSON = "rad bi govoril s človekom"


async def _furnish(house: House) -> None:
    await house.hire("ana")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, _furnish))
    yield serving
    serving.stop()


def _file(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def _resident(visit: Visit, server: Serving) -> Page:
    page = visit(server.url, viewport=PHONE)
    page.get_by_label("Your message").fill(WANTS_A_PERSON)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("log").get_by_text(WANTS_A_PERSON)).to_be_visible()
    expect(page.get_by_text("I have called a person at the info point.")).to_be_visible()
    return page


def _faults(page: Page) -> list[str]:
    """Return what axe finds on a page so tall that no bar lies over what is below it."""
    page.set_viewport_size({"width": PHONE["width"], "height": 3000})
    found = faults(page)
    assert not scrolls_sideways(page)
    page.set_viewport_size(PHONE)
    return found


def _is_drawn(page: Page, selector: str) -> None:
    """Wait until a picture has come and is one."""
    page.locator(selector).scroll_into_view_if_needed()
    page.wait_for_function("each => document.querySelector(each)?.naturalWidth > 0", arg=selector)


def _ana(visit: Visit, server: Serving) -> Page:
    page = at_desk(visit, server, "ana", viewport=PHONE)
    open_case(page, WANTS_A_PERSON)
    take(page)
    expect(page.get_by_label("Reply to the resident")).to_be_visible()
    return page


def test_a_resident_sends_a_photo_and_sees_it_and_staff_open_it(visit: Visit, server: Serving) -> None:
    resident = _resident(visit, server)
    ana = _ana(visit, server)
    resident.get_by_text("Add a photo or a file").click()
    chooser = resident.get_by_label("Photo or file")

    # What is too large is not even sent, and what was typed stays.
    resident.get_by_label("Your message").fill("Kaj pomeni to?")
    chooser.set_input_files(_file("film.jpg", bytes(LARGEST + 1)))
    expect(resident.get_by_role("alert")).to_contain_text("too large")
    resident.get_by_role("button", name="Remove the file").click()
    expect(resident.get_by_role("alert")).to_be_hidden()

    resident.get_by_text("Add a photo or a file").click()
    chooser.set_input_files(_file("odlocba.jpg", photo((600, 400))))
    assert _faults(resident) == []
    resident.get_by_role("button", name="Send").click()
    expect(resident.get_by_role("log").get_by_text("Kaj pomeni to?")).to_be_visible()
    _is_drawn(resident, "article.resident .file img")
    expect(resident.get_by_label("Your message")).to_have_value("")
    expect(chooser).to_be_hidden()
    assert _faults(resident) == []

    _is_drawn(ana, ".entry.resident .thumb img")
    with ana.expect_download() as download:
        ana.get_by_role("link", name="Open the photo").click()
    assert download.value.suggested_filename.endswith("-odlocba.jpg")
    assert _faults(ana) == []


def test_a_file_that_is_refused_comes_back_to_whoever_chose_it(visit: Visit, server: Serving) -> None:
    resident = _resident(visit, server)
    resident.get_by_text("Add a photo or a file").click()
    resident.get_by_label("Photo or file").set_input_files(_file("x.pdf", paper(OpenAction={"S": "/JavaScript"})))
    resident.get_by_label("Your message").fill("Prosim")
    resident.get_by_label("Your message").press("Enter")
    expect(resident.get_by_role("alert")).to_contain_text("holds a program or another file")
    expect(resident.get_by_label("Your message")).to_have_value("Prosim")
    assert resident.evaluate("document.getElementById('file').files[0].name") == "x.pdf"
    expect(resident.get_by_role("button", name="Remove the file")).to_be_visible()


def test_staff_send_a_file_change_what_they_wrote_and_withdraw_it(visit: Visit, server: Serving) -> None:
    resident = _resident(visit, server)
    ana = _ana(visit, server)

    # By whichever button: with a file chosen, the reply goes with it.
    ana.get_by_label("Reply to the resident").fill("Tukaj je obrazec.")
    ana.get_by_text("Send a photo or a file").click()
    ana.get_by_label("Photo or file").set_input_files(_file("Obrazec.pdf", paper()))
    assert _faults(ana) == []
    ana.get_by_role("button", name="Send", exact=True).click()
    theirs = resident.get_by_role("log").get_by_role("article").last
    expect(theirs).to_contain_text("Tukaj je obrazec.")
    with resident.expect_download() as download:
        theirs.get_by_role("link", name="File: Obrazec.pdf").click()
    assert download.value.suggested_filename == "Obrazec.pdf"

    # The prefilled field of the change is no typed text: leaving asks nothing.
    ana.get_by_text("Change or withdraw your last message").click()
    ana.get_by_label("Your last message").fill("Tukaj je pravi obrazec.")
    assert _faults(ana) == []
    ana.get_by_role("button", name="Change the message").click()
    expect(theirs).to_contain_text("Tukaj je pravi obrazec.")
    expect(theirs).to_contain_text("changed")
    expect(ana.get_by_text("What it said before")).to_be_visible()

    ana.get_by_text("Change or withdraw your last message").click()
    ana.get_by_role("button", name="Withdraw the message").click()
    expect(theirs).to_contain_text("This message was withdrawn by the information point.")
    expect(theirs.get_by_role("link")).to_have_count(0)
    expect(ana.get_by_text("The resident does not see it any more.")).to_be_visible()
    assert _faults(resident) == []
    assert _faults(ana) == []


def test_a_change_is_shown_at_once_on_another_page_of_the_case(visit: Visit, server: Serving) -> None:
    _resident(visit, server)
    ana, other = _ana(visit, server), at_desk(visit, server, "ana")
    open_case(other, WANTS_A_PERSON)
    ana.get_by_label("Reply to the resident").fill("Pridite ob devetih.")
    ana.get_by_role("button", name="Send", exact=True).click()
    expect(other.locator(".entry.staff")).to_contain_text("Pridite ob devetih.")
    ana.get_by_text("Change or withdraw your last message").click()
    ana.get_by_label("Your last message").fill("Pridite ob desetih.")
    ana.get_by_role("button", name="Change the message").click()
    expect(other.locator(".entry.staff .said")).to_have_text("Pridite ob desetih.")
    expect(other.locator(".entry.staff")).to_have_count(1)


def test_a_file_that_is_too_large_is_not_sent_off_from_the_desk(visit: Visit, server: Serving) -> None:
    _resident(visit, server)
    ana = _ana(visit, server)
    ana.get_by_label("Reply to the resident").fill("Tukaj.")
    ana.get_by_text("Send a photo or a file").click()
    chooser = ana.get_by_label("Photo or file")
    chooser.set_input_files(_file("film.jpg", bytes(LARGEST + 1)))
    ana.get_by_role("button", name="Send the file with the text above").click()
    assert chooser.evaluate("each => each.validationMessage") == "This file is larger than 10 MB."
    expect(ana.get_by_label("Reply to the resident")).to_have_value("Tukaj.")
    chooser.set_input_files([])
    ana.get_by_role("button", name="Send", exact=True).click()
    expect(ana.locator(".entry.staff")).to_contain_text("Tukaj.")
