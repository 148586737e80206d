"""The official shapes and schemas, and what they say of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from pyshacl import validate
from rdflib import Graph
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DATA = Path(__file__).parents[2] / "data" / "standards"
CPSV, HSDS = DATA / "cpsv-ap", DATA / "hsds"
BROKEN = sorted((CPSV / "broken").glob("*.jsonld"))
#: Files of five municipalities, as an editor there would import them: with their language and country.
FOREIGN = {
    "c4c-DEMO_SLOVENIA.rdf": ("sl", "si"),
    "c4c-DEMO_CROATIA.rdf": ("hr", "hr"),
    "c4c-DEMO_ITALY.rdf": ("it", "it"),
    "c4c-trento.jsonld": ("it", "it"),
    "c4c-demo_export_v3.ttl": ("de", "at"),
    "c4c-DEMO_AUSTRIA.rdf": ("de", "at"),
}
_BASE = "https://hsds.test/"


@cache
def _shapes(*, extra: bool) -> Graph:
    shapes = Graph().parse(CPSV / "official" / "cpsv-ap-SHACL.ttl")
    return shapes.parse(CPSV / "extra-shapes.ttl") if extra else shapes


def graph(content: bytes, name: str = "a.jsonld") -> Graph:
    """Return the graph of a file, with the official context in place of its name."""
    if name.endswith(".ttl"):
        return Graph().parse(data=content.decode(), format="turtle")
    held = json.loads(content)
    official = json.loads((CPSV / "official" / "cpsv-ap.jsonld").read_text("utf-8"))["@context"]
    contexts = held["@context"] if isinstance(held["@context"], list) else [held["@context"]]
    held["@context"] = [official, *(each for each in contexts if isinstance(each, dict))]
    return Graph().parse(data=json.dumps(held), format="json-ld")


def faults(data: Graph, *, extra: bool = False, stubs: bool = False) -> str:
    """Return what the shapes find wrong with a graph, empty when nothing is."""
    if stubs:
        data = data + Graph().parse(CPSV / "authority-stubs.ttl")
    conforms, _, text = validate(data, shacl_graph=_shapes(extra=extra), inference="none", advanced=False)
    return "" if conforms else str(text)


@cache
def schema(kind: str) -> Draft202012Validator:
    """Return the strict validator of a kind of HSDS: every object is closed, as upstream's own checks close them."""
    registry: Registry[Any] = Registry()
    for file in (HSDS / "schema-3.1").glob("*.json"):
        held = json.loads(file.read_text("utf-8"))
        if file.stem == kind == "organization":
            held["properties"]["services"] = {"type": "array", "items": {"$ref": "service.json"}}
        if file.stem == kind == "service_at_location":
            held["properties"]["service"] = {"$ref": "service.json"}
        _close(held)
        registry = registry.with_resource(_BASE + file.name, DRAFT202012.create_resource(held))
    root = {"$id": f"{_BASE}_root", "$ref": f"{_BASE}{kind}.json"}
    return Draft202012Validator(root, registry=registry, format_checker=FormatChecker())


def errors(kind: str, held: Any) -> Iterator[str]:
    """Yield what the schema finds wrong."""
    for error in schema(kind).iter_errors(held):
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message}"


def _close(held: Any) -> None:
    if isinstance(held, dict):
        if isinstance(held.get("properties"), dict):
            held.setdefault("additionalProperties", False)
        for each in held.values():
            _close(each)
    elif isinstance(held, list):
        for each in held:
            _close(each)
