"""What would change, as editors see it: asked for by a button, told while it is found out, and in tables."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.clock import now
from bot.editing.drafting import Drafting, Work
from bot.editing.items import Spot
from bot.editing.outcomes import KEPT, Change, Collision, Counted, Found, Outcome, Some
from bot.model.staff import Member, Role
from bot.model.verdict import VerdictKind
from bot.store import drafts, questions, trials
from bot.store.trials import State
from tests.support.desk import House, field_of, house
from tests.support.editing import put_up, small_edition

VALUE: Spot = ("facts/si/debts.yaml", ("facts", "late_months", "value"))
SAID: Spot = ("sl/debts.yaml", ("examples",))
DEBTS, FOOD, PERSON = Outcome("answer", ("debts",)), Outcome("answer", ("food-help",)), Outcome("person")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with a published library and nobody in it."""
    async with house(tmp_path) as opened:
        await put_up(opened.db, small_edition(), now())
        yield opened


@pytest.fixture
async def eva(desk: House) -> Member:
    return await desk.hire("eva", Role.EDITOR)


async def draft_of(desk: House, member: Member, values: Mapping[Spot, Any]) -> Work:
    drafting = Drafting(desk.db)
    return await drafting.change(member, await drafting.at_hand(member), values, "January")


def address(work: Work) -> str:
    assert work.draft is not None
    return f"/desk/drafts/{work.draft.id}"


async def asked(browser: httpx.AsyncClient, work: Work) -> httpx.Response:
    """Press the button on the page of the draft."""
    page = (await browser.get(address(work))).text
    return await browser.post(f"{address(work)}/trial", data={"token": field_of(page, "token")})


def text(answer: httpx.Response) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def put(desk: House, work: Work, state: State, found: Found | None = None, **told: Any) -> None:
    """Let a trial of just this draft be so far."""
    assert work.draft is not None
    result = None if found is None else found.as_json()
    async with desk.db.write() as tx:
        kept = (work.draft.id, work.digest, work.live.number, state, "eva", now())
        await trials.put(tx, trials.Trial(*kept, result=result, **told))


