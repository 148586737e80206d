"""The panel of a case for calling back: the number, when it was asked for, each try, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations

from markupsafe import Markup

from bot.language import formats
from bot.model.contact import CallBack, ContactKind
from bot.model.library import HOME
from bot.model.staff import Action
from bot.store import callbacks
from bot.store.database import Database
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.sessions import Me
from bot.work.calling import CallDone, Calling


@dataclass(frozen=True, slots=True)
class Shown:
    """A wish as the page shows it; ``link`` is what dials the number or writes to the address."""

    call: CallBack
    link: str
    text: str


class CallPanel:
    """Shows the wishes of a case to be called back, and takes what came of each try."""

    def __init__(self, db: Database, calling: Calling, pages: Pages) -> None:
        self._db = db
        self._calling = calling
        self._pages = pages

    def acts(self) -> Mapping[str, Acting]:
        """Return the forms: reached, not reached, given up. The button that is pressed carries the wish's id."""
        return {
            "call-reached": Acting(self._reached, Action.REPLY, ""),
            "call-missed": Acting(self._missed, Action.REPLY, ""),
            "call-given-up": Acting(self._give_up, Action.REPLY, ""),
        }

    async def show(self, me: Me, file: File, _kept: Kept) -> Markup:
        """Return the panel; empty when nobody asked to be called back."""
        async with self._db.read() as tx:
            calls = await callbacks.of_case(tx, file.case.id)
        country = file.conversation.country or HOME[me.language]
        return self._pages.fragment(
            "part_calls.html",
            me.language,
            case=file.case,
            calls=[_shown(call, country) for call in calls],
            may_note=file.allows(me, Action.REPLY),
        )

    def words(self, refusal: Exception, _file: File, say: NullTranslations) -> tuple[int, str] | None:
        """Return the sentence for a wish that is done."""
        if isinstance(refusal, CallDone):
            return 409, say.gettext("This call back has been settled meanwhile.")
        return None

    async def _reached(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._calling.tried(case_id, form.get("call", ""), me.name, reached=True)
        return kept

    async def _missed(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._calling.tried(case_id, form.get("call", ""), me.name, reached=False)
        return kept

    async def _give_up(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._calling.give_up(case_id, form.get("call", ""), me.name)
        return kept


def _shown(call: CallBack, country: str) -> Shown:
    value = call.contact.value
    if call.contact.kind is ContactKind.EMAIL:
        return Shown(call, f"mailto:{value}", value)
    return Shown(call, f"tel:{value}", formats.phone(value, country))
