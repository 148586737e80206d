"""The trained weights, asked about one message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.matching.grams import counts
from bot.matching.linear import Floats, Ints, log_softmax
from bot.matching.material import ACT, OUTSIDE, arranged, is_topic
from bot.matching.nearest import VectorShelf
from bot.matching.signals import LOOKED_AT, UNSEEN, Signals, centred, fuse, gate_features, known_share
from bot.matching.weights import Weights
from bot.model.library import Example
from bot.model.verdict import Act, Candidate, Evidence, LanguageGuess, Neighbour, Verdict, VerdictKind

#: How many topics are offered, as the verdict allows, and how many candidates staff are shown.
CHOICES = 3
_SHOWN = 5
#: A crisis that only a pattern tells is reported at least this sure.
_BY_PATTERN = 0.9
#: By how much an act must be likelier than any topic, in natural logarithms, where a topic could be offered instead: a thank
#: at the end of a question is not all of it.
_ACT_LEAD = 1.5
#: Less probable acts are guesses; offering to delete everything to somebody who did not ask for it takes more than a guess.
_LEAST_ACT = 0.4
_LEAST = {f"{ACT}{Act.FORGET_ME}": 0.75}
#: From which probability on a life event is opened instead of a menu or a person, and offered beside a sure answer. Of examples
#: kept aside 61 % of the situations' reach the first with the right event, and 2 % of the topics' own.
_INSTEAD, _BESIDE = 0.15, 0.3
#: From here on, and if it is surer than the answer, the life event comes first: a whole story asks for more than one thing.
_FIRST = 0.5
#: A choice that is so many times less likely than the first is noise; at least two are offered.
_FAINT = 12.0


def _worth_offering(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the topics to choose from, likeliest first."""
    least = candidates[0].probability / _FAINT
    return tuple(
        candidate.topic
        for place, candidate in enumerate(candidates[:CHOICES])
        if place < 2 or candidate.probability >= least  # noqa: PLR2004 - two
    )


def _place(weights: Weights, label: str) -> int | None:
    return weights.labels.index(label) if label in weights.labels else None


def _probability(fused: Floats, place: int | None) -> float:
    return 0.0 if place is None else float(np.exp(fused[place]))


