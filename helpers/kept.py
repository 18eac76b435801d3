"""The cache of what was found: Parquet files of a few articles each, written whole or not at all.

The name of a file says which articles it holds (the first signs of their keys) and the hash of its
bytes. So a listing of the folder is the index, and nothing else has to be kept in step with the
files; a file that is not what its name says is passed over, and what it held is found again.
"""

import hashlib
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.caching import store
from helpers.nesting import SCHEMA

_SIGNS = 6  # of a key, in a file's name: one in 16 million other articles has the same
_HASH = 16


class Kept:
    """What a cache held of a version when it was opened, and where to keep more of it."""

    def __init__(self, folder: Path, version: str) -> None:
        self.version = version
        self._folder = folder / version
        self._files: dict[str, list[str]] = {}
        for file in sorted(self._folder.glob("*.parquet")):
            signs = file.stem.partition("-")[0]
            for at in range(0, len(signs), _SIGNS):
                self._files.setdefault(signs[at : at + _SIGNS], []).append(file.name)

    def find(self, keys: Sequence[str]) -> pa.Table:
        """Give what is held of some articles, each once, in no particular order."""
        names = {name for key in keys for name in self._files.get(key[:_SIGNS], ())}
        parts = [table for name in sorted(names) if (table := self._read(name)) is not None]
        found = pa.concat_tables([SCHEMA.empty_table(), *parts])
        found = found.filter(pc.is_in(found["key"], pa.array(keys, pa.string())))
        twice = pd.Series(found["key"].to_pylist(), dtype="str").duplicated()
        return found.take(np.flatnonzero(~twice)) if twice.any() else found

    def keep(self, found: pa.Table) -> None:
        """Write what was found; where that cannot be done, warn: it is only found again."""
        sink = pa.BufferOutputStream()
        pq.write_table(found, sink, compression="zstd")
        content = sink.getvalue().to_pybytes()
        signs = "".join(key[:_SIGNS] for key in found["key"].to_pylist())
        name = f"{signs}-{hashlib.sha256(content).hexdigest()[:_HASH]}.parquet"
        try:
            store(self._folder / name, content)
        except OSError as error:
            warnings.warn(f"not cached in {self._folder}: {error.strerror}", stacklevel=2)

    def _read(self, name: str) -> pa.Table | None:
        """Read a file; None if it is gone or not what its name says."""
        try:
            content = (self._folder / name).read_bytes()
        except OSError:
            return None
        due = Path(name).stem.partition("-")[2]
        if hashlib.sha256(content).hexdigest()[:_HASH] != due:
            return None
        table = pq.read_table(pa.BufferReader(content))
        return table if table.schema.equals(SCHEMA) else None
