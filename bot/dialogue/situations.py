"""A situation: a short overview, buttons to its topics in a sensible order, and a person at the end."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue import buttons
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.conversation import Asked, Conversation, Pending
from bot.model.library import HOME, Situation
from bot.model.message import Outgoing


def respond(scene: Scene, conversation: Conversation, situation: Situation, text: str = "") -> Reply:
    """Open ``situation``; ``text`` is what the resident wrote, kept for the places it names."""
    language = language_of(conversation)
    say = scene.say(conversation)
    topics = topics_of(scene, conversation, situation)
    asked = say.gettext("What would you like to look at first?")
    overview = Outgoing(
        f"{situation.names[language]}\n\n{situation.overviews[language]}\n\n{asked}",
        language,
        buttons=(*buttons.topics(scene.library, topics, language), (buttons.person(say),)),
    )
    pending = Pending(Asked.CHOICE, text, next(iter(topics), None))
    return Reply(replace(conversation.asking(pending), situation=situation.id), (overview,))


def topics_of(scene: Scene, conversation: Conversation, situation: Situation) -> tuple[str, ...]:
    """Return the topics of ``situation`` that can be answered where the resident is, in their order."""
    language = language_of(conversation)
    country = conversation.country or HOME[language]
    known = {topic: scene.library.countries_of(topic, language) for topic in situation.topics}
    here = tuple(topic for topic, countries in known.items() if country in countries)
    return here or tuple(topic for topic, countries in known.items() if countries)
