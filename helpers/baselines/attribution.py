"""The baseline of source attribution: quote marks, speech verbs, clauses, `laut`, `according to`.

Rules over words and punctuation, no parser and no model. Each rule gives spans only; the layer
`helpers.attribution` adds who the source is and how it was said. Chinese is in
`helpers.baselines.chinese`; other languages have no rules.
"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.baselines import chinese
from helpers.baselines.clauses import Item, Unit, units
from helpers.baselines.contents import left, name, right, right_quotes, tail
from helpers.baselines.grammar import (
    AUXILIARIES,
    BEING,
    CLAUSE_WORDS,
    CONJUNCTIONS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    SELF,
    SUBJUNCTIVE,
    VIEWS,
)
from helpers.baselines.subjects import (
    Part,
    apposed,
    appositive,
    before,
    following,
    opening,
    phrase,
    subject,
)
from helpers.cues import Found, Span
from helpers.sentences import paragraph

# Share of a rule's finds that were right, content and source, on the German and English train
# parts of the gold together. The gold marks few noun objects, so their share is a lower bound.
CONFIDENCE = {
    "quote": 0.87,
    "clause": 0.57,
    "object": 0.07,
    "according to": 0.8,
    "continued": 0.31,
    "subjunctive": 0.69,
}
_QUANTIFIERS = frozenset(("this", "that", "all", "some", "many", "most", "several"))
_OPENS = CLAUSE_WORDS["en"] | PRONOUNS["en"] | DETERMINERS["en"]
_PARTICLE_REACH = 40  # items between a German verb and its particle
_EDGE = " \t\r\n\xa0\u3000,;:.–—-"


def find(text: str, sentences: pd.DataFrame, mentions: pd.DataFrame) -> list[Found]:
    """Find the attributions of one article.

    Parameters
    ----------
    text
        The article's text.
    sentences, mentions
        The article's rows of these tables; the rules need no mentions.

    Returns
    -------
    list of Found
        Block by block.
    """
    found: list[Found] = []
    for _, block in sentences.groupby(paragraph(sentences["sentence_id"]), sort=False):
        spans = list(zip(block["start"], block["end"], strict=True))
        language = block["language"].iloc[0]
        if language == "zh":
            found += chinese.find(text, spans)
        elif language in PREPOSITIONS:
            found += _block(text, spans, language)
    return found


def _block(text: str, spans: list[Span], language: str) -> list[Found]:
    found: list[Found] = []
    last: Found | None = None
    for unit in units(text, spans, language):
        new = [*_adpositions(text, unit), *_verbs(text, unit)]
        longer = None if new or last is None else _longer(text, unit, last)
        if longer:
            found[-1] = longer
        elif not new and last:
            new = list(_carried(text, unit, last))
        found += new
        last = found[-1] if new or longer else None
    return found


def _found(
    text: str, content: list[Span], source: Span | None, cues: list[Item], how: str
) -> Iterator[Found]:
    """Give the find, with its spans trimmed, if any word is left in it."""
    spans = tuple(t for s, e in sorted(content) if (t := _trim(text, s, e)))
    if spans:
        cue = tuple(sorted((c.start, c.end) for c in cues))
        yield Found(spans, source, cue, how, CONFIDENCE[how])


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None


def _place(unit: Unit, part: Part | None) -> Span | None:
    return part and (unit.items[part[0]].start, unit.items[part[1] - 1].end)


def _adpositions(text: str, unit: Unit) -> Iterator[Found]:
    """Read `laut X`, `X zufolge`, `nach Angaben von X`, `according to X`: the rest is said."""
    items = unit.items
    for i in range(len(items)):
        source, cues = _adposition(unit, i)
        if source:
            first, last = min(source[0], i), max(source[1] - 1, i)
            rest = [(unit.start, items[first].start), (items[last].end, unit.end)]
            if last + 2 >= len(items):
                rest = rest[:1]
            elif first == 0:
                rest = rest[1:]
            yield from _found(text, rest, _place(unit, source), cues, "according to")


def _adposition(unit: Unit, i: int) -> tuple[Part | None, list[Item]]:
    """Give the source that the adposition at an item brings in, if it is one, and the cue."""
    low, items = unit.low(i), unit.items
    if low == "according" and unit.low(i + 1) == "to":
        return phrase(unit, i + 2), list(items[i : i + 2])
    if low in ("laut", "gemäß"):
        return apposed(unit, phrase(unit, i + 1)), [items[i]]
    if low == "zufolge":
        return before(unit, i), [items[i]]
    if low == "nach" and unit.low(i + 1) in VIEWS and unit.word(i + 3):
        return phrase(unit, i + 2 + (unit.low(i + 2) == "von")), list(items[i : i + 2])
    kinds = unit.lexicon.kinds
    near = [unit.low(i + k) for k in (1, 2, 3)]
    if low == "nach" and any(w in VIEWS or kinds.get(w) == "document" for w in near):
        return phrase(unit, i + 1), [items[i]]
    return None, []


def _verbs(text: str, unit: Unit) -> Iterator[Found]:
    """Read each speech verb of a unit with what is said on its right or its left."""
    done, prior = unit.start, None
    for i, item in enumerate(unit.items):
        cue = _cue(unit, i) if item.start >= done else None
        if cue is None:
            continue
        joined = unit.low(i - 1) in CONJUNCTIONS
        joined |= item.low.endswith("ing") and unit.low(i - 1) == ","
        shared = (prior or opening(unit)) if joined else None
        if not joined:
            prior = subject(unit, i) or prior
        for found, source in _reading(text, unit, i, cue, shared):
            prior = source or prior
            done = max(done, found.content_spans[-1][1])
            yield found


def _cue(unit: Unit, i: int) -> list[Item] | None:
    """Give the words of the cue that begins at an item, if one does."""
    item = unit.items[i]
    if item.kind != "word":
        return None
    if unit.language == "de":
        return _german_cue(unit, i)
    if item.lemma not in unit.lexicon.stances or _noun(unit, i):
        return None
    return [item] if item.text.islower() or i == 0 or _title_case(unit) else None


def _german_cue(unit: Unit, i: int) -> list[Item] | None:
    """Give a German verb with its particle, or the `so` of `so der Sprecher`."""
    item = unit.items[i]
    if item.text[0].isupper() and i > 0:
        return None
    if item.low == "so" and i > 0:
        return [item] if not unit.word(i - 1) and _fills(unit, phrase(unit, i + 1)) else None
    if item.lemma == "heißen" and "es" not in (unit.low(i - 1), unit.low(i + 1)):
        return None
    particles = unit.lexicon.split.get(item.lemma)
    reach = min(i + _PARTICLE_REACH, len(unit.items)) if particles else 0
    for k in range(i + 1, reach):
        if unit.low(k) in (".", ";", ":"):
            break
        if unit.low(k) in particles and (unit.low(k + 1) == "und" or not unit.word(k + 1)):
            return [item, unit.items[k]]
    return [item] if item.lemma in unit.lexicon.stances else None


def _fills(unit: Unit, part: Part | None) -> bool:
    """Say whether a noun phrase fills the place up to the next comma or the end."""
    if part is None or unit.word(part[1]):
        return False
    first = unit.items[part[0]]
    return not first.text.islower() or first.low in DETERMINERS["de"]


def _title_case(unit: Unit) -> bool:
    """Say whether most words have a capital, as in an English headline."""
    words = [item for item in unit.items if item.kind == "word"]
    return sum(word.text[0].isupper() for word in words) > 0.6 * len(words)


def _noun(unit: Unit, i: int) -> bool:
    """Say whether an English word that could be a cue is no finite verb or participle here."""
    item, left_word, right_word = unit.items[i], unit.low(i - 1), unit.low(i + 1)
    if left_word in DETERMINERS["en"] - _QUANTIFIERS or left_word == "to":
        return True
    passive = left_word in BEING and not item.low.endswith("ing")
    if passive or left_word.endswith(("'s", "’s")):
        return True
    if item.low != item.lemma and not item.low.endswith("s"):
        return False
    named = i > 0 and (unit.items[i - 1].text[0].isupper() or left_word.endswith(("s", "ly")))
    if not (named or left_word in PRONOUNS["en"] | AUXILIARIES["en"] or right_word in _OPENS):
        return True
    adverbial = right_word in PREPOSITIONS["en"] - {"about", "from", "for"}
    return left_word in PREPOSITIONS["en"] or adverbial or not unit.word(i + 1)


def _reading(
    text: str, unit: Unit, i: int, cue: list[Item], shared: Part | None
) -> Iterator[tuple[Found, Part | None]]:
    """Read one cue: content on its left where the verb comes first or last, else on its right.

    ``shared`` is the subject of the verb before it, where a conjunction joins the two.
    """
    set_off = unit.quote(i - 1) or unit.low(i - 1) == ","
    plain = set_off and not unit.low(i).endswith("ing") and not appositive(unit, i)
    inverted = following(unit, i) if plain else None
    source = shared or inverted or subject(unit, i)
    if source and unit.low(source[0]) in SELF:
        return
    if source and source[1] <= i and _after_quote(unit, source[0]):
        content, how = left(unit, source[0]) + right_quotes(unit, i + 1), "quote"
    elif inverted and not shared:
        content, how = left(unit, i) + right_quotes(unit, inverted[1]), name(unit, i)
    else:
        content, how = right(unit, i, cue, source)
        if not content and source and source[1] <= i and tail(unit, source):
            content = left(unit, source[0]) + right_quotes(unit, i + 1)
            how = name(unit, source[0])
    for found in _found(text, content, _place(unit, source), cue, how):
        yield found, source


def _after_quote(unit: Unit, i: int) -> bool:
    """Say whether a quote ends right before item `i`."""
    return unit.quote(i - 1) or (unit.low(i - 1) == "," and unit.quote(i - 2))


def _longer(text: str, unit: Unit, last: Found) -> Found | None:
    """Give the last find with this unit added: a quote after a quote, a subjunctive after one."""
    own, words = _parts(unit)
    if last.how in ("quote", "continued") and own and len(words) <= 2:
        return replace(last, content_spans=(*last.content_spans, *own))
    end = _trim(text, unit.start, unit.end)
    if last.how == "subjunctive" and end and _subjunctive(unit, words):
        return replace(last, content_spans=((last.content_spans[0][0], end[1]),))
    return None


def _carried(text: str, unit: Unit, last: Found) -> Iterator[Found]:
    """Give a quote or a subjunctive without a cue of its own to the source before it."""
    own, words = _parts(unit)
    if own and len(words) <= 2:
        yield from _found(text, own, last.source, [], "continued")
    elif _subjunctive(unit, words):
        yield from _found(text, [(unit.start, unit.end)], last.source, [], "subjunctive")


def _parts(unit: Unit) -> tuple[list[Span], list[Item]]:
    """Give a unit's quotes, and its words outside of them."""
    own = [(item.start, item.end) for item in unit.items if item.kind == "quote"]
    return own, [item for item in unit.items if item.kind == "word"]


def _subjunctive(unit: Unit, words: list[Item]) -> bool:
    return unit.language == "de" and any(word.low in SUBJUNCTIVE for word in words)
