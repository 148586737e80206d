"""An edition made searchable: what a text means, decided from whatever evidence there is.

Three strengths, told with every verdict: *full* (words and meaning, trained), *words* (trained, but no encoder, or it
failed just now) and *nearest* (nothing trained yet: only likeness to examples, and the crisis patterns).
"""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from dataclasses import replace
from threading import Lock

import numpy as np

from bot.language import identify
from bot.language.places import Gazetteer
from bot.language.text import has_content
from bot.matching.crisis import Patterns
from bot.matching.embedder import Embedder, EmbedderError
from bot.matching.judge import Judge
from bot.matching.leaning import lean
from bot.matching.linear import Floats
from bot.matching.material import vocabularies
from bot.matching.nearest import Nearest
from bot.matching.questions import two_questions
from bot.matching.repair import read
from bot.matching.rough import rough_verdict
from bot.matching.weights import Weights
from bot.model.library import Library
from bot.model.verdict import Act, Evidence, LanguageGuess, Mentions, Verdict, VerdictKind

#: So many characters at the beginning and at the end of a long text are weighed: nobody's question is longer, and it bounds
#: the time. Crisis patterns read everything.
_HEAD, _TAIL = 1500, 500
#: How many verdicts are remembered.
_REMEMBERED = 4096
#: How many texts are remembered with the alarm they raise or not: from the door to the decision.
_ALARMS_REMEMBERED = 1024


