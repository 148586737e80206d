"""Which fields the page of an office, a place, an info point, a situation or a help line has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.editing import layout
from bot.editing.checks.kinds import INFO_POINT
from bot.editing.items import Item, Kind, Spot
from bot.model.library import COUNTRIES, HOME, LANGUAGES
from bot.web.library import kinds
from bot.web.library.fields import Field, FieldKind
from bot.web.library.scene import Scene, Section, by_name, names, source, texts, upper_first
from bot.web.pages import language_name


def describe(item: Item, scene: Scene) -> list[Section]:
    """Return the parts of the page of an office, a place, an info point, a help line or a situation."""
    return _DESCRIBED[item.kind](item, scene)


def _country(scene: Scene, spot: Spot) -> str | None:
    """Return the country that is chosen, or was."""
    field = Field((spot[0], (*spot[1], "country")), FieldKind.CHOICE, "")
    value = scene.form.get(field.name) or field.within(scene.tree)
    return value if value in COUNTRIES else None


def _office(item: Item, scene: Scene) -> list[Section]:
    country, _, office = item.name.partition("/")
    file = layout.offices(country)

    def at(name: str) -> Spot:
        return file, (office, name)

    say = scene.reader.say
    office_kinds = by_name((kind, name) for kind, name in kinds.office_kinds(say).items() if kind != INFO_POINT)
    what = (
        Field(at("kinds"), FieldKind.CHOICES, say.gettext("Kinds of office"), options=office_kinds, bare=()),
        Field(
            at("area"),
            FieldKind.CHOICES,
            say.gettext("For which places"),
            say.gettext("Choose a region, or the whole country, where it serves all of it."),
            options=scene.places(country),
            bare=(),
        ),
    )
    reach = (
        Field(at("address"), FieldKind.TEXT, say.gettext("Address"), language=_of_country(country)),
        Field(at("place"), FieldKind.CHOICE, say.gettext("Town or village where it is"), options=scene.places(country)),
        Field(at("phones"), FieldKind.PHONES, say.gettext("Phone numbers"), say.gettext("One on each line, digits only.")),
        Field(at("email"), FieldKind.EMAIL, say.gettext("E-mail address")),
        Field(at("url"), FieldKind.LINK, say.gettext("Website")),
        Field(at("languages"), FieldKind.CHOICES, say.gettext("Languages spoken there"), options=scene.languages()),
    )
    hours = (Field(at("hours"), FieldKind.HOURS, say.gettext("Opening hours"), country=country),)
    return [
        names(scene, (file, (office,))),
        Section(say.gettext("What it does"), what),
        Section(say.gettext("How to reach it"), reach, say.gettext("Leave empty what nobody has verified: nothing is guessed.")),
        Section(say.gettext("When it is open"), hours),
        source(scene, (file, (office,))),
    ]


def _of_country(country: str) -> str | None:
    return next((language for language, home in HOME.items() if home == country), None)


def _place(item: Item, scene: Scene) -> list[Section]:
    file, say = layout.PLACES, scene.reader.say

    def at(name: str) -> Spot:
        return file, (item.name, name)

    options = tuple(kinds.place_kinds(say).items())
    others = [(place, name) for place, name in scene.places(_country(scene, (file, (item.name,)))) if place != item.name]
    what = (
        Field(at("name"), FieldKind.TEXT, say.gettext("Official name"), required=True),
        Field(at("country"), FieldKind.CHOICE, say.gettext("Country"), options=scene.countries(), required=True),
        Field(at("kind"), FieldKind.CHOICE, say.gettext("Kind of place"), options=options, required=True),
        Field(at("within"), FieldKind.CHOICE, say.gettext("Lies in"), options=others),
    )
    hint = say.gettext("One on each line, with all endings: only what stands here is recognised.")
    forms = tuple(texts(scene, at("forms"), FieldKind.LINES, say.gettext("How residents write it (%(language)s)"), hint))
    where = (
        Field(at("latitude"), FieldKind.DEGREES, say.gettext("Latitude"), say.gettext("Such as 45.9561.")),
        Field(at("longitude"), FieldKind.DEGREES, say.gettext("Longitude"), say.gettext("Such as 13.6483.")),
    )
    return [
        Section(say.gettext("The place"), what),
        names(scene, (file, (item.name,))),
        Section(say.gettext("How it is recognised"), forms),
        Section(say.gettext("On the map"), where, say.gettext("A point in its middle. It is used only to find what is nearest.")),
    ]


def _point(item: Item, scene: Scene) -> list[Section]:
    file, say = layout.POINTS, scene.reader.say

    def at(name: str) -> Spot:
        return file, (item.name, name)

    country = _country(scene, (file, (item.name,)))
    what = (
        Field(at("country"), FieldKind.CHOICE, say.gettext("Country where it is"), options=scene.countries(), required=True),
        Field(at("countries"), FieldKind.CHOICES, say.gettext("Countries it knows about"), options=scene.countries(), bare=()),
        Field(at("languages"), FieldKind.CHOICES, say.gettext("Languages spoken there"), options=scene.languages(), bare=()),
        Field(at("area"), FieldKind.CHOICES, say.gettext("For which places"), options=scene.places(country), bare=()),
    )
    reach = (
        Field(at("address"), FieldKind.TEXT, say.gettext("Address"), language=_of_country(country or "")),
        Field(at("phone"), FieldKind.PHONE, say.gettext("Phone number"), say.gettext("Digits only.")),
    )
    hint = say.gettext("Hours that the coordinators have entered at the desk, under Hours, are told instead of these.")
    return [
        names(scene, (file, (item.name,))),
        Section(say.gettext("What it does"), what),
        Section(say.gettext("How to reach it"), reach),
        Section(
            say.gettext("When it is open"),
            (Field(at("hours"), FieldKind.HOURS, say.gettext("Opening hours"), country=country),),
            hint,
        ),
        source(scene, (file, (item.name,)), checked=None),
    ]


def _line(item: Item, scene: Scene) -> list[Section]:
    file, say = layout.LINES, scene.reader.say

    def at(name: str) -> Spot:
        return file, (item.name, name)

    country = _country(scene, (file, (item.name,)))
    what = (
        Field(at("number"), FieldKind.PHONE, say.gettext("Number to call"), say.gettext("Digits only."), required=True),
        Field(at("country"), FieldKind.CHOICE, say.gettext("Country"), options=scene.countries(), required=True),
        Field(at("crises"), FieldKind.CHOICES, say.gettext("In which crises it is told"), options=scene.crises(), bare=()),
    )
    return [
        Section(say.gettext("The number"), what),
        names(scene, (file, (item.name,))),
        Section(
            say.gettext("When somebody answers"),
            (Field(at("hours"), FieldKind.HOURS, say.gettext("Hours of the help line"), country=country),),
        ),
        source(scene, (file, (item.name,)), checked="confirmed_on", checked_label=say.gettext("Phoned and found right on")),
    ]


def _situation(item: Item, scene: Scene) -> list[Section]:
    file, say = layout.situation(item.name), scene.reader.say
    what = (
        Field(
            (file, ("topics",)),
            FieldKind.RANKED,
            say.gettext("Topics, in the order in which they are best looked at"),
            say.gettext("Three to seven."),
            options=scene.topics(),
            bare=(),
        ),
        Field(
            (file, ("sensitive",)),
            FieldKind.YES_NO,
            say.gettext("Not to be read over somebody's shoulder"),
            say.gettext("Buttons then do not say what it is about."),
            ordinary="false",
        ),
    )
    return [Section(say.gettext("What it leads to"), what), *(_told(item, scene, language) for language in LANGUAGES)]


def _told(item: Item, scene: Scene, language: str) -> Section:
    """Return what one language says of a situation."""
    say, file = scene.reader.say, layout.situation_words(language)
    lines = say.gettext("One on each line.")
    golden = (layout.golden(language), (str(item),))
    return Section(
        upper_first(language_name(language, scene.reader.language)),
        (
            Field((file, (item.name, "name")), FieldKind.TEXT, say.gettext("Words on the button"), language=language),
            Field((file, (item.name, "overview")), FieldKind.PROSE, say.gettext("Overview"), language=language),
            Field(
                (file, (item.name, "examples")),
                FieldKind.LINES,
                say.gettext("How residents tell of it"),
                lines,
                language=language,
            ),
            Field(golden, FieldKind.LINES, say.gettext("Questions that must stay understood"), lines, language=language),
        ),
        folded=language != scene.reader.language,
    )


_DESCRIBED: Mapping[Kind, Callable[[Item, Scene], list[Section]]] = {
    Kind.OFFICE: _office,
    Kind.PLACE: _place,
    Kind.POINT: _point,
    Kind.LINE: _line,
    Kind.SITUATION: _situation,
}
