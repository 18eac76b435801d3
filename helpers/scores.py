"""What was measured: the figures that ``make evaluate`` wrote, in tables and in words."""

import json
from collections.abc import Iterable

import pandas as pd
from babel import Locale

from helpers.wordlists import models

_HIDDEN = ("layer", "command", "date", "errors", "bins")
_COUNTS = ("found", "due", "right")
# The figure that a chart of a layer's rows goes by; blocks are rules, claims matches of sentences.
MAIN = {
    "blocks": "contents kept",
    "entities": "span and label",
    "attribution": "joint",
    "tone": "macro F1",
    "claims": "pairs of sentences",
    "copies": "pairs kept apart",
}
_WORDING = "wording"
UNKNOWN = "a language not known"
# What becomes of a thing marked or found (`helpers.errors`); tone: the label given, or none.
KINDS = ("right", "wrong source", "wrong label", "wrong bounds", "missed", "invented")
ABSTAINED = "abstained"
# Before and behind "74 of 100": of what is shown, and of what there is.
_RIGHT = {
    "entities": ("name and kind right in", "names shown"),
    "attribution": ("source and content right in", "statements shown"),
    "tone": ("tone right in", "answers"),
    "claims": ("rightly joined", "pairs of sentences shown as one claim"),
}
_FOUND = {
    "blocks": ("", "statements lie in the text that is kept"),
    "entities": ("", "names in the text found"),
    "attribution": ("", "statements in the text found"),
    "tone": ("an answer for", "mentions"),
    "claims": ("", "pairs that state the same claim joined"),
    "copies": ("", "pairs of unrelated articles kept apart"),
}
# The fields of the two: the share, its interval, and what it is a share of.
_SHOWN = ("precision", "precision_", "found")
_THERE = ("recall", "recall_", "due")
_FIELDS = {
    "tone": (("accuracy", "accuracy_", "found"), ("coverage", None, "n")),
    "blocks": (None, ("recall", "", "due")),
    "copies": (None, ("recall", "", "due")),
}


def scores() -> pd.DataFrame:
    """Read all that was measured.

    Returns
    -------
    pandas.DataFrame
        The records of ``data/models/scores.json`` (`helpers.evaluate.evaluate`).

    Raises
    ------
    FileNotFoundError
        If nothing was measured yet.
    """
    file = models() / "scores.json"
    if not file.is_file():
        raise FileNotFoundError(f"no {file.name}: run make evaluate GOLD=folder")
    return pd.DataFrame(json.loads(file.read_text(encoding="utf-8")))


def measured(layer: str) -> pd.DataFrame:
    """Give the measured accuracy of a layer's methods on text marked by hand.

    Parameters
    ----------
    layer
        A layer of ``data/models/scores.json``, such as ``attribution``.

    Returns
    -------
    pandas.DataFrame
        One row a language, method and measure, as in the file: the corpus, the part of it, n, and
        the figures (0..1) with the ends of their 95 % intervals.

    Raises
    ------
    FileNotFoundError
        If nothing was measured yet.
    ValueError
        If there is no figure for the layer.
    """
    rows = scores()
    own = rows[rows["layer"] == layer]
    if own.empty:
        raise ValueError(
            f"nothing measured for '{layer}'; there is {', '.join(set(rows['layer']))}"
        )
    shown = own.dropna(axis="columns", how="all").drop(columns=[*_HIDDEN], errors="ignore")
    whole = {name: "Int64" for name in _COUNTS if name in shown}
    return shown.astype(whole).round(3).reset_index(drop=True)


def trust(rows: pd.DataFrame, languages: Iterable[str | None]) -> list[str]:
    """Say in a line a language how far rows of a story can be trusted.

    Parameters
    ----------
    rows
        Rows of ``attributions``, ``mentions``, ``tones``, ``blocks``, ``sentences`` tellings of a
        claim or sentences of pairs of articles, as `helpers.evidence.linked` takes them.
    languages
        The languages of their articles (ISO 639 codes).

    Returns
    -------
    list of str
        Plain text, from ``data/models/scores.json``: what was right how often, its 95 % interval
        and n, measured on what; or that it was never measured. Of a language in which others marked
        texts, our own marks are left out.
    """
    layer, measure = _measure(rows)
    if layer is None:
        return ["How often days, outlets and titles are read rightly was never measured."]
    try:
        own = scores()
    except FileNotFoundError as error:  # heads of a user's own, not measured: no chart fails of it
        return [f"Never measured: {error}"]
    own = own[(own["layer"] == layer) & (own["measure"] == measure) & (own["method"] != "baseline")]
    pooled = own[own["language"].str.contains(",", regex=False)]
    lines = [_line(row) for _, row in pooled.iterrows()]
    if layer == "copies":
        return [*lines, "How many of the copies and translations are found was never measured."]
    codes = {c if isinstance(c, str) else UNKNOWN for c in languages}
    for code in [] if len(pooled) else sorted(codes):
        there = own[own["language"] == code]
        # What others marked says more than our own marks, which are few and easier.
        found = there[there["split"] != "own"] if (there["split"] != "own").any() else there
        lines += [_line(row) for _, row in found.iterrows()] or [
            f"{language(code)}: never measured."
        ]
    return lines


def _measure(rows: pd.DataFrame) -> tuple[str | None, str]:
    """Tell by its columns which layer made a table, and by which measure that is judged."""
    columns = set(rows.columns)
    if "content_spans" in columns:
        layer = "attribution"
    elif "tone" in columns:
        worded = len(rows) > 0 and rows["entity_id"].isna().all()
        return "tone", _WORDING if worded else MAIN["tone"]
    elif "claim_id" in columns:
        layer = "claims"
    elif "entity_id" in columns:
        layer = "entities"
    elif "pair" in columns:
        layer = "copies"
    elif "reason" in columns:
        layer = "blocks"
    else:
        return None, ""
    return layer, MAIN[layer]


def _line(row: pd.Series) -> str:
    """Put a record into words."""
    layer = row["layer"]
    shown, there = _FIELDS.get(layer, (_SHOWN, _THERE))
    parts = [_share(row, *_RIGHT[layer], *shown)] if shown else []
    told = ", ".join([*parts, _share(row, *_FOUND[layer], *there)])
    part = "" if row["split"] == "own" else f", {row['split']}"  # the corpus's name says whose
    return f"{language(row['language'])}: {told}; measured on {row['corpus']}{part}."


def _share(row: pd.Series, before: str, behind: str, name: str, prefix: str | None, of: str) -> str:
    """Put a share as ``74 of 100 names (70–78; n = 474)``: its interval, and what it is of."""
    n = f"n = {int(row[of]):,}"
    if prefix is not None:
        low, high = row[f"{prefix}low"], row[f"{prefix}high"]
        n = f"{low * 100:.0f}–{high * 100:.0f}; {n}"
    return f"{before} {row[name] * 100:.0f} of 100 {behind} ({n})".strip()


def language(codes: str) -> str:
    """Name languages in English: ``de, en`` is ``German, English``; an unknown code stands."""
    names = Locale("en").languages
    return ", ".join(names.get(code.strip(), code.strip()) for code in codes.split(","))
