"""Blocks: every piece of an article told apart by kind, nothing thrown away.

General signs only: position, repetition, length, whether a line is a sentence, and the wording
of notices in ``data/boilerplate.csv``. What does not enter the analysis stays in the table with
the reason.

A pattern of the word list must cover the whole line. Its *scope* says what follows from it:

- ``line``: nothing but the line itself;
- ``next``: the paragraph below belongs to it (a box on the author);
- ``end``: it counts only below the last paragraph, or among other such lines;
- ``author``: it counts only right above a line with a date;
- ``rest``: it ends the article if a run of teasers follows. Where paragraphs go on after it, only
  the short lines up to them are teasers.
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache

import pandas as pd

from helpers import language
from helpers.lines import Line, lines
from helpers.tables import frame
from helpers.wordlists import Stamp, stamp, wordlist

_DATE = re.compile(
    r"\d{1,2}\. ?\w{3,10}\.? \d{4}|\d{4}-\d\d-\d\d|\d{4}年\d{1,2}月\d{1,2}日"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
    r"|\b\w{3,9}\.? \d{1,2}, \d{4}|\b\d{1,2} \w{3,9} \d{4}"
)
_NAME = r"(?:[A-ZÄÖÜ][\w.'’-]*|und|and|in|aus|for|für|von|van|de|&)"
_BYLINE = re.compile(
    rf"(?i:(?:interview|text|words|story|bericht) )?(?i:von|by|text:|autor(?:in)?:|author:)\s+"
    rf"{_NAME}(?:[\s,|/]+{_NAME})*$"
    r"|(?:文|记者|記者|作者|撰文)[/:：\s]"
)
_QUOTED = re.compile(r"[„“\"«»「].{3,}[“”\"»«」][.!?。！？]?")
_BULLET = re.compile(r"[•·▪◦‣*–—-]\s")
_LABEL = 4  # words up to which a line is a label rather than a headline
_SHORTEST = 3  # words of a headline where no longer line stands above the first paragraph


def blocks(articles: pd.DataFrame) -> pd.DataFrame:
    """Tell headline, body, captions, teasers, notices and navigation apart.

    Parameters
    ----------
    articles
        ``article_id, text`` and, where known, ``title`` and ``language``.

    Returns
    -------
    pandas.DataFrame
        The table `blocks`: one row a piece of `helpers.lines`, with the white space that follows
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
    found = lines(article["text"])
    _boilerplate(found)
    _ends(found)
    _captions(found)
    _datelines(found)
    _headline(found, known if isinstance(known, str) else "")
    _standfirst(found)
    _repeats(found)
    _remainder(found)
    for line in found:
        yield {
            "article_id": article["article_id"],
            "start": line.start,
            "end": line.end,
            "kind": line.kind,
            "reason": line.reason,
            "language": language.detect(line.text, article.get("language")),
            "text": article["text"][line.start : line.end],
        }


@cache
def _patterns(state: Stamp) -> list[tuple[re.Pattern[str], str, str, str]]:
    rows = wordlist("boilerplate").itertuples(index=False)
    return [(re.compile(r.pattern, re.IGNORECASE), r.kind, r.scope, r.reason) for r in rows]


def _hit(line: Line, *scopes: str) -> tuple[str, str, str] | None:
    """Give kind, scope and reason of the first pattern that covers the line."""
    # A list mark or an arrow is no part of a wording, a quote mark is: it is somebody's speech.
    bare = re.sub(r"^[^\w(（©【„“\"«»「'‚‘]+", "", line.text)[:1500] or line.text
    known = _patterns(stamp("boilerplate"))
    hits = (p[1:] for p in known if p[2] in scopes and p[0].fullmatch(bare))
    return next(hits, None)


def _boilerplate(found: list[Line]) -> None:
    """Mark what the word list knows."""
    rest = False
    above: Line | None = None
    for number, line in enumerate(found):
        hit = None if line.kind else _hit(line, "line", "next", "rest")
        if hit:
            line.is_(hit[0], hit[2])
        elif rest or (above and not line.kind):
            line.is_("teaser" if rest else above.kind, f"after {rest or above.reason}")
        above = line if hit and hit[1] == "next" else None
        # A link to other stories ends the article only where an article stood before it.
        if hit and hit[1] == "rest" and any(before.paragraph for before in found[:number]):
            rest = rest or (hit[2] if _teasers(found[number + 1 :]) else "")


def _teasers(after: list[Line]) -> bool:
    """Tell a run of teasers from an article that goes on after a link, whose titles it marks.

    Teasers are short titles, each with at most one paragraph; an article goes on with
    paragraphs one after another.
    """
    plain = [line for line in after if not line.kind and not _hit(line, "line", "next", "rest")]
    titles = next((i for i, line in enumerate(plain) if line.paragraph), len(plain))
    body = [line.paragraph and line.sentence for line in plain[titles:]]
    goes_on = sum(body) > 1 and any(a and b for a, b in zip(body, body[1:], strict=False))
    goes_on = goes_on or (not titles and any(body))
    if not goes_on:
        return True
    for line in plain[:titles]:
        line.is_("teaser", "a title between a link to other stories and the next paragraph")
    return False


