"""What staff are told when the desk refuses something, in one sentence that says what to do."""

from __future__ import annotations

from gettext import NullTranslations

from bot.language.text import MAX_CHARACTERS
from bot.model.case import CaseState
from bot.web.panels import File
from bot.work.casework import NothingSaid, NotYours, Refusal, Unreachable
from bot.work.commit import Moved
from bot.work.helpdesk import AlreadyClaimed, PutBack


class NotAllowed(Refusal):
    """Their role does not let them do that."""


class TooLong(Refusal):
    """A text is longer than a message can be."""


class Unsent(Refusal):
    """Something is typed that would be lost."""


class FileLeft(Refusal):
    """A file is chosen that would not go out with the text: only the button beside it sends it."""


def words(refusal: Exception, file: File, say: NullTranslations) -> tuple[int, str]:
    """Return the status code and the sentence for what was refused; ``file`` is the case as it stands now."""
    match refusal:
        case AlreadyClaimed(by=None):
            return 409, say.gettext("The case has been closed meanwhile.")
        case AlreadyClaimed(by=who):
            return 409, say.gettext("%(who)s was faster and has this case.") % {"who": who}
        case PutBack():
            return 409, say.gettext("The case has been put back into the line meanwhile. You can take it.")
        case NotYours():
            return 409, _not_yours(file, say)
        case NotAllowed():
            return 403, say.gettext("Your account has no right to do that. Whoever runs this installation can give it to you.")
        case _:
            return _unsent(refusal, say)


def _unsent(refusal: Exception, say: NullTranslations) -> tuple[int, str]:
    match refusal:
        case Moved():
            return 409, say.gettext(
                "Something was said while you were typing; it is marked as new. Read it, then send your text or change it."
            )
        case NothingSaid():
            return 422, say.gettext("There is nothing to send yet: type a text first.")
        case Unreachable():
            return 409, say.gettext("The resident has blocked us, so a reply cannot arrive.")
        case FileLeft():
            return 422, say.gettext(
                "You had chosen a file, so nothing was sent yet. Choose it again and send it by the button beside it."
            )
        case TooLong():
            return 422, say.gettext("This is too long. At most %(most)s characters can be sent at once.") % {
                "most": MAX_CHARACTERS
            }
        case _:
            return 409, say.gettext("You have typed something that was not sent. Send it or delete it first.")


def _not_yours(file: File, say: NullTranslations) -> str:
    holder = file.case.claimed_by
    if holder is not None and file.case.state is CaseState.CLAIMED:
        return say.gettext("This case is with %(who)s now. What you typed was not sent.") % {"who": holder}
    return say.gettext("You do not have this case now. What you typed was not sent.")
