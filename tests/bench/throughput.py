"""How many messages are answered in a second, and how soon: `make bench` prints the table. Never a test of times.

Everything is measured in one run on one machine, beside a bare echo of python-telegram-bot through the same fake Bot API and
beside the bare encoder: the ratios count, since they hold on other machines as well. See `tests.bench.throughput_fake` for the
residents on Telegram, `tests.bench.throughput_pages` for those on the page and at the desk, `tests.bench.growth` for the costs
of what is kept and known.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from bot.knowledge import KnowledgeFolder
from bot.matching.material import arranged, is_topic
from bot.matching.variants import mistyped
from bot.model.library import LANGUAGES, Library
from bot.settings import shipped
from tests.bench import growth
from tests.bench.throughput_pages import Pages
from tests.bench.throughput_systems import Fake, Running, database, echo, place, program
from tests.bench.throughput_table import Figures, Found, Kind, table, times
from tests.bench.vectors import loaded
from tests.support.postgres import NoServer

#: What is measured, by its name: the database and the processes.
SYSTEMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "SQLite, one process": ("sqlite", ("run",)),
    "PostgreSQL, one process": ("postgres", ("run",)),
    "PostgreSQL, two run and two work": ("postgres", ("run", "run", "work", "work")),
}

#: The bare echo as everybody writes it, and on the event loop that the program runs on.
_ECHOES: Sequence[tuple[str, tuple[str, ...]]] = (("bare echo", ()), ("bare echo on uvloop", ("uvloop",)))

#: By how much less than the full rate times are taken.
SHARE = 0.7
_SEEN, _SEED = 40, 20
#: Each of so many residents writes in turn: fewer than a dozen messages each in a minute, so that nobody is asked to be slower.
_RESIDENTS = 500


@dataclass(frozen=True)
class Plan:
    """How long everything takes. ``at_once`` messages wait for an answer at full load."""

    full: float = 12.0
    calm: float = 18.0
    at_once: int = 100
    residents: int = _RESIDENTS
    embedded: int = 200
    systems: tuple[str, ...] = tuple(SYSTEMS)
    growth: bool = True
    more: tuple[tuple[str, str], ...] = ()  # settings of the program
    knowledge: Path = field(default_factory=lambda: shipped("knowledge"))
    pages: bool = True
    echoes: int = len(_ECHOES)


SHORT = Plan(1.5, 2.5, at_once=10, residents=100, embedded=20, systems=("SQLite, one process",), growth=False, echoes=1)

Texts = Mapping[str, Sequence[str]]  # by language


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table, and write it down where that was asked for."""
    asked = _arguments(arguments)
    plan = SHORT if asked.short else Plan()
    if asked.knowledge:
        plan = replace(plan, knowledge=asked.knowledge, more=(("INFOPOINT_KNOWLEDGE", str(asked.knowledge)),))
    if asked.words_only:
        plan = replace(plan, more=(*plan.more, ("INFOPOINT_ENCODER", "none")), embedded=0)
    if asked.systems:
        plan = replace(plan, systems=tuple(asked.systems))
    plan = replace(plan, growth=plan.growth and not asked.no_growth)
    found = measure(plan)
    print(table(found))  # noqa: T201 - the table is what it is for
    if asked.json:
        asked.json.write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")


def measure(plan: Plan) -> Found:
    """Measure all that is planned; what cannot be is named in the result."""
    library = KnowledgeFolder(plan.knowledge).library()
    seen, fresh = texts(library)
    rates: dict[str, Figures] = {}
    missing: list[str] = []
    fake = Fake()
    try:
        for name, options in _ECHOES[: plan.echoes]:
            _say(name)
            with echo(fake, *options) as running:
                rates[name] = _run(plan, fake, running, {"seen": seen}, None)
        encoder = _embedded(plan, fresh)
        for name in plan.systems:
            _say(name)
            kind, commands = SYSTEMS[name]
            try:
                with place() as folder, database(kind, folder) as url:
                    rates[name] = _program(plan, fake, commands, url, folder, seen, fresh)
            except NoServer:
                missing.append(name)
        grown = growth.measure(fake, plan.knowledge, library, seen, dict(plan.more), _say) if plan.growth else {}
    finally:
        fake.stop()
    missing += [name for name in SYSTEMS if name not in plan.systems]
    missing += [] if plan.growth else ["growth"]
    missing += [] if encoder else ["the bare encoder"]
    return Found(rates, encoder, grown, tuple(missing), plan.at_once, SHARE)


