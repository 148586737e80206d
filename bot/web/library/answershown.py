"""An answer as its page shows it: every box where it belongs, with what is told about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import NullTranslations
from typing import Any

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.drafting import Work
from bot.editing.items import Item, Kind
from bot.editing.problems import Problem, Severity
from bot.editing.trees import Tree, get
from bot.editing.wordings import NAME
from bot.language import formats
from bot.model.library import LANGUAGES, Fact, FactKind
from bot.web.library import boxes
from bot.web.library.answerfields import PARTS, AnswerFields, Place
from bot.web.library.answerplan import CAUGHT_UP, SAID, changed_wordings
from bot.web.library.boxes import Box, Reader, Remark
from bot.web.library.fields import Field, Read, covers
from bot.web.library.naming import owner_name


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact. ``written`` is how it is told, by language; ``used`` are the languages whose wordings name it."""

    name: str
    boxes: Sequence[Box]
    written: Mapping[str, str]
    used: tuple[str, ...]
    dropped: bool
    remarks: Sequence[Remark]


@dataclass(frozen=True, slots=True)
class SharedFact:
    """A fact that a wording names and other answers share. ``whose`` is the name of the file's item."""

    name: str
    value: str
    whose: str
    owner: str


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source. ``used`` are the facts that rest on it."""

    key: str
    boxes: Sequence[Box]
    used: tuple[str, ...]
    dropped: bool


@dataclass(frozen=True, slots=True)
class ShownWording:
    """A wording. ``names`` are the facts to put in, with how they are told; ``choice`` is what its change is said to be."""

    language: str
    boxes: Sequence[Box]
    is_there: bool
    is_changed: bool
    behind: str
    read_on: str
    choice: str
    names: Mapping[str, str]
    remarks: Sequence[Remark]

    @property
    def is_bad(self) -> bool:
        """Tell whether something is to be mended here."""
        return any(box.is_bad for box in self.boxes) or any(remark.is_error for remark in self.remarks)


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """All of it."""

    frame: Sequence[Box]
    facts: Sequence[ShownFact]
    shared: Sequence[SharedFact]
    sources: Sequence[ShownSource]
    wordings: Sequence[ShownWording]
    remarks: Sequence[Remark]

    @property
    def to_mend(self) -> list[tuple[Box, str]]:
        """The boxes in which something is to be mended, as the page has them, each with its language, fact or source."""
        found = [(box, wording.language) for wording in self.wordings for box in wording.boxes]
        found += [(box, f"{{{fact.name}}}") for fact in self.facts for box in fact.boxes]
        found += [(box, f"“{source.key}”") for source in self.sources for box in source.boxes]
        found += [(box, "") for box in self.frame]
        return [(box, language) for box, language in found if box.is_bad]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What all parts are drawn from."""

    place: Place
    tree: Tree
    typed: Tree
    form: Mapping[str, str]
    problems: Sequence[Problem]
    by_name: Mapping[str, Box]

    def of(self, fields: Iterable[Field]) -> list[Box]:
        return [self.by_name[each.name] for each in fields]

    def remarks(self, file: str, path: tuple[str | int, ...]) -> list[Remark]:
        """Return the problems of a place itself, which belong to none of the boxes in it."""
        its = [problem for problem in self.problems if (problem.file, tuple(problem.path)) == (file, path)]
        return [_remark(problem, self.place.say) for problem in its]


def shown(
    place: Place,
    work: Work,
    reader: Reader,
    fields: AnswerFields,
    typed: Tree,
    form: Mapping[str, str] | None,
    read: Read | None,
    problems: Sequence[Problem],
) -> ShownAnswer:
    """Return the answer as it stands in ``work``, with the ``form`` in its boxes that makes the tree ``typed`` of it, if any."""
    is_live = work.draft is not None and place.file in work.live.tree
    live = work.live.tree if is_live else None
    drawn_boxes = boxes.shown(fields, work.tree, reader, typed=form, read=read, problems=problems, live=live)
    named = {box.name: box if _was_there(box.field, work.live.tree) else replace(box, live=None) for box in drawn_boxes}
    drawn = _Drawn(place, work.tree, typed, form or {}, problems, named)
    used = {language: _names(get(typed, *place.wording(language))) for language in LANGUAGES}
    own, shared = _told(place, typed, place.file), _shared(place, typed, used)
    return ShownAnswer(
        drawn.of(fields.frame),
        [_fact(drawn, name, its, used) for name, its in fields.facts.items()],
        shared,
        [_source(drawn, key, its) for key, its in fields.sources.items()],
        [_wording(drawn, language, its, own, shared) for language, its in fields.wordings.items()],
        _rest(drawn, fields),
    )


