"""What may stand in the address and in the fields of a form, where there is more to say of it than that it is a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.model.case import Outcome
from bot.model.library import COUNTRIES, LANGUAGES, PAIRS
from bot.model.staff import Role
from bot.model.turn import WrongAbout

#: As in JSON Schema.
Schema = Mapping[str, Any]

_TEXT: Schema = {"type": "string"}
_ID: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_WHOLE: Schema = {"type": "string", "pattern": "^[0-9]{1,15}$"}
_LANGUAGE: Schema = {"type": "string", "enum": list(LANGUAGES)}
_SWITCH: Schema = {"type": "string", "enum": ["on", "yes", "1", ""]}
_WORD: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,60}$"}
_DAY: Schema = {"type": "string", "description": "A day, as 2026-11-23 or as it is written in the language of the desk."}

_SEGMENT: Schema = {"type": "string", "minLength": 1, "maxLength": 200}

IN_PATHS: Mapping[str, Schema] = {
    "case_id": _ID,
    "file_id": _ID,
    "language": _LANGUAGE,
    "number": _WHOLE,
    "sequence": _WHOLE,
    "turn": {"type": "integer", "minimum": 0},
    "topic": _WORD,
    "where": {"type": "string", "description": "A country, or two of them: where one lives and where one works."},
}

IN_FIELDS: Mapping[str, Schema] = {
    "token": {"type": "string", "description": "The token of the session, as each of its pages has it."},
    "version": {**_WHOLE, "description": "The version of what the page showed."},
    "seen": {**_WHOLE, "description": "The last line that the page showed."},
    "amended": _TEXT,
    "amended_entry": _WHOLE,
    "amended_change": {"type": "string", "pattern": "^[0-9]{0,15}$"},
    "about": {"type": "string", "enum": [str(each) for each in WrongAbout]},
    "channel": {"type": "string", "enum": ["web", "telegram"]},
    "close_outcome": {"type": "string", "enum": [str(each) for each in Outcome]},
    "close_unknown": _SWITCH,
    "country": {"type": "string", "enum": [*COUNTRIES, ""]},
    "deputy": _SWITCH,
    "away": _SWITCH,
    "everywhere": _SWITCH,
    "first": _DAY,
    "last": _DAY,
    "format": {"type": "string", "enum": ["xlsx", "cpsv", "hsds"]},
    "how": {"type": "string", "enum": ["week", "written"]},
    "id": _TEXT,
    "lang": _LANGUAGE,
    "language": _LANGUAGE,
    "later": {"type": "string", "enum": ["hour", "afternoon", "morning", "at", "back"]},
    "later_at": {"type": "string", "description": "A moment, as 2026-11-24T09:30."},
    "next": {"type": "string", "description": "Where to go on, within the desk."},
    "password": {"type": "string", "format": "password"},
    "again": {"type": "string", "format": "password"},
    "old": {"type": "string", "format": "password"},
    "new": {"type": "string", "format": "password"},
    "press": {"type": "string", "maxLength": 64, "description": "What a button under a message carries."},
    "role": {"type": "string", "enum": [str(each) for each in Role]},
    "tongue": _LANGUAGE,
    "where": {"type": "string", "enum": [*COUNTRIES, *PAIRS, ""]},
}


def in_path(name: str) -> Schema:
    """Return what a part of a path may be."""
    return IN_PATHS.get(name, _SEGMENT)


def in_field(name: str) -> Schema:
    """Return what a field of a form or of an address may hold."""
    return IN_FIELDS.get(name, _TEXT)
