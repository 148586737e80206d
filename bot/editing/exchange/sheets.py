"""The knowledge as a spreadsheet for translators and offices, and what a spreadsheet that came back would change.

Beside each row stands, hidden, what its cells held when it was exported. So a cell that was changed in the file alone is taken,
one that was changed in the knowledge alone stays, and one that was changed in both is told and stays as the knowledge has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from bot.editing.checks.answers import WORDED
from bot.editing.exchange import rows
from bot.editing.exchange.books import Column, Sheet
from bot.editing.exchange.rows import Row
from bot.editing.items import Item, Kind
from bot.editing.trees import Tree, digest, get
from bot.language import formats
from bot.model.library import LANGUAGES, Fact, FactKind

TEXTS, FACTS, OFFICES, EXAMPLES, GOLDEN = "texts", "facts", "offices", "examples", "golden"
ID, STAMP, WHERE, TEXT, LANGUAGE = "id", "stamp", "where", "text", "language"
#: The version of the layout; a file of another is not taken.
VERSION = "1"
#: The longest text that a cell of the format may hold.
LONGEST = 32_767


@dataclass(frozen=True, slots=True)
class Words:
    """What the spreadsheet says in the language of who reads it: what an item and a part of one are called."""

    say: NullTranslations
    item: Callable[[Item], str]
    part: Callable[[Row], str]
    language: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is wanted: items that ``takes`` lets through, and the examples too.

    With ``only_open`` just the texts that are behind or missing in a language.
    """

    takes: Callable[[Item], bool] = lambda _: True
    examples: bool = False
    only_open: bool = False


def sheets(tree: Tree, words: Words, scope: Scope) -> tuple[Sheet, ...]:
    """Return the sheets of a tree."""
    found = [_texts(tree, words, scope), _facts(tree, words, scope), _offices(tree, words, scope)]
    if scope.examples:
        say = words.say
        found.append(_said(tree, words, scope, EXAMPLES, say.gettext("How residents ask")))
        found.append(_said(tree, words, scope, GOLDEN, say.gettext("Golden questions")))
    return tuple(found)


def shown(value: Any) -> str | None:  # noqa: ANN401 - plain values
    """Return a value of a tree as a cell shows it: a list has one line for each item."""
    if isinstance(value, list):
        return "\n".join(map(str, value)) or None
    return None if value is None or value == "" else str(value)


def stamp(values: Iterable[str | None]) -> str:
    """Return what tells what the cells of a row held, short and by column."""
    return json.dumps([mark(value) for value in values])


def mark(value: str | None) -> str:
    """Return what tells one content of a cell from another."""
    return "" if value is None else digest(value)[:12]


def _keys(words: Words) -> tuple[Column, Column]:
    say = words.say
    return Column(ID, say.gettext("Id (do not change)"), 24, fixed=True), Column(WHERE, say.gettext("Where"), 34, fixed=True)


def _stamp_column(words: Words) -> Column:
    return Column(STAMP, words.say.gettext("As exported (do not change)"), 4, fixed=True, hidden=True)


def _texts(tree: Tree, words: Words, scope: Scope) -> Sheet:
    say = words.say
    spoken = [Column(each, words.language(each), 46) for each in LANGUAGES]
    columns = (*_keys(words), *spoken, Column("state", say.gettext("State"), 24, fixed=True), _stamp_column(words))
    found = []
    for row in rows.texts(tree):
        values = [shown(get(tree, *row.spots[each])) for each in LANGUAGES]
        state = _state(tree, row, values, words)
        if scope.takes(row.item) and (state or not scope.only_open):
            where = f"{words.item(row.item)} · {words.part(row)}"
            found.append((row.id, where, *values, state or None, stamp(values)))
    return Sheet(TEXTS, say.gettext("Texts"), columns, tuple(found))


def _state(tree: Tree, row: Row, values: list[str | None], words: Words) -> str:
    """Return which languages are behind, and which lack a text that another has and that is asked of them."""
    say, told = words.say, []
    if not any(values):
        return ""
    asked = _asked(tree, row)
    lacking = [each for each, value in zip(LANGUAGES, values, strict=True) if value is None and each in asked]
    if lacking:
        told.append(say.gettext("missing: %(languages)s") % {"languages": ", ".join(map(words.language, lacking))})
    if row.item.kind is Kind.ANSWER:
        behind = [each for each in LANGUAGES if get(tree, row.spots[each][0], (*row.spots[each][1][:2], "behind"))]
        if behind:
            told.append(say.gettext("behind: %(languages)s") % {"languages": ", ".join(map(words.language, behind))})
    return "; ".join(told)


