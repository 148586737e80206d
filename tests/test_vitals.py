"""A process knows which others on its machine have ended, and takes none for ended that might live."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import vitals
from bot.vitals import is_dead, new_owner

_TELL = "from bot.vitals import new_owner; print(new_owner(), flush=True); input()"


def _other() -> tuple[subprocess.Popen[str], str]:
    """Start a process and return it with the name that it gave itself."""
    process = subprocess.Popen([sys.executable, "-c", _TELL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def test_a_process_is_alive_until_it_has_ended() -> None:
    process, owner = _other()
    with process:
        alive = is_dead(owner)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        unasked = is_dead(owner)
    assert (alive, unasked, is_dead(owner)) == (False, True, True)


def test_one_process_gives_itself_many_names_and_lives_under_each() -> None:
    names = {new_owner() for _ in range(100)}

    assert len(names) == 100
    assert not any(map(is_dead, names))


def test_a_number_that_was_given_to_another_process_is_not_mistaken_for_the_first() -> None:
    space, number, began, chance = new_owner().split(".")

    assert is_dead(f"{space}.{number}.{int(began) + 1}.{chance}")


@pytest.mark.parametrize("owner", ["", "ana", "0" * 32, "..."])
def test_of_a_name_that_tells_nothing_nothing_is_concluded(owner: str) -> None:
    assert not is_dead(owner)


def test_a_process_of_another_machine_or_container_is_not_judged() -> None:
    _, _, began, chance = new_owner().split(".")

    assert not is_dead(f"{'0' * 16}.4194305.{began}.{chance}")


def test_where_the_machine_does_not_tell_names_are_of_chance_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    owner = new_owner()
    monkeypatch.setattr(vitals, "_PROC", tmp_path)
    vitals._space.cache_clear()
    try:
        hidden = new_owner()
        assert "." not in hidden
        assert not is_dead(hidden)
        assert not is_dead(owner)
    finally:
        vitals._space.cache_clear()


def test_where_the_processes_of_another_space_are_shown_names_are_of_chance_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("sys", str(os.getpid())):
        (tmp_path / name).symlink_to(f"/proc/{name}")
    stranger = tmp_path / str(os.getppid())
    stranger.mkdir()
    (stranger / "ns").symlink_to("/proc/self/ns")
    (tmp_path / "self").symlink_to(stranger.name)
    monkeypatch.setattr(vitals, "_PROC", tmp_path)
    vitals._space.cache_clear()
    try:
        assert "." not in new_owner()
    finally:
        vitals._space.cache_clear()


def test_a_process_that_is_there_but_shows_nothing_counts_as_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = new_owner()
    monkeypatch.setattr(vitals, "_stands", lambda _: None)

    assert not is_dead(owner)
