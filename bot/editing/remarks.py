"""The comments of a knowledge file: what editors wrote to each other between its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from bot.editing.documents import Document


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments that stand on lines of their own, without their indentation.

    ``head`` goes before everything and ``end`` behind it; ``before`` are the others by the path of what they stand above: names,
    and the text of an item of a list.
    """

    head: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    before: Mapping[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)


def remarks(document: Document, text: str) -> Remarks:
    """Return the comments in the ``text`` that ``document`` was parsed from."""
    if "#" not in text or document.root is None:
        return Remarks()
    places = {document.root.start_mark.line: (), **dict(_places(document.root, ()))}
    inside = {line for node in _scalars(document.root) for line in range(node.start_mark.line + 1, node.end_mark.line + 1)}
    before: dict[tuple[str, ...], tuple[str, ...]] = {}
    first = min(places)
    head: tuple[str, ...] = ()
    gathered: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines()):
        stripped = line.strip()
        if stripped.startswith("#") and number not in inside:
            gathered.append(stripped)
        elif gathered and not stripped:
            gathered.append("")
        elif gathered and number in places:
            if number == first:
                head = tuple(gathered)
            else:
                before[places[number]] = tuple(gathered)
            gathered = []
    while gathered and not gathered[-1]:
        gathered.pop()
    return Remarks(head, tuple(gathered), before)


def _places(node: yaml.Node, path: tuple[str, ...]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the line on which each name and each item begins; of those that share a line the outermost comes last."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            yield from _places(value, (*path, key.value))
            yield key.start_mark.line, (*path, key.value)
    elif isinstance(node, yaml.SequenceNode):
        for item in reversed(node.value):
            if isinstance(item, yaml.ScalarNode):
                yield item.start_mark.line, (*path, item.value)


def _scalars(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _scalars(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
