import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.settings import PREFIX, Settings, shipped

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """Undo what the command line sets for the whole process."""
    yield
    structlog.reset_defaults()


def _run(*arguments: str, typed: str = "", **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, input=typed, env=environment, catch_exceptions=False)


def test_every_command_and_every_setting_stands_in_the_readme() -> None:
    assert all(f"`infopoint {name}" in README for name in main.commands)
    assert all(f"{PREFIX}{name.upper()}" in README for name in Settings.model_fields)


@pytest.mark.parametrize("command", [[], *[[name] for name in main.commands]])
def test_every_command_explains_itself(command: list[str]) -> None:
    helped = _run(*command, "--help")

    assert helped.exit_code == 0
    assert len(helped.output.splitlines()) > 4


def test_settings_are_shown_with_their_meaning_and_without_secrets() -> None:
    shown = _run("settings", INFOPOINT_TELEGRAM_TOKEN="123:secret", INFOPOINT_DATABASE_URL="postgresql://u:hunter2@h/n")

    assert "INFOPOINT_PORT=8080" in shown.output
    assert "INFOPOINT_TELEGRAM_TOKEN=(set, hidden)" in shown.output
    assert "secret\n" not in shown.output
    assert "hunter2" not in shown.output


def test_a_wrong_setting_ends_every_command_with_a_sentence() -> None:
    refused = _run("settings", INFOPOINT_PORT="many")

    assert refused.exit_code == 1
    assert "INFOPOINT_PORT" in refused.output


