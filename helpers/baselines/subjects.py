"""Where the source of a speech verb stands: the phrase before the verb, or the one after it."""

from helpers.baselines.clauses import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    CLAUSE_WORDS,
    CONJUNCTIONS,
    DAYS,
    DETERMINERS,
    OBLIQUE,
    PASSIVE,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    SUBJUNCTIVE,
    Item,
    Unit,
)
from helpers.cues import source_words

Part = tuple[int, int]  # items from, up to

LONGEST = 25
_SHORT = 6
_STOP = {
    "en": frozenset("on during after before to when as who in at by while that with".split()),
    "de": frozenset("am gegenüber vor nach zu im zum zur laut bei mit über um".split()) | ADVERBS,
}
_ASIDE = ",-–—)"
_GENITIVE = frozenset("der des eines einer von vom aus in im für und sowie".split())
_RELAYS = frozenset(("agency", "outlet"))


def subject(unit: Unit, i: int) -> Part | None:
    """Find the subject of the cue at item `i`."""
    return _german(unit, i) if unit.language == "de" else before(unit, i)


def before(unit: Unit, i: int) -> Part | None:
    """Find the phrase that ends before item `i`, over auxiliaries and an apposition."""
    items = unit.items
    j = i - 1
    end = 0
    if unit.language == "en":
        while j >= 0 and (items[j].low in AUXILIARIES["en"] or items[j].low.endswith("ly")):
            end = j + 1 if items[j].low == "who" else end
            j -= 1
    if j >= 0 and items[j].text in _ASIDE:
        end = j + (items[j].text == ")")
        j = _appositive(items, j)
    if j < 0 or items[j].kind == "quote" or items[j].text in ".;:":
        return None
    if items[j].low in PRONOUNS[unit.language]:
        return j, j + 1
    return _head(unit, _segment(unit, j), max(end, j + 1))


def following(unit: Unit, i: int) -> Part | None:
    """Find the subject to the right of the cue at item `i`: `sagte ein Sprecher der Firma`."""
    items, start = unit.items, i + 1
    while start < len(items) and (items[start].low in ADVERBS or items[start].low in ("sich", "also")):
        start += 1
    if start + 1 < len(items) and items[i].lemma == "heißen" and items[start].low == "es":
        return _document(unit)
    if start == len(items) or items[start].low in PREPOSITIONS[unit.language] | DAYS:
        return None
    if items[start].low in OBLIQUE:
        return None
    relay = next((k for k in range(start + 1, len(items)) if _relay(unit, k)), None)
    return phrase(unit, start, relay)


def phrase(unit: Unit, start: int, stop: int | None = None) -> Part | None:
    """Take the noun phrase that begins at an item, up to punctuation, a verb or an adverbial."""
    items, language = unit.items, unit.language
    last = min(len(items), start + LONGEST, len(items) if stop is None else stop)
    if start < last and items[start].low in PRONOUNS[language] - DETERMINERS[language]:
        return start, start + 1
    end, closed = start, False
    attribute = language == "de" and start + 1 < last and items[start + 1].low in PREPOSITIONS["de"]
    while end < last:
        item = items[end]
        if item.text == "(" and end + 2 < last and items[end + 2].text == ")":
            end += 3
            continue
        if item.kind != "word" or item.low in CLAUSE_WORDS[language]:
            break
        if end > start and (item.low in _STOP[language] or item.low in DAYS):
            break
        if language == "de":
            joins = item.low in _GENITIVE
            if closed and not joins and item.text.islower():
                if not attribute:
                    break
                closed = attribute = False  # the participle of `das auf KI spezialisierte Unternehmen`
            closed = not joins and (closed or not item.text.islower())
        end += 1
    return (start, end) if end > start else None


def opening(unit: Unit) -> Part | None:
    """Take the phrase a unit begins with, unless that is an adverbial."""
    first = unit.items[0].low
    return None if first in PREPOSITIONS[unit.language] | ADVERBS else phrase(unit, 0)


def in_relative(unit: Unit, i: int) -> bool:
    """Say whether item `i` stands in a German relative clause: `, der auf Dokumente verweist`."""
    first = _segment(unit, i)
    return first > 0 and unit.items[first - 1].text == "," and unit.items[first].low in RELATIVE


def apposed(unit: Unit, part: Part | None) -> Part | None:
    """Take an apposition into a German phrase: `laut X, einem Experten aus Y,`."""
    items = unit.items
    if part and part[1] + 1 < len(items) and items[part[1]].text == ",":
        if items[part[1] + 1].low in ("einem", "einer", "dem", "der"):
            for k in range(part[1] + 2, min(part[1] + LONGEST, len(items))):
                if items[k].kind != "word":
                    return (part[0], k) if items[k].text == "," else part
    return part


