"""What is given to `load`: a file, a folder, a zip or rows, with what a manifest says of them."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import columns
from helpers.decoding import Unreadable
from helpers.files import Entry, clean, entries, unpacked
from helpers.readers import Record, Row, read, suffix

MANIFEST = "articles.csv"


class Given(NamedTuple):
    """The rows of one file or table.

    Attributes
    ----------
    file
        Its name below what was given to `load`.
    rows
        What a reader found in it.
    encoding
        What it was decoded as; None for binary formats and for what was no file.
    manifest
        What the manifest says of it, by the package's columns.
    columns
        The package's columns that it may give.
    """

    file: str
    rows: list[Row]
    encoding: str | None = None
    manifest: Record = {}
    columns: tuple[str, ...] = columns.TABLE


def corpus(source: str | Path | pd.DataFrame | Sequence[Mapping[str, Any]]) -> Iterator[Given]:
    """Yield what is given to `load`, file by file; a file that cannot be read is a faulty row.

    Parameters
    ----------
    source
        As for `helpers.load`.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    """
    yield from _from_path(Path(source)) if isinstance(source, str | Path) else _from_rows(source)


def _from_rows(source: pd.DataFrame | Sequence[Any]) -> Iterator[Given]:
    if isinstance(source, pd.DataFrame):
        name, rows = "frame", source.to_dict("records")
    else:
        name, rows = "list", list(source)
    numbered = [
        Row(n, {str(k): v for k, v in row.items()})
        if isinstance(row, Mapping)
        else Row(n, {}, "not a dict")
        for n, row in enumerate(rows, 1)
    ]
    yield Given(name, numbered, columns=columns.OWN)


def _from_path(path: Path) -> Iterator[Given]:
    found = entries(path)
    yield from _from_entries(found, "") if path.is_dir() else _from_entry(found[0], {})


def _from_entries(found: list[Entry], base: str) -> Iterator[Given]:
    """Read the files of a folder or zip; names in the manifest are relative to `base`."""
    own = next((e for e in found if e.name == posixpath.join(base, MANIFEST)), None)
    manifest, faults = _manifest(own) if own else (None, [])
    if faults:
        yield Given(own.name, faults)
    said = {posixpath.join(base, name): given for name, given in (manifest or {}).items()}
    for entry in found:
        if manifest is None or entry is not own:
            yield from _from_entry(entry, said.pop(entry.name, {}))
    for name in said:
        yield Given(name, [Row(None, {}, f"named in {MANIFEST}, but not there")])


def _from_entry(entry: Entry, manifest: Record) -> Iterator[Given]:
    try:
        raw = entry.content()
        if suffix(entry.name) == ".zip":
            inside = unpacked(entry.name, raw)
            folders = [posixpath.dirname(e.name) for e in inside]
            yield from _from_entries(inside, posixpath.commonpath(folders) if folders else "")
        else:
            rows, encoding = read(entry.name, raw)
            yield Given(entry.name, rows, encoding, manifest)
    except Unreadable as error:
        yield Given(entry.name, [Row(None, {}, str(error))])


def _manifest(entry: Entry) -> tuple[dict[str, Record] | None, list[Row]]:
    """Give what a manifest says by file, and the rows it says nothing with; None if it is none."""
    try:
        rows, _ = read(entry.name, entry.content())
    except Unreadable:
        return None, []  # the reader will say what is wrong with it
    names = columns.mapped(dict.fromkeys(k for r in rows for k in r.values), columns.OWN)
    if "file" not in names.values() or "text" in names.values():
        return None, []
    said: dict[str, Record] = {}
    faults = [row for row in rows if row.fault]
    for row in rows:
        given = {names[k]: v for k, v in row.values.items() if k in names and columns.value(v)}
        file = posixpath.normpath(clean(given.pop("file", "").strip().replace("\\", "/")))
        if file in said or (not row.fault and file == "."):
            fault = f"'{file}' stands twice in it" if file in said else "it names no file"
            faults.append(row._replace(fault=fault))
        elif not row.fault:
            said[file] = given
    return said, faults
