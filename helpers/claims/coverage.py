"""Claims, and which article tells each, how, and on whose word."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pandas as pd

from helpers.claims.copied import copies as find_copies
from helpers.claims.copied import groups
from helpers.claims.corrections import corrections
from helpers.claims.grouping import grouped
from helpers.claims.vectors import Floats, compared, signed, units
from helpers.story import Story
from helpers.summary import UNRESOLVED, named_sources
from helpers.tables import frame, named

_DIRECT = ("direct", "mixed")


def claims(
    story: Story,
    *,
    language: str | None = None,
    copies: pd.DataFrame | None = None,
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Group the sentences that state the same claim, and say which article tells it, and how.

    Only articles of one story are compared (`helpers.claims.copied`). A sentence that states
    several things may stand in several claims, by its attributed contents. A reader's corrections
    in ``data/corrections/claims.csv`` are followed.

    Parameters
    ----------
    story
        The annotated articles.
    language
        The reader's language, as ``en``: labels are in it where a claim has a sentence in it.
    copies
        Table "copies" of this story, if it was made before.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    claims : pandas.DataFrame
        Table "claims", those of most articles first. label is the claim's most central sentence
        (the highest mean similarity to its others), label_id its sentence_id; entities are those
        its sentences name, the most frequent first; n counts articles.
    coverage : pandas.DataFrame
        Table "coverage": a row a claim and article of its story. mode is *direct* (at least in part
        in quote marks), *indirect*, *unattributed*, *absent* (the article is there and does not
        say it), or *not held*: nothing of the article is analysed, or it was printed before the
        first day on which another told the claim. sources are those on whose word it is told.

    Raises
    ------
    ValueError
        If a row of ``data/corrections/claims.csv`` cannot be followed, naming file, row and reason.
    """
    rows = units(story)
    vector = signed(compared(rows, progress=progress), list(rows["denies"]))
    related = find_copies(story, progress=progress) if copies is None else copies
    pairs = list(zip(related["article_a"], related["article_b"], strict=True))
    read = corrections(rows["sentence_id"])
    found = grouped(rows, vector, pairs, read.same, read.apart)
    kept = _numbered(rows, found)
    told = _claims(kept, rows, vector, story, language)
    return told, _coverage(kept, rows, story, related)


def _numbered(rows: pd.DataFrame, found: list[list[int]]) -> dict[str, list[int]]:
    """Give each claim its id, by the number of articles that tell it, then by the text.

    A content that stands with nothing but its own sentence is no claim beside it; a sentence of
    which a content is told elsewhere, too, is no claim that it alone tells.
    """
    article, sentence = rows["article_id"].tolist(), rows["sentence_id"].tolist()
    part = rows["attribution_id"].notna().tolist()
    several = [g for g in found if len({sentence[i] for i in g}) > 1]
    held = {sentence[i] for g in several for i in g}
    single = [[i for i in g if not part[i]] for g in found if len({sentence[i] for i in g}) == 1]
    kept = several + [g for g in single if g and sentence[g[0]] not in held]
    kept.sort(key=lambda g: (-len({article[i] for i in g}), g[0]))
    width = max(3, len(str(len(kept))))
    return {f"c{n:0{width}}": g for n, g in enumerate(kept, 1)}


def _claims(
    kept: dict[str, list[int]],
    rows: pd.DataFrame,
    vector: Floats,
    story: Story,
    language: str | None,
) -> pd.DataFrame:
    names: dict[str, list[str]] = {}
    mentions = named(story.mentions).dropna(subset=["entity"])
    for mention in mentions.drop_duplicates(["sentence_id", "entity"]).itertuples():
        names.setdefault(mention.sentence_id, []).append(mention.entity)
    columns = ["text", "sentence_id", "article_id", "language"]
    text, sentence, article, spoken = (rows[name].tolist() for name in columns)
    own = {i for i, code in enumerate(spoken) if code == language}
    out = []
    for claim_id, members in kept.items():
        best = _central([i for i in members if i in own] or members, members, vector)
        sentences = list(dict.fromkeys(sentence[i] for i in members))
        count = Counter(name for s in sentences for name in names.get(s, ()))
        entities = sorted(count, key=lambda name: (-count[name], name))
        out.append(
            {
                "claim_id": claim_id,
                "label": text[best],
                "label_id": sentence[best],
                "language": spoken[best],
                "entities": entities,
                "n": len({article[i] for i in members}),
            }
        )
    return frame(out, "claims")


