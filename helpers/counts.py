"""Counts for charts from a story's Parquet files, by DuckDB: the tables need not fit in memory.

Each function gives the frame that the function of the same name gives for tables in memory
(`helpers.summary`, `helpers.source_summary`), also in the order of its rows and ids. Only the
columns that are counted are read, and no more of the rows is held than the counts need.
"""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from helpers.dataset import files
from helpers.intervals import wilson
from helpers.source_summary import UNKNOWN
from helpers.summary import FACTS, OTHERS, UNRESOLVED
from helpers.tables import ANALYSED, CATEGORY, DATE, SOURCE_KINDS, TABLES

_PLACE = "article_id || ':' || start || '-' || \"end\""
_NAMED = f"""CASE WHEN unresolved THEN '{UNRESOLVED}'
    ELSE coalesce(entity, source, '{UNRESOLVED}') END"""


def known(path: str | Path) -> pd.DataFrame:
    """Count for how many articles each fact is known: `helpers.summary.known`.

    Parameters
    ----------
    path
        The folder that `Story.write` or ``python -m helpers.story`` wrote; so for all of these.
    """
    table = _Table(path, "articles")
    rows = []
    for fact in FACTS:
        ids = f"coalesce(list(article_id ORDER BY {table.order}) FILTER"
        query = f'{ids} ("{fact}" IS NOT NULL), []), {ids} ("{fact}" IS NULL), [])'
        there, missing = table.rows(f"SELECT {query} FROM {table.name}")[0]
        rows.append((fact, len(there), len(missing), there, missing))
    columns = ["fact", "known", "missing", "known_ids", "missing_ids"]
    return pd.DataFrame(rows, columns=columns)


def days(path: str | Path) -> pd.DataFrame:
    """Count articles by day and outlet: `helpers.summary.days`."""
    table = _Table(path, "articles")
    out = table.frame(
        f"""SELECT day, outlet, count(*) AS n,
            list(article_id ORDER BY {table.order}) AS article_ids
        FROM {table.name} WHERE day IS NOT NULL GROUP BY ALL ORDER BY day, outlet NULLS LAST"""
    )
    return out.assign(day=pd.to_datetime(out["day"], utc=True).astype(DATE))


def presence(path: str | Path, top: int = 20) -> pd.DataFrame:
    """Count mentions by name by entity and article: `helpers.summary.presence`."""
    table = _Table(path, "mentions")
    return table.frame(
        f"""WITH cells AS (
            SELECT entity, article_id, count(*) AS n,
                list({_PLACE} ORDER BY {table.order}) AS row_ids
            FROM {table.name}
            WHERE entity IS NOT NULL AND (how IS NULL OR how NOT IN ('role', 'pronoun'))
            GROUP BY ALL),
        chosen AS (
            SELECT entity, count(*) AS articles, sum(n) AS total FROM cells GROUP BY entity
            ORDER BY articles DESC, total DESC, entity LIMIT $top)
        SELECT entity, articles, article_id, n, row_ids FROM chosen JOIN cells USING (entity)
        ORDER BY articles DESC, total DESC, entity, article_id""",
        top=top,
    )


def counts(path: str | Path, by: str, top: int = 15) -> pd.DataFrame:
    """Count attributions by source and another column: `helpers.summary.counts`.

    Raises
    ------
    ValueError
        If `by` is no column of labels, naming those there are.
    """
    labels = [name for name, kind in TABLES["attributions"].items() if kind == CATEGORY]
    if by not in labels:  # a name of a column cannot be a parameter of a query
        raise ValueError(f"no column of labels '{by}'; there are {', '.join(labels)}")
    table = _Table(path, "attributions")
    return table.frame(
        f"""WITH named AS (
            SELECT *, {_NAMED} AS own, coalesce("{by}", 'unknown') AS label FROM {table.name}),
        rare AS (
            SELECT own FROM named WHERE own != '{UNRESOLVED}' GROUP BY own
            ORDER BY count(*) DESC, own OFFSET $top),
        folded AS (
            SELECT *, CASE WHEN own IN (FROM rare)
                THEN '(' || (SELECT count(*) FROM rare) || '{OTHERS}' ELSE own END AS name
            FROM named),
        sums AS (
            SELECT name, count(*) AS total, count(DISTINCT article_id) AS articles
            FROM folded GROUP BY name),
        cells AS (
            SELECT name, label, count(*) AS n,
                list(attribution_id ORDER BY {table.order}) AS attribution_ids
            FROM folded GROUP BY ALL)
        SELECT name, total, articles, label AS "{by}", n, attribution_ids
        FROM sums JOIN cells USING (name)
        ORDER BY CASE WHEN name = '{UNRESOLVED}' THEN 2 WHEN ends_with(name, '{OTHERS}') THEN 1
            ELSE 0 END, total DESC, articles DESC, name, label""",
        top=top,
    )


