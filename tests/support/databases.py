"""A fresh, migrated database for each test: SQLite as a copied file, PostgreSQL cloned from a template."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.clock import new_id
from tests.support.empty import empty, migrate
from tests.support.postgres import NoServer, Server
from tests.support.program import Program

_TEMPLATE = "infopoint_template"


class Databases:
    """Makes databases for tests; the server is started when the first test needs it.

    ``folder`` is ours, ``shared`` that of all workers, in which what takes long to make is made by one of them.
    """

    def __init__(self, folder: Path, shared: Path | None = None) -> None:
        self._folder = folder
        self._shared = shared or folder
        self._server: Server | None = None
        self._published: dict[str, str] = {}

    @property
    def server(self) -> Server:
        """The PostgreSQL server. Without one the test is skipped, or fails where CI=true."""
        if self._server is None:
            try:
                self._server = Server()
            except NoServer as missing:
                if os.environ.get("CI") == "true":
                    pytest.fail(str(missing))
                pytest.skip(str(missing))
            _in_thread(migrate(self._server.create(_TEMPLATE)))
        return self._server

    @contextmanager
    def fresh(self, kind: str, *, migrated: bool = True) -> Iterator[str]:
        """Make a database of ``kind`` (``sqlite`` or ``postgres``) for one test and give its URL."""
        name = f"test_{new_id()}"
        if kind == "postgres":
            server = self.server
            url = server.create(name, _TEMPLATE if migrated else "template1")
            try:
                yield url
            finally:
                server.drop(name)
            return
        path = self._folder / f"{name}.db"
        yield empty(path) if migrated else f"sqlite:///{path}"

    @contextmanager
    def published(self, kind: str) -> Iterator[str]:
        """Make a database of ``kind`` in which the shipped knowledge is published already, as at any start but the first."""
        template = self._published.get(kind) or self._publish(kind)
        name = f"test_{new_id()}"
        if kind == "postgres":
            try:
                yield self.server.create(name, template)
            finally:
                self.server.drop(name)
            return
        path = self._folder / f"{name}.db"
        shutil.copy(template, path)
        yield f"sqlite:///{path}"

    def _publish(self, kind: str) -> str:
        """Return what the databases are copied from, in which the real program has published what is shipped."""
        template = f"{_TEMPLATE}_published" if kind == "postgres" else str(self._folder / "published.db")
        kept = self._shared / f"published.{kind}"
        with _alone(kept.with_suffix(".lock")):
            if not kept.exists():
                whole = kept.with_suffix(".whole")
                self._publish_into(whole, kind)
                whole.rename(kept)
        if kind == "postgres":
            self.server.create(template)
            self.server.load(template, kept.read_text(encoding="utf-8"))
        else:
            shutil.copy(kept, template)
        self._published[kind] = template
        return template

    def _publish_into(self, kept: Path, kind: str) -> None:
        """Let the real program publish what is shipped, and write the database, or what PostgreSQL dumps of it, to ``kept``."""
        name = f"publishing_{new_id()}"
        url = self.server.create(name, _TEMPLATE) if kind == "postgres" else empty(kept)
        program = Program(url, self._folder)
        program.start()
        program.stop()
        if kind == "postgres":
            kept.write_text(self.server.dump(name), encoding="utf-8")
            self.server.drop(name)

    @contextmanager
    def away(self, url: str) -> Iterator[None]:
        """Let nobody reach a database meanwhile; the test closes its own connections first."""
        if url.startswith("postgresql"):
            name = url.rpartition("/")[2]
            self.server.shut(name)
            yield
            self.server.reopen(name)
            return
        path = Path(url.removeprefix("sqlite:///"))
        aside = path.with_suffix(".away")
        path.rename(aside)
        path.mkdir()  # a folder, which SQLite cannot open
        yield
        path.rmdir()
        aside.rename(path)

    def close(self) -> None:
        """Stop the server, if one was started."""
        if self._server is not None:
            self._server.stop()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other worker is in here with the same ``lock``."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _in_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in an event loop of its own, whether or not one runs here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
