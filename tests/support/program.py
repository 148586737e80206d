"""The real program in a process of its own, with residents and staff who use it over HTTP as a browser would."""

from __future__ import annotations

import html
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import httpx

from tests.fakes.telegram import FakeTelegram

PASSWORD = "five words that are one"

#: What seals the database of each program that is not given another key, so that several can share one.
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="

#: Seconds after which waiting for something is a failure; far more than it takes.
_DEADLINE = 120.0


def until(condition: Callable[[], object], what: str) -> None:
    """Return as soon as ``condition()`` holds; fail when it does not within the deadline."""
    end = time.monotonic() + _DEADLINE
    while not condition():
        assert time.monotonic() < end, f"not within {_DEADLINE} seconds: {what}"
        time.sleep(0.05)


class Program:
    """One ``infopoint run`` over a database, at the same port each time it is started. ``module`` is what Python runs."""

    module = "bot"

    def __init__(self, database_url: str, folder: Path, telegram: FakeTelegram | None = None, **more: str) -> None:
        self._folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INFOPOINT_")}
        ours = {"INFOPOINT_DATABASE_URL": database_url, "INFOPOINT_PORT": str(self.port), "INFOPOINT_SEALING_KEYS": KEY}
        self._environment = clean | ours | more
        if telegram is not None:
            self._environment |= {"INFOPOINT_TELEGRAM_TOKEN": telegram.token, "INFOPOINT_TELEGRAM_API_URL": telegram.url}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.kill()

    @property
    def number(self) -> int:
        """The number of the process; 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    @property
    def has_ended(self) -> bool:
        """Tell whether it was started and has ended by itself."""
        return self._process is not None and self._process.poll() is not None

    @property
    def log(self) -> str:
        """All that it printed and logged."""
        return (self._folder / "program.log").read_text(encoding="utf-8")

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run another command of the program with the same settings."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env=self._environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, command: str = "run") -> None:
        """Start it and return when it is ready."""
        self.launch(command)
        until(self._is_ready, "the program is ready")

    def launch(self, command: str = "run") -> None:
        """Start it and wait for nothing."""
        with (self._folder / "program.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module, command], env=self._environment, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """Kill it as the system would when memory runs out."""
        self._end(signal.SIGKILL)

    def stop(self, number: signal.Signals = signal.SIGINT) -> float:
        """Press Ctrl-C, or send another signal, and return the seconds until it was gone."""
        started = time.monotonic()
        assert self._end(number) == 0, self.log[-2000:]
        return time.monotonic() - started

    def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(number)
        code = self._process.wait(_DEADLINE)
        self._process = None
        return code

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log[-2000:]
        return self.answers()

    def answers(self) -> bool:
        """Tell whether it says that it is ready."""
        try:
            return httpx.get(f"{self.url}/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


class Browser:
    """A browser without scripts: it keeps its cookies from one page to the next, and leaves no connection open."""

    def __init__(self, url: str, language: str = "sl") -> None:
        self._url = url
        self._language = language
        self._cookies = httpx.Cookies()

    @property
    def cookies(self) -> httpx.Cookies:
        """What it keeps."""
        return self._cookies

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self._ask("GET", path, {})

    def post(self, path: str, form: Mapping[str, str]) -> httpx.Response:
        """Send a form and return the page that it leads to."""
        return self._ask("POST", path, form)

    def _ask(self, method: str, path: str, form: Mapping[str, str]) -> httpx.Response:
        headers = {"Accept-Language": self._language}
        with httpx.Client(
            base_url=self._url, follow_redirects=True, timeout=_DEADLINE, headers=headers, cookies=self._cookies
        ) as client:
            answer = client.request(method, path, data=dict(form) or None)
            self._cookies = client.cookies
        return answer


class Resident:
    """Somebody who writes on the web page."""

    def __init__(self, url: str, language: str = "sl") -> None:
        self._browser = Browser(url, language)

    def write(self, text: str) -> str:
        """Write a message and return what is said last."""
        return self._send(text=text)

    def press(self, payload: str) -> str:
        """Press a button and return what is said last."""
        return self._send(press=payload)

    def said(self) -> list[str]:
        """Return everything that is on the page, oldest first, each with its author."""
        page = self._browser.get("/").text
        articles = re.findall(r'<article[^>]*data-author="(\w+)"[^>]*>(.*?)</article>', page, re.DOTALL)
        return [f"{author}: {_text(body)}" for author, body in articles]

    def buttons(self) -> list[str]:
        """Return the payloads that can be pressed."""
        return [html.unescape(found) for found in re.findall(r'name="press" value="([^"]+)"', self._browser.get("/").text)]

    def leave(self, **fields: str) -> None:
        """Send a ``text``, or a ``press`` of a button, and wait for nothing."""
        form_id = re.search(r'name="id" value="([^"]+)"', self._browser.get("/").text)
        assert form_id is not None
        answer = self._browser.post("/message", {"id": form_id[1], "lang": "", **fields})
        assert answer.status_code == httpx.codes.OK, answer.text

    def _send(self, **fields: str) -> str:
        before = len(self.said())
        self.leave(**fields)
        until(lambda: len(self.said()) > before + 1 and not self.said()[-1].startswith("resident"), "a reply")
        return self.said()[-1]


class Staff:
    """Somebody at the desk."""

    def __init__(self, program: Program, name: str) -> None:
        made = program.command("staff", "add", name, "--password-stdin", typed=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr

        self._browser = Browser(program.url)
        form = {"name": name, "password": PASSWORD, "language": "sl", "next": "/desk"}
        signed_in = self._browser.post("/desk/signin", form)
        assert signed_in.url.path == "/desk", signed_in.text

    @property
    def cookies(self) -> httpx.Cookies:
        """What their browser keeps."""
        return self._browser.cookies

    def line(self) -> list[str]:
        """Return the ids of the cases in the line, most urgent first."""
        found = re.findall(r"/desk/case/([0-9a-f]{32})", self._browser.get("/desk").text)
        return list(dict.fromkeys(found))

    def look(self, case: str) -> str:
        """Return the page of a case, as text."""
        return html.unescape(self._browser.get(f"/desk/case/{case}").text)

    def open(self, path: str) -> httpx.Response:
        """Open any page of the desk."""
        return self._browser.get(path)

    def send(self, path: str, form: str, **fields: str) -> httpx.Response:
        """Send the form at the address ``form`` from the page at ``path``."""
        token = re.search(r'name="token" value="([^"]*)"', self._browser.get(path).text)
        assert token is not None, path
        return self._browser.post(form, {"token": token[1], **fields})

    def act(self, case: str, action: str, **fields: str) -> httpx.Response:
        """Send the form of a case: claim, reply, note, close, release."""
        page = self._browser.get(f"/desk/case/{case}").text
        hidden = dict(re.findall(r'<input type="hidden"[^>]*name="(\w+)" value="([^"]*)"', page))
        return self._browser.post(f"/desk/case/{case}/{action}", hidden | fields)


def _text(body: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
