"""Services in the formats of the field on the page for import and export."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from bot.editing.exchange.services import uuid_of
from bot.model.staff import Role
from bot.store import drafts
from tests.editing.exchange.standards import CPSV
from tests.support.desk import House, field_of
from tests.support.editing import put_up, small_edition

READ = "/desk/exchange/read"
NOVA_GORICA = (CPSV / "foreign" / "c4c-DEMO_SLOVENIA.rdf").read_bytes()
CARRIED = ("token", "name", "format", "language", "country", "carried", "service-1")


@pytest.fixture(name="eva")
async def _eva(desk: House) -> httpx.AsyncClient:
    """An editor's browser, in a house with an edition."""
    await put_up(desk.db, small_edition(), desk.now())
    await desk.hire("eva", Role.EDITOR)
    return await desk.signed_in("eva")


async def exported(browser: httpx.AsyncClient, **asked: str) -> tuple[str, Any]:
    """Return the name of an exported file and what it holds."""
    answer = await browser.get("/desk/exchange/file", params={"told": "1", **asked})
    assert answer.status_code == 200
    return answer.headers["content-disposition"], json.loads(answer.content)


async def send(browser: httpx.AsyncClient, content: bytes, name: str, **fields: str) -> httpx.Response:
    """Choose a file and send the form."""
    token = field_of((await browser.get("/desk/exchange")).text, "token")
    data = {"token": token, "do": "check", "language": "sl", "country": "si", **fields}
    return await browser.post(READ, data=data, files={"file": (name, content)})


async def files_of(desk: House) -> dict[str, Any]:
    """Return what the one open draft changes."""
    async with desk.db.read() as tx:
        [draft] = await drafts.in_state(tx, drafts.State.OPEN)
        return dict(await drafts.files(tx, draft.id))


async def test_a_topic_is_exported_with_all_its_languages(eva: httpx.AsyncClient) -> None:
    name, held = await exported(eva, format="cpsv", scope="debts")
    assert name == 'attachment; filename="infopoint-debts-1.jsonld"'
    services = [node for node in held["@graph"] if node["@type"] == "PublicService"]
    assert services
    assert {service["PublicService.identifier"].partition("/")[0] for service in services} == {"debts"}


async def test_one_language_is_exported_in_the_format_of_directories(eva: httpx.AsyncClient) -> None:
    name, held = await exported(eva, format="hsds", scope="hr", language="hr")
    assert name == 'attachment; filename="infopoint-hr-hr-1.json"'
    assert held["total_items"] == len(held["contents"]) > 0


async def test_what_is_left_out_is_told_before_the_file_is_given_out(eva: httpx.AsyncClient) -> None:
    page = await eva.get("/desk/exchange/file", params={"format": "hsds", "scope": "all", "language": "bg"})
    assert page.headers["content-type"].startswith("text/html")
    assert "Left out: it has no text in this language." in page.text
    assert f"{small_edition().topics['debts'].names['sl']} (" in page.text
    assert page.text.count('<th scope="row">') == 18
    assert "told=1" in page.text


async def test_our_own_export_changes_nothing(eva: httpx.AsyncClient) -> None:
    _, held = await exported(eva, format="cpsv", scope="all")
    report = await send(eva, json.dumps(held).encode(), "nase.jsonld")
    assert "nothing would change" in report.text


async def test_a_changed_text_becomes_a_draft_of_that_wording_alone(desk: House, eva: httpx.AsyncClient) -> None:
    _, held = await exported(eva, format="hsds", scope="home-care", language="sl")
    id_ = uuid_of("service", "home-care/si")
    service = next(each for each in held["contents"] if each["id"] == id_)
    service["eligibility_description"] = "Namenjena je vsem."
    assert (await send(eva, json.dumps(held).encode(), "imenik.json", do="draft")).status_code == 303
    files = await files_of(desk)
    assert list(files) == ["sl/home-care.yaml"]
    assert files["sl/home-care.yaml"]["wordings"]["si"]["who"] == "Namenjena je vsem."


async def test_a_service_of_a_municipality_becomes_an_answer_of_the_topic_that_the_editor_chooses(
    desk: House, eva: httpx.AsyncClient
) -> None:
    report = await send(eva, NOVA_GORICA, "nova-gorica.rdf")
    assert "Postopki in obrazci - Za občane" in report.text
    assert "was read as: +386 5 335 03 52" in report.text
    carried = {name: field_of(report.text, name) for name in CARRIED}
    chosen = {"topic-1": "+", "new-1": "birth-grant", "where-1": "si", "group-1": "family"}
    led = await eva.post(READ, data={**carried, **chosen, "do": "draft"})
    assert led.status_code == 303
    files = await files_of(desk)
    facts = files["facts/si/birth-grant.yaml"]
    assert facts["confidence"] == "thin"
    assert facts["facts"]["phone_1"] == {"kind": "phone", "value": "+386 5 335 03 52", "source": "file"}
    assert facts["sources"]["file"]["record"] == "nova-gorica.rdf"
    assert files["sl/birth-grant.yaml"]["wordings"]["si"]["cost"] == "Takse ni."
    assert files["topics/birth-grant.yaml"] == {
        "group": "family",
        "countries": ["si"],
        "names": {"sl": "Postopki in obrazci - Za občan"},
    }
    assert (await eva.get(led.headers["location"])).status_code == 200


async def test_a_name_that_no_topic_can_have_is_refused(eva: httpx.AsyncClient) -> None:
    report = await send(eva, NOVA_GORICA, "nova-gorica.rdf")
    carried = {name: field_of(report.text, name) for name in CARRIED}
    again = await eva.post(READ, data={**carried, "topic-1": "+", "new-1": "../Rojstvo", "where-1": "si", "do": "draft"})
    assert "“../Rojstvo” cannot name a topic" in again.text
    assert "nothing would change" in again.text


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<!DOCTYPE html><html>", "a.jsonld", "The file is a page of the web, not data."),
        (
            b'{"@context": "https://evil.example/c.jsonld"}',
            "a.jsonld",
            "is told on a page elsewhere (https://evil.example/c.jsonld)",
        ),
        (b"\xe8\xe6", "a.ttl", "The file is not written in UTF-8 (byte 1)."),
        (b"x" * (9 * 1024 * 1024), "a.rdf", "The file is larger than 8 MB."),
    ],
)
async def test_what_cannot_be_read_is_told_beside_the_field(
    eva: httpx.AsyncClient, content: bytes, name: str, sentence: str
) -> None:
    page = await send(eva, content, name)
    assert page.status_code == 422
    assert sentence in page.text
