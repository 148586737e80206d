"""Checks of the golden questions: each means something that is known, stands once, and is nothing that is learned from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.editing import layout
from bot.editing.documents import Path
from bot.editing.findings import Finding, error, warning
from bot.editing.problems import sentence
from bot.language.text import fold, words
from bot.matching.material import ACT, CRISIS, LOOK_ALIKE, OUTSIDE, SITUATION, is_topic
from bot.model.library import Example, Library
from bot.model.verdict import Act

#: Shorter ones cannot help but be like an example: everybody says hello in the same words.
FEWEST_WORDS = 4
#: Of a hundred letters, those that a question may share with an example at most.
TOO_NEAR = 90

#: How much shorter one of two texts may be that share `TOO_NEAR` of their letters: 2·s / (1 + s) = 0.9.
_SHORTER = 0.818
#: Questions that are compared with the same examples.
_TOGETHER = 16

_Place = tuple[str, Path]


class _Question(NamedTuple):
    text: str
    place: _Place


def check(library: Library, folded: Sequence[str]) -> Iterator[Finding]:
    """Check each golden question, and compare it with the examples of its language; ``folded`` are the words of all examples.

    What people say in danger is not compared: to miss it would be worse than to measure it too well.
    """
    position: Counter[tuple[str, str]] = Counter()
    seen: dict[tuple[str, str], str] = {}
    long_ones: dict[str, list[_Question]] = {}
    known = _labels(library)
    for golden in library.golden:
        nth = position[golden.language, golden.label]
        position[golden.language, golden.label] += 1
        place: _Place = layout.golden(golden.language), (golden.label, nth)
        if nth == 0 and golden.label not in known:
            needs = [layout.topic(golden.label)] if is_topic(golden.label) else []
            file, path = layout.golden(golden.language), (golden.label,)
            yield error(file, path, sentence("'%(label)s' is nothing that can be asked about"), *needs, label=golden.label)
        read = words(golden.text)
        text = " ".join(read) or fold(golden.text)
        if not text:
            yield error(*place, sentence("the question is empty"))
        elif (golden.language, text) not in seen:
            seen[golden.language, text] = golden.label
        elif seen[golden.language, text] == golden.label:
            yield warning(*place, sentence("the same question stands here twice"))
        else:
            other = seen[golden.language, text]
            yield error(*place, sentence("the same question means something else under '%(label)s'"), label=other)
        if len(read) >= FEWEST_WORDS:
            long_ones.setdefault(golden.language, []).append(_Question(text, place))
    examples: dict[str, list[tuple[str, Example]]] = {}
    for text, example in zip(folded, library.examples, strict=True):
        if not example.label.startswith(CRISIS):
            examples.setdefault(example.language, []).append((text, example))
    for language, questions in long_ones.items():
        yield from _near(questions, examples.get(language, []))


def _labels(library: Library) -> frozenset[str]:
    """Return everything that a question can mean."""
    prefixed = ((SITUATION, library.situations), (CRISIS, library.crises), (ACT, [act.value for act in Act]))
    named = {f"{prefix}{each}" for prefix, names in prefixed for each in names}
    return frozenset({OUTSIDE, LOOK_ALIKE, *library.topics, *named})


def _near(questions: Sequence[_Question], examples: Sequence[tuple[str, Example]]) -> Iterator[Finding]:
    """Tell the questions that are nearly one of ``examples``: what was learned by heart shows nothing.

    Texts of which one is much longer cannot be alike, so only those of about one length are compared.
    """
    ordered = sorted(questions, key=lambda question: len(question.text))
    theirs = sorted(examples, key=lambda each: len(each[0]))
    lengths = [len(text) for text, _ in theirs]
    for start in range(0, len(ordered), _TOGETHER):
        block = ordered[start : start + _TOGETHER]
        begin = bisect_left(lengths, len(block[0].text) * _SHORTER)
        close = theirs[begin : bisect_right(lengths, len(block[-1].text) / _SHORTER)]
        ours = [question.text for question in block]
        alike = process.cdist(ours, [text for text, _ in close], scorer=fuzz.ratio, score_cutoff=TOO_NEAR, dtype=np.uint8)
        for row in np.flatnonzero(alike.any(axis=1)):
            template = sentence("nearly the same stands among what is learned from: '%(example)s'")
            yield warning(*block[row].place, template, example=close[int(alike[row].argmax())][1].text)
