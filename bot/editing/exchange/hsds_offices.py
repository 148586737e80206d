"""Who gives a service of an HSDS file: its organisation and the locations at which it is given."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.editing.exchange import cpsv
from bot.editing.exchange.hsds_entry import Entry
from bot.editing.exchange.mending import contacts
from bot.editing.exchange.services import Provider
from bot.editing.problems import Severity, sentence

_CODES = {code.lower(): language for language, code in cpsv.LANGUAGES.items()} | {each: each for each in cpsv.LANGUAGES}
#: A time with its zone, as the field's description demands though no schema does.
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?(Z|[+-]\d\d:\d\d)")
_BARE_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?")
_DAYS = re.compile(r"(-?\d)?(MO|TU|WE|TH|FR|SA|SU)(,(-?\d)?(MO|TU|WE|TH|FR|SA|SU))*")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_WRONG = sentence("This is not written as the format demands: “%(value)s”")


def offices_of(entry: Entry, language: str, country: str | None, providers: dict[str, Provider]) -> tuple[str, ...]:
    """Put who gives a service into ``providers`` and return their ids, those at locations first."""
    found: list[str] = []
    organization = entry.entry("organization")
    body = None if organization is None else _organization(organization, language, country)
    for each in entry.entries("service_at_locations"):
        location = each.entry("location")
        if location is not None:
            provider = _location(location, language, country, body)
            provider = _reached(each, provider, language, country)
            providers.setdefault(provider.id, provider)
            found.append(provider.id)
    if body is None and any(entry.value(key) for key in ("phones", "contacts", "email", "schedules")):
        body = Provider(f"urn:uuid:{entry.id}")
    if body is not None and body.id not in found:
        found.append(body.id)
    if body is not None:
        known = providers.get(body.id, body)
        providers[body.id] = _reached(entry, known, language, country)
    return tuple(dict.fromkeys(found))


def _organization(entry: Entry, language: str, country: str | None) -> Provider:
    name = entry.text("name", needed=True)
    if entry.text("description", needed=True) and entry.value("description") != name:
        template = sentence("There is no place for this with us; it was left out: %(value)s")
        entry.remark(Severity.WARNING, "description", template, value=str(entry.value("description")))
    provider = Provider(f"urn:uuid:{entry.id}", names={language: name} if name else {})
    site = entry.text("website")
    return replace(_reached(entry, provider, language, country), pages=(site,) if site else ())


def _location(entry: Entry, language: str, country: str | None, body: Provider | None) -> Provider:
    entry.tick("location_type")
    name = entry.text("name")
    id_ = f"urn:uuid:{entry.id}"
    names = {language: name} if name else ({} if body is None else body.names)
    provider = Provider(id_, entry.text("external_identifier"), names=names)
    if body is not None and body.id == id_:
        provider = replace(provider, pages=body.pages, emails=body.emails)
    page = entry.text("url")
    addresses = [text for each in entry.entries("addresses") if (text := _address(each))]
    where = [each["country"].lower() for each in entry.value("addresses") or [] if isinstance(each, dict) and each.get("country")]
    provider = replace(
        provider,
        pages=tuple(dict.fromkeys([*provider.pages, *([page] if page else [])])),
        address={language: "; ".join(addresses)} if addresses else {},
        country=where[0] if where else None,
        languages=tuple(code for each in entry.entries("languages") if (code := _language(each))),
    )
    return _reached(entry, provider, language, provider.country or country)


def _language(entry: Entry) -> str:
    entry.tick("name")
    code = entry.text("code").lower()
    if code not in _CODES:
        entry.remark(Severity.WARNING, "code", sentence("We do not know this code, and it was left out: %(code)s"), code=code)
    return _CODES.get(code, "")


def _address(entry: Entry) -> str:
    """Return an address in one line."""
    entry.tick("country", "address_type")
    street = [entry.text(key) for key in ("attention", "address_1", "address_2")]
    town = " ".join(text for text in (entry.text("postal_code"), entry.text("city")) if text)
    parts = [*street, town, entry.text("region"), entry.text("state_province")]
    return ", ".join(text for text in parts if text)


def _reached(entry: Entry, provider: Provider, language: str, country: str | None) -> Provider:
    """Return a provider with the phones, e-mails and hours of an entry."""
    phones, emails = list(provider.phones), list(provider.emails)
    for written, key in _written(entry):
        found = contacts(written, country)
        phones += found.phones
        emails += found.emails
        taken = [*found.phones, *found.emails]
        if taken and taken != [written]:
            template = sentence("“%(text)s” was read as: %(taken)s")
            entry.remark(Severity.NOTE, key, template, text=written, taken=", ".join(taken))
        for rest in (*found.rest, *found.faxes):
            template = sentence("This is neither a phone number nor an e-mail and was left out: “%(text)s”")
            entry.remark(Severity.WARNING, key, template, text=rest)
    hours = [text for each in entry.entries("schedules") if (text := _schedule(each))]
    told = "; ".join(dict.fromkeys(hours))
    return replace(
        provider,
        phones=tuple(dict.fromkeys(phones)),
        emails=tuple(dict.fromkeys(emails)),
        hours={language: told} if told else provider.hours,
    )


def _written(entry: Entry) -> list[tuple[str, str]]:
    """Return what stands where a phone or an e-mail should, and under which key."""
    found = [(text, "email") for text in (entry.text("email"),) if text]
    for each in entry.entries("contacts"):
        found += [(text, "contacts") for text in (each.text("email"),) if text]
        found += [(text, "contacts") for phone in each.entries("phones") if (text := _phone(phone))]
    found += [(text, "phones") for phone in entry.entries("phones") if (text := _phone(phone))]
    return found


def _phone(entry: Entry) -> str:
    kind = entry.text("type")
    number = entry.text("number", needed=True)
    return f"fax: {number}" if kind == "fax" else number


def _schedule(entry: Entry) -> str:
    """Return the hours in words; where nobody wrote them so, as the rule says them."""
    entry.tick("freq", "interval", "wkst")
    for key, form in (("valid_from", _DATE), ("valid_to", _DATE), ("byday", _DAYS), ("opens_at", _TIME), ("closes_at", _TIME)):
        text = entry.text(key)
        if text and form.fullmatch(text) is None:
            no_zone = form is _TIME and _BARE_TIME.fullmatch(text) is not None
            template = sentence("The time does not say its zone: “%(value)s”") if no_zone else _WRONG
            entry.remark(Severity.WARNING, key, template, value=text)
    described = entry.text("description")
    if described:
        return described
    parts = [entry.text(key) for key in ("byday", "opens_at", "closes_at")]
    return " ".join(text for text in parts if text)
