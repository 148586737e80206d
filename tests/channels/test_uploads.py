"""Whoever sends a file that is not taken is told why, and what to do."""

from __future__ import annotations

import tracemalloc
from gettext import NullTranslations

from starlette.requests import Request
from starlette.types import Message

from bot.channels import uploads
from bot.channels.uploads import advice
from bot.model.attached import LARGEST, Dangerous, Enclosure, TooLarge, Why, kept_as


def test_each_reason_has_a_sentence_of_its_own_but_for_two_that_need_the_same_advice() -> None:
    say = NullTranslations()
    sentences = {why: advice(Dangerous(why), say) for why in Why}
    assert all(sentence.endswith(".") and "%" not in sentence for sentence in sentences.values())
    assert len(set(sentences.values())) == len(Why) - 1
    assert sentences[Why.BROKEN] == sentences[Why.SLOW]
    assert advice(TooLarge(), say) == sentences[Why.TOO_LARGE]


async def test_of_many_files_in_one_form_no_more_is_held_than_the_first() -> None:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="%d.txt"\r\n\r\n' % each + b"a" * LARGEST + b"\r\n"
        for each in range(5)
    ]
    chunks = [*parts, b"--x--\r\n"]

    async def receive() -> Message:
        return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"multipart/form-data; boundary=x")]}
    tracemalloc.start()
    posted = await uploads.read(Request(scope, receive))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert posted.file is not None
    assert (posted.file.name, len(posted.file.content)) == ("0.txt", LARGEST)
    assert most < 3.5 * LARGEST


def test_a_reference_to_a_file_of_ours_is_told_from_one_of_a_channel() -> None:
    file = Enclosure("ab12", "a.txt", "text/plain")
    assert kept_as(file.reference) == "ab12"
    assert kept_as("AgACAgQAAxkBAAI") is None
    assert (file.is_picture, Enclosure("1", "a.png", "image/png").is_picture) == (False, True)
