"""The page of an answer: what is in the draft and in the form, with two people at once and after a new sign-in."""

from __future__ import annotations

import asyncio
import html

import httpx

from bot.editing import layout
from bot.editing.trees import get
from bot.model.staff import Role
from tests.support.answers import PAGE, box, form_of, said, send
from tests.support.changing import with_changes
from tests.support.desk import PASSWORD, House
from tests.support.editing import put_up, small_edition, small_tree
from tests.support.forms import Form
from tests.support.items import work_of


async def test_what_residents_are_told_today_stands_beside_what_the_draft_changes(eva: httpx.AsyncClient) -> None:
    before = get(small_tree(), layout.words("child-benefit", "sl"), ("wordings", "si", "title"))
    await send(eva, **{said("sl", "title"): "Drugače"})
    assert before in box((await eva.get(PAGE)).text, said("sl", "title")).split("Residents are told today:")[1]


async def test_two_editors_who_change_different_fields_both_succeed(kept: House, eva: httpx.AsyncClient) -> None:
    """They work on one draft, as after taking it up; the page of the first is older than the save of the second."""
    form = await form_of(eva)
    await send(eva, **{said("it", "title"): "Assegno nuovo"})
    saved = await eva.post(PAGE, data={**form, said("sl", "title"): "Nov dodatek", "do": "save"})
    assert saved.status_code == 303
    tree = (await work_of(kept)).tree
    assert get(tree, layout.words("child-benefit", "it"), ("wordings", "si", "title")) == "Assegno nuovo"
    assert get(tree, layout.words("child-benefit", "sl"), ("wordings", "si", "title")) == "Nov dodatek"


async def test_two_who_save_at_the_same_moment_are_both_kept(kept: House, eva: httpx.AsyncClient) -> None:
    await send(eva, **{said("hr", "note"): "Pitajte."})
    form = await form_of(eva)
    first = eva.post(PAGE, data={**form, said("it", "title"): "Assegno nuovo", "do": "save"})
    second = eva.post(PAGE, data={**form, said("sl", "title"): "Nov dodatek", "do": "save"})
    assert [answer.status_code for answer in await asyncio.gather(first, second)] == [303, 303]
    tree = (await work_of(kept)).tree
    assert get(tree, layout.words("child-benefit", "it"), ("wordings", "si", "title")) == "Assegno nuovo"
    assert get(tree, layout.words("child-benefit", "sl"), ("wordings", "si", "title")) == "Nov dodatek"


async def test_what_a_newer_edition_would_hide_is_not_saved_but_led_to_the_draft(kept: House, eva: httpx.AsyncClient) -> None:
    words = layout.words("child-benefit", "sl")
    title, note = (words, ("wordings", "si", "title")), (words, ("wordings", "si", "note"))
    before = get(small_tree(), *note)
    await send(eva, **{said("sl", "title"): "Moj dodatek"})
    newer = with_changes(small_edition(), {title: "Njihov dodatek", note: "Nova opomba."})
    await put_up(kept.db, newer, kept.now())

    refused = await send(eva, **{said("sl", "note"): before or ""})

    assert refused.status_code == 409
    assert "Nothing has been saved yet. These places were changed by this draft" in html.unescape(refused.text)
    draft = (await work_of(kept)).draft
    assert draft is not None
    assert f'href="/desk/drafts/{draft.id}"' in refused.text
    assert get((await work_of(kept)).tree, *note) == "Nova opomba."


async def test_what_two_editors_changed_differently_is_shown_before_it_is_replaced(kept: House, eva: httpx.AsyncClient) -> None:
    form = await form_of(eva)
    await send(eva, **{said("sl", "title"): "Prva"})
    told = await eva.post(PAGE, data={**form, said("sl", "title"): "Druga", "do": "save"})
    assert told.status_code == 409
    assert "Somebody else has changed the same meanwhile" in told.text
    mine = box(told.text, said("sl", "title"))
    assert 'value="Druga"' in mine
    assert "Prva" in mine
    again = dict(Form(told.text, "answer").fields)
    assert (await eva.post(PAGE, data={**again, "do": "save"})).status_code == 303
    assert get((await work_of(kept)).tree, layout.words("child-benefit", "sl"), ("wordings", "si", "title")) == "Druga"


async def test_what_was_typed_comes_back_after_a_new_sign_in(kept: House, eva: httpx.AsyncClient) -> None:
    form = await form_of(eva)
    eva.cookies.clear()
    asked = await eva.post(PAGE, data={**form, said("sl", "note"): "Ne pozabite.", "do": "save"})
    assert asked.status_code == 401
    signed = await eva.post("/desk/signin", data={**Form(asked.text).fields, "name": "eva", "password": PASSWORD})
    assert signed.status_code == 200, signed.headers
    back = Form(signed.text).fields
    shown = await eva.post(PAGE, data=back)
    assert shown.status_code == 200
    assert Form(shown.text, "answer").fields[said("sl", "note")] == "Ne pozabite."
    assert (await work_of(kept)).draft is None


async def test_a_form_of_another_session_is_shown_again_and_saves_nothing(kept: House, eva: httpx.AsyncClient) -> None:
    shown = await send(eva, **{"token": "outdated", said("sl", "note"): "Ne pozabite."})
    assert shown.status_code == 403
    assert "Ne pozabite." in shown.text
    assert (await work_of(kept)).draft is None


async def test_the_draft_of_one_editor_is_not_that_of_another(kept: House, eva: httpx.AsyncClient) -> None:
    await send(eva, **{said("sl", "title"): "Samo moje"})
    await kept.hire("zala", Role.EDITOR)
    zala = await kept.signed_in("zala")
    assert "Samo moje" not in (await zala.get(PAGE)).text
