"""Approved answers as data that search engines and other services read: schema.org in JSON-LD.

The words of the vocabulary are those of https://schema.org: a page that was reviewed on a day, about a service of public
administration, with where to ask for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import phonenumbers
from markupsafe import Markup

from bot.dialogue.texts import Parts
from bot.model.library import Answer, Library, Office

#: What would end the element that holds the data, or begin another; JSON allows to write it so.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def described(given: Answer, its: Parts, offices: Sequence[Office], library: Library, address: str) -> dict[str, Any]:
    """Return the page of an answer as schema.org sees it; ``address`` is that of the page, ``offices`` those on it."""
    topic, country = library.topics[given.topic], library.places[given.country]
    service: dict[str, Any] = {
        "@type": "GovernmentService",
        "name": its.title,
        "description": its.about,
        "serviceType": topic.names.get(its.language, its.title),
        "areaServed": {"@type": "Country", "name": country.names[its.language], "identifier": given.country.upper()},
        "availableChannel": [_channel(office, its.language) for office in offices],
        "provider": [_office(office, its.language) for office in offices],
    }
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "url": address,
        "name": its.title,
        "inLanguage": its.language,
        "lastReviewed": given.checked_on.isoformat(),
        "mainEntity": {name: value for name, value in service.items() if value},
        "citation": list(its.pages),
    }


def script(data: dict[str, Any]) -> Markup:
    """Return the element that carries ``data``. It is a block of data, which no browser runs, whatever stands in it."""
    written = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return Markup('<script type="application/ld+json">{}</script>').format(Markup(written))  # noqa: S704 - escaped above


def _office(office: Office, language: str) -> dict[str, Any]:
    """Return an office with what is known of it and nothing else."""
    phones = [_dialled(phone, office.country) for phone in office.phones]
    address = {"@type": "PostalAddress", "streetAddress": office.address, "addressCountry": office.country.upper()}
    told: dict[str, Any] = {
        "@type": "Organization",
        "name": _name(office, language),
        "address": address if office.address else None,
        "telephone": phones,
        "email": office.email,
        "url": office.url,
    }
    return {name: value for name, value in told.items() if value}


def _channel(office: Office, language: str) -> dict[str, Any]:
    phones = [_dialled(phone, office.country) for phone in office.phones]
    told: dict[str, Any] = {
        "@type": "ServiceChannel",
        "name": _name(office, language),
        "servicePhone": [{"@type": "ContactPoint", "telephone": phone} for phone in phones],
        "serviceUrl": office.url,
        "availableLanguage": list(office.languages),
    }
    return {name: value for name, value in told.items() if value}


def _name(office: Office, language: str) -> str:
    return office.names.get(language) or next(iter(office.names.values()))


def _dialled(number: str, country: str) -> str:
    """Return a number as it is dialled from abroad; one that is no full number, such as 112, as it stands."""
    try:
        read = phonenumbers.parse(number, country.upper())
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164) if phonenumbers.is_valid_number(read) else number
