"""The file with everything that is kept of a resident."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest

from bot.channels import takeaway
from bot.channels.takeaway import Takeaway
from bot.model.attached import PDF, Enclosure
from bot.model.contact import Contact, ContactKind
from bot.model.message import Author, Kind, Outgoing
from bot.model.turn import Vote
from bot.model.verdict import VerdictKind
from bot.store import amendments, attachments, callbacks, conversations, questions, suggestions, turns
from bot.store.questions import Question
from bot.store.suggestions import Kind as Whose
from bot.store.suggestions import Suggested
from bot.work.commit import put_out
from tests.support.house import TELEGRAM, House
from tests.support.phrases import english
from tests.support.small_library import small_library
from tests.support.thinking import think


async def _unpacked(house: House, address: str = "ana") -> tuple[str, dict[str, Any], zipfile.ZipFile]:
    packing = Takeaway(house.db, english(), small_library, now=house.clock)
    packed = await packing.pack((await house.conversation(address)).id)
    assert packed is not None
    enclosure, content = packed
    assert (enclosure.name, enclosure.media_type) == ("my-data.zip", "application/zip")
    archive = zipfile.ZipFile(BytesIO(content))
    return archive.read("my-data.html").decode(), json.loads(archive.read("my-data.json")), archive


async def _lives(house: House) -> None:
    """Let a resident leave something of every kind."""
    await house.hears("zgubil sem službo kaj zdaj")
    await house.hears("person", kind=Kind.COMMAND)
    await house.works(think)
    case = await house.case()
    await house.helpdesk.claim(case.id, "Ana Kovač")
    await house.helpdesk.note(case.id, "sounds worried", "Ana Kovač")
    await house.helpdesk.reply(case.id, None, "Come on <Monday>.", "Ana Kovač")
    conversation = await house.conversation()
    file = Enclosure("f" * 32, "../letter.pdf", PDF)
    async with house.db.write() as tx:
        locked = await conversations.lock(tx, conversation.id)
        assert locked is not None
        await attachments.put(tx, conversation.id, file, b"%PDF", house.now, staff="Ana Kovač")
        await put_out(tx, locked, (Outgoing("Read this.", "sl", Author.STAFF, file=file),), house.now, staff="Ana Kovač")
        await callbacks.put(tx, conversation.id, case.id, Contact(ContactKind.PHONE, "+386 41 555 666"), house.now)
        await turns.put_vote(tx, conversation.id, Vote("food-help", "si", helpful=True), house.now)
        asked = Question(
            1, conversation.id, house.now, TELEGRAM, "sl", "si", None, None, VerdictKind.ANSWER, text="kje je [oseba]"
        )
        await questions.put(tx, [asked])
        wrong = Suggested("znesek je napačen", "", kind=Whose.RESIDENT, item="answer:food-help/si")
        passed_on = Suggested("kje dobim drva", "Na občini.")
        for said in (wrong, passed_on):
            await suggestions.put(tx, said, "", house.now, conversation_id=conversation.id)


async def test_it_holds_everything_for_people_and_for_programs(house: House) -> None:
    await _lives(house)
    await house.hears("še nekaj")
    page, plain, archive = await _unpacked(house)
    assert {each["author"] for each in plain["messages"]} == {"you", "automatic assistant", "a person at the information point"}
    assert plain["conversation"]["topics"] == ["unemployment-registration"]
    assert [each["code"] for each in plain["cases"]] == [(await house.case()).code]
    assert [each["value"] for each in plain["call_backs"]] == ["+386 41 555 666"]
    assert [each["topic"] for each in plain["votes"]] == ["food-help"]
    assert [each["text"] for each in plain["questions_without_persons"]] == ["kje je [oseba]"]
    assert [each["text"] for each in plain["said_to_be_wrong"]] == ["znesek je napačen"]
    assert [(each["text"], each["answer"]) for each in plain["passed_to_editors"]] == [("kje dobim drva", "Na občini.")]
    assert [each["sent"]["text"] for each in plain["not_worked_on"]] == ["še nekaj"]
    assert {each["topic"] for each in plain["understood"]} >= {"unemployment-registration"}
    for words in (
        "zgubil sem službo",
        "Come on &lt;Monday&gt;.",
        "+386 41 555 666",
        "kje je [oseba]",
        "znesek je napačen",
        "kje dobim drva – Na občini.",
    ):
        assert words in page, words
    (path,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(path) == b"%PDF"
    assert ".." not in path.split("/")
    assert f'href="{path}"' in page


async def test_what_staff_note_is_named_and_not_shown(house: House) -> None:
    await _lives(house)
    page, plain, _ = await _unpacked(house)
    assert plain["internal_notes"] == 1
    assert "internal note" in page
    for words in ("sounds worried", "Ana Kovač"):
        assert words not in page
        assert words not in json.dumps(plain, ensure_ascii=False)


async def test_it_holds_nothing_of_anybody_else(house: House) -> None:
    await _lives(house)
    await house.hears("kje dobim hrano", "eve")
    await house.works(think)
    page, plain, archive = await _unpacked(house, "eve")
    told = page + json.dumps(plain, ensure_ascii=False)
    assert "zgubil" not in told
    assert plain["cases"] == []
    assert sorted(archive.namelist()) == ["my-data.html", "my-data.json"]


async def test_what_has_no_room_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(takeaway, "MOST_BYTES", 3)
    await _lives(house)
    page, plain, archive = await _unpacked(house)
    assert plain["files_left_out"] == ["../letter.pdf"]
    assert "too large" in page
    assert not [name for name in archive.namelist() if name.startswith("files/")]


async def test_a_file_that_staff_took_back_does_not_go_along(house: House) -> None:
    await _lives(house)
    case = await house.case()
    async with house.db.read() as tx:
        line = await amendments.last_of(tx, case.conversation_id, "Ana Kovač")
    assert line is not None
    await house.amending.withdraw(case.id, line.sequence, line.changed, "Ana Kovač")
    page, plain, archive = await _unpacked(house)
    assert sorted(archive.namelist()) == ["my-data.html", "my-data.json"]
    assert "letter.pdf" not in page + json.dumps(plain)
    assert "was withdrawn" in page


async def test_of_whom_nothing_is_kept_there_is_no_file(house: House) -> None:
    assert await Takeaway(house.db, english(), small_library).pack("nobody") is None
