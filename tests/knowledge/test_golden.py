"""The golden questions of the shipped edition: how many of them it decides rightly is not to fall."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.editing.outcomes import right
from bot.knowledge import KnowledgeFolder
from bot.matching.index import Index
from bot.matching.weights import Weights
from bot.model.library import LANGUAGES, Library
from bot.settings import Settings, shipped
from bot.work.encoders import load

#: Of 294 in each language, some of them hard on purpose: a few less than were decided rightly when this was written.
FLOORS: Mapping[str, Mapping[str, int]] = {
    "full": {"sl": 251, "it": 254, "hr": 264, "bg": 265},
    "words": {"sl": 236, "it": 220, "hr": 251, "bg": 246},
}
QUESTIONS = 294


@pytest.fixture(scope="module", params=FLOORS)
def index(request: pytest.FixtureRequest, library: Library) -> Index:
    """The shipped edition with meaning and words, and with words alone."""
    embedder = load("e5") if request.param == "full" else None
    if request.param == "full" and embedder is None:
        pytest.skip("this processor cannot run the encoder")
    content = KnowledgeFolder(shipped("knowledge")).weights()
    assert content is not None
    return Index(library, Weights.from_bytes(content), embedder, Settings().max_wrong)


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_golden_questions_as_before_are_decided_rightly(index: Index, library: Library, language: str) -> None:
    asked = [each for each in library.golden if each.language == language]

    rightly = sum(right(each.label, index.decide(each.text, language=language)) for each in asked)

    assert len(asked) >= QUESTIONS
    assert rightly >= FLOORS[index.strength][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_act_crisis_and_situation_has_golden_questions(library: Library, language: str) -> None:
    labels = {each.label for each in library.golden if each.language == language}
    learned = {each.label for each in library.examples if each.language == language}

    assert learned <= labels | {"act:missed", "act:follow-up"}
