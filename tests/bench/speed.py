"""What a decision costs, and what the whole program costs: `make speed` prints the table. Never a test: a busy machine fails it.

Ratios are taken within one run, each text by each side in turn, so that what else the machine does falls on both. The tenfold
library holds each example nine times more, its words in other orders and in a third of them with typos, so that its words grow
about as they do in real text, with the vector of the first moved a little. What was learned of n-grams stays: it does not grow
with the examples but with their words.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import KnowledgeFolder
from bot.matching.embedder import Embedder
from bot.matching.index import Index
from bot.matching.linear import Packed
from bot.matching.material import ACT, arranged, is_topic, readings
from bot.matching.training import train
from bot.matching.variants import mistyped
from bot.matching.weights import Weights, fingerprint
from bot.model.library import LANGUAGES, Example, Library
from bot.settings import shipped
from bot.work.kept_weights import read_weights
from tests.bench.memory import resident
from tests.bench.vectors import Remembered, loaded
from tests.support.program import Program, Resident

Asked = tuple[str, str]  #: a language and a text in it
Row = tuple[str, str, str]  #: what was measured, how much it is, and the goal

_TEXTS, _QUESTIONS, _EACH = 600, 1000, 10
_TENFOLD = 10
#: How far a vector of length one is moved: typos move those of real messages about as far.
_MOVED = 0.3
_SEED = 20


def main() -> None:
    """Measure everything and print the table."""
    arguments = _arguments()
    folder = arguments.knowledge
    library = KnowledgeFolder(folder).library()
    weights = read_weights(KnowledgeFolder(folder).weights())
    if weights is None or weights.fingerprint != fingerprint(library.examples, weights.encoder):
        sys.exit(f"{folder}: what was learned does not belong to these examples; run `infopoint train` first")
    embedder = loaded()
    texts = _given(arguments.files) or _drawn(library.examples)
    rows = [
        *_decisions(library, weights, embedder, texts),
        *_program(texts, folder),
        *_training(library, embedder, arguments.vectors),
    ]
    print("\n".join(f"| {' | '.join(cells)} |" for cells in (("figure", "measured", "goal"), ("---", "---:", "---:"), *rows)))  # noqa: T201 - the table is what it is for


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make speed", description="Measure what a decision and the whole program cost.")
    parser.add_argument(
        "files", nargs="*", type=Path, help="evaluation files to take messages from; without, examples with typos"
    )
    parser.add_argument("--knowledge", type=Path, default=shipped("knowledge"), help="the knowledge folder")
    parser.add_argument(
        "--vectors", type=Path, default=Path("data/bench/vectors.npz"), help="where vectors are kept between runs"
    )
    return parser.parse_args()


def _given(files: Sequence[Path]) -> list[Asked]:
    """Return the messages of evaluation ``files``."""
    lines = [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(line["lang"], turn["text"]) for line in lines for turn in line.get("turns", [line])]


def _drawn(examples: Sequence[Example]) -> list[Asked]:
    """Return `_TEXTS` examples of topics, evenly from all, each with typos."""
    topical = [example for example in arranged(examples) if is_topic(example.label) and example.language in LANGUAGES]
    drawn = topical[:: max(1, len(topical) // _TEXTS)]
    return [(example.language, mistyped(example.text, _SEED, example.language)) for example in drawn]


def _decisions(library: Library, weights: Weights, embedder: Embedder, texts: Sequence[Asked]) -> Iterator[Row]:
    """Time the bare embedding, a decision, and a decision with ten times the examples."""
    _say("ten times the examples")
    index, more = Index(library, weights, embedder, 0.02), Index(*tenfold(library, weights), embedder, 0.02)
    sides: list[Callable[[str, str], object]] = [
        lambda _language, text: embedder.query(text),
        lambda language, text: index.decide(text, language=language),
        lambda language, text: more.decide(text, language=language),
    ]
    _say("decisions")
    times = np.array([_timed(sides, turn, *asked) for turn, asked in enumerate(texts)])[10:]  # the first ones warm up
    bare, decided, larger = np.percentile(times, 95, axis=0)
    median = np.percentile(times, 50, axis=0)
    yield "bare embedding, median / p95", f"{median[0]:.1f} / {bare:.1f} ms", ""
    yield "decision, median / p95", f"{median[1]:.1f} / {decided:.1f} ms", ""
    yield "decision p95 over the bare embedding of the same text", f"{decided / bare:.2f}", "1.3"
    yield f"decision p95, {len(more.library.examples)} examples over {len(library.examples)}", f"{larger / decided:.2f}", "1.2"


def _timed(sides: Sequence[Callable[[str, str], object]], turn: int, language: str, text: str) -> list[float]:
    """Return the milliseconds that each of the ``sides`` takes; every turn another one begins."""
    times = [0.0] * len(sides)
    for step in range(len(sides)):
        place = (turn + step) % len(sides)
        started = time.perf_counter()
        sides[place](language, text)
        times[place] = (time.perf_counter() - started) * 1000
    return times


def tenfold(library: Library, weights: Weights) -> tuple[Library, Weights]:
    """Return ``library`` and ``weights`` with ten times the examples and their vectors."""
    kept = [example for example in arranged(library.examples) if is_topic(example.label) or example.label.startswith(ACT)]
    assert weights.vectors is not None
    assert weights.crisis.meaning is not None
    rows = {(example.label, example.language, example.text): row for row, example in enumerate(kept)}
    more = {replace(example, text=_otherwise(example, seed)): example for example in library.examples for seed in range(_TENFOLD)}
    grown = replace(library, examples=tuple(more))
    sources = [more[example] for example in arranged(more) if is_topic(example.label) or example.label.startswith(ACT)]
    places = [rows[example.label, example.language, example.text] for example in sources]
    meaning = weights.crisis.meaning
    moved = replace(
        meaning,
        crises=_moved(np.repeat(meaning.crises, _TENFOLD, axis=0)),
        look_alikes=_moved(np.repeat(meaning.look_alikes, _TENFOLD, axis=0)),
    )
    vectors = Packed.of(_moved(weights.vectors.rows()[places]))
    return grown, replace(weights, vectors=vectors, crisis=replace(weights.crisis, meaning=moved))


def _otherwise(example: Example, seed: int) -> str:
    """Return the text of ``example`` for 0, else its words in another order, with typos for each third ``seed``."""
    if seed == 0:
        return example.text
    words = example.text.split()
    Random(seed).shuffle(words)  # noqa: S311 - it mixes words and guards nothing
    mixed = " ".join(words) + "." * seed  # a short one may fall into an order that is taken
    return mixed if seed % 3 else mistyped(mixed, seed, example.language)


def _moved(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``vectors`` (n, size), each moved by about `_MOVED` and brought back to length one."""
    draw = np.random.default_rng(_SEED)
    noise = draw.standard_normal(vectors.shape, np.float32) * np.float32(_MOVED / np.sqrt(vectors.shape[1]))
    moved = vectors + noise
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)


