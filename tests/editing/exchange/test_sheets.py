"""The spreadsheet: what goes out comes back exactly, and what was changed in it is taken, told or left as it was."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.editing import trees
from bot.editing.exchange import books, excel, sheets
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.services import Unreadable
from bot.editing.exchange.sheetreading import problems_told, proposed
from bot.editing.exchange.sheets import Scope, Words
from bot.editing.items import Kind
from bot.editing.trees import Tree
from tests.support.editing import small_tree
from tests.support.phrases import english

TODAY = date(2026, 11, 23)
ABOUT = {"version": sheets.VERSION, "edition": "7"}
#: Enough of everything, since openpyxl takes a second for a thousand rows.
SOME = Scope(
    lambda item: any(word in item.name for word in ("debts", "child-benefit")) or item.name.startswith("hr/"), examples=True
)
WORDS = Words(english().into("sl"), str, lambda row: row.part, str.upper)


def exported(tree: Tree, scope: Scope = SOME) -> bytes:
    """Return the file of a tree, made as the process apart makes it."""
    made = sheets.sheets(tree, WORDS, scope)
    return excel.written({"about": ABOUT, "sheets": [asdict(sheet) for sheet in made]})


async def taken(content: bytes, tree: Tree) -> Proposal:
    """Return what a file would change in ``tree``."""
    read, about = await books.read(content)
    return proposed(read, about, tree, TODAY)


def with_cells(content: bytes, changes: Mapping[tuple[str, str], Any], *, key: str = "Texts") -> bytes:
    """Return a file as another program saves it, with cells changed: by the id of the row and the heading."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[key]
    headings = {cell.value: cell.column for cell in sheet[1]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2)}
    for (row, heading), value in changes.items():
        sheet.cell(rows[row], headings[heading]).value = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    """Return the file of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(change: Callable[[Workbook], None], content: bytes) -> bytes:
    """Return a file after somebody did something with it."""
    book = load_workbook(io.BytesIO(content))
    change(book)
    return saved(book)


def told(proposal: Proposal) -> list[str]:
    """Return the remarks as they read."""
    return [str(remark) for remark in proposal.remarks]


async def test_what_goes_out_comes_back_and_changes_nothing() -> None:
    tree = small_tree()
    content = exported(tree)
    assert await taken(content, tree) == Proposal({})
    again = edited(lambda _: None, content)  # as another program reads and saves it
    assert await taken(again, tree) == Proposal({})


AWKWARD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="\u2028\u2029\ufeff"), min_size=1
).map(lambda text: " ".join(text.split()) or "x")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(AWKWARD, st.sampled_from(["=1+1", "+386", "-x", "@a", "0048", "1e5", "true", "2026-01-01", "'a"])), min_size=4
    )
)
def test_awkward_texts_come_back_exactly(texts: list[str]) -> None:
    tree = small_tree()
    for at, part in enumerate(("what", "note", "cost", "time")):
        tree = trees.put(tree, "sl/debts.yaml", ("wordings", "si", part), texts[at])
    tree = trees.put(tree, "it/debts.yaml", ("wordings", "si", "do"), texts)
    tree = trees.put(tree, "hr/debts.yaml", ("examples",), texts)
    read = excel.read(exported(tree, Scope(lambda item: item.name in {"debts", "debts/si"}, examples=True)))
    found = {
        sheet["key"]: books.ReadSheet(
            sheet["key"],
            sheet["title"],
            {row: {key: books.Cell(*cell) for key, cell in cells.items()} for row, cells in sheet["rows"].items()},
            tuple(sheet["missing"]),
            sheet["letters"],
        )
        for sheet in read["sheets"]
    }
    assert proposed(found, read["about"], tree, TODAY) == Proposal({})


async def test_a_changed_cell_is_taken_and_the_other_languages_are_behind() -> None:
    tree = small_tree()
    content = with_cells(exported(tree), {("answer:debts/si#what", "SL"): "Novo besedilo."})
    found = await taken(content, tree)
    assert found.values == {
        ("sl/debts.yaml", ("wordings", "si", "what")): "Novo besedilo.",
        ("it/debts.yaml", ("wordings", "si", "behind")): "2026-11-23",
        ("hr/debts.yaml", ("wordings", "si", "behind")): "2026-11-23",
    }
    assert found.places["sl/debts.yaml", ("wordings", "si", "what")][0] == "Texts"
    assert told(found) == []


async def test_a_translation_that_came_along_is_no_longer_behind() -> None:
    tree = trees.put(small_tree(), "it/debts.yaml", ("wordings", "si", "behind"), "2026-11-01")
    changes = {("answer:debts/si#what", "SL"): "Novo.", ("answer:debts/si#what", "IT"): "Nuovo."}
    found = await taken(with_cells(exported(tree), changes), tree)
    assert found.values["it/debts.yaml", ("wordings", "si", "behind")] is None
    assert found.values["hr/debts.yaml", ("wordings", "si", "behind")] == "2026-11-23"


async def test_a_translation_that_catches_up_leaves_what_it_follows_alone() -> None:
    tree = trees.put(small_tree(), "it/debts.yaml", ("wordings", "si", "behind"), "2026-11-01")
    tree = trees.put(tree, "hr/debts.yaml", ("wordings", "si", "note"), None)
    changes = {("answer:debts/si#what", "IT"): "Nuovo.", ("answer:debts/si#note", "HR"): "Novo."}
    found = await taken(with_cells(exported(tree), changes), tree)
    assert found.values == {
        ("it/debts.yaml", ("wordings", "si", "what")): "Nuovo.",
        ("it/debts.yaml", ("wordings", "si", "behind")): None,
        ("hr/debts.yaml", ("wordings", "si", "note")): "Novo.",
    }


async def test_a_problem_that_counts_is_told_in_its_sentence() -> None:
    tree = small_tree()
    long = " ".join(["beseda"] * 200)
    found = await taken(with_cells(exported(tree), {("answer:debts/si#what", "SL"): long}), tree)
    assert [remark.template % remark.values for remark in problems_told(found, tree, TODAY)]


async def test_only_languages_that_are_asked_for_are_missing() -> None:
    tree = small_tree()
    texts = sheets.sheets(tree, WORDS, Scope(lambda item: item.name == "debts/si", only_open=True))[0]
    assert not any("BG" in str(row[-2]) for row in texts.rows)
    tree = trees.put(tree, "hr/debts.yaml", ("wordings", "si", "what"), None)
    texts = sheets.sheets(tree, WORDS, Scope(lambda item: item.name == "debts/si", only_open=True))[0]
    assert [(row[0], row[-2]) for row in texts.rows if row[0] == "answer:debts/si#what"] == [
        ("answer:debts/si#what", "missing: HR")
    ]


async def test_lists_facts_offices_and_examples_are_taken_too() -> None:
    tree = small_tree()
    content = exported(tree)
    content = with_cells(content, {("answer:debts/si#do", "SL"): "Ena.\n\n Dve. "})
    fact = next(row for row in sheets.sheets(tree, WORDS, SOME)[1].rows if str(row[0]).startswith("answer:child-benefit/si#"))
    content = with_cells(content, {(str(fact[0]), "Value"): 19}, key="Facts")
    office = next(row for row in sheets.sheets(tree, WORDS, SOME)[2].rows)
    content = with_cells(content, {(str(office[0]), "Phone numbers"): "01 234 56 78\n041 123 456"}, key="Offices")
    found = await taken(content, tree)
    assert found.values["sl/debts.yaml", ("wordings", "si", "do")] == ["Ena.", "Dve."]
    assert "19" in found.values.values()
    assert ["01 234 56 78", "041 123 456"] in found.values.values()

    def another(book: Workbook) -> None:
        sheet = book["How residents ask"]
        sheet["D2"].value = "čisto nov primer"

    changed = await taken(edited(another, exported(tree)), tree)
    [(spot, texts)] = changed.values.items()
    assert texts[0] == "čisto nov primer"
    assert texts[1:] == trees.get(tree, *spot)[1:]


async def test_an_emptied_cell_takes_the_text_away() -> None:
    tree = small_tree()
    content = with_cells(exported(tree), {("answer:debts/si#note", "SL"): None})
    assert (await taken(content, tree)).values["sl/debts.yaml", ("wordings", "si", "note")] is None


async def test_what_changed_here_and_there_is_told_and_stays_as_it_is() -> None:
    tree = small_tree()
    content = with_cells(exported(tree), {("answer:debts/si#what", "SL"): "Iz preglednice."})
    now = trees.put(tree, "sl/debts.yaml", ("wordings", "si", "what"), "Iz urejevalnika.")
    found = await taken(content, now)
    assert found.values == {}
    [line] = told(found)
    assert line.startswith("error: Texts, C")
    assert line.endswith("changed here and in the knowledge, where it stays as it is: Iz urejevalnika.")


async def test_what_changed_only_in_the_knowledge_stays() -> None:
    tree = small_tree()
    now = trees.put(tree, "sl/debts.yaml", ("wordings", "si", "what"), "Iz urejevalnika.")
    assert await taken(exported(tree), now) == Proposal({})


async def test_a_deleted_column_is_named_and_nothing_of_it_changes() -> None:
    def without_italian(book: Workbook) -> None:
        book["Texts"].delete_cols(4)

    found = await taken(edited(without_italian, exported(small_tree())), small_tree())
    assert told(found) == ["warning: Texts: the column is missing; nothing of it is changed: IT"]
    assert found.values == {}


@pytest.mark.parametrize(("column", "heading"), [(1, "Id (do not change)"), (8, "As exported (do not change)")])
async def test_without_the_columns_of_the_ids_a_sheet_is_not_taken(column: int, heading: str) -> None:
    found = await taken(edited(lambda book: book["Texts"].delete_cols(column), exported(small_tree())), small_tree())
    assert told(found) == [
        f"warning: Texts: the column is missing; nothing of it is changed: {heading}",
        "error: Texts: without the columns of the ids nothing of this sheet can be taken",
    ]


async def test_rows_that_are_moved_are_found_and_deleted_ones_change_nothing() -> None:
    def shuffled(book: Workbook) -> None:
        sheet = book["Texts"]
        sheet.delete_rows(3, 5)
        sheet.move_range("A2:H2", rows=500)

    assert await taken(edited(shuffled, exported(small_tree())), small_tree()) == Proposal({})


async def test_ids_that_are_unknown_missing_or_doubled_are_told_with_their_row() -> None:
    def broken(book: Workbook) -> None:
        sheet = book["Texts"]
        sheet["A3"].value = "answer:no-such/si#what"
        sheet["A4"].value = None
        sheet["A5"].value = sheet["A2"].value

    found = await taken(edited(broken, exported(small_tree())), small_tree())
    assert told(found) == [
        "error: Texts, A3: no row with this id is known: answer:no-such/si#what",
        "error: Texts, A4: the id of this row is missing",
        "error: Texts, A5: this id stands in row 2 already; only that row is taken",
    ]


async def test_formulas_errors_numbers_and_damaged_stamps_are_told_with_their_cell() -> None:
    def broken(book: Workbook) -> None:
        sheet = book["Texts"]
        sheet["C2"].value = "=HYPERLINK(1)"
        sheet["C2"].data_type = "f"
        sheet["C3"].value = "#REF!"
        sheet["C3"].data_type = "e"
        sheet["C4"].value = 48
        sheet["C4"].data_type = "n"
        sheet["H5"].value = "[1"
        sheet["C6"].value = "x" * 32_767

    found = await taken(edited(broken, exported(small_tree())), small_tree())
    assert told(found)[:4] == [
        "error: Texts, C2: a formula is not taken; type the text itself",
        "error: Texts, C3: the cell holds an error: #REF!",
        (
            "error: Texts, C4: the program made a number of it, and may have lost zeros: 48. "
            "Format the cell as text and type it again"
        ),
        "error: Texts, H5: the hidden stamp of this row is missing or damaged; the row is not taken",
    ]


async def test_a_list_in_no_language_of_ours_is_told() -> None:
    def broken(book: Workbook) -> None:
        book["How residents ask"]["C2"].value = "de"

    found = await taken(edited(broken, exported(small_tree())), small_tree())
    assert told(found)[0].startswith("error: How residents ask, A2: there is no list of examples:")


async def test_lines_that_changed_here_and_there_stay_as_they_are() -> None:
    tree = small_tree()

    def another(book: Workbook) -> None:
        book["How residents ask"]["D2"].value = "nov primer"

    content = edited(another, exported(tree))
    [spot] = (await taken(content, tree)).values
    now = trees.put(tree, *spot, ["drug seznam"])
    found = await taken(content, now)
    assert found.values == {}
    assert told(found)[0].endswith("these lines were changed here and in the knowledge; the knowledge stays as it is")


async def test_a_problem_of_the_knowledge_is_told_where_it_was_typed() -> None:
    tree = small_tree()
    changes = {("answer:debts/si#what", "SL"): "Znesek je 507 evrov."}
    found = await taken(with_cells(exported(tree), changes), tree)
    lines = [str(remark) for remark in problems_told(found, tree, TODAY)]
    assert any(line.startswith("error: Texts, C") for line in lines), lines


async def test_only_what_is_behind_or_missing_can_be_exported() -> None:
    tree = trees.put(small_tree(), "it/debts.yaml", ("wordings", "si", "behind"), "2026-11-01")
    texts, facts, _ = sheets.sheets(tree, WORDS, Scope(lambda item: item.kind is Kind.ANSWER, only_open=True))
    assert facts.rows == ()
    ids = {str(row[0]) for row in texts.rows}
    assert "answer:debts/si#what" in ids
    assert all(row[-2] for row in texts.rows)


def bomb() -> bytes:
    """Return a small file that unpacks to more than any spreadsheet has."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("xl/workbook.xml", b"<workbook/>")
        for part in range(4):
            packed.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * 90_000_000)
    return out.getvalue()


