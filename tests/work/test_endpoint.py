"""An encoder elsewhere gives vectors, or an error within the time; whatever it answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from bot.matching.embedder import HEAD, TAIL, EmbedderError
from bot.work.breaker import FAILURES, PAUSE, Breaker
from bot.work.endpoint import BATCH, QUERY_SECONDS, Endpoint, EndpointError, RemoteEmbedder
from tests.fakes.embeddings import SIZE, FakeEmbeddings, fake_embeddings, rows, vector, well
from tests.work.test_breaker import Clock

SECRET = "izgubil sem službo in ne vem kam"
KEY = "sk-hunter2"


@pytest.fixture
def server() -> Iterator[FakeEmbeddings]:
    with fake_embeddings() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def remote(server: FakeEmbeddings, clock: Clock, pauses: list[float]) -> Iterator[RemoteEmbedder]:
    """An encoder that was found, over a server that was not asked yet."""
    made = RemoteEmbedder(Endpoint(server.url, "big-model", KEY), pause=pauses.append, breaker=Breaker(clock))
    with closing(made):
        made.find()
        server.asked.clear()
        yield made


def _body(data: object) -> bytes:
    return json.dumps({"data": data}).encode()


def _row(embedding: object, index: object = 0) -> bytes:
    return _body([{"index": index, "embedding": embedding}])


def test_it_is_known_by_its_model_and_the_length_of_its_vectors(remote: RemoteEmbedder) -> None:
    assert (remote.name, remote.size) == (f"big-model@{SIZE}", SIZE)


def test_vectors_have_length_one_and_the_order_of_the_texts(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    server.answer = lambda texts: (200, {}, _body(rows(texts)[::-1]))
    texts = [f"besedilo {number}" for number in range(BATCH + 3)]

    found = remote.passages(texts)

    expected = np.array([vector(text) for text in texts])
    assert found.dtype == np.float32
    assert np.allclose(found, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert [len(asked["input"]) for asked in server.asked] == [BATCH, 3]


def test_a_message_and_a_stored_text_of_the_same_words_have_the_same_vector(remote: RemoteEmbedder) -> None:
    assert np.array_equal(remote.query(SECRET), remote.passages([SECRET])[0])


def test_it_is_asked_as_the_interface_says_and_with_the_key(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    remote.query(SECRET)

    asked = {"model": "big-model", "input": [SECRET], "encoding_format": "float", "path": "/v1/embeddings"}
    assert server.asked == [asked]
    assert server.keys[-1] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(server: FakeEmbeddings) -> None:
    with closing(RemoteEmbedder(Endpoint(server.url, "big-model"))) as remote:
        remote.find()

    assert server.keys == [None]


def test_of_a_long_story_beginning_and_end_are_sent(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    remote.query("a" * 1000 + "b" * 1000)

    assert server.texts == ["a" * HEAD + " " + "b" * TAIL]


@pytest.mark.parametrize("text", ["\ud800", "\x00", "😂" * 500, ""], ids=range(4))
def test_any_text_can_be_asked_for(remote: RemoteEmbedder, text: str) -> None:
    assert remote.query(text).shape == (SIZE,)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, b"<html>", "something else than vectors"),
        (200, b"\xff\xfe", "something else than vectors"),
        (200, b"[" * 100_000, "something else than vectors"),
        (200, b"[]", "something else than vectors"),
        (200, b"{}", "something else than vectors"),
        (200, b'{"data": 1}', "something else than vectors"),
        (200, b'{"data": [1]}', "something else than vectors"),
        (200, _body([]), "one vector for each text"),
        (200, _row([1.0] * SIZE, 1), "one vector for each text"),
        (200, _row([1.0] * SIZE, "x"), "something else than vectors"),
        (200, _row([]), "one vector for each text"),
        (200, _row([[1.0] * SIZE]), "one vector for each text"),
        (200, _row(["x"] * SIZE), "something else than vectors"),
        (200, _row({"a": 1}), "something else than vectors"),
        (200, _row([10**400] * SIZE), "something else than vectors"),
        (200, _row([float("nan")] * SIZE), "no vector"),
        (200, _row([None] * SIZE), "no vector"),
        (200, _row([1e300] * SIZE), "no vector"),
        (200, _row([0.0] * SIZE), "no vector"),
        (200, _row([1.0] * (SIZE + 1)), "another length"),
        (200, _body(rows(["a", "b"])), "one vector for each text"),
        (204, b"", "HTTP 204"),
        (400, SECRET.encode(), "HTTP 400"),
        (401, b"", "refuses the key"),
        (404, b"", "HTTP 404"),
        (429, b"", "HTTP 429"),
        (500, b"", "HTTP 500"),
    ],
    ids=range(27),
)
def test_an_answer_that_is_none_is_an_error(
    remote: RemoteEmbedder, server: FakeEmbeddings, status: int, body: bytes, told: str
) -> None:
    server.answer = lambda _: (status, {}, body)

    with pytest.raises(EmbedderError, match=told) as caught:
        remote.query(SECRET)

    assert SECRET not in str(caught.value)
    assert KEY not in repr(caught.getrepr(chain=True, showlocals=False))


def test_it_goes_nowhere_else(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    with fake_embeddings() as other:
        server.answer = lambda _: (307, {"Location": f"{other.url}/embeddings"}, b"")
        with pytest.raises(EmbedderError, match="elsewhere"):
            remote.query(SECRET)

        assert other.asked == []


def test_no_proxy_of_the_environment_reads_what_is_sent_in_the_clear(
    server: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_embeddings() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with closing(RemoteEmbedder(Endpoint(server.url, "big-model"))) as remote:
            remote.find()

        assert (len(server.asked), len(proxy.asked)) == (1, 0)


def test_an_answer_without_end_is_broken_off(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    server.answer = lambda _: (200, {}, b" " * 2_000_000)

    with pytest.raises(EmbedderError, match="does not end"):
        remote.query(SECRET)


def test_who_does_not_answer_costs_a_resident_two_seconds_at_most(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    server.answer = server.hang
    started = time.monotonic()

    with pytest.raises(EmbedderError, match="in time"):
        remote.query(SECRET)

    assert QUERY_SECONDS <= time.monotonic() - started < QUERY_SECONDS + 1


def test_who_answers_in_drops_has_the_same_time(remote: RemoteEmbedder, server: FakeEmbeddings) -> None:
    server.drips = True
    started = time.monotonic()

    with pytest.raises(EmbedderError, match="in time"):
        remote.find(0.5)

    assert time.monotonic() - started < 1.5


def test_who_is_not_there_is_told() -> None:
    with (
        closing(RemoteEmbedder(Endpoint("http://127.0.0.1:1/v1", "big-model"))) as remote,
        pytest.raises(EmbedderError, match="cannot be reached"),
    ):
        remote.find()


def test_after_failures_in_a_row_nobody_waits_until_it_answers_again(
    remote: RemoteEmbedder, server: FakeEmbeddings, clock: Clock
) -> None:
    server.answer = lambda _: (500, {}, b"")
    for _ in range(FAILURES):
        with pytest.raises(EmbedderError, match="HTTP 500"):
            remote.query(SECRET)
    broken = remote.trouble
    with pytest.raises(EmbedderError, match="left alone"):
        remote.query(SECRET)
    asked = len(server.asked)
    server.answer = well
    clock.now += PAUSE

    assert remote.query(SECRET).shape == (SIZE,)
    assert asked == FAILURES
    assert "HTTP 500" in broken
    assert remote.trouble == ""


def test_whoever_knocks_finds_out_that_it_answers_again(remote: RemoteEmbedder, server: FakeEmbeddings, clock: Clock) -> None:
    remote.knock()
    untroubled = len(server.asked)
    server.answer = lambda _: (500, {}, b"")
    for _ in range(FAILURES):
        with pytest.raises(EmbedderError):
            remote.query(SECRET)
    remote.knock()
    still = remote.trouble
    server.answer = well
    clock.now += PAUSE
    remote.knock()

    assert untroubled == 0
    assert still
    assert remote.trouble == ""


def test_stored_texts_are_asked_for_again(remote: RemoteEmbedder, server: FakeEmbeddings, pauses: list[float]) -> None:
    refusals = [(503, {"Retry-After": "7"}, b""), (429, {"Retry-After": "soon"}, b""), (500, {"Retry-After": "9999"}, b"")]
    server.answer = lambda texts: refusals.pop(0) if refusals else well(texts)

    assert remote.passages([SECRET]).shape == (1, SIZE)
    assert pauses == [7.0, 1.0, 30.0]


def test_stored_texts_are_not_asked_for_again_for_ever(
    remote: RemoteEmbedder, server: FakeEmbeddings, pauses: list[float]
) -> None:
    server.answer = lambda _: (500, {}, b"")

    with pytest.raises(EmbedderError, match="HTTP 500"):
        remote.passages([SECRET])

    assert pauses == [0.5, 1.0, 2.0, 4.0]


def test_what_will_not_change_is_not_asked_for_again(remote: RemoteEmbedder, server: FakeEmbeddings, pauses: list[float]) -> None:
    server.answer = lambda _: (400, {}, b"")

    with pytest.raises(EmbedderError, match="HTTP 400"):
        remote.passages([SECRET])

    assert pauses == []


def test_many_threads_may_ask_at_once(remote: RemoteEmbedder) -> None:
    found: dict[int, bool] = {}

    def ask(number: int) -> None:
        found[number] = bool(np.allclose(remote.query(f"vprašanje {number}"), remote.passages([f"vprašanje {number}"])[0]))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert found == dict.fromkeys(range(20), True)


def test_closing_breaks_off_what_is_being_asked(server: FakeEmbeddings) -> None:
    remote = RemoteEmbedder(Endpoint(server.url, "big-model"))
    server.answer = server.hang
    ended: list[str] = []

    def ask() -> None:
        with pytest.raises(EndpointError) as caught:
            remote.find(60)
        ended.append(str(caught.value))

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.asked:
        time.sleep(0.01)
    remote.close()
    thread.join(10)

    assert ended == ["the encoder is closed"]
    with pytest.raises(EmbedderError, match="closed"):
        remote.query(SECRET)
    remote.close()
