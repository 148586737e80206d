"""The panel by which a case is closed with what came of it, and opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from gettext import NullTranslations

from markupsafe import Markup
from starlette.exceptions import HTTPException

from bot.language.phrases import Phrases
from bot.model.case import CaseState, Outcome
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import cases
from bot.store.database import Database
from bot.web import forms
from bot.web.casenotes import outcome_name
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.refusals import Unsent
from bot.web.sessions import Me
from bot.work.closing import Closing, Ending, NotClosed, OtherCaseOpen

#: What staff can say; a case falls silent by itself.
_OUTCOMES = (Outcome.ANSWERED, Outcome.REFERRED, Outcome.NOT_OURS, Outcome.UNREACHED, Outcome.ABUSE)
_OUTCOME, _TOPIC, _UNKNOWN = "close_outcome", "close_topic", "close_unknown"


class ClosePanel:
    """Closes a case, and opens a closed one again."""

    def __init__(self, db: Database, closing: Closing, library: Callable[[], Library], phrases: Phrases, pages: Pages) -> None:
        self._db = db
        self._closing = closing
        self._library = library
        self._phrases = phrases
        self._pages = pages

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms."""
        return {"close": Acting(self._close, Action.REPLY, _OUTCOME), "reopen": Acting(self._reopen, Action.REOPEN)}

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML: how to close for who has the case, how it ended for all who may read a closed one."""
        if file.case.state is CaseState.CLOSED:
            return await self._closed(me, file)
        if not file.allows(me, Action.REPLY):
            return Markup()
        say = self._phrases.into(me.language)
        topics = [(topic.id, topic.names.get(me.language, topic.id)) for topic in self._library().topics.values()]
        return self._pages.fragment(
            "part_close.html",
            me.language,
            case=file.case,
            outcomes=[(outcome, outcome_name(outcome, say)) for outcome in _OUTCOMES],
            topics=sorted(topics, key=lambda topic: topic[1].casefold()),
            outcome=kept.fields.get(_OUTCOME, Outcome.ANSWERED),
            topic=kept.fields.get(_TOPIC, file.case.topic or ""),
            unknown=_UNKNOWN in kept.fields,
        )

    async def _closed(self, me: Me, file: File) -> Markup:
        async with self._db.read() as tx:
            other = await cases.of_conversation(tx, file.conversation.id)
        say = self._phrases.into(me.language)
        return self._pages.fragment(
            "part_closed.html",
            me.language,
            case=file.case,
            outcome=None if file.case.outcome is None else outcome_name(file.case.outcome, say),
            other=other,
            other_opens=other is not None and other.id not in file.hidden,
            may_reopen=other is None and file.allows(me, Action.REOPEN),
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:
        """Return the status code and the sentence for a refusal of its own."""
        match refusal:
            case OtherCaseOpen(other=other) if other.id in file.hidden:
                there_is = say.gettext("This resident has another case that is open:")
                return 409, "{} {}".format(there_is, say.gettext("You may not open that case."))
            case OtherCaseOpen(other=other):
                sentence = say.gettext("This resident has another case that is open: %(code)s. Go on there.") % {
                    "code": other.code
                }
                return 409, Markup('{} <a href="/desk/case/{}">{}</a>').format(sentence, other.id, other.code)
            case NotClosed() if file.case.claimed_by is not None:
                return 409, say.gettext("%(who)s was faster and has this case.") % {"who": file.case.claimed_by}
            case NotClosed():
                return 409, say.gettext("The case is open again already and waits in the line.")
            case _:
                return None

    async def _close(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        if kept:
            raise Unsent
        outcome = form.get(_OUTCOME, Outcome.ANSWERED)
        if outcome not in _OUTCOMES:
            raise HTTPException(400)
        how = Ending(Outcome(outcome), form.get(_TOPIC) or None, unknown=_UNKNOWN in form)
        await self._closing.close(case_id, me.name, forms.number(form, "version"), how)
        return kept

    async def _reopen(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        await self._closing.reopen(case_id, me.name)
        return kept
