"""Who says what: attributions with source, cue and content, and the chain each came through.

The spans come from the head in `helpers.statements`. What follows from the spans
(`helpers.cues.Found`) is added here: who the source is, what kind of source, and how it was said
(`helpers.manner`).

A source is tied to the entity of the mention within it: a person before an organisation before a
place. A pronoun or a role phrase is tied where `helpers.antecedents` ties it. *Unresolved* is an
attribution with no source in the text, or with a pronoun or a definite description (``the
company``) that could not be tied to an entity.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from helpers.cues import Found
from helpers.encoder import encoder
from helpers.forms import fold
from helpers.heads import Head, one_thread
from helpers.manner import mode, source_kind, stance
from helpers.mending import mended
from helpers.names import parts
from helpers.quotes import Span, quotes
from helpers.reading import Chunk, read
from helpers.sentences import paragraph
from helpers.statements import find
from helpers.tables import analysed, frame

HEAD = "attribution"
_ORDER = {"PER": 0, "ORG": 1, "LOC": 2, "MISC": 3}
# fmt: off
_PRONOUN = {
    "he", "she", "him", "his", "her", "who", "er", "ihm", "ihn", "他", "她", "it", "they", "we",
    "i", "you", "them", "us", "this", "these", "es", "sie", "man", "wir", "ich",
    "ihnen", "dieser", "diese", "dieses", "beide", "它",
    "他们", "她们", "我们", "他們", "她們", "我們",
}
# fmt: on
_DEFINITE = re.compile(
    r"(?:the|this|that|these|those|der|die|das|den|dem|des|dieser|diese|dieses|diesem)\b"
    r"|[该該这這那]",
    re.I,
)
_ARTICLE = re.compile(r"(?:(?:the|der|die|das|den|dem|des)\s+)?", re.I)
_NAMED = frozenset(("alias", "head", "repeat"))
_TIED = frozenset(("person", "organisation", "outlet", "agency"))


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
        self.mentions = mentions.sort_values(["start", "end"]).to_dict("records")
        self.places = [m["start"] for m in self.mentions]
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
            row |= self._spans(found) | self._who(found) | self._manner(found, sentence)
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

    def _who(self, found: Found) -> dict[str, Any]:
        """Tie the source to an entity and tell its kind."""
        if not found.source:
            return {"unresolved": True}
        source = self.text[slice(*found.source)]
        language = self._sentence(found.source[0])["language"]
        pronoun = source.lower() in _PRONOUN
        mention = self._named(found.source)
        kind = source_kind(source, mention.get("label"), language)
        if kind == "document" and not mention:
            mention = self._press(found.source, language)
        definite = bool(_DEFINITE.match(source)) and kind in _TIED
        return {
            "entity_id": mention.get("entity_id"),
            "entity": mention.get("entity"),
            "source_kind": kind,
            "unresolved": not mention and (pronoun or definite),
        }

    def _named(self, source: Span) -> dict[str, Any]:
        """Give the mention within the source that says best who it is; empty if there is none.

        A place speaks only where the source begins with it (``Washington``, ``the U.S.
        government``), not in ``a report from the California-based company``.
        """
        first = source[0] + _ARTICLE.match(self.text[slice(*source)]).end()
        inside = [m for m in self._between(*source) if m["end"] <= source[1]]
        speaks = [m for m in inside if m["label"] != "LOC" or m["start"] <= first]
        return min(speaks, key=lambda m: _ORDER[m["label"]], default={})

    def _press(self, source: Span, language: str) -> dict[str, Any]:
        """Give the paper whose article or report a source is, if just one was named before it."""
        words = fold(self.text[slice(*source)]).casefold()
        determined = _DEFINITE.match(words) or language == "zh"
        if not determined or not words.endswith(tuple(parts("press"))):
            return {}
        before = [m for m in self.mentions if m["start"] < source[0] and m["how"] in _NAMED]
        papers = {
            m["entity_id"]: m
            for m in before
            if source_kind(m["entity"], m["label"], language) == "outlet"
        }
        return next(iter(papers.values())) if len(papers) == 1 else {}

    def _between(self, start: int, end: int) -> list[dict[str, Any]]:
        """Give the mentions that begin in a stretch of the text."""
        first = bisect_right(self.places, start - 1)
        return self.mentions[first : bisect_right(self.places, end - 1)]

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
