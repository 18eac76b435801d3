"""Copies: articles that print one text, its translation, the same wire report, or the same story.

Two ways lead to the pairs that are compared at all, so that their number grows with the articles
and not with its square: what stands word for word in both (`helpers.claims.shingles`), and the
articles nearest in meaning (the mean of their sentences' vectors, multiplied in blocks). Each such
pair is aligned: sentences that are each other's best match, above `MATCH`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.claims.shingles import Ints, candidates, shared, shingles
from helpers.claims.vectors import Floats, compared
from helpers.manner import source_kind
from helpers.story import Story
from helpers.tables import analysed, frame, named

# Chosen on the five articles and on 300 unrelated ones of the gold, which are to stay apart
# (tests/benchmarks/claims.py counts).
MATCH = 0.54  # cosine from which two sentences that are each other's best match are one text
SAME_TEXT = 0.8  # share of the shorter text's shingles that the other has word for word
TRANSLATION = 0.7  # share of the shorter text, in characters, with a match in another language
VERBATIM = 0.1  # share of the shorter text that stands word for word in a wire report of both
STORY = 0.15  # share of the shorter text with a match: the same story, if all of this holds, too
LEAST = 2  # sentences that match
NAMES = 2  # names that stand in both
DAYS = 14  # between the two, where both days are known
NEAREST = 20  # articles nearest in meaning with which each is compared
_BLOCK = 2048  # articles multiplied at once

RELATIONS = ("same text", "translation", "shared wire", "same story")


@dataclass
class Compared:
    """What of an article is compared with others.

    Attributes
    ----------
    sentences
        Their ids; ``sizes`` in characters, ``made`` their vectors.
    cut
        The shingles of the text.
    agencies, names
        Those it names or is credited to; the entities it names.
    day
        Of its publication; NaT where it is not known.
    """

    language: str
    sentences: list[str]  # ids
    sizes: NDArray[np.int64]
    made: Floats
    cut: Ints
    agencies: frozenset[str]
    names: frozenset[str]
    day: pd.Timestamp


def copies(story: Story, *, progress: bool = True) -> pd.DataFrame:
    """Find the pairs of articles that share a text or a story, and how.

    Parameters
    ----------
    story
        Of it the analysed sentences are compared: headline, standfirst, body.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    pandas.DataFrame
        Table "copies", article_a before article_b in the order of the articles. relation is
        *same text* (word for word, or nearly), *translation* (most of the shorter text has its
        match in another language), *shared wire* (a part of it word for word; or sentences match,
        and both name one agency) or *same story*: sentences match, two names or more stand in both,
        and no more than two weeks lie between them. share, 0..1, is the share of the shorter
        text, in characters, with a match. agency is one that both name or are credited to; for
        *same story* it is missing. matches lists the pairs of sentence_ids that match.
    """
    articles = _read(story, progress)
    rows = [row for a, b in pairs(articles) if (row := related(a, b, articles[a], articles[b]))]
    return frame(rows, "copies")


def groups(copies: pd.DataFrame, article_ids: pd.Series, *relations: str) -> pd.Series:
    """Put articles together that are related, by any number of steps.

    Parameters
    ----------
    copies
        Table "copies".
    article_ids
        All articles.
    relations
        Which relations count; all if none is given.

    Returns
    -------
    pandas.Series
        By article_id: the first article of its group.
    """
    graph = nx.Graph()
    graph.add_nodes_from(article_ids)
    kept = copies[copies["relation"].isin(relations or RELATIONS)]
    graph.add_edges_from(kept[["article_a", "article_b"]].itertuples(index=False))
    order = {name: i for i, name in enumerate(article_ids)}
    first = {
        a: min(part, key=order.__getitem__) for part in nx.connected_components(graph) for a in part
    }
    return pd.Series([first[a] for a in article_ids], index=list(article_ids), dtype="str")


def matched(story: Story, copies: pd.DataFrame) -> pd.DataFrame:
    """Give the sentences behind pairs of articles, for the evidence view.

    Parameters
    ----------
    story
        The annotated articles.
    copies
        Table "copies"; the pairs to show.

    Returns
    -------
    pandas.DataFrame
        Rows of ``sentences`` with ``pair``, such as ``001 – 003``; of two articles that share words
        but no whole sentence, the first sentence of each.
    """
    first = analysed(story.sentences).groupby("article_id")["sentence_id"].first()
    rows = [
        (pair, sentence)
        for pair, row in zip(pair_ids(copies), copies.itertuples(), strict=True)
        for match in row.matches or [[first[row.article_a], first[row.article_b]]]
        for sentence in match
    ]
    keys = pd.DataFrame(rows, columns=["pair", "sentence_id"], dtype="str")
    out = keys.merge(story.sentences, on="sentence_id", how="left")
    out.attrs.update(story.sentences.attrs)  # a merge forgets the story
    return out


def pair_ids(copies: pd.DataFrame) -> pd.Series:
    """Name each pair of articles, such as ``001 – 003``."""
    return copies["article_a"] + " – " + copies["article_b"]


def _read(story: Story, progress: bool) -> dict[str, Compared]:
    lines = analysed(story.sentences)
    lines = lines[lines["article_id"].isin(story.articles["article_id"])]
    made = compared(lines, progress=progress)
    agencies = _agencies(story)
    mentions = named(story.mentions).dropna(subset=["entity"])
    names = mentions.groupby("article_id")["entity"].agg(frozenset).to_dict()
    about = story.articles.set_index("article_id")
    languages, days = about["language"].astype("str"), about["published"]
    places = lines.groupby("article_id", sort=False).indices
    found = {}
    for a in (a for a in story.articles["article_id"] if a in places):
        own = lines.iloc[places[a]]
        found[a] = Compared(
            languages[a],
            list(own["sentence_id"]),
            own["text"].str.len().to_numpy(),
            made[places[a]],
            shingles(" ".join(own["text"])),
            frozenset(agencies.get(a, ())),
            names.get(a, frozenset()),
            days[a],
        )
    return found


def _agencies(story: Story) -> dict[str, set[str]]:
    """Give the agencies that each article is credited to or names, under one name each."""
    found: dict[str, set[str]] = defaultdict(set)
    language = story.articles.set_index("article_id")["language"].astype("str").to_dict()
    names: dict[str, str] = {}
    kinds: dict[tuple[str, ...], str | None] = {}  # a name stands in many articles
    mentions = named(story.mentions).dropna(subset=["entity"])
    columns = [mentions["article_id"], mentions["text"], mentions["label"], mentions["entity"]]
    for article, text, label, entity in zip(*columns, strict=True):
        known, key = names.setdefault(text, entity), (text, label, language[article])
        if key not in kinds:
            kinds[key] = source_kind(*key)
        if kinds[key] == "agency":
            found[article].add(known)
    for row in story.articles.dropna(subset=["agency"]).itertuples():
        found[row.article_id].add(names.get(row.agency, row.agency))
    return found


def pairs(articles: Mapping[str, Compared]) -> list[tuple[str, str]]:
    """Give the pairs to compare, in the order of the articles."""
    order = {name: i for i, name in enumerate(articles)}
    found = candidates({name: own.cut for name, own in articles.items()})
    means = [own.made.mean(axis=0) for own in articles.values()]
    names = list(articles)
    found |= {(names[i], names[j]) for i, j in nearest(np.array(means), NEAREST)}
    return sorted(found, key=lambda pair: (order[pair[0]], order[pair[1]]))


def nearest(means: Floats, k: int) -> Iterator[tuple[int, int]]:
    """Give the pairs i < j of rows of which one is among the other's k nearest, in blocks.

    Parameters
    ----------
    means
        One row an article.
    k
        How many.
    """
    if len(means) < 2:
        return
    own = means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
    k = min(k, len(own) - 1)
    seen: set[tuple[int, int]] = set()
    for first in range(0, len(own), _BLOCK):
        near = own[first : first + _BLOCK] @ own.T
        rows = np.arange(len(near))
        near[rows, rows + first] = -2
        best = np.argpartition(-near, k - 1, axis=1)[:, :k]
        seen.update((min(i + first, j), max(i + first, j)) for i in rows for j in best[i].tolist())
    yield from ((int(i), int(j)) for i, j in sorted(seen))


def mutual(near: Floats) -> list[tuple[int, int]]:
    """Give the rows and columns of a matrix that are each other's best."""
    if not near.size:
        return []
    best, back = near.argmax(axis=1), near.argmax(axis=0)
    return [(i, int(j)) for i, j in enumerate(best) if back[j] == i]


