"""Train the head ``entities`` on sentences whose names are marked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from tqdm.auto import tqdm

from helpers.encoder import Encoder
from helpers.gold import Gold, lines, parts, placed
from helpers.heads import Array
from helpers.reading import CHUNK, size
from helpers.scoring import iob_spans
from helpers.tables import LABELS
from helpers.training.tagger import Example, Recipe, train_tagger
from helpers.units import Units, units

LAYERS = (1, 3, 5, 6, 8)
RECIPE = Recipe()
NOTES = [
    "Each sentence is read alone and among its neighbours; both readings are examples. Against the "
    "first reading alone, F1 on dev rises by one to two points on sentences in context and falls "
    "by up to one on single ones.",
    "Chinese is cut into characters, not into the encoder's pieces: two points of F1 on dev, as "
    "names end within pieces.",
    "Where a corpus never marks MISC, its unmarked words may be MISC: the loss sums over both.",
    "Spans under a confidence of one half are left out (`helpers.tagging.LEAST`).",
    "The head in this folder: one seed; `helpers.training` ran on states read beforehand, with "
    "Chinese neighbours joined without a line break. `make train` was not run from end to end.",
    "The corpora are news and web text of 2014 and before; nothing was measured on other text.",
]
_TOGETHER = 100  # texts read at once


def train(gold: Path, encoder: Encoder, recipe: Recipe) -> dict[str, Array]:
    """Train on the train parts of ``GOLD/entities``.

    Each sentence is read twice, alone and among its neighbours in the file, as short texts and
    whole articles are read later. A label that a corpus never marks may stand wherever the
    corpus says that there is no name.

    Returns
    -------
    dict of numpy.ndarray
        The arrays of a `helpers.heads.Tagger` with the labels `LABELS`.
    """
    data: list[Example] = []
    for _, _, file in parts(gold / "entities", "train"):
        rows = lines(file)
        unmarked = set(LABELS) - {tag[2:] for row in rows for tag in row["tags"]}
        for groups in ([[row] for row in rows], list(packed(rows))):
            for row, own in tqdm(
                read(groups, encoder), desc=f"reading {file.stem}", total=len(rows)
            ):
                if len(own.starts):
                    allowed = allowed_tags(row, own, unmarked)
                    data.append(Example(own.states.astype(np.float16), own.shapes, allowed))
    return train_tagger(lambda epoch: data, len(LABELS), recipe)


def packed(rows: Gold) -> Iterator[Gold]:
    """Put sentences that follow one another in the file together, as many as a chunk holds."""
    group: Gold = []
    room = float(CHUNK)
    for row in rows:
        own = size({"text": placed(row)[0], "language": row["lang"]})
        if group and own > room:
            yield group
            group, room = [], float(CHUNK)
        group.append(row)
        room -= own
    if group:
        yield group


def read(groups: list[Gold], encoder: Encoder) -> Iterator[tuple[dict[str, Any], Units]]:
    """Read groups of sentences together; give each sentence with its own units.

    The units' offsets are those of the sentence.
    """
    for at in range(0, len(groups), _TOGETHER):
        part = groups[at : at + _TOGETHER]
        texts = [[placed(row)[0] for row in group] for group in part]
        joined = ["\n".join(sentences) for sentences in texts]
        for group, own, text, tokens in zip(
            part, texts, joined, encoder.encode(joined, LAYERS), strict=True
        ):
            whole, start = units(text, tokens, LAYERS), 0
            for row, sentence in zip(group, own, strict=True):
                end = start + len(sentence)
                first, last = np.searchsorted(whole.starts, [start, end])
                mine = whole.part(int(first), int(last))
                yield row, Units(mine.starts - start, mine.ends - start, mine.states, mine.shapes)
                start = end + 1


def allowed_tags(row: dict[str, Any], own: Units, unmarked: set[str]) -> np.ndarray:
    """Give which tags each unit may have: (units, tags) of bool."""
    allowed = np.zeros((len(own.starts), 1 + 2 * len(LABELS)), dtype=bool)
    allowed[:, 0] = True
    for label in unmarked:
        begin = 1 + 2 * LABELS.index(label)
        allowed[:, [begin, begin + 1]] = True
    for start, end, label in iob_spans(placed(row)[1], row["tags"]):
        inside = np.flatnonzero((own.starts < end) & (own.ends > start))
        allowed[inside] = False
        begin = 1 + 2 * LABELS.index(label)
        allowed[inside[1:], begin + 1] = True
        allowed[inside[:1], begin] = True
    return allowed
