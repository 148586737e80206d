"""Two questions in one message: cut where a second may begin, and judged by its words alone, which costs no embedding."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.language.text import sentences, words
from bot.model.verdict import Verdict, VerdictKind

#: A shorter part asks nothing by itself ("sina in hčerko").
_FEWEST_WORDS = 3
#: More parts are a story, and a story has one question.
_MOST_PARTS = 4
#: How probable a topic must be for the whole text, and what a part must be by itself.
_SEEN = 0.05
#: How sure both parts must be for the first to be answered first, whatever the whole text says.
_SURE = 0.9
#: What joins two questions, in all languages. Cut there, a part still has to be sure of another topic by itself.
_AND = re.compile(r"[,;]?\s{1,9}(?:in|ter|pa še|e|ed|e poi|i|te|и|а също)\s+", re.IGNORECASE)


def two_questions(text: str, verdict: Verdict, judge: Callable[[str], Verdict]) -> Verdict:
    """Return ``verdict`` on ``text`` as an answer to the first question of two, with the other under ``also``.

    ``judge`` returns the verdict on a part by its words. Both topics must be seen in the whole text, too: the parts of a story
    about one thing look like questions about many. A choice, which it is because there are two, becomes an answer when both
    parts are sure.
    """
    parts = [part for sentence in sentences(text) for part in _AND.split(sentence) if len(words(part)) >= _FEWEST_WORDS]
    if not 1 < len(parts) <= _MOST_PARTS:
        return verdict
    seen = {found.topic for found in verdict.evidence.candidates if found.probability >= _SEEN}
    asked: dict[str, float] = {}
    for part in map(judge, parts):
        if part.topic is not None and part.kind is not VerdictKind.PERSON:
            asked.setdefault(part.topic, part.confidence)
    if verdict.kind is VerdictKind.CHOOSE:
        return _both_sure(verdict, [topic for topic, sure in asked.items() if sure >= _SURE], seen)
    other = next((topic for topic in asked if topic != verdict.topic and topic in seen), None)
    if verdict.topic not in asked or other is None:
        return verdict
    first = next(topic for topic in asked if topic in seen)
    if first == other and min(asked[first], asked[verdict.topic]) >= _SURE:
        return replace(verdict, topic=first, also=verdict.topic)
    return replace(verdict, also=other)


def _both_sure(verdict: Verdict, sure: list[str], seen: set[str]) -> Verdict:
    """Return an answer instead of the choice ``verdict`` when its parts are ``sure`` of two topics, one of which is ``seen``."""
    if len(sure) != 2 or seen.isdisjoint(sure):  # noqa: PLR2004 - two questions
        return verdict
    first, other = sure
    return replace(verdict, kind=VerdictKind.ANSWER, confidence=_SURE, topic=first, choices=(), also=other)
