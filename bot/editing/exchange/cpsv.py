"""The words of CPSV-AP 3.2: what is called how in the graph, and the codes that we know by heart.

CPSV-AP is the application profile of the European Commission for describing public services
(https://semiceu.github.io/CPSV-AP/). Its JSON-LD context is shipped beside this file: nothing is fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

#: Namespaces, by the prefix that a remark shows.
PREFIXES: Mapping[str, str] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "schema": "https://schema.org/",
    "locn": "http://www.w3.org/ns/locn#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "adms": "http://www.w3.org/ns/adms#",
    "org": "http://www.w3.org/ns/org#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "time": "http://www.w3.org/2006/time#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}

_AUTHORITY = "http://publications.europa.eu/resource/authority/"
LANGUAGE_CODES = f"{_AUTHORITY}language/"
PLACE_CODES = f"{_AUTHORITY}atu/"
EURO = f"{_AUTHORITY}currency/EUR"

#: ISO 639-1 to the codes of the Publications Office, which are those of ISO 639-2/T.
LANGUAGES: Mapping[str, str] = {
    "sl": "SLV",
    "it": "ITA",
    "hr": "HRV",
    "bg": "BUL",
    "en": "ENG",
    "de": "DEU",
    "hu": "HUN",
    "fr": "FRA",
    "sr": "SRP",
    "mk": "MKD",
    "ro": "RON",
    "uk": "UKR",
    "ru": "RUS",
    "sq": "SQI",
    "bs": "BOS",
    "es": "SPA",
}
#: ISO 3166-1 alpha-2 to the codes of countries of the Publications Office.
COUNTRIES: Mapping[str, str] = {"si": "SVN", "it": "ITA", "hr": "HRV", "bg": "BGR", "at": "AUT", "hu": "HUN", "be": "BEL"}


#: What an address that is none (``www.nova-gorica.si``) is taken to be relative to.
BASE = "file:///"


def as_written(value: object) -> str:
    """Return a value of a graph as the file has it: without the base, where it was relative."""
    return str(value).removeprefix(BASE)


def iri(name: str) -> str:
    """Return the whole address of a name with a prefix of `PREFIXES`: ``dct:title``."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


@cache
def context() -> Mapping[str, Any]:
    """Return the official context: what the keys of a JSON-LD file mean."""
    file = Path(__file__).parent / "standards" / "cpsv-ap.jsonld"
    words: Mapping[str, Any] = json.loads(file.read_text("utf-8"))["@context"]
    return words
