"""The services of a library: one for each answer, its wordings written out, with the offices that may be shown under it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from bot.dialogue.answers import filled
from bot.dialogue.offices import named
from bot.editing.exchange.mending import international
from bot.editing.exchange.services import Directory, LifeEvent, Lists, Provider, Remark, Service, Texts, shortened, uri, urn
from bot.editing.problems import Severity, sentence
from bot.editing.wordings import NAME
from bot.language.hours import HoursError
from bot.language.phrases import Phrases
from bot.language.weekly import weekly
from bot.model.library import COUNTRIES, HOME, LANGUAGES, Answer, Fact, FactKind, Library, Office, Wording

#: Kinds of office that are always bodies of a state, a region or a municipality. Others may be, and are not taken for it.
_PUBLIC = frozenset(
    {
        *("social-work-office", "employment-office", "health-insurance", "pension-insurance", "municipality"),
        *("administrative-unit", "tax-office", "court", "police", "labour-inspectorate", "migration-office", "inps", "asugi"),
    }
)
#: Where law is published: the official gazettes and collections of the four countries and of the European Union.
_LAW = (
    *("uradni-list.si", "pisrs.si", "gazzettaufficiale.it", "normattiva.it", "narodne-novine.nn.hr", "dv.parliament.bg"),
    "eur-lex.europa.eu",
)
_MONTHS = 12
#: The language of a country's own authorities.
_OFFICIAL: Mapping[str, str] = {country: language for language, country in HOME.items()}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The services of a library. ``remarks`` name what of it a format cannot carry truthfully, and was left out."""

    directory: Directory
    remarks: tuple[Remark, ...] = ()


def gather(library: Library, phrases: Phrases, now: datetime, *, country: str | None = None, public_url: str = "") -> Gathered:
    """Return the services of a library, or of one of its countries; those across a border belong to both.

    ``public_url`` is the address of this info point, which then counts among whom to ask.
    """
    answers = [answer for answer in library.answers.values() if country is None or country in answer.where.split("-")]
    us = None if not public_url else _ourselves(library, phrases, public_url)
    shown = {office for answer in answers for office in named(answer, library)}
    offices = {id_: _provider(office, now.date()) for id_, office in library.offices.items() if id_ in shown}
    remarks = [remark for _, said in offices.values() for remark in said]
    events = {id_: LifeEvent(urn("event", id_), id_, each.names) for id_, each in library.situations.items()}
    services = []
    for answer in answers:
        its = [offices[id_][0] for id_ in dict.fromkeys(named(answer, library)) if id_ in offices]
        its_events = tuple(events[id_].id for id_, each in library.situations.items() if answer.topic in each.topics)
        service = _service(answer, library, phrases, now)
        providers = tuple(each.id for each in [*its, *([us] if us else [])])
        services.append(replace(service, providers=providers, events=its_events, languages=_languages(answer, its)))
    everybody = [*(provider for provider, _ in offices.values()), *([us] if us else [])]
    grouped = {id_ for service in services for id_ in service.events}
    directory = Directory(
        {service.id: service for service in services},
        {provider.id: provider for provider in everybody},
        {event.id: event for event in events.values() if event.id in grouped},
    )
    return Gathered(directory, tuple(remarks))


def not_worded(phrases: Phrases, language: str) -> str:
    """Return what stands where a service has no description in ``language`` yet, in that language."""
    return phrases.into(language).gettext("This service is not described in English yet. Ask the info point.")


def _ourselves(library: Library, phrases: Phrases, public_url: str) -> Provider:
    """Return this info point as somebody to ask: the page on which people write to it."""
    names = {language: phrases.into(language).gettext("Info point") for language in LANGUAGES}
    languages = tuple(language for language in LANGUAGES if any(language in each.languages for each in library.points.values()))
    return Provider(urn("provider", "info-point"), "info-point", names, pages=(public_url,), languages=languages or LANGUAGES)


def _languages(answer: Answer, providers: list[Provider]) -> tuple[str, ...]:
    """Return in which languages a service is given: that of the country, and those that its offices are known to speak."""
    spoken = {_OFFICIAL[answer.country], *(language for each in providers for language in each.languages)}
    return tuple(sorted(spoken))


