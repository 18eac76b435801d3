"""What every method of attribution shares: the shape of a find, and the lists of cues and sources."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import simplemma

from helpers.wordlists import wordlist

Span = tuple[int, int]

# Verb particles that German puts at the end of the clause: `teilte ... mit`.
PARTICLES = (
    "hinzu heraus hervor zurück bekannt infrage nahe klar fest fort hin mit ein vor dar ab an auf "
    "aus bei nach vorher voraus vorweg zu kund"
).split()


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
        0..1.
    """

    content_spans: tuple[Span, ...]
    source: Span | None
    cue_spans: tuple[Span, ...]
    how: str
    confidence: float


@cache
def stances(language: str) -> Mapping[str, str]:
    """Give the cues of a language by lemma, with the stance of each (`data/cues.csv`)."""
    rows = wordlist("cues")
    rows = rows[rows["language"] == language]
    return MappingProxyType(dict(zip(rows["lemma"], rows["stance"], strict=True)))


@cache
def source_words(language: str) -> Mapping[str, str]:
    """Give the words that tell the kind of a source, in lower case (`data/source_kinds.csv`)."""
    rows = wordlist("source_kinds")
    rows = rows[rows["language"] == language]
    return MappingProxyType(dict(zip(rows["word"].str.lower(), rows["source_kind"], strict=True)))


@cache
def split_verbs() -> Mapping[str, Mapping[str, str]]:
    """Give the German cues that split in a main clause: verb -> particle -> lemma."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for lemma in stances("de"):
        for particle in PARTICLES:
            verb = lemma.removeprefix(particle)
            if verb != lemma and len(verb) > 3:
                found[verb][particle] = lemma
    return MappingProxyType(found)


@cache
def lemma(word: str, language: str) -> str:
    """Give the base form of a German or English word in lower case."""
    return simplemma.lemmatize(word.lower(), language).lower()
