"""Learn what all sentences have in common, for `helpers.claims.background` to take away."""

from pathlib import Path

import numpy as np

from helpers.encoder import Encoder
from helpers.gold import lines, parts, placed
from helpers.heads import Array

SENTENCES = 600  # of each language: the mean and three directions need no more
DIRECTIONS = 3
LICENCE = "CC BY-SA 4.0"
NOTES = [
    "No labels are used: the mean of each language's sentence vectors, and the directions in which "
    "they vary most, are taken away before sentences are compared (Mu and Viswanath 2018).",
    "Sentences under 40 letters (Chinese: 20) are left out.",
    "On the dev pairs of `tests/gold/same-claim.jsonl` the groups' F1 was .82 without it, each "
    "with its best thresholds, and .89 with it; unrelated crime reports are no longer near.",
    "The arrays in this folder were made by `learnt` from vectors read beforehand; `make train` "
    "was not run from end to end.",
]
_SHORTEST = {"zh": 20}
_LEAST = 40


def train(gold: Path, encoder: Encoder) -> dict[str, Array]:
    """Learn from the raw sentences of the train parts of ``GOLD/entities``.

    Returns
    -------
    dict of numpy.ndarray
        ``mean.<language>`` of each language, ``mean`` of all, and ``directions`` (rows).
    """
    made = {}
    for language, _, file in parts(gold / "entities", "train"):
        texts = [placed(row)[0] for row in lines(file, SENTENCES)]
        least = _SHORTEST.get(language, _LEAST)
        made[language] = encoder.vectors([text for text in texts if len(text) >= least])
    return learnt(made)


def learnt(made: dict[str, Array]) -> dict[str, Array]:
    """Give the means and directions of vectors by language."""
    means = {f"mean.{language}": own.mean(axis=0) for language, own in made.items()}
    rest = np.concatenate([own - own.mean(axis=0) for own in made.values()])
    directions = np.linalg.svd(rest, full_matrices=False)[2][:DIRECTIONS]
    return means | {
        "mean": np.concatenate(list(made.values())).mean(axis=0),
        "directions": directions,
    }
