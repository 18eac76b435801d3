"""Who says what: attributions with source, cue and content, and the chain each came through.

The spans come from the head in `helpers.statements` and the rules in `helpers.additions`. What
follows from the spans (`helpers.cues.Found`) is added here: who the source is and what kind of
source (`helpers.sources`), and how it was said (`helpers.manner`).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from helpers.additions import added
from helpers.cues import Found
from helpers.encoder import encoder
from helpers.heads import Head, one_thread
from helpers.manner import mode, stance
from helpers.mending import mended
from helpers.quotes import quotes
from helpers.reading import Chunk, read
from helpers.sentences import paragraph
from helpers.sources import Speakers
from helpers.statements import find
from helpers.tables import analysed, frame

HEAD = "attribution"


@one_thread
def attributions(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    chunks: Sequence[Chunk] | None = None,
) -> pd.DataFrame:
    """Find who says what in the analysed blocks (headline, standfirst, body).

    Parameters
    ----------
    articles, sentences, mentions
        The tables of these names (`helpers.tables`).
    chunks
        The sentences as the encoder has read them (`helpers.reading.read`), with the layers of
        the head ``attribution`` among others; read here if None.

    Returns
    -------
    pandas.DataFrame
        The table "attributions", in the order of the text; confidence is the share of finds this
        sure that were right, content and source, on texts marked by hand, 0..1.

    Raises
    ------
    ValueError
        If the head was trained on another encoder.
    """
    head = Head.load(HEAD)
    head.fits(encoder().name)
    if chunks is None:
        chunks = read(sentences, encoder(), head.layers)
    own_chunks: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in chunks:
        own_chunks[chunk.article_id].append(chunk)
    lines = dict(list(analysed(sentences).groupby("article_id", observed=True, sort=False)))
    named = dict(list(mentions.groupby("article_id", observed=True, sort=False)))
    rows: list[dict[str, Any]] = []
    for article_id, text in zip(articles["article_id"], articles["text"], strict=True):
        if article_id in lines:
            own = named.get(article_id, mentions.iloc[:0])
            found = find(text, own_chunks[article_id])
            found += added(found, text, lines[article_id])
            rows += described(found, text, lines[article_id], own)
    return frame(rows, "attributions")


def described(
    found: list[Found], text: str, sentences: pd.DataFrame, mentions: pd.DataFrame
) -> list[dict[str, Any]]:
    """Say of the spans that any method found in an article who the source is and how it is said.

    Parameters
    ----------
    found, text
        What the method gave, and the article's text.
    sentences, mentions
        The article's rows of these tables.

    Returns
    -------
    list of dict
        Records of the table "attributions", in the order of the text.
    """
    return list(_Article(text, sentences, mentions, found).rows())


class _Article:
    """One article's tables, and its attributions as rows."""

    def __init__(
        self, text: str, sentences: pd.DataFrame, mentions: pd.DataFrame, found: list[Found]
    ) -> None:
        self.text = text
        self.sentences = sentences.sort_values("start").to_dict("records")
        self.starts = [s["start"] for s in self.sentences]
        self.speakers = Speakers(text, self.sentences, mentions)
        self.found = found
        blocks = sentences.groupby(paragraph(sentences["sentence_id"]), sort=False)
        ends = zip(blocks["start"].min(), blocks["end"].max(), strict=True)
        self.quotes = [q for start, end in sorted(ends) for q in quotes(text, start, end)]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give one record an attribution, in the order of the text."""
        ordered = sorted(
            map(self._mended, self.found), key=lambda f: (f.content_spans, f.cue_spans)
        )
        for number, found in enumerate(ordered, 1):
            sentence = self._sentence(found.content_spans[0][0])
            article_id = sentence["article_id"]
            row = {"attribution_id": f"{article_id}:a{number:03d}", "article_id": article_id}
            row |= {"sentence_id": sentence["sentence_id"], "how": found.how}
            row |= (
                self._spans(found) | self.speakers.tie(found.source) | self._manner(found, sentence)
            )
            yield row

    def _mended(self, found: Found) -> Found:
        sentence = self._sentence(found.content_spans[0][0])
        place = (sentence["start"], sentence["end"])
        return mended(found, self.text, place, str(sentence["language"]))

    def _spans(self, found: Found) -> dict[str, Any]:
        """Give the texts and offsets of content, source and cue."""
        row: dict[str, Any] = {"confidence": found.confidence}
        for name, spans in (
            ("content", found.content_spans),
            ("cue", found.cue_spans),
            ("source", (found.source,) if found.source else ()),
        ):
            row |= {f"{name}_spans": [list(span) for span in spans]}
            if spans:
                start, end = spans[0][0], spans[-1][1]
                row |= {name: self.text[start:end], f"{name}_start": start, f"{name}_end": end}
        return row

    def _manner(self, found: Found, sentence: dict[str, Any]) -> dict[str, Any]:
        """Tell how it is said."""
        language = str(sentence["language"])
        start, end = found.content_spans[0][0], found.content_spans[-1][1]
        said = stance(self.text, found.cue_spans, (start, end), language)
        first = bisect_right(self.quotes, (start, -1)) - 1
        last = bisect_right(self.quotes, (end, -1))
        marked = self.quotes[max(first, 0) : last]
        how = mode(self.text, found.content_spans, marked, found.cue_spans, language, said)
        return {"stance": said, "mode": how}

    def _sentence(self, position: int) -> dict[str, Any]:
        return self.sentences[max(bisect_right(self.starts, position) - 1, 0)]
