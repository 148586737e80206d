"""Files are kept with their conversation and go with it."""

from __future__ import annotations

from datetime import timedelta

from bot.clock import now
from bot.model.attached import Tidied
from bot.store import attachments, conversations
from bot.store.database import Database


async def test_a_file_comes_back_as_it_was_kept(database: Database) -> None:
    content = bytes(range(256)) * 100
    async with database.write() as tx:
        its = (await conversations.ensure(tx, "web", "ana", now())).id
        enclosure = attachments.described(Tidied("мое решение.pdf", "application/pdf", content))
        await attachments.put(tx, its, enclosure, content, now(), staff="Ana")
    async with database.read() as tx:
        assert await attachments.get(tx, enclosure.id) == attachments.KeptFile(enclosure, its, "Ana", content)
        assert await attachments.get(tx, "0" * 32) is None


async def test_what_a_resident_attached_lately_is_counted_and_what_staff_did_is_not(database: Database) -> None:
    moment = now()
    async with database.write() as tx:
        its = (await conversations.ensure(tx, "web", "ana", moment)).id
        for ago, staff in ((30, None), (2, None), (1, None), (1, "Ana")):
            file = attachments.described(Tidied("a.txt", "text/plain", b"1"))
            await attachments.put(tx, its, file, b"1", moment - timedelta(hours=ago), staff=staff)
        assert await attachments.count_since(tx, its, moment - timedelta(days=1)) == 2


async def test_files_go_with_their_conversation(database: Database) -> None:
    async with database.write() as tx:
        conversation = await conversations.ensure(tx, "web", "ana", now())
        file = attachments.described(Tidied("a.txt", "text/plain", b"1"))
        await attachments.put(tx, conversation.id, file, b"1", now())
        await conversations.replace_forgotten(tx, conversation, now(), now())
        assert await attachments.get(tx, file.id) is None
