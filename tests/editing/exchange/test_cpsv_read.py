from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.editing.exchange.reading import LARGEST, read
from bot.editing.exchange.services import Told, Unreadable
from tests.editing.exchange.reports_of import report
from tests.editing.exchange.standards import CPSV, FOREIGN

REPORTS = Path(__file__).parent / "reports"
SERVICE = "https://example.org/service"
PREFIXES = """\
@prefix cpsv: <http://purl.org/vocab/cpsv#> .
@prefix cv: <http://data.europa.eu/m8g/> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <https://example.org/> .
"""


def _turtle(text: str) -> Told:
    return read(f"{PREFIXES}\n{text}".encode(), "sl", "si")


def _said(told: Told) -> list[str]:
    return [str(remark) for remark in told.remarks]


def _refusal(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content, "sl", "si")
    return str(refused.value)


@pytest.mark.parametrize("name", FOREIGN)
def test_the_report_of_a_foreign_file_is_the_one_that_was_read_by_people(name: str) -> None:
    assert report(name) == (REPORTS / f"{name}.txt").read_text("utf-8")


def test_a_cost_that_is_no_number_is_kept_as_text_and_named() -> None:
    told = _turtle('x:service a cpsv:PublicService ; cv:hasCost x:cost . x:cost a cv:Cost ; cv:hasValue "6,5 EUR" .')
    assert told.directory.services[SERVICE].cost == {"sl": "6,5 EUR"}
    assert "warning: cost, cv:hasValue: The cost is no plain number of euros and was kept as text: “6,5 EUR”" in _said(told)


def test_a_second_cost_is_told() -> None:
    told = _turtle(
        "x:service a cpsv:PublicService ; cv:hasCost x:a, x:b ."
        "x:a a cv:Cost ; cv:hasValue 5.0e0 . x:b a cv:Cost ; cv:hasValue 7.0e0 ."
    )
    assert str(told.directory.services[SERVICE].amount) == "5.0"
    assert "warning: service, cv:hasCost: Only one may stand here; this one was not taken: 7.0" in _said(told)


def test_a_day_that_is_none_is_told() -> None:
    told = _turtle('x:service a cpsv:PublicService ; dct:modified "včeraj" .')
    assert told.directory.services[SERVICE].checked_on is None
    assert any("This is no date as the format writes it" in line for line in _said(told))


def test_what_nobody_took_is_told() -> None:
    told = _turtle('x:service a cpsv:PublicService ; x:colour "modra"@sl .')
    assert ("warning: service, https://example.org/colour: There is no place for this with us; it was left out: modra") in _said(
        told
    )


def test_a_text_where_an_address_stands_is_told() -> None:
    told = _turtle("x:service a cpsv:PublicService ; dct:title x:title .")
    assert "warning: service, dct:title: A text was expected, not an address: https://example.org/title" in _said(told)


def test_a_contact_point_of_no_body_stands_by_itself() -> None:
    told = _turtle(
        'x:service a cpsv:PublicService ; cv:contactPoint x:contact . x:contact a cv:ContactPoint ; cv:telephone "041 123 456" .'
    )
    (provider,) = told.directory.providers.values()
    assert provider.phones == ("+386 41 123 456",)
    assert told.directory.services[SERVICE].providers == (provider.id,)


def test_hours_are_told_once_however_often_they_are_led_to() -> None:
    told = _turtle(
        "x:service a cpsv:PublicService ; cv:contactPoint x:contact ; cv:hasChannel x:channel ; cv:hasCompetentAuthority x:body ."
        "x:body a cv:PublicOrganisation . x:channel cv:ownedBy x:body ; cv:openingHours x:hours ."
        'x:contact a cv:ContactPoint ; cv:openingHours x:hours . x:hours dct:description "Pon 8-12"@sl .'
    )
    assert told.directory.providers["https://example.org/body"].hours == {"sl": "Pon 8-12"}


