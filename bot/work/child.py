"""What processes have in common that the program starts for long work. It stays small: who answers residents loads it, too."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

#: Politeness towards the process that answers residents.
NICENESS = 10


def end_with_parent(folder: Path) -> None:
    """Wait for the end of the standard input, which our parent holds open; then leave nothing behind of files and processes."""
    with suppress(OSError):
        while os.read(0, 1):
            pass
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # we lead no group when somebody started us by hand
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def report(stage: str, share: float) -> None:
    """Tell whoever started us how far we are."""
    sys.stdout.write(json.dumps({"stage": stage, "share": round(share, 3)}) + "\n")
    sys.stdout.flush()
