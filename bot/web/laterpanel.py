"""The panel by which who has a case puts it off until later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from gettext import NullTranslations

from markupsafe import Markup

from bot.model.library import HOME
from bot.model.staff import Action
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.sessions import Me
from bot.work.later import FURTHEST, InThePast, Later, NoMoment, TooFar, is_put_off, offers, typed_moment

_FIELD = "later_at"


class LaterPanel:
    """Puts a case off by one press, until a moment that is typed, or brings it back."""

    def __init__(self, later: Later, pages: Pages, now: Callable[[], datetime]) -> None:
        self._later = later
        self._pages = pages
        self._now = now

    def acts(self) -> Mapping[str, Acting]:
        """Return its form."""
        return {"later": Acting(self._put_off, Action.REPLY, _FIELD)}

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; empty for whoever does not have the case."""
        if not file.allows(me, Action.REPLY):
            return Markup()
        now = self._now()
        return self._pages.fragment(
            "part_later.html",
            me.language,
            case=file.case,
            put_off=is_put_off(file.case, now),
            offers=offers(now, HOME[me.language]),
            typed=kept.fields.get(_FIELD, ""),
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return the status code and the sentence for a refusal of its own."""
        match refusal:
            case NoMoment():
                return 422, say.gettext("Choose a day and a time until which the case is to be put off.")
            case InThePast():
                return 422, say.gettext("This time has passed already. Choose a later one.")
            case TooFar():
                days = FURTHEST.days
                return 422, say.ngettext(
                    "A case can be put off for %(count)s day at most.", "A case can be put off for %(count)s days at most.", days
                ) % {"count": days}
            case _:
                return None

    async def _put_off(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        choice, country = form.get("later", ""), HOME[me.language]
        if choice == "back":
            await self._later.bring_back(case_id, me.name)
        else:
            offered = offers(self._now(), country).get(choice)
            until = typed_moment(form.get(_FIELD, ""), country) if choice == "own" else offered
            if until is None:
                raise NoMoment  # the afternoon has begun since the page was shown
            await self._later.put_off(case_id, until, me.name)
        return replace(kept, fields={name: value for name, value in kept.fields.items() if name != _FIELD})
