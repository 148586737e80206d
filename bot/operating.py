"""The commands of whoever runs the installation: backups, what is wrong with it, and the dashboard of its metrics."""

from __future__ import annotations

import json
import sys
from collections.abc import Coroutine
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import click

from bot.refusing import Refusal, run, settings

T = TypeVar("T")


@click.command()
@click.argument("target", metavar="FILE|FOLDER", type=click.Path(path_type=Path))
@click.option("--keep", type=click.IntRange(1, 3650), help="Days that backups in FOLDER are kept, in place of the setting's.")
def backup(target: Path, keep: int | None) -> None:
    """Write everything that the database holds to a FILE, or to a new file in FOLDER. Works while the program runs.

    It is one state of the database, in a form that either database takes back. In a FOLDER, backups older than
    INFOPOINT_KEEP_BACKUPS days are deleted afterwards: residents who have everything deleted are told so. The keys that seal
    what residents wrote are never in it.
    """
    from bot.backups.taking import take  # noqa: PLC0415 - `infopoint --help` need not load the whole program
    from bot.progress import Bar  # noqa: PLC0415 - as above

    given = settings()
    kept = timedelta(days=keep or given.keep_backups)
    click.echo(_done(take(given, target, kept, Bar(sys.stderr, "Keeping").show)))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Bring everything from a backup FILE into the database, which must be empty: a new one, of either kind.

    The file is verified first, and all is written or nothing. Bring the key file to its place, too, before starting. What was
    still to be sent when the backup was made is sent then.
    """
    from bot.backups.restoring import restore as bring_back  # noqa: PLC0415 - as above
    from bot.progress import Bar  # noqa: PLC0415 - as above

    click.echo(_done(bring_back(settings(), file, Bar(sys.stderr, "Restoring").show)))


@click.command()
@click.option("--backups", type=click.Path(path_type=Path), help="The folder with the backups, to see how old the newest is.")
@click.option("--json", "as_json", is_flag=True, help="Print a list of JSON objects: grade, about, says, do.")
def doctor(backups: Path | None, *, as_json: bool) -> None:
    """Look at the whole installation and tell what is wrong with it, and what to do. Works while the program runs.

    Each line begins with ok, look (it works, and somebody should know) or WRONG; with one of the last it ends with 1. Nothing is
    changed, and no secret is printed.
    """
    from bot.doctor.examining import examine  # noqa: PLC0415 - as above
    from bot.doctor.findings import Grade  # noqa: PLC0415 - as above

    found = run(examine(settings(), backups))
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(map(str, found)))
    sys.exit(1 if any(finding.grade is Grade.WRONG for finding in found) else 0)


@click.command()
def dashboard() -> None:
    """Print a dashboard for Grafana that shows what /metrics tells.

    Save it to a file and import that there; it asks which Prometheus to read from. See INFOPOINT_METRICS_TOKEN.
    """
    click.echo(files("bot").joinpath("operators", "dashboard.json").read_text(encoding="utf-8"), nl=False)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))
def units(folder: Path) -> None:
    """Write the systemd units to FOLDER, mostly /etc/systemd/system, with the place of this installation in them.

    infopoint@run answers and works, infopoint@work only works, infopoint-backup.timer makes a nightly backup. Units that stand
    there already are replaced; the head of infopoint@.service says what else is to be done.
    """
    here, called = Path(sys.prefix).parent, Path(sys.prefix) / "bin" / "infopoint"
    for unit in sorted(files("bot").joinpath("operators").iterdir(), key=lambda each: each.name):
        if unit.name.endswith((".service", ".timer")):
            text = unit.read_text(encoding="utf-8")
            text = text.replace("/opt/infopoint/.venv/bin/infopoint", str(called)).replace("/opt/infopoint", str(here))
            (folder / unit.name).write_text(text, encoding="utf-8")
            click.echo(f"{folder / unit.name}")
    click.echo("Then: systemctl daemon-reload && systemctl enable --now infopoint@run infopoint-backup.timer")


def _done(work: Coroutine[Any, Any, T]) -> T:
    from bot.backups.container import BackupError  # noqa: PLC0415 - as above

    try:
        return run(work)
    except BackupError as error:
        raise Refusal(str(error)) from None
