"""One message, or a file of them, answered without a database: what `infopoint ask` and `infopoint evaluate` do."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from bot import clock
from bot.dialogue.turn import take_turn
from bot.knowledge import KnowledgeFolder
from bot.language.phrases import Phrases
from bot.language.text import clean
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.evaluation import Asked as Decided
from bot.matching.evaluation import Report, Say, evaluate
from bot.matching.index import Index
from bot.matching.variants import VARIANTS
from bot.matching.weights import fingerprint
from bot.model.codes import CASE_CODE
from bot.model.conversation import Conversation
from bot.model.library import HOME, Library
from bot.model.message import Incoming, Kind
from bot.model.turn import Turn
from bot.model.verdict import Evidence, LanguageGuess, VerdictKind
from bot.settings import Settings, shipped
from bot.work.encoders import chosen, load
from bot.work.kept_weights import read_weights

#: The channel that these conversations are held on; nothing of them is kept.
_CHANNEL = "command-line"

#: Stands where a resident reads the code of their case: nothing is kept here, so there is none.
_NO_CODE = "······"


class UnknownPlaceError(Exception):
    """No place of that name is known."""


class BrokenLineError(Exception):
    """A line of an evaluation file cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was decided about one message and what a resident would read; ``took_ms`` is the time it took, in milliseconds."""

    verdict: VerdictKind
    topic: str | None
    choices: tuple[str, ...]
    language: str
    country: str | None
    place: str | None
    text: str
    confidence: float
    took_ms: float
    evidence: Evidence
    buttons: tuple[tuple[str, ...], ...] = ()
    situation: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as ``infopoint ask --json`` prints it; ``topic`` is the act's or the crisis's id where it is one."""
        return {
            **asdict(self),
            "verdict": self.verdict.value,
            "confidence": round(self.confidence, 4),
            "took_ms": round(self.took_ms, 2),
        }


class Asking:
    """A library with its index and phrases, to be asked."""

    def __init__(self, library: Library, index: Index, phrases: Phrases) -> None:
        self._library, self._index, self._phrases = library, index, phrases

    @classmethod
    def open(cls, settings: Settings) -> Asking:
        """Read the knowledge folder with what was learned from it. Raises `NoLibraryError`."""
        folder = KnowledgeFolder(settings.knowledge)
        library = folder.library()
        embedder = _embedder(settings)
        weights = read_weights(folder.weights())
        if weights is not None and weights.fingerprint != fingerprint(library.examples, weights.encoder):
            weights = None
        if weights is None:
            sys.stderr.write(
                "Nothing was learned from these examples yet, so only likeness decides. Run `infopoint train` once.\n"
            )
        elif embedder is not None and weights.encoder != embedder.name:
            sys.stderr.write("What was learned does not know this encoder, so words decide. Run `infopoint train` once.\n")
        index = Index(library, weights, embedder, settings.max_wrong)
        return cls(library, index, Phrases.load(shipped("locales")))

    def once(self, text: str, *, language: str | None = None, place: str | None = None) -> Asked:
        """Answer one message of a fresh conversation. Raises `UnknownPlaceError`."""
        conversation = _fresh()
        if place is not None:
            mentions = self._index.mentions(place)
            if not mentions.countries:
                raise UnknownPlaceError(f"No place is known by the name {place}.")
            conversation = conversation.located(mentions.countries[0], next(iter(mentions.places), None))
        if language is not None:
            conversation = conversation.speaking(language, chosen=True)
            asking = Asking(self._library, cast("Index", _Speaking(self._index, language)), self._phrases)
            return asking._ask(conversation, text)[1]
        return self._ask(conversation, text)[1]

    def evaluate(self, files: Iterable[Path]) -> Report:
        """Decide every message of ``files`` and count. Raises `BrokenLineError`."""
        return evaluate(_lines(files), self._converse)

    def evaluate_variants(self, files: Iterable[Path]) -> Mapping[str, Report]:
        """Decide the messages of ``files`` typed in every way of `VARIANTS`, and count by way. Raises `BrokenLineError`."""
        lines = list(_lines(files))
        return {name: evaluate(variant.lines(lines), self._converse) for name, variant in VARIANTS.items()}

    def _converse(self) -> Say:
        """Begin a conversation that remembers from one message to the next."""
        conversation = _fresh()

        def say(text: str) -> Decided:
            nonlocal conversation
            conversation, asked = self._ask(conversation, text)
            return self._decided(asked)

        return say

    def _ask(self, conversation: Conversation, text: str) -> tuple[Conversation, Asked]:
        started = time.perf_counter()
        now = clock.now()
        incoming = Incoming(conversation.version + 1, _CHANNEL, "", "", Kind.TEXT, now, text=clean(text))
        turn = take_turn(conversation, incoming, self._index, self._phrases, now)
        took = (time.perf_counter() - started) * 1000
        # A crisis shown a moment ago would be shortened, and who writes fast told to wait; here each message stands for itself.
        after = replace(turn.conversation, version=conversation.version + 1, crisis_shown_at=None, hurry=0)
        return after, self._asked(turn, took)

    def _asked(self, turn: Turn, took_ms: float) -> Asked:
        conversation, verdict = turn.conversation, turn.verdict
        language = conversation.language or "sl"
        kind, label = VerdictKind.PERSON, None
        if verdict is not None:
            kind = verdict.kind
            label = {VerdictKind.ACT: verdict.act, VerdictKind.CRISIS: verdict.crisis}.get(kind, verdict.topic)
        place = conversation.place and self._library.places[conversation.place].name
        return Asked(
            kind,
            label,
            () if verdict is None else verdict.choices,
            language,
            conversation.country or HOME[language],
            place,
            "\n\n".join(outgoing.text for outgoing in turn.outgoings).replace(CASE_CODE, _NO_CODE),
            0.0 if verdict is None else verdict.confidence,
            took_ms,
            Evidence() if verdict is None else verdict.evidence,
            tuple(tuple(button.label for button in row) for outgoing in turn.outgoings for row in outgoing.buttons),
            None if verdict is None else verdict.situation,
        )

    def _decided(self, asked: Asked) -> Decided:
        names = [place for place in self._library.places.values() if place.name == asked.place]
        return Decided(
            asked.verdict,
            asked.topic,
            asked.language,
            asked.choices,
            asked.country,
            tuple(name for place in names for name in (place.name, *place.names.values())),
            asked.took_ms,
            _why(asked.evidence),
        )


