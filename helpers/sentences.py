"""Sentences with their place in the article."""

from collections.abc import Iterator

import pandas as pd
from sentencex import get_sentence_boundaries

from helpers.tables import frame


def sentences(blocks: pd.DataFrame) -> pd.DataFrame:
    """Split blocks into sentences; a quote that holds several sentences stays whole.

    Parameters
    ----------
    blocks
        The table `blocks`.

    Returns
    -------
    pandas.DataFrame
        The table `sentences`, without the white space between sentences. ``sentence_id`` is
        ``001:p03s02`` for the second sentence of the third block of article 001.
    """
    number = blocks.groupby("article_id", observed=True).cumcount() + 1
    rows = zip(blocks.to_dict("records"), number, strict=True)
    return frame((row for block, n in rows for row in _split(block, n)), "sentences")


def paragraph(sentence_ids: pd.Series) -> pd.Series:
    """Give the block that each sentence stands in, such as ``001:p03``."""
    return sentence_ids.str.replace(r"s\d+$", "", regex=True)


def _split(block: dict, number: int) -> Iterator[dict]:
    text = block["text"]
    code = block["language"] if isinstance(block["language"], str) else "en"
    count = 0
    for piece in get_sentence_boundaries(code, text):
        raw = text[piece["start_index"] : piece["end_index"]]
        inner = raw.strip()
        if not inner:
            continue
        count += 1
        start = block["start"] + piece["start_index"] + raw.index(inner)
        yield {
            "article_id": block["article_id"],
            "sentence_id": f"{block['article_id']}:p{number:02d}s{count:02d}",
            "start": start,
            "end": start + len(inner),
            "kind": block["kind"],
            "language": block["language"],
            "text": inner,
        }
