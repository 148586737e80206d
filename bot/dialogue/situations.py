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
    topics = topics_of(scene, conversation, situation)
    pending = Pending(Asked.CHOICE, text, next(iter(topics), None))
    return Reply(replace(conversation.asking(pending), situation=situation.id), (overview(scene, conversation, situation),))


def beside(scene: Scene, answered: Reply, situation: Situation) -> Reply:
    """Tell of ``situation`` once below an answer to somebody who told of it and asked for one thing."""
    if answered.opens is not None or answered.conversation.situation == situation.id:
        return answered
    told = overview(scene, answered.conversation, situation)
    conversation = replace(answered.conversation, situation=situation.id)
    return replace(answered, conversation=conversation, outgoings=(*answered.outgoings, told))


def overview(scene: Scene, conversation: Conversation, situation: Situation) -> Outgoing:
    """Return the overview of ``situation`` with buttons to its topics and to a person."""
    language = language_of(conversation)
    say = scene.say(conversation)
    topics = topics_of(scene, conversation, situation)
    asked = say.gettext("What would you like to look at first?")
    return Outgoing(
        f"{situation.names[language]}\n\n{situation.overviews[language]}\n\n{asked}",
        language,
        buttons=(*buttons.topics(scene.library, topics, language), (buttons.person(say),)),
    )


def topics_of(scene: Scene, conversation: Conversation, situation: Situation) -> tuple[str, ...]:
    """Return the topics of ``situation`` that can be answered where the resident is, in their order."""
    language = language_of(conversation)
    country = conversation.country or HOME[language]
    known = {topic: scene.library.countries_of(topic, language) for topic in situation.topics}
    here = tuple(topic for topic, countries in known.items() if country in countries)
    return here or tuple(topic for topic, countries in known.items() if countries)
