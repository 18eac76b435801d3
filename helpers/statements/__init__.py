"""The head of attribution: from an article's tokens to who says what, with numpy alone.

A trunk reads each token with its neighbours; four taggers mark contents, sources and cues; every
likely beginning is an anchor that predicts a whole attribution; anchors that agree make one.
`helpers.training.attribution` trains it.
"""

from collections.abc import Sequence

import numpy as np

from helpers.cues import Found
from helpers.reading import Chunk
from helpers.statements.anchors import predict
from helpers.statements.decode import Limits, decode
from helpers.statements.features import Document, document
from helpers.statements.spans import found
from helpers.statements.trunk import Statements


def find(text: str, chunks: Sequence[Chunk]) -> list[Found]:
    """Find the attributions of one article.

    Parameters
    ----------
    text
        The article's text.
    chunks
        Its chunks (`helpers.reading.read`) with the states of `Statements.layers`.

    Returns
    -------
    list of Found
        The surest first; confidence is the share of the attributions this sure that were right,
        content and source, on text marked by hand.
    """
    if not any(len(chunk.tokens.starts) for chunk in chunks):
        return []
    head = Statements.load("attribution")
    whole = document(text, chunks)
    given = predict(head, whole)
    statements = decode(whole, given, limits(head, whole, given.anchors[:, 0]))
    return [f for s in statements if (f := found(whole, s))]


def limits(head: Statements, document: Document, tokens: np.ndarray) -> list[Limits]:
    """Give the limits for the language of each token; those for any other where it has none."""
    own = {name: Limits(**values) for name, values in head.about["limits"].items()}
    return [own.get(language, own["other"]) for language in document.language[tokens]]
