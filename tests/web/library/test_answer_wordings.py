"""The page of an answer: its wordings in each language, and the preview."""

from __future__ import annotations

import html
import re

import httpx

from bot.editing import layout
from bot.editing.trees import get
from bot.model.library import LANGUAGES
from tests.support.answers import PAGE, at, box, form_of, said, send
from tests.support.desk import House
from tests.support.editing import small_tree
from tests.support.forms import Form
from tests.support.items import work_of


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


async def test_a_text_of_great_length_is_kept_and_told(eva: httpx.AsyncClient) -> None:
    assert (await send(eva, **{said("sl", "who"): "beseda " * 9000})).status_code == 303
    page = (await eva.get(PAGE)).text
    assert "words are too many for a phone" in page
    assert re.search(r"(\d+) messages", page)
