"""The commands ``infopoint staff``: accounts of the desk."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import Any

import click

from bot.refusing import Refusal, run, settings


@click.group()
def staff() -> None:
    """Make, list and disable the accounts of the desk."""


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["staff", "editor", "admin"]), default="staff", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from the standard input instead of asking for it.")
def staff_add(name: str, role: str, password_stdin: bool) -> None:
    """Make an account for NAME; its password is asked for."""
    from bot import accounts  # noqa: PLC0415 - `infopoint --help` need not load the whole program

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password (at least 12 characters)", hide_input=True, confirmation_prompt=True)
    _tell(accounts.add(settings(), name, role, password))


@staff.command("list")
def staff_list() -> None:
    """List all accounts."""
    from bot import accounts  # noqa: PLC0415 - as above

    _tell(accounts.listed(settings()))


@staff.command("disable")
@click.argument("name")
def staff_disable(name: str) -> None:
    """Shut NAME out at once and put their cases back into the line; nothing of theirs is deleted."""
    from bot import accounts  # noqa: PLC0415 - as above

    _tell(accounts.disable(settings(), name))


@staff.command("enable")
@click.argument("name")
def staff_enable(name: str) -> None:
    """Let NAME in again."""
    from bot import accounts  # noqa: PLC0415 - as above

    _tell(accounts.enable(settings(), name))


def _tell(work: Coroutine[Any, Any, str]) -> None:
    from bot.accounts import AccountError  # noqa: PLC0415 - as above

    try:
        click.echo(run(work))
    except AccountError as error:
        raise Refusal(str(error)) from None
