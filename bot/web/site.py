"""The one web application: residents' pages, the desk, health, and what guards them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Lifespan

from bot import clock
from bot.channels.contract import Fetcher, Tidy
from bot.editing.drafting import Drafting
from bot.editing.foureyes import FourEyes
from bot.editing.publishing import Publishing
from bot.editing.talking import Learned, Talks
from bot.editing.trials import Trials
from bot.editing.unanswered import Unanswered
from bot.language.phrases import Phrases
from bot.matching.index import Index
from bot.model.library import Library
from bot.settings import Settings
from bot.store.bell import Bell
from bot.store.database import Database, Unavailable
from bot.web import health, openapi
from bot.web import metrics as measured
from bot.web.account import Account
from bot.web.actions import Actions
from bot.web.amendpanel import AmendPanel
from bot.web.answerpanel import AnswerPanel
from bot.web.attachments import Attachments
from bot.web.auditlog import AuditLog
from bot.web.callpanel import CallPanel
from bot.web.card import Cards
from bot.web.casepage import CasePage
from bot.web.closepanel import ClosePanel
from bot.web.codes import CodePage
from bot.web.declared.pages import DeclaredPages
from bot.web.desk import Desk
from bot.web.duty import DutyNotice
from bot.web.edge import WebEdge
from bot.web.errors import ErrorPages
from bot.web.figures.opendata import OpenData
from bot.web.figures.page import FiguresPage
from bot.web.filepanel import FilePanel
from bot.web.finding import Finder
from bot.web.guardpanel import GuardPanel
from bot.web.handpanel import HandPanel
from bot.web.hours import HoursPages
from bot.web.inside import Inside
from bot.web.invitations import Invitations
from bot.web.laterpanel import LaterPanel
from bot.web.library.answerpage import AnswerPage
from bot.web.library.booklets import Booklets
from bot.web.library.deleting import Deletions
from bot.web.library.draftpage import DraftPage
from bot.web.library.drafts import DraftList
from bot.web.library.editions import Editions
from bot.web.library.exchange import ExchangePage
from bot.web.library.formats import Spreadsheet
from bot.web.library.itempage import ItemPages
from bot.web.library.learning import Learning
from bot.web.library.learninggroup import LearningGroup
from bot.web.library.learnsuggestion import LearnSuggestion
from bot.web.library.newitem import NewItems
from bot.web.library.owning import Owning
from bot.web.library.preview import Preview
from bot.web.library.providers import Providers
from bot.web.library.serviceformats import Cpsv, Hsds
from bot.web.library.shelves import Shelves
from bot.web.library.talk import TalkPage
from bot.web.library.tasks import TasksPage
from bot.web.library.topicchanges import TopicChanges
from bot.web.library.topicpage import TopicPages
from bot.web.library.trialpanel import TrialPanel
from bot.web.library.updates import UpdatesPage
from bot.web.line import WaitingLine
from bot.web.offering import Offers
from bot.web.pages import Pages
from bot.web.panels import Panel
from bot.web.people import PeoplePage
from bot.web.presence import Presence
from bot.web.public.answers import PublicAnswers
from bot.web.public.office import OfficePages
from bot.web.public.wrong import PATH as WRONG
from bot.web.public.wrong import PublicWrong
from bot.web.reading import Reading
from bot.web.roster import RosterPages
from bot.web.saved import SavedReplies
from bot.web.savedtexts import SavedTexts
from bot.web.search import Search
from bot.web.second_factor import SecondFactor
from bot.web.security import BodyLimit, OwnForms, OwnHosts, SecurityHeaders, host_of
from bot.web.sessions import Sessions
from bot.web.signin import SignIn
from bot.web.streams import Streams
from bot.web.suggesting import Suggestions
from bot.work.amending import Amending
from bot.work.apart import Apart
from bot.work.calling import Calling
from bot.work.casework import Casework
from bot.work.closing import Closing
from bot.work.enclosing import Enclosing
from bot.work.escalation import EMAIL
from bot.work.guarding import Guarding
from bot.work.handing import Handing
from bot.work.helpdesk import Helpdesk
from bot.work.housekeeping import periods_of
from bot.work.keeping import Keeping
from bot.work.later import Later
from bot.work.metering import Meter
from bot.work.people import People
from bot.work.post import ways

_SCHEME = "https://"


def build_site(
    settings: Settings,
    db: Database,
    bell: Bell,
    phrases: Phrases,
    library: Callable[[], Library],
    index: Callable[[], Index],
    *,
    channels: Sequence[BaseRoute],
    state: health.State,
    metrics: measured.Render | None = None,
    meter: Meter | None = None,
    fetchers: Mapping[str, Fetcher] = MappingProxyType({}),
    tidy: Tidy | None = None,
    learned: Learned | None = None,
    lifespan: Lifespan[Starlette] | None = None,
    now: Callable[[], datetime] = clock.now,
) -> Starlette:
    """Return the application.

    ``library`` and ``index`` give the live ones each time they are asked; ``channels`` are the routes of residents' doors (web
    chat, Telegram's webhook), among them ``/static`` with the common stylesheet; ``state`` is what ``/health`` tells,
    ``metrics`` what ``/metrics`` does, and ``meter`` takes measurements;
    ``fetchers`` bring what residents attached, by channel; ``tidy`` looks at the files of staff;
    ``learned`` finds what was learned for a draft.
    """
    pages = Pages(phrases, now)
    errors = ErrorPages(pages, phrases)
    https = settings.public_url.startswith(_SCHEME)
    sessions = Sessions(db, now, https=https)
    signin = SignIn(db, phrases, pages, sessions, now)
    line = WaitingLine(db, phrases, library, pages, now)
    casework = Casework(db, bell, phrases, clock=now)
    offers, finder, saved = Offers(library, phrases, now), Finder(index), SavedTexts(db, library, phrases, now)
    found = lambda words: finder.find(words).topics  # noqa: E731 - what the public pages need of it
    panels: dict[str, Panel] = {
        "answers": AnswerPanel(db, phrases, library, pages, offers, saved, finder),
        "files": FilePanel(Enclosing(casework, tidy or Apart()), pages),
        "amend": AmendPanel(Amending(casework), pages),
        "calls": CallPanel(db, Calling(casework), pages),
        "later": LaterPanel(Later(casework), pages, now),
        "hand": HandPanel(db, Handing(casework, library), library, pages, now),
        "guard": GuardPanel(db, Guarding(casework), pages),
        "close": ClosePanel(db, Closing(casework, library), library, phrases, pages),
    }
    reading = Reading(db, now)
    case_page = CasePage(db, phrases, library, pages, line, reading, panels)
    desk = Desk(pages, signin, line, case_page, DutyNotice(db, phrases, library, pages, now))
    inside = Inside(phrases, pages, signin, line, errors)
    keeping = Keeping(db, bell, clock=now)
    people = People(db, bell, clock=now)
    factor = SecondFactor(db, phrases, pages, inside, now, issuer=urlsplit(settings.public_url).hostname or "")
    drafting = Drafting(db, clock=now)
    mail = ways(settings, {}).get(EMAIL)
    unanswered = Unanswered(db, library)
    trials = Trials(db, bell, drafting, clock=now)
    publishing = Publishing(db, bell, drafting, trials, FourEyes.of(settings.four_eyes), clock=now)
    cpsv, hsds = (kind(drafting, phrases, now, public_url=settings.public_url) for kind in (Cpsv, Hsds))
    draft_list = DraftList(db, phrases, inside, drafting, now)
    trial_panel = TrialPanel(db, phrases, pages, inside, drafting, trials)
    presence = Presence(db, bell, sessions, case_page, pages, now)
    streams = Streams(bell, sessions, line, case_page, presence)
    actions = Actions(Helpdesk(casework), phrases, signin, case_page, errors)
    open_data = OpenData(db, phrases, pages, library, now, kept=periods_of(settings).figures)
    public_host = urlsplit(settings.public_url).netloc
    hosts = frozenset({host_of(public_host), settings.host, "localhost"} - {""})
    return Starlette(
        routes=[
            *health.routes(state),
            *openapi.routes(),
            *(measured.routes(metrics, settings.metrics_token.get_secret_value()) if metrics is not None else ()),
            *signin.routes(resume=desk.resume, set_up=factor.show),
            *factor.routes(),
            *Account(db, phrases, inside, now, telegram=bool(settings.telegram_token.get_secret_value())).routes(),
            *PeoplePage(db, phrases, library, inside, people, now, base=settings.public_url).routes(),
            *Invitations(db, phrases, pages, signin, people, now).routes(),
            *Suggestions(db, phrases, library, inside, drafting, now).routes(),
            *AuditLog(db, phrases, inside, reading, now).routes(),
            *DeclaredPages(settings, phrases, pages, inside, now).routes(),
            *CodePage(db, phrases, inside, now).routes(),
            *HoursPages(db, phrases, library, inside, keeping, now).routes(),
            *RosterPages(db, phrases, library, inside, keeping, now).routes(),
            *SavedReplies(db, phrases, inside, saved, now).routes(),
            *Search(phrases, inside, offers, finder).routes(),
            *draft_list.routes(),
            *DraftPage(db, phrases, inside, drafting, publishing, draft_list, trial_panel, now).routes(),
            *trial_panel.routes(),
            *TalkPage(phrases, inside, drafting, Talks(drafting, trials, index, learned, settings.max_wrong), now).routes(),
            *Editions(db, phrases, inside, drafting).routes(),
            *Cards(phrases, library, inside, case_page, saved).routes(),
            *FiguresPage(db, phrases, library, inside, now).routes(),
            *(open_data.routes() if settings.open_data else ()),
            *Booklets(db, phrases, library, inside, saved, now).routes(),
            *ExchangePage(phrases, inside, drafting, [Spreadsheet(), cpsv, hsds], now).routes(),
            *Owning(db, inside, drafting, now).routes(),
            *Learning(db, phrases, inside, drafting, unanswered).routes(),
            *LearningGroup(db, phrases, inside, drafting, unanswered, finder, now).routes(),
            *LearnSuggestion(db, phrases, inside, drafting, finder, now).routes(),
            *Providers(db, phrases, library, inside, now, post=mail, base=settings.public_url).routes(),
            *TasksPage(db, phrases, inside, drafting, now).routes(),
            *UpdatesPage(db, phrases, inside, drafting).routes(),
            *Shelves(phrases, inside, drafting, finder, now).routes(),
            *ItemPages(phrases, inside, drafting, now).routes(),
            *NewItems(phrases, inside, drafting).routes(),
            *Deletions(phrases, inside, drafting, now).routes(),
            *TopicPages(db, phrases, inside, drafting, now).routes(),
            *TopicChanges(phrases, inside, drafting, now).routes(),
            *AnswerPage(phrases, pages, inside, drafting, Preview(phrases, index, now), now).routes(),
            *actions.routes(),
            *streams.routes(),
            *presence.routes(),
            *Attachments(db, phrases, pages, signin, fetchers, reading).routes(),
            *desk.routes(),
            *PublicAnswers(phrases, pages, library, now, base=settings.public_url, find=found, report=WRONG).routes(),
            *OfficePages(db, phrases, pages, library, now).routes(),
            *PublicWrong(db, phrases, pages, library, index, now).routes(),
            *channels,
        ],
        middleware=[
            # From the outside in: even a refusal carries the headers and a line in the log.
            Middleware(SecurityHeaders, https=https, embed_in=settings.origins),
            Middleware(WebEdge, refuse=errors.refuse, meter=meter),
            Middleware(OwnHosts, hosts=hosts, refuse=errors.refuse),
            Middleware(OwnForms, public_host=public_host, refuse=errors.refuse),
            Middleware(BodyLimit, refuse=errors.refuse),
        ],
        exception_handlers={HTTPException: errors.on_http_exception, Unavailable: errors.on_unavailable},
        lifespan=lifespan,
    )
