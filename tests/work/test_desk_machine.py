"""Residents and staff who do anything in any order: the desk ends each action as a small model of it does, and keeps the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from bot.dialogue import consent
from bot.model.case import CaseState
from bot.model.message import Kind
from tests.support.databases import Databases
from tests.support.thorough import trying
from tests.work.desk_led import NEVER_WAS, Installation
from tests.work.desk_nouns import COUNTRIES, MEMBERS

STAFF = st.sampled_from(sorted(MEMBERS))
WHO = st.sampled_from(["vida", "zora"])
#: Mostly the latest case, now and then one that never was.
WHICH = st.sampled_from([0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, NEVER_WAS])
HELD = st.sampled_from([True, True, True, False])
OLD = st.sampled_from([False, False, False, False, True])
POINT = st.sampled_from([*COUNTRIES, "nowhere"])
_PERSON = "rad bi govoril s človekom"
_TEXTS = st.sampled_from([_PERSON, _PERSON, "še nekaj", "zgubil sem službo kaj zdaj", "ubil se bom", "hvala lepa"])
REPLIES = st.sampled_from(["Dober dan", "Pridite jutri", "Pokličite", " \x00"])
#: What staff may have done before the rest begins.
_BEGUN = ("reply", "offer", "guard", "later", "close", "send")
_SPANS = st.sampled_from([timedelta(hours=3), timedelta(days=89), timedelta(days=91), timedelta(0), timedelta(hours=-1)])
_OPEN = (CaseState.WAITING, CaseState.CLAIMED)


class Desk(Installation):
    """All that can happen to it."""

    # What residents do.

    @initialize(claimed=st.integers(0, 2), begun=st.lists(st.sampled_from(_BEGUN), min_size=1, max_size=4))
    def both_residents_wait_and_some_are_answered(self, claimed: int, begun: list[str]) -> None:
        for number, who in enumerate(("vida", "zora")):
            self.a_resident_asks_for_a_person(who)
            if number < claimed:
                self.who_may_claims(0)
        for each in begun:
            self.run(self.watch.look())
            match each:
                case "reply":
                    self.somebody_replies(0, "Ana", "Dober dan", held=True, old=False)
                case "offer":
                    self.somebody_moves_it_elsewhere(0, "Ana", "dalgopol", "Cilka", held=True)
                case "guard":
                    self.somebody_makes_it_confidential(0, "Ana", frozenset(), held=True)
                case "later":
                    self.somebody_puts_it_off(0, "Ana", timedelta(hours=3))
                case "close":
                    self.somebody_closes(0, "Ana", held=True, old=False)
                case _:
                    self.what_waits_is_sent()

    @rule(who=WHO, words=_TEXTS)
    def a_resident_writes(self, who: str, words: str) -> None:
        self.hears(who, Kind.TEXT, words=words)

    @rule(who=WHO)
    def a_resident_asks_for_a_person(self, who: str) -> None:
        self.hears(who, Kind.TEXT, words=_PERSON)

    @rule(who=WHO, kind=st.sampled_from([Kind.BLOCKED, Kind.RETURNED]))
    def a_resident_leaves_or_returns(self, who: str, kind: Kind) -> None:
        self.hears(who, kind)

    @rule(who=WHO)
    @precondition(lambda self: len(self.watch.forgotten) < 2)
    def a_resident_has_everything_deleted(self, who: str) -> None:
        self.hears(who, Kind.PRESS, press="forget")

    @rule(which=WHICH, point=POINT, verb=st.sampled_from(["consent", "consent", "refuse"]))
    def a_resident_answers_whether_it_may_go_elsewhere(self, which: int, point: str, verb: str) -> None:
        offered = [each for each in self.model.files.values() if each.offered is not None]
        its = offered[which % len(offered)] if offered else self.model.files.get(self.case(which))
        if its is not None:
            asked = point if which else its.offered or point
            self.hears(its.resident, Kind.PRESS, press=f"{verb}:{consent.question_of(its.id, asked)}")

    @rule(which=WHICH, said=st.sampled_from(["yes", "no", "no"]))
    def a_resident_says_whether_it_helped(self, which: int, said: str) -> None:
        its = self.model.files.get(self.case(which, CaseState.CLOSED))
        if its is not None:
            self.hears(its.resident, Kind.PRESS, press=f"ended:{said}:{its.id}")

    # What staff do.

    @rule(which=WHICH, by=STAFF)
    def somebody_claims(self, which: int, by: str) -> None:
        case = self.case(which)
        self.ends(self.model.claim(case, by), lambda: self.house.helpdesk.claim(case, by))

    @rule(which=WHICH)
    def who_may_claims(self, which: int) -> None:
        case = self.case(which, CaseState.WAITING)
        its = self.model.files.get(case)
        by = next((name for name in sorted(MEMBERS) if its is not None and its.may_read(name)), "Dana")
        self.ends(self.model.claim(case, by), lambda: self.house.helpdesk.claim(case, by))

    @rule(which=WHICH, by=STAFF, held=HELD)
    def somebody_puts_back(self, which: int, by: str, *, held: bool) -> None:
        case, by = self.held(which, by, held=held)
        self.ends(self.model.release(case, by), lambda: self.house.helpdesk.release(case, by))

    @rule(which=WHICH, by=STAFF, holder=STAFF, held=HELD)
    def somebody_takes_over(self, which: int, by: str, holder: str, *, held: bool) -> None:
        case, holder = self.held(which, holder, held=held)
        self.ends(self.model.take_over(case, holder, by), lambda: self.house.helpdesk.take_over(case, holder, by))

    @rule(
        which=WHICH,
        by=STAFF,
        held=HELD,
        words=st.sampled_from(["Dober dan", "Pridite jutri", "Pokličite", " \x00"]),
        old=OLD,
    )
    def somebody_replies(self, which: int, by: str, words: str, *, held: bool, old: bool) -> None:
        case, by = self.held(which, by, held=held)
        seen = self.version(case, old=old)
        self.ends(
            self.model.reply(case, by, words.strip(" \x00"), outdated=old),
            lambda: self.house.helpdesk.reply(case, seen, words, by),
        )

    @rule(which=WHICH, by=STAFF, words=st.sampled_from(["Opomba", "Še ena", " "]))
    def somebody_notes(self, which: int, by: str, words: str) -> None:
        case = self.case(which)
        self.ends(self.model.note(case, by, words.strip()), lambda: self.house.helpdesk.note(case, words, by))

    @rule(which=WHICH, by=STAFF, held=HELD, old=OLD)
    def somebody_closes(self, which: int, by: str, *, held: bool, old: bool) -> None:
        case, by = self.held(which, by, held=held)
        seen = self.version(case, old=old)
        self.ends(self.model.close(case, by, outdated=old), lambda: self.closing.close(case, by, seen))

    @rule(which=WHICH, by=STAFF)
    def somebody_opens_again(self, which: int, by: str) -> None:
        case = self.case(which, CaseState.CLOSED)
        self.ends(self.model.reopen(case, by), lambda: self.closing.reopen(case, by))

    @rule(which=WHICH, by=STAFF, to=STAFF)
    def somebody_hands_on(self, which: int, by: str, to: str) -> None:
        case, by = self.held(which, by)
        self.ends(self.model.hand_to(case, by, to), lambda: self.handing.to_colleague(case, by, to, "zato"))

    @rule(which=WHICH, by=STAFF, held=HELD, point=POINT, reader=STAFF)
    def somebody_moves_it_elsewhere(self, which: int, by: str, point: str, reader: str, *, held: bool) -> None:
        case, by = self.held(which, by, held=held)
        expected = self.model.move(case, by, point, reader)
        self.ends(expected, lambda: self.handing.to_point(case, by, point, "zato", reader))

    @rule(which=WHICH, by=STAFF, held=HELD, named=st.frozensets(STAFF, max_size=2))
    def somebody_makes_it_confidential(self, which: int, by: str, named: frozenset[str], *, held: bool) -> None:
        case, by = self.held(which, by, held=held)
        self.ends(self.model.guard(case, by, named), lambda: self.house.guarding.guard(case, by, named))

    @rule(which=WHICH, by=STAFF)
    def somebody_opens_it_to_all(self, which: int, by: str) -> None:
        case = self.case(which)
        self.ends(self.model.open_up(case, by), lambda: self.house.guarding.open_up(case, by))

    @rule(which=WHICH, by=STAFF, span=_SPANS | st.just(timedelta(hours=3)))
    def somebody_puts_it_off(self, which: int, by: str, span: timedelta) -> None:
        (case, by), now = self.held(which, by), self.house.now
        self.ends(self.model.put_off(case, by, span, now), lambda: self.later.put_off(case, now + span, by))

    @rule(which=WHICH, by=STAFF, words=st.sampled_from(["Popravek", ""]), is_last=HELD)
    def somebody_changes_what_they_said(self, which: int, by: str, words: str, *, is_last: bool) -> None:
        case, by = self.held(which, by)
        entry, changed = self.run(self.watch.last_of(case, by))
        entry += 0 if is_last else 1000
        expected = self.model.change_last(case, by, words, is_last=is_last)
        amending = self.house.amending
        if words:
            self.ends(expected, lambda: amending.edit(case, entry, changed, words, by))
        else:
            self.ends(expected, lambda: amending.withdraw(case, entry, changed, by))

    # What happens around them.

    @rule(minutes=st.sampled_from([1, 30, 60 * 24 * 3]))
    def time_passes(self, minutes: int) -> None:
        self.house.later(minutes=minutes)

    @invariant()
    def all_is_as_in_the_model(self) -> None:
        self.run(self.watch.look())

    @rule()
    def what_waits_is_sent(self) -> None:
        self.run(self.watch.deliver())


def _machine(databases: Databases, kind: str) -> type[Desk]:
    class OnThis(Desk):
        def __init__(self) -> None:
            super().__init__(databases, kind)

    return OnThis


def test_on_sqlite_the_desk_does_what_its_model_does(databases: Databases) -> None:
    run_state_machine_as_test(_machine(databases, "sqlite"), settings=trying(24, steps=40))


@pytest.mark.postgres
def test_on_postgresql_the_desk_does_what_its_model_does(databases: Databases) -> None:
    run_state_machine_as_test(_machine(databases, "postgres"), settings=trying(4, steps=30))
