"""Model cards: what a head was trained on, how, under which licence, and what it scores."""

import json
from pathlib import Path

import pandas as pd

from helpers.heads import Head, head_file
from helpers.wordlists import models

_CARD = """# Head: {name}

Trained on {date} by `helpers.train` (`make train GOLD=folder`), on the states of layers {layers} of
multilingual-e5-small in 4 bits (MIT; encoder {encoder}). {weights:,} weights.

## Trained on

{corpora}

The corpora are not part of this project, and no text of theirs is in the head. The weights are made
from them: **licence of this file {licence}**, apart from the code's.

## Recipe

{recipe}

{notes}
{reliability}
## Scores

{scores}
"""


def write_card(head: Head) -> Path:
    """Write the card beside the head's file, with the scores that `make evaluate` left; give it."""
    about = head.about
    file = head_file(about["name"]).with_suffix(".md")
    told = {
        "layers": ", ".join(map(str, about["layers"])),
        "weights": sum(array.size for array in head.arrays.values()),
        "corpora": "\n".join(f"- {name}, {licence}" for name, licence in about["corpora"]),
        "recipe": ", ".join(f"{name} {value}" for name, value in about["recipe"].items()),
        "notes": "\n".join(f"- {note}" for note in about.get("notes", [])),
        "reliability": _reliability(about.get("reliability", [])),
        "scores": _scores(about["name"]),
    }
    file.write_text(_CARD.format(**(about | told)), encoding="utf-8")
    return file


def _reliability(rows: list[dict[str, float]]) -> str:
    """Set confidence beside accuracy, where the training has measured it."""
    if not rows:
        return ""
    lines = ["", "## Reliability", ""]
    lines += ["| confidence from | to | n | mean confidence | share right |", "|---" * 5 + "|"]
    lines += [
        f"| {r['low']:.1f} | {r['high']:.1f} | {r['n']} | {r['confidence']:.2f} "
        f"| {r['accuracy']:.2f} |"
        for r in rows
    ]
    return "\n".join([*lines, ""])


def _scores(layer: str) -> str:
    file = models() / "scores.json"
    rows = pd.DataFrame(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None
    if rows is None or (own := rows[(rows["layer"] == layer) & (rows["method"] == "head")]).empty:
        return "Not measured yet: `make evaluate GOLD=folder`."
    lines = ["| language | measure | F1 [95 % interval] | n | measured on |", "|---" * 5 + "|"]
    lines += [
        f"| {r.language} | {r.measure} | {r.f1:.3f} [{r.low:.3f}-{r.high:.3f}]{_answered(r)} "
        f"| {r.n} | {r.corpus}, {r.split} |"
        for r in own.itertuples()
    ]
    first = own.iloc[0]
    return "\n".join([*lines, "", f"Measured on {first['date']} by `{first['command']}`."])


def _answered(row: tuple) -> str:
    """Say how often a method that may abstain answers, and how often it is right then."""
    if pd.isna(getattr(row, "coverage", None)):
        return ""
    return f", answers {row.coverage:.0%}, {row.accuracy:.0%} of these right"
