"""An article as the head of attribution reads it: its tokens in order, and how each one looks.

What a token looks like is told by characters, not by words, so it is the same for every language.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helpers.quotes import Span, quotes
from helpers.reading import Chunk

FEATURES = (
    "paragraph start", "sentence start", "chunk start", "space before", "quote opens",
    "quote closes", "inside quote", "capital", "all caps", "digit", "no letter", "sentence end",
    "comma", "colon", "German", "English",
)  # fmt: skip
_OPENING = '„“»「『"'  # a mark that, before a paragraph's first word, opens a quote
_ENDS, _COMMAS, _COLONS = ".!?…。！？", ",，、", ":："
Ints = NDArray[np.int64]
Array = NDArray[np.float32]


@dataclass
class Document:
    """The tokens of one article.

    Attributes
    ----------
    text
        The article's text.
    starts, ends
        Offsets of each token in the article.
    states
        (tokens, width): the encoder's.
    features
        float32 (tokens, 16), 0 or 1: `FEATURES`.
    sentence, paragraph
        Number of the sentence and of the paragraph that each token stands in.
    language
        Of each token's sentence.
    quotes
        The quotes of all paragraphs that have both their marks.
    """

    text: str
    starts: Ints
    ends: Ints
    states: NDArray[np.floating]
    features: Array
    sentence: Ints
    paragraph: Ints
    language: NDArray[np.object_]
    quotes: list[Span]

    def __len__(self) -> int:
        return len(self.starts)

    @cached_property
    def words(self) -> NDArray[np.bool_]:
        """Tell which tokens have a letter or digit."""
        return _Characters(self.text).count(self.starts, self.ends, str.isalnum) > 0


def document(text: str, chunks: Sequence[Chunk], layers: Sequence[int]) -> Document:
    """Put an article's chunks together.

    Parameters
    ----------
    text
        The article's text.
    chunks
        Its chunks in the order of the text, at least one, as `helpers.reading.read` gives them.
    layers
        Which of the layers' states to take.
    """
    starts = np.concatenate([c.start + c.tokens.starts for c in chunks])
    ends = np.concatenate([c.start + c.tokens.ends for c in chunks])
    lines = [sentence for c in chunks for sentence in c.sentences]
    at = np.array([line["start"] for line in lines], dtype=np.int64)
    sentence = np.maximum(np.searchsorted(at, starts, side="right") - 1, 0)
    names = [line["sentence_id"].rpartition("s")[0] for line in lines]
    block = np.cumsum([a != b for a, b in zip(names, [None, *names], strict=False)]) - 1
    paragraph = block[sentence]
    chunk = np.repeat(np.arange(len(chunks)), [len(c.tokens.starts) for c in chunks])
    places = [_first(paragraph), _first(sentence), _first(chunk)]
    extents = _extents(lines, block)
    marked = [q for extent in extents for q in quotes(text, *extent)]
    marks = _quoted([*marked, *_unclosed(text, extents, marked)], len(text), starts, ends)
    code = np.array([line["language"] for line in lines], dtype=object)[sentence]
    columns = [*places, *_looks(text, starts, ends, marks), code == "de", code == "en"]
    features = np.stack(columns, axis=1).astype(np.float32)
    states = np.concatenate([c.tokens.of(layers) for c in chunks])
    return Document(text, starts, ends, states, features, sentence, paragraph, code, marked)


def _first(numbers: Ints) -> NDArray[np.bool_]:
    """Mark where a number differs from the one before."""
    return np.diff(numbers, prepend=-1) != 0


def _extents(lines: Sequence[dict], block: Ints) -> list[Span]:
    """Give from where to where each paragraph's sentences go."""
    first = np.flatnonzero(_first(block))
    last = [*(first[1:] - 1), len(lines) - 1]
    return [(lines[a]["start"], lines[b]["end"]) for a, b in zip(first, last, strict=True)]


def _quoted(spans: Sequence[Span], length: int, starts: Ints, ends: Ints) -> list[NDArray]:
    """Mark the tokens where a quote opens, where it closes, and those within one."""
    change = np.zeros((3, length + 1), dtype=np.int64)
    for first, last in spans:
        change[0, first] += 1
        change[1, last - 1] += 1
        change[2, first] += 1
        change[2, last] -= 1
    change[2] = change[2].cumsum()
    total = np.pad(change.cumsum(axis=1), ((0, 0), (1, 0)))
    return [total[row, ends] > total[row, starts] for row in range(3)]


def _unclosed(text: str, paragraphs: Sequence[Span], closed: Sequence[Span]) -> Iterator[Span]:
    """Give the quotes that run on into the next paragraph, which then opens them again."""
    for (start, end), (after, _) in pairwise(paragraphs):
        last = max(text.rfind(mark, start, end - 1) for mark in _OPENING)
        if text[after] not in _OPENING or last < 0 or text[last + 1].isspace():
            continue
        near = bisect_right(closed, (last, len(text)))
        if not near or closed[near - 1][1] <= last:
            yield last, end


def _looks(text: str, starts: Ints, ends: Ints, marks: list[NDArray]) -> list[NDArray]:
    """Give the columns that tell how a token is written."""
    kinds = _Characters(text)
    letters = kinds.count(starts, ends, str.isalpha)
    upper = kinds.count(starts, ends, str.isupper)
    first = kinds.count(starts, np.minimum(starts + 1, ends), str.isupper)
    before = kinds.count(np.maximum(starts - 1, 0), starts, str.isspace)
    return [
        (before > 0) | (starts == 0), *marks, first > 0, (upper > 1) & (upper == letters),
        kinds.count(starts, ends, str.isdigit) > 0, letters == 0,
        kinds.count(starts, ends, _ENDS.__contains__) > 0,
        kinds.count(starts, ends, _COMMAS.__contains__) > 0,
        kinds.count(starts, ends, _COLONS.__contains__) > 0,
    ]  # fmt: skip


class _Characters:
    """Counts a text's characters of a kind; a kind is asked once for each different character."""

    def __init__(self, text: str) -> None:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        different, self._which = np.unique(codes, return_inverse=True)
        self._letters = [chr(code) for code in different]

    def count(self, starts: Ints, ends: Ints, kind: Callable[[str], bool]) -> Ints:
        """Give how many characters between each start and end are of a kind."""
        known = np.array([kind(letter) for letter in self._letters], dtype=np.int64)
        total = np.r_[0, known[self._which].cumsum()] if len(self._which) else np.zeros(1, int)
        return total[ends] - total[starts]
