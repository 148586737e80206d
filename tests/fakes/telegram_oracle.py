"""The judge of every call to the fake Bot API: aiogram's models, written by other people from Telegram's own pages.

A call is right when its method exists, every parameter (at any depth) is known and has its type, and the limits that
Telegram documents in prose and that we could break are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError


@cache
def _methods() -> ModuleType:
    """Return `aiogram.methods`, imported once: that takes three to four seconds."""
    import aiogram.methods

    return aiogram.methods


def utf16_length(text: str) -> int:
    """Return the length of ``text`` as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def fault(method: str, given: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the call ``method(given)``, or None."""
    model = getattr(_methods(), method[:1].upper() + method[1:], None)
    if model is None:
        return f"there is no method {method}"
    try:
        call = model.model_validate(dict(given))
    except ValidationError as error:
        return f"{method}: {error}"
    unknown = sorted(_unknown(call, method))
    if unknown:
        return f"unknown parameters: {', '.join(unknown)}"
    return next(_limits(method, given), None)


def _unknown(value: object, path: str) -> Iterator[str]:
    """Yield the names that no model knows: aiogram's own let extras through."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or ())
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _unknown(item, path)


def _limits(method: str, given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the broken limits of https://core.telegram.org/bots/api that pydantic models do not hold."""
    if method in ("sendMessage", "editMessageText"):
        yield from _message_limits(given)
    elif utf16_length(str(given.get("caption", ""))) > 1024:
        yield "message caption is too long"
    elif method in ("createForumTopic", "editForumTopic"):
        if not 1 <= len(str(given.get("name", ""))) <= 128:
            yield "TOPIC_NAME_INVALID"
    elif method == "setMyCommands":
        yield from _command_limits(given)
    elif len(given.get("description", "")) > 512 or len(given.get("short_description", "")) > 120:
        yield "description is too long"
    elif not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "x")):
        yield "secret token contains unallowed characters"


def _command_limits(given: Mapping[str, Any]) -> Iterator[str]:
    for command in given["commands"]:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            yield "BOT_COMMAND_INVALID"
        if not 1 <= len(command["description"]) <= 256:
            yield "BOT_COMMAND_DESCRIPTION_INVALID"


def _message_limits(given: Mapping[str, Any]) -> Iterator[str]:
    if not str(given["text"]).strip():
        yield "message text is empty"
    if utf16_length(str(given["text"])) > 4096:
        yield "message is too long"
    for row in (given.get("reply_markup") or {}).get("inline_keyboard", ()):
        for button in row:
            if not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
                yield "BUTTON_DATA_INVALID"
            if not button["text"]:
                yield "BUTTON_TEXT_INVALID"


def decoded(method: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of a call posted as a form, where what is not a plain value is written as JSON."""
    model = getattr(_methods(), method[:1].upper() + method[1:], None)
    fields = {} if model is None else model.model_fields
    values: dict[str, Any] = {}
    for name, text in form.items():
        plain = name in fields and fields[name].annotation in (str, str | None)
        values[name] = json.loads(text) if not plain and text[:1] in ("[", "{") else text
    return values
