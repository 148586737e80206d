"""What all tests share. Fixtures of one room stand in that room's folder."""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import AsyncIterator, Iterator
from functools import cache

import pytest
import structlog

from bot.editing import trees
from bot.store.database import Database
from tests.support.databases import Databases
from tests.support.network import refuse_foreign_hosts
from tests.support.remembering import remembered
from tests.support.spreading import spread

refuse_foreign_hosts()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = spread(items, lambda item: item.nodeid.partition("::")[0])


@pytest.fixture(autouse=True)
def _logging_stays_as_it_was() -> Iterator[None]:
    """Let no test that starts a command, which sets up logging, change what later tests see of it."""
    root = logging.getLogger()
    level, handlers = root.level, set(root.handlers)
    yield
    structlog.reset_defaults()
    root.setLevel(level)
    for handler in list(root.handlers):
        if type(handler) is logging.StreamHandler and handler not in handlers:
            root.removeHandler(handler)


@pytest.fixture(scope="session", autouse=True)
def _what_hundreds_of_tests_make_alike_is_made_once() -> Iterator[None]:
    """Checking the same small library takes half a second, reading the list of authorities for each HTTP client 40 ms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trees, "read", remembered(trees.read))
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # its workers have a folder in that of the run
    made = Databases(tmp_path_factory.mktemp("databases"), shared)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A fresh, migrated database of each kind."""
    with databases.fresh(request.param) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def published_url(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """A database of each kind in which the shipped knowledge is published already: the real program starts sooner."""
    with databases.published(request.param) as url:
        yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh, migrated database of each kind, opened."""
    db = Database.open(database_url)
    yield db
    await db.close()
