"""Residents who talk at length, with what the store keeps of it and what staff do in between; and what holds after every turn."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.dialogue import consent, ending, handoff, haste
from bot.dialogue.turn import take_turn
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.matching.index import Index
from bot.model.case import Case, CaseState, Outcome, Reason
from bot.model.conversation import Conversation, Holder
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.schedule import DeskState, InLine
from bot.model.turn import Turn
from tests.support.border_library import border_library
from tests.support.small_library import small_library
from tests.support.stage import MONDAY


class Tongue(gettext.NullTranslations):
    """Says the message ids themselves, each with a mark of the language that it is said in."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._mark = mark(language)

    def gettext(self, message: str) -> str:
        return self._mark + message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._mark + super().ngettext(msgid1, msgid2, n)

    def pgettext(self, context: str, message: str) -> str:
        return self._mark + super().pgettext(context, message)


def mark(language: str) -> str:
    """Return what stands before each sentence in ``language``."""
    return f"‹{language}›"


MARKED = Phrases({language: Tongue(language) for language in LANGUAGES})


def _marked(library: Library) -> Library:
    """Return a library whose wordings and words of care carry the mark of their language."""
    answers = {
        name: replace(
            answer,
            wordings={language: replace(each, what=mark(language) + each.what) for language, each in answer.wordings.items()},
        )
        for name, answer in library.answers.items()
    }
    crises = {
        name: replace(kind, care={language: mark(language) + care for language, care in kind.care.items()})
        for name, kind in library.crises.items()
    }
    return replace(library, answers=answers, crises=crises)


def _poorer(library: Library) -> Library:
    """Return a library that knows less: a topic, a situation, a town, an info point and answers are gone."""
    topics = {name: replace(each, related=()) for name, each in library.topics.items() if name != "food-help"}
    answers = {name: each for name, each in library.answers.items() if each.topic in topics and name != "scholarships/si-it"}
    places = {name: each for name, each in library.places.items() if name != "ptuj"}
    offices = {name: each for name, each in library.offices.items() if "ptuj" not in each.area}
    points = {name: each for name, each in library.points.items() if name != "ptuj"}
    examples = tuple(each for each in library.examples if each.label != "food-help" and not each.label.startswith("situation:"))
    poorer = replace(library, topics=topics, answers=answers, places=places, offices=offices)
    return replace(poorer, situations={}, points=points, examples=examples)


@cache
def editions() -> tuple[Index, ...]:
    """Return what may be live: a small library, one with borders and a situation, and one from which much was taken."""
    libraries = (small_library(), border_library(), border_library(by_nature=True), _poorer(border_library()))
    return tuple(Index(_marked(library), None, None, 0.02) for library in libraries)


@dataclass
class OpenCase:
    """What the store would keep of a case that is open; ``offered`` is the info point that the resident was asked about."""

    id: str
    state: CaseState = CaseState.WAITING
    offered: str | None = None


@dataclass
class World:
    """What residents share: the edition, the clock, the desk."""

    edition: int = 1
    now: datetime = MONDAY
    everybody: list[Resident] = field(default_factory=list)
    cases: int = 0

    @property
    def index(self) -> Index:
        """What is live."""
        return editions()[self.edition]

    def desk(self) -> DeskState:
        """Return what the dialogue is told of the desk."""
        waiting = (each for each in self.everybody if each.case is not None and each.case.state is CaseState.WAITING)
        return DeskState(in_line=tuple(InLine(each.conversation.id, None) for each in waiting))

    def new_case(self) -> OpenCase:
        """Open a case."""
        self.cases += 1
        return OpenCase(f"{self.cases:032x}")


