"""The catalogs are complete in all four languages, and say what the program says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from bot.model.library import LANGUAGES

ROOT = Path(__file__).parents[1]
_PLACEHOLDER = re.compile(r"%\(\w+\)s")
_ENGLISH = re.compile(r"\b(the|you|your|is|are|and|of|to)\b", re.IGNORECASE)


@cache
def _said() -> frozenset[tuple[str, str | None]]:
    """Return every message id with its context that code and templates say."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings]
    options = {mapping["pattern"]: _options(mapping) for mapping in mappings}
    # Not the built-in list alone: without "_" among them Jinja's templates would be passed over.
    found = extract_from_dir(
        ROOT / "bot", [(p.removeprefix("bot/"), m) for p, m in methods], _relative(options), DEFAULT_KEYWORDS
    )
    return frozenset((message[0] if isinstance(message, tuple) else message, context) for _, _, message, _, context in found)


def _options(mapping: dict[str, Any]) -> dict[str, Any]:
    """Return what a mapping sets, keywords as Babel's own reader of such files parses them."""
    own = {name: value for name, value in mapping.items() if name not in {"method", "pattern"}}
    return own | ({"keywords": parse_keywords(own["keywords"])} if "keywords" in own else {})


def _relative(options: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {pattern.removeprefix("bot/"): of_pattern for pattern, of_pattern in options.items()}


@cache
def _catalog(language: str) -> Catalog:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "infopoint.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalog(language) if message.id]


def _forms(value: str | Sequence[str] | None) -> list[str]:
    return [value or ""] if value is None or isinstance(value, str) else list(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_said_is_translated_and_nothing_else(language: str) -> None:
    translated = {(_forms(message.id)[0], message.context) for message in _messages(language) if all(_forms(message.string))}

    assert translated == _said()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in _messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_has_all_plural_forms_and_the_same_placeholders(language: str) -> None:
    for message in _messages(language):
        wanted = set(_PLACEHOLDER.findall(_forms(message.id)[-1]))
        if message.pluralizable:
            assert len(_forms(message.string)) == _catalog(language).num_plurals
        assert all(set(_PLACEHOLDER.findall(form)) == wanted for form in _forms(message.string)), message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_in_english(language: str) -> None:
    same = [message.id for message in _messages(language) if message.string == message.id and _ENGLISH.search(str(message.id))]

    assert same == []


def test_bulgarian_words_hold_no_latin_letters_that_look_alike() -> None:
    mixed = re.compile(r"[a-zA-Z][\u0400-\u04ff]|[\u0400-\u04ff][a-zA-Z]")

    assert [
        form for message in _messages("bg") for form in _forms(message.string) if mixed.search(_PLACEHOLDER.sub("", form))
    ] == []