def related(a: str, b: str, one: Compared, other: Compared) -> dict[str, Any] | None:
    """Give the record of two articles in "copies", or None where they share nothing."""
    near = one.made @ other.made.T
    matches = [(i, j) for i, j in mutual(near) if near[i, j] >= MATCH]
    left, right = ([m[side] for m in matches] for side in (0, 1))
    shorter = (one.sizes, left) if one.sizes.sum() <= other.sizes.sum() else (other.sizes, right)
    share = float(shorter[0][shorter[1]].sum() / shorter[0].sum())
    verbatim = shared(one.cut, other.cut)
    agency = min(one.agencies & other.agencies, default=None)
    shares = (share, verbatim)
    relation = _relation(one, other, shares, len(matches), agency is not None)
    if relation is None:
        return None
    return {
        "article_a": a, "article_b": b, "relation": relation, "share": max(share, verbatim),
        "agency": None if relation == "same story" else agency,
        "matches": [[one.sentences[i], other.sentences[j]] for i, j in matches],
    }  # fmt: skip


def _relation(
    one: Compared, other: Compared, shares: tuple[float, float], matches: int, agency: bool
) -> str | None:
    share, verbatim = shares
    if verbatim >= SAME_TEXT:
        return "same text"
    if matches < LEAST and verbatim < VERBATIM:
        return None
    if one.language != other.language and share >= TRANSLATION:
        return "translation"
    told = share >= STORY and len(one.names & other.names) >= NAMES and _near(one.day, other.day)
    if verbatim >= VERBATIM or (agency and told):
        return "shared wire"
    return "same story" if told else None


def _near(one: pd.Timestamp, other: pd.Timestamp) -> bool:
    return bool(pd.isna(one) or pd.isna(other) or abs(one - other) <= pd.Timedelta(days=DAYS))
