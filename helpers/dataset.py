"""A story in a folder as Parquet: ``name.parquet`` a table, or a folder ``name/`` of parts.

Each table has besides its own columns the ``outlet`` and the ``day`` of its article, so that a
reader takes what it wants of one outlet or time alone, and so that DuckDB, R or Spark count by them
without a join. The rows of a part are ordered by them: what belongs together is read together.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from helpers.caching import store
from helpers.nesting import column, columns, owners
from helpers.tables import TABLES, frame

FACTS = ("outlet", "day")
_FACTS = [pa.field("outlet", pa.string()), pa.field("day", pa.date32())]
_GROUPS = 8  # row groups of a table of a part: the least that is read of it


def write(path: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write one file a table into a folder, which is made."""
    for name, content in _files(tables, order=False):
        store(path / f"{name}.parquet", content)


def write_part(path: Path, part: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write one file a table into the tables' folders; `done` is true when all are there."""
    for name, content in _files(tables, order=True):
        store(path / name / f"{part}.parquet", content)


def done(path: Path, part: str, names: Sequence[str]) -> bool:
    """Tell whether a part is there with all of its tables."""
    try:
        for name in names:
            pq.read_metadata(path / name / f"{part}.parquet")
    except (OSError, pa.ArrowInvalid):
        return False
    return True


def keep_only(path: Path, parts: Sequence[str], names: Sequence[str]) -> None:
    """Remove the parts of an earlier run: those that are not among `parts`."""
    kept = {f"{part}.parquet" for part in parts}
    for name in names:
        for file in (path / name).glob("part-*.parquet"):
            if file.name not in kept:
                file.unlink(missing_ok=True)


def files(path: Path, name: str) -> list[Path]:
    """List the files of a table; of parts, those that were written to their end.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    if (path / f"{name}.parquet").is_file():
        return [path / f"{name}.parquet"]
    # The articles of a part are written last.
    found = [path / name / file.name for file in sorted((path / "articles").glob("part-*.parquet"))]
    if not found or not all(file.is_file() for file in found):
        raise FileNotFoundError(f"{path}: no {name}.parquet")
    return found


def read(path: Path, name: str, wanted: ds.Expression | None = None) -> pd.DataFrame:
    """Read a table, or the rows of it that are wanted; those of parts in the order of articles.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    ValueError
        If it is not a table of that name, or wanted is by outlet and day and it has none.
    """
    held = files(path, name)
    rows = ds.dataset(held, format="parquet")
    missing = {*TABLES[name], *(FACTS if wanted is not None else ())} - set(rows.schema.names)
    if missing:
        lacks = ", ".join(sorted(missing))
        raise ValueError(f"{held[0].name} has no column {lacks}: write the story again")
    table = rows.to_table(columns=list(TABLES[name]), filter=wanted).to_pandas()
    if held[0].parent != path and name != "rejected":
        by = "attribution_id" if name == "links" else "article_id"
        table = table.sort_values(by, kind="stable")
    return frame(table, name)


def wanted(
    path: Path, outlet: str | Sequence[str] | None, since: str | None
) -> ds.Expression | None:
    """Say which rows are asked for.

    Raises
    ------
    ValueError
        If no article has such an outlet, naming those there are, or the day is none.
    """
    parts: list[ds.Expression] = []
    if outlet is not None:
        names = [outlet] if isinstance(outlet, str) else list(outlet)
        column = ds.dataset(files(path, "articles")).to_table(columns=["outlet"])["outlet"]
        there = sorted(column.unique().drop_null().to_pylist())
        unknown = [name for name in names if name not in there]
        if unknown:
            some = ", ".join(there[:20]) + (" …" if len(there) > 20 else "")
            raise ValueError(f"no outlet '{unknown[0]}'; there is {some or 'none'}")
        parts.append(pc.field("outlet").isin(names))
    if since is not None:
        try:
            day = date.fromisoformat(since)
        except ValueError:
            raise ValueError(f"'{since}' is no day such as 2025-11-17") from None
        parts.append(pc.field("day") >= day)
    return parts[0] & parts[-1] if parts else None


def _files(tables: Mapping[str, pd.DataFrame], order: bool) -> Iterator[tuple[str, bytes]]:
    """Give the Parquet file of each table, that of the articles last."""
    facts = _facts(tables["articles"])
    for name in sorted(tables, key=lambda name: name == "articles"):
        # The attribute that leads back to the story does not belong in a file.
        rows = frame(tables[name], name)
        if name != "rejected":
            known = facts.reindex(owners(tables, name)).set_axis(rows.index)
            rows = rows.assign(**{fact: known[fact] for fact in FACTS})
            rows = rows.sort_values(list(FACTS), kind="stable") if order else rows
        groups = max(len(rows) // _GROUPS, 1) if order else None
        sink = pa.BufferOutputStream()
        fields = columns(name) + ([] if name == "rejected" else _FACTS[name == "articles" :])
        made = pa.table([column(rows[f.name], f.type) for f in fields], schema=pa.schema(fields))
        pq.write_table(made, sink, row_group_size=groups, compression="zstd")
        yield name, sink.getvalue().to_pybytes()


def _facts(articles: pd.DataFrame) -> pd.DataFrame:
    """Give each article's outlet and day; a day known only by its month or year is none."""
    vague = articles["published_precision"].isin(["month", "year"])
    day = articles["published"].mask(vague).dt.date
    known = {"article_id": articles["article_id"], "outlet": articles["outlet"], "day": day}
    return pd.DataFrame(known).set_index("article_id")
