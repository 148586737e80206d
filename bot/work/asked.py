"""What was asked in a conversation, as its transcript tells it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.message import Kind
from bot.model.verdict import VerdictKind
from bot.store.heard import Decided, Heard, Said

#: A case that was opened longer than this after a question has to do with something else.
_SAME_MATTER = timedelta(days=1)

_TO_STAFF = (VerdictKind.PERSON, VerdictKind.CRISIS)


@dataclass(slots=True)
class Asked:
    """A question, and what came of it until now. ``words`` are the resident's own; empty when they were taken back.

    ``reworded`` says that the message was edited later.
    """

    turn: int
    at: datetime
    language: str | None
    words: str
    decided: Decided
    remote_id: str | None = None
    reworded: bool = False
    helpful: bool | None = None
    to_person: bool = False


def asked_in(conversation: Heard, topics: Collection[str]) -> list[Asked]:
    """Return the questions of a conversation, the first one first; ``topics`` are those that there are.

    A question is what a resident wrote and the bot understood as such, follow-ups among them; not thanks and the like, what was
    pressed, or what went to staff who held the conversation. A press tells more of the question before it: which of the topics
    to choose from was meant, or in which language it was. An edited message stays one question.
    """
    found: list[Asked] = []
    for said in conversation.said:
        if said.kind is Kind.PRESS:
            if found:
                _take_press(found[-1], said, topics)
        elif said.kind is Kind.EDIT and (earlier := _edited(found, said)) is not None:
            _take_edit(earlier, said)
        elif said.decided is not None and _is_question(said.decided):
            about = _settled_topic(said.decided)
            found.append(Asked(said.turn, said.at, said.language, said.text, about, said.remote_id))
    _take_votes(found, conversation)
    _take_cases(found, conversation)
    return found


def _is_question(decided: Decided) -> bool:
    return decided.kind is not VerdictKind.ACT


def _settled_topic(decided: Decided) -> Decided:
    """Return what was decided, without the topic that was only one of several to choose from."""
    if decided.kind is not VerdictKind.CHOOSE:
        return decided
    return Decided(decided.kind, None, decided.situation, decided.crisis)


def _take_press(question: Asked, said: Said, topics: Collection[str]) -> None:
    decided = question.decided
    if said.decided is not None and _is_question(said.decided):
        question.decided = _settled_topic(said.decided)
        question.language = said.language
        return
    verb, _, rest = said.press.partition(":")
    topic = rest.partition("/")[0]
    if verb == "topic" and topic in topics and decided.kind is VerdictKind.CHOOSE and decided.topic is None:
        question.decided = Decided(decided.kind, topic, decided.situation, decided.crisis)


def _edited(found: list[Asked], said: Said) -> Asked | None:
    same = (each for each in reversed(found) if said.remote_id is not None and each.remote_id == said.remote_id)
    return next(same, None)


def _take_edit(question: Asked, said: Said) -> None:
    question.reworded = True
    question.words = said.text
    if said.decided is None:  # staff held the conversation: nothing was decided anew
        return
    if _is_question(said.decided):
        question.decided = _settled_topic(said.decided)
        question.language = said.language
    else:
        question.words = ""


def _take_votes(found: list[Asked], conversation: Heard) -> None:
    for vote in conversation.votes:
        before = _before(found, vote.at)
        meant = next((each for each in before if each.decided.topic == vote.topic), None) or next(iter(before), None)
        if meant is not None:
            meant.helpful = vote.helpful


def _take_cases(found: list[Asked], conversation: Heard) -> None:
    """Note which questions came before staff: what a case was opened for, and what the bot left to it."""
    for case in conversation.cases:
        opened_for = next(iter(_before(found, case.since)), None)
        if opened_for is not None and not case.by_failure and case.since - opened_for.at <= _SAME_MATTER:
            opened_for.to_person = True
        for each in _during(found, case.since, case.until):
            each.to_person |= each.decided.kind in _TO_STAFF


def _before(found: list[Asked], moment: datetime) -> list[Asked]:
    """Return what was asked until a moment, the last one first."""
    return [each for each in reversed(found) if each.at <= moment]


def _during(found: list[Asked], since: datetime, until: datetime | None) -> Iterator[Asked]:
    return (each for each in found if since <= each.at and (until is None or each.at <= until))
