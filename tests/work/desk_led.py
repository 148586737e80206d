"""One installation with two residents, the model of it, and the steps by which a test leads both."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from bot.dialogue.turn import take_turn
from bot.matching.index import Index
from bot.model.case import CaseState
from bot.model.conversation import Conversation
from bot.model.library import Library
from bot.model.message import Incoming, Kind
from bot.model.turn import Turn
from bot.store.database import Database
from bot.work.casework import Casework, Refusal
from bot.work.closing import Closing
from bot.work.commit import Moved
from bot.work.handing import Handing
from bot.work.later import Later
from tests.support.databases import Databases
from tests.support.house import TELEGRAM, WEB, House
from tests.support.people import hire
from tests.support.phrases import english
from tests.support.small_library import small_library
from tests.work.desk_model import Model, Refused
from tests.work.desk_nouns import MEMBERS, Person
from tests.work.desk_watch import Watch

NEVER_WAS = 99


@cache
def _library() -> Library:
    """Return the small library with a second info point in Slovenia."""
    library = small_library()
    celje = replace(library.points["ptuj"], id="celje", names={"sl": "Celje"}, area=())
    return replace(library, points={**library.points, "celje": celje})


@cache
def _index() -> Index:
    return Index(_library(), None, None, 0.02)


class Installation(RuleBasedStateMachine):
    """One installation: Vida writes on Telegram, Zora on the web."""

    def __init__(self, databases: Databases, kind: str) -> None:
        super().__init__()
        self._open = ExitStack()
        url = self._open.enter_context(databases.fresh(kind))
        self._runner = self._open.enter_context(asyncio.Runner())
        self.db = Database.open(url)
        self.house = House(self.db)
        casework = Casework(self.db, self.house.bell, english(), clock=self.house.clock)
        self.handing, self.later = Handing(casework, _library), Later(casework)
        self.closing = Closing(casework, _library)
        self.model = Model({"vida": Person("vida", TELEGRAM), "zora": Person("zora", WEB)})
        self.turns: list[Turn] = []
        self.known: list[str] = []
        self.watch = Watch(self.house, self.model)
        for name, points in MEMBERS.items():
            self.run(hire(self.house, name, points=points))

    def teardown(self) -> None:
        self.run(self.watch.finish())
        self.run(self.db.close())
        self._open.close()

    def run(self, work: Any) -> Any:
        return self._runner.run(work)

    def _think(self, conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        self.turns.append(take_turn(conversation, incoming, _index(), english(), now))
        return self.turns[-1]

    def case(self, which: int, *states: CaseState) -> str:
        """Return a case, the latest first: of those in ``states`` if there are any, else of all, forgotten ones among them."""
        fitting = [name for name in self.known if name in self.model.files and self.model.files[name].state in states]
        among = fitting or self.known
        return "0" * 32 if which == NEVER_WAS else among[-1 - which % len(among)]

    def held(self, which: int, by: str, *, held: bool = True) -> tuple[str, str]:
        """Return a case that somebody has, and who; unless ``held`` any case, and ``by``."""
        case = self.case(which, *((CaseState.CLAIMED,) if held else ()))
        its = self.model.files.get(case)
        return case, its.holder if held and its is not None and its.holder is not None else by

    def ends(self, expected: Refused, act: Callable[[], Awaitable[object]]) -> None:
        """Do something at the desk, which is to end as in the model."""

        async def outcome() -> Refused:
            try:
                await act()
            except (Refusal, Moved) as refused:
                return type(refused)
            return None

        assert self.run(outcome()) is expected

    def hears(self, who: str, kind: Kind, *, words: str = "", press: str = "") -> None:
        person = self.model.people[who]
        before = self.run(self.watch.conversation(who))
        self.turns.clear()
        self.house.later(seconds=10)
        if press:
            self.run(self.house.presses(press, who, channel=person.channel))
        else:
            self.run(self.house.hears(words, who, channel=person.channel, kind=kind))
        self.run(self.house.works(self._think))
        assert len(self.turns) == 1, "each incoming gets its turn once"
        if self.turns[0].forget and before is not None:
            self.watch.forgotten.add(before.id)
        self.model.took(who, self.turns[0], words)
        opened = self.run(self.watch.opened(who))
        if opened is not None and opened.id not in self.model.files:
            assert self.turns[0].opens is not None
            self.model.found(opened.id, who, self.turns[0].opens.point)
            self.known.append(opened.id)

    def version(self, case_id: str, *, old: bool) -> int:
        its = self.model.files.get(case_id)
        return 0 if its is None else self.watch.versions[its.resident] - (1 if old else 0)
