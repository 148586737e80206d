"""Requests made up from the description of the interface, sent to a site in this process, and what must be true of answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok

from bot.web.openapi import describe
from tests.support.desk import HOST, House, field_of
from tests.support.forms import Form
from tests.support.thorough import trying

#: These never end; they have tests of their own.
_ENDLESS = re.compile(r"/stream$")
_SECURE = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy", "cache-control")
_INSIDE = re.compile(r"Traceback \(most recent|sqlalchemy|sqlite3\.|File \"/")
_OK, _ENDED = 200, {303, 401, 403}

#: Runs something in the loop that the site lives in.
Run = Callable[[Coroutine[Any, Any, Any]], Any]


class Visitor:
    """Somebody at a browser; who signed in does so again when the session has ended. A stranger has no name."""

    def __init__(self, desk: House, name: str = "") -> None:
        self.name = name
        self._desk = desk
        self._browser = desk.browser()
        self._is_in = not name
        self._token = ""

    async def ask(self, asked: Mapping[str, Any], *, as_the_page_has_it: bool, with_token: bool) -> httpx.Response:
        """Send a request; what a form holds is put over what its page has now, if so wanted, with the token of the session."""
        if not self._is_in:
            await self._enter()
        data = asked.get("data")
        if isinstance(data, dict):
            page = Form((await self._browser.get(asked["url"])).text).fields if as_the_page_has_it else {}
            data = page | data | ({"token": self._token} if with_token else {})
        sent: dict[str, Any] = {"params": asked.get("params") or None}
        if isinstance(data, bytes | str):
            kind = asked["headers"].get("Content-Type", "application/x-www-form-urlencoded")
            sent |= {"content": data, "headers": {"content-type": kind}}
        elif data is not None:
            sent["data"] = data
        sent |= {name: asked[name] for name in ("files", "json") if asked.get(name) is not None}
        answer = await self._browser.request(asked["method"], asked["url"], **sent)
        if self.name and answer.status_code in _ENDED:
            self._is_in = (await self._browser.get("/desk/account")).status_code == _OK
        return answer

    async def _enter(self) -> None:
        self._browser = await self._desk.signed_in(self.name)
        self._token = field_of((await self._browser.get("/desk/account")).text, "token")
        self._is_in = True


@dataclass
class Attack:
    """Requests to every address that a site has: of a stranger, of ``chief`` who may do all, and of ``others`` in turn.

    ``known`` are values that mean something here, by the name of a part of a path or of a field. ``tick`` lets time pass.
    """

    house: House
    run: Run
    chief: Visitor
    others: list[Visitor]
    known: Mapping[str, list[str]]
    tick: Callable[[], None]
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def everywhere(self) -> None:
        """Send all requests; what is wrong with the answers is in ``faults``."""
        described = describe(self.house.site.routes)
        described["components"].pop("securitySchemes")
        for path, its in described["paths"].items():
            for operation in its.values():
                operation.pop("security")
                self._fill(path, operation)
        turns = cycle(self.others)
        for result in schemathesis.openapi.from_dict(described).get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            if not _ENDLESS.search(operation.path):
                answers = described["paths"][operation.path][operation.method.lower()]["responses"]
                for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                    sound, visitors = mode is GenerationMode.POSITIVE, (self.chief, next(turns))
                    self._at(operation.as_strategy(generation_mode=mode), answers, operation.label, visitors, sound=sound)

    def _fill(self, path: str, operation: dict[str, Any]) -> None:
        """Put values that mean something into the description, so that requests get further than the door."""
        for parameter in operation["parameters"]:
            values = self._meant(path, parameter["name"])
            if values and parameter["in"] == "path":
                parameter["schema"] = {"enum": values}
        for content in operation.get("requestBody", {}).get("content", {}).values():
            fields = content["schema"]["properties"]
            fields |= {name: {"enum": values} for name, values in self.known.items() if name in fields}
            content["schema"]["required"] = list(fields)

    def _meant(self, path: str, name: str) -> list[str]:
        """Return what a part of a path may be that leads somewhere: by what stands before it, else by its name."""
        kind = next((each for each in path.split("/")[-2:0:-1] if "{" not in each), "")
        return self.known.get(f"{kind}.{name}", self.known.get(name, []))

    def _at(
        self,
        cases: st.SearchStrategy[Case[Any]],
        answers: Mapping[str, Any],
        label: str,
        visitors: tuple[Visitor, ...],
        *,
        sound: bool,
    ) -> None:
        @trying(2 if sound else 1)
        @given(case=cases, filled=st.booleans())
        def attack(case: Case[Any], *, filled: bool) -> None:
            for name in () if sound or not filled else case.path_parameters:
                # What is amiss is the rest of the request.
                case.path_parameters[name] = next(iter(self._meant(case.path, name)), case.path_parameters[name])
            asked = case.as_transport_kwargs(base_url=HOST)
            for visitor in visitors:
                self.tick()
                answer = self.run(visitor.ask(asked, as_the_page_has_it=filled, with_token=sound or filled))
                self.statuses.setdefault(visitor.name or "a stranger", Counter())[answer.status_code] += 1
                if wrong := _amiss(answer, answers):
                    self.faults.append(f"{visitor.name} {label}: {wrong} <- {str(asked)[:900]}")

        with suppress(Unsatisfiable):  # there is nothing in such a request that could be wrong
            attack()


def _amiss(answer: httpx.Response, answers: Mapping[str, Any]) -> str:
    """Return what is wrong with an answer, empty when nothing is."""
    code, kind = str(answer.status_code), answer.headers.get("content-type", "").partition(";")[0]
    if code not in answers or code == "503":
        return f"{code} is not described, or the database is there"
    content = answers[code].get("content", {})
    if kind and answer.content and not any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), kind) for each in content):
        return f"{code} has the type {kind}"
    missing = [name for name in _SECURE if name not in answer.headers]
    if missing:
        return f"{code} comes without {missing}"
    if _INSIDE.search(answer.text):
        return f"{code} tells of the inside"
    return ""
