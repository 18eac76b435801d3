"""Who does not speak: whom a passive cue is about (``ihm wird vorgeworfen``, ``was accused of``).

In a passive only the agent speaks (``von der Polizei``, ``by the police``); where a method took
what looks like the subject for the source, there is none; nor with ``es heißt`` or ``据了解``.
"""

import re

from helpers.cues import Found, lemma, lexicon
from helpers.quotes import Span

_WORD = re.compile(r"[^\W\d_]+")
_AUXILIARY = {
    "de": re.compile(r"\b(?:wird|werden|wurden?|worden)\b", re.I),
    "en": re.compile(r"\b(?:is|are|was|were|been|being)\s+(?:\w+\s+){0,2}$", re.I),
}
_PARTICIPLE = {
    "de": re.compile(
        r"(?:[a-zäöü]{0,6}ge\w+|(?:an|be|emp|ent|er|miss|nach|über|unter|ver|vor|wider|zer)\w+)"
        r"(?:t|en)"
    ),
    "en": re.compile(r"\w+ed|told|said|thought|known"),
}
_IMPERSONAL = re.compile(r"\b(?:heißt|hieß) es\b|\bes (?:heißt|hieß)\b", re.I)
_IT_IS_SAID = re.compile("[据據](?:[了瞭]解|悉|[称稱]|[说說])")
# Who stands after one of these does speak.
_AGENT = re.compile(
    r"\b(?:von|vom|durch|seitens|laut|nach|gemäß|in|im|aus|bei|beim|unter|by|from)\s+"
    r"(?:\w+\s+)?$",
    re.I,
)
_AFTER = re.compile(r"[\"“”»«]?\s+zufolge\b")
_BEFORE = 30  # characters read for an agent's preposition
_ENDS = re.compile(r"\s*(?:$|[,.;:!?–]|(?:wird|werden|wurden?|worden|und|oder)\b)")


def spoken_of(found: Found, text: str, sentence: Span, language: str) -> bool:
    """Say whether a find's source is whom its cue is about, and not who speaks.

    Parameters
    ----------
    found, text
        What a method gave, and the article's text.
    sentence
        Where the sentence that the content begins in stands.
    language
        Of the sentence; German, English and Chinese are known.
    """
    if not found.source or not found.cue_spans:
        return False
    if language == "zh":
        return bool(_IT_IS_SAID.fullmatch(text[slice(*found.cue_spans[0])]))
    if language not in _AUXILIARY:
        return False
    start, end = found.source
    first = _WORD.match(text, start, end)
    led = text[max(0, start - _BEFORE) : start], f"{first.group() if first else ''} "
    if any(map(_AGENT.search, led)) or _AFTER.match(text, end):
        return False
    outside = _without(text, found.content_spans, sentence)
    if language == "de" and _IMPERSONAL.search(outside):
        return True
    return any(
        _passive(outside, place - sentence[0], word, language)
        for place, word in _cue(found, text)
        if start < place and sentence[0] <= place < sentence[1]
    )


def _without(text: str, content: tuple[Span, ...], sentence: Span) -> str:
    """Give the sentence with what is said blanked out."""
    letters = list(text[slice(*sentence)])
    for start, end in content:
        for i in range(max(start, sentence[0]), min(end, sentence[1])):
            letters[i - sentence[0]] = " "
    return "".join(letters)


def _cue(found: Found, text: str) -> list[tuple[int, str]]:
    return [(m.start(), m.group()) for span in found.cue_spans for m in _WORD.finditer(text, *span)]


def _passive(outside: str, place: int, word: str, language: str) -> bool:
    """Say whether a word of the cue is the participle of a passive, within one clause."""
    if not _PARTICIPLE[language].fullmatch(word):
        return False
    before = re.split("[,;:]", outside[:place])[-1]
    if language == "en":
        known = lemma(word, "en") in lexicon("en").stances
        return known and bool(_AUXILIARY["en"].search(before))
    after = re.split("[,;:]", outside[place:])[0]
    whole = _AUXILIARY["de"].search(before + after)
    return bool(whole) and bool(_ENDS.match(outside, place + len(word)))
