"""Messages that lean on the last answer: "and for my husband?", "what does it cost?", a bare place name.

No example teaches them, because they mean nothing alone. So the rule is turned round: in a conversation, a short message
that is not surely something else is taken to be about what was answered last. The limits below were read off the follow-ups
of the development conversations; between leaning and new questions the gate leaves a wide gap there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.language.text import fold, words
from bot.matching.earlier import pointed_at, taken_up
from bot.model.verdict import Act, Verdict, VerdictKind

#: In so few words nobody asks about the weather: whatever they are, they lean.
_BARE = 3
#: Up to so many words even a rather sure new topic gives way ("e in Slovenia quanto danno?").
_SHORT, _SHORT_SURE = 5, 0.7
#: From so many words on, a new topic that is half sure is offered beside the last one.
_LONG, _HALF_SURE = 9, 0.3
#: From this probability on, a new topic is offered beside the last one however short the message is ("dolgovi v Sloveniji").
_NEW = 0.6
#: What opens a message that goes on from the last ("in za moža?", "e quanto costa?", "a kaj ako", "а за детето"). Slovene "kaj
#: pa" and a bare Slovene "a" open new questions as often.
_GOES_ON = re.compile(r"^\W*(?:in|ter|e|ed|i|te|sto ako|kaj ako|a sto|a kaj|a ako|a za|a u|a na|и|а|ами|ами ако)\b")
#: A message that goes on gives way only to a new topic that is this sure, up to so many words.
_GOES_ON_SURE, _GOES_ON_WORDS = 0.9, 12
#: Longer messages stand on their own.
_LONGEST = 15
#: From this probability on, a message is none of our business even in a conversation.
_OUTSIDE = 0.85
#: How many times likelier than any topic an act must be, so that "where do I hand it in" is not taken for a greeting.
_ACT_LEAD = 50.0
_CHOICES = 3


def lean(verdict: Verdict, text: str, topic: str, asked: Sequence[str] = ()) -> Verdict:
    """Return ``verdict`` on ``text``, or one on ``topic``, what was answered last, when the text leans on it.

    ``asked`` are the topics of the conversation, oldest first: a text may go back to one of them.
    """
    pointed = pointed_at(text, asked)
    if pointed is not None:
        return _about(verdict, pointed)
    if verdict.act is Act.FOLLOW_UP:
        return _about(verdict, taken_up(text, verdict.evidence.candidates, asked, topic) or topic)
    length = len(words(text))
    goes_on = length <= _GOES_ON_WORDS and _GOES_ON.search(fold(text)) is not None
    if length > _LONGEST or _stands_alone(verdict, length, goes_on=goes_on):
        return verdict
    evidence = verdict.evidence
    unlike = verdict.topic != topic
    if unlike and not goes_on and evidence.gate >= (_HALF_SURE if length >= _LONG else _NEW):
        likely = (candidate.topic for candidate in evidence.candidates)
        choices = tuple(dict.fromkeys([*filter(None, [verdict.topic]), topic, *likely]))[:_CHOICES]
        return replace(verdict, kind=VerdictKind.CHOOSE, act=None, choices=choices)
    return _about(verdict, taken_up(text, evidence.candidates, asked, topic) or topic)


def _about(verdict: Verdict, topic: str) -> Verdict:
    """Return an answer on ``topic``, as sure as it is that the text asks nothing else."""
    gate = verdict.evidence.gate
    confidence = max(gate, _HALF_SURE) if verdict.topic == topic else max(gate, 1 - gate)
    return replace(verdict, kind=VerdictKind.ANSWER, act=None, confidence=confidence, topic=topic, choices=(), also=None)


def _stands_alone(verdict: Verdict, length: int, *, goes_on: bool) -> bool:
    """Tell whether the verdict holds whatever was said before."""
    evidence = verdict.evidence
    if verdict.kind is VerdictKind.ACT:
        best = max((candidate.probability for candidate in evidence.candidates), default=0.0)
        best = max(best, evidence.leans)
        return evidence.strength == "nearest" or verdict.confidence >= _ACT_LEAD * best
    if goes_on and verdict.kind is not VerdictKind.PERSON:
        return evidence.gate >= _GOES_ON_SURE
    if verdict.kind is VerdictKind.ANSWER:
        return length > _SHORT or evidence.gate >= _SHORT_SURE
    return length > _BARE and evidence.outside >= _OUTSIDE
