from __future__ import annotations

import json
from typing import Any

import pytest

from bot.editing.exchange import hsds_write
from bot.editing.exchange.gathering import Gathered
from bot.editing.exchange.reading import read
from bot.editing.exchange.services import Told, Unreadable, uuid_of
from bot.model.library import LANGUAGES
from tests.editing.exchange.conftest import NOW
from tests.editing.exchange.standards import HSDS, errors

OFFICIAL = ["service", "organization", "service_at_location"]
HOME_HELP = HSDS / "examples" / "service-home-help.json"


def _good() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(HOME_HELP.read_text("utf-8"))
    return held


def _read(held: Any) -> Told:
    return read(json.dumps(held).encode(), "sl", "si")


def _said(told: Told) -> set[str]:
    return {str(remark) for remark in told.remarks}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_library_passes_the_strict_schemas(gathered: Gathered, language: str) -> None:
    held = json.loads(hsds_write.write(gathered.directory, language, NOW).content)
    assert [fault for service in held["contents"] for fault in errors("service", service)] == []


def test_a_file_has_one_language_and_tells_what_it_lacks(gathered: Gathered) -> None:
    written = hsds_write.write(gathered.directory, "bg", NOW)
    held = json.loads(written.content)
    assert held["total_items"] + len(written.remarks) == len(gathered.directory.services)
    assert "note: debts/si, bg: Left out: it has no text in this language." in map(str, written.remarks)


def test_ids_are_the_same_in_each_language(gathered: Gathered) -> None:
    ids = []
    for language in ("sl", "it"):
        held = json.loads(hsds_write.write(gathered.directory, language, NOW).content)
        ids.append({each["id"]: each["name"] for each in held["contents"]})
    id_ = uuid_of("service", "home-care/it")
    assert ids[0][id_] == "Pomoč na domu"
    assert ids[1][id_] == gathered.directory.services[f"urn:uuid:{id_}"].names["it"]


def test_hours_are_rows_with_their_zone(gathered: Gathered) -> None:
    held = json.loads(hsds_write.write(gathered.directory, "it", NOW).content)
    places = [place["location"] for service in held["contents"] for place in service["service_at_locations"]]
    rows = [row for place in places for row in place.get("schedules", [])]
    row = next(row for row in rows if row.get("byday") == "MO,TU,WE,TH,FR")
    assert row["opens_at"].endswith("+01:00")
    assert row["wkst"] == "MO"


def test_codes_are_as_the_format_says(gathered: Gathered) -> None:
    held = json.loads(hsds_write.write(gathered.directory, "sl", NOW).content)
    codes = {language["code"] for service in held["contents"] for language in service["languages"]}
    assert codes <= {"slv", "ita", "hrv", "bul"}
    assert {cost["currency"] for service in held["contents"] for cost in service.get("cost_options", [])} == {"EUR"}


@pytest.mark.parametrize("kind", OFFICIAL)
def test_the_official_examples_pass(kind: str) -> None:
    name = "service_full" if kind == "service" else f"{kind}_full"
    held = json.loads((HSDS / "examples-official" / f"{name}.json").read_text("utf-8"))
    assert list(errors(kind, held)) == []


def test_the_official_service_is_read_and_nothing_is_lost() -> None:
    told = read((HSDS / "examples-official" / "service_full.json").read_bytes(), "en", None)
    (service,) = told.directory.services.values()
    assert service.names == {"en": "Community Counselling"}
    assert service.who["en"].startswith("This service is intended for all people aged 12 and over")
    said = _said(told)
    assert ("warning: Community Counselling, minimum_age: There is no place for this with us; it was left out: 12") in said
    assert any("program" in line for line in said)
    assert any("interpretation_services" in line for line in said)


def test_the_schema_knows_that_a_bad_address_is_none() -> None:
    # Without its helpers for formats the validator would let this pass in silence.
    assert list(errors("service", {**_good(), "url": "not a url"}))


def test_a_good_file_of_ours_is_read() -> None:
    assert list(errors("service", _good())) == []
    told = _read(_good())
    (service,) = told.directory.services.values()
    assert service.names == {"sl": "Pomoč na domu"}
    assert service.bring == {"sl": ("Osebna izkaznica",)}
    assert str(service.amount) == "6.5"
    assert service.languages == ("sl", "it", "hr", "bg")
    assert [event.names for event in told.directory.events.values()] == [{"sl": "Staranje"}]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, None),
        ({"name": "DEFAULT NAME"}, None),
        ({"status": "open"}, "status: This is not written as the format demands: “open”"),
        ({"status": "defunct"}, "status: The file says that this service is not given now: defunct"),
        ({"assured_date": "1. 11. 2026"}, "assured_date: This is no date as the format writes it (2026-11-22)"),
        ({"languages": [{"id": "x", "code": "slo"}]}, "code: We do not know this code, and it was left out: slo"),
        ({"languages": "slo"}, "languages: This is not written as the format demands: “slo”"),
        ({"required_documents": ["osebna"]}, "required_documents: This is not written as the format demands: “osebna”"),
        ({"cost_options": [{"amount": "6,5"}]}, "amount: The cost is no plain number of euros and was kept as text: “6,5”"),
        ({"cost_options": [{"amount": True}]}, "amount: The cost is no plain number of euros and was kept as text: “True”"),
        ({"cost_options": [{"amount": 6, "currency": "evro"}]}, "currency: This is no code of a currency (EUR): “evro”"),
        ({"schedules": [{"opens_at": "8.00"}]}, "opens_at: This is not written as the format demands: “8.00”"),
        ({"schedules": [{"opens_at": "08:00"}]}, "opens_at: The time does not say its zone: “08:00”"),
        ({"schedules": [{"byday": "pon-pet"}]}, "byday: This is not written as the format demands: “pon-pet”"),
        ({"schedules": [{"valid_from": "jutri"}]}, "valid_from: This is not written as the format demands: “jutri”"),
        ({"phones": [{"number": "pokličite nas"}]}, "was left out: “pokličite nas”"),
        ({"phones": [{"number": "05 335 03 52"}]}, "phones: “05 335 03 52” was read as: +386 5 335 03 52"),
        ({"service_areas": [{"uri": "https://example.org/x"}]}, "uri: We do not know this code"),
        ({"colour": "modra"}, "colour: There is no place for this with us; it was left out: modra"),
        ({"description": 7}, "description: This is not written as the format demands: “7”"),
        ({"additional_urls": [{"label": "x"}]}, "url: The format demands this, and it is missing."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], says: str | None) -> None:
    held = {**_good(), **change}
    if says is None:
        with pytest.raises(Unreadable, match="holds no service"):
            _read(held)
        return
    assert [line for line in _said(_read(held)) if says in line]


def test_a_page_of_services_and_a_list_are_read_alike() -> None:
    assert _read([_good()]).directory == _read({"contents": [_good()]}).directory == _read(_good()).directory


def test_a_service_that_stands_twice_is_told() -> None:
    told = _read([_good(), _good()])
    assert len(told.directory.services) == 1
    assert any("stands in the file twice" in line for line in _said(told))


def test_the_file_knows_its_language_better_than_who_brings_it(gathered: Gathered) -> None:
    told = read(hsds_write.write(gathered.directory, "hr", NOW).content, "it", None)
    service = next(iter(told.directory.services.values()))
    assert list(service.names) == ["hr"]
    assert any("The file says that its texts are in another language than you chose: hr." in line for line in _said(told))
