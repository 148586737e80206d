"""What the kinds of things in the library are called: of offices, places and facts."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import NullTranslations

from bot.model.library import FactKind


def office_kinds(say: NullTranslations) -> Mapping[str, str]:
    """Return the kinds of office (`bot.editing.checks.kinds.KINDS`) with their names."""
    return _authorities(say) | _helpers(say)


def _authorities(say: NullTranslations) -> dict[str, str]:
    return {
        "social-work-office": say.gettext("Social work office"),
        "employment-office": say.gettext("Employment office"),
        "health-insurance": say.gettext("Health insurance"),
        "pension-insurance": say.gettext("Pension insurance"),
        "municipality": say.gettext("Municipality"),
        "administrative-unit": say.gettext("Administrative office"),
        "tax-office": say.gettext("Tax office"),
        "court": say.gettext("Court"),
        "police": say.gettext("Police"),
        "labour-inspectorate": say.gettext("Labour inspectorate"),
        "migration-office": say.gettext("Migration office"),
        "inps": say.gettext("INPS, social security in Italy"),
        "asugi": say.gettext("ASUGI, health authority of Trieste and Gorizia"),
        "patronato-caf": say.gettext("Patronato or CAF, free help with forms in Italy"),
        "info-point": say.gettext("Info point"),
    }


def _helpers(say: NullTranslations) -> dict[str, str]:
    return {
        "health-centre": say.gettext("Health centre"),
        "hospital": say.gettext("Hospital"),
        "mental-health-centre": say.gettext("Mental health centre"),
        "addiction-service": say.gettext("Help with addiction"),
        "school": say.gettext("School"),
        "kindergarten": say.gettext("Kindergarten"),
        "adult-education": say.gettext("Adult education"),
        "youth-centre": say.gettext("Youth centre"),
        "nursing-home": say.gettext("Nursing home"),
        "home-care-provider": say.gettext("Care at home"),
        "day-centre": say.gettext("Day centre"),
        "transport-service": say.gettext("Transport service"),
        "red-cross": say.gettext("Red Cross"),
        "caritas": say.gettext("Caritas"),
        "ngo": say.gettext("Association or non-profit organisation"),
        "legal-aid": say.gettext("Legal aid"),
        "women-shelter": say.gettext("Women's shelter"),
        "homeless-shelter": say.gettext("Shelter for people without a home"),
    }


def place_kinds(say: NullTranslations) -> Mapping[str, str]:
    """Return the kinds of place with their names."""
    return {
        "settlement": say.gettext("Town or village"),
        "region": say.gettext("Region"),
        "country": say.pgettext("kind of place", "Country"),
    }


def fact_kinds(say: NullTranslations) -> Mapping[str, str]:
    """Return the kinds of fact with their names."""
    return {
        FactKind.MONEY: say.gettext("Amount of money"),
        FactKind.NUMBER: say.gettext("Number"),
        FactKind.PERCENT: say.gettext("Percent"),
        FactKind.AGE: say.gettext("Age in years"),
        FactKind.DAYS: say.gettext("Number of days"),
        FactKind.MONTHS: say.gettext("Number of months"),
        FactKind.HOURS: say.gettext("Number of hours"),
        FactKind.YEAR: say.gettext("Year"),
        FactKind.DATE: say.gettext("Date"),
        FactKind.PHONE: say.gettext("Phone number"),
        FactKind.EMAIL: say.gettext("E-mail address"),
        FactKind.URL: say.gettext("Link"),
        FactKind.ADDRESS: say.gettext("Address"),
        FactKind.NAME: say.gettext("Name or other words"),
    }
