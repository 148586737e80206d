"""What the staff's group does not read: what is confidential, deleted, sensitive, or said after the end of a case."""

from __future__ import annotations

import pytest

from bot.model.case import Reason
from bot.store import readers
from tests.support.group import ANA, RESIDENT, Desk, mirrors, opened, spoke


async def test_a_closed_case_whose_topic_is_gone_gets_none(desk: Desk) -> None:
    case = await opened(desk, "1")
    await mirrors(desk)
    await desk.helpdesk.claim(case.id, "Ana")
    desk.group.threads.clear()
    await desk.closing.close(case.id, "Ana")
    await mirrors(desk)
    assert desk.group.threads == {}
    assert await desk.topic(case) is None


async def test_what_is_said_after_the_end_of_a_case_is_not_for_the_group(desk: Desk) -> None:
    case = await opened(desk, "1")
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.closing.close(case.id, "Ana")
    desk.later(seconds=1)
    await mirrors(desk)
    assert desk.group.threads == {}  # closed before anybody saw it: no topic is made

    other = await opened(desk, "2")
    await mirrors(desk)
    await desk.helpdesk.claim(other.id, "Ana")
    await desk.closing.close(other.id, "Ana")
    desk.later(seconds=1)
    await spoke(desk, other, "to the assistant alone")
    await mirrors(desk)
    assert desk.thread(other).closed
    assert "to the assistant alone" not in desk.thread(other).text


async def test_a_confidential_case_is_not_shown_and_one_that_becomes_so_disappears(desk: Desk) -> None:
    await desk.hire("Ana", ANA)
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    await desk.says(ANA, "/claim", case)
    thread = desk.thread(case)
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, {"Ana"})
    # Before the topic is gone nothing is done from it any more.
    heard = desk.heard()
    desk.telegram.in_group(ANA, "Dober dan", thread.id)
    await desk.settle()
    await desk.writes("skrivnost")

    assert desk.heard() == heard
    assert desk.group.deleted == [thread]
    assert desk.group.threads == {}
    assert [post["text"] for post in desk.group.general] == [
        f"Case {case.code} is no longer shown in this group. It is worked on at the desk."
    ]
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, ())
    await desk.settle()
    assert desk.thread(case).text  # taken back, it is shown again


async def test_a_later_case_does_not_bring_the_words_of_a_confidential_one(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "a secret")
    await desk.helpdesk.claim(case.id, "Ana")
    async with desk.db.write() as tx:
        await readers.guard(tx, case.id, {"Ana"})
    await desk.closing.close(case.id, "Ana")
    desk.later(minutes=1)
    later = await opened(desk, "1", Reason.ASKED, "about the pool")
    await mirrors(desk)

    assert "about the pool" in desk.thread(later).text
    assert "a secret" not in desk.thread(later).text


async def test_a_case_that_is_opened_again_does_not_bring_the_words_of_a_confidential_one(desk: Desk) -> None:
    case = await opened(desk, "1", Reason.ASKED, "about the pool")
    await desk.helpdesk.claim(case.id, "Ana")
    await desk.closing.close(case.id, "Ana")
    await mirrors(desk)
    desk.later(minutes=1)
    between = await opened(desk, "1", Reason.ASKED, "a secret")
    await desk.helpdesk.claim(between.id, "Ana")
    async with desk.db.write() as tx:
        await readers.guard(tx, between.id, {"Ana"})
    await desk.closing.close(between.id, "Ana")
    desk.later(minutes=1)
    await desk.closing.reopen(case.id, "Ana")
    await mirrors(desk)
    desk.later(minutes=1)
    await spoke(desk, case, "about the sauna")
    await mirrors(desk)

    assert "about the sauna" in desk.thread(case).text
    assert "a secret" not in desk.thread(case).text


async def test_what_a_resident_has_deleted_goes_from_the_group(desk: Desk) -> None:
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    thread = desk.thread(case)
    desk.telegram.press(RESIDENT, "forget")
    await desk.settle()

    assert desk.group.deleted == [thread]
    assert desk.group.threads == {}
    assert desk.group.general == []  # not even that there was a case is told
    assert await desk.topic(case) is None


async def test_a_sensitive_subject_does_not_stand_in_the_list_of_topics(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    library = desk.index.library
    topics = {name: replace(topic, sensitive=True) for name, topic in library.topics.items()}
    monkeypatch.setattr(desk.index, "library", replace(library, topics=topics))
    await desk.writes("Kje je bazen v Ptuju?")
    case = await desk.calls()
    assert desk.thread(case).name == f"{case.code} · Ptuj"
