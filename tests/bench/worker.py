"""One system in a process of its own: ``python -m tests.bench.worker TASK`` learns or answers, as the file TASK says.

What it found is written beside the task; see `Task`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.model.library import Example
from bot.model.verdict import VerdictKind
from tests.bench.decisions import Decision, Ranker, System, Thresholded
from tests.bench.nlpjs import NlpJs

#: The systems, in the order of the tables, and what they are called there.
NAMES: Mapping[str, str] = {
    "ours": "this matcher",
    "ours-words": "this matcher, no encoder",
    "nlpjs": "nlp.js",
    "nlpjs-own": "nlp.js, its own threshold",
    "letters": "rapidfuzz, nearest example",
    "words": "n-grams alone",
    "meaning": "e5 alone",
}
#: Those that are another one, used otherwise: that one is taught, once for both.
TAUGHT_AS: Mapping[str, str] = {"ours-words": "ours", "nlpjs-own": "nlpjs"}
#: From which score on nlp.js answers unless it is told otherwise.
_NLPJS_THRESHOLD = 0.5
#: Those that can tell languages.
LINGUISTS = ("ours", "nlpjs")


@dataclass(frozen=True)
class Task:
    """What a worker is to do in ``folder``: learn from ``examples``, if any, else decide about ``messages``.

    Both are rows, of (language, label, text) and of (text, language). ``tongues`` are texts whose language is asked.
    """

    system: str
    folder: str
    library: str
    vectors: str
    node: str
    max_wrong: float | None
    timed: bool
    situations: Mapping[str, Sequence[str]]
    examples: Sequence[Sequence[str]] = ()
    messages: Sequence[Sequence[str]] = ()
    tongues: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """The decisions about all messages in order, the milliseconds each took, and the megabytes used after all of them."""

    decisions: Sequence[Decision]
    took_ms: Sequence[float]
    memory: float
    tongues: Sequence[str] = field(default=())


def read_found(path: Path) -> Found:
    """Return what a worker wrote to ``path``."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    decisions = [Decision(VerdictKind(kind), label, tuple(choices), *rest) for kind, label, choices, *rest in kept["decisions"]]
    return Found(decisions, kept["took_ms"], kept["memory"], kept["tongues"])


def build(task: Task) -> System:
    """Return the system that ``task`` names."""
    vectors = Path(task.vectors)
    if task.system in {"ours", "ours-words"}:
        from tests.bench.ours import Ours

        share = 0.02 if task.max_wrong is None else task.max_wrong
        return Ours(Path(task.library), vectors, max_wrong=share, words_only=task.system == "ours-words", timed=task.timed)
    ranker = _ranker(task.system, vectors, Path(task.node), timed=task.timed)
    own = _NLPJS_THRESHOLD if task.system == "nlpjs-own" else None
    return Thresholded(ranker, task.max_wrong, task.situations, own)


def _ranker(name: str, vectors: Path, node: Path, *, timed: bool) -> Ranker:
    if TAUGHT_AS.get(name, name) == "nlpjs":
        return NlpJs(node)
    from tests.bench.alone import Letters, Meaning, Words

    match name:
        case "letters":
            return Letters()
        case "words":
            return Words()
        case _:
            return Meaning(vectors, timed=timed)


def main(path: Path) -> None:
    """Do the task in the file ``path``."""
    task = Task(**json.loads(path.read_text(encoding="utf-8")))
    system, folder = build(task), Path(task.folder)
    if task.examples:
        system.learn([Example(*row) for row in task.examples], folder)
        return
    system.open(folder)
    decisions, took = [], []
    for text, language in task.messages:
        started = time.perf_counter()
        decisions.append(system.decide(text, language))
        took.append((time.perf_counter() - started) * 1000)
    memory = system.memory()
    teller: Any = system.ranker if isinstance(system, Thresholded) else system
    tongues = [teller.language(text) for text in task.tongues] if hasattr(teller, "language") else []
    found = Found(decisions, took, memory, tongues)
    (folder / "found.json").write_text(json.dumps({**asdict(found), "decisions": [_row(one) for one in decisions]}))
    if hasattr(teller, "keep"):
        teller.keep()


def _row(decision: Decision) -> tuple[str, str, tuple[str, ...], str, float]:
    return decision.kind.value, decision.label, decision.choices, decision.first, float(decision.score)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main(Path(sys.argv[1]))
