"""The risks that this program brings to residents, each with what exists against it."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import NullTranslations

from bot.web.declared.installation import Installation, days


def risks(installation: Installation, say: NullTranslations) -> Iterator[tuple[str, str]]:
    """Yield each risk, and the measures in the program. How likely and how grave it is, the controller judges."""
    yield (
        say.gettext("Somebody who suffers violence has a phone that the other one reads."),
        say.gettext(
            "A button that leaves the page at once, a discreet mode in which nothing is shown unasked, and a way to delete "
            "everything. It is said what cannot be hidden on Telegram."
        ),
    )
    yield (
        say.gettext("A crisis is not recognised."),
        say.gettext(
            "Patterns and a classifier look at each message before anything else; 112 is on every page of residents. What is "
            "recognised is measured and published. Nobody is promised that a person reads at once."
        ),
    )
    yield (
        say.gettext("A crisis is seen where there is none, and frightens somebody or brings staff in."),
        say.gettext(
            "Numbers of help lines are only shown, and the question is answered all the same. Staff of the info "
            "point see it; nobody outside is told."
        ),
    )
    yield (
        say.gettext("Names and stories in free text tell who somebody is, although numbers are masked."),
        say.gettext("Editors see only questions. What was said in a crisis is left out. Questions are deleted after %(period)s.")
        % {"period": days(installation.settings.keep_figures, say)},
    )
    yield (
        say.gettext("Staff read out of curiosity, or know the resident."),
        say.gettext("Rights hold at info points, cases can be confidential, and each look is written down for two years."),
    )
    yield (
        say.gettext("Telegram, a third party, reads what is written there and knows who wrote it."),
        say.gettext("The web page does the same without it, and residents are told so.")
        if installation.telegram
        else say.gettext("Not in use here."),
    )
    yield (
        say.gettext("An encoder outside reads what residents write."),
        say.gettext("It gets the words alone, encrypted or within a private network. The program can do without it.")
        if installation.encoder
        else say.gettext("Not in use here: messages are understood on this machine."),
    )
    yield (
        say.gettext("The database or a backup is stolen."),
        say.gettext("What residents wrote is encrypted, the key is kept apart, and backups are deleted after %(period)s.")
        % {"period": days(installation.settings.keep_backups, say)},
    )
    yield (
        say.gettext("More is kept than is said, or for longer."),
        say.gettext("Deleting is done by the rules from which this text is made, and its health page proves that it was done."),
    )
    yield (
        say.gettext("An answer is wrong or out of date, and somebody loses a right or money."),
        say.gettext(
            "Answers are approved by persons, have sources and a date, are looked at again when it has passed, and everybody can "
            "say that something is wrong."
        ),
    )
    yield (
        say.gettext("The question is misunderstood."),
        say.gettext("When unsure, the program lets the resident choose or calls a person. Wrong answers are counted."),
    )
    yield (
        say.gettext("Who does not read, see or write well, or has another language, is left out."),
        say.gettext(
            "Pages are built for screen readers, keyboards and small phones, in four languages. Staff print answers in two "
            "languages at the counter, and can call back."
        ),
    )
    yield (
        say.gettext("Somebody takes the program for a person, or trusts it too much."),
        say.gettext("It says at the beginning that it is a program, and marks each message of a person."),
    )
    yield (
        say.gettext("The program fails while somebody waits for help."),
        say.gettext("Each message that was accepted is kept until it is answered, and what cannot be handled reaches a person."),
    )
