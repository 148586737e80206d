"""An answer as it is being written, made into one that can be shown: nothing is refused, what is missing is shown as missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.trees import Tree, get
from bot.editing.wordings import names_in
from bot.model.library import LANGUAGES, Answer, Fact, FactKind, Library, Source, Topic, Wording

#: What stands where a wording has no text yet.
_OPEN = "…"
_NEEDED = ("title", "button", "what")
_LISTS = ("do", "bring")


def sketched(tree: Tree, library: Library, topic: str, where: str, today: date) -> tuple[Library, Answer]:
    """Return ``library`` with the answer as it stands in ``tree``, and that answer.

    A fact whose value cannot be read is shown as it was typed, a name that is no fact in its braces.
    """
    lives, _, country = where.rpartition("-")
    plain = _mapping(get(tree, layout.facts(topic, where)))
    wordings = dict(_wordings(tree, topic, where))
    facts, sources = _own(plain)
    for owner in dict.fromkeys(each for each in (country, lives, layout.COMMON) if each):
        _share(facts, sources, owner, _mapping(get(tree, layout.shared(owner))), wordings)
    for wording in wordings.values():
        for name in names_in(wording):
            facts.setdefault(name, Fact(FactKind.NAME, "{" + name + "}", ""))
    answer = Answer(
        topic,
        country,
        str(plain.get("confidence") or "thin"),
        _day(plain.get("checked_on")) or today,
        facts,
        sources,
        tuple(_texts(plain.get("whom"))),
        wordings,
        lives or None,
    )
    topics = {**library.topics, topic: _topic(tree, library, topic)}
    return replace(library, topics=topics, answers={**library.answers, f"{topic}/{where}": answer}), answer


def _wordings(tree: Tree, topic: str, where: str) -> Iterator[tuple[str, Wording]]:
    names = {each.name for each in fields(Wording)} - {"read_on", "behind", *_LISTS}
    for language in LANGUAGES:
        plain = _mapping(get(tree, layout.words(topic, language), ("wordings", where)))
        texts = {name: value for name, value in plain.items() if name in names and isinstance(value, str) and value.strip()}
        lists = {name: tuple(_texts(plain.get(name))) for name in _LISTS}
        if texts or any(lists.values()):
            days = {name: _day(plain.get(name)) for name in ("read_on", "behind")}
            parts: dict[str, Any] = dict.fromkeys(_NEEDED, _OPEN) | texts | lists | days
            yield language, Wording(**parts)


def _own(plain: Mapping[str, Any]) -> tuple[dict[str, Fact], dict[str, Source]]:
    facts = {name: fact for name, value in _mapping(plain.get("facts")).items() if (fact := _fact(value)) is not None}
    return facts, {name: _source(value) for name, value in _mapping(plain.get("sources")).items()}


def _share(
    facts: dict[str, Fact], sources: dict[str, Source], owner: str, plain: Mapping[str, Any], wordings: Mapping[str, Wording]
) -> None:
    """Add what ``owner`` shares with the answers whose wordings name it."""
    shared, known = _own(plain)
    named = {name for wording in wordings.values() for name in names_in(wording)}
    for name, fact in shared.items():
        if name in named and name not in facts:
            key = f"{owner}.{fact.source}"
            facts[name] = replace(fact, source=key, shared=owner)
            if fact.source in known:
                sources[key] = known[fact.source]


def _fact(plain: Any) -> Fact | None:  # noqa: ANN401 - what stands in a tree
    its = _mapping(plain)
    value, kind = its.get("value"), its.get("kind")
    if not isinstance(value, str):
        return None
    if kind not in set(FactKind) or any(True for _ in writing.fact("", (), FactKind(kind), value)):
        return Fact(FactKind.NAME, value, str(its.get("source") or ""))
    year = str(its.get("valid_for") or "")
    valid_for = int(year) if year.isascii() and year.isdecimal() else None
    return Fact(FactKind(kind), value, str(its.get("source") or ""), valid_for, _day(its.get("checked_on")))


def _source(plain: Any) -> Source:  # noqa: ANN401 - as above
    its = _mapping(plain)
    return Source(*(str(its.get(name) or "") for name in ("record", "url", "date")))


def _topic(tree: Tree, library: Library, topic: str) -> Topic:
    """Return the topic as it stands in ``tree``."""
    plain = _mapping(get(tree, layout.topic(topic)))
    known = library.topics.get(topic) or Topic(topic, "", (), {})
    names = {language: name for language, name in _mapping(plain.get("names")).items() if isinstance(name, str)}
    days = str(plain.get("fresh_days") or "")
    fresh = int(days) if days.isascii() and days.isdecimal() and len(days) < 6 else Topic(topic, "", (), {}).fresh_days  # noqa: PLR2004 - centuries
    return replace(known, names=dict.fromkeys(LANGUAGES, topic) | names, fresh_days=fresh)


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as above
    return value if isinstance(value, Mapping) else {}


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    if isinstance(value, list | tuple):
        yield from (each for each in value if isinstance(each, str) and each.strip())


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
