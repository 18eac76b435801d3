"""What the explorer draws from: the rows selected, and what is found of the whole story once."""

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.articles import label
from helpers.claims import claims, copies
from helpers.cooccurrence import pairs
from helpers.story import Story

Places = NDArray[np.int64]


class Whole:
    """What is found of a whole story, once: who shares a text, which claims there are.

    Parameters
    ----------
    story
        The annotated articles.
    language
        Of the labels of claims, as ``en``.
    """

    def __init__(self, story: Story, language: str | None = None) -> None:
        self.story, self.language = story, language
        self.names = label(story.articles)

    @cached_property
    def related(self) -> pd.DataFrame:
        """The table `copies`."""
        return copies(self.story, progress=False)

    @cached_property
    def claims(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The tables `claims` and `coverage`."""
        return claims(self.story, language=self.language, copies=self.related, progress=False)

    @cached_property
    def told(self) -> tuple[Places, Places]:
        """Who tells what: the rows of a claim and of a sentence that states it."""
        found, table = self.claims
        long = table[["claim_id", "sentence_ids"]].explode("sentence_ids").dropna()
        lines = pd.Index(self.story.sentences["sentence_id"].astype(object))
        claims = pd.Index(found["claim_id"]).get_indexer(long["claim_id"])
        return claims, lines.get_indexer(long["sentence_ids"])

    @cached_property
    def cells(self) -> tuple[Places, Places]:
        """The rows of the claim and of the article (`ids`) of each row of coverage."""
        found, table = self.claims
        claims = pd.Index(found["claim_id"]).get_indexer(table["claim_id"])
        return claims, self.ids.get_indexer(table["article_id"].astype(object))

    @cached_property
    def ids(self) -> pd.Index:
        """The articles' ids."""
        return pd.Index(self.story.articles["article_id"].astype(object))


class Part:
    """The rows of one table that are selected, and what is counted of them once.

    Parameters
    ----------
    whole
        The story they are from.
    rows
        The rows.
    articles
        The ids of the articles that are selected, whatever else is asked of the rows.
    """

    def __init__(self, whole: Whole, rows: pd.DataFrame, articles: NDArray[np.object_]) -> None:
        self.whole, self.rows, self.articles = whole, rows, articles

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The table `pairs` of the mentions."""
        return pairs(self.rows)

    @cached_property
    def claims(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Claims that a selected sentence tells, and their coverage by the selected articles."""
        found, table = self.whole.claims
        chosen = np.zeros(len(self.whole.story.sentences), dtype=bool)
        chosen[self.rows.index] = True
        claim, sentence = self.whole.told
        kept = np.zeros(len(found), dtype=bool)
        kept[claim[chosen[sentence]]] = True
        claim, article = self.whole.cells
        return found[kept], table[kept[claim] & self.whole.ids.isin(self.articles)[article]]

    @cached_property
    def related(self) -> pd.DataFrame:
        """The pairs of related articles, both of them selected."""
        found = self.whole.related
        own = found["article_a"].isin(self.articles) & found["article_b"].isin(self.articles)
        return found[own]
