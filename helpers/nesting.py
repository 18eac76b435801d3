"""What was found in articles as one Arrow table: a row an article, a list of records a table.

So a file of the cache holds all that belongs to a few articles, and an article can be taken out of
it without reading a row at a time.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.tables import CATEGORY, DATE, FLAG, FLOAT, INT, LIST, TABLES, TEXT, frame

FOUND = ("blocks", "sentences", "mentions", "attributions", "links", "tones")
_TYPES = {
    TEXT: pa.string(),
    CATEGORY: pa.string(),
    INT: pa.int64(),
    "Int64": pa.int64(),
    FLOAT: pa.float64(),
    FLAG: pa.bool_(),
    DATE: pa.timestamp("us", "UTC"),
    LIST: pa.list_(pa.list_(pa.int64())),  # spans
}


def columns(table: str) -> list[pa.Field]:
    """Give the columns of a table as Arrow has them, typed also where there is no value."""
    own = {"languages": pa.list_(pa.string())} if table == "articles" else {}
    return [pa.field(c, own.get(c, _TYPES[dtype])) for c, dtype in TABLES[table].items()]


def column(values: pd.Series, kind: pa.DataType) -> pa.Array:
    """Give a column of a frame as Arrow has it."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(TEXT)
    made = pa.Array.from_pandas(values, type=kind)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


_LISTS = [pa.field(name, pa.list_(pa.struct(columns(name)))) for name in FOUND]
SCHEMA = pa.schema([pa.field("key", pa.string()), *_LISTS])


def owners(tables: Mapping[str, pd.DataFrame], name: str) -> pd.Series:
    """Give the article that each row of a table belongs to, also of `links`."""
    if name != "links":
        return tables[name]["article_id"]
    owner = tables["attributions"].set_index("attribution_id")["article_id"]
    return tables[name]["attribution_id"].map(owner)


def nested(tables: Mapping[str, pd.DataFrame], keys: Mapping[str, str]) -> pa.Table:
    """Put the tables of a few articles together.

    Parameters
    ----------
    tables
        Those of `FOUND`; the rows of an article in their order, not necessarily together.
    keys
        The key of each article by its ``article_id``; their order is that of the rows.

    Returns
    -------
    pyarrow.Table
        Of `SCHEMA`.
    """
    lists = [pa.array(list(keys.values()), pa.string())]
    for name in FOUND:
        place = pd.Index(list(keys)).get_indexer(owners(tables, name))
        order = np.argsort(place, kind="stable")
        counts = np.bincount(place, minlength=len(keys))
        offsets = pa.array(np.r_[0, counts.cumsum()], pa.int32())
        rows = tables[name].iloc[order]
        own = columns(name)
        records = [column(rows[part.name], part.type) for part in own]
        lists.append(
            pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(records, fields=own))
        )
    return pa.table(lists, schema=SCHEMA)


def flat(found: pa.Table) -> dict[str, pd.DataFrame]:
    """Take apart what `nested` put together; the rows stand in the order of the articles."""
    return {name: frame(_rows(found[name], columns(name)), name) for name in FOUND}


def _rows(lists: pa.ChunkedArray, own: list[pa.Field]) -> pd.DataFrame:
    # A chunk at a time: joined, the text of a large corpus would be too long for one array.
    parts = [pa.Table.from_struct_array(chunk.flatten()) for chunk in lists.chunks]
    rows = pa.concat_tables(parts) if parts else pa.schema(own).empty_table()
    out = rows.to_pandas(integer_object_nulls=True)
    for part in own:
        if pa.types.is_list(part.type):  # plain lists, not arrays of arrays
            out[part.name] = pd.Series(rows[part.name].to_pylist(), dtype=object)
    return out
