"""A resident whose phone is read by somebody else, with the real program on Telegram."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_messages import Post
from tests.support.program import Program, Staff, until

CHAT = 4001
SECRET = "Prostor v varni hiši je za vas pripravljen."


def _keys(telegram: FakeTelegram) -> list[str]:
    """Return what the buttons under all that was sent would do, oldest first."""
    markups = [call.given.get("reply_markup", {}) for call in telegram.calls if str(call.given.get("chat_id")) == str(CHAT)]
    return [key["callback_data"] for each in markups for row in each.get("inline_keyboard", ()) for key in row]


def _seen(telegram: FakeTelegram) -> list[Post]:
    return telegram.posts.at(CHAT)


def test_news_is_hidden_until_it_is_asked_for_and_the_chat_can_be_emptied(program: Program, telegram: FakeTelegram) -> None:
    ana = Staff(program, "ana")
    telegram.say(CHAT, "/discreet")
    until(lambda: "traceless" in _keys(telegram), "the reply to /discreet")
    telegram.say(CHAT, "/person")
    until(lambda: bool(ana.line()), "the case")
    (case,) = ana.line()
    ana.act(case, "claim")
    ana.act(case, "reply", text=SECRET)

    until(lambda: sum(key.startswith("show:") for key in _keys(telegram)) == 2, "both neutral sentences")
    assert not any(SECRET in post.text for post in _seen(telegram))

    shows = [key for key in _keys(telegram) if key.startswith("show:")][-1]
    telegram.press(CHAT, shows)
    until(lambda: any(SECRET in post.text for post in _seen(telegram)), "the message shown")
    telegram.press(CHAT, shows.replace("show", "hide"))
    until(lambda: not any(SECRET in post.text for post in _seen(telegram)), "the message hidden")

    telegram.say(CHAT, "/mydata")
    until(lambda: any(post.kind == "document" for post in _seen(telegram)), "the file")
    (file,) = [post for post in _seen(telegram) if post.kind == "document"]
    plain = json.loads(zipfile.ZipFile(BytesIO(file.content)).read("my-data.json"))
    assert SECRET in [message["text"] for message in plain["messages"]]

    telegram.press(CHAT, "traceless:yes")
    until(lambda: len(_seen(telegram)) == 1, "an empty chat but for the last word")
    assert program.url
