"""Talking to a draft: a conversation held with the knowledge as a draft has it. Nothing of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.contract import WEB
from bot.channels.webchat.parse import parse
from bot.dialogue.turn import take_turn
from bot.editing.drafting import Drafting, Work
from bot.editing.trials import HasErrors, Trials
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.codes import CASE_CODE
from bot.model.conversation import Conversation
from bot.model.library import CrisisKind, Library
from bot.model.message import Outgoing
from bot.model.verdict import Verdict
from bot.store.inbox import Received
from bot.threads import in_thread

#: Seconds that an index is kept after it was last talked to. One is kept at most, and it takes some ten megabytes.
KEPT = 300.0

#: Stands where a resident reads the code of their case: none is opened here.
_NO_CODE = "····-····"

#: Returns what was learned from the examples of a library as it is kept; None when that is still to be learned.
Learned = Callable[[Library], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody typed, or the payload of the button that they pressed."""

    text: str = ""
    press: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One thing said and what came back. ``said`` is what stands on the button where one was pressed."""

    said: str
    outgoings: tuple[Outgoing, ...]
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Listener:
    """What a draft is talked to by. ``is_learned``: it decides as the draft will; else questions are still taken as now."""

    index: Index
    is_learned: bool


class Talks:
    """Makes drafts talk. One for a process."""

    def __init__(
        self, drafting: Drafting, trials: Trials, index: Callable[[], Index], learned: Learned | None, max_wrong: float
    ) -> None:
        self._drafting, self._trials, self._index = drafting, trials, index
        self._learned, self._max_wrong = learned, max_wrong
        self._kept: tuple[tuple[str, Index], Listener] | None = None
        self._dropping: asyncio.TimerHandle | None = None

    async def listener(self, work: Work) -> Listener:
        """Return what listens for the draft of ``work``. Raises `bot.editing.trials.HasErrors`."""
        live = self._index()
        key = (await in_thread(lambda: work.digest), live)
        kept = self._kept
        # One that was not learned yet is made anew: by now it may be.
        if kept is None or kept[0] != key or not kept[1].is_learned:
            reading = await self._drafting.read(work)
            if reading.library is None:
                raise HasErrors(reading.problems)
            kept = (key, await self._made(live, work, reading.library))
            self._kept = kept
        if self._dropping is not None:
            self._dropping.cancel()
        self._dropping = asyncio.get_running_loop().call_later(KEPT, self._drop)
        return kept[1]

    def _drop(self) -> None:
        self._kept = None

    async def _made(self, live: Index, work: Work, draft: Library) -> Listener:
        patterns_differ = _patterns(draft) != _patterns(live.library)
        if patterns_differ and not await self._is_tried(work):
            # Some pattern may take for ever, and would keep residents waiting with us: a trial finds that out apart.
            draft = replace(draft, crises=_with_patterns_of(live.library, draft))
            return Listener(await in_thread(lambda: live.over(_as_now(live, draft))), is_learned=False)
        if await in_thread(lambda: set(draft.examples) == set(live.library.examples)):
            return Listener(await in_thread(lambda: live.over(_as_now(live, draft))), is_learned=True)
        content = None if self._learned is None else await self._learned(draft)
        if content is None:
            return Listener(await in_thread(lambda: live.over(_as_now(live, draft))), is_learned=False)
        made = await in_thread(lambda: Index(draft, Weights.from_bytes(content), live.embedder, self._max_wrong))
        return Listener(made, is_learned=True)

    async def _is_tried(self, work: Work) -> bool:
        """Tell whether a trial of just this came to its end."""
        trial = await self._trials.of(work)
        return trial is not None and trial.found is not None and not trial.outdated


def _as_now(live: Index, draft: Library) -> Library:
    """Return what ``draft`` knows, with the examples that ``live`` was learned from."""
    return replace(draft, examples=live.library.examples)


def _patterns(library: Library) -> Mapping[str, object]:
    return {kind.id: kind.patterns for kind in library.crises.values()}


def _with_patterns_of(live: Library, draft: Library) -> Mapping[str, CrisisKind]:
    known = live.crises
    return {name: replace(kind, patterns=known[name].patterns if name in known else {}) for name, kind in draft.crises.items()}


def talk(index: Index, phrases: Phrases, said: Sequence[Said], hint: str | None, now: datetime) -> list[Exchange]:
    """Return the conversation in which all of ``said`` is said, one after the other.

    ``hint`` is the language that the resident's browser would tell. It takes some hundredths of a second for each.
    """
    conversation, exchanges, labels = Conversation("", WEB, ""), [], dict[str, str]()
    for position, each in enumerate(said):
        payload = {"text": clean(each.text), "press": each.press, "lang": hint or ""}
        incoming = parse(Received(position + 1, WEB, "", "", payload, now))
        turn = take_turn(conversation, incoming, index, phrases, now)
        # Said again each time, and so all at once: that is no haste.
        conversation = replace(turn.conversation, version=conversation.version + 1, hurry=0)
        outgoings = tuple(replace(one, text=one.text.replace(CASE_CODE, _NO_CODE)) for one in turn.outgoings)
        exchanges.append(Exchange(labels.get(each.press, "") if each.press else clean(each.text), outgoings, turn.verdict))
        labels.update((button.press, button.label) for one in outgoings for row in one.buttons for button in row)
    return exchanges
