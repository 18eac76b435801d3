"""Charts of the corpus: what was kept, what was kept out, who is in it."""

import pandas as pd
import plotly.graph_objects as go

from helpers.charts.theme import (
    BLUE,
    GREEN,
    GREY,
    SKY,
    behind,
    fill,
    heatmap,
    nothing,
    outlet_colours,
    plain,
    styled,
)

_DAY = 24 * 60 * 60 * 1000  # plotly counts a day in milliseconds

# What enters the analysis is coloured; what is kept out is grey and hatched, by kind.
_LOOKS = {
    "headline": (GREEN, ""),
    "standfirst": (SKY, ""),
    "body": (BLUE, ""),
    "heading": (GREY, ""),
    "dateline": (GREY, "."),
    "byline": (GREY, "|"),
    "caption": (GREY, "x"),
    "teaser": (GREY, "/"),
    "notice": (GREY, "\\"),
    "navigation": (GREY, "-"),
}


def kept(words: pd.DataFrame, names: pd.Series) -> go.Figure:
    """Draw the words of each article by kind of block.

    Parameters
    ----------
    words
        As `helpers.summary.kept_words` gives it.
    names
        The name of each article, by `article_id` (`helpers.articles.label`).
    """
    title = "Words by kind of block"
    if words.empty:
        return nothing(title, "there are no blocks")
    figure = go.Figure()
    for kind, (colour, pattern) in _LOOKS.items():
        own = words[words["kind"] == kind]
        if own.empty:
            continue
        inside = "enters the analysis" if own["analysed"].all() else "kept out"
        figure.add_bar(
            y=own["article_id"].map(names).map(plain),
            x=own["words"],
            name=f"{kind} ({inside})",
            orientation="h",
            marker=fill(colour, pattern),
            customdata=behind(own["row_ids"]),
            hovertemplate=f"{kind}, {inside}: %{{x}} words<extra></extra>",
        )
    order = [plain(names[i]) for i in sorted(words["article_id"].unique())]
    figure.update_layout(barmode="stack", xaxis_title="words")
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1])
    total, inside = words["words"].sum(), words.loc[words["analysed"], "words"].sum()
    subtitle = f"n = {total:,} words in {len(order)} articles; {inside / total:.0%} are analysed"
    return styled(figure, title, subtitle, rows=len(order) + 2)


def timeline(days: pd.DataFrame, articles: pd.DataFrame) -> go.Figure:
    """Draw how many articles appeared on each day, by outlet.

    Parameters
    ----------
    days
        As `helpers.summary.days` gives it.
    articles
        The table `articles`, for their number and so that each outlet keeps its colour.
    """
    title = "Articles by day"
    if days.empty:
        return nothing(title, "the day is known for none of the articles")
    colours = outlet_colours(articles["outlet"])
    figure = go.Figure()
    for outlet in [*colours, None]:
        own = days[days["outlet"].isna() if outlet is None else days["outlet"] == outlet]
        if own.empty:
            continue
        figure.add_bar(
            x=own["day"].dt.strftime("%Y-%m-%d"),
            y=own["n"],
            name=plain(outlet or "outlet unknown", 30),
            marker=fill(colours.get(outlet, GREY), "" if outlet else "/"),
            customdata=behind(own["article_ids"]),
            hovertemplate="%{x}: %{y} articles<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(barmode="stack", yaxis_title="articles", yaxis_dtick=_step(days))
    figure.update_xaxes(type="date", tickformat="%e %b %Y", dtick=_DAY if len(days) < 15 else None)
    subtitle = (
        f"n = {days['n'].sum()} of {len(articles)} articles; the day of the others is not known"
    )
    return styled(figure, title, subtitle, rows=6)


def known(facts: pd.DataFrame) -> go.Figure:
    """Draw for how many articles each fact about them is known.

    Parameters
    ----------
    facts
        As `helpers.summary.known` gives it.
    """
    figure = go.Figure()
    for column, colour, pattern in (("known", BLUE, ""), ("missing", GREY, "/")):
        figure.add_bar(
            y=facts["fact"],
            x=facts[column],
            name=column,
            orientation="h",
            marker=fill(colour, pattern),
            customdata=behind(facts[f"{column}_ids"]),
            hovertemplate=f"%{{y}}: {column} for %{{x}} articles<extra></extra>",
        )
    figure.update_layout(barmode="stack", xaxis_title="articles")
    figure.update_yaxes(autorange="reversed")
    n = int(facts[["known", "missing"]].sum(axis=1).max())
    return styled(figure, "What is known about the articles", f"n = {n} articles", rows=len(facts))


def _step(days: pd.DataFrame) -> int | None:
    """Keep the axis of a handful of articles from showing halves of one."""
    return 1 if days.groupby("day")["n"].sum().max() < 10 else None


def presence(counts: pd.DataFrame, names: pd.Series) -> go.Figure:
    """Draw how often each entity is mentioned in each article.

    Parameters
    ----------
    counts
        As `helpers.summary.presence` gives it.
    names
        The name of each article, by `article_id`.
    """
    title = "Mentions of entities by article"
    if counts.empty:
        return nothing(title, "no entity was found")
    entities = list(dict.fromkeys(counts["entity"]))
    table = counts.pivot(index="entity", columns="article_id", values="n")
    table = table.reindex(index=entities, columns=sorted(names.index))
    ids = counts.pivot(index="entity", columns="article_id", values="row_ids")
    ids = ids.reindex(index=entities, columns=sorted(names.index))
    table.columns = ids.columns = [names[i] for i in table.columns]
    figure = heatmap(table, ids, unit="mentions")
    # The id on a line of its own keeps the names level.
    lines = [plain(c, 48).replace(" · ", "<br>", 1) for c in table.columns]
    figure.update_xaxes(ticktext=lines, tickangle=0 if len(lines) < 8 else None)
    n = int(table.sum().sum())
    subtitle = f"n = {n:,} mentions of the {len(entities)} entities that stand in most articles"
    return styled(figure, title, subtitle, rows=len(entities))
