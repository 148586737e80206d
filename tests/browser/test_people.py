"""Accounts in a real browser: setting up the second step, inviting, one's own account and the audit log, on a small phone too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot import clock
from bot.model.staff import Role
from bot.store import second_factor
from bot.web import totp
from tests.browser.test_desk import sign_in
from tests.support.browser import Visit, faults, scrolls_sideways
from tests.support.desk import House, desk_at
from tests.support.serving import Serving

pytestmark = pytest.mark.browser

PHONE = {"width": 320, "height": 640}
NEW = "six other words in a row"


async def furnish(house: House) -> None:
    """Let Cilka be an admin who has no second factor yet, and Ana one of the staff."""
    await house.hire("ana", points=["ptuj"])
    cilka = await house.hire("cilka", Role.ADMIN)
    async with house.db.write() as tx:
        await second_factor.remove(tx, cilka.id)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Serving]:
    serving = Serving(desk_at(tmp_path, furnish, telegram_token="1:x"))
    yield serving
    serving.stop()


def fine(page: Page) -> None:
    """Find nothing with axe and nothing wider than the window."""
    page.wait_for_load_state()
    assert faults(page) == []
    assert not scrolls_sideways(page)


def set_up(page: Page) -> str:
    """Set up the second step that the page asks for, and return one of its recovery codes."""
    expect(page.get_by_role("img", name="Picture for the authenticator app")).to_be_visible()
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("Type the six digits").fill("000000")
    page.get_by_role("button", name="Set up the second step").click()
    expect(page.get_by_role("alert")).to_contain_text("The code does not fit.")
    expect(page.locator("code.secret")).to_have_text(secret)
    page.get_by_label("Type the six digits").fill(totp.code_at(secret, clock.now()))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return page.locator(".codes code").first.text_content() or ""


@pytest.mark.parametrize(("viewport", "scheme"), [(PHONE, "dark"), ({"width": 1280, "height": 800}, "light")])
def test_an_admin_sets_up_the_second_step_and_looks_after_accounts(
    visit: Visit, server: Serving, viewport: dict[str, int], scheme: str
) -> None:
    page = sign_in(visit(f"{server.url}/desk/people", viewport=viewport, color_scheme=scheme), "cilka")
    expect(page.get_by_role("heading", name="Second step of sign-in")).to_be_visible()
    fine(page)
    code = set_up(page)
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    fine(page)
    page.get_by_role("button", name="I have kept them. Go on").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    page.get_by_text("Change the account of ana").click()
    fine(page)
    ana = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="ana"))
    ana.get_by_label("Дългопол").check()
    ana.get_by_role("button", name="Keep these rights").click()
    expect(ana).to_contain_text("Info točka Ptuj")
    expect(ana).to_contain_text("Дългопол")
    page.get_by_label("Name for signing in").fill("eva")
    page.get_by_role("button", name="Make a link to invite").click()
    expect(page.get_by_role("alert").last).to_contain_text("Choose the info points")
    expect(page.get_by_label("Name for signing in")).to_have_value("eva")
    page.get_by_label("At all info points").last.check()
    page.get_by_role("button", name="Make a link to invite").click()
    expect(page.get_by_role("heading", name="A link for eva")).to_be_visible()
    fine(page)
    link = page.get_by_label("Link", exact=True).input_value()
    accept(visit, link)
    page.goto(f"{server.url}/desk/audit")
    expect(page.get_by_role("cell", name="accepted an invitation")).to_be_visible()
    fine(page)
    page.get_by_label("What was done").select_option(label="invited")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.locator(".menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "cilka")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    fine(page)
    page.get_by_label("Code from your app").fill(code.lower())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting line")).to_be_visible()


def accept(visit: Visit, link: str) -> None:
    """Choose a password behind a link, in a browser of one's own."""
    page = visit(link, viewport=PHONE)
    fine(page)
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("once more").fill("otherwise")
    page.get_by_role("button", name="Keep the password").click()
    expect(page.get_by_role("alert")).to_contain_text("not typed the same way twice")
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("once more").fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting line")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is no longer good")).to_be_visible()
    fine(page)


def test_one_s_own_account_on_a_small_phone(visit: Visit, server: Serving) -> None:
    page = sign_in(visit(f"{server.url}/desk/account", viewport=PHONE), "ana")
    expect(page.get_by_role("heading", name="My account")).to_be_visible()
    fine(page)
    page.get_by_role("button", name="I am away").click()
    expect(page.get_by_role("status")).to_contain_text("You are shown as away.")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_label("E-mail address")).to_have_value("ana@example.org")
    page.get_by_role("button", name="Link my Telegram account").click()
    expect(page.locator("#telegram-code code")).to_have_text(re.compile(r"/link [A-Z2-9]{8}"))
    fine(page)
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password", exact=True).fill(NEW)
    page.get_by_label("once more").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert").last).to_contain_text("The present password is wrong.")
    fine(page)
    other = sign_in(visit(f"{server.url}/desk/account"), "ana")
    expect(other.get_by_role("button", name="End this session")).to_have_count(1)
    other.get_by_role("button", name="End this session").click()
    expect(other.get_by_role("status")).to_contain_text("The session is ended.")
    page.goto(f"{server.url}/desk/account")
    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
