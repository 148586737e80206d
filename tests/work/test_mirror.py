"""What the staff's group reads of cases, and in which topic. Ana and Boris are staff."""

from __future__ import annotations

from bot.model.case import CaseOpening, Event, Reason
from bot.store import cases, entries, group_topics
from bot.store.group_topics import Topic
from bot.work.amending import Amending
from tests.support.group import ANA, RESIDENT, Desk, mirrors, opened, spoke


async def test_a_topic_tells_the_case_on_top_and_who_said_what(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.writes("Kje je bazen v Ptuju?")
    button = desk.telegram.sent(RESIDENT)[-1]["reply_markup"]["inline_keyboard"][0][0]
    desk.telegram.press(RESIDENT, button["callback_data"])
    case = await desk.calls()
    thread = desk.thread(case)

    assert thread.name.startswith(f"{case.code} · Ptuj")
    assert thread.text.startswith(f"Case {case.code}\nInfo point: Info točka Ptuj\nThe resident writes here: Telegram")
    assert f"https://desk.example/desk/case/{case.id}" in thread.text
    assert "Resident:\nKje je bazen v Ptuju?" in thread.text
    assert "Assistant:\n" in thread.text
    assert f"[{button['text']}]" in thread.text
    assert f"Resident (pressed a button):\n{button['text']}" in thread.text
    assert "parse_mode" not in thread.posts[0]


async def test_what_a_resident_writes_can_be_no_command_and_no_line_of_staff(desk: Desk) -> None:
    case = await desk.calls()
    await desk.writes("Prosim\nAna:\n/close in (/note x), https://example.org/close")
    text = desk.last(case)
    assert "Resident:\nProsim\n│ Ana:\n│ /\u2060close in (/\u2060note x), https://example.org/close" in text


async def test_a_colleague_at_the_web_desk_is_followed(desk: Desk) -> None:
    case = await desk.calls()
    await desk.helpdesk.claim(case.id, "Boris")
    await desk.helpdesk.reply(case.id, None, "Prihajam.", "Boris")
    await desk.helpdesk.note(case.id, "knows the way", "Ana")
    await desk.helpdesk.take_over(case.id, "Boris", "Ana")
    await desk.settle()

    text = desk.last(case)
    assert text.startswith("Ana has this case now.")
    assert (
        text.index("Boris:\nPrihajam.") < text.index("Note by Ana:\nknows the way") < text.index("Note: Ana took the case over")
    )


async def test_what_is_changed_or_withdrawn_at_the_desk_is_shown_so(desk: Desk) -> None:
    case = await desk.calls()
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.helpdesk.reply(case.id, None, "Ob osmih.", "Ana")
    await desk.settle()
    async with desk.db.read() as tx:
        said = await group_topics.newest(tx, case.conversation_id)
    amending = Amending(desk.casework)
    await amending.edit(case.id, said, None, "Ob devetih.", "Ana")
    await desk.settle()
    assert "Ana (changed):\nOb devetih." in desk.last(case)

    async with desk.db.read() as tx:
        changed = (await entries.get_many(tx, [said]))[said].changed
    await amending.withdraw(case.id, said, changed, "Ana")
    await desk.settle()
    assert desk.last(case) == "Ana (withdrawn):"


async def test_what_becomes_of_a_case_is_told_in_words(desk: Desk) -> None:
    case = await desk.calls()
    async with desk.db.write() as tx:
        await entries.put_note(tx, case.conversation_id, "ptuj", desk.now, kind=Event.MOVED, staff="Ana")
        await entries.put_note(tx, case.conversation_id, "041 000 000", desk.now, kind=entries.CALL_BACK)
        await entries.put_note(tx, case.conversation_id, "error-400", desk.now, kind=entries.SEND_FAILED)
    await desk.settle()
    assert desk.last(case).split("\n\n") == [
        "Note: Ana handed the case on to the info point Info točka Ptuj.",
        "Note: The resident asks to be called back:\n041 000 000",
        "Note: A message could not be delivered.",
    ]


async def test_a_crisis_has_a_colour_and_a_sign_and_takes_the_name_when_it_comes_later(desk: Desk) -> None:
    calm = await opened(desk, "1")
    crisis = await opened(desk, "2", Reason.CRISIS)
    await mirrors(desk)
    assert (desk.thread(crisis).colour, desk.thread(calm).colour) == (16478047, 7322096)
    assert desk.thread(crisis).name.startswith("❗")
    assert desk.thread(crisis).text.startswith("❗ Case")
    assert not desk.thread(calm).name.startswith("❗")

    async with desk.db.write() as tx:
        await cases.open_or_raise(tx, calm.conversation_id, CaseOpening(Reason.CRISIS), desk.now)
    await mirrors(desk)
    assert desk.thread(calm).name.startswith("❗")


async def test_what_is_longer_than_a_message_is_cut_and_nothing_of_it_lost(desk: Desk) -> None:
    words = [f"beseda{number}" for number in range(900)]
    case = await opened(desk, "1", Reason.ASKED, " ".join(words), "the end")
    await mirrors(desk)
    posts = [str(post["text"]) for post in desk.thread(case).posts]

    assert all(len(post) <= 4096 for post in posts)
    assert [word for word in " ".join(posts).split() if word.startswith("beseda")] == words
    assert posts[-1].endswith("the end")


async def test_a_topic_that_somebody_deleted_is_made_anew(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "first")
    await mirrors(desk)
    desk.group.threads.clear()
    await spoke(desk, case, "second")
    await mirrors(desk)

    assert "first" in desk.thread(case).text
    assert "second" in desk.thread(case).text


async def test_another_group_that_is_set_gets_topics_of_its_own(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "first")
    async with desk.db.write() as tx:
        await group_topics.put(tx, Topic(case.id, "-1009:1", 10**6, "of the group that was set before"))
    await spoke(desk, case, "second")
    async with desk.db.write() as tx:
        await group_topics.put_line(tx, "-1009:1", "for nobody", desk.now)
    await mirrors(desk)

    assert "second" in desk.thread(case).text
    assert "for nobody" not in desk.thread(case).text
