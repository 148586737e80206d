"""Asked whether it is one, the assistant never says that it is a person (Regulation (EU) 2024/1689, article 50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dialogue.handoff import claimed
from bot.dialogue.turn import take_turn
from bot.knowledge import KnowledgeFolder
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.conversation import Conversation, Holder
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming, Kind
from bot.settings import Settings, shipped

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

ASKED = [
    ("sl", "Ali ste človek ali robot?"),
    ("sl", "a se pogovarjam s pravim človekom"),
    ("sl", "si umetna inteligenca?"),
    ("it", "Sei una persona vera o un robot?"),
    ("it", "sto parlando con un essere umano?"),
    ("it", "Lei è una macchina?"),
    ("hr", "Jeste li čovjek ili robot?"),
    ("hr", "razgovaram li s pravom osobom"),
    ("hr", "jesi li umjetna inteligencija?"),
    ("bg", "Вие човек ли сте или робот?"),
    ("bg", "с истински човек ли говоря"),
    ("bg", "изкуствен интелект ли сте?"),
]

#: What says in each language that no person answers, or that one has been called.
MACHINE = {"sl": "samodejn", "it": "automatic", "hr": "automatsk", "bg": "автоматич"}


@pytest.fixture(scope="module")
def phrases() -> Phrases:
    return Phrases.load(shipped("locales"))


@pytest.fixture(scope="module")
def index(library: Library) -> Index:
    """The shipped edition, by words alone: it must know this without meaning, too."""
    content = KnowledgeFolder(shipped("knowledge")).weights()
    assert content is not None
    return Index(library, Weights.from_bytes(content), None, Settings().max_wrong)


def _hears(index: Index, phrases: Phrases, conversation: Conversation, text: str) -> tuple[str, bool]:
    incoming = Incoming(1, "telegram", "a", "e", Kind.TEXT, NOW, text)
    turn = take_turn(conversation, incoming, index, phrases, NOW)
    return "\n".join(each.text for each in turn.outgoings), turn.opens is not None


@pytest.mark.parametrize(("language", "text"), ASKED)
def test_asked_whether_it_is_a_person_it_says_that_it_is_none(index: Index, phrases: Phrases, language: str, text: str) -> None:
    greeted = Conversation("c", "telegram", "a", language=language, greeted=True)
    told, calls_a_person = _hears(index, phrases, greeted, text)
    assert MACHINE[language] in told.lower() or calls_a_person, told  # who is asked for is told of truly, too


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["112", "/start", "?!"])
def test_the_first_reply_says_that_a_machine_answers(index: Index, phrases: Phrases, language: str, text: str) -> None:
    conversation = Conversation("c", "telegram", "a", language=language, chosen_language=True)
    told, _ = _hears(index, phrases, conversation, text)
    assert MACHINE[language] in told.lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_when_a_person_begins_to_write(phrases: Phrases, language: str) -> None:
    conversation, line = claimed(Conversation("c", "telegram", "a", language=language), phrases)
    assert conversation.holder is Holder.STAFF
    assert MACHINE[language] not in line.text.lower()
    assert line.text != claimed(replace(conversation, language=LANGUAGES[LANGUAGES.index(language) - 1]), phrases)[1].text
