"""Verdicts while nothing is trained yet: likeness of letters to single examples, and the crisis patterns. Cautious."""

from __future__ import annotations

from bot.matching.material import ACT, CRISIS, SITUATION, is_topic
from bot.matching.nearest import Nearest
from bot.model.verdict import Act, Candidate, Evidence, LanguageGuess, Neighbour, Verdict, VerdictKind

#: How like an example a message must be, 0 to 1. Likeness of letters picks the wrong neighbour too often to be bold.
_ANSWER, _CHOOSE, _ACT, _CRISIS = 0.9, 0.55, 0.85, 0.8
_LOOKED_AT, _CHOICES = 25, 3


def rough_verdict(text: str, pattern: str | None, nearest: Nearest, guess: LanguageGuess) -> Verdict:
    """Return the verdict on ``text``; ``pattern`` is the kind of crisis of a pattern that was found in it."""
    neighbours = nearest.by_letters(text, count=_LOOKED_AT)
    question = _question(neighbours, guess)
    first = neighbours[0] if neighbours else Neighbour("", "", 0.0)
    if pattern is None and not (first.label.startswith(CRISIS) and first.likeness >= _CRISIS):
        return question
    kind = first.label.removeprefix(CRISIS) if pattern is None else pattern
    confidence = max(first.likeness, _CRISIS)
    return Verdict(VerdictKind.CRISIS, confidence, topic=question.topic, crisis=kind, evidence=question.evidence, below=question)


def _question(neighbours: tuple[Neighbour, ...], guess: LanguageGuess) -> Verdict:
    best: dict[str, float] = {}
    for neighbour in neighbours:
        if is_topic(neighbour.label):
            best.setdefault(neighbour.label, neighbour.likeness)
    topics = tuple(best)[:_CHOICES]
    likeness = neighbours[0].likeness if neighbours else 0.0
    evidence = Evidence(
        neighbours=neighbours[:_CHOICES],
        candidates=tuple(Candidate(topic, best[topic]) for topic in topics),
        gate=likeness,
        languages=guess.ranked,
        strength="nearest",
    )
    if not neighbours:
        return Verdict(VerdictKind.PERSON, 0.0, evidence=evidence)
    label = neighbours[0].label
    if label.startswith(ACT) and likeness >= _ACT:
        return Verdict(
            VerdictKind.ACT, likeness, topic=next(iter(topics), None), act=Act(label.removeprefix(ACT)), evidence=evidence
        )
    if label.startswith(SITUATION) and likeness >= _ACT:
        situation = label.removeprefix(SITUATION)
        return Verdict(VerdictKind.CHOOSE, likeness, topic=next(iter(topics), None), situation=situation, evidence=evidence)
    if is_topic(label) and likeness >= _ANSWER:
        return Verdict(VerdictKind.ANSWER, likeness, topic=label, evidence=evidence)
    if is_topic(label) and likeness >= _CHOOSE:
        return Verdict(VerdictKind.CHOOSE, likeness, topic=label, choices=topics, evidence=evidence)
    return Verdict(VerdictKind.PERSON, likeness, topic=next(iter(topics), None), evidence=evidence)
