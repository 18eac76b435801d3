"""Paired quote marks within a block: where words are given as somebody's own.

A quote is the stretch from an opening mark to the mark that closes it, both included. It never
runs beyond the stretch that is searched, and a mark without a partner is left alone.
"""

import re

Span = tuple[int, int]

CLOSERS: dict[str, tuple[str, ...]] = {
    "„": ("“", "”", '"'),
    "“": ("”", '"'),
    "”": ("”",),
    "»": ("«",),
    "«": ("»",),
    "「": ("」",),
    "『": ("』",),
    '"': ('"',),
    "''": ("''", '"'),
    "``": ("''",),
    "‚": ("‘", "’", "'"),
    "‘": ("’", "'"),
    "'": ("'",),
    "’": ("’",),
    "‹": ("›",),
    "›": ("‹",),
}
SINGLE = frozenset("‚‘'’‹›")
LONGEST_SINGLE = 400
_MARK = re.compile("''|``|[" + "".join(m for m in CLOSERS if len(m) == 1) + "」』]")
_LATIN = re.compile(r"[0-9A-Za-zÀ-ɏ]")
_SAME = frozenset(m for m, closers in CLOSERS.items() if m in closers)
_CLOSING_ONLY = frozenset("」』")


def quotes(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Find the outermost quotes of a stretch of text.

    Parameters
    ----------
    text
        The article's text.
    start, end
        The stretch to search, usually one block.

    Returns
    -------
    list of (int, int)
        Spans in order, marks included; empty quotes are left out.
    """
    stop = len(text) if end is None else end
    marks = [(m.start(), m.end(), m.group()) for m in _MARK.finditer(text, start, stop)]
    found: list[Span] = []
    i = 0
    while i < len(marks):
        j = _partner(text, marks, i)
        if j is None:
            i += 1
            continue
        found.append((marks[i][0], marks[j][1]))
        i = j + 1
    return found


def inside(position: int, spans: list[Span]) -> bool:
    """Say whether a position lies in one of the spans."""
    return any(s <= position < e for s, e in spans)


def _partner(text: str, marks: list[tuple[int, int, str]], i: int) -> int | None:
    """Find the mark that closes mark `i`: none if the same mark opens again before it."""
    start, after, opener = marks[i]
    if opener in _CLOSING_ONLY or not _opens(text, start, after, opener):
        return None
    for j in range(i + 1, len(marks)):
        s, e, mark = marks[j]
        if opener in SINGLE and s - start > LONGEST_SINGLE:
            return None
        if mark in CLOSERS[opener] and _closes(text, s, e):
            return j if s > after else None
        if mark == opener and _opens(text, s, e, mark):
            return None
    return None


def _opens(text: str, start: int, end: int, mark: str) -> bool:
    """Say whether a mark stands where a quote can begin: before a word, not at a word's end."""
    if end >= len(text) or text[end].isspace():
        return False
    return mark not in _SAME or start == 0 or not _LATIN.match(text[start - 1])


def _closes(text: str, start: int, end: int) -> bool:
    """Say whether a mark stands where a quote can end: an apostrophe within a word cannot."""
    return not text[start - 1].isspace() and (end >= len(text) or not _LATIN.match(text[end]))
