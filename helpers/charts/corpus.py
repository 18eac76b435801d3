"""Charts of the corpus: what was kept, what was kept out, who is in it."""

import pandas as pd
import plotly.graph_objects as go

from helpers.charts.theme import BLUE, GREEN, GREY, SKY, fill, heatmap, nothing, plain, styled

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
            customdata=own[["article_id", "kind"]],
            hovertemplate=f"{kind}, {inside}: %{{x}} words<extra></extra>",
        )
    order = [plain(names[i]) for i in sorted(words["article_id"].unique())]
    figure.update_layout(barmode="stack", xaxis_title="words")
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1])
    total, inside = words["words"].sum(), words.loc[words["analysed"], "words"].sum()
    subtitle = f"n = {total:,} words in {len(order)} articles; {inside / total:.0%} are analysed"
    return styled(figure, title, subtitle, rows=len(order) + 2)


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
    ids = counts.pivot(index="entity", columns="article_id", values="sentence_ids")
    ids = ids.reindex(index=entities, columns=sorted(names.index))
    table.columns = ids.columns = [names[i] for i in table.columns]
    figure = heatmap(table, ids, unit="mentions")
    # The id on a line of its own keeps the names level.
    figure.update_xaxes(ticktext=[plain(c).replace(" · ", "<br>", 1) for c in table.columns])
    figure.update_xaxes(tickvals=[plain(c, 40) for c in table.columns], tickangle=0)
    n = int(table.sum().sum())
    subtitle = f"n = {n:,} mentions of the {len(entities)} entities that stand in most articles"
    return styled(figure, title, subtitle, rows=len(entities))