class Judge:
    """Weights made ready to serve, with the texts of the examples they were trained on."""

    def __init__(self, weights: Weights, examples: Sequence[Example], max_wrong: float) -> None:
        """Take the weights of exactly these ``examples``; ``max_wrong`` is the share of answers that may be wrong."""
        self._weights, self._max_wrong = weights, max_wrong
        self._topics = np.array([is_topic(label) for label in weights.labels])
        self._outside = _place(weights, OUTSIDE)
        self._follow_up = _place(weights, f"{ACT}{Act.FOLLOW_UP}")
        kept = [example for example in arranged(examples) if is_topic(example.label) or example.label.startswith(ACT)]
        fits = weights.vectors is not None and len(weights.vectors.codes) == len(kept)
        self._shelf = VectorShelf.of(kept, weights.vectors) if weights.vectors is not None and fits else None

    def question(self, text: str, vector: Floats | None, guess: LanguageGuess) -> Verdict:
        """Return the verdict on what ``text`` asks, crises aside. ``vector`` is None when there is no meaning evidence."""
        weights = self._weights
        characters, whole = counts(text, weights.grams.longest)
        weighed = weights.grams.weigh(characters, whole)
        known = known_share(characters, weights.grams)
        signals, neighbours = self._signals(weighed, vector, length=len(text.split()), known=known)
        strength = "words" if signals.meaning is None else "full"
        fused = signals.fused()[0]
        topics = np.where(self._topics, fused, -np.inf)
        ranked = np.argsort(-topics, kind="stable")[: int(self._topics.sum())]
        sure = weights.gates[strength].probability(gate_features(signals, self._topics)[0])
        evidence = Evidence(
            neighbours=neighbours,
            candidates=tuple(Candidate(weights.labels[place], float(np.exp(fused[place]))) for place in ranked[:_SHOWN]),
            outside=_probability(fused, self._outside),
            leans=_probability(fused, self._follow_up),
            gate=sure,
            languages=guess.ranked,
            strength=strength,
        )
        topic = weights.labels[ranked[0]]
        thresholds = weights.thresholds[strength]
        kind = VerdictKind.PERSON
        if sure >= thresholds.answer_at(guess.language, self._max_wrong):
            kind = VerdictKind.ANSWER
        elif sure >= thresholds.choose_at(guess.language):
            kind = VerdictKind.CHOOSE
        likeliest = weights.labels[int(fused.argmax())]
        lead = float(fused.max() - fused[ranked[0]])
        probability = float(np.exp(fused.max()))
        if (
            likeliest.startswith(ACT)
            and (lead >= _ACT_LEAD or kind is VerdictKind.PERSON)
            and probability >= _LEAST.get(likeliest, _LEAST_ACT)
        ):
            act = Act(likeliest.removeprefix(ACT))
            return Verdict(VerdictKind.ACT, probability, topic=topic, act=act, evidence=evidence)
        choices = _worth_offering(evidence.candidates) if kind is VerdictKind.CHOOSE else ()
        return self._with_situation(Verdict(kind, sure, topic=topic, choices=choices, evidence=evidence), weighed, vector)

    def _with_situation(self, verdict: Verdict, weighed: tuple[Ints, Floats], vector: Floats | None) -> Verdict:
        """Return ``verdict`` with the life event that the text tells of: instead of a menu or a person, or beside an answer."""
        weights = self._weights
        seen = None if vector is None or weights.centre is None else centred(vector, weights.centre)
        situation, told = weights.situations.judge(weighed, seen)
        if situation is None or told < (_BESIDE if verdict.kind is VerdictKind.ANSWER else _INSTEAD):
            return verdict
        if verdict.kind is VerdictKind.ANSWER and told < max(verdict.confidence, _FIRST):
            return replace(verdict, situation=situation)
        # Its topics are offered; which they are, the library says.
        return replace(verdict, kind=VerdictKind.CHOOSE, confidence=told, situation=situation, choices=())

    def crisis(self, text: str, vector: Floats | None, pattern: str | None, below: Verdict) -> Verdict:
        """Return the crisis verdict when ``text`` is one, with ``below`` under it; else ``below``.

        ``pattern`` is the kind of crisis of a pattern that was found.
        """
        model = self._weights.crisis
        moved = None if vector is None or self._weights.centre is None else centred(vector, self._weights.centre)
        likeness = max((neighbour.likeness for neighbour in below.evidence.neighbours), default=UNSEEN)
        sure, kind, strength = model.judge(text, vector, moved, likeness)
        below = replace(below, evidence=replace(below.evidence, crisis=sure))
        if sure < model.thresholds[strength] and (pattern is None or sure < model.doubts[strength]):
            return below
        found = kind if pattern is None else pattern
        confidence = sure if pattern is None else max(sure, _BY_PATTERN)
        return Verdict(VerdictKind.CRISIS, confidence, topic=below.topic, crisis=found, evidence=below.evidence, below=below)

    def alarm(self, text: str) -> str | None:
        """Return the kind of crisis that ``text`` is by its words alone, if they are sure of it: what needs no encoder."""
        model = self._weights.crisis
        sure, kind, strength = model.judge(text, None, None, UNSEEN)
        return kind if sure >= model.thresholds[strength] else None

    def _signals(
        self, weighed: tuple[Ints, Floats], vector: Floats | None, *, length: int, known: float
    ) -> tuple[Signals, tuple[Neighbour, ...]]:
        weights = self._weights
        margins = weights.words.sparse(*weighed)
        lengths, shares = np.array([length], np.float32), np.array([known], np.float32)
        if vector is None or weights.centre is None or weights.meaning is None or self._shelf is None:
            return Signals(margins[None, :], None, None, lengths, shares, weights.mix), ()
        meaning = log_softmax(weights.meaning.dense(centred(vector, weights.centre)))
        topics = np.where(self._topics, fuse(margins[None, :], meaning[None, :], weights.mix)[0], -np.inf)
        likeness = np.full(len(weights.labels), UNSEEN, np.float32)
        neighbours = []
        for place in np.argsort(-topics, kind="stable")[:LOOKED_AT].tolist():
            if self._topics[place]:
                likeness[place], neighbour = self._shelf.likest(vector, weights.labels[place])
                neighbours.append(neighbour)
        nearest = tuple(sorted(neighbours, key=lambda neighbour: -neighbour.likeness))
        return Signals(margins[None, :], meaning[None, :], likeness[None, :], lengths, shares, weights.mix), nearest
