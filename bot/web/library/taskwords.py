"""What tasks are called on the pages and in the letters of those who keep the knowledge."""

from __future__ import annotations

from gettext import NullTranslations

from bot.editing.tasks import Kind, Task
from bot.language import formats


def kind_names(say: NullTranslations) -> dict[Kind, str]:
    """Return what each kind of task is called, in the order of the page."""
    return {
        Kind.CONFLICT: say.gettext("An update says otherwise"),
        Kind.LINE: say.gettext("Help lines to phone"),
        Kind.BEHIND: say.gettext("Wordings that are behind"),
        Kind.MISSING: say.gettext("Wordings that are missing"),
        Kind.FACTS: say.gettext("Facts to look up"),
        Kind.ANSWER: say.gettext("Answers to look up"),
        Kind.OFFICE: say.gettext("Offices to look up"),
        Kind.UNREACHABLE: say.gettext("Offices without contact"),
    }


def told(task: Task, language: str, say: NullTranslations) -> str:
    """Return what is to be done and since or until when, as a sentence."""
    day = task.since or task.due
    return _sentence(task, say) % {"day": "" if day is None else formats.day(day, language), "count": len(task.facts)}


def _sentence(task: Task, say: NullTranslations) -> str:
    past = task.since is not None
    match task.kind:
        case Kind.CONFLICT:
            return say.gettext("An update of the program and an editor changed it differently. Decide what holds.")
        case Kind.LINE:
            return say.gettext("Nobody has phoned this number yet. Phone it, then confirm.")
        case Kind.BEHIND:
            return say.gettext(
                "Another language was changed in meaning on %(day)s. Change this wording too, or say that it is right."
            )
        case Kind.MISSING:
            return say.gettext("There is no wording in this language yet.")
        case Kind.FACTS:
            return _of_facts(task, say)
        case Kind.ANSWER | Kind.OFFICE if past:
            return say.gettext("The last check holds no longer, since %(day)s.")
        case Kind.ANSWER | Kind.OFFICE:
            return say.gettext("The last check holds until %(day)s.")
        case Kind.UNREACHABLE:
            return say.gettext("Nothing says how to reach it: no address, phone, e-mail or page.")


def _of_facts(task: Task, say: NullTranslations) -> str:
    count = len(task.facts)
    if not task.can_confirm:
        return say.ngettext(
            "%(count)d fact is of a year that ends on %(day)s.", "%(count)d facts are of a year that ends on %(day)s.", count
        )
    if task.since is not None:
        return say.ngettext(
            "%(count)d fact is past its date since %(day)s.", "%(count)d facts are past their date since %(day)s.", count
        )
    return say.ngettext("%(count)d fact holds until %(day)s.", "%(count)d facts hold until %(day)s.", count)
