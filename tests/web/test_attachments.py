from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.telegram import Failure, FakeTelegram, File
from tests.support.attached import CHAT, PHOTO, links, sends, telegram_desk
from tests.support.desk import House, fill_in, house

WANTS_A_PERSON = "rad bi govoril s človekom"
MEDIA = {"file_id": "F1", "file_unique_id": "u", "duration": 3}


@pytest.fixture(scope="module")
def served() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def telegram(served: FakeTelegram) -> FakeTelegram:
    served.files = {"large": File("photos/file_7.jpg", b"\xff\xd8 a photo")}
    return served


@pytest.fixture
async def desk(tmp_path: Path, telegram: FakeTelegram) -> AsyncIterator[House]:
    """A desk with Ana and Boris, and a resident who has asked for a person."""
    async with telegram_desk(tmp_path, telegram) as opened:
        await opened.hire("ana")
        await opened.hire("boris")
        await sends(opened, telegram, text=WANTS_A_PERSON)
        yield opened


@pytest.fixture
async def case_id(desk: House) -> str:
    return (await desk.case(str(CHAT), "telegram")).id


async def only_link(browser: httpx.AsyncClient, case_id: str) -> tuple[str, str]:
    """Return the name and the address of the one attachment on the page of a case."""
    ((name, address),) = links((await browser.get(f"/desk/case/{case_id}")).text).items()
    return name, address


async def test_a_photo_sent_while_a_person_holds_the_case_can_be_opened(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram
) -> None:
    await sends(desk, telegram, **PHOTO, caption="moja odločba")
    name, address = await only_link(ana, case_id)
    photo = await ana.get(address)
    assert (name, photo.status_code, photo.content) == ("Open the photo", 200, b"\xff\xd8 a photo")
    code = (await desk.case(str(CHAT), "telegram")).code
    assert photo.headers["content-disposition"] == f'attachment; filename="{code}-file_7.jpg"'
    assert photo.headers["content-type"] == "image/jpeg"
    assert photo.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert photo.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("fields", "called"),
    [
        ({"voice": MEDIA}, "Listen to the recording"),
        ({"document": MEDIA}, "Open the file"),
        ({"sticker": MEDIA | {"emoji": "😀"}}, "Open the file"),
    ],
)
async def test_each_attachment_is_called_by_what_it_is(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram, fields: dict[str, Any], called: str
) -> None:
    telegram.files["F1"] = File("x/file_1.oga", b"1")
    await sends(desk, telegram, **fields)
    name, address = await only_link(ana, case_id)
    assert (name, (await ana.get(address)).content) == (called, b"1")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("documents/page.html", "page.html"),
        ("documents/drawing.svg", "drawing.svg"),
        ('documents/a"; x=\r.exe', "a-x-.exe"),
        ("documents/решение.docx", "-.docx"),
        (f"documents/{'x' * 500}.doc", f"{'x' * 76}.doc"),
        ("documents/...", ""),
    ],
)
async def test_what_a_browser_could_run_has_no_type_and_a_harmless_name(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram, path: str, name: str
) -> None:
    telegram.files["F1"] = File(path, b"<script>1</script>")
    await sends(desk, telegram, document=MEDIA)
    file = await ana.get((await only_link(ana, case_id))[1])
    assert (file.status_code, file.headers["content-type"]) == (200, "application/octet-stream")
    given = file.headers["content-disposition"].removeprefix('attachment; filename="').removesuffix('"')
    assert len(given) <= 80
    assert given.isascii()
    assert not set(given) & set('";\r\n /\\')
    assert given.endswith(name[-60:])


async def test_who_is_not_signed_in_gets_nothing(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram
) -> None:
    await sends(desk, telegram, **PHOTO)
    _, address = await only_link(ana, case_id)
    before = len(telegram.made("getFile"))
    refused = await desk.browser().get(address)
    assert (refused.status_code, refused.headers["location"]) == (303, f"/desk/signin?next=/desk/case/{case_id}")
    assert b"photo" not in refused.content
    assert len(telegram.made("getFile")) == before


async def test_nothing_of_another_conversation_is_opened_under_a_case(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram
) -> None:
    await sends(desk, telegram, 502, text=WANTS_A_PERSON)
    await sends(desk, telegram, 502, **PHOTO)
    other = (await desk.case("502", "telegram")).id
    _, address = await only_link(ana, other)
    sequence = address.rpartition("/")[2]
    assert (await ana.get(address)).status_code == 200
    strange = [
        f"/desk/case/{case_id}/attachment/{sequence}",
        f"/desk/case/{'0' * 32}/attachment/{sequence}",
        f"/desk/case/{other}/attachment/{int(sequence) - 1}",
        *(f"/desk/case/{other}/attachment/{odd}" for odd in ("0", "-1", "9" * 18, "9" * 5000, "x", "١")),
        f"/desk/case/x/attachment/{sequence}",
    ]
    assert [(await ana.get(each)).status_code for each in strange] == [404] * len(strange)


async def test_what_cannot_be_fetched_is_told_on_a_page(
    desk: House,
    ana: httpx.AsyncClient,
    case_id: str,
    telegram: FakeTelegram,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level("DEBUG")
    await sends(desk, telegram, **PHOTO, caption="skrivnost")
    _, address = await only_link(ana, case_id)
    telegram.fail("file", Failure(502, body=f"no way to /file/bot{telegram.token}/photos".encode()))
    answers = [await ana.get(address)]
    telegram.files = {}
    answers.append(await ana.get(address))
    telegram.files = {"large": File("photos/file_7.jpg", b"1", told=30_000_000)}
    answers.append(await ana.get(address))
    assert [answer.status_code for answer in answers] == [502] * 3
    assert all("The file could not be fetched" in answer.text for answer in answers)
    assert all(f'href="/desk/case/{case_id}"' in answer.text for answer in answers)
    assert ["larger than 20 MB" in answer.text for answer in answers] == [False, False, True]
    logged = [record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite")]
    written = "\n".join(logged) + "".join(capsys.readouterr())
    assert "error-502" in written
    assert "skrivnost" not in written
    assert telegram.token.partition(":")[2] not in written + "".join(f"{each.headers}{each.text}" for each in answers)


async def test_a_channel_that_was_turned_off_is_told_on_a_page(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram, tmp_path: Path
) -> None:
    await sends(desk, telegram, **PHOTO)
    _, address = await only_link(ana, case_id)
    async with house(tmp_path) as without:
        refused = await (await without.signed_in("boris")).get(address)
    assert (refused.status_code, "did not hand it over" in refused.text) == (502, True)


async def test_a_closed_case_still_opens_its_attachments(
    desk: House, ana: httpx.AsyncClient, case_id: str, telegram: FakeTelegram
) -> None:
    await sends(desk, telegram, **PHOTO)
    _, address = await only_link(ana, case_id)
    assert (await fill_in(ana, case_id, "close")).status_code == 303
    assert (await ana.get(address)).status_code == 200
