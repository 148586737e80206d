"""What a check finds, before it is known on which line it stands."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.editing.documents import Path
from bot.editing.problems import Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong in a library.

    ``file`` and ``path`` say where an editor finds it (see `bot.editing.layout`). ``needs`` names the files whose content
    would make it right, where the finding is that something is not known: while one of them is broken, the finding is idle.
    """

    severity: Severity
    file: str
    path: Path
    template: str
    values: dict[str, object] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


def error(file: str, path: Path, template: str, /, *needs: str, **values: object) -> Finding:
    """Return a finding that keeps an edition from being published."""
    return Finding(Severity.ERROR, file, path, template, values, needs)


def note(file: str, path: Path, template: str, /, **values: object) -> Finding:
    """Return a finding that is worth a look when there is time."""
    return Finding(Severity.NOTE, file, path, template, values)


def warning(file: str, path: Path, template: str, /, *needs: str, **values: object) -> Finding:
    """Return a finding that an editor or operator weighs."""
    return Finding(Severity.WARNING, file, path, template, values, needs)
