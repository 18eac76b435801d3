"""The baseline of source attribution: quote marks, speech verbs, clauses, `laut` and `according to`.

Rules over words and punctuation, no parser and no model. Each rule gives spans only; the layer
`helpers.attribution` adds who the source is and how it was said. The confidence of a find is the
share of its rule's finds that were wholly right (content and source) on the training texts.
"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from helpers.baselines import chinese
from helpers.baselines.clauses import (
    ADVERBS,
    AUXILIARIES,
    BEING,
    CLAUSE_WORDS,
    CONJUNCTIONS,
    CONTRAST,
    DAYS,
    DETERMINERS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    SUBJUNCTIVE,
    Item,
    Unit,
    units,
)
from helpers.baselines.subjects import Part, apposed, appositive, before, finite, following, in_relative, opening, phrase, subject
from helpers.cues import Found, Span, source_words, split_verbs, stances
from helpers.sentences import paragraph

CONFIDENCE = {
    "quote": 0.6,
    "clause": 0.5,
    "object": 0.3,
    "according to": 0.6,
    "continued": 0.5,
    "subjunctive": 0.4,
}
_VIEWS = frozenset(
    "angaben ansicht meinung auffassung einschätzung aussage aussagen worten informationen darstellung "
    "überzeugung schätzung schätzungen erkenntnissen".split()
)
_OPENS = CLAUSE_WORDS["en"] | PRONOUNS["en"] | DETERMINERS["en"]
_WITH_OBJECT = frozenset(("deny", "accuse", "confirm"))
_SELF = frozenset("i we you ich wir".split())  # a speaker within a quote that has lost its marks
_ACCUSATIVE = frozenset("den die das einen eine ein keine keinen alle seine ihre diese diesen".split())
_REACH = 14  # words between a cue and the mark or conjunction that opens its content
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
        In the order of the rules within each block.
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
        carried = [] if new or last is None else list(_carried(text, unit, last))
        if carried and (last.how == carried[0].how or carried[0].how == "quote"):
            found[-1:] = carried
        else:
            found += new + carried
        last = found[-1] if new or carried else None
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


def _low(unit: Unit, i: int) -> str:
    return unit.items[i].low if 0 <= i < len(unit.items) else ""


def _adpositions(text: str, unit: Unit) -> Iterator[Found]:
    """Read `laut X`, `X zufolge`, `nach Angaben von X`, `according to X`: the rest is the content."""
    items = unit.items
    for i, item in enumerate(items):
        source, cues = None, [item]
        if item.low == "according" and _low(unit, i + 1) == "to":
            source, cues = phrase(unit, i + 2), items[i : i + 2]
        elif item.low in ("laut", "gemäß"):
            source = apposed(unit, phrase(unit, i + 1))
        elif item.low == "zufolge":
            source = before(unit, i)
        elif item.low == "nach" and _stated(unit, i):
            source = phrase(unit, i + 1)
            if _low(unit, i + 1) in _VIEWS and _word(unit, i + 3):
                cues, source = items[i : i + 2], phrase(unit, i + 2 + (_low(unit, i + 2) == "von"))
        if source:
            first, last = min(source[0], i), max(source[1] - 1, i)
            left, right = (unit.start, items[first].start), (items[last].end, unit.end)
            rest = [left] if last + 2 >= len(items) else [left, right] if first else [right]
            yield from _found(text, rest, _place(unit, source), list(cues), "according to")


def _stated(unit: Unit, i: int) -> bool:
    """Say whether `nach` at an item brings in a statement, a view or a document."""
    kinds = source_words("de")
    words = [_low(unit, i + k) for k in (1, 2, 3)]
    return any(word in _VIEWS or kinds.get(word) == "document" for word in words)


def _verbs(text: str, unit: Unit) -> Iterator[Found]:
    """Read each speech verb of a unit with what is said on its right or its left."""
    done, prior = unit.start, None
    for i, item in enumerate(unit.items):
        cue = _cue(unit, i) if item.start >= done else None
        if cue is None:
            continue
        joined = _low(unit, i - 1) in CONJUNCTIONS
        joined |= item.low.endswith("ing") and _low(unit, i - 1) == ","
        shared = (prior or opening(unit)) if joined else None
        if not joined:
            prior = subject(unit, i) or prior
        for found, source in _reading(text, unit, i, cue, shared):
            prior = source or prior
            done = max(done, found.content_spans[-1][1])
            yield found


def _cue(unit: Unit, i: int) -> list[Item] | None:
    """Give the words of the cue that begins at an item, with a German verb's particle."""
    item, known = unit.items[i], stances(unit.language)
    if item.kind != "word":
        return None
    if unit.language == "en":
        if item.lemma not in known or _noun(unit, i):
            return None
        return [item] if item.text.islower() or i == 0 or _title_case(unit) else None
    if item.text[0].isupper() and i > 0:
        return None
    if item.low == "so" and i > 0:
        return [item] if unit.items[i - 1].kind != "word" and _ends(unit, phrase(unit, i + 1)) else None
    if item.lemma == "heißen" and "es" not in (_low(unit, i - 1), _low(unit, i + 1)):
        return None
    particles = split_verbs().get(item.lemma)
    for k in range(i + 1, min(i + 40, len(unit.items)) if particles else 0):
        particle = unit.items[k]
        if particle.text in ".;:":
            break
        if particle.low in particles and (_low(unit, k + 1) == "und" or not _word(unit, k + 1)):
            return [item, particle]
    return [item] if item.lemma in known else None


