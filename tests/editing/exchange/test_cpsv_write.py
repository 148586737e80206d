from __future__ import annotations

import json
from typing import Any

from bot.editing.exchange import cpsv_write
from bot.editing.exchange.gathering import Gathered, gather, not_worded
from bot.editing.exchange.services import uuid_of
from bot.language.phrases import Phrases
from bot.model.library import Library
from tests.editing.exchange.conftest import NOW
from tests.editing.exchange.standards import faults, graph


def _nodes(content: bytes) -> dict[str, Any]:
    return {node["@id"]: node for node in json.loads(content)["@graph"]}


def _home_care(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = _nodes(content)[f"urn:uuid:{uuid_of('service', 'home-care/si')}"]
    return found


def test_the_shipped_library_passes_the_official_shapes_and_ours(gathered: Gathered) -> None:
    written = cpsv_write.write(gathered.directory)
    assert faults(graph(written.content), extra=True) == ""


def test_what_we_write_needs_no_stubs_and_no_other_file(gathered: Gathered) -> None:
    held = json.loads(cpsv_write.write(gathered.directory).content)
    assert isinstance(held["@context"], dict)
    assert not [value for value in held["@context"].values() if isinstance(value, str) and value.endswith(".jsonld")]


def test_a_service_without_a_public_body_is_left_out_and_named(gathered: Gathered) -> None:
    written = cpsv_write.write(gathered.directory)
    left_out = {remark.node for remark in written.remarks}
    assert "volunteering/si" in left_out
    assert "home-care/si" not in left_out
    assert {remark.message for remark in written.remarks} == {
        "Left out: the format demands a public body that is responsible, and we name none."
    }
    services = [node for node in _nodes(written.content).values() if node["@type"] == "PublicService"]
    assert len(services) + len(left_out) == len(gathered.directory.services)


def test_a_service_that_nobody_can_be_asked_about_is_left_out_without_an_address_of_ours(
    library: Library, phrases: Phrases
) -> None:
    written = cpsv_write.write(gather(library, phrases, NOW).directory)
    said = {remark.node: remark.message for remark in written.remarks}
    assert said["residence-permit/it-si"] == (
        "Left out: the format demands a contact, and we know no phone, e-mail or page of any office."
    )
    assert faults(graph(written.content), extra=True) == ""


def test_a_language_without_a_wording_is_titled_by_the_topic_and_said_to_be_missing(gathered: Gathered, phrases: Phrases) -> None:
    service = _home_care(cpsv_write.write(gathered.directory).content)
    names = {each["@language"]: each["@value"] for each in service["PublicService.name"]}
    texts = {each["@language"]: each["@value"] for each in service["PublicService.description"]}
    assert names["bg"] == "Помощ у дома"
    assert texts["bg"] == not_worded(phrases, "bg")
    assert texts["sl"].startswith("Pri pomoči na domu oskrbovalka")


def test_facts_are_written_out(gathered: Gathered) -> None:
    for service in gathered.directory.services.values():
        for texts in (service.descriptions, service.who, service.cost, service.time, service.note):
            assert "{" not in "".join(texts.values())


def test_one_country_brings_its_own_services_and_those_across_its_borders(library: Library, phrases: Phrases) -> None:
    services = gather(library, phrases, NOW, country="bg").directory.services.values()
    assert {service.identifier.rpartition("/")[2] for service in services} == {"bg"}
    of_italy = gather(library, phrases, NOW, country="it").directory.services.values()
    assert {service.identifier.rpartition("/")[2] for service in of_italy} == {"it", "it-si", "si-it"}


def test_ids_are_the_same_in_every_export(library: Library, phrases: Phrases, gathered: Gathered) -> None:
    again = gather(library, phrases, NOW, public_url="https://another.example.org").directory
    assert list(again.services) == list(gathered.directory.services)
    assert uuid_of("service", "home-care/si") == "44b02d10-cc61-5b70-b564-f2cdd388059b"
