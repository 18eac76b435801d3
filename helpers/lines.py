"""The pieces of a text that `helpers.blocks` tells apart; together they are the whole text.

A piece is a line that is not blank, with the white space after it. Two things cut otherwise:

- In a hard-wrapped text the lines of a paragraph are one piece. A line was wrapped where the next
  one follows at once and its first word would not have fitted.
- Within a paragraph, a dateline (``BERLIN (dpa) - ``), a labelled or long line's inline heading
  (``Part 1: The Offer - ``) and a reference number at a sentence's end (``[1].``) are pieces of
  their own, so that the next sentence starts clean and no statement ends in ``[1]``. A reference
  takes the full stop and list mark after it with it. In the middle of a sentence or within a quote
  it stays, because a sentence or quote never runs over two blocks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from helpers import language
from helpers.wordlists import Stamp, stamp, wordlist

_ENDS = re.compile(r"[.!?…。！？:：][\"'“”‘’»«」』)\]）]*\s*(\[\d+\])?$")
_PARAGRAPH = 18  # words from which a line counts as a paragraph even without a full stop
_LONG = 30  # words from which a line may hold inline headings
_WIDEST = 100  # characters of a hard-wrapped line at most
_WRAPPED = 0.6  # share of the lines with a line right below that must be wrapped
_DASH = r"(?:--|[-–—―])"
_PLACE = r"[A-ZÄÖÜ][\w.’'-]*(?:[ /][\w.’'-]+){0,4}"
_DATED = (
    r"(?:, (?:den )?(?:\w{3,9}\.? \d{1,2}(?:, \d{4})?|\d{1,2}\. ?(?:\w{3,9}|\d\d?\.)(?: ?\d{4})?))?"
)
_DATELINE = re.compile(
    rf"(?:{_PLACE}{_DATED} ?)?\([^()\n]{{2,40}}\){_DATED} {_DASH} "  # BERLIN (dpa) -
    rf"|{_PLACE}(?: \([^()\n]{{2,40}}\))?, \d{{1,2}}\. ?(?:\w{{3,9}}|\d\d?\.) ?\d{{4}} {_DASH} "
    r"|【[^】\n]{2,40}】"
    r"|[（(]?[\u4e00-\u9fff]{2,20}\d{1,2}月\d{1,2}日(?:专|專)?[电電](?:\s*[（(][^（）()\n]{2,30}[)）])?[)）]?\s*"
    r"|[\u4e00-\u9fff]{0,6}本报(?:讯|訊)\s*(?:[（(][^（）()\n]{2,30}[)）])?\s*"
)
_PLACE_ONLY = re.compile(rf"(?:[A-ZÄÖÜ]{{3,}}[A-ZÄÖÜ/ .-]*|{_PLACE}){_DATED} {_DASH} ")
_REFERENCE = re.compile(r"(?:\s*\[\d{1,3}\])+[.。!?！？]?(?=\s|$)\s*(?:[-–—•·*]\s+)?", re.ASCII)
_LABELLED = re.compile(
    rf"(?:^|(?<=[.!?…\]\"”“]\s))[^\W\d_]{{2,15}} \d{{1,2}}: [^.!?:;\n]{{3,90}}?"
    rf" {_DASH} (?=\W?[A-Z\dÄÖÜ])"
)
_SMALL = r"(?:a|an|the|of|and|or|in|on|for|to|with|at|by|und|oder|der|die|das|des|im|von|zu|für)"
_TITLED = re.compile(
    rf"(?:^|(?<=[.!?…\]]\s))[A-ZÄÖÜ][\w’'&-]*(?: (?:{_SMALL}|[A-ZÄÖÜ\d][\w’'&-]*)){{1,7}}"
    rf" {_DASH} (?=\W?[A-ZÄÖÜ\d])"
)
_STOP = re.compile(r"(?:[.!?…][\"”“]?\s+|\]\s+)(?=[A-ZÄÖÜ\[•–-])")
_MARKS = re.compile('[„“”"«»]')


@dataclass
class Line:
    """A piece of a text; `helpers.blocks` gives it its kind and the reason."""

    start: int
    end: int
    text: str
    words: int = 0
    sentence: bool = False
    part: bool = False  # of a longer paragraph
    kind: str = ""
    reason: str = ""
    key: list[str] = field(default_factory=list)

    @property
    def paragraph(self) -> bool:
        """Say whether it is long enough, or a sentence, and not yet known to be else."""
        long = self.words >= _PARAGRAPH or (self.sentence and self.words > 6)
        return not self.kind and (long or self.part)

    def is_(self, kind: str, reason: str) -> None:
        """Give it its kind."""
        self.kind, self.reason = kind, reason


def lines(text: str) -> list[Line]:
    """Cut a text into its pieces, in order and without gaps."""
    starts = [m.start() for m in re.finditer(r"(?m)^[^\S\n]*\S", text)] or [0]
    starts[0] = 0  # what stands before the first line belongs to it
    starts = _unwrapped(text, starts)
    found: list[Line] = []
    fresh = True  # no paragraph yet: a place alone may be its dateline
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        whole = _line(text, start, end)
        found += _parted(text, whole, fresh)
        fresh = fresh and not whole.paragraph
    return found


def _line(text: str, start: int, end: int) -> Line:
    body = text[start:end].strip()
    key = [w.casefold() for w in language.WORD.findall(body)]
    # Two Chinese characters make about one word of a European language.
    size = len(key) - len(language.HAN.findall(body)) // 2
    return Line(start, end, body, size, bool(_ENDS.search(body)), key=key)


def _unwrapped(text: str, starts: list[int]) -> list[int]:
    """Leave out the starts of lines that only go on where the one before was wrapped."""
    raw = [text[s:e] for s, e in zip(starts, [*starts[1:], len(text)], strict=True)]
    close = [i for i, line in enumerate(raw[:-1]) if line.rstrip(" \t").count("\n") == 1]
    widths = sorted(len(line.strip()) for line in raw)
    width = widths[-1 - len(widths) // 20]
    if width > _WIDEST or len(close) < 3:
        return starts
    full = {i for i in close if _full(raw[i], raw[i + 1], width)}
    # Lists and tables have short lines too, but theirs end where the next would have fitted.
    cut = sum(not _ENDS.search(raw[i].strip()) for i in full)
    if len(full) < max(3, _WRAPPED * len(close)) or cut < len(full) / 2:
        return starts
    return [s for i, s in enumerate(starts) if i - 1 not in full]


def _full(line: str, following: str, width: int) -> bool:
    """Say whether the first word of the next line would not have fitted."""
    bare = line.strip()
    if language.HAN.search(bare[-1:]) or language.HAN.match(following.strip()[:1]):
        return width >= 20 and len(bare) >= width - 2
    word = following.split(maxsplit=1)[0]
    return width >= 40 and len(bare) >= width / 2 and len(bare) + 1 + len(word) > width


def _parted(text: str, line: Line, fresh: bool) -> Iterator[Line]:
    """Cut datelines, inline headings and reference numbers out of a paragraph."""
    raw = text[line.start : line.end]
    cuts = list(_cuts(raw, line, fresh)) if line.paragraph else []
    if not cuts:
        yield line
        return
    at = 0
    for start, end, kind, reason in [*cuts, (len(raw), len(raw), "", "")]:
        if raw[at:start].strip():
            piece = _line(text, line.start + at, line.start + start)
            piece.part = piece.sentence = True  # its full stop may stand in the reference
            yield piece
        if kind:
            piece = _line(text, line.start + start, line.start + end)
            piece.is_(kind, reason)
            yield piece
        at = end


def _cuts(raw: str, line: Line, fresh: bool) -> Iterator[tuple[int, int, str, str]]:
    at = len(raw) - len(raw.lstrip())
    dateline = _DATELINE.match(raw, at)
    if not dateline or not (fresh or _sure(dateline[0])):
        dateline = _place(raw, at) if fresh else None
    if dateline and raw[dateline.end() :].strip():
        at = dateline.end()
        yield 0, at, "dateline", "a place, date or agency that opens the report"
    found = [(m, "navigation", "a reference number") for m in _REFERENCE.finditer(raw, at)]
    found = [hit for hit in found if _ends_sentence(raw, hit[0])]
    if line.words >= _LONG:
        headings = [*_LABELLED.finditer(raw, at), *filter(_alone, _TITLED.finditer(raw, at))]
        found += [(m, "heading", "a heading within a paragraph") for m in headings]
    for match, kind, reason in sorted(found, key=lambda hit: hit[0].start()):
        if match.start() >= at:
            # White space before the first piece belongs to it: every character has its block.
            start = 0 if not raw[: match.start()].strip() else match.start()
            at = match.end()
            yield start, at, kind, reason


def _sure(dateline: str) -> bool:
    """Say whether a dateline names an agency or a day, so that it is one anywhere."""
    words = {word.casefold() for word in language.WORD.findall(dateline)}
    return bool(
        re.search(r"\d", dateline)
        or language.HAN.search(dateline)
        or words & _agencies(stamp("source_kinds"))
    )


@cache
def _agencies(state: Stamp) -> frozenset[str]:
    rows = wordlist("source_kinds")
    return frozenset(rows.loc[rows["source_kind"] == "agency", "word"])


def _place(raw: str, at: int) -> re.Match[str] | None:
    match = _PLACE_ONLY.match(raw, at)
    name = match and re.split(rf",| {_DASH} $", match[0])[0]
    known = name and (
        name.isupper() and len(name) > 3 or name.casefold() in _places(stamp("aliases"))
    )
    return match if known else None


@cache
def _places(state: Stamp) -> frozenset[str]:
    rows = wordlist("aliases")
    return frozenset(rows.loc[rows["label"] == "LOC", "alias"].str.casefold())


def _ends_sentence(raw: str, match: re.Match[str]) -> bool:
    """Say whether a reference stands at a sentence's end and not within a quote."""
    before, own = raw[: match.start()].rstrip(), match[0]
    last = not raw[match.end() :].strip()
    stop = re.search(r"[.。!?！？]", own) or re.search(r"[.。!?！？…][\"”“»」』]?$", before)
    return bool(before) and bool(stop or last) and len(_MARKS.findall(before)) % 2 == 0


def _alone(match: re.Match[str]) -> bool:
    """Tell a title from an aside: no second dash closes it before the sentence ends."""
    after = match.string[match.end() :]
    end = _STOP.search(after)
    return not re.search(rf"\s{_DASH}\s", after[: end.start() if end else len(after)])
