"""Writing services as Human Services Data Specification 3.1 (Open Referral), in JSON.

HSDS has no place for translations, so there is one file for each language: the same ids, other texts. The file is a page of
services as the HSDS API would answer with.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from babel import Locale

from bot.editing.exchange import cpsv
from bot.editing.exchange.cpsv_write import Written
from bot.editing.exchange.services import Directory, Provider, Remark, Service, uuid_of
from bot.editing.problems import Severity, sentence
from bot.language import week
from bot.language.hours import ZONES

Entry = dict[str, Any]

#: Says in which language the texts of a service are: there is no field for it.
LANGUAGE_OF_TEXTS = "language of the texts"
LIFE_EVENT = "life event"
LAW = "law"
SOURCE = "source"

_URN = "urn:uuid:"
#: A street, a post code and a town in one line, as addresses of the four countries are written.
_ADDRESS = re.compile(r"(?P<street>.+), (?P<code>\d{4,5}) (?P<town>[^,\d]+)")


def write(directory: Directory, language: str, now: datetime) -> Written:
    """Return the services that are worded in ``language`` as a JSON file; the others are told. ``now`` gives the time zones."""
    worded = [service for service in directory.services.values() if language in service.keywords]
    template = sentence("Left out: it has no text in this language.")
    remarks = tuple(
        Remark(Severity.NOTE, service.identifier, language, template)
        for service in directory.services.values()
        if language not in service.keywords
    )
    entries = [_service(service, directory, language, now) for service in worded]
    page = {
        "total_items": len(entries),
        "total_pages": 1,
        "page_number": 1,
        "size": len(entries),
        "first_page": True,
        "last_page": True,
        "empty": not entries,
        "contents": entries,
    }
    return Written(json.dumps(page, ensure_ascii=False, indent=1).encode() + b"\n", remarks)


def code_of(language: str) -> str:
    """Return the ISO 639-3 code of a language known by its ISO 639-1 code."""
    return cpsv.LANGUAGES[language].lower()


def _id(iri: str) -> str:
    """Return an IRI as the UUID that the format wants."""
    text = iri.removeprefix(_URN)
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return uuid_of("foreign", iri)


def _service(service: Service, directory: Directory, language: str, now: datetime) -> Entry:
    providers = [directory.providers[id_] for id_ in service.providers]
    body = next((provider for provider in providers if provider.public), providers[0] if providers else None)
    keywords = service.keywords.get(language, ())
    description = "\n\n".join(text[language] for text in (service.descriptions, service.note) if text.get(language))
    pages = [*((page, SOURCE) for page in service.links), *((page, LAW) for page in service.laws)]
    costs = [{"id": _part(service, "cost"), "amount": float(service.amount), "currency": "EUR"}] if service.amount else []
    return _bare(
        {
            "id": _id(service.id),
            "name": service.names[language],
            "alternate_name": keywords[0] if keywords else "",
            "description": description,
            "status": "active",
            "application_process": "\n".join(service.do.get(language, ())),
            "eligibility_description": service.who.get(language),
            "fees_description": service.cost.get(language),
            "wait_time": service.time.get(language),
            "assured_date": service.checked_on and service.checked_on.isoformat(),
            "additional_urls": [
                {"id": _part(service, "url", page), "label": label, "url": page} for page, label in dict.fromkeys(pages)
            ],
            "organization": body and _organization(body, language),
            "cost_options": costs,
            "required_documents": [
                {"id": _part(service, "bring", language, str(position)), "document": text}
                for position, text in enumerate(service.bring.get(language, ()), start=1)
            ],
            "languages": _languages(service.languages, service.id, language),
            "service_areas": [
                {"id": _part(service, "area", country), "name": _country(country, language), "uri": _place(country)}
                for country in service.countries
            ],
            "service_at_locations": [
                {"id": _part(service, "at", provider.id), "location": _location(provider, language, now)}
                for provider in providers
            ],
            "attributes": list(_attributes(service, directory, language)),
        }
    )


def _part(service: Service, *names: str) -> str:
    return uuid_of("part", service.id, *names)


def _organization(provider: Provider, language: str) -> Entry:
    name = _any(provider.names, language)
    return _bare(
        {
            "id": _id(provider.id),
            "name": name,
            "description": name,
            "email": provider.emails[0] if provider.emails else None,
            "website": provider.pages[0] if provider.pages else None,
        }
    )


def _location(provider: Provider, language: str, now: datetime) -> Entry:
    """Return an office. One whose country nobody knows is a page on the web."""
    return _bare(
        {
            "id": _id(provider.id),
            "location_type": "physical" if provider.country else "virtual",
            "name": _any(provider.names, language),
            "url": provider.pages[0] if provider.pages else None,
            "external_identifier": provider.identifier,
            "addresses": [
                _address(provider, text, position) for position, text in enumerate(dict.fromkeys(provider.address.values()))
            ],
            "phones": [
                {"id": uuid_of("phone", provider.id, phone), "number": phone, "type": "voice"} for phone in provider.phones
            ],
            "contacts": [{"id": uuid_of("mail", provider.id, mail), "email": mail} for mail in provider.emails],
            "languages": _languages(provider.languages, provider.id, language),
            "schedules": list(_schedules(provider, language, now)),
        }
    )


def _address(provider: Provider, text: str, position: int) -> Entry:
    found = _ADDRESS.fullmatch(text)
    return {
        "id": uuid_of("address", provider.id, str(position)),
        "address_1": found["street"] if found else text,
        "city": found["town"] if found else "",
        "state_province": "",  # the format wants it; these countries write none
        "postal_code": found["code"] if found else "",
        "country": (provider.country or "").upper(),
        "address_type": "physical",
    }


def _schedules(provider: Provider, language: str, now: datetime) -> Iterator[Entry]:
    """Yield the opening hours by weekday, or in words where they are more than that."""
    if provider.opening is None:
        return
    description = provider.hours.get(language) or provider.opening
    rows = week.decompose(provider.opening)
    if rows is None or provider.country not in ZONES:
        yield {"id": uuid_of("hours", provider.id), "description": description}
        return
    offset = now.astimezone(ZONES[provider.country]).strftime("%z")
    zone = f"{offset[:3]}:{offset[3:]}"
    intervals = sorted((interval, day) for day, its in enumerate(rows) for interval in its)
    for interval, days in groupby(intervals, key=lambda each: each[0]):
        yield {
            "id": uuid_of("hours", provider.id, *interval),
            "freq": "WEEKLY",
            "interval": 1,
            "wkst": "MO",
            "byday": ",".join(week.DAYS[day].upper() for _, day in days),
            "opens_at": f"{interval[0]}{zone}",
            "closes_at": f"{_midnight(interval[1])}{zone}",
            "description": description,
        }


def _midnight(clock: str) -> str:
    return "23:59" if clock == "24:00" else clock


def _attributes(service: Service, directory: Directory, language: str) -> Iterator[Entry]:
    for id_ in service.events:
        event = directory.events[id_]
        name = _any(event.names, language)
        term = {
            "id": _id(event.id),
            "code": event.identifier,
            "name": name,
            "description": name,
            "language": code_of(language),
            "taxonomy": LIFE_EVENT,
        }
        yield {"id": _part(service, "event", id_), "link_entity": "service", "label": LIFE_EVENT, "taxonomy_term": term}
    told = {"label": LANGUAGE_OF_TEXTS, "value": code_of(language)}
    yield {"id": _part(service, "language of texts"), "link_entity": "service", **told}


def _languages(codes: Sequence[str], owner: str, language: str) -> list[Entry]:
    locale = Locale.parse(language)
    return [
        {"id": uuid_of("language", owner, code), "name": locale.languages.get(code, code), "code": code_of(code)}
        for code in codes
        if code in cpsv.LANGUAGES
    ]


def _country(country: str, language: str) -> str:
    return str(Locale.parse(language).territories.get(country.upper(), country.upper()))


def _place(country: str) -> str | None:
    return cpsv.PLACE_CODES + cpsv.COUNTRIES[country] if country in cpsv.COUNTRIES else None


def _any(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()), "")


def _bare(entry: Mapping[str, Any]) -> Entry:
    """Return an entry without what holds nothing."""
    return {key: value for key, value in entry.items() if value not in (None, "", [])}
