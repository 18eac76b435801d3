"""A reader's corrections: which sentences state the same claim, and which do not.

``data/corrections/claims.csv`` (`helpers.wordlists`) has a row a correction: ``verdict`` (same,
apart), ``sentence_a``, ``sentence_b``, and a ``note`` for others. Rows are read each time, so a
correction outlives every re-run, as long as the article's text stays as it is.
"""

from collections.abc import Collection
from typing import NamedTuple

import networkx as nx
import pandas as pd

from helpers.wordlists import corrections_folder, read

FILE = "claims.csv"
COLUMNS = ("verdict", "sentence_a", "sentence_b")

Pair = tuple[str, str]


class Corrections(NamedTuple):
    """Pairs of sentence_ids that a reader has put together, or apart."""

    same: list[Pair]
    apart: list[Pair]


def corrections(sentence_ids: Collection[str]) -> Corrections:
    """Read the corrections.

    Parameters
    ----------
    sentence_ids
        The sentences there are.

    Returns
    -------
    Corrections
        Both lists empty where there is no file.

    Raises
    ------
    ValueError
        If a row cannot be followed, naming file, row and reason: a sentence that is not there, a
        verdict that is none, two rows that contradict each other.
    """
    rows = given()
    found, known = Corrections([], []), set(sentence_ids)
    for number, row in enumerate(rows[list(COLUMNS)].itertuples(index=False), 2):
        verdict, *pair = (value.strip() for value in row)
        _check(number, verdict, pair, known)
        getattr(found, verdict).append((pair[0], pair[1]))
    _agree(found, rows)
    return found


def given() -> pd.DataFrame:
    """Read the rows as they stand: `COLUMNS`, all text; none where there is no file."""
    path = corrections_folder() / FILE
    return read(path, COLUMNS) if path.is_file() else pd.DataFrame(columns=list(COLUMNS))


def _check(number: int, verdict: str, pair: list[str], known: set[str]) -> None:
    if verdict not in Corrections._fields:
        raise _fault(number, f"verdict '{verdict}' is neither same nor apart")
    unknown = [sentence for sentence in pair if sentence not in known]
    if unknown:
        raise _fault(
            number,
            f"no analysed sentence '{unknown[0]}' in these articles; corrections for other "
            f"articles belong into a {FILE} of their own (HELPERS_DATA names its folder)",
        )
    if pair[0] == pair[1]:
        raise _fault(number, f"'{pair[0]}' stands twice in it")


def _agree(found: Corrections, rows: pd.DataFrame) -> None:
    """Raise if sentences that are to be apart are held together by other rows."""
    together = nx.Graph(found.same)
    for number, row in enumerate(rows[list(COLUMNS)].itertuples(index=False), 2):
        verdict, a, b = (value.strip() for value in row)
        if verdict == "apart" and {a, b} <= set(together) and nx.has_path(together, a, b):
            raise _fault(number, f"'{a}' and '{b}' are put together by other rows")


def _fault(number: int, reason: str) -> ValueError:
    return ValueError(f"{FILE}, row {number}: {reason}")
