"""Pressed buttons and commands. A payload that is not ours, or no longer fits, gets a kind line and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.dialogue import acts, border, buttons, callback, consent, discreet, ending, privacy, question, situations, wrong
from bot.dialogue.handoff import hand_over, relay
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.case import Reason
from bot.model.conversation import Asked, Conversation, Holder, Pending
from bot.model.library import COUNTRIES, LANGUAGES
from bot.model.message import Outgoing
from bot.model.turn import Vote
from bot.model.verdict import Act

#: After so many answers that missed, the bot calls a person.
MOST_MISSES = 2

#: What a command means; `/start` is a greeting. Besides these there are those of `_of_privacy`.
COMMANDS = {
    "start": Act.GREETING,
    "help": Act.HELP,
    "language": Act.LANGUAGE,
    "person": Act.HUMAN,
    "privacy": Act.PRIVACY,
    "forget": Act.FORGET_ME,
}

#: What a resident may press or command while a person holds the conversation.
ALWAYS = frozenset({"lang", "consent", "refuse", "ended", "forget", "mydata", "discreet", "show", "hide", "traceless"})
COMMANDS_ALWAYS = frozenset({"language", "privacy", "forget", "mydata", "discreet"})

Ask = Callable[[Scene, Conversation, str], Reply]


def press(scene: Scene, conversation: Conversation, payload: str, ask: Ask) -> Reply:
    """Do what the button ``payload`` says; ``ask`` understands a question that was kept while we asked back."""
    verb, rest = buttons.split(payload)
    if conversation.holder is Holder.STAFF and verb not in ALWAYS:
        return relay(conversation)
    conversation = _heeding(conversation, verb)
    match verb:
        case "lang" if rest in LANGUAGES:
            return _speak(scene, conversation.speaking(rest, chosen=True), ask)
        case "topic":
            return _topic(scene, conversation, rest)
        case "event" if rest in scene.library.situations:
            return situations.respond(scene, conversation, scene.library.situations[rest])
        case "country" | "lives" | "needs" | "border":
            return _where(scene, conversation, verb, rest)
        case "helpful" | "missed" | "wrong":
            return _of_answer(scene, conversation, verb, rest)
        case "consent" | "refuse" | "ended" | "callback":
            return _of_case(scene, conversation, verb, rest)
        case "human" | "none":
            asked = verb == "human"
            return hand_over(
                scene, conversation, Reason.ASKED if asked else Reason.NOT_COVERED, conversation.topic if asked else None
            )
        case "forget" | "mydata" | "discreet" | "show" | "hide" | "traceless":
            return _of_privacy(scene, conversation, verb, rest)
        case _:
            return _outdated(scene, conversation)


def _heeding(conversation: Conversation, verb: str) -> Conversation:
    """Return the conversation without our question what is wrong, which only a language leaves open."""
    return conversation if verb == "lang" else wrong.laid_aside(conversation)


def _of_answer(scene: Scene, conversation: Conversation, verb: str, rest: str) -> Reply:
    """Take what the resident says of an answer: that it helped, missed, or has something wrong in it."""
    if verb == "wrong":
        return wrong.press(scene, conversation, rest) or _outdated(scene, conversation)
    return _vote(scene, conversation, rest, helpful=verb == "helpful")


def _of_case(scene: Scene, conversation: Conversation, verb: str, rest: str) -> Reply:
    """Take what the resident says about their case: to what staff had them asked, or that they want to be called."""
    if verb == "callback":
        return callback.press(scene, conversation, rest)
    if verb == "ended":
        return ending.press(scene, conversation, rest) or _outdated(scene, conversation)
    return consent.press(scene, conversation, rest, given=verb == "consent") or _outdated(scene, conversation)


def _of_privacy(scene: Scene, conversation: Conversation, verb: str, rest: str) -> Reply:
    """Send, hide, show or delete what is kept or stands in the chat."""
    match verb:
        case "forget":
            return privacy.forget(scene, conversation)
        case "mydata":
            return privacy.send_my_data(scene, conversation)
        case "discreet":
            return discreet.switch(scene, conversation, on=rest != "off")
        case "traceless":
            return discreet.leave_no_trace(scene, conversation, sure=rest == "yes")
        case _:
            return discreet.turn_veil(conversation, rest, _outdated(scene, conversation), drawn=verb == "hide")


def _where(scene: Scene, conversation: Conversation, verb: str, rest: str) -> Reply:
    """Take which country, or which two, a question is about."""
    match verb:
        case "border" if rest in scene.library.topics:
            return border.ask_where_you_live(scene, conversation.living_in(None).located(None, conversation.place), rest)
        case "country" if rest in COUNTRIES:
            return _country(scene, conversation, rest)
        case "lives" | "needs" if rest in COUNTRIES and (topic := question.last_topic(conversation)) is not None:
            return question.across(scene, conversation, topic, Asked(verb), rest)
        case _:
            return _outdated(scene, conversation)


def command(scene: Scene, conversation: Conversation, name: str) -> Reply:
    """Do what a command says; what the bot is for answers an unknown one. Staff who hold the conversation see the rest."""
    if conversation.holder is Holder.STAFF and name not in COMMANDS_ALWAYS:
        return relay(conversation)
    conversation = wrong.laid_aside(conversation)
    if name in {"mydata", "discreet"}:
        return _of_privacy(scene, conversation, name, "on")
    return acts.respond(scene, conversation, COMMANDS.get(name, Act.HELP))


def _speak(scene: Scene, conversation: Conversation, ask: Ask) -> Reply:
    pending = conversation.pending
    if pending is not None and pending.asked is Asked.LANGUAGE:
        return ask(scene, conversation.asking(None), pending.text)
    say = scene.say(conversation)
    return Reply(conversation, (Outgoing(say.gettext("We will go on in English."), language_of(conversation)),))


def _topic(scene: Scene, conversation: Conversation, rest: str) -> Reply:
    topic, _, country = rest.partition("/")
    if topic not in scene.library.topics or (country and country not in COUNTRIES):
        return _outdated(scene, conversation)
    if country:
        conversation = conversation.located(country, conversation.place if country == conversation.country else None)
    text = conversation.pending.text if conversation.pending else ""
    between = scene.index.mentions(text).countries
    return question.about(scene, conversation, topic, text=text, between=between, country=country or None)


def _country(scene: Scene, conversation: Conversation, country: str) -> Reply:
    pending: Pending | None = conversation.pending
    topic = question.last_topic(conversation)
    if topic is None:
        return _outdated(scene, conversation)
    place = conversation.place if country == conversation.country else None
    if place is None and pending is not None:
        named = scene.index.mentions(pending.text).places
        place = next((each for each in named if scene.library.places[each].country == country), None)
    return question.about(scene, conversation.located(country, place), topic, country=country)


def _vote(scene: Scene, conversation: Conversation, rest: str, *, helpful: bool) -> Reply:
    topic, _, country = rest.partition("/")
    if scene.library.answer(topic, country) is None:
        return _outdated(scene, conversation)
    again = conversation.voted == rest
    vote = None if again else Vote(topic, country, helpful)
    conversation = replace(conversation, voted=rest)
    say = scene.say(conversation)
    if helpful:
        text = say.gettext("I am glad. If you need anything else, write to me.")
        return Reply(replace(conversation, not_helpful=0), (Outgoing(text, language_of(conversation)),), vote=vote)
    missed = replace(conversation, not_helpful=conversation.not_helpful + (0 if again else 1))
    if missed.not_helpful >= MOST_MISSES:
        return replace(hand_over(scene, missed, Reason.NOT_HELPFUL, topic), vote=vote)
    text = say.gettext("I am sorry. Tell me once more in other words what you need, or ask for a person.")
    offer = (*buttons.topics(scene.library, _related(scene, topic), language_of(conversation)), (buttons.person(say),))
    return Reply(missed, (Outgoing(text, language_of(conversation), buttons=offer),), vote=vote)


def _related(scene: Scene, topic: str) -> list[str]:
    """Return at most three topics that residents mean when they get this one and did not want it."""
    return [each for each in scene.library.topics[topic].related if each in scene.library.topics][:3]


def _outdated(scene: Scene, conversation: Conversation) -> Reply:
    say = scene.say(conversation)
    text = say.gettext("This button no longer works. Please write to me what you need.")
    return Reply(conversation, (Outgoing(text, language_of(conversation)),))
