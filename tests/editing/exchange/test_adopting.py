from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bot.editing import trees
from bot.editing.exchange.adopting import Choice, Origin, adopt
from bot.editing.exchange.proposals import Proposal
from bot.editing.exchange.reading import read
from bot.editing.exchange.services import Directory, LifeEvent, Provider, Service
from bot.model.library import Library
from tests.editing.exchange.standards import CPSV
from tests.support.editing import small_tree

ORIGIN = Origin("storitve.ttl", date(2026, 11, 22))
SERVICE = Service("https://example.org/a", "a", names={"sl": "Pomoč"}, descriptions={"sl": "Pomoč na domu."})


def _adopted(service: Service, *, choice: Choice | None = None, tree: Any = None, **more: Any) -> Proposal:
    directory = Directory({service.id: service}, **more)
    return adopt(directory, {service.id: choice or Choice("heating-costs", "si", "home")}, {} if tree is None else tree, ORIGIN)


def _said(proposal: Proposal) -> list[str]:
    return [str(remark) for remark in proposal.remarks]


def test_a_service_becomes_a_thin_answer_of_a_new_topic() -> None:
    values = _adopted(SERVICE).values
    assert values["topics/heating-costs.yaml", ()] == {"group": "home", "countries": ["si"], "names": {"sl": "Pomoč"}}
    assert values["facts/si/heating-costs.yaml", ()] == {
        "confidence": "thin",
        "checked_on": "2026-11-22",
        "whom": [],
        "facts": {},
        "sources": {"file": {"record": "storitve.ttl", "url": "https://example.org/a", "date": "2026-11-22"}},
    }
    assert values["sl/heating-costs.yaml", ("wordings", "si")] == {"title": "Pomoč", "button": "Pomoč", "what": "Pomoč na domu."}
    assert values["bg/heating-costs.yaml", ()] == {"examples": []}


def test_what_was_adopted_is_told_what_it_lacks_and_nothing_breaks(library: Library) -> None:
    told = read((CPSV / "foreign" / "c4c-DEMO_SLOVENIA.rdf").read_bytes(), "sl", "si")
    (service,) = told.directory.services
    tree = trees.of(library)
    proposal = adopt(told.directory, {service: Choice("birth-grant", "si", "family")}, tree, ORIGIN)
    reading = trees.read(proposal.applied(tree), today=ORIGIN.day)
    assert reading.library is None
    assert {problem.file for problem in reading.errors} <= {
        *(f"{language}/birth-grant.yaml" for language in ("sl", "it", "hr", "bg")),
        "topics/birth-grant.yaml",
        "facts/si/birth-grant.yaml",
    }


def test_an_answer_that_is_there_is_not_overwritten() -> None:
    tree = small_tree()
    proposal = _adopted(SERVICE, choice=Choice("debts", "si"), tree=tree)
    assert proposal.values == {}
    assert _said(proposal) == [
        "warning: Pomoč, sl: The answer has a wording in this language already; the text of the file was not taken.",
        "warning: Pomoč: The service has no text that could be taken.",
    ]


def test_a_language_that_the_answer_lacks_is_taken() -> None:
    service = replace(SERVICE, names={"bg": "Помощ"}, descriptions={"bg": "Помощ у дома."})
    proposal = _adopted(service, choice=Choice("debts", "si"), tree=small_tree())
    assert list(proposal.values) == [("bg/debts.yaml", ("wordings", "si"))]


def test_contacts_become_facts() -> None:
    office = Provider(
        "urn:office",
        names={"sl": "Občina"},
        phones=("+386 5 335 03 52",),
        emails=("info@example.org",),
        pages=("https://example.org/",),
        address={"sl": "Trg 1"},
        hours={"sl": "Pon 8-12"},
    )
    proposal = _adopted(replace(SERVICE, providers=(office.id,)), providers={office.id: office})
    facts = proposal.values["facts/si/heating-costs.yaml", ()]["facts"]
    assert {name: (fact["kind"], fact["value"]) for name, fact in facts.items()} == {
        "address_1": ("address", "Trg 1"),
        "phone_1": ("phone", "+386 5 335 03 52"),
        "email_1": ("email", "info@example.org"),
        "url_1": ("url", "https://example.org/"),
    }
    note = proposal.values["sl/heating-costs.yaml", ("wordings", "si")]["note"]
    assert note == "Občina: {address_1}, {phone_1}, {email_1}, {url_1}"
    assert "warning: Pomoč, hours, sl: There is no place for this with us; it was left out: Pon 8-12" in _said(proposal)


