"""The tables of a story: which columns each one has, in which order, of which type.

Every row of every table points into an article by character offsets:
``articles.text[article_id][start:end] == row.text``. A layer builds plain records and hands
them to `frame`; nothing else in the package decides on a column's type.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

CATEGORY, TEXT, INT, FLOAT, FLAG, LIST = "category", "str", "int64", "float64", "bool", "object"
DATE = "datetime64[us, UTC]"

_SPAN = {"article_id": TEXT, "sentence_id": TEXT, "start": INT, "end": INT}

TABLES: dict[str, dict[str, str]] = {
    "articles": {
        "article_id": TEXT,
        "file": TEXT,
        "title": TEXT,
        "outlet": TEXT,
        "agency": TEXT,
        "byline": TEXT,
        "published": DATE,
        "published_precision": CATEGORY,
        "language": CATEGORY,
        "languages": LIST,
        "words": INT,
        "url": TEXT,
        "rights": TEXT,
        "text": TEXT,
        "sha256": TEXT,
    },
    "rejected": {"file": TEXT, "row": "Int64", "reason": TEXT},
    "blocks": {
        "article_id": TEXT,
        "start": INT,
        "end": INT,
        "kind": CATEGORY,
        "reason": TEXT,
        "language": CATEGORY,
        "text": TEXT,
    },
    "sentences": _SPAN | {"kind": CATEGORY, "language": CATEGORY, "text": TEXT},
    "mentions": _SPAN
    | {
        "text": TEXT,
        "label": CATEGORY,
        "entity_id": TEXT,
        "entity": TEXT,
        "how": CATEGORY,
        "confidence": FLOAT,
    },
    "attributions": {
        "attribution_id": TEXT,
        "article_id": TEXT,
        "sentence_id": TEXT,
        "content_start": INT,
        "content_end": INT,
        "content": TEXT,
        "content_spans": LIST,
        "cue_spans": LIST,
        "source": TEXT,
        "source_start": "Int64",
        "source_end": "Int64",
        "cue": TEXT,
        "cue_start": "Int64",
        "cue_end": "Int64",
        "mode": CATEGORY,
        "stance": CATEGORY,
        "source_kind": CATEGORY,
        "entity_id": TEXT,
        "entity": TEXT,
        "unresolved": FLAG,
        "confidence": FLOAT,
        "how": CATEGORY,
    },
    "links": {
        "attribution_id": TEXT,
        "depth": INT,
        "source": TEXT,
        "source_kind": CATEGORY,
        "entity_id": TEXT,
    },
    "tones": _SPAN
    | {
        "text": TEXT,
        "entity_id": TEXT,
        "entity": TEXT,
        "negative": FLOAT,
        "neutral": FLOAT,
        "positive": FLOAT,
        "tone": FLOAT,
        "label": CATEGORY,
        "abstained": FLAG,
        "voice": CATEGORY,
        "attribution_id": TEXT,
        "how": CATEGORY,
    },
    "pairs": {
        "entity_a": TEXT,
        "entity_b": TEXT,
        "joint": INT,
        "count_a": INT,
        "count_b": INT,
        "n": INT,
        "expected": FLOAT,
        "npmi": FLOAT,
        "g2": FLOAT,
        "p": FLOAT,
        "q": FLOAT,
        "sentence_ids": LIST,
        "article_ids": LIST,
    },
    "copies": {
        "article_a": TEXT,
        "article_b": TEXT,
        "relation": CATEGORY,
        "share": FLOAT,
        "agency": TEXT,
        "matches": LIST,
    },
    "claims": {
        "claim_id": TEXT,
        "label": TEXT,
        "label_id": TEXT,
        "language": CATEGORY,
        "entities": LIST,
        "n": INT,
    },
    "coverage": {
        "claim_id": TEXT,
        "article_id": TEXT,
        "mode": CATEGORY,
        "sentence_ids": LIST,
        "attribution_ids": LIST,
        "sources": LIST,
    },
}

BLOCK_KINDS = (
    "headline",
    "standfirst",
    "dateline",
    "byline",
    "caption",
    "body",
    "heading",
    "teaser",
    "notice",
    "navigation",
)
ANALYSED = ("headline", "standfirst", "body")
LABELS = ("PER", "ORG", "LOC", "MISC")
STANCES = ("say", "deny", "accuse", "confirm", "doubt", "announce", "warn", "other")
MODES = ("direct", "mixed", "indirect", "reported")
SOURCE_KINDS = ("person", "organisation", "document", "agency", "outlet", "unnamed", "crowd")


def frame(rows: Iterable[Mapping[str, Any]] | pd.DataFrame, table: str) -> pd.DataFrame:
    """Build one of the package's tables from records: its columns, in order, with their types.

    Parameters
    ----------
    rows
        Records or a frame; a column that is missing is filled with missing values, a column
        the table does not have is dropped.
    table
        A key of `TABLES`.

    Returns
    -------
    pandas.DataFrame
        The columns of ``TABLES[table]`` with a fresh index.

    Raises
    ------
    KeyError
        If there is no such table.
    """
    types = TABLES[table]
    given = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    out = given.reindex(columns=list(types)).reset_index(drop=True)
    for column, dtype in types.items():
        if dtype == LIST:
            out[column] = pd.Series(
                [_as_list(v) for v in out[column]], index=out.index, dtype=object
            )
        elif dtype == DATE:
            out[column] = pd.to_datetime(out[column], utc=True).astype(DATE)
        elif dtype == CATEGORY:
            out[column] = out[column].astype(TEXT).astype(CATEGORY)
        else:
            out[column] = out[column].astype(dtype)
    return out


def analysed(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the blocks or sentences that enter the analysis: headline, standfirst, body."""
    return rows[rows["kind"].isin(ANALYSED)]


