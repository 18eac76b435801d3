"""Blocks: every line of an article told apart by kind, nothing thrown away.

General signs only: position, repetition, length, whether a line is a sentence, and the wording
of notices in ``data/boilerplate.csv``. What does not enter the analysis stays in the table with
the reason.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from helpers import language
from helpers.tables import frame
from helpers.wordlists import wordlist

_ENDS = re.compile(r"[.!?…。！？:：][\"'“”‘’»«」』)\]]*\s*(\[\d+\])?$")
_DATE = re.compile(
    r"\d{1,2}\. ?\w{3,10}\.? \d{4}|\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|\b\w{3,9}\.? \d{1,2}, \d{4}|\b\d{1,2} \w{3,9} \d{4}"
)
_BYLINE = re.compile(
    r"(von|by|text:|autor(in)?:|author:)\s+[A-ZÄÖÜ]|(文|记者|作者)[/:：\s]", re.IGNORECASE
)
_PARAGRAPH = 18  # words from which a line counts as a paragraph even without a full stop
_LABEL = 4  # words up to which a line is a label rather than a headline


@dataclass
class _Line:
    start: int
    end: int
    text: str
    words: int = 0
    sentence: bool = False
    kind: str = ""
    reason: str = ""
    key: list[str] = field(default_factory=list)

    @property
    def paragraph(self) -> bool:
        return not self.kind and (self.words >= _PARAGRAPH or (self.sentence and self.words > 6))

    def is_(self, kind: str, reason: str) -> None:
        self.kind, self.reason = kind, reason


def blocks(articles: pd.DataFrame) -> pd.DataFrame:
    """Tell headline, body, captions, teasers, notices and navigation apart.

    Parameters
    ----------
    articles
        ``article_id, text`` and, where known, ``title`` and ``language``.

    Returns
    -------
    pandas.DataFrame
        The table `blocks`: one row a line that is not blank, with the white space that follows
        it, so that the blocks of an article partition its text. ``kind`` is one of
        `helpers.tables.BLOCK_KINDS`; ``reason`` says which sign decided.
    """
    return frame(
        (row for article in articles.to_dict("records") for row in _article(article)), "blocks"
    )


def title(rows: pd.DataFrame) -> pd.Series:
    """Give the text of each article's first headline, indexed by `article_id`."""
    heads = rows[rows["kind"] == "headline"].drop_duplicates("article_id")
    return heads.set_index("article_id")["text"].str.strip()


def _article(article: dict) -> Iterator[dict]:
    known = article.get("title")
    lines = list(_lines(article["text"]))
    _boilerplate(lines)
    _captions(lines)
    _datelines(lines)
    _headline(lines, known if isinstance(known, str) else "")
    _repeats(lines)
    _remainder(lines)
    for line in lines:
        yield {
            "article_id": article["article_id"],
            "start": line.start,
            "end": line.end,
            "kind": line.kind,
            "reason": line.reason,
            "language": language.detect(line.text, article.get("language")),
            "text": article["text"][line.start : line.end],
        }


def _lines(text: str) -> Iterator[_Line]:
    starts = [m.start() for m in re.finditer(r"(?m)^[^\S\n]*\S", text)] or [0]
    starts[0] = 0  # what stands before the first line belongs to it
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        body = text[start:end].strip()
        key = [w.casefold() for w in language.WORD.findall(body)]
        # Two Chinese characters make about one word of a European language.
        size = len(key) - len(language.HAN.findall(body)) // 2
        yield _Line(start, end, body, size, bool(_ENDS.search(body)), key=key)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str, str]]:
    rows = wordlist("boilerplate").itertuples(index=False)
    return [(re.compile(r.pattern, re.IGNORECASE), r.kind, r.scope, r.reason) for r in rows]


def _boilerplate(lines: list[_Line]) -> None:
    """Mark what the word list knows; a pattern must cover the whole line."""
    rest = False
    for number, line in enumerate(lines):
        bare = re.sub(r"^[\W_]+", "", line.text) or line.text
        hit = next((p for p in _patterns() if p[0].fullmatch(bare[:1500])), None)
        # A link to other stories ends the article only where an article stood before it.
        if hit and hit[2] == "rest" and any(before.paragraph for before in lines[:number]):
            rest = True
        if hit:
            line.is_(hit[1], hit[3])
        elif rest:
            line.is_("teaser", "after a link to other stories")


def _datelines(lines: list[_Line]) -> None:
    for line in lines:
        date = _DATE.search(line.text)
        if not line.kind and date and language.words(line.text.replace(date[0], "")) <= 12:
            if not line.sentence:
                line.is_("dateline", "a short line with a date")
        elif not line.kind and line.words <= 8 and not line.sentence and _BYLINE.match(line.text):
            line.is_("byline", "a short line that names an author")


def _headline(lines: list[_Line], known: str) -> None:
    """Find the headline among the lines before the first paragraph; the title, if given, wins."""
    first = next((i for i, line in enumerate(lines) if line.paragraph), len(lines))
    if len(lines) == 1:
        return
    before = [line for line in lines[:first] if not line.kind]
    heads = [line for line in lines if known and line.text == known.strip()][:1]
    heads = heads or [line for line in before if line.words > _LABEL][:1]
    for line in heads:
        line.is_("headline", "the title given" if known else "a line above the first paragraph")
    for line in before:
        if not line.kind and line.words <= _LABEL:
            line.is_("navigation", "a label above the first paragraph")
        elif not line.kind:
            line.is_("standfirst", "a second line above the first paragraph")


def _repeats(lines: list[_Line]) -> None:
    """Mark a headline or paragraph that is printed twice; the longer or first one stays."""
    heads = [line for line in lines if line.kind == "headline"]
    for line in lines:
        if not line.kind and any(line.key[: len(h.key)] == h.key for h in heads if h.key):
            line.is_("navigation", "repeats the headline")
    seen: dict[tuple[str, ...], _Line] = {}
    for line in [line for line in lines if line.paragraph]:
        other = seen.setdefault(tuple(line.key[:8]), line)
        if other is line or not _same(other, line):
            continue
        again = min(line, other, key=lambda one: (len(one.key), -one.start))
        again.is_("teaser", "printed twice, the longer one is kept")
        seen[tuple(line.key[:8])] = line if again is other else other


def _same(one: _Line, other: _Line) -> bool:
    size = min(len(one.key), len(other.key))
    match = SequenceMatcher(None, one.key[:size], other.key[:size], autojunk=False)
    return match.ratio() > 0.9


def _captions(lines: list[_Line]) -> None:
    """Mark a short line between two lines of a picture's caption as part of it."""
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        framed = before.kind == after.kind == "caption"
        if framed and not line.kind and not line.paragraph:
            line.is_("caption", "between the lines of a caption")


def _remainder(lines: list[_Line]) -> None:
    """Name what is left: paragraphs are body, other lines by where they stand."""
    last = max((i for i, line in enumerate(lines) if line.paragraph), default=-1)
    for number, line in enumerate(lines):
        if line.kind:
            continue
        if line.paragraph or line.sentence or len(lines) == 1:
            line.is_("body", "a paragraph")
        elif number > last >= 0:
            line.is_("navigation", "a short line after the last paragraph")
        else:
            line.is_("heading", "a short line between paragraphs")
