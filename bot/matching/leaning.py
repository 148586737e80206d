"""Messages that lean on the last answer: "and for my husband?", "what does it cost?", a bare place name.

The examples of going on (`bot.model.verdict.Act.FOLLOW_UP`) teach how such messages sound; what they are about, only the
conversation tells. So in a conversation a message is taken to be about what was answered last unless it is surer of
something else than it sounds like going on. The limits were read off the follow-ups of the development conversations, where
between leaning and new questions lies a wide gap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.language.text import fold, words
from bot.matching.earlier import pointed_at, taken_up
from bot.model.verdict import Act, Evidence, Verdict, VerdictKind

#: In so few words nobody asks about the weather: whatever they are, they lean.
_BARE = 3
#: By so much a new topic must be surer than that the message goes on, which counts half, to be answered.
_NEW, _HALF = 0.65, 0.5
#: From this probability on, a new topic is offered beside the last one; from so many words on, from less.
_MAYBE_NEW, _LONG, _MAYBE_NEW_LONG = 0.45, 9, 0.3
#: From this probability on, a short message sounds like going on, and nothing is offered beside the last answer.
_SOUNDS_LIKE_GOING_ON = 0.1
#: What opens a message that goes on from the last ("in za moža?", "e quanto costa?", "a kaj ako", "а за детето"). Slovene "kaj
#: pa" and a bare Slovene "a" open new questions as often.
_GOES_ON = re.compile(r"^\W*(?:in|ter|e|ed|i|te|sto ako|kaj ako|a sto|a kaj|a ako|a za|a u|a na|и|а|ами|ами ако)\b")
#: After such an opening and in so few words, only a topic that is this sure is new.
_GOES_ON_SURE, _GOES_ON_WORDS = 0.9, 12
#: Longer messages stand on their own.
_LONGEST = 15
#: A message is none of our business even in a conversation from this probability on, if that is so many times likelier than
#: that it goes on.
_OUTSIDE, _OUTSIDE_LEAD = 0.5, 25.0
#: How many times likelier than any topic an act must be, so that "where do I hand it in" is not taken for a greeting.
_ACT_LEAD = 50.0
#: An answer on the last topic is at least this sure.
_HALF_SURE = 0.3
_CHOICES = 3


def lean(verdict: Verdict, text: str, topic: str, asked: Sequence[str] = ()) -> Verdict:
    """Return ``verdict`` on ``text``, or one on ``topic``, what was answered last, when the text leans on it.

    ``asked`` are the topics of the conversation, oldest first: a text may go back to one of them.
    """
    pointed = pointed_at(text, asked)
    if pointed is not None:
        return _about(verdict, pointed)
    evidence = verdict.evidence
    length = len(words(text))
    if verdict.act is not Act.FOLLOW_UP:
        goes_on = length <= _GOES_ON_WORDS and _GOES_ON.search(fold(text)) is not None
        if length > _LONGEST or _stands_alone(verdict, length, goes_on=goes_on):
            return verdict
        if verdict.topic != topic and not goes_on and _may_be_new(evidence, length):
            likely = (candidate.topic for candidate in evidence.candidates)
            choices = tuple(dict.fromkeys([*filter(None, [verdict.topic]), topic, *likely]))[:_CHOICES]
            return replace(verdict, kind=VerdictKind.CHOOSE, act=None, choices=choices)
    return _about(verdict, taken_up(text, evidence.candidates, asked, topic) or topic)


def _stands_alone(verdict: Verdict, length: int, *, goes_on: bool) -> bool:
    """Tell whether the verdict holds whatever was said before."""
    evidence = verdict.evidence
    if verdict.kind is VerdictKind.ACT:
        best = max((candidate.probability for candidate in evidence.candidates), default=0.0)
        return evidence.strength == "nearest" or verdict.confidence >= _ACT_LEAD * max(best, evidence.leans)
    least = _GOES_ON_SURE if goes_on else _NEW + _HALF * evidence.leans
    if verdict.kind is not VerdictKind.PERSON and evidence.gate >= least:
        return True
    return length > _BARE and evidence.outside >= max(_OUTSIDE, _OUTSIDE_LEAD * evidence.leans)


def _may_be_new(evidence: Evidence, length: int) -> bool:
    """Tell whether a message that is not sure enough to stand alone may still ask something new."""
    if length >= _LONG:
        return evidence.gate >= _MAYBE_NEW_LONG
    return evidence.gate >= _MAYBE_NEW and evidence.leans < _SOUNDS_LIKE_GOING_ON


def _about(verdict: Verdict, topic: str) -> Verdict:
    """Return an answer on ``topic``, as sure as it is that the text asks nothing else."""
    gate = verdict.evidence.gate
    confidence = max(gate, _HALF_SURE) if verdict.topic == topic else max(gate, 1 - gate)
    return replace(verdict, kind=VerdictKind.ANSWER, act=None, confidence=confidence, topic=topic, choices=(), also=None)