def _asked(tree: Tree, row: Row) -> tuple[str, ...]:
    """Return the languages in which a text is to be: of an answer those of its country, and those that have it already."""
    if row.item.kind is not Kind.ANSWER:
        return LANGUAGES
    where = row.item.name.partition("/")[2]
    worded = [each for each in LANGUAGES if get(tree, row.spots[each][0], row.spots[each][1][:2])]
    return tuple(dict.fromkeys((*WORDED.get(where, ()), *worded)))


def _facts(tree: Tree, words: Words, scope: Scope) -> Sheet:
    say = words.say
    columns = (
        *_keys(words),
        Column("kind", say.gettext("Kind"), 10, fixed=True),
        Column("value", say.gettext("Value"), 22),
        Column("valid_for", say.gettext("Valid for the year"), 12),
        Column("checked_on", say.gettext("Last checked"), 14),
        Column("source", say.gettext("Source"), 40, fixed=True),
        *(Column(each, words.language(each), 22, fixed=True) for each in LANGUAGES),
        _stamp_column(words),
    )
    found = []
    for row in rows.facts(tree) if not scope.only_open else ():
        if scope.takes(row.item):
            file, (_, name, _) = row.spots["value"]
            fact = get(tree, file, ("facts", name)) or {}
            values = [shown(get(tree, *row.spots[part])) for part in rows.FACT]
            source = shown(get(tree, file, ("sources", str(fact.get("source", "")), "url")))
            written = [_written(fact, row.item, each) for each in LANGUAGES]
            where = f"{words.item(row.item)} · {name}"
            found.append((row.id, where, shown(fact.get("kind")), *values, source, *written, stamp(values)))
    return Sheet(FACTS, say.gettext("Facts"), columns, tuple(found))


def _written(fact: Mapping[str, Any], item: Item, language: str) -> str | None:
    """Return a fact as residents read it; None where it cannot be written."""
    where = item.name.rpartition("/")[2].rpartition("-")[2]
    try:
        return formats.fact(Fact(FactKind(fact["kind"]), fact["value"], ""), language, where)
    except (KeyError, ValueError, ArithmeticError):
        return None


def _offices(tree: Tree, words: Words, scope: Scope) -> Sheet:
    say = words.say
    columns = (
        *_keys(words),
        *(Column(each, words.language(each), 30) for each in LANGUAGES),
        Column("address", say.gettext("Address"), 34),
        Column("phones", say.gettext("Phone numbers"), 20),
        Column("email", say.gettext("E-mail address"), 26),
        Column("url", say.gettext("Link"), 30),
        Column("hours", say.gettext("Opening hours"), 30),
        Column("checked_on", say.gettext("Last checked"), 14),
        _stamp_column(words),
    )
    found = []
    for row in rows.offices(tree) if not scope.only_open else ():
        if scope.takes(row.item):
            values = [shown(get(tree, *row.spots[key])) for key in (*LANGUAGES, *rows.OFFICE)]
            found.append((row.id, words.item(row.item), *values, stamp(values)))
    return Sheet(OFFICES, say.gettext("Offices"), columns, tuple(found))


def _said(tree: Tree, words: Words, scope: Scope, key: str, title: str) -> Sheet:
    say = words.say
    columns = (
        *_keys(words),
        Column(LANGUAGE, say.gettext("Language"), 12),
        Column(TEXT, say.gettext("Text"), 80),
        _stamp_column(words),
    )
    return Sheet(key, title, columns, tuple(_lines(tree, words, scope, golden=key == GOLDEN)))


def _lines(tree: Tree, words: Words, scope: Scope, *, golden: bool) -> Iterator[tuple[str | None, ...]]:
    for item, language, spot in rows.said(tree, golden=golden):
        if scope.takes(item):
            texts: list[str] = get(tree, *spot)
            whole = mark(shown(texts))
            yield from ((str(item), words.item(item), language, text, whole) for text in texts)
