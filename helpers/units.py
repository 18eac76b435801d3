"""Units: what a tagger labels. Words as runs of letters, numbers, single signs; Chinese by pieces.

A unit's state is the mean of the states of the tokens that share a character with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from helpers.encoder import Tokens
from helpers.language import HAN

_RUN = re.compile(rf"{HAN.pattern}+|(?:(?!{HAN.pattern})[^\W\d_])+|\d+|[^\w\s]|_")


@dataclass
class Units:
    """The units of one text.

    Attributes
    ----------
    starts, ends
        Offsets in the text.
    states
        float32 (units, as wide as the tokens' states).
    shapes
        float32 (units, 9), 0 or 1: begins with a capital, all capitals, digits, a sign, Chinese,
        lower case, of length 1, of mixed case, glued to the unit before.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    states: NDArray[np.float32]
    shapes: NDArray[np.float32]

    def part(self, first: int, end: int) -> "Units":
        """Give the units from one index to before another."""
        own = slice(first, end)
        return Units(self.starts[own], self.ends[own], self.states[own], self.shapes[own])


def units(text: str, tokens: Tokens, layers: Sequence[int]) -> Units:
    """Cut a text into units and give each its state and its shape.

    Parameters
    ----------
    text, tokens
        A text and its tokens as `helpers.encoder.Encoder.encode` gives them.
    layers
        Which of the layers that were read make the states.
    """
    spans = _spans(text, tokens)
    starts = np.array([start for start, _ in spans], dtype=np.int64)
    ends = np.array([end for _, end in spans], dtype=np.int64)
    shapes = np.array([_shape(text, *span) for span in spans], dtype=np.float32).reshape(-1, 9)
    return Units(starts, ends, _means(len(text), starts, ends, tokens, tokens.of(layers)), shapes)


def _spans(text: str, tokens: Tokens) -> list[tuple[int, int]]:
    inner = set(tokens.starts.tolist())
    spans = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if HAN.match(run[0]):
            for cut in range(start + 1, end):
                if cut in inner:
                    spans.append((start, cut))
                    start = cut
        spans.append((start, end))
    return spans


def _shape(text: str, start: int, end: int) -> tuple[bool, ...]:
    unit = text[start:end]
    han = bool(HAN.match(unit))
    letters = unit.isalpha() and not han
    return (
        letters and unit[0].isupper(), letters and unit.isupper(), unit[0].isdigit(),
        not unit[0].isalnum(), han, letters and unit.islower(), end - start == 1,
        letters and unit[0].islower() and not unit.islower(),
        start > 0 and not text[start - 1].isspace(),
    )  # fmt: skip


def _means(
    length: int,
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    tokens: Tokens,
    states: NDArray[np.float32],
) -> NDArray[np.float32]:
    token_at, unit_at = _owners(length, tokens.starts, tokens.ends), _owners(length, starts, ends)
    both = (token_at >= 0) & (unit_at >= 0)
    pairs = np.unique(np.stack([unit_at[both], token_at[both]], axis=1), axis=0)
    sums = np.zeros((len(starts), states.shape[1]), dtype=np.float32)
    np.add.at(sums, pairs[:, 0], states[pairs[:, 1]])
    n = np.bincount(pairs[:, 0], minlength=len(starts))
    return sums / np.maximum(n, 1)[:, None]


def _owners(length: int, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give for each character the index of the span that holds it, or -1."""
    owner = np.full(length, -1)
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        owner[start:end] = i
    return owner
