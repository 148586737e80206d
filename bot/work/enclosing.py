"""Sending residents a file: staff attach it to what they write."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.contract import Tidy
from bot.dialogue import handoff
from bot.language.text import clean
from bot.model.attached import Unwanted, Upload
from bot.store import attachments, cases
from bot.work.casework import Casework, Refusal, Unreachable


class NoFile(Refusal):
    """No file was chosen."""


class NotTaken(Refusal):
    """The file is not taken, for the reason ``unwanted``."""

    def __init__(self, unwanted: Unwanted) -> None:
        super().__init__()
        self.unwanted = unwanted


class Enclosing:
    """Attaches files. ``staff`` is always a name."""

    def __init__(self, casework: Casework, tidy: Tidy) -> None:
        self._casework = casework
        self._tidy = tidy

    async def attach(self, case_id: str, version_seen: int, text: str, upload: Upload | None, staff: str) -> None:
        """Answer the resident with a file and ``text``, which may be empty; else as `bot.work.helpdesk.Helpdesk.reply`.

        Raises `NoFile`, `NotTaken`, `Unreachable`, and what `Casework.at` raises.
        """
        if upload is None:
            raise NoFile
        try:
            # Before the transaction: it takes seconds.
            tidied = await self._tidy(upload.content, upload.name)
        except Unwanted as unwanted:
            raise NotTaken(unwanted) from None
        async with self._casework.at(case_id, version_seen, theirs=staff) as opened:
            if opened.conversation.stopped:
                raise Unreachable
            enclosure = attachments.described(tidied)
            await attachments.put(opened.tx, opened.conversation.id, enclosure, tidied.content, opened.now, staff=staff)
            await opened.save(opened.conversation)
            await opened.say(replace(handoff.staff_reply(opened.conversation, clean(text)), file=enclosure), staff)
            await cases.staff_spoke(opened.tx, case_id, opened.now)
            await opened.log(staff, "attach", type=enclosure.media_type)
