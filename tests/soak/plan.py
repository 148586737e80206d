"""What a soak is to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: What residents write: of each language something known, something unknown, and words that only lead on.
SAID = {
    "sl": ("zgubil sem službo, kaj zdaj", "potrebujem pomoč za mamo", "kje dobim paket hrane", "hvala lepa", "kdo je zmagal"),
    "it": ("ho perso il lavoro", "dove trovo un pacco alimentare", "quanto costa la badante", "grazie mille", "chi ha vinto"),
    "hr": ("izgubio sam posao", "gdje mogu dobiti paket hrane", "tko mi pomaže s računima", "puno hvala", "tko je pobijedio"),
    "bg": ("останах без работа", "къде раздават храна", "помощ за отопление", "благодаря много", "кой спечели мача"),
}


@dataclass(frozen=True)
class Plan:
    """One run.

    ``commands`` are the processes, each ``run`` or ``work``. ``gap`` is the mean number of seconds between two blows, and the
    last ``calm`` share of the messages sees no process ended, so that its memory can be told. ``pauses`` are the seconds for
    which a process may be frozen; ``active`` residents write at the same time. ``minutes`` are how long they write at most.
    """

    kind: str
    seed: int
    commands: tuple[str, ...]
    messages: int
    residents: int
    gap: float
    pauses: tuple[float, float] = (0.5, 4.0)
    calm: float = 0.25
    active: int = 24
    minutes: float = 20
    knowledge: Path | None = None
    encoder: str = "e5"

    @property
    def each(self) -> int:
        """How much one resident writes."""
        return self.messages // self.residents

    @property
    def name(self) -> str:
        """What stands above the table."""
        return f"{self.kind}, {' + '.join(self.commands)}, seed {self.seed}"
