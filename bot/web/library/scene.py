"""What the descriptions of pages are made from: parts of a form, what there is to choose, and what many of them share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.editing import layout
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import Tree, get
from bot.language.text import fold
from bot.model.library import COUNTRIES, LANGUAGES
from bot.web.library.boxes import Reader
from bot.web.library.fields import Field, FieldKind
from bot.web.library.naming import item_name
from bot.web.pages import country_name, language_name
from bot.web.why import crisis_name

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form. ``folded``: it opens by a click, unless something in it is to be mended."""

    title: str
    fields: tuple[Field, ...]
    help: str = ""
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What descriptions are made from: the tree, and who reads; ``form`` is what somebody has typed."""

    tree: Tree
    reader: Reader
    form: Mapping[str, str]

    def countries(self) -> Options:
        """Return the countries to choose from."""
        return [(code, country_name(code, self.reader.language)) for code in COUNTRIES]

    def languages(self) -> Options:
        """Return the languages to choose from."""
        return [(code, upper_first(language_name(code, self.reader.language))) for code in LANGUAGES]

    def places(self, country: str | None = None) -> Options:
        """Return the places to choose from, by name; those of ``country`` first, since it needs them most."""
        names = {place: self.name(Kind.PLACE, place) for place in get(self.tree, layout.PLACES) or {}}

        def order(place: str) -> tuple[bool, str]:
            return get(self.tree, layout.PLACES, (place, "country")) != country, fold(names[place])

        return [(place, names[place]) for place in sorted(names, key=order)]

    def topics(self) -> Options:
        """Return the topics to choose from, by name."""
        files = [file for file in self.tree if file.startswith("topics/")]
        found = [file.removeprefix("topics/").removesuffix(".yaml") for file in files]
        return by_name((topic, self.name(Kind.TOPIC, topic)) for topic in found)

    def crises(self) -> Options:
        """Return the kinds of crisis to choose from."""
        files = [file for file in self.tree if file.startswith("crisis/") and file != layout.LINES]
        found = [file.removeprefix("crisis/").removesuffix(".yaml") for file in files]
        return [(kind, upper_first(crisis_name(kind, self.reader.say))) for kind in found]

    def name(self, kind: Kind, name: str) -> str:
        """Return what an item is called."""
        return upper_first(item_name(self.tree, Item(kind, name), self.reader.language, self.reader.say))


def by_name(options: Iterator[tuple[str, str]]) -> Options:
    """Return choices in the order of their words."""
    return sorted(options, key=lambda option: fold(option[1]))


def upper_first(text: str) -> str:
    """Return ``text`` with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def texts(scene: Scene, spot: Spot, kind: FieldKind, label: str, hint: str = "") -> Iterator[Field]:
    """Yield a field for each language below ``spot``. ``label`` names the language by %(language)s."""
    file, path = spot
    for language in LANGUAGES:
        named = label % {"language": language_name(language, scene.reader.language)}
        yield Field((file, (*path, language)), kind, named, hint, language=language)


def names(scene: Scene, spot: Spot) -> Section:
    """Return the part with the names in the languages."""
    file, path = spot
    say = scene.reader.say
    label = say.gettext("Name (%(language)s)")
    return Section(say.gettext("Name"), tuple(texts(scene, (file, (*path, "names")), FieldKind.TEXT, label)))


def source(scene: Scene, spot: Spot, *, checked: str | None = "checked_on", checked_label: str = "") -> Section:
    """Return the part that says where something was seen, and when it was last checked."""
    file, path = spot
    at, say = (*path, "source"), scene.reader.say
    fields = [
        Field((file, (*at, "record")), FieldKind.TEXT, say.gettext("Name of the source"), required=True),
        Field((file, (*at, "url")), FieldKind.LINK, say.gettext("Link to the page"), required=True),
        Field(
            (file, (*at, "date")),
            FieldKind.TEXT,
            say.gettext("Date of the page"),
            say.gettext("As it is printed there, such as 2025-09-30 or 2024; “unknown” where there is none."),
            required=True,
        ),
    ]
    if checked:
        label = checked_label or say.gettext("Last checked on")
        fields.append(Field((file, (*path, checked)), FieldKind.DATE, label, required=checked == "checked_on"))
    return Section(say.gettext("Where this comes from"), tuple(fields))
