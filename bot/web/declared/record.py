"""The record of processing activities (GDPR article 30): what is kept, why, how long and who receives it, as it is set here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from gettext import NullTranslations

from bot.language import formats
from bot.store.purposes import Activity, Keeping, Of
from bot.store.register import KEPT
from bot.web.declared.document import Blanks, Document, Grid, Points, Section, Text
from bot.web.declared.installation import Installation, days, form, lasting, persons


def record(installation: Installation, say: NullTranslations, language: str, today: date) -> Document:
    """Return the record in one language. What only the controller knows is left blank."""
    note = say.gettext("Made from the program and its settings on %(day)s. What only the controller knows is left blank.")
    sections = [
        _responsible(say),
        *(_activity(activity, installation, say) for activity in Activity),
        _recipients(installation, say),
        _transfers(installation, say),
        _deletion(installation, say),
        _security(installation, say),
    ]
    return Document(say.gettext("Record of processing activities"), note % {"day": formats.day(today, language)}, sections)


def _responsible(say: NullTranslations) -> Section:
    labels = [
        say.gettext("Controller: name and address"),
        say.gettext("Who represents the controller"),
        say.gettext("Data protection officer: name and how to reach them"),
        say.gettext("Joint controllers, if there are any"),
        say.gettext("Processor who runs the server, and the contract with them"),
    ]
    return Section(say.gettext("Who is responsible"), [Blanks(labels)])


def _activity(activity: Activity, installation: Installation, say: NullTranslations) -> Section:
    kept = [keeping for keeping in KEPT if keeping.activity is activity]
    concerned = dict.fromkeys(persons(keeping.of, say) for keeping in kept if keeping.of is not Of.NOBODY)
    columns = [say.gettext("What is kept"), say.gettext("Of whom"), say.gettext("How long"), say.gettext("In which form")]
    parts: list[Text | Grid] = [
        Text(say.gettext(activity.why)),
        Text(say.gettext("Lawful basis, to be decided by the controller: %(basis)s") % {"basis": say.gettext(activity.basis)}),
        Text(say.gettext("Whose data: %(persons)s") % {"persons": ", ".join(concerned) or persons(Of.NOBODY, say)}),
        Grid(say.gettext(activity.name_), columns, [_row(keeping, installation, say) for keeping in kept]),
    ]
    return Section(say.gettext(activity.name_), parts)


def _row(keeping: Keeping, installation: Installation, say: NullTranslations) -> list[str]:
    long = "; ".join(lasting(keeping, installation.periods, say))
    # The name of the table is that of the code and of the database: by it an auditor finds what the sentence is about.
    what = f"{say.gettext(keeping.keeps)} [{keeping.table.name}]"
    return [what, persons(keeping.of, say), long, form(keeping, say)]


def recipients(installation: Installation, say: NullTranslations) -> Iterator[tuple[str, str]]:
    """Yield who receives what, as far as it is switched on."""
    yield say.gettext("Staff of the info points"), say.gettext("What residents write, by their rights and info points.")
    yield (
        say.gettext("Editors"),
        say.gettext("Questions in which personal numbers and e-mail addresses are masked; no conversation."),
    )
    yield say.gettext("Whoever runs the server"), say.gettext("Everything that is kept, and the key to what is encrypted.")
    if installation.telegram:
        yield (
            say.gettext("Telegram"),
            say.gettext("All that is written in its chats, by residents and to them. It keeps its own copy."),
        )
    if installation.group:
        yield (
            say.gettext("Members of the staff's group on Telegram"),
            say.gettext("Cases that are not confidential, mirrored in a group; Telegram carries them."),
        )
    if installation.encoder:
        yield (
            say.gettext("The encoder's endpoint: %(host)s") % {"host": installation.encoder},
            say.gettext("Each message of residents as they wrote it, without who sent it and by which channel."),
        )
    if installation.mail:
        yield (
            say.gettext("The mail server: %(host)s") % {"host": installation.mail},
            say.gettext("E-mail addresses of staff and offices, and the codes of cases; no word of a resident."),
        )
    if installation.database:
        yield (
            say.gettext("The server of the database: %(host)s") % {"host": installation.database},
            say.gettext("Everything that is kept; what residents wrote is encrypted there."),
        )
    if installation.open_data:
        yield say.gettext("Everybody"), say.gettext("How many questions came, by month, with small counts hidden.")


def _recipients(installation: Installation, say: NullTranslations) -> Section:
    columns = [say.gettext("Who"), say.gettext("What they receive")]
    title = say.gettext("Who receives personal data")
    return Section(title, [Grid(title, columns, list(recipients(installation, say)))])


def _transfers(installation: Installation, say: NullTranslations) -> Section:
    parts: list[Text | Blanks] = []
    if installation.telegram:
        parts += [
            Text(
                say.gettext(
                    "Telegram is run by companies outside the European Union. Residents who do not want that have the web page, "
                    "which does without Telegram."
                )
            ),
            Blanks([say.gettext("Safeguards for the transfer to Telegram (chapter V GDPR)")]),
        ]
    if installation.encoder:
        parts.append(Blanks([say.gettext("In which country the encoder's endpoint runs, and the contract with who runs it")]))
    if not parts:
        parts.append(Text(say.gettext("The program itself sends nothing to other countries.")))
    parts.append(Blanks([say.gettext("In which country the server runs")]))
    return Section(say.gettext("Transfers to other countries"), parts)


def _deletion(installation: Installation, say: NullTranslations) -> Section:
    backups = days(installation.settings.keep_backups, say)
    points = [
        say.gettext("The program deletes what is over by itself, every ten minutes, and proves it on its health page."),
        say.gettext("Residents can have everything deleted at once, on each channel."),
        say.gettext("Copies in backups are deleted after %(period)s.") % {"period": backups},
    ]
    return Section(say.gettext("How deletion is made sure"), [Points(points)])


def measures(installation: Installation, say: NullTranslations) -> list[str]:
    """Return what protects the data here, and nothing that is not so."""
    told = [
        say.gettext("What residents wrote, and files, are encrypted in the database; the key is not in it, nor in backups."),
        say.gettext("Rights of staff hold at info points; a confidential case is read by those named alone."),
        say.gettext("Editors read no conversation."),
        say.gettext("Admins sign in with a second step; wrong passwords and codes are slowed down."),
        say.gettext("It is written down who of the staff read or changed what."),
        say.gettext("Personal numbers and e-mail addresses are masked in all that outlives a conversation."),
        say.gettext("No address of a device is kept, and pages request nothing from others."),
        say.gettext("No word of a resident is in logs, addresses of pages, e-mails or error messages."),
    ]
    if installation.https:
        told.insert(0, say.gettext("Pages are reached over an encrypted connection (https)."))
    if not installation.encoder:
        told.append(say.gettext("What residents write is understood on this machine; no other service reads it for that."))
    return told


def _security(installation: Installation, say: NullTranslations) -> Section:
    blanks = Blanks([say.gettext("Training of staff, who has access to the server, where the keys are kept")])
    return Section(say.gettext("How the data is protected"), [Points(measures(installation, say)), blanks])