def row_ids(rows: pd.DataFrame) -> pd.Series:
    """Give each row its id: that of an attribution, else its place (``000:13-42``).

    A mark of a chart carries the ids of the rows behind it. Rows that have theirs in a column
    ``row_id`` keep them.
    """
    if "row_id" in rows.columns:
        return rows["row_id"]
    if "content_spans" in rows.columns:
        return rows["attribution_id"]
    return rows["article_id"] + ":" + rows["start"].astype(TEXT) + "-" + rows["end"].astype(TEXT)


def tally(rows: pd.DataFrame, by: Sequence[str], ids: str) -> pd.DataFrame:
    """Count rows by columns, and list the ids behind each count.

    Parameters
    ----------
    rows
        Any frame.
    by
        Its columns to count by; rows with a missing value in one of them do not count.
    ids
        The column with the ids.

    Returns
    -------
    pandas.DataFrame
        The columns `by`, sorted by them, ``n``, and the column ``<ids>s``: lists, in the order of
        the rows.
    """
    number = rows.groupby([*by], observed=True).ngroup().to_numpy()
    # One sort and one cut: pandas would make a series of every group first.
    order = np.argsort(number, kind="stable")[(number < 0).sum() :]
    sizes = np.bincount(number[order])
    ends = np.cumsum(sizes)
    values = rows[ids].to_numpy(dtype=object)[order].tolist()
    lists = [values[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    out = rows[[*by]].iloc[order[ends - sizes]].reset_index(drop=True)
    return out.assign(n=sizes, **{f"{ids}s": pd.Series(lists, out.index, dtype=object)})


def named(mentions: pd.DataFrame) -> pd.DataFrame:
    """Keep the mentions by name: not role phrases (``the company``) nor pronouns."""
    return mentions[~mentions["how"].isin(("role", "pronoun"))]


def _as_list(value: Any) -> list[Any]:
    """Turn what Parquet gives back for a list (nested arrays) into plain nested lists."""
    if isinstance(value, list):  # millions of them, in the pairs of a large corpus: not copied
        return value
    if isinstance(value, np.ndarray):
        return [_as_list(v) if isinstance(v, np.ndarray) else v for v in value.tolist()]
    return list(value) if isinstance(value, tuple) else []
