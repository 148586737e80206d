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
from bot.store.database import Database, Transaction
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.refusals import TooLong, Unsent
from bot.web.sessions import Me
from bot.work.handing import Confidential, Handing, NotThere, able_at, colleagues, country_of

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
            points = await self._points(tx, file, me.language)
            present = set(await sessions.present(tx, self._now()))
        library = self._library()
        offered = library.points.get(file.case.offered_to or "")
        choices = [Choice(each.name, each.name, each.name in present) for each in able if each.name != me.name]
        return self._pages.fragment(
            "part_hand.html",
            me.language,
            case=file.case,
            colleagues=sorted(choices, key=lambda choice: not choice.here),
            points=points,
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
                    "A confidential case is handed on to somebody by name. Choose who is to read it at the other info point."
                )
            case _:
                return None

    async def _points(self, tx: Transaction, file: File, language: str) -> list[Choice]:
        """Return the other info points, those of the same country first; for a confidential case with who is to read it there."""
        library = self._library()
        country = country_of(file.case, file.conversation.country, file.conversation.language, library)
        others = (point for point in library.points.values() if point.id != file.case.point)
        choices: list[Choice] = []
        for point in others:
            called, here = name(point, language), point.country == country
            if file.case.confidential:
                able = await able_at(tx, point.id)
                choices += [Choice(f"{point.id} {each.name}", f"{called}: {each.name}", here) for each in able]
            else:
                choices.append(Choice(point.id, called, here))
        return sorted(choices, key=lambda choice: (not choice.here, choice.label))

    async def _to_colleague(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        _check(kept, form)
        await self._handing.to_colleague(case_id, me.name, form.get(_COLLEAGUE, ""), form.get(_WHY, ""))
        return _emptied(kept)

    async def _to_point(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        _check(kept, form)
        point, _, reader = form.get(_POINT, "").partition(" ")
        await self._handing.to_point(case_id, me.name, point, form.get(_WHY, ""), reader)
        return _emptied(kept)


def _check(kept: Kept, form: Form) -> None:
    if kept:
        raise Unsent
    if len(form.get(_WHY, "").strip()) > MAX_CHARACTERS:
        raise TooLong


def _emptied(kept: Kept) -> Kept:
    return replace(kept, fields={name: value for name, value in kept.fields.items() if name not in _FIELDS})
