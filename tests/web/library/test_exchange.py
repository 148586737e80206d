"""The page for import and export: what goes out, what a file would change, and the draft that it becomes."""

from __future__ import annotations

import base64
import io
import re

import httpx
import pytest
from openpyxl import load_workbook

from bot.model.attached import LARGEST
from bot.model.staff import Role
from bot.store import drafts
from tests.support.desk import House, field_of
from tests.support.editing import put_up, small_edition

READ = "/desk/exchange/read"


@pytest.fixture(name="eva")
async def _eva(desk: House) -> httpx.AsyncClient:
    """An editor's browser, in a house with an edition."""
    await put_up(desk.db, small_edition(), desk.now())
    await desk.hire("eva", Role.EDITOR)
    return await desk.signed_in("eva")


async def token_of(browser: httpx.AsyncClient) -> str:
    """Return what a form of this session carries."""
    return field_of((await browser.get("/desk/exchange")).text, "token")


async def exported(browser: httpx.AsyncClient) -> bytes:
    """Return the spreadsheet of one topic."""
    answer = await browser.get("/desk/exchange/file", params={"format": "xlsx", "scope": "debts"})
    assert answer.status_code == 200
    assert re.search(r'filename="infopoint-debts-1\.xlsx"', answer.headers["content-disposition"])
    return answer.content


def changed(content: bytes, text: str) -> bytes:
    """Return the file with another text in its first answer."""
    book = load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "answer:debts/si#what")
    row[2].value = text
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def send(browser: httpx.AsyncClient, content: bytes, name: str = "prevod.xlsx", **fields: str) -> httpx.Response:
    """Choose a file and send the form."""
    data = {"token": await token_of(browser), "do": "check", **fields}
    return await browser.post(READ, data=data, files={"file": (name, content)})


async def test_a_file_is_looked_at_and_becomes_a_draft_when_the_editor_says_so(desk: House, eva: httpx.AsyncClient) -> None:
    content = changed(await exported(eva), "Novo besedilo o dolgovih.")
    report = await send(eva, content)
    assert "3 changes" in report.text
    async with desk.db.read() as tx:
        assert await drafts.in_state(tx, drafts.State.OPEN) == []
    carried = {name: field_of(report.text, name) for name in ("token", "name", "format", "language", "country", "carried")}
    led = await eva.post(READ, data={**carried, "do": "draft"})
    assert led.status_code == 303
    async with desk.db.read() as tx:
        [draft] = await drafts.in_state(tx, drafts.State.OPEN)
        files = await drafts.files(tx, draft.id)
    assert led.headers["location"] == f"/desk/drafts/{draft.id}"
    assert draft.title == "Import of prevod.xlsx"
    assert files["sl/debts.yaml"]["wordings"]["si"]["what"] == "Novo besedilo o dolgovih."
    assert "Novo besedilo o dolgovih." in (await eva.get(led.headers["location"])).text


async def test_what_is_exported_holds_the_changes_of_the_draft(eva: httpx.AsyncClient) -> None:
    content = changed(await exported(eva), "Iz osnutka.")
    assert (await send(eva, content, do="draft")).status_code == 303
    book = load_workbook(io.BytesIO(await exported(eva)))
    assert any(row[2].value == "Iz osnutka." for row in book.worksheets[0].iter_rows(min_row=2))


async def test_a_file_that_changes_nothing_says_so(eva: httpx.AsyncClient) -> None:
    report = await send(eva, await exported(eva), do="draft")
    assert "nothing would change" in report.text
    assert "Make a draft of it" not in report.text


async def test_remarks_are_told_with_their_cell(eva: httpx.AsyncClient) -> None:
    book = load_workbook(io.BytesIO(await exported(eva)))
    book.worksheets[0]["A2"].value = "answer:<b>/si#what"
    out = io.BytesIO()
    book.save(out)
    report = await send(eva, out.getvalue())
    assert '<th scope="row">Texts, A2</th>' in report.text
    assert "No row with this id is known: answer:&lt;b&gt;/si#what" in report.text


@pytest.mark.parametrize(
    ("name", "content", "status", "sentence"),
    [
        ("a.csv", b"1;2", 422, "Files of this kind are not taken: a.csv"),
        ("a.xlsx", b"1;2", 422, "This is no XLSX spreadsheet"),
        ("a.xlsx", b"PK" + b"0" * LARGEST, 413, "This file is too large."),
        ("", b"", 422, "Choose a file first."),
    ],
)
async def test_what_cannot_be_taken_is_told_beside_the_field(
    eva: httpx.AsyncClient, name: str, content: bytes, status: int, sentence: str
) -> None:
    page = await send(eva, content, name)
    assert page.status_code == status
    assert sentence in page.text
    assert 'aria-describedby="problem"' in page.text


async def test_a_forged_form_and_a_damaged_one_are_refused(eva: httpx.AsyncClient) -> None:
    forged = await eva.post(READ, data={"token": "0" * 32, "carried": "AAAA", "name": "a.xlsx"})
    assert forged.status_code == 403
    damaged = await eva.post(READ, data={"token": await token_of(eva), "carried": "not base64!", "name": "a.xlsx"})
    assert damaged.status_code == 400
    no_book = base64.b64encode(b"no").decode()
    assert (await eva.post(READ, data={"token": await token_of(eva), "carried": no_book, "name": "a.xlsx"})).status_code == 422


async def test_only_editors_see_the_page(desk: House, eva: httpx.AsyncClient) -> None:
    assert (await eva.get(READ)).headers["location"] == "/desk/exchange"
    ana = await desk.signed_in("ana")
    assert (await ana.get("/desk/exchange")).status_code == 404
    assert (await ana.get("/desk/exchange/file", params={"format": "xlsx"})).status_code == 404


@pytest.mark.parametrize("asked", [{"format": "doc"}, {"format": "xlsx", "scope": "no-such"}, {}])
async def test_what_is_no_format_or_scope_does_not_exist(eva: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await eva.get("/desk/exchange/file", params=asked)).status_code == 404
