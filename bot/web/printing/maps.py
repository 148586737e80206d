"""Where an address is on a map: a plain link, and the same as a code that a phone reads."""

from __future__ import annotations

import io
import re
from urllib.parse import quote_plus

import segno

from bot.model.library import Library, Office

_SEARCH = "https://www.openstreetmap.org/search?query="
#: Marks in addresses that a search takes for something else.
_MARKS = re.compile(r"[\"„“”«»№]")


def link(office: Office, library: Library) -> str:
    """Return the address of a search for an office on the map; empty where no address is known."""
    if not office.address:
        return ""
    place = library.places.get(office.place or "")
    wanted = " ".join(_MARKS.sub(" ", office.address).split())
    if place is not None and place.name not in wanted:
        wanted = f"{wanted}, {place.name}"
    return _SEARCH + quote_plus(wanted)


def code(address: str) -> str:
    """Return the code of a web address as SVG, black on white whatever is around it."""
    written = io.BytesIO()
    made = segno.make_qr(address, error="m")
    made.save(written, kind="svg", border=2, light="#fff", omitsize=True, xmldecl=False, nl=False)
    return written.getvalue().decode()
