"""Mentions: who and what is named in a sentence, and which entity that is.

Spans come from the tagger `helpers.tagging`, names from `helpers.naming`.
"""

import pandas as pd

from helpers.encoder import encoder
from helpers.heads import Tagger, one_thread
from helpers.naming import name
from helpers.reading import Chunk, read
from helpers.tagging import HEAD, spans


@one_thread
def mentions(sentences: pd.DataFrame, chunks: list[Chunk] | None = None) -> pd.DataFrame:
    """Find who and what is named in the analysed sentences (headline, standfirst, body).

    Parameters
    ----------
    sentences
        Table "sentences" of `helpers.tables`.
    chunks
        The same sentences as the encoder has read them (`helpers.reading.read`), with the layers
        of the head ``entities`` among others; read here if None.

    Returns
    -------
    pandas.DataFrame
        Table "mentions", as `helpers.naming.name` gives it.

    Raises
    ------
    ValueError
        If a list in ``data/`` is wrong, naming the row and the reason, or if the head was trained
        on another encoder.
    RuntimeError
        If the encoder has to be built and its weights cannot be fetched.
    """
    head = Tagger.load(HEAD)
    head.fits(encoder().name)
    if chunks is None:
        chunks = read(sentences, encoder(), head.layers)
    return name(spans(chunks, head), sentences)
