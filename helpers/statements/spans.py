"""From attributions in tokens to character spans that lie well in the article."""

import re
from bisect import bisect_left
from collections.abc import Iterable

from helpers.cues import Found
from helpers.language import HAN
from helpers.quotes import Span
from helpers.statements.decoding import Statement
from helpers.statements.features import Document

_EDGE = " \t\r\n\xa0\u3000,;:.–—-"
_WITHIN = re.compile(rf"(?:(?!{HAN.pattern})[^\W_]){{2}}")
_MARK = 8  # characters before a content in which the mark that opens it may stand


def found(document: Document, statement: Statement) -> Found | None:
    """Give an attribution as every method does; None if its content has no letter or digit.

    A piece of content takes in the quote marks round it where all of the quote is its own, and no
    blank or comma at its edges.
    """
    content = _characters(document, statement.content)
    spans = tuple(_marked(document, *span) for span in content)
    if not spans:
        return None
    source = _characters(document, [statement.source] if statement.source else [])
    cue = _characters(document, statement.cue)
    return Found(spans, source[0] if source else None, cue, "head", statement.confidence)


def _characters(document: Document, pieces: Iterable[tuple[int, int]]) -> tuple[Span, ...]:
    text = document.text
    spans = (
        _trimmed(text, int(document.starts[first]), int(document.ends[end - 1]))
        for first, end in pieces
    )
    return tuple((a, z) for a, z in spans if any(map(str.isalnum, text[a:z])))


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    # A token may be a part of a word; a span is made of whole ones.
    while start > 0 and _WITHIN.fullmatch(text, start - 1, start + 1):
        start -= 1
    while end < len(text) and _WITHIN.fullmatch(text, end - 1, end + 1):
        end += 1
    return start, end


def _marked(document: Document, start: int, end: int) -> Span:
    """Take in the marks of a quote whose letters all lie within a span."""
    text = document.text
    for i in range(bisect_left(document.quotes, (start - _MARK, 0)), len(document.quotes)):
        first, last = document.quotes[i]
        if first >= end:
            break
        beyond = text[first:start] + text[end:last]
        if any(map(str.isalnum, text[start:last])) and not any(map(str.isalnum, beyond)):
            start, end = min(start, first), max(end, last)
    return start, end
