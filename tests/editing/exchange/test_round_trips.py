from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.editing.exchange import cpsv_write, hsds_write, placing
from bot.editing.exchange.gathering import Gathered, gather
from bot.editing.exchange.reading import read
from bot.editing.exchange.services import Directory, LifeEvent, Provider, Service, canonical, urn
from bot.language.phrases import Phrases
from bot.model.library import LANGUAGES, Library
from tests.editing.exchange.conftest import NOW
from tests.editing.exchange.standards import faults, graph

_LETTERS = string.ascii_letters + string.digits + "čšžćđàèìòùЖщъюя .,:;!?()'\"–/%€{}<>&\\@#"
WORDS = (
    st.text(_LETTERS, min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "x").map(lambda text: f"Za {text} a")
)
LONG = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
CODES = st.sampled_from([*LANGUAGES, "en", "de"])


def _texts(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(CODES, text, max_size=4)


def _all(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(dict.fromkeys(LANGUAGES, text))


def _lists() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    return st.dictionaries(CODES, st.lists(WORDS, min_size=1, max_size=12).map(tuple), max_size=4)


def _words() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    return st.dictionaries(CODES, st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple), max_size=4)


def _pages(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    numbers = st.lists(st.integers(1, 20), max_size=3, unique=True)
    return numbers.map(lambda found: tuple(f"https://example.org/{kind}/{number}" for number in found))


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    """Draw directories that the format can carry: each service has a public body that can be reached."""
    events = [
        LifeEvent(urn("event", str(number)), f"event-{number}", draw(_all(WORDS))) for number in range(draw(st.integers(0, 2)))
    ]
    providers = [draw(_provider(number)) for number in range(draw(st.integers(1, 3)))]
    services = [draw(_service(number, providers, events)) for number in range(draw(st.integers(1, 3)))]
    shown = {id_ for service in services for id_ in service.providers}
    grouped = {id_ for service in services for id_ in service.events}
    return Directory(
        {service.id: service for service in services},
        {provider.id: provider for provider in providers if provider.id in shown},
        {event.id: event for event in events if event.id in grouped},
    )


@st.composite
def _provider(draw: st.DrawFn, number: int) -> Provider:
    public = number == 0 or draw(st.booleans())
    return Provider(
        urn("provider", str(number)),
        f"provider-{number}",
        names=draw(_all(WORDS)),
        public=public,
        country=draw(st.sampled_from(["si", "it", "hr", "bg"])),
        phones=draw(st.sampled_from([("+386 2 787 56 00",), ("112", "+39 0461 494110")])) if number == 0 else (),
        emails=draw(st.sampled_from([(), ("info@example.org",)])),
        pages=draw(_pages("office")),
        address=draw(st.sampled_from([{}, {"sl": "Trg 1, 5000 Nova Gorica"}])),
        hours=draw(_texts(WORDS)),
        opening=draw(st.sampled_from([None, "Mo-Fr 08:00-12:00"])),
        languages=draw(st.lists(CODES, max_size=3, unique=True).map(tuple)),
    )


@st.composite
def _service(draw: st.DrawFn, number: int, providers: list[Provider], events: list[LifeEvent]) -> Service:
    others = draw(st.lists(st.sampled_from(providers), max_size=3, unique_by=lambda each: each.id))
    return Service(
        urn("service", str(number)),
        f"service-{number}/si",
        names=draw(_all(WORDS)),
        descriptions=draw(_all(LONG.map(lambda text: f"To je opis: {text}"))),
        keywords=draw(_words()),
        who=draw(_texts(LONG)),
        do=draw(_lists()),
        bring=draw(_lists()),
        cost=draw(_texts(LONG)),
        time=draw(_texts(LONG)),
        note=draw(_texts(LONG)),
        amount=draw(st.none() | st.decimals(0, 9999, places=2)),
        duration=draw(st.sampled_from([None, "P30D", "P2M", "P1Y6M"])),
        countries=draw(st.lists(st.sampled_from(["si", "it", "hr", "bg"]), max_size=2, unique=True).map(tuple)),
        languages=draw(st.lists(CODES, min_size=1, max_size=3, unique=True).map(tuple)),
        events=tuple(event.id for event in events if draw(st.booleans())),
        providers=tuple(dict.fromkeys([providers[0].id, *(each.id for each in others)])),
        links=draw(_pages("link")),
        laws=draw(_pages("law")),
        checked_on=draw(st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1))),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(directories())
def test_what_is_written_as_cpsv_is_read_as_it_was(directory: Directory) -> None:
    written = cpsv_write.write(directory)
    assert written.remarks == ()
    told = read(written.content, "sl", "si")
    assert [remark for remark in map(str, told.remarks) if "in a language that we do not know" not in remark] == []
    assert canonical(told.directory) == canonical(directory)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(directories())
def test_what_is_written_passes_the_shapes(directory: Directory) -> None:
    assert faults(graph(cpsv_write.write(directory).content), extra=True) == ""


def test_our_own_export_changes_nothing(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    written = cpsv_write.write(gathered.directory)
    told = read(written.content, "sl", "si")
    assert told.remarks == ()
    there = {id_: service for id_, service in canonical(gathered.directory).services.items() if id_ in told.directory.services}
    assert canonical(told.directory).services == there
    proposal = placing.changes(told.directory, library, phrases, NOW)
    assert (proposal.values, proposal.remarks) == ({}, ())
    assert placing.foreign(told.directory, library) == []


def test_our_own_hsds_export_changes_nothing_in_any_language(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    for language in LANGUAGES:
        told = read(hsds_write.write(gathered.directory, language, NOW).content, language, None)
        assert told.remarks == ()
        proposal = placing.changes(told.directory, library, phrases, NOW)
        assert (proposal.values, proposal.remarks) == ({}, ())


def test_an_export_of_last_year_changes_nothing_either(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    # By then each amount of this year is shown with its year, which stands in no wording.
    later = NOW.replace(year=NOW.year + 1)
    assert placing.changes(gathered.directory, library, phrases, later).values == {}
    earlier = gather(library, phrases, later).directory
    assert placing.changes(earlier, library, phrases, NOW).values == {}


def _with(directory: Directory, identifier: str, **parts: Mapping[str, Any]) -> Directory:
    id_ = urn("service", identifier)
    service = replace(directory.services[id_], **parts)  # type: ignore[arg-type]
    return replace(directory, services={**directory.services, id_: service})


def test_one_changed_text_changes_exactly_that_wording(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    service = gathered.directory.services[urn("service", "home-care/it")]
    note = service.note["sl"]
    changed = _with(gathered.directory, "home-care/it", note={**service.note, "sl": note.replace("Praviloma", "Navadno")})
    told = read(cpsv_write.write(changed).content, "sl", "si")
    proposal = placing.changes(told.directory, library, phrases, NOW)
    raw = library.answers["home-care/it"].wordings["sl"].note
    assert "{fap_hours}" in raw
    assert "{isee_limit}" in raw
    assert proposal.values == {("sl/home-care.yaml", ("wordings", "it", "note")): raw.replace("Praviloma", "Navadno")}
    assert proposal.remarks == ()


def test_one_changed_item_changes_its_list_alone(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    service = gathered.directory.services[urn("service", "home-care/it")]
    bring = (*service.bring["sl"], "osebni dokument")
    changed = _with(gathered.directory, "home-care/it", bring={**service.bring, "sl": bring})
    told = read(cpsv_write.write(changed).content, "sl", "si")
    proposal = placing.changes(told.directory, library, phrases, NOW)
    assert proposal.values == {("sl/home-care.yaml", ("wordings", "it", "bring")): list(bring)}


def test_a_number_that_is_no_fact_is_told(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    service = gathered.directory.services[urn("service", "home-care/si")]
    changed = _with(gathered.directory, "home-care/si", cost={**service.cost, "sl": "Plačate 7 evrov."})
    proposal = placing.changes(changed, library, phrases, NOW)
    assert proposal.values == {("sl/home-care.yaml", ("wordings", "si", "cost")): "Plačate 7 evrov."}
    assert [str(remark) for remark in proposal.remarks] == [
        "warning: home-care/si, sl: A number stands in the text that is no fact of this answer (cost): Plačate 7 evrov."
    ]


def test_a_part_that_the_file_lacks_stays(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    changed = _with(gathered.directory, "home-care/si", cost={})
    proposal = placing.changes(changed, library, phrases, NOW)
    assert proposal.values == {}
    assert {str(remark) for remark in proposal.remarks} == {
        f"note: home-care/si, {language}: The file does not have this part (cost). It stays as it is with us."
        for language in ("sl", "it", "hr")
        if library.answers["home-care/si"].wordings[language].cost
    }


def test_a_wording_in_a_new_language_is_taken_whole(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    service = gathered.directory.services[urn("service", "home-care/si")]
    changed = _with(gathered.directory, "home-care/si", descriptions={**service.descriptions, "bg": "Помощ у дома за възрастни."})
    proposal = placing.changes(changed, library, phrases, NOW)
    assert proposal.values == {
        ("bg/home-care.yaml", ("wordings", "si")): {
            "title": "Помощ у дома",
            "what": "Помощ у дома за възрастни.",
            "button": "Помощ у дома",
        }
    }


def test_what_stands_elsewhere_is_told_and_not_changed(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    changed = _with(gathered.directory, "home-care/si")
    id_ = urn("service", "home-care/si")
    office = gathered.directory.providers[urn("provider", "si-csd-spodnje-podravje")]
    changed = replace(
        changed,
        services={**changed.services, id_: replace(changed.services[id_], amount=Decimal(5), duration="P3D")},
        providers={**changed.providers, office.id: replace(office, phones=("+386 1 000 00 00",))},
    )
    proposal = placing.changes(changed, library, phrases, NOW)
    assert proposal.values == {}
    assert [str(remark) for remark in proposal.remarks] == [
        "warning: home-care/si, amount: It differs from ours () and was not changed, since it stands elsewhere: 5",
        "warning: home-care/si, duration: It differs from ours () and was not changed, since it stands elsewhere: P3D",
        (
            "warning: si-csd-spodnje-podravje, phones: "
            "The entry of the office differs in the file and was not changed: +386 1 000 00 00"
        ),
    ]


def test_a_changed_button_is_taken_and_further_words_are_told(gathered: Gathered, library: Library, phrases: Phrases) -> None:
    service = gathered.directory.services[urn("service", "home-care/si")]
    one = _with(gathered.directory, "home-care/si", keywords={**service.keywords, "sl": ("Nega doma",)})
    proposal = placing.changes(one, library, phrases, NOW)
    assert proposal.values == {("sl/home-care.yaml", ("wordings", "si", "button")): "Nega doma"}
    two = _with(gathered.directory, "home-care/si", keywords={**service.keywords, "sl": (*service.keywords["sl"], "nega")})
    proposal = placing.changes(two, library, phrases, NOW)
    assert proposal.values == {}
    assert [str(remark) for remark in proposal.remarks] == [
        "warning: home-care/si, keywords, sl: There is no place for this with us; it was left out: nega"
    ]
