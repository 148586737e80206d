"""Checks of the golden questions: each means something that is known, stands once, and is nothing that is learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from bot.editing import layout
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.language.text import fold, words
from bot.matching.material import ACT, CRISIS, LOOK_ALIKE, OUTSIDE, SITUATION, is_topic
from bot.model.library import Library
from bot.model.verdict import Act

#: Shorter ones cannot help but be like an example: everybody says hello in the same words.
FEWEST_WORDS = 4
#: Of a hundred letters, those that a question may share with an example at most.
TOO_NEAR = 90

_Place = tuple[str, Path]


def check(library: Library) -> Iterator[Finding]:
    """Check each golden question, and compare it with the examples of its language."""
    position: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], str] = {}
    long_ones: dict[str, list[tuple[str, _Place]]] = {}
    known = _labels(library)
    for golden in library.golden:
        nth = position[golden.language, golden.label]
        position[golden.language, golden.label] += 1
        place: _Place = layout.golden(golden.language), (golden.label, nth)
        if nth == 0 and golden.label not in known:
            needs = [layout.topic(golden.label)] if is_topic(golden.label) else []
            file, path = layout.golden(golden.language), (golden.label,)
            yield error(file, path, sentence("'%(label)s' is nothing that can be asked about"), *needs, label=golden.label)
        folded = words(golden.text)
        text = " ".join(folded) or fold(golden.text)
        if not text:
            yield error(*place, sentence("the question is empty"))
        elif (golden.language, text) not in seen:
            seen[golden.language, text] = golden.label
        elif seen[golden.language, text] == golden.label:
            yield warning(*place, sentence("the same question stands here twice"))
        else:
            other = seen[golden.language, text]
            yield error(*place, sentence("the same question means something else under '%(label)s'"), label=other)
        if len(folded) >= FEWEST_WORDS:
            long_ones.setdefault(golden.language, []).append((text, place))
    for language, questions in long_ones.items():
        yield from _near(questions, language, library)


def _labels(library: Library) -> frozenset[str]:
    """Return everything that a question can mean."""
    prefixed = ((SITUATION, library.situations), (CRISIS, library.crises), (ACT, [act.value for act in Act]))
    named = {f"{prefix}{each}" for prefix, names in prefixed for each in names}
    return frozenset({OUTSIDE, LOOK_ALIKE, *library.topics, *named})


def _near(questions: Sequence[tuple[str, _Place]], language: str, library: Library) -> Iterator[Finding]:
    """Tell the questions that are nearly an example: what was learned by heart shows nothing.

    What people say in danger is left out: to miss it would be worse than to measure it too well.
    """
    examples = [each for each in library.examples if each.language == language and not each.label.startswith(CRISIS)]
    ours, theirs = [text for text, _ in questions], [" ".join(words(each.text)) for each in examples]
    alike = process.cdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=TOO_NEAR, dtype=np.uint8)
    told = set()
    for row, column in zip(*np.nonzero(alike), strict=True):
        if row not in told:
            told.add(row)
            template = sentence("nearly the same stands among what is learned from: '%(example)s'")
            yield warning(*questions[row][1], template, example=examples[column].text)
