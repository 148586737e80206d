"""What every system is asked for, and how one that only ranks labels comes to decide."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.matching.grams import tokens
from bot.matching.material import ACT, CRISIS, FOLDS, LOOK_ALIKE, OUTSIDE, SITUATION, is_topic
from bot.model.library import Example
from bot.model.verdict import VerdictKind

#: So many topics are offered, as the matcher does.
CHOICES = 3

#: Labels with their scores, 0 to 1, best first.
Ranked = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a system makes of a message. ``label`` is the topic, act or kind of crisis.

    ``first`` is the likeliest topic whatever was decided, and ``score`` says how sure the system is of it: more is surer.
    """

    kind: VerdictKind
    label: str
    choices: tuple[str, ...]
    first: str
    score: float


class System(Protocol):
    """Something that learns from examples and decides about messages. Learning and deciding happen in two processes."""

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Learn from ``examples`` and leave in ``folder`` whatever `open` needs."""
        ...

    def open(self, folder: Path) -> None:
        """Get ready to decide by what was left in ``folder``."""
        ...

    def decide(self, text: str, language: str) -> Decision:
        """Decide about ``text``, whose language is known."""
        ...

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        ...


class Ranker(Protocol):
    """A system that says how likely labels are, and leaves the deciding to `Thresholded`."""

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Learn from ``examples`` and leave in ``folder`` whatever `open` needs."""
        ...

    def open(self, folder: Path) -> None:
        """Get ready to rank by what was left in ``folder``."""
        ...

    def rank(self, text: str, language: str) -> Ranked:
        """Return the likeliest labels, best first."""
        ...

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        ...


@dataclass
class Thresholded:
    """A `Ranker` with thresholds that a fifth of the examples sets, which it has not learned from, by the matcher's own rule.

    ``situations`` are the topics of each life event. Without ``max_wrong`` nothing is kept aside and nothing answered: then
    only `Decision.first` and `Decision.score` mean something. With ``own``, a threshold that the system ships, it
    answers from there on and offers nothing.
    """

    ranker: Ranker
    max_wrong: float | None
    situations: Mapping[str, Sequence[str]]
    own: float | None = None
    _thresholds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def learn(self, examples: Sequence[Example], folder: Path) -> None:
        """Learn, first without a fifth, which sets the thresholds, then from all."""
        meant = [Example(one.language, OUTSIDE if one.label == LOOK_ALIKE else one.label, one.text) for one in examples]
        thresholds = {} if self.max_wrong is None else self._set(meant, folder / "part", self.max_wrong)
        (folder / "thresholds.json").write_text(json.dumps(thresholds), encoding="utf-8")
        self.ranker.learn(meant, folder)

    def open(self, folder: Path) -> None:
        """Get ready to decide."""
        self._thresholds = json.loads((folder / "thresholds.json").read_text(encoding="utf-8"))
        self.ranker.open(folder)

    def decide(self, text: str, language: str) -> Decision:
        """Decide by the best label; a topic is answered, offered or left to a person by its score."""
        ranked = self.ranker.rank(text, language)
        best = ranked[0][0] if ranked else OUTSIDE
        topics = tuple(label for label, _ in ranked if is_topic(label))[:CHOICES]
        first, score = _first_topic(ranked)
        for prefix, kind in ((ACT, VerdictKind.ACT), (CRISIS, VerdictKind.CRISIS)):
            if best.startswith(prefix):
                return Decision(kind, best.removeprefix(prefix), (), first, score)
        if best.startswith(SITUATION):
            offered = tuple(self.situations.get(best.removeprefix(SITUATION), ()))
            return Decision(VerdictKind.CHOOSE, first, offered, first, score)
        answer, choose = self._thresholds.get(language, (np.inf, np.inf)) if self.own is None else (self.own, np.inf)
        if best != OUTSIDE and score >= answer:
            return Decision(VerdictKind.ANSWER, first, (), first, score)
        if score >= choose:
            return Decision(VerdictKind.CHOOSE, first, topics, first, score)
        return Decision(VerdictKind.PERSON, first, (), first, score)

    def memory(self) -> float:
        """Return the memory in use, in megabytes."""
        return self.ranker.memory()

    def _set(self, examples: Sequence[Example], folder: Path, max_wrong: float) -> dict[str, tuple[float, float]]:
        """Return, by language, from which score to answer and from which to let choose."""
        from bot.matching import setting  # brings scikit-learn, which is no part of deciding

        folder.mkdir(exist_ok=True)
        aside = [zlib.crc32(" ".join(tokens(one.text)).encode()) % FOLDS == 0 for one in examples]
        self.ranker.learn([one for one, kept in zip(examples, aside, strict=True) if not kept], folder)
        self.ranker.open(folder)
        asked = [one for one, kept in zip(examples, aside, strict=True) if kept and (is_topic(one.label) or one.label == OUTSIDE)]
        found: dict[str, tuple[float, float]] = {}
        for language in sorted({one.language for one in asked}):
            told = [one for one in asked if one.language == language]
            ranked = [self.ranker.rank(one.text, language) for one in told]
            first = [_first_topic(one) for one in ranked]
            right = np.array([topic == one.label for (topic, _), one in zip(first, told, strict=True)])
            outside = np.array([one.label == OUTSIDE for one in told])
            answers = np.array([bool(one) and is_topic(one[0][0]) for one in ranked])
            sure = np.array([score for _, score in first], np.float32)
            answer = setting._answer_at(np.where(answers, sure, -1), right, outside, max_wrong)
            choose = setting._quantile(sure[outside], 1 - setting._OUTSIDE_CHOICES)
            found[language] = (answer, max(choose, setting._LEAST_CHOICE))
        return found


def _first_topic(ranked: Ranked) -> tuple[str, float]:
    return next(((label, score) for label, score in ranked if is_topic(label)), ("", 0.0))
