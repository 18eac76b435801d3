"""What was measured: the figures that ``make evaluate`` wrote, for the foot of every notebook."""

import json

import pandas as pd

from helpers.wordlists import models

_HIDDEN = ("layer", "command", "date")


def measured(layer: str) -> pd.DataFrame:
    """Give the measured accuracy of a layer's methods on text marked by hand.

    Parameters
    ----------
    layer
        ``entities``, ``attribution`` or ``tone``.

    Returns
    -------
    pandas.DataFrame
        One row a language, method and measure, as in ``data/models/scores.json``: the corpus,
        the part of it, n, and the figures (0..1) with the ends of their 95 % intervals.

    Raises
    ------
    FileNotFoundError
        If nothing was measured yet.
    ValueError
        If there is no figure for the layer.
    """
    file = models() / "scores.json"
    if not file.is_file():
        raise FileNotFoundError(f"no {file.name}: run make evaluate GOLD=folder")
    rows = pd.DataFrame(json.loads(file.read_text(encoding="utf-8")))
    own = rows[rows["layer"] == layer]
    if own.empty:
        raise ValueError(
            f"nothing measured for '{layer}'; there is {', '.join(set(rows['layer']))}"
        )
    shown = own.dropna(axis="columns", how="all").drop(columns=[*_HIDDEN], errors="ignore")
    return shown.round(3).reset_index(drop=True)
