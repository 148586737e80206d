"""What the audit log holds, in words. An action that has none yet is shown as it is kept, so that no line is ever hidden."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any


def action_name(action: str, say: NullTranslations) -> str:
    """Return what an action of the audit log is called."""
    return (_of_people(say) | _of_cases(say) | _of_point(say)).get(action, action)


def detail_words(detail: Mapping[str, Any], say: NullTranslations) -> str:
    """Return what else is known of a line, such as ``role: admin, was: staff``."""
    names = {
        "role": say.gettext("role"),
        "was": say.gettext("before"),
        "points": say.gettext("info points"),
        "point": say.gettext("info point"),
        "cases": say.gettext("cases put back"),
        "sessions": say.gettext("sessions"),
        "by": say.gettext("by"),
        "holder": say.gettext("from"),
        "to": say.gettext("to"),
        "until": say.gettext("until"),
        "outcome": say.gettext("outcome"),
        "readers": say.gettext("readers"),
        "entry": say.gettext("message"),
        "hours": say.gettext("hours"),
        "holidays": say.gettext("local holidays"),
        "begins": say.gettext("begins"),
        "ends": say.gettext("ends"),
        "deputy": say.gettext("deputy"),
        "type": say.gettext("kind of file"),
        "state": say.gettext("state"),
        "draft": say.gettext("draft"),
    }
    told = [f"{names.get(key, key)}: {_plain(value)}" for key, value in detail.items() if value not in (None, "", 0)]
    return ", ".join(told)


def _of_people(say: NullTranslations) -> dict[str, str]:
    return {
        "sign-in": say.gettext("signed in"),
        "lock-out": say.gettext("locked after wrong attempts"),
        "set-second-factor": say.gettext("set up the second step"),
        "remove-second-factor": say.gettext("took the second step away"),
        "renew-recovery-codes": say.gettext("made new recovery codes"),
        "use-recovery-code": say.gettext("used a recovery code"),
        "change-password": say.gettext("changed the password"),
        "password-link": say.gettext("made a link for a new password"),
        "change-rights": say.gettext("changed role or info points"),
        "invite": say.gettext("invited"),
        "withdraw-invitation": say.gettext("withdrew a link"),
        "accept-invitation": say.gettext("accepted an invitation"),
        "add": say.gettext("made an account"),
        "disable": say.gettext("shut out"),
        "enable": say.gettext("let in again"),
        "end-sessions": say.gettext("ended sessions"),
        "link-telegram": say.gettext("linked a Telegram account"),
        "unlink-telegram": say.gettext("unlinked a Telegram account"),
    }


def _of_cases(say: NullTranslations) -> dict[str, str]:
    return {
        "read": say.gettext("read the case"),
        "opened-by-code": say.gettext("opened the case by its code"),
        "open-attachment": say.gettext("opened a file"),
        "attach": say.gettext("sent a file"),
        "claim": say.gettext("took the case"),
        "release": say.gettext("put the case back"),
        "take-over": say.gettext("took the case over"),
        "close": say.gettext("closed the case"),
        "reopen": say.gettext("opened the case again"),
        "later": say.gettext("put the case off"),
        "hand-on": say.gettext("handed the case to a colleague"),
        "move": say.gettext("handed the case to an info point"),
        "ask-consent": say.gettext("asked whether the case may go to another country"),
        "guard": say.gettext("made the case confidential"),
        "open-up": say.gettext("made the case no longer confidential"),
        "call-reached": say.gettext("called back and reached somebody"),
        "call-missed": say.gettext("called back and reached nobody"),
        "call-given-up": say.gettext("gave up calling back"),
        "edit": say.gettext("changed a message"),
        "withdraw": say.gettext("withdrew a message"),
    }


def _of_point(say: NullTranslations) -> dict[str, str]:
    return {
        "hours": say.gettext("changed the hours"),
        "hours-of-library": say.gettext("went back to the hours of the knowledge base"),
        "close-point": say.gettext("closed the info point for a time"),
        "reopen-point": say.gettext("took back a closing of the info point"),
        "shift": say.gettext("changed a shift"),
        "shift-removed": say.gettext("removed a shift"),
        "reply-made": say.gettext("made a saved reply"),
        "reply-changed": say.gettext("changed a saved reply"),
        "reply-deleted": say.gettext("deleted a saved reply"),
        "decide-suggestion": say.gettext("decided about a suggestion"),
        "learn": say.gettext("learned from questions of residents"),
        "entrust-topic": say.gettext("said who looks after a topic"),
        "make-provider-link": say.gettext("made a link for an office"),
        "end-provider-link": say.gettext("ended the link of an office"),
        "read-audit": say.gettext("read the audit log"),
        "publish": say.gettext("published an edition of the library"),
        "discard-draft": say.gettext("discarded a draft"),
        "agree-to-loss": say.gettext("agreed to what a draft loses"),
        "import-library": say.gettext("published a folder of knowledge files"),
        "export-audit": say.gettext("took a copy of the audit log"),
    }


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
