"""Making something new in the library, and taking it away."""

from __future__ import annotations

import html

import httpx
import pytest

from bot.editing import items
from bot.editing.items import Item, Kind
from bot.web.library.newitem import id_from
from tests.support.desk import House, field_of
from tests.support.forms import Form
from tests.support.items import address, work_of

_PLACE, _LINE = Item(Kind.PLACE, "idrija"), Item(Kind.LINE, "113-si")


@pytest.mark.parametrize(
    ("kind", "typed", "item"),
    [
        (
            "office",
            {"name": "Център за работа Дълго поле", "country": "bg"},
            Item(Kind.OFFICE, "bg/tsentar-za-rabota-dalgo-pole"),
        ),
        ("place", {"name": "Šmartno ob Paki", "country": "si"}, Item(Kind.PLACE, "smartno-ob-paki")),
        ("point", {"name": "Info točka Žalec", "country": "si"}, Item(Kind.POINT, "info-tocka-zalec")),
        ("situation", {"name": "Izguba dela"}, Item(Kind.SITUATION, "izguba-dela")),
        ("line", {"name": "Telefon za starše", "country": "si", "number": "080 99 90"}, Item(Kind.LINE, "080-99-90-si")),
    ],
)
async def test_something_new_gets_its_id_from_its_name_and_a_page_that_says_what_is_missing(
    kept: House, eva: httpx.AsyncClient, kind: str, typed: dict[str, str], item: Item
) -> None:
    path = f"/desk/library/new/{kind}"
    made = await eva.post(path, data={**Form((await eva.get(path)).text).fields, **typed})
    assert (made.status_code, made.headers.get("location")) == (303, f"{address(item)}?saved=1")
    page = (await eva.get(address(item))).text
    assert typed["name"] in html.unescape(page)
    assert (await work_of(kept)).changed == [item]
    twice = await eva.post(path, data={**Form((await eva.get(path)).text).fields, **typed})
    assert twice.status_code == 422
    assert f'href="{address(item)}"' in twice.text
    assert Form(twice.text).fields["name"] == typed["name"]


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("office", {"name": " ", "country": "si"}, "Write a name"),
        ("office", {"name": "!!!", "country": "si"}, "Write a name"),
        ("office", {"name": "x" * 201, "country": "si"}, "Write a name"),
        ("office", {"name": "Urad", "country": "de"}, "Choose a country."),
        ("line", {"name": "Linija", "country": "", "number": "1"}, "Choose a country."),
        ("line", {"name": "Linija", "country": "si", "number": "…"}, "Write the number to call."),
    ],
)
async def test_what_cannot_be_made_is_said_and_stays_typed(
    kept: House, eva: httpx.AsyncClient, kind: str, typed: dict[str, str], said: str
) -> None:
    path = f"/desk/library/new/{kind}"
    refused = await eva.post(path, data={**Form((await eva.get(path)).text).fields, **typed})
    assert refused.status_code == 422
    assert said in refused.text
    assert Form(refused.text).fields["name"] == typed["name"]
    assert (await eva.post(path, data={**typed, "token": "forged"})).status_code == 403
    assert (await work_of(kept)).draft is None


async def test_an_item_that_others_need_is_not_deleted(kept: House, eva: httpx.AsyncClient) -> None:
    page = await eva.get(address(_PLACE, "delete"))
    assert "It cannot be deleted yet" in page.text
    assert "/desk/library/item/office/si/" in page.text
    assert "<form" not in page.text[page.text.index("<main") :]
    token = field_of(page.text, "token")
    stamp = items.stamp((await work_of(kept)).tree, _PLACE)
    refused = await eva.post(address(_PLACE, "delete"), data={"token": token, "stamp": stamp})
    assert refused.status_code == 409
    assert (await work_of(kept)).draft is None


async def test_an_item_that_nobody_needs_is_deleted_in_the_draft(kept: House, eva: httpx.AsyncClient) -> None:
    page = await eva.get(address(_LINE, "delete"))
    form = Form(page.text).fields
    outdated = await eva.post(address(_LINE, "delete"), data={**form, "stamp": "0"})
    assert outdated.status_code == 409
    assert "It was changed meanwhile." in outdated.text
    assert (await eva.post(address(_LINE, "delete"), data={**form, "token": "forged"})).status_code == 403
    assert (await eva.post(address(_LINE, "delete"), data=form)).status_code == 303
    work = await work_of(kept)
    assert _LINE not in set(items.items(work.tree))
    assert work.changed == [_LINE]
    assert (await eva.get(address(_LINE))).status_code == 404
    assert (await eva.post(address(_LINE, "delete"), data=form)).status_code == 404


async def test_an_emergency_number_is_not_deleted(eva: httpx.AsyncClient) -> None:
    page = html.unescape((await eva.get("/desk/library/delete/line/112-si")).text)
    assert "112 is missing for" in page


def test_ids_are_short_and_plain() -> None:
    assert id_from("  Ško fja  Loka / enota št. 2 ") == "sko-fja-loka-enota-st-2"
    assert len(id_from("a " * 60)) <= 50
    assert id_from("…") == ""
