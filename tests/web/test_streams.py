"""The live half of the desk while its database goes away, on both databases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.support.desk import house


async def test_a_stream_ends_quietly_when_the_database_goes_away(database_url: str, tmp_path: Path) -> None:
    async with house(tmp_path, url=database_url) as desk:
        await desk.hire("ana")
        ana = await desk.signed_in("ana")
        async with desk.db.write() as tx:
            await tx.execute(text("ALTER TABLE case_file RENAME TO gone"))
        ended = await ana.get("/desk/stream", timeout=10)

    assert (ended.status_code, ended.text.split()) == (200, [":", "here", "retry:", "2000"])
