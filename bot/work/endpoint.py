"""An encoder behind an OpenAI-compatible ``/v1/embeddings``: what an operator runs who has a bigger model.

The form of question and answer is that of https://platform.openai.com/docs/api-reference/embeddings. What is embedded leaves
the process, so an operator must have chosen it. No error quotes a text.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from threading import Thread

import httpx
import numpy as np
import structlog
from numpy.typing import NDArray

from bot.matching.embedder import EmbedderError, excerpt
from bot.work.breaker import Breaker

#: Seconds that it has for a resident's message, for a batch of stored texts, and to be found: a cold model is loaded first.
QUERY_SECONDS, BATCH_SECONDS, FIRST_SECONDS = 2.0, 60.0, 30.0
#: Texts in one question; some servers take no more.
BATCH = 32
#: A batch is asked for so often, with pauses that double from the first one, in seconds, unless the server names a longer one.
_TRIES, _FIRST_PAUSE, _LONGEST_PAUSE = 5, 0.5, 30.0
#: An answer may be so many bytes long for each text: vectors ten times as long as the longest of 2026.
_MOST_BYTES = 1_000_000
#: What is asked to learn the length of the vectors.
_ANY_WORD = "info"
_TRY_AGAIN = frozenset({408, 425, 429})

_log = structlog.get_logger("encoder")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an encoder is: the base ``address`` (".../v1"), the ``model`` to ask it for, and the ``key`` it wants, if any."""

    address: str
    model: str
    key: str = field(default="", repr=False)


class EndpointError(EmbedderError):
    """The endpoint did not do its part; ``again`` tells whether it may be asked again, ``after`` how many seconds."""

    def __init__(self, why: str, *, again: bool = False, after: float = 0.0) -> None:
        super().__init__(why)
        self.again, self.after = again, after


