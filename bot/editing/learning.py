"""Learning from what was asked: what residents' words, and the answer of staff, put into a draft. Nothing is published by it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.editing import layout, staffwords
from bot.editing.checks.examples import LONGEST_EXAMPLE
from bot.editing.checks.topics import LONGEST_ID
from bot.editing.items import Spot
from bot.editing.trees import Tree, get
from bot.language.bulgarian import to_latin
from bot.language.text import clean, fold, has_content, words
from bot.model.library import HOME, LANGUAGES

#: What masking leaves in place of a person (`bot.language.masking`).
MARK = re.compile(r"\[[a-z]+(?:-[a-z]+)*\]")
_NO_NAME = re.compile(r"[^a-z0-9]+")


class Left(StrEnum):
    """Why words are not learned from."""

    MASKED = "masked"  # a person was spoken of; what stands in their place is how nobody speaks
    KNOWN = "known"  # they stand there already, as an example or as a check question
    ELSEWHERE = "elsewhere"  # they stand there already and mean something else
    LONG = "long"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be put where (for `bot.editing.drafting.Drafting.change`), and which words were left out, with the reason.

    ``topic`` is what was learned about; ``golden`` the words that are kept apart as a check question.
    """

    topic: str
    values: Mapping[Spot, Any]
    left: Mapping[str, Left] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    golden: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class NewTopic:
    """A topic that is to be made: what it is called in one language, and the group that it belongs to.

    ``country`` is where it is asked about, empty for the home of the language.
    """

    name: str
    group: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class StaffAnswer:
    """What staff answered, masked, in a language and for a country."""

    text: str
    language: str
    country: str


def learn(tree: Tree, language: str, label: str | NewTopic, texts: Sequence[str], *, golden: str | None = None) -> Lesson:
    """Return how residents' ``texts`` (masked) teach ``label``: a topic, ``outside``, or a topic to be made.

    ``golden`` is the one of them that is kept apart to be asked before each publishing, and not learned from (empty for none);
    when None it is the last that can be used, unless there is only one.
    """
    made: dict[Spot, Any] = {}
    if isinstance(label, NewTopic):
        label, made = _new_topic(tree, language, label)
    usable, left = _sorted_out(tree, language, label, texts)
    golden = None if golden is None else _in_one_line(golden)
    several = len(usable) > 1
    apart = golden if golden in usable else usable[-1] if several and golden is None else None
    examples = tuple(text for text in usable if text != apart)
    values = {**made, **_said(tree, language, label, examples)}
    if apart is not None:
        spot = (layout.golden(language), (label,))
        values[spot] = [*_listed(tree, spot), apart]
    return Lesson(label, values, left, examples, apart)


def answer(tree: Tree, topic: str, staff: StaffAnswer, today: date, names: Mapping[str, str]) -> dict[Spot, Any]:
    """Return what makes ``staff``'s words the first wording of an answer; empty when it is worded in that language already.

    The answer is marked thin, and its title is the name of the topic (``names``, by language). Amounts, dates and pages that can
    be recognised become facts; for other numbers, and for the wordings of other languages, the checks ask.
    """
    words_file, facts_file = layout.words(topic, staff.language), layout.facts(topic, staff.country)
    spot: Spot = (words_file, ("wordings", staff.country))
    if get(tree, *spot) is not None or not staff.text.strip():
        return {}
    there = get(tree, facts_file) or {}
    taken = {*(there.get("facts") or ()), *(get(tree, layout.shared(staff.country), ("facts",)) or ())}
    prose, facts = staffwords.with_facts(staff.text, today, taken)
    name = names.get(staff.language) or next(iter(names.values()), topic)
    values: dict[Spot, Any] = {}
    if get(tree, words_file) is None:
        values[words_file, ("examples",)] = []
    values[spot] = {"title": name, "button": name, "what": prose, "read_on": today.isoformat()}
    if facts_file not in tree:
        values[facts_file, ()] = {
            "confidence": "thin",
            "checked_on": today.isoformat(),
            "whom": [],
            "facts": facts,
            "sources": {staffwords.SOURCE: staffwords.source(today)},
        }
    elif facts:
        values |= {(facts_file, ("facts", key)): value for key, value in facts.items()}
        values[facts_file, ("sources", staffwords.SOURCE)] = staffwords.source(today)
    return values


