"""Facts in which two similar sentences may differ: numbers, denial, names, and single words.

A vector hardly tells *5,000* from *50,000*, or the charge from its denial. So these are read from
the words. Numbers are those in digits, with the separators of German and English.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.cues import PARTICLES, lemma, lexicon
from helpers.encoder import Tokens, encoder

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_WORD = re.compile(r"[一-鿿]{1,2}|[^\W_一-鿿]+(?:[-'’.][^\W_一-鿿]+)*")
_LETTERS = re.compile(r"[^\W\d_]+")
# `customs disputes.`, `disputes over`: a noun, no object follows; `disputes the claim` is a verb.
_NO_OBJECT = re.compile(r"(?!\s+\w)|\s+(?:about|and|between|by|from|in|of|on|or|over|to|with)\b")
LAYER = 8  # a middle layer: it knows which word is meant, and less of the sentence round it
COUNTERPART = 0.45  # a word with no word this near in the other sentence is not in it
_SHORTEST = 4  # letters of a word that can be a fact; Chinese has none so short

Spans = list[tuple[int, int]]


def numbers(text: str) -> frozenset[str]:
    """Give the numbers in digits: ``1.000`` and ``1,000`` are 1000, ``1,4`` and ``1.4`` are 1.4."""
    found = (_THOUSANDS.sub("", m.group()) for m in _NUMBER.finditer(text))
    return frozenset(number.replace(",", ".") for number in found)


def contradict(a: frozenset[str], b: frozenset[str]) -> bool:
    """Say whether each of two sentences has a number that the other lacks."""
    return bool(a - b) and bool(b - a)


def denies(text: str, language: str) -> bool:
    """Say whether a word of a text denies, by ``data/cues.csv``."""
    known = {word for word, stance in lexicon(language).stances.items() if stance == "deny"}
    if language == "zh":
        return any(word in text for word in known)
    words = [m.group() for m in _LETTERS.finditer(text) if language != "en" or not _noun(text, m)]
    bases = {lemma(word, language) for word in words}
    apart = [word.lower() for word in words if word.lower() in PARTICLES]
    return bool(known & (bases | {particle + base for particle in apart for base in bases}))


def _noun(text: str, word: re.Match[str]) -> bool:
    """Say whether an English word may well be a noun: bare or in -s, and without an object."""
    verb = word.group().endswith(("ed", "ing", "ies"))
    return not verb and bool(_NO_OBJECT.match(text, word.end()))


def unmatched(asked: Sequence[tuple[str, Sequence[str]]]) -> list[Spans]:
    """Find the words of sentences that similar sentences do not have.

    Words are compared by the encoder's states, whatever the language, after what all words of
    all these sentences have in common is taken away.

    Parameters
    ----------
    asked
        Pairs of a sentence and those that it is held against.

    Returns
    -------
    list of list of (int, int)
        For each pair the offsets of words of four letters or more, in the sentence, without a
        counterpart in the others; none where there are no others.
    """
    texts = list(dict.fromkeys(text for one, others in asked for text in (one, *others)))
    if not texts:
        return [[] for _ in asked]
    words = dict(zip(texts, map(_words, texts, encoder().encode(texts, (LAYER,))), strict=True))
    together = np.concatenate([states for _, states in words.values()])
    mean, spread = together.mean(axis=0), together.std(axis=0) + 1e-6
    known = {t: (places, _unit((s - mean) / spread)) for t, (places, s) in words.items()}
    return [_alone(text, others, known) for text, others in asked]


def _alone(
    text: str, others: Sequence[str], known: dict[str, tuple[Spans, NDArray[np.float32]]]
) -> Spans:
    places, own = known[text]
    if not others or not places:
        return []
    best = (own @ np.concatenate([known[other][1] for other in others]).T).max(axis=1, initial=-1)
    lone = [place for place, b in zip(places, best, strict=True) if b < COUNTERPART]
    return [(s, e) for s, e in lone if _content(text[s:e])]


def _content(word: str) -> bool:
    return len(word) >= _SHORTEST or "一" <= word[0] <= "鿿" or word.isdigit()


def _words(text: str, read: Tokens) -> tuple[Spans, NDArray[np.float32]]:
    places, states = [], []
    for word in _WORD.finditer(text):
        inside = (read.starts < word.end()) & (read.ends > word.start())
        if inside.any():
            places.append(word.span())
            states.append(read.states[inside].mean(axis=0))
    width = read.states.shape[1]
    return places, np.array(states, dtype=np.float32).reshape(-1, width)


def _unit(states: NDArray[np.float32]) -> NDArray[np.float32]:
    return states / np.maximum(np.linalg.norm(states, axis=1, keepdims=True), 1e-6)
