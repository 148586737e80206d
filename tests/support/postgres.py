"""A real PostgreSQL server for the tests of one session, in a folder of its own that is deleted in the end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: initdb refuses root, so as root all of it is run as the user that Debian's package made.
_USER = "postgres"


class NoServer(Exception):  # noqa: N818 - a word of these tests
    """PostgreSQL is not installed; the message says what to install."""


class Server:
    """A running server that trusts whoever comes from this machine, and syncs nothing to disk unless ``fsync`` is on."""

    fsync = "off"

    def __init__(self, inside: Path = Path("/tmp")) -> None:  # noqa: S108 - a socket's path must be short
        self._bin = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="infopoint-pg-", dir=inside))
        if os.geteuid() == 0:
            shutil.chown(self._folder, _USER)
        data = str(self._folder / "data")
        self._run("initdb", "--auth=trust", f"--username={_USER}", "--encoding=UTF8", "--locale=C", "--no-sync", data)
        self._port = _free_port()
        self.go_on()

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, as a copy of ``template``, and return its URL."""
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Delete a database, whoever is still connected."""
        self._sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def go_on(self) -> None:
        """Start the server, if it does not run."""
        data = str(self._folder / "data")
        options = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync={self.fsync} -c max_connections=200"
        with suppress(RuntimeError):
            self._run("pg_ctl", "status", "-D", data)
            return
        self._run("pg_ctl", "start", "--wait", "-D", data, "-l", str(self._folder / "log"), "-o", options)

    def halt(self) -> None:
        """End the server as a machine does that loses its power."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-D", str(self._folder / "data"))

    def stop(self) -> None:
        """End the server and delete its folder."""
        self.halt()
        shutil.rmtree(self._folder)

    def disconnect(self, name: str) -> None:
        """Cut all connections to a database, as a restart of the server would."""
        self._sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608 - our own name

    def shut(self, name: str) -> None:
        """Let nobody connect to a database, and cut all connections to it."""
        self._sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self.disconnect(name)

    def reopen(self, name: str) -> None:
        """Take `shut` back."""
        self._sql(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all processes of the server meanwhile: it takes connections and says nothing."""
        head = int((self._folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        # The head first, so that it starts no more.
        os.kill(head, signal.SIGSTOP)
        stopped = [head, *_children(head)]
        for process in stopped[1:]:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in stopped:
                os.kill(process, signal.SIGCONT)

    def raw(self, name: str) -> Iterator[Path]:
        """Yield the files in which a database stands as the server keeps it: its pages, the server's journal and its log."""
        self._sql("CHECKPOINT")
        number = self._run("psql", *self._as_owner, "-Atc", f"SELECT oid FROM pg_database WHERE datname = '{name}'", "postgres")  # noqa: S608
        for folder in (f"base/{number.strip()}", "pg_wal"):
            yield from (each for each in (self._folder / "data" / folder).iterdir() if each.is_file())
        yield self._folder / "log"

    def dump(self, name: str) -> str:
        """Return a database as an operator dumps it."""
        return self._run("pg_dump", *self._as_owner, name)

    def load(self, name: str, dumped: str) -> None:
        """Put into an empty database what `dump` returned of another."""
        self._run("psql", "-q", *self._as_owner, "-v", "ON_ERROR_STOP=1", name, given=dumped)

    def _sql(self, statement: str) -> None:
        self._run("psql", "-q", *self._as_owner, "-c", statement, "postgres")

    @property
    def _as_owner(self) -> tuple[str, ...]:
        return ("-h", str(self._folder), "-p", str(self._port), "-U", _USER)

    def _run(self, program: str, *arguments: str, given: str | None = None) -> str:
        as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_user, str(self._bin / program), *arguments],
            cwd="/",
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}")
        return done.stdout


def _children(process: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def _binaries() -> Path:
    """Return the folder of the newest server installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0]))
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    folders = [folder for folder in [*on_path, *debian] if (folder / "initdb").exists()]
    if not folders:
        raise NoServer("PostgreSQL is missing; on Debian: apt install postgresql")
    return folders[-1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
