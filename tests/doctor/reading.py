"""What a doctor found, as a test asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any

from bot.doctor.findings import Finding, Grade
from bot.settings import Settings


def by_name(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Return the worst finding of each thing."""
    found: dict[str, Finding] = {}
    for finding in sorted(findings, key=lambda each: list(Grade).index(each.grade)):
        found[finding.about] = finding
    return found


async def every(findings: AsyncIterator[Finding]) -> dict[str, Finding]:
    """Return the worst finding of each thing."""
    return by_name([each async for each in findings])


def given(**values: Any) -> Settings:
    """Return settings; whatever is a word or a number for an operator."""
    return Settings(**values)