def written(plain: Any, country: str) -> dict[str, str]:  # noqa: ANN401 - what stands in a tree
    """Return how a fact is told, by language; nothing where its value cannot be read."""
    its = plain if isinstance(plain, Mapping) else {}
    kind, value = its.get("kind"), its.get("value")
    if kind not in set(FactKind) or not isinstance(value, str):
        return {}
    if any(True for _ in writing.fact("", (), FactKind(kind), value)):
        return {}
    fact = Fact(FactKind(kind), value, "")
    return {language: formats.fact(fact, language, country) for language in LANGUAGES}


def _was_there(field: Field, live: Tree) -> bool:
    """Tell whether the wording, the fact or the source of a field is among what residents are told."""
    file, path = field.spot
    part = path[:2] if path[0] in {"wordings", "facts", "sources"} else ()
    return get(live, file, part) is not None


def _fact(drawn: _Drawn, name: str, fields: Sequence[Field], used: Mapping[str, frozenset[str]]) -> ShownFact:
    place = drawn.place
    path = ("facts", name)
    return ShownFact(
        name,
        drawn.of(fields),
        written(get(drawn.typed, place.file, path), place.where.rpartition("-")[2]),
        tuple(language for language, names in used.items() if name in names),
        bool(drawn.form.get(f"drop-facts-{name}")),
        drawn.remarks(place.file, path),
    )


def _source(drawn: _Drawn, key: str, fields: Sequence[Field]) -> ShownSource:
    facts = get(drawn.typed, drawn.place.file, ("facts",)) or {}
    used = tuple(name for name, fact in facts.items() if isinstance(fact, Mapping) and fact.get("source") == key)
    return ShownSource(key, drawn.of(fields), used, bool(drawn.form.get(f"drop-sources-{key}")))


def _wording(
    drawn: _Drawn, language: str, fields: Sequence[Field], own: Mapping[str, Mapping[str, str]], shared: Sequence[SharedFact]
) -> ShownWording:
    place = drawn.place
    file, path = place.wording(language)
    there = get(drawn.tree, file, path)
    plain = there if isinstance(there, Mapping) else {}
    behind = str(plain.get("behind") or "")
    names = {name: told.get(language, "") for name, told in own.items()} | {each.name: each.value for each in shared}
    return ShownWording(
        language,
        drawn.of(fields),
        any(plain.get(part) for part in PARTS),
        language in changed_wordings(place, drawn.tree, drawn.typed),
        behind,
        str(plain.get("read_on") or ""),
        drawn.form.get(f"change-{language}") or (CAUGHT_UP if behind else SAID),
        names,
        drawn.remarks(file, tuple(path)),
    )


def _rest(drawn: _Drawn, fields: AnswerFields) -> list[Remark]:
    """Return the problems that stand at no box, fact or wording."""
    place = drawn.place
    spots = {each.spot for each in fields}
    spots |= {(place.file, ("facts", name)) for name in fields.facts} | {place.wording(language) for language in LANGUAGES}
    rest = [p for p in drawn.problems if not any(spot == (p.file, tuple(p.path)) or _below(spot, p) for spot in spots)]
    return [_remark(problem, place.say) for problem in rest]


def _below(spot: tuple[str, tuple[str | int, ...]], problem: Problem) -> bool:
    return len(spot[1]) > 2 and covers(spot, (problem.file, tuple(problem.path)))  # noqa: PLR2004 - a box, no section


def _shared(place: Place, tree: Tree, used: Mapping[str, frozenset[str]]) -> list[SharedFact]:
    """Return the shared facts that the wordings name, as `bot.editing.assembling` takes them."""
    lives, _, country = place.where.rpartition("-")
    names = {name for its in used.values() for name in its} - set(get(tree, place.file, ("facts",)) or ())
    found = []
    for owner in dict.fromkeys(each for each in (country, lives, layout.COMMON) if each):
        facts = get(tree, layout.shared(owner), ("facts",)) or {}
        for name in sorted(names & set(facts)):
            names.discard(name)
            told = written(facts[name], country).get(place.language, "")
            found.append(SharedFact(name, told, str(Item(Kind.SHARED, owner)), owner_name(owner, place.language, place.say)))
    return found


def _told(place: Place, tree: Tree, file: str) -> dict[str, dict[str, str]]:
    country = place.where.rpartition("-")[2]
    return {name: written(plain, country) for name, plain in (get(tree, file, ("facts",)) or {}).items()}


def _names(wording: Any) -> frozenset[str]:  # noqa: ANN401 - what stands in a tree
    its = wording if isinstance(wording, Mapping) else {}
    parts = (its.get(part) for part in PARTS)
    texts = (text for part in parts for text in (part if isinstance(part, list) else [part]) if isinstance(text, str))
    return frozenset(name for text in texts for name in NAME.findall(text))


def _remark(problem: Problem, say: NullTranslations) -> Remark:
    return Remark(say.gettext(problem.template) % problem.values, problem.severity is Severity.ERROR)
