"""Who appears with whom: pairs of entities in the same sentence, paragraph or article.

Two frequent entities meet by chance, so a count alone says little. Select pairs by the test
(`select`) and read NPMI as the size of what was found. The test takes units as independent;
units of one article are not quite, copies of one wire story not at all: count those once
(`helpers.selection.once`).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.association import Ints, adjusted, association
from helpers.sentences import paragraph
from helpers.tables import frame, named

UNITS = ("sentence", "paragraph", "article")
ENTITIES, EDGES = 20, 30  # shown at most: a matrix or a network of more is a hairball


class _Incidence(NamedTuple):
    """Which entity stands in which unit, one row each, sorted by unit, then entity.

    Its sentences are ``sentences[first[row]:first[row + 1]]``.
    """

    unit: Ints
    entity: Ints
    first: Ints
    sentences: Ints


class _Meetings(NamedTuple):
    """A row for two entities in one unit: their pair's number, and their rows of the incidence."""

    pair: Ints
    one: Ints
    other: Ints


def pairs(
    mentions: pd.DataFrame, unit: str = "sentence", n_units: int | None = None, least: int = 1
) -> pd.DataFrame:
    """Count how often two entities share a unit, and how far that is from chance.

    Parameters
    ----------
    mentions
        Table "mentions" of `helpers.tables`; rows without an entity_id, role phrases and pronouns
        are left out. Entities are told apart by `entity`, their one name in every language.
    unit
        sentence, paragraph (the part of sentence_id before the sentence) or article.
    n_units
        How many units there are. Without it, n counts the units that hold at least one
        mention, which makes chance meetings likelier and the test stricter.
    least
        Smallest joint count of a row. In a large corpus most pairs meet once: to leave them out
        saves most of the time and memory, and changes nothing about the others.

    Returns
    -------
    pandas.DataFrame
        Table "pairs": a row for any two entities that meet, entity_a before entity_b. joint,
        count_a, count_b and n count units; expected, npmi, g2 and p (one-sided: more often than
        chance) are those of `helpers.association.association`; q is p after Benjamini and
        Hochberg (1995) over all pairs of entities, those that never meet (p = 1) included.
        sentence_ids are the sentences of the shared units that hold either entity; article_ids
        are their articles; both sorted.

    Raises
    ------
    ValueError
        If there is no such unit, or n_units is below the units that hold a mention.
    """
    rows = _resolved(mentions)
    units, _ = pd.factorize(_units(rows, unit))
    held = int(units.max(initial=-1)) + 1
    if n_units is not None and n_units < held:
        raise ValueError(f"n_units is {n_units}, but {held} units hold a mention")
    entities, names = pd.factorize(rows["entity"], sort=True)
    sentences, ids = pd.factorize(rows["sentence_id"], sort=True)
    seen = _incidence(units, entities, sentences)
    n = held if n_units is None else n_units
    table, met = _counted(seen, len(names), n, least)
    if table.empty:
        return frame([], "pairs")
    where = _sentences(seen, met)
    home = rows["article_id"].to_numpy()[np.unique(sentences, return_index=True)[1]]
    columns = {
        "entity_a": names[table["entity_a"]],
        "entity_b": names[table["entity_b"]],
        "sentence_ids": _lists(*where, ids.to_numpy()),
        "article_ids": _lists(*_homes(*where, home)),
    }
    return frame(table.assign(**columns), "pairs")


