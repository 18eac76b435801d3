"""Summaries: from the tables of a story to the tidy frames that charts draw.

Each row of a summary keeps the ids of the rows behind it, so that a mark leads to its sentences.
"""

import numpy as np
import pandas as pd

from helpers.intervals import wilson
from helpers.language import words
from helpers.tables import ANALYSED, analysed, named, row_ids, tally

# In brackets, so that no words of a text are taken for them.
UNRESOLVED = "(unresolved)"
OTHERS = " other sources)"
FACTS = ("title", "outlet", "agency", "byline", "published", "language", "url", "rights")


def kept_words(blocks: pd.DataFrame) -> pd.DataFrame:
    """Count words by article and kind of block.

    Parameters
    ----------
    blocks
        The table `blocks`.

    Returns
    -------
    pandas.DataFrame
        ``article_id, kind, words, row_ids, analysed`` (does the kind enter the analysis).
    """
    sized = blocks.assign(
        words=blocks["text"].map(words), kind=blocks["kind"].astype("str"), row_id=row_ids(blocks)
    )
    counts = sized.groupby(["article_id", "kind"]).agg(
        words=("words", "sum"), row_ids=("row_id", list)
    )
    return counts.reset_index().assign(analysed=lambda rows: rows["kind"].isin(ANALYSED))


def known(articles: pd.DataFrame) -> pd.DataFrame:
    """Count for how many articles each fact about them is known.

    Parameters
    ----------
    articles
        The table `articles`.

    Returns
    -------
    pandas.DataFrame
        ``fact`` (title, outlet, agency, byline, published, language, url, rights), ``known`` and
        ``missing`` articles, and their ids in ``known_ids`` and ``missing_ids``.
    """
    rows = []
    for fact in FACTS:
        gone = articles[fact].isna()
        there, missing = (list(articles["article_id"][part]) for part in (~gone, gone))
        rows.append((fact, len(there), len(missing), there, missing))
    columns = ["fact", "known", "missing", "known_ids", "missing_ids"]
    return pd.DataFrame(rows, columns=columns)


def days(articles: pd.DataFrame) -> pd.DataFrame:
    """Count articles by day and outlet; what has no day is left to `known`.

    Parameters
    ----------
    articles
        The table `articles`; dates known only to the month or year do not count.

    Returns
    -------
    pandas.DataFrame
        ``day`` (UTC), ``outlet`` (missing where not known), ``n``, ``article_ids``.
    """
    vague = articles["published_precision"].isin(["month", "year"])
    dated = articles[articles["published"].notna() & ~vague]
    dated = dated.assign(day=dated["published"].dt.floor("D"))
    groups = dated.groupby(["day", "outlet"], dropna=False)
    out = groups.agg(n=("article_id", "size"), article_ids=("article_id", list))
    return out.reset_index()


def presence(mentions: pd.DataFrame, top: int = 20) -> pd.DataFrame:
    """Count mentions by name by entity and article, for the entities in most articles.

    Parameters
    ----------
    mentions
        The table `mentions`.
    top
        How many entities: ordered by articles, then mentions, then name.

    Returns
    -------
    pandas.DataFrame
        ``entity, article_id, n, articles, row_ids``, the first entity first.
    """
    rows = named(mentions).dropna(subset=["entity"])
    counts = tally(rows.assign(row_id=row_ids(rows)), ["entity", "article_id"], "row_id")
    spread = counts.groupby("entity").agg(articles=("article_id", "size"), total=("n", "sum"))
    order = spread.reset_index().sort_values(
        ["articles", "total", "entity"], ascending=[False, False, True]
    )
    chosen = order.head(top)[["entity", "articles"]]
    return chosen.merge(counts, on="entity")


def attributed_shares(sentences: pd.DataFrame, attributions: pd.DataFrame) -> pd.DataFrame:
    """Give each article's share of sentences that are attributed to somebody.

    Parameters
    ----------
    sentences, attributions
        The tables of these names. A sentence is attributed where a content reaches into it.

    Returns
    -------
    pandas.DataFrame
        ``article_id, attributed, n, share, low, high, attribution_ids``: counts of analysed
        sentences, the share (0..1) with its 95 % interval after Wilson (1927), and the ids of
        the attributions that reach into them. An interval for a share of an article's own
        sentences says how far the share would carry to more text of the kind, not how well the
        method finds them.
    """
    spans = attributions.explode("content_spans")[["article_id", "attribution_id", "content_spans"]]
    spans = spans.dropna()
    spans = spans.assign(
        first=[s[0] for s in spans["content_spans"]], last=[s[1] for s in spans["content_spans"]]
    )
    kept = analysed(sentences)
    met = kept.merge(spans, on="article_id")
    met = met[(met["first"] < met["end"]) & (met["last"] > met["start"])]
    rows = []
    for article_id, own in kept.groupby("article_id"):
        hit = met[met["article_id"] == article_id]
        k, n = hit["sentence_id"].nunique(), len(own)
        rows.append((article_id, k, n, k / n, *wilson(k, n), _ids(hit["attribution_id"])))
    columns = ["article_id", "attributed", "n", "share", "low", "high", "attribution_ids"]
    return pd.DataFrame(rows, columns=columns)


