"""How much memory a process uses."""

from __future__ import annotations

from pathlib import Path


def resident(process: str = "self") -> float:
    """Return the resident memory of ``process`` in megabytes; 0 where /proc does not tell it, or it has just ended."""
    try:
        status = Path("/proc", process, "status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    kilobytes = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(kilobytes) / 1024
