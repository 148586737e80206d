"""What a resident sees in a real browser when more is written than is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.channels.limits import MOST_OPEN, Level, Limits
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.serving import Serving
from tests.support.webchat import webchat_at

pytestmark = pytest.mark.browser

TEXT = "Zgubil sem službo,\nkaj zdaj?"


@pytest.fixture
def limits() -> Limits:
    return Limits(lambda text: "umreti" in text)


@pytest.fixture
def serving(tmp_path: Path, limits: Limits) -> Iterator[Serving]:
    """A page behind which nobody works."""
    serving = Serving(webchat_at(tmp_path / "chat.db", answering=False, limits=limits))
    yield serving
    serving.stop()


def send(page: Page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator(".write button").click()


def test_with_scripts_it_is_told_beside_the_field_and_what_was_typed_stays_in_it(
    serving: Serving, limits: Limits, visit: Visit
) -> None:
    page = visit(serving.url)
    limits.level = Level.BUSY
    send(page, "Dober dan")
    expect(page.locator("#status")).to_contain_text("so the answer takes longer")
    expect(page.locator("#text")).to_have_value("")

    limits.level = Level.FULL
    send(page, TEXT)
    expect(page.locator("#error")).to_contain_text("Very many people are writing just now")
    expect(page.locator("#error")).to_contain_text("112")
    expect(page.locator("#text")).to_have_value(TEXT)
    assert faults(page) == []
    assert not scrolls_sideways(page)

    send(page, "hočem umreti")
    expect(page.locator("#error")).to_be_hidden()
    expect(page.locator("#text")).to_have_value("")


def test_without_scripts_a_page_gives_back_what_was_typed(serving: Serving, limits: Limits, visit: Visit) -> None:
    page = visit(serving.url, java_script_enabled=False)
    for number in range(MOST_OPEN):
        send(page, f"vrstica {number}")
    send(page, TEXT)
    expect(page.get_by_role("alert")).to_contain_text("Your earlier messages are still waiting for an answer.")
    expect(page.locator("#text")).to_have_value(TEXT)

    limits.level = Level.FULL
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("alert")).to_contain_text("Very many people are writing just now")
    expect(page.locator("#text")).to_have_value(TEXT)
