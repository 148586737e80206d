"""Photos and files on the residents' page, both ways, without scripts."""

from __future__ import annotations

import re
from io import BytesIO

import httpx
import pytest
from PIL import Image

from bot.channels.webchat import files
from bot.model.attached import LARGEST
from tests.channels.webchat.test_page import JSON, form_id
from tests.support.files import archive, paper, photo

HOME = "http://chat.test"


async def attach(browser: httpx.AsyncClient, name: str, content: bytes, text: str = "", **headers: str) -> httpx.Response:
    """Send the form of the page with a file chosen in it."""
    page = (await browser.get("/")).text
    fields = {"id": form_id(page), "lang": "", "text": text}
    chosen = {"file": (name, content, "application/x-made-up")}
    return await browser.post("/message", data=fields, files=chosen, headers=headers, follow_redirects=True)


def shown(page: str) -> list[str]:
    """Return the addresses of the files on a page."""
    return re.findall(r'<a href="(/file/[0-9a-f]{32})"', page)


async def test_a_photo_is_sent_with_a_text_and_shown_to_whoever_sent_it(browser_on_each: httpx.AsyncClient) -> None:
    page = (await attach(browser_on_each, "moj dom.jpg", photo(), "To je odločba.")).text
    (address,) = shown(page)
    assert f'<img src="{address}" alt="Photo: moj dom.jpg" loading="lazy">' in page
    assert "To je odločba." in page

    given = await browser_on_each.get(address)
    assert (given.status_code, given.headers["content-type"]) == (200, "image/jpeg")
    assert given.headers["content-disposition"] == "attachment; filename=\"file\"; filename*=UTF-8''moj%20dom.jpg"
    assert given.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"
    kept = Image.open(BytesIO(given.content))
    assert (kept.size, dict(kept.getexif())) == ((40, 60), {})


async def test_a_paper_needs_no_text_and_no_cookie_from_before(browser: httpx.AsyncClient) -> None:
    page = (await attach(browser, "решение.pdf", paper())).text
    (address,) = shown(page)
    assert "File: решение.pdf" in page
    assert "A button was pressed" not in page
    assert (await browser.get(address)).content == paper()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("virus.jpg", b"MZ\x90\x00\x03", "Files of this kind are not taken."),
        ("vloga.docx", archive("[Content_Types].xml"), "Please save it as PDF and send that."),
        ("IMG_1.HEIC", b"\x00\x00\x00\x18ftypheic" + bytes(9), "Please send it as JPEG"),
        ("vloga.pdf", paper(OpenAction={"S": "/JavaScript"}), "holds a program or another file"),
        ("prazno.txt", b"", "This file is empty."),
        ("film.mp4", bytes(LARGEST + 5_000_000), "This file is too large. Please send one of at most 10 MB."),
    ],
)
async def test_what_is_not_taken_is_told_and_what_was_typed_stays(
    browser: httpx.AsyncClient, name: str, content: bytes, told: str
) -> None:
    refused = await attach(browser, name, content, "Prosim poglejte\n<to>")
    assert refused.status_code == 422
    assert told in refused.text
    assert "Prosim poglejte\n&lt;to&gt;</textarea>" in refused.text
    assert "set-cookie" not in refused.headers
    assert not re.search(r'<article id="m\d+"', refused.text)
    by_script = await attach(browser, name, content, "Prosim poglejte", **JSON)
    assert (by_script.status_code, told in by_script.json()["error"]) == (422, True)


async def test_nothing_chosen_and_nothing_typed_is_nothing_to_send(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text
    empty = {"file": ("", b"", "application/octet-stream")}
    refused = await browser.post("/message", data={"id": form_id(page), "text": " "}, files=empty)
    assert (refused.status_code, "Please write your message first." in refused.text) == (422, True)
    sent = await browser.post("/message", data={"id": form_id(page), "text": "samo besedilo"}, files=empty, follow_redirects=True)
    assert (sent.status_code, "samo besedilo" in sent.text, shown(sent.text)) == (200, True, [])


async def test_the_same_form_sent_twice_is_one_message_and_another_file_another(browser_on_each: httpx.AsyncClient) -> None:
    page = (await browser_on_each.get("/")).text
    for content in (b"ena", b"ena", b"dve"):
        fields, chosen = {"id": form_id(page), "text": "Glejte"}, {"file": ("a.txt", content, "text/plain")}
        answer = await browser_on_each.post("/message", data=fields, files=chosen, follow_redirects=True)
    assert [(await browser_on_each.get(each)).content for each in shown(answer.text)] == [b"ena", b"dve"]


async def test_only_who_sent_a_file_is_given_it(browser_on_each: httpx.AsyncClient) -> None:
    (address,) = shown((await attach(browser_on_each, "a.txt", b"skrivnost")).text)
    app = browser_on_each._transport
    async with httpx.AsyncClient(transport=app, base_url=HOME) as other:
        assert (await other.get(address)).status_code == 404
        await attach(other, "b.txt", b"drugo")
        assert (await other.get(address)).status_code == 404
    for odd in ("0" * 32, "x", address.upper()[6:], "..%2F..%2Fetc"):
        assert (await browser_on_each.get(f"/file/{odd}")).status_code == 404
    assert (await browser_on_each.get(address)).content == b"skrivnost"


async def test_whoever_has_everything_deleted_has_the_files_deleted(browser_on_each: httpx.AsyncClient) -> None:
    (address,) = shown((await attach(browser_on_each, "a.txt", b"skrivnost")).text)
    page = (await browser_on_each.get("/")).text
    forgotten = await browser_on_each.post("/message", data={"id": form_id(page), "press": "forget"}, follow_redirects=True)
    assert shown(forgotten.text) == []
    assert (await browser_on_each.get(address)).status_code == 404


async def test_a_great_many_files_in_a_day_are_too_many(browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_IN_A_DAY", 2)
    for number in range(2):
        await attach(browser, "a.txt", b"%d" % number)
    refused = await attach(browser, "a.txt", b"3", "in to")
    assert (refused.status_code, "a lot of files for one day" in refused.text) == (422, True)
    assert len(shown(refused.text)) == 2
    assert ">\nin to</textarea>" in refused.text


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=text\r\n\r\nunfinished"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; " + b"y" * 9000 + b"\r\n\r\n\r\n--x--\r\n"),
        ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 200 + b"--x--\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"a: b\r\n" * 200 + b"\r\n1\r\n--x--\r\n"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n' + b"a" * 1_000_001 + b"\r\n--x--\r\n",
        ),
    ],
)
async def test_what_is_no_form_is_refused(browser: httpx.AsyncClient, media_type: str, body: bytes) -> None:
    refused = await browser.post("/message", content=body, headers={"Content-Type": media_type})
    assert refused.status_code in (400, 422)


async def test_where_nobody_looks_at_files_none_is_offered_or_taken(browser: httpx.AsyncClient) -> None:
    from bot.channels.webchat.form import Said
    from bot.model.attached import UnknownKind, Upload

    assert 'type="file"' in (await browser.get("/")).text
    with pytest.raises(UnknownKind):
        await files.tidied(Said("", "", "", None, Upload("a.txt", b"1")), None)
