"""The head of attribution: from an article's tokens to who says what, with numpy alone.

A trunk reads each token with its neighbours; four taggers mark contents, sources and cues; every
likely beginning is an anchor that predicts a whole attribution; anchors that agree make one.
`helpers.training.attribution` trains it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from helpers.cues import Found
from helpers.reading import Chunk
from helpers.statements.anchors import predict
from helpers.statements.decoding import Limits, Statement, decode
from helpers.statements.features import Document, Ints, document
from helpers.statements.spans import found
from helpers.statements.trunk import Statements


def find(text: str, chunks: Sequence[Chunk]) -> list[Found]:
    """Find the attributions of one article.

    Parameters
    ----------
    text
        The article's text.
    chunks
        Its chunks (`helpers.reading.read`), with the head's layers among those read.

    Returns
    -------
    list of Found
        The surest first; confidence is the share of the attributions this sure that were right,
        content and source, on text marked by hand.
    """
    if not any(len(chunk.tokens.starts) for chunk in chunks):
        return []
    head = Statements.load("attribution")
    whole = document(text, chunks, head.layers)
    given = predict(head, whole)
    statements = list(decode(whole, given, _limits(head, whole, given.anchors[:, 0])))
    shares = _calibrated(head, whole, statements)
    told = (found(whole, replace(s, confidence=p)) for s, p in zip(statements, shares, strict=True))
    return [f for f in told if f]


def _limits(head: Statements, document: Document, tokens: Ints) -> list[Limits]:
    """Give the limits for the language of each token; those for any other where it has none."""
    own = {name: Limits(**values) for name, values in head.about["limits"].items()}
    return [own.get(language, own["other"]) for language in document.language[tokens]]


def _calibrated(
    head: Statements, document: Document, statements: Sequence[Statement]
) -> Iterator[float]:
    """Turn each confidence into the share of finds this sure that were right."""
    curves = head.about["curves"]
    for s in statements:
        language = document.language[s.content[0][0]]
        sure, right = curves.get(language, curves["other"])
        yield round(float(np.interp(s.confidence, sure, right)), 3)
