"""Summaries of who speaks: the kinds of sources of each article, and who is against whom."""

import pandas as pd

from helpers.summary import named_sources
from helpers.tables import SOURCE_KINDS, named

UNKNOWN = "not known"
AGAINST = ("deny", "accuse", "doubt")


def kinds(attributions: pd.DataFrame) -> pd.DataFrame:
    """Count the statements of each article by the kind of their source.

    Parameters
    ----------
    attributions
        The table `attributions`.

    Returns
    -------
    pandas.DataFrame
        ``article_id, source_kind, n, attribution_ids``; a source that is unresolved, or of which
        no word tells the kind, is `UNKNOWN`, which stands last.
    """
    told = attributions["source_kind"].astype("str").where(~attributions["unresolved"])
    rows = attributions.assign(
        source_kind=pd.Categorical(told.fillna(UNKNOWN), [*SOURCE_KINDS, UNKNOWN], ordered=True)
    )
    cells = rows.groupby(["article_id", "source_kind"], observed=True)
    return cells.agg(
        n=("attribution_id", "size"), attribution_ids=("attribution_id", list)
    ).reset_index()


def charges(attributions: pd.DataFrame, mentions: pd.DataFrame, top: int = 15) -> pd.DataFrame:
    """Count who denies, accuses or doubts a statement that names whom.

    That an entity is named in what somebody denies does not make it the one who is contradicted:
    the sentences say that.

    Parameters
    ----------
    attributions, mentions
        The tables of these names.
    top
        How many sources are kept, those with the most such statements first.

    Returns
    -------
    pandas.DataFrame
        ``name`` (who speaks), ``stance``, ``entity`` (named in the content, not the speaker), ``n``
        (statements), ``attribution_ids``.
    """
    rows = named_sources(attributions[attributions["stance"].isin(AGAINST)])
    rows = rows[["attribution_id", "article_id", "name", "stance", "entity_id", "content_spans"]]
    pairs = rows.merge(
        named(mentions)[["article_id", "entity_id", "entity", "start", "end"]],
        on="article_id",
        suffixes=("", "_named"),
    )
    inside = [
        any(a <= start and end <= b for a, b in spans)
        for spans, start, end in zip(
            pairs["content_spans"], pairs["start"], pairs["end"], strict=True
        )
    ]
    own = pairs["entity_id"].fillna("") == pairs["entity_id_named"]
    met = pairs[pd.Series(inside, pairs.index, dtype=bool) & ~own]
    met = met.drop_duplicates(["attribution_id", "entity_id_named"])
    kept = met.drop_duplicates(["attribution_id"])["name"].value_counts().index[:top]
    cells = met[met["name"].isin(kept)].groupby(["name", "stance", "entity"], observed=True)
    counts = cells.agg(
        n=("attribution_id", "size"), attribution_ids=("attribution_id", list)
    ).reset_index()
    return counts.sort_values(["n", "name", "entity"], ascending=[False, True, True])
