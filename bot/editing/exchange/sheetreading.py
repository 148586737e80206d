"""What a spreadsheet that came back would change. Every doubt is told with its sheet, row and column; nothing is guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from bot.editing.exchange import rows, sheets
from bot.editing.exchange.books import Cell, ReadSheet
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.rows import Row
from bot.editing.exchange.services import Remark, Unreadable, shortened
from bot.editing.exchange.sheets import LANGUAGE, STAMP, TEXT, mark, shown
from bot.editing.items import Item, Kind, Spot
from bot.editing.problems import Severity, sentence
from bot.editing.trees import Tree, get
from bot.model.library import LANGUAGES

#: Columns whose text a program may have turned into a number without harm: it knows no leading zeros.
_NUMBERS = frozenset({"value", "valid_for"})


def proposed(read: Mapping[str, ReadSheet], about: Mapping[str, str], tree: Tree, today: date) -> Proposal:
    """Return what the sheets would change in ``tree``. Raises `Unreadable` for a file of another version of the layout."""
    if about.get("version") != sheets.VERSION:
        raise Unreadable(sentence("this spreadsheet was made by another version of the program: export a new one"))
    reading = _Reading(tree, today)
    known = {
        sheets.TEXTS: (list(rows.texts(tree)), LANGUAGES),
        sheets.FACTS: (list(rows.facts(tree)), rows.FACT),
        sheets.OFFICES: (list(rows.offices(tree)), (*LANGUAGES, *rows.OFFICE)),
    }
    for key, (there, columns) in known.items():
        if key in read:
            reading.table(read[key], {row.id: row for row in there}, columns)
    for key in (sheets.EXAMPLES, sheets.GOLDEN):
        if key in read:
            reading.lists(read[key], tree, golden=key == sheets.GOLDEN)
    reading.mark_behind()
    return Proposal(reading.values, tuple(reading.remarks), reading.places)


class _Reading:
    def __init__(self, tree: Tree, today: date) -> None:
        self._tree, self._today = tree, today
        self.values: dict[Spot, Any] = {}
        self.remarks: list[Remark] = []
        self.places: dict[Spot, tuple[str, str]] = {}
        self._changed: dict[Spot, None] = {}
        self._left: dict[Spot, None] = {}

    def table(self, sheet: ReadSheet, known: Mapping[str, Row], columns: Sequence[str]) -> None:
        """Take a sheet that has a row for each thing."""
        if not self._has_keys(sheet):
            return
        seen: dict[str, int] = {}
        for number, cells in sheet.rows.items():
            given = cells[sheets.ID].text if sheets.ID in cells else ""
            row = known.get(given)
            if row is None:
                unknown, missing = sentence("no row with this id is known: %(id)s"), sentence("the id of this row is missing")
                template = unknown if given else missing
                self._tell(Severity.ERROR, sheet, number, sheets.ID, template, id=shortened(given))
            elif given in seen:
                template = sentence("this id stands in row %(row)s already; only that row is taken")
                self._tell(Severity.ERROR, sheet, number, sheets.ID, template, row=str(seen[given]))
            else:
                seen[given] = number
                changed = set(self._row(sheet, number, cells, row, columns))
                if row.item.kind is Kind.ANSWER and sheet.key == sheets.TEXTS and changed:
                    self._note_changed(row, changed)

    def lists(self, sheet: ReadSheet, tree: Tree, *, golden: bool) -> None:
        """Take a sheet that has a row for each line of a list: examples, golden questions."""
        if not self._has_keys(sheet):
            return
        known = {(str(item), language): spot for item, language, spot in rows.said(tree, golden=golden)}
        given: dict[Spot, list[str]] = {}
        stamps: dict[Spot, str] = {}
        places: dict[Spot, str] = {}
        for number, cells in sheet.rows.items():
            label, language = (cells[key].text if key in cells else "" for key in (sheets.ID, LANGUAGE))
            spot = known.get((label, language))
            if spot is None:
                template = sentence("there is no list of %(id)s in %(language)s")
                values = {"id": shortened(label), "language": shortened(language)}
                self._tell(Severity.ERROR, sheet, number, sheets.ID, template, **values)
            elif TEXT in cells and self._is_text(sheet, number, TEXT, cells[TEXT]):
                given.setdefault(spot, []).append(cells[TEXT].text)
                places.setdefault(spot, f"{sheet.letters[TEXT]}{number}")
                if STAMP in cells:
                    stamps.setdefault(spot, cells[STAMP].text)
        for spot, texts in given.items():
            now = get(tree, *spot)
            if texts == now or mark(shown(texts)) == stamps.get(spot):
                continue
            if stamps.get(spot) != mark(shown(now)):
                template = sentence("these lines were changed here and in the knowledge; the knowledge stays as it is")
                self.remarks.append(Remark(Severity.ERROR, sheet.title, places[spot], template))
            else:
                self.values[spot] = texts
                self.places[spot] = (sheet.title, places[spot])

    def _has_keys(self, sheet: ReadSheet) -> bool:
        """Tell whether a sheet can be taken; name the columns that are gone."""
        for heading in sheet.missing:
            template = sentence("the column is missing; nothing of it is changed: %(heading)s")
            self.remarks.append(Remark(Severity.WARNING, sheet.title, "", template, {"heading": heading}))
        if {sheets.ID, STAMP} <= set(sheet.letters):
            return True
        template = sentence("without the columns of the ids nothing of this sheet can be taken")
        self.remarks.append(Remark(Severity.ERROR, sheet.title, "", template))
        return False

    def _row(self, sheet: ReadSheet, number: int, cells: Mapping[str, Cell], row: Row, columns: Sequence[str]) -> Iterator[str]:
        """Take the cells of a row and yield the columns whose change is taken."""
        before = _stamps(cells.get(STAMP), len(columns))
        if before is None:
            template = sentence("the hidden stamp of this row is missing or damaged; the row is not taken")
            self._tell(Severity.ERROR, sheet, number, STAMP, template)
            return
        for column, exported in zip(columns, before, strict=True):
            if column not in sheet.letters:
                continue
            cell, now = cells.get(column), shown(get(self._tree, *row.spots[column]))
            if cell is not None and mark(cell.text) != exported and not self._is_text(sheet, number, column, cell):
                continue
            typed = None if cell is None or not cell.text else cell.text
            if mark(typed) == exported or typed == now:
                continue
            if mark(now) != exported:
                template = sentence("changed here and in the knowledge, where it stays as it is: %(text)s")
                self._tell(Severity.ERROR, sheet, number, column, template, text=shortened(now or "–"))
                continue
            spot = row.spots[column]
            self.values[spot] = _plain(typed, is_list=row.is_list or column in rows.LISTS)
            self.places[spot] = (sheet.title, f"{sheet.letters[column]}{number}")
            yield column

    def _is_text(self, sheet: ReadSheet, number: int, column: str, cell: Cell) -> bool:
        """Tell whether a cell may be taken; say why not."""
        if cell.kind == "formula":
            self._tell(Severity.ERROR, sheet, number, column, sentence("a formula is not taken; type the text itself"))
        elif cell.kind == "error":
            template = sentence("the cell holds an error: %(text)s")
            self._tell(Severity.ERROR, sheet, number, column, template, text=shortened(cell.text))
        elif cell.kind == "number" and column not in _NUMBERS:
            template = sentence(
                "the program made a number of it, and may have lost zeros: %(text)s. Format the cell as text and type it again"
            )
            self._tell(Severity.ERROR, sheet, number, column, template, text=shortened(cell.text))
        elif len(cell.text) > sheets.LONGEST:
            self._tell(Severity.ERROR, sheet, number, column, sentence("the text is too long for a cell"))
        else:
            return True
        return False

    def _note_changed(self, row: Row, changed: set[str]) -> None:
        """Note which languages of an answer a row changed, and which that have the answer are behind it now.

        A language that was behind, or had no text here, only catches up: nothing is behind what it says.
        """
        sources = {each for each in changed if get(self._tree, *row.spots[each]) and not self._is_behind(row, each)}
        for language in LANGUAGES:
            file, (_, where, _) = row.spots[language]
            if language in changed:
                self._changed[file, ("wordings", where)] = None
            elif sources and get(self._tree, file, ("wordings", where)):
                self._left[file, ("wordings", where)] = None

    def _is_behind(self, row: Row, language: str) -> bool:
        file, (_, where, _) = row.spots[language]
        return get(self._tree, file, ("wordings", where, "behind")) is not None

    def mark_behind(self) -> None:
        """Note that the languages that a row left as they were are behind those that it changed."""
        for file, path in self._left:
            self.values[file, (*path, "behind")] = self._today.isoformat()
        for file, path in self._changed:
            if (file, path) not in self._left and get(self._tree, file, (*path, "behind")):
                self.values[file, (*path, "behind")] = None

    def _tell(self, severity: Severity, sheet: ReadSheet, number: int, column: str, template: str, **values: str) -> None:
        at = f"{sheet.letters.get(column, '')}{number}"
        self.remarks.append(Remark(severity, sheet.title, at, template, values))


def _stamps(cell: Cell | None, count: int) -> list[str] | None:
    try:
        marks = json.loads(cell.text) if cell is not None else None
    except ValueError:
        return None
    fits = isinstance(marks, list) and len(marks) == count and all(isinstance(each, str) for each in marks)
    return marks if fits else None


def _plain(typed: str | None, *, is_list: bool) -> Any:  # noqa: ANN401 - plain values
    if typed is None:
        return None
    return [line.strip() for line in typed.split("\n") if line.strip()] if is_list else typed


def problems_told(proposal: Proposal, before: Tree, today: date) -> tuple[Remark, ...]:
    """Return what the check of the knowledge says about the changes, each where it was typed. It takes a second.

    Only problems that were not there before are told.
    """
    from bot.editing import trees  # noqa: PLC0415 - it imports every check

    known = {(each.file, each.path, each.template) for each in trees.read(before, today=today).problems}
    found = []
    for problem in trees.read(proposal.applied(before), today=today).problems:
        if (problem.file, problem.path, problem.template) not in known:
            sheet, cell = _place_of(proposal, problem.file, problem.path)
            found.append(Remark(problem.severity, sheet, cell, problem.template, problem.values))
    return tuple(found)


def _place_of(proposal: Proposal, file: str, path: tuple[str | int, ...]) -> tuple[str, str]:
    """Return where in the spreadsheet the place of a problem was typed: there, above it, or somewhere in it."""
    spots = [(file, path[:length]) for length in range(len(path), -1, -1)]
    direct = next((proposal.places[spot] for spot in spots if spot in proposal.places), None)
    within = (place for (name, below), place in proposal.places.items() if name == file and below[: len(path)] == path)
    return direct or next(within, (str(Item.of(file) or file), ""))
