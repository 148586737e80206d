"""Taking up what residents and offices say: into the draft at hand, once."""

from __future__ import annotations

import html
from typing import Any

import httpx
import pytest

from bot.editing import layout
from bot.editing.drafting import Drafting, Work
from bot.editing.trees import get
from bot.model.staff import Role
from bot.model.turn import WrongAbout
from bot.store import audit, suggestions
from bot.store.suggestions import Kind, State, Suggested, Suggestion
from bot.work import wrongs
from tests.support.desk import House, field_of, typed_in
from tests.support.editing import small_tree
from tests.web.library.test_list import change, member

SI = layout.offices("si")
OFFICE = next(iter(small_tree()[SI]))


async def _suggest(desk: House, suggested: Suggested) -> str:
    async with desk.db.write() as tx:
        return await suggestions.put(tx, suggested, "", desk.now())


async def _office_says(desk: House, change: dict[str, Any], words: str = "", office: str = OFFICE) -> str:
    said = Suggested(words, "", None, "si", "sl", kind=Kind.PROVIDER, item=f"office:si/{office}", change=change)
    return await _suggest(desk, said)


async def _resident_says(desk: House, words: str = "<b>znesek</b> je 520") -> str:
    return await _suggest(desk, wrongs.said("debts", "si", "sl", WrongAbout.AMOUNT, words))


async def _decide(browser: httpx.AsyncClient, identifier: str, state: str = "accept", **fields: str) -> httpx.Response:
    token = field_of((await browser.get("/desk/suggestions")).text, "token")
    return await browser.post(f"/desk/suggestions/{identifier}", data={"token": token, "state": state, **fields})


async def _work(desk: House, name: str = "eva") -> Work:
    return await Drafting(desk.db, clock=desk.now).at_hand(await member(desk, name))


async def _kept(desk: House, identifier: str) -> Suggestion:
    async with desk.db.read() as tx:
        found = await suggestions.get(tx, identifier)
    assert found is not None
    return found


async def test_what_a_resident_says_is_read_beside_what_staff_and_offices_say(kept: House, eva: httpx.AsyncClient) -> None:
    await _resident_says(kept)
    await _resident_says(kept, "")
    await _office_says(kept, {"address": "Nova 2", "email": ""}, "Smo v <i>novi</i> stavbi.")
    await _office_says(kept, {})
    page = html.unescape((await eva.get("/desk/suggestions")).text)
    assert "What is wrong: A number or an amount" in page
    assert "Sent without words." in page
    assert "<ins>Nova 2</ins>" in page
    assert "it is to be taken away" in page
    assert "The office says that all is correct." in page
    assert "Smo v <i>novi</i> stavbi." in page
    assert "<b>znesek" not in (await eva.get("/desk/suggestions")).text
    assert 'href="/desk/library/item/answer/debts/si"' in page


async def test_suggestions_are_filtered_by_whose_and_by_language(kept: House, eva: httpx.AsyncClient) -> None:
    await _resident_says(kept)
    await _office_says(kept, {})
    assert "What is wrong" not in (await eva.get("/desk/suggestions?kind=provider")).text
    assert "What is wrong" in (await eva.get("/desk/suggestions?kind=resident&language=sl")).text
    assert "There is no suggestion" in (await eva.get("/desk/suggestions?language=bg")).text
    assert (await eva.get("/desk/suggestions?kind=x&language=x")).status_code == 200


async def test_corrections_of_an_office_go_into_the_draft_at_hand(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, (layout.facts("debts", "si"), ("confidence",)), "thin")
    identifier = await _office_says(kept, {"address": "Nova 2"})
    answer = await _decide(eva, identifier, kind="provider")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/suggestions?kind=provider")
    work = await _work(kept)
    assert work.draft is not None
    assert (work.draft.title, get(work.tree, SI, (OFFICE, "address"))) == ("January", "Nova 2")
    decided = await _kept(kept, identifier)
    assert (decided.state, decided.decided_by, decided.draft_id) == (State.DONE, "eva", work.draft.id)
    assert f'href="/desk/drafts/{work.draft.id}"' in (await eva.get("/desk/suggestions")).text
    async with kept.db.read() as tx:
        (noted,) = await audit.latest(tx, action="decide-suggestion")
    assert (noted.staff, noted.subject) == ("eva", f"office:si/{OFFICE}")


