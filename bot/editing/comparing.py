"""Comparing two libraries: the texts they tell, and how the same questions are decided with each. Pure."""

from __future__ import annotations

import gettext
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from bot.dialogue import answers
from bot.editing.items import Item, Kind
from bot.editing.outcomes import Change, Collision, Counted, Found, Outcome, Some, right
from bot.matching.material import is_topic
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, Golden, Library
from bot.model.verdict import Verdict, VerdictKind

#: Headings are no part of the knowledge, and the moment only decides which reserve is told.
_HEADINGS = gettext.NullTranslations()
_ANY_MOMENT = datetime(2026, 1, 5, 12, tzinfo=UTC)

#: Decides a text in a language.
Decide = Callable[[str, str], Verdict]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a resident asked, masked. ``turn`` tells which question it is."""

    turn: int
    language: str
    text: str


class _Both(NamedTuple):
    before: Verdict
    now: Verdict


class _Tried(NamedTuple):
    """A golden question, and whether it is decided rightly; ``before`` is None for one that is new."""

    change: Change
    before: bool | None
    now: bool


def same_decisions(live: Library, draft: Library) -> bool:
    """Tell whether both decide every question alike whatever was learned: nothing that a decision rests on differs.

    Places are none of it: they say where somebody is, not what is asked.
    """
    return (
        {(each.language, each.label, each.text) for each in live.examples}
        == {(each.language, each.label, each.text) for each in draft.examples}
        and {each.id: each.topics for each in live.situations.values()}
        == {each.id: each.topics for each in draft.situations.values()}
        and live.topics.keys() == draft.topics.keys()
        and {each.id: each.patterns for each in live.crises.values()}
        == {each.id: each.patterns for each in draft.crises.values()}
    )


def texts_changed(live: Library, draft: Library) -> Mapping[str, tuple[str, ...]]:
    """Return the answers, as items, that read differently, each with the languages in which they do."""
    found: dict[str, tuple[str, ...]] = {}
    same_offices = live.offices == draft.offices and live.places == draft.places  # those that an answer names below
    for name in dict.fromkeys([*live.answers, *draft.answers]):
        if same_offices and live.answers.get(name) == draft.answers.get(name):
            continue
        languages = tuple(each for each in LANGUAGES if _text(live, name, each) != _text(draft, name, each))
        if languages:
            found[str(Item(Kind.ANSWER, name))] = languages
    return found


def _text(library: Library, name: str, language: str) -> str:
    answer = library.answers.get(name)
    if answer is None or language not in answer.wordings:
        return ""
    return answers.write(answer, language, _HEADINGS, library, None, _ANY_MOMENT).text


def without_asking(live: Library, draft: Library) -> Found:
    """Return what changes where `same_decisions` holds: texts, and what is not told any more in a language."""
    lost = [
        Change(each.language, Outcome(VerdictKind.ANSWER, (each.label,)), gone, each.label, each.text)
        for each in live.golden
        if (gone := _unworded(live, draft, each)) is not None
    ]
    return Found(lost=tuple(lost), texts=texts_changed(live, draft))


def _unworded(live: Library, draft: Library, golden: Golden) -> Outcome | None:
    """Return where the topic of a golden question was told in its language and is not any more; None when it is everywhere."""
    if not is_topic(golden.label):
        return None
    gone = _told(live, golden.label, golden.language) - _told(draft, golden.label, golden.language)
    order = (*COUNTRIES, *PAIRS)
    return Outcome("unworded", (golden.label, *sorted(gone, key=order.index))) if gone else None


def _told(library: Library, topic: str, language: str) -> set[str]:
    return {*library.countries_of(topic, language), *library.pairs_of(topic, language)}


def compare(
    live: Library,
    draft: Library,
    asked: Sequence[Asked],
    before: Decide,
    now: Decide,
    strength: str,
    tell: Callable[[float], None] = lambda _: None,
) -> Found:
    """Ask the golden questions of both libraries and what residents ``asked``, with the one and with the other.

    ``tell`` is told the share that is done, 0 to 1.
    """
    golden = [(each.language, each.text) for each in (*live.golden, *draft.golden)]
    questions = dict.fromkeys([*golden, *((each.language, each.text) for each in asked)])
    verdicts: dict[tuple[str, str], _Both] = {}
    for language, text in questions:
        verdicts[language, text] = _Both(before(text, language), now(text, language))
        tell(len(verdicts) / len(questions))
    tried = list(_tried(live, draft, verdicts))
    changed = [Change(each.language, *_outcomes(verdicts[each.language, each.text]), turn=each.turn) for each in asked]
    changed = [each for each in changed if each.before != each.now and (each.before.is_settled or each.now.is_settled)]
    return Found(
        lost=tuple(each.change for each in tried if each.before and not each.now),
        won=Some.by_language([each.change for each in tried if each.before is False and each.now]),
        unmet=Some.by_language([each.change for each in tried if each.before is None and not each.now]),
        moved=Some.by_language([each for each in changed if each.before.is_settled and each.now.is_settled]),
        unanswered=Some.by_language([each for each in changed if not each.now.is_settled]),
        answered=Some.by_language([each for each in changed if not each.before.is_settled]),
        collisions=_collisions([*(each.change for each in tried if each.before and not each.now), *changed]),
        texts=texts_changed(live, draft),
        counted=_counted(tried, asked),
        strength=strength,
    )


def _outcomes(both: _Both) -> tuple[Outcome, Outcome]:
    return Outcome.of(both.before), Outcome.of(both.now)


def _tried(live: Library, draft: Library, verdicts: Mapping[tuple[str, str], _Both]) -> Iterator[_Tried]:
    """Yield each golden question with whether it is decided rightly by both.

    One that only the draft has was never right before. One that the draft takes away, or gives another meaning, is still to be
    decided as it was: else it could be lost without anybody saying so.
    """
    before, now = ({(each.language, each.text): each for each in library.golden} for library in (live, draft))
    for (language, text), each in {**before, **now}.items():
        verdict = verdicts[language, text]
        first, second = _outcomes(verdict)
        kept = before.get((language, text))
        was = None if kept is None else right(kept.label, verdict.before)
        meant = [kept, each] if kept is not None and was else [each]
        # As one of these it is lost: by the label of the live edition if by that, which is what the draft's may hide.
        unworded = next((gone for one in meant if (gone := _unworded(live, draft, one)) is not None), None)
        missed = [one for one in meant if not right(one.label, verdict.now)]
        is_now = not missed and unworded is None
        change = Change(language, first, unworded or second, next(iter(missed), each).label, text)
        yield _Tried(change, was, is_now)


def _collisions(changes: Sequence[Change]) -> tuple[Collision, ...]:
    """Count the questions that go from the answer of one topic to that of another, the most first."""
    answer = VerdictKind.ANSWER
    pairs = Counter(
        (each.language, each.before.labels[0], each.now.labels[0])
        for each in changes
        if each.before.kind == each.now.kind == answer and each.before.labels != each.now.labels
    )
    return tuple(Collision(*pair, count) for pair, count in pairs.most_common())


def _counted(tried: Sequence[_Tried], asked: Sequence[Asked]) -> tuple[Counted, ...]:
    residents = Counter(each.language for each in asked)
    of = {language: [each for each in tried if each.change.language == language] for language in LANGUAGES}
    return tuple(
        Counted(language, len(some), sum(bool(each.before) for each in some), sum(each.now for each in some), residents[language])
        for language, some in of.items()
        if some or residents[language]
    )
