"""Which fields the page of a topic has, and the page of how residents ask for it."""

from __future__ import annotations

from bot.editing import layout
from bot.editing.items import Item, Kind
from bot.editing.trees import Tree, get
from bot.language.text import fold
from bot.model.library import LANGUAGES, Topic
from bot.web.library.fields import Field, FieldKind
from bot.web.library.naming import group_names
from bot.web.library.scene import Scene, Section, names, upper_first
from bot.web.pages import language_name

_FRESH_DAYS = str(Topic("", "", (), {}).fresh_days)


def describe(item: Item, scene: Scene) -> list[Section]:
    """Return the parts of the page of a topic, or of how residents ask for it."""
    return _topic(item, scene) if item.kind is Kind.TOPIC else _examples(item, scene)


def _topic(item: Item, scene: Scene) -> list[Section]:
    file, say = layout.topic(item.name), scene.reader.say
    groups = dict(group_names(say)) | {group: group for group in _groups(scene.tree) if group not in group_names(say)}
    what = (
        Field(
            (file, ("group",)),
            FieldKind.CHOICE,
            say.gettext("Group"),
            options=sorted(groups.items(), key=lambda pair: fold(pair[1])),
            required=True,
        ),
        Field(
            (file, ("countries",)),
            FieldKind.CHOICES,
            say.gettext("Countries that must have an answer of their own"),
            options=scene.countries(),
            bare=(),
        ),
        Field(
            (file, ("related",)),
            FieldKind.RANKED,
            say.gettext("Related topics"),
            say.gettext("The nearest first."),
            options=[(topic, name) for topic, name in scene.topics() if topic != item.name],
        ),
    )
    how = (
        Field(
            (file, ("sensitive",)),
            FieldKind.YES_NO,
            say.gettext("Not to be read over somebody's shoulder"),
            say.gettext("Buttons then do not say what it is about."),
            ordinary="false",
        ),
        Field(
            (file, ("border",)),
            FieldKind.YES_NO,
            say.gettext("About a border"),
            say.gettext("Residents are asked first where they live and where they work."),
            ordinary="false",
        ),
        Field(
            (file, ("fresh_days",)),
            FieldKind.NUMBER,
            say.gettext("Days for which an answer holds after it was checked"),
            say.gettext("After that it is told with a reserve, and becomes a task."),
            ordinary=_FRESH_DAYS,
        ),
    )
    return [
        names(scene, (file, ())),
        Section(say.gettext("What it belongs to"), what),
        Section(say.gettext("How it is told"), how),
    ]


def _examples(item: Item, scene: Scene) -> list[Section]:
    """Return a part for each language, with its examples and its golden questions."""
    say = scene.reader.say
    sections = []
    for language in LANGUAGES:
        examples, golden = (layout.words(item.name, language), ("examples",)), (layout.golden(language), (item.name,))
        count = len(get(scene.tree, *examples) or ())
        title = upper_first(language_name(language, scene.reader.language))
        sections.append(
            Section(
                f"{title} ({count})",
                (
                    Field(
                        examples,
                        FieldKind.LINES,
                        say.gettext("How residents ask"),
                        say.gettext("One question on each line, as somebody would type it. The bot learns from them."),
                        language=language,
                        bare=(),
                    ),
                    Field(
                        golden,
                        FieldKind.LINES,
                        say.gettext("Questions that must stay understood"),
                        say.gettext("One on each line. They are asked before publishing, and never learned from."),
                        language=language,
                    ),
                ),
                folded=language != scene.reader.language,
            )
        )
    return sections


def _groups(tree: Tree) -> list[str]:
    """Return the groups that topics have, those among them that nobody has named too."""
    found = (get(tree, file, ("group",)) for file in tree if file.startswith("topics/"))
    return list(dict.fromkeys(group for group in found if isinstance(group, str)))
