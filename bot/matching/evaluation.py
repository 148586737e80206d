"""Scoring what was decided against what was expected: counts that anyone can recompute.

Pure: it is handed a way to hold a conversation and knows nothing of how one is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.language.text import fold
from bot.model.library import LANGUAGES
from bot.model.verdict import Act, VerdictKind

OUT_OF_SCOPE = "out-of-scope"
_CRISIS = "crisis:"
_ACTS = frozenset(act.value for act in Act)
#: The counts of a report, in the order in which they are told.
COUNTS: tuple[str, ...] = (
    *("messages", "language_right", "in_scope", "answered_right", "helped", "answered_wrong"),
    *("out_of_scope", "out_of_scope_kept", "acts", "acts_right"),
    *("crisis", "crisis_caught", "crisis_kind_right", "false_alarms"),
    *("followups", "followups_right", "countries", "country_right", "places", "place_right"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was decided about one message. ``label`` is the topic, act or crisis id.

    ``country`` is the one whose rules were told, ``places`` are all names of the place that was understood (its official
    name, its exonyms). ``took_ms`` is the time in milliseconds, ``why`` a line for whoever looks at a miss.
    """

    kind: VerdictKind
    label: str | None
    language: str
    choices: tuple[str, ...] = ()
    country: str | None = None
    places: tuple[str, ...] = ()
    took_ms: float = 0.0
    why: str = ""


#: Takes what a resident writes next in one conversation, and tells what was decided.
Say = Callable[[str], Asked]


@dataclass(frozen=True, slots=True)
class Miss:
    """A message that was not decided as expected: ``failing`` names the counts that it is missing from."""

    language: str
    text: str
    expect: str
    failing: tuple[str, ...]
    asked: Asked


@dataclass(frozen=True, slots=True)
class Report:
    """Counts by language and in total, as `as_json` tells them, and every miss."""

    languages: Mapping[str, Mapping[str, int | float]]
    total: Mapping[str, int | float]
    misses: tuple[Miss, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON tells it: ``{"languages": {"sl": {...}}, "total": {...}}``."""
        return {"languages": {name: dict(counts) for name, counts in self.languages.items()}, "total": dict(self.total)}


def evaluate(lines: Iterable[Mapping[str, Any]], converse: Callable[[], Say]) -> Report:
    """Return how well the messages of ``lines`` are understood.

    A line is ``{"lang", "text", "expect", "also"?}`` or a conversation, ``{"lang", "turns": [{"text", "expect", "also"?,
    "country"?, "place"?, "lang"?}]}``; see the README. ``converse`` begins a fresh conversation. Raises `KeyError` for a line
    that lacks a field.
    """
    counts: dict[str, Counter[str]] = {}
    times: dict[str, list[float]] = {}
    misses = []
    for line in lines:
        say = converse()
        language = str(line["lang"])
        for position, turn in enumerate(line.get("turns", [line])):
            asked = say(turn["text"])
            due, met = _judge(turn, asked, language, follows=position > 0)
            counted = counts.setdefault(language, Counter())
            counted.update(due)
            counted.update(met)
            times.setdefault(language, []).append(asked.took_ms)
            failing = tuple(name for name in _failing(due, met))
            if failing:
                misses.append(Miss(language, turn["text"], turn["expect"], failing, asked))
    return Report(
        {language: _figures(counts[language], times[language]) for language in counts},
        _figures(sum(counts.values(), Counter()), [time for of_one in times.values() for time in of_one]),
        tuple(misses),
    )


#: Which count a message must reach, for each that it is due.
_REACHES: Mapping[str, str] = {
    "messages": "language_right",
    "in_scope": "answered_right",
    "out_of_scope": "out_of_scope_kept",
    "acts": "acts_right",
    "crisis": "crisis_caught",
    "countries": "country_right",
    "places": "place_right",
}


def _judge(turn: Mapping[str, Any], asked: Asked, language: str, *, follows: bool) -> tuple[list[str], list[str]]:
    """Return what one message counts among, and which counts it reaches."""
    also = turn.get("also", [])
    wanted = {turn["expect"], *([also] if isinstance(also, str) else also)}
    kind_due, met = _understood(turn["expect"], wanted, asked)
    due = ["messages", kind_due]
    right = _REACHES[kind_due] in met
    spoken = turn.get("lang", language)
    # A language that is not ours leaves the conversation in the one it had.
    met += ["language_right"] * (asked.language == (spoken if spoken in LANGUAGES else language))
    if follows:
        due.append("followups")
        met += ["followups_right"] * right
    if "country" in turn:
        due.append("countries")
        met += ["country_right"] * (asked.country == turn["country"])
    if "place" in turn:
        due.append("places")
        met += ["place_right"] * (fold(turn["place"]) in {fold(name) for name in asked.places})
    return due, met


def _understood(expect: str, wanted: set[str], asked: Asked) -> tuple[str, list[str]]:
    """Return the count that a message of ``expect`` is due, and the counts of understanding that it reaches."""
    alarmed = asked.kind is VerdictKind.CRISIS
    if expect.startswith(_CRISIS):
        reached = ["crisis_caught"] * alarmed + ["crisis_kind_right"] * (alarmed and f"{_CRISIS}{asked.label}" in wanted)
        return "crisis", reached
    met = ["false_alarms"] * alarmed
    answered = asked.kind is VerdictKind.ANSWER
    if expect == OUT_OF_SCOPE:
        kept = not alarmed and (not answered or asked.label in wanted)
        return "out_of_scope", met + ["out_of_scope_kept"] * kept
    acted = asked.kind is VerdictKind.ACT and asked.label in wanted
    if expect in _ACTS:
        return "acts", met + ["acts_right"] * (acted or (answered and asked.label in wanted))
    right = (answered or asked.kind is VerdictKind.ACT) and asked.label in wanted
    offered = asked.kind is VerdictKind.CHOOSE and not wanted.isdisjoint(asked.choices)
    met += ["answered_right"] * right + ["helped"] * (right or offered) + ["answered_wrong"] * (answered and not right)
    return "in_scope", met


def is_right(expect: str, asked: Asked) -> bool:
    """Tell whether one message by itself is decided as expected."""
    due, met = _understood(expect, {expect}, asked)
    return _REACHES[due] in met


def _failing(due: Sequence[str], met: Sequence[str]) -> list[str]:
    missed = [_REACHES[name] for name in due if name in _REACHES and _REACHES[name] not in met]
    return missed + [name for name in met if name in {"false_alarms", "answered_wrong"}]


def _figures(counted: Counter[str], times: Sequence[float]) -> dict[str, int | float]:
    """Return all counts, those that are nought too, and the median and 95th percentile of the times in milliseconds."""
    return {
        **{name: counted[name] for name in COUNTS},
        "p50_ms": round(_percentile(times, 0.5), 2),
        "p95_ms": round(_percentile(times, 0.95), 2),
    }


def _percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest of ``times`` that at least ``share`` of them do not exceed; 0 when there are none."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