def _service(answer: Answer, library: Library, phrases: Phrases, now: datetime) -> Service:
    topic = library.topics[answer.topic]
    texts = rendering(answer, phrases, now)
    worded = answer.wordings
    pages = dict.fromkeys(uri(source.url) for source in answer.sources.values() if source.url.startswith(("http://", "https://")))
    names = {language: worded[language].title if language in worded else name for language, name in topic.names.items()}
    unworded = {language: not_worded(phrases, language) for language in topic.names if language not in worded}
    return Service(
        urn("service", f"{answer.topic}/{answer.where}"),
        f"{answer.topic}/{answer.where}",
        names=names,
        descriptions=unworded | {language: texts(language, wording.what) for language, wording in worded.items()},
        keywords={language: (wording.button,) for language, wording in worded.items()},
        who=_texts(worded, lambda wording: wording.who, texts),
        do=_lists(worded, lambda wording: wording.do, texts),
        bring=_lists(worded, lambda wording: wording.bring, texts),
        cost=_texts(worded, lambda wording: wording.cost, texts),
        time=_texts(worded, lambda wording: wording.time, texts),
        note=_texts(worded, lambda wording: wording.note, texts),
        amount=_amount(answer),
        duration=_duration(answer),
        countries=(answer.country,),
        links=tuple(page for page in pages if not _is_law(page)),
        laws=tuple(page for page in pages if _is_law(page)),
        checked_on=answer.checked_on,
    )


def rendering(answer: Answer, phrases: Phrases, now: datetime) -> Callable[[str, str], str]:
    """Return what writes out a part of an answer's wording in a language, with its facts."""
    return lambda language, text: filled(text, answer, language, phrases.into(language), now)


def _texts(worded: Mapping[str, Wording], part: Callable[[Wording], str], texts: Callable[[str, str], str]) -> Texts:
    return {language: texts(language, part(wording)) for language, wording in worded.items() if part(wording)}


def _lists(worded: Mapping[str, Wording], part: Callable[[Wording], tuple[str, ...]], texts: Callable[[str, str], str]) -> Lists:
    return {
        language: tuple(texts(language, item) for item in part(wording)) for language, wording in worded.items() if part(wording)
    }


def _only(answer: Answer, part: Callable[[Wording], str], kinds: frozenset[FactKind]) -> Fact | None:
    """Return the one fact of some kinds that all wordings name in a part; None where there is none, or more than one."""
    found = {name for wording in answer.wordings.values() for name in NAME.findall(part(wording))}
    facts = [answer.facts[name] for name in found if answer.facts[name].kind in kinds]
    return facts[0] if len(facts) == 1 else None


def _amount(answer: Answer) -> Decimal | None:
    fact = _only(answer, lambda wording: wording.cost, frozenset({FactKind.MONEY}))
    return None if fact is None else Decimal(fact.value)


def _duration(answer: Answer) -> str | None:
    fact = _only(answer, lambda wording: wording.time, frozenset({FactKind.DAYS, FactKind.MONTHS}))
    if fact is None or not fact.value.isdecimal():
        return None
    if fact.kind is FactKind.DAYS:
        return f"P{fact.value}D"
    years, months = divmod(int(fact.value), _MONTHS)
    return "P" + (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")


def _is_law(page: str) -> bool:
    host = urlsplit(page).hostname or ""
    return any(host == each or host.endswith(f".{each}") for each in _LAW)


def _provider(office: Office, today: date) -> tuple[Provider, list[Remark]]:
    remarks = []
    phones = []
    for phone in office.phones:
        written = international(phone, office.country)
        if written is None:
            template = sentence("The phone number %(number)s cannot be written internationally and was left out.")
            remarks.append(Remark(Severity.WARNING, office.id, "phones", template, {"number": shortened(phone)}))
        else:
            phones.append(written)
    return Provider(
        urn("provider", office.id),
        office.id,
        names=office.names,
        public=not _PUBLIC.isdisjoint(office.kinds),
        country=office.country,
        phones=tuple(dict.fromkeys(phones)),
        emails=(office.email,) if office.email else (),
        pages=(uri(office.url),) if office.url else (),
        address={_OFFICIAL[office.country]: office.address} if office.address else {},
        hours=dict(_hours(office, today)),
        opening=office.hours,
        languages=office.languages,
    ), remarks


def _hours(office: Office, today: date) -> Iterator[tuple[str, str]]:
    """Yield the hours of an office in words, by language; nothing where they are not known."""
    if not office.hours or office.country not in COUNTRIES:
        return
    for language in LANGUAGES:
        try:
            yield language, "; ".join(weekly(office.hours, office.country, language, today))
        except HoursError:
            return
