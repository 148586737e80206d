"""The key that seals what residents wrote is changed while the real program runs, and nobody notices."""

from __future__ import annotations

import os
from pathlib import Path

from bot.store.engines import PATIENCE
from tests.support.databases import Databases
from tests.support.program import Program, Resident

SECRET = "skrivna beseda Gvajanka"


def test_a_key_is_changed_while_residents_write(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite") as url:
        file = tmp_path / "keys" / "key"
        with Program(url, tmp_path, INFOPOINT_SEALING_KEYS="", INFOPOINT_KEY_FILE=str(file)) as program:
            resident = Resident(program.url)
            resident.write(SECRET)
            first = file.read_bytes()
            made = program.command("keys", "new")
            resident.write("in kje dobim hrano")
            waited = file.stat().st_mtime - PATIENCE  # nobody has to wait here to be let into the database
            os.utime(file, (waited, waited))
            rotated = program.command("keys", "rotate", "--prune")
            resident.write("hvala")
            said = resident.said()
            listed = program.command("keys", "list")
            program.stop()
            assert "Traceback" not in program.log
            program.start()
            assert resident.said() == said
        path = Path(url.removeprefix("sqlite:///"))
        kept = b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))

    assert (made.returncode, rotated.returncode) == (0, 0), made.stderr + rotated.stderr
    for written in (SECRET, "in kje dobim hrano", "hvala"):
        assert any(written in line for line in said), said
    (line,) = [each for each in listed.stdout.splitlines() if "newest" in each]
    assert "not sealed" not in listed.stdout
    assert line[:8] not in first.decode()
    assert b"Gvajanka" not in kept
    assert file.read_bytes() != first
    assert SECRET not in program.log


def test_a_program_that_lacks_the_key_says_what_to_do(databases: Databases, tmp_path: Path) -> None:
    with databases.fresh("sqlite") as url:
        with Program(url, tmp_path) as program:
            program.stop()
        lost = program.command("staff", "list")
        without = Program(url, tmp_path, INFOPOINT_SEALING_KEYS="", INFOPOINT_KEY_FILE=str(tmp_path / "none")).command("run")

    assert lost.returncode == 0
    assert without.returncode == 1
    assert "Bring that file back from its copy" in without.stderr
    assert "Traceback" not in without.stderr
    assert not (tmp_path / "none").exists()
