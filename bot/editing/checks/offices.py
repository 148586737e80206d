"""Checks of the offices and of the info points."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.checks.answers import WORDED
from bot.editing.checks.kinds import INFO_POINT, KINDS
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.model.library import Library, Office, Point


def check(library: Library, today: date) -> Iterator[Finding]:
    """Check all offices and info points as of ``today``."""
    for office in library.offices.values():
        yield from _office(office, library, layout.offices(office.country), today)
    for point in library.points.values():
        yield from _point(point, library)
    yield from _unknown_kinds(library)


def _unknown_kinds(library: Library) -> Iterator[Finding]:
    """Name the kinds that answers of a country send to while no office there is of that kind."""
    known = {(office.country, kind) for office in library.offices.values() for kind in office.kinds}
    sent: dict[tuple[str, str], list[str]] = {}
    for answer in library.answers.values():
        for whom in answer.whom:
            there, _, kind = whom.rpartition(":")
            place = (there or answer.country, kind)
            if whom not in library.offices and kind in KINDS and kind != INFO_POINT and place not in known:
                sent.setdefault(place, []).append(answer.topic)
    for (country, kind), topics in sent.items():
        file = layout.offices(country)
        template = sentence(
            "no office of the kind '%(kind)s' (answers that send there: %(count)d): to be filled in by the operator"
        )
        yield warning(file, (), template, file, kind=kind, count=len(topics))


def _office(office: Office, library: Library, file: str, today: date) -> Iterator[Finding]:
    at = (office.id,)
    for position, kind in enumerate(office.kinds):
        if kind not in KINDS:
            yield error(file, (*at, "kinds", position), "'%(kind)s' is no kind of office", kind=kind)
    yield from writing.names(file, (*at, "names"), office.names, WORDED[office.country])
    yield from _area(file, at, office.area, library)
    if office.place is not None and office.place not in library.places:
        yield error(file, (*at, "place"), "'%(place)s' is no place", layout.PLACES, place=office.place)
    yield from _contact(office, file, at)
    yield from writing.url(file, (*at, "source", "url"), office.source.url)
    if office.checked_on > today:
        yield error(file, (*at, "checked_on"), "%(day)s has not come yet", day=office.checked_on)


def _contact(office: Office, file: str, at: Path) -> Iterator[Finding]:
    """Check the ways to reach an office."""
    for position, number in enumerate(office.phones):
        yield from writing.phone(file, (*at, "phones", position), number)
    if office.email is not None:
        yield from writing.email(file, (*at, "email"), office.email)
    if office.url is not None:
        yield from writing.url(file, (*at, "url"), office.url)
    if office.address is not None:
        yield from writing.text(file, (*at, "address"), office.address)
    if office.hours is not None:
        yield from writing.hours(file, (*at, "hours"), office.hours, office.country)
    if not (office.phones or office.email or office.url or office.address):
        yield warning(file, at, "nothing says how to reach '%(office)s': to be filled in by the operator", office=office.id)


def _point(point: Point, library: Library) -> Iterator[Finding]:
    file, at = layout.POINTS, (point.id,)
    yield from writing.names(file, (*at, "names"), point.names, point.languages)
    yield from _area(file, at, point.area, library)
    yield from writing.url(file, (*at, "source", "url"), point.source.url)
    if point.hours is not None:
        yield from writing.hours(file, (*at, "hours"), point.hours, point.country)
    if point.phone is not None:
        yield from writing.phone(file, (*at, "phone"), point.phone)
    for name, value in (("address", point.address), ("phone", point.phone), ("hours", point.hours)):
        if value is None:
            template = sentence("the %(name)s of '%(point)s' is missing: to be filled in by the operator")
            yield warning(file, (*at, name), template, name=name, point=point.id)


def _area(file: str, at: Path, area: tuple[str, ...], library: Library) -> Iterator[Finding]:
    if not area:
        yield error(file, (*at, "area"), "without an area it is never the nearest")
    for position, place in enumerate(area):
        if place not in library.places:
            yield error(file, (*at, "area", position), "'%(place)s' is no place", layout.PLACES, place=place)
