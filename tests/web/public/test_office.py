"""The private page of an office: it reads, confirms and corrects what residents are told of it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.model.staff import Role
from bot.store import audit, provider_links, suggestions
from bot.store.suggestions import Kind, State, Suggestion
from bot.web.public.office import MOST_A_DAY
from tests.support.clock import Clock
from tests.support.desk import HOST, House, field_of, house, typed_in
from tests.support.mail import MailServer, mail_server
from tests.support.small_library import small_library

OFFICE = "si/employment-ptuj"
SHOWN = {"was_address": "Trg 1, Ptuj", "was_phones": "02 234 56 78", "was_email": "", "was_url": "", "was_hours": ""}
TYPED = {name.removeprefix("was_"): value for name, value in SHOWN.items()}


@pytest.fixture
async def token(desk: House) -> str:
    """The token of a link."""
    async with desk.db.write() as tx:
        return await provider_links.make(tx, OFFICE, "eva", desk.now())


async def _kept(desk: House) -> list[Suggestion]:
    async with desk.db.read() as tx:
        return await suggestions.in_state(tx, State.OPEN)


async def _correct(desk: House, token: str, **fields: str) -> httpx.Response:
    return await desk.browser().post(f"/office/{token}", data={**SHOWN, **TYPED, "do": "change", **fields})


async def test_an_office_reads_what_residents_read_in_its_own_language(desk: House, token: str) -> None:
    answer = await desk.browser(**{"accept-language": "it"}).get(f"/office/{token}")
    page = html.unescape(answer.text)
    assert '<html lang="sl">' in page
    assert "Urad za delo Ptuj" in page
    assert "Trg 1, Ptuj" in page
    assert "ponedeljek–petek: 8.00–12.00" in page
    assert "unemployment-registration si (Slovenija)" in page
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"  # nothing of it to other hosts
    assert token not in answer.text
    assert '<html lang="hr">' in (await desk.browser().get(f"/office/{token}?lang=hr")).text


async def test_all_is_correct_by_one_press(desk: House, token: str) -> None:
    answer = await desk.browser().post(f"/office/{token}", data={"do": "correct", "language": "sl"})
    assert answer.headers["location"] == f"/office/{token}?sent=1&lang=sl"
    assert "Thank you." in (await desk.browser().get(answer.headers["location"])).text
    (kept,) = await _kept(desk)
    assert (kept.suggested.kind, kept.suggested.item, kept.suggested.change) == (Kind.PROVIDER, f"office:{OFFICE}", {})
    await desk.browser().post(f"/office/{token}", data={"do": "correct", "language": "sl"})
    assert len(await _kept(desk)) == 1


async def test_corrections_are_kept_field_by_field(desk: House, token: str) -> None:
    phones = "02/234-56-79\r\n+385 1 2345 678\r\n112"
    answer = await _correct(
        desk, token, address=" Nova  ulica 2 ", phones=phones, email="urad@example.si", hours="vsak dan", note="Selimo se."
    )
    assert answer.status_code == 303
    (kept,) = await _kept(desk)
    assert kept.suggested.change == {
        "address": "Nova ulica 2",
        "phones": ["02 234 56 79", "+385 1 2345 678", "112"],
        "email": "urad@example.si",
        "hours": "vsak dan",
    }
    assert kept.suggested.question == "Selimo se."


async def test_a_field_that_is_emptied_is_to_be_taken_away(desk: House, token: str) -> None:
    await _correct(desk, token, phones="", address="")
    assert (await _kept(desk))[0].suggested.change == {"address": "", "phones": []}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"phones": "02 234 56 79\npokličite"}, "cannot be read as a phone number: pokličite"),
        ({"phones": "1"}, "cannot be read as a phone number"),
        ({"email": "urad"}, "This is no e-mail address."),
        ({"url": "www.example.si"}, "write it from https:// on"),
        ({"address": "a" * 301}, "too long"),
        ({"note": "a" * 1001}, "too long"),
    ],
)
async def test_what_cannot_be_taken_is_named_beside_its_field_and_kept(
    desk: House, token: str, fields: dict[str, str], problem: str
) -> None:
    answer = await _correct(desk, token, hours="vsak dan", **fields)
    page = html.unescape(answer.text)
    (name,) = fields
    assert answer.status_code == 422
    assert problem in page
    assert f'id="wrong-{name}"' in page
    assert re.search(rf'id="{name}"[^>]*wrong-{name}" aria-invalid="true"', page)
    assert fields[name] in page
    assert typed_in(answer.text, "hours") == "vsak dan"
    assert await _kept(desk) == []


async def test_who_changes_nothing_is_told_so(desk: House, token: str) -> None:
    answer = await _correct(desk, token)
    assert answer.status_code == 422
    assert "You have changed nothing." in answer.text


async def test_words_alone_are_taken(desk: House, token: str) -> None:
    assert (await _correct(desk, token, note="Odgovor ni natančen.")).status_code == 303
    (kept,) = await _kept(desk)
    assert (kept.suggested.question, kept.suggested.change) == ("Odgovor ni natančen.", {})


async def test_a_link_takes_so_much_a_day(desk: House, token: str) -> None:
    for number in range(MOST_A_DAY):
        assert (await _correct(desk, token, note=f"Opomba {number}")).status_code == 303
    late = await _correct(desk, token, note="Še ena")
    assert late.status_code == 429
    assert typed_in(late.text, "note") == "Še ena"


async def test_a_forged_link_opens_nothing(desk: House) -> None:
    for path in ("/office/forged", "/office/" + "x" * 5000, "/office/%ff"):
        answer = await desk.browser().get(path)
        assert answer.status_code == 404
        assert "This link is no longer good" in answer.text
        assert (await desk.browser().post(path, data={"do": "correct"})).status_code == 404
    assert await _kept(desk) == []


async def test_a_link_that_was_ended_opens_nothing(desk: House, token: str) -> None:
    async with desk.db.write() as tx:
        await provider_links.end(tx, OFFICE, desk.now())
    assert (await desk.browser().get(f"/office/{token}")).status_code == 404
    assert (await _correct(desk, token, note="x")).status_code == 404


async def test_a_link_is_over_after_ninety_days(tmp_path: Path) -> None:
    clock = Clock()
    async with house(tmp_path, now=clock) as desk:
        async with desk.db.write() as tx:
            token = await provider_links.make(tx, OFFICE, "eva", desk.now())
        assert (await desk.browser().get(f"/office/{token}")).status_code == 200
        clock.later(days=90)
        assert (await desk.browser().get(f"/office/{token}")).status_code == 404


async def test_the_page_of_an_office_that_is_gone_is_over(desk: House) -> None:
    async with desk.db.write() as tx:
        token = await provider_links.make(tx, "si/none", "eva", desk.now())
    assert (await desk.browser().get(f"/office/{token}")).status_code == 404


async def test_another_site_cannot_send_it(desk: House, token: str) -> None:
    answer = await desk.browser(**{"sec-fetch-site": "cross-site"}).post(f"/office/{token}", data={"do": "correct"})
    assert answer.status_code == 403
    assert await _kept(desk) == []


async def test_the_token_is_in_no_log(desk: House, token: str, capsys: pytest.CaptureFixture[str]) -> None:
    await desk.browser().get(f"/office/{token}")
    await desk.browser().get("/office/forged-token")
    written = capsys.readouterr()
    assert "route=/office/{token}" in written.out + written.err
    assert token not in written.out + written.err
    assert "forged-token" not in written.out + written.err


# ---- the links, at the desk


async def _eva(desk: House) -> httpx.AsyncClient:
    await desk.hire("eva", Role.EDITOR)
    return await desk.signed_in("eva")


async def _do(browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
    token = field_of((await browser.get("/desk/providers")).text, "token")
    return await browser.post("/desk/providers", data={"token": token, **fields})


def _link(page: str) -> str:
    found = re.search(r'id="link" value="([^"]+)"', page)
    assert found is not None
    return found[1]


async def test_a_link_is_made_shown_once_and_ended(desk: House) -> None:
    eva = await _eva(desk)
    made = await _do(eva, make=OFFICE)
    link = _link(made.text)
    assert link.startswith(f"{HOST}/office/")
    assert made.text.count(link) == 2
    assert "Good day," in made.text
    page = (await eva.get("/desk/providers")).text
    assert link not in page
    assert "The office has not written yet." in page
    await desk.browser().post(link, data={"do": "correct"})
    assert "The office wrote last:" in (await eva.get("/desk/providers?q=ptuj&country=si")).text
    assert (await _do(eva, end=OFFICE)).status_code == 303
    assert (await _do(eva, end=OFFICE)).status_code == 303
    assert (await desk.browser().get(link)).status_code == 404
    async with desk.db.read() as tx:
        done = await audit.latest(tx, subject=OFFICE)
    assert [act.action for act in done] == ["end-provider-link", "make-provider-link"]


async def test_offices_are_found_by_name_and_country(desk: House) -> None:
    eva = await _eva(desk)
    assert "1 office" in (await eva.get("/desk/providers?q=URAD+ptuj")).text
    assert "1 office" in (await eva.get("/desk/providers?country=hr")).text
    assert "0 offices" in (await eva.get("/desk/providers?q=nothing")).text


@pytest.mark.parametrize("fields", [{"make": "si/none"}, {"make": "it/employment-ptuj"}, {"end": ""}, {"send": OFFICE}, {}])
async def test_what_cannot_be_done_is_refused(desk: House, fields: dict[str, str]) -> None:
    assert (await _do(await _eva(desk), **fields)).status_code == 404


async def test_a_forged_form_makes_no_link(desk: House) -> None:
    eva = await _eva(desk)
    assert (await eva.post("/desk/providers", data={"token": "x", "make": OFFICE})).status_code == 403
    async with desk.db.read() as tx:
        assert await provider_links.open_ones(tx, desk.now()) == {}


async def test_links_are_for_those_who_edit(desk: House) -> None:
    ana = await desk.signed_in("ana")
    assert (await ana.get("/desk/providers")).status_code == 404


def _with_mail(mail: MailServer) -> dict[str, Any]:
    """Return the settings of a house with a mail server, in whose library the office has an address."""
    library = small_library()
    office = replace(library.offices["employment-ptuj"], email="urad@example.si")
    library = replace(library, offices={**library.offices, office.id: office})
    return {"smtp_url": f"smtp://127.0.0.1:{mail.port}", "mail_from": "desk@example.org", "library": library}


async def test_a_link_is_sent_to_the_office(tmp_path: Path) -> None:
    async with mail_server() as mail, house(tmp_path, **_with_mail(mail)) as desk:
        eva = await _eva(desk)
        sent = await _do(eva, send=OFFICE)
        assert "It was sent to urad@example.si." in sent.text
        ((address, letter),) = mail.letters
        assert address == "urad@example.si"
        assert _link(sent.text) in letter.get_content()
        assert letter["Content-Language"] == "sl"


async def test_a_link_that_could_not_be_sent_is_shown(tmp_path: Path) -> None:
    async with mail_server() as mail, house(tmp_path, **_with_mail(mail)) as desk:
        mail.data = "451 later"
        failed = await _do(await _eva(desk), send=OFFICE)
        assert failed.status_code == 502
        assert "The e-mail could not be sent." in failed.text
        assert _link(failed.text).startswith(f"{HOST}/office/")
