"""The chain of each attribution: from the article's outlet, over who passed it on, to its origin.

Five things make a step. The *outlet* of the article, depth 0. The *agency* that it credits or
that was spoken to (``told AFP``, ``sagte … der AFP``). An attribution *around* this one: ``laut der
FT steht in dem Dokument``. The *basis* of a paper's report: where an article says that a paper
rests on a document (``data/relays.csv``: ``citing``, ``der sich auf … beruft``), what the paper
asserts goes on to the document, and what the document says comes by the paper. Last the *source*
itself. What a paper says of itself, denies or doubts ends with the paper.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from helpers.manner import source_kind
from helpers.tables import analysed, frame
from helpers.wordlists import Stamp, stamp, wordlist

_PAPERS = ("outlet", "document")
_ITSELF = re.compile(
    r"\W*(?:(?:that|dass|ob|whether)\s+)?(?:(?:konnte|könne|habe|sei)\s+)?(?:it|she|he|they|sie|er|es|它|其)\b",
    re.I,
)
_END = re.compile(r"[.,;:。，；：\n]|\b(?:beruf|stütz)(?:t|en|e|te|ten)\b")
_FOLLOWS = re.compile(r"\b(?:laut|according to)\s+(?:\w+\s+)?[\"„“»«]?$", re.I)
_FOLLOWED = re.compile(r"[\"“”»«]?\s+zufolge\b")
_LED = 30  # characters beside a name in which such words stand
_REACH = 160  # characters in which the basis of a report is named


class Step(NamedTuple):
    """One hand in a chain."""

    source: str | None
    source_kind: str | None
    entity_id: str | None

    def same(self, other: "Step") -> bool:
        """Say whether two steps are the same hand."""
        if self.entity_id and other.entity_id:
            return self.entity_id == other.entity_id
        return (self.source or "").casefold() == (other.source or "").casefold()


def links(
    articles: pd.DataFrame,
    sentences: pd.DataFrame,
    mentions: pd.DataFrame,
    attributions: pd.DataFrame,
) -> pd.DataFrame:
    """Give the chain that each attribution came through.

    Parameters
    ----------
    articles, sentences, mentions, attributions
        The tables of these names (`helpers.tables`).

    Returns
    -------
    pandas.DataFrame
        The table "links": depth 0 is the article's outlet (missing where it is not known), the
        last depth the source by its entity's name or its own words, or the document it rests on
        (missing where it is unresolved). Depth only grows, so no chain runs in a circle.
    """
    lines = dict(list(analysed(sentences).groupby("article_id", observed=True, sort=False)))
    named = dict(list(mentions.groupby("article_id", observed=True, sort=False)))
    said = dict(list(attributions.groupby("article_id", observed=True, sort=False)))
    rows: list[dict[str, Any]] = []
    for article in articles.to_dict("records"):
        name = article["article_id"]
        if name in said:
            own = named.get(name, mentions.iloc[:0])
            chains = _Article(article, lines[name], own, said[name])
            rows += [row for each in said[name].to_dict("records") for row in chains.rows(each)]
    return frame(rows, "links")


class _Article:
    """What the chains of one article are read from."""

    def __init__(
        self,
        article: dict[str, Any],
        sentences: pd.DataFrame,
        mentions: pd.DataFrame,
        said: pd.DataFrame,
    ) -> None:
        self.text = article["text"]
        self.outlet = Step(_given(article["outlet"]), "outlet", None)
        agency = _given(article["agency"])
        self.mentions = mentions.sort_values("start").to_dict("records")
        self.agency = self._agency(agency) if agency else None
        self.sentences = sentences.sort_values("start").to_dict("records")
        self.said = said.to_dict("records")
        # A paper that the text does not name cannot be known again.
        self.bases = {p.entity_id: (p, basis) for p, basis in self._bases() if p.entity_id}

    def rows(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Give one record a step."""
        steps = [self.outlet]
        for step in self._steps(row):
            if step.source is None or not any(step.same(held) for held in steps[1:]):
                steps.append(step)
        for depth, step in enumerate(steps):
            yield {"attribution_id": row["attribution_id"], "depth": depth} | step._asdict()

    def _steps(self, row: dict[str, Any]) -> Iterator[Step]:
        agency = self.agency or self._addressed(row)
        own = _step(row)
        if agency and not agency.same(self.outlet):
            yield agency
        outer = self._around(row)
        paper = _step(outer) if outer else self._by_way_of(row)
        if paper:
            yield paper
        else:
            yield from self._papers(own)
        _, basis = self.bases.get(paper.entity_id if paper else None, (None, None))
        if basis and own.source_kind == "document" and not own.entity_id:
            own = basis  # `laut der FT steht in dem Dokument`: the one that the paper rests on
        yield own
        _, basis = self.bases.get(own.entity_id, (None, None))
        if basis and own.source_kind in _PAPERS and not self._of_itself(row):
            yield basis

    def _papers(self, own: Step) -> Iterator[Step]:
        """Give the paper by which a document is known."""
        for paper, basis in self.bases.values():
            if own.source_kind == "document" and basis.same(own):
                yield paper

    def _around(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """Give the attribution, by somebody else, whose content this one stands in."""
        start, end = row["content_start"], row["content_end"]
        cover = [
            other
            for other in self.said
            if other["content_start"] <= start
            and end <= other["content_end"]
            and (start, end) != (other["content_start"], other["content_end"])
            and not _step(other).same(_step(row))
        ]
        return min(cover, key=lambda o: o["content_end"] - o["content_start"], default=None)

    def _by_way_of(self, row: dict[str, Any]) -> Step | None:
        """Give the paper that a sentence follows in words beside the source: ``laut der FT``."""
        sentence = next((s for s in self.sentences if s["sentence_id"] == row["sentence_id"]), None)
        if sentence is None or row["source_kind"] != "document":
            return None
        for m in self.mentions:
            beside = sentence["start"] <= m["start"] and m["end"] <= row["content_start"]
            if beside and m["entity_id"] != row["entity_id"]:
                before, after = self.text[: m["start"]][-_LED:], self.text[m["end"] :][:_LED]
                kind = source_kind(m["entity"], m["label"], str(sentence["language"]))
                if kind == "outlet" and (_FOLLOWS.search(before) or _FOLLOWED.match(after)):
                    return Step(m["entity"], "outlet", m["entity_id"])
        return None

    def _of_itself(self, row: dict[str, Any]) -> bool:
        content = self.text[row["content_start"] : row["content_end"]]
        return row["stance"] in ("deny", "doubt") or bool(_ITSELF.match(content))

    def _agency(self, name: str) -> Step:
        held = [m["entity_id"] for m in self.mentions if name in (m["entity"], m["text"])]
        return Step(name, "agency", held[0] if held else None)

    def _addressed(self, row: dict[str, Any]) -> Step | None:
        """Give the agency named in the words round an attribution, but for the source itself."""
        sentence = next((s for s in self.sentences if s["sentence_id"] == row["sentence_id"]), None)
        if sentence is None:
            return None
        for m in self.mentions:
            inside = sentence["start"] <= m["start"] and m["end"] <= sentence["end"]
            content = row["content_start"] <= m["start"] < row["content_end"]
            if inside and not content and m["entity_id"] != row["entity_id"]:
                kind = source_kind(m["text"], m["label"], str(sentence["language"]))
                if kind == "agency":
                    return Step(m["entity"], "agency", m["entity_id"])
        return None

    def _bases(self) -> Iterator[tuple[Step, Step]]:
        """Give each paper whose report rests on a document, and the document."""
        for row in self.said:
            outer = self._around(row)
            if outer and outer["source_kind"] in _PAPERS and row["source_kind"] == "document":
                yield _step(outer), _step(row)
        for number, sentence in enumerate(self.sentences):
            for cue in _relays(stamp("relays"), str(sentence["language"])).finditer(
                sentence["text"]
            ):
                basis = self._basis(sentence, cue.end())
                paper = self._paper(number, sentence["start"] + cue.start())
                if basis and paper and not basis.same(paper):
                    yield paper, basis

    def _basis(self, sentence: dict[str, Any], at: int) -> Step | None:
        """Read the phrase after a cue of relying: a document, with whoever issued it."""
        reach = sentence["text"][at : at + _REACH]
        end = _END.search(reach)
        phrase = (reach[: end.start()] if end else reach).strip()
        first = sentence["start"] + at
        issuer = next(
            (m for m in self.mentions if first <= m["start"] < first + len(phrase) + 1), None
        )
        kind = source_kind(phrase, None, str(sentence["language"]))
        if kind != "document" and not issuer or not phrase:
            return None
        return Step(phrase, kind or "organisation", issuer["entity_id"] if issuer else None)

    def _paper(self, number: int, before: int) -> Step | None:
        """Give the last paper named before a cue, in its sentence or the one before."""
        first = self.sentences[max(number - 1, 0)]["start"]
        language = str(self.sentences[number]["language"])
        for m in reversed(self.mentions):
            if first <= m["start"] < before:
                kind = source_kind(m["entity"], m["label"], language)
                if "outlet" in (kind, source_kind(m["text"], m["label"], language)):
                    return Step(m["entity"], "outlet", m["entity_id"])
        return None


def _step(row: dict[str, Any]) -> Step:
    name = None if row["unresolved"] else _given(row["entity"]) or _given(row["source"])
    if row["source_kind"] == "document" and not row["unresolved"]:
        name = _given(row["source"])
    return Step(name, _given(row["source_kind"]), _given(row["entity_id"]))


@cache
def _relays(state: Stamp, language: str) -> re.Pattern[str]:
    rows = wordlist("relays")
    patterns = rows.loc[rows["language"] == language, "pattern"]
    return re.compile("|".join(f"(?:{p})" for p in patterns) or r"(?!)", re.I)


def _given(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
