"""One YAML file as plain values that remember their lines.

Every scalar is text: ``0481 123456``, ``2026-01-01`` and ``no`` stay what the editor wrote, and the shapes say what each is to
be. Anchors, tags and merge keys are refused or ignored: a knowledge file holds words and facts, no cleverness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from yaml.cyaml import CBaseLoader

from bot.editing.problems import Problem, Severity

#: Knowledge is at most five levels deep (file, section, entry, part, item); beyond this it is a mistake or an attack.
_DEEPEST = 12

#: Ways to leave a value open.
_NOTHING = frozenset({"", "~", "null"})

#: The key of a value inside a file: names of mappings and places in lists, counted from 0.
Path = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be parsed: ``value`` is made of dict, list, str and None; ``root`` knows the lines."""

    file: str
    value: object
    root: yaml.Node | None

    def line(self, path: Path) -> int:
        """Return the line (from 1) of what stands at ``path``, or of the nearest thing above it that is there."""
        node = self.root
        line = 1 if node is None else node.start_mark.line + 1
        for step in path:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return line


def parse(file: str, content: bytes) -> tuple[Document | None, tuple[Problem, ...]]:
    """Parse the ``content`` of ``file``. Return the document, None when it cannot be read, and all problems found."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return None, (_error(file, line, "the file is not written in UTF-8"),)
    try:
        root = yaml.compose(text, Loader=CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else min(mark.line + 1, text.count("\n") + 1)
        return None, (_error(file, line, "this is not YAML: %(why)s", why=error.problem or "it cannot be read"),)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        return None, (_error(file, line, "a character stands here that no text may hold"),)
    builder = _Builder(file)
    value = builder.build(root, 0)
    return Document(file, value, root), tuple(builder.problems)


class _Builder:
    """Turns nodes into values and collects what is wrong on the way."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._seen: set[int] = set()

    def build(self, node: yaml.Node | None, depth: int) -> object:
        if node is None:
            return None
        if id(node) in self._seen or depth > _DEEPEST:
            self._refuse(node, "write this out: a knowledge file refers to no other part of itself and is not this deep")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return None if not node.style and node.value in _NOTHING else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, depth + 1) for item in node.value]
        return self._mapping(node, depth)

    def _mapping(self, node: yaml.Node, depth: int) -> dict[str, object]:
        built: dict[str, object] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._refuse(key, "a name is expected here, before the colon")
            elif key.value in built:
                self._refuse(key, "'%(name)s' stands here twice", name=key.value)
            else:
                built[key.value] = self.build(value, depth + 1)
        return built

    def _refuse(self, node: yaml.Node, template: str, **values: object) -> None:
        self.problems.append(_error(self._file, node.start_mark.line + 1, template, **values))


def _error(file: str, line: int, template: str, **values: object) -> Problem:
    return Problem(Severity.ERROR, file, line, template, values)


def _step(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """Return the line on which ``step`` begins inside ``node`` and the node it leads to."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None
