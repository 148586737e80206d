"""The figures of the benchmark, and the table of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

Times = tuple[float, float]  #: median and 95th percentile, in seconds

_KINDS = {"seen": "known texts and buttons", "fresh": "new texts"}


@dataclass(frozen=True)
class Kind:
    """What was found with one kind of texts.

    ``cost`` is in seconds of the processor a message, ``sends`` how many messages Telegram is sent for one.
    """

    rate: float
    cost: float
    telegram: Times
    sends: float
    unanswered: int
    left_out: int
    page: Times | None = None
    desk: Times | None = None


@dataclass(frozen=True)
class Figures:
    """What was found of one system; memory is that of its largest process, in megabytes."""

    kinds: Mapping[str, Kind] = field(default_factory=dict)
    started: float = 0.0
    at_start: float = 0.0
    memory: float = 0.0

    def with_kind(self, kind: str, found: Kind) -> Figures:
        """Return them with a kind of texts more."""
        return replace(self, kinds={**self.kinds, kind: found})

    def with_pages(self, kind: str, page: Sequence[float], desk: Sequence[float]) -> Figures:
        """Return them with what was seen on the pages meanwhile."""
        seen = replace(self.kinds[kind], page=times(page), desk=times(desk))
        return replace(self, kinds={**self.kinds, kind: seen})


@dataclass(frozen=True)
class Found:
    """All figures. ``encoder`` is the rate of the bare encoder; ``grown`` are ratios, by what grew."""

    systems: Mapping[str, Figures]
    encoder: float
    grown: Mapping[str, float]
    missing: tuple[str, ...]
    at_once: int
    share: float


def times(took: Sequence[float]) -> Times:
    """Return the median and the 95th percentile; zero where there is nothing."""
    ordered = sorted(took)
    if not ordered:
        return 0.0, 0.0
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]


def table(found: Found) -> str:
    """Return the figures as Markdown."""
    head = (
        "system",
        "texts",
        "answered a second",
        "of the echo",
        "of the encoder",
        "Telegram p50 / p95 ms",
        "page p50 / p95 ms",
        "desk p50 / p95 ms",
        "sent for one",
        "CPU ms a message",
        "start s",
        "MB",
    )
    bare = found.systems["bare echo"].kinds["seen"].rate
    rows = [
        _row(name, kind, figures, each, bare, found.encoder)
        for name, figures in found.systems.items()
        for kind, each in figures.kinds.items()
    ]
    if found.encoder:
        rows.append(("bare encoder, one thread", _KINDS["fresh"], f"{found.encoder:.0f}", *[""] * (len(head) - 3)))
    lines = [head, ("---", "---", *["---:"] * (len(head) - 2)), *rows]
    told = ["\n".join(f"| {' | '.join(line)} |" for line in lines)]
    told.append(
        f"At full load {found.at_once} messages wait for an answer at any moment; times: at {found.share:.0%} of the full rate."
    )
    if found.grown:
        grown = [("cost of a message, over", "ratio", "goal"), ("---", "---:", "---:")]
        grown += [(name, f"{ratio:.2f}", "1.2") for name, ratio in found.grown.items()]
        told.append("\n".join(f"| {' | '.join(line)} |" for line in grown))
    odd = [
        f"{name}, {_KINDS[kind]}: {each.unanswered} unanswered, {each.left_out} not written for want of a free resident."
        for name, figures in found.systems.items()
        for kind, each in figures.kinds.items()
        if each.unanswered or each.left_out
    ]
    told += ["\n".join(odd)] if odd else []
    told += [f"Not measured: {', '.join(found.missing)}."] if found.missing else []
    return "\n\n".join(told)


def _row(name: str, kind: str, figures: Figures, each: Kind, bare: float, encoder: float) -> tuple[str, ...]:
    is_bare = name.startswith("bare")
    return (
        name,
        _KINDS[kind],
        f"{each.rate:.0f}",
        f"{each.rate / bare:.2f}",
        f"{each.rate / encoder:.2f}" if encoder and not is_bare else "",
        _told(each.telegram),
        _told(each.page),
        _told(each.desk),
        f"{each.sends:.1f}",
        f"{1000 * each.cost:.1f}",
        f"{figures.started:.1f}",
        f"{figures.at_start:.0f} / {figures.memory:.0f}" if figures.at_start else f"{figures.memory:.0f}",
    )


def _told(measured: Times | None) -> str:
    return "" if measured is None or not measured[1] else f"{1000 * measured[0]:.0f} / {1000 * measured[1]:.0f}"
