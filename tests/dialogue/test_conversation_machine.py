"""Two residents, staff and editors who do anything in any order: after each turn every promise of the dialogue holds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.dialogue.presses import COMMANDS
from bot.language.text import clean
from bot.model.case import CaseState, Outcome
from bot.model.codes import CodeStatus, GivenCode
from bot.model.library import LANGUAGES
from bot.model.message import Kind, Outgoing
from tests.dialogue.conversing import Resident, World, editions
from tests.dialogue.promises import check_crisis, check_kept, check_turn
from tests.dialogue.vocabulary import BORDERS, CRISES, HINTS, JUNK, KNOWN, MORE, QUESTIONS, SPOTS, TEXTS, WHO
from tests.support.thorough import trying


class Conversations(RuleBasedStateMachine):
    """All that can happen to two conversations."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.residents = (Resident(self.world, "qzxa", "+38641222333"), Resident(self.world, "qzxb", "+385912345678"))
        self.has_been_hasty = False

    def _some(self, *states: CaseState | None) -> Resident:
        return next(each for each in self.residents if _state(each) in states)

    # What residents do.

    @initialize(text=st.sampled_from(["", "stipendija", "stipendija kako", "dober dan"]))
    def begins(self, text: str) -> None:
        for resident in self.residents:
            before, turn = resident.sends(Kind.TEXT, text=text)
            check_turn(resident, before, turn)

    @rule(who=WHO, text=TEXTS, hint=HINTS, edited=st.booleans())
    def writes(self, who: int, text: str, hint: str | None, *, edited: bool) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(Kind.EDIT if edited else Kind.TEXT, text=text, hint=hint)
        check_turn(resident, before, turn)

    @rule(who=WHO, text=QUESTIONS)
    def asks(self, who: int, text: str) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(Kind.TEXT, text=text)
        check_turn(resident, before, turn)

    @rule(who=WHO, text=BORDERS)
    def asks_across_a_border(self, who: int, text: str) -> None:
        self.asks(who, text)

    @rule(who=WHO, text=KNOWN)
    def tells_a_secret(self, who: int, text: str) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(Kind.TEXT, text=f"{text} {resident.word} {resident.phone}")
        check_turn(resident, before, turn)

    @rule(who=WHO, text=CRISES, kind=st.sampled_from([Kind.TEXT, Kind.EDIT, Kind.PHOTO, Kind.VOICE, Kind.FILE]), hint=HINTS)
    def is_in_a_crisis(self, who: int, text: str, kind: Kind, hint: str | None) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(kind, text=text, hint=hint)
        check_turn(resident, before, turn)
        check_crisis(turn)

    @rule(who=WHO, text=CRISES, where=st.integers(10, 15))
    @precondition(lambda self: not self.has_been_hasty)
    def writes_in_haste(self, who: int, text: str, where: int) -> None:
        resident, self.has_been_hasty = self.residents[who], True
        for number in range(16):
            before, turn = resident.sends(Kind.TEXT, text=text if number == where else "hrana", seconds=0)
            check_turn(resident, before, turn)
            if number == where:
                check_crisis(turn)

    @rule(who=WHO, latest=st.integers(0, 4), closer_is_there=st.booleans())
    @precondition(lambda self: any(each.offered for each in self.residents))
    def presses_a_button_of_late(self, who: int, latest: int, *, closer_is_there: bool) -> None:
        self._presses(who, -1 - latest, closer_is_there=closer_is_there)

    @rule(who=WHO, which=st.integers(0, 999), closer_is_there=st.booleans())
    @precondition(lambda self: any(each.offered for each in self.residents))
    def presses_any_button_ever_offered(self, who: int, which: int, *, closer_is_there: bool) -> None:
        self._presses(who, which, closer_is_there=closer_is_there)

    def _presses(self, who: int, which: int, *, closer_is_there: bool) -> None:
        resident = self.residents[who]
        if resident.offered:
            payload = resident.offered[which % len(resident.offered)]
            before, turn = resident.sends(Kind.PRESS, press=payload, closer_is_there=closer_is_there)
            check_turn(resident, before, turn)

    @rule(who=WHO, which=st.integers(0, 999), payload=st.sampled_from((*JUNK, *MORE)), borrowed=st.booleans())
    def presses_what_was_never_offered(self, who: int, which: int, payload: str, *, borrowed: bool) -> None:
        resident, other = self.residents[who], self.residents[1 - who]
        if borrowed and other.offered:
            payload = other.offered[which % len(other.offered)]
        before, turn = resident.sends(Kind.PRESS, press=payload)
        check_turn(resident, before, turn)
        if payload.startswith(("consent:", "refuse:", "ended:")):
            assert (turn.consent, turn.helped) == (None, None)

    @rule(who=WHO, name=st.sampled_from([*COMMANDS, "mydata", "nonsense", ""]), hint=HINTS)
    def commands(self, who: int, name: str, hint: str | None) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(Kind.COMMAND, text=name, hint=hint)
        check_turn(resident, before, turn)

    @rule(
        who=WHO, text=st.sampled_from(["041 234 567", "ana@example.org", "12345", "ne", "štipendija"]), crisis=st.none() | CRISES
    )
    def is_asked_for_a_number(self, who: int, text: str, crisis: str | None) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(Kind.PRESS, press="callback:")
        check_turn(resident, before, turn)
        before, turn = resident.sends(Kind.TEXT, text=" ".join(filter(None, (crisis, text))))
        check_turn(resident, before, turn)
        if crisis is not None:
            check_crisis(turn)

    @rule(who=WHO, kind=st.sampled_from([Kind.VOICE, Kind.PHOTO, Kind.STICKER, Kind.FILE]), text=st.just("") | TEXTS, hint=HINTS)
    def sends_a_file(self, who: int, kind: Kind, text: str, hint: str | None) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(kind, text=text, hint=hint, attachment="f1")
        check_turn(resident, before, turn)

    @rule(who=WHO, kind=st.sampled_from([Kind.LOCATION, Kind.BLOCKED, Kind.RETURNED]), at=SPOTS)
    def shares_a_place_or_leaves(self, who: int, kind: Kind, at: tuple[float, float] | None) -> None:
        resident = self.residents[who]
        before, turn = resident.sends(kind, location=at if kind is Kind.LOCATION else None)
        check_turn(resident, before, turn)
        assert turn.conversation.stopped == (kind is Kind.BLOCKED)

    @rule(who=WHO, status=st.sampled_from(CodeStatus), text=st.sampled_from(["K7PM4X", "koda K7PM4X", "/code x", "код К7РМ4Х"]))
    def gives_a_code(self, who: int, status: CodeStatus, text: str) -> None:
        resident = self.residents[who]
        case_id = f"{0xC0DE:032x}" if status is CodeStatus.FOUND else None
        given = GivenCode("K7PM4X", status, case_id, "dalgopol" if case_id else None)
        before, turn = resident.sends(Kind.TEXT, text=text, given=given)
        check_turn(resident, before, turn)

    # What staff do.

    @rule()
    @precondition(lambda self: any(_state(each) is CaseState.WAITING for each in self.residents))
    def staff_claim(self) -> None:
        resident = self._some(CaseState.WAITING)
        _in_their_language(resident, resident.is_claimed())

    @rule()
    @precondition(lambda self: any(_state(each) is CaseState.CLAIMED for each in self.residents))
    def staff_put_back(self) -> None:
        self._some(CaseState.CLAIMED).is_put_back()

    @rule(outcome=st.sampled_from(Outcome))
    @precondition(lambda self: any(_state(each) is CaseState.CLAIMED for each in self.residents))
    def staff_close(self, outcome: Outcome) -> None:
        resident = self._some(CaseState.CLAIMED)
        _in_their_language(resident, resident.is_closed(outcome))

    @rule(point=st.sampled_from(["dalgopol", "ptuj"]))
    @precondition(lambda self: any(_state(each) is CaseState.CLAIMED for each in self.residents))
    def staff_ask_for_consent(self, point: str) -> None:
        resident = self._some(CaseState.CLAIMED)
        if point in self.world.index.library.points:
            _in_their_language(resident, resident.is_asked_for_consent(point))

    @rule(latest=st.integers(0, 1), closer_is_there=st.booleans())
    @precondition(lambda self: any(_owes_an_answer(each) for each in self.residents))
    def staff_are_answered(self, latest: int, *, closer_is_there: bool) -> None:
        who = next(who for who, each in enumerate(self.residents) if _owes_an_answer(each))
        self._presses(who, -1 - latest, closer_is_there=closer_is_there)

    @rule()
    @precondition(lambda self: any(each.case is None and each.closed is not None for each in self.residents))
    def staff_open_again(self) -> None:
        resident = next(each for each in self.residents if each.case is None and each.closed is not None)
        _in_their_language(resident, resident.is_reopened())

    # What happens around them.

    @rule(minutes=st.sampled_from([1, 9, 11, 400, 60 * 24, 60 * 24 * 500]))
    def time_passes(self, minutes: int) -> None:
        self.world.now += timedelta(minutes=minutes)

    @rule(edition=st.integers(0, len(editions()) - 1))
    def an_edition_is_published(self, edition: int) -> None:
        self.world.edition = edition

    @invariant()
    def what_is_kept_is_sound(self) -> None:
        for resident in self.residents:
            check_kept(resident)


def _state(resident: Resident) -> CaseState | None:
    return None if resident.case is None else resident.case.state


def _owes_an_answer(resident: Resident) -> bool:
    """Tell whether staff had something asked, by buttons, that the resident has not answered."""
    asked_now = resident.case is not None and resident.case.offered is not None
    return bool(resident.offered) and (asked_now or resident.conversation.ended is not None)


def _in_their_language(resident: Resident, line: Outgoing) -> None:
    assert line.language == (resident.conversation.language or LANGUAGES[0])
    assert line.text == clean(line.text)


TestConversations = Conversations.TestCase
TestConversations.settings = trying(150, steps=50)
