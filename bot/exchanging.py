"""Services of the newest edition in the formats of the field, and a look into files of others, on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot import carrying, clock
from bot.editing.exchange import apart, cpsv_write, hsds_write, placing
from bot.editing.exchange.gathering import gather
from bot.editing.exchange.reading import LARGEST
from bot.editing.exchange.services import Remark, Unreadable, shortened
from bot.language.phrases import Phrases
from bot.settings import Settings, shipped

#: The formats by the word that names them.
FORMATS = ("cpsv", "hsds")


async def write(settings: Settings, file: Path, form: str, language: str, country: str | None) -> str:
    """Write the services of the newest edition to ``file`` and return what could not be written, and how many were.

    Raises `bot.carrying.CarryError`.
    """
    number, library = await carrying.newest(settings)
    now = clock.now()
    gathered = gather(library, Phrases.load(shipped("locales")), now, country=country, public_url=settings.public_url)
    whole = gathered.directory
    made = cpsv_write.write(whole) if form == "cpsv" else hsds_write.write(whole, language, now)
    _put(file, made.content)
    left_out = {remark.node for remark in made.remarks}
    told = [*_lines(gathered.remarks), *_lines(made.remarks)]
    count = len(whole.services) - len(left_out)
    return "\n".join([*told, f"{file} holds {count} services of edition {number}; {len(left_out)} were left out."])


async def look(settings: Settings, file: Path, language: str, country: str) -> str:
    """Return what is to be known about a file of services, and what it would change. Nothing is changed.

    Raises `bot.carrying.CarryError`.
    """
    with file.open("rb") as opened:
        content = opened.read(LARGEST + 1)
    try:
        told = await apart.read(content, language, country)
    except Unreadable as refused:
        raise carrying.CarryError(f"{file}: {refused}") from None
    number, library = await carrying.newest(settings)
    proposal = placing.changes(told.directory, library, Phrases.load(shipped("locales")), clock.now())
    others = placing.foreign(told.directory, library)
    lines = [*_lines(told.remarks), *_lines(proposal.remarks)]
    lines += [f"  changed  {file_of}  ({'.'.join(map(str, path))})" for file_of, path in proposal.values]
    names = [shortened(next(iter(each.names.values()), each.identifier or each.id)) for each in others]
    lines += [f"  of others  {name}" for name in names]
    counted = f"{len(proposal.values)} changes of edition {number}, {len(others)} services of others"
    return "\n".join([*lines, f"{file}: {counted}. Nothing was changed: bring the file to /desk/exchange to make a draft of it."])


def _put(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise carrying.CarryError(f"{file} could not be written: {error.strerror}") from None


def _lines(remarks: Iterable[Remark]) -> list[str]:
    return [str(remark) for remark in remarks]
