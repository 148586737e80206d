"""The fields of an answer: its frame, its facts by what they are, its sources, and its wordings in all languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations
from typing import Any

from bot.editing import layout
from bot.editing.items import Spot
from bot.editing.trees import Tree, get
from bot.language.text import fold
from bot.model.library import LANGUAGES, FactKind
from bot.web.library import kinds
from bot.web.library.entries import FieldKind
from bot.web.library.fields import Field
from bot.web.library.naming import in_language
from bot.web.pages import country_name

#: The parts of a wording, in the order in which residents read them.
PARTS = ("title", "button", "what", "who", "do", "bring", "cost", "time", "note")
_LINES = frozenset({"do", "bring"})
_LABELS = frozenset({"title", "button"})
_NEEDED = frozenset({"title", "button", "what"})

_ENTERED: Mapping[FactKind, FieldKind] = {
    FactKind.MONEY: FieldKind.MONEY,
    **dict.fromkeys(
        (FactKind.NUMBER, FactKind.PERCENT, FactKind.AGE, FactKind.DAYS, FactKind.MONTHS, FactKind.HOURS), FieldKind.NUMBER
    ),
    FactKind.DATE: FieldKind.DATE,
    FactKind.PHONE: FieldKind.PHONE,
    FactKind.EMAIL: FieldKind.EMAIL,
    FactKind.URL: FieldKind.LINK,
}


@dataclass(frozen=True, slots=True)
class Place:
    """Which answer a page is about, and who reads the page."""

    topic: str
    where: str
    language: str
    say: NullTranslations

    @property
    def file(self) -> str:
        """The file of its facts."""
        return layout.facts(self.topic, self.where)

    def fact(self, name: str, part: str) -> Spot:
        """Return where a part of a fact stands."""
        return self.file, ("facts", name, part)

    def source(self, key: str, part: str) -> Spot:
        """Return where a part of a source stands."""
        return self.file, ("sources", key, part)

    def wording(self, language: str, *part: str) -> Spot:
        """Return where a wording, or a part of it, stands."""
        return layout.words(self.topic, language), ("wordings", self.where, *part)


@dataclass(frozen=True, slots=True)
class AnswerFields:
    """All fields of an answer, by where they are shown."""

    frame: Sequence[Field]
    facts: Mapping[str, Sequence[Field]]
    sources: Mapping[str, Sequence[Field]]
    wordings: Mapping[str, Sequence[Field]]

    def __iter__(self) -> Iterator[Field]:
        yield from self.frame
        for group in (self.facts, self.sources, self.wordings):
            for fields in group.values():
                yield from fields


def described(place: Place, tree: Tree, form: Mapping[str, str]) -> AnswerFields:
    """Return the fields of an answer as it stands in ``tree``. ``form`` says what kind a fact is to be, if it was sent."""
    say = place.say
    facts, sources = (_mapping(get(tree, place.file, (part,))) for part in ("facts", "sources"))
    named = source_options(sources, next_source(sources), say)
    return AnswerFields(
        _frame(place, tree),
        {name: fact_fields(place, name, _kind_of(place, name, plain, form), named) for name, plain in facts.items()},
        {
            key: [
                Field(place.source(key, "record"), FieldKind.TEXT, say.gettext("Name of the source"), required=True),
                Field(place.source(key, "url"), FieldKind.LINK, say.gettext("Link"), required=True),
                Field(
                    place.source(key, "date"),
                    FieldKind.TEXT,
                    say.gettext("Date of the page"),
                    say.gettext("As it is printed there; “unknown” where there is none."),
                    required=True,
                ),
            ]
            for key in sources
        },
        {language: _wording(place, language) for language in LANGUAGES},
    )


def fact_fields(place: Place, name: str, kind: FactKind, sources: Sequence[tuple[str, str]]) -> list[Field]:
    """Return the fields of a fact of ``kind``."""
    say = place.say
    label = say.gettext("Value (€)") if kind is FactKind.MONEY else say.gettext("Value")
    return [
        Field(
            place.fact(name, "kind"),
            FieldKind.CHOICE,
            say.gettext("Kind"),
            options=list(kinds.fact_kinds(say).items()),
            required=True,
        ),
        Field(place.fact(name, "value"), _ENTERED.get(kind, FieldKind.TEXT), label, required=True),
        Field(place.fact(name, "valid_for"), FieldKind.NUMBER, say.gettext("Valid for the year")),
        Field(place.fact(name, "source"), FieldKind.CHOICE, say.gettext("Source"), options=sources, required=True),
        Field(
            place.fact(name, "checked_on"),
            FieldKind.DATE,
            say.gettext("Last checked"),
            say.gettext("Where it was on another day than the answer."),
        ),
    ]


def source_options(sources: Mapping[str, Any], fresh: str, say: NullTranslations) -> list[tuple[str, str]]:
    """Return the sources to choose from, and the one that the form may add under the key ``fresh``."""
    known = [(key, _source_name(key, source)) for key, source in sources.items()]
    return [*known, (fresh, say.gettext("the new source below"))]


def next_source(sources: Mapping[str, Any]) -> str:
    """Return the key of a source that is added."""
    numbers = [int(key[1:]) for key in sources if key[:1] == "s" and key[1:].isascii() and key[1:].isdecimal()]
    return f"s{max(numbers, default=0) + 1}"


def part_name(part: str, say: NullTranslations) -> str:
    """Return what a part of a wording is called."""
    return {
        "title": say.gettext("Title"),
        "button": say.gettext("Words on the button"),
        "what": say.gettext("What it is"),
        "who": say.gettext("Who can get it"),
        "do": say.gettext("What to do"),
        "bring": say.gettext("What to bring"),
        "cost": say.gettext("What it costs"),
        "time": say.gettext("How long it takes"),
        "note": say.gettext("Good to know"),
    }[part]


def _frame(place: Place, tree: Tree) -> list[Field]:
    say = place.say
    sure = [
        ("good", say.gettext("good: the sources say all of it")),
        ("thin", say.gettext("thin: it leads to the right door, and says little more")),
    ]
    return [
        Field((place.file, ("confidence",)), FieldKind.CHOICE, say.gettext("How sure we are"), options=sure, required=True),
        Field((place.file, ("checked_on",)), FieldKind.DATE, say.gettext("Last checked"), required=True),
        Field(
            (place.file, ("whom",)),
            FieldKind.RANKED,
            say.gettext("Whom to turn to"),
            say.gettext("The most fitting first. A kind of office shows the one that serves the resident's town."),
            options=_whom(place, tree),
            bare=(),
        ),
    ]


def _wording(place: Place, language: str) -> list[Field]:
    say = place.say
    helps = {
        "do": say.gettext("One step a line."),
        "bring": say.gettext("One thing a line."),
        "button": say.gettext("At most 30 characters."),
    }
    return [
        Field(
            place.wording(language, part),
            FieldKind.LINES if part in _LINES else FieldKind.TEXT if part in _LABELS else FieldKind.PROSE,
            part_name(part, say),
            helps.get(part, ""),
            language=language,
            required=part in _NEEDED,
        )
        for part in PARTS
    ]


def _whom(place: Place, tree: Tree) -> list[tuple[str, str]]:
    """Return the kinds of office, then the offices of the country, each by its name."""
    say, (lives, _, country) = place.say, place.where.rpartition("-")
    named = sorted(kinds.office_kinds(say).items(), key=_by_name)
    across = [(f"{lives}:{kind}", f"{name} ({country_name(lives, place.language)})") for kind, name in named] if lives else []
    offices = [
        (name, in_language(_mapping(office).get("names"), place.language) or name)
        for each in (country, lives)
        if each
        for name, office in _mapping(get(tree, layout.offices(each))).items()
    ]
    return [*named, *across, *sorted(offices, key=_by_name)]


def _by_name(option: tuple[str, str]) -> str:
    return fold(option[1])


def _kind_of(place: Place, name: str, plain: Any, form: Mapping[str, str]) -> FactKind:  # noqa: ANN401 - what stands in a tree
    chosen = form.get(Field(place.fact(name, "kind"), FieldKind.CHOICE, "").name) or _mapping(plain).get("kind")
    return FactKind(chosen) if chosen in set(FactKind) else FactKind.NAME


def _source_name(key: str, source: Any) -> str:  # noqa: ANN401 - as above
    its = _mapping(source)
    told = [str(its[part]) for part in ("record", "url") if its.get(part)]
    return " · ".join([key, *told])


def _mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - as above
    return value if isinstance(value, Mapping) else {}


def by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """Return fields by the last step of their places."""
    return {str(each.spot[1][-1]): each for each in fields}
