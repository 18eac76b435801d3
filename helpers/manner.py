"""How something is said and by what kind of source, read off the words of an attribution.

*Stance* is that of the cue's lemma in ``data/cues.csv``; a cue that is not listed says. Negated
(``konnte nicht bestätigen``), a cue of confirming or announcing doubts, one of denying or doubting
confirms, saying stays ``other``, as does the rest.

*Mode*: direct where all of the content stands in quote marks, mixed where some of it does; reported
where the cue has a noun object (``denied the report``); else indirect. An object is told from a
clause without a parser: in German no comma parts it from the cue, in English it holds no auxiliary
verb after a cue that does more than say, in Chinese it is short and has no comma.

*Source kind* is that of the head in ``data/source_kinds.csv``, in German also at the end of a
compound. A spokesperson without a name is a person; people known only as sources, insiders or
analysts are unnamed; ``users`` and ``voters`` are a crowd. A person's name is a person whatever
else stands there. Where no word tells, the label of the entity does.
"""

import re
from collections.abc import Sequence

from helpers.cues import PARTICLES, lemma, lexicon
from helpers.quotes import Span

_WORD = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*")
_NEGATION = {
    "en": re.compile(
        r"(?:\b(?:not|never|cannot|neither|unable to|nor)|n['’]t)(?:\W+\w+){0,2}\W*$", re.I
    ),
    "de": re.compile(r"\b(?:nicht|nie|niemals|kaum|weder)(?:\W+\w+){0,2}\W*$", re.I),
    "zh": re.compile(
        r"(?:不|未|没有|没|沒有|沒|无法|無法|并未|並未)(?:能|有|予|愿|願|会|會|立即|就此|独立|獨立)*$"
    ),
}
_NOT_AFTER = re.compile(r"(?:\W+\w+){0,3}?\W+nicht\b")  # `bestätigte dies nicht`
_NEGATED = {"deny": "confirm", "doubt": "confirm", "confirm": "doubt", "announce": "doubt"}
_WINDOW = 60  # characters read for a negation
_OF = re.compile(
    r"[,(]|\b(?:of|for|from|in|at|with|who|by|von|vom|aus|bei|beim|für|im|am|zum|zur)\b"
    r"|(?<=\w )(?:des|der|dem)\b",
    re.I,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|will|would|can|could|may|might|must|should|did|does|do|"
    r"he|she|they|it|we|i)\b|^(?:that|whether|to|how|why|what|if)\b|n['’]t\b",
    re.I,
)
_ADPOSITIONS = frozenset(("laut", "nach", "gemäß", "zufolge"))
_KIND_OF_LABEL = {"PER": "person", "ORG": "organisation"}
_SUFFIX = 5  # letters a word needs to count as the head of a German compound
_OBJECT = 15  # characters of a Chinese noun object


def cue_lemma(cue: Sequence[str], language: str) -> str | None:
    """Find the listed lemma of a cue that is given as the texts of its spans, if there is one."""
    known = lexicon(language).stances
    if language == "zh":
        inside = [k for k in known if any(k in part for part in cue)]
        return max(inside, key=len, default=None)
    words = [m.group() for part in cue for m in _WORD.finditer(part)]
    lemmas = [lemma(word, language) for word in words]
    particles = [word.lower() for word in words if word.lower() in PARTICLES]
    joined = [p + base for p in particles for base in lemmas]
    return next((k for k in [*joined, *lemmas] if k in known), None)


def stance(text: str, cue_spans: Sequence[Span], content: Span, language: str) -> str:
    """Tell what the cue does (`helpers.tables.STANCES`), with its negation."""
    found = cue_lemma([text[s:e] for s, e in cue_spans], language)
    if not cue_spans or found is None:
        return "say"
    plain = lexicon(language).stances[found]
    return _NEGATED.get(plain, "other") if _negated(text, cue_spans, content, language) else plain


