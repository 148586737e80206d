"""What an evaluation counted, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.matching.evaluation import Report

Counts = Mapping[str, int | float]

#: The figures of the table: a count, and the count that it is a share of.
_SHARES = (
    ("helped", "in_scope"),
    ("answered_right", "in_scope"),
    ("answered_wrong", "in_scope"),
    ("out_of_scope_kept", "out_of_scope"),
    ("acts_right", "acts"),
    ("crisis_caught", "crisis"),
    ("crisis_kind_right", "crisis"),
    ("false_alarms", "messages"),
    ("language_right", "messages"),
    ("followups_right", "followups"),
    ("country_right", "countries"),
    ("place_right", "places"),
)
#: Those that are told of each way of typing.
_OF_VARIANTS = (*_SHARES[:4], ("crisis_caught", "crisis"), ("language_right", "messages"))


def table(report: Report) -> str:
    """Return ``report`` as a table in Markdown: a column for each language and the total, shares in percent."""
    columns = {**report.languages, "all": report.total}
    shares = [[f"{part} / {whole}", *(_share(counts, part, whole) for counts in columns.values())] for part, whole in _SHARES]
    times = [
        [name.replace("_ms", ", ms"), *(f"{counts[name]:.0f}" for counts in columns.values())] for name in ("p50_ms", "p95_ms")
    ]
    return _markdown(["figure", *columns], [*shares, *times], written=1)


def variants_table(plain: Report, variants: Mapping[str, Report]) -> str:
    """Return a table in Markdown of how ``plain`` messages are understood and, below, how the same are that were typed otherwise.

    ``variants`` are the reports by the name of the way of typing. The last column is the loss of ``helped`` against the plain
    messages of the same language, in points; below nought it is a gain.
    """
    names = [f"{part} / {whole}" for part, whole in _OF_VARIANTS]
    rows = []
    for language, counts in plain.languages.items():
        rows.append([language, "plain", *_shares(counts), ""])
        for name, report in variants.items():
            if language in report.languages:
                typed = report.languages[language]
                rows.append([language, name, *_shares(typed), _loss(counts, typed)])
    return _markdown(["language", "typed", *names, "helped lost, points"], rows, written=2)


def misses(report: Report, typed: str) -> Iterator[str]:
    """Yield three lines for every miss of ``report``: the message, what was decided, and why.

    ``typed`` is the way of typing, "" for plain messages.
    """
    for miss in report.misses:
        asked = miss.asked
        yield " ".join(filter(None, [typed, miss.language, ", ".join(miss.failing)])) + f": {miss.text}"
        yield f"    expected {miss.expect}, decided {asked.kind} {asked.label or ''} {' '.join(asked.choices)}"
        yield f"    {asked.why}"


def _shares(counts: Counts) -> Iterator[str]:
    return (_share(counts, part, whole) for part, whole in _OF_VARIANTS)


def _loss(plain: Counts, typed: Counts) -> str:
    if not plain["in_scope"] or not typed["in_scope"]:
        return "-"
    return f"{100 * (plain['helped'] / plain['in_scope'] - typed['helped'] / typed['in_scope']):+.1f}"


def _share(counts: Counts, part: str, whole: str) -> str:
    return f"{100 * counts[part] / counts[whole]:.1f} % ({counts[part]}/{counts[whole]})" if counts[whole] else "-"


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]], *, written: int) -> str:
    """Return a table whose first ``written`` columns are words and the others numbers."""
    marks = [*["---"] * written, *["---:"] * (len(head) - written)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, marks, *rows))
