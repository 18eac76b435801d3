"""In what way a method is wrong: what became of each thing marked, and of each thing found.

Every thing marked is *right*, has a *wrong source* (or a *wrong label*), *wrong bounds* (something
found shares letters with it, but not enough to be the same) or was *missed*; every thing found is
one of these or *invented*. So the counts of each side add up to all. Tone: which label was given to
targets of each label.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from helpers import annotate, load
from helpers.gold import lines, parts, placed
from helpers.scores import ABSTAINED
from helpers.scoring import (
    TONE_LABELS,
    Attribution,
    Span,
    iob_spans,
    matches,
    positions,
    reliability,
)
from helpers.tables import analysed, named
from helpers.tone import towards
from helpers.toning import LABELS

_TONES = dict(zip(TONE_LABELS, LABELS, strict=True))
Name = tuple[int, int, str]


class Outcome(NamedTuple):
    """What became of a thing (`helpers.scores.KINDS`), and where its counterpart is, if any."""

    kind: str
    other: int | None = None


class Sides(NamedTuple):
    """The outcomes of what was marked and of what was found, each in its order."""

    marked: list[Outcome]
    found: list[Outcome]


def attributions(text: str, marked: Sequence[Attribution], found: Sequence[Attribution]) -> Sides:
    """Tell the outcomes of one document's attributions, by the matches of `helpers.scoring`."""
    pairs = [
        (i, j, "right" if same else "wrong source") for i, j, same in matches(text, marked, found)
    ]
    places = [[positions(text, a.content) for a in side] for side in (marked, found)]
    return _sides(pairs, *places)


def entities(marked: Sequence[Name], found: Sequence[Name]) -> Sides:
    """Tell the outcomes of one document's names: start, end and label of each."""
    pairs = [
        (i, j, "right" if ours == theirs else "wrong label")
        for (i, ours), (j, theirs) in product(enumerate(found), enumerate(marked))
        if ours[:2] == theirs[:2]
    ]
    return _sides(
        pairs, *([frozenset(range(s, e)) for s, e, _ in side] for side in (marked, found))
    )


def _sides(
    pairs: Iterable[tuple[int, int, str]],
    marked: Sequence[frozenset[int]],
    found: Sequence[frozenset[int]],
) -> Sides:
    """Say of what has no match whether it touches anything of the other side."""
    sides = Sides([Outcome("missed")] * len(marked), [Outcome("invented")] * len(found))
    for i, j, kind in pairs:
        sides.marked[j], sides.found[i] = Outcome(kind, i), Outcome(kind, j)
    for (i, ours), (j, theirs) in product(enumerate(found), enumerate(marked)):
        if ours & theirs:
            if sides.marked[j].other is None:
                sides.marked[j] = Outcome("wrong bounds", i)
            if sides.found[i].other is None:
                sides.found[i] = Outcome("wrong bounds", j)
    return sides


