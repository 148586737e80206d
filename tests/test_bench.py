"""The comparison with others, tried on a handful of messages with what is there without fetching anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.model.library import LANGUAGES
from tests.bench import throughput
from tests.bench.__main__ import main
from tests.bench.scores import area
from tests.bench.sets import corpus50, home_assistant
from tests.bench.worker import NAMES
from tests.editing.small_folder import write

_QUESTIONS = (
    {"lang": "sl", "text": "na pomoč", "expect": "crisis:danger"},
    {"lang": "it", "text": "che tempo fa", "expect": "out-of-scope"},
    {"lang": "hr", "text": "dobar dan", "expect": "greeting"},
)


def test_one_command_compares_on_the_same_messages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # where there is no Node, nothing is fetched
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(map(json.dumps, _QUESTIONS)), encoding="utf-8")
    knowledge = write(tmp_path / "knowledge")

    main(
        [
            *("--questions", str(questions), "--knowledge", str(knowledge), "--keep", str(tmp_path), "--public", str(tmp_path)),
            *("--sets", "library", "--systems", "letters", "words", "nlpjs"),
        ]
    )

    told = capsys.readouterr().out.splitlines()
    rows = [line.split(" | ") for line in told if line.startswith("| ")]
    assert "3 messages" in told[0]
    assert [row[0].removeprefix("| ") for row in rows[2:]] == [NAMES["letters"], NAMES["words"], NAMES["nlpjs"]]
    assert rows[2][5] == "100.0", "the nearest example of a cry for help is that cry"
    assert rows[4][1] == "not installed"


def test_the_matcher_itself_takes_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--sets", "corpus50", "--systems", "ours-words", "--few", "1", "--keep", str(tmp_path), "--public", str(tmp_path)])

    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith(f"| {NAMES['ours-words']}"))
    assert 0 < float(row.split("|")[2]) <= 100


def test_no_phrase_of_an_unseen_intent_is_learned() -> None:
    for given in (home_assistant(), corpus50()):
        assert given.learned
        assert {one.label for one in given.learned} >= {one.label for one in given.asked}
        assert {one.label for one in given.learned}.isdisjoint(one.label for one in given.unseen)


def test_the_split_of_home_assistant_is_the_published_one() -> None:
    given = home_assistant()

    assert len({one.label for one in given.learned}) == 17
    assert {one.language for one in given.asked} == set(LANGUAGES)
    assert (len(given.learned), len(given.asked), len(given.unseen)) == (2092, 1909, 564)


@pytest.mark.parametrize(
    ("higher", "lower", "expected"), [([0.9, 0.8], [0.1], 1.0), ([0.5], [0.5], 0.5), ([0.1, 0.9], [0.5, 0.5], 0.5)]
)
def test_the_area_counts_how_often_ours_exceeds_theirs(higher: list[float], lower: list[float], expected: float) -> None:
    assert area(higher, lower) == expected


def test_the_short_benchmark_measures_everything_but_what_it_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    knowledge, figures = write(tmp_path / "knowledge"), tmp_path / "figures.json"

    throughput.main(["--short", "--words-only", "--knowledge", str(knowledge), "--json", str(figures)])

    told = capsys.readouterr().out
    found = json.loads(figures.read_text(encoding="utf-8"))
    kinds = found["systems"]["SQLite, one process"]["kinds"]
    assert found["systems"]["bare echo"]["kinds"]["seen"]["rate"] > 0
    for kind in ("seen", "fresh"):
        assert kinds[kind]["rate"] > 0
        assert kinds[kind]["cost"] > 0
        assert all(median > 0 for median, _ in (kinds[kind][where] for where in ("telegram", "page", "desk")))
        assert kinds[kind]["unanswered"] == 0
    assert "| SQLite, one process | known texts and buttons |" in told
    assert "Not measured: PostgreSQL, one process, PostgreSQL, two run and two work, growth, the bare encoder." in told