def _central(own: list[int], members: list[int], vector: Floats) -> int:
    """Give the unit, one of our own, that is nearest to all members."""
    total = vector[members].sum(axis=0)
    return max(own, key=lambda i: (round(float(vector[i] @ total), 5), -i))


def _coverage(
    kept: dict[str, list[int]], rows: pd.DataFrame, story: Story, copies: pd.DataFrame
) -> pd.DataFrame:
    ids = story.articles["article_id"]
    group = groups(copies, ids).to_dict()
    parts: dict[str, list[str]] = {}
    for name, part in group.items():
        parts.setdefault(part, []).append(name)
    empty = set(ids) - set(rows["article_id"])
    vague = story.articles["published_precision"].isin(["month", "year"])
    days = story.articles["published"].dt.floor("D").mask(vague).set_axis(ids)
    spans = _Said(story.attributions)
    order = {name: i for i, name in enumerate(ids)}
    # Plain values: there are as many cells as claims times articles, and pandas is slow at each.
    units = [_Unit(*row) for row in zip(*(rows[name] for name in _Unit._fields), strict=True)]
    printed = {name: day for name, day in days.items() if pd.notna(day)}
    out = []
    for claim_id, members in kept.items():
        tellers: dict[str, list[_Unit]] = {}
        for i in members:
            tellers.setdefault(units[i].article_id, []).append(units[i])
        near = {a for part in {group[teller] for teller in tellers} for a in parts[part]}
        known = [printed[teller] for teller in tellers if teller in printed]
        first = min(known) if len(known) == len(tellers) else None
        for name in sorted(near | empty, key=order.__getitem__):
            row = {"claim_id": claim_id, "article_id": name}
            if name in tellers:
                row |= spans.told(tellers[name])
            else:
                early = first is not None and name in printed and printed[name] < first
                row |= {"mode": "not held" if name in empty or early else "absent"}
            out.append(row)
    return frame(out, "coverage")


class _Unit(NamedTuple):
    """A unit, as far as it says how a claim is told."""

    article_id: str
    sentence_id: str
    start: int
    end: int
    attribution_id: str | None


class _Said:
    """What is attributed, by article, to be looked up by place."""

    def __init__(self, attributions: pd.DataFrame) -> None:
        rows = named_sources(attributions).astype({"mode": "str"})
        columns = ["attribution_id", "mode", "name", "content_spans"]
        self.known: dict[str, list[tuple]] = {}
        said = rows[columns].itertuples(index=False)
        for article, row in zip(rows["article_id"], said, strict=True):
            self.known.setdefault(article, []).append(row)

    def told(self, members: list["_Unit"]) -> dict[str, Any]:
        """Say how an article tells a claim, in the words of some of its units."""
        said = [row for unit in members for row in self._within(unit)]
        mode = "unattributed"
        if said:
            mode = "direct" if any(row.mode in _DIRECT for row in said) else "indirect"
        sources = dict.fromkeys(row.name for row in said if row.name != UNRESOLVED)
        return {
            "mode": mode,
            "sentence_ids": list(dict.fromkeys(unit.sentence_id for unit in members)),
            "attribution_ids": list(dict.fromkeys(row.attribution_id for row in said)),
            "sources": list(sources),
        }

    def _within(self, unit: "_Unit") -> Iterator[tuple]:
        """Give the attributions of a unit: a content's own, all that reach into a sentence."""
        whole = not isinstance(unit.attribution_id, str)
        for row in self.known.get(unit.article_id, ()):
            if row.attribution_id == unit.attribution_id or (
                whole and any(s < unit.end and e > unit.start for s, e in row.content_spans)
            ):
                yield row
