"""What the assistant understood of one message, from the verdict as it was kept, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from bot.model.library import Library
from bot.model.verdict import VerdictKind

#: How many candidates and examples are shown; the rest say nothing more.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Why:
    """One verdict as it is read: what was decided about which subject, and on what evidence. Numbers are 0 to 1."""

    decided: str
    subject: str
    confidence: float
    candidates: tuple[tuple[str, float], ...]
    gate: float
    outside: float
    neighbours: tuple[tuple[str, str, float], ...]  # (label, text, likeness)
    tongues: tuple[tuple[str, float], ...]


def explain(
    verdict: Mapping[str, Any] | None, guess: Mapping[str, Any] | None, library: Library, say: NullTranslations, language: str
) -> Why | None:
    """Return what the kept ``verdict`` and language ``guess`` (JSON) mean, with names in ``language``; None without a verdict.

    A field that is missing, because an older program wrote it, is left out rather than an error: staff can still reply.
    """
    if not verdict:
        return None
    evidence: Mapping[str, Any] = verdict.get("evidence") or {}
    subject = verdict.get("crisis") or verdict.get("act") or verdict.get("topic") or ""
    return Why(
        decided=decided(verdict.get("kind", ""), say),
        subject=topic_name(subject, library, language),
        confidence=verdict.get("confidence") or 0.0,
        candidates=tuple(
            (topic_name(each["topic"], library, language), each["probability"])
            for each in (evidence.get("candidates") or [])[:_SHOWN]
        ),
        gate=evidence.get("gate") or 0.0,
        outside=evidence.get("outside") or 0.0,
        neighbours=tuple(
            (topic_name(each["label"], library, language), each["text"], each["likeness"])
            for each in (evidence.get("neighbours") or [])[:_SHOWN]
        ),
        tongues=tuple((code, share) for code, share in ((guess or {}).get("ranked") or [])[:_SHOWN]),
    )


def decided(kind: str, say: NullTranslations) -> str:
    """Return what was decided, in words."""
    match kind:
        case VerdictKind.ANSWER:
            return say.gettext("Answered")
        case VerdictKind.CHOOSE:
            return say.gettext("Let the resident choose")
        case VerdictKind.PERSON:
            return say.gettext("Needs a person")
        case VerdictKind.ACT:
            return say.gettext("Understood as")
        case VerdictKind.CRISIS:
            return say.gettext("Crisis")
        case _:
            return say.gettext("Decided")


def topic_name(label: str, library: Library, language: str) -> str:
    """Return the short name of a topic in ``language``; another label stays as it is, it is still a hint."""
    topic = library.topics.get(label)
    return topic.names.get(language, label) if topic else label
