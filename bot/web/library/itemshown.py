"""What the page of an item shows: the parts of its form, its problems, where it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.editing.drafting import Work
from bot.editing.items import Item, Kind, content, item_at
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree
from bot.web.library import besides, describing, saidfields, sharedfields, topicfields
from bot.web.library.boxes import Box, Reader, remark, shown
from bot.web.library.fields import Field, Read, covers
from bot.web.library.naming import quoting
from bot.web.library.scene import Scene, Section

_SAYINGS = frozenset({Kind.CRISIS, Kind.ACT, Kind.SAID})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page with its boxes."""

    title: str
    help: str
    boxes: tuple[Box, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a sentence that was tried: the patterns that match, each with whose it is."""

    text: str
    found: tuple[tuple[str, str], ...] = ()
    too_slow: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is drawn with besides how things stand.

    ``planned`` is the tree with what is typed, and ``problems`` are what the checks say of that, where it was only looked at.
    """

    form: Mapping[str, str] = field(default_factory=dict)
    read: Read = field(default_factory=Read)
    problem: str = ""
    note: str = ""
    tried: Tried | None = None
    planned: Tree | None = None
    problems: tuple[Problem, ...] | None = None
    status: int = 200


def sections(item: Item, scene: Scene) -> list[Section]:
    """Return the parts of the page of ``item`` with their fields."""
    match item.kind:
        case Kind.SHARED:
            return sharedfields.describe(item, scene)
        case Kind.TOPIC | Kind.EXAMPLES:
            return topicfields.describe(item, scene)
        case _:
            return saidfields.describe(item, scene) if item.kind in _SAYINGS else describing.describe(item, scene)


def drawn(item: Item, work: Work, page: Page, reader: Reader, problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return what the page of ``item`` shows that takes a while to find."""
    live = work.live.tree if work.draft is not None else None
    own = [each for each in problems if item_at(each.file, each.path) == item]
    spelt = [quoting(each, page.planned or work.tree, reader.language, reader.say) for each in own]
    parts = []
    for section in sections(item, Scene(work.tree, reader, page.form)):
        boxes = tuple(shown(section.fields, work.tree, reader, typed=page.form, read=page.read, problems=spelt, live=live))
        told = any(box.is_bad or box.theirs is not None or box.live is not None for box in boxes)
        parts.append(Part(section.title, section.help, boxes, not section.folded or told))
    fields = [box.field for part in parts for box in part.boxes]
    return {
        "parts": parts,
        "marked": [box for part in parts for box in part.boxes if box.is_bad or box.theirs is not None],
        "remarks": [remark(each, reader.say) for each in spelt if not _beside(fields, each)],
        "errors": sum(each.severity is Severity.ERROR for each in own),
        "errors_elsewhere": sum(each.severity is Severity.ERROR for each in problems if each not in own),
        "in_draft": live is not None and content(live, item) != content(work.tree, item),
        "uses": besides.used(work.tree, item, reader.language, reader.say),
        "map_link": besides.map_link(work.tree, item),
    }


def _beside(fields: list[Field], problem: Problem) -> bool:
    return any(covers(each.spot, (problem.file, problem.path)) for each in fields)
