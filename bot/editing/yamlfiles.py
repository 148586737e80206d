"""Knowledge files as text: what `bot.editing.documents` reads, written so that an editor likes to read it.

Text is written as it is and never wrapped. Where there was a text before, its order stays, and so do its comments on lines of
their own and the values that it leaves open, so that a change of one amount is a difference of one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.editing.documents import Document, parse
from bot.editing.remarks import Remarks, remarks
from bot.editing.scalars import lines_of, quoted, scalar
from bot.editing.styles import Style, style

_STEP = "  "


def text_of(file: str, value: object, former: str = "") -> str:
    """Return the plain ``value`` of ``file`` as YAML; ``former`` is the text that it takes the place of, if there is one."""
    document, faults = parse(file, former.encode())
    if document is None or faults:
        document = Document(file, None, None)
    writer = _Writer(file, remarks(document, former))
    lines = [*writer.head(), *writer.lines(_arranged(file, (), value, document.value), (), ""), *writer.end()]
    return "\n".join(lines) + "\n"


def _arranged(file: str, path: tuple[str, ...], value: Any, former: Any) -> Any:  # noqa: ANN401 - plain values
    """Return ``value`` in the order of ``former``, with what stood open there."""
    if not isinstance(value, Mapping):
        return value
    known = former if isinstance(former, Mapping) else {}
    own = style(file, path)
    names = _in_order(list(value), known, own)
    return {name: _arranged(file, (*path, name), value.get(name), known.get(name)) for name in names}


def _in_order(names: list[str], former: Mapping[str, Any], own: Style) -> list[str]:
    """Return the names as they are to stand: those of ``former`` as there, each other one after its neighbour in the order."""
    open_there = [name for name, held in former.items() if held is None and name in own.order and name not in names]
    if own.order:
        rank = {name: place for place, name in enumerate(own.order)}
        names = sorted([*names, *open_there], key=lambda name: rank.get(name, len(rank)))
    if own.kept:
        return names
    there = set(names)
    found = [name for name in former if name in there]
    placed = set(found)
    if len(placed) == len(names):
        return found
    behind: dict[str | None, list[str]] = {}
    last: str | None = None
    for name in names:
        if name in placed:
            last = name
        else:
            behind.setdefault(last, []).append(name)
    return [each for name in (None, *found) for each in ([] if name is None else [name]) + behind.get(name, [])]


@dataclass(frozen=True, slots=True)
class _Writer:
    file: str
    remarks: Remarks = field(repr=False)

    def head(self) -> Iterator[str]:
        yield from self.remarks.head

    def end(self) -> Iterator[str]:
        yield from self.remarks.end

    def lines(self, value: Any, path: tuple[str, ...], indent: str) -> Iterator[str]:  # noqa: ANN401 - plain values
        """Yield the lines of a mapping or list that stands on lines of its own, or of a lone text."""
        if isinstance(value, Mapping) and value:
            spaced = style(self.file, path).spaced
            for number, (name, held) in enumerate(value.items()):
                if spaced and number:
                    yield ""
                yield from self._named(name, held, (*path, name), indent)
        elif _is_list(value) and value:
            for each in value:
                yield from self._item(each, path, indent)
        else:
            yield f"{indent}{self._line(value, path)}"

    def _named(self, name: str, held: Any, path: tuple[str, ...], indent: str) -> Iterator[str]:  # noqa: ANN401 - as above
        yield from (f"{indent}{line}" if line else "" for line in self.remarks.before.get(path, ()))
        key = f"{indent}{scalar(name)}:"
        if held is None:
            yield key
        elif _is_block(held) and not style(self.file, path).flow:
            yield key
            yield from self.lines(held, path, indent + _STEP)
        elif isinstance(held, str) and (several := lines_of(held)):
            yield f"{key} |-"
            yield from (f"{indent}{_STEP}{line}" if line else "" for line in several)
        else:
            yield f"{key} {self._line(held, path)}"

    def _item(self, each: Any, path: tuple[str, ...], indent: str) -> Iterator[str]:  # noqa: ANN401 - as above
        if isinstance(each, str):
            yield from (f"{indent}{line}" if line else "" for line in self.remarks.before.get((*path, each), ()))
            if several := lines_of(each):
                yield f"{indent}- |-"
                yield from (f"{indent}{_STEP}{line}" if line else "" for line in several)
                return
        yield f"{indent}- {self._line(each, (*path, ''))}"

    def _line(self, value: Any, path: tuple[str, ...], *, in_flow: bool = False) -> str:  # noqa: ANN401 - as above
        """Return a value on one line."""
        if isinstance(value, Mapping):
            within = (
                f"{scalar(name, in_flow=True)}: {self._line(held, (*path, name), in_flow=True)}" for name, held in value.items()
            )
            return "{" + ", ".join(within) + "}"
        if _is_list(value):
            return "[" + ", ".join(self._line(each, (*path, ""), in_flow=True) for each in value) + "]"
        if value is None:
            return "~"
        if value in {"true", "false"} and path[-1:] in {("sensitive",), ("border",)}:
            return str(value)
        quotes = style(self.file, path).quotes
        return quoted(value, quotes) if quotes else scalar(value, in_flow=in_flow)


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _is_block(value: object) -> bool:
    return bool(value) and (isinstance(value, Mapping) or _is_list(value))
