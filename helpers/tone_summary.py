"""From the table of tones to what its charts draw: means, coverage, the strongest rows."""

import numpy as np
import pandas as pd

from helpers.intervals import THIN, mean_interval
from helpers.tables import row_ids, tally
from helpers.tone import targets


def in_language(tones: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Add to rows of the table `tones` the ``language`` of their sentence."""
    languages = sentences.set_index("sentence_id")["language"].astype("str")
    out = tones.assign(language=tones["sentence_id"].map(languages).fillna("unknown"))
    out.attrs = tones.attrs
    return out


def tone_means(
    tones: pd.DataFrame, by: str = "voice", top: int = 15, seed: int = 0
) -> pd.DataFrame:
    """Average the tone towards each entity, one mean a voice or a language.

    Parameters
    ----------
    tones
        The table `tones`; only rows with an entity and a score count.
    by
        The column whose values stand apart: ``voice``, or ``language`` (`in_language`); by
        language, only entities with a score in more than one.
    top
        How many entities, those with the most scored rows.
    seed
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame
        ``entity``, the column `by`, ``mean, low, high, n, articles, thin, abstained, total,
        row_ids``. The mean is -1..1 with its 95 % interval over whole articles
        (`helpers.intervals.mean_interval`; missing below `THIN` articles, where it covers far less
        than it says; up to about ten it is still somewhat too narrow); thin: fewer than `THIN`
        rows or articles; abstained: how many rows more were not scored; total: scored rows of
        the entity.
    """
    own = targets(tones)
    scored = own[~own["abstained"]]
    if by == "language":
        several = scored.groupby("entity")["language"].nunique() > 1
        scored = scored[scored["entity"].map(several).astype(bool)]
    total = scored["entity"].value_counts().rename_axis("entity").reset_index(name="total")
    chosen = total.sort_values(["total", "entity"], ascending=[False, True]).head(top)
    own = own[own["entity"].isin(chosen["entity"])]
    scored = scored[scored["entity"].isin(chosen["entity"])]
    left = own[own["abstained"]].groupby(["entity", by], observed=True).size()
    scored = scored.assign(row_id=row_ids(scored))
    counted = tally(scored, ["entity", by], "row_id").astype({by: "str"})
    generator = np.random.default_rng(seed)
    rows = []
    for key, part in scored[["article_id", "tone", "entity", by]].groupby(
        ["entity", by], observed=True
    ):
        articles = part["article_id"].nunique()
        thin = len(part) < THIN or articles < THIN
        interval = mean_interval(part, generator)
        rows.append((*key, part["tone"].mean(), *interval, articles, thin, left.get(key, 0)))
    columns = ["entity", by, "mean", "low", "high", "articles", "thin", "abstained"]
    means = pd.DataFrame(rows, columns=columns).astype({by: "str"})
    return chosen.merge(means.merge(counted, on=["entity", by]), on="entity")


def coverage(tones: pd.DataFrame) -> pd.DataFrame:
    """Count the rows scored, by label, and left unscored, by reason, in each language.

    Parameters
    ----------
    tones
        Rows of the table `tones` with their ``language`` (`in_language`).

    Returns
    -------
    pandas.DataFrame
        ``language, label, n, share`` (of the language)``, row_ids``; the label of what abstained
        is ``how`` of the row: the reason.
    """
    labels = tones["label"].astype("str").where(~tones["abstained"], tones["how"].astype("str"))
    rows = tones.assign(label=labels, row_id=row_ids(tones))
    out = tally(rows, ["language", "label"], "row_id")
    return out.assign(share=out["n"] / out.groupby("language")["n"].transform("sum"))


def extremes(tones: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """Choose the rows with the strongest tone towards somebody, one a sentence and entity.

    Parameters
    ----------
    tones
        The table `tones`.
    n
        How many each way.

    Returns
    -------
    pandas.DataFrame
        Rows of `tones` with a column ``way`` (``most negative``, ``most positive``), the
        strongest first.
    """
    own = targets(tones)
    own = own[~own["abstained"]]
    parts = []
    for way, sign in (("most negative", -1), ("most positive", 1)):
        part = own[own["label"] == way.removeprefix("most ")]
        part = part.assign(way=way, strength=sign * part["tone"])
        part = part.sort_values("strength", ascending=False, kind="stable")
        parts.append(part.drop_duplicates(["sentence_id", "entity_id"]).head(n))
    out = pd.concat(parts).drop(columns="strength")
    out.attrs = tones.attrs
    return out