@dataclass(frozen=True, slots=True)
class _Speaking:
    """An index that takes every text to be in one language: the one that was asked for."""

    index: Index
    language: str

    def guess_language(self, _text: str, **_: str | None) -> LanguageGuess:
        """Return the language that was asked for."""
        return LanguageGuess(((self.language, 1.0),))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the index has
        return getattr(self.index, name)


def _embedder(settings: Settings) -> Embedder | None:
    """Return the encoder, and None with a word on the standard error stream when it cannot be reached."""
    try:
        return load(chosen(settings))
    except EmbedderError as error:
        sys.stderr.write(f"Words decide: {error}.\n")
        return None


def _fresh() -> Conversation:
    """Return a conversation that has been introduced already, so that only the answer is told."""
    return Conversation("", _CHANNEL, "", greeted=True)


def _why(evidence: Evidence) -> str:
    """Return in one line what spoke for the decision."""
    candidates = ", ".join(f"{candidate.topic} {candidate.probability:.2f}" for candidate in evidence.candidates[:3])
    nearest = next((f"{neighbour.label}: {neighbour.text}" for neighbour in evidence.neighbours), "-")
    sure = f"gate {evidence.gate:.2f}, outside {evidence.outside:.2f}, goes on {evidence.leans:.2f}, crisis {evidence.crisis:.2f}"
    return f"{sure}; {candidates}; nearest {nearest}"


def _lines(files: Iterable[Path]) -> Iterator[Mapping[str, Any]]:
    for path in files:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError as error:
            raise BrokenLineError(f"{path}: this is not text in UTF-8: {error}") from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield _line(line)
                except BrokenLineError as error:
                    raise BrokenLineError(f"{path}:{number}: {error}") from None


def _line(text: str) -> Mapping[str, Any]:
    """Return what a line of an evaluation file says. Raises `BrokenLineError`."""
    try:
        read: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenLineError(f"this is not JSON: {error}") from None
    turns = read.get("turns", [read]) if isinstance(read, dict) else None
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise BrokenLineError("this is not a JSON object of a message")
    if not isinstance(read.get("lang"), str) or not all(_is_text(turn, "text", "expect") for turn in turns):
        raise BrokenLineError("lang, text and expect are needed, each a string")
    if not all(_is_text({"place": "", **turn}, "place") and _are_labels(turn.get("also", [])) for turn in turns):
        raise BrokenLineError("place is a string, also is one or a list of them")
    return cast("Mapping[str, Any]", read)


def _is_text(turn: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(turn.get(name), str) for name in names)


def _are_labels(also: object) -> bool:
    return isinstance(also, str) or (isinstance(also, list) and all(isinstance(label, str) for label in also))
