"""The commands ``infopoint keys``: what seals the words of residents in the database."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import Any

import click

from bot.refusing import Refusal, run, settings


@click.group()
def keys() -> None:
    """List, make and change the keys that seal what residents wrote."""


@keys.command("list")
def keys_list() -> None:
    """List the keys by their ids, the newest first, with how many values each has sealed. The keys themselves are not shown."""
    from bot import rekeying  # noqa: PLC0415 - `infopoint --help` need not load the whole program

    _tell(rekeying.listed(settings()))


@keys.command("new")
@click.option("--print", "to_output", is_flag=True, help="Print a new key and change nothing: for INFOPOINT_SEALING_KEYS.")
def keys_new(*, to_output: bool) -> None:
    """Add a newest key to the key file. Within a second whatever runs seals with it; the others open what they sealed."""
    from bot import rekeying  # noqa: PLC0415 - as above

    if to_output:
        click.echo(rekeying.fresh())
        return
    _tell(rekeying.new(settings()))


@keys.command("rotate")
@click.option("--prune", is_flag=True, help="Afterwards remove the keys that nothing takes any more from the key file.")
def keys_rotate(*, prune: bool) -> None:
    """Seal everything with the newest key, also what was not sealed before. Works while the program runs.

    It may be stopped and begun again. Backups that were made before still need the old keys.
    """
    from bot import rekeying  # noqa: PLC0415 - as above
    from bot.progress import Bar  # noqa: PLC0415 - as above

    _tell(rekeying.rotate(settings(), Bar(sys.stderr, "Sealing").show, prune=prune))


def _tell(work: Coroutine[Any, Any, str]) -> None:
    from bot.rekeying import KeyRefused  # noqa: PLC0415 - as above

    try:
        click.echo(run(work))
    except KeyRefused as error:
        raise Refusal(str(error)) from None
