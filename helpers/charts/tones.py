"""Charts of tone: towards whom, in whose voice, where in the article, and what was not scored."""

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from helpers.charts.theme import BLUE, GREY, ORANGE, PALE, VERMILION, fill, nothing, plain, styled
from helpers.tables import row_ids

_VOICES = {"author": (BLUE, "circle", 0.16), "quoted": (ORANGE, "diamond", -0.16)}
_LABELS = {
    "negative": (VERMILION, "\\"),
    "neutral": (PALE, ""),
    "positive": (BLUE, "/"),
    "unscored": (GREY, "x"),
}


def towards(means: pd.DataFrame) -> go.Figure:
    """Draw the mean tone towards each entity, the author's voice beside quoted voices.

    Parameters
    ----------
    means
        As `helpers.summary.tone_means` gives it. Thin cells are hollow.
    """
    title = "Tone towards each entity, by voice"
    if means.empty:
        return nothing(title, "no mention could be scored")
    order = list(dict.fromkeys(means["entity"]))
    places = {name: len(order) - 1 - i for i, name in enumerate(order)}
    figure = go.Figure()
    for voice, (colour, symbol, shift) in _VOICES.items():
        own = means[means["voice"] == voice]
        figure.add_scatter(
            x=own["mean"],
            y=[places[e] + shift for e in own["entity"]],
            mode="markers",
            name=f"{voice} voice",
            marker={
                "symbol": [f"{symbol}-open" if thin else symbol for thin in own["thin"]],
                "size": 11,
                "color": colour,
                "line": {"width": 2},
            },
            error_x={
                "array": own["high"] - own["mean"],
                "arrayminus": own["mean"] - own["low"],
                "color": colour,
                "thickness": 1,
            },
            customdata=own["row_ids"],
            text=[
                f"{plain(r.entity)}: {r.mean:+.2f}, n = {r.n} in {r.articles} articles"
                for r in own.itertuples()
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    n = means.drop_duplicates("entity").set_index("entity")["total"]
    figure.update_yaxes(
        zeroline=False,
        tickvals=list(places.values()),
        ticktext=[f"{plain(e, 36)} (n = {n[e]})" for e in order],
    )
    figure.update_xaxes(range=[-1.05, 1.05], zeroline=True, title="negative ← tone → positive")
    subtitle = (
        f"n = {n.sum()} scored mentions; bars: 95 % bootstrap over articles; "
        "hollow: too few mentions or articles for one"
    )
    return styled(figure, title, subtitle, rows=len(order) + 2)


def reading(sentence_tones: pd.DataFrame, names: pd.Series) -> go.Figure:
    """Draw the wording of every sentence, from the first to the last of each article.

    Parameters
    ----------
    sentence_tones
        Rows of the table `tones` without an entity (`helpers.tone.sentence_tones`).
    names
        The name of each article, by `article_id`.
    """
    title = "The wording, sentence by sentence"
    if sentence_tones.empty:
        return nothing(title, "there are no sentences")
    articles = sorted(sentence_tones["article_id"].unique())
    figure = make_subplots(
        rows=len(articles),
        cols=1,
        subplot_titles=[plain(names[a]) for a in articles],
        vertical_spacing=0.35 / len(articles),
    )
    for row, article in enumerate(articles, 1):
        own = sentence_tones[sentence_tones["article_id"] == article].sort_values("start")
        number = range(1, len(own) + 1)
        titles = [f"{plain(names[article])}, sentence {n}" for n in number]
        marks = [[i] for i in row_ids(own)]
        _sentences(figure, own.assign(number=number, title=titles, marks=marks), row)
        figure.update_xaxes(range=[0.4, len(own) + 0.6], row=row, col=1)
    figure.update_yaxes(range=[-1, 1], tickvals=[-1, 0, 1])
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(dtick=5)
    figure.update_xaxes(title="sentence", row=len(articles), col=1)
    figure.update_annotations(x=0, xanchor="left", font={"size": 12})
    subtitle = (
        f"n = {len(sentence_tones)} sentences; hatched: more than half of it quoted; "
        "grey cross: not scored"
    )
    # The first article's name stands above its bars, where the margin is.
    return styled(figure, title, subtitle, rows=5 * len(articles)).update_layout(margin_t=110)


def _sentences(figure: go.Figure, rows: pd.DataFrame, place: int) -> None:
    """Draw one article's bars: colour by sign, hatched where quoted, a cross where not scored."""
    for colour, sign in ((VERMILION, rows["tone"] < 0), (BLUE, rows["tone"] >= 0)):
        for pattern, voice in (("", "author"), ("/", "quoted")):
            own = rows[sign & (rows["voice"] == voice)]
            figure.add_bar(
                x=own["number"],
                y=own["tone"],
                width=0.8,
                marker=fill(colour, pattern),
                customdata=own["marks"],
                hovertext=own["title"],
                hovertemplate=f"sentence %{{x}}: %{{y:+.2f}}, {voice}<extra></extra>",
                showlegend=False,
                row=place,
                col=1,
            )
    missing = rows[rows["abstained"]]
    figure.add_scatter(
        x=missing["number"],
        y=[0] * len(missing),
        mode="markers",
        marker={"symbol": "x", "color": GREY},
        customdata=missing["marks"],
        hovertext=missing["title"],
        hovertemplate="sentence %{x}: not scored<extra></extra>",
        showlegend=False,
        row=place,
        col=1,
    )


def coverage(cells: pd.DataFrame) -> go.Figure:
    """Draw what was scored, how, and what was not.

    Parameters
    ----------
    cells
        As `helpers.summary.coverage` gives it.
    """
    title = "Scored and not scored, by method"
    if cells.empty:
        return nothing(title, "there was nothing to score")
    figure = go.Figure()
    for label, (colour, pattern) in _LABELS.items():
        own = cells[cells["label"] == label]
        figure.add_bar(
            y=own["how"].map(plain),
            x=own["n"],
            name=label,
            orientation="h",
            marker=fill(colour, pattern),
            customdata=own["row_ids"],
            hovertemplate=f"%{{y}}<br>{label}: %{{x}}<extra></extra>",
        )
    figure.update_layout(barmode="stack", xaxis_title="mentions")
    return styled(
        figure, title, f"n = {cells['n'].sum()} mentions", rows=cells["how"].nunique() + 2
    )
