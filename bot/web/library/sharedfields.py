"""Which fields the page of the facts that answers share has: each fact, each source, and room for new ones.

A fact or a source is taken away by emptying all its fields. What is added is named by its editor; the name must be new.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.editing import layout
from bot.editing.items import Item
from bot.editing.trees import get
from bot.language.bulgarian import to_latin
from bot.language.text import fold
from bot.model.library import FactKind
from bot.web.library import kinds
from bot.web.library.fields import Field, FieldKind
from bot.web.library.scene import Scene, Section

#: The fields of the form in which a new fact or source is named.
NEW_FACT, NEW_SOURCE = "new-fact", "new-source"

_INPUTS: Mapping[str, FieldKind] = {
    FactKind.MONEY: FieldKind.MONEY,
    FactKind.DATE: FieldKind.DATE,
    FactKind.PHONE: FieldKind.PHONE,
    FactKind.EMAIL: FieldKind.EMAIL,
    FactKind.URL: FieldKind.LINK,
    FactKind.ADDRESS: FieldKind.TEXT,
    FactKind.NAME: FieldKind.TEXT,
}
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 40


def describe(item: Item, scene: Scene) -> list[Section]:
    """Return the parts of the page of the shared facts of ``item``."""
    file, say = layout.shared(item.name), scene.reader.say
    facts, sources = names_of(scene, file, "facts", NEW_FACT), names_of(scene, file, "sources", NEW_SOURCE)
    options = [(name, _of_source(name, get(scene.tree, file, ("sources", name)))) for name in sources]
    named = [
        Section(
            _title(say.gettext("Fact: %(name)s") % {"name": name}, get(scene.tree, file, ("facts", name, "value"))),
            fact_fields((file, ("facts", name)), scene, options),
            folded=name not in added(scene.form, NEW_FACT),
        )
        for name in facts
    ]
    seen = [
        Section(
            _title(say.gettext("Source: %(name)s") % {"name": name}, get(scene.tree, file, ("sources", name, "record"))),
            source_fields((file, ("sources", name)), scene),
            folded=name not in added(scene.form, NEW_SOURCE),
        )
        for name in sources
    ]
    return [*named, *seen]


def _title(title: str, told: Any) -> str:  # noqa: ANN401 - what stands in a tree
    return f"{title} · {told}" if isinstance(told, str) else title


def names_of(scene: Scene, file: str, part: str, new: str) -> list[str]:
    """Return the names of the facts or sources of a file, with those that are being added."""
    return list(dict.fromkeys([*(get(scene.tree, file, (part,)) or {}), *added(scene.form, new)]))


def added(form: Mapping[str, str], new: str) -> list[str]:
    """Return the names of what a form adds: those of earlier rounds, which are hidden fields, and the one just typed."""
    known = [value for key, value in sorted(form.items()) if re.fullmatch(rf"{new}-[0-9]{{1,2}}", key)]
    return [name for name in dict.fromkeys(name_from(value) for value in [*known, form.get(new, "")]) if name]


def is_adding(form: Mapping[str, str]) -> bool:
    """Tell whether somebody has just named something new, which is to be filled in before it is saved."""
    return any(name_from(form.get(new, "")) for new in (NEW_FACT, NEW_SOURCE))


def adding(form: Mapping[str, str]) -> dict[str, str]:
    """Return the hidden fields that remember what is being added."""
    return {f"{new}-{place}": name for new in (NEW_FACT, NEW_SOURCE) for place, name in enumerate(added(form, new), start=1)}


def name_from(label: str) -> str:
    """Return the name that a fact or a source gets from what somebody called it: small Latin letters, digits, underscores."""
    return _NOT_IN_NAMES.sub("_", fold(to_latin(label))).strip("_")[:_LONGEST_NAME].strip("_").lstrip("0123456789_")


def fact_fields(spot: tuple[str, tuple[str | int, ...]], scene: Scene, sources: list[tuple[str, str]]) -> tuple[Field, ...]:
    """Return the fields of one fact; that of its value is of the kind that is chosen."""
    file, path = spot
    say = scene.reader.say
    options = tuple(kinds.fact_kinds(say).items())
    kind = Field((file, (*path, "kind")), FieldKind.CHOICE, say.gettext("Kind of fact"), options=options, required=True)
    chosen = scene.form.get(kind.name) or kind.within(scene.tree) or FactKind.NAME
    value = Field(
        (file, (*path, "value")), _INPUTS.get(chosen, FieldKind.NUMBER), say.gettext("Value"), _hint(chosen, scene), required=True
    )
    year = say.gettext("Where it changes every year; else empty.")
    return (
        kind,
        value,
        Field((file, (*path, "valid_for")), FieldKind.NUMBER, say.gettext("Valid for the year"), year),
        Field((file, (*path, "source")), FieldKind.CHOICE, say.gettext("Source"), options=sources, required=True),
        Field((file, (*path, "checked_on")), FieldKind.DATE, say.gettext("Last checked on"), required=True),
    )


def source_fields(spot: tuple[str, tuple[str | int, ...]], scene: Scene) -> tuple[Field, ...]:
    """Return the fields of one source."""
    file, path = spot
    say = scene.reader.say
    printed = say.gettext("As it is printed there, such as 2025-09-30 or 2024; “unknown” where there is none.")
    return (
        Field((file, (*path, "record")), FieldKind.TEXT, say.gettext("Name of the source"), required=True),
        Field((file, (*path, "url")), FieldKind.LINK, say.gettext("Link to the page"), required=True),
        Field((file, (*path, "date")), FieldKind.TEXT, say.gettext("Date of the page"), printed, required=True),
    )


def _hint(kind: str, scene: Scene) -> str:
    say = scene.reader.say
    return (
        {
            FactKind.MONEY: say.gettext("In euros, such as 1.250,50."),
            FactKind.PERCENT: say.gettext("The number without the sign, such as 12,5."),
            FactKind.PHONE: say.gettext("Digits only."),
        }.get(FactKind(kind), "")
        if kind in set(FactKind)
        else ""
    )


def _of_source(name: str, source: Any) -> str:  # noqa: ANN401 - what stands in a tree
    record = source.get("record") if isinstance(source, Mapping) else None
    return f"{name}: {record}" if record else name
