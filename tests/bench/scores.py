"""What is counted of the decisions."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from bot.matching.evaluation import Asked, Report, Say, evaluate
from bot.model.library import LANGUAGES, Example
from tests.bench.decisions import Decision
from tests.bench.worker import Found


def report(lines: Sequence[Mapping[str, Any]], found: Found) -> Report:
    """Return the counts of `infopoint evaluate` for the decisions about ``lines``, one each, in their order."""
    decided = zip(found.decisions, found.took_ms, lines, strict=True)
    return evaluate(lines, lambda: _say(decided))


def _say(decided: Iterator[tuple[Decision, float, Mapping[str, Any]]]) -> Say:
    def say(text: str) -> Asked:
        decision, took, line = next(decided)
        if line["text"] != text:
            raise ValueError("the decisions are in another order than the messages")
        return Asked(decision.kind, decision.label, line["lang"], decision.choices, took_ms=took)

    return say


def right(asked: Sequence[Example], decisions: Sequence[Decision]) -> float:
    """Return the share of ``asked`` whose first topic is right, the mean of the languages, in percent."""
    return _mean(asked, [decision.first == one.label for one, decision in zip(asked, decisions, strict=True)])


def told(asked: Sequence[Example], guessed: Sequence[str]) -> float:
    """Return the share of ``asked`` whose language is ``guessed`` right, the mean of the languages, in percent."""
    return _mean(asked, [guess == one.language for one, guess in zip(asked, guessed, strict=True)])


def _mean(asked: Sequence[Example], met: Sequence[bool]) -> float:
    by_language = [[hit for one, hit in zip(asked, met, strict=True) if one.language == language] for language in LANGUAGES]
    return 100 * statistics.fmean(statistics.fmean(hits) for hits in by_language if hits)


def parted(asked: Sequence[Example], scores: Sequence[float], foreign: Sequence[Example], others: Sequence[float]) -> float:
    """Return how well scores part ``asked`` from ``foreign`` messages, the mean of the languages, in percent."""
    areas = []
    for language in LANGUAGES:
        ours = [score for one, score in zip(asked, scores, strict=True) if one.language == language]
        theirs = [score for one, score in zip(foreign, others, strict=True) if one.language == language]
        if ours and theirs:
            areas.append(area(ours, theirs))
    return 100 * statistics.fmean(areas)


def area(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return the area under the ROC curve: how often one of ``higher`` exceeds one of ``lower``, a tie counting half."""
    beneath = np.sort(np.asarray(lower))
    strictly = np.searchsorted(beneath, higher, side="left").sum()
    at_most = np.searchsorted(beneath, higher, side="right").sum()
    return float(strictly + at_most) / 2 / (len(higher) * len(lower))
