"""Who a source is: the entity that it is tied to, and its kind.

A source is tied to the entity of the mention within it: a person before an organisation before a
place; but not to a person whose ``team`` it is. A pronoun or a role phrase is tied where
`helpers.antecedents` ties it. What these leave open is looked for in the text before:

- a relative pronoun is what stands before its comma (``einem Memo des Weißen Hauses, das``);
- ``the statement`` is whose ``in a statement`` was before, and ``the report`` that of the one paper
  named before it;
- ``he`` right after a source without a name (``a spokesman for the embassy``) is that source.

*Unresolved* is an attribution with no source in the text, or with a pronoun or a definite
description (``the company``) that could not be tied.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.cues import lemma
from helpers.forms import fold
from helpers.manner import source_kind
from helpers.names import parts
from helpers.quotes import Span

_ORDER = {"PER": 0, "ORG": 1, "LOC": 2, "MISC": 3}
# fmt: off
_PRONOUN = {
    "he", "she", "him", "his", "her", "who", "er", "ihm", "ihn", "他", "她", "it", "they", "we",
    "i", "you", "them", "us", "this", "these", "es", "sie", "man", "wir", "ich",
    "ihnen", "dieser", "diese", "dieses", "beide", "它",
    "他们", "她们", "我们", "他們", "她們", "我們",
}
# fmt: on
_ONE_PERSON = frozenset(("he", "she", "er", "他", "她"))
_RELATIVE = frozenset(("which", "who", "der", "die", "das", "dem", "welcher", "welche", "welches"))
_DEFINITE = re.compile(
    r"(?:the|this|that|these|those|der|die|das|den|dem|des|dieser|diese|dieses|diesem)\b"
    r"|[该該这這那]",
    re.I,
)
_ARTICLE = re.compile(r"(?:(?:the|der|die|das|den|dem|des)\s+)?", re.I)
# What belongs to a person is not the person: ``Li's team``. An organisation's speaker is.
_POSSESSED = re.compile(r"['’]s?\s+\w")
_ANTECEDENT = re.compile(r"[^,;:.!?\n]{3,150},\s*$")
_IN_ONE = r"\b(?:in|mit|per|with)\s+(?:\w+\s+){1,3}"
_WORD = re.compile(r"[^\W\d_]+")
_LED = re.compile(r"(\w+)\s+$")
_OF = frozenset(("of", "for", "from", "at", "the", "der", "des", "von", "vom", "für", "bei", "aus"))
_NAMED = frozenset(("alias", "head", "repeat"))
_TIED = frozenset(("person", "organisation", "outlet", "agency"))


class Speakers:
    """One article's mentions; ties its sources, which are given in the order of the text.

    Parameters
    ----------
    text
        The article's text.
    sentences
        Records of its analysed sentences, in order.
    mentions
        Its rows of the table "mentions".
    """

    def __init__(
        self, text: str, sentences: Sequence[dict[str, Any]], mentions: pd.DataFrame
    ) -> None:
        self.text, self.sentences = text, sentences
        self.starts = [s["start"] for s in sentences]
        self.mentions = mentions.sort_values(["start", "end"]).to_dict("records")
        self.places = [m["start"] for m in self.mentions]
        self.before: list[tuple[Span, dict[str, Any]]] = []

    def tie(self, source: Span | None) -> dict[str, Any]:
        """Give entity_id, entity, source_kind and unresolved of a source; None is no source."""
        if not source:
            return {"unresolved": True}
        words = self.text[slice(*source)]
        language = str(self.sentences[self._line(source)]["language"])
        pronoun = words.lower() in _PRONOUN
        mention = self._named(source)
        kind = source_kind(words, mention.get("label"), language)
        if kind == "person" and self._apposed(mention, source):
            kind = "organisation"
        tied = {
            "entity_id": mention.get("entity_id"),
            "entity": mention.get("entity"),
            "source_kind": kind,
        }
        if not mention:
            tied |= self._by_context(source, words, kind, language)
        definite = bool(_DEFINITE.match(words)) and tied["source_kind"] in _TIED
        tied["unresolved"] = not tied["entity_id"] and (pronoun or definite)
        self.before.append((source, tied | {"label": mention.get("label")}))
        return tied

    def _by_context(
        self, source: Span, words: str, kind: str | None, language: str
    ) -> dict[str, Any]:
        """Give what the text before tells of a source without a mention."""
        low = words.lower()
        if low in _RELATIVE:
            return self._antecedent(source, language)
        if low in _ONE_PERSON:
            return self._unnamed(source)
        if kind == "document":
            return _entity(self._press(source, language)) or self._issuer(source, words, language)
        return {}

    def _line(self, span: Span) -> int:
        return max(bisect_right(self.starts, span[0]) - 1, 0)

    def _named(self, source: Span) -> dict[str, Any]:
        """Give the mention within the source that says best who it is; empty if there is none.

        A place speaks only where the source begins with it (``Washington``, ``the U.S.
        government``), not in ``a report from the California-based company``.
        """
        first = source[0] + _ARTICLE.match(self.text[slice(*source)]).end()
        inside = [m for m in self._between(*source) if m["end"] <= source[1]]
        speaks = [
            m
            for m in inside
            if (m["label"] != "LOC" or m["start"] <= first)
            and not (m["label"] == "PER" and _POSSESSED.match(self.text, m["end"], source[1]))
        ]
        return min(speaks, key=lambda m: _ORDER[m["label"]], default={})

    def _apposed(self, mention: dict[str, Any], source: Span) -> bool:
        """Say whether a noun only says what an organisation is: ``Online-Händler Alibaba``."""
        if mention.get("label") != "ORG" or mention["end"] != source[1]:
            return False
        led = _LED.search(self.text[source[0] : mention["start"]])
        genitive = mention["text"].endswith("s") and not mention["entity"].endswith("s")
        return bool(led) and not genitive and led[1].lower() not in _OF

    def _between(self, start: int, end: int) -> list[dict[str, Any]]:
        """Give the mentions that begin in a stretch of the text."""
        first = bisect_right(self.places, start - 1)
        return self.mentions[first : bisect_right(self.places, end - 1)]

    def _antecedent(self, source: Span, language: str) -> dict[str, Any]:
        """Give what a relative pronoun stands for: the last name before its comma."""
        start = self.starts[self._line(source)]
        stretch = _ANTECEDENT.search(self.text[start : source[0]])
        if not stretch:
            return {}
        inside = self._between(start + stretch.start(), source[0])
        last = inside[-1] if inside else {}
        return _entity(last) | {"source_kind": source_kind(stretch[0], last.get("label"), language)}

    def _unnamed(self, source: Span) -> dict[str, Any]:
        """Give the person without a name who was the last source, in this sentence or before it."""
        if not self.before:
            return {}
        last, tied = self.before[-1]
        near = 0 <= self._line(source) - self._line(last) <= 1 and last[1] <= source[0]
        between = any(m["label"] == "PER" for m in self._between(last[1], source[0]))
        speaker = tied["source_kind"] == "person" and tied["label"] == "ORG"
        return _taken(tied) if near and speaker and not between else {}

    def _press(self, source: Span, language: str) -> dict[str, Any]:
        """Give the paper whose article or report a source is, if just one was named before it."""
        words = fold(self.text[slice(*source)]).casefold()
        determined = _DEFINITE.match(words) or language == "zh"
        if not determined or not words.endswith(tuple(parts("press"))):
            return {}
        before = [m for m in self.mentions if m["start"] < source[0] and m["how"] in _NAMED]
        papers = {
            m["entity_id"]: m
            for m in before
            if source_kind(m["entity"], m["label"], language) == "outlet"
        }
        return next(iter(papers.values())) if len(papers) == 1 else {}

    def _issuer(self, source: Span, words: str, language: str) -> dict[str, Any]:
        """Give who spoke `in a statement` before, where a source is `the statement`."""
        noun = next((w for w in _WORD.findall(words)[::-1] if _document(w, language)), None)
        if not noun or not _DEFINITE.match(words):
            return {}
        introduced = re.compile(f"{_IN_ONE}{re.escape(lemma(noun, language))}", re.I)
        for span, tied in reversed(self.before):
            line = self.sentences[self._line(span)]
            if tied["entity_id"] and introduced.search(self.text, line["start"], line["end"]):
                return _taken(tied) | {"source_kind": "document"}
        return {}


def _document(word: str, language: str) -> bool:
    return source_kind(word, None, language) == "document"


def _entity(mention: dict[str, Any]) -> dict[str, Any]:
    return {key: mention[key] for key in ("entity_id", "entity")} if mention else {}


def _taken(tied: dict[str, Any]) -> dict[str, Any]:
    return {key: tied[key] for key in ("entity_id", "entity", "source_kind")}
