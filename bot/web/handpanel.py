"""The panel by which who has a case hands it on: to a colleague, to another info point, or across the border with consent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from gettext import NullTranslations

from markupsafe import Markup

from bot.dialogue.consent import name
from bot.language.text import MAX_CHARACTERS
from bot.model.library import Library
from bot.model.staff import Action
from bot.store import sessions
from bot.store.database import Database
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.refusals import TooLong, Unsent
from bot.web.sessions import Me
from bot.work.handing import Confidential, Handing, NotThere, colleagues, country_of

_COLLEAGUE, _POINT, _WHY = "hand_to", "hand_point", "hand_why"
_FIELDS = frozenset({_COLLEAGUE, _POINT, _WHY})


@dataclass(frozen=True, slots=True)
class Choice:
    """A colleague or an info point to hand a case to. ``here``: present, or in the same country."""

    value: str
    label: str
    here: bool


class HandPanel:
    """Hands a case on."""

    def __init__(
        self, db: Database, handing: Handing, library: Callable[[], Library], pages: Pages, now: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._handing = handing
        self._library = library
        self._pages = pages
        self._now = now

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms."""
        return {
            "hand": Acting(self._to_colleague, Action.REPLY, _COLLEAGUE),
            "move": Acting(self._to_point, Action.REPLY, _POINT),
        }

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; empty for whoever does not have the case."""
        if not file.allows(me, Action.REPLY):
            return Markup()
        async with self._db.read() as tx:
            able = await colleagues(tx, file.case)
            present = set(await sessions.present(tx, self._now()))
        library = self._library()
        offered = library.points.get(file.case.offered_to or "")
        choices = [Choice(each.name, each.name, each.name in present) for each in able if each.name != me.name]
        return self._pages.fragment(
            "part_hand.html",
            me.language,
            case=file.case,
            colleagues=sorted(choices, key=lambda choice: not choice.here),
            points=self._points(file, library, me.language),
            offered=None if offered is None else name(offered, me.language),
            most=MAX_CHARACTERS,
            to=kept.fields.get(_COLLEAGUE, ""),
            point=kept.fields.get(_POINT, ""),
            why=kept.fields.get(_WHY, ""),
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return the status code and the sentence for a refusal of its own."""
        match refusal:
            case NotThere():
                return 422, say.gettext("Choose somebody, or an info point, from the list: this choice is not possible any more.")
            case Confidential():
                return 409, say.gettext(
                    "A confidential case goes to a colleague only, because nobody else could read it. To hand it on to another"
                    " info point, end first that it is confidential."
                )
            case _:
                return None

    def _points(self, file: File, library: Library, language: str) -> list[Choice]:
        """Return the other info points, those of the same country first."""
        country = country_of(file.case, file.conversation.country, file.conversation.language, library)
        others = (point for point in library.points.values() if point.id != file.case.point)
        choices = [Choice(point.id, name(point, language), point.country == country) for point in others]
        return sorted(choices, key=lambda choice: (not choice.here, choice.label))

    async def _to_colleague(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        _check(kept, form)
        await self._handing.to_colleague(case_id, me.name, form.get(_COLLEAGUE, ""), form.get(_WHY, ""))
        return _emptied(kept)

    async def _to_point(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        _check(kept, form)
        await self._handing.to_point(case_id, me.name, form.get(_POINT, ""), form.get(_WHY, ""))
        return _emptied(kept)


def _check(kept: Kept, form: Form) -> None:
    if kept:
        raise Unsent
    if len(form.get(_WHY, "").strip()) > MAX_CHARACTERS:
        raise TooLong


def _emptied(kept: Kept) -> Kept:
    return replace(kept, fields={name: value for name, value in kept.fields.items() if name not in _FIELDS})
