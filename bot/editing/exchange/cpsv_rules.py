"""What CPSV-AP 3.2 demands of a graph, and what we demand beside it, told in plain words. Nothing is refused for it.

These are the constraints of the official SHACL shapes that files of the field break, and those of ours that the shapes let pass
(a title missing in one of our languages, a service that nobody can be asked about). Tests hold them against the shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from bot.editing.exchange import cpsv
from bot.editing.exchange.services import Remark, shortened
from bot.editing.problems import Severity, sentence
from bot.model.library import LANGUAGES

#: What each kind must have; words of earlier versions of the profile do as well.
_NEEDED: Mapping[str, Sequence[Sequence[str]]] = {
    "cpsv:PublicService": (
        *(("dct:identifier",), ("dct:title",), ("dct:description",), ("cv:hasCompetentAuthority",)),
        *(("cv:contactPoint", "cv:hasContactPoint"), ("cv:hasChannel",), ("dct:language",)),
    ),
    "cv:PublicOrganisation": (("skos:prefLabel",), ("dct:spatial",)),
    "cv:Channel": (("dct:identifier",),),
    "cv:Requirement": (("dct:identifier",), ("dct:title",)),
    "cv:Evidence": (("dct:identifier",), ("dct:title",)),
    "cv:Output": (("dct:identifier",), ("dct:title",)),
    "cv:Cost": (("dct:identifier",),),
    "cv:Event": (("dct:identifier",), ("dct:title",)),
    "cpsv:Rule": (("dct:identifier",), ("dct:title",), ("dct:description",)),
}
#: What may stand once.
_ONCE = ("dct:identifier", "cv:processingTime", "adms:status", "cv:hasValue", "cv:currency")
#: Of which kind that must be to which a service leads.
_KINDS: Mapping[str, Sequence[str]] = {
    "cv:hasCompetentAuthority": ("cv:PublicOrganisation",),
    "cv:contactPoint": ("cv:ContactPoint",),
    "cv:hasContactPoint": ("cv:ContactPoint", "schema:ContactPoint"),
    "cv:hasChannel": ("cv:Channel",),
    "cv:isGroupedBy": ("cv:Event",),
    "cv:holdsRequirement": ("cv:Requirement",),
    "cpsv:hasInput": ("cv:Evidence",),
    "cpsv:follows": ("cpsv:Rule",),
    "cv:hasCost": ("cv:Cost",),
    "cpsv:produces": ("cv:Output",),
}
_TYPED: Mapping[str, URIRef] = {"cv:hasValue": XSD.double, "cv:processingTime": XSD.duration}


@dataclass(frozen=True)
class _Judge:
    graph: Graph
    name: Callable[[Node], str]

    def fault(self, node: Node, key: str, template: str, severity: Severity = Severity.WARNING, **values: str) -> Remark:
        return Remark(
            severity, self.name(node), key, template, {name: shortened(cpsv.as_written(value)) for name, value in values.items()}
        )


def judged(graph: Graph, name: Callable[[Node], str]) -> list[Remark]:
    """Return what is not as the format demands. ``name`` tells what to call a node."""
    judge = _Judge(graph, name)
    found = [
        remark
        for kind, needed in _NEEDED.items()
        for node in sorted(graph.subjects(RDF.type, URIRef(cpsv.iri(kind))), key=str)
        for remark in _of_node(judge, node, needed)
    ]
    found.extend(remark for node in _services(graph) for remark in _of_service(judge, node))
    return found


def _services(graph: Graph) -> list[Node]:
    return sorted(graph.subjects(RDF.type, URIRef(cpsv.iri("cpsv:PublicService"))), key=str)


def _of_node(judge: _Judge, node: Node, needed: Sequence[Sequence[str]]) -> Iterator[Remark]:
    for keys in needed:
        if not any((node, URIRef(cpsv.iri(key)), None) in judge.graph for key in keys):
            yield judge.fault(node, keys[0], sentence("The format demands this, and it is missing."))
    for key in _ONCE:
        values = sorted(str(value) for value in judge.graph.objects(node, URIRef(cpsv.iri(key))))
        if len(values) > 1:
            template = sentence("The format allows one of these, and here are more: %(values)s")
            yield judge.fault(node, key, template, values=", ".join(values))
    for key, datatype in _TYPED.items():
        for value in judge.graph.objects(node, URIRef(cpsv.iri(key))):
            if not isinstance(value, Literal) or value.datatype != datatype or value.ill_typed:
                template = sentence("This is not written as the format demands: “%(value)s”")
                yield judge.fault(node, key, template, value=str(value))


def _of_service(judge: _Judge, node: Node) -> Iterator[Remark]:
    for key, kinds in _KINDS.items():
        wanted = {URIRef(cpsv.iri(kind)) for kind in kinds}
        for value in sorted(judge.graph.objects(node, URIRef(cpsv.iri(key))), key=str):
            if wanted.isdisjoint(judge.graph.objects(value, RDF.type)):
                template = sentence("This should lead to an entry of the kind %(kind)s, and does not: %(value)s")
                yield judge.fault(node, key, template, kind=kinds[0], value=judge.name(value))
    for value in sorted(judge.graph.objects(node, URIRef(cpsv.iri("dct:language"))), key=str):
        if not str(value).startswith(cpsv.LANGUAGE_CODES):
            template = sentence("This is no code of a language of the Publications Office: %(value)s")
            yield judge.fault(node, "dct:language", template, value=str(value))
    for key in ("dct:title", "dct:description"):
        texts = list(judge.graph.objects(node, URIRef(cpsv.iri(key))))
        tagged = {value.language.lower() for value in texts if isinstance(value, Literal) and value.language}
        absent = [language for language in LANGUAGES if language not in tagged]
        if texts and absent:
            template = sentence("No text is marked as being in these of our languages: %(languages)s")
            yield judge.fault(node, key, template, Severity.NOTE, languages=", ".join(absent))