@dataclass
class Resident:
    """One of them. ``word`` and ``phone`` are theirs alone: nobody else may ever read them."""

    world: World
    word: str
    phone: str
    conversation: Conversation = field(init=False)
    case: OpenCase | None = None
    closed: OpenCase | None = None
    offered: list[str] = field(default_factory=list)
    sent: int = 0
    written: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.conversation = Conversation(f"conversation-{self.word}", "web", self.word)
        self.world.everybody.append(self)

    def sends(
        self, kind: Kind, *, text: str = "", seconds: int = 10, closer_is_there: bool = False, **fields: Any
    ) -> tuple[Conversation, Turn]:
        """Send something after so many seconds, and have it committed as the store does.

        Return the conversation before it, and the turn.
        """
        self.sent += 1
        self.world.now += timedelta(seconds=seconds)
        self.written.append(self.world.now)
        now, before = self.world.now, self.conversation
        incoming = Incoming(self.sent, "web", self.word, f"e{self.sent}", kind, now, clean(text), **fields)
        turn = self._turn(incoming)
        assert turn == self._turn(incoming), "the same arguments give the same turn"
        self._commit(turn, closer_is_there=closer_is_there)
        return before, turn

    def is_in_haste(self) -> bool:
        """Tell whether more came within a minute than anybody can follow, of which they were told."""
        minute = self.world.now - haste.WINDOW
        return sum(moment > minute for moment in self.written) > haste.MOST + 1

    def would_get(self, press: str) -> Turn:
        """Return what a press would lead to, without pressing."""
        return self._turn(Incoming(self.sent + 1, "web", self.word, "would", Kind.PRESS, self.world.now, press=press))

    def _turn(self, incoming: Incoming) -> Turn:
        return take_turn(self.conversation, incoming, self.world.index, MARKED, self.world.now, self.world.desk())

    def _commit(self, turn: Turn, *, closer_is_there: bool) -> None:
        if turn.forget:
            self.conversation = Conversation(f"{self.conversation.id}+", "web", self.word)
            self.case = self.closed = None
            return
        stopped = turn.incoming.kind is Kind.BLOCKED
        self.conversation = replace(turn.conversation, version=self.conversation.version + 1, stopped=stopped)
        if turn.opens is not None and self.case is None:
            self.case = self.world.new_case()
        if turn.consent is not None and self.case is not None and self.case.offered is not None:
            assert turn.consent.case_id == self.case.id
            self.case.state = self.case.state if turn.consent.point is None else CaseState.WAITING
            self.case.offered = None
        if turn.helped is not None and turn.helped.reopens and self.case is None and self.closed is not None:
            self.case, self.closed = replace(self.closed, state=CaseState.WAITING), None
            if closer_is_there and turn.helped.claimed is not None:
                held, _ = turn.helped.claimed
                self.conversation = replace(held, version=self.conversation.version)
                self.case.state = CaseState.CLAIMED
        self.offers(turn.outgoings)

    def offers(self, outgoings: tuple[Outgoing, ...]) -> None:
        """Remember every button that was ever offered."""
        self.offered += [button.press for each in outgoings for row in each.buttons for button in row]

    def is_claimed(self) -> Outgoing:
        """Have staff claim the case that waits."""
        assert self.case is not None
        self.conversation, line = handoff.claimed(self.conversation, MARKED)
        self.case.state = CaseState.CLAIMED
        return line

    def is_reopened(self) -> Outgoing:
        """Have staff open the closed case again."""
        self.case, self.closed = self.closed, None
        return self.is_claimed()

    def is_asked_for_consent(self, point: str) -> Outgoing:
        """Have staff ask whether the case may go to an info point of another country."""
        assert self.case is not None
        place = self.world.index.library.points[point]
        self.conversation, question = consent.ask(self.conversation, self.case.id, place, MARKED)
        self.case.offered = point
        self.offers((question,))
        return question

    def is_put_back(self) -> None:
        """Have staff put the case back into the line."""
        assert self.case is not None
        self.conversation = self.conversation.held_by(Holder.BOT).put_in_line()
        self.case = OpenCase(self.case.id)

    def is_closed(self, outcome: Outcome) -> Outgoing:
        """Have staff close the case."""
        assert self.case is not None
        case_id = self.case.id
        case = Case(case_id, "K7PM4X", "c", Reason.ASKED, CaseState.CLOSED, self.world.now, point="ptuj", outcome=outcome)
        self.conversation, line = ending.given_back(self.conversation, case, MARKED)
        self.case, self.closed = None, OpenCase(case_id, CaseState.CLOSED)
        self.offers((line,))
        return line