def with_macros() -> bytes:
    out = io.BytesIO(exported(small_tree(), Scope(lambda _: False)))
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


def of_somebody_else() -> bytes:
    book = Workbook()
    book["Sheet"]["A1"].value = "Hello"
    return saved(book)


def packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"id;sl;it\n1;2;3\n", "this is no XLSX spreadsheet"),
        (b"%PDF-1.7\n", "this is no XLSX spreadsheet"),
        (b"", "this is no XLSX spreadsheet"),
        (b"PK\x03\x04 half", "this is no XLSX spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "this is no XLSX spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (packed("content.xml", b"<office/>"), "this is no XLSX spreadsheet"),
        (packed("xl/workbook.xml", b"<workbook"), "this is no XLSX spreadsheet"),
        (bomb(), "the spreadsheet is too large"),
        (b"x" * (books.LARGEST + 1), "the spreadsheet is too large"),
        (with_macros(), "the spreadsheet holds macros"),
        (of_somebody_else(), "this spreadsheet was not made here"),
    ],
    ids=["csv", "pdf", "nothing", "half", "xls", "locked", "ods", "damaged", "bomb", "heavy", "macros", "foreign"],
)
async def test_what_is_no_spreadsheet_of_ours_is_refused_in_plain_words(content: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        await books.read(content)


async def test_a_file_of_another_version_is_refused() -> None:
    content = await books.write(sheets.sheets(small_tree(), WORDS, Scope(lambda _: False)), {"version": "0"})
    read, about = await books.read(content)
    with pytest.raises(Unreadable, match="another version"):
        proposed(read, about, small_tree(), TODAY)


async def test_the_file_is_written_in_a_process_apart_as_here() -> None:
    tree = small_tree()
    made = sheets.sheets(tree, WORDS, Scope())
    assert await taken(await books.write(made, ABOUT), tree) == Proposal({})