def _ends(found: list[Line]) -> None:
    """Mark, from below, lines that are furniture only where nothing of the story follows."""
    for line in reversed(found):
        hit = None if line.kind else _hit(line, "end")
        if hit:
            line.is_(hit[0], hit[2])
        elif line.paragraph:
            return


def _captions(found: list[Line]) -> None:
    """Mark a short line between two lines of a picture's caption, or above a credit, as part."""
    for before, line, after in zip(found, found[1:], found[2:], strict=False):
        framed = before.kind == after.kind == "caption"
        if framed and not line.kind and not line.paragraph:
            line.is_("caption", "between the lines of a caption")


def _datelines(found: list[Line]) -> None:
    for number, line in enumerate(found):
        date = _DATE.search(line.text)
        if not line.kind and date and language.words(line.text.replace(date[0], "")) <= 12:
            if not line.sentence:
                line.is_("dateline", "a short line with a date")
        elif not line.kind and line.words <= 8 and not line.sentence and _BYLINE.match(line.text):
            line.is_("byline", "a short line that names an author")
        # The name of an author without "by" stands right above the date.
        above = found[number - 1] if number else None
        if line.kind == "dateline" and above and _hit(above, "author"):
            above.is_("byline", "a name with a profession above the date")


def _headline(found: list[Line], known: str) -> None:
    """Find the headline among the lines before the first paragraph; the title, if given, wins."""
    first = next((i for i, line in enumerate(found) if line.paragraph), len(found))
    if len(found) == 1:
        return
    before = [line for line in found[:first] if not line.kind]
    heads = [line for line in found if known and line.text == known.strip()][:1]
    heads = heads or [line for line in before if line.words > _LABEL][:1]
    short = [line for line in before if line.words >= _SHORTEST]
    heads = heads or sorted(short, key=lambda line: len(line.text))[-1:]
    for line in heads:
        line.is_("headline", "the title given" if known else "a line above the first paragraph")
    for line in before:
        if not line.kind and line.words <= _LABEL:
            line.is_("navigation", "a label above the first paragraph")
        elif not line.kind:
            line.is_("standfirst", "a second line above the first paragraph")


def _standfirst(found: list[Line]) -> None:
    """Mark a paragraph between the headline and the line with author or date."""
    for head, line, after in zip(found, found[1:], found[2:], strict=False):
        framed = head.kind == "headline" and after.kind in ("byline", "dateline", "caption")
        if framed and line.paragraph and line.end + 1 >= after.start:
            line.is_("standfirst", "between the headline and author, date or picture")


def _repeats(found: list[Line]) -> None:
    """Mark a headline, quote or paragraph that is printed twice; the longer or first one stays."""
    heads = [line.key for line in found if line.kind == "headline" and line.key]
    whole = " ".join(word for line in found if line.paragraph for word in [*line.key, "|"])
    for line in found:
        again = any(line.key[: len(key)] == key for key in heads)
        if again and not line.kind and (not line.sentence or line.key in heads):
            line.is_("navigation", "repeats the headline")
        own = " ".join(line.key)
        short = not line.kind and 2 < line.words <= 25 and _QUOTED.fullmatch(line.text)
        if short and whole.count(own) > (line.paragraph):
            line.is_("teaser", "a quote that stands in a paragraph too")
    seen: dict[tuple[str, ...], Line] = {}
    for line in [line for line in found if line.paragraph]:
        other = seen.setdefault(tuple(line.key[:8]), line)
        if other is line or not _same(other, line):
            continue
        again = min(line, other, key=lambda one: (len(one.key), -one.start))
        again.is_("teaser", "printed twice, the longer one is kept")
        seen[tuple(line.key[:8])] = line if again is other else other


def _same(one: Line, other: Line) -> bool:
    size = min(len(one.key), len(other.key))
    match = SequenceMatcher(None, one.key[:size], other.key[:size], autojunk=False)
    return match.ratio() > 0.9


def _remainder(found: list[Line]) -> None:
    """Name what is left: paragraphs are body, other lines by where they stand."""
    last = max((i for i, line in enumerate(found) if line.paragraph), default=-1)
    for number, line in enumerate(found):
        if line.kind:
            continue
        if line.paragraph or line.sentence or len(found) == 1:
            line.is_("body", "a paragraph")
        elif number > last >= 0:
            line.is_("navigation", "a short line after the last paragraph")
        elif _BULLET.match(line.text) and line.words > _LABEL:
            line.is_("body", "an item of a list")
        else:
            line.is_("heading", "a short line between paragraphs")
