"""What the forms of learning share: the choice of a topic, and the words for what was learned and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from gettext import NullTranslations

from bot.editing import layout
from bot.editing.checks.writing import LONGEST_BUTTON
from bot.editing.learning import Left, Lesson, NewTopic
from bot.editing.trees import Tree, get
from bot.language.text import clean, has_content
from bot.web.library.naming import group_names, topic_name

#: What the field ``topic`` holds when none of the suggested ones is meant.
OTHER, NEW = "-other", "-new"
#: So many examples are shown of a topic.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Offered:
    """A topic that may be meant, and some of the ways in which residents ask about it."""

    topic: str
    name: str
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """What an editor can choose from. ``topics`` are all topics by id, with their names; ``groups`` those of a new one."""

    offered: Sequence[Offered]
    topics: Mapping[str, str]
    groups: Mapping[str, str]


class Unfit(Exception):  # noqa: N818 - a word of the house
    """The choice of a topic cannot be taken; the message says why, in the editor's language. ``field`` is where."""

    def __init__(self, problem: str, field: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.field = field


def choice(tree: Tree, likely: Iterable[str], of_language: str, language: str, say: NullTranslations) -> Choice:
    """Return what there is to choose from: the ``likely`` topics first, with examples in ``of_language``."""
    names = {topic: topic_name(tree, topic, language) for topic in _topics(tree)}
    offered = [
        Offered(topic, names[topic], (get(tree, layout.words(topic, of_language), ("examples",)) or [])[:_SHOWN])
        for topic in dict.fromkeys(likely)
        if topic in names
    ]
    ordered = dict(sorted(names.items(), key=lambda pair: pair[1].casefold()))
    return Choice(offered, ordered, group_names(say))


def chosen(form: Mapping[str, str], tree: Tree, say: NullTranslations, country: str = "") -> str | NewTopic:
    """Return the topic that a form names, or the one that is to be made. Raises `Unfit`."""
    topic = form.get("topic", "")
    if topic == NEW:
        name, group = clean(form.get("name", "")), form.get("group", "")
        if not has_content(name):
            raise Unfit(say.gettext("Write what the new topic is called."), "name")
        if len(name) > LONGEST_BUTTON:
            problem = say.gettext("This name is too long for a button. At most %(most)s characters fit.")
            raise Unfit(problem % {"most": LONGEST_BUTTON}, "name")
        if group not in group_names(say):
            raise Unfit(say.gettext("Choose where the new topic belongs."), "group")
        return NewTopic(name, group, country)
    topic = form.get("other", "") if topic == OTHER else topic
    if not topic or layout.topic(topic) not in tree:
        raise Unfit(say.gettext("Choose the topic that is meant, or make a new one."), "topic")
    return topic


def counted(lesson: Lesson) -> dict[str, int]:
    """Return what came of a lesson in numbers, for the address of the page that tells it."""
    found = {"examples": len(lesson.examples), "kept": int(lesson.golden is not None)}
    return {name: number for name, number in (found | Counter(map(str, lesson.left.values()))).items() if number}


def numbers(given: Mapping[str, str]) -> Mapping[str, int]:
    """Return what `counted` put into an address, each as 0 where it is not there."""
    return {name: _number(given.get(name, "")) for name in ("examples", "kept", "done", "wording", *map(str, Left))}


def left_words(left: Left, say: NullTranslations) -> str:
    """Return why something is not learned from."""
    return {
        Left.MASKED: say.gettext("A person is spoken of: nobody asks in these words."),
        Left.KNOWN: say.gettext("This stands there already."),
        Left.ELSEWHERE: say.gettext("This stands there already, and means something else."),
        Left.LONG: say.gettext("This is too long."),
        Left.EMPTY: say.gettext("There are no words in this."),
    }[left]


def _topics(tree: Tree) -> list[str]:
    return [file.removeprefix("topics/").removesuffix(".yaml") for file in tree if file.startswith("topics/")]


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 5 else 0  # noqa: PLR2004 - a form holds fewer
