"""The page of an answer: its facts and sources, what is wrong with them, and that it comes, goes and is not for all."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.editing import layout, trees
from bot.editing.trees import get, put
from bot.model.library import LANGUAGES
from bot.web.library.answerplan import fact_name
from tests.support.answers import FACTS, PAGE, at, box, said, send
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.support.items import work_of


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


async def test_all_that_is_wrong_is_summed_up_first_with_links_to_its_fields(eva: httpx.AsyncClient) -> None:
    value, title = at("facts", "threshold", "value"), said("sl", "button")
    long = "Ta gumb ima veliko preveč črk za telefon"
    told = html.unescape((await send(eva, **{value: "quite a lot", title: long, "source-record": "Law"})).text)
    summary = told[told.index('id="problems"') : told.index("</ul>", told.index('id="problems"'))]
    assert "There is a problem" in summary
    assert 'role="alert" tabindex="-1" autofocus' in summary
    assert told.count("autofocus") == 1
    for field, sentence in ((value, "({threshold}): This is no amount."), ("source-url", "Say on which page it stands.")):
        assert f'href="#{field}"' in summary
        assert f'id="{field}"' in told
        assert sentence in summary
    await send(eva, **{title: long})
    shown = html.unescape((await eva.get(PAGE)).text)  # saved, and keeps the draft from being published
    summary = shown[shown.index('id="problems"') : shown.index("</ul>", shown.index('id="problems"'))]
    assert "a button shows 30" in summary
    assert "not saved" not in summary
    assert "alert" not in summary


async def test_nothing_is_summed_up_where_nothing_is_wrong(eva: httpx.AsyncClient) -> None:
    assert "There is a problem" not in (await eva.get(PAGE)).text


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


async def test_an_answer_is_said_to_be_still_correct_from_its_own_page(kept: House, eva: httpx.AsyncClient) -> None:
    page = (await eva.get(PAGE)).text
    fields = {"token": field_of(page, "token"), "back": PAGE, "one": "answer:child-benefit/si"}
    assert f'name="one" value="{fields["one"]}"' in page
    answer = await eva.post("/desk/tasks", data=fields)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert get((await work_of(kept)).tree, FACTS, ("checked_on",)) == kept.now().date().isoformat()


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


async def test_what_is_saved_is_in_the_form_of_a_tree_that_is_written_out(kept: House, eva: httpx.AsyncClient) -> None:
    await send(eva, **{at("facts", "threshold", "value"): "1.500", said("sl", "title"): "Dodatek"})
    work = await work_of(kept)
    library = trees.read(work.tree, today=kept.now().date()).library
    assert library is not None
    assert trees.of(library) == work.tree
    assert put(work.tree, FACTS, ("facts", "threshold", "value"), "1328.28")[FACTS] == small_tree()[FACTS]
