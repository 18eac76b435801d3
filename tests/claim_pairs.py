"""The pairs of ``tests/gold/same-claim.jsonl``, and how the claims found agree with them."""

import json
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.story import Story

FILE = Path(__file__).parent / "gold" / "same-claim.jsonl"


class Marked(NamedTuple):
    """A pair of sentences as it was marked: yes, no or partial; dev or held-out."""

    same: str
    split: str
    reason: str


def marked(story: Story) -> dict[frozenset[str], Marked]:
    """Give the marks by pair of sentence_ids; a pair no longer cut as it was is an error."""
    articles = story.articles.set_index("file")["article_id"]
    places = story.sentences.set_index(["article_id", "start", "end"])["sentence_id"]
    found = {}
    for line in FILE.read_text("utf-8").splitlines():
        row = json.loads(line)
        ids = [places[articles[row[s]["file"]], *row[s]["span"]] for s in ("a", "b")]
        found[frozenset(ids)] = Marked(row["same"], row["split"], row["reason"])
    return found


def joined(coverage: pd.DataFrame) -> set[frozenset[str]]:
    """Give the pairs of sentences of two articles that share a claim."""
    pairs = set()
    for _, own in coverage.groupby("claim_id"):
        told = own.explode("sentence_ids").dropna(subset=["sentence_ids"])
        rows = list(zip(told["article_id"], told["sentence_ids"], strict=True))
        pairs |= {frozenset((s, t)) for (a, s), (b, t) in combinations(rows, 2) if a != b}
    return pairs


def wrong(coverage: pd.DataFrame, story: Story, split: str) -> tuple[set, set, set]:
    """Give the pairs rightly joined, wrongly joined, and missed; partial ones count as neither.

    A pair that was not marked counts as ``no``, in the dev part.
    """
    marks, pairs = marked(story), joined(coverage)
    none = Marked("no", "dev", "")
    own = {pair: marks.get(pair, none) for pair in pairs | set(marks)}
    own = {pair: mark for pair, mark in own.items() if mark.split == split}
    yes = {pair for pair, mark in own.items() if mark.same == "yes"}
    no = {pair for pair, mark in own.items() if mark.same == "no"}
    return yes & pairs, no & pairs, yes - pairs
