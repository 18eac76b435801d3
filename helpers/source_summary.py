"""Summaries of who speaks: the kinds of sources of each article, and who is against whom."""

import pandas as pd

from helpers.summary import named_sources
from helpers.tables import SOURCE_KINDS, named, tally

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
    return tally(rows, ["article_id", "source_kind"], "attribution_id")


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
    spans = rows["content_spans"].explode().dropna()
    ends = pd.DataFrame(spans.tolist(), spans.index, columns=["first", "last"])
    columns = ["attribution_id", "article_id", "name", "stance", "entity_id"]
    pairs = (
        rows[columns]
        .join(ends, how="inner")
        .merge(
            named(mentions)[["article_id", "entity_id", "entity", "start", "end"]],
            on="article_id",
            suffixes=("", "_named"),
        )
    )
    inside = (pairs["first"] <= pairs["start"]) & (pairs["end"] <= pairs["last"])
    own = pairs["entity_id"].fillna("") == pairs["entity_id_named"]
    met = pairs[inside & ~own].drop_duplicates(["attribution_id", "entity_id_named"])
    kept = met.drop_duplicates(["attribution_id"])["name"].value_counts().index[:top]
    counts = tally(met[met["name"].isin(kept)], ["name", "stance", "entity"], "attribution_id")
    return counts.sort_values(["n", "name", "entity"], ascending=[False, True, True])
