"""Gold attributions as the head learns them: tags for each token, and whole attributions."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm.auto import tqdm

from helpers.articles import load
from helpers.blocks import blocks
from helpers.encoder import Encoder
from helpers.gold import lines
from helpers.reading import read
from helpers.sentences import sentences
from helpers.statements.features import Document, document
from helpers.statements.trunk import LAYERS

Piece = tuple[int, int]  # tokens, from the first to before the end
_TOGETHER = 20  # articles read at once
B, I = 1, 2  # noqa: E741 - the names of the tags


@dataclass(frozen=True)
class Statement:
    """One attribution in tokens; no cue is empty, no source None."""

    content: tuple[Piece, ...]
    cue: tuple[Piece, ...]
    source: Piece | None


@dataclass
class Marked:
    """A document with its gold.

    Attributes
    ----------
    row
        The gold as it was read.
    tags
        int8 (tokens, 4): 0, `B` or `I` for each of `LAYERS`.
    """

    row: dict[str, Any]
    document: Document
    statements: list[Statement]
    tags: NDArray[np.int8]


def documents(file: Path, encoder: Encoder, layers: Sequence[int]) -> list[Marked]:
    """Read a file of gold as any article is read, and tie the gold to the tokens.

    The states are kept in half precision: 2 GB for 600,000 words.
    """
    rows = lines(file)
    articles, _ = load(pd.DataFrame([
        {"article_id": row["id"], "text": row["text"], "language": row["lang"]} for row in rows
    ]))  # fmt: skip
    own = sentences(blocks(articles))
    known = {row["id"]: row for row in rows}
    ids = [i for i in known if i in set(own["article_id"])]
    made = []
    for at in tqdm(range(0, len(ids), _TOGETHER), desc=f"reading {file.stem}", unit="part"):
        part = own[own["article_id"].isin(ids[at : at + _TOGETHER])]
        for article_id, group in groupby(
            read(part, encoder, list(layers)), key=attrgetter("article_id")
        ):
            chunks = list(group)
            whole = document(known[article_id]["text"], chunks, layers)
            whole.states = whole.states.astype(np.float16)
            made.append(marked(known[article_id], whole))
    return made


def marked(row: dict[str, Any], document: Document) -> Marked:
    """Tie a document's gold to its tokens; what the blocks kept out is lost to the training."""
    statements = []
    for a in row["attributions"]:
        content, cue, source = (pieces(document, a[k]) for k in ("content", "cue", "source"))
        if content:
            statements.append(Statement(content, cue, source[0] if source else None))
    return Marked(row, document, statements, _tags(len(document), statements))


def pieces(document: Document, spans: Sequence[Sequence[int]]) -> tuple[Piece, ...]:
    """Turn character spans into tokens, without signs at the edges; pieces that touch are one."""
    found: list[Piece] = []
    for start, end in sorted(map(tuple, spans)):
        first = int(np.searchsorted(document.ends, start, side="right"))
        last = int(np.searchsorted(document.starts, end, side="left"))
        words = np.flatnonzero(document.words[first:last])
        if not len(words):
            continue
        piece = (first + int(words[0]), first + int(words[-1]) + 1)
        if found and not document.words[found[-1][1] : piece[0]].any():
            piece = (found.pop()[0], piece[1])
        found.append(piece)
    return tuple(found)


def _tags(n: int, statements: Sequence[Statement]) -> NDArray[np.int8]:
    tags = np.zeros((n, len(LAYERS)), dtype=np.int8)
    for s in statements:
        nested = any(_within(s, other) for other in statements)
        sources = (s.source,) if s.source else ()
        for layer, spans in ((int(nested), s.content), (2, sources), (3, s.cue)):
            for first, end in spans:
                tags[first, layer] = B
                tags[first + 1 : end, layer] = I
    return tags


def _within(inner: Statement, outer: Statement) -> bool:
    """Say whether one attribution stands in the content of another."""
    (a, b), (c, d) = _extent(inner), _extent(outer)
    return c <= a and b <= d and (c, d) != (a, b)


def _extent(statement: Statement) -> Piece:
    return statement.content[0][0], statement.content[-1][1]
