"""The pages of drafts: what they show, what they refuse and how they say it, and that nothing typed is lost."""

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
from bot.editing.outcomes import Change, Found, Outcome
from bot.model.staff import Member, Role
from bot.store import audit, drafts, editions, trials
from bot.store.drafts import State
from tests.support.desk import House, field_of, house
from tests.support.editing import put_up, small_edition, small_tree

VALUE: Spot = ("facts/si/debts.yaml", ("facts", "late_months", "value"))
OTHER: Spot = ("facts/hr/debts.yaml", ("confidence",))
CARE: Spot = ("crisis/violence-now.yaml", ("care", "sl"))
SAID: Spot = ("sl/debts.yaml", ("examples",))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    """A house with a published library and nobody in it."""
    async with house(tmp_path) as opened:
        await put_up(opened.db, small_edition(), now())
        yield opened


@pytest.fixture
async def eva(desk: House) -> Member:
    return await desk.hire("eva", Role.EDITOR)


@pytest.fixture
async def filip(desk: House) -> Member:
    return await desk.hire("filip", Role.EDITOR)


async def draft_of(desk: House, member: Member, values: Mapping[Spot, Any], title: str = "January") -> Work:
    """Let somebody have a draft at hand."""
    drafting = Drafting(desk.db)
    return await drafting.change(member, await drafting.at_hand(member), values, title)


def address(work: Work) -> str:
    assert work.draft is not None
    return f"/desk/drafts/{work.draft.id}"


async def send(browser: httpx.AsyncClient, page_at: str, action: str, **fields: str) -> httpx.Response:
    """Fill in a form of the page as it is shown now, and send it."""
    page = (await browser.get(page_at)).text
    hidden = {name: field_of(page, name) for name in ("token", "version", "live") if f'name="{name}" value' in page}
    return await browser.post(f"{page_at}/{action}", data={**hidden, **fields})


