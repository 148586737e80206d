"""Compare this matcher with others on the same messages: ``python -m tests.bench``, or `make compare`. Prints Markdown."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.knowledge import KnowledgeFolder
from bot.model.library import Example
from bot.settings import shipped
from tests.bench import nlpjs, scores, sets
from tests.bench.apart import Bench, Exam, sit
from tests.bench.ours import write_library
from tests.bench.worker import LINGUISTS, NAMES, TAUGHT_AS, Found

_Rows = Sequence[Sequence[str]]
_NOT_INSTALLED = "not installed"


@dataclass(frozen=True)
class _Run:
    """What was asked for on the command line."""

    bench: Bench
    knowledge: Path
    public: Path
    questions: tuple[Path, ...]
    few: int | None
    missing: tuple[str, ...]

    def some(self, examples: Sequence[Example]) -> tuple[Example, ...]:
        """Return ``examples``, or the first few of each label and language when only a trial is wanted."""
        if self.few is None:
            return tuple(examples)
        seen: Counter[tuple[str, str]] = Counter()
        kept = []
        for one in examples:
            seen[one.language, one.label] += 1
            if seen[one.language, one.label] <= self.few:
                kept.append(one)
        return tuple(kept)


def _questions(run: _Run) -> None:
    """Print how messages about the library's topics are decided."""
    lines = [line for path in run.questions for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())]
    lines = [line for line in lines if "turns" not in line]
    if not lines:
        return
    library = KnowledgeFolder(run.knowledge).library()
    situations = {name: situation.topics for name, situation in library.situations.items()}
    messages = [(line["text"], line["lang"]) for line in lines]
    told = sets.tongues(run.public)
    tongues = [one.text for one in told]
    exam = Exam(
        "library",
        run.some(library.examples),
        messages,
        True,
        write_library(library),
        situations,
        tongues,
    )
    found = sit(run.bench, exam)
    head = ("", "right", "helped", "wrong", "kept out", "crises", "false alarms", "p50 ms", "p95 ms", "MB")
    _print(
        f"{len(lines)} messages on the library's topics, at most {run.bench.max_wrong:.0%} wrong asked for",
        head,
        _by_system(run, found, len(head), lambda system: _counts(lines, found[system])),
    )
    if told:
        kinds = tuple(dict.fromkeys(one.label for one in told))
        linguists = {system: found[system] for system in LINGUISTS if system in found}
        rows = [(NAMES[system], *_tongues(told, one.tongues, kinds)) for system, one in linguists.items()]
        _print(f"lingua's test words, {len(told)} texts in four languages", ("language told", *kinds), rows)


def _counts(lines: Sequence[dict[str, Any]], found: Found) -> Sequence[str]:
    total = scores.report(lines, found).total
    shares = (
        ("answered_right", "in_scope"),
        ("helped", "in_scope"),
        ("answered_wrong", "in_scope"),
        ("out_of_scope_kept", "out_of_scope"),
        ("crisis_caught", "crisis"),
        ("false_alarms", "messages"),
    )
    told = [f"{100 * total[met] / total[due]:.1f}" if total[due] else "-" for met, due in shares]
    return (*told, f"{total['p50_ms']:.1f}", f"{total['p95_ms']:.1f}", f"{found.memory:.0f}" if found.memory else "-")


def _tongues(told: Sequence[Example], guessed: Sequence[str], kinds: Sequence[str]) -> list[str]:
    shares = []
    for kind in kinds:
        pairs = [(one, guess) for one, guess in zip(told, guessed, strict=True) if one.label == kind]
        shares.append(f"{scores.told([one for one, _ in pairs], [guess for _, guess in pairs]):.1f}")
    return shares


