"""Figures as CSV that Excel opens: UTF-8 with its mark, columns parted by semicolons as where a comma parts decimals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Return a table as a file of that name."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";")
    writer.writerow([cell(heading) for heading in headings])
    writer.writerows([cell(text) for text in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + lines.getvalue(), headers=headers, media_type="text/csv; charset=utf-8")
