"""E-mail to staff, against a real mail server."""

from __future__ import annotations

import socket

import pytest
from pydantic import SecretStr

from bot.addresses import smtp_server
from bot.channels.contract import SendFailure
from bot.settings import Settings
from bot.work.escalation import EMAIL, TELEGRAM
from bot.work.post import Notice, Post, Private, ways
from tests.support.house import Post as Channel
from tests.support.mail import mail_server
from tests.support.silence import silent_server

NOTICE = Notice("Primer K7PM4X čaka\r\nBcc: eve@example.org", "Občan čaka. Гражданин чака.", "sl")
FROM, TO = "desk@example.org", "ana@example.org"


async def _failure(post: Post, address: str = TO) -> SendFailure:
    with pytest.raises(SendFailure) as caught:
        await post.tell(NOTICE, address)
    assert address not in str(caught.value)
    return caught.value


async def test_a_letter_arrives_as_plain_text_that_no_machine_answers() -> None:
    async with mail_server() as mail:
        await Post(mail.server, FROM).tell(NOTICE, TO)

    [(recipient, letter)] = mail.letters
    assert recipient == TO
    assert (letter["From"], letter["To"]) == (FROM, TO)
    assert letter["Subject"] == "Primer K7PM4X čaka Bcc: eve@example.org"
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.org>")
    assert letter["Date"]
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().strip() == NOTICE.text


async def test_an_address_that_is_refused_for_good_is_given_up() -> None:
    async with mail_server() as mail:
        mail.answers[TO] = "550 no such user"
        refused = await _failure(Post(mail.server, FROM))
        mail.answers[TO] = "450 try later"
        later = await _failure(Post(mail.server, FROM))

    assert (refused.permanent, refused.detail) == (True, "recipient-550")
    assert (later.permanent, later.detail) == (False, "recipient-450")
    assert mail.letters == []


async def test_what_is_no_address_goes_nowhere() -> None:
    failure = await _failure(Post(smtp_server("smtp://127.0.0.1:1"), FROM), "ana@example.org, eve@example.org")

    assert failure.permanent


async def test_a_server_that_takes_no_letter_is_tried_again() -> None:
    async with mail_server() as mail:
        mail.data = "554 no"
        failure = await _failure(Post(mail.server, FROM))

    assert (failure.permanent, failure.detail) == (False, "smtp-554")


async def test_a_server_that_is_away_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    failure = await _failure(Post(smtp_server(f"smtp://127.0.0.1:{port}"), FROM))

    assert not failure.permanent


async def test_a_server_that_hangs_is_left_in_time() -> None:
    with silent_server() as (listener, _):
        server = smtp_server(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        failure = await _failure(Post(server, FROM, timeout=0.2))

    assert not failure.permanent


async def test_nothing_is_sent_in_the_clear_where_others_could_read_it() -> None:
    async with mail_server() as mail:
        public = smtp_server("smtp://ana:hunter2@mail.example.org")
        reached_here = type(public)("127.0.0.1", mail.port, public.user, public.password, public.encrypted)
        failure = await _failure(Post(reached_here, FROM))

    assert not failure.permanent
    assert mail.letters == []
    assert "hunter2" not in repr(failure)


async def test_a_private_chat_gets_subject_and_text_in_one_message() -> None:
    channel = Channel()

    await Private(channel).tell(Notice("Subject", "Text", "sl"), "17")

    assert channel.sent == [("17", "Subject\n\nText")]


async def test_a_private_chat_that_hangs_is_tried_again() -> None:
    with pytest.raises(SendFailure) as caught:
        await Private(Channel(failures=[TimeoutError()])).tell(NOTICE, "17")

    assert not caught.value.permanent


def test_staff_are_told_by_what_the_operator_has_set_up() -> None:
    mail = Settings(smtp_url=SecretStr("smtp://relay"), mail_from=FROM)

    assert ways(Settings(), {}) == {}
    assert set(ways(mail, {})) == {EMAIL}
    assert set(ways(mail, {"telegram": Channel()})) == {EMAIL, TELEGRAM}
    assert ways(Settings(), {"another": Channel()}) == {}
