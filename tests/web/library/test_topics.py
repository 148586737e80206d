"""The pages of topics, and of how residents ask for them."""

from __future__ import annotations

import html

import httpx
import pytest

from bot.editing import layout
from bot.editing.drafting import Drafting, Work
from bot.editing.trees import get
from bot.model.library import LANGUAGES
from bot.store import staff
from bot.web.library.fields import Field, FieldKind
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.support.forms import Form

TOPIC = "/desk/library/item/topic/debts"
EXAMPLES = "/desk/library/item/examples/debts"
NEW = "/desk/library/new/topic"


def at(file: str, *path: str) -> str:
    """Return the name of the box of a place."""
    return Field((file, path), FieldKind.TEXT, "").name


async def work_of(desk: House) -> Work:
    """Return the knowledge as Eva sees it."""
    async with desk.db.read() as tx:
        member = await staff.find(tx, "eva")
    assert member is not None
    return await Drafting(desk.db).at_hand(member)


async def save(browser: httpx.AsyncClient, page: str, **typed: str) -> httpx.Response:
    """Fill in some fields of a page as it is now, and save."""
    form = Form((await browser.get(page)).text, "item").fields
    return await browser.post(page, data={**form, **typed, "do": "save"})


async def make(browser: httpx.AsyncClient, **typed: str) -> httpx.Response:
    """Fill in the page of a new topic."""
    page = (await browser.get(NEW)).text
    fields = {"token": field_of(page, "token"), "name-sl": "Vrtnarjenje", "group": "community", "country-si": "1"}
    return await browser.post(NEW, data={**fields, **typed})


async def test_the_page_of_a_topic_shows_its_answers_by_country_and_language(eva: httpx.AsyncClient) -> None:
    page = (await eva.get(TOPIC)).text
    row = page[page.index("/desk/library/item/answer/debts/si") :].split("</tr>")[0]
    assert row.count("written") == 3
    assert "/desk/library/item/examples/debts" in page
    assert "Add an answer for" in page
    assert "Who looks after it" in page


async def test_a_topic_is_changed(kept: House, eva: httpx.AsyncClient) -> None:
    file = layout.topic("debts")
    days, name = at(file, "fresh_days"), at(file, "names", "sl")
    assert (await save(eva, TOPIC, **{days: "180", name: "Dolgovi"})).status_code == 303
    topic = (await work_of(kept)).tree[file]
    assert (topic["fresh_days"], topic["names"]["sl"]) == ("180", "Dolgovi")
    assert (await save(eva, TOPIC, **{days: "365"})).status_code == 303
    assert "fresh_days" not in (await work_of(kept)).tree[file]


async def test_saving_what_nobody_touched_begins_no_draft(kept: House, eva: httpx.AsyncClient) -> None:
    assert (await save(eva, TOPIC)).status_code == 303
    assert (await save(eva, EXAMPLES)).status_code == 303
    assert (await work_of(kept)).draft is None


async def test_a_number_of_days_that_is_none_is_told_and_kept(eva: httpx.AsyncClient) -> None:
    told = await save(eva, TOPIC, **{at(layout.topic("debts"), "fresh_days"): "half a year"})
    assert told.status_code == 422
    assert "This is no number." in told.text
    assert "half a year" in told.text


async def test_two_hundred_lines_are_pasted_at_once(kept: House, eva: httpx.AsyncClient) -> None:
    lines = [f"kako do odpisa dolga številka {number}" for number in range(200)]
    file = layout.words("debts", "sl")
    assert (await save(eva, EXAMPLES, **{at(file, "examples"): "\r\n".join([*lines, "", "  "])})).status_code == 303
    assert get((await work_of(kept)).tree, file, ("examples",)) == lines
    assert "Slovenščina (200)" in (await eva.get(EXAMPLES)).text


async def test_an_example_that_means_something_else_is_quoted_with_whose_it_is(eva: httpx.AsyncClient) -> None:
    theirs = get(small_tree(), layout.words("pension", "sl"), ("examples",))[0]
    mine = get(small_tree(), layout.words("debts", "sl"), ("examples",))
    name = at(layout.words("debts", "sl"), "examples")
    assert (await save(eva, EXAMPLES, **{name: "\n".join([*mine, theirs, mine[0]])})).status_code == 303
    pages = [html.unescape((await eva.get(f"/desk/library/item/examples/{topic}")).text) for topic in ("debts", "pension")]
    assert f"“{mine[0]}”: the same example stands here twice" in pages[0]
    assert any(f"“{theirs}”: the same example means something else in" in page for page in pages)


