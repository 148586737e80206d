"""The house whose staff are told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.house import House
from tests.support.mail import mail_server
from tests.support.telling import Desk


@pytest.fixture
async def desk(house: House) -> AsyncIterator[Desk]:
    """The house, with a mail server and private chats, on each database."""
    async with mail_server() as mail:
        yield Desk(house, mail)