async def test_all_correct_dates_the_entry(kept: House, eva: httpx.AsyncClient) -> None:
    await _decide(eva, await _office_says(kept, {}))
    work = await _work(kept)
    assert work.draft is not None
    assert work.draft.title.startswith("Suggestions, ")
    assert get(work.tree, SI, (OFFICE, "checked_on")) == kept.now().date().isoformat()


async def test_words_stand_on_top_once_more_with_the_way_to_the_page_that_they_are_about(
    kept: House, eva: httpx.AsyncClient
) -> None:
    identifier = await _resident_says(kept)
    answer = await _decide(eva, identifier)
    assert answer.headers["location"] == f"/desk/suggestions?taken={identifier}"
    page = (await eva.get(answer.headers["location"])).text
    top = page[page.index(f't-{identifier}"') : page.index("</section>")]
    assert "<blockquote" in top
    assert 'href="/desk/library/item/answer/debts/si"' in top
    work = await _work(kept)
    assert work.draft is not None
    assert work.changed == []
    assert (await _kept(kept, identifier)).draft_id == work.draft.id
    identifier = await _office_says(kept, {"hours": "vsak dan dopoldne"})
    assert (await _decide(eva, identifier)).headers["location"] == f"/desk/suggestions?taken={identifier}"


async def test_of_two_who_take_it_up_one_does(kept: House, eva: httpx.AsyncClient) -> None:
    identifier = await _office_says(kept, {"address": "Nova 2"})
    await kept.hire("dora", Role.EDITOR)
    dora = await kept.signed_in("dora")
    assert (await _decide(eva, identifier)).status_code == 303
    late = await _decide(dora, identifier)
    assert late.status_code == 409
    assert "eva has decided on this meanwhile." in late.text
    assert (await _work(kept, "dora")).draft is None
    again = await _decide(eva, identifier)
    assert again.status_code == 409
    work = await _work(kept)
    assert work.draft is not None
    assert work.draft.version == 1


async def test_what_is_gone_cannot_be_taken_up_and_nothing_typed_is_lost(kept: House, eva: httpx.AsyncClient) -> None:
    identifier = await _office_says(kept, {}, office="none")
    answer = await _decide(eva, identifier, why="hm")
    assert answer.status_code == 409
    assert "no longer in the library" in answer.text
    assert typed_in(answer.text, f"why-{identifier}") == "hm"
    assert (await _kept(kept, identifier)).state is State.OPEN
    assert (await _decide(eva, identifier, "declined", why="Je ni več.")).status_code == 303


async def test_only_editors_take_suggestions_up(kept: House) -> None:
    identifier = await _office_says(kept, {})
    await kept.hire("cilka", Role.COORDINATOR)
    cilka = await kept.signed_in("cilka")
    page = (await cilka.get("/desk/suggestions")).text
    assert 'value="accept"' not in page
    assert (await _decide(cilka, identifier)).status_code == 404
    assert (await _kept(kept, identifier)).state is State.OPEN


async def test_what_staff_suggest_becomes_a_draft_elsewhere(kept: House, eva: httpx.AsyncClient) -> None:
    identifier = await _suggest(kept, Suggested("kje?", "tam"))
    assert f'formaction="/desk/learning/suggestion/{identifier}"' in (await eva.get("/desk/suggestions")).text
    assert (await _decide(eva, identifier)).status_code == 404


@pytest.mark.parametrize("state", ["open", "x", ""])
async def test_an_unknown_decision_is_refused(kept: House, eva: httpx.AsyncClient, state: str) -> None:
    assert (await _decide(eva, await _office_says(kept, {}), state)).status_code == 404
