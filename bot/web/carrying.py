"""What somebody had typed when their session ended is carried through sign-in, in the forms of the pages on the way."""

from __future__ import annotations

from collections.abc import Mapping

from bot.web.forms import Kept

_PREFIX = "kept:"
#: How the names of fields end that tell what a page had shown (see `bot.web.library.fields`).
_STAMP = "-was"
#: Fields that are carried by names of their own, that belong to the page as it was, or that nobody shall read on a screen.
_NEVER = frozenset({"text", "note", "token", "version", "seen", "next", "password", "old", "new", "again", "code"})

#: What a page put into its form by itself, and what a tick or a choice sends: nothing that somebody would type again.
_NOT_TYPED = frozenset({"who", "rights", "session", "invitation", "holder", "role", "language"})
_TICKS = frozenset({"yes", "no", "on"})


def carried(kept: Kept) -> dict[str, str]:
    """Return the hidden fields that carry ``kept`` to the next page; empty when nothing is to be carried."""
    fields = {f"{_PREFIX}{name}": value for name, value in kept.fields.items() if name not in _NEVER and value.strip()}
    texts = {"typed": kept.typed, "noted": kept.noted}
    return {name: value for name, value in texts.items() if value.strip()} | fields


def brought(form: Mapping[str, str]) -> Kept:
    """Return what the fields of `carried` brought along."""
    fields = {name.removeprefix(_PREFIX): value for name, value in form.items() if name.startswith(_PREFIX)}
    typed, noted = form.get("typed", ""), form.get("noted", "")
    return Kept(typed, noted, fields=fields | {"text": typed, "note": noted})


def to_copy(kept: Kept) -> list[str]:
    """Return what was typed, to be shown where it cannot be put back into its fields."""
    typed = {name: text for name, text in bare(carried(kept)).items() if name not in _NOT_TYPED and not name.endswith(_STAMP)}
    return list(dict.fromkeys(text for text in typed.values() if text not in _TICKS))


def bare(fields: Mapping[str, str]) -> dict[str, str]:
    """Return fields of `carried` by the names that they had in their own form."""
    return {name.removeprefix(_PREFIX): text for name, text in fields.items()}
