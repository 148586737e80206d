"""What a worker of the reception has in its hands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.model.message import Incoming
from bot.store.inbox import Claim


@dataclass(frozen=True, slots=True)
class Heard:
    """A claim that was read. ``began`` is when work on it began, by `time.perf_counter`."""

    claim: Claim
    incoming: Incoming
    began: float


class Held:
    """The claims of one round that are not dealt with yet."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._claims = {claim.received.sequence: claim for claim in claims}

    def drop(self, claim: Claim) -> None:
        """Note that one is dealt with."""
        self._claims.pop(claim.received.sequence, None)

    def __iter__(self) -> Iterator[Claim]:
        """Go through those that are left."""
        return iter(list(self._claims.values()))
