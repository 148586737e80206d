"""What was learned and ships with the knowledge belongs to the examples that ship with it."""

from __future__ import annotations

import numpy as np
import pytest

from bot.knowledge import KnowledgeFolder
from bot.matching import e5
from bot.matching.material import arranged, readings
from bot.matching.weights import Weights, fingerprint
from bot.model.library import Library
from bot.settings import shipped


@pytest.fixture(scope="module")
def folder() -> KnowledgeFolder:
    return KnowledgeFolder(shipped("knowledge"))


@pytest.fixture(scope="module")
def library(folder: KnowledgeFolder) -> Library:
    return folder.library()


@pytest.fixture(scope="module")
def weights(folder: KnowledgeFolder) -> Weights:
    content = folder.weights()
    assert content is not None, "make train writes it"
    return Weights.from_bytes(content)


def test_what_was_learned_was_learned_from_these_examples(library: Library, weights: Weights) -> None:
    assert weights.fingerprint == fingerprint(library.examples, weights.encoder), "examples changed: make train"


def test_it_was_learned_with_the_encoder_that_the_program_loads(weights: Weights) -> None:
    assert weights.encoder == e5.NAME


def test_the_shipped_vectors_are_those_of_the_examples(library: Library, weights: Weights) -> None:
    embedder = e5.load("e5")
    if embedder is None:
        pytest.skip("this processor cannot run the encoder")
    assert weights.vectors is not None
    kept = [example for example in arranged(library.examples) if ":" not in example.label or example.label.startswith("act:")]
    kept = [example for example in kept if example.label not in {"outside", "not-crisis"}]
    texts = readings(kept)
    some = np.random.default_rng(41).choice(len(kept), 60, replace=False)

    computed = embedder.passages([texts[row] for row in some])
    likeness = (weights.vectors.rows()[some] * computed).sum(axis=1)

    assert len(kept) == len(weights.vectors.codes)
    assert likeness.min() > 0.99
