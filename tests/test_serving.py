"""The web server has room for the pages that may be open."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator

import pytest

from bot.channels.limits import PAGES_OF_ALL
from bot.serving import CONNECTIONS, FILES, listen


@pytest.fixture(autouse=True)
def files() -> Iterator[None]:
    """Give back what a test took."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_a_process_that_begins_with_few_files_makes_room_before_it_listens() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, most))
    listen("127.0.0.1", 0).close()
    now, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert now == (FILES if most == resource.RLIM_INFINITY else min(FILES, most))


def test_a_process_that_may_have_more_keeps_it() -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    listen("127.0.0.1", 0).close()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= before[0]


def test_open_pages_leave_room_for_connections_and_these_for_files() -> None:
    assert PAGES_OF_ALL * 2 <= CONNECTIONS <= FILES / 2


def test_what_is_sent_in_two_parts_does_not_wait_for_the_first_to_be_acknowledged() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
