"""A knowledge folder of one topic that has no problem, and ways to damage it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.editing.files import Reading, read_folder

TODAY = date(2026, 11, 21)

_SOURCE = '{record: somewhere, url: "https://example.org/page", date: "2026-02"}'
_FOUR_NAMES = "{sl: Ime, it: Nome, hr: Naziv, bg: Име}"


def _country(code: str, form: str) -> str:
    return f"{code}:\n  country: {code}\n  kind: country\n  name: {form}\n  names: {_FOUR_NAMES}\n  forms:\n    sl: [{form}]\n"


def _line(code: str) -> str:
    return (
        f"{code}-112:\n  country: {code}\n  number: 112\n  crises: [danger]\n  names: {_FOUR_NAMES}\n"
        f"  hours: 24/7\n  source: {_SOURCE}\n  confirmed_on: 2026-11-01\n"
    )


FILES = {
    "topics/food.yaml": f"group: money\ncountries: [bg]\nnames: {_FOUR_NAMES}\n",
    "facts/bg/food.yaml": (
        "confidence: thin\nchecked_on: 2026-11-01\nwhom: [municipality, info-point]\nfacts:\n"
        "  amount: {kind: money, value: 12.50, valid_for: 2026, source: s1}\n"
        f"sources:\n  s1: {_SOURCE}\n"
    ),
    "bg/food.yaml": (
        "examples:\n  - храна за бедни\nwordings:\n  bg:\n    title: Храна\n    button: Храна\n"
        "    what: Помощта е {amount} на месец.\n    do:\n      - Попитайте в общината.\n    read_on: 2026-11-21\n"
    ),
    "sl/food.yaml": "examples:\n  - pomoč s hrano\n",
    "it/food.yaml": "examples:\n  - aiuto con il cibo\n",
    "hr/food.yaml": "examples:\n  - pomoć u hrani za siromašne\n",
    "places.yaml": (
        _country("si", "Slovenija")
        + _country("it", "Italija")
        + _country("hr", "Hrvatska")
        + _country("bg", "Bolgarija")
        + f"dalgopol:\n  country: bg\n  kind: settlement\n  name: Дългопол\n  names: {_FOUR_NAMES}\n"
        "  forms:\n    bg: [Дългопол]\n  latitude: 43.05\n  longitude: 27.34\n  within: bg\n"
    ),
    "offices/si.yaml": "{}\n",
    "offices/it.yaml": "{}\n",
    "offices/hr.yaml": "{}\n",
    "offices/bg.yaml": (
        "town-hall:\n  kinds: [municipality]\n  names: {bg: Община}\n  area: [dalgopol]\n  place: dalgopol\n"
        "  address: ул. Първа 1\n  phones: [0517 2 21 85]\n  email: a@example.org\n  url: https://example.org\n"
        f"  hours: Mo-Fr 08:00-17:00\n  languages: [bg]\n  source: {_SOURCE}\n  checked_on: 2026-11-01\n"
    ),
    "points.yaml": (
        "desk:\n  country: bg\n  countries: [bg]\n  names: {bg: Точка}\n  area: [dalgopol]\n  languages: [bg]\n"
        f"  address: ул. Първа 1\n  phone: 0517 2 21 85\n  hours: Mo-Fr 08:00-12:00\n  source: {_SOURCE}\n"
    ),
    "crisis/danger.yaml": (
        "care: {sl: Skrbi nas., it: Ci importa., hr: Stalo nam je., bg: Грижа ни е.}\n"
        'advice: {sl: "Pokličite {emergency}.", it: "Chiami il {emergency}.", hr: "Zovite {emergency}.", '
        'bg: "Звънете на {emergency}."}\n'
        "patterns: {sl: [umiram], it: [muoio], hr: [umrem], bg: [умирам]}\n"
    ),
    "crisis/lines.yaml": _line("si") + _line("it") + _line("hr") + _line("bg"),
    "sl/acts.yaml": "greeting:\n  - dober dan\n",
    "it/acts.yaml": "greeting:\n  - buongiorno\n",
    "hr/acts.yaml": "greeting:\n  - dobar dan\n",
    "bg/acts.yaml": "greeting:\n  - добър ден\n",
    "sl/crisis.yaml": "danger:\n  - na pomoč\nnot-crisis:\n  - umiram od smeha\n",
    "it/crisis.yaml": "danger:\n  - aiuto subito\n",
    "hr/crisis.yaml": "danger:\n  - u pomoć\n",
    "bg/crisis.yaml": "danger:\n  - помощ веднага\n",
    "sl/outside.yaml": "examples:\n  - kakšno bo vreme\n",
    "it/outside.yaml": "examples:\n  - che tempo fa\n",
    "hr/outside.yaml": "examples:\n  - kakvo je vrijeme\n",
    "bg/outside.yaml": "examples:\n  - какво е времето\n",
}


def write(folder: Path) -> Path:
    """Write the whole folder under ``folder`` and return it."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def change(folder: Path, file: str, old: str, new: str) -> None:
    """Replace ``old``, which must stand there, in one file."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    """Return what reading the folder tells, as it is printed."""
    return told(read_folder(folder, today=TODAY))


def told(reading: Reading) -> list[str]:
    """Return the problems as they are printed."""
    return [str(problem) for problem in reading.problems]
