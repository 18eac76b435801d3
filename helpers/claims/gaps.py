"""What is missing where, and what only one tells.

Articles that print one text, or its translation, are one voice: they count once.
"""

from collections.abc import Iterable

import pandas as pd

from helpers.claims.copied import groups

_HELD = ("direct", "indirect", "unattributed", "absent")
_VOICE = ("same text", "translation")
_MOST = 0.5  # of the other voices: more than this share is most of them


def voices(copies: pd.DataFrame, article_ids: pd.Series) -> pd.Series:
    """Give each article its voice: the first article of those with its text, by article_id."""
    return groups(copies, article_ids, *_VOICE)


def missing(claims: pd.DataFrame, coverage: pd.DataFrame, voice: pd.Series) -> pd.DataFrame:
    """Find the claims that most others tell and an article does not.

    Parameters
    ----------
    claims, coverage
        As `helpers.claims.claims` gives them.
    voice
        The voice of each article (`voices`).

    Returns
    -------
    pandas.DataFrame
        ``article_id, claim_id, label, told, others``: of so many other voices that could have told
        the claim, so many did, and they are at least two and most. In the order of the articles,
        then the claims.
    """
    rows = []
    for claim_id, own in _rows(coverage, voice):
        told = set(own["voice"][own["mode"] != "absent"])
        for row in own[own["mode"] == "absent"].itertuples():
            others = set(own["voice"]) - {row.voice}
            count = len(told - {row.voice})
            if row.voice not in told and count > max(1, _MOST * len(others)):
                rows.append((row.article_id, claim_id, count, len(others)))
    out = pd.DataFrame(rows, columns=["article_id", "claim_id", "told", "others"])
    out = out.astype({"article_id": "str", "claim_id": "str"})
    out.insert(2, "label", out["claim_id"].map(_labels(claims)))
    return _ordered(out, voice)


def alone(claims: pd.DataFrame, coverage: pd.DataFrame, voice: pd.Series) -> pd.DataFrame:
    """Find the claims that a single voice tells, where another article of the story is there.

    Parameters
    ----------
    claims, coverage, voice
        As in `missing`.

    Returns
    -------
    pandas.DataFrame
        ``article_id, claim_id, label, mode, sentence_ids``: a row an article of that voice.
    """
    kept = []
    for _, own in _rows(coverage, voice):
        told = own[own["mode"] != "absent"]
        if told["voice"].nunique() == 1 and own["voice"].nunique() > 1:
            kept.append(told)
    columns = ["article_id", "claim_id", "mode", "sentence_ids"]
    out = pd.concat([coverage.iloc[:0], *kept])[columns].reset_index(drop=True)
    out.insert(2, "label", out["claim_id"].map(_labels(claims)))
    return _ordered(out, voice)


def whose_word(claims: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Give on whose word each article tells each claim.

    Parameters
    ----------
    claims, coverage
        As `helpers.claims.claims` gives them; of the claims, those to show.

    Returns
    -------
    pandas.DataFrame
        ``claim_id, label`` and a column an article: the sources; in brackets where none is known;
        empty where the article does not tell it.
    """
    told = coverage[coverage["mode"].isin(_HELD[:3])]
    words = [
        ", ".join(row.sources) or ("(own voice)" if row.mode == "unattributed" else "(unresolved)")
        for row in told.itertuples()
    ]
    wide = told.assign(words=words).pivot(index="claim_id", columns="article_id", values="words")
    wide = wide.reindex(columns=list(dict.fromkeys(coverage["article_id"])))
    rows = claims[["claim_id", "label"]].merge(wide.reset_index(), on="claim_id", how="left")
    return rows.fillna("")


def _rows(coverage: pd.DataFrame, voice: pd.Series) -> Iterable[tuple[str, pd.DataFrame]]:
    held = coverage[coverage["mode"].isin(_HELD)]
    return held.assign(voice=held["article_id"].map(voice)).groupby("claim_id")


def _labels(claims: pd.DataFrame) -> pd.Series:
    return claims.set_index("claim_id")["label"]


def _ordered(rows: pd.DataFrame, voice: pd.Series) -> pd.DataFrame:
    place = rows["article_id"].map({name: i for i, name in enumerate(voice.index)})
    return (
        rows.assign(place=place)
        .sort_values(["place", "claim_id"])
        .drop(columns="place")
        .reset_index(drop=True)
    )
