"""Checks of how long an answer is for a reader on a phone: in words, and from full stop to full stop."""

from __future__ import annotations

from collections.abc import Iterator

from bot.editing import layout
from bot.editing.checks import writing
from bot.editing.findings import Finding, warning
from bot.editing.problems import sentence
from bot.editing.wordings import LABELS, parts
from bot.model.library import Library

#: Words of an answer, without its labels. A thin answer, which leads to an office, may be shorter.
SHORTEST_ANSWER, LONGEST_ANSWER = 60, 120


def check(library: Library) -> Iterator[Finding]:
    """Check the length of all answers in all languages."""
    for answer in library.answers.values():
        for language, wording in answer.wordings.items():
            file, path = layout.words(answer.topic, language), ("wordings", answer.where)
            texts = [(part, text) for part, text in parts(wording) if part not in LABELS]
            count = sum(len(text.split()) for _, text in texts)
            if count > LONGEST_ANSWER:
                template = sentence("%(count)d words are too many for a phone: %(most)d at most")
                yield warning(file, path, template, count=count, most=LONGEST_ANSWER)
            elif count < SHORTEST_ANSWER and answer.confidence == "good":
                template = sentence("%(count)d words are few for an answer that is not thin: %(least)d at least")
                yield warning(file, path, template, count=count, least=SHORTEST_ANSWER)
            for part, text in texts:
                yield from writing.sentences(file, (*path, *part), text)
