"""A tiny world to learn from: twelve topics of invented words in four languages, acts, two kinds of crisis, and an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.language.text import words
from bot.matching.embedder import EmbedderError
from bot.matching.material import readings
from bot.matching.training import train
from bot.matching.weights import Weights
from bot.model.library import CrisisKind, Example, Library
from tests.support.small_library import small_library

#: What is asked for, by topic and language.
THINGS = {
    "home-care": ("oskrbovalko", "badante", "njegovateljicu", "гледачка"),
    "pension": ("pokojnino", "pensione", "mirovinu", "пенсия"),
    "kindergarten": ("vrtec", "asilo", "vrtić", "градина"),
    "energy-bills": ("elektriko", "bolletta", "struju", "тока"),
    "food-help": ("hrano", "cibo", "hranu", "храна"),
    "debts": ("dolgove", "debiti", "dugove", "дългове"),
    "rent-help": ("najemnino", "affitto", "stanarinu", "наема"),
    "dementia": ("demenco", "demenza", "demenciju", "деменция"),
    "interpreter": ("tolmača", "interprete", "prevoditelja", "преводач"),
    "volunteering": ("prostovoljstvo", "volontariato", "volontiranje", "доброволчество"),
    "scholarships": ("štipendijo", "borsa", "stipendiju", "стипендия"),
    "appeals": ("pritožbo", "ricorso", "žalbu", "жалба"),
}
_FRAMES = {
    "sl": ("kje dobim {}", "prosim za {} čim prej", "kdo mi uredi {} v občini", "{} pogoji", "a mi pripada {}"),
    "it": ("dove trovo {}", "vorrei {} per mia madre", "chi mi aiuta con {} in comune", "{} requisiti", "mi spetta {}"),
    "hr": ("gdje mogu dobiti {}", "trebam {} što prije", "tko mi sređuje {} u općini", "{} uvjeti", "imam li pravo na {}"),
    "bg": ("къде да намеря {}", "трябва ми {} спешно", "кой помага за {} в общината", "{} условия", "имам ли право на {}"),
}
_OTHERS = {
    "act:thanks": ("hvala lepa", "grazie mille", "hvala vam puno", "благодаря много"),
    "act:greeting": ("dober dan vsem", "buongiorno a tutti", "dobar dan svima", "добър ден на всички"),
    "outside": ("kakšno bo vreme jutri", "chi ha vinto la partita", "recept za palačinke", "кога е мачът"),
    "not-crisis": ("umiram od smeha", "muoio di fame", "umirem od smijeha", "умирам от скука"),
    "crisis:violence-now": ("mož me pretepa pomagajte", "mi picchia aiuto", "muž me tuče upomoć", "мъжът ми ме бие помощ"),
    "crisis:suicide-or-self-harm": ("ubil se bom nocoj", "voglio morire stanotte", "ubit ću se noćas", "ще се убия тази нощ"),
}
_TAILS = ("", "!", " res", " oggi", " sad", " сега", " prosim", " ok")


def examples() -> tuple[Example, ...]:
    """Return all examples: 240 of topics, 192 others."""
    languages = tuple(_FRAMES)
    asked = [
        Example(language, topic, frame.format(thing))
        for topic, things in THINGS.items()
        for language, thing in zip(languages, things, strict=True)
        for frame in _FRAMES[language]
    ]
    others = [
        Example(language, label, text + tail)
        for label, texts in _OTHERS.items()
        for language, text in zip(languages, texts, strict=True)
        for tail in _TAILS
    ]
    return (*asked, *others)


class TinyEncoder:
    """An encoder that knows words by their letters: texts with like words have like vectors."""

    name = "tiny"
    size = 64

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> NDArray[np.float32]:
        vector = np.full(self.size, 1e-3, np.float32)
        for word in words(text):
            for start in range(len(word) - 2):
                vector[sum(ord(letter) << (3 * place) for place, letter in enumerate(word[start : start + 3])) % self.size] += 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


class BrokenEncoder(TinyEncoder):
    """An encoder that fails at every message."""

    def query(self, text: str) -> NDArray[np.float32]:
        raise EmbedderError(f"no vector for {len(text)} characters")


def library(kinds: Sequence[CrisisKind] = ()) -> Library:
    """Return the small library with the examples of the tiny world and ``kinds`` of crisis."""
    small = small_library()
    return Library(
        small.topics,
        small.answers,
        small.places,
        small.offices,
        small.points,
        small.help_lines,
        {kind.id: kind for kind in kinds},
        examples(),
    )


@lru_cache(maxsize=1)
def full_weights() -> Weights:
    """Return weights of the examples, trained once with the tiny encoder."""
    learned = examples()
    return train(learned, TinyEncoder().passages(readings(learned)), lambda _stage, _share: None, "tiny")


@lru_cache(maxsize=1)
def word_weights() -> Weights:
    """Return weights of the examples, trained once without vectors."""
    return train(examples(), None, lambda _stage, _share: None)
