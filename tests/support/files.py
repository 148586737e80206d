"""Files for tests: pictures, papers and what only looks like them."""

from __future__ import annotations

import zipfile
from io import BytesIO

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject

#: The tag of the place where a photo was taken, and of the way up that the camera was held: Exif 2.32.
GPS, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x0110


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    """Return a picture whose left half is red and whose right half is white, or lets through what its mode lets through."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    drawn = drawn.convert(mode)
    if mode.endswith("A"):
        drawn.putalpha(Image.linear_gradient("L").resize(size))
    out = BytesIO()
    drawn.save(out, form, **options)
    return out.getvalue()


def photo(size: tuple[int, int] = (60, 40)) -> bytes:
    """Return a photo that tells where it was taken and by which camera, and that is to be shown turned by a quarter."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[CAMERA] = "A camera of somebody"
    exif.get_ifd(GPS).update({1: "N", 2: (46.0, 3.0, 5.0), 3: "E", 4: (14.0, 30.0, 21.0)})
    return picture(size=size, exif=exif, comment=b"my flat")


def paper(**root: object) -> bytes:
    """Return a PDF of one page; ``root`` are entries of its root: ``OpenAction={...}``."""
    return written(PdfWriter(), **root)


def written(writer: PdfWriter, **root: object) -> bytes:
    """Return what ``writer`` holds, with one more page."""
    writer.add_blank_page(200, 200)
    for name, value in root.items():
        writer.root_object[NameObject(f"/{name}")] = as_pdf(value)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def as_pdf(value: object) -> object:
    """Return dictionaries and names as a PDF has them."""
    if isinstance(value, dict):
        return DictionaryObject({NameObject(f"/{name}"): as_pdf(item) for name, item in value.items()})
    return NameObject(value)


def archive(*names: str) -> bytes:
    """Return a ZIP archive with files of these names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "content")
    return out.getvalue()
