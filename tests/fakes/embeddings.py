"""A server that answers ``/v1/embeddings``, well or badly, on a free port of this machine."""

from __future__ import annotations

import json
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: The length of its vectors.
SIZE = 24

#: Given the texts that are asked for: the status, the headers and the body.
Answer = Callable[[list[str]], tuple[int, dict[str, str], bytes]]


def vector(text: str) -> list[float]:
    """Return a vector that is alike for texts with the same parts; its length is not one."""
    row = [0.5] * SIZE
    for start in range(len(text)):
        row[zlib.crc32(text[start : start + 3].lower().encode("utf-8", "surrogatepass")) % SIZE] += 1.0
    return row


def rows(texts: list[str]) -> list[dict[str, Any]]:
    """Return what stands under ``data`` in an answer."""
    return [{"object": "embedding", "index": place, "embedding": vector(text)} for place, text in enumerate(texts)]


def well(texts: list[str]) -> tuple[int, dict[str, str], bytes]:
    """Answer as one should."""
    return 200, {}, json.dumps({"object": "list", "data": rows(texts)}).encode()


class FakeEmbeddings(ThreadingHTTPServer):
    """Answers as ``answer`` says, and remembers what it was asked with which key."""

    #: Twenty threads knock at once; a short queue would turn some away.
    request_queue_size = 128

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: Answer = well
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.drips = False
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        """Every text that it was asked for, in order."""
        return [text for asked in self.asked for text in asked["input"]]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing when somebody broke off, which is what tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # a socket, as it came

    def hang(self, texts: list[str]) -> tuple[int, dict[str, str], bytes]:
        """Answer only when the server ends."""
        self.ending.wait(60)
        return well(texts)


class _Handler(BaseHTTPRequestHandler):
    server: FakeEmbeddings
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(given | {"path": self.path})
        self.server.keys.append(self.headers["Authorization"])
        status, headers, body = self.server.answer(given["input"])
        try:
            self._send(status, headers, body)
        except OSError:
            self.close_connection = True  # nobody waits any more

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if not self.server.drips:
            self.wfile.write(body)
            return
        for place in range(len(body)):
            self.wfile.write(body[place : place + 1])
            if self.server.ending.wait(0.05):
                return

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def fake_embeddings() -> Iterator[FakeEmbeddings]:
    """Give a server that runs meanwhile."""
    server = FakeEmbeddings()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()
