"""What suggestions are about, in words for those who decide on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from bot.editing.items import Item
from bot.editing.items import Kind as Sort
from bot.model.library import Library
from bot.model.turn import WrongAbout
from bot.store.suggestions import Kind, Suggestion
from bot.web.library.naming import where_name


@dataclass(frozen=True, slots=True)
class Change:
    """A field that an office wants otherwise: its name, what stands there now, what it is to be."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as it is shown. ``address`` is that of the item's page, empty for none; ``name`` what the item is called."""

    suggestion: Suggestion
    name: str
    address: str
    about: str
    changes: Sequence[Change]


def kind_names(say: NullTranslations) -> dict[Kind, str]:
    """Return whose suggestions are called what."""
    return {
        Kind.STAFF: say.gettext("from staff"),
        Kind.RESIDENT: say.gettext("from residents"),
        Kind.PROVIDER: say.gettext("from offices"),
    }


def about_names(say: NullTranslations) -> dict[WrongAbout, str]:
    """Return what can be wrong with an answer, as it is asked."""
    return {
        WrongAbout.AMOUNT: say.gettext("A number or an amount"),
        WrongAbout.CONTACT: say.gettext("Address, phone or hours"),
        WrongAbout.FIT: say.gettext("It does not fit my case"),
        WrongAbout.HARD: say.gettext("It is hard to understand"),
        WrongAbout.OTHER: say.gettext("Something else"),
    }


def field_names(say: NullTranslations) -> dict[str, str]:
    """Return what the fields of an office are called."""
    return {
        "address": say.gettext("Address"),
        "phones": say.gettext("Phone"),
        "email": say.gettext("E-mail"),
        "url": say.gettext("Page"),
        "hours": say.gettext("Opening hours"),
    }


def shown(suggestion: Suggestion, library: Library, language: str, say: NullTranslations) -> Shown:
    """Return a suggestion with what it is about in words."""
    item = Item.of(suggestion.suggested.item or "")
    change = suggestion.suggested.change or {}
    about = about_names(say).get(WrongAbout(change["about"])) if change.get("about") in set(WrongAbout) else ""
    changes = _changes(suggestion, item, library, say) if suggestion.suggested.kind is Kind.PROVIDER else ()
    address = "" if item is None else f"/desk/library/item/{item.kind}/{item.name}"
    return Shown(suggestion, _name(item, library, language, say), address, about or "", changes)


def _name(item: Item | None, library: Library, language: str, say: NullTranslations) -> str:
    if item is not None and item.kind is Sort.ANSWER:
        topic, _, where = item.name.partition("/")
        known = library.topics.get(topic)
        called = topic if known is None else known.names.get(language, topic)
        return f"{called} ({where_name(where, language, say)})"
    office = None if item is None else library.offices.get(item.name.partition("/")[2])
    if office is not None:
        return office.names.get(language) or next(iter(office.names.values()))
    return "" if item is None else item.name


def _changes(suggestion: Suggestion, item: Item | None, library: Library, say: NullTranslations) -> list[Change]:
    office = None if item is None else library.offices.get(item.name.partition("/")[2])
    change = suggestion.suggested.change or {}
    return [
        Change(label, _plain(getattr(office, field, None)), _plain(change[field]))
        for field, label in field_names(say).items()
        if field in change
    ]


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")
