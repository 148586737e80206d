"""What is said of one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """What a GET shows and which fields its address may carry, what a POST does and which fields its form has.

    Fields are names with spaces between; one with a star at its end stands for all names that begin like that. Without ``get`` a
    GET leads back to the page that the form stands on. ``gives`` are the media types besides a page that a good answer may have.
    """

    get: str = ""
    query: str = ""
    post: str = ""
    fields: str = ""
    gives: tuple[str, ...] = ()
    takes_file: bool = False


#: By the path of the route, without the types of its parameters.
Pages = Mapping[str, Page]

JSON, CSV, PDF, STREAM = "application/json", "text/csv", "application/pdf", "text/event-stream"
