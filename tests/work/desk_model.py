"""What a desk does, in the fewest words: a model that a test holds the real one against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.case import CaseState
from bot.model.turn import Turn
from bot.work.amending import TooLate
from bot.work.casework import NoSuchCase, NothingSaid, NotYours, Unreachable
from bot.work.closing import NotClosed, OtherCaseOpen
from bot.work.commit import Moved
from bot.work.handing import Confidential, NotThere
from bot.work.helpdesk import AlreadyClaimed, PutBack
from bot.work.later import FURTHEST, InThePast, TooFar
from tests.work.desk_nouns import COUNTRIES, File, Person, able_at

#: How an action ends that is refused; None when it is not.
Refused = type[Exception] | None


@dataclass
class Model:
    """Everything that is open, closed, or gone. Each method tells how an action ends, and does to the model what it does."""

    people: Mapping[str, Person]
    files: dict[str, File] = field(default_factory=dict)

    def open_of(self, address: str) -> File | None:
        """Return the open case of a resident."""
        its = (each for each in self.files.values() if each.resident == address and each.state is not CaseState.CLOSED)
        return next(its, None)

    def took(self, address: str, turn: Turn, text: str) -> None:
        """Take what a turn decided; ``text`` is what the resident wrote. A case that it opens is `found` afterwards."""
        person, its = self.people[address], self.open_of(address)
        if turn.forget:
            self.files = {name: each for name, each in self.files.items() if each.resident != address}
            person.lines.clear()
            person.stopped = False
            return
        person.stopped = turn.conversation.stopped
        if text:
            person.lines.append(("resident", text))
        if turn.consent is not None and its is not None and its.offered is not None:
            self._consented(its, turn.consent.point)
        if turn.helped is not None:
            self._helped(address, turn.helped.case_id, helped=turn.helped.helped, reopens=turn.helped.reopens)
        if its is not None and (turn.opens is not None or turn.relayed):
            its.later = None

    def found(self, case_id: str, address: str, point: str | None) -> None:
        """Take up a case that was opened by a turn."""
        assert self.open_of(address) is None, "a conversation has one open case"
        self.files[case_id] = File(case_id, address, point)

    def _consented(self, its: File, point: str | None) -> None:
        able = able_at(point)
        if point is None:
            its.offered, its.later = None, None
            return
        its.readers = (able & {its.offered_reader} or able) if its.readers else frozenset()
        its.goes_into_line(point)

    def _helped(self, address: str, case_id: str, *, helped: bool, reopens: bool) -> None:
        its = self.files.get(case_id)
        if its is None or its.state is not CaseState.CLOSED or its.helped is not None:
            return
        its.helped = helped
        if reopens and self.open_of(address) is None:
            its.goes_into_line(its.point)

    def claim(self, case_id: str, by: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.may_read(by):
            return NoSuchCase
        if its.state is not CaseState.WAITING:
            return AlreadyClaimed
        its.is_taken(by)
        return None

    def release(self, case_id: str, by: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        its.goes_into_line(its.point)
        return None

    def take_over(self, case_id: str, holder: str, by: str) -> Refused:
        its = self.files.get(case_id)
        if its is not None and its.has(by):
            return None
        if its is None or not its.may_read(by):
            return NoSuchCase
        if its.state is CaseState.WAITING:
            return PutBack
        if not its.has(holder):
            return AlreadyClaimed
        its.is_taken(by)
        its.later = None
        return None

    def reply(self, case_id: str, by: str, text: str, *, outdated: bool) -> Refused:
        its = self.files.get(case_id)
        if not text:
            return NothingSaid
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        if outdated:
            return Moved
        if self.people[its.resident].stopped:
            return Unreachable
        its.later = None
        self.people[its.resident].lines.append((by, text))
        return None

    def note(self, case_id: str, by: str, text: str) -> Refused:
        its = self.files.get(case_id)
        if not text:
            return NothingSaid
        return None if its is not None and its.may_read(by) else NoSuchCase

    def close(self, case_id: str, by: str, *, outdated: bool) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        if outdated:
            return Moved
        its.state, its.later, its.offered, its.helped = CaseState.CLOSED, None, None, None
        return None

    def reopen(self, case_id: str, by: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.may_read(by):
            return NoSuchCase
        other = self.open_of(its.resident)
        if other is not None and other is not its:
            return OtherCaseOpen
        if its.state is not CaseState.CLOSED:
            return NotClosed
        its.is_taken(by)
        return None

    def hand_to(self, case_id: str, by: str, to: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        if to == by or to not in able_at(its.point):
            return NotThere
        its.is_taken(to)
        its.later = None
        its.readers = its.readers | {to} if its.readers else its.readers
        return None

    def move(self, case_id: str, by: str, point: str, reader: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        if point not in COUNTRIES or point == its.point:
            return NotThere
        if its.readers and reader not in able_at(point):
            return Confidential
        if COUNTRIES[point] == COUNTRIES[its.point or ""]:
            its.readers = frozenset({reader}) if its.readers else its.readers
            its.goes_into_line(point)
        elif self.people[its.resident].stopped:
            return Unreachable
        else:
            its.offered, its.offered_reader = point, reader if its.readers else ""
        return None

    def guard(self, case_id: str, by: str, named: frozenset[str]) -> Refused:
        its = self.files.get(case_id)
        if its is None or not (its.has(by) or by in its.readers):
            return NoSuchCase if its is None else NotYours
        holder = {its.holder} if its.state is CaseState.CLAIMED and its.holder else set[str]()
        if not named <= able_at(its.point) | {by} | holder:
            return NotThere
        its.readers, its.offered = named | {by} | holder, None
        return None

    def open_up(self, case_id: str, by: str) -> Refused:
        its = self.files.get(case_id)
        if its is None or (its.readers and not (its.has(by) or by in its.readers)):
            return NoSuchCase if its is None else NotYours
        its.readers = frozenset()
        return None

    def put_off(self, case_id: str, by: str, span: timedelta, now: datetime) -> Refused:
        its = self.files.get(case_id)
        if span <= timedelta(0) or span > FURTHEST:
            return InThePast if span <= timedelta(0) else TooFar
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        its.later = now + span
        return None

    def change_last(self, case_id: str, by: str, text: str, *, is_last: bool) -> Refused:
        """Change (or with an empty text take back) the last message of ``by``; ``is_last`` tells whether the page showed that."""
        its = self.files.get(case_id)
        if its is None or not its.has(by):
            return NoSuchCase if its is None else NotYours
        lines = self.people[its.resident].lines
        last = next((place for place in range(len(lines) - 1, -1, -1) if lines[place][0] == by), None)
        if last is None or not is_last or not lines[last][1]:
            return TooLate
        if self.people[its.resident].stopped:
            return Unreachable
        lines[last] = (by, text)
        return None
