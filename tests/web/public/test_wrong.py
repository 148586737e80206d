"""The public form by which somebody says that something is wrong with an answer."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.applications import Starlette

from bot.matching.index import Index
from bot.model.turn import WrongAbout
from bot.store import suggestions
from bot.store.suggestions import Kind, State, Suggestion
from bot.web.pages import Pages
from bot.web.public.wrong import TRAP, PublicWrong
from bot.work import wrongs
from tests.support.crowds import crowded
from tests.support.desk import House, typed_in
from tests.support.small_library import small_library

PAGE = "/wrong/sl/food-help/si"


async def _kept(desk: House) -> list[Suggestion]:
    async with desk.db.read() as tx:
        return await suggestions.in_state(tx, State.OPEN)


async def _send(desk: House, page: str = PAGE, **fields: str) -> httpx.Response:
    return await desk.browser().post(page, data=fields)


async def test_the_form_names_the_answer_and_asks_for_nobody(desk: House) -> None:
    answer = await desk.browser().get(PAGE)
    assert answer.status_code == 200
    assert "food-help si" in answer.text
    assert 'content="noindex"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert len(re.findall('type="radio"', answer.text)) == len(WrongAbout)


async def test_what_is_written_is_kept_without_persons_and_by_nobody(desk: House) -> None:
    answer = await _send(desk, about="contact", words="telefon je napačen, jaz imam 041 234 567")
    assert "Thank you" in answer.text
    assert "set-cookie" not in answer.headers
    (kept,) = await _kept(desk)
    assert kept.suggested == wrongs.said("food-help", "si", "sl", WrongAbout.CONTACT, "telefon je napačen, jaz imam [phone]")
    assert (kept.suggested.kind, kept.made_by) == (Kind.RESIDENT, "")


async def test_words_are_not_needed(desk: House) -> None:
    assert "Thank you" in (await _send(desk, about="hard")).text
    assert [each.suggested.question for each in await _kept(desk)] == [""]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"words": "napačno"}, "Choose what is wrong."),
        ({"about": "x", "words": "napačno"}, "Choose"),
        ({"about": "fit", "words": "a" * 1001}, "too long"),
    ],
)
async def test_what_cannot_be_taken_is_shown_again(desk: House, fields: dict[str, str], problem: str) -> None:
    answer = await _send(desk, **fields)
    assert answer.status_code == 422
    assert problem in answer.text
    assert typed_in(answer.text, "words") == fields["words"]
    assert await _kept(desk) == []


async def test_a_program_that_fills_in_everything_is_thanked_for_nothing(desk: House) -> None:
    answer = await _send(desk, about="fit", words="buy <a>this</a>", **{TRAP: "https://spam.example"})
    assert "Thank you" in answer.text
    assert await _kept(desk) == []


async def test_so_much_is_kept_an_hour_and_what_was_typed_is_not_lost(desk: House) -> None:
    for _ in range(wrongs.MOST_OF_ANSWER):
        assert (await _send(desk, about="fit")).status_code == 200
    late = await _send(desk, about="fit", words="še nekaj")
    assert late.status_code == 429
    assert "So much was written just now that no more can be kept. Please try again later." in late.text
    assert typed_in(late.text, "words") == "še nekaj"
    assert len(await _kept(desk)) == wrongs.MOST_OF_ANSWER
    assert (await _send(desk, page="/wrong/sl/food-help/hr", about="fit")).status_code == 200


async def test_where_too_many_write_at_once_what_was_typed_is_not_lost(desk: House) -> None:
    library = small_library()
    index = Index(library, None, None, 0.02)
    async with crowded() as crowd:
        pages = Pages(desk.phrases, desk.now)
        wrong = PublicWrong(desk.db, desk.phrases, pages, lambda: library, lambda: index, desk.now, crowd)
        transport = httpx.ASGITransport(Starlette(routes=wrong.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as browser:
            late = await browser.post(PAGE, data={"about": "fit", "words": "še nekaj"})
            assert (await browser.post(PAGE, data={"about": "fit"})).status_code == 200
    assert late.status_code == 429
    assert "Please try again later." in late.text
    assert typed_in(late.text, "words") == "še nekaj"
    assert [each.suggested.question for each in await _kept(desk)] == [""]


async def test_a_crisis_gets_its_numbers_and_is_kept_nowhere(desk: House) -> None:
    answer = await _send(desk, about="fit", words="ubil se bom")
    assert 'href="tel:116123"' in answer.text
    assert "Nobody reads here what you wrote." in answer.text
    assert await _kept(desk) == []


async def test_another_site_cannot_send_it(desk: House) -> None:
    answer = await desk.browser(**{"sec-fetch-site": "cross-site"}).post(PAGE, data={"about": "fit"})
    assert answer.status_code == 403
    assert await _kept(desk) == []


@pytest.mark.parametrize("page", ["/wrong/de/food-help/si", "/wrong/sl/none/si", "/wrong/sl/food-help/xx"])
async def test_there_is_no_form_for_what_is_no_answer(desk: House, page: str) -> None:
    assert (await desk.browser().get(page)).status_code == 404
    assert (await _send(desk, page=page, about="fit")).status_code == 404


@pytest.mark.parametrize("language", ["sl", "it", "hr", "bg"])
async def test_it_is_asked_in_each_language(desk: House, language: str) -> None:
    answer = await desk.browser().get(f"/wrong/{language}/food-help/bg")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