def _german(unit: Unit, i: int) -> Part | None:
    """Find a German subject: before or after the finite verb, which may be an auxiliary."""
    items = unit.items
    verb = finite(unit, i)
    if items[i].lemma == "heißen":
        return _document(unit)
    if verb + 1 < len(items) and items[verb + 1].low in ("er", "man", "ich", "wir"):
        return verb + 1, verb + 2
    if items[verb].low in PASSIVE:
        return _agent(unit, verb, i)
    if verb and items[verb - 1].text == ",":
        j = _appositive(items, verb - 1)
        first = _segment(unit, j) if j >= 0 else verb
        if j >= 0 and items[first].low not in ADVERBS | PREPOSITIONS["de"]:
            return first, verb - 1
    first = _segment(unit, verb - 1) if verb else verb
    if first < verb and items[first].low in RELATIVE and first and items[first - 1].text == ",":
        return _antecedent(unit, first - 1)
    if first and items[first - 1].low in BREAKS["de"]:
        return phrase(unit, first, i)
    if first < verb and not _leads(items[first]):
        return first, verb
    after = following(unit, verb)
    if after and (verb == i or after[1] <= i):
        return after
    if after and after[0] < i:
        return after[0], i
    return _head(unit, first, verb)


def _leads(item: Item) -> bool:
    """Say whether a German clause that begins with this word has its subject after the verb."""
    adverbial = item.low in PREPOSITIONS["de"] | ADVERBS | OBLIQUE
    return adverbial or item.low.endswith(("end", "lich", "weise", "iell"))


def appositive(unit: Unit, i: int) -> bool:
    """Say whether the comma before item `i` ends an apposition: `X, Sprecher der Firma, sagte`."""
    items = unit.items
    if i < 4 or items[i - 1].text != "," or items[0].low in PREPOSITIONS[unit.language] | ADVERBS:
        return False
    commas = [k for k in range(i - 1) if items[k].kind != "word"]
    return len(commas) == 1 and commas[0] <= _SHORT and items[commas[0]].text == "," and not any(
        item.low in AUXILIARIES[unit.language] or item.low in SUBJUNCTIVE for item in items[:i]
    )


def finite(unit: Unit, i: int) -> int:
    """Find the auxiliary that a participle or infinitive at item `i` belongs to, else the item."""
    items = unit.items
    if not items[i].low.endswith(("t", "en")):
        return i
    for k in range(i - 1, max(i - 2 * LONGEST, -1), -1):
        if items[k].kind == "quote" or items[k].text in ".;:" or items[k].low in BREAKS["de"]:
            break
        if items[k].low in AUXILIARIES["de"]:
            return k
    return i


def _agent(unit: Unit, verb: int, i: int) -> Part | None:
    """Find who is behind a passive: `von der Firma wird behauptet`, `in dem Bericht wird behauptet`."""
    for k in range(_segment(unit, verb - 1) if verb else 0, i):
        if unit.items[k].low in ("von", "vom", "durch"):
            return phrase(unit, k + 1, verb if k < verb else i)
    return _document(unit)


def _document(unit: Unit) -> Part | None:
    """Find the text that something stands in: `in dem Bericht heißt es`."""
    kinds = source_words("de")
    for k, item in enumerate(unit.items):
        for n in range(k + 1, min(k + 6, len(unit.items)) if item.low in ("in", "im", "aus") else 0):
            if kinds.get(unit.items[n].low) == "document":
                part = phrase(unit, n)
                return part and (k + 1, part[1])
    return None


def _antecedent(unit: Unit, comma: int) -> Part | None:
    """Take the noun phrase that a relative clause after the comma belongs to."""
    items, language = unit.items, unit.language
    first = comma
    while first > 0 and comma - first < LONGEST and items[first - 1].kind == "word":
        first -= 1
        if items[first].low in PREPOSITIONS[language] and items[first].low not in ("von", "of", "aus"):
            first += 1
            break
    return (first, comma) if first < comma else None


def _segment(unit: Unit, j: int) -> int:
    """Give the first item of the stretch without punctuation or conjunction that ends at item `j`."""
    first = j
    while first > 0 and j - first < LONGEST and _joins(unit.items[first - 1], unit.language):
        first -= 1
    return first


def _joins(item: Item, language: str) -> bool:
    return (item.kind == "word" or item.text in "&%$/'’()") and item.low not in BREAKS[language]


def _appositive(items: tuple[Item, ...], comma: int) -> int:
    """Go over `, a spokesman for the firm,` or `(R-Ohio)` to the word before it; -1 if it is none."""
    opening = "(" if items[comma].text == ")" else items[comma].text
    for k in range(comma - 1, max(comma - LONGEST, 0), -1):
        if items[k].text == opening and comma - k > 1:
            return k - 1 if items[k - 1].kind == "word" else k - 2
        if opening == "(":
            continue
        if items[k].kind == "quote" or items[k].text in ".;:":
            return -1
    return -1


def _head(unit: Unit, first: int, end: int) -> Part | None:
    """Strip what leads up to a noun phrase: a conjunction, an adverbial with its preposition."""
    items, language = unit.items, unit.language
    while first < end and items[first].low in CONJUNCTIONS:
        first += 1
    if first < end and (items[first].low in PREPOSITIONS[language] | ADVERBS):
        for k in range(end - 1, first, -1):
            if items[k].low in PRONOUNS[language] or items[k].low in DETERMINERS[language]:
                return k, end
            if items[k].low in PREPOSITIONS[language]:
                return (k + 1, end) if k + 1 < end else None
        return (first + 1, end) if first + 1 < end else None
    return (first, end) if first < end else None


def _relay(unit: Unit, i: int) -> bool:
    """Say whether `der Nachrichtenagentur AFP` begins here: who was told, not who said it."""
    kinds = source_words(unit.language)
    return unit.items[i].low in ("der", "dem") and any(
        kinds.get(item.low) in _RELAYS for item in unit.items[i + 1 : i + 3]
    )
