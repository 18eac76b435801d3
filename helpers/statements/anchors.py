"""Anchors: a token at which an attribution may hang, and the whole attribution it predicts.

An anchor is a piece of a cue or the first token of a piece of content. Each one says of every token
in a window round it whether it is content or cue and whether a source begins or ends there, and of
itself whether it is an attribution at all and whether that has a source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.statements.features import FEATURES, Array, Document, Ints
from helpers.statements.trunk import LAYERS, Statements, sigmoid, trunk

KINDS = ("cue", "content")
OUT = ("content", "cue", "source start", "source end")
BEFORE, AFTER = 96, 128  # tokens of the window
SENTENCES, PARAGRAPHS = 4, 2  # distances told apart
COUNTED = 4.0  # running sums are told apart up to this
_FAINT = 0.2  # probability to begin a cue or a content, for a token that is to be an anchor
_BLOCK = 8  # anchors read at once: their numbers stay in the processor's cache
OUTSIDE = np.float32(-30)  # the score of a token outside the document


class Anchor(NamedTuple):
    """A candidate: tokens from the first to the last, and the number of its kind."""

    first: int
    last: int
    kind: int


@dataclass
class Predictions:
    """What anchors predict.

    Attributes
    ----------
    anchors
        int64 (anchors, 3): first and last token and number of the kind.
    scores
        (anchors, window, 4): `OUT`, before the sigmoid (content, cue) or softmax (source).
    valid, null
        (anchors,): probability to be an attribution; score of having no source in the text.
    """

    anchors: Ints
    scores: Array
    valid: Array
    null: Array


def predict(head: Statements, document: Document) -> Predictions:
    """Find a document's anchors and what each one predicts."""
    h, tags = trunk(head, document)
    found = np.array(list(candidates(tags)), dtype=np.int64).reshape(-1, 3)
    counted = counts(tags, document.features)
    token = head.linear("token", h)
    near = head.arrays["distance.weight"][buckets()]
    parts = [
        _read(head, h, token, counted, near, document, found[i : i + _BLOCK])
        for i in range(0, len(found), _BLOCK)
    ]
    none = np.zeros((0, BEFORE + AFTER + 1, len(OUT)), np.float32), np.zeros((0, 2), np.float32)
    scores, judged = (np.concatenate(given) for given in zip(none, *parts, strict=True))
    return Predictions(found, scores, sigmoid(judged[:, 0]), judged[:, 1])


def candidates(tags: Array) -> Iterator[Anchor]:
    """Give the anchors of a document from its tokens' tags (tokens, 4, 3).

    A cue is the taggers' run and, where a token may begin one, the token alone; a content is every
    token that may begin one.
    """
    cue, content = tags[:, LAYERS.index("cue")], tags[:, :2, 1].max(axis=1)
    for first, last in _runs(cue):
        if first != last:
            yield Anchor(first, last, KINDS.index("cue"))
    for kind, begins in (("cue", cue[:, 1]), ("content", content)):
        for first in np.flatnonzero(begins > _FAINT).tolist():
            yield Anchor(first, first, KINDS.index(kind))


def _runs(tags: Array) -> Iterator[tuple[int, int]]:
    """Give the first and last token of each run that is likelier within a piece than not."""
    inside = tags[:, 1:].sum(axis=1) > 0.4
    begins = inside & ((tags[:, 1] > tags[:, 2]) | ~np.r_[False, inside[:-1]])
    ends = inside & ~(np.r_[inside[1:], False] & ~np.r_[begins[1:], False])
    yield from zip(np.flatnonzero(begins).tolist(), np.flatnonzero(ends).tolist(), strict=True)


def counts(tags: Array, features: Array) -> Array:
    """Give running sums (tokens, 6): content, source, cue, quote begin, quotes end, commas."""
    begins = tags[:, :, 1]
    marks = [FEATURES.index(name) for name in ("quote opens", "quote closes", "comma")]
    content = begins[:, :2].sum(axis=1, keepdims=True)
    return np.concatenate([content, begins[:, 2:], features[:, marks]], axis=1).cumsum(
        axis=0, dtype=np.float32
    )


def buckets() -> Ints:
    """Give the window's distances numbers: one each up to 8 tokens, then a third of an octave."""
    offsets = np.arange(-BEFORE, AFTER + 1)
    size = np.abs(offsets)
    coarse = np.where(size <= 8, size, 8 + np.ceil(3 * np.log2(np.maximum(size, 8) / 8)))
    return (np.sign(offsets) * coarse + coarse.max()).astype(np.int64)


def _read(
    head: Statements,
    h: Array,
    token: Array,
    counted: Array,
    near: Array,
    document: Document,
    anchors: Ints,
) -> tuple[Array, Array]:
    a = head.arrays
    first, last, kind = anchors.T
    raw = first[:, None] + np.arange(-BEFORE, AFTER + 1)
    at = raw.clip(0, len(h) - 1)
    mask: NDArray[np.bool_] = raw == at
    q = head.linear("query", np.concatenate([h[first], h[last]], axis=1)) + a["kind.weight"][kind]
    x = token[at]
    x += near
    x += q[:, None]
    x += a["sentences.weight"][_apart(document.sentence, at, first, SENTENCES)]
    x += a["paragraphs.weight"][_apart(document.paragraph, at, first, PARAGRAPHS)]
    x += (counted[at] - counted[first][:, None]).clip(-COUNTED, COUNTED) @ a["counts.weight"].T
    np.maximum(x, 0, out=x)
    seen = mask[..., None].astype(np.float32)
    for i, dilation in enumerate(head.about["anchor_dilations"]):
        x = head.residual(f"anchor_convs.{i}", x, dilation, seen)
    best = np.where(mask[..., None], x, OUTSIDE).max(axis=1)
    scores = np.where(mask[..., None], head.linear("outer", x), OUTSIDE)
    return scores, head.linear("judge", np.concatenate([q, best], axis=1))


def _apart(numbers: Ints, at: Ints, first: Ints, reach: int) -> Ints:
    return (numbers[at] - numbers[first][:, None]).clip(-reach, reach) + reach