class Tally:
    """Outcomes of many documents, summed to the fields ``errors`` and ``bins`` of a score."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.sure: list[float] = []
        self.right: list[bool] = []

    def add(self, sides: Sides, confidence: Iterable[float | None]) -> None:
        """Add a document: its outcomes, and how sure the method was of each thing found."""
        for name, outcomes in sides._asdict().items():
            self.counts.update((name, outcome.kind) for outcome in outcomes)
        for outcome, sure in zip(sides.found, confidence, strict=True):
            self._answer(sure, outcome.kind == "right")

    def add_tone(self, gold: int, label: str, abstained: bool, confidence: float | None) -> None:
        """Add a judgement: the gold label (-1, 0, 1), the label given, whether it was held back."""
        self.counts[_TONES[gold], ABSTAINED if abstained else label] += 1
        self._answer(confidence, label == _TONES[gold])

    def _answer(self, sure: float | None, right: bool) -> None:
        if sure is not None and not pd.isna(sure):
            self.sure.append(float(sure))
            self.right.append(right)

    def fields(self) -> dict[str, list[dict[str, Any]]]:
        """Give ``errors`` (``of``, ``kind``, ``n``) and ``bins`` (`helpers.scoring.reliability`).

        ``of`` is *marked* or *found*, for tone the label that was marked. There are no bins for a
        method that does not say how sure it is.
        """
        errors = [{"of": of, "kind": kind, "n": n} for (of, kind), n in sorted(self.counts.items())]
        return {"errors": errors, "bins": reliability(self.sure, self.right)}


def marked(row: dict[str, Any]) -> list[Attribution]:
    """Give the attributions that a row of gold has."""
    return [Attribution(tuples(a["content"]), tuples(a["source"])) for a in row["attributions"]]


def predicted(rows: pd.DataFrame) -> list[Attribution]:
    """Give rows of the table ``attributions`` as what is scored."""
    return [
        Attribution(
            tuples(row.content_spans),
            () if pd.isna(row.source_start) else ((int(row.source_start), int(row.source_end)),),
            row.confidence,
        )
        for row in rows.itertuples()
    ]


def tuples(spans: Iterable[Sequence[int]]) -> tuple[Span, ...]:
    """Give spans as tuples."""
    return tuple((start, end) for start, end in spans)


class _Document(NamedTuple):
    """A text of our own marks: who says what in it, and who is named; None where not marked."""

    language: str
    text: str
    where: str
    said: list[Attribution] | None = None
    names: list[Name] | None = None


def examples(own: Path, articles: Path) -> pd.DataFrame:
    """Give one example of each way to be wrong, from texts that may be shown.

    Parameters
    ----------
    own
        The folder of the project's own marks.
    articles
        The folder of the five articles, which are marked there, too.

    Returns
    -------
    pandas.DataFrame
        ``layer, language, of, kind`` as in `Tally.fields`; ``text``, the sentences; ``marked`` and
        ``found``, what was marked there and what the method found, empty where nothing; ``where``.
        The shortest of each sort; not every sort is met in every language.
    """
    documents = [*_five(own, articles), *_written(own)]
    rows = pd.DataFrame([*_in_stories(documents), *_tones(own)])
    rows = rows.sort_values("text", key=lambda texts: texts.str.len(), kind="stable")
    keys = ["layer", "language", "of", "kind"]
    return rows.drop_duplicates(keys).sort_values(keys, ignore_index=True)


def _five(own: Path, articles: Path) -> Iterator[_Document]:
    """Give the five articles with their marks, but for captions and names within compounds."""
    said, names = lines(own / "attributions.jsonl"), lines(own / "entities.jsonl")
    for article in load(articles)[0].itertuples():
        yield _Document(
            article.language,
            article.text,
            article.file,
            [
                Attribution(tuples(row["content_spans"]), tuples(row["source_spans"]))
                for row in said
                if row["file"] == article.file
            ],
            [
                (row["start"], row["end"], row["label"])
                for row in names
                if row["file"] == article.file and row["in_article"] and not row["compound"]
            ],
        )


def _written(own: Path) -> Iterator[_Document]:
    """Give the texts that were written to be marked; names are marked by sentence."""
    named_in = {language: lines(file) for language, _, file in parts(own / "entities", "own")}
    for language, _, file in parts(own / "attribution", "own"):
        for row in lines(file):
            names = [
                (at + start, at + end, label)
                for sentence in named_in.get(language, ())
                if (at := row["text"].find(sentence["text"])) >= 0
                for start, end, label in iob_spans(placed(sentence)[1], sentence["tags"])
            ]
            yield _Document(
                language, row["text"], file.name, marked(row), sorted(names) if names else None
            )


def _in_stories(documents: Sequence[_Document]) -> Iterator[dict[str, str]]:
    """Set what `annotate` finds in documents beside their marks; give what differs."""
    rows = [
        {"article_id": str(i), "text": d.text, "language": d.language}
        for i, d in enumerate(documents)
    ]
    story = annotate(load(pd.DataFrame(rows))[0], progress=False)
    tables = (analysed(story.sentences), story.attributions, named(story.mentions))
    own = [dict(list(table.groupby("article_id"))) for table in tables]
    for i, document in enumerate(documents):
        sentences, said, names = (
            t.get(str(i), e.iloc[:0]) for t, e in zip(own, tables, strict=True)
        )
        if document.said is not None:
            yield from _differing(document, sentences, document.said, predicted(said))
        if document.names is not None:
            found = list(names[["start", "end", "label"]].itertuples(index=False, name=None))
            yield from _differing(document, sentences, document.names, found)


def _differing(
    document: _Document,
    sentences: pd.DataFrame,
    due: Sequence[Attribution] | Sequence[Name],
    found: Sequence[Attribution] | Sequence[Name],
) -> Iterator[dict[str, str]]:
    """Give a row for each thing marked, and each invented, that is not right."""
    speech = due is document.said
    sides = attributions(document.text, due, found) if speech else entities(due, found)
    layer = "attribution" if speech else "entities"
    pairs = [("marked", o, due[j], o.other) for j, o in enumerate(sides.marked)]
    pairs += [("found", o, None, i) for i, o in enumerate(sides.found) if o.kind == "invented"]
    for of, outcome, mark, other in pairs:
        if outcome.kind == "right":
            continue
        both = [mark, None if other is None else found[other]]
        places = [place for thing in both for place in _places(thing)]
        first, last = min(s for s, _ in places), max(e for _, e in places)
        near = sentences[(sentences["end"] > first) & (sentences["start"] < last)]
        if near.empty:  # marked in a block that is kept out
            continue
        first, last = min(first, near["start"].min()), max(last, near["end"].max())
        words = [_words(document.text, thing) for thing in both]
        yield {
            "layer": layer, "language": near["language"].iloc[0], "of": of, "kind": outcome.kind,
            "text": document.text[first:last], "marked": words[0], "found": words[1],
            "where": document.where,
        }  # fmt: skip


def _places(thing: Attribution | Name | None) -> Sequence[Span]:
    if thing is None:
        return ()
    return (*thing.content, *thing.source) if isinstance(thing, Attribution) else (thing[:2],)


def _words(text: str, thing: Attribution | Name | None) -> str:
    """Quote a thing: its source and content, or the name and its label."""
    if thing is None:
        return ""
    if not isinstance(thing, Attribution):
        return f"{text[thing[0] : thing[1]]} ({thing[2]})"
    source, content = (" … ".join(text[s:e] for s, e in p) for p in (thing.source, thing.content))
    return f"{source or '(no source)'}: {content}"


def _tones(own: Path) -> Iterator[dict[str, str]]:
    for language, _, file in parts(own / "tone", "own"):
        rows = lines(file)
        texts, spans = [row["text"] for row in rows], [tuple(row["target"]) for row in rows]
        said = towards(texts, spans, [language] * len(rows))
        for row, label in zip(rows, said["label"], strict=True):
            due, answer = _TONES[row["label"]], ABSTAINED if pd.isna(label) else label
            if due != answer:
                target = row["text"][slice(*row["target"])]
                yield {
                    "layer": "tone", "language": language, "of": due, "kind": answer,
                    "text": row["text"], "marked": f"{target}: {due}",
                    "found": f"{target}: {answer}", "where": file.name,
                }  # fmt: skip
