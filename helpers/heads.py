"""Heads: small trained layers on the encoder's states, kept as ``.npz``, applied with numpy.

A head file holds its arrays and, as JSON under ``about``, what it was trained on: the encoder,
its layers, the labels. `helpers.training` makes them; beside each lies a model card in Markdown.

The tagger is a linear layer, a window over neighbours, a hidden layer, and a linear-chain
conditional random field (Lafferty et al. 2001) in which moves that BIO forbids are impossible.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from helpers.units import Units
from helpers.wordlists import models

# The heads' products are small: threads that wait for one another cost three times the work where
# others use the machine, and gain nothing where none do.
one_thread = ThreadpoolController().wrap(limits=1, user_api="blas")
FORBIDDEN = -1e4  # the score of a move that cannot be
Array = NDArray[np.float32]


class Head:
    """What a head file holds.

    Attributes
    ----------
    arrays : dict of numpy.ndarray
    about : dict
        ``encoder``, ``layers``, ``labels`` and what the training adds.
    """

    def __init__(self, arrays: dict[str, Array], about: dict[str, Any]) -> None:
        self.arrays = {name: np.asarray(a, dtype=np.float32) for name, a in arrays.items()}
        self.about = about

    @classmethod
    def load(cls, name: str) -> Self:
        """Read a head of ``data/models`` by its name.

        Raises
        ------
        FileNotFoundError
            If it is not there, with the command that trains it.
        ValueError
            If the file is not a head.
        """
        return _loaded(cls, head_file(name))

    def save(self, name: str) -> Path:
        """Write the head in half precision; give the file."""
        file = head_file(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        halves = {key: a.astype(np.float16) for key, a in self.arrays.items()}
        with file.open("wb") as out:
            np.savez_compressed(out, about=json.dumps(self.about, ensure_ascii=False), **halves)
        return file

    @property
    def layers(self) -> list[int]:
        """The encoder's layers that the head reads."""
        return self.about["layers"]

    @property
    def labels(self) -> list[str]:
        """The labels, in the order of the head's outputs."""
        return self.about["labels"]

    def fits(self, encoder: str) -> None:
        """Raise a ValueError unless the head was trained on the encoder of this name."""
        if self.about["encoder"] != encoder:
            raise ValueError(
                f"the head {self.about['name']} was trained on another encoder "
                f"({self.about['encoder']}, here is {encoder}): make train GOLD=folder"
            )


def head_file(name: str) -> Path:
    """Give the file of a head."""
    return models() / f"{name}.npz"


@cache
def _loaded(kind: type[Head], file: Path) -> Head:
    if not file.is_file():
        raise FileNotFoundError(f"no {file.name} in {file.parent}: make train GOLD=folder")
    try:
        with np.load(file) as held:
            about = json.loads(str(held["about"]))
            return kind({k: held[k] for k in held.files if k != "about"}, about)
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise ValueError(f"{file} is not a head ({error}): make train GOLD=folder") from None


def softmax(scores: Array) -> Array:
    """Turn scores into probabilities over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


@dataclass
class Tagged:
    """A span that a tagger found: units from first to before end.

    Attributes
    ----------
    confidence
        Probability, 0..1: the lowest of the span's units to have its tag.
    """

    first: int
    end: int
    label: str
    confidence: float


class Tagger(Head):
    """Labels spans of units; the arrays are those of `helpers.training.tagger.TaggerNet`."""

    def tag(self, wide: Array) -> list[Tagged]:
        """Find the spans in the units of one text, from left to right.

        Parameters
        ----------
        wide
            The rows of `wide` for the text's units.
        """
        if not len(wide):
            return []
        scores = self.scores(wide)
        moves, first = self.arrays["moves"], self.arrays["first"]
        path = viterbi(scores, moves, first)
        sure = marginals(scores, moves, first)[np.arange(len(path)), path]
        return list(self._spans(path, sure))

    def wide(self, units: Units) -> Array:
        """Give what the tagger makes of each unit by itself: for many texts in one product."""
        a = self.arrays
        x = (units.states - a["mean"]) / a["spread"]
        return np.concatenate([x @ a["inner.w"].T + a["inner.b"], units.shapes], axis=1)

    def scores(self, wide: Array) -> Array:
        """Give each unit's score for each tag, before the neighbours' tags count."""
        a = self.arrays
        edge = np.zeros((1, wide.shape[1]), dtype=np.float32)
        window = np.concatenate([np.r_[edge, wide[:-1]], wide, np.r_[wide[1:], edge]], axis=1)
        hidden = np.maximum(window @ a["hidden.w"].T + a["hidden.b"], 0)
        return hidden @ a["outer.w"].T + a["outer.b"]

    def _spans(self, path: NDArray[np.int64], sure: Array) -> list[Tagged]:
        spans: list[Tagged] = []
        for i, (tag, p) in enumerate(zip(path, sure, strict=True)):
            if tag == 0:
                continue
            label = self.labels[(tag - 1) // 2]
            if tag % 2:  # B
                spans.append(Tagged(i, i + 1, label, float(p)))
            else:
                spans[-1].end = i + 1
                spans[-1].confidence = min(spans[-1].confidence, float(p))
        return spans


def bio_moves(labels: int) -> tuple[Array, Array]:
    """Give which moves between tags, and which first tags, BIO allows: 0, else `FORBIDDEN`.

    The tags are O, then B and I of each label.
    """
    n = 1 + 2 * labels
    moves, first = np.zeros((n, n), dtype=np.float32), np.zeros(n, dtype=np.float32)
    for inside in range(2, n, 2):
        moves[:, inside] = FORBIDDEN
        moves[[inside - 1, inside], inside] = 0
        first[inside] = FORBIDDEN
    return moves, first


def viterbi(scores: Array, moves: Array, first: Array) -> NDArray[np.int64]:
    """Give the best sequence of tags (Viterbi 1967).

    Parameters
    ----------
    scores
        (units, tags).
    moves
        (tags, tags): from the row's tag to the column's.
    first
        (tags,): of a sequence that begins with the tag.
    """
    best, back = first + scores[0], np.zeros(scores.shape, dtype=np.int64)
    for i in range(1, len(scores)):
        reached = best[:, None] + moves
        back[i] = reached.argmax(axis=0)
        best = reached.max(axis=0) + scores[i]
    path = np.zeros(len(scores), dtype=np.int64)
    path[-1] = best.argmax()
    for i in range(len(scores) - 1, 0, -1):
        path[i - 1] = back[i, path[i]]
    return path


def marginals(scores: Array, moves: Array, first: Array) -> Array:
    """Give each unit's probability for each tag (forward-backward), rows adding up to 1."""
    n = len(scores)
    ahead, behind = np.zeros_like(scores), np.zeros_like(scores)
    ahead[0] = first + scores[0]
    for i in range(1, n):
        ahead[i] = _logsum(ahead[i - 1][:, None] + moves, 0) + scores[i]
    for i in range(n - 2, -1, -1):
        behind[i] = _logsum(moves + (scores[i + 1] + behind[i + 1])[None], 1)
    both = ahead + behind
    return np.exp(both - _logsum(both, 1)[:, None])


def _logsum(values: Array, axis: int) -> Array:
    top = values.max(axis=axis, keepdims=True)
    return np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