def text(answer: httpx.Response) -> str:
    """Return what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def newest(desk: House) -> int:
    async with desk.db.read() as tx:
        return await editions.newest_number(tx)


async def test_a_draft_shows_what_it_changes_word_by_word(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    answer = await browser.get(address(work))
    assert answer.status_code == 200
    assert "[taken away:] 2 [end] [added:] 3 [end]" in text(answer)
    assert "Fact · late_months · Value" in text(answer)
    assert 'href="/desk/library/item/answer/debts/si"' in answer.text
    assert "You are working on this draft" in answer.text


async def test_a_draft_is_published_by_one_button(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    answer = await send(browser, address(work), "publish", reason="The law has changed.")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/editions/2?done=published")
    page = await browser.get(answer.headers["location"])
    assert "The law has changed." in page.text
    assert "published" in text(page)
    assert (await browser.get(address(work))).headers["location"] == "/desk/editions/2"
    assert "published as edition 2" in text(await browser.get("/desk/drafts"))


async def test_errors_are_shown_beside_their_item_and_keep_it_back(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "many"})
    browser = await desk.signed_in("eva")
    page = await browser.get(address(work))
    assert "It can be published once what is wrong is put right." in page.text
    answer = await send(browser, address(work), "publish", reason="Because.")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "must be put right first" in answer.text
    assert "Because." in answer.text
    assert await newest(desk) == 1


async def test_a_reason_that_is_too_long_is_refused_and_kept(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    answer = await send(await desk.signed_in("eva"), address(work), "publish", reason="long " * 300)
    assert answer.status_code == 422
    assert "At most 1000 characters" in answer.text
    assert answer.text.count("long ") == 300 or "long long" in answer.text
    assert await newest(desk) == 1


async def test_a_draft_that_moved_since_the_page_was_drawn_is_refused(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    page = (await browser.get(address(work))).text
    await draft_of(desk, eva, {VALUE: "4"})
    fields = {"token": field_of(page, "token"), "version": field_of(page, "version"), "reason": "Because."}
    answer = await browser.post(f"{address(work)}/publish", data=fields)
    assert answer.status_code == 409
    assert "Somebody has changed this draft" in answer.text
    assert "Because." in answer.text
    assert await newest(desk) == 1


async def test_a_discarded_draft_is_not_published_and_what_was_typed_is_given_back(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    page = (await browser.get(address(work))).text
    assert work.draft is not None
    async with desk.db.write() as tx:
        await drafts.end(tx, work.draft, State.DISCARDED, now())
    fields = {"token": field_of(page, "token"), "version": field_of(page, "version"), "live": "1", "reason": "Because."}
    for action in ("publish", "settle", "item", "ask"):
        answer = await browser.post(f"{address(work)}/{action}", data={**fields, "item": "answer:debts/si"})
        assert answer.status_code == 409, action
        assert "The draft “January” was discarded meanwhile." in answer.text
        assert "Because." in answer.text
    assert (await browser.get(address(work))).status_code == 409
    assert await newest(desk) == 1


@pytest.mark.usefixtures("filip")
async def test_two_who_press_publish_get_one_edition(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    first, second = await desk.signed_in("eva"), await desk.signed_in("filip")
    page = (await second.get(address(work))).text
    assert (await send(first, address(work), "publish")).status_code == 303
    fields = {"token": field_of(page, "token"), "version": field_of(page, "version"), "reason": "Me too."}
    answer = await second.post(f"{address(work)}/publish", data=fields)
    assert answer.status_code == 409
    assert "The draft “January” was published meanwhile." in answer.text
    assert "Me too." in answer.text
    assert await newest(desk) == 2


async def test_only_editors_and_admins_see_drafts(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    for name, role in (("ana", Role.STAFF), ("cilka", Role.COORDINATOR)):
        await desk.hire(name, role)
        browser = await desk.signed_in(name)
        token = field_of((await browser.get("/desk/account")).text, "token")
        for path in ("/desk/drafts", address(work), f"{address(work)}/discard", "/desk/editions", "/desk/editions/1"):
            assert (await browser.get(path)).status_code == 404, path
        for action in ("publish", "agree", "ask", "settle", "item", "take-up", "rename", "discard"):
            answer = await browser.post(f"{address(work)}/{action}", data={"token": token, "version": "1", "live": "1"})
            assert answer.status_code == 404, action
    assert await newest(desk) == 1


async def test_a_forged_form_does_nothing_and_an_ended_session_keeps_the_reason(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    page = (await browser.get(address(work))).text
    fields = {"token": "forged", "version": field_of(page, "version"), "reason": "Because."}
    forged = await browser.post(f"{address(work)}/publish", data=fields)
    assert forged.status_code == 403
    assert "Because." in forged.text
    browser.cookies.clear()
    asked = await browser.post(f"{address(work)}/publish", data=fields)
    assert asked.status_code == 401
    assert "Because." in asked.text
    assert await newest(desk) == 1


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("publish", {"version": "x"}, 400),
        ("ask", {"version": ""}, 400),
        ("item", {"version": "1", "live": "1", "item": "nonsense"}, 400),
        ("settle", {"version": "1", "live": "x"}, 400),
    ],
)
async def test_fields_that_no_page_of_ours_sends_are_refused(
    desk: House, eva: Member, action: str, fields: dict[str, str], status: int
) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("eva")
    token = field_of((await browser.get(address(work))).text, "token")
    assert (await browser.post(f"{address(work)}/{action}", data={"token": token, **fields})).status_code == status


@pytest.mark.usefixtures("eva")
async def test_there_is_no_draft_at_a_wrong_address(desk: House) -> None:
    browser = await desk.signed_in("eva")
    for wrong in ("nonsense", "0" * 32):
        assert (await browser.get(f"/desk/drafts/{wrong}")).status_code == 404
        assert (await browser.get(f"/desk/drafts/{wrong}/discard")).status_code == 404


@pytest.mark.usefixtures("filip")
async def test_own_words_for_a_crisis_wait_for_somebody_else(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {CARE: "Niste sami."})
    browser = await desk.signed_in("eva")
    page = await browser.get(address(work))
    assert "It changes what is said or understood in a crisis." in page.text
    assert "/publish" not in page.text
    answer = await send(browser, address(work), "publish")
    assert answer.status_code == 403
    assert "You have worked on this draft yourself." in answer.text

    assert (await send(browser, address(work), "ask", ready="yes")).status_code == 303
    other = await desk.signed_in("filip")
    listed = text(await other.get("/desk/drafts"))
    assert "Waiting to be looked at and published" in listed
    assert "eva asks for publishing" in listed
    assert (await send(browser, address(work), "ask", ready="no")).status_code == 303
    assert "Waiting to be looked at" not in text(await other.get("/desk/drafts"))
    assert (await send(other, address(work), "publish")).headers["location"] == "/desk/editions/2?done=published"


async def test_a_conflict_is_shown_with_both_sides_and_decided_place_by_place(desk: House, eva: Member, filip: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3", OTHER: "thin"})
    theirs = await draft_of(desk, filip, {VALUE: "4"}, "Filip's")
    assert (await send(await desk.signed_in("filip"), address(theirs), "publish")).status_code == 303

    browser = await desk.signed_in("eva")
    assert "1 place was changed by others too" in text(await browser.get("/desk/drafts"))
    page = await browser.get(address(work))
    assert "As this draft has it" in page.text
    assert "[added:] 3" in text(page)
    assert "[added:] 4" in text(page)
    assert (await send(browser, address(work), "publish", reason="Because.")).status_code == 409
    nothing = await send(browser, address(work), "settle")
    assert nothing.status_code == 422
    assert "Choose for each place what is to hold." in nothing.text
    assert (await send(browser, address(work), "settle", **{"choice-0": "theirs"})).status_code == 303
    settled = text(await browser.get(address(work)))
    assert "late_months" not in settled
    assert "1 thing changes" in settled
    late = await browser.post(
        f"{address(work)}/settle", data={"token": field_of(page.text, "token"), "version": "1", "live": "2", "choice-0": "ours"}
    )
    assert late.status_code == 409


async def test_one_thing_is_left_as_it_was(desk: House, eva: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3", OTHER: "thin"})
    browser = await desk.signed_in("eva")
    assert (await send(browser, address(work), "item", item="answer:debts/si")).status_code == 303
    page = text(await browser.get(address(work)))
    assert "late_months" not in page
    assert "1 thing changes" in page
    await send(browser, address(work), "item", item="answer:debts/hr")
    assert "Nothing changes" in text(await browser.get(address(work)))
    assert (await send(browser, address(work), "publish")).status_code == 409


async def test_a_draft_is_laid_aside_taken_up_renamed_and_discarded(desk: House, eva: Member, filip: Member) -> None:
    work = await draft_of(desk, eva, {VALUE: "3"})
    browser = await desk.signed_in("filip")
    drafting = Drafting(desk.db)
    assert (await send(browser, address(work), "take-up")).status_code == 303
    assert (await drafting.at_hand(filip)).draft == work.draft
    assert (await send(browser, address(work), "lay-aside", back="list")).headers["location"] == "/desk/drafts"
    assert (await drafting.at_hand(filip)).draft is None

    named = await send(browser, address(work), "rename", title="  Debts   in February ")
    assert named.status_code == 303
    assert "Debts in February" in (await browser.get("/desk/drafts")).text
    assert (await send(browser, address(work), "rename", title=" ")).status_code == 422
    long = await send(browser, address(work), "rename", title="x" * 201)
    assert (long.status_code, "x" * 201 in long.text) == (422, True)

    asked = await browser.get(f"{address(work)}/discard")
    assert "Discard “Debts in February”?" in asked.text
    fields = {"token": field_of(asked.text, "token"), "version": field_of(asked.text, "version")}
    await draft_of(desk, eva, {VALUE: "4"})
    late = await browser.post(f"{address(work)}/discard", data=fields)
    assert late.status_code == 409, "somebody has gone on working on it"
    done = await send(browser, address(work), "discard")
    assert (done.status_code, done.headers["location"]) == (303, "/desk/drafts?done=discarded")
    assert "The draft is discarded." in (await browser.get(done.headers["location"])).text
    assert (await send(browser, "/desk/drafts", f"{address(work)[13:]}/rename", version="1", title="again")).status_code == 409
    assert (await browser.get(f"{address(work)}/discard")).status_code == 404
    async with desk.db.read() as tx:
        assert [act.staff for act in await audit.latest(tx, action="discard-draft")] == ["filip"]


@pytest.mark.usefixtures("filip")
async def test_a_loss_is_agreed_to_in_writing_by_somebody_else(desk: House, eva: Member) -> None:
    said = [*small_tree()[SAID[0]]["examples"], "kaj pa če ne morem plačati rubeža"]
    work = await draft_of(desk, eva, {SAID: said})
    assert work.draft is not None
    lost = Change("sl", Outcome("answer", ("debts",)), Outcome("person"), "debts", "kdo mi pomaga z dolgovi")
    told = (work.draft.id, work.digest, work.live.number, trials.State.DONE, "eva", now())
    async with desk.db.write() as tx:
        await trials.put(tx, trials.Trial(*told, ended_at=now(), result=Found(lost=(lost,)).as_json()))

    browser, other = await desk.signed_in("eva"), await desk.signed_in("filip")
    assert "somebody who has not worked on this draft agrees" in text(await browser.get(address(work)))
    refused = await send(browser, address(work), "publish", reason="Because.")
    assert (refused.status_code, "would be lost" in refused.text) == (409, True)
    assert (await send(browser, address(work), "agree", why="I know better")).status_code == 403
    assert (await send(other, address(work), "agree", why=" ")).status_code == 422
    assert (await send(other, address(work), "agree", why="Nobody says so.")).status_code == 303
    assert "filip agrees to the loss: Nobody says so." in text(await browser.get(address(work)))
    assert (await send(browser, address(work), "publish")).status_code == 303
    assert "filip agreed to a loss: Nobody says so." in text(await browser.get("/desk/editions"))


async def test_what_must_be_tried_first_says_so(desk: House, eva: Member) -> None:
    said = [*small_tree()[SAID[0]]["examples"], "kaj pa če ne morem plačati rubeža"]
    work = await draft_of(desk, eva, {SAID: said})
    browser = await desk.signed_in("eva")
    answer = await send(browser, address(work), "publish", reason="Because.")
    assert answer.status_code == 409
    assert "it is being found out what would change" in answer.text
    assert "Because." in answer.text


async def test_a_draft_of_very_many_changes_is_shown_in_pages(desk: House, eva: Member) -> None:
    values: dict[Spot, Any] = {
        (file, ("wordings", where, "title")): "Naslov"
        for file, words in small_tree().items()
        if isinstance(words, dict)
        for where in words.get("wordings", {})
    }
    values |= {(file, ("examples",)): ["en sam"] for file, words in small_tree().items() if "wordings" in words}
    values |= {("places.yaml", (name, "name")): "Kraj" for name in small_tree()["places.yaml"]}
    work = await draft_of(desk, eva, values)
    browser = await desk.signed_in("eva")
    first, second = await browser.get(address(work)), await browser.get(f"{address(work)}?page=2")
    assert "Page 1 of" in text(first)
    assert "Page 2 of" in text(second)
    assert first.text.count('class="card change"') == 40


async def test_drafts_of_long_ago_are_listed_without_a_look_inside(desk: House) -> None:
    async with desk.db.write() as tx:
        for base in range(1, 8):
            await drafts.make(tx, f"Draft {base}", base, "eva", now())
    for _ in range(7):
        await put_up(desk.db, small_edition(), now())
    await desk.hire("eva", Role.EDITOR)
    told = text(await (await desk.signed_in("eva")).get("/desk/drafts"))
    assert "begun on edition 3" in told
    assert "begun on edition 4" not in told
    assert told.count("changes nothing") == 4
