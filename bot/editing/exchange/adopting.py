"""Making a service of somebody else a draft of an answer: an editor has said which topic and country it belongs to.

The answer leads to an office and is marked as thin; each of its texts is somebody else's until an editor has read it. What has no
place is told. An answer that is there is not overwritten: only languages that it lacks are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.editing import layout
from bot.editing.checks.writing import LONGEST_BUTTON, digits
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.services import Directory, Provider, Remark, Service, shortened
from bot.editing.items import Spot
from bot.editing.problems import Severity, sentence
from bot.editing.trees import Tree, get
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, FactKind

_SOURCE = "file"
_TOPIC = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_BRACES = {ord("{"): "(", ord("}"): ")"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Where an editor wants a service: a ``topic`` and ``where`` (a country or a pair). A new topic needs a ``group``."""

    topic: str
    where: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a service comes from: its name, and the day to write beside it."""

    file: str
    day: date


def adopt(told: Directory, choices: Mapping[str, Choice], tree: Tree, origin: Origin) -> Proposal:
    """Return what the chosen services (by their id) would change in ``tree``. Services without a choice are told."""
    values: dict[Spot, Any] = {}
    remarks: list[Remark] = []
    taken: set[tuple[str, str]] = set()
    for service in told.services.values():
        choice = choices.get(service.id)
        if choice is None:
            template = sentence("No topic was chosen for this service, and it was not taken.")
            remarks.append(Remark(Severity.NOTE, _name(service), "", template))
        elif _TOPIC.fullmatch(choice.topic) is None or choice.where not in (*COUNTRIES, *PAIRS):
            template = sentence("“%(topic)s” cannot name a topic: small Latin letters and hyphens, such as heating-costs.")
            remarks.append(Remark(Severity.ERROR, _name(service), "", template, {"topic": shortened(choice.topic)}))
        elif (choice.topic, choice.where) in taken:
            template = sentence("Another service of this file was put into the same answer, and this one was not taken.")
            remarks.append(Remark(Severity.WARNING, _name(service), "", template))
        else:
            taken.add((choice.topic, choice.where))
            remarks.extend(_adopt(values, service, choice, told, tree, origin))
    return Proposal(values, tuple(remarks))


def _adopt(
    values: dict[Spot, Any], service: Service, choice: Choice, told: Directory, tree: Tree, origin: Origin
) -> Iterator[Remark]:
    facts_file = layout.facts(choice.topic, choice.where)
    worded = [language for language in LANGUAGES if language in service.names or language in service.descriptions]
    spot = ("wordings", choice.where)
    present = [language for language in worded if get(tree, layout.words(choice.topic, language), spot) is not None]
    for language in present:
        template = sentence("The answer has a wording in this language already; the text of the file was not taken.")
        yield Remark(Severity.WARNING, _name(service), language, template)
    wanted = [language for language in worded if language not in present]
    yield from _other_languages(service)
    if not wanted:
        template = sentence("The service has no text that could be taken.")
        yield Remark(Severity.WARNING, _name(service), "", template)
        return
    if layout.topic(choice.topic) not in tree:
        _new_topic(values, service, choice, tree)
    is_new = facts_file not in tree
    contacts = _contacts(service, told) if is_new else {}
    facts = dict(_facts(contacts, service)) if is_new else {}
    if is_new:
        values[facts_file, ()] = {
            "confidence": "thin",
            "checked_on": origin.day.isoformat(),
            "whom": [],
            "facts": facts,
            "sources": dict(_sources(service, told, origin)),
        }
    for language in wanted:
        values[layout.words(choice.topic, language), spot] = _wording(service, language, contacts, told, facts)
        if language not in service.descriptions:
            template = sentence("The file does not describe the service; its name stands in the place of the description.")
            yield Remark(Severity.WARNING, _name(service), language, template)
    yield from _left(service, choice, told, is_new=is_new)


def _name(service: Service) -> str:
    return shortened(next(iter(service.names.values()), service.identifier or service.id))


def _new_topic(values: dict[Spot, Any], service: Service, choice: Choice, tree: Tree) -> None:
    country = choice.where.rpartition("-")[2]
    names = {language: _clean(text)[:LONGEST_BUTTON].strip() for language, text in service.names.items() if language in LANGUAGES}
    values[layout.topic(choice.topic), ()] = {"group": choice.group, "countries": [country], "names": names}
    for language in LANGUAGES:
        if layout.words(choice.topic, language) not in tree:
            values[layout.words(choice.topic, language), ()] = {"examples": []}


def _facts(contacts: Mapping[str, tuple[FactKind, str]], service: Service) -> Iterator[tuple[str, dict[str, str]]]:
    for name, (kind, value) in contacts.items():
        yield name, {"kind": str(kind), "value": value, "source": _SOURCE}
    if service.amount is not None:
        year = {} if service.checked_on is None else {"valid_for": str(service.checked_on.year)}
        yield "amount", {"kind": str(FactKind.MONEY), "value": str(service.amount), **year, "source": _SOURCE}


def _contacts(service: Service, told: Directory) -> dict[str, tuple[FactKind, str]]:
    """Return how those who give a service can be reached, as facts by name."""
    found: dict[str, tuple[FactKind, str]] = {}
    for provider in _providers(service, told):
        for kind, texts in (
            (FactKind.ADDRESS, list(dict.fromkeys(provider.address.values()))[:1]),
            (FactKind.PHONE, provider.phones),
            (FactKind.EMAIL, provider.emails),
            (FactKind.URL, provider.pages),
        ):
            for text in texts:
                number = sum(known is kind for known, _ in found.values()) + 1
                if (kind, text) not in found.values():
                    found[f"{kind}_{number}"] = (kind, text)
    return found


def _providers(service: Service, told: Directory) -> list[Provider]:
    return [told.providers[id_] for id_ in service.providers if id_ in told.providers]


def _wording(
    service: Service,
    language: str,
    contacts: Mapping[str, tuple[FactKind, str]],
    told: Directory,
    facts: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    """Return what the file says in a language as a wording of ours."""
    title = _clean(service.names.get(language) or next(iter(service.names.values()), service.identifier))
    buttons = service.keywords.get(language, ())
    cost = _clean(service.cost.get(language, ""))
    if "amount" in facts:
        cost = f"{{amount}} {cost}".strip()
    names = ", ".join(_any(provider.names, language) for provider in _providers(service, told) if provider.names)
    reached = ", ".join(f"{{{name}}}" for name in contacts)
    whom = f"{_clean(names)}: {reached}" if names and reached else _clean(names) or reached
    note = " ".join(part for part in (_clean(service.note.get(language, "")), whom) if part)
    found: dict[str, Any] = {
        "title": title,
        "button": _clean(buttons[0] if buttons else title)[:LONGEST_BUTTON].strip(),
        "what": _clean(service.descriptions.get(language, "")) or title,
        "who": _clean(service.who.get(language, "")),
        "do": [_clean(text) for text in service.do.get(language, ())],
        "bring": [_clean(text) for text in service.bring.get(language, ())],
        "cost": cost,
        "time": _clean(service.time.get(language, "")),
        "note": note,
    }
    return {part: text for part, text in found.items() if text}


def _any(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or next(iter(texts.values()))


def _clean(text: str) -> str:
    """Return a text in one line, without what would name a fact."""
    return " ".join(text.translate(_BRACES).split())


def _sources(service: Service, told: Directory, origin: Origin) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the file as the source, and each page that it refers to."""
    day = origin.day if service.checked_on is None else service.checked_on
    pages = [
        page for page in (service.identifier, service.id, *service.links, *service.laws) if page.startswith(("http:", "https:"))
    ]
    pages += [page for provider in _providers(service, told) for page in provider.pages]
    for number, page in enumerate(dict.fromkeys(pages or [""])):
        name = f"{_SOURCE}{number + 1}" if number else _SOURCE
        yield name, {"record": origin.file, "url": page, "date": day.isoformat()}


