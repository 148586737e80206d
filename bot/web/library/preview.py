"""How residents will read an answer: written by the code that answers them, shown as the web chat and Telegram show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from bot.channels.webchat.markup import formatted
from bot.dialogue import answers
from bot.dialogue.scene import Scene
from bot.editing.trees import Tree
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.conversation import Conversation
from bot.model.library import LANGUAGES, Library
from bot.model.message import Outgoing
from bot.web.library.sketch import sketched

if TYPE_CHECKING:
    from bot.channels.telegram.shown import Shown


@dataclass(frozen=True, slots=True)
class _Sketch(Scene):
    """A scene in which what is known is not what the index was made of."""

    told: Library | None = None

    @property
    def library(self) -> Library:
        """What is known."""
        return self.told or self.index.library


@dataclass(frozen=True, slots=True)
class Message:
    """A message in the web chat."""

    language: str
    body: Markup
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer in one language. ``words`` counts those of its wording; ``is_worded`` tells whether it has one."""

    language: str
    is_worded: bool
    web: tuple[Message, ...]
    telegram: tuple[Shown, ...]
    longest: int

    @property
    def length(self) -> int:
        """How many characters Telegram counts in all."""
        return sum(each.length for each in self.telegram)


class Preview:
    """Shows answers that are being written."""

    def __init__(self, phrases: Phrases, index: Callable[[], Index], now: Callable[[], datetime]) -> None:
        self._phrases = phrases
        self._index = index
        self._now = now

    def of_answer(self, tree: Tree, library: Library, topic: str, where: str, place: str | None = None) -> list[Seen]:
        """Return the answer to ``topic`` for ``where`` as it stands in ``tree``, in all languages.

        ``library`` is what is known besides. Nothing is shown while there is no wording. It takes some milliseconds for each
        language, and a second of imports when it is first asked for: call it in a thread.
        """
        told, answer = sketched(tree, library, topic, where, self._now().date())
        if not answer.wordings:
            return []
        scene = _Sketch(self._index(), self._phrases, self._now(), told=told)
        seen = []
        for language in LANGUAGES:
            conversation = Conversation("", "", "", language=language, country=answer.country, place=place)
            is_worded = language in answer.wordings
            outgoings = (
                (answers.answer(scene, conversation, answer),)
                if is_worded
                else answers.answer_in_another_language(scene, conversation, answer)
            )
            seen.append(self._seen(language, outgoings, is_worded=is_worded))
        return seen

    def _seen(self, language: str, outgoings: tuple[Outgoing, ...], *, is_worded: bool) -> Seen:
        # Imported here: Telegram's library takes a second, and not every installation has it in use.
        from bot.channels.telegram.shown import LONGEST, shown  # noqa: PLC0415

        web = tuple(Message(each.language, formatted(each.text, each.calls), _labels(each)) for each in outgoings)
        telegram = tuple(part for each in outgoings for part in shown(each, self._phrases))
        return Seen(language, is_worded, web, telegram, LONGEST)


def _labels(outgoing: Outgoing) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(button.label for button in row) for row in outgoing.buttons)
