"""Whatever goes wrong, nothing that staff typed is lost, and nothing that they did not send goes out."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot.language.text import MAX_CHARACTERS
from bot.model.case import CaseState
from bot.model.message import Author
from bot.store import sessions as store
from bot.web import sessions
from tests.support.desk import PASSWORD, House, by_staff, field_of, fill_in, transcript, typed_in


def put_away(database: Path) -> None:
    """Put a folder where the file of a database was, which SQLite cannot open."""
    for part in database.parent.glob(f"{database.name}*"):
        part.rename(part.with_suffix(f"{part.suffix}.away"))
    database.mkdir()


async def test_only_who_has_a_case_can_reply_and_nothing_typed_is_lost(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    boris = await desk.signed_in("boris")
    token = field_of((await boris.get("/desk")).text, "token")
    fields = {"token": token, "version": field_of(page, "version"), "seen": "0", "text": "Jaz bi tudi."}
    refused = await boris.post(f"/desk/case/{case_id}/reply", data=fields)
    assert refused.status_code == 409
    assert "This case is with ana now. What you typed was not sent." in refused.text
    assert typed_in(refused.text, "text") == "Jaz bi tudi."
    assert await by_staff(desk) == []


async def test_a_reply_to_a_conversation_that_moved_is_kept_and_shows_what_is_new(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.write("pozabil sem povedati: mudi se")
    moved = await ana.post(f"/desk/case/{case_id}/reply", data={**shown, "text": "Odgovor,\n\nki je <dolg> & lep."})
    assert moved.status_code == 409
    assert "Something was said while you were typing" in moved.text
    assert typed_in(moved.text, "text") == "Odgovor,\n\nki je <dolg> & lep."
    assert moved.text.count('class="badge person">New<') == 1
    assert await by_staff(desk) == []
    again = {name: field_of(moved.text, name) for name in ("token", "version", "seen")}
    sent = await ana.post(f"/desk/case/{case_id}/reply", data={**again, "text": typed_in(moved.text, "text")})
    assert sent.status_code == 303
    assert await by_staff(desk) == ["Odgovor,\n\nki je <dolg> & lep."]


async def test_a_reply_that_is_too_long_is_kept_with_a_reason(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    long = "č" * (MAX_CHARACTERS + 1)
    refused = await fill_in(ana, case_id, "reply", text=long)
    assert refused.status_code == 422
    assert f"At most {MAX_CHARACTERS} characters can be sent at once." in refused.text
    assert typed_in(refused.text, "text") == long
    assert (await fill_in(ana, case_id, "reply", text=long[1:])).status_code == 303
    assert await by_staff(desk) == [long[1:]]


async def test_a_note_is_for_staff_only_and_keeps_the_reply_that_is_being_typed(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    answer = await fill_in(ana, case_id, "note", note="Kliče jutri.", text="Napol napisan odg")
    assert answer.status_code == 200
    assert typed_in(answer.text, "text") == "Napol napisan odg"
    assert typed_in(answer.text, "note") == ""
    assert "Note by ana, for staff only" in answer.text
    last = (await transcript(desk))[-1]
    assert (last.author, last.text, last.staff) == (Author.NOTE, "Kliče jutri.", "ana")
    assert (await fill_in(ana, case_id, "note", note="Še nekaj.")).status_code == 303


@pytest.mark.parametrize("action", ["close", "release"])
async def test_a_case_is_not_let_go_while_a_reply_is_typed_and_not_sent(
    desk: House, ana: httpx.AsyncClient, case_id: str, action: str
) -> None:
    refused = await fill_in(ana, case_id, action, text="Še ne poslano")
    assert refused.status_code == 409
    assert "You have typed something that was not sent." in refused.text
    assert typed_in(refused.text, "text") == "Še ne poslano"
    assert await desk.state(case_id) is CaseState.CLAIMED


async def test_a_case_is_not_closed_over_a_message_that_nobody_has_seen(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.write("čakajte, še nekaj")
    refused = await ana.post(f"/desk/case/{case_id}/close", data={**shown, "text": "", "note": ""})
    assert refused.status_code == 409
    assert "čakajte, še nekaj" in refused.text
    assert await desk.state(case_id) is CaseState.CLAIMED


async def test_who_has_lost_a_case_keeps_what_they_typed(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    await desk.closing.close(case_id, "ana")
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    shown["version"] = str((await desk.conversation()).version)
    refused = await ana.post(f"/desk/case/{case_id}/reply", data={**shown, "text": "Prepozno"})
    assert refused.status_code == 409
    assert "You do not have this case now." in refused.text
    assert typed_in(refused.text, "text") == "Prepozno"
    late = await ana.post(f"/desk/case/{case_id}/claim", data=shown)
    assert "The case has been closed meanwhile." in late.text


async def test_a_session_that_ended_while_typing_loses_nothing(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    async with desk.db.write() as tx:
        await store.end(tx, ana.cookies[sessions.COOKIE])
    typed = {"text": "Dolg odgovor </textarea> & več", "note": "in opomba"}
    asked = await ana.post(f"/desk/case/{case_id}/reply", data={**shown, **typed})
    assert asked.status_code == 401
    assert "What you typed is kept" in asked.text
    assert "rad bi govoril" not in asked.text
    assert "Dolg odgovor &lt;/textarea&gt; &amp; več" in asked.text
    signed = await ana.post(
        "/desk/signin",
        data={
            "name": "ana",
            "password": PASSWORD,
            "next": field_of(asked.text, "next"),
            "typed": typed["text"],
            "noted": typed["note"],
        },
    )
    assert signed.status_code == 200
    assert typed_in(signed.text, "text") == typed["text"]
    assert typed_in(signed.text, "note") == typed["note"]
    assert await by_staff(desk) == []
    again = {name: field_of(signed.text, name) for name in ("token", "version", "seen")}
    await ana.post(f"/desk/case/{case_id}/reply", data={**again, "text": typed["text"]})
    assert await by_staff(desk) == [typed["text"]]


async def test_a_wrong_password_on_the_way_keeps_what_was_typed_too(desk: House, case_id: str) -> None:
    fields = {"name": "ana", "password": "wrong", "next": f"/desk/case/{case_id}", "typed": "Dolg odgovor"}
    again = await desk.browser().post("/desk/signin", data=fields)
    assert again.status_code == 403
    assert "Dolg odgovor" in again.text
    assert field_of(again.text, "next") == f"/desk/case/{case_id}"


async def test_a_forged_form_does_nothing(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    for token in ("", "forged", "č", field_of(page, "token")[:-1]):
        fields = {"token": token, "version": field_of(page, "version"), "seen": "0", "text": "Podtaknjeno"}
        refused = await ana.post(f"/desk/case/{case_id}/reply", data=fields)
        assert refused.status_code == 403
        assert typed_in(refused.text, "text") == "Podtaknjeno"
    assert await by_staff(desk) == []


async def test_a_form_of_another_site_is_refused_even_with_the_right_token(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    fields = {name: field_of(page, name) for name in ("token", "version", "seen")} | {"text": "Podtaknjeno"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        refused = await ana.post(f"/desk/case/{case_id}/reply", data=fields, headers=headers)
        assert refused.status_code == 403
        assert "This was not accepted" in refused.text
    assert await by_staff(desk) == []


@pytest.mark.parametrize("version", ["", "x", "-1", "1.5", "9" * 40, "²"])
async def test_a_page_number_that_is_none_is_refused(desk: House, ana: httpx.AsyncClient, case_id: str, version: str) -> None:
    token = field_of((await ana.get("/desk")).text, "token")
    fields = {"token": token, "version": version, "seen": "0", "text": "Besedilo"}
    assert (await ana.post(f"/desk/case/{case_id}/reply", data=fields)).status_code == 400
    assert await by_staff(desk) == []


@pytest.mark.parametrize("case", ["0" * 32, "x", "%00", "..%2f..", "A" * 32, "0" * 5000])
async def test_a_case_that_there_is_not_is_a_page_that_says_so(ana: httpx.AsyncClient, case: str) -> None:
    assert (await ana.get(f"/desk/case/{case}")).status_code == 404
    token = field_of((await ana.get("/desk")).text, "token")
    for action in ("claim", "reply", "note", "close", "release"):
        fields = {"token": token, "version": "1", "seen": "0", "text": "", "note": "n"}
        answer = await ana.post(f"/desk/case/{case}/{action}", data=fields)
        assert answer.status_code == 404
        assert "There is no such page" in answer.text
    assert (await ana.get(f"/desk/case/{case}/stream")).status_code == 404


async def test_a_case_of_a_resident_who_was_forgotten_is_gone_but_what_was_typed_is_not(
    desk: House, ana: httpx.AsyncClient, case_id: str
) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.write("zbrišite moje podatke")
    await desk.write("", press="forget")
    answer = await ana.get(f"/desk/case/{case_id}")
    assert answer.status_code == 404
    assert "what it showed is gone" in answer.text
    answer = await ana.post(f"/desk/case/{case_id}/reply", data={**shown, "text": "Odgovor v prazno"})
    assert answer.status_code == 404
    assert typed_in(answer.text, "kept-1") == "Odgovor v prazno"


async def test_a_database_that_does_not_answer_costs_no_typed_text(desk: House, ana: httpx.AsyncClient, case_id: str) -> None:
    page = (await ana.get(f"/desk/case/{case_id}")).text
    shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
    await desk.db.close()
    put_away(Path(str(desk.db.url.database)))
    answer = await ana.post(f"/desk/case/{case_id}/reply", data={**shown, "text": "Ne izgubi me"})
    assert answer.status_code == 503
    assert "Something went wrong here" in answer.text
    assert typed_in(answer.text, "kept-1") == "Ne izgubi me"
    assert (await ana.get("/desk")).status_code == 503
