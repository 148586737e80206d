"""What a form makes of an answer: what it changes, adds and takes away, and what follows for the other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.editing.items import Spot
from bot.editing.trees import Tree, get, put
from bot.language.bulgarian import to_latin
from bot.language.text import fold
from bot.model.library import LANGUAGES, FactKind
from bot.web.library import fields
from bot.web.library.answerfields import PARTS, AnswerFields, Place, by_name, described, fact_fields, next_source
from bot.web.library.fields import Read

#: What was changed in a wording: how it says it, what it says, or that it says again what the others say.
SAID, MEANT, CAUGHT_UP = "said", "meant", "caught-up"

#: The fields by which a fact and a source are added, all of them text.
NEW_FACT = ("fact-label", "fact-kind", "fact-value", "fact-valid_for", "fact-source")
NEW_SOURCE = ("source-record", "source-url", "source-date")
_LONGEST_NAME = 40
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a form makes of an answer.

    ``values`` are to be written; ``wrong`` has a sentence for the name of each field that adds something and cannot be read.
    ``tree`` is how things would stand, also where something is in the way of saving it.
    """

    fields: AnswerFields
    read: Read
    values: Mapping[Spot, Any]
    wrong: Mapping[str, str]
    tree: Tree = field(repr=False)

    @property
    def ready(self) -> bool:
        """Tell whether it can be saved."""
        return self.read.ready and not self.wrong


def planned(place: Place, tree: Tree, form: Mapping[str, str], today: date) -> Plan:
    """Return what ``form`` makes of the answer as it stands in ``tree``."""
    all_fields = described(place, tree, form)
    read = fields.read(all_fields, _without_signs(all_fields, form), tree, place.say, place.language)
    wrong: dict[str, str] = {}
    values: dict[Spot, Any] = dict(read.values)
    for spot in _dropped(place, tree, form):
        values = {other: value for other, value in values.items() if not fields.covers(spot, other)} | {spot: None}
    key = next_source(_mapping(get(tree, place.file, ("sources",))))
    values |= _added_source(place, key, form, wrong)
    values |= _added_fact(place, tree, form, wrong)
    values |= _of_wordings(place, _with(tree, values), tree, form, today)
    for part in ("facts", "sources"):  # a section that holds nothing is left out, as in the canonical form
        if get(_with(tree, values), place.file, (part,)) == {}:
            values = {spot: value for spot, value in values.items() if not fields.covers((place.file, (part,)), spot)}
            values[place.file, (part,)] = None
    return Plan(all_fields, read, values, wrong, _with(tree, values))


def _without_signs(all_fields: AnswerFields, form: Mapping[str, str]) -> Mapping[str, str]:
    """Return ``form`` with the values of facts bare of the signs that pages put behind them."""
    names = [each.name for its in all_fields.facts.values() for each in its if each.spot[1][-1] == "value"]
    return {**form, **{name: form[name].strip().removesuffix("%").strip() for name in names if name in form}}


def fact_name(label: str, known: Mapping[str, Any]) -> str:
    """Return a name for a fact called ``label``: small letters, digits and underscores, and no other fact's."""
    plain = _NOT_IN_NAMES.sub("_", fold(to_latin(label))).strip("_")[:_LONGEST_NAME].strip("_")
    name = plain if plain[:1].isalpha() else f"fact_{plain}".strip("_")
    numbers = iter(range(2, len(known) + 3))
    found = name
    while found in known:
        found = f"{name}_{next(numbers)}"
    return found


def changed_wordings(place: Place, before: Tree, after: Tree) -> list[str]:
    """Return the languages whose wording says something else in ``after``."""
    return [language for language in LANGUAGES if _words(place, before, language) != _words(place, after, language)]


def copied(place: Place, all_fields: AnswerFields, tree: Tree, form: Mapping[str, str], to: str, source: str) -> dict[str, str]:
    """Return ``form`` with the empty fields of the wording ``to`` filled with what the wording ``source`` has."""
    filled = dict(form)
    theirs = by_name(all_fields.wordings[source])
    for part, mine in by_name(all_fields.wordings[to]).items():
        if not form.get(mine.name, "").strip():
            filled[mine.name] = form.get(theirs[part].name) or _as_typed(get(tree, *place.wording(source, part)))
    return filled


