"""Columns: the names other people's tables give to what the table `articles` holds."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from helpers.wordlists import Stamp, stamp, wordlist

GIVEN = (
    "article_id",
    "title",
    "outlet",
    "agency",
    "byline",
    "published",
    "published_precision",
    "language",
    "url",
    "rights",
)
TABLE = (*GIVEN, "lead", "text")  # what a table may give; a lead goes before its text
OWN = (*TABLE, "file")
_HALF = re.compile("[\ud800-\udfff]")


def mapped(names: Iterable[str], known: Iterable[str] = TABLE) -> dict[str, str]:
    """Map the column names of a table to the package's.

    A column that has the package's own name keeps it. Of the others the one that stands first in
    ``data/columns.csv`` gets the place, if it is still free; case, spaces, ``_`` and ``-`` do not
    matter.

    Parameters
    ----------
    names
        Column names as given.
    known
        The package's columns that are wanted.

    Returns
    -------
    dict
        The package's column by given column, without those that have no place.
    """
    plain = {_plain(name): name for name in reversed(list(names))}
    found: dict[str, str] = {}
    for given, column in _ranked(stamp("columns")):
        if given in plain and column in known and column not in found:
            found[column] = plain[given]
    return {given: column for column, given in found.items()}


def value(given: Any) -> Any:
    """Give what a cell says as text, or as a date; None where it says nothing.

    A list becomes ``a, b``, a nested object its ``name`` (as in ``{"id": 1, "name": "AFP"}``), a
    whole number loses the ``.0`` a spreadsheet gives it, and half a character (a lone surrogate)
    becomes ``\ufffd``.
    """
    if isinstance(given, str):
        return _HALF.sub("\ufffd", given.strip()) or None
    if isinstance(given, Mapping):
        return value(given.get("name"))
    if pd.api.types.is_list_like(given):
        return ", ".join(str(v) for v in map(value, given) if v is not None) or None
    if isinstance(given, bytes) or pd.isna(given):
        return None
    if isinstance(given, date):
        return given
    return str(int(given)) if isinstance(given, float) and given.is_integer() else str(given)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


@cache
def _ranked(state: Stamp) -> tuple[tuple[str, str], ...]:
    """Give every name with its column, the package's own first."""
    others = wordlist("columns")
    own = [(_plain(name), name) for name in OWN]
    listed = [(_plain(g), c) for c, g in zip(others["column"], others["given"], strict=True)]
    return (*own, *listed)
