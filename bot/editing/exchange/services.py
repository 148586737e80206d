"""Services: what the formats of the field can carry of our answers, and of the offices and life events that these name.

A `Directory` is what is written to CPSV-AP or HSDS and what is read from them; `bot.editing.exchange.gathering` makes one from a
library, `bot.editing.exchange.placing` brings one into a draft.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote

from bot.editing.problems import Severity, sentence

#: Said where files are brought and given out.
DRAFT_HAS_ERRORS = sentence("Your draft has errors. Mend them first; then it can be exported.")
MANY_OF_OTHERS = sentence("The file holds %(count)s services of others. Only the first %(most)s are asked about: split it.")

#: A text by language (ISO 639-1, or the tag as the file had it where it is longer).
Texts = Mapping[str, str]
#: A list of texts by language.
Lists = Mapping[str, tuple[str, ...]]

#: What the identifiers of our things are made in (UUID version 5, RFC 9562): the same in every export, and of nobody else.
_OURS = uuid.UUID("5b6f0c5e-4a55-5c8f-9d0e-3a5d0e6d7c11")


def uuid_of(*names: str) -> str:
    """Return the identifier of a thing by what leads to it: ``("service", "debts/si")``."""
    return str(uuid.uuid5(_OURS, ":".join(names)))


def urn(*names: str) -> str:
    """Return the same as an address that names and leads nowhere."""
    return f"urn:uuid:{uuid_of(*names)}"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: an answer of ours, or what somebody else tells of a service of theirs.

    ``id`` is an IRI. ``identifier`` is what its owner calls it; ours are called ``<topic>/<country or pair>``. ``do`` are the
    steps, ``bring`` the documents. ``amount`` is in euros, ``duration`` an ``xsd:duration`` (``P30D``). ``countries`` and
    ``languages`` are ISO codes in lower case: where it is given, and in which languages. ``events`` and ``providers`` are the
    ids of those in the same directory. ``links`` are pages to read on, ``laws`` those of them that are published law.
    """

    id: str
    identifier: str = ""
    names: Texts = field(default_factory=dict)
    descriptions: Texts = field(default_factory=dict)
    keywords: Lists = field(default_factory=dict)
    who: Texts = field(default_factory=dict)
    do: Lists = field(default_factory=dict)
    bring: Lists = field(default_factory=dict)
    cost: Texts = field(default_factory=dict)
    time: Texts = field(default_factory=dict)
    note: Texts = field(default_factory=dict)
    amount: Decimal | None = None
    duration: str | None = None
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives a service: an office. ``public`` tells whether it is a public body, which alone can be a competent authority.

    ``phones`` are written internationally (``+386 2 787 56 00``) or are short codes (``112``). ``hours`` tells the opening
    hours in words by language, ``opening`` as an OSM ``opening_hours`` string.
    """

    id: str
    identifier: str = ""
    names: Texts = field(default_factory=dict)
    public: bool = False
    country: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    address: Texts = field(default_factory=dict)
    hours: Texts = field(default_factory=dict)
    opening: str | None = None
    languages: tuple[str, ...] = ()

    @property
    def reachable(self) -> bool:
        """Whether there is any way to reach it but to walk there."""
        return bool(self.phones or self.emails or self.pages)


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A life event that services are grouped by: a situation of ours."""

    id: str
    identifier: str = ""
    names: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Directory:
    """Services with who gives them and the life events they belong to, each by its id."""

    services: Mapping[str, Service] = field(default_factory=dict)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    events: Mapping[str, LifeEvent] = field(default_factory=dict)


def only(directory: Directory, services: Iterable[Service]) -> Directory:
    """Return some services of a directory with who gives them and the life events they belong to."""
    kept = {service.id: service for service in services}
    providers = {id_ for service in kept.values() for id_ in service.providers}
    events = {id_ for service in kept.values() for id_ in service.events}
    return Directory(
        kept,
        {id_: each for id_, each in directory.providers.items() if id_ in providers},
        {id_: each for id_, each in directory.events.items() if id_ in events},
    )


def canonical(directory: Directory) -> Directory:
    """Return a directory with what has no order in a graph sorted, so that two can be compared."""
    return Directory(
        {id_: _in_order(service) for id_, service in sorted(directory.services.items())},
        {id_: _in_order(provider) for id_, provider in sorted(directory.providers.items())},
        dict(sorted(directory.events.items())),
    )


T = TypeVar("T", Service, Provider)
_UNORDERED = ("countries", "languages", "events", "providers", "links", "laws", "phones", "emails", "pages")


def _in_order(value: T) -> T:
    lists: dict[str, Any] = {name: tuple(sorted(getattr(value, name))) for name in _UNORDERED if hasattr(value, name)}
    if isinstance(value, Service):
        lists["keywords"] = {language: tuple(sorted(words)) for language, words in value.keywords.items()}
    return replace(value, **lists)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that a person must know about a file: ``node`` is the entry in it, ``key`` the word under which it stands.

    ``template`` is English with ``%(name)s`` for each of ``values``, so that the desk can translate it.
    """

    severity: Severity
    node: str
    key: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The sentence in English."""
        return self.template % self.values

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.node, self.key) if part)
        return f"{self.severity}: {place}: {self.message}" if place else f"{self.severity}: {self.message}"


def once(remarks: Iterable[Remark]) -> list[Remark]:
    """Return remarks in their order, each once."""
    return list({(told.severity, told.node, told.key, told.message): told for told in remarks}.values())


@dataclass(frozen=True, slots=True)
class Told:
    """What a file holds, and what must be known about it."""

    directory: Directory
    remarks: tuple[Remark, ...] = ()


class Unreadable(Exception):  # noqa: N818 - a word of the house
    """A file that nothing was taken from. ``template`` is English with ``%(name)s`` for each of ``values``."""

    def __init__(self, template: str, values: Mapping[str, str] | None = None) -> None:
        self.template, self.values = template, dict(values or {})
        super().__init__(template % self.values)


def uri(page: str) -> str:
    """Return the address of a page in the letters that a URI may have (RFC 3986); an address in Cyrillic is encoded."""
    return quote(page, safe=":/?#[]@!$&'()*+,;=%~")


def shortened(text: str, most: int = 80) -> str:
    """Return a text in one line, cut where it is long, to be shown in a remark."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
