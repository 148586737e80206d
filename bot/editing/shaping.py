"""A document put into its shape, with a problem for each thing that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bot.editing.documents import Document
from bot.editing.problems import Problem, Severity

ShapeT = TypeVar("ShapeT", bound=BaseModel)

#: What is said for each sort of fault that pydantic tells (its error types); the rest is said in its own words.
_SAID: Mapping[str, str] = {
    "missing": "'%(name)s' is missing",
    "extra_forbidden": "'%(name)s' is not known here; is it misspelt?",
    "string_type": "'%(name)s' is to be text",
    "string_too_short": "'%(name)s' is empty",
    "tuple_type": "'%(name)s' is to be a list",
    "dict_type": "'%(name)s' is to hold names and values",
    "model_type": "'%(name)s' is to hold names and values",
    "float_parsing": "'%(name)s' is to be a number",
    "float_type": "'%(name)s' is to be a number",
}


def shaped(shape: type[ShapeT], document: Document) -> tuple[ShapeT | None, tuple[Problem, ...]]:
    """Return the document's value as ``shape``, or None and every reason why it is not one."""
    try:
        return shape.model_validate(document.value), ()
    except ValidationError as faults:
        return None, tuple(
            _problem(document, fault["type"], fault["msg"], fault["loc"])
            for fault in faults.errors(include_url=False, include_input=False, include_context=False)
        )


def _problem(document: Document, sort: str, words: str, place: tuple[int | str, ...]) -> Problem:
    path = [step for step in place if step != "[key]"]
    name = next((step for step in reversed(path) if isinstance(step, str)), document.file)
    template = _SAID.get(sort, "'%(name)s': %(why)s")
    why = words.removeprefix("Value error, ")
    return Problem(Severity.ERROR, document.file, document.line(path), template, {"name": name, "why": why}, tuple(path))
