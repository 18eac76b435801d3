"""Reading a block as units of words, punctuation and quotes, for the rules of attribution.

The word classes here are closed ones (grammar, not vocabulary): what an analyst may want to add
stands in ``data/cues.csv`` and ``data/source_kinds.csv``.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass

from helpers.cues import lemma
from helpers.quotes import Span, quotes

_WORD = re.compile(r"[^\W_]+(?:[-'’.:&][^\W_]+)*|[^\w\s]|_", re.UNICODE)
_ABBREVIATION = re.compile(r"^(?:[A-Z](?:\.[A-Z])*|Mr|Mrs|Ms|Dr|Rev|Hon|Sen|Rep|Gov|Gen|Prof|St|Jr|Sr|Lt|Col)$")
SCARE = 3  # words up to which a quote may be a mere term in somebody else's sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PREPOSITIONS = {
    "en": _words(
        "in on at by for from to with after before during since until about over under between "
        "against through into of as via amid among despite following when while if unlike like "
        "speaking asked because although though"
    ),
    "de": _words(
        "in im an am auf aus bei beim mit nach von vom vor zu zum zur für über unter durch um "
        "gegen gegenüber seit während wegen trotz ohne bis gemäß zwischen anlässlich angesichts "
        "wenn als nachdem obwohl weil da laut hinter neben ab aufgrund infolge dank mittels passend"
    ),
}
PRONOUNS = {
    "en": _words("he she they it we i you who nobody everyone someone this"),
    "de": _words("er sie es man wir ich dieser diese dieses jener letzterer beide"),
}
DETERMINERS = {
    "en": _words(
        "the a an this that these those his her its their our my some many several most all no any "
        "another each every both one two three other"
    ),
    "de": _words(
        "der die das den dem des ein eine einen einem einer eines dieser diese dieses diesen diesem "
        "mehrere einige viele alle kein keine sein seine ihr ihre unser unsere zwei drei"
    ),
}
AUXILIARIES = {
    "en": _words(
        "has have had having is are was were be been being will would can could may might must "
        "should shall do does did not also later then ever never again further just only even "
        "still once already t s d ve re ll to simply always often now who"
    ),
    "de": _words(
        "hat haben hatte hatten habe ist sind war waren wurde wurden wird werden will wollen wollte "
        "wollten kann konnte konnten können soll sollte sollten muss musste müssen darf durfte "
        "mag möchte möchten würde würden"
    ),
}
ADVERBS = _words(
    "zudem außerdem dabei dabei dort später heute gestern weiter weiterhin ferner darüber daraufhin "
    "dazu bereits nun jetzt so auch zugleich gleichzeitig dagegen hingegen allerdings jedoch dennoch "
    "wörtlich zuvor zunächst schließlich daher deshalb damit danach demnach inzwischen mittlerweile "
    "zuletzt erneut wie wo hier da dann einerseits andererseits immerhin und aber doch denn oder nur "
    "schon noch hierzu hierbei unterdessen indes somit also"
)
CLAUSE_WORDS = {
    "en": _words("that whether how why what if where"),
    "de": _words("dass daß ob wie warum wieso was wer wann weshalb welche welcher welches wo"),
}
BREAKS = {
    "en": _words("that because when while after before although though since which but whether if"),
    "de": _words("dass daß weil ob wenn nachdem obwohl während wie aber sondern"),
}
CONJUNCTIONS = _words("and but or und oder sowie")
RELATIVE = _words("der die das dem den deren dessen welche welcher welches who which")
PASSIVE = _words("wird werden wurde wurden ist sind worden")
BEING = _words("is are was were be been being")
OBLIQUE = _words("dem den einem ihm ihnen diesem")
CONTRAST = _words("while but although though whereas während aber obwohl doch")
DAYS = _words(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today earlier later last "
    "this during recently afterward again next tuesday, here there too"
)
SUBJUNCTIVE = _words(
    "sei seien habe werde könne müsse solle wolle dürfe möge gebe stehe gehe komme bleibe lasse "
    "liege handle stamme wisse mache brauche gehöre bestehe führe finde nehme sehe betrage bedeute "
    "hätten könnten müssten würden wären hätte wäre sollten dürfte dürften dürften"
)


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
        In order; none starts or ends within a quote.
    """
    if not sentences:
        return []
    found = quotes(text, sentences[0][0], sentences[-1][1])
    ends = [-1 if _cut_off(text, s, e) else e for s, e in sentences[:-1]] + [sentences[-1][1]]
    starts = [s for s, _ in sentences]
    joined: list[Span] = []
    first, q = 0, 0
    for i, end in enumerate(ends):
        if end < 0:
            continue
        while q < len(found) and found[q][1] <= end:
            q += 1
        if q < len(found) and found[q][0] < end and i + 1 < len(ends):
            continue
        joined.append((starts[first], end))
        first = i + 1
    return [Unit(s, e, _items(text, s, e, found, language), language) for s, e in joined]


def _cut_off(text: str, start: int, end: int) -> bool:
    """Say whether a sentence was cut after an abbreviation: `said Ms.`"""
    last = text[max(start, end - 8) : end].split()[-1:]
    return bool(last and last[0].endswith(".") and len(last[0]) > 2 and _ABBREVIATION.match(last[0][:-1]))


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
    """Say whether a short quote is an utterance: set off by a colon or by a comma at its end."""
    before, after = text[max(0, start - 2) : start].rstrip(), text[end : end + 1]
    return before.endswith(":") or after == "," or text[start:end].rstrip("\"'”’“«").endswith((",", "!", "?"))


def _plain(text: str, start: int, end: int, language: str) -> list[Item]:
    items: list[Item] = []
    for m in _WORD.finditer(text, start, end):
        word = m.group()
        if word[0].isalnum():
            items.append(Item("word", m.start(), m.end(), word, word.lower(), lemma(word, language)))
        elif word == "." and items and items[-1].end == m.start() and _ABBREVIATION.match(items[-1].text):
            continue
        elif word not in "\"'„“”‚‘’»«`":
            items.append(Item("mark", m.start(), m.end(), word, word, word))
    return items