class Index:
    """Understands texts by one library. Immutable but for a bounded memory of verdicts; safe to use from many threads."""

    def __init__(self, library: Library, weights: Weights | None, embedder: Embedder | None, max_wrong: float) -> None:
        """Take the ``weights`` of the library's examples (None while they are trained) and the encoder they were trained with.

        ``max_wrong`` is the share of answers that may be wrong, 0 to 1. An encoder of another name than the weights know is
        not used.
        """
        self.library = library
        self.gazetteer = Gazetteer(library.places)
        self._patterns = Patterns.of(tuple(library.crises.values()))
        self._vocabularies = vocabularies(library.examples)
        self._nearest = Nearest.of(library.examples)
        self._judge = None if weights is None else Judge(weights, library.examples, max_wrong)
        fits = weights is not None and embedder is not None and weights.encoder == embedder.name
        self._embedder = embedder if fits else None
        self._languages = (
            identify.train([(example.language, example.text) for example in library.examples])
            if weights is None
            else weights.languages
        )
        self._remembered: OrderedDict[tuple[str, str], tuple[Verdict, str]] = OrderedDict()
        self._alarms: OrderedDict[tuple[str, str], str | None] = OrderedDict()
        self._lock = Lock()

    def over(self, library: Library) -> Index:
        """Return an index that decides as this one does and knows ``library``, whose examples are the same; it costs little."""
        other = copy(self)
        other.library = library
        other.gazetteer = Gazetteer(library.places)
        other._patterns = Patterns.of(tuple(library.crises.values()))  # noqa: SLF001 - of our own kind, as below
        other._remembered, other._alarms, other._lock = OrderedDict(), OrderedDict(), Lock()  # noqa: SLF001
        return other

    @property
    def embedder(self) -> Embedder | None:
        """The encoder that is used, if there is one."""
        return self._embedder

    @property
    def strength(self) -> str:
        """What evidence verdicts rest on: "full", "words" or "nearest"."""
        if self._judge is None:
            return "nearest"
        return "words" if self._embedder is None else "full"

    def guess_language(self, text: str, *, current: str | None = None, hint: str | None = None) -> LanguageGuess:
        """Return which language ``text`` is in; see `bot.language.identify.LanguageModel.guess`."""
        return self._languages.guess(text, current=current, hint=hint)

    def mentions(self, text: str) -> Mentions:
        """Return the places and countries that ``text`` names."""
        return self.gazetteer.mentions(text, self._languages.guess(text).language)

    def alarm(self, text: str, *, language: str | None = None) -> str | None:
        """Return the kind of crisis that a pattern or its words tell of ``text`` (cleaned), else None; without the encoder.

        So it is cheap: it costs a millisecond. ``language`` is the one the conversation is held in, if it has begun. `decide`
        finds more, and weighs what only words tell against the meaning.
        """
        if not has_content(text):
            return None
        meant = self._meant(text, self._languages.guess(text, current=language))
        pattern = self._alarm(text, meant)
        return pattern if pattern is not None or self._judge is None else self._judge.alarm(meant)

    def decide(self, text: str, *, language: str, topic: str | None = None, asked: tuple[str, ...] = ()) -> Verdict:
        """Return what ``text`` (cleaned) means. Never raises: any text gets a verdict.

        ``language`` is the one the conversation is held in. ``topic`` is what was answered last, for a message that leans on it
        ("and what does it cost?"), ``asked`` what was asked about so far, oldest first ("and for the second?").
        """
        if not has_content(text):
            return Verdict(VerdictKind.PERSON, 0.0, evidence=Evidence(strength=self.strength))
        verdict, meant = self._understood(text, language)
        # A crisis leans on nothing: what was asked before is not what is asked now.
        if topic is None or verdict.kind is VerdictKind.CRISIS:
            return verdict
        if self._judge is None and verdict.act is not Act.FOLLOW_UP:
            return verdict
        return lean(verdict, meant, topic, asked)

    def _understood(self, text: str, language: str) -> tuple[Verdict, str]:
        """Return what a text means by itself, whatever was said before, and the text as it was meant.

        Remembered by the text, since the encoder takes nearly all of the time: many ask the same in the same words.
        """
        key = (text, language)
        with self._lock:
            known = self._remembered.get(key)
            if known is not None:
                self._remembered.move_to_end(key)
                return known
        understood = self._decide(text, language)
        if understood[0].evidence.strength == self.strength:  # a verdict made while the encoder failed is not kept
            with self._lock:
                self._remembered[key] = understood
                if len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return understood

    def _decide(self, text: str, language: str) -> tuple[Verdict, str]:
        guess = self._languages.guess(text, current=language)
        meant = self._meant(text, guess)
        pattern = self._alarm(text, meant)
        if self._judge is None:
            return self._with_topics(rough_verdict(meant, pattern, self._nearest, guess)), meant
        vector = self._vector(meant)
        judged = self._with_second(self._with_topics(self._judge.question(meant, vector, guess)), meant, guess)
        return self._judge.crisis(meant, vector, pattern, judged), meant

    def _with_topics(self, verdict: Verdict) -> Verdict:
        """Offer the topics of the situation that a text tells of; one that the library does not know is left to a person."""
        if verdict.kind is not VerdictKind.CHOOSE or verdict.situation is None:
            return verdict
        situation = self.library.situations.get(verdict.situation)
        if situation is None:
            return replace(verdict, kind=VerdictKind.PERSON, situation=None)
        return replace(verdict, choices=situation.topics)

    def _with_second(self, verdict: Verdict, text: str, guess: LanguageGuess) -> Verdict:
        """Note the second question of a text that asks two."""
        judge = self._judge
        chooses = verdict.kind is VerdictKind.CHOOSE and verdict.situation is None
        if judge is None or not (chooses or verdict.kind is VerdictKind.ANSWER):
            return verdict
        return two_questions(text, verdict, lambda part: judge.question(part, None, guess))

    def _alarm(self, text: str, meant: str) -> str | None:
        """Return what a pattern finds in a text as it stands or as it was meant; the door asks, and then whoever decides."""
        key = (text, meant)
        with self._lock:
            if key in self._alarms:
                return self._alarms[key]
        kind = self._patterns.match(text) or (self._patterns.match(meant) if meant != text else None)
        with self._lock:
            self._alarms[key] = kind
            if len(self._alarms) > _ALARMS_REMEMBERED:
                self._alarms.popitem(last=False)
        return kind

    def _meant(self, text: str, guess: LanguageGuess) -> str:
        text = text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]} {text[-_TAIL:]}"
        latin = guess.language == "bg" and self._languages.is_latin_bulgarian(text)
        return read(text, guess.language, self._vocabularies, latin_bulgarian=latin)

    def _vector(self, text: str) -> Floats | None:
        if self._embedder is None:
            return None
        try:
            vector = np.asarray(self._embedder.query(text), np.float32)
        except EmbedderError:
            return None
        # What is no vector of this encoder is no evidence: words decide alone.
        return vector if vector.shape == (self._embedder.size,) and np.isfinite(vector).all() else None