def texts(library: Library) -> tuple[Texts, Texts]:
    """Return texts that are asked again and again, with a button among them, and such as nobody has asked yet."""
    topical = [example for example in arranged(library.examples) if is_topic(example.label) and example.language in LANGUAGES]
    seen, fresh = {}, {}
    for language in LANGUAGES:
        theirs = [example for example in topical if example.language == language]
        pressed = f"press:topic:{theirs[0].label}"
        seen[language] = [*(example.text for example in theirs[:: max(1, len(theirs) // _SEEN)]), *[pressed] * (_SEEN // 10)]
        spelt = dict.fromkeys(mistyped(example.text, seed, language) for seed in (_SEED, _SEED + 1) for example in theirs)
        fresh[language] = list(spelt)
        for each in (seen[language], fresh[language]):
            Random(_SEED).shuffle(each)  # noqa: S311 - it mixes texts and guards nothing
    return seen, fresh


def _program(plan: Plan, fake: Fake, commands: Sequence[str], url: str, folder: Path, seen: Texts, fresh: Texts) -> Figures:
    with program(fake, commands, url, folder, dict(plan.more)) as running:
        at_start = running.memory()
        pages = (
            Pages(running.doors, [(language, text) for language in LANGUAGES for text in seen[language]]) if plan.pages else None
        )
        _warm(plan, fake, seen, len(commands))
        figures = _run(plan, fake, running, {"seen": seen, "fresh": fresh}, pages)
        return replace(figures, started=running.started, at_start=at_start, memory=running.memory())


def _warm(plan: Plan, fake: Fake, seen: Texts, processes: int) -> None:
    """Let every resident write once, so that all were greeted, and every known text be asked of each process, most probably."""
    count = max(len(each) for each in seen.values()) * len(seen) * (1 if processes == 1 else 2 * processes)
    fake.order(messages=seen, residents=max(plan.residents, count), at_once=plan.at_once)


def _run(plan: Plan, fake: Fake, running: Running, kinds: Mapping[str, Texts], pages: Pages | None) -> Figures:
    """Take the full rate, and times at a part of it, with each kind of texts."""
    figures, begin = Figures(), 0
    for kind, messages in kinds.items():
        common: dict[str, Any] = {"messages": messages, "residents": plan.residents}
        before = running.processor()
        full = fake.order(**common, at_once=plan.at_once, seconds=plan.full, begin=begin)
        cost = (running.processor() - before) / max(1, len(full["took"]))
        rate = full["answered"] / full["seconds"]
        _say(f"  {kind}: {rate:.0f} a second")
        people = None if pages is None else threading.Thread(target=pages.look, args=(plan.calm,))
        if people is not None:
            people.start()
        calm = fake.order(**common, rate=max(1.0, SHARE * rate), seconds=plan.calm, begin=full["place"])
        if people is not None:
            people.join()
        begin = calm["place"]
        sends = full["sent"] / max(1, len(full["took"]))
        unanswered = full["unanswered"] + calm["unanswered"]
        figures = figures.with_kind(kind, Kind(rate, cost, times(calm["took"]), sends, unanswered, calm["left_out"]))
        if pages is not None:
            figures = figures.with_pages(kind, pages.on_the_page, pages.at_the_desk)
            pages.on_the_page, pages.at_the_desk = [], []
    return replace(figures, started=running.started, memory=running.memory())


def _embedded(plan: Plan, fresh: Texts) -> float:
    """Return how many of the fresh texts the bare encoder takes in a second, one after another on one thread."""
    if not plan.embedded:
        return 0.0
    _say("the bare encoder")
    embedder = loaded()
    chosen = [text for texts in fresh.values() for text in texts[-plan.embedded // len(fresh) :]]
    for text in chosen[:10]:
        embedder.query(text)
    began = time.perf_counter()
    for text in chosen:
        embedder.query(text)
    return len(chosen) / (time.perf_counter() - began)


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure how many messages are answered, and how soon.")
    parser.add_argument("--short", action="store_true", help="in half a minute, with less: to see that it works")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS))
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--knowledge", type=Path, help="another knowledge folder than the shipped one")
    parser.add_argument("--words-only", action="store_true", help="without the encoder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
