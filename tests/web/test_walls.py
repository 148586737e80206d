"""Every address of the whole site, tried with what a stranger, another site's page or hostile text would bring."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from tests.support.desk import House, field_of
from tests.support.hostile import HOSTILE, SECRETS, furnish, hostile_library, known, opened_at
from tests.support.small_library import small_library
from tests.web.test_doors import everything

ELSEWHERE = "evil.example"
TELLTALE = re.compile(r"<b id=xss|<img src=x|onerror=alert\(1\)>(?!&)|</script><!--\{\{|Zgubil sem <b|\b49\b.*#\{")
NOBODY = "0" * 32


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_at(tmp_path, small_library()) as opened:
        yield opened


@pytest.fixture
async def hana(desk: House) -> httpx.AsyncClient:
    return await desk.signed_in("hana")


def addresses(desk: House, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the method and the address of every route of the site, but for streams, which never end."""
    for route in desk.site.routes:
        if isinstance(route, Route) and not route.path.endswith("stream"):
            address = re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: names.get(name.group(1), NOBODY), route.path)
            yield from ((method, address) for method in sorted((route.methods or {"GET"}) - {"HEAD"}))


#: What each answer carries, whatever it is.
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def guarded(answer: httpx.Response) -> bool:
    policy = answer.headers["content-security-policy"]
    strict = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'" in policy
    is_file = policy == "sandbox; default-src 'none'"
    loose = re.search(r"unsafe-|data:|https?:|\*", policy)
    return (strict or is_file) and not loose and all(answer.headers[name] == value for name, value in HEADERS.items())


async def test_every_answer_of_every_address_carries_the_policy_against_scripts_and_frames(
    desk: House, hana: httpx.AsyncClient
) -> None:
    names = await furnish(desk, hana)
    count = 0
    for method, address in addresses(desk, names):
        for browser in (desk.browser(), hana):
            if method == "GET" or address != "/desk/signout":
                answer = await browser.request(method, address, data={"text": "x"} if method == "POST" else None)
                assert guarded(answer), (method, address)
                assert answer.status_code < 500, (method, address)
                count += 1
    assert count > 200
    hidden = desk.browser()
    hidden.headers["sec-fetch-site"] = "cross-site"
    refusals = [
        await hidden.post("/message", data={"text": "x"}),
        await desk.browser().get("/", headers={"host": ELSEWHERE}),
        await desk.browser().post("/message", content=b"x", headers={"content-length": "9999999999"}),
        await desk.browser().request("PROPFIND", "/desk"),
        await desk.browser().get("/static/chat/chat.js"),
        await desk.browser().get("/static/chat/none.js"),
    ]
    assert [answer.status_code for answer in refusals] == [403, 400, 413, 405, 200, 404]
    assert all(map(guarded, refusals))


#: What browsers, new and old, say of a form that another site's page sends.
FORGED: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": ""},
    {"origin": f"https://{ELSEWHERE}"},
    {"origin": "null"},
    {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
]


async def test_another_site_can_send_no_form_of_any_address_even_with_the_right_token(
    desk: House, hana: httpx.AsyncClient
) -> None:
    await desk.write("rad bi govoril s človekom")
    names = await known(desk)
    token = field_of((await hana.get("/desk")).text, "token")
    before, count = await everything(desk), 0
    del hana.headers["sec-fetch-site"]
    for method, address in addresses(desk, names):
        for headers in FORGED if method != "GET" else ():
            form = {"token": token, "version": "1", "seen": "1", "text": "x", "do": "correct", "name": "x", "id": "x" * 43}
            answer = await hana.request(method, address, data=form, headers=headers)
            assert answer.status_code == 403, (method, address)
            assert "set-cookie" not in answer.headers
            count += 1
    assert count > 60 * len(FORGED)
    assert await everything(desk) == before


#: Parameters by which pages are led on elsewhere, wherever that is done.
LEADS = ("next", "back", "url", "return", "to", "target", "redirect", "continue", "lang", "done", "at")


#: What another site looks like to a browser, by as many names as it can be written.
OUT = (f"https://{ELSEWHERE}/", f"//{ELSEWHERE}/", f"/\\{ELSEWHERE}", f"/desk//{ELSEWHERE}\r\nX: y")
BEHIND = {
    "referer": f"https://{ELSEWHERE}/",
    "x-forwarded-host": ELSEWHERE,
    "x-forwarded-proto": "https",
    "forwarded": f"host={ELSEWHERE}",
}