def units(mentions: pd.DataFrame, unit: str = "sentence") -> int:
    """Count the units that hold a name: the n of `pairs`, also where no two names meet.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    return _units(_resolved(mentions), unit).nunique()


def select(pairs: pd.DataFrame, alpha: float = 0.05, least: int = 3) -> pd.DataFrame:
    """Keep the pairs that meet more often than chance; `verdict` says it in words.

    Parameters
    ----------
    pairs
        Table "pairs".
    alpha
        Largest q: the share of false finds that is put up with, 0..1.
    least
        Smallest joint count.

    Returns
    -------
    pandas.DataFrame
        The rows with q <= alpha and joint >= least, the strongest association (npmi) first.
    """
    kept = pairs[(pairs["q"] <= alpha) & (pairs["joint"] >= least)]
    return kept.sort_values(["npmi", "joint", "entity_a", "entity_b"], ascending=[0, 0, 1, 1])


def verdict(pairs: pd.DataFrame, alpha: float = 0.05, least: int = 3) -> str:
    """Say in a sentence what `select` found, or that the corpus is too small to select from."""
    if pairs.empty:
        return "No two entities meet in any unit: there is nothing to select from."
    seen, n = len(pairs), pairs["n"].iloc[0]
    if pairs["joint"].max() < least:
        return (
            f"No pair meets in {least} of the {n} units or more: the corpus is too small to "
            f"select from. The {seen} pairs are what was seen, not a finding."
        )
    found = len(select(pairs, alpha, least))
    if not found:
        return (
            f"None of the {seen} pairs in {n} units stands out from chance (joint >= {least}, "
            f"q <= {alpha:g}): there are too few units to tell, or there is nothing to find."
        )
    return (
        f"{found} of the {seen} pairs in {n} units meet more often than chance "
        f"(joint >= {least}, q <= {alpha:g})."
    )


def frequent(pairs: pd.DataFrame, top: int = ENTITIES) -> pd.Series:
    """Give the entities in the most units: their number of units, by name."""
    a = pairs.set_index("entity_a")["count_a"]
    b = pairs.set_index("entity_b")["count_b"]
    both = pd.concat([a, b]).sort_index()
    counts = both[~both.index.duplicated()]
    return counts.sort_values(ascending=False, kind="stable").head(top)


def among(pairs: pd.DataFrame, top: int = ENTITIES) -> pd.DataFrame:
    """Keep the pairs of the most frequent entities: those of the matrix."""
    names = frequent(pairs, top).index
    return pairs[pairs["entity_a"].isin(names) & pairs["entity_b"].isin(names)]


def strongest(pairs: pd.DataFrame, top: int = EDGES) -> pd.DataFrame:
    """Keep the most joint pairs, then those with the highest NPMI: those of the network.

    Of the pairs that `select` keeps, if there are any; else of all.
    """
    found = select(pairs)
    order = ["joint", "npmi", "entity_a", "entity_b"]
    kept = pairs if found.empty else found
    return kept.sort_values(order, ascending=[False, False, True, True]).head(top)


def spread(mentions: pd.DataFrame) -> pd.Series:
    """Count the articles that name each entity: by name, the most first."""
    counts = _resolved(mentions).groupby("entity")["article_id"].nunique().sort_index()
    return counts.sort_values(ascending=False, kind="stable")


def pair_names(pairs: pd.DataFrame) -> pd.Series:
    """Name each pair, such as ``Alibaba – White House``."""
    return pairs["entity_a"] + " – " + pairs["entity_b"]


def behind(pairs: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Give the mentions behind pairs, for the evidence view.

    Parameters
    ----------
    pairs, mentions
        The tables of these names; of the pairs, those to show.

    Returns
    -------
    pandas.DataFrame
        Names of `mentions` with a column ``pair`` (`pair_names`); a mention stands once for each
        pair that it belongs to.
    """
    names = pair_names(pairs)
    long = pd.concat(
        pairs.assign(pair=names, entity=pairs[side])[["pair", "entity", "sentence_ids"]]
        for side in ("entity_a", "entity_b")
    )
    places = long.explode("sentence_ids").rename(columns={"sentence_ids": "sentence_id"})
    out = named(mentions).merge(places, on=["sentence_id", "entity"])
    out.attrs.update(mentions.attrs)  # a merge forgets the story that the evidence needs
    return out


def _resolved(mentions: pd.DataFrame) -> pd.DataFrame:
    columns = ["article_id", "sentence_id", "entity_id", "entity", "how"]
    return named(mentions[columns]).dropna(subset=["entity_id", "entity"])


