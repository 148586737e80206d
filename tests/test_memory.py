"""Memory that was needed for a moment goes back to the machine."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: Needs eighty megabytes in small pieces, keeps every hundredth, and tells how much it has kept of the machine's memory.
_PROGRAM = """
from bot import memory
from bot.work import lesson  # what a process has loaded anyway

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096

if {frugal}:
    memory.be_frugal()
before = resident()
pieces = [bytes(1000) for _ in range(80_000)]
needed = resident() - before
pieces = pieces[::100]
if {frugal}:
    memory.give_back()
print(needed, resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems keep memory by their own rules")
def test_most_of_what_long_work_needed_is_given_back() -> None:
    needed, kept = _measured(frugal=True)
    _, kept_by_itself = _measured(frugal=False)

    assert needed > 70_000_000
    assert kept < kept_by_itself / 3


def _measured(*, frugal: bool) -> tuple[int, int]:
    """Return how much was needed and how much was kept, in bytes."""
    program = _PROGRAM.format(frugal=frugal)
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    needed, kept = told.split()
    return int(needed), int(kept)
