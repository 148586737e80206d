"""The kinds of office that answers may send a resident to."""

from __future__ import annotations

#: A kind beside these is a misspelling; add one here when a new sort of office is needed.
KINDS = frozenset(
    {
        *("social-work-office", "employment-office", "health-insurance", "pension-insurance", "health-centre", "hospital"),
        *("municipality", "administrative-unit", "tax-office", "court", "police", "school", "kindergarten", "nursing-home"),
        *("home-care-provider", "red-cross", "caritas", "ngo", "legal-aid", "women-shelter", "homeless-shelter"),
        *("mental-health-centre", "addiction-service", "labour-inspectorate", "info-point", "patronato-caf", "inps", "asugi"),
        *("migration-office", "youth-centre", "adult-education", "day-centre", "transport-service"),
    }
)

#: The kind that ``points.yaml`` holds instead of ``offices/``.
INFO_POINT = "info-point"
