"""Reading a block as units of words, punctuation and quotes, for the rules of attribution."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from helpers.cues import Lexicon, lemma, lexicon
from helpers.quotes import Span, quotes

_WORD = re.compile(r"[^\W_]+(?:[-'’.:&][^\W_]+)*|[^\w\s]|_", re.UNICODE)
_ABBREVIATED = re.compile(
    r"^(?:[A-Z](?:\.[A-Z])*|Mr|Mrs|Ms|Dr|Rev|Hon|Sen|Rep|Gov|Gen|Prof|St|Jr|Sr|Lt|Col)\.$"
)
_QUOTE_MARKS = frozenset("\"'„“”‚‘’»«`")
LONGEST = 200  # items of a unit: what is longer is no sentence, and reading it all is slow
SCARE = 3  # words up to which a quote may be a mere term in somebody else's sentence


@dataclass(frozen=True)
class Item:
    """A word, a punctuation mark or a whole quote of a unit."""

    kind: str  # word, mark or quote
    start: int
    end: int
    text: str
    low: str
    lemma: str


@dataclass(frozen=True)
class Unit:
    """A sentence, or several where a quote holds them together."""

    start: int
    end: int
    items: tuple[Item, ...]
    language: str
    lexicon: Lexicon

    def low(self, i: int) -> str:
        """Give the item in lower case, an empty string outside the unit."""
        return self.items[i].low if 0 <= i < len(self.items) else ""

    def word(self, i: int) -> bool:
        """Say whether there is such an item and it is a word."""
        return i < len(self.items) and self.items[i].kind == "word"

    def quote(self, i: int) -> bool:
        """Say whether there is such an item and it is a quote."""
        return 0 <= i < len(self.items) and self.items[i].kind == "quote"


def units(text: str, sentences: list[Span], language: str) -> list[Unit]:
    """Cut one block into units.

    Parameters
    ----------
    text
        The article's text.
    sentences
        Spans of the block's sentences, in order.
    language
        de or en.

    Returns
    -------
    list of Unit
        In order, none longer than `LONGEST` items; none starts or ends within a quote.
    """
    if not sentences:
        return []
    found = quotes(text, sentences[0][0], sentences[-1][1])
    whole: list[Unit] = []
    lists = lexicon(language)
    for start, end in _joined(text, sentences, found):
        items = _items(text, start, end, found, language)
        for k in range(0, len(items), LONGEST):
            part = items[k : k + LONGEST]
            first = start if k == 0 else part[0].start
            last = end if k + LONGEST >= len(items) else part[-1].end
            whole.append(Unit(first, last, part, language, lists))
    return whole


def _joined(text: str, sentences: list[Span], found: list[Span]) -> Iterator[Span]:
    """Join sentences that a quote or an abbreviation holds together."""
    first, q = sentences[0][0], 0
    for (start, end), following in zip(sentences, [*sentences[1:], None], strict=True):
        while q < len(found) and found[q][1] <= end:
            q += 1
        within = q < len(found) and found[q][0] < end
        if following and (within or _cut_off(text, start, end)):
            continue
        yield first, end
        first = following[0] if following else end


def _cut_off(text: str, start: int, end: int) -> bool:
    """Say whether a sentence was cut after an abbreviation: `said Ms.`."""
    last = text[max(start, end - 8) : end].split()[-1:]
    return bool(last) and len(last[0]) > 2 and bool(_ABBREVIATED.match(last[0]))


def _items(text: str, start: int, end: int, found: list[Span], language: str) -> tuple[Item, ...]:
    items: list[Item] = []
    at = start
    for s, e in found[bisect_left(found, (start, 0)) : bisect_left(found, (end, 0))]:
        if len(text[s:e].split()) <= SCARE and not _speech(text, s, e):
            continue
        items += _plain(text, at, s, language)
        items.append(Item("quote", s, e, text[s:e], "", ""))
        at = e
    return tuple(items + _plain(text, at, end, language))


def _speech(text: str, start: int, end: int) -> bool:
    """Say whether a short quote is an utterance: after a colon, before a comma, or with a `!`."""
    before, after = text[max(0, start - 2) : start].rstrip(), text[end : end + 1]
    inner = text[start:end].rstrip("\"'”’“«")
    return before.endswith(":") or after == "," or inner.endswith((",", "!", "?"))


def _plain(text: str, start: int, end: int, language: str) -> list[Item]:
    items: list[Item] = []
    for m in _WORD.finditer(text, start, end):
        word = m.group()
        if word[0].isalnum():
            base = lemma(word, language)
            items.append(Item("word", m.start(), m.end(), word, word.lower(), base))
        elif word == "." and items and _ABBREVIATED.match(text[items[-1].start : m.end()]):
            continue
        elif word not in _QUOTE_MARKS:
            items.append(Item("mark", m.start(), m.end(), word, word, word))
    return items
