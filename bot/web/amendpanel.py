"""The panel by which who has a case changes what they said last, or takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from gettext import NullTranslations

from markupsafe import Markup

from bot.channels.contract import PULLED
from bot.language.text import MAX_CHARACTERS
from bot.model.message import Author
from bot.model.staff import Action
from bot.store.entries import Entry
from bot.web import forms
from bot.web.forms import Kept
from bot.web.pages import Pages
from bot.web.panels import Acting, File, Form
from bot.web.refusals import TooLong
from bot.web.sessions import Me
from bot.work.amending import Amending, Elsewhere, TooLate

#: Its fields: the new text, the message, and the change of it that the page showed.
_TEXT, _ENTRY, _CHANGED = "amended", "amended_entry", "amended_change"


class AmendPanel:
    """Changes the last message of one's own."""

    def __init__(self, amending: Amending, pages: Pages) -> None:
        self._amending = amending
        self._pages = pages

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms."""
        return {
            "edit": Acting(self._edit, Action.REPLY, _TEXT),
            "withdraw": Acting(self._withdraw, Action.REPLY, _TEXT),
        }

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML; empty when there is nothing that ``me`` could change."""
        last = _last(me, file)
        typed = kept.fields.get(_TEXT, "")
        if not file.allows(me, Action.REPLY) or last is None:
            return Markup()
        is_same = kept.fields.get(_ENTRY) == str(last.sequence)
        return self._pages.fragment(
            "part_amend.html",
            me.language,
            case=file.case,
            entry=last,
            changed=last.changed or 0,
            text=typed if is_same and typed.strip() else last.text,
            is_begun=is_same and typed.strip() not in ("", last.text),
            tongue=file.conversation.language or "",
            answered=any(line.author is Author.RESIDENT and line.sequence > last.sequence for line in file.said),
            is_pushed=file.conversation.channel not in PULLED,
            most=MAX_CHARACTERS,
        )

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:  # noqa: ARG002 - as `Panel` asks
        """Return the status code and the sentence for a refusal of its own."""
        match refusal:
            case TooLate():
                return 409, say.gettext("Only your last message can be changed, and not after it was withdrawn.")
            case Elsewhere():
                return 409, say.gettext(
                    "This message was changed in another window meanwhile. Read how it stands now, then change it again."
                )
            case _:
                return None

    async def _edit(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        text = form.get(_TEXT, "")
        if len(text.strip()) > MAX_CHARACTERS:
            raise TooLong
        await self._amending.edit(case_id, *_seen(form), text, me.name)
        return _without(kept)

    async def _withdraw(self, case_id: str, form: Form, kept: Kept, me: Me) -> Kept:
        await self._amending.withdraw(case_id, *_seen(form), me.name)
        return _without(kept)


def _seen(form: Form) -> tuple[int, int | None]:
    """Return the message that the page showed, and which change of it."""
    return forms.number(form, _ENTRY), forms.number(form, _CHANGED) or None


def _without(kept: Kept) -> Kept:
    return replace(kept, fields={name: value for name, value in kept.fields.items() if name != _TEXT})


def _last(me: Me, file: File) -> Entry | None:
    """Return what ``me`` said last in the part of the conversation that is shown, unless it is withdrawn."""
    mine = (line for line in reversed(file.said) if line.author is Author.STAFF and line.staff == me.name)
    last = next(mine, None)
    return None if last is None or last.withdrawn_at is not None else last
