"""Measure the precision of what is found now on rows that a reader has judged.

``GOLD/judged/<language>.jsonl`` has the texts and verdicts that `helpers.checking.export` wrote. A
verdict counts where the same is found again; what is no longer found, or found otherwise, was never
judged. So there is no recall, and no F1.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import annotate, load
from helpers.checking import KEY, KINDS, items, precision
from helpers.gold import Gold, lines

LAYERS = dict(zip(KINDS, ("attribution", "entities", "tone"), strict=True))
CORPUS = {"corpus": "rows judged by a reader", "licence": "not known"}


def judged(gold: Path | None) -> Iterator[dict[str, Any]]:
    """Measure each kind of row in each language.

    Parameters
    ----------
    gold
        The folder of the gold, or None.

    Yields
    ------
    dict
        One record a layer and language, with the measure *judged rows*: ``due``, the verdicts right
        or wrong; ``n`` and ``found``, those that meet what is found now; ``right`` of these;
        ``precision`` and its 95 % interval after Wilson.

    Raises
    ------
    ValueError
        If a line cannot be read, naming file and line.
    """
    for file in sorted((gold / "judged").glob("*.jsonl")) if gold else ():
        rows = lines(file)
        story = annotate(load(pd.DataFrame([_document(row) for row in rows]))[0])
        for kind in KINDS:
            told = _verdicts(rows, kind)
            if told.empty:
                continue
            found = items(story, kind).drop_duplicates(KEY).merge(told, on=KEY)
            share = precision(found).iloc[0]
            yield {
                "layer": LAYERS[kind], "language": file.stem, "split": "judged", **CORPUS,
                "method": "head", "measure": "judged rows", "n": len(found), "found": len(found),
                "due": len(told), "right": share["right"], "precision": share["precision"],
                "precision_low": share["low"], "precision_high": share["high"],
            }  # fmt: skip


def _document(row: dict[str, Any]) -> dict[str, Any]:
    language = None if row["lang"] == "und" else row["lang"]
    return {"article_id": row["id"], "text": row["text"], "language": language}


def _verdicts(rows: Gold, kind: str) -> pd.DataFrame:
    told = [own | {"sha256": row["id"]} for row in rows for own in row["verdicts"]]
    found = pd.DataFrame(told, columns=[*KEY, "verdict"])
    return found[(found["kind"] == kind) & (found["verdict"] != "unsure")]
