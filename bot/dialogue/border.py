"""Two short questions for those who live in one country and work or need a service in another, and the answer for them."""

from __future__ import annotations

from bot.dialogue import answers, buttons
from bot.dialogue.scene import Reply, Scene, language_of
from bot.model.conversation import Asked, Conversation, Pending
from bot.model.library import COUNTRIES
from bot.model.message import Outgoing


def settle(scene: Scene, conversation: Conversation, topic: str, text: str, named: tuple[str, ...]) -> Reply | None:
    """Answer ``topic`` for the two countries of the conversation, or ask for the one that is not known.

    ``named`` are the countries named in ``text``. Return None when no border is in play: the topic knows none in this
    language, nothing speaks of two countries, or they are one and the same.
    """
    pairs = scene.library.pairs_of(topic, language_of(conversation))
    sides = [country for country in named if any(country in pair.split("-") for pair in pairs)]
    if not pairs:
        return None
    if conversation.lives_in is None:
        return ask_where_you_live(scene, conversation, topic, text) if _speaks_of_two(scene, topic, sides) else None
    others = [country for country in sides if country != conversation.lives_in]
    needed = others[0] if len(others) == 1 else conversation.country
    if needed in {None, conversation.lives_in}:
        speaks = _speaks_of_two(scene, topic, sides)
        return _ask_where_you_need_it(scene, conversation, topic, text) if speaks else None
    given = scene.library.answer(topic, f"{conversation.lives_in}-{needed}")
    if given is None or given.where not in pairs:
        return None
    conversation = conversation.located(given.country, conversation.place)
    return Reply(conversation.answered(topic, given.where), (answers.answer(scene, conversation, given),))


def ask_where_you_live(scene: Scene, conversation: Conversation, topic: str, text: str = "") -> Reply:
    """Ask the first of the two questions and keep what the resident asked."""
    sides = {country for pair in scene.library.pairs_of(topic, language_of(conversation)) for country in pair.split("-")}
    question = scene.say(conversation).gettext("The rules depend on both countries. Where do you live?")
    return _ask(scene, conversation, question, sides, Pending(Asked.LIVES, text, topic))


def _ask_where_you_need_it(scene: Scene, conversation: Conversation, topic: str, text: str) -> Reply:
    """Ask the second question: the other side, or the same country, for then the ordinary answer holds."""
    lives = str(conversation.lives_in)
    pairs = (pair.split("-") for pair in scene.library.pairs_of(topic, language_of(conversation)))
    sides = {lives, *(needed for home, needed in pairs if home == lives)}
    question = scene.say(conversation).gettext("And where do you work, or where do you need the service?")
    return _ask(scene, conversation, question, sides, Pending(Asked.NEEDS, text, topic))


def _ask(scene: Scene, conversation: Conversation, question: str, sides: set[str], pending: Pending) -> Reply:
    """Ask ``question`` with a button for each country of ``sides`` and one for a person."""
    language = language_of(conversation)
    offered = buttons.countries([each for each in COUNTRIES if each in sides], scene.library, language, f"{pending.asked}:")
    rows = (*offered, (buttons.person(scene.say(conversation)),))
    return Reply(conversation.asking(pending), (Outgoing(question, language, buttons=rows),))


def _speaks_of_two(scene: Scene, topic: str, sides: list[str]) -> bool:
    """Tell whether a question is about two countries: by the nature of its topic, or because it names both."""
    return scene.library.topics[topic].border or len(sides) > 1
