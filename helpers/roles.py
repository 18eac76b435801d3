"""Nouns that say what a name is: ``der E-Commerce-Riese Alibaba``, ``spokesman Lin Jian``.

``data/roles.csv`` says which nouns name a person or an organisation, of which sort, and what they
tell of the gender.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from helpers.forms import fold
from helpers.names import Name
from helpers.wordlists import Stamp, stamp, wordlist

_SAME = ("company", "government", "army")  # sorts whose German compounds name no new entity

_BEFORE = re.compile(r"([\w-]+\s+)?([\w-]+)\s+[\"„“”'‘»]?$")
_COMMA_BEFORE = re.compile(r"(?:^|[.;:,]\s)([^.;:,]{3,80}),\s+$")
_COMMA_AFTER = re.compile(r"[”\"’'«]?,\s+([^.;:,!?]{3,80})")
_STOP = frozenset(("of", "for", "in", "at", "von", "für", "des", "der", "bei", "im", "aus", "who"))


@dataclass
class Line:
    """A sentence: its id, its place in the article, its text and language."""

    sentence_id: str
    start: int
    text: str
    language: str


@dataclass
class Mention:
    """A name, role phrase or pronoun: its place in the sentence and who it is."""

    start: int
    end: int
    label: str
    confidence: float
    form: str = ""
    name: Name | None = None
    how: str = ""


class Noun(NamedTuple):
    """A noun of ``data/roles.csv``."""

    word: str
    label: str
    sort: str
    gender: str


def compound(tail: Noun | None) -> bool:
    """Say whether a German compound with this tail only says what its name is."""
    return tail is not None and (tail.label == "PER" or tail.sort in _SAME)


def head(word: str, language: str) -> Noun | None:
    """Give the role noun that a word is, or that a German or Chinese word ends with."""
    known = _nouns(stamp("roles"), language)
    low = fold(word).lower()
    if language == "zh":
        return next((known[low[i:]] for i in range(len(low)) if low[i:] in known), None)
    part = low if low in known else low.rpartition("-")[2]
    if part in known or language != "de":
        return known.get(part)
    # Inflected or at the end of a compound; a short noun is in too many words to be its head.
    for form in (part, *(part.removesuffix(e) for e in ("s", "es", "n", "en"))):
        for i in range(len(form)):
            noun = known.get(form[i:])
            if noun and (i == 0 or len(form) - i > 3):
                return noun if _inflects(noun, part.removeprefix(form)) else None
    return None


def _inflects(noun: Noun, ending: str) -> bool:
    """Say whether an ending is one of the singular."""
    allowed = {"m": ("", "s", "es", "n", "en"), "n": ("", "s", "es")}
    return ending in allowed.get(noun.gender, ("",))


def nouns(language: str) -> tuple[str, ...]:
    """Give the role nouns of a language that stand alone: those of two characters or more."""
    return tuple(word for word in _nouns(stamp("roles"), language) if len(word) > 1)


@cache
def _nouns(state: Stamp, language: str) -> dict[str, Noun]:
    rows = wordlist("roles")
    rows = rows[rows["language"] == language]
    return {r.word: Noun(r.word, r.label, r.sort, r.gender) for r in rows.itertuples()}


def apposed(line: Line, m: Mention, others: list[Mention]) -> Iterator[tuple[str, Noun]]:
    """Give the role nouns, with their whole word, that stand in apposition to a name.

    Parameters
    ----------
    line, m
        The sentence and the name in it.
    others
        All names of the sentence: a noun that stands before another name is that one's.
    """
    before, after = line.text[: m.start], line.text[m.end :]
    if line.language == "zh":
        noun = head(before.rstrip('“"《「')[-8:], "zh")
        yield from ((noun.word, noun) for noun in (noun, head(after[:2], "zh")) if noun)
        return
    yield from _beside(before, after, line.language)
    apart = _COMMA_BEFORE.search(before)
    if apart and not any(
        o.start >= apart.start(1) and o.end <= m.start and o.name.label == m.name.label
        for o in others
    ):
        yield from _first(apart[1], m.name.label, line.language)
    apart = _COMMA_AFTER.match(after)
    if apart:
        yield from _first(apart[1], m.name.label, line.language)


def _beside(before: str, after: str, language: str) -> Iterator[tuple[str, Noun]]:
    """Give the noun right before or, in a compound or in English, right after the name."""
    if hit := _BEFORE.search(before):
        yield from _nouns_in((hit[1] or "").strip(), hit[2], language)
    if language == "de" and (hit := re.match(r"-([\w-]+)", after)):
        yield from _nouns_in("", hit[1], language)
    if language == "en" and (hit := re.match(r"\s+([a-z]+)(?:\s+([a-z]+))?", after)):
        yield from _nouns_in(hit[1], hit[2] or hit[1], language)


def _nouns_in(first: str, last: str, language: str) -> Iterator[tuple[str, Noun]]:
    for word in (f"{first} {last}", last):
        if noun := head(word, language):
            yield word, noun
            return


def _first(phrase: str, label: str, language: str) -> Iterator[tuple[str, Noun]]:
    """Give the first role noun of a phrase that has the name's label, before any complement."""
    for word in phrase.split():
        if word.lower() in _STOP - {"der", "des"} or word[-1:] in ")]":
            return
        noun = head(word, language)
        if noun and noun.label == label:
            yield word, noun
            return
