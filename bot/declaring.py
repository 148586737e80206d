"""The commands ``infopoint record`` and ``infopoint dpia``: what the controller has to declare, as an HTML page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.model.library import LANGUAGES
from bot.refusing import Refusal, settings

if TYPE_CHECKING:
    from bot.web.declared.pages import Make

_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True, help="In which language it is written."
)
_FILE = click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@_FILE
@_LANGUAGE
def record(file: Path | None, language: str) -> None:
    """Write the record of processing activities (GDPR article 30) to FILE, or to the standard output.

    It tells every table, its purpose and period, who receives what, and what protects it, as the settings are now. What only
    the controller knows is left blank, to be filled in on paper or in a word processor. Needs no database.
    """
    from bot.web.declared.record import record as make  # noqa: PLC0415 - `infopoint --help` need not load the whole program

    _write(make, file, language)


@click.command()
@_FILE
@_LANGUAGE
def dpia(file: Path | None, language: str) -> None:
    """Write a template of the data protection impact assessment (GDPR article 35) to FILE, or to the standard output.

    It tells where data flows, what is kept, which risks there are and what exists against each. Likelihood and severity are left
    blank for the controller. Needs no database.
    """
    from bot.web.declared.assessment import assessment  # noqa: PLC0415 - as above

    _write(assessment, file, language)


def _write(make: Make, file: Path | None, language: str) -> None:
    from bot import clock  # noqa: PLC0415 - as above
    from bot.language.phrases import Phrases, PhrasesError  # noqa: PLC0415 - as above
    from bot.settings import shipped  # noqa: PLC0415 - as above
    from bot.web.declared.pages import as_file  # noqa: PLC0415 - as above

    try:
        page = as_file(make, settings(), Phrases.load(shipped("locales")), language, clock.now())
    except PhrasesError as error:
        raise Refusal(str(error)) from None
    if file is None:
        click.echo(page)
        return
    try:
        file.write_text(page, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{file} is written.")