def _negated(text: str, cue_spans: Sequence[Span], content: Span, language: str) -> bool:
    """Say whether the cue is negated, outside of the content and within its clause."""
    start, end = cue_spans[0]
    first = max(0, start - _WINDOW, content[1] if content[1] <= start else 0)
    before = re.split(r"[.;:。；：\n]", text[first:start])[-1]
    if language in _NEGATION and _NEGATION[language].search(before):
        return True
    last = min(end + _WINDOW, content[0]) if content[0] >= end else end
    after = re.split(r"[.,;:\n]", text[end:last])[0]
    return language == "de" and bool(_NOT_AFTER.match(after))


def mode(
    text: str,
    content_spans: Sequence[Span],
    marked: Sequence[Span],
    cue_spans: Sequence[Span],
    language: str,
    said: str,
) -> str:
    """Tell how the content is given (`helpers.tables.MODES`).

    Parameters
    ----------
    text
        The article's text.
    content_spans
        Spans of the content.
    marked
        Quotes that touch the content.
    cue_spans
        Spans of the cue, none if it has none.
    language
        ISO 639-1 code.
    said
        The stance.
    """
    letters = {i for s, e in content_spans for i in range(s, e) if text[i].isalnum()}
    quoted = letters & {i for s, e in marked for i in range(s, e)}
    if quoted:
        return "direct" if quoted == letters else "mixed"
    noun = cue_spans and _object(text, content_spans, cue_spans, language, said)
    return "reported" if noun else "indirect"


def _object(
    text: str,
    content_spans: Sequence[Span],
    cue_spans: Sequence[Span],
    language: str,
    said: str,
) -> bool:
    start, end = content_spans[0][0], content_spans[-1][1]
    content, cue = text[start:end], [text[s:e] for s, e in cue_spans]
    first = cue_spans[0]
    between = text[first[1] : start] if first[1] <= start else text[end : first[0]]
    parted = re.search("[,:–，：]", between) is not None
    if language == "de":
        verb = cue_lemma(cue, "de") and cue[0].lower() not in _ADPOSITIONS
        return bool(verb) and not parted
    if language == "zh":
        short = len(content) <= _OBJECT and not re.search("[，,]", content)
        return said != "say" and short and not parted
    return said != "say" and not _CLAUSE.search(content)


def source_kind(source: str | None, label: str | None, language: str) -> str | None:
    """Tell what kind of source it is (`helpers.tables.SOURCE_KINDS`); None where nothing tells.

    Parameters
    ----------
    source
        The source's text, or None.
    label
        Label of the entity it is tied to, if any.
    language
        ISO 639-1 code of the sentence.
    """
    if source is None:
        return None
    if label == "PER":
        return "person"
    return _by_word(source, language) or _KIND_OF_LABEL.get(label or "")


def _by_word(source: str, language: str) -> str | None:
    """Look the head up: in Chinese the last listed word, else the last of the first phrase."""
    known = lexicon(language).kinds
    low = source.lower()
    if language == "zh":
        hits = [(low.rfind(w) + len(w), len(w), kind) for w, kind in known.items() if w in low]
        return max(hits)[2] if hits else None
    longer = next((kind for word, kind in known.items() if " " in word and word in low), None)
    if longer:
        return longer
    for phrase in _OF.split(low):
        kinds = [k for m in _WORD.finditer(phrase) if (k := _kind(m.group(), language))]
        if kinds:
            return kinds[-1]
    return None


def _kind(word: str, language: str) -> str | None:
    known = lexicon(language).kinds
    for form in (word, lemma(word, language), word.removesuffix("'s").removesuffix("’s")):
        if form in known:
            return known[form]
    parts = word.split("-")
    if len(parts) > 1:
        return _kind(parts[-1], language)
    if language != "de":
        return None
    base = lemma(word, "de")
    ends = [w for w in known if len(w) >= _SUFFIX and (word.endswith(w) or base.endswith(w))]
    return known[max(ends, key=len)] if ends else None
