"""Where what is said stands: a quote, clause or noun object on either side of a speech verb."""

from helpers.baselines.clauses import Item, Unit
from helpers.baselines.grammar import (
    ACCUSATIVE,
    ADVERBS,
    CLAUSE_WORDS,
    CONTRAST,
    DAYS,
    PREPOSITIONS,
    RELATIVE,
    SUBJUNCTIVE,
)
from helpers.baselines.subjects import Part, finite, in_relative
from helpers.quotes import Span

_REACH = 14  # items between a cue and the mark or conjunction that opens its content
_CLAUSE = 40  # items of a clause searched for its verb
_WITH_OBJECT = frozenset(("deny", "accuse", "confirm"))

Opening = tuple[int, str]  # the item that content begins with, and the rule that says so


def left(unit: Unit, i: int) -> list[Span]:
    """Take what was said before item `i`: the quote that ends there, else all from the start."""
    k = i - 1
    while k >= 0 and (unit.items[k].kind == "mark" or unit.low(k) == "wie"):
        k -= 1
    if unit.quote(k):
        return [(unit.items[k].start, unit.items[k].end)]
    return [(unit.start, unit.items[k].end)] if k >= 0 else []


def name(unit: Unit, i: int) -> str:
    """Name the rule for content that ends before item `i`."""
    return "quote" if unit.quote(i - 1) or unit.quote(i - 2) else "clause"


def tail(unit: Unit, source: Part) -> bool:
    """Say whether `X said` or `wie X sagte` ends a statement: in German only after `wie`."""
    return source[0] > 0 and (unit.language == "en" or unit.low(source[0] - 1) == "wie")


def right_quotes(unit: Unit, i: int) -> list[Span]:
    """Take the quotes from item `i` on: the second half of a split quote."""
    return [(item.start, item.end) for item in unit.items[i:] if item.kind == "quote"]


def right(unit: Unit, i: int, cue: list[Item], source: Part | None) -> tuple[list[Span], str]:
    """Take the content on the right of a cue, or a German cue's noun object, with the rule."""
    start = max(i + 1, source[1] if source else 0)
    german = unit.language == "de"
    opening = _german(unit, i, start, cue) if german else _english(unit, start)
    if opening:
        return [(unit.items[opening[0]].start, _clause_end(unit, opening[0]))], opening[1]
    return (_object(unit, i, cue, source), "object") if german else ([], "")


def _english(unit: Unit, start: int) -> Opening | None:
    items = unit.items
    for k in range(start, min(start + _REACH, len(items))):
        if unit.quote(k):
            return k, "quote"
        if unit.low(k) == ":":
            return (k + 1, "clause") if k + 1 < len(items) else None
        if unit.low(k) in CLAUSE_WORDS["en"]:
            return k, "clause"
        if items[k].kind == "mark":
            break
    while unit.low(start) in DAYS or (unit.low(start) == "on" and unit.low(start + 1) in DAYS):
        start += 1  # `said Friday he was`, `said on Friday he was`
    adverbial = DAYS | (PREPOSITIONS["en"] - {"if", "from", "about", "for"})
    bare = unit.word(start) and unit.word(start + 1) and unit.low(start) not in adverbial
    return (start, "clause") if bare else None


def _german(unit: Unit, i: int, start: int, cue: list[Item]) -> Opening | None:
    split = cue[-1].start if len(cue) > 1 else 0
    for k in range(start, min(start + _REACH, len(unit.items) - 1)):
        item = unit.items[k]
        if unit.quote(k):
            return k, "quote"
        if split and item.start > split and unit.items[k - 1].start != split:
            break  # after a split verb, only what its particle leads up to
        if item.text == ":":
            return k + 1, "clause"
        if item.text == "," and k == i + 1 and in_relative(unit, i):
            return (k + 1, "clause") if unit.low(k + 1) in CLAUSE_WORDS["de"] else None
        if (
            item.text == ","
            and item.start >= cue[-1].end
            and not _describes(unit, i, k, start, cue)
        ):
            return k + 1, "clause"
        if item.text in ".;":
            break
    return None


def _describes(unit: Unit, i: int, comma: int, start: int, cue: list[Item]) -> bool:
    """Say whether a relative clause on a noun, not what was said, begins after the comma."""
    if unit.low(comma + 1) not in RELATIVE:
        return False
    says = unit.lexicon.stances.get(_lemma(unit, cue), "say") == "say"
    on_subject = comma == start > i + 1
    after = unit.items[comma : comma + _CLAUSE]
    reported = any(item.low in SUBJUNCTIVE or item.low == "zu" for item in after)
    return (not says or on_subject) and not reported


def _object(unit: Unit, i: int, cue: list[Item], source: Part | None) -> list[Span]:
    """Take the noun object of a German verb of denying, accusing or confirming."""
    if source is None or unit.lexicon.stances.get(_lemma(unit, cue)) not in _WITH_OBJECT:
        return []
    items, start, end = unit.items, i + 1, i + 1
    if len(cue) == 1 and not unit.word(i + 1):
        start, end = finite(unit, i) + 1, i
    else:
        while end < len(items) and items[end].text not in ".;:," and items[end] is not cue[-1]:
            end += 1
    if start < source[1] < end:
        start = source[1]
    if unit.low(start) in PREPOSITIONS["de"] | ADVERBS:
        nouns = (k for k in range(start + 2, end) if unit.low(k) in ACCUSATIVE)
        start = next((k for k in nouns if unit.low(k - 1) not in PREPOSITIONS["de"]), start)
    return [(items[start].start, items[end - 1].end)] if end - start > 1 else []


def _lemma(unit: Unit, cue: list[Item]) -> str:
    """Give the lemma of a German cue, with its particle if it has split."""
    verb = cue[0].lemma
    return unit.lexicon.split[verb][cue[1].low] if len(cue) > 1 else verb


def _clause_end(unit: Unit, start: int) -> int:
    """Find where a clause that begins at an item ends: at a contrast, or before another speaker."""
    items, known = unit.items, unit.lexicon.stances
    for k in range(start + 2, len(items) - 1):
        if items[k].text == ";":
            return items[k].start
        if items[k].text != ",":
            continue
        another = unit.low(k + 1) == "and" and any(w.lemma in known for w in items[k + 3 : k + 5])
        if another or unit.low(k + 1) == "according" or unit.low(k + 1) in CONTRAST:
            return items[k].start
    return unit.end
