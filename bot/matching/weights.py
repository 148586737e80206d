"""All that was trained for one set of examples, and how it is kept: one compressed npz without pickle."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.language.identify import LanguageModel
from bot.matching.crisis import CrisisMeaning, CrisisModel, Network
from bot.matching.gate import Gate, Thresholds
from bot.matching.grams import Grams
from bot.matching.linear import Floats, Linear, Packed
from bot.matching.signals import Mix
from bot.matching.situations import SituationModel
from bot.model.library import Example

#: Raised with every change that makes older weights wrong: another feature, another meaning of a number.
FORMAT = 5

_Arrays = dict[str, NDArray[Any]]


#: What reading damaged bytes raises.
_BROKEN = (KeyError, IndexError, TypeError, ValueError, OSError, EOFError, zipfile.BadZipFile)


class BrokenWeightsError(ValueError):
    """These bytes are not weights that this version of the program can read."""


@dataclass(frozen=True)
class Weights:
    """Everything that was learned. ``labels`` are the classes: topics, ``act:<id>`` and ``outside``.

    ``encoder`` is the name of the `bot.matching.embedder.Embedder` whose vectors it knows; without one, ``centre`` (size,),
    ``meaning`` and ``vectors`` are None. ``vectors`` are those of the topics' and acts' examples in the order of
    `bot.matching.material.arranged`, and ``keys`` (n,) say by `bot.matching.material.key` whose they are. ``gates`` and
    ``thresholds`` are by strength ("full", "words").
    """

    fingerprint: str
    encoder: str | None
    labels: tuple[str, ...]
    mix: Mix
    grams: Grams
    words: Linear
    centre: Floats | None
    meaning: Linear | None
    vectors: Packed | None
    keys: NDArray[np.uint64]
    gates: Mapping[str, Gate]
    thresholds: Mapping[str, Thresholds]
    situations: SituationModel
    crisis: CrisisModel
    languages: LanguageModel

    def known_vectors(self) -> dict[int, Floats]:
        """Return the vectors of the topics' and acts' examples, by `bot.matching.material.key`."""
        return {} if self.vectors is None else dict(zip(self.keys.tolist(), self.vectors.rows(), strict=True))

    def to_bytes(self) -> bytes:
        """Return the weights as compressed bytes."""
        arrays: _Arrays = {}
        _put_linear(arrays, "words", self.words)
        _put_grams(arrays, "grams", self.grams)
        _put_linear(arrays, "situations.words", self.situations.words)
        if self.situations.meaning is not None:
            _put_linear(arrays, "situations.meaning", self.situations.meaning)
        _put_linear(arrays, "crisis.words", self.crisis.words)
        _put_grams(arrays, "crisis.grams", self.crisis.grams)
        arrays["languages.grams"] = _strings(self.languages.grams)
        arrays["languages.table"] = self.languages.table.astype(np.float16)
        if self.centre is not None and self.meaning is not None and self.vectors is not None and self.crisis.meaning is not None:
            arrays["centre"] = self.centre
            _put_packed(arrays, "vectors", self.vectors)
            arrays["vectors.keys"] = self.keys
            _put_linear(arrays, "meaning", self.meaning)
            _put_crisis_meaning(arrays, self.crisis.meaning)
        arrays["facts"] = _strings([json.dumps(self._facts())])
        for name, gate in [*_prefixed("gate", self.gates), *_prefixed("crisis.gate", self.crisis.gates)]:
            arrays[name] = np.stack([gate.mean, gate.spread, gate.weight])
        kept = io.BytesIO()
        np.savez_compressed(kept, allow_pickle=False, **arrays)
        return kept.getvalue()

    def _facts(self) -> dict[str, Any]:
        """Return what is no array."""
        return {
            "format": FORMAT,
            "fingerprint": self.fingerprint,
            "encoder": self.encoder,
            "labels": self.labels,
            "mix": asdict(self.mix),
            "longest": [self.grams.longest, self.crisis.grams.longest],
            "gates": {strength: gate.bias for strength, gate in self.gates.items()},
            "thresholds": {
                strength: {
                    "answer": {language: table.tolist() for language, table in at.answer.items()},
                    "choose": dict(at.choose),
                }
                for strength, at in self.thresholds.items()
            },
            "situations": self.situations.labels,
            "kinds": self.crisis.kinds,
            "crisis_gates": {strength: gate.bias for strength, gate in self.crisis.gates.items()},
            "crisis_thresholds": dict(self.crisis.thresholds),
            "crisis_doubts": dict(self.crisis.doubts),
        }

    @staticmethod
    def from_bytes(content: bytes) -> Weights:
        """Return the weights that `to_bytes` wrote. Raises `BrokenWeightsError`."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as opened:
                arrays = {name: opened[name] for name in opened.files}
            facts = json.loads(_text(arrays["facts"])[0])
            weights = _weights(arrays, facts) if facts["format"] == FORMAT else None
        except _BROKEN as error:
            raise BrokenWeightsError("these bytes are not weights") from error
        if weights is None:
            raise BrokenWeightsError(f"weights of another format than {FORMAT}")
        return weights


