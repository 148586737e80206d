"""The reply to a crisis: care in a line, 112 and the numbers of the country, and a person is told."""

from __future__ import annotations

import gettext
from datetime import datetime

from bot.dialogue import discreet
from bot.dialogue.handoff import point_for
from bot.dialogue.offices import answering_state
from bot.dialogue.promise import truth_in_a_crisis
from bot.dialogue.scene import Scene, language_of
from bot.model.conversation import Conversation, Holder
from bot.model.library import HOME, HelpLine, Library
from bot.model.message import Outgoing

#: Topics and situations that may be told of below the numbers whatever else: they are about the same trouble.
RELATED = {
    "suicide-or-self-harm": frozenset({"mental-health"}),
    "violence-now": frozenset({"domestic-violence", "elder-abuse", "violence-and-separation"}),
    "child-in-danger": frozenset({"child-protection"}),
    "medical-emergency": frozenset[str](),
}

#: The number that is right in every country of the Union.
EMERGENCY = "112"


def country_of(conversation: Conversation) -> str:
    """Return whose numbers are told: an unknown country is taken to be the home of the language, for nothing is asked now."""
    return conversation.country or HOME[language_of(conversation)]


def reply(scene: Scene, conversation: Conversation, kind: str) -> Outgoing:
    """Return the crisis reply for ``kind`` in the language and for the country of ``conversation``."""
    language = language_of(conversation)
    say = scene.say(conversation)
    country = country_of(conversation)
    crisis = scene.library.crises[kind]
    lines = help_lines(scene.library, kind, country)
    paragraphs = [
        crisis.care[language],
        crisis.advice[language].replace("{emergency}", EMERGENCY),
        "\n".join(_line(line, language, say, scene.now) for line in lines),
        _who_reads(scene, conversation),
        say.gettext("You can go on writing here."),
    ]
    calls = dict.fromkeys([EMERGENCY, *(line.number for line in lines)])
    text, rows = "\n\n".join(filter(None, paragraphs)), discreet.in_crisis(scene, conversation, kind)
    return Outgoing(text, language, buttons=rows, calls=tuple(calls), urgent=True)


def _who_reads(scene: Scene, conversation: Conversation) -> str:
    """Say truly who will read the message."""
    say = scene.say(conversation)
    if conversation.holder is Holder.STAFF:
        return say.gettext("The person who writes with you here sees your message, too.")
    top = say.gettext("Your message is at the top of the list for a person at the info point.")
    return f"{top} {truth_in_a_crisis(scene, conversation, point_for(scene, conversation))}"


def reminder(scene: Scene, conversation: Conversation) -> Outgoing:
    """Return the short line for a crisis message that follows a crisis reply within minutes."""
    say = scene.say(conversation)
    text = say.gettext("I have passed this on too. If there is danger now, call %(number)s.") % {"number": EMERGENCY}
    return Outgoing(text, language_of(conversation), calls=(EMERGENCY,), urgent=True)


def help_lines(library: Library, kind: str, country: str) -> list[HelpLine]:
    """Return the numbers of ``country`` for ``kind``, the emergency number first."""
    lines = [line for line in library.help_lines if line.country == country and kind in line.crises]
    return sorted(lines, key=lambda line: line.number != EMERGENCY)


def _line(line: HelpLine, language: str, say: gettext.NullTranslations, now: datetime) -> str:
    text = f"– {line.number}: {line.names[language]}"
    return f"{text}. {answering_state(line.hours, line.country, language, say, now)}" if line.hours else text