def named_sources(attributions: pd.DataFrame) -> pd.DataFrame:
    """Give every attribution a column ``name``: who speaks, as a chart says it.

    Parameters
    ----------
    attributions
        The table `attributions`.

    Returns
    -------
    pandas.DataFrame
        The same rows with ``name``: the entity, else the words that name the source, else
        `UNRESOLVED`, which is no speaker.
    """
    name = attributions["entity"].fillna(attributions["source"]).fillna(UNRESOLVED)
    return attributions.assign(name=name.mask(attributions["unresolved"], UNRESOLVED))


def counts(attributions: pd.DataFrame, by: str, top: int = 15) -> pd.DataFrame:
    """Count attributions by source and another column, for the most frequent sources.

    Parameters
    ----------
    attributions
        The table `attributions`.
    by
        A column of labels, such as ``mode``, ``stance`` or ``source_kind``.
    top
        How many sources are named; the others are counted together, and `UNRESOLVED` stands
        last and does not count.

    Returns
    -------
    pandas.DataFrame
        ``name, <by>, n, total, articles, attribution_ids``, the most frequent source first;
        total and articles are the source's over all labels.
    """
    labels = attributions[by].astype("category")
    labels = labels.cat.add_categories(["unknown"][: int(labels.isna().any())]).fillna("unknown")
    named = named_sources(attributions)[["name", "article_id", "attribution_id"]]
    named = named.assign(name=_folded(named["name"], top), **{by: labels})
    sums = named.groupby("name").agg(
        total=("article_id", "size"), articles=("article_id", "nunique")
    )
    sums["last"] = [2 if n == UNRESOLVED else int(n.endswith(OTHERS)) for n in sums.index]
    order = sums.reset_index().sort_values(
        ["last", "total", "articles", "name"], ascending=[True, False, False, True]
    )
    cells = tally(named, ["name", by], "attribution_id").astype({by: "str"})
    return order.drop(columns="last").merge(cells, on="name")


def flows(
    links: pd.DataFrame, attributions: pd.DataFrame, names: pd.Series, top: int = 15
) -> pd.DataFrame:
    """Count the steps of the chains: outlet to relay to origin.

    Parameters
    ----------
    links, attributions
        The tables of these names.
    names
        The name of each article, by `article_id`; it stands for an outlet that is not known.
    top
        How many origins are named; the others are counted together.

    Returns
    -------
    pandas.DataFrame
        ``from_role, from_name, to_role, to_name, from_kind, to_kind, n, attribution_ids``; the
        kind is the usual one of the name. A role is ``outlet``, ``relay`` or ``origin``: the
        same name in two roles is two things, so that the flow has no circle.
    """
    steps = _steps(links, attributions, names, top)
    ends = steps[["role", "name", "kind"]]
    pairs = ends.add_prefix("from_").join(ends.shift(-1).add_prefix("to_"))
    pairs = pairs.assign(attribution_id=steps["attribution_id"])[steps["role"] != "origin"]
    keys = ["from_role", "from_name", "to_role", "to_name"]
    kinds = pairs.drop_duplicates(keys)[[*keys, "from_kind", "to_kind"]]
    return kinds.merge(tally(pairs, keys, "attribution_id"), on=keys).sort_values(
        keys, ignore_index=True
    )


def _steps(
    links: pd.DataFrame, attributions: pd.DataFrame, names: pd.Series, top: int
) -> pd.DataFrame:
    """Give every link its role and the name that a chart shows, in the order of the chains."""
    speakers = named_sources(attributions)[["attribution_id", "article_id", "name"]]
    steps = links.merge(speakers).sort_values(["attribution_id", "depth"], ignore_index=True)
    last = steps.groupby("attribution_id")["depth"].transform("max") == steps["depth"]
    role = np.where(last, "origin", np.where(steps["depth"] == 0, "outlet", "relay"))
    # A document goes by who issued it, whatever the words and the language it is named in.
    known = attributions.dropna(subset=["entity_id"]).drop_duplicates("entity_id")
    entity = steps["entity_id"].map(known.set_index("entity_id")["entity"]).astype("str")
    shown = entity.fillna(steps["source"])
    name = shown.fillna(steps["article_id"].map(names))
    name = name.mask(last, _folded(shown.fillna(steps["name"])[last], top))
    kind = steps["source_kind"].astype("str").fillna("unknown")
    kind = kind.mask(name.str.endswith(OTHERS), "several")
    kind = kind.mask((role == "outlet") & steps["source"].isna(), "unknown")
    # One name, one kind: the usual one (a firm speaks through persons, too).
    return _usual(steps.assign(role=role, name=name, kind=kind))


def _usual(steps: pd.DataFrame) -> pd.DataFrame:
    """Give every name in a role its most frequent kind, of equals the first by name."""
    sizes = steps.groupby(["role", "name", "kind"]).size().reset_index(name="n")
    most = sizes.sort_values(["n", "kind"], ascending=[False, True])
    most = most.drop_duplicates(["role", "name"]).set_index(["role", "name"])["kind"]
    places = pd.MultiIndex.from_frame(steps[["role", "name"]])
    return steps.assign(kind=most.reindex(places).to_numpy())


def _folded(names: pd.Series, top: int) -> pd.Series:
    """Name the most frequent sources and count the others together, so that none is lost."""
    sizes = names[names != UNRESOLVED].value_counts().rename_axis("name").reset_index()
    rare = sizes.sort_values(["count", "name"], ascending=[False, True])["name"].iloc[top:]
    return names.mask(names.isin(set(rare)), f"({len(rare)}{OTHERS}")


def _ids(ids: pd.Series) -> list[str]:
    return sorted(set(ids))
