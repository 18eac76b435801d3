"""Choose on held-out gold what is asked of an attribution, and what its confidence is worth."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from helpers.cues import Found
from helpers.scoring import Attribution, Counts, attribution_counts, precision_recall_f1
from helpers.statements.anchors import Predictions, predict
from helpers.statements.decoding import Limits, decode
from helpers.statements.spans import found
from helpers.statements.trunk import Statements
from helpers.training.statements import Marked

# What is tried for each limit, one after the other; the first depends most on the others.
GRID: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("keep", (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55)),
    ("content", (-0.5, -0.25, 0.25)),
    ("switch", (0.75, 3.0)),
    ("nested", (0.5, 0.7, 0.8, 2.0)),
    ("null", (0.3, 0.4, 0.6, 0.7)),
    ("keep", (0.3, 0.35, 0.4, 0.45, 0.5, 0.55)),
)
_STEPS = 12  # of the curve from confidence to share right
Read = tuple[Marked, Predictions]


def read(head: Statements, documents: Sequence[Marked]) -> list[Read]:
    """Let a head read documents."""
    return [(d, predict(head, d.document)) for d in documents]


def tuned(read: Sequence[Read]) -> Limits:
    """Give the limits with the best joint F1, one after the other."""
    best = Limits()
    top = score(read, best)
    for name, values in GRID:
        for value in values:
            tried = replace(best, **{name: value})
            reached = score(read, tried)
            if reached > top:
                best, top = tried, reached
    return best


def score(read: Sequence[Read], limits: Limits) -> float:
    """Give the joint F1 of documents (`helpers.scoring`)."""
    total = np.sum([counts(d, found_in(d, given, limits)) for d, given in read], axis=0)
    return precision_recall_f1(*total[[0, 1, 3]])[2]


def found_in(d: Marked, given: Predictions, limits: Limits) -> list[Found]:
    """Give what a head finds in a document that it has read."""
    statements = decode(d.document, given, [limits] * len(given.anchors))
    return [f for s in statements if (f := found(d.document, s))]


def counts(d: Marked, own: Sequence[Found]) -> Counts:
    """Count as `helpers.scoring.attribution_counts` does."""
    return attribution_counts(d.row["text"], gold(d), [_compared(f) for f in own])


def gold(d: Marked) -> list[Attribution]:
    """Give a document's gold as it is compared."""
    return [
        Attribution(*(tuple((s, e) for s, e in a[key]) for key in ("content", "source")))
        for a in d.row["attributions"]
    ]


def _compared(f: Found) -> Attribution:
    return Attribution(f.content_spans, (f.source,) if f.source else ())


def curve(read: Sequence[Read], limits: Limits) -> list[list[float]]:
    """Give confidences and, for each, the share of finds that sure that were right.

    The shares never fall (as in isotonic regression), and are those of bins of one size.
    """
    pairs = np.array(sorted(_judged(read, limits)), dtype=float).reshape(-1, 2)
    bins = [b for b in np.array_split(pairs, _STEPS) if len(b)]
    return [[round(float(b[:, 0].mean()), 4) for b in bins], _rising(bins)]


def _judged(read: Sequence[Read], limits: Limits) -> Iterator[tuple[float, float]]:
    for d, given in read:
        for f in found_in(d, given, limits):
            yield f.confidence, counts(d, [f])[3]


def _rising(bins: Sequence[np.ndarray]) -> list[float]:
    """Pool neighbours whose shares fall (Barlow et al. 1972)."""
    pools: list[list[float]] = []  # sum, number, bins
    for b in bins:
        pools.append([b[:, 1].sum(), len(b), 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            last = pools.pop()
            pools[-1] = [a + z for a, z in zip(pools[-1], last, strict=True)]
    return [round(float(right / n), 3) for right, n, size in pools for _ in range(int(size))]


def settled(head: Statements, dev: dict[str, Sequence[Marked]]) -> dict[str, Any]:
    """Tune a head for each language, and without telling it the language for any other.

    Returns
    -------
    dict
        ``limits`` and ``curves`` for ``about``.
    """
    limits, curves = {}, {}
    for language, documents in dev.items():
        own = read(head, documents)
        limits[language] = tuned(own)
        curves[language] = curve(own, limits[language])
    rest = [d for documents in dev.values() for d in documents]
    own = read(head, [_unnamed(d) for d in rest])
    limits["other"] = tuned(own)
    curves["other"] = curve(own, limits["other"])
    return {"limits": {k: asdict(v) for k, v in limits.items()}, "curves": curves}


def _unnamed(d: Marked) -> Marked:
    """Give a document that does not tell its language."""
    features = d.document.features.copy()
    features[:, -2:] = 0
    return replace(d, document=replace(d.document, features=features))
