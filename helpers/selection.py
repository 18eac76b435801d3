"""A part of a story's rows: by their articles, who speaks, who is named, what is said; copies once.

A row's sentences are those that it touches: a statement may reach over several.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from helpers.keywords import holding
from helpers.story import Story, origin
from helpers.tables import LABELS, named

VOICES = ("author", "quoted")
_FIXED = {"label": LABELS, "voice": VOICES}
_FACTS = ["outlet", "agency", "language"]


def described(rows: pd.DataFrame, *, story: Story | None = None) -> pd.DataFrame:
    """Say of each row what is known of its article, and in whose voice it stands.

    Parameters
    ----------
    rows
        Rows of a story's ``mentions``, ``attributions``, ``tones`` or ``sentences``.
    story
        The story the rows come from; needed only where a merge made pandas forget it.

    Returns
    -------
    pandas.DataFrame
        The same rows with the ``outlet``, ``agency`` and ``language`` of the article and its
        ``day`` and ``week`` (the Monday it begins with), both as ``2025-11-17`` and missing where
        the day is not known; for ``mentions`` also ``voice``: ``quoted`` within an attributed
        content, else ``author`` (as the table ``tones`` has it for names; else missing).

    Raises
    ------
    ValueError
        If the story is not known.
    """
    story = _story(rows, story)
    facts = _facts(story.articles)
    out = rows.assign(**{name: rows["article_id"].map(facts[name]) for name in facts})
    if "how" in rows.columns and "voice" not in rows.columns and "cue" not in rows.columns:
        out["voice"] = _voices(rows, story)
    return out


def only(
    rows: pd.DataFrame,
    *,
    story: Story | None = None,
    since: str | None = None,
    until: str | None = None,
    **facts: str | Sequence[str | None] | None,
) -> pd.DataFrame:
    """Keep the rows of which all is so: ``only(story.mentions, language="de", voice="author")``.

    Parameters
    ----------
    rows, story
        As `described` takes them.
    since, until
        First and last day, as ``2025-11-17``; what has no day is left out.
    **facts
        The value, or the values, that a column of the rows or of `described` may have; None is
        what is not known.

    Returns
    -------
    pandas.DataFrame
        The rows kept, with the columns they came with.

    Raises
    ------
    ValueError
        If there is no such column; or no article of the story, and for a column of the rows no
        row, has such a value, naming those there are; or a day is none. A label or a voice that
        exists but is not there gives no rows.
    """
    known = described(rows, story=story)
    everywhere = _facts(_story(rows, story).articles)
    kept = pd.Series(True, index=rows.index)
    for name, wanted in facts.items():
        if name not in known.columns:
            raise ValueError(f"no column '{name}'; there are {', '.join(known.columns)}")
        values = [wanted] if isinstance(wanted, str) or wanted is None else list(wanted)
        _check(name, [v for v in values if v is not None], everywhere.get(name, known[name]))
        kept &= known[name].isin(values) | (known[name].isna() & (None in values))
    if since is not None:
        kept &= known["day"] >= _day(since)
    if until is not None:
        kept &= known["day"] <= _day(until)
    return rows[kept]


def touched(rows: pd.DataFrame, *, story: Story | None = None) -> pd.DataFrame:
    """Give the sentences that each row touches.

    Parameters
    ----------
    rows, story
        As `described` takes them.

    Returns
    -------
    pandas.DataFrame
        ``row`` (its place, from 0) and ``sentence`` (its place in ``story.sentences``), sorted: of
        an attribution every sentence from the first to the last of its source, cue and content,
        of another row its own.
    """
    sentences = _story(rows, story).sentences
    place = pd.Series(range(len(sentences)), index=sentences["sentence_id"])
    if "content_spans" not in rows.columns:
        own = rows["sentence_id"].map(place)
        return _pairs(np.arange(len(rows)), own.to_numpy())
    edges = ["content_start", "source_start", "cue_start"]
    first = rows[edges].astype("Float64").min(axis=1).to_numpy(dtype=float, na_value=np.nan)
    edges = ["content_end", "source_end", "cue_end"]
    last = rows[edges].astype("Float64").max(axis=1).to_numpy(dtype=float, na_value=np.nan)
    return _crossed(rows["article_id"], first, last, sentences)


def naming(
    rows: pd.DataFrame, entity: str | Sequence[str], *, story: Story | None = None
) -> pd.DataFrame:
    """Keep the rows that touch a sentence which names one of the entities.

    Parameters
    ----------
    rows, story
        As `described` takes them.
    entity
        The name, or the names, as in the column ``entity`` of the mentions.

    Raises
    ------
    ValueError
        If no mention has such a name.
    """
    mentions = named(_story(rows, story).mentions)
    wanted = [entity] if isinstance(entity, str) else list(entity)
    unknown = sorted(set(wanted) - set(mentions["entity"]))
    if unknown:
        raise ValueError(f"no entity '{unknown[0]}' among the mentions")
    ids = mentions["sentence_id"][mentions["entity"].isin(wanted)]
    return _within(rows, _story(rows, story).sentences["sentence_id"].isin(ids), story)


def saying(
    rows: pd.DataFrame, text: str, *, pattern: bool = False, story: Story | None = None
) -> pd.DataFrame:
    """Keep the rows that touch a sentence which holds some words.

    Parameters
    ----------
    rows, story
        As `described` takes them.
    text, pattern
        Words, or a regular expression (`helpers.keywords.compiled`).

    Raises
    ------
    helpers.keywords.PatternError
        If it is no pattern, or takes too long.
    """
    sentences = _story(rows, story).sentences
    hit = holding(sentences["text"].tolist(), text, pattern=pattern)
    return _within(rows, pd.Series(hit, index=sentences.index, dtype=bool), story)


def once(rows: pd.DataFrame, groups: Mapping[Any, Any] | pd.Series) -> pd.DataFrame:
    """Count one text once: of the articles of a group, keep the rows of one.

    That with the most rows speaks for its group, of equals the first by id. An article that says
    more than the text it shares loses nothing only if it is that one: put together copies and
    translations, not reports on one event.

    Parameters
    ----------
    rows
        Rows of any table with an ``article_id``.
    groups
        The group of each article that has copies, by ``article_id``; one without a group (not
        there, or missing) stands for itself.

    Returns
    -------
    pandas.DataFrame
        The rows kept.
    """
    sizes = rows["article_id"].value_counts().rename_axis("article_id").reset_index()
    sizes["group"] = sizes["article_id"].map(dict(groups))
    ranked = sizes.sort_values(["count", "article_id"], ascending=[False, True])
    copies = ranked[ranked["group"].notna() & ranked["group"].duplicated()]
    return rows[~rows["article_id"].isin(copies["article_id"])]


def _within(rows: pd.DataFrame, kept: pd.Series, story: Story | None) -> pd.DataFrame:
    """Keep the rows that touch one of the sentences."""
    pairs = touched(rows, story=story)
    met = pairs["row"][kept.to_numpy()[pairs["sentence"]]]
    return rows[np.isin(np.arange(len(rows)), met)]


def _pairs(row: NDArray, sentence: NDArray) -> pd.DataFrame:
    known = ~pd.isna(sentence)  # a row of a sentence that the story does not have
    return pd.DataFrame({"row": row[known], "sentence": sentence[known].astype("int64")})


def _crossed(
    articles: pd.Series, first: NDArray, last: NDArray, sentences: pd.DataFrame
) -> pd.DataFrame:
    """Give the sentences that spans reach into, each span in its article."""
    places = sentences.groupby("article_id", sort=False).indices
    starts, ends = sentences["start"].to_numpy(), sentences["end"].to_numpy()
    rows, found = [], []
    for article, own in articles.groupby(articles.to_numpy(), sort=False).indices.items():
        near = places.get(article, np.zeros(0, dtype="int64"))
        met = (ends[near] > first[own, None]) & (starts[near] < last[own, None])
        row, sentence = np.nonzero(met)
        rows.append(own[row])
        found.append(near[sentence])
    whole = (np.concatenate(part or [np.zeros(0, "int64")]) for part in (rows, found))
    return _pairs(*whole).sort_values(["row", "sentence"], ignore_index=True)


def _story(rows: pd.DataFrame, story: Story | None) -> Story:
    story = story or origin(rows)
    if story is None:
        raise ValueError("these rows do not say which story they are from: give story=story")
    return story


def _facts(articles: pd.DataFrame) -> pd.DataFrame:
    facts = articles.set_index("article_id")[_FACTS].astype("str")
    vague = articles["published_precision"].isin(["month", "year"])
    day = articles["published"].dt.tz_localize(None).dt.floor("D").mask(vague)
    week = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    days = [one.dt.strftime("%Y-%m-%d").to_numpy() for one in (day, week)]
    return facts.assign(day=days[0], week=days[1])


def _voices(mentions: pd.DataFrame, story: Story) -> pd.Series:
    place = ["article_id", "start", "end"]
    named = story.tones[story.tones["entity_id"].notna()].drop_duplicates(place)
    voices = mentions[place].merge(named[[*place, "voice"]], on=place, how="left")["voice"]
    return voices.astype("str").set_axis(mentions.index)


def _check(name: str, wanted: Sequence[str], own: pd.Series) -> None:
    there = list(_FIXED.get(name, sorted(own.dropna().astype("str").unique())))
    unknown = [value for value in wanted if value not in there]
    if unknown:
        some = ", ".join(there[:20]) + (" …" if len(there) > 20 else "")
        raise ValueError(f"no {name} '{unknown[0]}'; there is {some or 'none'}")


def _day(text: str) -> str:
    try:
        return f"{pd.Timestamp(text):%Y-%m-%d}"
    except ValueError as error:
        raise ValueError(f"'{text}' is no day such as 2025-11-17") from error
