"""Install what the tests need besides Python packages, where that can be done without asking: as root on Debian."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

#: Debian's package, and where to see that it is there.
NEEDED = {
    "postgresql": "usr/lib/postgresql/*/bin/initdb",
    "chromium": "usr/bin/chromium",
    "chromium-headless-shell": "usr/bin/chromium-headless-shell",
    "faketime": "usr/lib/*/faketime/libfaketimeMT.so.1",
}


def missing() -> list[str]:
    """Return the names of the Debian packages that are not installed."""
    return [package for package, trace in NEEDED.items() if not list(Path("/").glob(trace))]


def main() -> None:
    """Install what is missing; what cannot be installed is left to the tests, which skip or fail with a word."""
    packages = missing()
    if not packages or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    print("Installing from Debian's packages:", *packages)  # noqa: T201 - a command speaks
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=quiet)
    subprocess.run(
        ["apt-get", "install", "-qq", "--no-install-recommends", *packages], check=False, env=quiet, stdout=subprocess.DEVNULL
    )


if __name__ == "__main__":
    main()
