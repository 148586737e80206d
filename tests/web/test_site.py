from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.web.security import LARGEST_BODY
from tests.support.desk import HOST, House, house

SECRET = "kar je povedal prebivalec"
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"


async def _fails(request: Request) -> Response:
    raise ValueError((await request.body()).decode() or SECRET)


async def _fails_late(_: Request) -> Response:
    async def parts() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ValueError(SECRET)

    return StreamingResponse(parts())


async def _echo(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


FAULTY: list[BaseRoute] = [
    Route("/fails", _fails, methods=["GET", "POST"]),
    Route("/late", _fails_late),
    Route("/echo", _echo, methods=["POST"]),
]


@pytest.fixture
async def faulty(tmp_path: Path) -> AsyncIterator[House]:
    """A house where some pages fail."""
    async with house(tmp_path, routes=FAULTY) as opened:
        yield opened


@pytest.fixture
def log() -> Iterator[list[Any]]:
    """Everything that is logged."""
    with structlog.testing.capture_logs() as entries:
        yield entries


async def test_every_page_carries_the_security_headers(desk: House) -> None:
    browser = desk.browser()
    for path in ("/", "/desk", "/desk/signin", "/health", "/nothing", "/static/chat/base.css", "/desk/static/desk.css"):
        headers = (await browser.get(path)).headers
        assert headers["content-security-policy"] == _POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "microphone=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers
        assert "server" not in headers


async def test_pages_hold_no_inline_script_or_style(desk: House) -> None:
    await desk.write("rad bi govoril s človekom")
    case = await desk.case()
    await desk.helpdesk.claim(case.id, "ana")
    browser = await desk.signed_in("ana")
    for path in ("/desk", f"/desk/case/{case.id}", "/nothing"):
        page = (await browser.get(path)).text
        assert "<script>" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page


async def test_pages_with_residents_words_are_kept_by_no_cache(desk: House) -> None:
    browser = await desk.signed_in("ana")
    assert (await browser.get("/desk")).headers["cache-control"] == "no-store"


async def test_https_is_insisted_on_only_where_there_is_https(tmp_path: Path, desk: House) -> None:
    secure = await desk.browser().get("https://localhost/desk/signin")
    assert secure.headers["strict-transport-security"].startswith("max-age=")
    (tmp_path / "public").mkdir()
    async with house(tmp_path / "public", public_url="https://help.example") as public:
        behind_a_proxy = await public.browser().get("http://help.example/desk/signin")
        assert behind_a_proxy.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize("host", ["evil.example", "", "localhost.evil.example", "evil.example:8080", "[", "a b"])
async def test_another_hosts_name_is_refused(desk: House, host: str) -> None:
    answer = await desk.browser().get("/desk/signin", headers={"host": host})
    assert answer.status_code == 400
    assert "This request was not understood" in answer.text


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "192.168.1.20", "[::1]:8080", "LOCALHOST"])
async def test_the_own_name_and_bare_addresses_are_let_in(desk: House, host: str) -> None:
    assert (await desk.browser().get("/desk/signin", headers={"host": host})).status_code == 200


