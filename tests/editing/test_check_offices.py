from __future__ import annotations

from pathlib import Path

import pytest

from tests.editing.small_folder import change, problems


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("places.yaml", "  kind: country\n  name: Italija", "  kind: region\n  name: Italija", "the country 'it' is missing"),
        ("places.yaml", "within: bg", "within: varna", "places.yaml:38: error: 'varna' is no place"),
        ("places.yaml", "within: bg", "within: dalgopol", "places.yaml:38: error: the place lies in itself"),
        ("places.yaml", "[Дългопол]", "[Д]", "places.yaml:35: error: 'Д' is too short to be recognised"),
        ("places.yaml", "[Дългопол]", "[]", "places.yaml:34: error: without forms the place is never recognised"),
        ("places.yaml", "[Italija]", "[Slovenija]", "places.yaml:14: error: 'Slovenija' already means 'si' in this language"),
        ("places.yaml", "  longitude: 27.34\n", "", "places.yaml:29: error: latitude and longitude come together"),
        ("places.yaml", "43.05", "143.05", "places.yaml:36: error: 143.05 is no latitude"),
        (
            "offices/bg.yaml",
            "[municipality]",
            "[municipality, castle]",
            "offices/bg.yaml:2: error: 'castle' is no kind of office",
        ),
        ("offices/bg.yaml", "{bg: Община}", "{sl: Občina}", "offices/bg.yaml:3: error: 'names' is missing in 'bg'"),
        ("offices/bg.yaml", "area: [dalgopol]", "area: [nowhere]", "offices/bg.yaml:4: error: 'nowhere' is no place"),
        ("offices/bg.yaml", "area: [dalgopol]", "area: []", "offices/bg.yaml:4: error: without an area it is never the nearest"),
        ("offices/bg.yaml", "place: dalgopol", "place: nowhere", "offices/bg.yaml:5: error: 'nowhere' is no place"),
        (
            "offices/bg.yaml",
            "[0517 2 21 85]",
            "[0517 day centre]",
            "offices/bg.yaml:7: error: '0517 day centre' is no phone number; write the digits only",
        ),
        ("offices/bg.yaml", "a@example.org", "a@", "offices/bg.yaml:8: error: 'a@' is no e-mail address"),
        (
            "offices/bg.yaml",
            "Mo-Fr 08:00-17:00",
            "Mon to Fri",
            "offices/bg.yaml:10: error: 'Mon to Fri' are no opening hours; write them like Mo-Fr 08:00-12:00",
        ),
        ("offices/bg.yaml", "checked_on: 2026-11-01", "checked_on: 2026-12-01", "2026-12-01 has not come yet"),
        (
            "offices/bg.yaml",
            "  address: ул. Първа 1\n  phones: [0517 2 21 85]\n  email: a@example.org\n  url: https://example.org\n",
            "",
            "offices/bg.yaml:1: warning: nothing says how to reach 'town-hall': to be filled in by the operator",
        ),
        (
            "points.yaml",
            "  phone: 0517 2 21 85\n",
            "  phone:\n",
            "points.yaml:8: warning: the phone of 'desk' is missing: to be filled in by the operator",
        ),
        (
            "points.yaml",
            "0517 2 21 85",
            "later",
            "points.yaml:8: error: 'later' is no phone number; write the digits only",
        ),
        (
            "points.yaml",
            "Mo-Fr 08:00-12:00",
            "always",
            "points.yaml:9: error: 'always' are no opening hours; write them like Mo-Fr 08:00-12:00",
        ),
    ],
)
def test_each_fault_of_a_place_an_office_or_a_point_is_told_with_its_file_and_line(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    change(folder, file, old, new)

    found = problems(folder)

    assert len(found) == 1
    assert expected in found[0]
