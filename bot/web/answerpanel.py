"""The panel of a case that answers fast: the likeliest approved answers, a search, saved replies and offices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from gettext import NullTranslations

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool

from bot.dialogue.texts import Filled
from bot.language.phrases import Phrases
from bot.model.case import Case, CaseState
from bot.model.conversation import Conversation
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS, Library
from bot.model.staff import Action
from bot.store import cases, conversations
from bot.store.database import Database
from bot.store.replies import SavedReply
from bot.web import forms
from bot.web.finding import LONGEST, Finder, Found
from bot.web.forms import Kept
from bot.web.offering import Offers, Reader, country_of, likeliest
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.savedtexts import Saved, SavedTexts, field_name, point_of
from bot.web.sessions import Me
from bot.work.casework import NoSuchCase, NotYours, Refusal

_QUERY, _WHERE, _PICK = "query", "where", "pick"
_WHERES = (*COUNTRIES, *PAIRS)


class NothingToInsert(Refusal):
    """What was picked is not there any more, or nothing is left of it."""


@dataclass(frozen=True, slots=True)
class OfferedReply:
    """A saved reply, filled in for the resident: ``missing`` names the fields without a value, ``beside`` is what staff read.

    ``text`` is empty where nobody has written it in the resident's language.
    """

    id: str
    name: str
    text: str
    missing: tuple[str, ...]
    beside: str


class AnswerPanel:
    """Shows what can be said, and puts it into the reply field."""

    def __init__(
        self,
        db: Database,
        phrases: Phrases,
        library: Callable[[], Library],
        pages: Pages,
        offers: Offers,
        saved: SavedTexts,
        finder: Finder,
    ) -> None:
        self._db = db
        self._phrases = phrases
        self._library = library
        self._pages = pages
        self._offers = offers
        self._saved = saved
        self._finder = finder

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms: look something up, and put something into the reply."""
        return {"find": Acting(self._find, Action.SEARCH, _QUERY), "insert": Acting(self._insert, Action.REPLY)}

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; for whoever does not have the case the card for the counter alone."""
        picked = bool(kept.fields.get(_PICK))
        values = {"case": file.case, "may_use": file.allows(me, Action.REPLY)}
        if not values["may_use"]:
            return self._pages.fragment("part_answers.html", me.language, **values)
        library, conversation = self._library(), file.conversation
        language = conversation.language or LANGUAGES[0]
        query = kept.fields.get(_QUERY, "").strip()[:LONGEST]
        where = _where(kept.fields, conversation, library)
        found = await run_in_threadpool(self._finder.find, query) if query else Found()
        topics = found.topics if query else likeliest(file.case, file.verdicts, library)
        reader = Reader(language, me.language, conversation.place)
        saved = await self._saved.read()
        say = self._phrases.into(me.language)
        missing = self._missing(kept, saved, me, file, language)
        return self._pages.fragment(
            "part_answers.html",
            me.language,
            **values,
            conversation=conversation,
            tongue=language,
            query=query,
            where=where,
            wheres=_WHERES,
            longest=LONGEST,
            offered=[self._offers.offer(topic, where, reader) for topic in topics],
            found_offices=[self._offers.office(office, language) for office in found.offices],
            near=self._offers.offices_at(conversation.place, language),
            replies=[self._reply(reply, saved, me, file, language) for reply in saved.usable(me.member, file.case.point)],
            inserted=picked and kept.again,
            searched=kept.again and not picked,
            missing=", ".join(field_name(name, say) for name in missing),
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return the status code and the sentence for a refusal of its own."""
        if isinstance(refusal, NothingToInsert):
            return 409, say.gettext("That text is not there any more. Choose another one.")
        return None

    async def _find(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:  # noqa: ARG002 - as `Act` asks
        fields = {name: value for name, value in kept.fields.items() if name != _PICK}
        return replace(kept, seen=forms.number(form, "seen"), fields=fields, again=True)

    async def _insert(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        async with self._db.read() as tx:
            case = await cases.get(tx, case_id)
            if case is None:
                raise NoSuchCase
            conversation = await conversations.get(tx, case.conversation_id)
        if case.state is not CaseState.CLAIMED or case.claimed_by != me.name:
            raise NotYours
        text = await self._picked(form.get(_PICK, ""), case, conversation, me)
        if not text:
            raise NothingToInsert
        typed = f"{kept.typed.rstrip()}\n\n{text}".strip()
        return replace(kept, typed=typed, seen=forms.number(form, "seen"), again=True)

    async def _picked(self, pick: str, case: Case, conversation: Conversation, me: Me) -> str | None:
        """Return the text that a button names: ``answer|<topic>/<where>``, ``office|<id>`` or ``reply|<id>``."""
        kind, _, rest = pick.partition("|")
        language = conversation.language or LANGUAGES[0]
        if kind == "answer":
            topic, _, where = rest.partition("/")
            return self._offers.to_insert(topic, where, language, conversation.place)
        if kind == "office":
            office = self._offers.find_office(rest)
            return None if office is None else self._offers.office(office, language).text.plain
        saved = await self._saved.read()
        reply = next((each for each in saved.usable(me.member, case.point) if each.id == rest), None)
        return None if reply is None else self._filled(reply, saved, me, case, language).text

    def _reply(self, reply: SavedReply, saved: Saved, me: Me, file: File, language: str) -> OfferedReply:
        filled = self._filled(reply, saved, me, file.case, language)
        say = self._phrases.into(me.language)
        beside = "" if me.language == language else self._filled(reply, saved, me, file.case, me.language).text
        return OfferedReply(
            reply.id, reply.draft.name, filled.text, tuple(field_name(name, say) for name in filled.missing), beside
        )

    def _filled(self, reply: SavedReply, saved: Saved, me: Me, case: Case, language: str) -> Filled:
        point = point_of(case, me.member)
        return saved.filled(reply.draft.texts.get(language, ""), point, language, case_code=case.code)

    def _missing(self, kept: Kept, saved: Saved, me: Me, file: File, language: str) -> tuple[str, ...]:
        """Return the fields without a value of the saved reply that was put in just now."""
        kind, _, rest = kept.fields.get(_PICK, "").partition("|")
        reply = next((each for each in saved.usable(me.member, file.case.point) if each.id == rest), None)
        if kind != "reply" or reply is None:
            return ()
        return self._filled(reply, saved, me, file.case, language).missing


def _where(fields: Form, conversation: Conversation, library: Library) -> str:
    chosen = fields.get(_WHERE, "")
    return chosen if chosen in _WHERES else country_of(conversation, library)
