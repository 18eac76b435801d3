"""Mentions: who and what is named in a sentence, and which entity that is.

Spans come from a tagger, names from `helpers.naming`. The spans are those of the baseline,
`helpers.baselines.mentions`, as long as no other method gives any.
"""

import pandas as pd

from helpers.baselines.mentions import baseline
from helpers.naming import name


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
