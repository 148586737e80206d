import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.asking import Asking, BrokenLineError, UnknownPlaceError
from bot.matching.evaluation import COUNTS
from bot.matching.tables import table
from bot.model.verdict import VerdictKind
from bot.settings import Settings
from tests.support.effort import costs_less_than
from tests.support.texts import ANY_TEXT, IN_TIME

FILES = sorted((Path(__file__).parents[2] / "shared" / "eval").glob("*.jsonl"))


@pytest.fixture(scope="module")
def asked() -> Asking:
    return Asking.open(Settings())


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("zgubil sem službo, kaj zdaj", "sl", "si"),
        ("ho perso il lavoro", "it", "it"),
        ("izgubio sam posao", "hr", "hr"),
        ("останах без работа", "bg", "bg"),
    ],
)
def test_who_has_lost_a_job_is_told_what_to_do(asked: Asking, text: str, language: str, country: str) -> None:
    answer = asked.once(text)

    assert (answer.verdict, answer.topic) == (VerdictKind.ANSWER, "unemployment-registration")
    assert (answer.language, answer.country) == (language, country)


def test_the_answer_is_for_the_place_that_was_given(asked: Asking) -> None:
    answer = asked.once("ho perso il lavoro", place="Nova Gorica")

    assert (answer.country, answer.place) == ("si", "Nova Gorica")
    assert "(Slovenia)" in answer.text


def test_the_answer_is_in_the_language_that_was_given(asked: Asking) -> None:
    assert asked.once("zgubil sem službo", language="hr").language == "hr"


def test_an_unknown_place_is_refused(asked: Asking) -> None:
    with pytest.raises(UnknownPlaceError, match="Atlantida"):
        asked.once("ho perso il lavoro", place="Atlantida")


def test_no_code_is_told_where_no_case_is_opened(asked: Asking) -> None:
    text = asked.once("hočem govoriti s človekom").text

    assert "······" in text
    assert "{" not in text


def test_what_is_printed_as_json_has_all_that_others_rely_on(asked: Asking) -> None:
    told = json.loads(json.dumps(asked.once("ubil se bom").as_json()))

    assert {"verdict", "topic", "choices", "language", "country", "place", "text", "confidence", "took_ms"} <= told.keys()
    assert (told["verdict"], told["topic"]) == ("crisis", "suicide-or-self-harm")
    assert "112" in told["text"]


@pytest.mark.parametrize("text", ["", "😂", "\x00\ud800", "a" * 100_000, "\u202eabc"])
def test_any_text_gets_a_verdict(asked: Asking, text: str) -> None:
    assert asked.once(text).text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(text=ANY_TEXT)
def test_any_text_is_replied_to_in_time(asked: Asking, text: str) -> None:
    with costs_less_than(IN_TIME):
        answer = asked.once(text)

    assert answer.text


def test_files_are_counted_by_language_and_in_total(asked: Asking, tmp_path: Path) -> None:
    lines = [
        {"lang": "sl", "text": "zgubil sem službo, kaj zdaj", "expect": "unemployment-registration"},
        {"lang": "it", "turns": [{"text": "ho perso il lavoro", "expect": "unemployment-registration", "country": "it"}]},
    ]
    path = tmp_path / "few.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")

    report = asked.evaluate([path])
    told = report.as_json()

    assert set(told["languages"]) == {"sl", "it"}
    assert told["total"]["in_scope"] == 2
    assert told["total"]["answered_right"] == 2
    assert set(COUNTS) <= told["total"].keys()
    assert table(report).splitlines()[2].startswith("| helped / in_scope | 100.0 % (1/1) |")


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"lang": "sl"}',
        '{"text": "a", "expect": "b"}',
        '{"lang": "sl", "text": 1, "expect": "b"}',
        '{"lang": "sl", "text": "a", "expect": ["b"]}',
        '{"lang": "sl", "text": "a", "expect": "b", "also": 1}',
        '{"lang": "sl", "turns": 1}',
        '{"lang": "sl", "turns": ["a"]}',
        '{"lang": "sl", "turns": [{"text": "a", "expect": "b", "place": 1}]}',
    ],
    ids=range(11),
)
def test_a_line_that_cannot_be_used_is_named(asked: Asking, tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(BrokenLineError, match=r"broken\.jsonl:1"):
        asked.evaluate([path])


def test_a_file_that_is_no_text_is_named(asked: Asking, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_bytes(b"\xff\xfe")

    with pytest.raises(BrokenLineError, match=r"broken\.jsonl: .*UTF-8"):
        asked.evaluate([tmp_path / "broken.jsonl"])


@pytest.mark.skipif(not FILES, reason="the development questions are kept elsewhere")
def test_the_development_questions_are_understood_as_well_as_the_readme_says(asked: Asking) -> None:
    messages = asked.evaluate([path for path in FILES if not path.name.startswith("dialogues")]).total
    conversations = asked.evaluate([path for path in FILES if path.name.startswith("dialogues")]).total

    # What was reached, less a point for ties that fall the other way on another processor.
    assert messages["helped"] / messages["in_scope"] >= 0.96
    assert messages["answered_right"] / messages["in_scope"] >= 0.89
    assert messages["answered_wrong"] / messages["in_scope"] <= 0.022
    assert messages["out_of_scope_kept"] / messages["out_of_scope"] >= 0.965
    assert messages["crisis_caught"] / messages["crisis"] >= 0.97
    assert messages["false_alarms"] / messages["messages"] <= 0.01
    assert messages["acts_right"] / messages["acts"] >= 0.98
    assert messages["language_right"] / messages["messages"] >= 0.98
    assert conversations["followups_right"] / conversations["followups"] >= 0.855
    assert conversations["country_right"] / conversations["countries"] >= 0.975
    assert conversations["place_right"] / conversations["places"] >= 0.965
