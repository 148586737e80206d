"""The commands ``infopoint staff``: accounts of the desk."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from typing import Any

import click

from bot.model.staff import Role
from bot.refusing import Refusal, run, settings

_ROLE = click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    default=str(Role.STAFF),
    show_default=True,
    help="What they may do.",
)
_POINT = click.option(
    "--point",
    "points",
    multiple=True,
    metavar="ID",
    help="Info point at which the rights hold; may be repeated. Without it: all.",
)
_FROM_INPUT = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the standard input instead of asking for it."
)


@click.group()
def staff() -> None:
    """Make, invite, list and disable the accounts of the desk."""


@staff.command("add")
@click.argument("name")
@_ROLE
@_POINT
@_FROM_INPUT
def staff_add(name: str, role: str, points: tuple[str, ...], password_stdin: bool) -> None:
    """Make an account for NAME; its password is asked for."""
    from bot import accounts  # noqa: PLC0415 - `infopoint --help` need not load the whole program

    _tell(accounts.add(settings(), name, role, _password(from_input=password_stdin), points))


@staff.command("invite")
@click.argument("name")
@_ROLE
@_POINT
def staff_invite(name: str, role: str, points: tuple[str, ...]) -> None:
    """Print a one-time link by which NAME makes their account and chooses the password."""
    from bot import accounts  # noqa: PLC0415 - as above

    _tell(accounts.invite(settings(), name, role, points))


@staff.command("password")
@click.argument("name")
@click.option("--link", is_flag=True, help="Print a one-time link by which they choose it themselves.")
@_FROM_INPUT
def staff_password(name: str, link: bool, password_stdin: bool) -> None:
    """Give NAME another password, which is asked for, and sign them out everywhere."""
    from bot import accounts  # noqa: PLC0415 - as above

    if link:
        _tell(accounts.password_link(settings(), name))
    else:
        _tell(accounts.password(settings(), name, _password(from_input=password_stdin)))


@staff.command("second-step")
@click.argument("name")
@click.option("--remove", is_flag=True, required=True, help="Take it away; an admin has to set up a new one at the next sign-in.")
def staff_second_step(name: str, remove: bool) -> None:  # noqa: ARG001 - asked for so that nobody does it by a slip
    """Help NAME who lost the phone and the recovery codes."""
    from bot import accounts  # noqa: PLC0415 - as above

    _tell(accounts.remove_second_factor(settings(), name))


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


def _password(*, from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password (at least 12 characters)", hide_input=True, confirmation_prompt=True))


def _tell(work: Coroutine[Any, Any, str]) -> None:
    from bot.accounts import AccountError  # noqa: PLC0415 - as above

    try:
        click.echo(run(work))
    except AccountError as error:
        raise Refusal(str(error)) from None