@pytest.mark.parametrize("first", range(2))
async def test_no_address_leads_to_another_site(desk: House, hana: httpx.AsyncClient, first: int) -> None:
    await desk.write("rad bi govoril s človekom")
    names = await known(desk)
    given = {name: OUT[(2 * place + first) % len(OUT)] for place, name in enumerate(LEADS)}
    token = field_of((await hana.get("/desk")).text, "token")
    for method, address in addresses(desk, names):
        if method == "GET":
            answer = await hana.get(address, params=given, headers=BEHIND)
        elif address != "/desk/signout":
            form = {"token": token, "version": "1", "seen": "1", **given}
            answer = await hana.request(method, address, data=form, headers=BEHIND)
        leads = answer.headers.get("location", "/")
        assert re.match(r"/(?![/\\])", leads) or leads.startswith("http://localhost/"), (method, address, leads)
        assert "x" not in answer.headers
        assert not re.search(rf'(?:href|action|src)="(?:https?:)?[/\\]+{ELSEWHERE}', answer.text), (method, address)


async def test_hostile_text_is_text_on_every_page(tmp_path: Path) -> None:
    async with opened_at(tmp_path, hostile_library()) as desk:
        hana = await desk.signed_in("hana")
        names, shown = await furnish(desk, hana), set()
        asked = dict.fromkeys(("q", "lang", "staff", "next", "place", "point", "language"), HOSTILE)
        for method, address in addresses(desk, names):
            for params in ({}, asked) if method == "GET" else ():
                answer = await hana.get(address, params=params)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    assert not TELLTALE.search(answer.text), address
                    shown |= {address} if "&lt;b id=xss&gt;" in answer.text else set()
    expected = {"/desk", f"/desk/case/{names['case_id']}", "/desk/suggestions", "/desk/replies", "/desk/people", "/desk/hours"}
    expected |= {
        "/answers/sl",
        "/answers/sl/food-help/si",
        f"/office/{names['token']}",
        "/desk/library",
        "/wrong/sl/food-help/si",
    }
    assert expected <= shown, expected - shown


async def test_no_secret_of_the_settings_is_in_any_answer(desk: House, hana: httpx.AsyncClient) -> None:
    await desk.write("rad bi govoril s človekom")
    hidden = [*(value for name, value in SECRETS.items() if name != "smtp_url"), "the-word-of-the-mail"]
    for method, address in addresses(desk, await known(desk)):
        if address != "/desk/signout":
            answer = await hana.request(method, address)
            assert not [secret for secret in hidden if secret in answer.text + str(answer.headers)], address


async def test_a_file_s_name_cannot_write_a_header(desk: House) -> None:
    visitor = desk.browser()
    page = (await visitor.get("/")).text
    hidden = field_of(page, "id")
    name = 'a"; filename="b.html\r\nSet-Cookie: stolen=1\r\n\r\n<b id=xss>č.txt'
    for letter, written in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):  # as browsers write it
        name = name.replace(letter, written)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n{hidden}\r\n'
        f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/html\r\n\r\n'
        "Navaden dopis.\r\n--x--\r\n"
    )
    sent = await visitor.post("/message", content=body.encode(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert sent.status_code == 303, sent.text
    assert await desk.reception.step("worker")
    page = (await visitor.get("/")).text
    assert not TELLTALE.search(page)
    (address,) = re.findall(r'href="(/file/[0-9a-f]{32})"', page)
    given = await visitor.get(address)
    assert given.headers["content-type"].startswith("text/plain")
    assert given.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert re.fullmatch(r"attachment; filename=\"file\"; filename\*=UTF-8''[\w.%~-]+", given.headers["content-disposition"])
    assert "set-cookie" not in given.headers


async def test_a_form_of_very_many_fields_is_refused(hana: httpx.AsyncClient) -> None:
    crowd = "&".join(f"f{number}=x" for number in range(50_000))
    for address in ("/message", "/desk/signin", f"/desk/case/{NOBODY}/reply"):
        answer = await hana.post(address, content=crowd.encode(), headers={"content-type": "application/x-www-form-urlencoded"})
        assert answer.status_code == 400, address
