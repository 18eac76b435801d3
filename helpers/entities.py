"""Mentions: who and what is named in a sentence, and which entity that is.

Spans come from a tagger, names from `helpers.naming`. The spans are those of the baseline,
`helpers.baselines.mentions`, as long as no other method gives any.
"""

import pandas as pd

from helpers.baselines.mentions import baseline
from helpers.naming import name
from helpers.tables import named


def mentions(sentences: pd.DataFrame, spans: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find who and what is named in the analysed sentences (headline, standfirst, body).

    Parameters
    ----------
    sentences
        Table "sentences" of `helpers.tables`.
    spans
        What a tagger found, as `helpers.naming.name` takes it; the baseline's finds if None.

    Returns
    -------
    pandas.DataFrame
        Table "mentions", as `helpers.naming.name` gives it.

    Raises
    ------
    ValueError
        If a list in ``data/`` or a span is wrong, naming the row and the reason.
    """
    return name(baseline(sentences) if spans is None else spans, sentences)


def unnamed(mentions: pd.DataFrame, limit: int = 20) -> pd.DataFrame:
    """List the commonest names that no list knows, to be filled into ``data/aliases.csv``.

    Parameters
    ----------
    mentions
        Table "mentions".
    limit
        How many names.

    Returns
    -------
    pandas.DataFrame
        ``form, label, language, n, articles, sentence_id`` (the first one with the name), the
        name of most mentions first; the language is empty for a code name.
    """
    rows = named(mentions)
    area = rows["entity_id"].str.extract(r"^(\w+):", expand=False)
    rows = rows.assign(form=rows["entity"], language=area.replace("code", ""))
    rows = rows[area.notna()].sort_values("sentence_id")
    groups = rows.astype({"label": "str"}).groupby(["form", "label", "language"])
    out = groups.agg(
        n=("start", "size"),
        articles=("article_id", "nunique"),
        sentence_id=("sentence_id", "first"),
    )
    order = ["n", "articles", "form", "label", "language"]
    out = out.reset_index().sort_values(order, ascending=[False, False, True, True, True])
    return out.head(limit).reset_index(drop=True)
