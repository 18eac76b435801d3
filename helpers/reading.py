"""Articles as the encoder reads them: sentences packed into chunks, each token with its place.

One reading serves the heads of every layer: a token's states know the sentences around it, and
its offsets are those of the article.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import pandas as pd

from helpers.encoder import Encoder, Tokens
from helpers.tables import analysed

CHUNK = 1000  # characters; a Chinese one says as much as `_DENSE` letters
_DENSE = 2.5
_GAP = 200  # characters kept out between two sentences that still make them one chunk


@dataclass
class Chunk:
    """A part of an article: whole sentences, with what was kept out between them left blank.

    Attributes
    ----------
    article_id
        Whose text it is.
    start
        Where in the article the chunk begins.
    text
        Its characters; a place in it plus ``start`` is a place in the article.
    sentences
        The records of its sentences, in order.
    tokens
        The tokens of ``text``.
    """

    article_id: str
    start: int
    text: str
    sentences: list[dict[str, Any]]
    tokens: Tokens


def read(sentences: pd.DataFrame, encoder: Encoder, layers: list[int]) -> list[Chunk]:
    """Read the analysed sentences of articles.

    Parameters
    ----------
    sentences
        The table "sentences" of `helpers.tables`.
    encoder, layers
        What reads them, and which of its layers to keep.

    Returns
    -------
    list of Chunk
        In the order of the articles and of their text.
    """
    parts = list(_parts(sentences))
    texts = [_text(part) for part in parts]
    tokens = encoder.encode(texts, layers)
    return [
        Chunk(part[0]["article_id"], part[0]["start"], text, part, token)
        for part, text, token in zip(parts, texts, tokens, strict=True)
    ]


def _parts(sentences: pd.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """Pack sentences into chunks, whole paragraphs where they fit."""
    rows = analysed(sentences).sort_values(["article_id", "start"])
    rows = rows[["article_id", "sentence_id", "start", "end", "language", "text"]]
    # Plain records: a frame for each paragraph would cost more than the heads do.
    for _, article in groupby(rows.to_dict("records"), key=itemgetter("article_id")):
        part: list[dict[str, Any]] = []
        for _, block in groupby(article, key=_block):
            own = list(block)
            if part and not _fits(part, own):
                yield part
                part = []
            for sentence in own:
                if part and not _fits(part, [sentence]):
                    yield part
                    part = []
                part.append(sentence)
        if part:
            yield part


def _fits(part: list[dict[str, Any]], more: list[dict[str, Any]]) -> bool:
    near = more[0]["start"] - part[-1]["end"] <= _GAP
    return near and sum(map(size, part)) + sum(map(size, more)) <= CHUNK


def size(sentence: dict[str, Any]) -> float:
    """Give how much of a chunk a sentence takes, from its ``text`` and ``language``."""
    return len(sentence["text"]) * (_DENSE if sentence["language"] == "zh" else 1)


def _text(part: list[dict[str, Any]]) -> str:
    """Put the sentences at their distances, a new paragraph on a new line."""
    text, at = "", part[0]["start"]
    for before, sentence in zip([None, *part], part, strict=False):
        same = before is None or _block(before) == _block(sentence)
        text += (" " if same else "\n") * (sentence["start"] - at) + sentence["text"]
        at = sentence["end"]
    return text


def _block(sentence: dict[str, Any]) -> str:
    return sentence["sentence_id"].rpartition("s")[0]
