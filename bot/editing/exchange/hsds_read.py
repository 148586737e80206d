"""Reading services from HSDS 3.1: one service, a list of them, or a page of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.editing.exchange import cpsv
from bot.editing.exchange.hsds_entry import Entry
from bot.editing.exchange.hsds_offices import offices_of
from bot.editing.exchange.hsds_write import LANGUAGE_OF_TEXTS, LAW, LIFE_EVENT
from bot.editing.exchange.services import Directory, LifeEvent, Provider, Remark, Service, Told, Unreadable, once
from bot.editing.problems import Severity, sentence

_STATUS = ("active", "inactive", "defunct", "temporarily closed")
_LANGUAGES: Mapping[str, str] = {
    **{code.lower(): language for language, code in cpsv.LANGUAGES.items()},
    **{language: language for language in cpsv.LANGUAGES},
}
_COUNTRIES: Mapping[str, str] = {cpsv.PLACE_CODES + code: country for country, code in cpsv.COUNTRIES.items()}
_CURRENCY = re.compile(r"[A-Z]{3}")


def looks_like_it(held: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a JSON document is HSDS and not JSON-LD."""
    entries = _entries(held)
    return (
        bool(entries)
        and all(isinstance(each, dict) and "name" in each and "@id" not in each for each in entries)
        and not (isinstance(held, dict) and ("@context" in held or "@graph" in held))
    )


def _entries(held: Any) -> list[Any]:  # noqa: ANN401 - as above
    if isinstance(held, list):
        return held
    if isinstance(held, dict):
        for key in ("contents", "services"):
            if isinstance(held.get(key), list) and "name" not in held:
                return list(held[key])
        return [held]
    return []


def read(held: Any, language: str, country: str | None) -> Told:  # noqa: ANN401 - as above
    """Return the services of a document. Its texts are taken to be in ``language`` unless it says otherwise.

    Raises `Unreadable` when no service can be read.
    """
    remarks: list[Remark] = []
    services: dict[str, Service] = {}
    providers: dict[str, Provider] = {}
    events: dict[str, LifeEvent] = {}
    for position, each in enumerate(_entries(held), start=1):
        entry = Entry(each, str(each.get("name") or position), remarks)
        said = _language(entry, language)
        its = offices_of(entry, said, country, providers)
        service = _service(entry, said, its, events)
        if not service.names:
            entry.remark(Severity.WARNING, "name", sentence("A service without a name was not taken."))
        elif service.id in services:
            entry.remark(Severity.WARNING, "id", sentence("This service stands in the file twice; the first was taken."))
        else:
            services[service.id] = service
        entry.rest()
    if not services:
        raise Unreadable(sentence("The file holds no service. Nothing was read."))
    return Told(Directory(services, providers, events), tuple(once(remarks)))


def _language(entry: Entry, chosen: str) -> str:
    """Return the language of the texts: the file's own word for it, where there is one."""
    for attribute in list(entry.value("attributes") or []):
        if isinstance(attribute, dict) and attribute.get("label") == LANGUAGE_OF_TEXTS:
            said = _LANGUAGES.get(str(attribute.get("value")), chosen)
            if said != chosen:
                template = sentence("The file says that its texts are in another language than you chose: %(language)s.")
                entry.remark(Severity.NOTE, "attributes", template, language=said)
            return said
    return chosen


def _service(entry: Entry, language: str, providers: tuple[str, ...], events: dict[str, LifeEvent]) -> Service:
    _judge(entry)
    what, _, note = entry.text("description").partition("\n\n")
    identifier = entry.id
    name = entry.text("name", needed=True)
    short = entry.text("alternate_name")
    links, laws = _pages(entry)
    do = [line.strip() for line in entry.text("application_process").split("\n") if line.strip()]
    documents = [text for each in entry.entries("required_documents") if (text := each.text("document"))]
    cost, amount = _cost(entry)

    def tagged(text: str) -> dict[str, str]:
        return {language: text} if text else {}

    def listed(texts: list[str]) -> dict[str, tuple[str, ...]]:
        return {language: tuple(texts)} if texts else {}

    return Service(
        f"urn:uuid:{identifier}" if identifier else f"urn:name:{name}",
        identifier,
        names=tagged(name),
        descriptions=tagged(what.strip()),
        keywords=listed([short] if short else []),
        who=tagged(entry.text("eligibility_description")),
        do=listed(do),
        bring=listed(documents),
        cost=tagged(cost),
        time=tagged(entry.text("wait_time")),
        note=tagged(note.strip()),
        amount=amount,
        countries=_countries(entry),
        languages=tuple(_languages(entry)),
        events=tuple(_events(entry, language, events)),
        providers=providers,
        links=links,
        laws=laws,
        checked_on=_day(entry, "assured_date"),
    )


