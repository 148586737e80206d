"""What is read from a file and remarked about it, as text that a person can check."""

from __future__ import annotations

from bot.editing.exchange.reading import read
from bot.editing.exchange.services import Provider, Service
from tests.editing.exchange.standards import CPSV, FOREIGN


def report(name: str) -> str:
    """Return what an import of one of the `FOREIGN` files tells."""
    language, country = FOREIGN[name]
    told = read((CPSV / "foreign" / name).read_bytes(), language, country)
    lines = [*(line for each in told.directory.services.values() for line in _lines(each))]
    lines += [line for each in told.directory.providers.values() for line in _lines(each)]
    return "\n".join([*lines, "", *map(str, told.remarks)]) + "\n"


def _lines(each: Service | Provider) -> list[str]:
    found = [f"[{each.id}]"]
    for name in each.__slots__:
        value = getattr(each, name)
        if name != "id" and value not in ("", None, (), {}, False):
            found.append(f"{name}: {value}")
    return found
