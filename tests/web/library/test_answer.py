"""The page of an answer: facts, sources, wordings, preview, and two people at once."""

from __future__ import annotations

import asyncio
import html
import re

import httpx
import pytest

from bot.editing import layout, trees
from bot.editing.drafting import Drafting, Work
from bot.editing.trees import get, put
from bot.model.library import LANGUAGES
from bot.model.staff import Role
from bot.store import staff
from bot.web.library.answerplan import fact_name
from bot.web.library.fields import Field, FieldKind
from tests.support.changing import with_changes
from tests.support.desk import PASSWORD, House, field_of
from tests.support.editing import put_up, small_edition, small_tree
from tests.support.forms import Form

PAGE = "/desk/library/item/answer/child-benefit/si"
FACTS = layout.facts("child-benefit", "si")


def at(*path: str) -> str:
    """Return the name of the box of a place of the facts."""
    return Field((FACTS, path), FieldKind.TEXT, "").name


def said(language: str, part: str) -> str:
    """Return the name of the box of a part of a wording."""
    return Field((layout.words("child-benefit", language), ("wordings", "si", part)), FieldKind.TEXT, "").name


async def form_of(browser: httpx.AsyncClient, page: str = PAGE) -> dict[str, str]:
    """Return the form as the page shows it now."""
    answer = await browser.get(page)
    assert answer.status_code == 200, answer.text
    return dict(Form(answer.text, "answer").fields)


async def send(browser: httpx.AsyncClient, do: str = "save", page: str = PAGE, **typed: str) -> httpx.Response:
    """Fill in some fields of the page as it is now."""
    return await browser.post(page, data={**await form_of(browser, page), **typed, "do": do})


async def work_of(desk: House, name: str = "eva") -> Work:
    """Return the knowledge as somebody sees it."""
    async with desk.db.read() as tx:
        member = await staff.find(tx, name)
    assert member is not None
    return await Drafting(desk.db).at_hand(member)


def box(page: str, name: str) -> str:
    """Return the part of a page that belongs to a box."""
    return html.unescape(page[page.index(f'id="{name}-box"') :].split('<div class="box', 1)[0])


async def test_saving_an_untouched_page_changes_nothing(kept: House, eva: httpx.AsyncClient) -> None:
    saved = await send(eva)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PAGE}?saved=1")
    assert (await work_of(kept)).draft is None


@pytest.mark.parametrize(
    ("typed", "kept_as"),
    [("1.400,50", "1400.50"), ("1400,50", "1400.50"), ("1400.5 €", "1400.5"), ("1 400", "1400"), ("€ 1.400", "1400")],
)
async def test_an_amount_is_read_as_people_write_it(kept: House, eva: httpx.AsyncClient, typed: str, kept_as: str) -> None:
    saved = await send(eva, **{at("facts", "threshold", "value"): typed})
    assert saved.status_code == 303
    work = await work_of(kept)
    assert get(work.tree, FACTS, ("facts", "threshold", "value")) == kept_as
    assert [str(item) for item in work.changed] == ["answer:child-benefit/si"]


async def test_an_amount_is_shown_as_each_language_writes_it(eva: httpx.AsyncClient) -> None:
    page = (await eva.get(PAGE)).text
    assert re.search(r"1\.328,28\s€", page)
    assert re.search(r"1\s328,28\s€", page)


async def test_what_cannot_be_read_is_told_at_its_field_and_stays_typed(kept: House, eva: httpx.AsyncClient) -> None:
    told = await send(eva, **{at("facts", "threshold", "value"): "quite a lot", said("sl", "note"): "Vprašajte."})
    assert told.status_code == 422
    assert "This is no amount." in box(told.text, at("facts", "threshold", "value"))
    assert 'value="quite a lot"' in told.text
    assert "Vprašajte." in told.text
    assert (await work_of(kept)).draft is None


async def test_a_fact_of_another_kind_is_told_beside_it(eva: httpx.AsyncClient) -> None:
    """The kind says how a value is read; what does not fit is saved, and told until it is mended."""
    assert (await send(eva, **{at("facts", "threshold", "kind"): "email"})).status_code == 303
    page = (await eva.get(PAGE)).text
    assert "is no e-mail address" in box(page, at("facts", "threshold", "value"))
    assert (await send(eva, **{at("facts", "threshold", "kind"): "nonsense"})).status_code == 303
    assert "threshold" in (await eva.get(PAGE)).text


