"""Spans of names in what the encoder has read, by the head ``entities``."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from helpers.heads import Tagger
from helpers.reading import Chunk
from helpers.units import Units, units

HEAD = "entities"
# Spans of less confidence are more often wrong than right: leaving them out raises F1 on dev or
# leaves it as it is (German .824 either way, English .770 to .774, Chinese .746 to .761).
LEAST = 0.5
# Labels that no gold of a language marks, so that the head makes them up there: of 218 spans of
# this sort in Chinese texts of our own (tests/gold) not one was a name. They are left out once the
# sentence is labelled: a head that may not give them errs more on the rest (zh dev .76 to .61).
UNTAUGHT = {("zh", "MISC")}
COLUMNS = ("article_id", "sentence_id", "start", "end", "text", "label", "confidence")


def spans(chunks: Iterable[Chunk], head: Tagger) -> pd.DataFrame:
    """Find the names in chunks, sentence by sentence.

    Parameters
    ----------
    chunks
        What `helpers.reading.read` gave, with the head's layers.
    head
        The tagger.

    Returns
    -------
    pandas.DataFrame
        ``article_id, sentence_id, start, end`` (offsets in the article), ``text, label,
        confidence`` (`LEAST`..1), in the order of the text; no two spans overlap.
    """
    rows = [row for chunk in chunks for row in _spans(chunk, head)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _spans(chunk: Chunk, head: Tagger) -> Iterator[dict[str, Any]]:
    whole = units(chunk.text, chunk.tokens, head.layers)
    wide = head.wide(whole)
    for sentence in chunk.sentences:
        own = _within(whole, sentence["start"] - chunk.start, sentence["end"] - chunk.start)
        for found in head.tag(wide[own]):
            if found.confidence < LEAST or (sentence["language"], found.label) in UNTAUGHT:
                continue
            start = int(whole.starts[own][found.first])
            end = int(whole.ends[own][found.end - 1])
            yield {
                "article_id": chunk.article_id,
                "sentence_id": sentence["sentence_id"],
                "start": chunk.start + start,
                "end": chunk.start + end,
                "text": chunk.text[start:end],
                "label": found.label,
                "confidence": found.confidence,
            }


def _within(whole: Units, start: int, end: int) -> slice:
    """Give the place of a sentence's units; one that it shares with the next is its own."""
    return slice(bisect_left(whole.starts, start), bisect_left(whole.starts, end))
