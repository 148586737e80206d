"""The command line ``infopoint``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import logs
from bot.declaring import dpia, record
from bot.embedding import embed
from bot.keyring import keys
from bot.language.phrases import PhrasesError
from bot.model.library import COUNTRIES, LANGUAGES
from bot.operating import backup, dashboard, doctor, restore, units
from bot.refusing import Refusal
from bot.refusing import run as finish
from bot.refusing import settings as read_settings
from bot.settings import described
from bot.staffing import staff

if TYPE_CHECKING:
    from bot.asking import Asking


def _asking() -> Asking:
    from bot.asking import Asking  # noqa: PLC0415 - `infopoint --help` need not load the whole program
    from bot.store.packing import NoLibraryError  # noqa: PLC0415 - as above

    try:
        return Asking.open(read_settings())
    except (NoLibraryError, PhrasesError) as error:
        raise Refusal(str(error)) from None


#: The mark makes click keep the lines of the paragraph as they stand.
_HELP = """Answer residents who write: an information point in four languages.

Residents ask in Slovene, Italian, Croatian or Bulgarian and get an approved, sourced answer or a person.

\b
First steps:
  infopoint run               start everything on http://127.0.0.1:8080
  infopoint staff add NAME    make an account for the desk
  infopoint ask TEXT          see what a resident would read

