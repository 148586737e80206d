"""From a graph to services: CPSV-AP 3.2, and the words of its earlier versions that files of the field still use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from rdflib import Graph, URIRef
from rdflib.term import Node

from bot.editing.exchange import cpsv
from bot.editing.exchange.cpsv_graph import Statements
from bot.editing.exchange.cpsv_offices import providers_of
from bot.editing.exchange.cpsv_rules import judged
from bot.editing.exchange.services import Directory, LifeEvent, Lists, Remark, Service, Texts, Told, Unreadable, once
from bot.editing.problems import Severity, sentence

_DURATION = re.compile(r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?")
_COUNTRIES: Mapping[str, str] = {cpsv.PLACE_CODES + code: country for country, code in cpsv.COUNTRIES.items()}
_LANGUAGES: Mapping[str, str] = {cpsv.LANGUAGE_CODES + code: language for language, code in cpsv.LANGUAGES.items()}


def read(graph: Graph, language: str, country: str | None, told: list[Remark]) -> Told:
    """Return the services of a graph. Texts without a language are taken to be in ``language``, phones to be of ``country``.

    ``told`` is what was remarked before. Raises `Unreadable` when there is no service in it.
    """
    statements = Statements(graph, language)
    nodes = statements.of_kind("cpsv:PublicService")
    if not nodes:
        raise Unreadable(sentence("The file holds no public service (cpsv:PublicService). Nothing was read."))
    faults = judged(graph, statements.name)
    events = {str(node): _event(statements, node) for node in statements.of_kind("cv:LifeEvent", "cv:Event", "cv:BusinessEvent")}
    offices = providers_of(statements, nodes, country)
    services = {}
    for node in nodes:
        service = _service(statements, node, offices.of(node), events)
        services[service.id] = service
    for code in (*_COUNTRIES, *_LANGUAGES, cpsv.EURO):
        statements.tick(URIRef(code), "skos:prefLabel")
    remarks = [*told, *faults, *statements.remarks, *statements.rest()]
    return Told(Directory(services, offices.providers, events), tuple(once(remarks)))


def _service(statements: Statements, node: Node, providers: tuple[str, ...], events: Mapping[str, LifeEvent]) -> Service:
    identifier = statements.one(node, "dct:identifier")
    names = statements.texts(node, "dct:title")
    rules = _rules(statements, node, identifier)
    cost, amount = _cost(statements, node)
    laws = tuple(str(law) for law in statements.take(node, "cv:hasLegalResource") if isinstance(law, URIRef))
    return Service(
        str(node),
        identifier,
        names=names,
        descriptions=statements.texts(node, "dct:description"),
        keywords=_keywords(statements, node),
        who=_requirements(statements, node),
        do=rules["do"],
        bring=_documents(statements, node),
        cost=cost,
        time={language: "\n".join(texts) for language, texts in rules["time"].items()},
        note={language: "\n".join(texts) for language, texts in rules["note"].items()},
        amount=amount,
        duration=_duration(statements, node),
        countries=_codes(statements, node, "dct:spatial", _COUNTRIES),
        languages=_codes(statements, node, "dct:language", _LANGUAGES),
        events=tuple(str(each) for each in statements.take(node, "cv:isGroupedBy") if str(each) in events),
        providers=providers,
        links=_links(statements, node),
        laws=laws,
        checked_on=_day(statements, node),
    )


def _links(statements: Statements, node: Node) -> tuple[str, ...]:
    """Return the pages to read on; of a page that is described as a document, where it lies."""
    found = []
    for each in statements.take(node, "rdfs:seeAlso", "cv:isDescribedAt", "foaf:page"):
        pages = statements.plain(each, "dcat:landingPage")
        if pages:
            statements.tick(each, "dct:identifier", "dct:title", "dct:publisher")
        found += pages or [str(each)]
    return tuple(found)


def _event(statements: Statements, node: Node) -> LifeEvent:
    statements.tick(node, "dct:relation", "cv:hasRelatedService")
    return LifeEvent(str(node), statements.one(node, "dct:identifier"), statements.texts(node, "dct:title"))


def _keywords(statements: Statements, node: Node) -> Lists:
    found: dict[str, list[str]] = {}
    for language, text, _ in statements.tagged(node, "dcat:keyword"):
        found.setdefault(language, []).append(text)
    return {language: tuple(texts) for language, texts in found.items()}


def _requirements(statements: Statements, node: Node) -> Texts:
    """Return who may have the service, in one text for each language."""
    found: dict[str, list[str]] = {}
    for each in _by_identifier(statements, statements.take(node, "cv:holdsRequirement", "cv:hasCriterion")):
        statements.tick(each, "dct:identifier", "cv:hasSupportingEvidence")
        for part in ("dct:title", "dct:description"):
            for language, text in statements.texts(each, part).items():
                found.setdefault(language, []).append(text)
    return {language: "\n".join(texts) for language, texts in found.items()}


def _documents(statements: Statements, node: Node) -> Lists:
    """Return what to bring, item by item."""
    found: dict[str, list[str]] = {}
    for each in _by_identifier(statements, statements.take(node, "cpsv:hasInput")):
        statements.tick(each, "dct:identifier", "cv:supportsRequirement")
        names, more = statements.texts(each, "dct:title"), statements.texts(each, "dct:description")
        for language in {**names, **more}:
            found.setdefault(language, []).append("\n".join(text[language] for text in (names, more) if language in text))
    return {language: tuple(texts) for language, texts in found.items()}


def _rules(statements: Statements, node: Node, identifier: str) -> dict[str, Lists]:
    """Return the rules of a service: what to do, how long it takes and what else to know, as we write them; others are steps."""
    found: dict[str, dict[str, list[str]]] = {"do": {}, "time": {}, "note": {}}
    for each in _by_identifier(statements, statements.take(node, "cpsv:follows")):
        named = statements.one(each, "dct:identifier").removeprefix(f"{identifier}/")
        part = named if named in found else "do"
        names = statements.texts(each, "dct:title")
        if named not in found:
            for language, name in names.items():
                found[part].setdefault(language, []).append(name)
        for language, text in statements.texts(each, "dct:description").items():
            lines = [line.strip() for line in text.split("\n")] if part == "do" else [text]
            found[part].setdefault(language, []).extend(line for line in lines if line)
    return {part: {language: tuple(lines) for language, lines in texts.items()} for part, texts in found.items()}


def _cost(statements: Statements, node: Node) -> tuple[Texts, Decimal | None]:
    """Return what a service costs, in words and, where one number is told, in euros."""
    found: dict[str, list[str]] = {}
    amounts: list[Decimal] = []
    for each in _by_identifier(statements, statements.take(node, "cv:hasCost")):
        statements.tick(each, "dct:identifier", "cv:isDefinedBy", "cv:ifAccessedThrough")
        currency = statements.one(each, "cv:currency")
        for language, text in statements.texts(each, "dct:description").items():
            found.setdefault(language, []).append(text)
        for value in statements.plain(each, "cv:hasValue", "cv:value"):
            number = _number(value)
            if number is not None and currency in {"", cpsv.EURO}:
                amounts.append(number)
                continue
            template = sentence("The cost is no plain number of euros and was kept as text: “%(text)s”")
            statements.remark(Severity.WARNING, each, "cv:hasValue", template, text=f"{value} {currency}".strip())
            found.setdefault(statements.language, []).append(value)
    for extra in amounts[1:]:
        template = sentence("Only one may stand here; this one was not taken: %(text)s")
        statements.remark(Severity.WARNING, node, "cv:hasCost", template, text=str(extra))
    return {language: "\n".join(texts) for language, texts in found.items()}, amounts[0] if amounts else None


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _duration(statements: Statements, node: Node) -> str | None:
    text = statements.one(node, "cv:processingTime")
    if text and _DURATION.fullmatch(text) is None:
        template = sentence(
            "This is no length of time as the format writes it (P30D is thirty days); it was left out: “%(text)s”"
        )
        statements.remark(Severity.WARNING, node, "cv:processingTime", template, text=text)
        return None
    return text or None


def _codes(statements: Statements, node: Node, key: str, known: Mapping[str, str]) -> tuple[str, ...]:
    found = []
    for value in statements.take(node, key):
        if str(value) in known:
            found.append(known[str(value)])
            continue
        template = sentence("We do not know this code, and it was left out: %(code)s")
        statements.remark(Severity.WARNING, node, key, template, code=str(value))
    return tuple(dict.fromkeys(found))


def _day(statements: Statements, node: Node) -> date | None:
    text = statements.one(node, "dct:modified", "dct:issued")
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        template = sentence("This is no date as the format writes it (2026-11-22); it was left out: “%(text)s”")
        statements.remark(Severity.WARNING, node, "dct:modified", template, text=text)
        return None


def _by_identifier(statements: Statements, nodes: list[Node]) -> Iterator[Node]:
    """Yield nodes in the order of their identifiers, "bring/2" before "bring/10"."""

    def rank(node: Node) -> list[tuple[int, int, str]]:
        text = str(statements.graph.value(node, URIRef(cpsv.iri("dct:identifier"))) or node)
        return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in re.split(r"(\d+)", text)]

    yield from sorted(nodes, key=rank)
