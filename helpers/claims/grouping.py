"""Groups of units that say the same: mutual best matches, joined from the most similar down.

A group is joined with another while the mean similarity between them stays above the threshold
(average linkage). It never holds two sentences of one article, unless they repeat each other, nor
two units whose numbers contradict each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers.claims.copied import mutual
from helpers.claims.facts import contradict
from helpers.claims.vectors import DENIAL, Floats, similarity

# Both chosen on the dev pairs of tests/gold/same-claim.jsonl.
MATCH = 0.42  # mean similarity from which two groups state the same claim
REPEAT = 0.5  # from here on two sentences of one article repeat each other
Edge = tuple[float, int, int]


@dataclass
class _Group:
    members: list[int]
    total: Floats  # the sum of the members' signed vectors
    articles: dict[str, list[int]]  # the members of each
    numbers: set[frozenset[str]]  # those of the members that have any

    def joined(self, other: "_Group") -> "_Group":
        """Give both as one."""
        articles = {a: [*own, *other.articles.get(a, ())] for a, own in self.articles.items()}
        return _Group(
            self.members + other.members,
            self.total + other.total,
            other.articles | articles,
            self.numbers | other.numbers,
        )


def grouped(
    units: pd.DataFrame,
    signed: Floats,
    related: Iterable[tuple[str, str]],
    same: Sequence[tuple[str, str]] = (),
    apart: Sequence[tuple[str, str]] = (),
) -> list[list[int]]:
    """Group units.

    Parameters
    ----------
    units
        As `helpers.claims.vectors.units` gives them.
    signed
        Their vectors (`helpers.claims.vectors.signed`).
    related
        The pairs of articles that are compared.
    same, apart
        Pairs of sentence_ids that a reader has put together, or apart: they win.

    Returns
    -------
    list of list of int
        Positions in `units`, each in one group.
    """
    return _Grouping(units, signed, same, apart).run(related)


class _Grouping:
    """The state of one grouping: which group each unit is in."""

    def __init__(
        self,
        units: pd.DataFrame,
        signed: Floats,
        same: Sequence[tuple[str, str]],
        apart: Sequence[tuple[str, str]],
    ) -> None:
        self.signed = signed
        self.article = units["article_id"].tolist()
        self.sentence = units["sentence_id"].tolist()
        self.places = units.groupby("article_id", sort=False).indices
        self.groups = [
            _Group([i], signed[i], {article: [i]}, {numbers} - {frozenset()})
            for i, (article, numbers) in enumerate(zip(self.article, units["numbers"], strict=True))
        ]
        self.apart = {frozenset(pair) for pair in apart}
        self.parted = {sentence for pair in apart for sentence in pair}
        whole = units["attribution_id"].isna()
        self.whole = {s: i for i, s in enumerate(self.sentence) if whole.iloc[i]}
        for a, b in same:
            self._join(self.whole[a], self.whole[b])

    def run(self, related: Iterable[tuple[str, str]]) -> list[list[int]]:
        """Join along the edges, the most similar first."""
        for _, i, j in sorted([*self._across(related), *self._within()]):
            if self.groups[i] is not self.groups[j] and self._fit(i, j):
                self._join(i, j)
        distinct = {id(group): group.members for group in self.groups}
        return sorted(sorted(members) for members in distinct.values())

    def _across(self, related: Iterable[tuple[str, str]]) -> Iterable[Edge]:
        for a, b in related:
            one, other = self.places[a], self.places[b]
            near = similarity(self.signed[one], self.signed[other])
            for i, j in mutual(near):
                if near[i, j] >= MATCH:
                    # Rounded, so that the order does not hang on the last bits of a product.
                    yield -round(float(near[i, j]), 5), int(one[i]), int(other[j])

    def _within(self) -> Iterable[Edge]:
        for places in self.places.values():
            near = np.triu(similarity(self.signed[places], self.signed[places]), 1)
            for i, j in np.argwhere(near >= REPEAT):
                if self.sentence[places[i]] != self.sentence[places[j]]:
                    yield -round(float(near[i, j]), 5), int(places[i]), int(places[j])

    def _fit(self, i: int, j: int) -> bool:
        one, other = self.groups[i], self.groups[j]
        mean = one.total @ other.total / (len(one.members) * len(other.members)) - DENIAL
        return bool(
            mean >= MATCH
            and not any(contradict(a, b) for a in one.numbers for b in other.numbers)
            and not self._parted(one, other)
            and all(self._repeat(a, b) for a, b in _beside(one, other))
        )

    def _parted(self, one: _Group, other: _Group) -> bool:
        """Tell whether a reader has put two members apart."""
        own, others = (
            {self.sentence[i] for i in group.members} & self.parted for group in (one, other)
        )
        return any(frozenset((a, b)) in self.apart for a in own for b in others)

    def _repeat(self, a: int, b: int) -> bool:
        same = self.sentence[a] == self.sentence[b]
        return same or bool(self.signed[a] @ self.signed[b] - DENIAL >= REPEAT)

    def _join(self, i: int, j: int) -> None:
        one, other = self.groups[i], self.groups[j]
        if one is not other:
            joined = one.joined(other)
            for member in joined.members:
                self.groups[member] = joined


def _beside(one: _Group, other: _Group) -> Iterable[tuple[int, int]]:
    """Give the members of two groups that stand in one article."""
    for article in one.articles.keys() & other.articles.keys():
        yield from product(one.articles[article], other.articles[article])