def test_accounts_are_made_listed_disabled_and_enabled(tmp_path: Path) -> None:
    database = {"INFOPOINT_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    password = "five words that are one\n"

    _run("migrate", **database)
    assert "Nobody" in _run("staff", "list", **database).output
    assert _run("staff", "add", "ana", "--password-stdin", typed=password, **database).exit_code == 0
    assert _run("staff", "add", "ana", "--password-stdin", typed=password, **database).exit_code == 1
    assert _run("staff", "disable", "ana", **database).exit_code == 0
    assert "disabled" in _run("staff", "list", **database).output
    assert _run("staff", "enable", "ana", **database).exit_code == 0
    assert _run("staff", "disable", "nobody", **database).exit_code == 1


def test_links_and_passwords_are_made_on_the_command_line(tmp_path: Path) -> None:
    database = {"INFOPOINT_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    password = "five words that are one\n"

    invited = _run("staff", "invite", "ana", "--role", "coordinator", "--point", "ezts-go-gorizia", **database)
    assert invited.exit_code == 0
    assert "/desk/invitation/" in invited.output
    assert _run("staff", "invite", "ana", "--point", "atlantis", **database).exit_code == 1
    assert _run("staff", "invite", "ana", "--role", "king", **database).exit_code == 2
    assert _run("staff", "add", "ana", "--password-stdin", typed=password, **database).exit_code == 0
    assert _run("staff", "password", "ana", "--password-stdin", typed="x" + password, **database).exit_code == 0
    assert "/desk/invitation/" in _run("staff", "password", "ana", "--link", **database).output
    assert _run("staff", "second-step", "ana", **database).exit_code == 2
    assert "had no second step" in _run("staff", "second-step", "ana", "--remove", **database).output


def test_a_weak_password_is_refused(tmp_path: Path) -> None:
    refused = _run(
        "staff", "add", "ana", "--password-stdin", typed="short\n", INFOPOINT_DATABASE_URL=f"sqlite:///{tmp_path}/x.db"
    )

    assert refused.exit_code == 1
    assert "12 characters" in refused.output


def test_the_password_is_asked_for_twice(tmp_path: Path) -> None:
    password = "five words that are one\n"

    made = _run("staff", "add", "ana", typed=password * 2, INFOPOINT_DATABASE_URL=f"sqlite:///{tmp_path}/x.db")

    assert made.exit_code == 0
    assert "five words" not in made.output


def test_a_database_is_brought_up_to_date_once(tmp_path: Path) -> None:
    database = {"INFOPOINT_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}

    assert "brought up to date" in _run("migrate", **database).output
    assert "was up to date" in _run("migrate", **database).output
    assert "was up to date" in _run("migrate", "--finish", **database).output


def test_a_database_that_cannot_be_reached_is_told_in_a_sentence() -> None:
    refused = _run("migrate", INFOPOINT_DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:1/none")

    assert refused.exit_code == 1
    assert "hunter2" not in refused.output


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite:////proc/x.db",
        "sqlite:////etc/passwd/x.db",
        "postgresql://u:hunter2@h:abc/db",
        "postgresql://u:hunter2@h/db?foo=bar",
    ],
)
@pytest.mark.parametrize("command", [["run"], ["migrate"], ["staff", "list"]], ids=" ".join)
def test_a_database_url_that_cannot_be_used_is_told_in_a_sentence(command: list[str], url: str) -> None:
    refused = _run(*command, INFOPOINT_DATABASE_URL=url)

    assert refused.exit_code == 1
    assert refused.output.startswith("Error: the database's ")
    assert "hunter2" not in refused.output


def test_a_database_of_a_newer_program_is_told_in_a_sentence(tmp_path: Path) -> None:
    database = {"INFOPOINT_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    _run("migrate", **database)
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    refused = _run("migrate", **database)

    assert refused.exit_code == 1
    assert "9999" in refused.output


@pytest.mark.parametrize(
    "command",
    [
        "keys list",
        "keys rotate",
        "staff list",
        "staff disable ana",
        "staff enable ana",
        "staff second-step ana --remove",
        "staff password ana --link",
        "editions",
        "export {folder}/made",
        "export --format cpsv {folder}/made",
        "backup {folder}/kept.zip",
        "doctor",
        "record {folder}/record.html",
        "dpia {folder}/dpia.html",
    ],
)
def test_what_only_looks_makes_no_database_where_there_is_none(tmp_path: Path, command: str) -> None:
    file = tmp_path / "mistyped" / "chat.db"
    told = _run(*command.format(folder=tmp_path).split(), INFOPOINT_DATABASE_URL=f"sqlite:///{file}")

    assert not file.parent.exists(), told.output
    refuses = "There is no" in told.output or "is not there" in told.output
    assert refuses is (not command.startswith(("record", "dpia")))


def test_the_shipped_knowledge_has_no_errors() -> None:
    checked = _run("check")

    assert checked.exit_code == 0
    assert "0 errors" in checked.output


def test_a_broken_folder_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("si: [", encoding="utf-8")

    checked = _run("check", str(tmp_path))

    assert checked.exit_code == 1
    assert "places.yaml:1" in checked.output


def test_a_message_is_answered_without_a_database() -> None:
    asked = _run("ask", "--json", "zgubil sem službo, kaj zdaj")

    assert json.loads(asked.output)["verdict"] == "answer"
    told = _run("ask", "ho perso il lavoro").output
    assert "(Italia)" in told
    assert "[Slovenia]" in told


def test_nothing_but_the_answer_stands_on_the_standard_output(tmp_path: Path) -> None:
    knowledge = shutil.copytree(shipped("knowledge"), tmp_path / "knowledge")
    (knowledge / "trained.npz").write_bytes(b"of another program")

    asked = _run("ask", "--json", "ho perso il lavoro", INFOPOINT_KNOWLEDGE=str(knowledge))

    assert json.loads(asked.stdout)["language"] == "it"
    assert "weights cannot be read and are not used" in asked.stderr


def test_an_unknown_place_is_told() -> None:
    assert _run("ask", "--place", "Atlantida", "ho perso il lavoro").exit_code == 1


def test_misses_are_listed_with_what_was_decided_and_why(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"lang": "it", "text": "ho perso il lavoro", "expect": "pension"}', encoding="utf-8")

    listed = _run("evaluate", str(path), "--wrong")
    counted = json.loads(_run("evaluate", str(path), "--json").output)

    assert "expected pension, decided answer unemployment-registration" in listed.output
    assert counted["total"]["answered_wrong"] == 1


def test_an_evaluation_can_be_made_of_other_ways_of_typing_too(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"lang": "bg", "text": "останах без работа", "expect": "unemployment-registration"}', encoding="utf-8")

    printed = _run("evaluate", str(path), "--variants").output
    told = json.loads(_run("evaluate", str(path), "--variants", "--json").output)

    assert "| figure | bg | all |" in printed
    assert "| bg | in Latin letters | 100.0 % (3/3) |" in printed
    assert told["total"]["messages"] == 1
    assert {name: report["total"]["messages"] for name, report in told["variants"].items()} == {
        "stripped": 0,
        "mistyped": 3,
        "in Latin letters": 3,
    }


def test_a_broken_line_of_an_evaluation_is_told(tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text("{", encoding="utf-8")

    assert _run("evaluate", str(path)).exit_code == 1


def test_a_broken_folder_teaches_and_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "places.yaml").write_text("si: [", encoding="utf-8")

    assert _run("train", str(tmp_path)).exit_code == 1
    assert _run("ask", "ho perso il lavoro", INFOPOINT_KNOWLEDGE=str(tmp_path)).exit_code == 1


#: Where nobody answers.
_NOBODY = {
    "INFOPOINT_ENCODER": "http://127.0.0.1:1/v1",
    "INFOPOINT_ENCODER_MODEL": "big-model",
    "INFOPOINT_ENCODER_KEY": "hunter2",
}


def test_an_encoder_that_cannot_be_reached_is_told_and_words_decide() -> None:
    asked = _run("ask", "--json", "zgubil sem službo, kaj zdaj", **_NOBODY)

    assert json.loads(asked.stdout)["topic"] == "unemployment-registration"
    assert json.loads(asked.stdout)["evidence"]["strength"] != "full"
    assert asked.stderr.startswith("Words decide: the encoder cannot be reached (ConnectError).\n")


def test_nothing_is_learned_with_an_encoder_that_cannot_be_reached(tmp_path: Path) -> None:
    knowledge = shutil.copytree(shipped("knowledge"), tmp_path / "knowledge")
    before = (knowledge / "trained.npz").read_bytes()

    refused = _run("train", str(knowledge), **_NOBODY)

    assert refused.exit_code == 1
    assert refused.stderr == "Error: the encoder cannot be reached (ConnectError)\n"
    assert (knowledge / "trained.npz").read_bytes() == before


def test_the_key_of_the_encoder_is_not_shown() -> None:
    shown = _run("settings", **_NOBODY)

    assert "INFOPOINT_ENCODER_KEY=(set, hidden)" in shown.output
    assert "hunter2" not in shown.output
