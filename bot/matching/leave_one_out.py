"""Which examples would be taken for something else if they were not there: each against all others of its language.

Regularised least squares on two kernels, the n-grams of `bot.matching.grams` and the vectors of the encoder where they are
known. Its answer without an example follows in closed form from the inverse of the kernel matrix (Rifkin and Lippert, "Notes
on Regularized Least Squares", 2007), so that thousands of examples are left out in a second. It is weaker than the matcher
that serves, which learns from four languages at once; what it says is a list for an editor, not a verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from bot.matching import fitting
from bot.matching.linear import Floats
from bot.matching.material import SITUATION, Material, is_topic, key
from bot.model.library import LANGUAGES, Example

#: What the vectors count beside the n-grams, to which power their cosine is raised so that far ones fade, and the
#: regularisation: the best of those tried on the shipped examples (62, 57, 60, 62 % of the topics' won, of sl, it, hr, bg).
_MEANING, _FADING, _RIDGE = 2.0, 3, 0.3
#: Stands for what all examples have in common.
_BIAS = 0.1
_LONGEST_GRAM = 2


@dataclass(frozen=True, slots=True)
class Theft:
    """An example that another meaning takes: the ``thief``, its label, and by how much it wins, 0 to about 1."""

    example: Example
    thief: str
    lead: float


def thefts(
    examples: Sequence[Example], vectors: Mapping[int, Floats], progress: Callable[[str, float], None] = lambda *_: None
) -> list[Theft]:
    """Return the examples that do not win their own meaning when left out, the clearest first within each language.

    ``vectors`` are those that are known, by `bot.matching.material.key`, each of length one; more of them make it wiser.
    Only topics and situations are looked at: an editor moves an example from one to another. ``progress`` is told the
    language and the share that is done, 0 to 1.
    """
    found: list[Theft] = []
    for done, language in enumerate(LANGUAGES):
        progress(language, done / len(LANGUAGES))
        own = [example for example in examples if example.language == language and _is_looked_at(example.label)]
        if len({example.label for example in own}) > 1:
            found.extend(_of_language(own, vectors))
    return found


def _is_looked_at(label: str) -> bool:
    return is_topic(label) or label.startswith(SITUATION)


def _of_language(examples: Sequence[Example], vectors: Mapping[int, Floats]) -> list[Theft]:
    material = Material.of(examples, None)
    labels, targets = np.unique(material.labels, return_inverse=True)
    scores = _left_out(_kernel(material, vectors), targets, len(labels))
    rows = np.arange(len(targets))
    winners = scores.argmax(axis=1)
    leads = scores[rows, winners] - scores[rows, targets]
    lost = sorted(np.flatnonzero(winners != targets).tolist(), key=lambda row: -leads[row])
    return [Theft(material.examples[row], str(labels[winners[row]]), float(leads[row])) for row in lost]


def _kernel(material: Material, vectors: Mapping[int, Floats]) -> Floats:
    """Return how like any two examples are, shape (n, n)."""
    counted = material.counted
    rows = np.arange(len(material.examples), dtype=np.intp)
    grams = counted.grams(rows, _LONGEST_GRAM, rare=1)
    matrix = counted.matrix(rows, grams)
    kernel = np.asarray((matrix @ matrix.T).todense(), np.float32)
    known = {row: vectors[name] for row, name in enumerate(map(key, material.examples)) if name in vectors}
    if known:
        placed = np.fromiter(known, np.intp)
        stacked = np.stack([known[row] for row in placed.tolist()])
        stacked -= stacked.mean(axis=0)
        stacked /= np.maximum(np.linalg.norm(stacked, axis=1, keepdims=True), 1e-9)
        kernel[np.ix_(placed, placed)] += _MEANING * np.maximum(stacked @ stacked.T, 0) ** _FADING
    return kernel + np.float32(_BIAS)


def _left_out(kernel: Floats, targets: fitting.Rows, classes: int) -> Floats:
    """Return what is said of each example by all others, shape (n, classes); about 1 for what it is, 0 for the rest."""
    kernel[np.diag_indices(len(kernel))] += np.float32(_RIDGE)
    wanted = np.zeros((len(targets), classes), np.float32)
    wanted[np.arange(len(targets)), targets] = 1
    inverse = cho_solve(cho_factor(kernel, lower=True), np.eye(len(kernel), dtype=np.float32))
    found: Floats = wanted - (inverse @ wanted) / np.diag(inverse)[:, None]
    return found
