"""Writing services as CPSV-AP 3.2 in JSON-LD, in one file that needs no other.

What the profile demands is met truthfully or not at all: a service without a public body or without anybody who can be reached is
left out and named. Codes of the Publications Office are typed in the graph, since nobody who checks the file looks them up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.editing.exchange import cpsv
from bot.editing.exchange.cpsv_nodes import Node, bare, ids, languages, places, tagged, tagged_lists
from bot.editing.exchange.services import Directory, LifeEvent, Provider, Remark, Service, Texts, urn
from bot.editing.problems import Severity, sentence

#: Words of ours beside those of the profile.
_OWN_WORDS: Mapping[str, Any] = {
    "rdfs": cpsv.PREFIXES["rdfs"],
    "schema": cpsv.PREFIXES["schema"],
    "dct": cpsv.PREFIXES["dct"],
    "xsd": cpsv.PREFIXES["xsd"],
}


@dataclass(frozen=True, slots=True)
class Written:
    """A file, and what could not be written truthfully."""

    content: bytes
    remarks: tuple[Remark, ...] = ()


def write(directory: Directory) -> Written:
    """Return the services of a directory as a JSON-LD file."""
    remarks = [remark for service in directory.services.values() for remark in _missing(service, directory)]
    left_out = {remark.node for remark in remarks}
    services = [service for service in directory.services.values() if service.identifier not in left_out]
    named = {id_ for service in services for id_ in (*service.providers, *service.events)}
    nodes: list[Node] = []
    for service in services:
        nodes.extend(_service(service, directory))
    for provider in directory.providers.values():
        if provider.id in named:
            nodes.extend(_provider(provider))
    nodes.extend(_event(event) for event in directory.events.values() if event.id in named)
    nodes.extend(_codes(nodes))
    graph = {"@context": dict(_context(nodes)), "@graph": nodes}
    return Written(json.dumps(graph, ensure_ascii=False, indent=1).encode() + b"\n", tuple(remarks))


def _missing(service: Service, directory: Directory) -> Iterator[Remark]:
    """Yield why a service cannot be written."""
    providers = [directory.providers[id_] for id_ in service.providers]
    if not any(provider.public for provider in providers):
        template = sentence("Left out: the format demands a public body that is responsible, and we name none.")
        yield Remark(Severity.WARNING, service.identifier, "PublicService.hasCompetentAuthority", template)
    elif not any(provider.reachable for provider in providers):
        template = sentence("Left out: the format demands a contact, and we know no phone, e-mail or page of any office.")
        yield Remark(Severity.WARNING, service.identifier, "PublicService.contactPoint", template)


def _service(service: Service, directory: Directory) -> Iterator[Node]:
    providers = [directory.providers[id_] for id_ in service.providers]
    evidence = list(_evidence(service))
    requirement = _requirement(service)
    rules = list(_rules(service))
    cost = _cost(service)
    yield bare(
        {
            "@id": service.id,
            "@type": "PublicService",
            "PublicService.identifier": service.identifier,
            "PublicService.name": tagged(service.names),
            "PublicService.description": tagged(service.descriptions),
            "PublicService.keyword": tagged_lists(service.keywords),
            "PublicService.language": languages(service.languages),
            "PublicService.spatial": places(service.countries),
            "PublicService.hasCompetentAuthority": ids(provider.id for provider in providers if provider.public),
            "PublicService.contactPoint": ids(_contact_id(provider) for provider in providers if provider.reachable),
            "PublicService.hasChannel": ids(urn("part", provider.id, "channel") for provider in providers),
            "PublicService.holdsRequirement": ids(node["@id"] for node in requirement),
            "PublicService.hasInput": ids(node["@id"] for node in evidence),
            "PublicService.follows": ids(node["@id"] for node in rules),
            "PublicService.hasCost": ids(node["@id"] for node in cost),
            "PublicService.processingTime": service.duration,
            "PublicService.isGroupedBy": ids(service.events),
            "PublicService.hasLegalResource": ids(service.laws),
            "rdfs:seeAlso": ids(service.links),
            "dct:modified": service.checked_on and {"@type": cpsv.iri("xsd:date"), "@value": service.checked_on.isoformat()},
        }
    )
    yield from (*requirement, *evidence, *rules, *cost)
    yield from ({"@id": law, "@type": "LegalResource"} for law in service.laws)


def _requirement(service: Service) -> list[Node]:
    if not service.who:
        return []
    names = {"Requirement.identifier": f"{service.identifier}/who", "Requirement.name": tagged(service.who)}
    return [{"@id": urn("part", service.id, "who"), "@type": "Requirement", **names}]


def _evidence(service: Service) -> Iterator[Node]:
    """Yield a piece of evidence for each document; those of several languages are the same where there are as many of each."""
    lists = service.bring
    if len({len(items) for items in lists.values()}) == 1:
        for position, texts in enumerate(zip(*lists.values(), strict=True), start=1):
            yield _document(service, str(position), dict(zip(lists, texts, strict=True)))
        return
    for language, items in lists.items():
        for position, item in enumerate(items, start=1):
            yield _document(service, f"{language}/{position}", {language: item})


def _document(service: Service, number: str, names: Texts) -> Node:
    part = f"bring/{number}"
    identifier = f"{service.identifier}/{part}"
    names_of = {"Evidence.identifier": identifier, "Evidence.name": tagged(names)}
    return {"@id": urn("part", service.id, part), "@type": "Evidence", **names_of}


def _rules(service: Service) -> Iterator[Node]:
    """Yield what to do, how long it takes and what else to know, each as a rule that the service follows."""
    steps = {language: "\n".join(items) for language, items in service.do.items()}
    for part, texts in (("do", steps), ("time", service.time), ("note", service.note)):
        if texts:
            yield {
                "@id": urn("part", service.id, part),
                "@type": "Rule",
                "Rule.identifier": f"{service.identifier}/{part}",
                "Rule.name": tagged({language: service.names.get(language, part) for language in texts}),
                "Rule.description": tagged(texts),
            }


def _cost(service: Service) -> list[Node]:
    if not service.cost and service.amount is None:
        return []
    node = {
        "@id": urn("part", service.id, "cost"),
        "@type": "Cost",
        "Cost.identifier": f"{service.identifier}/cost",
        "Cost.description": tagged(service.cost),
        "Cost.hasValue": None if service.amount is None else str(service.amount),
        "Cost.currency": None if service.amount is None else {"@id": cpsv.EURO},
    }
    return [bare(node)]


def _contact_id(provider: Provider) -> str:
    return urn("part", provider.id, "contact")


def _provider(provider: Provider) -> Iterator[Node]:
    hours = urn("part", provider.id, "hours")
    opening = [{"@id": hours}] if provider.hours or provider.opening else []
    address = urn("part", provider.id, "address")
    yield bare(
        {
            "@id": provider.id,
            "@type": ["PublicOrganization", "Organization"] if provider.public else "Organization",
            "dct:identifier": provider.identifier,
            "PublicOrganization.preferredLabel": tagged(provider.names),
            "PublicOrganization.spatial": places((provider.country,) if provider.country else ()),
            "PublicService.language": languages(provider.languages),
            "PublicService.contactPoint": ids([_contact_id(provider)] if provider.reachable else []),
            "Agent.address": ids([address] if provider.address else []),
        }
    )
    yield bare(
        {
            "@id": urn("part", provider.id, "channel"),
            "@type": "Channel",
            "Channel.identifier": provider.identifier,
            "Channel.ownedBy": ids([provider.id]),
            "Channel.openingHours": opening,
        }
    )
    if provider.reachable:
        yield bare(
            {
                "@id": _contact_id(provider),
                "@type": "ContactPoint",
                "ContactPoint.hasTelephone": list(provider.phones),
                "ContactPoint.hasEmail": list(provider.emails),
                "ContactPoint.contactPage": ids(provider.pages),
                "ContactPoint.openingHours": opening,
            }
        )
        yield from ({"@id": page, "@type": "Document"} for page in provider.pages)
    if opening:
        texts = {"TemporalEntity.description": tagged(provider.hours), "schema:openingHours": provider.opening}
        yield bare({"@id": hours, "@type": "TemporalEntity", **texts})
    if provider.address:
        yield {"@id": address, "@type": "Address", "Address.fullAddress": tagged(provider.address)}


def _event(event: LifeEvent) -> Node:
    names = {"Event.identifier": event.identifier, "Event.name": tagged(event.names)}
    return {"@id": event.id, "@type": ["LifeEvent", "Event"], **names}


def _codes(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield what each code in the graph is: nobody who checks the file fetches that from where the code leads."""
    used = {each["@id"] for node in nodes for value in node.values() if isinstance(value, list | dict) for each in _each(value)}
    for code in sorted(used):
        if code.startswith(cpsv.LANGUAGE_CODES):
            yield {"@id": code, "@type": ["LinguisticSystem", "Concept"]}
        elif code.startswith(cpsv.PLACE_CODES):
            yield {"@id": code, "@type": "Location"}
        elif code == cpsv.EURO:
            yield {"@id": code, "@type": "Concept"}


def _each(value: object) -> Iterator[Mapping[str, str]]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict) and "@id" in each:
            yield each


def _context(nodes: Sequence[Node]) -> Iterator[tuple[str, Any]]:
    """Yield the words that a graph uses, as the official context explains them."""
    words = cpsv.context()
    yield from _OWN_WORDS.items()
    types = {each for node in nodes for each in (node["@type"] if isinstance(node["@type"], list) else [node["@type"]])}
    used = {key for node in nodes for key in node} | types
    yield from ((word, words[word]) for word in sorted(used) if word in words)
