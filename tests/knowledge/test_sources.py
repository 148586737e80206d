"""Nothing in the knowledge is invented: every number, address and link stands in the material it was taken from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.model.library import FactKind, Library

_GAP = re.compile(r"[\s()/.,;-]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

#: Facts whose values are digits that are dialled.
_DIALLED = frozenset({FactKind.PHONE})
_COUNTED = frozenset(
    {FactKind.MONEY, FactKind.PERCENT, FactKind.NUMBER, FactKind.AGE, FactKind.DAYS, FactKind.MONTHS, FactKind.HOURS}
)


@pytest.fixture(scope="module")
def material(shared: Path) -> str:
    """All that was gathered, as one text."""
    files = [*sorted(shared.glob("facts/*.yaml")), *sorted(shared.glob("draft/*/*.yaml")), *sorted(shared.glob("sources/*.txt"))]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


@pytest.fixture(scope="module")
def digits(material: str) -> str:
    """The material with nothing between its digits and letters."""
    return _GAP.sub("", material)


@pytest.fixture(scope="module")
def numbers(material: str) -> frozenset[Decimal]:
    """All numbers in the material, with thousands written together or apart."""
    joined = re.sub(r"(?<=\d)[,\u00a0 ](?=\d{3}\b)", "", material)
    return frozenset(Decimal(found) for text in (material, joined) for found in _NUMBER.findall(text))


def test_every_phone_was_seen(library: Library, digits: str) -> None:
    unseen = [phone for phone in _phones(library) if _GAP.sub("", phone) not in digits and _abroad(phone) not in digits]

    assert unseen == []


def test_every_amount_was_seen(library: Library, numbers: frozenset[Decimal]) -> None:
    unseen = [
        (answer.topic, answer.country, name, fact.value)
        for answer in library.answers.values()
        for name, fact in answer.facts.items()
        if fact.kind in _COUNTED and Decimal(fact.value) not in numbers
    ]

    assert unseen == []


def test_every_address_was_seen(library: Library, digits: str) -> None:
    unseen = [address for address in _addresses(library) if not all(_GAP.sub("", part) in digits for part in address.split(","))]

    assert unseen == []


def test_every_link_and_e_mail_was_seen(library: Library, material: str) -> None:
    unseen = [link for link in _links(library) if re.sub(r"^https?://(www\.)?", "", link).rstrip("/") not in material]

    assert unseen == []


def _phones(library: Library) -> Iterator[str]:
    for answer in library.answers.values():
        yield from (fact.value for fact in answer.facts.values() if fact.kind in _DIALLED)
    for office in library.offices.values():
        yield from office.phones
    yield from (point.phone for point in library.points.values() if point.phone)
    yield from (line.number for line in library.help_lines)


def _abroad(phone: str) -> str:
    """Return a Slovene number as it is printed with its country code."""
    return "+386" + _GAP.sub("", phone).removeprefix("0")


def _addresses(library: Library) -> Iterator[str]:
    for answer in library.answers.values():
        yield from (fact.value for fact in answer.facts.values() if fact.kind is FactKind.ADDRESS)
    yield from (office.address for office in library.offices.values() if office.address)
    yield from (point.address for point in library.points.values() if point.address)


def _links(library: Library) -> Iterator[str]:
    for answer in library.answers.values():
        yield from (fact.value for fact in answer.facts.values() if fact.kind in {FactKind.URL, FactKind.EMAIL})
        yield from (source.url for source in answer.sources.values())
    for office in library.offices.values():
        yield from (text for text in (office.email, office.url, office.source.url) if text)
    yield from (point.source.url for point in library.points.values())
    yield from (line.source.url for line in library.help_lines)
