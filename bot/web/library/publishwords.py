"""Why a draft is not published, and who may publish it, in words."""

from __future__ import annotations

from collections.abc import Iterable
from gettext import NullTranslations

from bot.editing.foureyes import Reason, Why
from bot.editing.publishing import (
    LONGEST_NOTE,
    Contradicted,
    Faulty,
    Lost,
    Moved,
    NoRight,
    NoteTooLong,
    NothingChanged,
    NoWhy,
    PublishRefusal,
    SecondEyes,
    Untried,
)
from bot.model.library import Library


def refused(refusal: PublishRefusal, say: NullTranslations) -> tuple[int, str]:
    """Return the status code and the sentence for what was refused."""
    match refusal:
        case Faulty(errors=errors):
            return 422, say.ngettext(
                "It was not published: %(number)s thing must be put right first.",
                "It was not published: %(number)s things must be put right first.",
                len(errors),
            ) % {"number": len(errors)}
        case Lost(losses=losses):
            return 409, say.ngettext(
                "It was not published: %(number)s question that must stay understood would be lost.",
                "It was not published: %(number)s questions that must stay understood would be lost.",
                len(losses),
            ) % {"number": len(losses)}
        case Contradicted():
            return 409, say.gettext("Somebody else has published other words for the same places. Choose below what is to hold.")
        case NothingChanged():
            return 409, say.gettext("There is nothing to publish: the draft says what is published already.")
        case Untried():
            return 409, say.gettext(
                "It was not published yet: it is being found out what would change. This may take some minutes. Publish it then."
            )
        case _:
            return _refused_to_them(refusal, say)


def _refused_to_them(refusal: PublishRefusal, say: NullTranslations) -> tuple[int, str]:
    match refusal:
        case NoRight():
            return 403, say.gettext("Your account has no right to do that. Whoever runs this installation can give it to you.")
        case SecondEyes():
            return 403, say.gettext("You have worked on this draft yourself. Somebody else must look at it for that.")
        case NoteTooLong():
            return 422, say.gettext("This is too long. At most %(most)s characters can be kept.") % {"most": LONGEST_NOTE}
        case NoWhy():
            return 422, say.gettext("Say in a few words why this may be lost.")
        case Moved():
            return 409, say.gettext(
                "Somebody has changed this draft since you opened the page. Look at it again, then repeat it."
            )
        case _:
            return 409, say.gettext("It was not published: others published at the same time. Look at it again, then repeat it.")


def hint(refusal: PublishRefusal | None, say: NullTranslations) -> str:
    """Return what is to be done before a draft can be published; empty where nothing is."""
    match refusal:
        case Faulty():
            return say.gettext("It can be published once what is wrong is put right.")
        case Contradicted():
            return say.gettext("It can be published once somebody has chosen what is to hold where others changed the same.")
        case Untried():
            return say.gettext("It can be published once it was found out what would change.")
        case Lost():
            return say.gettext("It can be published once somebody who has not worked on it agrees to the loss.")
        case _:
            return ""


def moved(say: NullTranslations) -> str:
    """Return in words that a page showed a draft as it is no more."""
    return say.gettext("Somebody has changed this draft since you opened the page. Look at it again, then repeat it.")


def reasons(found: Iterable[Reason], library: Library, language: str, say: NullTranslations) -> list[str]:
    """Return why a second pair of eyes is needed, a sentence each."""
    return [_reason(each, library, language, say) for each in found]


def _reason(reason: Reason, library: Library, language: str, say: NullTranslations) -> str:
    match reason.why:
        case Why.CRISIS:
            return say.gettext("It changes what is said or understood in a crisis.")
        case Why.ALWAYS:
            return say.gettext("Whoever runs this installation wants two people for everything that is published.")
        case Why.POINT:
            name = library.points[reason.point].name(language)
            return say.gettext("The info point %(name)s wants two people for what its residents are told.") % {"name": name}
        case _:
            return say.gettext(
                "The settings of this installation name an info point that there is not: %(name)s. Until that is put right, "
                "everything needs two people."
            ) % {"name": reason.point}
