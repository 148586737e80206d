"""What starts the program on other machines says what the program understands: the compose file, the container, the units."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot.__main__ import main
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "bot" / "operators"
#: What operators put into the file beside compose.yaml, by its head.
GIVEN = {"DATABASE_PASSWORD": "x", "PUBLIC_HOST": "info.example.org"}


def _compose() -> dict[str, Any]:
    def filled(found: re.Match[str]) -> str:
        return GIVEN.get(found["name"], "")

    text = re.sub(r"\$\{(?P<name>\w+)(?::[?-][^}]*)?\}", filled, (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    composed: dict[str, Any] = yaml.safe_load(text)
    return composed


def _ours() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, service in _compose()["services"].items():
        if service.get("image") == "infopoint":
            yield name, service


def test_the_compose_file_starts_two_processes_with_pages_and_two_that_work() -> None:
    commands = {name: service["command"] for name, service in _ours()}

    assert commands == {"prepare": ["migrate"], "run-1": ["run"], "run-2": ["run"], "work-1": ["work"], "work-2": ["work"]}
    assert {command for (command,) in commands.values()} <= set(main.commands)


def test_what_the_compose_file_sets_are_settings_and_are_taken() -> None:
    for _, service in _ours():
        given = {name.removeprefix(PREFIX).lower(): value or "" for name, value in service["environment"].items()}
        settings = Settings(**given)
        assert settings.public_url == "https://info.example.org"
        assert settings.key_file == Path("/data/infopoint.key")


def test_the_tables_are_made_before_anything_that_needs_them_starts() -> None:
    waits = {name: list(service["depends_on"].items()) for name, service in _ours()}

    assert waits.pop("prepare") == [("database", {"condition": "service_healthy"})]
    assert set(map(str, waits.values())) == {str([("prepare", {"condition": "service_completed_successfully"})])}


def test_every_process_shares_the_key_and_none_the_database_s_files() -> None:
    assert {tuple(service["volumes"]) for _, service in _ours()} == {("keys:/data",)}


def test_the_proxy_asks_for_what_is_served_where_it_is_served() -> None:
    composed = _compose()
    proxy = composed["configs"]["proxy"]["content"]
    pages = [name for name, service in _ours() if service["command"] == ["run"]]

    assert f"reverse_proxy {' '.join(f'{name}:{Settings().port}' for name in pages)} {{" in proxy
    assert "health_uri /ready" in proxy


def test_what_the_container_is_made_of_is_here_and_let_through() -> None:
    copied = re.findall(r"^COPY (.+) /\S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()

    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert sources == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert "*" in ignored


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.service")), ids=lambda path: path.name)
def test_the_units_call_commands_that_there_are_and_set_what_is_a_setting(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    names = re.findall(rf"^Environment={PREFIX}(\w+)=", text, re.MULTILINE)
    started = re.findall(r"^ExecStart=.*bin/infopoint (\w+|\"\$)", text, re.MULTILINE)

    assert {name.lower() for name in names} <= set(Settings.model_fields)
    assert set(started) - {'"$'} <= set(main.commands)
    assert started


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed here")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in (*UNITS.glob("*.service"), *UNITS.glob("*.timer")):
        # What is called stands elsewhere on another machine; that it is there is not what is asked here.
        text = re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", unit.read_text(encoding="utf-8"), flags=re.MULTILINE)
        (tmp_path / unit.name.replace("@", "@run")).write_text(text, encoding="utf-8")
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    looked = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)

    assert [line for line in looked.stderr.splitlines() if "infopoint" in line] == []
    assert looked.returncode == 0


def test_the_unit_of_a_process_reads_its_command_from_its_name() -> None:
    line = next(line for line in (UNITS / "infopoint@.service").read_text(encoding="utf-8").splitlines() if "ExecStart" in line)
    script = line.split("-c ", 1)[1].strip("'").replace("%%", "%").replace("$$", "$")
    for unit, command in (("run", "run"), ("work-2", "work"), ("run-8081", "run")):
        told = script.replace("%i", unit).replace("exec /opt/infopoint/.venv/bin/infopoint", "echo")
        said = subprocess.run(["/bin/sh", "-c", told], capture_output=True, text=True, check=True).stdout.strip()
        assert said == command


def test_the_units_are_written_with_the_place_of_this_installation(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["units", str(tmp_path)], catch_exceptions=False)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}

    assert told.exit_code == 0
    assert set(written) == {path.name for path in (*UNITS.glob("*.service"), *UNITS.glob("*.timer"))}
    assert f'exec {sys.prefix}/bin/infopoint "' in written["infopoint@.service"]
    assert f"WorkingDirectory={Path(sys.prefix).parent}\n" in written["infopoint-backup.service"]
    assert "StateDirectory=infopoint infopoint/backups\n" in written["infopoint-backup.service"]  # it writes to a folder
    assert not any("/opt/infopoint" in line for text in written.values() for line in text.splitlines() if "#" not in line)
