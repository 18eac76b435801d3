"""Copies within a language: what stands word for word in two texts, found without all pairs.

Texts are cut into overlapping runs of letters and digits (shingles); the least of many hashes of a
text's shingles is the same in two texts as often as they share shingles (MinHash, Broder 1997).
Texts that agree in a whole band of such values are candidates, and only those are compared.
"""

import re
import zlib
from collections import defaultdict
from collections.abc import Mapping
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.uint64]
LENGTH = 20  # letters of a shingle; half as many where letters are Chinese characters
BANDS, ROWS = 32, 2  # two texts that share a fifth of their shingles meet in a band 3 times in 4
_CROWD = 50  # texts in one bucket: more share a stock phrase, not a text; neighbours are enough
_PRIME = np.uint64((1 << 31) - 1)
_SPACES = re.compile(r"[\W_]+")
_HAN = re.compile("[一-鿿]")


def normal(text: str) -> str:
    """Reduce a text to its letters and digits in lower case, parted by single spaces."""
    return _SPACES.sub(" ", text.casefold()).strip()


def shingles(text: str) -> Ints:
    """Give the hashes of a text's shingles, each once and sorted; of a short text, its own."""
    plain = normal(text)
    length = LENGTH // 4 if len(_HAN.findall(plain)) * 2 > len(plain) else LENGTH
    runs = {plain[i : i + length] for i in range(max(1, len(plain) - length + 1))} - {""}
    return np.array(sorted(zlib.crc32(run.encode()) for run in runs), dtype=np.uint64)


def shared(a: Ints, b: Ints) -> float:
    """Give the share (0..1) of the shorter text's shingles that the other has."""
    return len(np.intersect1d(a, b, assume_unique=True)) / max(1, min(len(a), len(b)))


def candidates(cut: Mapping[str, Ints], seed: int = 0) -> set[tuple[str, str]]:
    """Give the pairs of texts that are likely to share much, by name, in the order given.

    Parameters
    ----------
    cut
        The shingles of each text.
    seed
        Of the hash functions.
    """
    order = {name: i for i, name in enumerate(cut)}
    factor, shift = np.random.default_rng(seed).integers(
        1, int(_PRIME), size=(2, BANDS * ROWS, 1), dtype=np.uint64
    )
    buckets: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for name, own in cut.items():
        if not len(own):
            continue
        least = ((factor * (own % _PRIME) + shift) % _PRIME).min(axis=1).reshape(BANDS, ROWS)
        for band in range(BANDS):
            buckets[band, least[band].tobytes()].append(name)
    found: set[tuple[str, str]] = set()
    for names in buckets.values():
        if len(names) <= _CROWD:
            found.update(combinations(names, 2))
        else:
            found.update(zip(names, names[1:], strict=False))
    return {pair if order[pair[0]] < order[pair[1]] else pair[::-1] for pair in found}
