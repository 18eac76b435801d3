"""Words and regular expressions in texts: where they stand, and what stands beside them.

A pattern comes from whoever types it. One that is none is an error in words, and one that would
run for ages is stopped.
"""

from collections.abc import Sequence
from time import monotonic

import pandas as pd
import regex

PATIENCE = 2.0  # seconds after which a search is given up
BESIDE = 60  # characters shown on each side of what was found
_REPEATS = set("*+{?")
_SHORT = 60  # letters of a pattern: room for a dozen choices, not for thousands of ways


class PatternError(ValueError):
    """What is wrong with a pattern, for the person who typed it."""


def compiled(text: str, *, pattern: bool = False) -> regex.Pattern[str]:
    r"""Make what is searched for of what was typed; upper and lower case are one.

    Parameters
    ----------
    text
        Words, or a regular expression of the library `regex` (that of Python, and ``\p{Han}``).
    pattern
        It is a regular expression.

    Raises
    ------
    PatternError
        If it is none, or would find the empty text everywhere.
    """
    try:
        found = regex.compile(text if pattern else regex.escape(text), regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError) as error:
        raise PatternError(f"'{text}' is no regular expression: {error}") from error
    if found.match(""):
        raise PatternError(f"'{text}' is found everywhere: it also stands for no letter at all")
    return found


def holding(texts: Sequence[str], text: str, *, pattern: bool = False) -> list[bool]:
    """Say which texts hold what is searched for.

    Parameters
    ----------
    texts
        Where to look.
    text, pattern
        As in `compiled`.

    Raises
    ------
    PatternError
        If it is no pattern, or takes longer than `PATIENCE`.
    """
    sought, end = compiled(text, pattern=pattern), monotonic() + PATIENCE
    if not pattern:
        return [sought.search(one) is not None for one in texts]
    # A short pattern without repeats cannot run for ages, and to watch it takes as long as it does.
    watched = {"timeout": PATIENCE} if len(text) > _SHORT or set(text) & _REPEATS else {}
    found = []
    try:
        for one in texts:
            found.append(sought.search(one, **watched) is not None)
            if monotonic() > end:
                raise TimeoutError
    except TimeoutError as error:
        raise _slow(text) from error
    return found


def in_context(
    rows: pd.DataFrame, text: str, *, pattern: bool = False, limit: int = 200
) -> pd.DataFrame:
    """List what was found with the words on each side of it (keyword in context).

    Parameters
    ----------
    rows
        With a column ``text``.
    text, pattern
        As in `compiled`.
    limit
        Places listed at most.

    Returns
    -------
    pandas.DataFrame
        ``row`` (the label of the row), ``start, end`` (in its text), ``left, found, right``.

    Raises
    ------
    PatternError
        If it is no pattern, or takes longer than `PATIENCE`.
    """
    sought, end, found = compiled(text, pattern=pattern), monotonic() + PATIENCE, []
    try:
        for label, whole in rows["text"].items():
            for match in sought.finditer(whole, timeout=_left(end)):
                a, b = match.span()
                sides = whole[max(a - BESIDE, 0) : a], match[0], whole[b : b + BESIDE]
                found.append((label, a, b, *(side.replace("\n", " ") for side in sides)))
                if len(found) == limit:
                    return _listed(found)
    except TimeoutError as error:
        raise _slow(text) from error
    return _listed(found)


def _listed(found: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(found, columns=["row", "start", "end", "left", "found", "right"])


def _left(end: float) -> float:
    return max(end - monotonic(), 0.001)


def _slow(text: str) -> PatternError:
    return PatternError(
        f"'{text}' takes more than {PATIENCE:g} seconds: repeats within repeats, as in (a+)+, "
        "are what makes a pattern slow"
    )