def _home_assistant(run: _Run) -> None:
    """Print how the right one of 17 intents is found in four languages, and how others are told from them."""
    given = sets.home_assistant()
    asked, unseen, far = (run.some(part) for part in (given.asked, given.unseen, sets.unrelated(run.public)))
    found = sit(_rankers(run), _exam(given.name, run.some(given.learned), (*asked, *unseen, *far)))
    head = ("", "right", "AUROC unseen intents", "AUROC unrelated text")

    def figures(system: str) -> list[str]:
        decisions = found[system].decisions
        sure = [decision.score for decision in decisions]
        ours, others, farther = sure[: len(asked)], sure[len(asked) : len(asked) + len(unseen)], sure[len(asked) + len(unseen) :]
        told = [scores.right(asked, decisions[: len(asked)]), scores.parted(asked, ours, unseen, others)]
        if far:
            told.append(scores.parted(asked, ours, far, farther))
        return [f"{share:.1f}" for share in told] + ["-"] * (not far)

    title = (
        f"Home Assistant, mean of four languages: {len(given.learned)} phrases learned, {len(asked)} asked, {len(unseen)} unseen"
    )
    _print(title, head, _by_system(run, found, len(head), figures))


def _corpus50(run: _Run) -> None:
    """Print how the right one of 50 intents is found in Italian."""
    given = sets.corpus50()
    asked = run.some(given.asked)
    found = sit(_rankers(run), _exam(given.name, run.some(given.learned), asked))
    rows = _by_system(run, found, 2, lambda system: [f"{scores.right(asked, found[system].decisions):.1f}"])
    _print(f"nlp.js's corpus 50 in Italian: {len(given.learned)} phrases learned, {len(asked)} asked", ("", "right"), rows)


def _rankers(run: _Run) -> Bench:
    """Return the bench without what only decides otherwise: here the first topic and its score are all that counts."""
    return replace(run.bench, systems=tuple(system for system in run.bench.systems if system != "nlpjs-own"))


def _exam(name: str, learned: Sequence[Example], asked: Sequence[Example]) -> Exam:
    return Exam(name, learned, [(one.text, one.language) for one in asked])


def _by_system(run: _Run, found: dict[str, Found], width: int, figures: Callable[[str], Sequence[str]]) -> _Rows:
    rows: list[Sequence[str]] = [(NAMES[system], *figures(system)) for system in found]
    rows += [(NAMES[system], _NOT_INSTALLED, *[""] * (width - 2)) for system in run.missing]
    return rows


def _print(title: str, head: Sequence[str], rows: _Rows) -> None:
    lines = [f"| {' | '.join(row)} |" for row in (head, ["---", *["---:"] * (len(head) - 1)], *rows)]
    sys.stdout.write("\n".join([f"{title}:", "", *lines, "", ""]))
    sys.stdout.flush()


_SETS = {"library": _questions, "home-assistant": _home_assistant, "corpus50": _corpus50}


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line, compare and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add(
        "--questions",
        nargs="*",
        default=[],
        type=Path,
        help="files as `infopoint evaluate` takes them; conversations are left out",
    )
    add("--knowledge", type=Path, default=shipped("knowledge"), help="the folder whose examples are learned")
    add("--public", type=Path, default=Path("../shared/benchmarks"), help="where sib200 and lingua_lid lie, if anywhere")
    add("--keep", type=Path, default=Path("data/bench"), help="where vectors and nlp.js are kept from run to run")
    add("--systems", nargs="+", choices=NAMES, default=list(NAMES))
    add("--sets", nargs="+", choices=_SETS, default=list(_SETS))
    add("--max-wrong", type=float, default=0.02, help="share of wrong answers that is accepted")
    add("--learned", action="store_true", help="teach nobody anew: decide with what the run before has learned")
    add("--few", type=int, default=None, help="for a trial: so many examples of each label")
    told = parser.parse_args(arguments)
    peers = tuple(system for system in told.systems if TAUGHT_AS.get(system, system) == "nlpjs")
    missing = peers if peers and not nlpjs.install(told.keep / "node") else ()
    wanted = tuple(system for system in NAMES if system in told.systems and system not in missing)
    run = _Run(
        Bench(told.keep, wanted, told.max_wrong, told.learned),
        told.knowledge,
        told.public,
        tuple(told.questions),
        told.few,
        missing,
    )
    for name in told.sets:
        _SETS[name](run)


if __name__ == "__main__":
    main()