def told_by(content: bytes) -> tuple[str, str | None]:
    """Return the fingerprint and the encoder of the weights in ``content``, unread else. Raises `BrokenWeightsError`."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as opened:
            facts = json.loads(_text(opened["facts"])[0])
        return facts["fingerprint"], facts["encoder"]
    except _BROKEN as error:
        raise BrokenWeightsError("these bytes are not weights") from error


def fingerprint(examples: Iterable[Example], encoder: str | None) -> str:
    """Return a hash of all ``examples`` in any order, the ``encoder``'s name and the format: equal for equal weights."""
    told = hashlib.sha256(f"{FORMAT}\0{encoder or 'none'}".encode())
    for key in sorted({(example.language, example.label, example.text) for example in examples}):
        told.update("\0".join(key).encode() + b"\n")
    return told.hexdigest()


def _weights(arrays: _Arrays, facts: dict[str, Any]) -> Weights:
    full = "centre" in arrays
    crisis = CrisisModel(
        tuple(facts["kinds"]),
        _grams(arrays, "crisis.grams", facts["longest"][1]),
        _linear(arrays, "crisis.words"),
        _crisis_meaning(arrays) if full else None,
        _gates(arrays, "crisis.gate", facts["crisis_gates"]),
        facts["crisis_thresholds"],
        facts["crisis_doubts"],
    )
    return Weights(
        facts["fingerprint"],
        facts["encoder"],
        tuple(facts["labels"]),
        Mix(**facts["mix"]),
        _grams(arrays, "grams", facts["longest"][0]),
        _linear(arrays, "words"),
        arrays["centre"] if full else None,
        _linear(arrays, "meaning") if full else None,
        _packed(arrays, "vectors") if full else None,
        arrays["vectors.keys"] if full else np.empty(0, np.uint64),
        _gates(arrays, "gate", facts["gates"]),
        {
            strength: Thresholds(
                {language: np.array(table, np.float32) for language, table in at["answer"].items()}, at["choose"]
            )
            for strength, at in facts["thresholds"].items()
        },
        SituationModel(
            tuple(facts["situations"]),
            _linear(arrays, "situations.words"),
            _linear(arrays, "situations.meaning") if full else None,
        ),
        crisis,
        LanguageModel(_text(arrays["languages.grams"]), arrays["languages.table"].astype(np.float32)),
    )


def _gates(arrays: _Arrays, name: str, biases: Mapping[str, float]) -> dict[str, Gate]:
    gates = {}
    for strength, bias in biases.items():
        mean, spread, weight = arrays[f"{name}.{strength}"]
        gates[strength] = Gate(mean, spread, weight, bias)
    return gates


def _prefixed(name: str, gates: Mapping[str, Gate]) -> list[tuple[str, Gate]]:
    return [(f"{name}.{strength}", gate) for strength, gate in gates.items()]


def _put_linear(arrays: _Arrays, name: str, linear: Linear) -> None:
    # Columns lie together, so that zeros stand in runs and compress.
    arrays[f"{name}.codes"], arrays[f"{name}.scale"], arrays[f"{name}.bias"] = linear.codes.T, linear.scale, linear.bias


def _linear(arrays: _Arrays, name: str) -> Linear:
    return Linear(np.ascontiguousarray(arrays[f"{name}.codes"].T), arrays[f"{name}.scale"], arrays[f"{name}.bias"])


def _put_crisis_meaning(arrays: _Arrays, meaning: CrisisMeaning) -> None:
    network = meaning.network
    arrays["crisis.inner"] = network.inner.astype(np.float16)
    arrays["crisis.hidden"] = np.stack([network.inner_bias, network.outer])
    arrays["crisis.outer_bias"] = np.array(network.outer_bias)
    _put_packed(arrays, "crisis.crises", Packed.of(meaning.crises))
    _put_packed(arrays, "crisis.look_alikes", Packed.of(meaning.look_alikes))
    _put_linear(arrays, "crisis.kinds", meaning.kinds)


def _crisis_meaning(arrays: _Arrays) -> CrisisMeaning:
    inner_bias, outer = arrays["crisis.hidden"]
    network = Network(arrays["crisis.inner"].astype(np.float32), inner_bias, outer, float(arrays["crisis.outer_bias"]))
    crises, look_alikes = _packed(arrays, "crisis.crises").rows(), _packed(arrays, "crisis.look_alikes").rows()
    return CrisisMeaning(network, _linear(arrays, "crisis.kinds"), crises, look_alikes)


def _put_packed(arrays: _Arrays, name: str, packed: Packed) -> None:
    arrays[f"{name}.codes"], arrays[f"{name}.step"] = packed.codes, np.array(packed.step)


def _packed(arrays: _Arrays, name: str) -> Packed:
    return Packed(arrays[f"{name}.codes"], float(arrays[f"{name}.step"]))


def _put_grams(arrays: _Arrays, name: str, grams: Grams) -> None:
    arrays[f"{name}.keys"], arrays[f"{name}.rarity"] = grams.keys, grams.rarity


def _grams(arrays: _Arrays, name: str, longest: int) -> Grams:
    return Grams(arrays[f"{name}.keys"], arrays[f"{name}.rarity"], longest)


def _strings(values: Iterable[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(values).encode(), np.uint8)


def _text(array: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n")) if array.size else ()
