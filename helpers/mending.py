"""Rules on top of what a method of attribution found, where its spans end too soon or too late.

*Cue*: German puts half of a verb at the end of its clause (``wies den Bericht zurück``); the half
that was not marked is looked up by the lemma of both in ``data/cues.csv``. Where no cue was marked,
the listed word nearest to the content is one; ``wonach`` is one, and the report before it is the
source. *Source*: a time or a place behind it is no part of
it (``data/adverbials.csv``), nor what follows a personal pronoun or stands before a relative one.
Whom a passive accuses, or asks, does not speak (``Dem Verein wird vorgeworfen``).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from helpers.cues import PARTICLES, Found, lemma, lexicon
from helpers.manner import source_kind
from helpers.passives import spoken_of
from helpers.quotes import Span
from helpers.wordlists import Stamp, stamp, wordlist

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_PERSONAL = re.compile(r"(?:he|she|they|we|er|sie|wir)(?=\s+\w)", re.I)
_RELATIVE = re.compile(r".*\W(?=(?:which|who|that)$)", re.S)
_STANDS_IN = re.compile(
    r"\b(?P<cue>(?:heißt|hieß) es|steht|stand) in (?P<where>(?:de[mr]|eine[mr]|diese[mr])\s"
    r"(?:[a-zäöüß-]+\s)*[A-ZÄÖÜ][\w-]+(?:\s(?:aus|de[rsm]|von|vom)\s[^,:.;]{2,60})?)"
    r"[,:]\s*[\"„“»«]?$"
)
_WHEREBY = re.compile(r"(?<=, )(?:wonach|demzufolge)\b")
_REPORT = re.compile(
    r"(?:\b(?:[Dd]e[rmns]|[Dd]ie|[Dd]as|[Ee]ine[mnr]?)\s+)?(?:[a-zäöüß-]+e[nrs]?\s+)?"
    r"(?P<noun>[A-ZÄÖÜ][\wäöüß-]+)"
)
_CLOSES = re.compile(r"\s*(?:$|[^\w\s]|(?:und|oder)\b)")
_CHINESE_PRONOUN = re.compile("([他她][们們]?)[也还還则則]?$")
_CHINESE_PRONOUN_FIRST = re.compile("([他她][们們]?)")
_NEAR = 40  # characters between a content and the word that may be its cue
_STOP = re.compile(r"[.!?;。！？；]")


def mended(found: Found, text: str, sentence: Span, language: str) -> Found:
    """Give a find with its cue made whole and its source cut to who speaks.

    Parameters
    ----------
    found, text
        What a method gave, and the article's text.
    sentence
        Where the sentence that the content begins in stands.
    language
        Of the sentence.
    """
    if language == "de":
        found = _stands_in(_whereby(found, text, sentence), text, sentence)
    if found.source:
        found = replace(found, source=_source(text, *found.source, language))
    if language == "zh" and found.cue_spans:
        found = _pronoun(found, text)
    if language == "de" and found.cue_spans:
        found = _halves(found, text, sentence)
    if not found.cue_spans:
        cue = _nearest(found, text, sentence, language)
        found = replace(found, cue_spans=(cue,) if cue else ())
    return replace(found, source=None) if spoken_of(found, text, sentence, language) else found


def _whereby(found: Found, text: str, sentence: Span) -> Found:
    """Give what ``wonach`` brings in to the report before it: ``einen Bericht, wonach …``."""
    start = found.content_spans[0][0]
    word = _WHEREBY.search(text, max(sentence[0], start - 12), start + 7)
    if not word or text[word.end() : start].strip():
        return found
    reports = [
        m
        for m in _REPORT.finditer(text, sentence[0], word.start())
        if source_kind(m["noun"], None, "de") == "document"
    ]
    if not reports:
        return found
    first, *rest = found.content_spans
    content = ((max(first[0], word.end() + 1), first[1]), *rest)
    return replace(
        found, content_spans=content, source=reports[-1].span(), cue_spans=(word.span(),)
    )


def _stands_in(found: Found, text: str, sentence: Span) -> Found:
    """Give what ``heißt es in einem Brief,`` brings in to the letter, also after ``laut``."""
    start = found.content_spans[0][0]
    stands = _STANDS_IN.search(text[:start], sentence[0])
    if not stands or source_kind(stands["where"], None, "de") != "document":
        return found
    return replace(found, source=stands.span("where"), cue_spans=(stands.span("cue"),))


def _pronoun(found: Found, text: str) -> Found:
    """Give ``她说`` the pronoun for its source, not the name in the sentence before."""
    start, end = found.cue_spans[0]
    before = _CHINESE_PRONOUN.search(text, max(0, start - 3), start)
    own = _CHINESE_PRONOUN_FIRST.match(text, start, end)
    if own and own.end() < end:
        rest = ((own.end(), end), *found.cue_spans[1:])
        return replace(found, source=own.span(1), cue_spans=rest)
    if before and (not found.source or found.source[1] <= before.start()):
        return replace(found, source=before.span(1))
    return found


def _source(text: str, start: int, end: int, language: str) -> Span:
    pronoun = _PERSONAL.match(text, start, end)
    if pronoun:
        return start, pronoun.end()
    relative = _RELATIVE.match(text, start, end)
    if relative:
        return relative.end(), end
    behind = _adverbials(stamp("adverbials"), language).search(text, start + 1, end)
    while behind:
        end = behind.start()
        behind = _adverbials(stamp("adverbials"), language).search(text, start + 1, end)
    return start, end


@cache
def _adverbials(state: Stamp, language: str) -> re.Pattern[str]:
    rows = wordlist("adverbials")
    patterns = rows.loc[rows["language"] == language, "pattern"]
    return re.compile(f"(?:{'|'.join(patterns) or '(?!)'})$")


def _halves(found: Found, text: str, sentence: Span) -> Found:
    """Join a German verb in the cue with its particle, or a particle with its verb."""
    known = lexicon("de").stances
    marked = [m for s, e in found.cue_spans for m in _WORD.finditer(text, s, e)]
    bases = {lemma(m.group(), "de") for m in marked}
    particles = {m.group() for m in marked if m.group() in PARTICLES}
    if any(p + base in known for p in particles for base in bases):
        return found
    for m in _outside(found, text, sentence):
        word = m.group()
        closes = word in PARTICLES and any(word + base in known for base in bases)
        closes = closes and bool(_CLOSES.match(text, m.end()))
        if closes or any(p + lemma(word, "de") in known for p in particles):
            return _with(found, m.span())
    return found


def _outside(found: Found, text: str, sentence: Span) -> Iterator[re.Match[str]]:
    """Give the words of a sentence that stand in no span, and the last one of the content."""
    taken = [*found.content_spans, *found.cue_spans, *([found.source] if found.source else [])]
    last = found.content_spans[-1][1]
    for m in _WORD.finditer(text, *sentence):
        if m.end() == last or all(m.end() <= s or e <= m.start() for s, e in taken):
            yield m


def _with(found: Found, half: Span) -> Found:
    """Add half a verb to the cue, and take it from the end of the content."""
    *rest, (start, end) = found.content_spans
    if half[1] == end and half[0] > start:
        rest.append((start, half[0] - 1))
    else:
        rest.append((start, end))
    cues = tuple(sorted([*found.cue_spans, half]))
    return replace(found, content_spans=tuple(rest), cue_spans=cues)


def _nearest(found: Found, text: str, sentence: Span, language: str) -> Span | None:
    """Give the listed word nearest to the content, in its sentence and outside every span."""
    known = lexicon(language).stances
    if language == "zh":
        pattern = re.compile("|".join(sorted(map(re.escape, known), key=len, reverse=True)))
        words = list(pattern.finditer(text, *sentence))
    else:
        words = [m for m in _WORD.finditer(text, *sentence) if lemma(m.group(), language) in known]
    taken = [*found.content_spans, *([found.source] if found.source else [])]
    free = [m.span() for m in words if all(m.end() <= s or e <= m.start() for s, e in taken)]
    start, end = found.content_spans[0][0], found.content_spans[-1][1]
    near = [(start - e if e <= start else s - end, (s, e)) for s, e in free]
    held = [
        (far, span)
        for far, span in near
        if 0 <= far <= _NEAR and not _STOP.search(text[span[1] : start] or text[end : span[0]])
    ]
    return min(held, default=(0, None))[1]
