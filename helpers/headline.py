"""The headline figures of a story: what the index and the summary say before anything else."""

from collections.abc import Iterator

import pandas as pd

from helpers.intervals import wilson
from helpers.story import Story
from helpers.summary import UNRESOLVED, attributed_shares, named_sources, presence
from helpers.tables import analysed


def headline(story: Story) -> pd.DataFrame:
    """Say in a few figures what a story is: its articles, statements, sources and names.

    Parameters
    ----------
    story
        As `helpers.annotate` gives it.

    Returns
    -------
    pandas.DataFrame
        ``what``, ``figure`` (with thousands marked, or a name) and ``note`` (what it is out of;
        may be empty). A figure that the articles do not give is left out.
    """
    rows = [*_articles(story.articles), *_statements(story), *_names(story)]
    return pd.DataFrame(rows, columns=["what", "figure", "note"])


def _articles(articles: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    languages = articles["language"].astype("str").fillna("unknown").value_counts()
    spoken = ", ".join(f"{n:,} {code}" for code, n in sorted(languages.items()))
    yield "Articles", f"{len(articles):,}", spoken
    told = articles["outlet"].dropna()
    yield "Outlets", f"{told.nunique():,}", f"known for {len(told):,} articles"
    days = articles["published"].dropna()
    if len(days):
        first, last = f"{days.min():%Y-%m-%d}", f"{days.max():%Y-%m-%d}"
        when = first if first == last else f"{first} to {last}"
        yield "Published", when, f"known for {len(days):,} articles"


def _statements(story: Story) -> Iterator[tuple[str, str, str]]:
    said = story.attributions
    shares = attributed_shares(story.sentences, said)
    k, n = int(shares["attributed"].sum()), len(analysed(story.sentences))
    if n:
        low, high = wilson(k, n)
        of = f"{k:,} of {n:,}; 95 % interval {low:.0%} to {high:.0%}"
        yield "Sentences attributed to somebody", f"{k / n:.0%}", of
    if said.empty:
        return
    sources = named_sources(said)
    speakers = sources.loc[sources["name"] != UNRESOLVED, "name"].value_counts()
    yield "Statements", f"{len(said):,}", f"{len(said) - speakers.sum():,} of an unknown source"
    if len(speakers):
        most = min(speakers[speakers == speakers.max()].index)
        yield "Cited most", most, f"{speakers[most]:,} statements"


def _names(story: Story) -> Iterator[tuple[str, str, str]]:
    seen = presence(story.mentions, 1)
    if len(seen):
        told = f"{seen['n'].sum():,} times, in {seen['articles'].iloc[0]:,} articles"
        yield "Named most widely", seen["entity"].iloc[0], told
