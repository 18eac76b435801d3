"""Which rows a selection keeps, and how many each further choice would leave.

All that is asked again and again is numbered once: a story of thousands of articles answers in
milliseconds. `helpers.explore.selecting.snippet` writes the same in pandas.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.explore.selecting import FACETS, STATEMENT, Selection, Value, applies
from helpers.keywords import holding
from helpers.selection import described, touched
from helpers.story import Story
from helpers.summary import named_sources
from helpers.tables import analysed, named
from helpers.tone import targets
from helpers.tone_summary import in_language

Ints, Flags = NDArray[np.int64], NDArray[np.bool_]


class Texts:
    """The sentences of a story, searched; the last search is kept, for all tables ask the same."""

    def __init__(self, story: Story) -> None:
        self._texts = story.sentences["text"].tolist()
        self._last: tuple[tuple[str, bool], Flags] | None = None

    def hit(self, text: str, pattern: bool) -> Flags:
        """Say which sentences hold what is searched for (`helpers.keywords.holding`)."""
        if self._last is None or self._last[0] != (text, pattern):
            found = holding(self._texts, text, pattern=pattern)
            self._last = (text, pattern), np.array(found, dtype=bool)
        return self._last[1]


class Facts:
    """The facts of one table's rows, numbered.

    Parameters
    ----------
    story
        The annotated articles.
    table
        attributions, tones (towards somebody), mentions or sentences (those analysed).
    texts
        Those of the story, shared by its tables.

    Attributes
    ----------
    rows : pandas.DataFrame
        The rows of the table; what `keep` gives are rows of it.
    """

    def __init__(self, story: Story, table: str, texts: Texts | None = None) -> None:
        self.story, self.table, self._texts = story, table, texts or Texts(story)
        self.rows = _rows(story, table)
        known = described(self.rows, story=story)
        self._days = known["day"].to_numpy(dtype=object, na_value="")
        own = {key: known[key] for key in ("language", "outlet", "voice") if key in known}
        if table == "tones":
            # The language of a row is its sentence's; filters ask for that of the article.
            own["entity"] = known["entity"]
        if table == "attributions":
            own |= {"source": known["name"], **{key: known[key] for key in STATEMENT[1:]}}
        self._own = {key: _Codes(own[key]) for key in own if applies(key, table)}

    @cached_property
    def _touched(self) -> tuple[Ints, Ints]:
        pairs = touched(self.rows, story=self.story)
        return pairs["row"].to_numpy(), pairs["sentence"].to_numpy()

    @cached_property
    def _linked(self) -> list["_Linked"]:
        """Give what rows are linked with: the entities named beside them, statements about them."""
        out = []
        if self.table != "tones":
            mentions = named(self.story.mentions).dropna(subset=["entity"])
            at = self._joined(touched(mentions, story=self.story))
            out.append(_Linked(*at, {"entity": _Codes(mentions["entity"])}))
        if self.table != "attributions":
            said = named_sources(self.story.attributions)
            codes = {"source": _Codes(said["name"])}
            codes |= {key: _Codes(said[key]) for key in STATEMENT[1:]}
            out.append(_Linked(*self._statements(said), codes))
        return out

    def _statements(self, said: pd.DataFrame) -> tuple[Ints, Ints]:
        if self.table != "tones":
            return self._joined(touched(said, story=self.story))
        place = pd.Series(range(len(said)), index=said["attribution_id"])
        at = self.rows["attribution_id"].map(place).to_numpy(dtype=float, na_value=np.nan)
        there = ~np.isnan(at)
        return np.flatnonzero(there), at[there].astype("int64")

    def _joined(self, things: pd.DataFrame) -> tuple[Ints, Ints]:
        """Join rows with things (mentions, statements) that touch a sentence of theirs."""
        own = pd.DataFrame({"row": self._touched[0], "sentence": self._touched[1]})
        pairs = own.merge(things.rename(columns={"row": "thing"}), on="sentence")
        pairs = pairs[["row", "thing"]].drop_duplicates()
        return pairs["row"].to_numpy(), pairs["thing"].to_numpy()

    def keep(self, selection: Selection) -> pd.DataFrame:
        """Give the rows that a selection keeps.

        Raises
        ------
        helpers.keywords.PatternError
            If its words are no pattern, or take too long.
        """
        kept = self._mask(dict(self._parts(selection)))
        return self.rows if kept.all() else self.rows[kept]

    def articles(self, selection: Selection) -> NDArray[np.object_]:
        """Give the ids of the articles of the rows that a selection keeps."""
        codes, ids = self._articles
        kept = self._mask(dict(self._parts(selection)))
        return ids[np.bincount(codes[kept], minlength=len(ids)) > 0]

    @cached_property
    def _articles(self) -> tuple[Ints, NDArray[np.object_]]:
        codes, ids = pd.factorize(self.rows["article_id"])
        return codes, np.asarray(ids, dtype=object)

    def days(self) -> list[str]:
        """Give the days that are known of any row."""
        return sorted({day for day in self._days if day})

    def counts(self, selection: Selection) -> dict[str, pd.Series]:
        """Give for each fact the rows that each of its values would leave beside the other facts.

        Returns
        -------
        dict of pandas.Series
            By key of `FACETS`: rows by value (None: not known), the most first; a value that no
            row of the table has is not there.
        """
        parts = dict(self._parts(selection))
        chosen = selection.chosen()
        out = {}
        for key in FACETS:
            if key in self._own:
                kept = self._mask({k: m for k, m in parts.items() if k != key})
                out[key] = self._own[key].counted(kept)
            for number, linked in enumerate(self._linked):
                if key in linked.codes:
                    kept = self._mask({k: m for k, m in parts.items() if k != number})
                    out[key] = linked.counted(key, kept, chosen)
        return out

    def _parts(self, selection: Selection) -> Iterator[tuple[str | int, Flags]]:
        """Give what each fact, or each thing that rows are linked with, leaves."""
        chosen = selection.chosen()
        for key, codes in self._own.items():
            if key in chosen:
                yield key, codes.among(chosen[key])
        for number, linked in enumerate(self._linked):
            if linked.codes.keys() & chosen.keys():
                yield number, linked.rows(linked.things(chosen), len(self.rows))
        if selection.since or selection.until:
            first, last = selection.since or "0", selection.until or "9"
            yield "days", (self._days >= first) & (self._days <= last) & (self._days != "")
        if selection.text:
            hit = self._texts.hit(selection.text, selection.pattern)
            row, sentence = self._touched
            yield "text", _marked(row[hit[sentence]], len(self.rows))

    def _mask(self, parts: dict[str | int, Flags]) -> Flags:
        kept = np.ones(len(self.rows), dtype=bool)
        for part in parts.values():
            kept &= part
        return kept


class _Codes:
    """A column as numbers, -1 where it is not known."""

    def __init__(self, column: pd.Series) -> None:
        codes, values = pd.factorize(column.astype("str"), sort=True)
        self.codes: Ints = codes.astype("int64")
        self.values = [*map(str, values)]
        self._place = {value: i for i, value in enumerate(self.values)}

    def among(self, wanted: tuple[Value, ...]) -> Flags:
        """Say which rows have one of the values."""
        flags = np.zeros(len(self.values) + 1, dtype=bool)
        flags[
            [-1 if v is None else self._place[v] for v in wanted if v in self._place or not v]
        ] = 1
        return flags[self.codes]

    def counted(self, kept: Flags, row: Ints | None = None) -> pd.Series:
        """Count by value the rows kept, each once; `row` is that of each code, if not its own."""
        n = len(self.values) + 1
        codes = np.where(self.codes < 0, n - 1, self.codes)[kept]
        once = codes if row is None else _distinct(row[kept] * n + codes) % n
        counts = np.bincount(once, minlength=n)
        there = np.bincount(np.where(self.codes < 0, n - 1, self.codes), minlength=n) > 0
        out = pd.Series(counts, index=pd.Index([*self.values, None], dtype=object))[there]
        return out.sort_values(ascending=False, kind="stable")


class _Linked:
    """Things that rows are linked with, by pairs of a row and a thing, and facts of the things."""

    def __init__(self, row: Ints, thing: Ints, codes: dict[str, _Codes]) -> None:
        self.row, self.thing, self.codes = row, thing, codes
        self._paired = {key: _Paired(own, thing) for key, own in codes.items()}

    def things(self, chosen: dict[str, tuple[Value, ...]], but: str = "") -> Flags:
        """Say which pairs have a thing of which all that is chosen is so."""
        kept = np.ones(len(self.thing), dtype=bool)
        for key, paired in self._paired.items():
            if key in chosen and key != but:
                kept &= paired.among(chosen[key])
        return kept

    def rows(self, pairs: Flags, n: int) -> Flags:
        """Say which of n rows have one of the pairs."""
        return _marked(self.row[pairs], n)

    def counted(self, key: str, kept: Flags, chosen: dict[str, tuple[Value, ...]]) -> pd.Series:
        """Count the rows kept by the value of a fact of their things."""
        return self._paired[key].counted(kept[self.row] & self.things(chosen, key), self.row)


class _Paired(_Codes):
    """The facts of things, a code for each pair."""

    def __init__(self, codes: _Codes, thing: Ints) -> None:
        self.codes, self.values, self._place = codes.codes[thing], codes.values, codes._place


def _rows(story: Story, table: str) -> pd.DataFrame:
    if table == "attributions":
        return named_sources(story.attributions)
    if table == "tones":
        return targets(in_language(story.tones, story.sentences))
    return analysed(story.sentences) if table == "sentences" else story.mentions


def _marked(rows: Ints, n: int) -> Flags:
    flags = np.zeros(n, dtype=bool)
    flags[rows] = True
    return flags


def _distinct(keys: Ints) -> Ints:
    """Sort and give each once: `numpy.unique` hashes first, which takes longer with many."""
    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]
