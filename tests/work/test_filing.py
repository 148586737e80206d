"""Files that people send: what is kept of them is harmless, and tells nothing but what can be seen."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from bot.model.attached import JPEG, LARGEST, PDF, PNG, TEXT, Dangerous, TooLarge, UnknownKind, Unwanted, Why
from bot.work.filing import tidied
from bot.work.pictures import LONGEST_SIDE
from tests.support.files import archive, paper, photo, picture, written


def _why(content: bytes, name: str = "x.jpg") -> tuple[type[Unwanted], Why]:
    with pytest.raises(Unwanted) as caught:
        tidied(content, name)
    return type(caught.value), caught.value.why


def _opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_of(width: int, height: int) -> bytes:
    """Return a PNG that says it is so large, and holds next to nothing."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(b"\x00" * 100)) + _chunk(b"IEND", b"")


def test_a_photo_loses_where_it_was_taken_and_stands_upright() -> None:
    before = photo()
    assert _opened(before).getexif().get_ifd(0x8825)
    kept = tidied(before, "IMG_2031.JPG")
    after = _opened(kept.content)

    assert (kept.name, kept.media_type, after.format) == ("IMG_2031.jpg", JPEG, "JPEG")
    assert (dict(after.getexif()), after.info.keys() & {"exif", "comment", "icc_profile"}) == ({}, set())
    assert b"camera" not in kept.content
    assert b"my flat" not in kept.content
    assert after.size == (40, 60)
    # Turned by a quarter to the right, the red half is the upper one.
    assert [after.getpixel((20, at)) for at in (10, 50)] == [pytest.approx((254, 0, 0), abs=3), pytest.approx((255,) * 3, abs=3)]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (picture("PNG"), PNG),
        (picture("PNG", mode="P"), PNG),
        (picture("PNG", mode="1"), PNG),
        (picture("PNG", mode="I;16"), PNG),
        (picture("PNG", mode="LA"), PNG),
        (picture("JPEG", mode="CMYK"), JPEG),
        (picture("JPEG", mode="L"), JPEG),
        (picture("WEBP"), JPEG),
        (picture("WEBP", mode="LA"), PNG),
    ],
)
def test_pictures_of_each_kind_are_taken(content: bytes, media_type: str) -> None:
    kept = tidied(content, "x")
    assert (kept.media_type, _opened(kept.content).size) == (media_type, (60, 40))


def test_a_large_picture_is_made_smaller() -> None:
    kept = tidied(picture(size=(5000, 100)), "wide.jpg")
    assert _opened(kept.content).size == (LONGEST_SIDE, 82)


def test_what_hangs_on_a_picture_is_left_behind() -> None:
    for form in ("JPEG", "PNG", "WEBP"):
        kept = tidied(picture(form) + archive("run.exe") + b"<script>alert(1)</script>", "both.jpg")
        assert b"run.exe" not in kept.content
        assert b"<script>" not in kept.content
    kept = tidied(picture("PNG", pnginfo=_comment("<?php system('x')")), "x.png")
    assert b"php" not in kept.content


def _comment(text: str) -> object:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", text)
    return info


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000), (2**31 - 1, 1)])
def test_a_picture_far_larger_than_it_seems_is_refused(size: tuple[int, int]) -> None:
    assert _why(_png_of(*size)) == (Dangerous, Why.TOO_LARGE)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8\xff",
        picture()[:-400],
        picture("PNG")[:60],
        picture("WEBP")[:30],
        b"\xff\xd8\xff<html><script>alert(1)</script>",
        b"RIFF\x00\x00\x00\x00WEBP" + bytes(100),
        _png_of(0, 0),
        b"%PDF-1.7\n" + bytes(100),
        b"%PDF-1.7\nnothing\n%%EOF",
    ],
)
def test_what_is_broken_or_only_begins_like_a_picture_or_paper_is_refused(content: bytes) -> None:
    assert _why(content)[1] is Why.BROKEN


def test_noise_never_does_more_than_be_refused() -> None:
    dice = random.Random(1)  # noqa: S311 - no secret
    for whole in (photo((300, 200)), picture("PNG"), picture("WEBP"), paper()):
        for _ in range(60):
            spoiled = bytearray(whole)
            for _ in range(dice.randrange(1, 12)):
                spoiled[dice.randrange(5, len(spoiled))] = dice.randrange(256)
            try:
                tidied(bytes(spoiled), "x")
            except Unwanted:
                continue


def test_a_paper_is_kept_as_it_is() -> None:
    content = paper()
    kept = tidied(content, "Odločba št. 12/2026.pdf")
    assert (kept.name, kept.media_type, kept.content) == ("2026.pdf", PDF, content)
    assert tidied(content + b"\n \x00\n", "Odločba.PDF").name == "Odločba.pdf"
    assert len(PdfReader(BytesIO(kept.content)).pages) == 1


@pytest.mark.parametrize(
    "root",
    [
        {"OpenAction": {"S": "/JavaScript", "JS": "/x"}},
        {"AA": {"WC": {"S": "/Launch", "F": "/cmd"}}},
        {"AcroForm": {"XFA": "/x"}},
        {"OpenAction": {"S": "/SubmitForm"}},
        {"Unused": {"Type": "/EmbeddedFile"}},
    ],
)
def test_a_paper_that_does_something_is_refused(root: dict[str, object]) -> None:
    assert _why(paper(**root), "form.pdf") == (Dangerous, Why.ACTIVE)