def _judge(entry: Entry) -> None:
    """Say what is not as the format demands; nothing is refused for it."""
    status = entry.text("status", needed=True)
    if status and status not in _STATUS:
        entry.remark(Severity.WARNING, "status", sentence("This is not written as the format demands: “%(value)s”"), value=status)
    elif status not in {"", "active"}:
        entry.remark(
            Severity.WARNING, "status", sentence("The file says that this service is not given now: %(value)s"), value=status
        )
    if not entry.id:
        entry.remark(Severity.WARNING, "id", sentence("The format demands this, and it is missing."))
    entry.tick("last_modified")


def _pages(entry: Entry) -> tuple[tuple[str, ...], tuple[str, ...]]:
    own = entry.text("url")
    links = [own] if own else []
    laws: list[str] = []
    for each in entry.entries("additional_urls"):
        page = each.text("url", needed=True)
        if page:
            (laws if each.text("label") == LAW else links).append(page)
    return tuple(links), tuple(laws)


def _cost(entry: Entry) -> tuple[str, Decimal | None]:
    """Return what it costs in words, and in euros where one number is told."""
    lines = [text for key in ("fees_description", "fees") if (text := entry.text(key))]
    amounts: list[Decimal] = []
    for each in entry.entries("cost_options"):
        option, described = each.text("option"), each.text("amount_description")
        currency, value = each.text("currency"), each.value("amount")
        if currency and _CURRENCY.fullmatch(currency) is None:
            template = sentence("This is no code of a currency (EUR): “%(value)s”")
            each.remark(Severity.WARNING, "currency", template, value=currency)
        number = _number(value)
        if number is not None and currency in {"", "EUR"} and not amounts:
            amounts.append(number)
        elif value is not None:
            template = sentence("The cost is no plain number of euros and was kept as text: “%(text)s”")
            each.remark(Severity.WARNING, "amount", template, text=f"{value} {currency}".strip())
            lines.append(f"{value} {currency}".strip())
        lines += [text for text in (option, described) if text]
    return "\n".join(lines), amounts[0] if amounts else None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _languages(entry: Entry) -> list[str]:
    found = []
    for each in entry.entries("languages"):
        each.tick("name")
        code = each.text("code")
        if code.lower() in _LANGUAGES:
            found.append(_LANGUAGES[code.lower()])
        elif code:
            template = sentence("We do not know this code, and it was left out: %(code)s")
            each.remark(Severity.WARNING, "code", template, code=code)
    return list(dict.fromkeys(found))


def _countries(entry: Entry) -> tuple[str, ...]:
    found = []
    for each in entry.entries("service_areas"):
        uri = each.text("uri")
        if uri in _COUNTRIES:
            each.tick("name")
            found.append(_COUNTRIES[uri])
        elif uri:
            template = sentence("We do not know this code, and it was left out: %(code)s")
            each.remark(Severity.WARNING, "uri", template, code=uri)
    return tuple(dict.fromkeys(found))


def _events(entry: Entry, language: str, events: dict[str, LifeEvent]) -> list[str]:
    found = []
    for each in entry.entries("attributes"):
        if each.value("label") == LANGUAGE_OF_TEXTS:
            each.tick("value", "link_entity")
            continue
        term = each.entry("taxonomy_term")
        if term is None or each.value("label") != LIFE_EVENT:
            each.tick("link_entity")
            continue
        each.tick("link_entity")
        term.tick("description", "language", "taxonomy")
        id_ = f"urn:uuid:{term.id}"
        events[id_] = LifeEvent(id_, term.text("code"), {language: term.text("name", needed=True)})
        found.append(id_)
    return found


def _day(entry: Entry, key: str) -> date | None:
    text = entry.text(key)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        template = sentence("This is no date as the format writes it (2026-11-22); it was left out: “%(text)s”")
        entry.remark(Severity.WARNING, key, template, text=text)
        return None
