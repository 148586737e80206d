"""What the assistant understood of one message, in words for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from gettext import NullTranslations

from bot.dialogue.consent import name
from bot.model.case import Case
from bot.model.library import Library
from bot.model.verdict import Act, LanguageGuess, Verdict, VerdictKind

#: How many candidates and examples are shown; the rest say nothing more.
_SHOWN = 3
#: A language less likely than this is not worth a word.
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class Why:
    """One verdict as it is read: what was decided about which subject, and on what evidence. Numbers are 0 to 1."""

    decided: str
    subject: str
    candidates: tuple[tuple[str, float], ...]
    gate: float
    outside: float
    crisis: float
    neighbours: tuple[tuple[str, str, str, float], ...]  # (label, text, its language or "", likeness)
    tongues: tuple[tuple[str, float], ...]


class Explainer:
    """Puts verdicts into words, with the names of ``library``, in ``language``."""

    def __init__(self, library: Library, say: NullTranslations, language: str) -> None:
        self._library = library
        self._say = say
        self._language = language

    def explain(self, verdict: Verdict, guess: LanguageGuess | None, *, relayed: bool = False) -> Iterator[Why]:
        """Yield what ``verdict`` means, and after a crisis the verdict on the question below it.

        ``relayed`` says that it was not acted on, because staff held the conversation.
        """
        evidence = verdict.evidence
        yield Why(
            decided=self._say.gettext("Passed on to staff, looks like") if relayed else _decided(verdict.kind, self._say),
            subject=self._subject(verdict),
            candidates=tuple((self.name(each.topic), each.probability) for each in evidence.candidates[:_SHOWN]),
            gate=evidence.gate,
            outside=evidence.outside,
            crisis=evidence.crisis,
            neighbours=tuple(
                (self.name(each.label), each.text, self._spoken.get(each.text, ""), each.likeness)
                for each in evidence.neighbours[:_SHOWN]
            ),
            tongues=() if guess is None else tuple(each for each in guess.ranked[:_SHOWN] if each[1] >= _LEAST),
        )
        if verdict.below is not None:
            yield from self.explain(verdict.below, None)

    def about(self, case: Case, verdicts: Sequence[Verdict]) -> str:
        """Return what a case is about: the kind of crisis, else the topic; empty when neither is known.

        ``verdicts`` are those of its conversation, oldest first.
        """
        kinds = [verdict.crisis for verdict in verdicts if verdict.crisis is not None]
        return self.asked(case, kinds[-1] if kinds else None)

    def asked(self, case: Case, crisis: str | None) -> str:
        """Return the same, given the last ``crisis`` that was seen in its conversation."""
        if case.urgent:
            return self.name(f"crisis:{crisis}") if crisis else ""
        return self.name(case.topic) if case.topic else ""

    def name(self, label: str) -> str:
        """Return in words what an example or a verdict is labelled with; a label without words stays as it is."""
        kind, _, rest = label.partition(":")
        if kind == "act" and rest in set(Act):
            return act_name(Act(rest), self._say)
        if kind == "crisis":
            return crisis_name(rest, self._say)
        if kind == "situation":
            situation = self._library.situations.get(rest)
            return situation.names.get(self._language, rest) if situation else rest
        if label == "outside":
            return self._say.gettext("not our subject")
        if label == "not-crisis":
            return self._say.gettext("a figure of speech")
        topic = self._library.topics.get(label)
        return topic.names.get(self._language, label) if topic else label

    def point(self, point_id: str) -> str:
        """Return the name of an info point, in another language where it has none in this one; its id when it is gone."""
        point = self._library.points.get(point_id)
        return name(point, self._language) if point else point_id

    def _subject(self, verdict: Verdict) -> str:
        if verdict.crisis is not None:
            return self.name(f"crisis:{verdict.crisis}")
        if verdict.act is not None:
            return self.name(f"act:{verdict.act}")
        if verdict.kind is VerdictKind.CHOOSE and verdict.situation is not None:
            return self.name(f"situation:{verdict.situation}")
        if verdict.kind is VerdictKind.CHOOSE:
            return ", ".join(self.name(choice) for choice in verdict.choices)
        return self.name(verdict.topic) if verdict.topic else ""

    @cached_property
    def _spoken(self) -> Mapping[str, str]:
        """The language of each example, so that a screen reader pronounces it right."""
        return {example.text: example.language for example in self._library.examples}


def crisis_name(crisis: str, say: NullTranslations) -> str:
    """Return what a kind of crisis is called; one without words as it is."""
    match crisis:
        case "suicide-or-self-harm":
            return say.gettext("suicide or self-harm")
        case "violence-now":
            return say.gettext("violence at this moment")
        case "child-in-danger":
            return say.gettext("a child in danger")
        case "medical-emergency":
            return say.gettext("a medical emergency")
        case _:
            return crisis


def _decided(kind: VerdictKind, say: NullTranslations) -> str:
    match kind:
        case VerdictKind.ANSWER:
            return say.gettext("Answered")
        case VerdictKind.CHOOSE:
            return say.gettext("Let the resident choose")
        case VerdictKind.PERSON:
            return say.gettext("Not sure enough to answer")
        case VerdictKind.ACT:
            return say.gettext("Understood as")
        case VerdictKind.CRISIS:
            return say.gettext("Crisis")


def act_name(act: Act, say: NullTranslations) -> str:
    """Return what an act is called."""
    return {
        Act.GREETING: say.gettext("a greeting"),
        Act.THANKS: say.gettext("thanks"),
        Act.GOODBYE: say.gettext("a goodbye"),
        Act.HUMAN: say.gettext("the wish to talk to a person"),
        Act.HELP: say.gettext("the question what this can do"),
        Act.LANGUAGE: say.gettext("the wish for another language"),
        Act.PRIVACY: say.gettext("a question about privacy"),
        Act.FORGET_ME: say.gettext("the wish to be forgotten"),
        Act.MISSED: say.gettext("the word that the answer missed"),
        Act.FOLLOW_UP: say.gettext("going on from the last answer"),
    }[act]