def names_of(tree: Tree, values: Mapping[Spot, Any], topic: str) -> Mapping[str, str]:
    """Return what a topic is called, by language, where ``values`` may make it."""
    file = layout.topic(topic)
    contract = values.get((file, ())) or get(tree, file) or {}
    names = contract.get("names")
    return names if isinstance(names, Mapping) else {}


def _new_topic(tree: Tree, language: str, topic: NewTopic) -> tuple[str, dict[Spot, Any]]:
    """Return the short name of a new topic, and its contract: which has no other names yet than its first."""
    stem = _NO_NAME.sub("-", fold(to_latin(topic.name))).strip("-")[: LONGEST_ID - 3].strip("-")
    stem = stem if stem[:1].isalpha() else f"topic-{stem}".strip("-")
    taken = {*layout.NO_TOPICS, layout.COMMON, *LANGUAGES}
    candidates = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
    found = next(each for each in candidates if layout.topic(each) not in tree and each not in taken)
    contract = {"group": topic.group, "countries": [topic.country or HOME[language]], "names": {language: clean(topic.name)}}
    return found, {(layout.topic(found), ()): contract}


def _said(tree: Tree, language: str, label: str, examples: Sequence[str]) -> dict[Spot, Any]:
    file, path = layout.example(label, language, 0)
    spot: Spot = (file, path[:-1])
    # A topic's file is made even where nothing is learned: its wordings stand in it, too.
    return {spot: [*_listed(tree, spot), *examples]} if examples or file not in tree else {}


def _sorted_out(tree: Tree, language: str, label: str, texts: Iterable[str]) -> tuple[list[str], dict[str, Left]]:
    """Return the texts that can be learned from, each once, and why the others cannot."""
    known = _known(tree, language)
    usable: dict[str, str] = {}
    left: dict[str, Left] = {}
    for text in dict.fromkeys(_in_one_line(each) for each in texts):
        key = _key(text)
        if not has_content(text):
            left[text] = Left.EMPTY
        elif MARK.search(text):
            left[text] = Left.MASKED
        elif len(text) > LONGEST_EXAMPLE:
            left[text] = Left.LONG
        elif key in known:
            left[text] = Left.KNOWN if known[key] == label else Left.ELSEWHERE
        elif key in usable:
            left[text] = Left.KNOWN
        else:
            usable[key] = text
    return list(usable.values()), left


def _known(tree: Tree, language: str) -> dict[str, str]:
    """Return what every example and check question of a language means, by its words."""
    found: dict[str, str] = {}
    for file, value in tree.items():
        folder, _, stem = file.removesuffix(".yaml").rpartition("/")
        if folder != language or not isinstance(value, Mapping):
            continue
        for label, texts in _labelled(stem, value):
            found.update((_key(text), label) for text in texts if isinstance(text, str))
    return found


def _labelled(stem: str, value: Mapping[str, Any]) -> Iterable[tuple[str, Sequence[Any]]]:
    match stem:
        case layout.GOLDEN:
            pairs = list(value.items())
        case layout.ACTS:
            pairs = [(f"act:{name}", texts) for name, texts in value.items()]
        case layout.CRISIS:
            pairs = [(name if name == layout.NOT_CRISIS else f"crisis:{name}", texts) for name, texts in value.items()]
        case layout.SITUATIONS:
            pairs = [(f"situation:{name}", held.get("examples")) for name, held in value.items() if isinstance(held, Mapping)]
        case _:
            pairs = [(stem, value.get("examples"))]
    return [(label, texts) for label, texts in pairs if isinstance(texts, list)]


def _in_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _key(text: str) -> str:
    return " ".join(words(text)) or fold(text).strip()


def _listed(tree: Tree, spot: Spot) -> list[Any]:
    found = get(tree, *spot)
    return list(found) if isinstance(found, list) else []