def test_an_amount_becomes_a_fact() -> None:
    service = replace(SERVICE, amount=Decimal("6.50"), cost={"sl": "na uro"}, checked_on=date(2025, 3, 1))
    values = _adopted(service).values
    fact = {"kind": "money", "value": "6.50", "valid_for": "2025", "source": "file"}
    assert values["facts/si/heating-costs.yaml", ()]["facts"] == {"amount": fact}
    assert values["sl/heating-costs.yaml", ("wordings", "si")]["cost"] == "{amount} na uro"


def test_a_brace_in_a_foreign_text_names_no_fact() -> None:
    service = replace(SERVICE, descriptions={"sl": "Pomoč {phone}."})
    assert _adopted(service).values["sl/heating-costs.yaml", ("wordings", "si")]["what"] == "Pomoč (phone)."


def test_a_service_without_a_description_is_described_by_its_name_and_that_is_told() -> None:
    proposal = _adopted(replace(SERVICE, descriptions={}))
    assert proposal.values["sl/heating-costs.yaml", ("wordings", "si")]["what"] == "Pomoč"
    told = "The file does not describe the service; its name stands in the place of the description."
    assert _said(proposal) == [f"warning: Pomoč, sl: {told}"]


def test_what_has_no_place_is_told() -> None:
    event = LifeEvent("urn:event", "e", {"sl": "Rojstvo"})
    service = replace(
        SERVICE,
        names={"sl": "Pomoč", "de": "Hilfe"},
        keywords={"sl": ("pomoč", "dom")},
        duration="P30D",
        countries=("hr",),
        events=(event.id,),
        note={"sl": "Do 30 dni."},
    )
    assert _said(_adopted(service, events={event.id: event})) == [
        "warning: Pomoč, names, de: The text is in none of our languages and was left out: Hilfe",
        "warning: Pomoč, events: There is no place for this with us; it was left out: Rojstvo",
        "warning: Pomoč, duration: There is no place for this with us; it was left out: P30D",
        "warning: Pomoč, keywords, sl: There is no place for this with us; it was left out: dom",
        "warning: Pomoč, countries: There is no place for this with us; it was left out: hr",
        "note: Pomoč, sl: Numbers stand in the text. Each must become a fact before this can be published.",
    ]


def test_a_service_without_a_choice_is_told() -> None:
    proposal = adopt(Directory({SERVICE.id: SERVICE}), {}, {}, ORIGIN)
    assert proposal.values == {}
    assert _said(proposal) == ["note: Pomoč: No topic was chosen for this service, and it was not taken."]


def test_two_services_do_not_share_an_answer() -> None:
    other = replace(SERVICE, id="https://example.org/b", names={"sl": "Druga"})
    choice = Choice("heating-costs", "si", "home")
    proposal = adopt(Directory({SERVICE.id: SERVICE, other.id: other}), {SERVICE.id: choice, other.id: choice}, {}, ORIGIN)
    assert "warning: Druga: Another service of this file was put into the same answer, and this one was not taken." in _said(
        proposal
    )


@pytest.mark.parametrize(
    "choice", [Choice("../x", "si"), Choice("Kurjava", "si"), Choice("heating", "at"), Choice("heating", "")]
)
def test_a_place_that_cannot_be_is_refused(choice: Choice) -> None:
    proposal = _adopted(SERVICE, choice=choice)
    assert proposal.values == {}
    assert "cannot name a topic" in _said(proposal)[0]