def test_an_address_in_parts_is_put_together() -> None:
    told = _turtle(
        "@prefix locn: <http://www.w3.org/ns/locn#> . x:service a cpsv:PublicService ; cv:hasCompetentAuthority x:body ."
        "x:body a cv:PublicOrganisation ; locn:address x:address ."
        'x:address locn:thoroughfare "Trg 1"@sl ; locn:postCode "5000" ; locn:postName "Nova Gorica"@sl .'
    )
    assert told.directory.providers["https://example.org/body"].address == {"sl": "Trg 1 5000 Nova Gorica"}


def test_the_official_context_is_known_wherever_it_is_said_to_lie() -> None:
    held = {
        "@context": "https://somewhere.example/releases/3.2.0/context/cpsv-ap.jsonld",
        "@id": SERVICE,
        "@type": "PublicService",
        "PublicService.name": {"@language": "sl", "@value": "Pomoč"},
    }
    assert read(json.dumps(held).encode(), "sl", "si").directory.services[SERVICE].names == {"sl": "Pomoč"}


@pytest.mark.parametrize(
    "context",
    [
        "https://evil.example/context.jsonld",
        {"@import": "https://evil.example/context.jsonld"},
        {"inside": {"@id": "https://example.org/inside", "@context": "https://evil.example/context.jsonld"}},
        ["https://evil.example/context.jsonld"],
    ],
)
def test_a_context_elsewhere_is_refused(context: Any) -> None:
    refusal = _refusal(json.dumps({"@context": context, "@graph": []}).encode())
    assert refusal == (
        "What the words of this file mean is told on a page elsewhere (https://evil.example/context.jsonld). It is not fetched."
    )


def test_a_context_within_an_entry_is_refused() -> None:
    held: Mapping[str, Any] = {"@context": {}, "@graph": [{"@context": "https://evil.example/c.jsonld", "a": 1}]}
    assert "https://evil.example/c.jsonld" in _refusal(json.dumps(held).encode())


def test_the_model_of_smart_data_that_needs_the_network_is_refused() -> None:
    assert "smart-data-models.github.io" in _refusal((CPSV / "foreign" / "sdm-PublicService.jsonld").read_bytes())


ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;&c;</rdf:RDF>"""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty."),
        (b"\x00\x01\x02", "The file is no text."),
        ("Pomoč".encode("cp1250"), "The file is not written in UTF-8 (byte 5). Save it in this encoding and try again."),
        ("Pomoč".encode("utf-16"), "The file is not written in UTF-8 (byte 1). Save it in this encoding and try again."),
        (
            b"<!DOCTYPE html><html><body>Not found</body></html>",
            "The file is a page of the web, not data. Download the data itself and try again.",
        ),
        (b"x" * (LARGEST + 1), "The file is larger than 8 MB. Split it."),
        (b'{"@graph": [', "The file is no complete JSON: line 1, column 13."),
        (b"[" * 100_000, "The file has entries within entries, more than 40 deep. It was not read."),
        (b"[" * 60 + b"]" * 60, "The file has entries within entries, more than 40 deep. It was not read."),
        (b'{"a":' * 60 + b"1" + b"}" * 60, "The file has entries within entries, more than 40 deep. It was not read."),
        (b"{}", "The file holds no public service (cpsv:PublicService). Nothing was read."),
        (b"[1]", "The file holds no public service (cpsv:PublicService). Nothing was read."),
        (ENTITIES, "The file defines abbreviations of its own (DOCTYPE), which can be harmful. It was not read."),
        (b"<rdf:RDF>\n", "The file is not as its format demands: see line 1. Nothing was read."),
        (b"@prefix x: <x> .\nx:a x:b x:c x:d .", "The file is not as its format demands: see line 2. Nothing was read."),
        (b"( " * 50_000, "The file is not as its format demands, and nothing could be read."),
        (b"ime;telefon\nPomoc;05 335\n", "The file is not as its format demands: see line 1. Nothing was read."),
    ],
    ids=range(17),
)
def test_what_is_no_data_is_refused_in_plain_words(content: bytes, says: str) -> None:
    assert _refusal(content) == says
