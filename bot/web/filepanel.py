"""The panel by which who has a case sends the resident a photo or a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from gettext import NullTranslations

from markupsafe import Markup

from bot.channels import uploads
from bot.language.text import MAX_CHARACTERS
from bot.model.attached import LARGEST
from bot.model.staff import Action
from bot.web import forms
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.refusals import TooLong
from bot.web.sessions import Me
from bot.work.enclosing import Enclosing, NoFile, NotTaken

_MEGABYTE = 1024 * 1024


class FilePanel:
    """Sends a file, with what is typed in the field of the reply below it."""

    def __init__(self, enclosing: Enclosing, pages: Pages) -> None:
        self._enclosing = enclosing
        self._pages = pages

    def acts(self) -> Mapping[str, Acting]:
        """Return its form."""
        return {"attach": Acting(self._attach, Action.REPLY, takes_file=True)}

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; empty for whoever does not have the case."""
        if not file.allows(me, Action.REPLY):
            return Markup()
        return self._pages.fragment(
            "part_files.html",
            me.language,
            case=file.case,
            accepted=uploads.ACCEPTED,
            most=LARGEST // _MEGABYTE,
            most_bytes=LARGEST,
            chosen=kept.upload is not None or bool(kept.fields.get("file")),
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return the status code and the sentence for a refusal of its own."""
        match refusal:
            case NoFile():
                return 422, say.gettext("Choose a photo or a file first.")
            case NotTaken(unwanted=unwanted):
                return 422, uploads.advice(unwanted, say)
            case _:
                return None

    async def _attach(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        if len(kept.typed.strip()) > MAX_CHARACTERS:
            raise TooLong
        await self._enclosing.attach(case_id, forms.number(form, "version"), kept.typed, kept.upload, me.name)
        return replace(kept, typed="", upload=None)
