"""The pages of offices, places, info points, situations, help lines, crises, shared facts, and of what residents say besides."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import date
from typing import Any

import httpx
import pytest

from bot.editing import items, layout, trees
from bot.editing.items import Item, Kind, content, spots
from bot.editing.trees import Tree, get
from bot.model.library import LANGUAGES
from bot.web.library.boxes import Reader, shown
from bot.web.library.fields import FieldKind, read
from bot.web.library.itempage import KINDS
from bot.web.library.itemshown import sections
from bot.web.library.scene import Scene
from bot.web.library.trying import TooSlow, Trying, matching
from tests.support.changing import with_changes
from tests.support.desk import PASSWORD, House, field_of
from tests.support.editing import put_up, small_edition, small_tree
from tests.support.forms import Form
from tests.support.items import address, at, form_of, name_of, save, work_of
from tests.support.phrases import english

_OFFICE = Item(Kind.OFFICE, "si/csd-severna-primorska-idrija")
_PLACE, _POINT, _LINE = Item(Kind.PLACE, "idrija"), Item(Kind.POINT, "ezts-go-gorizia"), Item(Kind.LINE, "113-si")
_CRISIS, _SHARED, _ACT = Item(Kind.CRISIS, "violence-now"), Item(Kind.SHARED, "si"), Item(Kind.ACT, "thanks")
_OUTSIDE, _NOT_CRISIS = Item(Kind.SAID, layout.OUTSIDE), Item(Kind.SAID, layout.NOT_CRISIS)


def test_every_value_of_every_item_has_its_field_and_comes_back_from_it() -> None:
    tree = trees.put(small_tree(), layout.situation("lost-job"), (), {"topics": ["pension", "debts"], "sensitive": "true"})
    told = {"name": "Izguba dela", "overview": "Kaj zdaj?", "examples": ["ostal sem brez dela"]}
    tree = trees.put(tree, layout.situation_words("sl"), ("lost-job",), told)
    tree = trees.put(tree, layout.golden("sl"), ("situation:lost-job",), ["dobil sem odpoved"])
    reader = Reader("sl", english().into("sl"), date(2026, 11, 22))
    seen = set()
    for item in items.items(tree):
        if item.kind not in KINDS:
            continue
        seen.add(item.kind)
        fields = [field for section in sections(item, Scene(tree, reader, {})) for field in section.fields]
        empty: Tree = {}
        form: dict[str, str] = {}
        for box, blank in zip(shown(fields, tree, reader), shown(fields, empty, reader), strict=True):
            form |= typed_into(box, was=blank.was)
        written: Tree = {}
        for spot, value in read(fields, form, empty, reader.say, "sl").values.items():
            written = trees.put(written, *spot, value)
        for (file, path), value in content(tree, item):
            assert get(written, file, path) == as_sets(value, get(written, file, path)), (item, file, path)
    assert seen == set(KINDS)


def typed_into(box: Any, was: str) -> dict[str, str]:
    """Return what a browser would send of a box."""
    form = {f"{box.name}-was": was, box.name: box.value}
    form |= {option.name: option.value for option in box.options if option.chosen and box.field.kind is FieldKind.CHOICES}
    form |= {rank.name: rank.value for rank in box.ranks}
    if box.hours is not None:
        form |= {f"{box.name}-how": box.hours.how, f"{box.name}-written": box.hours.written}
        for day in box.hours.days:
            for slot in day.slots:
                form |= {f"{box.name}-{slot.begins}": slot.from_value, f"{box.name}-{slot.ends}": slot.until_value}
    return form


def as_sets(value: Any, other: Any) -> Any:
    """Return ``value``, with lists in the order of ``other`` where both hold the same: choices that are ticked have no order."""
    if isinstance(value, dict) and isinstance(other, dict):
        return {key: as_sets(each, other.get(key)) for key, each in value.items() if each not in ({}, [])} | {
            key: each for key, each in value.items() if each in ({}, []) and key in other
        }
    return other if isinstance(value, list) and isinstance(other, list) and sorted(value) == sorted(other) else value


@pytest.mark.parametrize(
    ("item", "path", "typed", "written"),
    [
        (_OFFICE, ("address",), "Glavni trg 1, Idrija", "Glavni trg 1, Idrija"),
        (_OFFICE, ("checked_on",), "3. 2. 2026", "2026-02-03"),
        (_OFFICE, ("names", "bg"), "Център за социална работа", "Център за социална работа"),
        (_OFFICE, ("source", "url"), "idrija.si", "https://idrija.si"),
        (_PLACE, ("latitude",), "46,021", "46.021"),
        (_PLACE, ("forms", "sl"), "v Tolminu\n\niz  Tolmina", ["v Tolminu", "iz Tolmina"]),
        (_POINT, ("phone",), "0481 535 446", "0481 535 446"),
        (_LINE, ("confirmed_on",), "2026-11-20", "2026-11-20"),
        (_CRISIS, ("care", "sl"), "Prav je, da ste to povedali.", "Prav je, da ste to povedali."),
        (_CRISIS, ("patterns", "it"), r"\bmi  picchia\b", [r"\bmi  picchia\b"]),
        (_SHARED, ("facts", "zpiz_url", "value"), "www.zpiz.si/nova", "https://www.zpiz.si/nova"),
    ],
)
async def test_what_is_typed_is_saved_in_the_draft_and_shown_again(
    kept: House, eva: httpx.AsyncClient, item: Item, path: tuple[str, ...], typed: str, written: str | list[str]
) -> None:
    saved = await save(eva, item, **{at(item, *path): typed})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{address(item)}?saved=1")
    work = await work_of(kept)
    (file, start), *_ = spots(item)
    assert work.tree == trees.put(work.live.tree, file, (*start, *path), written)
    assert work.draft is not None
    page = (await eva.get(saved.headers["location"])).text
    assert "Saved in your draft" in page
    assert Form(page, "item").fields[at(item, *path)] == ("\n".join(written) if isinstance(written, list) else written)
    assert 'id="' + at(item, *path) + '-live"' in page


@pytest.mark.parametrize("item", [_OFFICE, _PLACE, _POINT, _LINE, _CRISIS, _SHARED, _ACT, _OUTSIDE, _NOT_CRISIS], ids=str)
async def test_saving_what_nobody_touched_begins_no_draft(kept: House, eva: httpx.AsyncClient, item: Item) -> None:
    assert (await save(eva, item)).status_code == 303
    assert (await work_of(kept)).draft is None


async def test_what_residents_say_is_kept_by_language_with_its_golden_questions(kept: House, eva: httpx.AsyncClient) -> None:
    examples, golden = name_of("sl/acts.yaml", "thanks"), name_of(layout.golden("sl"), "act:thanks")
    assert (await save(eva, _ACT, **{examples: "hvala\nhvala lepa", golden: "najlepša hvala"})).status_code == 303
    work = await work_of(kept)
    assert get(work.tree, "sl/acts.yaml", ("thanks",)) == ["hvala", "hvala lepa"]
    assert get(work.tree, layout.golden("sl"), ("act:thanks",)) == ["najlepša hvala"]
    assert (await save(eva, _ACT, **{golden: ""})).status_code == 303
    assert (await work_of(kept)).changed == [_ACT]
    assert get((await work_of(kept)).tree, layout.golden("sl"), ("act:thanks",)) is None


async def test_what_is_no_question_for_us_can_be_emptied_in_one_language(kept: House, eva: httpx.AsyncClient) -> None:
    await save(eva, _OUTSIDE, **{name_of("bg/outside.yaml", "examples"): ""})
    assert get((await work_of(kept)).tree, "bg/outside.yaml") == {"examples": []}


async def test_the_last_pattern_takes_its_section_along(kept: House, eva: httpx.AsyncClient) -> None:
    await save(eva, _CRISIS, **{at(_CRISIS, "patterns", language): "" for language in LANGUAGES})
    assert "patterns" not in get((await work_of(kept)).tree, layout.crisis("violence-now"))


async def test_hours_are_entered_by_weekday_and_their_next_seven_days_are_shown(kept: House, eva: httpx.AsyncClient) -> None:
    hours = at(_OFFICE, "hours")
    typed = {f"{hours}-mo-1-from": "08:00", f"{hours}-mo-1-until": "12:00", f"{hours}-how": "week"}
    form = {**await form_of(eva, _OFFICE), **typed}
    looked = await eva.post(address(_OFFICE), data={**form, "do": "look"})
    assert looked.status_code == 200
    assert "Nothing has been saved yet." in looked.text
    assert "8.00–12.00" in looked.text
    assert (await work_of(kept)).draft is None
    again = Form(looked.text, "item").fields
    assert (await eva.post(address(_OFFICE), data={**again, "do": "save"})).status_code == 303
    assert get((await work_of(kept)).tree, layout.offices("si"), ("csd-severna-primorska-idrija", "hours")) == "Mo 08:00-12:00"


async def test_the_checks_are_told_of_what_is_only_looked_at(kept: House, eva: httpx.AsyncClient) -> None:
    form = {**await form_of(eva, _OFFICE), at(_OFFICE, "email"): "no address", "do": "look"}
    looked = await eva.post(address(_OFFICE), data=form)
    assert "'no address' is no e-mail address" in html.unescape(looked.text)
    assert "1 thing is to be mended here" in looked.text
    assert (await work_of(kept)).draft is None
    assert "is to be mended" not in (await eva.get(address(_OFFICE))).text


async def test_what_cannot_be_read_is_refused_and_all_that_was_typed_stays(kept: House, eva: httpx.AsyncClient) -> None:
    typed = {at(_OFFICE, "checked_on"): "včeraj", at(_OFFICE, "address"): "Nova ulica 2"}
    refused = await save(eva, _OFFICE, **typed)
    assert refused.status_code == 422
    assert "It is not saved yet." in refused.text
    assert "This is no date." in refused.text
    assert f'href="#{at(_OFFICE, "checked_on")}-box"' in refused.text
    assert typed.items() <= Form(refused.text, "item").fields.items()
    assert (await work_of(kept)).draft is None


async def test_problems_stand_beside_their_fields_once_they_are_saved(eva: httpx.AsyncClient) -> None:
    await save(eva, _OFFICE, **{at(_OFFICE, "email"): "no address", at(_OFFICE, "url"): "no link"})
    page = html.unescape((await eva.get(address(_OFFICE))).text)
    assert "2 things are to be mended here" in page
    beside = page[page.index(f'id="{at(_OFFICE, "email")}-wrong"') :]
    assert "'no address' is no e-mail address" in beside[:300]
    assert f'aria-describedby="{at(_OFFICE, "email")}-wrong' in page
    elsewhere = (await eva.get(address(_PLACE))).text
    assert "2 things are to be mended elsewhere" in elsewhere
    await save(eva, _OFFICE, **{at(_OFFICE, "source", "record"): ""})
    page = html.unescape((await eva.get(address(_OFFICE))).text)
    assert f'id="{at(_OFFICE, "source", "record")}-wrong"' in page
    assert "'record' is missing" in page


async def test_two_editors_of_one_draft_keep_what_only_one_of_them_changed(kept: House, eva: httpx.AsyncClient) -> None:
    await save(eva, _OFFICE, **{at(_OFFICE, "address"): "Prva ulica 1"})
    mine = await form_of(eva, _OFFICE)
    await save(eva, _OFFICE, **{at(_OFFICE, "email"): "other@example.org"})
    assert (
        await eva.post(address(_OFFICE), data={**mine, at(_OFFICE, "url"): "https://example.org", "do": "save"})
    ).status_code == 303
    office = get((await work_of(kept)).tree, layout.offices("si"), ("csd-severna-primorska-idrija",))
    assert (office["email"], office["url"]) == ("other@example.org", "https://example.org")


async def test_what_two_editors_changed_differently_is_shown_before_it_is_replaced(kept: House, eva: httpx.AsyncClient) -> None:
    mine = await form_of(eva, _OFFICE)
    await save(eva, _OFFICE, **{at(_OFFICE, "address"): "Njihova ulica 1", at(_OFFICE, "email"): "new@example.org"})
    refused = await eva.post(address(_OFFICE), data={**mine, at(_OFFICE, "address"): "Moja ulica 2", "do": "save"})
    assert refused.status_code == 409
    assert "Somebody else has changed the same meanwhile" in refused.text
    assert "Njihova ulica 1" in refused.text
    again = Form(refused.text, "item").fields
    assert (again[at(_OFFICE, "address")], again[at(_OFFICE, "email")]) == ("Moja ulica 2", "new@example.org")
    assert (await eva.post(address(_OFFICE), data={**again, "do": "save"})).status_code == 303
    office = get((await work_of(kept)).tree, layout.offices("si"), ("csd-severna-primorska-idrija",))
    assert (office["address"], office["email"]) == ("Moja ulica 2", "new@example.org")


async def test_what_a_newer_edition_would_hide_is_not_saved_but_led_to_the_draft_and_stays_typed(
    kept: House, eva: httpx.AsyncClient
) -> None:
    (file, path), *_ = spots(_OFFICE)
    await save(eva, _OFFICE, **{at(_OFFICE, "address"): "Moja ulica 2"})
    newer = {(file, (*path, "address")): "Njihova ulica 1", (file, (*path, "email")): "new@example.org"}
    await put_up(kept.db, with_changes(small_edition(), newer), kept.now())

    refused = await save(eva, _OFFICE, **{at(_OFFICE, "email"): ""})

    assert refused.status_code == 409
    assert "Nothing has been saved yet. These places were changed by this draft" in html.unescape(refused.text)
    draft = (await work_of(kept)).draft
    assert draft is not None
    assert f'href="/desk/drafts/{draft.id}"' in refused.text
    assert Form(refused.text, "item").fields[at(_OFFICE, "email")] == ""
    assert get((await work_of(kept)).tree, file, (*path, "email")) == "new@example.org"


async def test_two_who_save_at_the_same_moment_both_keep_their_work(kept: House, eva: httpx.AsyncClient) -> None:
    await save(eva, _OFFICE, **{at(_OFFICE, "address"): "Prva ulica 1"})
    form = await form_of(eva, _OFFICE)
    one, other = (
        {**form, at(_OFFICE, name): value, "do": "save"} for name, value in (("url", "https://a.org"), ("email", "a@a.org"))
    )
    answers = await asyncio.gather(*(eva.post(address(_OFFICE), data=each) for each in (one, other)))
    assert [answer.status_code for answer in answers] == [303, 303]
    office = get((await work_of(kept)).tree, layout.offices("si"), ("csd-severna-primorska-idrija",))
    assert (office["url"], office["email"]) == ("https://a.org", "a@a.org")


async def test_what_was_typed_when_the_session_ended_goes_back_into_its_fields(kept: House, eva: httpx.AsyncClient) -> None:
    typed = {at(_OFFICE, "address"): "Dolga pot 3", at(_OFFICE, "phones"): "05 1\n05 2", at(_OFFICE, "place"): ""}
    form = {**await form_of(eva, _OFFICE), **typed, "do": "save"}
    eva.cookies.clear()
    asked = await eva.post(address(_OFFICE), data=form)
    assert asked.status_code == 401
    back = await eva.post("/desk/signin", data={**Form(asked.text).fields, "name": "eva", "password": PASSWORD})
    assert "nothing of it has been saved yet" in back.text
    returned = await eva.post(address(_OFFICE), data=Form(back.text).fields)
    assert returned.status_code == 200
    assert "What you had typed is back in its fields" in returned.text
    again = Form(returned.text, "item").fields
    assert typed.items() <= again.items()
    assert (await work_of(kept)).draft is None
    assert (await eva.post(address(_OFFICE), data={**again, "do": "save"})).status_code == 303
    office = get((await work_of(kept)).tree, layout.offices("si"), ("csd-severna-primorska-idrija",))
    assert (office["address"], office["phones"], "place" in office) == ("Dolga pot 3", ["05 1", "05 2"], False)


async def test_a_form_of_an_earlier_session_is_shown_again_and_not_carried_out(kept: House, eva: httpx.AsyncClient) -> None:
    refused = await save(eva, _OFFICE, token="forged", **{at(_OFFICE, "address"): "Dolga pot 3"})
    assert refused.status_code == 403
    assert Form(refused.text, "item").fields[at(_OFFICE, "address")] == "Dolga pot 3"
    assert (await work_of(kept)).draft is None


async def test_only_those_who_keep_the_knowledge_have_these_pages(kept: House, eva: httpx.AsyncClient) -> None:
    form = await form_of(eva, _OFFICE)
    ana = await kept.signed_in("ana")
    form["token"] = field_of((await ana.get("/desk")).text, "token")
    for page in (address(_OFFICE), "/desk/library/new/office", address(_OFFICE, "delete")):
        assert (await ana.get(page)).status_code == 404
        assert (await ana.post(page, data=form)).status_code == 404
        assert (await kept.browser().get(page)).status_code == 303


@pytest.mark.parametrize(
    "path", ["office/si/nobody", "office/x", "crisis/lines", "crisis/none", "shared/xx", "act/none", "said/x", "line/"]
)
async def test_what_there_is_not_has_no_page(eva: httpx.AsyncClient, path: str) -> None:
    assert (await eva.get(f"/desk/library/item/{path}")).status_code == 404
    token = field_of((await eva.get("/desk")).text, "token")
    assert (await eva.post(f"/desk/library/item/{path}", data={"token": token, "do": "save"})).status_code == 404


async def test_a_sentence_is_tried_on_the_typed_patterns_and_nothing_is_saved(kept: House, eva: httpx.AsyncClient) -> None:
    form = {**await form_of(eva, _CRISIS), at(_CRISIS, "patterns", "sl"): r"\bzmaj me lovi\b"}
    tried = await eva.post(address(_CRISIS), data={**form, "do": "try", "sentence": "Pomoč, ZMAJ me lovi!"})
    assert tried.status_code == 200
    assert "It is recognised by:" in tried.text
    assert r"\bzmaj me lovi\b</code>" in tried.text
    assert Form(tried.text, "item").fields[at(_CRISIS, "patterns", "sl")] == r"\bzmaj me lovi\b"
    missed = await eva.post(address(_CRISIS), data={**form, "do": "try", "sentence": "lep pozdrav"})
    assert "No pattern recognises it." in missed.text
    assert (await work_of(kept)).draft is None


async def test_a_pattern_that_never_ends_is_told_of() -> None:
    with pytest.raises(TooSlow):
        await Trying(time_limit=1.0)("a" * 60, [r"(a+)+$", r"(a|aa)+\Z(?=b)", r"(a*)*b"])


def test_patterns_are_tried_on_folded_text_and_broken_ones_match_nothing() -> None:
    assert matching("Žrtev NASILJA", ["(", "zrtev nasilja", "x{99999999999}"]) == [1]


async def test_an_office_tells_which_answers_send_people_to_it(eva: httpx.AsyncClient) -> None:
    page = html.unescape((await eva.get(address(_OFFICE))).text)
    assert re.search(r"answers? sends? people to offices of its kind|answers send people to offices of its kind", page)
    assert "/desk/library/item/answer/" in page
    assert "openstreetmap.org/search?query=Vojkova" in page
    assert "entries name this place" in html.unescape((await eva.get("/desk/library/item/place/si")).text)


async def test_a_fact_and_its_source_are_added_in_two_steps_and_taken_away_by_emptying(
    kept: House, eva: httpx.AsyncClient
) -> None:
    file = layout.shared("si")
    named = await eva.post(
        address(_SHARED),
        data={**await form_of(eva, _SHARED), "new-fact": "Višina pomoči", "new-source": "Uradni list", "do": "save"},
    )
    assert named.status_code == 200
    fact, source = ("facts", "visina_pomoci"), ("sources", "uradni_list")
    typed = {
        name_of(file, *fact, "kind"): "money",
        name_of(file, *fact, "value"): "1.000,00 €",
        name_of(file, *fact, "source"): "uradni_list",
        name_of(file, *fact, "checked_on"): "2026-11-20",
        name_of(file, *source, "record"): "uradni-list",
        name_of(file, *source, "url"): "https://www.uradni-list.si",
        name_of(file, *source, "date"): "2026",
    }
    saved = await eva.post(address(_SHARED), data={**Form(named.text, "item").fields, **typed, "do": "save"})
    assert saved.status_code == 303
    tree = (await work_of(kept)).tree
    assert get(tree, file, fact) == {"kind": "money", "value": "1000.00", "source": "uradni_list", "checked_on": "2026-11-20"}
    assert get(tree, file, source) == {"record": "uradni-list", "url": "https://www.uradni-list.si", "date": "2026"}
    await save(eva, _SHARED, **dict.fromkeys(typed, ""))
    work = await work_of(kept)
    assert work.tree == work.live.tree


async def test_the_value_of_a_fact_is_read_as_its_chosen_kind_says(kept: House, eva: httpx.AsyncClient) -> None:
    kind, value = (at(_SHARED, "facts", "care_info_line", part) for part in ("kind", "value"))
    refused = await save(eva, _SHARED, **{kind: "money", value: "kar dosti"})
    assert refused.status_code == 422
    assert "This is no amount." in refused.text
    assert (await save(eva, _SHARED, **{kind: "money", value: "1.515,10"})).status_code == 303
    fact = get((await work_of(kept)).tree, layout.shared("si"), ("facts", "care_info_line"))
    assert (fact["kind"], fact["value"]) == ("money", "1515.10")


async def test_an_editor_reads_that_crises_need_a_second_pair_of_eyes(eva: httpx.AsyncClient) -> None:
    for item in (_CRISIS, _LINE):
        assert "always needs a second pair of eyes" in (await eva.get(address(item))).text


async def test_a_problem_of_one_line_of_many_says_which(eva: httpx.AsyncClient) -> None:
    form = {**await form_of(eva, _CRISIS), at(_CRISIS, "patterns", "sl"): "prvi\n(drugi", "do": "look"}
    looked = html.unescape((await eva.post(address(_CRISIS), data=form)).text)
    assert "“(drugi”: the pattern cannot be read" in looked
