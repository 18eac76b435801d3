"""Where the source of a speech verb stands: the phrase before the verb, or the one after it."""

from helpers.baselines.clauses import Item, Unit
from helpers.baselines.grammar import (
    ADVERBS,
    AUXILIARIES,
    BREAKS,
    CLAUSE_WORDS,
    CONJUNCTIONS,
    DAYS,
    DETERMINERS,
    GENITIVE,
    OBLIQUE,
    PASSIVE,
    PHRASE_ENDS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVE,
    SUBJUNCTIVE,
)

Part = tuple[int, int]  # items from, up to

LONGEST = 25  # items of a noun phrase
_SHORT = 6  # items of a name that an apposition explains
_ASIDE = ",-–—)"
_RELAYS = frozenset(("agency", "outlet"))
_ADVERBIAL = ("end", "lich", "weise", "iell")  # endings of `einleitend`, `offiziell`
_LEADING = PREPOSITIONS["de"] | ADVERBS | OBLIQUE  # what puts a German subject after its verb


def subject(unit: Unit, i: int) -> Part | None:
    """Find the subject of the cue at item `i`."""
    return _german(unit, i) if unit.language == "de" else before(unit, i)


def before(unit: Unit, i: int) -> Part | None:
    """Find the phrase that ends before item `i`, over auxiliaries and an apposition."""
    items, j, end = unit.items, i - 1, 0
    while j >= 0 and unit.language == "en" and _auxiliary(unit.low(j)):
        end = j + 1 if unit.low(j) == "who" else end
        j -= 1
    if j >= 0 and items[j].text in _ASIDE:
        end = j + (items[j].text == ")")
        j = _over_apposition(unit, j)
    if j < 0 or unit.quote(j) or items[j].text in ".;:":
        return None
    if unit.low(j) in PRONOUNS[unit.language]:
        return j, j + 1
    return _head(unit, _segment(unit, j), max(end, j + 1))


def following(unit: Unit, i: int) -> Part | None:
    """Find the subject to the right of the cue at item `i`: `sagte ein Sprecher der Firma`."""
    start = i + 1
    while start < len(unit.items) and unit.low(start) in ADVERBS | {"sich", "also"}:
        start += 1
    if unit.items[i].lemma == "heißen":
        return _document(unit)
    first = unit.low(start)
    if not first or first in PREPOSITIONS[unit.language] | DAYS | OBLIQUE:
        return None
    near = range(start + 1, min(start + LONGEST, len(unit.items)))
    return phrase(unit, start, next((k for k in near if _relay(unit, k)), None))


def opening(unit: Unit) -> Part | None:
    """Take the phrase a unit begins with, unless that is an adverbial."""
    leads = unit.low(0) in PREPOSITIONS[unit.language] | ADVERBS
    return None if leads else phrase(unit, 0)


def phrase(unit: Unit, start: int, stop: int | None = None) -> Part | None:
    """Take the noun phrase that begins at an item, up to punctuation, a verb or an adverbial."""
    items, language = unit.items, unit.language
    last = min(len(items), start + LONGEST, len(items) if stop is None else stop)
    if start < last and unit.low(start) in PRONOUNS[language] - DETERMINERS[language]:
        return start, start + 1
    end, closed = start, False  # closed: the German noun is there, only a genitive may follow
    attribute = language == "de" and unit.low(start + 1) in PREPOSITIONS["de"]
    while end < last:
        item = items[end]
        if item.text == "(" and unit.low(end + 2) == ")" and end + 2 < last:
            end += 3
            continue
        if item.kind != "word" or item.low in CLAUSE_WORDS[language]:
            break
        if end > start and (item.low in PHRASE_ENDS[language] or item.low in DAYS):
            break
        if language == "de":
            joins = item.low in GENITIVE
            if closed and not joins and item.text.islower():
                if not attribute:
                    break
                closed = attribute = False  # `das auf KI spezialisierte Unternehmen`
            closed = not joins and (closed or not item.text.islower())
        end += 1
    return (start, end) if end > start else None


def apposed(unit: Unit, part: Part | None) -> Part | None:
    """Take an apposition into a German phrase: `laut X, einem Experten aus Y,`."""
    if part is None or unit.low(part[1]) != "," or unit.low(part[1] + 1) not in OBLIQUE | {"einer"}:
        return part
    for k in range(part[1] + 2, min(part[1] + LONGEST, len(unit.items))):
        if not unit.word(k):
            return (part[0], k) if unit.low(k) == "," else part
    return part


def appositive(unit: Unit, i: int) -> bool:
    """Say whether the comma before item `i` ends an apposition: `X, Sprecher der Firma, sagte`."""
    leads = unit.low(0) in PREPOSITIONS[unit.language] | ADVERBS
    if i < 4 or unit.low(i - 1) != "," or leads:
        return False
    marks = [k for k in range(i - 1) if not unit.word(k)]
    if len(marks) != 1 or marks[0] > _SHORT or unit.low(marks[0]) != ",":
        return False
    verbs = AUXILIARIES[unit.language] | SUBJUNCTIVE
    return not any(item.low in verbs for item in unit.items[:i])


def finite(unit: Unit, i: int) -> int:
    """Find the auxiliary that a German participle or infinitive belongs to, else the item."""
    if not unit.low(i).endswith(("t", "en")):
        return i
    for k in range(i - 1, max(i - 2 * LONGEST, -1), -1):
        if unit.quote(k) or unit.low(k) in BREAKS["de"] | {".", ";", ":"}:
            break
        if unit.low(k) in AUXILIARIES["de"]:
            return k
    return i


