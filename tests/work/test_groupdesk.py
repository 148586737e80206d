"""A shift in the staff's group, from the resident's first word to the closed topic. Ana and Boris are staff."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model.case import CaseState, Outcome
from bot.model.staff import Role
from bot.store import inbox, link_codes, staff
from bot.work.groupdesk import GroupDesk
from tests.support.group import ANA, BORIS, GROUP, RESIDENT, STRANGER, Desk


async def test_a_case_is_worked_from_its_topic_from_the_first_word_to_the_last(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    thread = desk.thread(case)
    assert "Kje je bazen v Ptuju?" in thread.text
    assert "Kje" not in thread.name

    await desk.says(ANA, "/claim", case)
    assert (await desk.case()).claimed_by == "Ana"
    assert "Ana has this case now." in thread.text

    await desk.says(ANA, "Bazen je ob Dravi.", case)
    assert "Bazen je ob Dravi." in desk.heard()[-1]
    assert "Bazen je ob Dravi." not in thread.text  # it stands there already, as Ana wrote it

    await desk.writes("Hvala, in cena?")
    assert "Hvala, in cena?" in desk.last(case)

    heard = desk.heard()
    await desk.says(ANA, "/note asks about the price", case)
    await desk.says(ANA, "/later 2h", case)
    assert desk.heard() == heard
    assert (await desk.case()).later_until == desk.now + timedelta(hours=2)
    assert "Put off until" in desk.last(case)

    await desk.writes("Ste tam?")
    assert (await desk.case()).later_until is None
    await desk.says(ANA, "/close referred", case)
    closed = await desk.read(case)
    assert (closed.state, closed.outcome, closed.closed_by) == (CaseState.CLOSED, Outcome.REFERRED, "Ana")
    assert desk.thread(case).closed

    await desk.closing.reopen(case.id, "Ana")
    await desk.settle()
    assert not desk.thread(case).closed
    await desk.says(ANA, "Pet evrov.", case)
    assert "Pet evrov." in desk.heard()[-1]


async def test_what_was_taken_gets_a_thumb_and_nothing_is_left_of_it_in_the_inbox(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    number = await desk.says(ANA, "Dober dan!", case)

    assert desk.group.reactions[-1]["message_id"] == str(number)
    async with desk.db.read() as tx:
        assert (await inbox.counts(tx))[inbox.State.NEW] == 0
        assert await inbox.waiting(tx, "telegram-desk", "general") == []


async def test_of_two_who_claim_at_once_one_gets_the_case(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.hire("Boris", BORIS)
    case = await desk.calls()
    for account in (ANA, BORIS):
        desk.telegram.in_group(account, "/claim", desk.thread(case).id)
    await desk.settle()

    assert (await desk.case()).claimed_by == "Ana"
    assert "Boris: Ana was faster and has this case." in desk.thread(case).text


async def test_a_claim_at_the_web_desk_is_faster_than_one_in_the_group(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.helpdesk.claim(case.id, "Boris")
    await desk.says(ANA, "/claim", case)
    await desk.says(ANA, "To ni zame?", case)

    assert (await desk.case()).claimed_by == "Boris"
    assert "Ana: Boris was faster and has this case." in desk.thread(case).text
    assert "Ana: Boris has this case. Nothing was sent." in desk.thread(case).text
    assert not any("To ni zame?" in text for text in desk.heard())


async def test_nobody_answers_by_accident(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    heard = desk.heard()
    await desk.says(ANA, "Kdo ima čas?", case)

    assert desk.heard() == heard
    assert (await desk.case()).state is CaseState.WAITING
    assert "Ana: Nobody has this case yet, so nothing was sent. Write /claim first." in desk.last(case)


async def test_a_stranger_can_do_nothing_and_is_told_so_once_an_hour(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    heard = desk.heard()
    for text in ("/release", "Pišem vam!", "/close", "/note x"):
        await desk.says(STRANGER, text, case)

    told = "This account is not linked to an account of the desk."
    assert desk.heard() == heard
    assert (await desk.case()).claimed_by == "Ana"
    assert desk.thread(case).text.count(told) == 1
    desk.later(hours=1, seconds=1)
    await desk.says(STRANGER, "/claim", case)
    assert desk.thread(case).text.count(told) == 2


async def test_who_hides_behind_the_group_is_a_stranger(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    hidden = {
        "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"},
        "sender_chat": {"id": GROUP, "type": "supergroup"},
    }
    await desk.says(0, "/claim", case, **hidden)

    assert (await desk.case()).state is CaseState.WAITING
    assert "not linked" in desk.last(case)


async def test_a_member_who_was_shut_out_is_a_stranger_at_once(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    async with desk.db.write() as tx:
        await staff.disable(tx, "Ana", desk.now)
    await desk.says(ANA, "/claim", case)

    assert (await desk.case()).state is CaseState.WAITING
    assert "not linked" in desk.last(case)


@pytest.mark.parametrize(("role", "points"), [(Role.STAFF, frozenset({"dalgopol"})), (Role.EDITOR, None)])
async def test_rights_are_those_of_the_account_at_the_desk(desk: Desk, role: Role, points: frozenset[str] | None) -> None:
    await desk.hire("Ana", ANA, points, role)
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    assert case.point == "ptuj"
    for text in ("/claim", "/note x", "/release", "/close", "/later 1h", "Dober dan"):
        await desk.says(ANA, text, case)

    assert (await desk.case()).state is CaseState.WAITING
    assert desk.thread(case).text.count("Ana: Your account at the desk has no right to do that with this case.") == 6


async def test_a_reply_past_something_new_is_not_sent(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    heard = desk.heard()
    # The resident writes, and Ana, before that stands in the topic.
    desk.telegram.say(RESIDENT, "Počakajte, ni več treba.")
    desk.telegram.in_group(ANA, "Pridite jutri.", desk.thread(case).id)
    await desk.settle()

    assert desk.heard() == heard
    assert "Počakajte, ni več treba." in desk.thread(case).text
    assert "Ana: Something new stands above" in desk.thread(case).text
    await desk.says(ANA, "Pridite jutri.", case)
    assert "Pridite jutri." in desk.heard()[-1]


async def test_a_reply_that_was_written_before_the_new_words_were_shown_is_not_sent_later_either(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    heard = desk.heard()
    # Telegram keeps what Ana wrote until we ask for it, and that is after the resident's words were mirrored.
    desk.telegram.in_group(ANA, "Pridite jutri.", desk.thread(case).id)
    late, desk.telegram.pending = desk.telegram.pending, []
    await desk.writes("Ni več treba.")
    desk.telegram.pending = late
    await desk.settle()

    assert desk.heard() == heard
    assert "Ana: Something new stands above" in desk.last(case)


REFUSED = {
    "a text that is too long": ("a" * 4001, {}, "too long"),
    "a file": ("", {"photo": [{"file_id": "f"}], "caption": "x"}, "Only text goes to the resident from here"),
    "an unknown command": ("/zapri", {}, "There is no such command, and nothing was sent"),
    "an unknown outcome": ("/close happily", {}, "There are: answered, referred, not-ours, unreached, abuse."),
    "no moment": ("/later someday", {}, "Write when:"),
    "a moment without a number": ("/later", {}, "Write when:"),
    "a moment too far away": ("/later 999d", {}, "Write when:"),
    "an empty note": ("/note", {}, "There is no text to send."),
    "a code that all can see": ("/link ABCD", {}, "A code belongs in a private chat"),
}


@pytest.mark.parametrize(("text", "more", "told"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_done_is_said_in_the_topic(desk: Desk, text: str, more: dict[str, object], told: str) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    heard = desk.heard()
    await desk.says(ANA, text, case, **more)

    assert desk.heard() == heard
    assert f"Ana: {told}" in desk.last(case) or (desk.last(case).startswith("Ana: ") and told in desk.last(case))


async def test_a_changed_message_changes_nothing_for_the_resident(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    await desk.says(ANA, "Ob osmih.", case)
    heard = desk.heard()
    frame = {"message_id": 7, "from": {"id": ANA, "is_bot": False, "first_name": "Ana"}, "date": 1, "edit_date": 2}
    where = {"chat": {"id": GROUP, "type": "supergroup"}, "message_thread_id": desk.thread(case).id, "is_topic_message": True}
    desk.telegram.send({"edited_message": frame | where | {"text": "Ob devetih."}})
    await desk.settle()

    assert desk.heard() == heard
    assert "stays as it was" in desk.last(case)


async def test_a_reply_to_who_blocked_us_is_refused(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    desk.telegram.block(RESIDENT)
    await desk.settle()
    await desk.says(ANA, "Ste še tam?", case)

    assert "The resident has blocked us" in desk.last(case)


async def test_help_tells_what_there_is_and_release_puts_the_case_back(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/help@info_point_bot", case)
    assert "/close outcome" in desk.last(case)
    await desk.says(ANA, "/claim", case)
    await desk.says(ANA, "/release", case)

    assert (await desk.case()).state is CaseState.WAITING
    assert "Ana has put the case back: it waits again." in desk.thread(case).text


async def test_the_group_may_talk_as_it_likes_outside_the_topics_of_cases(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    heard, posts = desk.heard(), len(desk.group.sent_at)
    desk.telegram.in_group(ANA, "Kdo gre na kavo?")
    desk.telegram.in_group(ANA, "/claim", 4711)
    desk.telegram.in_group(STRANGER, "Kaj je to?")
    desk.telegram.in_group(ANA, "", desk.thread(case).id, forum_topic_edited={"name": "x"})
    await desk.settle()

    assert (desk.heard(), len(desk.group.sent_at)) == (heard, posts)
    assert (await desk.case()).state is CaseState.WAITING


async def test_another_group_is_nobodys_desk(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    message = {"message_id": 5, "from": {"id": ANA, "is_bot": False, "first_name": "A"}, "date": 1, "text": "/claim"}
    where = {"chat": {"id": GROUP - 1, "type": "supergroup"}, "message_thread_id": desk.thread(case).id}
    desk.telegram.send({"message": message | where | {"is_topic_message": True}})
    await desk.settle()

    assert (await desk.case()).state is CaseState.WAITING
    async with desk.db.read() as tx:
        assert (await inbox.counts(tx))[inbox.State.ASIDE] == 1


async def test_an_account_is_linked_by_a_code_in_a_private_chat(desk: Desk) -> None:
    member = await desk.hire("Ana")
    case = await desk.calls()
    async with desk.db.write() as tx:
        code = await link_codes.make(tx, member, desk.now)
    desk.telegram.say(ANA, f"/link {code.lower()}")
    await desk.settle()
    await desk.says(ANA, "/claim", case)

    assert desk.heard(ANA) == ["This Telegram account now belongs to the account Ana at the desk."]
    assert (await desk.case()).claimed_by == "Ana"
    async with desk.db.read() as tx:
        assert await inbox.waiting(tx, "telegram", str(ANA)) == []


async def test_a_wrong_code_tells_nothing_and_after_five_none_is_looked_at(desk: Desk) -> None:
    member = await desk.hire("Ana")
    async with desk.db.write() as tx:
        code = await link_codes.make(tx, member, desk.now)
    for wrong in ("", "AAAAAAAA", "BBBBBBBB", "x", "/link", code):
        desk.telegram.say(ANA, f"/link {wrong}")
        await desk.settle()

    assert len(desk.heard(ANA)) == 6
    assert len(set(desk.heard(ANA))) == 1
    async with desk.db.read() as tx:
        assert await link_codes.linked(tx, str(ANA)) is None
    desk.later(minutes=16)
    async with desk.db.write() as tx:
        code = await link_codes.make(tx, member, desk.now)
    desk.telegram.say(ANA, f"/link {code}")
    await desk.settle()
    assert "now belongs to the account Ana" in desk.heard(ANA)[-1]


async def test_the_private_chat_of_a_member_is_else_that_of_a_resident(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls(ANA)
    assert "Ana" not in desk.thread(case).name
    await desk.writes("/note tudi jaz imam vprašanje", ANA)
    assert "tudi jaz imam vprašanje" in desk.thread(case).text


async def test_what_cannot_be_read_is_set_aside(desk: Desk) -> None:
    desk.telegram.send({"message": {"chat": {"id": GROUP, "type": "supergroup"}, "message_id": "x", "text": "/claim"}})
    await desk.settle()
    async with desk.db.read() as tx:
        assert (await inbox.counts(tx))[inbox.State.ASIDE] == 1


async def test_the_same_update_again_does_nothing_again(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    desk.telegram.in_group(ANA, "Enkrat.", desk.thread(case).id)
    again = list(desk.telegram.pending)
    await desk.settle()
    desk.telegram.pending = again
    await desk.settle()

    assert sum("Enkrat." in text for text in desk.heard()) == 1


async def test_what_fails_again_and_again_is_given_up_and_its_topic_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()

    async def stumbles(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(desk.desk._acts, "do", stumbles)
    await desk.says(ANA, "/claim", case)
    desk.telegram.in_group(ANA, "/note behind it", desk.thread(case).id)
    for _ in range(6):
        desk.later(seconds=10)
        await desk.settle()

    assert desk.thread(case).text.count("Something went wrong, and this was not done.") == 2
    async with desk.db.read() as tx:
        assert (await inbox.counts(tx))[inbox.State.ASIDE] == 2


async def test_what_ended_the_process_too_often_is_not_begun_again(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    desk.telegram.in_group(ANA, "/claim", desk.thread(case).id)
    await desk._receives()
    for _ in range(3):  # a process that dies has counted its try, and no more
        async with desk.db.write() as tx:
            assert await inbox.begin(tx, "telegram-desk", desk.now) is not None
    await desk.settle()

    assert (await desk.case()).state is CaseState.WAITING
    assert "this was not done" in desk.last(case)


async def test_two_processes_at_the_group_do_each_thing_once(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    other = GroupDesk(desk.casework, desk.door.parse_group, desk.door.hand, desk.library)
    desk.telegram.in_group(ANA, "Enkrat.", desk.thread(case).id)
    await desk._receives()
    async with desk.db.write() as tx:
        received = await inbox.begin(tx, "telegram-desk", desk.now)
    assert received is not None
    # One whose lease ran out while it worked, and the one that took over.
    await asyncio.gather(desk.desk._handle(received, desk.now), other._handle(received, desk.now))
    await desk.settle()

    assert sum("Enkrat." in text for text in desk.heard()) == 1
    assert not await other.step()