async def test_a_fact_is_added_with_a_new_source(kept: House, eva: httpx.AsyncClient) -> None:
    fresh = re.search(r'<option value="(s\d+)">the new source below', (await eva.get(PAGE)).text)
    assert fresh is not None
    added = {
        "fact-label": "Višja meja (nova)",
        "fact-kind": "date",
        "fact-value": "31. 12. 2026",
        "fact-source": fresh[1],
        "source-record": "ZŠtip",
        "source-url": "www.gov.si/nova",
    }
    saved = await send(eva, **added)
    assert saved.status_code == 303, saved.text
    facts = (await work_of(kept)).tree[FACTS]
    assert facts["facts"]["visja_meja_nova"] == {"kind": "date", "value": "2026-12-31", "source": fresh[1]}
    assert facts["sources"][fresh[1]] == {"record": "ZŠtip", "url": "https://www.gov.si/nova", "date": "unknown"}
    page = (await eva.get(PAGE)).text
    assert "no wording names {visja_meja_nova}" in html.unescape(page)
    assert "{visja_meja_nova}" in page


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"fact-value": "5", "fact-kind": "days"}, "Give the fact a name by which you will know it."),
        ({"fact-label": "limit", "fact-kind": "days"}, "Say what the value is."),
        ({"fact-label": "limit", "fact-value": "5"}, "Say what it is."),
        ({"fact-label": "limit", "fact-value": "five", "fact-kind": "days"}, "This is no number."),
        ({"source-record": "Law"}, "Say on which page it stands."),
    ],
)
async def test_what_is_added_half_is_told_and_kept(kept: House, eva: httpx.AsyncClient, typed: dict[str, str], told: str) -> None:
    answer = await send(eva, **typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert all(value in answer.text for value in typed.values())
    assert (await work_of(kept)).draft is None


async def test_a_fact_and_a_source_are_taken_away(kept: House, eva: httpx.AsyncClient) -> None:
    gone = {"drop-facts-highest": "1", "drop-sources-s1": "1", at("facts", "highest", "value"): "999"}
    assert (await send(eva, **gone)).status_code == 303
    facts = (await work_of(kept)).tree[FACTS]
    assert "highest" not in facts["facts"]
    assert "s1" not in facts["sources"]
    page = html.unescape((await eva.get(PAGE)).text)
    assert "{highest} is no fact of" in page
    assert "'s1' stands under no sources" in page


def test_a_name_of_a_fact_is_made_of_small_latin_letters() -> None:
    assert fact_name("Най-висок праг!", {}) == "nay_visok_prag"
    assert fact_name("2026", {}) == "fact_2026"
    assert fact_name("!!!", {}) == "fact"
    assert fact_name("Limit", {"limit": {}, "limit_2": {}}) == "limit_3"


async def test_whom_to_turn_to_is_chosen_in_an_order(kept: House, eva: httpx.AsyncClient) -> None:
    name = at("whom")
    assert (await send(eva, **{f"{name}-1": "municipality", f"{name}-2": "social-work-office"})).status_code == 303
    assert get((await work_of(kept)).tree, FACTS, ("whom",)) == ["municipality", "social-work-office"]


async def test_a_minor_edit_leaves_the_other_languages_as_they_are(kept: House, eva: httpx.AsyncClient) -> None:
    assert (await send(eva, **{said("sl", "title"): "Dodatek za otroke", "change-sl": "said"})).status_code == 303
    tree = (await work_of(kept)).tree
    behind = {
        language: get(tree, layout.words("child-benefit", language), ("wordings", "si", "behind")) for language in LANGUAGES
    }
    assert not any(behind.values())
    assert get(tree, layout.words("child-benefit", "sl"), ("wordings", "si", "read_on")) == kept.now().date().isoformat()


async def test_a_major_edit_marks_the_other_languages_as_behind(kept: House, eva: httpx.AsyncClient) -> None:
    assert (await send(eva, **{said("sl", "note"): "Vprašajte v kraju.", "change-sl": "meant"})).status_code == 303
    tree = (await work_of(kept)).tree
    today = kept.now().date().isoformat()
    behind = {
        language: get(tree, layout.words("child-benefit", language), ("wordings", "si", "behind")) for language in LANGUAGES
    }
    there = {language for language in LANGUAGES if get(tree, layout.words("child-benefit", language), ("wordings", "si"))}
    assert behind == {language: today if language in there - {"sl"} else None for language in LANGUAGES}
    page = (await eva.get(PAGE)).text
    assert "Another language says something else since" in page
    assert (await send(eva, **{said("it", "note"): "Chieda in paese.", "change-it": "caught-up"})).status_code == 303
    tree = (await work_of(kept)).tree
    assert get(tree, layout.words("child-benefit", "it"), ("wordings", "si", "behind")) is None
    assert get(tree, layout.words("child-benefit", "sl"), ("wordings", "si", "behind")) is None
    assert get(tree, layout.words("child-benefit", "hr"), ("wordings", "si", "behind")) == today


async def test_a_language_that_is_emptied_is_left_out(kept: House, eva: httpx.AsyncClient) -> None:
    parts = ("title", "button", "what", "who", "do", "bring", "cost", "time", "note")
    assert (await send(eva, **{said("hr", part): "" for part in parts})).status_code == 303
    assert get((await work_of(kept)).tree, layout.words("child-benefit", "hr"), ("wordings", "si")) is None


async def test_a_wording_is_begun_from_another_language(kept: House, eva: httpx.AsyncClient) -> None:
    shown = await send(eva, "copy-bg", **{"from-bg": "sl", said("bg", "title"): "Добавка"})
    assert shown.status_code == 200
    assert "What you typed is not saved yet." in shown.text
    filled = Form(shown.text, "answer").fields
    assert filled[said("bg", "title")] == "Добавка"
    assert filled[said("bg", "what")] == get(small_tree(), layout.words("child-benefit", "sl"), ("wordings", "si", "what"))
    assert (await work_of(kept)).draft is None
    assert (await eva.post(PAGE, data={**filled, "do": "save"})).status_code == 303
    assert get((await work_of(kept)).tree, layout.words("child-benefit", "bg"), ("wordings", "si", "title")) == "Добавка"


async def test_the_preview_shows_all_languages_as_typed_and_saves_nothing(kept: House, eva: httpx.AsyncClient) -> None:
    shown = await send(eva, "preview", **{at("facts", "threshold", "value"): "1.500,25"})
    preview = shown.text[shown.text.index('id="preview-shown"') :]
    assert len(re.findall(r'<details class="seen"', preview)) == len(LANGUAGES)
    assert re.search(r"1\.500,25\s€", preview)
    assert "This helped me" in preview
    assert "Telegram: " in preview
    assert "of 4096 characters" in preview
    assert (await work_of(kept)).draft is None


async def test_the_preview_alone_is_renewed_while_somebody_types(eva: httpx.AsyncClient) -> None:
    form = await form_of(eva)
    shown = await eva.post(PAGE.replace("/item/", "/preview/"), data={**form, said("sl", "title"): "Povsem nov naslov"})
    assert shown.status_code == 200
    assert "<html" not in shown.text
    assert "Povsem nov naslov (Slovenija)" in shown.text


async def test_the_preview_is_that_of_somebody_from_a_town(eva: httpx.AsyncClient) -> None:
    form = await form_of(eva)
    address = PAGE.replace("/item/", "/preview/")
    pages = [(await eva.post(address, data={**form, "town": town})).text for town in ("", "tolmin", "no-such-town")]
    assert "Write me your town" in pages[0]
    assert "Write me your town" not in pages[1]
    assert "Write me your town" in pages[2]


async def test_the_preview_shows_what_is_half_written(eva: httpx.AsyncClient) -> None:
    form = await form_of(eva)
    typed = {
        said("sl", "what"): "Do {no_such_fact} in { sam.",
        said("sl", "title"): "",
        at("facts", "age_limit", "value"): "about 18",
    }
    shown = await eva.post(PAGE.replace("/item/", "/preview/"), data={**form, **typed, "token": "outdated"})
    assert shown.status_code == 200
    assert "{no_such_fact}" in shown.text


async def test_what_is_wrong_is_told_beside_the_fields_and_counted_elsewhere(eva: httpx.AsyncClient) -> None:
    long = "Ta gumb ima veliko preveč črk za telefon"
    assert (await send(eva, **{said("sl", "button"): long, said("it", "what"): "Fino a 18 anni {no_fact}."})).status_code == 303
    page = html.unescape((await eva.get(PAGE)).text)
    assert "a button shows 30" in box(page, said("sl", "button"))
    assert "the digits '18' stand in prose" in box(page, said("it", "what"))
    assert "{no_fact} is no fact of" in box(page, said("it", "what"))
    other = (await eva.get("/desk/library/item/answer/child-benefit/it")).text
    assert "more errors elsewhere" in other


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


async def test_an_answer_is_said_to_be_still_correct_from_its_own_page(kept: House, eva: httpx.AsyncClient) -> None:
    page = (await eva.get(PAGE)).text
    fields = {"token": field_of(page, "token"), "back": PAGE, "one": "answer:child-benefit/si"}
    assert f'name="one" value="{fields["one"]}"' in page
    answer = await eva.post("/desk/tasks", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert get((await work_of(kept)).tree, FACTS, ("checked_on",)) == kept.now().date().isoformat()


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


async def test_a_text_of_great_length_is_kept_and_told(eva: httpx.AsyncClient) -> None:
    assert (await send(eva, **{said("sl", "who"): "beseda " * 9000})).status_code == 303
    page = (await eva.get(PAGE)).text
    assert "words are too many for a phone" in page
    assert re.search(r"(\d+) messages", page)


async def test_more_than_any_page_holds_is_refused(eva: httpx.AsyncClient) -> None:
    assert (await send(eva, **{said("sl", "who"): "a" * 1_100_000})).status_code == 413


@pytest.mark.parametrize("name", ["nothing/si", "child-benefit/xx", "child-benefit/si-it", "../si", "child-benefit"])
async def test_an_answer_that_is_not_there_has_no_page(eva: httpx.AsyncClient, name: str) -> None:
    assert (await eva.get(f"/desk/library/item/answer/{name}")).status_code == 404
    token = field_of((await eva.get("/desk/library")).text, "token")
    assert (await eva.post(f"/desk/library/item/answer/{name}", data={"token": token})).status_code == 404


async def test_those_who_keep_no_knowledge_see_and_change_no_answer(kept: House) -> None:
    browser = await kept.signed_in("ana")
    assert (await browser.get(PAGE)).status_code == 404
    assert (await browser.post(PAGE, data={"do": "save"})).status_code == 404
    assert (await browser.post(PAGE.replace("/item/", "/preview/"), data={"do": "save"})).status_code == 404


async def test_an_answer_is_added_and_deleted(kept: House, eva: httpx.AsyncClient) -> None:
    deleting = PAGE.replace("/item/", "/delete/")
    page = (await eva.get(deleting)).text
    assert "3 wordings" in page
    hidden = {name: field_of(page, name) for name in ("token", "stamp")}
    moved = await eva.post(deleting, data={**hidden, "stamp": "older"})
    assert moved.status_code == 409
    assert (await eva.post(deleting, data={**hidden, "token": "outdated"})).status_code == 403
    gone = await eva.post(deleting, data=hidden)
    assert gone.headers["location"] == "/desk/library/item/topic/child-benefit"
    tree = (await work_of(kept)).tree
    assert FACTS not in tree
    assert all(get(tree, layout.words("child-benefit", code), ("wordings", "si")) is None for code in LANGUAGES)
    assert (await eva.get(deleting)).status_code == 404
    token = field_of((await eva.get("/desk/library/item/topic/child-benefit")).text, "token")
    added = await eva.post("/desk/library/new/answer", data={"token": token, "topic": "child-benefit", "where": "si"})
    assert added.headers["location"] == PAGE
    page = (await eva.get(PAGE)).text
    assert "There is nothing to show yet" in page
    assert "no source: say where this was seen" in page
    assert (await eva.post("/desk/library/new/answer", data={"token": token, "topic": "x", "where": "si"})).status_code == 404
    assert (await eva.post("/desk/library/new/answer", data={"token": token, "topic": "debts", "where": "x"})).status_code == 404
    stale = await eva.post("/desk/library/new/answer", data={"token": "outdated", "topic": "debts", "where": "si"})
    assert stale.headers["location"] == "/desk/library/item/topic/debts"


async def test_the_draft_of_one_editor_is_not_that_of_another(kept: House, eva: httpx.AsyncClient) -> None:
    await send(eva, **{said("sl", "title"): "Samo moje"})
    await kept.hire("zala", Role.EDITOR)
    zala = await kept.signed_in("zala")
    assert "Samo moje" not in (await zala.get(PAGE)).text


async def test_what_is_saved_is_in_the_form_of_a_tree_that_is_written_out(kept: House, eva: httpx.AsyncClient) -> None:
    await send(eva, **{at("facts", "threshold", "value"): "1.500", said("sl", "title"): "Dodatek"})
    work = await work_of(kept)
    library = trees.read(work.tree, today=kept.now().date()).library
    assert library is not None
    assert trees.of(library) == work.tree
    assert put(work.tree, FACTS, ("facts", "threshold", "value"), "1328.28")[FACTS] == small_tree()[FACTS]
