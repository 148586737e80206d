"""The life of a message, thinking part: crisis, staff, buttons, acts, question - in this order, without waiting for anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.dialogue import acts, buttons, callback, codes, consent, crisis, haste, presses, question, wrong
from bot.dialogue.handoff import hand_over, opening, relay
from bot.dialogue.scene import Reply, Scene, language_of
from bot.language.phrases import Phrases
from bot.language.text import has_content, words
from bot.matching.index import Index
from bot.model.case import Reason
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.model.days_kept import USUAL, DaysKept
from bot.model.library import LANGUAGES
from bot.model.message import Incoming, Kind, Outgoing
from bot.model.schedule import NOTHING_KNOWN, DeskState
from bot.model.turn import Turn
from bot.model.verdict import Act, LanguageGuess, Verdict, VerdictKind

#: A language that the resident picked is left only for so many words that are this surely in another.
_WORDS_TO_SWITCH = 3
_SURE_TO_SWITCH = 0.95
#: A language that we guessed is left for a better guess; Slovene and Croatian, which share words, only for a sure one.
_LIKELY_TO_SWITCH = 0.6
_CLOSE = {"sl", "hr"}
#: How sure a question below the numbers of a crisis must be, and from how many words on there is room for one.
_SURE_BELOW_A_CRISIS = 0.9
_ROOM_FOR_A_QUESTION = 8


def take_turn(
    conversation: Conversation,
    incoming: Incoming,
    index: Index,
    phrases: Phrases,
    now: datetime,
    desk: DeskState = NOTHING_KNOWN,
    days_kept: DaysKept = USUAL,
) -> Turn:
    """Decide what happens after ``incoming`` and return it as one value.

    ``now`` is aware, ``desk`` what is known of the staff, ``days_kept`` how long things are kept.
    Pure: the same arguments give the same turn. Whoever commits it re-checks that the conversation has not moved.
    """
    scene = Scene(index, phrases, now, desk, days_kept)
    conversation = replace(conversation, stopped=incoming.kind is Kind.BLOCKED)
    reply = _introduced(scene, _decide(scene, _greeted_in(conversation, incoming), incoming))
    said = (reply.conversation, reply.outgoings, reply.verdict, reply.guess)
    turn = Turn(incoming, *said, relayed=reply.relayed, wrong_code=reply.wrong_code, forget=reply.forget)
    pressed = replace(turn, vote=reply.vote, consent=reply.consent, helped=reply.helped, wrong=reply.wrong)
    hidden = replace(pressed, veil=reply.veil, traceless=reply.traceless)
    return replace(hidden, opens=reply.opens, calls_back=reply.calls_back)


def _greeted_in(conversation: Conversation, incoming: Incoming) -> Conversation:
    """Take the language of the app for the first reply to something that is not text."""
    if conversation.language is None and incoming.hint in LANGUAGES and not has_content(incoming.text):
        return conversation.speaking(str(incoming.hint))
    if conversation.language is None and incoming.kind is Kind.COMMAND:
        return conversation.speaking(incoming.hint if incoming.hint in LANGUAGES else LANGUAGES[0])
    return conversation


def _decide(scene: Scene, conversation: Conversation, incoming: Incoming) -> Reply:
    conversation, too_fast = haste.heeded(scene, conversation, incoming)
    if too_fast is not None:
        return too_fast
    match incoming.kind:
        case Kind.BLOCKED | Kind.RETURNED:
            return Reply(conversation)
        case Kind.PRESS:
            return presses.press(scene, conversation, incoming.press, hear)
        case Kind.COMMAND:
            return presses.command(scene, conversation, incoming.text)
        case Kind.LOCATION:
            return _located(scene, conversation, incoming)
        case Kind.VOICE | Kind.PHOTO | Kind.STICKER | Kind.FILE | Kind.UNREADABLE:
            return _unread(scene, conversation, incoming)
        case Kind.TEXT if incoming.given is not None:
            return codes.respond(scene, wrong.laid_aside(conversation), incoming.given, incoming.text, hint=incoming.hint)
        case Kind.TEXT if codes.is_command(incoming.text):
            return codes.ask_for_it(scene, wrong.laid_aside(conversation), incoming.hint)
        case Kind.TEXT | Kind.EDIT:
            return hear(scene, conversation, incoming.text, hint=incoming.hint)


def hear(scene: Scene, conversation: Conversation, text: str, *, hint: str | None = None) -> Reply:
    """Understand ``text`` and reply to it."""
    if callback.is_asked(conversation) and (contact := callback.heard(scene, conversation, text)) is not None:
        return _unless_in_crisis(scene, contact, text)
    if not has_content(text):
        return _wordless(scene, conversation)
    guess = scene.index.guess_language(text, current=conversation.language, hint=hint)
    asks_language = guess.unclear is not None and conversation.language is None and hint not in guess.unclear
    conversation = conversation.speaking(_language(conversation, text, guess))
    verdict = scene.index.decide(
        text, language=language_of(conversation), topic=_topic_to_lean_on(conversation), asked=conversation.asked
    )
    told, conversation = wrong.heard(scene, conversation, text, verdict), wrong.laid_aside(conversation)
    if verdict.kind is VerdictKind.CRISIS:
        reply = _crisis(scene, conversation, text, verdict)
    elif conversation.holder is Holder.STAFF:
        reply = consent.heard(scene, conversation, text)
    elif told is not None:
        reply = told
    elif verdict.kind is VerdictKind.ACT and verdict.act is not None:
        # "I want to talk to a person in Ptuj" tells where the person is to be.
        reply = _act(scene, question.locate(scene, conversation, scene.index.mentions(text)), verdict.act)
    elif asks_language and guess.unclear is not None:
        reply = _ask_language(scene, conversation, text, guess.unclear)
    else:
        reply = question.respond(scene, conversation, text, verdict)
    return replace(reply, verdict=reply.verdict or verdict, guess=guess)


def _unless_in_crisis(scene: Scene, contact: Reply, text: str) -> Reply:
    """Return what a contact is answered with; who writes one in a crisis gets the numbers, and the contact is noted with it."""
    verdict = scene.index.decide(text, language=language_of(contact.conversation)) if has_content(text) else None
    if verdict is None or verdict.kind is not VerdictKind.CRISIS:
        return replace(contact, verdict=callback.UNDERSTOOD)
    return replace(_crisis(scene, contact.conversation, text, verdict), calls_back=contact.calls_back)


def _act(scene: Scene, conversation: Conversation, act: Act) -> Reply:
    """Do what an act asks for; to say that the answer missed is to press the button that says so, and once more, to give up."""
    if act is not Act.MISSED or conversation.topic is None or conversation.topic_country is None:
        return acts.respond(scene, conversation, act)
    if _has_missed(conversation):
        return hand_over(scene, conversation, Reason.NOT_HELPFUL, conversation.topic)
    return presses.press(scene, conversation, f"missed:{_last_answer(conversation)}", hear)


def _has_missed(conversation: Conversation) -> bool:
    """Tell whether the resident said of the last answer that it missed."""
    return conversation.not_helpful > 0 and conversation.voted == _last_answer(conversation)


def _last_answer(conversation: Conversation) -> str:
    return f"{conversation.topic}/{conversation.topic_country}"


def _language(conversation: Conversation, text: str, guess: LanguageGuess) -> str:
    current = conversation.language
    best, probability = guess.ranked[0]
    if current is None or best == current:
        return best
    if conversation.chosen_language or {current, best} == _CLOSE:
        sure = probability >= _SURE_TO_SWITCH and len(words(text)) > _WORDS_TO_SWITCH
        return best if sure else current
    return best if probability >= _LIKELY_TO_SWITCH and guess.unclear is None else current


def _topic_to_lean_on(conversation: Conversation) -> str | None:
    """Return what the next message may lean on: the topic we ask about, or the likeliest of a menu, or the last answered.

    What missed is not answered once more.
    """
    if _has_missed(conversation):
        return None
    pending = conversation.pending
    return pending.topic if pending is not None and pending.topic else conversation.topic


def _crisis(scene: Scene, conversation: Conversation, text: str, verdict: Verdict) -> Reply:
    """Give the numbers first, then answer the question itself, and put the case on top of the line."""
    kind = str(verdict.crisis)
    conversation = question.locate(scene, conversation, scene.index.mentions(text))
    held = conversation.holder is Holder.STAFF
    shown = f"{kind}/{crisis.country_of(conversation)}"
    if conversation.crisis_is_fresh(scene.now, shown):
        first = crisis.reminder(scene, conversation)
    else:
        first = crisis.reply(scene, conversation, kind)
        conversation = conversation.in_crisis(scene.now, shown)
    opens = opening(scene, conversation, Reason.CRISIS, verdict.below.topic if verdict.below else None)
    below = verdict.below
    if held or below is None or not _is_asked_too(kind, text, below):
        return Reply(conversation if held else conversation.put_in_line(), (first,), verdict=verdict, opens=opens, relayed=held)
    answered = question.respond(scene, conversation, text, below)
    answer = () if answered.opens else answered.outgoings
    return Reply(replace(answered.conversation, waiting=True), (first, *answer), verdict=verdict, opens=opens)


def _is_asked_too(kind: str, text: str, below: Verdict) -> bool:
    """Tell whether a message in a crisis surely asks something besides: a menu would be an insult to somebody in despair."""
    if below.kind is not VerdictKind.ANSWER:
        return below.situation is not None and below.situation in crisis.RELATED[kind]
    sure = below.confidence >= _SURE_BELOW_A_CRISIS and len(words(text)) >= _ROOM_FOR_A_QUESTION
    return sure or below.topic in crisis.RELATED[kind]


def _ask_language(scene: Scene, conversation: Conversation, text: str, between: tuple[str, str]) -> Reply:
    """Ask in both languages which one it is, and keep the question."""
    lines = [scene.phrases.into(language).gettext("Shall we go on in English?") for language in between]
    asked = Outgoing("\n".join(lines), between[0], buttons=buttons.languages(between))
    return Reply(conversation.asking(Pending(Asked.LANGUAGE, text)), (asked,))


def _wordless(scene: Scene, conversation: Conversation) -> Reply:
    if conversation.holder is Holder.STAFF:
        return relay(conversation)
    say = scene.say(conversation)
    text = say.gettext("I understand written words only. Please write in a sentence what you need, or ask for a person.")
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),)),))


def _unread(scene: Scene, conversation: Conversation, incoming: Incoming) -> Reply:
    """Take a voice note, a picture or a file: a person can see it, the bot cannot; its caption is read as a message."""
    if conversation.holder is Holder.STAFF and not has_content(incoming.text):
        return relay(conversation)
    if has_content(incoming.text):
        return hear(scene, conversation, incoming.text, hint=incoming.hint)
    say = scene.say(conversation)
    text = say.gettext(
        "Thank you. I cannot listen to recordings or look at pictures and files. "
        "Please write in a sentence what it is about, or ask for a person, who can open what you sent."
    )
    return Reply(conversation, (Outgoing(text, language_of(conversation), buttons=((buttons.person(say),),)),))


def _located(scene: Scene, conversation: Conversation, incoming: Incoming) -> Reply:
    if conversation.holder is Holder.STAFF:
        return relay(conversation)
    place = scene.index.gazetteer.nearest(*incoming.location) if incoming.location else None
    say = scene.say(conversation)
    if place is None:
        text = say.gettext("Thank you. I know no info point near there. Please write me the name of your town.")
        return Reply(conversation, (Outgoing(text, language_of(conversation)),))
    topic = question.last_topic(conversation)
    conversation = conversation.located(place.country, place.id)
    if topic is not None:
        return question.about(scene, conversation, topic, country=place.country)
    name = place.names.get(language_of(conversation), place.name)
    text = say.gettext("Thank you. I will look for offices near this place: %(place)s. What do you need?") % {"place": name}
    return Reply(conversation, (Outgoing(text, language_of(conversation)),))


def _introduced(scene: Scene, reply: Reply) -> Reply:
    """Say once, with the first reply, that a machine answers; nothing stands before the numbers of a crisis."""
    if reply.conversation.greeted or reply.forget or not reply.outgoings or reply.conversation.holder is Holder.STAFF:
        return reply
    introduction = acts.introduction(scene, reply.conversation)
    urgent = reply.outgoings[0].urgent
    outgoings = (*reply.outgoings, introduction) if urgent else (introduction, *reply.outgoings)
    if reply.veil is not None:
        return replace(reply, outgoings=outgoings)  # none of them is said when there is such a message
    return replace(reply, conversation=replace(reply.conversation, greeted=True), outgoings=outgoings)
