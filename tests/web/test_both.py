"""One case from the line to its end, on both databases."""

from __future__ import annotations

from pathlib import Path

from bot.model.message import Author
from bot.store import entries
from tests.support.desk import field_of, house


async def test_a_case_is_taken_answered_noted_and_closed(database_url: str, tmp_path: Path) -> None:
    async with house(tmp_path, url=database_url) as desk:
        await desk.hire("ana")
        await desk.write("rad bi govoril s človekom v Novi Gorici")
        case = await desk.case()
        ana = await desk.signed_in("ana")
        assert case.code in (await ana.get("/desk")).text
        for action, fields in (("claim", {}), ("reply", {"text": "Dober dan."}), ("note", {"note": "Opomba."}), ("close", {})):
            page = (await ana.get(f"/desk/case/{case.id}")).text
            shown = {name: field_of(page, name) for name in ("token", "version", "seen")}
            answer = await ana.post(f"/desk/case/{case.id}/{action}", data={**shown, **fields})
            assert answer.status_code == 303
        conversation = await desk.conversation()
        async with desk.db.read() as tx:
            said = await entries.latest(tx, conversation.id, notes=True)
        assert [(entry.author, entry.text) for entry in said if entry.staff and entry.author is not Author.BOT] == [
            (Author.STAFF, "Dober dan."),
            (Author.NOTE, "Opomba."),
            (Author.NOTE, "answered"),
        ]
        assert case.code not in (await ana.get("/desk")).text
