"""What residents ask and the bot should have known, in groups of like questions; the newest of each language are looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from bot.editing.learning import MARK
from bot.matching.grouping import MOST, group
from bot.matching.linear import Floats
from bot.model.library import Library
from bot.model.verdict import VerdictKind
from bot.store import questions
from bot.store.database import Database
from bot.store.questions import Question
from bot.threads import in_thread
from bot.work.likening import maker_of, unpacked

#: So many examples tell which words of a language are common.
_BACKGROUND = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """Like questions, those first that are likest to all the others."""

    questions: tuple[Question, ...]

    @property
    def first(self) -> Question:
        """The question that stands for all: one that speaks of no person, where there is one."""
        return next((each for each in self.questions if not MARK.search(each.text or "")), self.questions[0])

    @property
    def since(self) -> datetime:
        """When the first of them was asked."""
        return min(each.at for each in self.questions)

    @property
    def until(self) -> datetime:
        """When the last of them was asked."""
        return max(each.at for each in self.questions)

    @property
    def channels(self) -> Counter[str]:
        """How many came on which channel."""
        return Counter(each.channel for each in self.questions)

    @property
    def unanswered(self) -> int:
        """How many got no answer: the bot called a person, or offered a choice of which none was taken."""
        return sum(
            each.kind is VerdictKind.PERSON or (each.kind is VerdictKind.CHOOSE and each.topic is None and each.situation is None)
            for each in self.questions
        )

    @property
    def not_helpful(self) -> int:
        """How many got an answer of which the resident said that it did not help."""
        return sum(each.helpful is False for each in self.questions)

    @property
    def to_person(self) -> int:
        """How many came before staff."""
        return sum(each.to_person for each in self.questions)


class Unanswered:
    """Groups the questions that no editor has seen to. One for a process; what was grouped last is remembered by language."""

    def __init__(self, db: Database, library: Callable[[], Library]) -> None:
        self._db = db
        self._library = library
        self._known: dict[str, _Known] = {}

    async def groups(self, language: str) -> list[Asked]:
        """Return the groups of a language, the largest first and among these the newest; at most `MOST` questions in all."""
        async with self._db.read() as tx:
            found = await questions.unsettled(tx, language, MOST)
        library = self._library()
        state = [(question, vector is None) for question, vector in found]
        known = self._known.get(language)
        if known is None or known.library is not library or known.state != state:
            known = _Known(library, state, await in_thread(lambda: _grouped(found, _background(library, language))))
            self._known[language] = known
        return known.groups


@dataclass(frozen=True, slots=True)
class _Known:
    """Groups, and what they were made from."""

    library: Library
    state: list[tuple[Question, bool]]
    groups: list[Asked]


def _grouped(found: Sequence[tuple[Question, bytes | None]], background: Sequence[str]) -> list[Asked]:
    texts = [question.text or "" for question, _ in found]
    groups = group(texts, _meanings([vector for _, vector in found]), background)
    asked = [Asked(tuple(found[place][0] for place in each.members)) for each in groups]
    asked.sort(key=lambda each: each.until, reverse=True)
    return sorted(asked, key=lambda each: -len(each.questions))


def _meanings(contents: Sequence[bytes | None]) -> Floats | None:
    """Return the vectors that the encoder made which made most of them, NaN where there is none; None where all are missing."""
    makers = Counter(maker_of(each) for each in contents if each is not None)
    if not makers:
        return None
    maker = max(sorted(makers), key=lambda each: makers[each])
    vectors = [unpacked(each, maker) for each in contents]
    size = max(len(each) for each in vectors if each is not None)
    nothing = np.full(size, np.nan, np.float32)
    return np.stack([nothing if each is None or len(each) != size else each for each in vectors])


def _background(library: Library, language: str) -> list[str]:
    texts = [each.text for each in library.examples if each.language == language]
    return texts[:: max(1, len(texts) // _BACKGROUND)][:_BACKGROUND]