def _ends(unit: Unit, part: Part | None) -> bool:
    """Say whether a phrase fills the place up to the next comma or the end: `so der Sprecher.`"""
    return part is not None and not _word(unit, part[1]) and not unit.items[part[0]].text.islower() | (
        _low(unit, part[0]) in DETERMINERS["de"]
    )


def _word(unit: Unit, i: int) -> bool:
    return i < len(unit.items) and unit.items[i].kind == "word"


def _title_case(unit: Unit) -> bool:
    """Say whether most words have a capital, as in an English headline."""
    words = [item for item in unit.items if item.kind == "word"]
    return sum(word.text[0].isupper() for word in words) > 0.6 * len(words)


def _noun(unit: Unit, i: int) -> bool:
    """Say whether an English word that could be a cue is a noun or an adjective here."""
    item, left, right = unit.items[i], _low(unit, i - 1), _low(unit, i + 1)
    if left in DETERMINERS["en"] - {"this", "that", "all", "some", "many", "most", "several"}:
        return True
    if left == "to" or left.endswith(("'s", "’s")) or (left in BEING and not item.low.endswith("ing")):
        return True
    if item.low != item.lemma and not item.low.endswith("s"):
        return False
    named = i > 0 and (unit.items[i - 1].text[0].isupper() or left.endswith(("s", "ly")))
    if not (named or left in PRONOUNS["en"] | AUXILIARIES["en"] or right in _OPENS):
        return True
    if left in PREPOSITIONS["en"]:
        return True
    return right in PREPOSITIONS["en"] - {"about", "from", "for"} or not _word(unit, i + 1)


def _reading(
    text: str, unit: Unit, i: int, cue: list[Item], shared: Part | None
) -> Iterator[tuple[Found, Part | None]]:
    """Read one cue: content on its left where the verb comes first or last, else on its right."""
    items = unit.items
    set_off = i > 0 and (items[i - 1].kind == "quote" or items[i - 1].text == ",")
    plain = set_off and not items[i].low.endswith("ing") and not appositive(unit, i)
    inverted = following(unit, i) if plain else None
    source = shared or inverted or subject(unit, i)
    if source and _low(unit, source[0]) in _SELF:
        return
    if source and source[1] <= i and _quoted(unit, source[0]):
        content, how = _left(unit, source[0]) + _right_quotes(unit, i + 1), "quote"
    elif inverted and not shared:
        content = _left(unit, i) + _right_quotes(unit, source[1])
        how = _how(unit, i)
    else:
        content, how = _right(unit, i, cue, source)
        if not content and source and source[1] <= i and _tail(unit, i, source):
            content = _left(unit, source[0]) + _right_quotes(unit, i + 1)
            how = _how(unit, source[0])
    for found in _found(text, content, _place(unit, source), cue, how):
        yield found, source


def _quoted(unit: Unit, i: int) -> bool:
    """Say whether a quote ends right before item `i`."""
    items = unit.items
    return i > 0 and (items[i - 1].kind == "quote" or (items[i - 1].text == "," and i > 1 and items[i - 2].kind == "quote"))


def _tail(unit: Unit, i: int, source: Part) -> bool:
    """Say whether `X said` or `wie X sagte` ends a statement: in German only after `wie`."""
    return source[0] > 0 and (unit.language == "en" or _low(unit, source[0] - 1) == "wie")


def _how(unit: Unit, i: int) -> str:
    return "quote" if any(item.kind == "quote" for item in unit.items[max(0, i - 2) : i]) else "clause"


def _left(unit: Unit, i: int) -> list[Span]:
    """Take what was said before item `i`: the quote that ends there, else all from the start."""
    items, k = unit.items, i - 1
    while k >= 0 and (items[k].kind == "mark" or items[k].low == "wie"):
        k -= 1
    if k >= 0 and items[k].kind == "quote":
        return [(items[k].start, items[k].end)]
    return [(unit.start, items[k].end)] if k >= 0 else []


def _right_quotes(unit: Unit, i: int) -> list[Span]:
    """Take the quotes after item `i`: the second half of a split quote."""
    return [(item.start, item.end) for item in unit.items[i:] if item.kind == "quote"]


