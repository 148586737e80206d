"""A template for the data protection impact assessment (GDPR article 35): what the program does is told, the rest is blank.

Which measures exist and where data flows follows from the code and the settings; likelihood and severity are for the controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from gettext import NullTranslations

from bot.language import formats
from bot.store.purposes import Activity
from bot.store.register import KEPT
from bot.web.declared.document import BLANK, Blanks, Document, Grid, Points, Section, Text
from bot.web.declared.installation import Installation, days, form, lasting, persons
from bot.web.declared.record import measures
from bot.web.declared.risks import risks


def assessment(installation: Installation, say: NullTranslations, language: str, today: date) -> Document:
    """Return the template in one language, filled with what is true of this installation."""
    note = say.gettext(
        "A template, made from the program and its settings on %(day)s. What only the controller knows is left blank."
    )
    sections = [
        _about(say),
        _nature(installation, say),
        _intended(say),
        _flows(installation, say),
        _kept(installation, say),
        _proportionate(installation, say),
        _risks(installation, say),
        Section(say.gettext("Measures that are in place here"), [Points(measures(installation, say))]),
        _rights(installation, say),
        _children(say),
        _masking(say),
        _decision(say),
    ]
    return Document(say.gettext("Data protection impact assessment"), note % {"day": formats.day(today, language)}, sections)


def _about(say: NullTranslations) -> Section:
    why = say.gettext(
        "An assessment is needed, because people in distress write of health, violence and debts, and a program that decides "
        "which answer they get reads it first (article 35 GDPR)."
    )
    labels = [
        say.gettext("Controller: name and address"),
        say.gettext("Data protection officer, and what they advised"),
        say.gettext("Who made this assessment, and when"),
        say.gettext("When it is looked at again"),
    ]
    return Section(say.gettext("About this assessment"), [Text(why), Blanks(labels)])


def _nature(installation: Installation, say: NullTranslations) -> Section:
    channels = (
        say.gettext("Residents write on a web page or on Telegram.")
        if installation.telegram
        else say.gettext("Residents write on a web page.")
    )
    points = [
        say.gettext(
            "Nature: residents write in their own words, in Slovene, Italian, Croatian or Bulgarian. A program finds out what "
            "is meant and shows an answer that persons have approved, or brings a person of the staff."
        ),
        channels,
        say.gettext("Scope: no name, number or account is asked for. What is written freely can hold anything."),
        say.gettext(
            "Context: residents can be in danger, ill, poor, old or under age, or write for others. They and a public "
            "body are no equals."
        ),
        *(f"{say.gettext(activity.name_)}: {say.gettext(activity.why)}" for activity in Activity),
    ]
    labels = [
        say.gettext("How many residents and how many staff, in which area"),
        say.gettext("Since when, and what was there before"),
        say.gettext("How residents and staff were heard (article 35(9))"),
    ]
    return Section(say.gettext("Nature, scope, context and purposes"), [Points(points), Blanks(labels)])


def _intended(say: NullTranslations) -> Section:
    points = [
        say.gettext("The program informs: it shows approved answers with their sources, and brings persons together."),
        say.gettext("It never says that somebody is entitled to something or not, and no authority decides by what it shows."),
        say.gettext("It scores nobody: neither whether somebody may be entitled, nor how urgent or how dangerous a case is."),
        say.gettext(
            "When words sound like a crisis it shows the numbers of help lines and puts the case before staff. It does not judge "
            "whether the danger is real, and takes the place of no emergency service."
        ),
        say.gettext("No text that residents read is written by a machine. It says at the beginning that a program answers."),
        say.gettext("It recognises no emotions, profiles nobody, and learns from no conversation by itself."),
    ]
    return Section(say.gettext("Intended purpose, also in the sense of the AI Act"), [Points(points)])


def _flows(installation: Installation, say: NullTranslations) -> Section:
    columns = [
        say.gettext("From where to where"),
        say.gettext("What"),
        say.gettext("In use here"),
    ]
    title = say.gettext("Where data flows")
    rows = [(way, what, say.gettext("yes") if used else say.gettext("no")) for way, what, used in flows(installation, say)]
    return Section(title, [Grid(title, columns, rows)])


def flows(installation: Installation, say: NullTranslations) -> Iterator[tuple[str, str, bool]]:
    """Yield every flow of personal data that the code has: its way, what flows, and whether it does here."""
    yield (
        say.gettext("Browser of the resident - this program"),
        say.gettext("Messages, files and presses of buttons; a random number in a cookie. No address of the device is kept."),
        True,
    )
    yield (
        say.gettext("Resident - Telegram - this program, and back"),
        say.gettext("Messages, files, places that are shared, the number of the chat. Telegram reads them, too."),
        installation.telegram,
    )
    yield (
        say.gettext("This program - browsers of staff"),
        say.gettext("Conversations and cases, by rights; each look is written down."),
        True,
    )
    yield (
        say.gettext("This program - the staff's group on Telegram, and back"),
        say.gettext("Cases that are not confidential, and what staff answer there."),
        installation.group,
    )
    yield (
        say.gettext("This program - the encoder's endpoint"),
        say.gettext("Each message as it was written, without who sent it, to find its meaning."),
        bool(installation.encoder),
    )
    yield (
        say.gettext("This program - the mail server"),
        say.gettext("Codes of cases that wait, to staff; links to confirm answers, to offices. No word of a resident."),
        bool(installation.mail),
    )
    yield (
        say.gettext("This program - the server of the database"),
        say.gettext("Everything that is kept; what residents wrote is encrypted before."),
        bool(installation.database),
    )
    yield (
        say.gettext("Database - backups"),
        say.gettext("Everything that is kept, encrypted as in the database. The key is kept apart."),
        True,
    )
    yield (
        say.gettext("Conversations - editors and figures"),
        say.gettext(
            "Questions in which personal numbers and e-mail addresses are masked, and counts. Nothing that was said in a crisis."
        ),
        True,
    )
    yield (
        say.gettext("Figures - everybody"),
        say.gettext("Counts of whole months; counts under five are hidden."),
        installation.open_data,
    )


def _kept(installation: Installation, say: NullTranslations) -> Section:
    columns = [say.gettext("What is kept"), say.gettext("Of whom"), say.gettext("How long"), say.gettext("In which form")]
    rows = [
        (
            f"{say.gettext(keeping.keeps)} [{keeping.table.name}]",
            persons(keeping.of, say),
            "; ".join(lasting(keeping, installation.periods, say)),
            form(keeping, say),
        )
        for keeping in KEPT
        if keeping.activity is not Activity.OPERATION
    ]
    backups = say.gettext("Copies in backups are deleted after %(period)s.") % {
        "period": days(installation.settings.keep_backups, say)
    }
    title = say.gettext("What is kept, and for how long")
    return Section(title, [Grid(title, columns, rows), Text(backups)])


def _proportionate(installation: Installation, say: NullTranslations) -> Section:
    period = days(installation.settings.keep_conversations, say)
    points = [
        say.gettext("An answer needs what is asked, the language and the place. Nothing else is asked for."),
        say.gettext("A conversation is kept for %(period)s after its end, so that staff and residents can come back to it.")
        % {"period": period},
        say.gettext("Figures and learning work with what is masked, not with conversations."),
        say.gettext("Whoever wants a person gets one; nobody has to talk to a program."),
        say.gettext("Whoever does not want to write can come or phone; the answers are public pages, too."),
    ]
    labels = [
        say.gettext("Lawful basis (article 6, and article 9(2) for special categories), with the law that gives the task"),
        say.gettext("Why a way with less data would not do"),
    ]
    return Section(say.gettext("Necessity and proportionality"), [Points(points), Blanks(labels)])


def _risks(installation: Installation, say: NullTranslations) -> Section:
    columns = [
        say.gettext("Risk to residents"),
        say.gettext("What exists against it"),
        say.gettext("Likelihood"),
        say.gettext("Severity"),
        say.gettext("What else is done, and by whom"),
    ]
    rows = [(risk, against, BLANK, BLANK, BLANK) for risk, against in risks(installation, say)]
    return Section(say.gettext("Risks to residents"), [Grid(say.gettext("Risks to residents"), columns, rows)])


def _rights(installation: Installation, say: NullTranslations) -> Section:
    columns = [say.gettext("Right"), say.gettext("How it is exercised here")]
    data = say.gettext("By /mydata on each channel: everything that is kept, as a file that persons and machines can read.")
    backups = days(installation.settings.keep_backups, say)
    rows = [
        (
            say.gettext("To be informed (articles 12 to 14)"),
            say.gettext("A notice before the first message, /privacy on each channel, in four languages."),
        ),
        (say.gettext("Access (article 15)"), data),
        (
            say.gettext("Rectification (article 16)"),
            say.gettext("By writing it: the conversation goes on with what is right. Staff change what they wrote."),
        ),
        (
            say.gettext("Erasure (article 17)"),
            say.gettext("By /forget on each channel: everything at once; in backups after %(period)s.") % {"period": backups},
        ),
        (
            say.gettext("Restriction (article 18)"),
            say.gettext(
                "A case can be made confidential, so that those named alone read it. Whatever else is asked for is done by hand."
            ),
        ),
        (say.gettext("Portability (article 20)"), data),
        (
            say.gettext("To object (article 21)"),
            say.gettext("By /forget, or by asking a person, without giving a reason to the program."),
        ),
        (
            say.gettext("No decision by a machine alone (article 22)"),
            say.gettext("The program decides nothing about anybody: it shows information, and persons answer."),
        ),
    ]
    contact = Blanks([say.gettext("Where residents can turn in writing, and which authority they can complain to")])
    return Section(say.gettext("Rights of residents"), [Grid(say.gettext("Rights of residents"), columns, rows), contact])


def _children(say: NullTranslations) -> Section:
    points = [
        say.gettext("Children write, too. No age is asked, because asking would keep away those who need help."),
        say.gettext("Nothing depends on consent, so none of parents is needed to get help."),
        say.gettext("The notice is short and in plain words. Numbers of help lines for children are shown where they are meant."),
    ]
    return Section(say.gettext("Children"), [Points(points), Blanks([say.gettext("Who sees to children that are in danger")])])


def _masking(say: NullTranslations) -> Section:
    points = [
        say.gettext(
            "Masked are numbers of persons and taxes, of accounts, cards and phones, and e-mail addresses, known by their check "
            "digits and the words around them."
        ),
        say.gettext("Not masked are names of persons, streets, employers and diagnoses in a free text."),
        say.gettext("Staff read the conversation as it was written, as long as it is kept."),
        say.gettext("A rare story can tell who it is about without any number."),
    ]
    return Section(say.gettext("What masking does, and what it does not"), [Points(points)])


def _decision(say: NullTranslations) -> Section:
    labels = [
        say.gettext("Which risks remain, and why they can be borne"),
        say.gettext("Whether the authority is consulted before (article 36)"),
        say.gettext("Decision of the controller, with name, date and signature"),
    ]
    return Section(say.gettext("Decision"), [Blanks(labels)])
