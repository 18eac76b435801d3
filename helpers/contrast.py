"""Change: how often pairs meet in one group of articles, and in another."""

import pandas as pd

from helpers.cooccurrence import pairs, units
from helpers.intervals import newcombe
from helpers.selection import described, only
from helpers.story import Story

COLUMNS = {
    "entity_a": "str",
    "entity_b": "str",
    "first": "str",
    "second": "str",
    "joint_first": "int64",
    "n_first": "int64",
    "joint_second": "int64",
    "n_second": "int64",
    "difference": "float64",
    "low": "float64",
    "high": "float64",
    "sentence_ids": "object",
    "article_ids": "object",
}


def groups(mentions: pd.DataFrame, by: str, *, story: Story | None = None) -> list[str]:
    """Give the values of a fact, that of the most articles first: two of them can be compared.

    Parameters
    ----------
    mentions, by, story
        As in `change`.
    """
    known = described(mentions, story=story)
    if by not in known.columns:
        raise ValueError(f"no column '{by}' to compare by; there are {', '.join(known.columns)}")
    sizes = known.groupby(known[by].astype("str"))["article_id"].nunique()
    return list(sizes.sort_index().sort_values(ascending=False, kind="stable").index)


def change(
    mentions: pd.DataFrame,
    by: str,
    between: tuple[str, str] | None = None,
    unit: str = "sentence",
    *,
    story: Story | None = None,
) -> pd.DataFrame:
    """Compare how often pairs meet in two groups of articles: outlets, languages, weeks.

    Parameters
    ----------
    mentions
        Table "mentions".
    by
        ``outlet``, ``agency``, ``language``, ``day``, ``week`` or ``voice``
        (`helpers.selection.described`).
    between
        Two of its values, the first and the second; else the two of the most articles, in the
        order of the alphabet or of time.
    unit
        sentence, paragraph or article.
    story
        The story the rows come from; needed only where a merge made pandas forget it.

    Returns
    -------
    pandas.DataFrame
        A row for each pair that meets in either: ``entity_a, entity_b, first, second`` (the
        values), ``joint_first, n_first, joint_second, n_second`` (units with both, units that
        hold a name), ``difference`` of the shares, second minus first (-1..1), with its 95 %
        interval ``low, high`` (`helpers.intervals.newcombe`; missing and -1 to 1 where a group has
        no units), and the ``sentence_ids`` and
        ``article_ids`` of both; the largest difference first. No rows where there are not two
        groups. An interval is of one pair: of twenty, one misses by chance. It takes units as
        independent; those of one article are not quite, so the truth is wider.

    Raises
    ------
    ValueError
        If there is no such unit, column or value, or the story is not known.
    """
    two = between or sorted(groups(mentions, by, story=story)[:2])
    if len(two) < 2:
        return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)
    parts = [only(mentions, story=story, **{by: value}) for value in two]
    rows = _together(*(pairs(part, unit) for part in parts))
    rows = rows.assign(first=two[0], second=two[1])
    rows["n_first"], rows["n_second"] = (units(part, unit) for part in parts)
    counts = rows[["joint_second", "n_second", "joint_first", "n_first"]].itertuples(index=False)
    measured = [(_share(k, n) - _share(j, m), *newcombe(k, n, j, m)) for k, n, j, m in counts]
    rows[["difference", "low", "high"]] = pd.DataFrame(
        measured, columns=["difference", "low", "high"], index=rows.index
    )
    rows["size"] = rows["difference"].abs()
    ranked = rows.sort_values(["size", "entity_a", "entity_b"], ascending=[False, True, True])
    return ranked[list(COLUMNS)].astype(COLUMNS).reset_index(drop=True)


def _share(k: int, n: int) -> float:
    return k / n if n else float("nan")


def _together(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put the pairs of both groups side by side: no joint unit where a pair is in one alone."""
    key, ids = ["entity_a", "entity_b"], ["sentence_ids", "article_ids"]
    one, other = (part[[*key, "joint", *ids]] for part in (first, second))
    rows = one.merge(other, on=key, how="outer", suffixes=("_first", "_second"))
    for side in ("joint_first", "joint_second"):
        rows[side] = rows[side].fillna(0).astype("int64")
    for name in ids:
        both = zip(rows[f"{name}_first"], rows[f"{name}_second"], strict=True)
        rows[name] = [
            sorted({i for part in own if isinstance(part, list) for i in part}) for own in both
        ]
    return rows
