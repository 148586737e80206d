"""The description of the interface: it tells of every address and of nothing else, and holds no secret."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.telegram import webhook
from bot.web import openapi
from bot.web.openapi import PARTS, describe, operations, page_of
from tests.support.desk import House, house


async def _nothing(*_: object) -> Response:
    return Response()


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[House]:
    """A house in which everything is switched on that has addresses of its own."""
    doors: list[BaseRoute] = [Route(webhook.PATH, _nothing, methods=["POST"]), Route("/metrics", _nothing)]
    async with house(
        tmp_path, routes=doors, open_data="yes", public_url="https://info.example.org", embed_in="https://town.example.org"
    ) as opened:
        yield opened


async def _told(opened: House) -> dict[str, Any]:
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(opened.site), base_url="http://localhost")
    answer = await browser.get(openapi.PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    told: dict[str, Any] = answer.json()
    return told


async def test_every_address_is_described_with_every_method_and_nothing_else_is(whole: House) -> None:
    told = await _told(whole)
    described = {(path, method.upper()) for path, its in told["paths"].items() for method in its}
    assert described == set(operations(whole.site.routes))
    spoken_of = {path for path, _ in described}
    for pages in PARTS.values():
        for path in pages:
            assert path in spoken_of or f"{path}/{{path}}" in spoken_of, f"there is no {path}"


async def test_what_is_said_fits_what_is_taken(whole: House) -> None:
    for path, method in operations(whole.site.routes):
        _, page = page_of(path)
        assert page.post or method == "GET", f"nothing is said of the form at {path}"
    taken = set(operations(whole.site.routes))
    for pages in PARTS.values():
        for path, page in pages.items():
            assert not page.post or (path, "POST") in taken, f"{path} takes no form"


async def test_it_is_an_openapi_description(whole: House) -> None:
    told = await _told(whole)
    assert told["openapi"] == "3.1.0"
    identifiers = [each["operationId"] for its in told["paths"].values() for each in its.values()]
    assert len(identifiers) == len(set(identifiers))
    for path, its in told["paths"].items():
        for each in its.values():
            in_path = [parameter["name"] for parameter in each["parameters"] if parameter["in"] == "path"]
            assert all(f"{{{name}}}" in path for name in in_path)
            assert path.count("{") == len(in_path)
            schemas = [parameter["schema"] for parameter in each["parameters"]]
            schemas += [body["schema"] for body in each.get("requestBody", {}).get("content", {}).values()]
            for schema in schemas:
                jsonschema.Draft202012Validator.check_schema(schema)
            assert each["summary"].endswith((".", "for."))
            assert {"200", "303", "404"} <= set(each["responses"])


async def test_a_form_of_the_desk_takes_a_token(whole: House) -> None:
    told = await _told(whole)
    without = [
        path
        for path, its in told["paths"].items()
        if path.startswith("/desk") and "post" in its and "token" not in _fields(its["post"])
    ]
    assert without == ["/desk/signin", "/desk/invitation/{token}"]


def _fields(operation: dict[str, Any]) -> set[str]:
    return {name for body in operation["requestBody"]["content"].values() for name in body["schema"]["properties"]}


async def test_it_tells_nothing_of_how_this_place_is_set_up(tmp_path: Path) -> None:
    secret = "9" * 40
    async with house(tmp_path, telegram_token=f"1:{secret}", public_url="https://info.example.org") as opened:
        told = str(await _told(opened))
    assert secret not in told
    assert "info.example.org" not in told
    assert str(tmp_path) not in told


def test_an_address_of_which_nothing_is_said_is_noticed() -> None:
    with pytest.raises(KeyError, match="/new"):
        describe([Route("/new", _nothing)])
