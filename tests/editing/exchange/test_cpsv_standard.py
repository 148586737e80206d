from __future__ import annotations

from pathlib import Path

import pytest

from bot.editing.exchange.reading import read
from tests.editing.exchange.standards import BROKEN, CPSV, faults, graph

GOOD = CPSV / "examples" / "home-help.jsonld"
#: The remark that tells what is broken in each file.
TELLS = {
    "01-no-title": "warning: home-help, dct:title: The format demands this, and it is missing.",
    "02-untagged-title": (
        "note: home-help, dct:title: The text does not say its language; it was taken for the one that you chose (sl)."
    ),
    "03-no-authority": "warning: home-help, cv:hasCompetentAuthority: The format demands this, and it is missing.",
    "04-two-identifiers": "warning: home-help, dct:identifier: The format allows one of these, and here are more: a, b",
    "05-authority-not-organisation": (
        "warning: home-help, cv:hasCompetentAuthority: "
        "This should lead to an entry of the kind cv:PublicOrganisation, and does not: csd"
    ),
    "06-cost-not-number": "warning: hour, cv:hasValue: This is not written as the format demands: “6,5 EUR”",
    "07-language-not-authority": (
        "warning: home-help, dct:language: "
        "This is no code of a language of the Publications Office: https://example.org/kb/lang/slovene"
    ),
    "08-channel-no-id": "warning: chat, dct:identifier: The format demands this, and it is missing.",
    "09-requirement-no-title": "warning: age65, dct:title: The format demands this, and it is missing.",
    "10-org-no-spatial": "warning: csd, dct:spatial: The format demands this, and it is missing.",
    "11-duration-bad": "warning: home-help, cv:processingTime: This is not written as the format demands: “30 dni”",
    "12-class-spelled-with-s": (
        "warning: ex:org/csd, @type: The kind “PublicOrganisation” is not known in this format. What it holds was left out."
    ),
    "13-lifeevent-no-title": "warning: ageing, dct:title: The format demands this, and it is missing.",
    "14-lifeevent-not-typed-event": (
        "warning: home-help, cv:isGroupedBy: This should lead to an entry of the kind cv:Event, and does not: ageing"
    ),
    "15-plain-string-through-context": (
        "note: home-help, dct:title: The text does not say its language; it was taken for the one that you chose (sl)."
    ),
    "90-missing-bg-title": "note: home-help, dct:title: No text is marked as being in these of our languages: bg",
    "91-two-sl-titles": ("warning: home-help, dct:title: A second text in the same language (sl) was not taken: Pomoč na domu"),
    "92-no-contact-point": "warning: home-help, cv:contactPoint: The format demands this, and it is missing.",
    "93-typo-property": (
        "warning: ex:svc/home-help, PublicService.hasChanel: The word “PublicService.hasChanel” is not known in this format. "
        'What stands under it was left out: [{"@id": "ex:ch/office"}, {"@id": "ex:ch/chat"}]'
    ),
    "95-empty-title": "warning: home-help, dct:title: The text says nothing and was dropped: “”",
    "97-wrong-language-tag": (
        "warning: home-help, dct:title: The text is in a language that we do not know (zz-not-real): Pomoč na domu"
    ),
    "98-bad-phone": (
        "warning: csd, cv:telephone: This is neither a phone number nor an e-mail and was left out: “pokličite nas”"
    ),
    "99-english-instead-of-bg": "note: home-help, dct:title: No text is marked as being in these of our languages: bg",
}


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_a_broken_file_fails_the_shapes(file: Path) -> None:
    # One is broken only where JSON-LD lets a word vanish; our shapes see that what it should have said is missing.
    assert faults(graph(file.read_bytes()), extra=True, stubs=True)


@pytest.mark.parametrize("file", BROKEN, ids=lambda file: file.stem)
def test_the_report_of_a_broken_file_names_what_is_broken(file: Path) -> None:
    told = {str(remark) for remark in read(file.read_bytes(), "sl", "si").remarks}
    known = {str(remark) for remark in read(GOOD.read_bytes(), "sl", "si").remarks}
    assert TELLS[file.stem] in told - known


def test_there_are_23_broken_files() -> None:
    assert len(BROKEN) == len(TELLS) == 23


def test_the_official_shapes_alone_let_eight_of_them_pass() -> None:
    passing = [file.stem for file in BROKEN if not faults(graph(file.read_bytes()), stubs=True)]
    assert [name[0] for name in passing] == ["9"] * 8


@pytest.mark.parametrize("name", ["example-rdf_public_service.ttl", "example-rdf_public_service.jsonld"])
def test_the_official_example_passes_the_official_shapes_and_is_read(name: str) -> None:
    content = (CPSV / "official" / name).read_bytes()
    assert faults(graph(content, name), stubs=True) == ""
    (service,) = read(content, "sl", "si").directory.services.values()
    assert service.identifier == "Tax-on-web"
    assert service.names == {"en": "Tax-on-web"}
    assert service.bring["fr"][0].startswith("Attestation garde d'enfants")


def test_the_good_example_of_ours_passes_everything() -> None:
    assert faults(graph(GOOD.read_bytes()), extra=True, stubs=True) == ""
