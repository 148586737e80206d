"""The description of the whole web interface as OpenAPI 3.1, made from the routes and what `described` says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.webchat.visitor import FRAMED
from bot.web.described.desk import CASES, ENTRANCE, HOURS, PEOPLE
from bot.web.described.knowledge import DRAFTS, KEEPING, LIBRARY
from bot.web.described.page import Page, Pages
from bot.web.described.public import EVERYBODY, MACHINES, RESIDENTS
from bot.web.described.values import in_field, in_path

PATH = "/openapi.json"

_HTML, _FORM, _FILES, _JSON = "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
_TYPED = re.compile(r"\{(\w+)(?::\w+)?\}")

#: The parts of the interface, in the order in which they are told.
PARTS: Mapping[str, Pages] = MappingProxyType(
    {
        "residents": RESIDENTS,
        "everybody": EVERYBODY,
        "machines": MACHINES,
        "sign-in": ENTRANCE,
        "cases": CASES,
        "desk": HOURS,
        "people": PEOPLE,
        "library": LIBRARY,
        "drafts": DRAFTS,
        "keeping": KEEPING,
    }
)
_OPEN_TO_ALL = frozenset({"residents", "everybody", "machines", "sign-in"})

_MEANINGS = {
    200: "What was asked for.",
    202: "Taken; the answer comes by the stream.",
    204: "Done, with nothing to show.",
    302: "It is found at another address.",
    303: "Done, or one must sign in first: go on at another address.",
    304: "It has not changed.",
    400: "The request was not understood.",
    401: "Who asks is not known, or not any more.",
    403: "The form came from elsewhere, or from a page of another session.",
    404: "There is no such thing, or not for who asks.",
    405: "Not with this method.",
    408: "It came too slowly.",
    409: "Somebody was faster, or something was said meanwhile; what was typed is given back.",
    413: "Too long, or too large.",
    422: "Something in the form or in the address is amiss, which the page says.",
    429: "Too much at once.",
    502: "The channel did not give the file.",
    503: "The database cannot be reached, or very many write just now.",
}
_UPDATE = {"type": "object", "required": ["update_id"], "properties": {"update_id": {"type": "integer"}}}
_OF_ALL, _OF_FORMS = (400, 404, 405, 503), (403, 408, 409, 413, 422, 429)


def routes() -> list[Route]:
    """Return the route of the description. It tells of the application that it belongs to."""
    told: list[Mapping[str, Any]] = []

    async def answer(request: Request) -> JSONResponse:
        if not told:
            told.append(describe(request.app.routes))
        return JSONResponse(told[0], headers={"Cache-Control": "public, max-age=3600"})

    return [Route(PATH, answer, methods=["GET"])]


def describe(served: Iterable[BaseRoute]) -> dict[str, Any]:
    """Return the description of these routes. Raises KeyError for one of which nothing is said."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method in operations(served):
        paths.setdefault(path, {})[method.lower()] = _operation(path, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "infopoint",
            "version": version("infopoint"),
            "description": "Pages for people, which work without scripts, and a few addresses for programs.",
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "tags": [{"name": part} for part in PARTS],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "infopoint_staff", "description": "Staff who signed in."},
                "conversation": {"type": "apiKey", "in": "cookie", "name": "infopoint_chat", "description": "A resident."},
                "token": {"type": "http", "scheme": "bearer"},
                "webhook": {"type": "apiKey", "in": "header", "name": "X-Telegram-Bot-Api-Secret-Token"},
            }
        },
    }


def operations(served: Iterable[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Yield the path, as OpenAPI writes it, and the method of all that these routes take."""
    for route in served:
        if isinstance(route, Mount):
            yield f"{route.path}/{{path}}", "GET"
        elif isinstance(route, Route):
            path = _TYPED.sub(r"{\1}", route.path)
            yield from ((path, method) for method in sorted((route.methods or {"GET"}) - {"HEAD"}))


def page_of(path: str) -> tuple[str, Page]:
    """Return the part that a path belongs to and what is said of it. Raises KeyError when nothing is."""
    shown = path.removeprefix(FRAMED) or "/" if path == FRAMED or path.startswith(f"{FRAMED}/") else path
    shown = shown.removesuffix("/{path}")
    for part, pages in PARTS.items():
        if shown in pages:
            return part, pages[shown]
    raise KeyError(path)


def _operation(path: str, method: str) -> dict[str, Any]:
    part, page = page_of(path)
    is_form = method == "POST"
    summary = page.post if is_form else page.get or "Leads back to the page that the form stands on."
    about: dict[str, Any] = {
        "operationId": _identifier(path, method),
        "summary": summary,
        "tags": [part],
        "parameters": [
            *({"name": each, "in": "path", "required": True, "schema": in_path(each)} for each in _TYPED.findall(path)),
            *({"name": each, "in": "query", "schema": in_field(each)} for each in ("" if is_form else page.query).split()),
        ],
        "responses": {str(code): _response(code, page) for code in _codes(part, page, is_form=is_form)},
        "security": _security(path, part),
    }
    if is_form:
        about["requestBody"] = {"required": True, "content": _body(path, page)}
    return about


def _identifier(path: str, method: str) -> str:
    words = re.findall(r"\w+", path) or ["home"]
    return method.lower() + "".join(word[0].upper() + word[1:] for word in words)


def _codes(part: str, page: Page, *, is_form: bool) -> list[int]:
    found = {200, 302, 303, *_OF_ALL, *(_OF_FORMS if is_form else ())}
    if part in ("residents", "machines"):
        found |= {202, 204, 304, 403, 413}
    if part not in ("residents", "everybody"):
        found |= {204, 401}
    if part == "cases":
        found |= {502}
    if page.query:
        found |= {422}
    return sorted(found)


def _response(code: int, page: Page) -> dict[str, Any]:
    content = [_HTML, _JSON, "text/plain", *(page.gives if code < 300 else ())]  # noqa: PLR2004 - HTTP's answers that are good
    empty = code in {204, 302, 303, 304}
    return {"description": _MEANINGS[code]} | ({} if empty else {"content": {each: {} for each in dict.fromkeys(content)}})


def _security(path: str, part: str) -> list[dict[str, list[str]]]:
    if path == "/metrics":
        return [{"token": []}]
    if path == "/telegram/webhook":
        return [{"webhook": []}]
    if part == "residents":
        return [{}, {"conversation": []}]
    return [] if part in _OPEN_TO_ALL else [{"session": []}]


def _body(path: str, page: Page) -> dict[str, Any]:
    if path == "/telegram/webhook":
        return {
            _JSON: {"schema": {"type": "object", "required": ["update_id"], "properties": {"update_id": {"type": "integer"}}}}
        }
    names = page.fields.split()
    fields = {each: in_field(each) for each in names if not each.endswith("*")}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": fields,
        "patternProperties": {f"^{re.escape(each[:-1])}": {"type": "string"} for each in names if each.endswith("*")},
        "required": [each for each in names if each == "token"],
        "additionalProperties": False,
    }
    if not page.takes_file:
        return {_FORM: {"schema": schema}}
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {_FORM: {"schema": schema}, _FILES: {"schema": schema | {"properties": {**fields, "file": file}}}}
