"""A document put into its shape, with a problem for each thing that does not fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.editing.documents import Document
from bot.editing.problems import Problem, Severity, sentence
from bot.editing.shapes import MISFIT

ShapeT = TypeVar("ShapeT", bound=BaseModel)

#: What is said for each sort of fault that pydantic tells (its error types); the rest is said in its own words.
_SAID: Mapping[str, str] = {
    "missing": sentence("'%(name)s' is missing"),
    "extra_forbidden": sentence("'%(name)s' is not known here; is it misspelt?"),
    "string_type": sentence("'%(name)s' is to be text"),
    "string_too_short": sentence("'%(name)s' is empty"),
    "tuple_type": sentence("'%(name)s' is to be a list"),
    "dict_type": sentence("'%(name)s' is to hold names and values"),
    "model_type": sentence("'%(name)s' is to hold names and values"),
    "float_parsing": sentence("'%(name)s' is to be a number"),
    "float_type": sentence("'%(name)s' is to be a number"),
}


def shaped(shape: type[ShapeT], document: Document) -> tuple[ShapeT | None, tuple[Problem, ...]]:
    """Return the document's value as ``shape``, or None and every reason why it is not one."""
    try:
        return shape.model_validate(document.value), ()
    except ValidationError as faults:
        return None, tuple(_problem(document, fault) for fault in faults.errors(include_url=False, include_input=False))


def _problem(document: Document, fault: ErrorDetails) -> Problem:
    path = [step for step in fault["loc"] if step != "[key]"]
    name = next((step for step in reversed(path) if isinstance(step, str)), document.file)
    template = _SAID.get(fault["type"], sentence("'%(name)s': %(why)s"))
    values: dict[str, object] = {"name": name, "why": fault["msg"]}
    if fault["type"] == MISFIT:
        template, values = fault["ctx"]["template"], {"name": name, **fault["ctx"]["values"]}
    return Problem(Severity.ERROR, document.file, document.line(path), template, values, tuple(path))
