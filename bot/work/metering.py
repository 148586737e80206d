"""What the loops and the doors tell of their work, so that it can be measured. Only counts and seconds, nothing of anybody."""

from __future__ import annotations

from typing import Protocol

from bot.model.message import Kind
from bot.model.turn import Turn
from bot.model.verdict import VerdictKind


class Meter(Protocol):
    """Takes the measurements of one process."""

    def took_up(self, channel: str) -> None:
        """Count an incoming that is worked on for the first time."""

    def answered(self, channel: str, outcome: str, waited: float, took: float) -> None:
        """Count a turn that is committed: seconds since its incoming came, and seconds of work on it."""

    def set_aside(self, channel: str) -> None:
        """Count an incoming that could not be worked on."""

    def sent(self, how: str) -> None:
        """Count what was tried to be sent: *sent*, *put-off* or *failed*."""

    def database_failed(self) -> None:
        """Count a time that the database did not do its part."""

    def served(self, status: int, took: float) -> None:
        """Count a request with its status and the seconds until its answer began."""


class NoMeter:
    """Measures nothing: what a `Meter` is outside the program and in tests."""

    def took_up(self, channel: str) -> None:
        """Do nothing."""

    def answered(self, channel: str, outcome: str, waited: float, took: float) -> None:
        """Do nothing."""

    def set_aside(self, channel: str) -> None:
        """Do nothing."""

    def sent(self, how: str) -> None:
        """Do nothing."""

    def database_failed(self) -> None:
        """Do nothing."""

    def served(self, status: int, took: float) -> None:
        """Do nothing."""


def outcome(turn: Turn) -> str:
    """Return what came of a turn, in a word.

    A crisis counts as a *person*: a count that rises at a known minute tells of one person's worst hour, in a village also whose.
    """
    if turn.verdict is not None:
        kind = turn.verdict.kind
        return str(VerdictKind.PERSON if kind is VerdictKind.CRISIS else kind)
    if turn.relayed:
        return "staff"
    return "press" if turn.incoming.kind is Kind.PRESS else "other"
