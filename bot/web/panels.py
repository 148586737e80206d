"""What the page of a case is made of besides the conversation: panels, each with what it shows and the forms that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Protocol

from markupsafe import Markup

from bot.model.case import Case
from bot.model.conversation import Conversation
from bot.model.staff import Action
from bot.model.verdict import Verdict
from bot.store.entries import Entry
from bot.store.turns import Understood
from bot.web.forms import Kept
from bot.web.links import NO_LINKS, Links
from bot.web.sessions import Me


@dataclass(frozen=True, slots=True)
class File:
    """A case with all that belongs to it, as one moment of the database held it.

    ``readers`` are those who may read it while it is confidential, ``links`` the cases that a code has tied it to. ``said`` is
    what its reader may see; ``cut`` tells that there was more before it, ``hidden`` are the ids of other cases of the same
    resident that its reader may not read.
    """

    case: Case
    conversation: Conversation
    said: tuple[Entry, ...]
    understood: Mapping[int, Understood]
    readers: frozenset[str] = frozenset()
    links: Links = NO_LINKS
    cut: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def seen(self) -> int:
        """The sequence of the last line, 0 when there is none."""
        return self.said[-1].sequence if self.said else 0

    @property
    def verdicts(self) -> list[Verdict]:
        """What was understood, oldest first."""
        return [turn.verdict for _, turn in sorted(self.understood.items()) if turn.verdict is not None]

    def allows(self, me: Me, action: Action) -> bool:
        """Tell whether ``me`` may do ``action`` with the case."""
        return me.member.may_with(action, self.case, self.readers)


Form = Mapping[str, str]

#: Carries out one form of a case, given the case's id, and returns what is still typed and not sent.
Act = Callable[[str, Form, Kept, Me], Awaitable[Kept]]


@dataclass(frozen=True, slots=True)
class Acting:
    """One form: what it does, and the right that it takes. ``field`` is the one that a refusal of its text is shown at.

    With ``takes_file`` it may bring a file, which is in `Kept.upload`.
    """

    act: Act
    right: Action
    field: str = "text"
    takes_file: bool = False


class Panel(Protocol):
    """A part of the page of a case. All its fields belong to the form ``act`` of the page, so that nothing typed is lost."""

    def acts(self) -> Mapping[str, Acting]:
        """Return its forms by the last part of their address: ``/desk/case/<id>/<name>``."""

    async def show(self, me: Me, file: File, kept: Kept) -> Markup:
        """Return its HTML for ``me``; empty when there is nothing for them. ``kept`` is what they typed and did not send."""

    def words(self, refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str] | None:
        """Return the status code and the sentence for a refusal of its own, None for one of others."""
