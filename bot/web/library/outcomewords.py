"""What a trial found, in words for those who keep the knowledge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import NullTranslations

from bot.editing.items import Kind
from bot.editing.outcomes import KEPT, Change, Counted, Found, Outcome, Some
from bot.matching.material import ACT, CRISIS, SITUATION
from bot.model.library import Library
from bot.web.library.naming import where_name
from bot.web.why import Explainer

#: How many answers whose text changes are named.
_MOST_TEXTS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A question that is decided in another way. ``text`` is None for one that is not kept any more."""

    text: str | None
    before: str
    now: str
    meant: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one language: how many there are, and the first of them."""

    language: str
    total: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One sort of changes. ``tone`` is "alarm" for what keeps the draft back, "worse" or "better"."""

    key: str
    title: str
    lead: str
    tone: str
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        """How many questions it is about."""
        return sum(group.total for group in self.groups)


@dataclass(frozen=True, slots=True)
class Pair:
    """Questions of one topic that are now answered with another."""

    language: str
    of: str
    by: str
    count: int


@dataclass(frozen=True, slots=True)
class Text:
    """An answer whose text changes, in these languages."""

    name: str
    address: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """All that a trial found, in words."""

    sections: tuple[Section, ...]
    pairs: tuple[Pair, ...]
    texts: tuple[Text, ...]
    more_texts: int
    counted: tuple[Counted, ...]
    strength: str
    is_nothing: bool


class Teller:
    """Puts outcomes into words, with the names of both libraries; where they differ, those of the draft."""

    def __init__(self, live: Library, draft: Library, language: str, say: NullTranslations) -> None:
        topics, situations = {**live.topics, **draft.topics}, {**live.situations, **draft.situations}
        self._name = Explainer(replace(draft, topics=topics, situations=situations), say, language).name
        self._language, self._say = language, say

    def told(self, found: Found, texts: Mapping[int, str | None]) -> Told:
        """Return what was found; ``texts`` are the masked words of residents' questions by turn, as far as they are kept."""
        named = [Text(self._answer(name), _address(name), tuple(languages)) for name, languages in found.texts.items()]
        named.sort(key=lambda each: each.name)
        return Told(
            tuple(section for section in self._sections(found, texts) if section.groups),
            tuple(Pair(each.language, self._name(each.of), self._name(each.by), each.count) for each in found.collisions[:KEPT]),
            tuple(named[:_MOST_TEXTS]),
            max(0, len(named) - _MOST_TEXTS),
            found.counted,
            found.strength,
            found.is_nothing,
        )

    def _sections(self, found: Found, texts: Mapping[int, str | None]) -> Iterable[Section]:
        say = self._say
        yield self._section(
            "lost",
            say.gettext("Questions that must stay understood, and are not any more"),
            say.gettext("As long as there is one, a second person must agree in writing before this is published."),
            "alarm",
            Some.by_language(found.lost),
            texts,
        )
        yield self._section(
            "unanswered",
            say.gettext("What residents asked lately, and would get no answer to any more"),
            say.gettext("They would be offered a choice, or a person."),
            "worse",
            found.unanswered,
            texts,
        )
        yield self._section(
            "moved",
            say.gettext("What residents asked lately, and would get something else for"),
            say.gettext("Look whether the new answer is the better one."),
            "worse",
            found.moved,
            texts,
        )
        yield self._section(
            "unmet",
            say.gettext("New questions that must stay understood, and are not understood yet"),
            say.gettext("More ways in which residents ask help, or the question is put under another topic."),
            "worse",
            found.unmet,
            texts,
        )
        yield self._section("won", say.gettext("Questions that are now understood"), "", "better", found.won, texts)
        yield self._section(
            "answered",
            say.gettext("What residents asked lately, and would now get an answer to"),
            "",
            "better",
            found.answered,
            texts,
        )

    def _section(
        self, key: str, title: str, lead: str, tone: str, groups: Sequence[Some], texts: Mapping[int, str | None]
    ) -> Section:
        shown = tuple(Group(each.language, each.total, tuple(self._line(one, texts) for one in each.first)) for each in groups)
        return Section(key, title, lead, tone, shown)

    def _line(self, change: Change, texts: Mapping[int, str | None]) -> Line:
        text = change.text if change.turn is None else texts.get(change.turn)
        meant = "" if change.label is None else self._name(change.label)
        return Line(text, self.outcome(change.before), self.outcome(change.now), meant)

    def outcome(self, outcome: Outcome) -> str:
        """Return in words how a question was decided."""
        first = next(iter(outcome.labels), "")
        match outcome.kind:
            case "crisis":
                return self._name(f"{CRISIS}{first}")
            case "act":
                return self._name(f"{ACT}{first}")
            case "situation":
                return self._name(f"{SITUATION}{first}")
            case "choose":
                topics = ", ".join(self._name(topic) for topic in outcome.labels)
                return self._say.gettext("a choice: %(topics)s") % {"topics": topics}
            case "unworded":
                where = ", ".join(where_name(each, self._language, self._say) for each in outcome.labels[1:])
                told = {"topic": self._name(first), "where": where}
                return self._say.gettext("%(topic)s, but no text in this language for: %(where)s") % told
            case "answer":
                return self._name(first)
            case _:
                return self._say.gettext("a person")

    def _answer(self, item: str) -> str:
        topic, _, where = _name(item).partition("/")
        return f"{self._name(topic)} ({where_name(where, self._language, self._say)})"


def _name(item: str) -> str:
    """Return the name of an item without its kind."""
    return item.partition(":")[2]


def _address(item: str) -> str:
    return f"/desk/library/item/{Kind.ANSWER}/{_name(item)}"
