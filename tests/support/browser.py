"""A real browser for tests: Chromium of Debian, that can reach nothing but the server under test.

Import ``chromium`` and ``visit`` into a ``conftest.py`` to have them as fixtures. They are for tests that are plain functions:
Playwright's synchronous interface keeps an event loop of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, expect, sync_playwright

#: Chromium without the windows around its pages, which costs half as much, and all of it, for what a page alone does not have:
#: notifications, and settings about the cookies of frames.
LIGHT, WHOLE = Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: What axe is asked for. What it found right is told in short: all of it is a megabyte for a long page.
_ASKED = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
#: What Chromium says on the console about a refusal or a lost connection; tests provoke such on purpose.
_EXPECTED = (
    "the server responded with a status of 4",
    "the server responded with a status of 502",
    "the server responded with a status of 503",
    "net::ERR_",
)


@dataclass
class Witness:
    """What a browser did behind the page: requests to other hosts, and complaints of scripts or of the security policy."""

    own: str
    asked: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def guard(self, route: Route, request: Request) -> None:
        """Let a request pass only to our own server."""
        self.asked.append(request.url)
        if urlsplit(request.url).netloc == self.own:
            route.fallback()
        else:
            self.foreign.append(request.url)
            route.abort()

    def hear(self, message: ConsoleMessage) -> None:
        """Note an error on the console."""
        if message.type in {"error", "warning"} and not any(part in message.text for part in _EXPECTED):
            self.complaints.append(message.text)


Visit = Callable[..., Page]
#: For so long a page may be in coming, and what is expected of it, in milliseconds: the machine may have much else to do.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


@contextmanager
def launched(executable: Path, arguments: Sequence[str] = _ARGUMENTS) -> Iterator[Browser]:
    """Run a browser, for a fixture. Where it is not installed the tests are skipped, and fail with CI=true."""
    if not executable.exists():
        word = f"Chromium is not installed; on Debian: apt install {executable.name}"
        if os.environ.get("CI") == "true":
            pytest.fail(word)
        pytest.skip(word)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module", name="chromium")
def _chromium() -> Iterator[Browser]:
    with launched(LIGHT) as browser:
        yield browser


@pytest.fixture(name="visit")
def _visit(chromium: Browser) -> Iterator[Visit]:
    """Open an address in a browser of its own: ``visit(url, java_script_enabled=False, viewport=...)``.

    After the test it is a failure if any page asked another host for something or if a script complained.
    """
    opened: list[tuple[BrowserContext, Witness]] = []

    def visit(url: str, **options: Any) -> Page:
        context = chromium.new_context(**{"locale": "sl-SI", "viewport": {"width": 1000, "height": 800}, **options})
        witness = Witness(urlsplit(url).netloc)
        opened.append((context, witness))
        context.set_default_timeout(PATIENCE)
        context.route("**/*", witness.guard)
        context.on("console", witness.hear)
        context.on("weberror", lambda error: witness.complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(url)
        return page

    yield visit
    for context, witness in opened:
        context.close()
        assert not witness.foreign, f"asked of others: {witness.foreign}"
        assert not witness.complaints, f"on the console: {witness.complaints}"


def faults(page: Page) -> list[str]:
    """Return what axe finds wrong on ``page`` by the rules of WCAG 2.2 AA: the rule, and where."""
    page.wait_for_load_state()  # with its styles
    found = Axe().run(page, options=_ASKED)
    return [
        f"{violation['id']}: {' '.join(str(node['target']) for node in violation['nodes'])}"
        for violation in found.response["violations"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether the page is wider than its window."""
    page.wait_for_load_state()
    wider: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider
