"""Passages: the places in the articles that stand behind rows, with the spans to mark in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from helpers.marking import Mark
from helpers.story import Story

Moved = tuple[str, str, float]  # towards whom, a word, how far it moved the tone
Key = tuple[str, list[str]]  # the group of a passage, and the ids that lead to it


@dataclass
class Passage:
    """A place to show: its group, the ids of its rows, its marks, what is said of it and why."""

    article_id: str
    start: int
    end: int
    group: str
    ids: list[str]
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    why: list[Moved] = field(default_factory=list)


def passages(
    rows: pd.DataFrame, by: str | None, ids: pd.Series | None, story: Story
) -> Iterable[Passage]:
    """Give the passages behind rows.

    Parameters
    ----------
    rows
        Rows of ``attributions`` (a passage a row), ``mentions`` or ``tones`` (one a sentence) or
        of ``sentences``, ``blocks`` or tellings of a claim (one a row).
    by
        The column of `rows` to group by.
    ids
        The id of each row; a passage has those of all its rows. None: no ids.
    story
        The story the rows come from.
    """
    groups = rows[by].astype("str").fillna("not known") if by else [""] * len(rows)
    own = [[] for _ in range(len(rows))] if ids is None else [[i] for i in ids]
    keys = list(zip(groups, own, strict=True))
    if "content_spans" in rows.columns:
        return _attributed(rows, keys, story)
    if "sentence_id" in rows.columns and "entity_id" in rows.columns:
        return _mentioned(rows, keys, story)
    return [
        Passage(r.article_id, r.start, r.end, *key, marks=_lone(r), notes=_about(r))
        for r, key in zip(rows.itertuples(), keys, strict=True)
    ]


def units(rows: pd.DataFrame) -> NDArray[np.int64]:
    """Give the number of each row's passage, from 0 in the order of `passages`."""
    if "content_spans" not in rows.columns and {"sentence_id", "entity_id"} <= set(rows.columns):
        return pd.factorize(rows["sentence_id"])[0]
    return np.arange(len(rows))


def _attributed(rows: pd.DataFrame, keys: list[Key], story: Story) -> Iterable[Passage]:
    """Give one passage a row: all sentences that its source, cue and content touch."""
    lines = story.sentences[story.sentences["article_id"].isin(rows["article_id"])]
    places = lines.groupby("article_id").indices
    starts, ends = lines["start"].to_numpy(), lines["end"].to_numpy()
    for row, (group, ids) in zip(rows.itertuples(), keys, strict=True):
        marks = [(*span, "content") for span in row.content_spans]
        marks += [(*span, "cue") for span in row.cue_spans]
        if pd.notna(row.source_start):
            marks.append((row.source_start, row.source_end, "source"))
        first, last = min(m[0] for m in marks), max(m[1] for m in marks)
        near = places[row.article_id]
        near = near[(ends[near] > first) & (starts[near] < last)]
        first = int(starts[near].min(initial=first))
        last = int(ends[near].max(initial=last))
        who = row.entity if isinstance(row.entity, str) else row.source
        notes = ["unresolved" if row.unresolved else who, row.mode, row.stance, row.how]
        told = [n for n in notes if given(n)]
        yield Passage(row.article_id, first, last, group, ids, marks, told)


def _mentioned(rows: pd.DataFrame, keys: list[Key], story: Story) -> Iterable[Passage]:
    """Give one passage a sentence, with every row of it marked."""
    own = story.sentences["sentence_id"].isin(rows["sentence_id"])
    lines = story.sentences[own]
    ends = zip(lines["start"], lines["end"], strict=True)
    places = dict(zip(lines["sentence_id"], ends, strict=True))
    within = rows["attribution_id"] if "attribution_id" in rows.columns else ()
    said = story.attributions[story.attributions["attribution_id"].isin(within)]
    names = said["entity"].fillna(said["source"]).fillna("source not found")
    sources = dict(zip(said["attribution_id"], names, strict=True))
    text = story.articles.set_index("article_id")["text"] if "moved" in rows.columns else {}
    found: dict[tuple[str, str], Passage] = {}
    for row, (group, ids) in zip(rows.itertuples(), keys, strict=True):
        place = Passage(row.article_id, *places[row.sentence_id], group, [])
        passage = found.setdefault((group, row.sentence_id), place)
        passage.ids += [i for i in ids if i not in passage.ids]
        kind = "mention"
        if "tone" in rows.columns:
            kind = row.label if given(row.label) else "unscored"
            figure = row.how if row.abstained else f"{row.tone:+.2f}"
            whom = row.entity if given(row.entity) else "the sentence"
            whose = sources[row.attribution_id] if given(row.attribution_id) else ""
            voice = f"{row.voice}: {whose}" if whose else row.voice
            passage.notes.append(f"{whom}: {figure} ({voice})")
            for first, last, shift in row.moved if "moved" in rows.columns else ():
                passage.why.append((whom, text[row.article_id][first:last], shift))
        passage.marks.append((row.start, row.end, kind))
    return found.values()


def _lone(row: tuple) -> list[Mark]:
    """Mark the words that only this telling of a claim has."""
    return [(start, end, "lone") for start, end in getattr(row, "lone_spans", ())]


def _about(row: tuple) -> list[str]:
    if hasattr(row, "lone_spans"):
        return [note for note in (row.mode, row.differs) if given(note)]
    return [f"{row.kind}: {row.reason}" if hasattr(row, "reason") else str(row.kind)]


def marked_ids(figure: go.Figure) -> Iterator[list[str]]:
    """Give the ids that each mark of a figure carries in its ``customdata``."""
    for trace in figure.data:
        yield from _leaves(trace.link.customdata if trace.type == "sankey" else trace.customdata)


def _leaves(data: object) -> Iterator[list[str]]:
    if not isinstance(data, list | tuple | np.ndarray):
        return
    if len(data) and all(isinstance(value, str) for value in data):
        yield list(data)
    else:
        for value in data:
            yield from _leaves(value)


def chosen(groups: Iterable[list[Passage]], limit: int, marks: Iterable[list[str]]) -> set[int]:
    """Choose the passages to list where there are too many.

    Parameters
    ----------
    groups
        The passages of each group, the first group first.
    limit
        Passages listed of a group at most, and groups.
    marks
        The ids of each mark of a figure. A mark that none of these passages is behind gets its
        first one besides: no click leads to nothing.

    Returns
    -------
    set of int
        The ``id()`` of each.
    """
    groups = list(groups)
    kept = [passage for own in groups[:limit] for passage in own[:limit]]
    reached = {i for passage in kept for i in passage.ids}
    first = {i: p for own in reversed(groups) for p in reversed(own) for i in p.ids}
    for ids in marks:
        if reached.isdisjoint(ids) and (found := [first[i] for i in ids if i in first]):
            kept.append(found[0])
            reached.update(found[0].ids)
    return {id(passage) for passage in kept}


def given(value: object) -> bool:
    """Tell a text from a missing or an empty one."""
    return isinstance(value, str) and value != ""
