"""The list of everything in the library."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from bot.editing import layout, trees
from bot.editing.drafting import Drafting
from bot.editing.items import Item, Kind
from bot.model.staff import Member
from bot.store import staff
from bot.web.library import shelf
from bot.web.library.shelf import Wanted
from tests.support.desk import House, field_of
from tests.support.editing import small_tree
from tests.support.effort import costs_less_than


async def member(desk: House, name: str) -> Member:
    """Return a member of the staff."""
    async with desk.db.read() as tx:
        found = await staff.find(tx, name)
    assert found is not None
    return found


async def change(desk: House, spot: tuple[str, tuple[str | int, ...]], value: object, by: str = "eva") -> None:
    """Let somebody change one place of an item in their draft."""
    drafting, who = Drafting(desk.db, clock=desk.now), await member(desk, by)
    await drafting.change(who, await drafting.at_hand(who), {spot: value}, "January")


def named(page: str) -> list[str]:
    """Return what a page of the list shows, by kind and name."""
    return re.findall(r'href="/desk/library/item/([^"]+)"', html.unescape(page))


async def search(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    """Fill in the form of the list."""
    page = (await browser.get("/desk/library")).text
    return await browser.post("/desk/library", data={"token": field_of(page, "token"), **fields})


async def test_the_list_shows_fifty_at_once_and_counts_all(eva: httpx.AsyncClient) -> None:
    page = (await eva.get("/desk/library")).text
    assert len(named(page)) == 50
    count = re.search(r"(\d+) entries", page)
    assert count is not None
    assert int(count[1]) > 300
    assert "Page 1 of" in page
    second = (await eva.get("/desk/library?page=2")).text
    assert not set(named(page)) & set(named(second))
    beyond = (await eva.get("/desk/library?page=9999")).text
    assert named(beyond)


async def test_an_entry_is_found_by_its_name_without_its_marks(eva: httpx.AsyncClient) -> None:
    found = await search(eva, words="otroski dodatek")
    assert found.status_code == 200
    assert "topic/child-benefit" in named(found.text)[:3]
    assert "answer/child-benefit/si" in named(found.text)


async def test_an_entry_is_found_by_a_fact_that_stands_in_it(eva: httpx.AsyncClient) -> None:
    value = next(iter(small_tree()[layout.facts("child-benefit", "si")]["facts"].values()))["value"]
    assert "answer/child-benefit/si" in named((await search(eva, words=value)).text)


async def test_what_a_resident_might_write_finds_the_topic(eva: httpx.AsyncClient) -> None:
    assert "topic/food-help" in named((await search(eva, words="nimam kaj za jesti")).text)


async def test_words_that_are_nowhere_find_nothing(eva: httpx.AsyncClient) -> None:
    found = await search(eva, words="qqqqzzzz xxxx")
    assert "Nothing was found." in found.text


async def test_filters_alone_have_an_address_of_their_own(eva: httpx.AsyncClient) -> None:
    found = await search(eva, words=" ", kind="answer", country="it")
    assert (found.status_code, found.headers["location"]) == (303, "/desk/library?kind=answer&country=it")
    shown = named((await eva.get(found.headers["location"])).text)
    assert shown
    assert all(name.startswith("answer/") and "it" in name.rpartition("/")[2] for name in shown)


async def test_what_was_searched_stands_in_no_address(eva: httpx.AsyncClient) -> None:
    found = await search(eva, words="dodatek")
    assert "words=" not in found.text


async def test_unknown_filters_are_left_out(eva: httpx.AsyncClient) -> None:
    page = (await eva.get("/desk/library?kind=nothing&country=xx&has=xx&lacks=&attention=2&page=-1")).text
    assert len(named(page)) == 50


async def test_what_the_draft_changes_makes_new_and_takes_away_is_told(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, (layout.topic("debts"), ("names", "sl")), "Dolgovi in rubeži")
    await change(kept, (layout.offices("si"), ("new-office",)), {"names": {"sl": "Nova pisarna"}})
    gone = next(iter(small_tree()[layout.offices("hr")]))
    await change(kept, (layout.offices("hr"), (gone,)), None)
    page = (await eva.get("/desk/library?changed=1")).text
    assert {"topic/debts", "office/si/new-office"} <= set(named(page))
    assert "Dolgovi in rubeži" in page
    assert "new in your draft" in page
    assert "changed in your draft" in page
    assert "Taken away in your draft" in page
    assert "You are working in the draft “January”." in page


async def test_what_needs_attention_can_be_asked_for(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, (layout.words("child-benefit", "it"), ("wordings", "si", "behind")), "2026-11-01")
    await change(kept, (layout.facts("child-benefit", "si"), ("facts", "age_limit", "value")), "eighteen")
    page = (await eva.get("/desk/library?attention=1&kind=answer&country=si")).text
    entry = page[page.index("answer/child-benefit/si") :].split("</li>")[0]
    assert "1 error" in entry
    assert re.search(r"behind:\s+italijanščina", entry)


async def test_what_is_due_to_be_checked_again_is_told_with_its_day(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, (layout.facts("child-benefit", "si"), ("checked_on",)), "2024-03-01")
    page = (await eva.get("/desk/library?attention=1&kind=answer&country=si")).text
    assert "to be checked: 1. marca 2025" in page[page.index("answer/child-benefit/si") :].split("</li>")[0]


async def test_what_lacks_words_in_a_language_can_be_asked_for(kept: House, eva: httpx.AsyncClient) -> None:
    await change(kept, (layout.words("child-benefit", "hr"), ("wordings", "si")), None)
    assert "answer/child-benefit/si" in named((await eva.get("/desk/library?lacks=hr&kind=answer")).text)
    assert "answer/child-benefit/si" not in named((await eva.get("/desk/library?has=hr&kind=answer")).text)


async def test_a_search_from_an_outdated_page_is_answered_all_the_same(eva: httpx.AsyncClient) -> None:
    found = await eva.post("/desk/library", data={"token": "outdated", "words": "dodatek"})
    assert found.status_code == 200
    assert named(found.text)


async def test_those_who_keep_no_knowledge_have_no_library(kept: House) -> None:
    browser = await kept.signed_in("ana")
    assert (await browser.get("/desk/library")).status_code == 404
    async with kept.browser() as stranger:
        assert (await stranger.get("/desk/library")).headers["location"] == "/desk/signin?next=/desk/library"


def test_ten_thousand_entries_are_narrowed_in_a_tenth_of_a_second() -> None:
    tree = dict(small_tree())
    office = {"names": {"sl": "Center za socialno delo"}, "kinds": ["social-work-office"], "address": "Glavni trg"}
    tree[layout.offices("si")] = {f"office-{number}": office for number in range(10_000)}
    known = shelf.entries(tree)
    wanted = Wanted(words="center 9999", kind="office", country="si")
    with costs_less_than(0.1):
        found = [each for each in known.values() if shelf.matches(each, wanted, needs_attention=False, is_changed=False)]
    assert [each.item.name for each in found] == ["si/office-9999"]


@pytest.mark.parametrize("topic", ["debts", "pension"])
def test_a_list_that_is_renewed_is_as_one_made_anew(topic: str) -> None:
    before = small_tree()
    after = trees.put(before, layout.topic(topic), ("names", "sl"), "Drugače")
    changed = [Item(Kind.TOPIC, topic)]
    assert shelf.renewed(shelf.entries(before), after, changed) == shelf.entries(after)
