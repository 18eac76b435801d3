"""The sentences of a claim side by side, with the facts in which they differ."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.facts import contradict, denies, numbers, unmatched
from helpers.claims.vectors import compared, units
from helpers.story import Story
from helpers.tables import named

NEAR = 0.25  # mean cosine from which a sentence is near a claim, far more than by chance


class _Facts(NamedTuple):
    """What a sentence states that a vector hardly tells."""

    article_id: str
    numbers: frozenset[str]
    names: frozenset[str]
    denies: bool


def tellings(story: Story, claims: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Give the sentences of claims, to be read side by side, with what the others do not say.

    Parameters
    ----------
    story
        The annotated articles.
    claims, coverage
        As `helpers.claims.claims` gives them; of the claims, those to show.

    Returns
    -------
    pandas.DataFrame
        Rows of ``sentences`` with ``claim_id``; ``claim`` (id and label); ``cell`` (claim and
        article, the name of a cell of the matrix); ``mode``; ``differs``: in what the sentence
        differs from those of other articles (number, name or denial), empty where it does not; and
        ``lone_spans``, its words that no sentence of another article has, as offsets in the
        article. For `helpers.evidence`.
    """
    names = claims["claim_id"] + " · " + claims["label"]
    names = names.set_axis(claims["claim_id"])
    cells = coverage[coverage["claim_id"].isin(names.index)].explode("sentence_ids")
    cells = cells.dropna(subset=["sentence_ids"]).rename(columns={"sentence_ids": "sentence_id"})
    keys = cells[["claim_id", "sentence_id", "mode"]]
    rows = keys.merge(story.sentences, on="sentence_id", how="left")
    rows["claim"] = rows["claim_id"].map(names)
    rows["cell"] = cell(rows)
    rows["lone_spans"] = _lone(rows)
    rows["differs"] = _differences(rows, story)
    rows.attrs.update(story.sentences.attrs)
    return rows


def cell(rows: pd.DataFrame) -> pd.Series:
    """Name the cell of the matrix that rows with a claim and an article belong to."""
    return rows["claim_id"] + " " + rows["article_id"]


def near_misses(story: Story, claims: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Find where an article that lacks a claim has a sentence near it, and what parts the two.

    Parameters
    ----------
    story
        The annotated articles.
    claims, coverage
        As `helpers.claims.claims` gives them.

    Returns
    -------
    pandas.DataFrame
        ``claim_id, label, article_id, sentence_id, text, similarity`` (mean cosine with the
        claim's sentences, from `NEAR` on) and ``parts``: a denial, a number, else the words of the
        sentence that the claim's sentences do not have. The nearest first.
    """
    rows = units(story)
    rows = rows[rows["attribution_id"].isna()].reset_index(drop=True)
    found = list(_near(rows, compared(rows, progress=False), coverage))
    columns = ["claim_id", "at", "members", "similarity"]
    out = pd.DataFrame(found, columns=columns)
    near = rows.iloc[out["at"].astype("int64")].reset_index(drop=True)
    own_words = unmatched([(rows["text"][at], list(rows["text"][m])) for _, at, m, _ in found])
    parts = [
        _parting(rows, at, members, spans)
        for (_, at, members, _), spans in zip(found, own_words, strict=True)
    ]
    out = out[["claim_id", "similarity"]].join(near[["article_id", "sentence_id", "text"]])
    out.insert(1, "label", out["claim_id"].map(claims.set_index("claim_id")["label"]))
    out = out.assign(parts=pd.Series(parts, dtype="str"))
    return out.sort_values("similarity", ascending=False, ignore_index=True)


def _near(
    rows: pd.DataFrame, made: np.ndarray, coverage: pd.DataFrame
) -> Iterator[tuple[str, int, list[int], float]]:
    """Give each absent cell its nearest sentence, where it is near: claim, place, members, mean."""
    place = {sentence: i for i, sentence in enumerate(rows["sentence_id"])}
    own = rows.groupby("article_id", sort=False).indices
    for claim_id, cells in coverage.groupby("claim_id", sort=False):
        members = [place[s] for ids in cells["sentence_ids"] for s in ids]
        centre = made[members].mean(axis=0)
        for article in cells["article_id"][cells["mode"] == "absent"]:
            near = made[own[article]] @ centre
            best = int(near.argmax())
            if near[best] >= NEAR:
                yield claim_id, int(own[article][best]), members, float(near[best])


def _parting(rows: pd.DataFrame, at: int, members: list[int], spans: list[tuple[int, int]]) -> str:
    """Say what parts a sentence from the sentences of a claim."""
    text = rows["text"][at]
    if (rows["denies"][members] != rows["denies"][at]).all():
        return "a denial"
    if any(contradict(rows["numbers"][at], rows["numbers"][m]) for m in members):
        return f"numbers: {', '.join(sorted(rows['numbers'][at]))}"
    return ", ".join(dict.fromkeys(text[s:e] for s, e in spans))


def _lone(rows: pd.DataFrame) -> list[list[list[int]]]:
    """Find the words of each sentence that no other article's sentence of the claim has."""
    asked = []
    for row in rows.itertuples():
        others = (rows["claim_id"] == row.claim_id) & (rows["article_id"] != row.article_id)
        asked.append((row.text, list(rows["text"][others])))
    found = zip(rows["start"], unmatched(asked), strict=True)
    return [[[start + s, start + e] for s, e in spans] for start, spans in found]


def _differences(rows: pd.DataFrame, story: Story) -> list[str]:
    """Say in what each sentence differs from those of other articles in its claim.

    Numbers and names that no other has, and a denial where others have none; a name counts only
    where another article's sentence names somebody, too.
    """
    mentions = named(story.mentions).dropna(subset=["entity"])
    names = mentions.groupby("sentence_id")["entity"].agg(frozenset).to_dict()
    facts = [
        _Facts(
            row.article_id,
            numbers(row.text),
            names.get(row.sentence_id, frozenset()),
            denies(row.text, row.language if isinstance(row.language, str) else ""),
        )
        for row in rows.itertuples()
    ]
    own = rows.groupby("claim_id").indices
    return [
        "; ".join(_against(fact, [facts[i] for i in own[claim_id]]))
        for claim_id, fact in zip(rows["claim_id"], facts, strict=True)
    ]


def _against(fact: _Facts, claim: list[_Facts]) -> Iterator[str]:
    others = [other for other in claim if other.article_id != fact.article_id]
    if not others:
        return
    only = fact.numbers.difference(*(other.numbers for other in others))
    if only:
        yield f"number only here: {', '.join(sorted(only))}"
    only = fact.names.difference(*(other.names for other in others))
    if only and any(other.names for other in others):
        yield f"name only here: {', '.join(sorted(only))}"
    if all(other.denies != fact.denies for other in others):
        yield "denies, the others do not" if fact.denies else "does not deny, the others do"
