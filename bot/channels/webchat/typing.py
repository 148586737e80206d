"""That somebody is typing: rung by the bell, shown for a few seconds, and never stored."""

from __future__ import annotations


def resident_types(conversation_id: str) -> str:
    """Return the name that rings while the resident of a conversation types."""
    return f"typing:{conversation_id}"


def staff_types(conversation_id: str) -> str:
    """Return the name that rings while staff type a reply in a conversation."""
    return f"staff-typing:{conversation_id}"
