"""The process apart that writes and reads XLSX files: ``python -m bot.editing.exchange.excel write`` (or ``read``).

It takes JSON or a file from its standard input and writes a file or JSON to its standard output. It inherits no settings and no
secrets, and has limits of memory and time.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

#: Bytes of memory and seconds of a processor. Writing 30,000 examples takes about ten seconds.
_MEMORY, _SECONDS = 1024**3, 60
#: A file is a bomb when it unpacks to more than this, or holds more parts or cells than any of ours.
_UNPACKED, _PARTS, _CELLS = 300_000_000, 2_000, 3_000_000
_MOST_COLUMNS = 40

#: The sheet that says what the others are; no program shows it.
_KEY = "infopoint"
_GREY = PatternFill("solid", fgColor="EEEEEE")
_TEXT = "@"


def main() -> None:
    """Do what the first argument says."""
    _limit()
    if sys.argv[1] == "write":
        sys.stdout.buffer.write(written(json.loads(sys.stdin.buffer.read())))
    else:
        sys.stdout.buffer.write(json.dumps(read(sys.stdin.buffer.read())).encode())


def written(order: dict[str, Any]) -> bytes:
    """Return the workbook that ``order`` describes; see `bot.editing.exchange.books.write`."""
    book = Workbook(write_only=True)
    keys = [["about", key, value] for key, value in order["about"].items()]
    for sheet in order["sheets"]:
        keys.append(["sheet", sheet["key"], sheet["title"]])
        keys.extend(["column", sheet["key"], column["key"], column["heading"]] for column in sheet["columns"])
        _fill(book.create_sheet(sheet["title"]), sheet["columns"], sheet["rows"])
    hidden = book.create_sheet(_KEY)
    hidden.sheet_state = "veryHidden"
    for row in keys:
        hidden.append([_cell(hidden, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, columns: list[dict[str, Any]], rows: list[list[str | None]]) -> None:  # noqa: ANN401 - as below
    sheet.freeze_panes = "B2"
    for number, column in enumerate(columns, 1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width, dimension.hidden = column["width"], column["hidden"]
    headings = []
    for column in columns:
        cell = _cell(sheet, column["heading"])
        cell.font = Font(bold=True)
        headings.append(cell)
    sheet.append(headings)
    for row in rows:
        cells = []
        for column, text in zip(columns, row, strict=True):
            cell = _cell(sheet, text)
            if column["fixed"]:
                cell.fill = _GREY
            cells.append(cell)
        sheet.append(cells)


def _cell(sheet: Any, text: str | None) -> Any:  # noqa: ANN401 - openpyxl carries no types
    """Return a cell that is text whatever stands in it: no formula, no number, no day."""
    cell = WriteOnlyCell(sheet, value=text)
    if text is not None:
        cell.data_type = "s"
        cell.quotePrefix = True
    cell.number_format = _TEXT
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.protection = Protection(locked=False)
    return cell


def read(content: bytes) -> dict[str, Any]:
    """Return what stands in a workbook, or why it is not read: ``{"why": "no-xlsx"}``."""
    why = _unfit(content)
    if why:
        return {"why": why}
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, KeyError):
        return {"why": "no-xlsx"}
    except (ValueError, TypeError, AttributeError, OSError, zipfile.BadZipFile, SyntaxError):
        return {"why": "broken"}
    try:
        return _sheets(book)
    except _TooManyError:
        return {"why": "too-large"}
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, OSError, zipfile.BadZipFile, SyntaxError):
        return {"why": "broken"}


class _TooManyError(Exception):
    """More cells than any of our files has."""


def _unfit(content: bytes) -> str:
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old Office files, and of encrypted new ones
        return "locked" if b"E\0n\0c\0r\0y\0p\0t\0e\0d" in content else "no-xlsx"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return "no-xlsx"
    if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
        return "too-large"
    names = {part.filename for part in parts}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "macros"
    return "" if "xl/workbook.xml" in names else "no-xlsx"


def _sheets(book: Any) -> dict[str, Any]:  # noqa: ANN401 - a workbook of openpyxl
    about: dict[str, str] = {}
    titles: dict[str, str] = {}
    headings: dict[str, dict[str, str]] = {}
    if _KEY in book.sheetnames:
        for row in book[_KEY].iter_rows(max_col=4, values_only=True):
            match [str(each) if each is not None else "" for each in row]:
                case ["about", key, value, *_]:
                    about[key] = value
                case ["sheet", key, title, *_]:
                    titles[key] = title
                case ["column", key, name, heading]:
                    headings.setdefault(key, {})[name] = heading
    left = _CELLS
    found = []
    for key, title in titles.items():
        if title in book.sheetnames:
            sheet, left = _sheet(book[title], headings.get(key, {}), left)
            found.append({"key": key, "title": title, **sheet})
        else:
            found.append({"key": key, "title": title, "rows": {}, "missing": list(headings.get(key, {}).values()), "letters": {}})
    return {"about": about, "sheets": found}


def _sheet(sheet: Any, headings: dict[str, str], left: int) -> tuple[dict[str, Any], int]:  # noqa: ANN401 - as above
    sheet.reset_dimensions()  # what the file says of its own size is not believed
    places: dict[int, str] = {}
    rows: dict[int, dict[str, tuple[str, str]]] = {}
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), 1):
        left -= len(row)
        if left < 0:
            raise _TooManyError
        if number == 1:
            keys = {heading: key for key, heading in headings.items()}
            places = {at: keys[str(cell.value)] for at, cell in enumerate(row) if str(cell.value) in keys}
            continue
        cells = {places[at]: _told(cell) for at, cell in enumerate(row) if at in places and cell.value is not None}
        if cells:
            rows[number] = cells
    letters = {key: get_column_letter(at + 1) for at, key in places.items()}
    missing = [heading for key, heading in headings.items() if key not in letters]
    return {"rows": rows, "missing": missing, "letters": letters}, left


def _told(cell: Any) -> tuple[str, str]:  # noqa: ANN401 - as above
    """Return what stands in a cell, and what it is."""
    value = cell.value
    match value:
        case bool():
            return ("true" if value else "false"), "text"
        case int() | float():
            return (repr(int(value)) if float(value).is_integer() else repr(value)), "number"
        case datetime():
            return value.date().isoformat(), "day"
        case date():
            return value.isoformat(), "day"
    text = str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()
    return text, {"f": "formula", "e": "error"}.get(cell.data_type, "text")


def _limit() -> None:
    """Take as little of the machine as the work needs."""
    with suppress(ImportError):  # Windows knows no such limits
        import resource  # noqa: PLC0415 - for the same reason

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
