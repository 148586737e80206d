"""Every system in processes of its own, one to learn and a fresh one to decide, so that time and memory are its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from bot.model.library import Example
from tests.bench.ours import empty_library, write_library
from tests.bench.worker import TAUGHT_AS, Found, Task, read_found

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bench:
    """Where systems work: ``folder`` keeps vectors and models from run to run, ``systems`` are those that are there.

    What an earlier run has ``learned`` may be used again.
    """

    folder: Path
    systems: tuple[str, ...]
    max_wrong: float
    learned: bool

    @property
    def node(self) -> Path:
        """Where nlp.js is installed."""
        return self.folder / "node"


@dataclass(frozen=True)
class Exam:
    """What all systems learn from and are asked, under ``name``. ``library`` is packed, None for a set without knowledge.

    Only a ``decided`` exam needs thresholds and a watch; else the first topic and its score are all that is looked at.
    """

    name: str
    examples: Sequence[Example]
    messages: Sequence[tuple[str, str]]
    decided: bool = False
    library: bytes | None = None
    situations: Mapping[str, Sequence[str]] | None = None
    tongues: Sequence[str] = ()


def sit(bench: Bench, exam: Exam) -> dict[str, Found]:
    """Return what each system made of ``exam``. Raises `subprocess.CalledProcessError` when one fails."""
    found = {}
    for system in bench.systems:
        sys.stderr.write(f"{exam.name}: {system}\n")
        teacher = TAUGHT_AS.get(system, system)
        taught = teacher in found or bench.learned
        folder = (bench.folder / exam.name / teacher).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        library = folder / "given.json"
        library.write_bytes(write_library(empty_library()) if exam.library is None else exam.library)
        task = Task(
            system,
            str(folder),
            str(library),
            str((bench.folder / "vectors.npz").resolve()),
            str(bench.node.resolve()),
            bench.max_wrong if exam.decided else None,
            exam.decided,
            exam.situations or {},
        )
        if not taught:
            _run(replace(task, examples=[(one.language, one.label, one.text) for one in exam.examples]), folder)
        _run(replace(task, messages=exam.messages, tongues=exam.tongues), folder)
        found[system] = read_found(folder / "found.json")
    return found


def _run(task: Task, folder: Path) -> None:
    path = folder / "task.json"
    path.write_text(json.dumps(asdict(task)), encoding="utf-8")
    # scikit-learn warns of sets that are smaller than a batch; they are no less a set.
    command = [sys.executable, "-W", "ignore::UserWarning", "-m", "tests.bench.worker", str(path)]
    # One thread each, also for what is learned: the times are those of one core.
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    subprocess.run(command, check=True, cwd=_ROOT, env=alone)
