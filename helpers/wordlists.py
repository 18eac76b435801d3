"""Word lists and aliases: data files that an analyst can mend, read once and checked.

Each list is a CSV in ``data/`` with a header row. ``HELPERS_DATA`` points to another folder
for those who keep their own lists beside their corpus; a list it lacks is the project's.
"""

import os
from functools import cache
from pathlib import Path

import pandas as pd

LISTS: dict[str, tuple[str, ...]] = {
    "adverbials": ("language", "pattern"),
    "aliases": ("entity_id", "name", "alias", "language", "label"),
    "boilerplate": ("language", "kind", "scope", "pattern", "reason"),
    "columns": ("column", "given"),
    "cues": ("language", "lemma", "stance"),
    "demonyms": ("language", "form", "entity_id"),
    "metonyms": ("entity_id", "stands_for"),
    "name_parts": ("part", "word"),
    "objects": ("language", "lemma"),
    "relays": ("language", "pattern"),
    "roles": ("language", "word", "label", "sort", "gender"),
    "source_kinds": ("language", "word", "source_kind"),
    "traditional": ("traditional", "simplified"),
}


Stamp = tuple[Path, int, int]
_PROJECT = Path(__file__).resolve().parents[1] / "data"


def folder() -> Path:
    """Give the folder of the data files: ``HELPERS_DATA`` if set, else the project's ``data``."""
    return Path(os.environ.get("HELPERS_DATA") or _PROJECT)


def models() -> Path:
    """Give the folder of the heads and their scores: that of ``HELPERS_DATA`` if it has one."""
    own = folder() / "models"
    return own if own.is_dir() else _PROJECT / "models"


def wordlist(name: str) -> pd.DataFrame:
    """Read one of the word lists.

    Parameters
    ----------
    name
        A key of `LISTS`.

    Returns
    -------
    pandas.DataFrame
        The list's columns as text; an empty cell is an empty string.

    Raises
    ------
    KeyError
        If there is no such list.
    ValueError
        If the file lacks a column, naming file and column.
    """
    return _read(stamp(name), LISTS[name]).copy()


def stamp(name: str) -> Stamp:
    """Give a list's path, time of change and size: what is made from a list is cached under it.

    So a row that an analyst adds counts at once, in the kernel that is running.
    """
    # Strings, not paths: it is asked for again with every word.
    own = os.environ.get("HELPERS_DATA")
    place = own if own and os.path.isfile(f"{own}/{name}.csv") else str(_PROJECT)
    state = os.stat(f"{place}/{name}.csv")
    return _path(place, name), state.st_mtime_ns, state.st_size


@cache
def _path(place: str, name: str) -> Path:
    return Path(place) / f"{name}.csv"


@cache
def _read(state: Stamp, columns: tuple[str, ...]) -> pd.DataFrame:
    path = state[0]
    rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [c for c in columns if c not in rows.columns]
    if missing:
        raise ValueError(f"{path.name}: column {', '.join(missing)} is missing")
    return rows[list(columns)]