def test_a_paper_that_hides_what_it_does_is_refused() -> None:
    plain = paper(OpenAction={"S": "/JavaScript"})
    assert b"/JavaScript" in plain
    assert _why(plain.replace(b"/JavaScript", b"/J#61vaScr#69pt"))[1] is Why.ACTIVE
    # In a stream of compressed objects, where the name stands nowhere to be read.
    content = _compressed()
    assert b"JavaScript" not in content
    assert _why(content) == (Dangerous, Why.ACTIVE)


def _compressed() -> bytes:
    """Return a PDF 1.5 whose catalog, with a script, stands in an object stream."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    offsets, body = b"", b""
    for number, each in enumerate(objects, 1):
        offsets += b"%d %d " % (number, len(body))
        body += each + b" "
    stream = zlib.compress(offsets + body)
    head = b"%PDF-1.5\n"
    packed = b"4 0 obj<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(offsets), len(stream))
    packed += stream + b"\nendstream endobj\n"
    rows = [(0, 0, 0), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(head), 0), (1, len(head) + len(packed), 0)]
    table = b"".join(struct.pack(">BHB", *row) for row in rows)
    xref = b"5 0 obj<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(table) + table + b"\nendstream endobj\n"
    return head + packed + xref + b"startxref\n%d\n%%%%EOF" % (len(head) + len(packed))


def test_a_paper_with_a_file_in_it_is_refused() -> None:
    writer = PdfWriter()
    writer.add_attachment("invoice.xml", b"<x/>")
    assert _why(written(writer)) == (Dangerous, Why.ACTIVE)


def test_a_paper_that_asks_for_a_password_is_refused() -> None:
    writer = PdfWriter()
    writer.encrypt("secret", algorithm="RC4-128")
    assert _why(written(writer)) == (Dangerous, Why.LOCKED)


@pytest.mark.parametrize("more", [archive("run.exe"), b"<script>alert(1)</script>", b"MZ\x90"])
def test_a_paper_that_is_something_else_as_well_is_refused(more: bytes) -> None:
    assert _why(paper() + more) == (Dangerous, Why.ACTIVE)
    assert _why(more + paper())[1] is not None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), (UnknownKind, Why.OFFICE)),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), (UnknownKind, Why.OFFICE)),
        (b"{\\rtf1 hello}", (UnknownKind, Why.OFFICE)),
        (archive("a.txt"), (UnknownKind, Why.UNKNOWN)),
        (b"\x1f\x8b\x08" + bytes(range(90)), (UnknownKind, Why.UNKNOWN)),
        (b"MZ\x90\x00\x03\x00\x00\x00", (UnknownKind, Why.UNKNOWN)),
        (b"\x7fELF\x02\x01\x01\x00", (UnknownKind, Why.UNKNOWN)),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", (UnknownKind, Why.HEIC)),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", (UnknownKind, Why.UNKNOWN)),
        (b"GIF89a\x01\x00\x01\x00\x80\x00\x00", (UnknownKind, Why.UNKNOWN)),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', (Dangerous, Why.ACTIVE)),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>hello", (Dangerous, Why.ACTIVE)),
        (b"hello < Script >alert(1)", (Dangerous, Why.ACTIVE)),
        (b"#!/bin/sh\nrm -rf /", (Dangerous, Why.ACTIVE)),
        ("Живео".encode("cp1251"), (UnknownKind, Why.UNKNOWN)),
        (b"", (UnknownKind, Why.EMPTY)),
        (b" \n", (UnknownKind, Why.EMPTY)),
        (bytes(LARGEST + 1), (TooLarge, Why.TOO_LARGE)),
    ],
)
@pytest.mark.parametrize("name", ["photo.jpg", "paper.pdf"])
def test_what_is_of_no_kind_that_we_take_is_refused_whatever_it_is_called(
    content: bytes, expected: tuple[type[Unwanted], Why], name: str
) -> None:
    assert _why(content, name) == expected


def test_a_text_is_kept_without_its_mark() -> None:
    kept = tidied("\ufeffDober dan,\r\n2 < 3, здравей".encode(), "note.bat")
    assert (kept.name, kept.media_type, kept.content) == ("note.txt", TEXT, "Dober dan,\r\n2 < 3, здравей".encode())


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("receipt.pdf.exe", "receipt-pdf.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\Ana\\slika 1.png", "slika 1.jpg"),
        ("решение № 5.jpeg", "решение - 5.jpg"),
        ('a"\r\nSet-Cookie: x;.jpg', "a-Set-Cookie- x.jpg"),
        ("gpj.\u202eexe", "gpj.jpg"),
        ("z\u030ce.jpg", "že.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "file.jpg"),
        ("???", "file.jpg"),
        ("x" * 500 + ".png", "x" * 80 + ".jpg"),
    ],
)
def test_a_name_keeps_its_words_and_gets_the_ending_of_what_it_is(name: str, kept: str) -> None:
    assert tidied(picture(), name).name == kept
