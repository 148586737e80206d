"""A house whose residents ask what their messages begin with, and whose questions are gathered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.clock import new_id
from bot.model.case import CaseOpening, Reason
from bot.model.conversation import Conversation
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.schedule import NOTHING_KNOWN, DeskState
from bot.model.turn import Turn, Vote
from bot.model.verdict import Act, Verdict, VerdictKind
from bot.store import inbox, questions
from bot.store.questions import Question
from bot.work.gathering import Gathering
from bot.work.reception import Reception
from tests.support.house import TELEGRAM, House, parse, sorry
from tests.support.small_library import small_library


def read(received: inbox.Received) -> Incoming | None:
    """Read a payload as `send` writes it."""
    incoming = parse(received)
    return None if incoming is None else replace(incoming, remote_id=received.payload.get("remote_id"))


def think(conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:  # noqa: ARG001 - as `Think` asks
    """Understand a text as its first word says (``answer/pension``), and a press as its own verb does."""
    conversation = replace(conversation, language="sl", country="si", greeted=True)
    said = (Outgoing("…", "sl"),)
    verb, _, rest = (incoming.press or incoming.text.split(" ")[0]).replace(":", "/").partition("/")
    topic = rest.partition("/")[0] or None
    if verb == "staff":
        return Turn(incoming, conversation, relayed=True)
    if verb in ("helpful", "missed"):
        return Turn(incoming, conversation, said, vote=Vote(topic or "", "si", verb == "helpful"))
    if verb == "fails":
        return Turn(incoming, conversation.put_in_line(), said, opens=CaseOpening(Reason.FAILURE))
    if verb == "human":
        return Turn(incoming, conversation.put_in_line(), said, opens=CaseOpening(Reason.ASKED))
    if verb == "forget":
        return Turn(incoming, conversation, said, forget=True)
    if verb == "lang":
        return Turn(incoming, replace(conversation, language="hr"), said, verdict=Verdict(VerdictKind.ANSWER, 1.0, "pension"))
    if verb not in set(VerdictKind):
        return Turn(incoming, conversation, said)
    kind = VerdictKind(verb)
    verdict = Verdict(kind, 0.9, topic, act=Act.THANKS if kind is VerdictKind.ACT else None)
    if kind is VerdictKind.CRISIS:
        verdict = replace(verdict, topic=None, crisis="violence")
    is_left = kind in (VerdictKind.PERSON, VerdictKind.CRISIS)
    return Turn(incoming, conversation, said, verdict=verdict, opens=CaseOpening(Reason.NOT_COVERED) if is_left else None)


class Town(House):
    """A house whose residents' messages are understood by `think`, and gathered."""

    async def sends(self, text: str = "", *, address: str = "ana", **more: str) -> None:
        """Let a resident send something, and answer it; a minute later."""
        payload = {"kind": Kind.PRESS if "press" in more else Kind.TEXT, "text": text} | more
        async with self.db.write() as tx:
            await inbox.put(tx, TELEGRAM, new_id(), address, payload, self.now)
        reception = Reception(self.db, self.bell, {TELEGRAM: read}, think, sorry, clock=self.clock)
        while await reception.step("worker"):
            pass
        self.later(minutes=1)

    def gathering(self, desk: DeskState = NOTHING_KNOWN, **more: Any) -> Gathering:
        """Return what gathers in one process."""
        return Gathering(self.db, self.bell, small_library, lambda: desk, lambda: None, clock=self.clock, **more)

    async def gathered(self) -> list[Question]:
        """Gather as a process does that has just begun, and return what there is then, the first one first."""
        await self.gathering().gather()
        return await self.kept()

    async def kept(self) -> list[Question]:
        """Return the questions that are kept, the first one first."""
        async with self.db.read() as tx:
            return await questions.get_many(tx, range(1000))