def kinds(path: str | Path) -> pd.DataFrame:
    """Count the statements of each article by kind of source: `helpers.source_summary.kinds`."""
    table = _Table(path, "attributions")
    out = table.frame(
        f"""SELECT article_id,
            CASE WHEN unresolved OR source_kind IS NULL THEN '{UNKNOWN}' ELSE source_kind END
                AS source_kind,
            count(*) AS n, list(attribution_id ORDER BY {table.order}) AS attribution_ids
        FROM {table.name} GROUP BY ALL"""
    )
    ordered = pd.Categorical(out["source_kind"], [*SOURCE_KINDS, UNKNOWN], ordered=True)
    out = out.assign(source_kind=ordered).dropna(subset=["source_kind"])
    return out.sort_values(["article_id", "source_kind"], ignore_index=True)


def attributed_shares(path: str | Path) -> pd.DataFrame:
    """Give each article's share of attributed sentences: `helpers.summary.attributed_shares`."""
    table, said = _Table(path, "sentences"), _Table(path, "attributions", "spoken")
    out = table.frame(
        f"""WITH kept AS (SELECT * FROM {table.name} WHERE kind IN (SELECT unnest($analysed))),
        spans AS (
            SELECT article_id, attribution_id, unnest(content_spans) AS span FROM {said.name}),
        met AS (
            SELECT kept.article_id, sentence_id, attribution_id FROM kept
            JOIN spans ON spans.article_id = kept.article_id
                AND span[1] < kept."end" AND span[2] > kept.start),
        hits AS (
            SELECT article_id, count(DISTINCT sentence_id) AS attributed,
                list_sort(list(DISTINCT attribution_id)) AS attribution_ids
            FROM met GROUP BY article_id),
        sizes AS (SELECT article_id, count(*) AS n FROM kept GROUP BY article_id)
        SELECT article_id, coalesce(attributed, 0) AS attributed, n,
            coalesce(attribution_ids, []) AS attribution_ids
        FROM sizes LEFT JOIN hits USING (article_id) ORDER BY article_id""",
        analysed=list(ANALYSED),
        **said.parameters,
    )
    ends = [wilson(k, n) for k, n in zip(out["attributed"], out["n"], strict=True)]
    low, high = ([end[side] for end in ends] for side in (0, 1))
    out = out.assign(share=out["attributed"] / out["n"], low=low, high=high)
    return out[["article_id", "attributed", "n", "share", "low", "high", "attribution_ids"]]


class _Table:
    """A table in its files, as a query names it: its rows, and their order in memory."""

    def __init__(self, path: str | Path, table: str, parameter: str = "files") -> None:
        held = files(Path(path), table)
        self.parameters: dict[str, Any] = {parameter: [str(file) for file in held]}
        self.name = f"read_parquet(${parameter}, file_row_number = true)"
        whole = held[0].parent == Path(path)
        self.order = "file_row_number" if whole else "article_id, file_row_number"

    def rows(self, query: str, **given: Any) -> list[tuple]:
        with duckdb.connect() as session:
            return session.execute(query, self.parameters | given).fetchall()

    def frame(self, query: str, **given: Any) -> pd.DataFrame:
        with duckdb.connect() as session:
            table = session.sql(query, params=self.parameters | given).to_arrow_table()
        out = table.to_pandas()
        for column in table.schema:
            if pa.types.is_list(column.type):
                out[column.name] = pd.Series(table[column.name].to_pylist(), dtype=object)
        return out
