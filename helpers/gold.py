"""Text marked by hand: where its parts are, what is in a line, under which licence.

A gold folder has ``attribution/``, ``entities/`` and ``tone/``, each of JSON Lines named
``<language>-<split>.jsonl``. It is read where it lies and never becomes part of the project.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from helpers.scoring import Span

Gold = list[dict[str, Any]]

CORPORA = {
    ("attribution", "de"): ("German Wikinews (Petersen-Frey and Biemann 2024)", "CC BY-NC-SA 4.0"),
    ("attribution", "en"): ("PolNeAR 1.0", "none stated"),
    ("entities", "de"): ("GermEval 2014, outer level", "CC BY 4.0"),
    ("entities", "en"): ("Universal NER, English EWT", "CC BY-SA 4.0"),
    ("entities", "zh"): ("Universal NER, Chinese GSDSIMP", "CC BY-SA 4.0"),
    ("tone", "en"): ("NewsMTSC (Hamborg and Donnay 2021)", "MIT"),
    ("tone", "de"): ("GerNTSA", "CC BY 4.0"),
}
OWN = ("texts of our own, marked by us", "MIT")


def corpus(layer: str, language: str, split: str) -> dict[str, str]:
    """Name the ``corpus`` of a file of gold, and its ``licence``; split *own* is the project's."""
    known = CORPORA.get((layer, language), ("not named", "not known"))
    named = OWN if split == "own" else known
    return dict(zip(("corpus", "licence"), named, strict=True))


def parts(layer: Path, *splits: str) -> Iterator[tuple[str, str, Path]]:
    """Give language, split and file of each language: the first of the splits that it has.

    Parameters
    ----------
    layer
        A folder such as ``GOLD/entities``.
    splits
        ``dev``, ``train``, ``own``, in the order wanted.
    """
    files = {file.stem: file for file in sorted(layer.glob("*-*.jsonl"))}
    for language in sorted({name.split("-")[0] for name in files}):
        split = next((s for s in splits if f"{language}-{s}" in files), None)
        if split:
            yield language, split, files[f"{language}-{split}"]


def lines(file: Path, limit: int | None = None) -> Gold:
    """Read a file of gold.

    Parameters
    ----------
    limit
        At most so many lines, spread over the file; all if None.

    Raises
    ------
    ValueError
        If a line cannot be read, naming file, line and reason.
    """
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            rows.append(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{file.name}, line {number}: {error}") from None
    step = max(1, len(rows) // limit) if limit else 1
    return rows[::step][:limit]


def placed(row: dict[str, Any]) -> tuple[str, list[Span]]:
    """Give a tagged sentence's raw text, its words joined where there is none, and their places."""
    text = row.get("text") or ("" if row["lang"] == "zh" else " ").join(row["words"])
    offsets, at = [], 0
    for word in row["words"]:
        start = text.find(word, at)
        if start < 0:
            return placed({**row, "text": None})
        at = start + len(word)
        offsets.append((start, at))
    return text, offsets
