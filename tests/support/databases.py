"""A fresh, migrated database for each test: SQLite as a copied file, PostgreSQL cloned from a template."""

from __future__ import annotations

import asyncio
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
    """Makes databases for tests; the server is started when the first test needs it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        """Let the real program publish what is shipped, once, and return what the databases are copied from."""
        if kind == "postgres":
            template, url = f"{_TEMPLATE}_published", self.server.create(f"{_TEMPLATE}_published", _TEMPLATE)
        else:
            template = str(self._folder / "published.db")
            url = empty(Path(template))
        program = Program(url, self._folder)
        program.start()
        program.stop()
        self._published[kind] = template
        return template

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


def _in_thread(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in an event loop of its own, whether or not one runs here."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
