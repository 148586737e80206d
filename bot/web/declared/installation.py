"""What is true of this installation, as far as its settings tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from gettext import NullTranslations
from urllib.parse import urlsplit

from bot.addresses import smtp_server
from bot.settings import Settings
from bot.store.purposes import Along, Keeping, Of
from bot.store.register import KEPT
from bot.store.retention import Periods, Rule
from bot.work.housekeeping import periods_of


@dataclass(frozen=True, slots=True)
class Installation:
    """The settings, read as a data protection officer would ask about them. Hosts only, never a secret."""

    settings: Settings

    @property
    def periods(self) -> Periods:
        """For how long things are kept."""
        return periods_of(self.settings)

    @property
    def https(self) -> bool:
        """Whether residents reach it encrypted, as far as is known here."""
        return self.settings.public_url.startswith("https://")

    @property
    def telegram(self) -> bool:
        """Whether residents can write on Telegram."""
        return bool(self.settings.telegram_token.get_secret_value())

    @property
    def group(self) -> bool:
        """Whether staff read cases in a group on Telegram."""
        return bool(self.settings.telegram_staff_group)

    @property
    def encoder(self) -> str:
        """The host that reads what residents write, to find its meaning; empty where that happens on this machine."""
        return self.settings.encoder_host

    @property
    def mail(self) -> str:
        """The host of the mail server; empty without one."""
        url = self.settings.smtp_url.get_secret_value()
        return smtp_server(url).host if url else ""

    @property
    def database(self) -> str:
        """The host of the database's server; empty where it is a file of this machine."""
        url = self.settings.database_url.get_secret_value()
        return urlsplit(url).hostname or "" if url.startswith("postgresql") else ""

    @property
    def open_data(self) -> bool:
        """Whether everybody may read monthly figures."""
        return self.settings.open_data


def days(span: timedelta | int, say: NullTranslations) -> str:
    """Return a number of days in words."""
    count = span if isinstance(span, int) else span.days
    return say.ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def lasting(keeping: Keeping, periods: Periods, say: NullTranslations) -> list[str]:
    """Return how long the rows of a table are kept: a sentence for each rule."""
    if isinstance(keeping.lasts, str):
        return [say.gettext(keeping.lasts)]
    if isinstance(keeping.lasts, Along):
        return lasting(_of(keeping.lasts), periods, say)[:1]  # the others are of that row alone
    return [_by(rule, periods, say) for rule in keeping.lasts if rule.applies(periods)] or [
        say.gettext("until the topic in the group is deleted, at once after its case")
    ]


def _by(rule: Rule, periods: Periods, say: NullTranslations) -> str:
    span, since = rule.lasts(periods), say.gettext(rule.since)
    return f"{days(span, say)} {since}" if span else since


def _of(along: Along) -> Keeping:
    return next(keeping for keeping in KEPT if keeping.table is along.table)


def persons(of: Of, say: NullTranslations) -> str:
    """Return whose data it is."""
    names = {
        Of.RESIDENTS: say.gettext("Residents who write"),
        Of.STAFF: say.gettext("Members of staff"),
        Of.OFFICES: say.gettext("Those who answer for an office"),
        Of.NOBODY: say.gettext("Nobody"),
    }
    return names[of]


def form(keeping: Keeping, say: NullTranslations) -> str:
    """Return in which form a table keeps what it keeps."""
    told = [say.gettext("personal numbers and e-mail addresses are masked")] if keeping.masked else []
    if keeping.sealed:
        told.append(say.gettext("encrypted: %(columns)s") % {"columns": ", ".join(keeping.sealed)})
    return "; ".join(told) or say.gettext("plain")
