"""The way of the canaries: through every door of the real program, as residents, staff, editors and strangers use it."""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.fakes.telegram import FakeTelegram, Group
from tests.support import canary_hands as hands
from tests.support.canaries import IDENTIFIERS, SPELLED, TEXT, WORD, found
from tests.support.canary_hands import Browser, Resident
from tests.support.chaos import ASKED
from tests.support.files import paper
from tests.support.mail import MailServer
from tests.support.program import PASSWORD, Program, until

GROUP, CHAT, STRANGER = -1001234567890, 501, 902
METRICS = "a token of nobody"
#: What the program is started with: everything that could let something out is switched on.
SETTINGS = {
    "INFOPOINT_TELEGRAM_STAFF_GROUP": str(GROUP),
    "INFOPOINT_MAIL_FROM": "desk@example.org",
    "INFOPOINT_TELL_AFTER": "0",
    "INFOPOINT_METRICS_TOKEN": METRICS,
    "INFOPOINT_OPEN_DATA": "yes",
    "INFOPOINT_LOG_LEVEL": "DEBUG",
}

_DRAFT = re.compile(r"/desk/drafts/([0-9a-f]{32})")
_ANSWER = "food/bg"


@dataclass
class Path:
    """One way through everything. ``shown`` is what staff and the resident read, ``given`` what others are given."""

    program: Program
    telegram: FakeTelegram
    mail: MailServer
    url: str
    shown: dict[str, bytes] = field(default_factory=dict)
    given: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def group(self) -> Group:
        """The group of staff."""
        assert self.telegram.group is not None
        return self.telegram.group

    def go(self) -> None:
        """Go through every door."""
        self.ana, self.eva = self._signs_in("ana"), self._signs_in("eva")
        self.resident = Resident(self.program)
        self._telegram()
        self._web()
        self._desk()
        self._strangers()
        self._errors()
        self._editors()
        self.give(("xlsx", "cpsv", "hsds"))

    def _signs_in(self, name: str) -> Browser:
        browser = Browser(self.program)
        came = browser.post("/desk/signin", data={"name": name, "password": PASSWORD, "next": "/desk", "language": "sl"})
        assert came.url.path == "/desk", came.text
        return browser

    def _web(self) -> None:
        self.resident.say(ASKED)
        self.resident.presses("wrong:")
        self.resident.presses(f"wrong:{_ANSWER}/other")
        self.resident.say(TEXT)
        self.resident.say(ASKED)
        self.resident.presses("missed:")
        self.resident.say(press=TEXT[:40])
        self.resident.say(TEXT)
        self.resident.say(press="human")
        for several in (SPELLED[::2], SPELLED[1::2]):
            self.resident.say(file=(f"{' '.join(several).replace('/', ' ')}.pdf", paper()))
        self.resident.say(TEXT, file=("pismo.txt", TEXT.encode()))
        self.resident.post("/typing", data={"text": TEXT})

    def _telegram(self) -> None:
        """Let somebody in danger write, so that staff are told at once; and whatever else Telegram brings."""
        message = self.telegram.message(CHAT)
        person = {"first_name": WORD, "last_name": SPELLED[0], "username": "canary", "id": CHAT, "is_bot": False}
        file = {"file_id": "f", "file_unique_id": "u", "file_name": f"{TEXT}.pdf"}
        self.telegram.say(CHAT, f"умирам, {TEXT}", "bg", **{"from": person})
        self.telegram.send({"edited_message": message | {"text": TEXT, "edit_date": message["date"]}})
        self.telegram.attach(CHAT, document=file, caption=TEXT)
        self.telegram.attach(CHAT, contact={"phone_number": SPELLED[13], "first_name": TEXT})
        self.telegram.press(CHAT, TEXT.encode()[:64].decode("utf-8", "ignore"))
        self.telegram.say(CHAT, f"/code {SPELLED[6]}", "bg")
        self.telegram.press(CHAT, "callback:")
        self.telegram.say(CHAT, SPELLED[14], "bg")
        self.telegram.send({"message": message | {"text": {"canary": TEXT}}})
        self.telegram.send({"message": {"text": TEXT}})
        self.telegram.send({"inline_query": {"id": "1", "from": person, "query": TEXT, "offset": ""}})
        until(lambda: found(self._said_in_the_group()) >= IDENTIFIERS, "what was said is in the group")
        until(lambda: self.mail.letters, "a letter to staff")
        thread = next(iter(self.group.threads))
        self.telegram.in_group(STRANGER, TEXT, thread)
        self.telegram.in_group(STRANGER, f"/note {TEXT}", thread)

    def _said_in_the_group(self) -> str:
        return "".join(f"{thread.name} {thread.text}" for thread in self.group.threads.values())

    def _desk(self) -> None:
        case = self._case("Spletni klepet")
        page = f"/desk/case/{case}"
        self.shown["the case at the desk"] = self.ana.get(page).content
        self.ana.fill("/desk/search", "/desk/search", query=TEXT, where=TEXT, tongue=TEXT)
        self.ana.fill("/desk/code", "/desk/code", code=TEXT)
        self.ana.fill("/desk/code", "/desk/code", code=SPELLED[6])
        self._acts(case, "find", query=TEXT)
        self._acts(case, "claim")
        self._acts(case, "reply", text=f"Отговор: {TEXT}")
        self._acts(case, "note", note=f"Бележка: {TEXT}")
        self._acts(case, "edit", amended=f"Поправка: {TEXT}")
        chosen = {"file": (f"{SPELLED[9]}.pdf", paper())}
        self.ana.post(f"{page}/attach", data=self.ana.hidden(page, "act") | {"text": TEXT}, files=chosen)
        self._acts(case, "close", close_outcome="answered", close_unknown="1", close_topic=TEXT)
        self.resident.presses("ended:no")
        self._acts(case, "claim")
        self._acts(case, "close", close_outcome="referred")
        for other in self._cases():
            self._acts(other, "claim")
            self._acts(other, "close", close_outcome="answered")
        packed = zipfile.ZipFile(io.BytesIO(self.resident.post("/mydata").content))
        self.shown["the resident's own file"] = b"".join(packed.read(name) for name in packed.namelist())

    def _case(self, channel: str) -> str:
        """Return the case of a channel that is in the line, as the desk names it, once all that was said stands in it."""

        def there() -> list[str]:
            pages = {each: self.ana.get(f"/desk/case/{each}").text for each in self._cases()}
            return [each for each, page in pages.items() if channel in page and page.count(WORD) > 1]

        until(there, f"the case of {channel}")
        return there()[0]

    def _cases(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"/desk/case/([0-9a-f]{32})", self.ana.get("/desk").text)))

    def _acts(self, case: str, action: str, **fields: str) -> httpx.Response:
        page = f"/desk/case/{case}"
        hidden = dict(re.findall(r'<input type="hidden"[^>]*name="(\w+)" value="([^"]*)"', self.ana.get(page).text))
        done = self.ana.post(f"{page}/{action}", data=hidden | fields)
        self.statuses[action] = done.status_code
        return done

    def _strangers(self) -> None:
        spoken = {
            "User-Agent": SPELLED[2],
            "Referer": f"http://{SPELLED[0]}/",
            "X-Request-ID": SPELLED[4],
            "Cookie": f"infopoint_chat={SPELLED[6]}",
        }
        stranger = Browser(self.program, **spoken)
        for path in (
            "/{}",
            "/?lang={}",
            "/stream?after={}",
            "/file/{}",
            "/answers/bg?q={}",
            "/answers/bg/food/{}",
            "/{}?token={}",
        ):
            stranger.get(path.replace("{}", TEXT.replace("/", " ")[:400]))
        stranger.post("/answers/bg", data={"q": TEXT[:200]})
        stranger.post("/desk/signin", data={"name": TEXT, "password": TEXT, "next": f"/desk/{TEXT}", "language": TEXT})
        for spelled in (SPELLED[0], SPELLED[-1]):
            stranger.post("/desk/signin", data={"name": spelled, "password": "wrong", "next": "/desk"})
        taken = stranger.post(f"/wrong/bg/{_ANSWER}", data={"about": "other", "words": TEXT})
        self.statuses["something wrong"] = taken.status_code
        for path in ("/desk/figures?point={}", "/desk/case/{}", "/desk/figures.csv?figure={}", "/desk/library/answer/{}"):
            self.eva.get(path.format(TEXT.replace("/", " ")[:400]))

    def _errors(self) -> None:
        stranger = Browser(self.program)
        long, form = f"{TEXT} " * 10, {"Content-Type": "application/x-www-form-urlencoded"}
        refused = {
            "too long": stranger.post("/message", data={"id": "", "text": long}),
            "far too long": stranger.post("/desk/signin", content=(TEXT * 2000).encode(), headers=form),
            "no form": stranger.post("/message", content=TEXT.encode(), headers={"Content-Type": "application/json"}),
            "broken": stranger.post(
                "/message", content=TEXT.encode(), headers={"Content-Type": "multipart/form-data; boundary=x"}
            ),
            "another host": stranger.get(f"/{SPELLED[6]}", headers={"Host": f"{SPELLED[7]}.example"}),
            "another site": stranger.post("/message", data={"text": TEXT}, headers={"Origin": f"http://{SPELLED[7]}.example"}),
        }
        asyncio.run(hands.put(self.url, {"canary": TEXT}))
        asyncio.run(hands.rename(self.url, "suggestion", "elsewhere"))
        refused["fault of ours"] = stranger.post(f"/wrong/bg/{_ANSWER}", data={"about": "other", "words": TEXT})
        asyncio.run(hands.rename(self.url, "elsewhere", "suggestion"))
        self.statuses |= {name: answer.status_code for name, answer in refused.items()}
        until(lambda: "set aside" in self.program.log, "what nobody can read is set aside")

    def _editors(self) -> None:
        eva = self.eva
        draft = asyncio.run(hands.make_draft(self.url))
        talk = f"/desk/drafts/{draft}/talk"
        self.shown["the box for trying"] = eva.fill(talk, talk, text=TEXT, language="bg").content
        eva.fill("/desk/library", "/desk/library", words=TEXT)
        open_ = dict.fromkeys(re.findall(r"/desk/suggestions/([0-9a-f]{32})", eva.get("/desk/suggestions").text))
        for suggestion in list(open_)[1:]:  # one stays open, and goes all the same
            eva.fill("/desk/suggestions", f"/desk/suggestions/{suggestion}", state="declined", why=TEXT)
        self.given["letters"] = b"\n".join(letter.as_bytes() for _, letter in self.mail.letters)

    def give(self, exports: Sequence[str] = ()) -> None:
        """Have given out what an editor or anybody is given: figures, measurements, ``exports`` by their format."""
        eva = self._signs_in("eva")
        pages = [f"/desk/exchange/file?format={each}&scope=all&examples=1&told=1" for each in exports]
        pages += ["/desk/figures", "/desk/figures.csv", "/desk/learning", "/desk/tasks"]
        for page in pages:
            self.given[page] = self._given(page, eva)
        anybody = Browser(self.program, Authorization=f"Bearer {METRICS}")
        for page in ("/metrics", "/health", "/ready", "/open-data.csv", "/open-data.json", "/openapi.json", "/answers/bg"):
            self.given[page] = self._given(page, anybody)

    def _given(self, page: str, browser: Browser) -> bytes:
        answer = browser.get(page)
        assert (answer.status_code, len(answer.history)) == (httpx.codes.OK, 0), page
        if not answer.content.startswith(b"PK"):
            return answer.content
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return b"\n".join(archive.read(name) for name in archive.namelist())
