"""Reading the desk's forms: urlencoded, few fields, and nothing in them that the database cannot hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.channels import uploads
from bot.model.attached import Upload

#: More fields than the largest form has: an answer with fifty facts, each with what the page had shown of it.
_MOST_FIELDS = 2000


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed into the fields of a case and has not gone out yet.

    ``seen`` is the last line that the page had shown; what came after is marked as new (None: nothing is). ``fields`` are all
    fields of the form as they came, for the panels of the page to show again. ``again``: the page is to be shown although
    nothing is typed, because a panel was asked to show something. ``upload`` is a file that was chosen, where one is taken.
    """

    typed: str = ""
    noted: str = ""
    seen: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    again: bool = False
    upload: Upload | None = None

    def __bool__(self) -> bool:
        return bool(self.typed.strip() or self.noted.strip() or self.again)


NOTHING_KEPT = Kept()


async def read(request: Request) -> Mapping[str, str]:
    """Return the fields of the posted form, a line break as one character.

    Raises `HTTPException` (400) when it is no urlencoded form. Bytes that are no UTF-8 become U+FFFD.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise HTTPException(400)
    body = (await request.body()).decode("ascii", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise HTTPException(400) from error
    return {name: value.replace("\r\n", "\n") for name, value in reversed(pairs)}


async def read_with_file(request: Request) -> tuple[Mapping[str, str], Upload | None]:
    """Return the fields of a form that may bring a file, and the file. Raises as `read`."""
    if not uploads.is_multipart(request):
        return await read(request), None
    try:
        posted = await uploads.read(request)
    except uploads.Malformed as error:
        raise HTTPException(400) from error
    return posted.fields, posted.file


def number(form: Mapping[str, str], name: str) -> int:
    """Return a whole number that one of our own pages put into a hidden field.

    Raises `HTTPException` (400) when it is none.
    """
    value = form.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) < 16):  # noqa: PLR2004 - what a 64-bit number can take
        raise HTTPException(400)
    return int(value)
