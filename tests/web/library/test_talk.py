"""Talk to the draft: a conversation with what a draft says, of which nothing is kept."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels.contract import WEB
from bot.clock import now
from bot.editing.drafting import Drafting, Work
from bot.editing.items import Spot
from bot.language.text import MAX_CHARACTERS
from bot.model.staff import Member, Role
from bot.store import cases, conversations, drafts
from bot.web.library.talk import MOST_SAID
from tests.support.desk import House, field_of, house, typed_in
from tests.support.editing import put_up, small_edition

WHAT: Spot = ("sl/debts.yaml", ("wordings", "si", "what"))
SAID: Spot = ("sl/debts.yaml", ("examples",))
VALUE: Spot = ("facts/si/debts.yaml", ("facts", "late_months", "value"))
NEW = "To stoji samo v osnutku."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with a published library that also answers."""
    async with house(tmp_path, library=small_edition()) as opened:
        await put_up(opened.db, small_edition(), now())
        yield opened


@pytest.fixture
async def eva(desk: House) -> Member:
    return await desk.hire("eva", Role.EDITOR)


async def draft_of(desk: House, member: Member, values: Mapping[Spot, Any]) -> str:
    """Return the address of the talk with a draft."""
    drafting = Drafting(desk.db)
    work: Work = await drafting.change(member, await drafting.at_hand(member), values, "January")
    assert work.draft is not None
    return f"/desk/drafts/{work.draft.id}/talk"


def question() -> str:
    """Return an example of debts, which is answered even when nothing was learned."""
    return next(each.text for each in small_edition().examples if (each.language, each.label) == ("sl", "debts"))


async def say(browser: httpx.AsyncClient, page: httpx.Response, **fields: str) -> httpx.Response:
    """Fill in the form of a page and send it."""
    carried = dict(re.findall(r'<input type="hidden" name="((?:text|press)-\d+|token)" value="([^"]*)">', page.text))
    address = str(page.request.url.path)
    return await browser.post(address, data={**{name: html.unescape(value) for name, value in carried.items()}, **fields})


async def test_a_draft_answers_with_its_own_words(desk: House, eva: Member) -> None:
    address = await draft_of(desk, eva, {WHAT: NEW})
    browser = await desk.signed_in("eva")
    page = await browser.get(address)
    assert "Nothing that you write here is kept" in page.text

    page = await say(browser, page, text=question())

    assert page.status_code == 200
    assert NEW in page.text
    assert "Taken for:" in page.text
    assert "is not learned yet" not in page.text


async def test_a_conversation_goes_on_and_buttons_can_be_pressed(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    first = await say(browser, await browser.get(await draft_of(desk, eva, {WHAT: NEW})), text=question())
    press, label = re.findall(r'name="press" value="([^"]+)">([^<]+)<', first.text)[0]

    second = await say(browser, first, press=html.unescape(press))

    assert second.text.count('class="mine"') == 2
    assert f'<p class="text">{label}</p>' in second.text
    assert f'name="press-1" value="{press}"' in second.text
    third = await say(browser, second, text="hvala")
    assert third.text.count('class="mine"') == 3


async def test_it_is_shown_as_telegram_shows_it(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    page = await browser.get(await draft_of(desk, eva, {WHAT: NEW}))

    page = await say(browser, page, text=question(), channel="telegram")
    back = await say(browser, page, channel="web", do="switch")

    assert 'class="theirs telegram' in page.text
    assert NEW in page.text
    assert "theirs telegram" not in back.text
    assert back.status_code == 200


async def test_the_language_of_the_browser_is_that_of_the_first_reply(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    page = await browser.get(await draft_of(desk, eva, {WHAT: NEW}))

    page = await say(browser, page, text="/start", language="hr")

    assert 'lang="hr"><p>' in page.text


async def test_a_conversation_is_begun_anew(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    page = await say(browser, await browser.get(await draft_of(desk, eva, {WHAT: NEW})), text=question())

    page = await say(browser, page, do="anew")

    assert 'class="mine"' not in page.text
    assert "Write as a resident would." in page.text


async def test_nothing_of_it_is_kept_and_no_case_is_opened(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    page = await browser.get(await draft_of(desk, eva, {WHAT: NEW}))

    page = await say(browser, page, text="rad bi govoril s človekom")

    assert "{case_code}" not in page.text
    async with desk.db.read() as tx:
        assert await cases.line(tx) == []
        assert await conversations.find(tx, WEB, "") is None


async def test_without_a_word_nothing_is_said(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    page = await say(browser, await browser.get(await draft_of(desk, eva, {WHAT: NEW})), text="  ")

    assert page.status_code == 422
    assert "Write something first." in page.text


async def test_what_is_too_long_is_refused_and_stays_in_the_field(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    long = "a" * (MAX_CHARACTERS + 1)

    page = await say(browser, await browser.get(await draft_of(desk, eva, {WHAT: NEW})), text=long)

    assert page.status_code == 422
    assert typed_in(page.text, "text") == long


async def test_a_conversation_ends_after_so_many_messages(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    address = await draft_of(desk, eva, {WHAT: NEW})
    said = {f"text-{number}": "hvala" for number in range(MOST_SAID)}
    token = field_of((await browser.get(address)).text, "token")

    page = await browser.post(address, data={"token": token, "text": "še nekaj", **said})

    assert page.status_code == 422
    assert "This conversation is long enough." in page.text
    assert typed_in(page.text, "text") == "še nekaj"


async def test_what_was_typed_survives_a_page_from_before_signing_in(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")
    address = await draft_of(desk, eva, {WHAT: NEW})

    page = await browser.post(address, data={"token": "old", "text-0": "hvala", "text": "in še to"})

    assert page.status_code == 403
    assert typed_in(page.text, "text") == "in še to"
    assert page.text.count('class="mine"') == 1


async def test_examples_that_are_not_learned_yet_are_said_to_be_so(desk: House, eva: Member) -> None:
    address = await draft_of(desk, eva, {SAID: ["čisto nova beseda", "in še ena"], WHAT: NEW})
    browser = await desk.signed_in("eva")

    page = await say(browser, await browser.get(address), text=question())

    assert "is not learned yet" in page.text
    assert NEW in page.text


async def test_a_draft_with_errors_does_not_talk(desk: House, eva: Member) -> None:
    browser = await desk.signed_in("eva")

    page = await browser.get(await draft_of(desk, eva, {VALUE: "not a number"}))

    assert "once its errors are put right" in page.text
    assert "<textarea" not in page.text


async def test_there_is_no_talk_with_what_is_no_open_draft(desk: House, eva: Member) -> None:
    address = await draft_of(desk, eva, {WHAT: NEW})
    async with desk.db.write() as tx:
        draft = await drafts.at_hand(tx, eva.id)
        assert draft is not None
        await drafts.end(tx, draft, drafts.State.DISCARDED, now())
    browser = await desk.signed_in("eva")

    assert (await browser.get(address)).status_code == 404
