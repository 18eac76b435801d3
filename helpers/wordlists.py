"""Word lists and aliases: data files that an analyst can mend, read once and checked.

Each list is a CSV in ``data/`` with a header row. ``HELPERS_DATA`` points to another folder
for those who keep their own lists beside their corpus; a list it lacks is the project's.

What a reader corrects is kept apart from the lists, in the folder ``corrections`` beside them,
under the same file names: a row is added, or takes the place of the list's rows with the same key
(`KEYS`); a row that has its key alone takes them away. So an update of the project never meets a
reader's rows, and `helpers.corrections` can say how many are in force.
"""

import os
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from helpers.tables import BLOCK_KINDS, LABELS, SOURCE_KINDS, STANCES

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
# What a correction says something about: the columns that tell a row from the others.
KEYS: dict[str, tuple[str, ...]] = LISTS | {
    "aliases": ("alias", "language"),
    "boilerplate": ("language", "pattern"),
    "columns": ("given",),
    "cues": ("language", "lemma"),
    "demonyms": ("language", "form"),
    "metonyms": ("entity_id",),
    "roles": ("language", "word"),
    "source_kinds": ("language", "word"),
    "traditional": ("traditional",),
}
# A bare row has a meaning there: the form is no name (`helpers.names`).
_BARE = "aliases"
_VALUES = {
    "kind": BLOCK_KINDS,
    "label": ("", *LABELS),
    "source_kind": SOURCE_KINDS,
    "stance": STANCES,
}
_MAY_LACK = {"aliases": ("language",), "boilerplate": ("language",)}

Stamp = tuple[Path, int, int, int, int]
_PROJECT = Path(__file__).resolve().parents[1] / "data"
_HOME = str(_PROJECT)


def folder() -> Path:
    """Give the folder of the data files: ``HELPERS_DATA`` if set, else the project's ``data``."""
    return Path(os.environ.get("HELPERS_DATA") or _PROJECT)


def models() -> Path:
    """Give the folder of the heads and their scores: that of ``HELPERS_DATA`` if it has one."""
    own = folder() / "models"
    return own if own.is_dir() else _PROJECT / "models"


class Listed(NamedTuple):
    """A list with its corrections: the rows that count, and where each stands.

    Attributes
    ----------
    rows
        The list's columns.
    places
        ``aliases.csv, row 7`` for each row.
    corrections
        The rows of the corrections, with ``correction``: added, changed or taken away.
    """

    rows: pd.DataFrame
    places: list[str]
    corrections: pd.DataFrame


def corrections_folder() -> Path:
    """Give the folder of a reader's corrections, beside the lists; it need not be there."""
    return folder() / "corrections"


def wordlist(name: str) -> pd.DataFrame:
    """Read one of the word lists, with its corrections.

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
        If the file lacks a column, naming file and column, or if a correction cannot be followed,
        naming file, row and reason.
    """
    return listed(name).rows.copy()


def listed(name: str) -> Listed:
    """Read a list as `wordlist` does, and say where its rows stand and what was corrected."""
    return _listed(stamp(name), name)


def sources(name: str) -> list[Path]:
    """Give the files that a list is made of."""
    own = corrections_folder() / f"{name}.csv"
    return [stamp(name)[0], *([own] if own.is_file() else [])]


def is_ours(name: str) -> bool:
    """Tell whether a list is the project's, not one in ``HELPERS_DATA``."""
    return stamp(name)[0].parent == _PROJECT


def stamp(name: str) -> Stamp:
    """Give a list's path, time of change and size, and those of its corrections.

    What is made from a list is cached under it, so a row that an analyst adds counts at once, in
    the kernel that is running.
    """
    # Strings, not paths: it is asked for again with every word.
    own = os.environ.get("HELPERS_DATA")
    place = own if own and os.path.isfile(f"{own}/{name}.csv") else _HOME
    state = os.stat(f"{place}/{name}.csv")
    try:
        mended = os.stat(f"{own or _HOME}/corrections/{name}.csv")
    except OSError:
        return _path(place, name), state.st_mtime_ns, state.st_size, 0, 0
    changed = mended.st_mtime_ns, mended.st_size
    return _path(place, name), state.st_mtime_ns, state.st_size, *changed


@cache
def _path(place: str, name: str) -> Path:
    return Path(place) / f"{name}.csv"


@cache
def _listed(state: Stamp, name: str) -> Listed:
    rows = read(state[0], LISTS[name])
    places = pd.Series([f"{name}.csv, row {i}" for i in range(2, len(rows) + 2)], dtype="str")
    file = corrections_folder() / f"{name}.csv"
    if not file.is_file():
        return Listed(rows, list(places), rows.iloc[:0].assign(correction=""))
    mended = read(file, LISTS[name])
    _check(mended, name)
    key = list(KEYS[name])
    ours, theirs = (pd.MultiIndex.from_frame(part[key]) for part in (rows, mended))
    bare = mended[[c for c in mended if c not in key]].eq("").all(axis=1) & (key != list(mended))
    gone = bare & (name != _BARE)
    what = pd.Series("added", index=mended.index).mask(theirs.isin(ours), "changed")
    kept = ~ours.isin(theirs)
    return Listed(
        pd.concat([rows[kept], mended[~gone]], ignore_index=True),
        [*places[kept], *(f"{_shown(name)}, row {i + 2}" for i in mended.index[~gone])],
        mended.assign(correction=what.mask(gone, "taken away")),
    )


def _shown(name: str) -> str:
    return f"corrections/{name}.csv"


def read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Read a data file: all cells text, an empty one an empty string.

    Raises
    ------
    ValueError
        If it is no table, or lacks a column, naming file and column.
    """
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from None
    missing = [c for c in columns if c not in rows.columns]
    if missing:
        raise ValueError(f"{path.name}: column {', '.join(missing)} is missing")
    return rows[list(columns)]


def _check(mended: pd.DataFrame, name: str) -> None:
    """Refuse corrections that cannot be followed."""
    needed = [c for c in KEYS[name] if c not in _MAY_LACK.get(name, ())]
    for number, row in enumerate(mended.to_dict("records"), 2):
        reasons = [f"there is no {c}" for c in needed if not row[c].strip()]
        padded = [value for value in row.values() if value != value.strip()]
        reasons += [f"'{value}' begins or ends with white space" for value in padded]
        rest = [c for c in row if c not in KEYS[name]]
        if any(row[c] for c in rest):
            reasons += [
                f"the {c} '{row[c]}' is none of {', '.join(filter(None, values))}"
                for c, values in _VALUES.items()
                if c in rest and row[c] not in values
            ]
        if "pattern" in row and not _compiles(row["pattern"]):
            reasons.append(f"'{row['pattern']}' is no regular expression")
        if reasons:
            raise ValueError(f"{_shown(name)}, row {number}: {reasons[0]}")
    twice = mended.duplicated(list(KEYS[name]))
    if twice.any():
        row = int(twice.to_numpy().argmax())
        raise ValueError(f"{_shown(name)}, row {row + 2}: the same is corrected in a row above")


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
