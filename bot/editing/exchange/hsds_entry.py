"""An entry of an HSDS file that is read so that nothing is lost silently: what nobody takes is told at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.editing.exchange.mending import is_placeholder
from bot.editing.exchange.services import Remark, shortened
from bot.editing.problems import Severity, sentence


class Entry:
    """One object of the file; ``place`` is what to call it in a remark. Ids that only join tables are not told."""

    def __init__(self, held: Mapping[str, Any], place: str, remarks: list[Remark]) -> None:
        self._held = dict(held)
        self.place = place
        self._remarks = remarks
        self._taken = {"id"} | {key for key in held if key.endswith("_id") and isinstance(held[key], str)}
        self._children: list[Entry] = []

    @property
    def id(self) -> str:
        """What the file calls it, empty where it does not."""
        return str(self._held.get("id") or "")

    def remark(self, severity: Severity, key: str, template: str, **values: str) -> None:
        """Keep what a person must know of it."""
        shown = {name: shortened(value) for name, value in values.items()}
        self._remarks.append(Remark(severity, self.place, key, template, shown))

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return the text under a key, empty where there is none."""
        self._taken.add(key)
        value = self._held.get(key)
        if value is None or value == "":
            if needed:
                self.remark(Severity.WARNING, key, sentence("The format demands this, and it is missing."))
            return ""
        if not isinstance(value, str):
            self.remark(
                Severity.WARNING, key, sentence("This is not written as the format demands: “%(value)s”"), value=str(value)
            )
            return str(value) if isinstance(value, int | float) else ""
        if is_placeholder(value):
            self.remark(Severity.WARNING, key, sentence("The text says nothing and was dropped: “%(text)s”"), text=value)
            return ""
        return value.strip()

    def value(self, key: str) -> Any:  # noqa: ANN401 - any JSON
        """Return what stands under a key, whatever it is."""
        self._taken.add(key)
        return self._held.get(key)

    def entries(self, key: str) -> Iterator[Entry]:
        """Yield the entries in the list under a key."""
        self._taken.add(key)
        held = self._held.get(key)
        if held is not None and not isinstance(held, list):
            self.remark(
                Severity.WARNING, key, sentence("This is not written as the format demands: “%(value)s”"), value=str(held)
            )
            return
        for position, each in enumerate(held or [], start=1):
            if isinstance(each, dict):
                yield self._child(each, f"{self.place}, {key} {position}")
            else:
                template = sentence("This is not written as the format demands: “%(value)s”")
                self.remark(Severity.WARNING, key, template, value=str(each))

    def entry(self, key: str) -> Entry | None:
        """Return the entry under a key."""
        self._taken.add(key)
        held = self._held.get(key)
        return self._child(held, f"{self.place}, {key}") if isinstance(held, dict) else None

    def tick(self, *keys: str) -> None:
        """Pass over what says nothing that we do not know otherwise."""
        self._taken.update(keys)

    def rest(self) -> None:
        """Tell what nobody took, here and in the entries within."""
        template = sentence("There is no place for this with us; it was left out: %(value)s")
        for key, value in self._held.items():
            if key not in self._taken and value not in (None, "", [], {}):
                shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                self.remark(Severity.WARNING, key, template, value=shown)
        for child in self._children:
            child.rest()

    def _child(self, held: Mapping[str, Any], place: str) -> Entry:
        child = Entry(held, place, self._remarks)
        self._children.append(child)
        return child
