"""Hold the figures on our own marks to their floors: ``python -m helpers.gate``, ``make gate``.

``data/models/floors.json`` has a row a figure: what was measured, and the floor below it by
`MARGIN`. The texts and the methods stay the same, so a figure falls only where a change makes it
fall: the margin is no interval, it leaves room for other machines' arithmetic and for one mark
lost where another is won. ``--renew`` measures and writes the floors anew, for a change that is
meant; what it lowers is seen where the file is compared with the last one.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import pandas as pd

from helpers.evaluate import evaluate
from helpers.wordlists import models

MARGIN = 0.05
KEYS = ["layer", "language", "split", "method", "measure", "figure"]
_FIGURES = ("f1", "recall", "accuracy", "coverage")


def figures(scores: pd.DataFrame) -> pd.DataFrame:
    """Take the figures that have a floor from scores.

    Parameters
    ----------
    scores
        As `helpers.evaluate.evaluate` gives them, of our own marks.

    Returns
    -------
    pandas.DataFrame
        One row a figure (0..1) of a method in use: `KEYS` and ``measured``. Recall has one only
        where there is no F1.
    """
    used = scores[scores["method"] != "baseline"]
    rows = used.melt(KEYS[:-1], [f for f in _FIGURES if f in used], "figure", "measured")
    rows = rows.dropna(subset="measured")
    summed = rows.groupby(KEYS[:-1])["figure"].transform(lambda own: "f1" in set(own))
    rows = rows[~(summed & (rows["figure"] == "recall"))]
    return rows.sort_values(KEYS, ignore_index=True).round({"measured": 4})


def floors(measured: pd.DataFrame) -> pd.DataFrame:
    """Add ``floor`` to what `figures` gives: `MARGIN` less, rounded down to hundredths."""
    low = [max(0.0, math.floor(round((m - MARGIN) * 100, 6)) / 100) for m in measured["measured"]]
    return measured.assign(floor=low)


def fallen(measured: pd.DataFrame, held: pd.DataFrame) -> list[str]:
    """Say which figures lie below their floor, have none, or are no longer measured.

    Parameters
    ----------
    measured
        As `figures` gives them.
    held
        `KEYS` and ``floor``.

    Returns
    -------
    list of str
        A line a figure, naming it, its floor and what was measured; empty where all is well.
    """
    both = held[[*KEYS, "floor"]].merge(measured, on=KEYS, how="outer")
    lines = []
    for row in both.itertuples():
        name = f"{row.layer} {row.language} ({row.split}), {row.measure}, {row.figure}"
        if pd.isna(row.measured):
            lines.append(f"{name}: floor {row.floor:.2f}, but it is not measured any more")
        elif pd.isna(row.floor):
            lines.append(f"{name}: {row.measured:.3f}, but there is no floor (--renew adds it)")
        elif row.measured < row.floor:
            lines.append(f"{name}: floor {row.floor:.2f}, got {row.measured:.3f}")
    return lines


def held() -> pd.DataFrame:
    """Read the floors.

    Raises
    ------
    FileNotFoundError
        If there are none.
    """
    return pd.DataFrame(json.loads(_file().read_text(encoding="utf-8")))


def _file() -> Path:
    return models() / "floors.json"


def main() -> int:
    """Measure our own marks, compare; 1 where a figure has fallen."""
    parser = argparse.ArgumentParser(prog="python -m helpers.gate", description=__doc__)
    parser.add_argument("--renew", action="store_true", help="write what is measured as floors")
    given = parser.parse_args()
    try:
        measured = figures(evaluate())
        if given.renew:
            rows = floors(measured).to_json(orient="records", indent=1, force_ascii=False)
            _file().write_text(rows + "\n", encoding="utf-8")
        lines = fallen(measured, held())
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join([*lines, f"{len(measured) - len(lines)} of {len(measured)} figures hold"]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
