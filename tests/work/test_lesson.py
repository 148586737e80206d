"""What is handed to an apprentice arrives as it was."""

from __future__ import annotations

from pathlib import Path

from bot.work.lesson import read_vectors, text_hash, write_vectors


def test_vectors_are_read_as_they_were_written(tmp_path: Path) -> None:
    vectors = {text_hash("ena"): bytes(range(8)), text_hash("dve"): bytes(8)}

    write_vectors(tmp_path / "some.npz", vectors)

    assert read_vectors(tmp_path / "some.npz") == vectors


def test_no_vectors_need_no_file(tmp_path: Path) -> None:
    write_vectors(tmp_path / "none.npz", {})

    assert not (tmp_path / "none.npz").exists()
    assert read_vectors(tmp_path / "none.npz") == {}