def _program(texts: Sequence[Asked], folder: Path) -> Iterator[Row]:
    """Start the real program twice on one SQLite database and ask it `_QUESTIONS` questions on the web page."""
    with tempfile.TemporaryDirectory() as place:
        program = Program(f"sqlite:///{place}/infopoint.db", Path(place), INFOPOINT_KNOWLEDGE=str(folder))
        first = _seconds(program.start)
        program.stop()
        yield "first start, an empty database", f"{first:.1f} s", ""
        yield "start from kept weights", f"{_seconds(program.start):.1f} s", "3 s"
        assert program._process is not None
        before = resident(str(program._process.pid))
        _say(f"{_QUESTIONS} questions")
        for number in range(0, _QUESTIONS, _EACH):
            _converse(program.url, [texts[place % len(texts)] for place in range(number, number + _EACH)])
        after = resident(str(program._process.pid))
        program.stop()
    yield "memory at the start", f"{before:.0f} MB", ""
    yield f"memory after {_QUESTIONS} questions", f"{after:.0f} MB", "300 MB"


def _converse(url: str, asked: Sequence[Asked]) -> None:
    """Ask all that is ``asked`` as one resident and see that every question has a reply."""
    writer = Resident(url, asked[0][0])
    for _, text in asked:
        writer.leave(text=text)
    authors = [said.split(":")[0] for said in writer.said()]
    assert authors.count("resident") == len(asked)
    assert authors.count("bot") >= len(asked), "a question had no reply"


def _training(library: Library, embedder: Embedder, path: Path) -> Iterator[Row]:
    """Train anew from kept vectors; those that are not kept yet are computed first, and counted for themselves."""
    _say("vectors")
    path.parent.mkdir(parents=True, exist_ok=True)
    remembered = Remembered(embedder, path)
    vectors = remembered.passages(readings(library.examples))
    remembered.keep()
    _say("training")
    before = time.process_time()
    taken = _seconds(lambda: train(library.examples, vectors, lambda _stage, _share: None))
    used = time.process_time() - before
    name = f"training anew, {len(library.examples)} examples, vectors kept (of the processor)"
    yield name, f"{taken:.0f} s ({used:.0f} s)", "120 s"


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")


if __name__ == "__main__":
    main()