async def test_where_only_a_fact_changes_the_page_of_the_draft_tells_at_once_which_texts_change(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    assert "Before you publish, see which questions" in text(await browser.get(address(work)))

    answer = await asked(browser, work)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{address(work)}#trial")
    page = await browser.get(address(work))
    assert "No question is answered in another way." in text(page)
    assert "Answers whose text changes (1)" in text(page)
    assert 'href="/desk/library/item/answer/debts/si"' in page.text


async def test_what_takes_its_time_is_told_on_a_page_that_renews_itself(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {SAID: ["novo vprašanje o dolgovih"]})
    browser = await desk.signed_in("eva")

    answer = await asked(browser, work)

    assert answer.headers["location"] == f"{address(work)}/trial"
    page = await browser.get(answer.headers["location"])
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page.text
    assert "Waiting for other work to end." in text(page)
    await put(desk, work, State.RUNNING, stage="deciding", share=40)
    page = await browser.get(answer.headers["location"])
    assert '<progress id="trial-share" max="100" value="40">' in page.text
    assert "Asking the questions" in text(page)
    await put(desk, work, State.RUNNING, stage="vectors", share=0)
    assert "Learning from the ways in which residents ask." in text(await browser.get(answer.headers["location"]))


async def test_what_would_be_lost_is_told_in_plain_words_by_language(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {SAID: ["novo vprašanje o dolgovih"]})
    lost = (
        Change("sl", DEBTS, PERSON, "debts", "kam z dolgovi"),
        Change("it", DEBTS, Outcome("unworded", ("debts", "it")), "debts", "troppi debiti"),
        Change("hr", DEBTS, Outcome("choose", ("debts", "food-help")), "debts", "dugovi"),
        Change("bg", Outcome("crisis", ("violence-now",)), Outcome("act", ("thanks",)), "crisis:violence-now", "бие ме"),
    )
    counted = (Counted("sl", 10, 9, 8, 3),)
    collisions = (Collision("sl", "debts", "food-help", 2),)
    await put(desk, work, State.DONE, Found(lost=lost, collisions=collisions, counted=counted, strength="words"))
    browser = await desk.signed_in("eva")

    page = text(await browser.get(f"{address(work)}/trial"))

    name = small_edition().topics["debts"].names["sl"]
    assert "Questions that must stay understood, and are not any more (4)" in page
    assert f"kam z dolgovi {name} {name} a person" in page
    assert "no text in this language for: Italija" in page
    assert f"a choice: {name}, " in page
    assert f"2 questions about “{name}” are now answered with" in page
    assert "This was decided by words alone" in page
    assert "Slovenščina 10 9 8 3" in page


async def test_residents_words_are_shown_masked_as_long_as_they_are_kept_and_never_stand_in_an_address(
    desk: House, eva: Member
) -> None:
    async with desk.db.write() as tx:
        told = (now(), "web", "sl", None, None, None, VerdictKind.ANSWER, "debts")
        await questions.put(tx, [questions.Question(1, None, *told, text="dolgujem [ime]")])
    work = await draft_of(desk, eva, {SAID: ["novo vprašanje o dolgovih"]})
    moved = [Change("sl", DEBTS, FOOD, turn=turn) for turn in (1, 2)]
    many = Some("it", KEPT + 9, (Change("it", DEBTS, PERSON, turn=3),))
    await put(desk, work, State.DONE, Found(moved=Some.by_language(moved), unanswered=(many,), strength="full"))
    browser = await desk.signed_in("eva")

    page = await browser.get(f"{address(work)}/trial")

    assert "What residents asked lately, and would get something else for (2)" in text(page)
    assert "dolgujem [ime]" in text(page)
    assert "(deleted meanwhile)" in text(page)
    assert "58 more are not shown." in text(page)
    assert not re.search(r'(?:href|action)="[^"]*dolgujem', page.text)


async def test_what_was_asked_at_another_info_point_is_counted_and_not_shown(desk: House) -> None:
    mine, other = list(small_edition().points)[:2]
    ana = await desk.hire("ana", Role.EDITOR, [mine])
    async with desk.db.write() as tx:
        for turn, point in enumerate([mine, other, None], 1):
            told = (now(), "web", "sl", None, None, point, VerdictKind.ANSWER, "debts")
            await questions.put(tx, [questions.Question(turn, None, *told, text=f"vprašanje {turn}")])
    work = await draft_of(desk, ana, {SAID: ["novo vprašanje o dolgovih"]})
    moved, gone = ([Change("sl", DEBTS, to, turn=turn) for turn in (1, 2, 3)] for to in (FOOD, PERSON))
    alone = [Change("sl", PERSON, DEBTS, turn=2)]
    groups = [Some.by_language(each) for each in (moved, gone, alone)]
    found = Found(moved=groups[0], unanswered=groups[1], answered=groups[2], strength="full")
    await put(desk, work, State.DONE, found)
    browser = await desk.signed_in("ana")

    for path in (address(work), f"{address(work)}/trial"):
        page = text(await browser.get(path))

        assert "vprašanje 2" not in page
        assert (page.count("vprašanje 1"), page.count("vprašanje 3")) == (2, 2)
        assert "What residents asked lately, and would get something else for (3)" in page
        assert page.count("1 more is not shown.") == 3


async def test_a_trial_of_another_state_of_the_draft_is_said_to_be_outdated(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {SAID: ["novo vprašanje o dolgovih"]})
    await put(desk, work, State.DONE, Found(strength="full"))
    browser = await desk.signed_in("eva")
    assert "Nothing that residents ask is answered in another way" in text(await browser.get(f"{address(work)}/trial"))
    await draft_of(desk, eva, {VALUE: "3"})

    page = await browser.get(f"{address(work)}/trial")

    assert "has changed since this was found out" in text(page)
    assert "See what would change" in text(page)


async def test_one_that_failed_can_be_asked_for_again(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {SAID: ["novo vprašanje o dolgovih"]})
    await put(desk, work, State.FAILED)
    browser = await desk.signed_in("eva")
    assert "It could not be found out" in text(await browser.get(f"{address(work)}/trial"))

    await asked(browser, work)

    assert "Waiting for other work to end." in text(await browser.get(f"{address(work)}/trial"))


async def test_a_draft_with_errors_is_to_be_put_right_first(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "not a number"})
    browser = await desk.signed_in("eva")

    answer = await asked(browser, work)

    assert answer.status_code == 422
    assert "Put right first what the page of the draft lists." in text(answer)


async def test_a_form_of_another_session_asks_for_nothing(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")

    answer = await browser.post(f"{address(work)}/trial", data={"token": "forged"})

    assert answer.status_code == 403
    assert work.draft is not None
    async with desk.db.read() as tx:
        assert await trials.get(tx, work.draft.id) is None


async def test_there_is_no_trial_of_what_is_no_open_draft(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    assert work.draft is not None
    async with desk.db.write() as tx:
        await drafts.end(tx, work.draft, drafts.State.DISCARDED, now())
    browser = await desk.signed_in("eva")

    assert (await browser.get(f"{address(work)}/trial")).status_code == 404
    assert (await browser.get(f"/desk/drafts/{'0' * 32}/trial")).status_code == 404


async def test_who_keeps_no_knowledge_sees_no_trials(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    await desk.hire("ana")
    browser = await desk.signed_in("ana")

    assert (await browser.get(f"{address(work)}/trial")).status_code == 404
    assert (await browser.get(f"{address(work)}/talk")).status_code == 404
