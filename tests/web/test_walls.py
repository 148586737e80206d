"""Every address of the whole site, tried with what a stranger, another site's page or hostile text would bring."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from bot.model.library import LANGUAGES, Library
from bot.model.staff import Role
from bot.store import provider_links, replies
from bot.store.replies import Draft
from tests.support.desk import House, field_of, fill_in, house
from tests.support.editing import put_up
from tests.support.small_library import small_library
from tests.web.test_doors import everything

ELSEWHERE = "evil.example"
#: What would be an element, close an attribute, a script or a comment, were it ever taken for markup.
HOSTILE = "Zgubil sem <b id=xss>\"'><img src=x onerror=alert(1)></script><!--{{7*7}}${7*7}#{7*7}"
TELLTALE = re.compile(r"<b id=xss|<img src=x|onerror=alert\(1\)>(?!&)|</script><!--\{\{|Zgubil sem <b|\b49\b.*#\{")
SECRETS = {
    "telegram_webhook_secret": "the-secret-of-the-webhook",
    "encoder_key": "the-key-of-the-encoder",
    "metrics_token": "the-token-of-the-metrics",
    "smtp_url": "smtp://desk:the-word-of-the-mail@localhost:25",
}
OFFICE = "si/employment-ptuj"
NOBODY = "0" * 32


def hostile_library() -> Library:
    """Return the small library, in which every name and every text that an editor or an office can write is hostile."""
    library = small_library()
    everywhere = dict.fromkeys(LANGUAGES, HOSTILE)
    wording: dict[str, Any] = {
        "title": HOSTILE,
        "button": HOSTILE,
        "what": HOSTILE,
        "who": HOSTILE,
        "note": HOSTILE,
        "do": (HOSTILE,),
    }
    return replace(
        library,
        topics={name: replace(topic, names=everywhere) for name, topic in library.topics.items()},
        answers={
            name: replace(answer, wordings={code: replace(each, **wording) for code, each in answer.wordings.items()})
            for name, answer in library.answers.items()
        },
        offices={name: replace(office, names=everywhere, address=HOSTILE) for name, office in library.offices.items()},
        points={name: replace(point, names=everywhere, address=HOSTILE) for name, point in library.points.items()},
    )


@asynccontextmanager
async def opened_at(path: Path, library: Library) -> AsyncIterator[House]:
    """Open a house with an admin at the desk, and secrets in its settings."""
    secrets: dict[str, Any] = dict(SECRETS)
    async with house(path, library=library, mail_from="desk@example.org", **secrets) as opened:
        await opened.hire("hana", Role.ADMIN)
        await put_up(opened.db, opened.library, opened.now())
        yield opened


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[House]:
    async with opened_at(tmp_path, small_library()) as opened:
        yield opened


@pytest.fixture
async def hana(desk: House) -> httpx.AsyncClient:
    return await desk.signed_in("hana")


async def known(desk: House) -> dict[str, str]:
    """Return what the addresses of the site are filled in with: what there is, so that pages and not refusals are looked at."""
    async with desk.db.write() as tx:
        link = await provider_links.make(tx, OFFICE, "hana", desk.now())
        reply = await replies.make(tx, Draft("Pozdrav", None, {"sl": "Pozdravljeni."}), "hana", desk.now())
    return {
        "case_id": (await desk.case()).id,
        "sequence": "1",
        "point": "ptuj",
        "topic": "food-help",
        "where": "si",
        "language": "sl",
        "token": link,
        "number": "1",
        "reply_id": reply,
        "id": reply,
    }


async def furnish(desk: House, hana: httpx.AsyncClient) -> dict[str, str]:
    """Have hostile text in every place where somebody writes something that another reads."""
    await desk.write(f"rad bi govoril s človekom {HOSTILE}")
    names = await known(desk)
    await fill_in(hana, names["case_id"], "claim")
    await fill_in(hana, names["case_id"], "reply", text=HOSTILE)
    await fill_in(hana, names["case_id"], "note", note=HOSTILE)
    async with desk.db.write() as tx:
        names["reply_id"] = names["id"] = await replies.make(tx, Draft(HOSTILE, None, {"sl": HOSTILE}), "hana", desk.now())
    await hana.post("/wrong/sl/food-help/si", data={"about": "other", "words": HOSTILE})
    page = (await hana.get(f"/office/{names['token']}")).text
    shown = {name: html.unescape(value) for name, value in re.findall(r'name="(was_\w+)" value="([^"]*)"', page)}
    typed = {name.removeprefix("was_"): value for name, value in shown.items()} | {"address": HOSTILE[:80], "note": HOSTILE}
    await hana.post(f"/office/{names['token']}", data={**shown, **typed, "do": "change", "language": "sl"})
    return names


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
