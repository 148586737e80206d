"""Libraries with awkward texts in every place, for properties: sound in their shape, though no editor would publish them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from bot.editing import layout
from bot.editing.assembling import assemble
from bot.editing.documents import Document
from bot.editing.files import shape_of
from bot.editing.shaping import shaped
from bot.editing.trees import Tree
from bot.model.library import (
    COUNTRIES,
    LANGUAGES,
    PAIRS,
    Answer,
    CrisisKind,
    Example,
    Fact,
    FactKind,
    Golden,
    HelpLine,
    Library,
    Office,
    Place,
    Point,
    Situation,
    Source,
    Topic,
    Wording,
)
from bot.model.verdict import Act

_OWNERS = (*COUNTRIES, layout.COMMON)
_WHERES = (*COUNTRIES, *PAIRS)

#: Texts that a careless writer of YAML turns into something else.
AWKWARD = (
    *("no", "Yes", "null", "~", "true", "0481 123456", "01 30 77 300", "2026-01-01", "12:30", "1_000", "0x1F", ".inf", "=", "<<"),
    *("a: b", "a:", ": a", "a #b", "# a", "- a", "-", "--- a", "...", "? a", "!a", "&a", "*a", "@a", "`a`", "%a", "|", "> a"),
    *("'a'", 'say "a"', "it's", "a\\b", "\\", "{a}", "[a]", "{a} b", "a, b", "a]", "€ 5,00", "a\nb", "a\n\nb", "a\n b", "a\tb"),
    *("дълг", "č š ž", "👩‍👧", "a\u00a0b", "a\u2028b", "a\u0085b", "\ufeffa", "a\u200bb", "key: {a: [b", "a  b", '"', "'"),
)

#: Python and pydantic strip the ends of a text a little differently; what only one strips stands at no end.
_characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x1c\x1d\x1e\x1f")
texts = st.one_of(st.sampled_from(AWKWARD), st.text(_characters, min_size=1, max_size=30)).map(str.strip).filter(bool)
ids = st.sampled_from(["debts", "no", "null", "pension-2", "a", "true-story", "x1", "y"])
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_few = st.lists(texts, max_size=3).map(tuple)
_some = st.lists(texts, min_size=1, max_size=3).map(tuple)
_maybe = st.none() | texts
by_language = st.dictionaries(st.sampled_from(LANGUAGES), texts, max_size=4)
sources = st.builds(Source, texts, texts, texts)
_kinds = st.sampled_from(FactKind)
_years = st.none() | st.integers(1900, 2100)
_countries = st.lists(st.sampled_from(COUNTRIES), max_size=3).map(tuple)


def _named(name: str, words: Sequence[str]) -> str:
    return " ".join(["{" + each + "}" for each in words] + [name])


@st.composite
def _wordings(draw: st.DrawFn, shared: Sequence[str]) -> Wording:
    plain = draw(
        st.builds(
            Wording,
            title=texts,
            button=texts,
            what=texts,
            who=st.just("") | texts,
            do=_few,
            bring=_few,
            cost=st.just("") | texts,
            time=st.just("") | texts,
            note=st.just("") | texts,
            read_on=st.none() | days,
            behind=st.none() | days,
        )
    )
    values = {name: getattr(plain, name) for name in Wording.__slots__}
    return Wording(**{**values, "what": _named(plain.what, shared)})


@st.composite
def _answers(draw: st.DrawFn, topic: str, where: str, pool: Mapping[str, Mapping[str, tuple[Fact, Source]]]) -> Answer:
    lives, _, country = where.rpartition("-")
    own_sources = draw(st.dictionaries(texts, sources, max_size=2))
    own = draw(
        st.dictionaries(
            texts.map(lambda text: f"own {text}"),
            st.builds(Fact, _kinds, texts, texts.filter(lambda text: "." not in text), _years, st.none() | days),
            max_size=2,
        )
    )
    reach = [(owner, name) for owner in (country, lives, layout.COMMON) for name in pool.get(owner, {})]
    taken = draw(st.lists(st.sampled_from(reach), unique=True)) if reach else []
    spoken = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1 if taken else 0, unique=True))
    wordings = {language: draw(_wordings([name for _, name in taken])) for language in spoken}
    shared = {name: pool[owner][name][0] for owner, name in taken}
    their = {pool[owner][name][0].source: pool[owner][name][1] for owner, name in taken}
    return Answer(
        topic=topic,
        country=country,
        confidence=draw(st.sampled_from(["good", "thin"])),
        checked_on=draw(days),
        facts={**own, **shared},
        sources={**{name: source for name, source in own_sources.items() if "." not in name}, **their},
        whom=draw(_few),
        wordings=wordings,
        lives=lives or None,
    )


@st.composite
def _pools(draw: st.DrawFn) -> Mapping[str, Mapping[str, tuple[Fact, Source]]]:
    """Return the facts that answers may share, by whose they are; no name is used twice."""
    pool: dict[str, dict[str, tuple[Fact, Source]]] = {}
    for owner in draw(st.lists(st.sampled_from(_OWNERS), max_size=2, unique=True)):
        for number in range(draw(st.integers(1, 2))):
            key = f"{owner}.s{number}"
            fact = draw(st.builds(Fact, _kinds, texts, st.just(key), _years, days, st.just(owner)))
            pool.setdefault(owner, {})[f"{owner}_{number}"] = (fact, draw(sources))
    return pool


def _of_ids(of: Any, max_size: int = 3) -> st.SearchStrategy[dict[str, Any]]:
    """Return nouns by ids of their own."""
    return st.lists(texts, max_size=max_size, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: of(name) for name in names})
    )


def _places(name: str) -> st.SearchStrategy[Place]:
    forms = st.dictionaries(st.sampled_from(LANGUAGES), _few, max_size=2)
    number = st.none() | st.floats(-90, 90)
    kinds = st.sampled_from(["country", "region", "settlement"])
    return st.builds(Place, st.just(name), st.sampled_from(COUNTRIES), kinds, texts, by_language, forms, number, number, _maybe)


def _offices(name: str) -> st.SearchStrategy[Office]:
    parts = (st.just(name), st.sampled_from(COUNTRIES), _few, by_language, _few, sources, days)
    return st.builds(Office, *parts, _maybe, _maybe, _few, _maybe, _maybe, _maybe, _few)


def _points(name: str) -> st.SearchStrategy[Point]:
    spoken = st.lists(st.sampled_from(LANGUAGES), max_size=2).map(tuple)
    parts = (st.just(name), by_language, _countries, _few, spoken, sources, st.sampled_from(COUNTRIES))
    return st.builds(Point, *parts, _maybe, _maybe, _maybe)


def _lines(name: str) -> st.SearchStrategy[HelpLine]:
    return st.builds(
        HelpLine, st.just(name), st.sampled_from(COUNTRIES), texts, _few, by_language, sources, _maybe, st.none() | days
    )


def _topics(name: str) -> st.SearchStrategy[Topic]:
    yes = st.booleans()
    return st.builds(Topic, st.just(name), texts, _countries, by_language, _few, yes, yes, st.integers(1, 999))


def _crises(name: str) -> st.SearchStrategy[CrisisKind]:
    patterns = st.dictionaries(st.sampled_from(LANGUAGES), _few, max_size=2)
    return st.builds(CrisisKind, st.just(name), by_language, by_language, patterns)


@st.composite
def _situations(draw: st.DrawFn, name: str) -> Situation:
    spoken = draw(st.lists(st.sampled_from(LANGUAGES), unique=True))
    names, overviews = ({language: draw(texts) for language in spoken} for _ in range(2))
    return Situation(name, draw(_few), names, overviews, sensitive=draw(st.booleans()))


def _in_file_order(examples: Sequence[Example]) -> tuple[Example, ...]:
    """Return the examples as the files hold them: file by file, and label by label as each first stands there."""
    first: dict[tuple[str, str], int] = {}
    for position, example in enumerate(examples):
        first.setdefault((example.language, example.label), position)

    def place(example: Example) -> tuple[tuple[str, ...], int]:
        file, _ = layout.example(example.label, example.language, 0)
        return PurePosixPath(file).parts, first[example.language, example.label]

    return tuple(sorted(examples, key=place))


def _said(which: tuple[str, str], text: str) -> Example:
    return Example(which[0], which[1], text)


def _asked(which: tuple[str, str], text: str) -> Golden:
    return Golden(which[0], which[1], text)


@st.composite
def libraries(draw: st.DrawFn) -> Library:
    """Draw a library. Its examples stand in the order of the files, as any library's do that was read from some."""
    names = draw(st.lists(ids, max_size=3, unique=True))
    topics = {name: draw(_topics(name)) for name in names}
    pool = draw(_pools())
    wheres = [(topic, where) for topic in topics for where in _WHERES]
    asked = draw(st.lists(st.sampled_from(wheres), max_size=4, unique=True)) if wheres else []
    answers = {f"{topic}/{where}": draw(_answers(topic, where, pool)) for topic, where in asked}
    situations = {name: draw(_situations(name)) for name in draw(st.lists(ids, max_size=2, unique=True))}
    crises = {name: draw(_crises(name)) for name in draw(st.lists(ids, max_size=2, unique=True))}
    labels = [*topics, *(f"act:{act}" for act in Act), *(f"crisis:{kind}" for kind in crises), layout.NOT_CRISIS, layout.OUTSIDE]
    spoken = [(language, label) for language in LANGUAGES for label in labels]
    spoken += [(language, f"situation:{name}") for name, each in situations.items() for language in each.names]
    said = draw(st.lists(st.builds(_said, st.sampled_from(spoken), texts), max_size=12))
    golden = draw(st.lists(st.builds(_asked, st.sampled_from(spoken), texts), max_size=5))
    held = {
        (each.language, each.label): [one.text for one in golden if (one.language, one.label) == (each.language, each.label)]
        for each in golden
    }
    return Library(
        topics,
        answers,
        draw(_of_ids(_places)),
        draw(_of_ids(_offices)),
        draw(_of_ids(_points)),
        tuple(draw(_of_ids(_lines)).values()),
        crises,
        _in_file_order(said),
        situations,
        tuple(Golden(*which, text) for which, several in sorted(held.items(), key=lambda item: item[0][0]) for text in several),
    )


def assembled(tree: Tree) -> Library:
    """Return the library that a tree holds, without asking whether it may be published."""
    formed: dict[str, BaseModel] = {}
    for file in sorted(tree, key=lambda name: PurePosixPath(name).parts):
        shape = shape_of(file)
        assert shape is not None, file
        value, faults = shaped(shape, Document(file, tree[file], None))
        assert value is not None, [str(fault) for fault in faults]
        formed[file] = value
    return assemble(formed)
