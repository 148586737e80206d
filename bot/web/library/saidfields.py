"""Which fields the pages of crises, of short sentences, and of what is not ours have: what is said, and how residents say it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.editing import layout
from bot.editing.items import Item, Kind, Spot
from bot.editing.trees import get
from bot.model.library import LANGUAGES
from bot.web.library.fields import Field, FieldKind, Read
from bot.web.library.scene import Scene, Section, texts, upper_first
from bot.web.pages import language_name


def describe(item: Item, scene: Scene) -> list[Section]:
    """Return the parts of the page of ``item``: a kind of crisis, an act, or one of the two sorts of what is not ours."""
    return [*(_crisis(item, scene) if item.kind is Kind.CRISIS else ()), *_spoken(item, scene)]


def _crisis(item: Item, scene: Scene) -> Iterator[Section]:
    file, say = layout.crisis(item.name), scene.reader.say
    hint = say.gettext("One or two kind sentences without digits. They come first.")
    care = texts(scene, (file, ("care",)), FieldKind.PROSE, say.gettext("First words (%(language)s)"), hint)
    yield Section(say.gettext("First words"), tuple(care))
    hint = say.gettext("Write {emergency} where the emergency number of the country is to stand; no digits.")
    advice = texts(scene, (file, ("advice",)), FieldKind.PROSE, say.gettext("Advice (%(language)s)"), hint)
    yield Section(say.gettext("Advice"), tuple(advice))
    hint = say.gettext("One pattern (a regular expression) on each line, in small letters without accents.")
    label = say.gettext("Patterns (%(language)s)")
    patterns = texts(scene, (file, ("patterns",)), FieldKind.PATTERNS, label, hint)
    help_text = say.gettext(
        "What must never be missed: a message that holds one of these is a crisis. Try a sentence below before you save."
    )
    yield Section(say.gettext("Patterns"), tuple(patterns), help_text, folded=True)


def _spoken(item: Item, scene: Scene) -> Iterator[Section]:
    say = scene.reader.say
    lines = say.gettext("One on each line.")
    kept = say.gettext("One on each line. They are asked before each publishing, and never learned from.")
    for language in LANGUAGES:
        spot, bare = _examples(item, language)
        label = item.name if item.kind is Kind.SAID else str(item)
        fields = (
            Field(spot, FieldKind.LINES, say.gettext("How residents say it"), lines, language=language, bare=bare),
            Field(
                (layout.golden(language), (label,)),
                FieldKind.LINES,
                say.gettext("Questions that must stay understood"),
                kept,
                language=language,
            ),
        )
        name = upper_first(language_name(language, scene.reader.language))
        yield Section(name, fields, folded=language != scene.reader.language)


def _examples(item: Item, language: str) -> tuple[Spot, tuple[()] | None]:
    """Return where the examples of an item stand in a language, and what stands there when there is none."""
    if item.kind is Kind.SAID and item.name == layout.OUTSIDE:
        return (f"{language}/{layout.OUTSIDE}.yaml", ("examples",)), ()
    stem = layout.ACTS if item.kind is Kind.ACT else layout.CRISIS
    return (f"{language}/{stem}.yaml", (item.name,)), None


def patterns(item: Item, scene: Scene, read: Read) -> list[tuple[str, str]]:
    """Return all patterns, each with the name of its kind of crisis: of ``item`` as they were typed, of others as they stand."""
    found: list[tuple[str, str]] = []
    for kind, name in scene.crises():
        for language in LANGUAGES:
            spot = (layout.crisis(kind), ("patterns", language))
            own = spot in read.values and kind == item.name
            held = read.values[spot] if own else get(scene.tree, *spot)
            found.extend((name, pattern) for pattern in held or () if isinstance(pattern, str))
    return found
