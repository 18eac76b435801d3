"""Measure claims: the pairs of sentences that are joined, against those marked as the same claim.

The pairs are of the five articles, in ``tests/gold/same-claim.jsonl``: *dev* pairs, on which the
thresholds were chosen, and *held-out* ones.
"""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import Story, annotate, load
from helpers.claims import claims
from helpers.gold import lines
from helpers.scoring import figures

Pairs = set[frozenset[str]]


class Marked(NamedTuple):
    """A pair of sentences as it was marked: yes, no or partial; dev or held-out."""

    same: str
    split: str
    reason: str


def claimed(own: Path, articles: Path) -> Iterator[dict[str, Any]]:
    """Measure claims on the pairs that the project has marked.

    Parameters
    ----------
    own
        The folder of the project's own marks.
    articles
        The articles that the pairs are of.

    Yields
    ------
    dict
        One record a split, ``n`` pairs, with precision, recall and F1 and its 95 % interval over
        pairs; none where there is no file of pairs.
    """
    file = own / "same-claim.jsonl"
    if not file.is_file():
        return
    story = annotate(load(articles)[0], progress=False)
    coverage = claims(story)[1]
    for split in ("dev", "held-out"):
        right, false, missed = wrong(coverage, marked(file, story), split)
        # One row a pair: joined, due, both; the bootstrap draws pairs.
        counts = [(1, 1, 1)] * len(right) + [(1, 0, 0)] * len(false) + [(0, 1, 0)] * len(missed)
        yield {
            "layer": "claims", "language": "de, en, zh", "split": split,
            "corpus": "the five articles, our own marks", "licence": "MIT",
            "method": "mutual matches", "measure": "pairs of sentences",
        } | figures(counts)  # fmt: skip


def marked(file: Path, story: Story) -> dict[frozenset[str], Marked]:
    """Give the marks by pair of sentence_ids; a pair no longer cut as it was is a KeyError."""
    articles = story.articles.set_index("file")["article_id"]
    places = story.sentences.set_index(["article_id", "start", "end"])["sentence_id"]
    found = {}
    for row in lines(file):
        ids = [places[articles[row[s]["file"]], *row[s]["span"]] for s in ("a", "b")]
        found[frozenset(ids)] = Marked(row["same"], row["split"], row["reason"])
    return found


def joined(coverage: pd.DataFrame) -> Pairs:
    """Give the pairs of sentences of two articles that share a claim."""
    pairs = set()
    for _, own in coverage.groupby("claim_id"):
        told = own.explode("sentence_ids").dropna(subset=["sentence_ids"])
        rows = list(zip(told["article_id"], told["sentence_ids"], strict=True))
        pairs |= {frozenset((s, t)) for (a, s), (b, t) in combinations(rows, 2) if a != b}
    return pairs


def wrong(
    coverage: pd.DataFrame, marks: dict[frozenset[str], Marked], split: str
) -> tuple[Pairs, Pairs, Pairs]:
    """Give the pairs rightly joined, wrongly joined, and missed; partial ones count as neither.

    A pair that was not marked counts as ``no``, in the dev part.
    """
    pairs, none = joined(coverage), Marked("no", "dev", "")
    own = {pair: marks.get(pair, none) for pair in pairs | set(marks)}
    own = {pair: mark for pair, mark in own.items() if mark.split == split}
    yes = {pair for pair, mark in own.items() if mark.same == "yes"}
    no = {pair for pair, mark in own.items() if mark.same == "no"}
    return yes & pairs, no & pairs, yes - pairs
