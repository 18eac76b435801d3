"""What a step of the training sees: documents in one row of tokens, anchors with their targets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from helpers.heads import Array
from helpers.statements.anchors import AFTER, BEFORE, KINDS
from helpers.statements.features import FEATURES
from helpers.training.statement_net import Sizes
from helpers.training.statements import Marked, Piece, Statement

GAP = 32  # rows between documents: as far as a convolution reaches
_CUE, _CONTENT = range(len(KINDS))


@dataclass(frozen=True)
class Recipe:
    """The settings of a training, as they stand in the model card."""

    sizes: Sizes = field(default_factory=Sizes)
    dropout: tuple[float, float, float] = (0.2, 0.35, 0.2)
    taggers: tuple[float, ...] = (1.0, 0.6, 0.8, 0.4)
    content: float = 0.5 / 40
    cue: float = 0.25 / 40
    source: float = 0.25
    judge: float = 0.3
    kinds: tuple[float, ...] = (0.6, 0.4)  # how often each kind of anchor stands for one
    doubtful: float = 0.1  # a token with this probability to begin one may serve as a negative
    rate: float = 3e-3
    decay: float = 0.01
    epochs: int = 13
    tokens: int = 4000
    english: float = 0.6  # share of the documents of any language but German in an epoch
    unnamed: float = 0.15  # share of the documents whose language is not told
    clip: float = 1.0
    seed: int = 0


@dataclass
class Batch:
    """Documents in one row of tokens, with `GAP` empty rows between them."""

    documents: list[Marked]
    offsets: list[int]
    states: Tensor
    features: Tensor
    mask: Tensor
    tags: Tensor
    places: tuple[Tensor, Tensor, Tensor]


@dataclass
class Targets:
    """The anchors of a batch and what they should predict.

    ``content`` and ``cue`` are (anchors, window), ``start`` and ``end`` the place of the source in
    the window, its width where there is none, -100 where it lies outside.
    """

    first: Tensor
    last: Tensor
    kind: Tensor
    valid: Tensor
    content: Tensor
    cue: Tensor
    start: Tensor
    end: Tensor


def packed(
    documents: Sequence[Marked], recipe: Recipe, random: np.random.Generator
) -> Iterator[list[Marked]]:
    """Choose the documents of an epoch and pack whole ones into batches, in an order of chance."""
    kept = [d for d in documents if d.row["lang"] == "de" or random.random() < recipe.english]
    part: list[Marked] = []
    for i in random.permutation(len(kept)):
        if part and sum(len(d.document) for d in [*part, kept[i]]) > recipe.tokens:
            yield part
            part = []
        part.append(kept[i])
    if part:
        yield part


def batch(
    documents: list[Marked],
    scale: tuple[Array, Array],
    recipe: Recipe,
    random: np.random.Generator,
) -> Batch:
    """Put documents in one row, their states brought to mean 0 and spread 1 by ``scale``."""
    width = documents[0].document.states.shape[1]
    n = sum(len(d.document) + GAP for d in documents)
    states, features = np.zeros((n, width), np.float32), np.zeros((n, len(FEATURES)), np.float32)
    mask, tags = np.zeros((n, 1), np.float32), np.zeros((n, 4), np.int64)
    places = np.full((3, n), -1)
    offsets, at = [], 0
    for number, d in enumerate(documents):
        own = slice(at, at + len(d.document))
        states[own], features[own] = d.document.states, d.document.features
        states[own] -= scale[0]
        states[own] /= scale[1]
        if random.random() < recipe.unnamed:
            features[own, -2:] = 0
        mask[own], tags[own] = 1, d.tags
        places[:, own] = [[number] * len(d.document), d.document.sentence, d.document.paragraph]
        offsets.append(at)
        at += len(d.document) + GAP
    tensors = [torch.from_numpy(a)[None] for a in (states, features, mask)]
    where = tuple(torch.from_numpy(row) for row in places)
    return Batch(documents, offsets, *tensors, torch.from_numpy(tags), where)


def targets(
    b: Batch, sure: NDArray[np.floating], recipe: Recipe, random: np.random.Generator
) -> Targets:
    """Choose an anchor for each attribution, and tokens that look like anchors but are none."""
    anchors: list[tuple[int, int, int, int, Statement | None]] = []
    for d, offset in zip(b.documents, b.offsets, strict=True):
        own = sure[offset : offset + len(d.document)]
        right = [(*_anchor(s, recipe, random), s) for s in d.statements]
        wrong = list(_negatives(d.statements, own, 2 + 0.6 * len(right), recipe, random))
        anchors += [(offset, *a) for a in (*right, *wrong)]
    width = BEFORE + AFTER + 1
    n = len(anchors)
    marks, places = np.zeros((2, n, width), np.float32), np.full((2, n), width)
    places[1] = -100
    for i, (_, first, _, _, statement) in enumerate(anchors):
        if statement:
            _fill(marks[:, i], places[:, i], first, statement)
    numbers = np.array([a[:4] for a in anchors], dtype=np.int64).reshape(-1, 4)
    valid = np.array([a[4] is not None for a in anchors], dtype=np.float32)
    first, last = numbers[:, 0] + numbers[:, 1], numbers[:, 0] + numbers[:, 2]
    given = (first, last, numbers[:, 3], valid, *marks, *places)
    return Targets(*(torch.from_numpy(np.ascontiguousarray(a)) for a in given))


def _anchor(s: Statement, recipe: Recipe, random: np.random.Generator) -> tuple[int, int, int]:
    """Choose the anchor of an attribution: first and last token, kind."""
    held = (s.cue, s.content)
    weights = np.array([w * bool(p) for w, p in zip(recipe.kinds, held, strict=True)])
    kind = int(random.choice(len(held), p=weights / weights.sum()))
    first, end = held[kind][random.integers(len(held[kind]))]
    alone = kind == _CONTENT or random.random() < 0.3  # as a tagger may give its first token only
    return first, first if alone else end - 1, kind


def _negatives(
    statements: Sequence[Statement],
    sure: NDArray[np.floating],
    most: float,
    recipe: Recipe,
    random: np.random.Generator,
) -> Iterator[tuple[int, int, int, None]]:
    """Give tokens that a tagger takes for the beginning of a piece and that are none."""
    begins = sure[:, :, 1]
    own = {_CUE: begins[:, 3], _CONTENT: begins[:, :2].max(axis=1)}
    chosen: list[tuple[int, int]] = []
    for kind, probability in own.items():
        doubtful = probability > recipe.doubtful
        for first, end in _true(statements, kind):
            doubtful[first:end] = False
        chosen += [(int(i), kind) for i in np.flatnonzero(doubtful)]
    for k in random.permutation(len(chosen))[: int(most)]:
        i, kind = chosen[k]
        yield i, i, kind, None


def _true(statements: Sequence[Statement], kind: int) -> Iterator[Piece]:
    """Give the tokens that are anchors of a kind."""
    for s in statements:
        if kind == _CUE:
            yield from s.cue
        else:
            yield from ((first, first + 1) for first, _ in s.content)


def _fill(marks: NDArray, places: NDArray, first: int, s: Statement) -> None:
    """Write where in the window of an anchor its content, cue and source are."""
    width = marks.shape[1]
    for row, spans in enumerate((s.content, s.cue)):
        for a, z in spans:
            low, high = np.clip([a - first + BEFORE, z - first + BEFORE], 0, width)
            marks[row, low:high] = 1
    if s.source:
        ends = np.array([s.source[0], s.source[1] - 1]) - first + BEFORE
        inside = (ends >= 0).all() and (ends < width).all()
        places[:] = ends if inside else -100