def _right(unit: Unit, i: int, cue: list[Item], source: Part | None) -> tuple[list[Span], str]:
    """Take the content on the right of a cue: a quote, a clause or an object."""
    start = max(i + 1, source[1] if source else 0)
    k, how = _german_right(unit, i, start, cue) if unit.language == "de" else _english_right(unit, start)
    if k is None:
        return (_object(unit, i, cue, source), "object") if unit.language == "de" else ([], "")
    return [(unit.items[k].start, _clause_end(unit, k))], how


def _english_right(unit: Unit, start: int) -> tuple[int | None, str]:
    items = unit.items
    for k in range(start, min(start + _REACH, len(items))):
        if items[k].kind == "quote":
            return k, "quote"
        if items[k].text == ":":
            return (k + 1, "clause") if k + 1 < len(items) else (None, "")
        if items[k].low in CLAUSE_WORDS["en"]:
            return k, "clause"
        if items[k].kind == "mark":
            break
    if not _word(unit, start) or not _word(unit, start + 1) or items[start].low in DAYS:
        return None, ""
    if items[start].low in PREPOSITIONS["en"] - {"if", "from", "about", "for"}:
        return None, ""
    return start, "clause"


def _german_right(unit: Unit, i: int, start: int, cue: list[Item]) -> tuple[int | None, str]:
    items = unit.items
    plain = stances("de").get(_lemma(cue), "say") == "say"
    split = cue[-1].start if len(cue) > 1 else 0
    for k in range(start, min(start + _REACH, len(items) - 1)):
        if items[k].kind == "quote":
            return k, "quote"
        if split and items[k].start > split and items[k - 1].start != split:
            break
        if items[k].text == ":":
            return k + 1, "clause"
        if items[k].text == "," and k == i + 1 and in_relative(unit, i) and items[k + 1].low not in CLAUSE_WORDS["de"]:
            break
        if items[k].text == "," and items[k].start >= cue[-1].end:
            relative = items[k + 1].low in RELATIVE and (not plain or (k == start and start > i + 1))
            if relative and not any(w.low in SUBJUNCTIVE or w.low == "zu" for w in items[k : k + 40]):
                continue
            return k + 1, "clause"
        if items[k].text in ".;":
            break
    return None, ""


def _object(unit: Unit, i: int, cue: list[Item], source: Part | None) -> list[Span]:
    """Take the noun object of a German verb of denying, accusing or confirming."""
    items = unit.items
    if source is None or stances("de").get(_lemma(cue)) not in _WITH_OBJECT:
        return []
    start, end = i + 1, i + 1
    if len(cue) == 1 and not _word(unit, i + 1):
        verb = finite(unit, i)
        start, end = verb + 1, i
    else:
        while end < len(items) and items[end].text not in ".;:," and items[end] is not cue[-1]:
            end += 1
    if source and start < source[1] < end:
        start = source[1]
    if _low(unit, start) in PREPOSITIONS["de"] | ADVERBS:
        for k in range(start + 2, end):
            if items[k].low in _ACCUSATIVE and _low(unit, k - 1) not in PREPOSITIONS["de"]:
                start = k
                break
    return [(items[start].start, items[end - 1].end)] if end - start > 1 else []


def _lemma(cue: list[Item]) -> str:
    """Give the lemma of a German cue, with its particle if it has split."""
    return split_verbs()[cue[0].lemma][cue[1].low] if len(cue) > 1 else cue[0].lemma


def _clause_end(unit: Unit, start: int) -> int:
    """Find where a clause that begins at item `start` ends: at a semicolon or a contrast."""
    items, known = unit.items, stances(unit.language)
    for k in range(start + 2, len(items) - 1):
        if items[k].text == ";" or (items[k].text == "," and items[k + 1].low in CONTRAST):
            return items[k].start
        if items[k].text == "," and items[k + 1].low == "according":
            return items[k].start
        if items[k].text == "," and items[k + 1].low == "and" and any(
            known.get(w.lemma) for w in items[k + 3 : k + 5]):
            return items[k].start
    return unit.end


def _carried(text: str, unit: Unit, last: Found) -> Iterator[Found]:
    """Give a quote or a subjunctive without a cue of its own to the source before it.

    A quote goes on with the quote before it, a subjunctive with the subjunctive before it.
    """
    own = [(item.start, item.end) for item in unit.items if item.kind == "quote"]
    words = [item for item in unit.items if item.kind == "word"]
    if own and len(words) <= 2:
        if last.how == "quote":
            yield replace(last, content_spans=(*last.content_spans, *own))
        else:
            yield from _found(text, own, last.source, [], "continued")
    elif unit.language == "de" and any(w.low in SUBJUNCTIVE for w in words):
        start = last.content_spans[0][0] if last.how == "subjunctive" else unit.start
        yield from _found(text, [(start, unit.end)], last.source, [], "subjunctive")
