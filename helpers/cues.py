"""What every method of attribution shares: the shape of a find, the cues, the source words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import simplemma

from helpers.wordlists import Stamp, stamp, wordlist

Span = tuple[int, int]

# Verb particles that German puts at the end of the clause: `teilte ... mit`.
PARTICLES = (
    "hinzu", "heraus", "hervor", "zurück", "bekannt", "nahe", "klar", "fest", "fort", "hin", "mit",
    "ein", "vor", "dar", "ab", "an", "auf", "aus", "bei", "nach", "vorher", "voraus", "zu", "kund",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a method of attribution finds; the layer adds entity, kinds, mode and stance.

    Attributes
    ----------
    content_spans, cue_spans : tuple of (int, int)
        Character spans in the article, in order; no cue is an empty tuple.
    source : (int, int) or None
        Span of the source, None if none is named.
    how : str
        The rule or the model that found it.
    confidence : float
        0..1; not a number where the rule was not measured.
    """

    content_spans: tuple[Span, ...]
    source: Span | None
    cue_spans: tuple[Span, ...]
    how: str
    confidence: float


@dataclass(frozen=True)
class Lexicon:
    """The word lists of one language.

    Attributes
    ----------
    stances : mapping
        Cue's lemma -> stance (``data/cues.csv``).
    kinds : mapping
        Word in lower case -> kind of source (``data/source_kinds.csv``).
    split : mapping
        Of the German cues that split in a main clause: verb -> particle -> lemma.
    """

    stances: Mapping[str, str]
    kinds: Mapping[str, str]
    split: Mapping[str, Mapping[str, str]]


def lexicon(language: str) -> Lexicon:
    """Give the word lists of a language; empty ones for a language that has none."""
    return _lexicon(stamp("cues"), stamp("source_kinds"), language)


@cache
def _lexicon(cues_state: Stamp, kinds_state: Stamp, language: str) -> Lexicon:
    """Read the lists, again when a file has changed."""
    cues, words = wordlist("cues"), wordlist("source_kinds")
    cues, words = cues[cues["language"] == language], words[words["language"] == language]
    stances = dict(zip(cues["lemma"], cues["stance"], strict=True))
    kinds = dict(zip(words["word"].str.lower(), words["source_kind"], strict=True))
    return Lexicon(stances, kinds, _split(stances) if language == "de" else {})


def _split(lemmas: Iterable[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for whole in lemmas:
        for particle in PARTICLES:
            verb = whole.removeprefix(particle)
            if verb != whole and len(verb) > 3:
                found[verb][particle] = whole
    return dict(found)


@cache
def lemma(word: str, language: str) -> str:
    """Give the base form of a word in lower case; the word where its language is not known."""
    try:
        return simplemma.lemmatize(word.lower(), language).lower()
    except (TypeError, ValueError):  # no code of a language, or one that it has no forms of
        return word.lower()
