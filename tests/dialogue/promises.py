"""What is promised of every turn, whatever was said before it."""

from __future__ import annotations

import re
from functools import cache

from bot.dialogue import haste
from bot.dialogue.presses import ALWAYS
from bot.dialogue.scene import language_of
from bot.language import formats
from bot.language.text import has_content
from bot.model.case import CaseState, Reason
from bot.model.conversation import Asked, Conversation, Holder
from bot.model.library import COUNTRIES, LANGUAGES, FactKind, Library
from bot.model.message import Kind, Outgoing
from bot.model.turn import Turn
from tests.dialogue.conversing import Resident, World, editions, mark

EMERGENCY = "112"
NO_LONGER = "This button no longer works"

_MARK = re.compile(r"‹(\w+)›")
_ADDRESS = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"\+?\d[\d ]{5,}\d")
_UNFILLED = re.compile(r"%\(\w+\)|\{(?!case_code\})\w+\}")
#: What we ask about one topic, which the answer is then about.
_ABOUT_A_TOPIC = {Asked.COUNTRY, Asked.LIVES, Asked.NEEDS}
_LEAVES_NOTHING_ELSE = {Asked.LANGUAGE, Asked.CONTACT, Asked.WRONG, Asked.CONSENT}


@cache
def phones(edition: int) -> frozenset[str]:
    """Return every number that an edition knows, as residents read it."""
    library: Library = editions()[edition].library
    lines = {line.number for line in library.help_lines}
    offices = {formats.phone(phone, office.country) for office in library.offices.values() for phone in office.phones}
    facts = (
        formats.fact(fact, language, answer.country)
        for answer in library.answers.values()
        for fact in answer.facts.values()
        if fact.kind is FactKind.PHONE
        for language in LANGUAGES
    )
    return frozenset({EMERGENCY, *lines, *offices, *facts})


def check_turn(resident: Resident, before: Conversation, turn: Turn) -> None:
    """Look at all that a turn promises by itself."""
    _is_not_silent(resident, before, turn)
    for outgoing in turn.outgoings:
        _is_sound(resident, turn, outgoing)
        _is_in_its_language(turn, outgoing)
    _keeps_its_thread(before, turn)
    _votes_for_what_there_is(resident.world, turn)
    if not turn.forget:
        _offers_what_works(resident, turn)


def _is_not_silent(resident: Resident, before: Conversation, turn: Turn) -> None:
    """Nothing is said by design when a resident leaves or returns, while staff hold the conversation, and in a flood."""
    if turn.incoming.kind in (Kind.BLOCKED, Kind.RETURNED):
        assert turn.outgoings == ()
    elif before.holder is Holder.BOT:
        assert turn.outgoings or resident.is_in_haste(), "the bot holds the conversation and says nothing"
        assert not turn.relayed
    elif not turn.outgoings:
        assert turn.relayed or turn.incoming.press.startswith("ended:yes:"), "staff are not told what the resident said"


def _is_sound(resident: Resident, turn: Turn, outgoing: Outgoing) -> None:
    """What is said is whole, and holds nobody else's words nor a number that nobody knows."""
    whole = "\n".join([outgoing.text, *(button.label for row in outgoing.buttons for button in row)])
    assert outgoing.text.strip()
    assert _UNFILLED.search(whole) is None, whole
    for other in resident.world.everybody:
        assert other is resident or (other.word not in whole and other.phone not in whole.replace(" ", "")), whole
    known = phones(resident.world.edition)
    assert set(outgoing.calls) <= known
    assert all(call in outgoing.text for call in outgoing.calls)
    written = re.sub(r"\D", "", turn.incoming.text)
    for number in _NUMBER.findall(_ADDRESS.sub("", outgoing.text)):
        assert number in known or number.replace(" ", "")[-8:] in written, number
    for row in outgoing.buttons:
        for button in row:
            assert button.label.strip()
            assert 0 < len(button.press.encode()) <= 64, button.press


