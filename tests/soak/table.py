"""What a soak found, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from tests.soak.run import Soaked


def table(soaked: Sequence[Soaked]) -> str:
    """Return one column for each run."""
    columns = [_column(each) for each in soaked]
    lines = [["", *(each.plan.name for each in soaked)], ["---"] + ["---:"] * len(soaked)]
    lines += [[name, *(column[name] for column in columns)] for name in columns[0]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _column(run: Soaked) -> dict[str, str]:
    found = run.reckoning
    return {
        "messages sent": str(found.sent),
        "accepted": str(found.accepted),
        "turns in the database": str(found.turns),
        "lost": str(len(found.lost)),
        "doubled turns": str(len(found.doubled_turns)),
        "out of order": str(len(found.out_of_order)),
        "without a reply": str(len(found.unanswered)),
        "replies not seen by residents": str(len(found.unseen)),
        "set aside": str(len(found.set_aside)),
        "replies in the database": str(found.replies),
        "messages seen by residents, long replies in parts": str(found.reached),
        "of them doubled (allowed)": str(found.doubled_replies),
        "refused at the door and sent again": str(found.refused),
        "blows": ", ".join(f"{name} {count}" for name, count in sorted(run.blows.items())),
        "tracebacks in the logs": str(len(run.tracebacks)),
        "seconds": f"{run.seconds:.0f}",
        "messages per second": f"{found.accepted / run.seconds:.1f}",
        "reply p50 / p95 in seconds": f"{_share(run.latencies, 0.5):.2f} / {_share(run.latencies, 0.95):.2f}",
        "memory in MB, start / middle / end": "; ".join(
            f"{each.name} {each.memory[1]:.0f} / {each.memory[len(each.memory) // 2]:.0f} / {each.memory[-1]:.0f}"
            for each in run.processes
            if len(each.memory) > 1  # at the first look it has hardly begun
        ),
    }


def _share(values: Sequence[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]