def in_relative(unit: Unit, i: int) -> bool:
    """Say whether item `i` stands in a German relative clause: `, der auf Dokumente verweist`."""
    first = _segment(unit, i)
    return first > 0 and unit.low(first - 1) == "," and unit.low(first) in RELATIVE


def _german(unit: Unit, i: int) -> Part | None:
    """Find a German subject: before or after the finite verb, which may be an auxiliary."""
    verb = finite(unit, i)
    if unit.items[i].lemma == "heißen":
        return _document(unit)
    if unit.low(verb + 1) in ("er", "man", "ich", "wir"):
        return verb + 1, verb + 2
    if unit.low(verb) in PASSIVE:
        return _agent(unit, verb, i)
    if unit.low(verb - 1) == ",":
        j = _over_apposition(unit, verb - 1)
        first = _segment(unit, j) if j >= 0 else verb
        if j >= 0 and unit.low(first) not in ADVERBS | PREPOSITIONS["de"]:
            return first, verb - 1
    return _beside(unit, verb, i)


def _beside(unit: Unit, verb: int, i: int) -> Part | None:
    """Find a German subject right before or right after the finite verb."""
    first = _segment(unit, verb - 1) if verb else verb
    if first < verb and unit.low(first) in RELATIVE and unit.low(first - 1) == ",":
        return _antecedent(unit, first - 1)
    if unit.low(first - 1) in BREAKS["de"]:
        return phrase(unit, first, i)
    leads = unit.low(first) in _LEADING or unit.low(first).endswith(_ADVERBIAL)
    if first < verb and not leads:
        return first, verb
    after = following(unit, verb)
    if after and verb < i < after[1]:
        return (after[0], i) if after[0] < i else None
    return after or _head(unit, first, verb)


def _auxiliary(low: str) -> bool:
    return low in AUXILIARIES["en"] or low.endswith("ly")


def _agent(unit: Unit, verb: int, i: int) -> Part | None:
    """Find who is behind a passive: `von der Firma wird behauptet`, else the text it stands in."""
    for k in range(_segment(unit, verb - 1) if verb else 0, i):
        if unit.low(k) in ("von", "vom", "durch"):
            return phrase(unit, k + 1, verb if k < verb else i)
    return _document(unit)


def _document(unit: Unit) -> Part | None:
    """Find the text that something stands in: `in dem Bericht heißt es`."""
    kinds = unit.lexicon.kinds
    for k in range(len(unit.items)):
        if unit.low(k) not in ("in", "im", "aus"):
            continue
        near = range(k + 1, min(k + _SHORT, len(unit.items)))
        noun = next((n for n in near if kinds.get(unit.low(n)) == "document"), None)
        if noun and (part := phrase(unit, noun)):
            return k + 1, part[1]
    return None


def _antecedent(unit: Unit, comma: int) -> Part | None:
    """Take the noun phrase that a relative clause after the comma belongs to."""
    first = comma
    while first > 0 and comma - first < LONGEST and unit.word(first - 1):
        first -= 1
        if unit.low(first) in PREPOSITIONS[unit.language] - {"von", "of", "aus"}:
            first += 1
            break
    return (first, comma) if first < comma else None


def _segment(unit: Unit, j: int) -> int:
    """Give the first item of the stretch without a mark or conjunction that ends at item `j`."""
    first = j
    while first > 0 and j - first < LONGEST and _joins(unit.items[first - 1], unit.language):
        first -= 1
    return first


def _joins(item: Item, language: str) -> bool:
    return (item.kind == "word" or item.text in "&%$/'’()") and item.low not in BREAKS[language]


def _over_apposition(unit: Unit, mark: int) -> int:
    """Go over `, a spokesman for the firm,` or `(R-Ohio)` to the item before it; -1 if none."""
    opener = "(" if unit.low(mark) == ")" else unit.low(mark)
    for k in range(mark - 1, max(mark - LONGEST, 0), -1):
        if unit.low(k) == opener and mark - k > 1:
            return k - 1 if unit.word(k - 1) else k - 2
        if opener != "(" and (unit.quote(k) or unit.low(k) in (".", ";", ":")):
            return -1
    return -1


def _head(unit: Unit, first: int, end: int) -> Part | None:
    """Strip what leads up to a noun phrase: a conjunction, an adverbial with its preposition."""
    prepositions = PREPOSITIONS[unit.language]
    while first < end and unit.low(first) in CONJUNCTIONS:
        first += 1
    if first < end and unit.low(first) in prepositions | ADVERBS:
        heads = PRONOUNS[unit.language] | DETERMINERS[unit.language]
        stop = (k for k in range(end - 1, first, -1) if unit.low(k) in heads | prepositions)
        k = next(stop, first)
        first = k if unit.low(k) in heads else k + 1
    return (first, end) if first < end else None


def _relay(unit: Unit, i: int) -> bool:
    """Say whether `der Nachrichtenagentur AFP` begins here: who was told, not who said it."""
    kinds = unit.lexicon.kinds
    near = (unit.low(i + 1), unit.low(i + 2))
    return unit.low(i) in ("der", "dem") and any(kinds.get(low) in _RELAYS for low in near)
