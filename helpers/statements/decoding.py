"""From what the anchors predict to attributions: one for each cluster of anchors that agree.

The surest anchor opens a cluster; those that predict much the same content join it and have a say
in who the source is; those that overlap it otherwise give way unless they are sure themselves, as
a statement within a statement is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from helpers.heads import softmax
from helpers.statements.anchors import AFTER, BEFORE, OUTSIDE, Predictions
from helpers.statements.features import Array, Document, Ints
from helpers.statements.trunk import sigmoid

LONGEST = 30  # tokens of a source
SAME = 0.5  # intersection over union from which on two contents are one
_WIDTH = BEFORE + AFTER + 1
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """What is asked of an attribution in one language.

    Attributes
    ----------
    keep, nested
        Confidence from which on it counts, and that it needs where it overlaps a surer one.
    content
        Added to each token's score of being content: below 0 makes contents shorter.
    switch
        What it costs a content to begin or end.
    null
        Probability of having no source from which on it has none.
    """

    keep: float = 0.3
    nested: float = 0.6
    content: float = 0.0
    switch: float = 1.5
    null: float = 0.5


@dataclass
class Cluster:
    """Anchors that predict the same attribution, the surest first; content in tokens."""

    confidence: float
    content: Ints
    members: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Statement:
    """One attribution in tokens: pieces from the first to before the end; no source is None."""

    content: tuple[tuple[int, int], ...]
    cue: tuple[tuple[int, int], ...]
    source: tuple[int, int] | None
    confidence: float


def decode(document: Document, given: Predictions, limits: list[Limits]) -> Iterator[Statement]:
    """Decide on the attributions of a document.

    Parameters
    ----------
    document
        The article.
    given
        What its anchors predict.
    limits
        Of each anchor, by its language.
    """
    if not len(given.anchors):
        return
    bias, switch = (
        np.array([[getattr(x, name)] for x in limits], np.float32) for name in ("content", "switch")
    )
    inside = inner(given.scores[..., 0] + bias, switch)
    sure = confidences(given, inside)
    for cluster in _clusters(document, given.anchors[:, 0], inside, sure, limits):
        leader = cluster.members[0]
        weights = sure[cluster.members]
        source = _source(given, cluster.members, weights, limits[leader].null)
        cue = _cue(document, given, cluster.members, weights)
        content = tuple(pieces(document, cluster.content))
        yield Statement(content, cue, source, cluster.confidence)


def inner(scores: Array, cost: Array) -> Flags:
    """Give the best parts of windows by Viterbi over two states, in and out.

    Parameters
    ----------
    scores
        (anchors, window): log odds of each token to be in.
    cost
        (anchors, 1): of each change of state.
    """
    n, width = scores.shape
    cost = cost[:, 0]
    out, into = np.zeros(n, np.float32), np.full(n, OUTSIDE, np.float32)
    entered, left = np.zeros((2, width, n), dtype=bool)
    for i in range(width):
        entered[i] = out - cost > into
        left[i] = into - cost > out
        out, into = (
            np.where(left[i], into - cost, out),
            np.where(entered[i], out - cost, into) + scores[:, i],
        )
    state = into - cost > out
    inside = np.zeros((width, n), dtype=bool)
    for i in range(width - 1, -1, -1):
        inside[i] = state
        state = np.where(state, ~entered[i], left[i])
    return inside.T


def confidences(given: Predictions, inside: Flags) -> Array:
    """Give each anchor's confidence in its content, 0..1, not calibrated."""
    n = inside.sum(axis=1)
    mean = (sigmoid(given.scores[..., 0]) * inside).sum(axis=1) / np.maximum(n, 1)
    return given.valid * mean * (n > 0)


def _clusters(
    document: Document, first: Ints, inside: Flags, sure: Array, limits: list[Limits]
) -> list[Cluster]:
    """Group anchors by content, the surest first."""
    clusters: list[Cluster] = []
    holders: dict[int, list[int]] = {}
    words = document.words
    for i in np.argsort(-sure, kind="stable").tolist():
        if sure[i] < limits[i].keep:
            continue
        content = np.flatnonzero(inside[i]) + first[i] - BEFORE
        said = content[words[content]].tolist()
        shared = Counter(c for token in said for c in holders.get(token, ()))
        near = {c: n / (len(said) + len(clusters[c].content) - n) for c, n in shared.items()}
        best = max(near, key=near.__getitem__, default=None)
        if best is not None and near[best] >= SAME:
            clusters[best].members.append(i)
        elif said and (best is None or sure[i] >= limits[i].nested):
            for token in said:
                holders.setdefault(token, []).append(len(clusters))
            clusters.append(Cluster(float(sure[i]), np.array(said), [i]))
    return clusters


def pieces(document: Document, tokens: Ints) -> Iterator[tuple[int, int]]:
    """Give runs of word tokens as pieces; signs between words of a paragraph do not part them."""
    start = end = -1
    for token in tokens.tolist():
        gap = slice(end, token)
        same = end >= 0 and document.paragraph[end - 1] == document.paragraph[token]
        if not same or document.words[gap].any():
            if end >= 0:
                yield start, end
            start = token
        end = token + 1
    if end >= 0:
        yield start, end


def _source(
    given: Predictions, members: list[int], weights: Array, null: float
) -> tuple[int, int] | None:
    """Let the members of a cluster say together where the source begins and ends."""
    base = given.anchors[members, 0].min()
    n = given.anchors[members, 0].max() - base + _WIDTH
    begins, ends = np.zeros((2, n), dtype=np.float64)
    nowhere = 0.0
    for m, weight in zip(members, weights / weights.sum(), strict=True):
        at = given.anchors[m, 0] - base
        start = softmax(np.append(given.scores[m, :, 2], given.null[m]))
        begins[at : at + _WIDTH] += weight * start[:-1]
        ends[at : at + _WIDTH] += weight * softmax(given.scores[m, :, 3])
        nowhere += weight * start[-1]
    if nowhere >= null:
        return None
    wide = np.lib.stride_tricks.sliding_window_view(np.append(ends, np.zeros(LONGEST - 1)), LONGEST)
    start, length = np.unravel_index((begins[:, None] * wide).argmax(), wide.shape)
    first = int(start + base - BEFORE)
    return first, first + int(length) + 1


def _cue(
    document: Document, given: Predictions, members: list[int], weights: Array
) -> tuple[tuple[int, int], ...]:
    """Take the tokens that the members, on average, hold for the cue."""
    share: dict[int, float] = {}
    for m, weight in zip(members, weights / weights.sum(), strict=True):
        scores = given.scores[m, :, 1]
        for i in np.flatnonzero(scores > -2).tolist():
            token = int(given.anchors[m, 0]) + i - BEFORE
            share[token] = share.get(token, 0.0) + float(weight * sigmoid(scores[i]))
    tokens = sorted(t for t, p in share.items() if p >= 0.5 and document.words[t])
    return tuple(pieces(document, np.array(tokens, dtype=np.int64)))
