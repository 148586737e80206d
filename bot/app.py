"""Puts everything together; the only file that knows every room."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import click
import structlog
from starlette.applications import Starlette

from bot import logs
from bot.channels.contract import WEB, Fetcher, Parse, Sender
from bot.channels.limits import Limits
from bot.channels.takeaway import Takeaway
from bot.channels.webchat.chat import WebChat
from bot.channels.webchat.parse import parse as parse_web
from bot.dialogue.handoff import failure_reply
from bot.dialogue.turn import take_turn
from bot.editing.reminders import Reminders
from bot.editing.trying import Trying
from bot.health import Health
from bot.knowledge import KnowledgeFolder
from bot.language.phrases import Phrases
from bot.memory import be_frugal
from bot.metrics import Metrics
from bot.model.conversation import Conversation
from bot.model.days_kept import DaysKept
from bot.model.library import LANGUAGES, Library
from bot.model.message import Incoming
from bot.model.turn import Turn
from bot.opening import database, unlock
from bot.progress import Bar
from bot.serving import end, listen, serve, unless
from bot.settings import Settings, shipped
from bot.store import staff
from bot.store.bell import Bell
from bot.store.database import Database
from bot.store.retention import Periods
from bot.web.health import sign
from bot.web.library.reminding import Letters
from bot.web.notewords import in_words, says_all
from bot.web.site import build_site
from bot.work.apart import Apart
from bot.work.casework import Casework
from bot.work.delivery import Delivery
from bot.work.encoders import chosen
from bot.work.endpoint import Endpoint
from bot.work.escalation import EMAIL, Patience
from bot.work.gathering import Gathering
from bot.work.housekeeping import Housekeeping, periods_of
from bot.work.load import Load
from bot.work.post import ways
from bot.work.posts import Scribe
from bot.work.proof import Proof
from bot.work.pulse import Pulse
from bot.work.reception import Reception
from bot.work.recording import Recording
from bot.work.rota import Rota
from bot.work.shelf import Shelf
from bot.work.staffgroup import StaffGroup
from bot.work.telling import Teller
from bot.work.unlocked import Keyhole, Unlocked
from bot.work.upkeep import Upkeep

#: Topics that a resident sees questions about before the first message.
_SHOWN = ("unemployment-registration", "home-care", "food-help")

_log = structlog.get_logger(__name__)


@dataclass
class App:
    """Everything that runs in one process."""

    settings: Settings
    db: Database
    bell: Bell
    phrases: Phrases
    shelf: Shelf
    rota: Rota
    telegram: Any  # bot.channels.telegram.door.TelegramDoor, imported only when there is a token
    pulse: Pulse
    group: StaffGroup | None = None  # where there is a bot
    metrics: Metrics = field(default_factory=Metrics)
    limits: Limits = field(default_factory=Limits)
    load: Load = field(init=False)

    def __post_init__(self) -> None:
        self.load = Load(self.db, self.parsers, self.limits)

    @property
    def parsers(self) -> Mapping[str, Parse]:
        """What reads the payloads of each channel."""
        parsers: dict[str, Parse] = {WEB: parse_web}
        if self.telegram is not None:
            parsers[self.telegram.channel] = self.telegram.parse
        return parsers

    @property
    def senders(self) -> Mapping[str, Sender]:
        """What sends on the channels that push."""
        return {} if self.telegram is None else {self.telegram.channel: self.telegram.sender}

    @property
    def fetchers(self) -> Mapping[str, Fetcher]:
        """What brings the files that residents attach."""
        return {} if self.telegram is None else {self.telegram.channel: self.telegram.fetcher}

    @property
    def periods(self) -> Periods:
        """For how long things are kept."""
        return periods_of(self.settings)

    @property
    def days_kept(self) -> DaysKept:
        """For how long things are kept, as residents are told."""
        given = self.settings
        return DaysKept(given.keep_conversations, given.keep_figures, given.keep_backups, given.encoder_host)

    def think(self, conversation: Conversation, incoming: Incoming, now: datetime) -> Turn:
        """Decide about one incoming with the edition that is on the shelf now."""
        index, desk = self.shelf.index, self.rota.current
        return take_turn(conversation, incoming, index, self.phrases, now, desk, self.days_kept)

    def site(self) -> Starlette:
        """Return the web application."""
        library = lambda: self.shelf.index.library  # noqa: E731 - the live one, each time it is asked for
        health = Health(self.db, self.shelf, None if self.group is None else self.group.state, Proof(self.periods), self.load)
        tidy = Apart()
        examples = Questions(library)
        chat = WebChat(
            self.db, self.bell, self.phrases, self.settings, examples=examples, tidy=tidy, library=library, limits=self.limits
        )
        routes = [*chat.routes, *(self.telegram.routes if self.telegram is not None else ())]
        return build_site(
            self.settings,
            self.db,
            self.bell,
            self.phrases,
            library,
            lambda: self.shelf.index,
            channels=routes,
            state=health.told,
            metrics=lambda: self.metrics.render(self.db, health.told),
            meter=self.metrics,
            fetchers=self.fetchers,
            tidy=tidy,
            learned=self.shelf.school.packed,
        )

    def sign(self) -> Starlette:
        """Return what a process without pages tells machines of itself."""
        health = Health(self.db, self.shelf, None, Proof(self.periods), self.load)
        token = self.settings.metrics_token.get_secret_value()
        return sign(health.told, lambda: self.metrics.render(self.db, health.told), token, self.metrics)

    def loops(self) -> list[Any]:
        """Return what works behind the doors, each to be run until cancelled."""
        apologise = partial(failure_reply, phrases=self.phrases)
        reception = Reception(
            self.db,
            self.bell,
            self.parsers,
            self.think,
            apologise,
            workers=self.settings.workers,
            meter=self.metrics,
        )
        upkeep = Upkeep(
            self.db,
            self.bell,
            self.phrases,
            unanswered=timedelta(minutes=self.settings.unanswered_after),
            silent=timedelta(days=self.settings.silent_after),
            points=lambda: self.shelf.index.library.points,
        )
        gathering = Gathering(
            self.db,
            self.bell,
            lambda: self.shelf.index.library,
            lambda: self.rota.current,
            lambda: self.shelf.embedder,
            periods=self.periods,
        )
        recording = Recording(self.db, self.bell, lambda: self.rota.current)
        trying = Trying(self.db, self.bell, self.shelf.school, self.settings.max_wrong)
        housekeeping = Housekeeping(self.db, self.periods, library=lambda: self.shelf.index.library)
        reading: list[Any] = [reception, upkeep, gathering, recording, trying]  # what residents wrote, which is sealed
        loops: list[Any] = [self.pulse, self.bell, self.shelf, self.rota, housekeeping, self.metrics, self.load]
        if self.senders:
            takeaway = Takeaway(self.db, self.phrases, lambda: self.shelf.index.library, self.days_kept)
            reading.append(Delivery(self.db, self.bell, self.senders, pack=takeaway.pack, meter=self.metrics))
        if means := ways(self.settings, self.senders):
            patience, points = Patience.set_by(self.settings), lambda: self.shelf.index.library
            loops.append(Teller(self.db, self.bell, self.phrases, points, means, patience, url=self.settings.public_url))
            if EMAIL in means:
                letters = Letters(self.phrases, url=self.settings.public_url)
                loops.append(Reminders(self.db, means[EMAIL], letters.write))
        reading += self.group.loops if self.group is not None else ()
        keyhole = Keyhole(self.db)
        return [*loops, keyhole, *(Unlocked(keyhole, each) for each in reading)]


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[App]:
    """Open the database, bring it up to date, and put an edition on the shelf."""
    phrases = Phrases.load(shipped("locales"))
    encoder = chosen(settings)
    if isinstance(encoder, Endpoint):
        _log.warning("what residents write is sent to the encoder", address=encoder.address, model=encoder.model)
    db = database(settings)
    bell = Bell(db)
    shelf = Shelf(db, bell, KnowledgeFolder(settings.knowledge), encoder, settings.max_wrong)
    pulse = Pulse(db, bell)
    telegram, group, limits = None, None, Limits(lambda text: shelf.index.alarm(text) is not None)
    try:
        await db.migrate()
        await pulse.begin()
        await unlock(db, settings, make=True)
        await shelf.open()
        rota = Rota(db, bell, lambda: shelf.index.library)
        await rota.refresh()  # before the first message is worked on
        if settings.telegram_token.get_secret_value():
            from bot.channels.telegram.door import TelegramDoor  # noqa: PLC0415 - a second of imports, for those who use it

            telegram = TelegramDoor(settings, db, bell, phrases, limits)
            library = lambda: shelf.index.library  # noqa: E731 - the live one, each time it is asked for
            scribe = Scribe(library, phrases, in_words, says_all, settings.public_url)
            group = StaffGroup(Casework(db, bell, phrases), telegram, library, scribe)
        yield App(settings, db, bell, phrases, shelf, rota, telegram, pulse, group, limits=limits)
    finally:
        if telegram is not None:
            await telegram.close()
        shelf.close()
        await pulse.end()
        await db.close()


async def migrate(settings: Settings, *, finish: bool = False) -> bool:
    """Bring the database up to date and tell whether that took any work; see `bot.store.migrations`."""
    db = Database.open(settings.database_url.get_secret_value())
    try:
        return await db.migrate(finish=finish)
    finally:
        await db.close()


async def run(settings: Settings, *, pages: bool) -> None:
    """Run until a signal ends it: everything when ``pages``, else only the work behind the doors."""
    logs.configure(settings.log_level)
    be_frugal()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        stack.enter_context(logs.private(loop))
        app = await unless(stop, stack.enter_async_context(opened(settings)))
        if app is not None and not stop.is_set():
            await _work(app, stop, pages=pages)


async def _work(app: App, stop: asyncio.Event, *, pages: bool) -> None:
    """Work until ``stop`` is set, or raise what ended one of the loops."""
    port = app.settings.port if pages else app.settings.work_port
    listener = listen(app.settings.host, port) if pages or port else None
    app.shelf.on_progress = Bar(sys.stderr).show
    tasks = [asyncio.create_task(each.run(), name=type(each).__name__) for each in app.loops()]
    if pages and app.telegram is not None:
        tasks.append(asyncio.create_task(app.telegram.run(), name="telegram"))
    if listener is not None:
        site = app.site() if pages else app.sign()
        tasks.append(asyncio.create_task(serve(site, listener, stop), name="web"))
        await unless(stop, _welcome(app, listener, pages=pages))
    waiting = asyncio.create_task(stop.wait(), name="stop")
    done, _ = await asyncio.wait([*tasks, waiting], return_when=asyncio.FIRST_COMPLETED)
    await end([*tasks, waiting], web=tasks[-1] if listener is not None else None, stop=stop)
    for task in done - {waiting}:
        task.result()  # what ended by itself has failed, and says why here


async def _welcome(app: App, listener: socket.socket, *, pages: bool) -> None:
    host, port = listener.getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    if not pages:
        click.echo(f"How this process is:  {address}/health")
        return
    async with app.db.read() as tx:
        nobody = not await staff.everyone(tx)
    click.echo(f"The residents' chat:  {address}/")
    click.echo(f"The desk for staff:   {address}/desk")
    if nobody:
        click.echo(f"Make the first account for the desk:  {_command()} staff add NAME")
    click.echo("Ctrl-C ends it.")


def _command() -> str:
    """Return how this program was called, as it can be typed again from here."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{Path(sys.executable).name} -m bot"
    return str(called.relative_to(Path.cwd()) if called.is_relative_to(Path.cwd()) else called)


class Questions(Mapping[str, Sequence[str]]):
    """For each language a few plain questions to begin with: the first of each topic that is shown, in the live library."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library

    def __getitem__(self, language: str) -> Sequence[str]:
        """Return the questions; none for a language without any."""
        first: dict[str, str] = {}
        for example in self._library().examples:
            if example.language == language and "?" in example.text:
                first.setdefault(example.label, example.text)
        return [first[topic] for topic in _SHOWN if topic in first]

    def __iter__(self) -> Iterator[str]:
        return iter(LANGUAGES)

    def __len__(self) -> int:
        return len(LANGUAGES)