def _other_languages(service: Service) -> Iterator[Remark]:
    """Yield the texts that are in none of our languages."""
    for name in ("names", "descriptions", "who", "cost", "time", "note", "do", "bring", "keywords"):
        for language, text in getattr(service, name).items():
            if language not in LANGUAGES:
                template = sentence("The text is in none of our languages and was left out: %(text)s")
                shown = shortened(text if isinstance(text, str) else "; ".join(text))
                yield Remark(Severity.WARNING, _name(service), f"{name}, {language}", template, {"text": shown})


def _left(service: Service, choice: Choice, told: Directory, *, is_new: bool) -> Iterator[Remark]:
    """Yield what of a service has no place in an answer, and what an editor must look at."""
    template = sentence("There is no place for this with us; it was left out: %(value)s")
    left = [*_left_of_service(service, choice, told, is_new=is_new)]
    for provider in _providers(service, told):
        left += _left_of_provider(provider, is_new=is_new)
    for key, value in left:
        yield Remark(Severity.WARNING, _name(service), key, template, {"value": shortened(value)})
    for language in LANGUAGES:
        if _has_numbers(service, language):
            of_numbers = sentence("Numbers stand in the text. Each must become a fact before this can be published.")
            yield Remark(Severity.NOTE, _name(service), language, of_numbers)


def _left_of_service(service: Service, choice: Choice, told: Directory, *, is_new: bool) -> Iterator[tuple[str, str]]:
    for id_ in service.events:
        event = told.events.get(id_)
        yield "events", id_ if event is None or not event.names else _any(event.names, choice.where)
    if service.duration is not None:
        yield "duration", service.duration
    if service.amount is not None and not is_new:
        yield "amount", str(service.amount)
    for language, words in service.keywords.items():
        if words[1:] and language in LANGUAGES:
            yield f"keywords, {language}", "; ".join(words[1:])
    if service.countries and choice.where.rpartition("-")[2] not in service.countries:
        yield "countries", ", ".join(service.countries)


def _left_of_provider(provider: Provider, *, is_new: bool) -> Iterator[tuple[str, str]]:
    yield from ((f"hours, {language}", text) for language, text in provider.hours.items())
    addresses = list(dict.fromkeys(provider.address.values()))
    if not is_new and provider.reachable:
        yield "contacts", ", ".join([*provider.phones, *provider.emails, *provider.pages, *addresses])
    yield from (("address", text) for text in addresses[1:])


def _has_numbers(service: Service, language: str) -> bool:
    texts = [getattr(service, name).get(language, "") for name in ("names", "descriptions", "who", "cost", "time", "note")]
    return bool(digits(" ".join([*texts, *service.do.get(language, ()), *service.bring.get(language, ())])))
