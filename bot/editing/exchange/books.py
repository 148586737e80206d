"""Workbooks as plain values, and the process apart in which they become XLSX files and are read from them.

An XLSX file is a ZIP file of XML, and who sends one may mean harm: it is opened by a child process with limits of time and
memory, and only what stands in its cells comes back. ``python -m bot.editing.exchange.excel`` is that process.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.editing.exchange.services import Unreadable
from bot.editing.problems import sentence

#: Bytes of a file that is looked at, and seconds that this may take.
LARGEST = 20_000_000
_SECONDS = 60.0
_ROOT = Path(__file__).parents[3]

#: Why a file was not read, by the word that the child process says.
_WHY: Mapping[str, str] = {
    "no-xlsx": sentence("this is no XLSX spreadsheet; save it in Excel or LibreOffice as .xlsx"),
    "locked": sentence("the spreadsheet is protected by a password"),
    "macros": sentence("the spreadsheet holds macros; save it as .xlsx without them"),
    "too-large": sentence("the spreadsheet is too large"),
    "broken": sentence("the spreadsheet is damaged and cannot be read"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: ``text`` as typed, or a number or day that the program made of it; ``kind`` tells which.

    Kinds are ``text``, ``number``, ``day``, ``formula`` and ``error``; an empty cell is no cell.
    """

    text: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its key, what stands above it, its width in letters, and whether it is only to be read."""

    key: str
    heading: str
    width: int = 20
    fixed: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. ``rows`` have a text for each column; None is an empty cell."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """A sheet as it came back: by row number (as the program shows it) what stands in the columns, by their keys.

    ``missing`` are the headings of columns that are gone, ``letters`` the letter of each column that is there.
    """

    key: str
    title: str
    rows: Mapping[int, Mapping[str, Cell]]
    missing: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)


async def write(sheets: tuple[Sheet, ...], about: Mapping[str, str]) -> bytes:
    """Return ``sheets`` as an XLSX file; ``about`` is kept in it and comes back with it."""
    order = {"about": dict(about), "sheets": [{**asdict(sheet), "title": _fit(sheet.title)} for sheet in sheets]}
    code, out = await _apart("write", json.dumps(order).encode())
    if code != 0:
        raise RuntimeError(f"the spreadsheet could not be written: {code}")
    return out


async def read(content: bytes) -> tuple[Mapping[str, ReadSheet], Mapping[str, str]]:
    """Return the sheets of an XLSX file that `write` made, by their keys, and what was kept in it. Raises `Unreadable`."""
    if len(content) > LARGEST:
        raise Unreadable(_WHY["too-large"])
    code, out = await _apart("read", content)
    try:
        told: Any = json.loads(out) if code == 0 else {"why": "too-large"}
    except ValueError:
        told = {"why": "broken"}
    if "why" in told:
        raise Unreadable(_WHY[told["why"]])
    if not told["about"]:
        raise Unreadable(sentence("this spreadsheet was not made here: export one first, and change that"))
    sheets = [
        ReadSheet(
            sheet["key"],
            sheet["title"],
            {int(row): {key: Cell(*cell) for key, cell in cells.items()} for row, cells in sheet["rows"].items()},
            tuple(sheet["missing"]),
            sheet["letters"],
        )
        for sheet in told["sheets"]
    ]
    return {sheet.key: sheet for sheet in sheets}, told["about"]


def _fit(title: str) -> str:
    """Return a title that a sheet may have: 31 characters, and none that means something in a formula."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip()


async def _apart(task: str, given: bytes) -> tuple[int | None, bytes]:
    """Return how the child process ended and what it wrote; one that takes too long is ended."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.editing.exchange.excel", task),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # what it complains about may stand in the file
        env={"PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)]), "PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, _ = await child.communicate(given)
    except TimeoutError:
        return None, b""
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode, out
