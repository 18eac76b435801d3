"""Corrections in force: what a reader has changed in the data files, for the head of each notebook.

Corrections of the lists and of claims lie in ``data/corrections`` (`helpers.wordlists`), verdicts
beside the corpus (`helpers.checking`). Corrections change what is found; verdicts only judge it.
"""

from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from helpers import wordlists
from helpers.checking import verdict_file, verdicts
from helpers.claims.corrections import given as claim_rows

_ONE = {"aliases": "alias", "cues": "cue", "source_kinds": "source kind", "claims": "claim"}
_MANY = {"aliases": "aliases", "cues": "cues", "source_kinds": "source kinds", "claims": "claims"}


@dataclass(frozen=True)
class InForce:
    """The corrections in force; it shows itself as a line, and the rows folded below it.

    Attributes
    ----------
    rows : pandas.DataFrame
        ``file``, ``correction`` (added, changed, taken away; same, apart; *own list* for a whole
        list of yours) and ``what`` it is about, a row each.
    judged : int
        The number of verdicts kept beside the corpus.
    """

    rows: pd.DataFrame
    judged: int

    @property
    def line(self) -> str:
        """Say how many there are, by sort."""
        n = len(self.rows)
        sorts = self.rows["file"].value_counts(sort=False)
        told = ", ".join(_counted(str(file), int(k)) for file, k in sorts.items())
        count = f"{n} correction{'s' * (n != 1)} in force: {told}." if n else "No corrections."
        return count + (f" {_of(self.judged, 'verdict')} on what was found." * bool(self.judged))

    def __repr__(self) -> str:
        return self.line

    def _repr_html_(self) -> str:
        """Give the line and the rows; what stands in the files is escaped."""
        head = f"<p>{escape(self.line)}</p>"
        if len(self.rows):
            rows = self.rows.to_html(index=False, border=0)
            head = f"<details><summary>{escape(self.line)}</summary>{rows}</details>"
        return f'<div class="corrections mathjax_ignore tex2jax_ignore">{head}</div>'


def in_force(corpus: str | Path) -> InForce:
    """Read the corrections in force.

    Parameters
    ----------
    corpus
        What the story was loaded from: verdicts lie beside it.

    Returns
    -------
    InForce

    Raises
    ------
    ValueError
        If a row cannot be followed, naming file, row and reason.
    """
    found = [row for name in wordlists.LISTS for row in _of_list(name)]
    for row in claim_rows().itertuples():
        found.append(("claims.csv", row.verdict, f"{row.sentence_a}, {row.sentence_b}"))
    rows = pd.DataFrame(found, columns=["file", "correction", "what"])
    return InForce(rows, len(verdicts(verdict_file(corpus))))


def _of_list(name: str) -> list[tuple[str, str, str]]:
    file = f"{name}.csv"
    whole = [] if wordlists.is_ours(name) else [(file, "own list", "in place of the project's")]
    rows = wordlists.listed(name).corrections
    told = [
        (file, correction, ", ".join(filter(None, row)))
        for *row, correction in rows.itertuples(index=False, name=None)
    ]
    return [*whole, *told]


def _counted(file: str, n: int) -> str:
    name = file.removesuffix(".csv")
    if name not in _ONE:
        return f"{n} in {file}"
    return f"{n} {_ONE[name] if n == 1 else _MANY[name]}"


def _of(n: int, what: str) -> str:
    return f"{n:,} {what}{'s' * (n != 1)}"
