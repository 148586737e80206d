"""Messages that lean on the last answer: "and for my husband?", "what does it cost?"."""

from __future__ import annotations

from dataclasses import replace

from bot.model.library import Library
from bot.model.verdict import Verdict, VerdictKind


def lean(verdict: Verdict, text: str, topic: str, *, named: bool, library: Library) -> Verdict:
    """Return ``verdict``, or the answer to ``topic`` again when ``text`` leans on it."""
    return verdict
