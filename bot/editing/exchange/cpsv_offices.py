"""Who gives the services of a graph: its organisations, with the contact points, channels and addresses that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rdflib import RDF, URIRef
from rdflib.term import Node

from bot.editing.exchange import cpsv
from bot.editing.exchange.cpsv_graph import Statements
from bot.editing.exchange.mending import contacts, is_stray
from bot.editing.exchange.services import Provider, Texts
from bot.editing.problems import Severity, sentence

_COUNTRIES: Mapping[str, str] = {cpsv.PLACE_CODES + code: country for country, code in cpsv.COUNTRIES.items()}
_LANGUAGES: Mapping[str, str] = {cpsv.LANGUAGE_CODES + code: language for language, code in cpsv.LANGUAGES.items()}
_CONTACT = ("cv:contactPoint", "cv:hasContactPoint")
_PUBLIC = URIRef(cpsv.iri("cv:PublicOrganisation"))
_MAIL_KEYS = ("cv:email", "schema:email")
_PHONE_KEYS = ("cv:telephone", "schema:telephone")


@dataclass
class Offices:
    """The providers of a graph by id, and whose they are by service."""

    providers: dict[str, Provider] = field(default_factory=dict)
    _by_service: dict[Node, tuple[str, ...]] = field(default_factory=dict)

    def of(self, service: Node) -> tuple[str, ...]:
        """Return the ids of those who give a service."""
        return self._by_service.get(service, ())

    def give(self, service: Node, ids: list[str]) -> None:
        """Say who gives a service."""
        self._by_service[service] = tuple(dict.fromkeys(ids))


def providers_of(statements: Statements, services: list[Node], country: str | None) -> Offices:
    """Return who gives each of some services; phones without a country code are of ``country``."""
    reading = _Reading(statements, country)
    offices = Offices()
    for service in services:
        bodies = statements.take(service, "cv:hasCompetentAuthority")
        channels = statements.take(service, "cv:hasChannel")
        bodies += [owner for channel in channels for owner in statements.take(channel, "cv:ownedBy")]
        bodies = list(dict.fromkeys(bodies))
        for body in bodies:
            reading.body(body, offices)
        for channel in channels:
            reading.channel(channel, offices)
        loose = [point for point in statements.take(service, *_CONTACT) if point not in reading.owned]
        reading.loose(loose, bodies, offices)
        alone = [str(point) for point in loose if str(point) in offices.providers]
        offices.give(service, [*(str(body) for body in bodies), *alone])
    return offices


class _Reading:
    """Reads bodies and what belongs to them, each once."""

    def __init__(self, statements: Statements, country: str | None) -> None:
        self._statements = statements
        self._country = country
        self.owned: set[Node] = set()
        self._read: set[Node] = set()

    def body(self, node: Node, offices: Offices) -> None:
        """Read an organisation with its contact points and its address."""
        statements = self._statements
        if str(node) in offices.providers:
            return
        names = statements.texts(node, "skos:prefLabel")
        titles = statements.texts(node, "dct:title")
        country, languages = self._country_of(node), self._languages_of(node)
        provider = Provider(
            str(node),
            statements.one(node, "dct:identifier"),
            names=names or titles,
            public=(node, RDF.type, _PUBLIC) in statements.graph,
            country=country,
            languages=languages,
        )
        for point in statements.take(node, *_CONTACT):
            self.owned.add(point)
            provider = self._with_contact(provider, point)
        for place in statements.take(node, "locn:address", "cv:hasAddress"):
            provider = self._with_address(provider, place)
        offices.providers[provider.id] = provider

    def channel(self, node: Node, offices: Offices) -> None:
        """Read the hours of a channel for the body that owns it."""
        self._statements.tick(node, "dct:identifier")
        owners = [str(owner) for owner in self._statements.take(node, "cv:ownedBy")]
        for hours in self._statements.take(node, "cv:openingHours"):
            texts, opening = self._hours(hours)
            for owner in owners:
                if (provider := offices.providers.get(owner)) is not None:
                    hours_of = provider.hours or texts
                    offices.providers[owner] = replace(provider, hours=hours_of, opening=provider.opening or opening)

    def loose(self, points: list[Node], bodies: list[Node], offices: Offices) -> None:
        """Read contact points that no body claims: they are the only body's, or stand by themselves."""
        for point in points:
            self.owned.discard(point)
            owner = str(bodies[0]) if len(bodies) == 1 else str(point)
            provider = offices.providers.get(owner) or Provider(owner)
            offices.providers[owner] = self._with_contact(provider, point)

    def _with_contact(self, provider: Provider, point: Node) -> Provider:
        """Return a provider with what a contact point tells; what stands in the wrong place is put into the right one."""
        statements = self._statements
        statements.tick(point, "dct:identifier")
        phones, emails = list(provider.phones), list(provider.emails)
        for key in (*_PHONE_KEYS, *_MAIL_KEYS):
            for text in statements.plain(point, key):
                found = contacts(text, provider.country or self._country)
                phones += found.phones
                emails += found.emails
                self._tell(point, key, text, [*found.phones, *found.emails])
                for rest in (*found.rest, *found.faxes):
                    template = sentence("This is neither a phone number nor an e-mail and was left out: “%(text)s”")
                    statements.remark(Severity.WARNING, point, key, template, text=rest)
        pages = [str(page) for page in statements.take(point, "cv:contactPage", "schema:url")]
        hours, opening = dict(provider.hours), provider.opening
        for each in statements.take(point, "cv:openingHours", "schema:hoursAvailable", "cv:specialOpeningHoursSpecification"):
            texts, code = self._hours(each)
            for language, text in texts.items():
                told = hours.get(language, "")
                hours[language] = text if told in ("", text) else f"{told}; {text}"
            opening = opening or code
        return replace(
            provider,
            phones=tuple(dict.fromkeys(phones)),
            emails=tuple(dict.fromkeys(emails)),
            pages=tuple(dict.fromkeys([*provider.pages, *pages])),
            hours=hours,
            opening=opening,
        )

    def _tell(self, point: Node, key: str, text: str, taken: list[str]) -> None:
        """Say what was made of a contact that was not written as it should be."""
        if taken and taken != [text]:
            template = sentence("“%(text)s” was read as: %(taken)s")
            self._statements.remark(Severity.NOTE, point, key, template, text=text, taken=", ".join(taken))

    def _with_address(self, provider: Provider, place: Node) -> Provider:
        statements = self._statements
        texts = dict(statements.texts(place, "locn:fullAddress", "skos:prefLabel"))
        if not texts:
            texts = dict(self._parts_of(place))
        phones, emails, address = list(provider.phones), list(provider.emails), dict(provider.address)
        for language, text in texts.items():
            found = contacts(text, provider.country or self._country)
            if found.phones or found.emails:
                template = sentence("“%(text)s” was read as: %(taken)s")
                taken = ", ".join([*found.rest, *found.phones, *found.emails])
                statements.remark(Severity.NOTE, place, "locn:fullAddress", template, text=text, taken=taken)
                phones += found.phones
                emails += found.emails
                text = "\n".join(found.rest)  # noqa: PLW2901 - what is left of it
            for stray in (line for line in text.split("\n") if is_stray(line)):
                template = sentence("This is no part of an address and was left out: “%(text)s”")
                statements.remark(Severity.WARNING, place, "locn:fullAddress", template, text=stray)
            lines = [line.strip() for line in text.split("\n") if line.strip() and not is_stray(line)]
            if lines:
                address[language] = ", ".join(lines)
        return replace(provider, address=address, phones=tuple(dict.fromkeys(phones)), emails=tuple(dict.fromkeys(emails)))

    def _parts_of(self, place: Node) -> Texts:
        """Return an address that is told part by part in one line."""
        parts: dict[str, list[str]] = {}
        for key in ("locn:thoroughfare", "locn:locatorDesignator", "locn:postCode", "locn:postName"):
            for language, text, _ in self._statements.tagged(place, key):
                parts.setdefault(language, []).append(text)
        return {language: " ".join(texts) for language, texts in parts.items()}

    def _hours(self, node: Node) -> tuple[Texts, str | None]:
        statements = self._statements
        statements.tick(node, "cv:frequency")
        texts = statements.texts(node, "dct:description", "schema:description")
        return texts, statements.one(node, "schema:openingHours") or None

    def _country_of(self, node: Node) -> str | None:
        found = None
        for place in self._statements.take(node, "dct:spatial"):
            if str(place) in _COUNTRIES:
                found = found or _COUNTRIES[str(place)]
            else:
                template = sentence("We do not know this code, and it was left out: %(code)s")
                self._statements.remark(Severity.WARNING, node, "dct:spatial", template, code=str(place))
        return found

    def _languages_of(self, node: Node) -> tuple[str, ...]:
        return tuple(_LANGUAGES[str(each)] for each in self._statements.take(node, "dct:language") if str(each) in _LANGUAGES)