class RemoteEmbedder:
    """An `bot.matching.embedder.Embedder` that asks an endpoint. Safe to use from many threads; to be closed.

    It has an event loop in a thread of its own, because nothing else keeps a limit of time on a whole answer.
    """

    def __init__(
        self, endpoint: Endpoint, *, pause: Callable[[float], None] = time.sleep, breaker: Breaker | None = None
    ) -> None:
        """Take the ``endpoint``; `find` then has to be called once. ``pause`` waits for some seconds."""
        #: The model and the length of its vectors: the same wherever it runs.
        self.name, self.size = "", 0
        #: Why it is not asked now; empty when all is well.
        self.trouble = ""
        self._endpoint, self._pause = endpoint, pause
        self._breaker = Breaker() if breaker is None else breaker
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        # What is written in the clear goes through no proxy; an encrypted line may, and may trust authorities of the operator.
        secure = endpoint.address.startswith("https://")
        # Nearby a fresh connection costs nothing, and a kept one 40 ms with servers that write headers and body apart: the
        # second waits for our delayed acknowledgement.
        limits = httpx.Limits(max_keepalive_connections=None if secure else 0)
        self._http = httpx.AsyncClient(headers=headers, timeout=None, trust_env=secure, limits=limits)  # noqa: S113 - see _post
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="encoder", daemon=True)
        self._thread.start()

    def find(self, seconds: float = FIRST_SECONDS) -> None:
        """Learn the name and the length of the vectors. Raises `EmbedderError` when there is no answer within ``seconds``."""
        self.size = self._ask([_ANY_WORD], seconds).shape[1]
        self.name = f"{self._endpoint.model}@{self.size}"

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of stored ``texts``, shape (n, size). Takes its time and asks again where that may help."""
        vectors = np.zeros((len(texts), self.size), np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [excerpt(text) for text in texts[start : start + BATCH]]
            vectors[start : start + len(batch)] = self._ask_patiently(batch)
        return vectors

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of one message, shape (size,). After failures in a row it fails at once for some seconds."""
        if not self._breaker.may_try():
            raise EndpointError("the encoder is left alone for a moment")
        try:
            vector: NDArray[np.float32] = self._ask([excerpt(text)], QUERY_SECONDS)[0]
        except EmbedderError as error:
            if self._breaker.failed():
                _log.warning("words decide without the encoder", why=str(error))
            if self._breaker.broken:
                self.trouble = str(error)
            raise
        if self._breaker.succeeded():
            _log.warning("the encoder answers again")
        self.trouble = ""
        return vector

    def knock(self) -> None:
        """See whether an encoder in trouble answers again, so that no resident waits for it in vain."""
        if self.trouble:
            try:
                self.query(_ANY_WORD)
            except EmbedderError:
                return  # told already

    def close(self) -> None:
        """Break off what is being asked and close the connections. Whatever is asked from now on fails."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _end(self) -> None:
        asked = asyncio.all_tasks() - {asyncio.current_task()}
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await self._http.aclose()

    def _ask_patiently(self, texts: Sequence[str]) -> NDArray[np.float32]:
        for tried in range(_TRIES):
            try:
                return self._ask(texts, BATCH_SECONDS)
            except EndpointError as error:
                if not error.again or tried == _TRIES - 1:
                    raise
                self._pause(min(max(_FIRST_PAUSE * 2**tried, error.after), _LONGEST_PAUSE))
        raise AssertionError("the last try returns or raises")

    def _ask(self, texts: Sequence[str], seconds: float) -> NDArray[np.float32]:
        vectors = _vectors(self._answer(texts, seconds), len(texts))
        if self.size not in (0, vectors.shape[1]):
            raise EndpointError("the encoder answers with vectors of another length than at the start")
        return vectors

    def _answer(self, texts: Sequence[str], seconds: float) -> bytes:
        if not self._thread.is_alive():
            raise EndpointError("the encoder is closed")
        answer = asyncio.run_coroutine_threadsafe(self._post(texts, seconds), self._loop)
        try:
            # Its own limit counts; this one is for a question that came in as the loop was closed.
            return answer.result(seconds + 1)
        except TimeoutError:
            raise EndpointError("the encoder does not answer in time", again=True) from None
        except CancelledError:
            raise EndpointError("the encoder is closed") from None
        except httpx.TransportError as error:
            raise EndpointError(f"the encoder cannot be reached ({type(error).__name__})", again=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise EndpointError(f"the encoder cannot be asked ({type(error).__name__})") from None

    async def _post(self, texts: Sequence[str], seconds: float) -> bytes:
        """Return the body of an answer. Raises `EndpointError`, TimeoutError and what httpx raises."""
        question = json.dumps({"model": self._endpoint.model, "input": list(texts), "encoding_format": "float"})
        headers = {"Content-Type": "application/json"}
        body = bytearray()
        async with (
            asyncio.timeout(seconds),
            self._http.stream(
                "POST", f"{self._endpoint.address}/embeddings", content=question.encode(), headers=headers
            ) as reply,
        ):
            if reply.status_code != httpx.codes.OK:
                raise _refused(reply.status_code, reply.headers)
            async for piece in reply.aiter_bytes():
                body += piece
                if len(body) > _MOST_BYTES * len(texts):
                    raise EndpointError("the encoder's answer does not end")
        return bytes(body)


def _refused(status: int, headers: Mapping[str, str]) -> EndpointError:
    if httpx.codes.is_redirect(status):
        return EndpointError(f"the encoder sends us elsewhere (HTTP {status}), which is not followed")
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return EndpointError(f"the encoder refuses the key (HTTP {status})")
    after = headers.get("retry-after", "")
    again = status in _TRY_AGAIN or httpx.codes.is_server_error(status)
    seconds = float(after) if after.isascii() and after.isdigit() else 0.0
    return EndpointError(f"the encoder answers with HTTP {status}", again=again, after=seconds)


def _vectors(body: bytes, count: int) -> NDArray[np.float32]:
    """Return the vectors in an answer to ``count`` texts, of length one. Raises `EndpointError`."""
    try:
        rows = sorted(json.loads(body)["data"], key=lambda row: int(row["index"]))
        vectors = np.array([row["embedding"] for row in rows], np.float64)
        places = [row["index"] for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise EndpointError("the encoder answers with something else than vectors") from None
    if places != list(range(count)) or vectors.ndim != 2 or not vectors.shape[1]:  # noqa: PLR2004 - rows and columns
        raise EndpointError("the encoder answers with something else than one vector for each text")
    with np.errstate(all="ignore"):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not (lengths > 0).all():
        raise EndpointError("the encoder answers with numbers that are no vector")
    normal: NDArray[np.float64] = vectors / lengths
    return normal.astype(np.float32)
