"""What the program answers staff in their group and in private, in one short sentence each."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from bot.language.text import MAX_CHARACTERS, fold
from bot.model.case import Case, CaseState, Outcome
from bot.work.casework import NothingSaid, NotYours, Refusal, Unreachable
from bot.work.commit import Moved
from bot.work.helpdesk import AlreadyClaimed
from bot.work.later import InThePast, NoMoment, TooFar


class NotAllowed(Refusal):
    """Their rights do not hold for this case, or their role does not let them do that."""


class AtTheDesk(Refusal):
    """The case is confidential: nothing of it is done in a group."""


class TooLong(Refusal):
    """A text is longer than a message can be."""


class NotFromHere(Refusal):
    """Files go to residents from the web desk."""


class ChangedHere(Refusal):
    """A message in the group was changed; what went to the resident stays as it was."""


class NoSuchCommand(Refusal):
    """There is no such command."""


class NoSuchOutcome(Refusal):
    """There is no such outcome of a case."""


class CodeInTheGroup(Refusal):
    """A code that belongs into a private chat was shown to the whole group."""


def outcomes(say: NullTranslations) -> Mapping[str, Outcome]:
    """Return the word for each outcome that staff can give a case, in the reader's language."""
    return {
        say.pgettext("how a case ended, one word", "answered"): Outcome.ANSWERED,
        say.pgettext("how a case ended, one word", "referred"): Outcome.REFERRED,
        say.pgettext("how a case ended, one word", "not-ours"): Outcome.NOT_OURS,
        say.pgettext("how a case ended, one word", "unreached"): Outcome.UNREACHED,
        say.pgettext("how a case ended, one word", "abuse"): Outcome.ABUSE,
    }


def outcome(text: str, say: NullTranslations) -> Outcome:
    """Return the outcome that ``text`` names, `Outcome.ANSWERED` when it names none. Raises `NoSuchOutcome`."""
    words = {fold(word): found for word, found in outcomes(say).items()}
    words |= {found.value: found for found in words.values()}
    if not text:
        return Outcome.ANSWERED
    if fold(text) not in words:
        raise NoSuchOutcome
    return words[fold(text)]


def commands(say: NullTranslations) -> list[tuple[str, str]]:
    """Return (name, description) of each command, for the list that opens at a slash; at most 256 characters each."""
    return [
        ("claim", say.gettext("Take the case")),
        ("note", say.gettext("A note that only staff see")),
        ("later", say.gettext("Put the case off: 30m, 2h, tomorrow")),
        ("release", say.gettext("Put the case back into the line")),
        ("close", say.gettext("Close the case")),
        ("help", say.gettext("What can be done here")),
    ]


def help_text(say: NullTranslations) -> str:
    """Return what can be done in a topic."""
    listed = ", ".join(outcomes(say))
    return "\n".join(
        (
            say.gettext("What you can write in the topic of a case:"),
            say.gettext("/claim: take the case. From then on what you write here goes to the resident."),
            say.gettext("/note text: a note that only staff see."),
            say.gettext("/later 30m, /later 2h, /later tomorrow: put the case off until then."),
            say.gettext("/release: put the case back into the line."),
            say.gettext("/close outcome: close the case. Outcomes: %(outcomes)s.") % {"outcomes": listed},
            say.gettext("Files, saved replies and handing on are at the desk."),
        )
    )


def words(refusal: Exception, case: Case, say: NullTranslations) -> str:
    """Return the sentence for what was refused; ``case`` is how it stands now."""
    match refusal:
        case AlreadyClaimed(by=who) if who is not None:
            return say.gettext("%(who)s was faster and has this case.") % {"who": who}
        case AlreadyClaimed():
            return say.gettext("The case is closed.")
        case NotYours():
            return _not_yours(case, say)
        case Moved():
            return say.gettext(
                "Something new stands above that was not there yet when you wrote. Read it, then send your text again."
            )
        case Unreachable():
            return say.gettext("The resident has blocked us, so a reply cannot arrive.")
        case NotAllowed():
            return say.gettext("Your account at the desk has no right to do that with this case.")
        case AtTheDesk():
            return say.gettext("This case is worked on at the desk only.")
        case _:
            return _unread(refusal, say)


def _unread(refusal: Exception, say: NullTranslations) -> str:
    match refusal:
        case NothingSaid():
            return say.gettext("There is no text to send.")
        case TooLong():
            return say.gettext("This is too long. At most %(most)s characters can be sent at once.") % {"most": MAX_CHARACTERS}
        case NotFromHere():
            return say.gettext("Only text goes to the resident from here. Files can be sent from the desk.")
        case ChangedHere():
            return say.gettext("What was sent to the resident stays as it was. It can be changed at the desk.")
        case NoMoment() | InThePast() | TooFar():
            return say.gettext("Write when: /later 30m, /later 2h or /later tomorrow.")
        case NoSuchOutcome():
            return say.gettext("There is no such outcome. There are: %(outcomes)s.") % {"outcomes": ", ".join(outcomes(say))}
        case NoSuchCommand():
            return say.gettext("There is no such command, and nothing was sent. /help tells what there is.")
        case CodeInTheGroup():
            return say.gettext("A code belongs in a private chat with the bot. Make a new one at the desk: this one was seen.")
        case _:
            return say.gettext("That cannot be done here now. Look at the case at the desk.")


def _not_yours(case: Case, say: NullTranslations) -> str:
    if case.state is CaseState.CLOSED:
        return say.gettext("The case is closed.")
    if case.state is CaseState.CLAIMED:
        who = {"who": case.claimed_by}
        return say.gettext("%(who)s has this case. Nothing was sent. A note for colleagues begins with /note.") % who
    return say.gettext("Nobody has this case yet, so nothing was sent. Write /claim first.")


def failed(say: NullTranslations) -> str:
    """Say that the program failed on what somebody wrote."""
    return say.gettext("Something went wrong, and this was not done. Look at the case at the desk.")


def stranger(say: NullTranslations) -> str:
    """Say what somebody reads whose account belongs to nobody."""
    return say.gettext("This account is not linked to an account of the desk. What it writes here is not passed on.")


def put_off(when: str, say: NullTranslations) -> str:
    """Say until when a case is put off."""
    return say.gettext("Put off until %(when)s.") % {"when": when}


def is_linked(name: str, say: NullTranslations) -> str:
    """Say that an account is linked now."""
    return say.gettext("This Telegram account now belongs to the account %(name)s at the desk.") % {"name": name}


def not_linked(say: NullTranslations) -> str:
    """Say that a code is of no use, and never why."""
    return say.gettext("That did not work. Make a new code at the desk under “My account” and send it here: /link CODE")