async def test_the_public_address_is_let_in_and_its_forms_too(tmp_path: Path) -> None:
    async with house(tmp_path, public_url="https://help.example:8443") as public:
        await public.hire("ana")
        browser = public.browser()
        del browser.headers["sec-fetch-site"]
        headers = {"host": "help.example", "origin": "https://help.example:8443"}
        answer = await browser.post("/desk/signin", data={"name": "ana", "password": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "The name or the password is wrong." in answer.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example", "", "http://localhost:1"])
async def test_a_form_from_another_origin_is_refused_by_old_browsers_too(desk: House, origin: str) -> None:
    browser = desk.browser()
    del browser.headers["sec-fetch-site"]
    answer = await browser.post("/desk/signin", data={"name": "ana"}, headers={"origin": origin})
    assert "This was not accepted" in answer.text


async def test_a_program_without_a_browser_is_let_in(faulty: House) -> None:
    browser = faulty.browser()
    del browser.headers["sec-fetch-site"]
    assert (await browser.post("/echo", content=b"12345")).text == "5"


async def test_an_unknown_page_and_a_wrong_method_get_a_page_in_the_readers_language(desk: House) -> None:
    browser = desk.browser(**{"accept-language": "bg-BG,bg;q=0.9,en;q=0.8"})
    unknown = await browser.get("/desk/nothing")
    assert (unknown.status_code, "There is no such page" in unknown.text) == (404, True)
    assert '<html lang="bg">' in unknown.text
    wrong = await browser.delete("/desk")
    assert (wrong.status_code, "This page cannot do that" in wrong.text) == (405, True)
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_a_program_gets_errors_it_can_read(desk: House) -> None:
    answer = await desk.browser(accept="application/json").get("/nothing")
    assert answer.json() == {"status": 404}


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(faulty: House) -> None:
    answer = await faulty.browser().post("/echo", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, "This is too long" in answer.text) == (413, True)
    assert (await faulty.browser().post("/echo", content=b"x" * LARGEST_BODY)).text == str(LARGEST_BODY)


async def test_a_body_that_hides_its_size_is_refused_while_it_is_read(faulty: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1000 + 1):
            yield b"x" * 1000

    answer = await faulty.browser().post("/echo", content=endless())
    assert (answer.status_code, "This is too long" in answer.text) == (413, True)


@pytest.mark.parametrize("length", ["-1", "x", "9" * 5000, "²"])
async def test_a_length_that_is_none_is_refused(faulty: House, length: str) -> None:
    headers = {"content-length": length.encode()}
    answer = await faulty.browser().post("/echo", content=b"x", headers=headers)  # type: ignore[arg-type]  # bytes are allowed
    assert answer.status_code == 413


async def test_a_page_that_fails_is_told_kindly_and_logged_without_what_was_said(faulty: House, log: list[Any]) -> None:
    answer = await faulty.browser().post("/fails", content=SECRET.encode())
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "ValueError" not in answer.text
    assert SECRET not in answer.text
    failure = next(entry for entry in log if entry["event"] == "request failed")
    assert failure["error"] == "ValueError"
    assert failure["request"] in answer.text
    assert any("test_site.py" in place for place in failure["at"])
    assert SECRET not in str(log)
    assert answer.headers["content-security-policy"] == _POLICY


async def test_a_page_that_fails_when_it_has_begun_is_cut_off(faulty: House, log: list[Any]) -> None:
    with pytest.raises(ConnectionAbortedError):
        await _strict(faulty).get("/late")
    assert [entry["event"] for entry in log] == ["request failed"]
    assert SECRET not in str(log)


def _strict(opened: House) -> Any:
    import httpx

    return httpx.AsyncClient(transport=httpx.ASGITransport(opened.site), base_url=HOST)


async def test_the_log_holds_the_pattern_of_a_path_and_never_what_was_typed(desk: House, log: list[Any]) -> None:
    browser = desk.browser()
    await browser.get("/kar-je-povedal-prebivalec?q=skrivnost")
    await browser.get(f"/desk/case/{'0' * 32}")
    await browser.post("/desk/signin", data={"name": "skrivnost", "password": "skrivnost"})
    routes = [entry["route"] for entry in log if entry["event"] == "request"]
    assert routes == ["none", "/desk/case/{case_id}", "/desk/signin"]
    assert "skrivnost" not in str(log)
    assert "prebivalec" not in str(log)


async def test_static_files_do_not_lead_out_of_their_folder(desk: House) -> None:
    for path in ("/desk/static/../pages.py", "/desk/static/%2e%2e/pages.py", "/static/chat/..%2f..%2fsettings.py"):
        assert (await desk.browser().get(path)).status_code == 404


def test_nothing_of_the_desk_hides_in_a_mounted_application(desk: House) -> None:
    mounted = {route.path for route in desk.site.routes if isinstance(route, Mount)}
    assert mounted == {"/static/chat", "/desk/static"}
