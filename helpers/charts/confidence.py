"""Charts of confidence: when a method is sure, is it right; and what if only the sure is kept."""

from collections.abc import Iterator
from math import floor

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from helpers.charts.theme import BLACK, GREEN, GREY, PURPLE, VERMILION, nothing, plain, styled
from helpers.charts.trust import LAYERS, SCORES, drawn_from, ends, record
from helpers.scores import MAIN, language
from helpers.trust import SHOWN, THERE

FEW = 20  # answers below which a mark is hollow
_LANGUAGES = {"de": (GREEN, "circle"), "en": (PURPLE, "diamond"), "zh": (VERMILION, "square")}


def reliability(rows: pd.DataFrame) -> go.Figure:
    """Draw how often answers are right against how sure the method was of them.

    Parameters
    ----------
    rows
        As `helpers.trust.reliability` gives it.
    """
    title = "When it is sure, is it right?"
    if rows.empty:
        return nothing(title, "no confidences were measured")
    figure, layers = _beside_each_other(rows)
    for number, layer in enumerate(layers, 1):
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dot"},
            hoverinfo="skip", showlegend=False, row=1, col=number,
        )  # fmt: skip
        for own in _records(rows, layer):
            few = [f"{_symbol(own)}-open" if n < FEW else _symbol(own) for n in own["n"]]
            told = [
                f"sure {r.least:.0%} to {r.most:.0%}: {r.right:,} of {r.n:,} right ({r.share:.0%}; "
                f"{r.low:.0%} to {r.high:.0%})"
                for r in own.itertuples()
            ]
            _line(figure, own, own["confidence"], few, told, number)
    figure.update_xaxes(range=[0.25, 1.02], tickformat=".0%", title="how sure it is")
    figure.update_yaxes(range=[0, 1.05], tickformat=".0%", title="share right", col=1)
    subtitle = (
        f"n = {rows['n'].sum():,} answers; dotted: as sure as right; "
        f"bars: 95 % intervals (Wilson); hollow: fewer than {FEW} answers"
    )
    return drawn_from(styled(figure, title, subtitle, rows=12).update_layout(margin_t=110), SCORES)


def kept(rows: pd.DataFrame, limits: pd.DataFrame) -> go.Figure:
    """Draw how often answers are right against how many are kept, if only the sure ones are.

    Parameters
    ----------
    rows
        As `helpers.trust.kept` gives it.
    limits
        The figures in use, as `helpers.trust.figures` gives them: a star where a layer abstains.
    """
    title = "If only the sure answers are kept, how many are left, and how many of them are right?"
    if rows.empty:
        return nothing(title, "no confidences were measured")
    figure, layers = _beside_each_other(rows)
    for number, layer in enumerate(layers, 1):
        for own in _records(rows, layer):
            told = [
                f"sure {r.limit:.0%} or more: {r.coverage:.0%} kept (n = {r.n:,}), "
                f"{r.share:.0%} of them right ({r.low:.0%} to {r.high:.0%})"
                for r in own.itertuples()
            ]
            few = [f"{_symbol(own)}-open" if n < FEW else _symbol(own) for n in own["n"]]
            _line(figure, own, own["coverage"], few, told, number)
        if layer == "tone":
            _stars(figure, limits[limits["layer"] == layer], number)
    figure.update_xaxes(range=[-0.02, 1.04], tickformat=".0%", title="share kept")
    figure.update_yaxes(
        range=[floor(rows["low"].min() * 10) / 10, 1.02],
        tickformat=".0%",
        title="right, of those kept",
        col=1,
    )
    n = rows.groupby(["layer", "language", "split"])["n"].max().sum()
    subtitle = f"n = {n:,} answers; bars: 95 % intervals (Wilson); star: where tone abstains"
    return drawn_from(styled(figure, title, subtitle, rows=12).update_layout(margin_t=110), SCORES)


def _stars(figure: go.Figure, rows: pd.DataFrame, number: int) -> None:
    """Mark what a layer that abstains answers, and how often it is right then."""
    keys = ["language", "split"]
    both = rows[rows["what"] == THERE].merge(rows[rows["what"] == SHOWN], on=keys)
    figure.add_scatter(
        x=both["share_x"],
        y=both["share_y"],
        mode="markers",
        name="in use",
        marker={"symbol": "star", "size": 14, "color": BLACK},
        text=[
            f"{language(r.language)}, {plain(r.split)}: in use, answers {r.share_x:.0%}, "
            f"{r.share_y:.0%} of these right"
            for r in both.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
        row=1,
        col=number,
    )


def _beside_each_other(rows: pd.DataFrame) -> tuple[go.Figure, list[str]]:
    layers = [layer for layer in MAIN if layer in set(rows["layer"])]
    heads = [LAYERS[layer] for layer in layers]
    return make_subplots(rows=1, cols=len(layers), subplot_titles=heads, shared_yaxes=True), layers


def _records(rows: pd.DataFrame, layer: str) -> Iterator[pd.DataFrame]:
    """Part a layer's rows by what they were measured on."""
    own = rows[rows["layer"] == layer]
    yield from (part for _, part in own.groupby(["language", "split"], sort=False))


def _symbol(rows: pd.DataFrame) -> str:
    return _LANGUAGES.get(rows["language"].iloc[0], (GREY, "x"))[1]


def _line(
    figure: go.Figure,
    rows: pd.DataFrame,
    x: pd.Series,
    symbols: list[str],
    told: list[str],
    number: int,
) -> None:
    """Draw one record's points, joined; those on our own marks with a broken line."""
    code, split = rows["language"].iloc[0], rows["split"].iloc[0]
    colour = _LANGUAGES.get(code, (GREY, "x"))[0]
    name = f"{language(code)}{', our own marks' if split == 'own' else ''}"
    figure.add_scatter(
        x=x,
        y=rows["share"],
        mode="lines+markers",
        name=name,
        legendgroup=name,
        showlegend=name not in {trace.name for trace in figure.data},
        line={"color": colour, "dash": "dash" if split == "own" else "solid"},
        marker={"symbol": symbols, "size": 9, "color": colour},
        error_y=ends(rows, "share", colour),
        text=[f"{plain(record(rows.iloc[0].to_dict()))}<br>{words}" for words in told],
        hovertemplate="%{text}<extra></extra>",
        row=1,
        col=number,
    )