def _as_typed(value: Any) -> str:  # noqa: ANN401 - what stands in a tree
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _dropped(place: Place, tree: Tree, form: Mapping[str, str]) -> Iterator[Spot]:
    """Yield where the facts and sources stand that are to be taken away."""
    for part in ("facts", "sources"):
        for name in _mapping(get(tree, place.file, (part,))):
            if form.get(f"drop-{part}-{name}"):
                yield place.file, (part, name)


def _added_source(place: Place, key: str, form: Mapping[str, str], wrong: dict[str, str]) -> dict[Spot, Any]:
    record, url, day = (" ".join(form.get(name, "").split()) for name in NEW_SOURCE)
    if not (record or url):
        return {}
    if not url:
        wrong["source-url"] = place.say.gettext("Say on which page it stands.")
    link = url if "://" in url or not url else f"https://{url}"
    return {(place.file, ("sources", key)): {"record": record or place.topic, "url": link, "date": day or "unknown"}}


def _added_fact(place: Place, tree: Tree, form: Mapping[str, str], wrong: dict[str, str]) -> dict[Spot, Any]:
    label, kind, value = (" ".join(form.get(name, "").split()) for name in NEW_FACT[:3])
    if not (label or value):
        return {}
    say = place.say
    if not label:
        wrong["fact-label"] = say.gettext("Give the fact a name by which you will know it.")
    if not value:
        wrong["fact-value"] = say.gettext("Say what the value is.")
    if kind not in set(FactKind):
        wrong["fact-kind"] = say.gettext("Say what it is.")
        return {}
    name = fact_name(label, _mapping(get(tree, place.file, ("facts",))))
    mine = by_name(fact_fields(place, name, FactKind(kind), ()))
    # The same fields as those of a fact that is there, filled in by other names: so both are read in one way.
    typed = {mine[part].name: form.get(f"fact-{part}", "") for part in ("value", "valid_for", "source")}
    stamps = {f"{mine[part].name}-{fields.WAS}": "" for part in ("value", "valid_for", "source")}
    read = fields.read(mine.values(), typed | stamps, {}, say, place.language)
    for part in ("value", "valid_for"):
        if mine[part].name in read.wrong:
            wrong[f"fact-{part}"] = read.wrong[mine[part].name]
    given = {str(spot[1][-1]): text for spot, text in read.values.items() if text is not None}
    order = {"kind": str(kind), "value": value, "source": ""} | given
    return {(place.file, ("facts", name)): {part: text for part, text in order.items() if text}}


def _of_wordings(place: Place, after: Tree, before: Tree, form: Mapping[str, str], today: date) -> dict[Spot, Any]:
    """Return what follows for the wordings: who was read today, who is behind now, and which hold nothing any more."""
    values: dict[Spot, Any] = {}
    changed = changed_wordings(place, before, after)
    meant = [language for language in changed if form.get(f"change-{language}") == MEANT]
    for language in LANGUAGES:
        file, path = place.wording(language)
        words = _words(place, after, language)
        if not words:
            if get(after, file, path) is not None:
                values[file, path] = None
        elif language in changed:
            values[place.wording(language, "read_on")] = today.isoformat()
        if words and meant and language not in meant:
            values[place.wording(language, "behind")] = today.isoformat()
        elif language in meant or (language in changed and form.get(f"change-{language}") == CAUGHT_UP):
            values[place.wording(language, "behind")] = None
        if words and file not in before:
            values[file, ("examples",)] = []
    return {spot: value for spot, value in values.items() if value is not None or get(after, *spot) is not None}


def _words(place: Place, tree: Tree, language: str) -> dict[str, Any]:
    """Return the texts of a wording, without those that hold nothing."""
    wording = _mapping(get(tree, *place.wording(language)))
    return {part: wording[part] for part in PARTS if wording.get(part)}


def _with(tree: Tree, values: Mapping[Spot, Any]) -> Tree:
    for (file, path), value in values.items():
        tree = put(tree, file, path, value)
    return tree


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as above
    return value if isinstance(value, Mapping) else {}
