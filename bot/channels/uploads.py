"""Reading a form that may bring a file. It is read as it comes, and of a file no more is kept than may be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from bot.model.attached import LARGEST, Unwanted, Upload, Why

#: What a browser's chooser offers. Phones turn their own photo format into JPEG where only that is wanted.
ACCEPTED = "image/jpeg,image/png,image/webp,application/pdf,text/plain"

#: More parts and longer fields than the largest form has, and longer headers than browsers write.
_MOST_PARTS, _MOST_TEXT, _MOST_HEADERS = 120, 1_000_000, 8_000

_MEGABYTE = 1024 * 1024


class Malformed(Exception):  # noqa: N818 - a word of the house
    """What was posted is no form, or one that none of our pages has."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A form: its fields, a line break as one character, and the file that was chosen, if one was."""

    fields: Mapping[str, str]
    file: Upload | None


def is_multipart(request: Request) -> bool:
    """Tell whether ``request`` brings such a form."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "multipart/form-data"


async def read(request: Request) -> Posted:
    """Read a form, the first of each field and the first file; bytes that are no UTF-8 become U+FFFD. Raises `Malformed`.

    A file that is too large is read to its end but kept only to one byte above what is taken: so its sender gets an answer, with
    what they typed, where a connection that is cut would give them none.
    """
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Malformed
    form = _Form()
    try:
        parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type]  # its own type is closed to methods
        async for chunk in request.stream():
            parser.write(chunk)
        parser.finalize()
    except FormParserError:
        raise Malformed from None
    return form.posted()


def advice(unwanted: Unwanted, say: NullTranslations) -> str:
    """Return the sentence for a file that was not taken: why, and what to do."""
    match unwanted.why:
        case Why.TOO_LARGE:
            return say.gettext("This file is too large. Please send one of at most %(most)s MB.") % {"most": LARGEST // _MEGABYTE}
        case Why.TOO_MANY:
            return say.gettext("That is a lot of files for one day. Please send the others tomorrow, or bring them with you.")
        case Why.OFFICE:
            return say.gettext("Documents of word processors are not taken. Please save it as PDF and send that.")
        case Why.HEIC:
            return say.gettext(
                "This photo is in a format that we cannot open. Please send it as JPEG, or take a screenshot of it."
            )
        case Why.ACTIVE:
            return say.gettext(
                "This file holds a program or another file, so it was not taken. Please send a photo of it, or print it to a new"
                " PDF."
            )
        case Why.LOCKED:
            return say.gettext("This file asks for a password. Please save it without one and send it again.")
        case Why.EMPTY:
            return say.gettext("This file is empty. Please choose another one.")
        case Why.BROKEN | Why.SLOW:
            return say.gettext("This file could not be read. Please send a photo of it, or save it anew.")
        case Why.UNKNOWN:
            return say.gettext("Files of this kind are not taken. Please send a photo (JPEG or PNG), a PDF or a plain text.")


@dataclass
class _Form:
    """The form as it comes in, part by part."""

    fields: dict[str, bytes] = field(default_factory=dict)
    files: list[Upload] = field(default_factory=list)
    parts: int = 0
    text: int = 0
    name: str = ""
    filename: str | None = None
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)

    def callbacks(self) -> dict[str, object]:
        """Return what the parser is to call."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add(self.header, data[start:end], _MOST_HEADERS),
            "on_header_value": lambda data, start, end: self._add(self.value, data[start:end], _MOST_HEADERS),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def posted(self) -> Posted:
        """Return the form as a value."""
        fields = {name: value.decode("utf-8", "replace").replace("\r\n", "\n") for name, value in self.fields.items()}
        return Posted(fields, self.files[0] if self.files else None)

    def _begin(self) -> None:
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise Malformed
        self.headers, self.body, self.name, self.filename = [], bytearray(), "", None

    def _add(self, to: bytearray, data: bytes, most: int) -> None:
        to += data
        if len(to) > most:
            raise Malformed

    def _header_ends(self) -> None:
        self.headers.append((bytes(self.header).lower(), bytes(self.value)))
        self.header, self.value = bytearray(), bytearray()
        if len(self.headers) > _MOST_PARTS:
            raise Malformed

    def _headers_end(self) -> None:
        disposition = next((value for name, value in self.headers if name == b"content-disposition"), b"")
        _, options = parse_options_header(disposition)
        self.name = options.get(b"name", b"").decode("utf-8", "replace")
        name = options.get(b"filename")
        self.filename = None if name is None else name.decode("utf-8", "replace")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self.filename is None:
            self.text += end - start
            if self.text > _MOST_TEXT:
                raise Malformed
            self.body += data[start:end]
        elif not self.files:  # of one file alone is anything kept
            self.body += data[start : min(end, start + LARGEST + 1 - len(self.body))]

    def _end(self) -> None:
        if self.filename is None:
            self.fields.setdefault(self.name, bytes(self.body))
        elif not self.files and (self.filename or self.body):  # a field where no file was chosen has neither
            self.files.append(Upload(self.filename, bytes(self.body)))
