"""The panel by which a case is made confidential: those who are named read it, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from markupsafe import Markup

from bot.model.staff import Action
from bot.store.database import Database
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.sessions import Me
from bot.work.guarding import Guarding, possible_readers

#: Each box has a name of its own, since a form keeps one value of a name.
_READER = "reader."


class GuardPanel:
    """Guards a case, and opens it up again."""

    def __init__(self, db: Database, guarding: Guarding, pages: Pages) -> None:
        self._db = db
        self._guarding = guarding
        self._pages = pages

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms."""
        return {"guard": Acting(self._guard, Action.GUARD), "open-up": Acting(self._open_up, Action.GUARD)}

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; empty for whoever may not guard the case."""
        if not file.allows(me, Action.GUARD) or not (file.case.confidential or file.allows(me, Action.REPLY)):
            return Markup()
        async with self._db.read() as tx:
            able = await possible_readers(tx, file.case.point)
        sure = {me.name, file.case.claimed_by}
        ticked = {value for name, value in kept.fields.items() if name.startswith(_READER)} | file.readers
        return self._pages.fragment(
            "part_guard.html",
            me.language,
            case=file.case,
            readers=sorted(file.readers),
            others=[each for each in able if each.name not in sure],
            ticked=ticked,
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return None: what it can refuse is told by others."""
        return None

    async def _guard(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._guarding.guard(case_id, me.name, {value for name, value in form.items() if name.startswith(_READER)})
        return kept

    async def _open_up(self, case_id: str, _: Form, kept: Kept, me: Me) -> Kept:
        await self._guarding.open_up(case_id, me.name)
        return kept