def _is_in_its_language(turn: Turn, outgoing: Outgoing) -> None:
    """Everything is in the conversation's language.

    Not so by design: an answer that nobody has put into it yet, which has no buttons; and the question which of two it is.
    """
    language, pending = language_of(turn.conversation), turn.conversation.pending
    spoken = set(_MARK.findall(outgoing.text))
    labels = {each for row in outgoing.buttons for button in row for each in _MARK.findall(button.label)}
    assert outgoing.language in LANGUAGES
    assert labels <= {language}
    if pending is not None and pending.asked is Asked.LANGUAGE and len(spoken) > 1:
        offered = [button.press.removeprefix("lang:") for row in outgoing.buttons for button in row]
        assert spoken == set(offered)
        assert outgoing.language in spoken
        return
    assert spoken <= {outgoing.language}, outgoing.text
    if outgoing.language != language:
        assert not outgoing.buttons
        assert any(mark(language) in each.text for each in turn.outgoings), "the resident is told why in their own language"


def _keeps_its_thread(before: Conversation, turn: Turn) -> None:
    """What we asked about one topic is not taken for an answer about another one."""
    after, pressed = turn.conversation, turn.incoming.press.partition(":")[0]
    votes = [b.press for each in turn.outgoings for row in each.buttons for b in row if b.press.startswith("helpful:")]
    for vote in votes:
        topic, _, where = vote.removeprefix("helpful:").partition("/")
        assert (after.topic, after.topic_country) == (topic, where)
        assert after.pending is None or after.pending.topic is None, "it is answered"
    if turn.opens is not None and turn.opens.reason is not Reason.CRISIS and not turn.relayed:
        assert after.pending is None, "a person is asked now"
    asked = before.pending
    if asked is None or before.holder is Holder.STAFF:
        return
    is_written = turn.incoming.kind in (Kind.TEXT, Kind.EDIT) and has_content(turn.incoming.text)
    if asked.asked is Asked.WRONG and is_written and after.hurry <= haste.MOST:
        assert after.pending is None or after.pending.asked is not Asked.WRONG, "one message is asked for"
    if asked.asked not in _ABOUT_A_TOPIC:
        return
    if pressed in {"country", "lives", "needs"} and NO_LONGER not in turn.outgoings[0].text:
        led_to = after.pending.topic if after.pending is not None else after.topic
        assert led_to == asked.topic


def _votes_for_what_there_is(world: World, turn: Turn) -> None:
    library = world.index.library
    if turn.vote is not None:
        assert library.answer(turn.vote.topic, turn.vote.country) is not None
    if turn.wrong is not None:
        assert library.answer(turn.wrong.topic, turn.wrong.where) is not None
        assert turn.wrong.language in LANGUAGES


def _offers_what_works(resident: Resident, turn: Turn) -> None:
    """Every button is understood when it is pressed at once; while staff hold the conversation, those that hold always."""
    for press in {button.press for each in turn.outgoings for row in each.buttons for button in row}:
        led_to = resident.would_get(press)
        verb = press.partition(":")[0]
        if resident.conversation.holder is Holder.STAFF and verb not in ALWAYS:
            continue
        assert led_to.outgoings or verb == "ended", press
        assert all(NO_LONGER not in each.text for each in led_to.outgoings), press


def check_crisis(turn: Turn) -> None:
    """Who writes of a crisis reads numbers first, whoever holds the conversation, and a person is told."""
    first = turn.outgoings[0]
    assert first.urgent
    assert EMERGENCY in first.calls
    assert EMERGENCY in first.text
    assert turn.opens is not None


def check_kept(resident: Resident) -> None:
    """Look at what is kept between two turns."""
    conversation, case = resident.conversation, resident.case
    state = None if case is None else case.state
    assert conversation.holder is (Holder.STAFF if state is CaseState.CLAIMED else Holder.BOT)
    assert conversation.waiting == (state is CaseState.WAITING)
    assert conversation.language in {None, *LANGUAGES}
    assert {conversation.country, conversation.lives_in} <= {None, *COUNTRIES}
    assert conversation.not_helpful >= 0
    assert len(conversation.asked) == len(set(conversation.asked)) <= 3
    pending = conversation.pending
    asked = None if pending is None else pending.asked
    assert (asked is Asked.CONSENT) == (case is not None and case.offered is not None)
    assert conversation.holder is Holder.BOT or asked in {None, Asked.CONSENT}
    if pending is not None and pending.asked not in _LEAVES_NOTHING_ELSE:
        assert pending.topic is None or any(pending.topic in index.library.topics for index in editions())