Everything is set by environment variables: see `infopoint settings`.
"""


@click.group(help=_HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="infopoint", prog_name="infopoint")
def main() -> None:
    """Prepare what every command needs."""
    logs.configure("WARNING")  # `run` and `work` then go by their setting
    sys.excepthook = logs.at_the_end  # a traceback would print what an error says, which may quote a resident


@main.command()
def run() -> None:
    """Start everything: the web chat, the desk, Telegram (when its token is set) and the work behind them.

    Ends on Ctrl-C. On PostgreSQL any number of these may run side by side, with `infopoint work` beside them.
    """
    from bot import app  # noqa: PLC0415 - `infopoint --help` need not load the whole program

    finish(app.run(read_settings(), pages=True))


@main.command()
def work() -> None:
    """Do the work behind the doors only: answer what waits, send what is written. For more power on PostgreSQL."""
    from bot import app  # noqa: PLC0415 - as above

    finish(app.run(read_settings(), pages=False))


@main.command()
@click.option(
    "--finish", "to_the_end", is_flag=True, help="Also take away what older versions need, when none of them runs any more."
)
def migrate(*, to_the_end: bool) -> None:
    """Bring the database to the form that this version needs. `run` and `work` do it by themselves when they start.

    Older processes go on working meanwhile. With --finish the update is brought to its end; it is refused while an older process
    runs. One that cannot reach the database is not seen; it ends by itself when it comes back. Afterwards the older version does
    not start over this database any more: do it when you are sure of the newer one.
    """
    from bot import app  # noqa: PLC0415 - as above

    changed = finish(app.migrate(read_settings(), finish=to_the_end))
    click.echo("The database is brought up to date." if changed else "The database was up to date.")


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--notes", is_flag=True, help="Print the notes, too: examples that another topic would take.")
def check(folder: Path | None, *, notes: bool) -> None:
    """Tell all problems of a knowledge FOLDER (the one in use when none is given), each with its file and line.

    An error keeps the folder from being loaded and makes this command end with 1; a warning is for an editor to weigh; a note
    is worth a look when there is time.
    """
    from bot.editing.problems import Severity  # noqa: PLC0415 - as above
    from bot.knowledge import check_folder  # noqa: PLC0415 - as above

    reading = check_folder(folder or read_settings().knowledge)
    for problem in reading.problems:
        if notes or problem.severity is not Severity.NOTE:
            click.echo(str(problem))
    counted = ", ".join(f"{len(reading.of(severity))} {severity}s" for severity in Severity)
    click.echo(counted if notes else f"{counted} (--notes prints them)", err=True)
    sys.exit(1 if reading.errors else 0)


@main.command()
@click.argument("text")
@click.option("--language", type=click.Choice(["sl", "it", "hr", "bg"]), help="Answer in this language; else the text tells.")
@click.option("--place", help='Where the resident lives, such as "Nova Gorica".')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the verdict and why.")
def ask(text: str, language: str | None, place: str | None, as_json: bool) -> None:
    """Answer one message, TEXT, as a resident would read it. Needs no database."""
    from bot.asking import UnknownPlaceError  # noqa: PLC0415 - as above

    try:
        asked = _asking().once(text, language=language, place=place)
    except UnknownPlaceError as error:
        raise Refusal(str(error)) from None
    if as_json:
        click.echo(json.dumps(asked.as_json(), ensure_ascii=False))
        return
    click.echo(asked.text)
    for row in asked.buttons:
        click.echo("  ".join(f"[{label}]" for label in row))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--wrong", is_flag=True, help="List every miss with what was decided and why.")
@click.option("--variants", is_flag=True, help="Also without diacritics, with typos, and Bulgarian in Latin letters.")
def evaluate(files: tuple[Path, ...], as_json: bool, wrong: bool, variants: bool) -> None:
    """Decide the messages of FILES, whose meaning is known, and count what was right.

    A line of JSON holds {"lang", "text", "expect", "also"?} or {"lang", "turns": [...]}. What is expected is a topic, an act,
    "out-of-scope" or "crisis:<kind>".
    """
    from bot import asking  # noqa: PLC0415 - as above
    from bot.matching.tables import misses, table, variants_table  # noqa: PLC0415 - as above

    opened = _asking()
    try:
        plain = opened.evaluate(files)
        typed = opened.evaluate_variants(files) if variants else {}
    except asking.BrokenLineError as error:
        raise Refusal(str(error)) from None
    if as_json:
        told = {"variants": {name: report.as_json() for name, report in typed.items()}} if variants else {}
        click.echo(json.dumps({**plain.as_json(), **told}))
    else:
        click.echo("\n\n".join([table(plain), *([variants_table(plain, typed)] if variants else [])]))
    if wrong:
        for name, report in {"": plain, **typed}.items():
            click.echo("\n".join(misses(report, name)))


@main.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def train(folder: Path | None) -> None:
    """Learn from the examples of a knowledge FOLDER and write what was learned beside them.

    `run` does this by itself when it has to; doing it beforehand makes a fresh installation start at full strength.
    """
    from bot.knowledge import train_folder  # noqa: PLC0415 - as above
    from bot.matching.embedder import EmbedderError  # noqa: PLC0415 - as above
    from bot.store.packing import NoLibraryError  # noqa: PLC0415 - as above
    from bot.work.encoders import chosen  # noqa: PLC0415 - as above

    settings = read_settings()
    try:
        click.echo(train_folder(folder or settings.knowledge, chosen(settings)))
    except (NoLibraryError, EmbedderError) as error:
        raise Refusal(str(error)) from None


@main.command()
@click.argument("folder", required=False, metavar="[FOLDER|FILE]", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["files", "cpsv", "hsds"]), default="files", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="That of an HSDS file.")
@click.option("--country", type=click.Choice(COUNTRIES), help="Only the services of one country, in CPSV-AP or HSDS.")
def export(folder: Path | None, form: str, language: str, country: str | None) -> None:
    """Write the newest edition to the knowledge files in FOLDER (the one in use when none is given).

    Only what differs is written, so that the differences can be read. Works while the program runs.

    With another format its services are written to FILE: all languages as CPSV-AP 3.2 (JSON-LD), or one as HSDS 3.1 (JSON).
    """
    from bot import carrying, exchanging  # noqa: PLC0415 - as above

    settings = read_settings()
    if form != "files" and folder is None:
        raise click.UsageError("Name the file to write.")
    target = folder or settings.knowledge
    to_file = exchanging.write(settings, target, form, language, country) if form != "files" else None
    try:
        click.echo(finish(to_file or carrying.export(settings, target)))
    except carrying.CarryError as error:
        raise Refusal(str(error)) from None


@main.command("import")
@click.argument("folder", metavar="FOLDER|FILE", type=click.Path(exists=True, path_type=Path))
@click.option("--note", default="", help="A sentence for the history of editions: what is new, and why.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="See FILE.")
@click.option("--country", type=click.Choice(COUNTRIES), default=COUNTRIES[0], show_default=True, help="See FILE.")
def import_folder(folder: Path, note: str, language: str, country: str) -> None:
    """Publish the knowledge files in FOLDER as the next edition, in place of all that is live. Refused when they have an error.

    Works while the program runs, which then answers from it. What was live stays among the editions.

    Of a FILE of services (CPSV-AP as JSON-LD, RDF/XML or Turtle, or HSDS) it is only told what it would change: the page for
    import and export makes a draft of it. Texts that do not say their language are taken to be in the one that is given, phones
    without a country's number to be of the country.
    """
    from bot import carrying, exchanging  # noqa: PLC0415 - as above

    try:
        if folder.is_file():
            click.echo(finish(exchanging.look(read_settings(), folder, language, country)))
            return
        weigh, done = finish(carrying.bring_in(read_settings(), folder, note))
    except carrying.CarryError as error:
        raise Refusal(str(error)) from None
    for problem in weigh:
        click.echo(str(problem), err=True)
    click.echo(done)


@main.command()
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many at most.")
def editions(limit: int) -> None:
    """List the editions, the newest first: when each was published, how it came about, by whom, and the note.

    The number is the one that the desk and /health show.
    """
    from bot import carrying  # noqa: PLC0415 - as above

    click.echo(finish(carrying.listed(read_settings(), limit)))


main.add_command(staff)
main.add_command(record)
main.add_command(dpia)
main.add_command(keys)
main.add_command(backup)
main.add_command(restore)
main.add_command(doctor)
main.add_command(dashboard)
main.add_command(units)
main.add_command(embed)


@main.command()
def settings() -> None:
    """Show every setting, what it means and its present value; secrets are hidden."""
    for line in described(read_settings()):
        click.echo(line)


if __name__ == "__main__":
    main()