async def test_golden_questions_are_kept_beside_the_examples(kept: House, eva: httpx.AsyncClient) -> None:
    assert (await save(eva, EXAMPLES, **{at(layout.golden("it"), "debts"): "ho troppi debiti"})).status_code == 303
    assert get((await work_of(kept)).tree, layout.golden("it"), ("debts",)) == ["ho troppi debiti"]


async def test_a_new_topic_is_made_in_the_draft_and_named_by_its_letters(kept: House, eva: httpx.AsyncClient) -> None:
    made = await make(eva)
    assert made.headers["location"] == "/desk/library/item/topic/vrtnarjenje?saved=1"
    tree = (await work_of(kept)).tree
    assert tree[layout.topic("vrtnarjenje")] == {
        "group": "community",
        "countries": ["si"],
        "names": {"sl": "Vrtnarjenje"},
    }
    examples = "/desk/library/item/examples/vrtnarjenje"
    said = at(layout.words("vrtnarjenje", "sl"), "examples")
    assert (await save(eva, examples, **{said: "kje dobim vrt"})).status_code == 303
    assert (await work_of(kept)).tree[layout.words("vrtnarjenje", "sl")] == {"examples": ["kje dobim vrt"]}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name-sl": ""}, "Write a name, in letters."),
        ({"name-sl": "!!!"}, "Write a name, in letters."),
        ({"name-sl": "Zelo dolgo ime, ki ga ne pokaže noben gumb"}, "At most 30 characters fit on a button."),
        ({"name-sl": "Debts"}, "There is a topic of that name already."),
        ({"name-sl": "golden"}, "There is a topic of that name already."),
        ({"group": ""}, "Choose a group."),
        ({"group": "nothing"}, "Choose a group."),
    ],
)
async def test_a_topic_that_cannot_be_is_told(kept: House, eva: httpx.AsyncClient, typed: dict[str, str], told: str) -> None:
    answer = await make(eva, **typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert (await work_of(kept)).draft is None


async def test_a_new_topic_from_an_outdated_page_is_shown_again(kept: House, eva: httpx.AsyncClient) -> None:
    told = await make(eva, token="outdated")
    assert told.status_code == 403
    assert "Vrtnarjenje" in told.text
    back = await make(eva, back="1")
    assert back.status_code == 200
    assert (await work_of(kept)).draft is None


async def test_a_topic_goes_with_all_that_belongs_to_it(kept: House, eva: httpx.AsyncClient) -> None:
    related = at(layout.topic("pension"), "related")
    page = "/desk/library/item/topic/pension"
    assert (await save(eva, page, **{f"{related}-1": "debts"})).status_code == 303
    asked = (await eva.get("/desk/library/delete/topic/debts")).text
    assert "48 examples of how residents ask" in asked
    assert "/desk/library/item/topic/pension" in asked
    hidden = {name: field_of(asked, name) for name in ("token", "stamp")}
    gone = await eva.post("/desk/library/delete/topic/debts", data=hidden)
    assert gone.headers["location"] == "/desk/library"
    work = await work_of(kept)
    assert not [file for file in work.tree if file.endswith("/debts.yaml")]
    assert "related" not in work.tree[layout.topic("pension")]
    assert not [each for each in (await Drafting(kept.db).read(work)).errors if "debts" in str(each)]


@pytest.mark.parametrize("page", ["item/topic/nothing", "item/examples/nothing", "delete/topic/nothing", "item/nothing/debts"])
async def test_what_is_not_there_has_no_page(eva: httpx.AsyncClient, page: str) -> None:
    assert (await eva.get(f"/desk/library/{page}")).status_code == 404


async def test_those_who_keep_no_knowledge_make_no_topic(kept: House) -> None:
    browser = await kept.signed_in("ana")
    for page in (TOPIC, EXAMPLES, NEW, "/desk/library/delete/topic/debts"):
        assert (await browser.get(page)).status_code == 404


async def test_the_name_of_an_answer_is_told_in_problems_in_place_of_its_file(eva: httpx.AsyncClient) -> None:
    what = at(layout.words("debts", "sl"), "wordings", "si", "what")
    page = "/desk/library/item/answer/debts/si"
    form = Form((await eva.get(page)).text, "answer").fields
    assert (await eva.post(page, data={**form, what: "Znesek {no_fact}.", "do": "save"})).status_code == 303
    told = html.unescape((await eva.get(page)).text)
    assert "{no_fact} is no fact of Dolgovi" in told
    assert ".yaml" not in told
    assert len(LANGUAGES) == told.count('class="seen"')