def _units(mentions: pd.DataFrame, unit: str) -> pd.Series:
    if unit not in UNITS:
        raise ValueError(f"unit is {unit!r}; it must be one of {', '.join(UNITS)}")
    if unit == "article":
        return mentions["article_id"]
    return mentions["sentence_id"] if unit == "sentence" else paragraph(mentions["sentence_id"])


def _incidence(units: Ints, entities: Ints, sentences: Ints) -> _Incidence:
    order = np.lexsort((sentences, entities, units))
    rows = np.column_stack([units, entities, sentences])[order]
    rows = rows[np.any(np.diff(rows, axis=0, prepend=-1), axis=1)]
    first = np.flatnonzero(np.any(np.diff(rows[:, :2], axis=0, prepend=-1), axis=1))
    return _Incidence(*rows[first, :2].T, np.append(first, len(rows)), rows[:, 2])


def _ranges(starts: Ints, lengths: Ints) -> Ints:
    """Write the ranges from each start one after the other."""
    before = np.cumsum(lengths) - lengths
    return np.arange(lengths.sum()) + np.repeat(starts - before, lengths)


def _meetings(seen: _Incidence, entities: int) -> tuple[_Meetings, Ints]:
    """Give who meets whom in which unit, and the pairs as one number each: a * entities + b."""
    rows = np.arange(len(seen.unit))
    later = np.searchsorted(seen.unit, seen.unit, side="right") - rows - 1
    one, other = np.repeat(rows, later), _ranges(rows + 1, later)
    keys, pair = np.unique(
        seen.entity[one] * entities + seen.entity[other], return_inverse=True, sorted=True
    )
    return _Meetings(pair, one, other), keys


def _counted(seen: _Incidence, entities: int, n: int, least: int) -> tuple[pd.DataFrame, _Meetings]:
    """Count and measure the pairs, by the numbers of their entities; leave out the rare ones."""
    met, keys = _meetings(seen, entities)
    a, b = np.divmod(keys, entities)
    count = np.bincount(seen.entity)
    table = association(np.bincount(met.pair), count[a], count[b], n)
    # Every two entities were tested, also those that never meet: to leave them out would call any
    # two rare names that meet once a find.
    table["q"] = adjusted(table["p"].to_numpy(), entities * (entities - 1) / 2)
    often = table["joint"].to_numpy() >= least
    kept = _Meetings(*(rows[often[met.pair]] for rows in met))
    place = np.cumsum(often) - 1
    return table.assign(entity_a=a, entity_b=b)[often], kept._replace(pair=place[kept.pair])


def _sentences(seen: _Incidence, met: _Meetings) -> tuple[Ints, Ints]:
    """Give the sentences of every pair: pair and sentence, sorted, each once."""
    width = seen.sentences.max() + 1
    keys = []
    for rows in (met.one, met.other):
        lengths = np.diff(seen.first)[rows]
        found = seen.sentences[_ranges(seen.first[rows], lengths)]
        keys.append(np.repeat(met.pair, lengths) * width + found)
    return np.divmod(_distinct(np.concatenate(keys)), width)


def _homes(pair: Ints, sentence: Ints, home: NDArray) -> tuple[Ints, Ints, NDArray]:
    """Give the articles of every pair in the same way, and the articles' ids."""
    article, ids = pd.factorize(home, sort=True)
    found = _distinct(pair * len(ids) + article[sentence])
    return *np.divmod(found, len(ids)), ids


def _lists(pair: Ints, value: Ints, ids: NDArray) -> list[list[str]]:
    """Give each pair's ids as a list."""
    values = ids[value].tolist()
    ends = np.cumsum(np.bincount(pair)).tolist()
    return [values[a:b] for a, b in zip([0, *ends], ends, strict=False)]


def _distinct(keys: Ints) -> Ints:
    """Sort and give each once: `numpy.unique` hashes first, which takes longer with millions."""
    keys.sort()
    return keys[np.diff(keys, prepend=-1) > 0]
