"""Reading the form of one message: what is too long, empty or no form at all is refused with a reason, never with a crash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.channels import uploads
from bot.channels.webchat.visitor import is_token, new_token
from bot.language.text import MAX_CHARACTERS, clean
from bot.model.attached import Unwanted, Upload
from bot.model.library import LANGUAGES

#: A form has four fields; more are somebody's experiment.
_MOST_FIELDS = 20
#: As long as a button's payload may be.
_LONGEST_PRESS = 64


class Fault(StrEnum):
    """Why a form is refused, why what it holds could not be stored (``UNKEPT``), or why its answer is not seen (``COOKIE``).

    ``WAITING``: earlier ones of this visitor wait for an answer; ``CROWDED``: very many people write just now;
    ``BUSY`` is no fault: it was taken, and the answer takes longer.
    """

    EMPTY = "empty"
    TOO_LONG = "too-long"
    MALFORMED = "malformed"
    UNKEPT = "unkept"
    FILE = "file"
    COOKIE = "cookie"
    WAITING = "waiting"
    CROWDED = "crowded"
    BUSY = "busy"


class FormError(Exception):
    """A form is refused. ``typed`` is what the resident wrote, to be shown again; it belongs in no log.

    ``unwanted`` is why a file is not taken.
    """

    def __init__(self, fault: Fault, typed: str = "", unwanted: Unwanted | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.typed = typed
        self.unwanted = unwanted


@dataclass(frozen=True, slots=True)
class Said:
    """One message as its form holds it, cleaned: a text, the payload of a button, or a file with or without a text.

    ``form_id`` is the form's one-time id. ``hint`` is the language of the page.
    """

    form_id: str
    text: str
    press: str
    hint: str | None
    file: Upload | None = None

    @property
    def identity(self) -> str:
        """What makes it this message and no other, of those that the same form could bring."""
        said = self.press or self.text
        return said if self.file is None else f"{said} {hashlib.sha256(self.file.content).hexdigest()}"


async def read(request: Request) -> Said:
    """Read the posted form.

    Raises `FormError`.
    """
    fields, file = await _fields(request)
    form_id = fields.get("id", "")
    typed, press, language = fields.get("text", ""), clean(fields.get("press", "")), fields.get("lang", "")
    if len(press.encode()) > _LONGEST_PRESS:
        raise FormError(Fault.MALFORMED)
    if len(typed.replace("\r\n", "\n").strip()) > MAX_CHARACTERS:
        raise FormError(Fault.TOO_LONG, typed)
    text = "" if press else clean(typed)
    if not press and not text and file is None:
        raise FormError(Fault.EMPTY)
    hint = language if language in LANGUAGES else None
    return Said(form_id if is_token(form_id) else new_token(), text, press, hint, None if press else file)


async def _fields(request: Request) -> tuple[Mapping[str, str], Upload | None]:
    if uploads.is_multipart(request):
        try:
            posted = await uploads.read(request)
        except uploads.Malformed as error:
            raise FormError(Fault.MALFORMED) from error
        return posted.fields, posted.file
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise FormError(Fault.MALFORMED)
    body = await request.body()
    try:
        # Bytes that are no UTF-8, lone surrogates among them, become U+FFFD.
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="replace")
    except ValueError as error:
        raise FormError(Fault.MALFORMED) from error
    return dict(reversed(pairs)), None
