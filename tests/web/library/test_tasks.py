"""The page of tasks: what needs attention, whose it is, and confirming that it is still correct."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.editing import layout
from bot.editing.drafting import Drafting, Work
from bot.editing.trees import get
from bot.store import owners
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.web.library.test_list import change, member

BEHIND = (layout.words("debts", "it"), ("wordings", "si", "behind"))


async def _work(desk: House, name: str = "eva") -> Work:
    drafting = Drafting(desk.db, clock=desk.now)
    return await drafting.at_hand(await member(desk, name))


async def _post(browser: httpx.AsyncClient, fields: dict[str, str], page: str = "/desk/tasks") -> httpx.Response:
    token = field_of((await browser.get("/desk/tasks")).text, "token")
    return await browser.post(page, data={"token": token, **fields})


def _rows(page: str) -> list[str]:
    return re.findall(r'href="/desk/library/item/([^"]+)"', html.unescape(page))


async def test_every_help_line_is_to_be_phoned_first(eva: httpx.AsyncClient) -> None:
    page = (await eva.get("/desk/tasks?kind=line")).text
    assert "Nobody has phoned this number yet." in page
    assert set(_rows(page)) == {f"line/{name}" for name in small_tree()[layout.LINES]}


async def test_tasks_are_filtered_by_kind_language_and_country(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, BEHIND, "2026-11-20")
    assert _rows((await eva.get("/desk/tasks?kind=behind&language=it&country=si")).text) == ["answer/debts/si"]
    assert "Nothing needs attention here." in (await eva.get("/desk/tasks?kind=behind&language=sl")).text
    assert "Nothing needs attention here." in (await eva.get("/desk/tasks?kind=behind&country=hr")).text
    assert (await eva.get("/desk/tasks?kind=none&country=xx&language=de&who=x&page=a")).status_code == 200


async def test_what_is_ticked_is_confirmed_into_a_draft_of_its_own(kept: House, eva: httpx.AsyncClient) -> None:
    first, second, third, *_ = small_tree()[layout.LINES]
    answer = await _post(eva, {f"ok:line:{first}": "1", f"ok:line:{second}": "1", "kind": "line"})
    assert answer.headers["location"] == "/desk/tasks?kind=line&done=2"
    assert "2 confirmed." in (await eva.get(answer.headers["location"])).text
    work = await _work(kept)
    assert work.draft is not None
    assert work.draft.title.startswith("Still correct, ")
    today = kept.now().date().isoformat()
    assert {name: get(work.tree, layout.LINES, (name, "confirmed_on")) for name in (first, second, third)} == {
        first: today,
        second: today,
        third: None,
    }


async def test_one_press_confirms_one_thing_into_the_draft_at_hand(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, BEHIND, "2026-11-20")
    office = next(iter(small_tree()[layout.offices("si")]))
    answer = await _post(eva, {"one": f"office:si/{office}", "ok:line:x": "1", "back": f"/desk/library/item/office/si/{office}"})
    assert answer.headers["location"] == f"/desk/library/item/office/si/{office}"
    work = await _work(kept)
    assert work.draft is not None
    assert work.draft.title == "January"
    assert get(work.tree, layout.offices("si"), (office, "checked_on")) == kept.now().date().isoformat()
    assert get(work.tree, *BEHIND) == "2026-11-20"


async def test_a_wording_is_right_only_by_its_own_button(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, BEHIND, "2026-11-20")
    assert 'name="right" value="answer:debts/si|it"' in (await eva.get("/desk/tasks?kind=behind")).text
    await _post(eva, {"one": "answer:debts/si"})
    assert get((await _work(kept)).tree, *BEHIND) == "2026-11-20"
    assert (await _post(eva, {"right": "answer:debts/si|it"})).status_code == 303
    assert get((await _work(kept)).tree, *BEHIND) is None


async def test_facts_of_a_task_are_confirmed_and_no_others(kept: House, eva: httpx.AsyncClient) -> None:
    file = layout.facts("child-benefit", "si")
    facts = get(small_tree(), file, ("facts",))
    first, second, *_ = (name for name, fact in facts.items() if fact.get("valid_for"))
    await change(kept, (file, ("facts", first, "valid_for")), "2020")
    page = html.unescape((await eva.get("/desk/tasks?kind=facts&country=si")).text)
    assert f'name="ok:answer:child-benefit/si#{first}"' in page
    await _post(eva, {f"ok:answer:child-benefit/si#{first}": "1"})
    tree = (await _work(kept)).tree
    assert get(tree, file, ("facts", first, "valid_for")) == str(kept.now().year)
    assert get(tree, file, ("facts", second, "checked_on")) == facts[second].get("checked_on")


async def test_nothing_ticked_is_said_so(kept: House, eva: httpx.AsyncClient) -> None:
    answer = await _post(eva, {})
    assert answer.status_code == 422
    assert "Tick what is still correct first." in answer.text
    assert (await _work(kept)).draft is None


@pytest.mark.parametrize("fields", [{"one": "topic:debts"}, {"one": "nothing"}, {"ok:said:outside": "1"}])
async def test_what_cannot_be_confirmed_is_refused(eva: httpx.AsyncClient, fields: dict[str, str]) -> None:
    assert (await _post(eva, fields)).status_code == 400


@pytest.mark.parametrize("fields", [{"one": "answer:none/si"}, {"right": "answer:debts/bg|sl"}, {"right": "debts"}])
async def test_what_went_meanwhile_is_told(eva: httpx.AsyncClient, fields: dict[str, str]) -> None:
    answer = await _post(eva, fields)
    assert answer.status_code == 409
    assert "no longer there" in answer.text


async def test_a_forged_form_confirms_nothing_and_keeps_the_ticks(kept: House, eva: httpx.AsyncClient) -> None:
    name = next(iter(small_tree()[layout.LINES]))
    answer = await eva.post("/desk/tasks", data={"token": "x", f"ok:line:{name}": "1", "kind": "line"})
    assert answer.status_code == 403
    assert re.search(rf'name="ok:line:{name}" value="1"[^>]* checked', answer.text)
    assert (await _work(kept)).draft is None


@pytest.mark.parametrize(
    "back", ["https://evil.example", "//evil.example", "/desk/../x\n", "/other", "/desk//evil", "/desk/\\evil"]
)
async def test_a_form_leads_to_no_other_site(eva: httpx.AsyncClient, back: str) -> None:
    name = next(iter(small_tree()[layout.LINES]))
    assert (await _post(eva, {"one": f"line:{name}", "back": back})).headers["location"] == "/desk/tasks?done=1"


async def test_tasks_are_for_those_who_edit(kept: House) -> None:
    ana = await kept.signed_in("ana")
    assert (await ana.get("/desk/tasks")).status_code == 404
    assert (await kept.browser().get("/desk/tasks")).status_code == 303


# ---- owners


async def _owners(desk: House) -> dict[str, str]:
    async with desk.db.read() as tx:
        return dict(await owners.of_topics(tx))


async def test_who_looks_after_a_topic_sees_its_tasks_first(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, BEHIND, "2026-11-20")
    theirs = (await member(kept, "eva")).id
    answer = await _post(
        eva, {"topic": "debts", "owner": theirs, "back": "/desk/library/item/topic/debts"}, "/desk/library/owner"
    )
    assert answer.headers["location"] == "/desk/library/item/topic/debts"
    page = (await eva.get("/desk/tasks")).text
    assert _rows(page)[0] == "answer/debts/si"
    assert "only yours (1)" in page
    assert _rows((await eva.get("/desk/tasks?who=mine")).text) == ["answer/debts/si"]
    assert (await _post(eva, {"topic": "debts", "owner": ""}, "/desk/library/owner")).headers["location"] == "/desk/tasks"
    assert await _owners(kept) == {}


@pytest.mark.parametrize(
    "fields", [{"topic": "none", "owner": ""}, {"topic": "debts", "owner": "none"}, {"topic": "debts", "owner": "ana"}]
)
async def test_a_topic_goes_to_no_stranger(kept: House, eva: httpx.AsyncClient, fields: dict[str, str]) -> None:
    if fields["owner"] == "ana":
        fields = {**fields, "owner": (await member(kept, "ana")).id}  # she answers residents
    assert (await _post(eva, fields, "/desk/library/owner")).status_code == 404
    assert await _owners(kept) == {}


async def test_a_forged_form_gives_no_topic_away(kept: House, eva: httpx.AsyncClient) -> None:
    answer = await eva.post("/desk/library/owner", data={"token": "x", "topic": "debts", "owner": (await member(kept, "eva")).id})
    assert answer.status_code == 403
    assert await _owners(kept) == {}
    assert (await eva.get("/desk/library/owner")).headers["location"] == "/desk/tasks"
