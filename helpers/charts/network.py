"""Charts of co-occurrence: an ordered matrix and a small network."""

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from helpers.charts.theme import AROUND_ZERO, GREY, INK, heatmap, nothing, plain, styled
from helpers.cooccurrence import EDGES, ENTITIES, among, frequent, pair_names, strongest
from helpers.graphs import order


def matrix(pairs: pd.DataFrame, top: int = ENTITIES) -> go.Figure:
    """Draw how often entities stand in one unit, similar rows side by side.

    Parameters
    ----------
    pairs
        As `helpers.cooccurrence.pairs` gives it.
    top
        How many entities: those in the most units (`helpers.cooccurrence.among`).
    """
    title = "Who appears with whom"
    if pairs.empty:
        return nothing(title, "no two entities appear together")
    counts, shown = frequent(pairs, top), among(pairs, top)
    names = order(shown, counts.index)
    table = pd.DataFrame(float("nan"), index=names, columns=names)
    ids = pd.DataFrame([[[] for _ in names] for _ in names], index=names, columns=names)
    for pair, name in zip(shown.itertuples(), pair_names(shown), strict=True):
        for a, b in ((pair.entity_a, pair.entity_b), (pair.entity_b, pair.entity_a)):
            table.loc[a, b] = pair.joint
            ids.at[a, b] = [name]
    table.index = ids.index = [f"{name} ({counts[name]})" for name in names]
    table.columns = ids.columns = names
    figure = heatmap(table, ids, unit="together")
    figure.update_yaxes(scaleanchor="x", constrain="domain")
    figure.update_xaxes(tickangle=-45, constrain="domain")
    n = int(pairs["n"].max())
    subtitle = f"n = {n} units that name an entity; in brackets: units with it; empty: none"
    return styled(figure, title, subtitle, rows=len(names) + 6)


def network(pairs: pd.DataFrame, articles: pd.Series, edges: int = EDGES) -> go.Figure:
    """Draw the most frequent pairs as a network on a circle; distance in it means nothing.

    Parameters
    ----------
    pairs
        As `helpers.cooccurrence.pairs` gives it.
    articles
        In how many articles each entity is mentioned, by entity: the size of the nodes.
    edges
        How many pairs are drawn (`helpers.cooccurrence.strongest`).
    """
    title = "The network of the most frequent pairs"
    if pairs.empty:
        return nothing(title, "no two entities appear together")
    drawn = strongest(pairs, edges)
    graph = nx.Graph()
    graph.add_weighted_edges_from(drawn[["entity_a", "entity_b", "joint"]].itertuples(index=False))
    # A circle claims no nearness; its order keeps those together that share company.
    places = nx.circular_layout(order(drawn, list(graph)))
    figure = go.Figure()
    for pair in drawn.itertuples():
        _edge(figure, pair, places)
    _handles(figure, drawn, places)
    _nodes(figure, drawn, places, articles)
    figure.update_xaxes(visible=False, range=[-2, 2]).update_yaxes(visible=False)
    figure.update_layout(showlegend=False)
    alone = ", ".join(sorted(set(articles.index) - set(graph))) or "nobody"
    figure.add_annotation(
        text=plain(f"Not drawn: {alone}", 130),
        showarrow=False,
        font={"size": 12},
        **{"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": -0.05},
    )
    subtitle = (
        f"n = {len(drawn)} of {len(pairs)} pairs; width of a line: joint count; "
        "colour: NPMI; node: articles"
    )
    return styled(figure, title, subtitle, rows=20)


def _bend(pair: tuple, places: dict, steps: int = 16) -> np.ndarray:
    """Give the points of a curve from one node to another, bent towards the middle (Bézier)."""
    a, b = places[pair.entity_a], places[pair.entity_b]
    t = np.linspace(0, 1, steps + 1)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * 0.3 * (a + b) / 2 + t**2 * b


def _edge(figure: go.Figure, pair: tuple, places: dict) -> None:
    x, y = _bend(pair, places).T
    colour = sample_colorscale(AROUND_ZERO, [(pair.npmi + 1) / 2])[0]
    width = 1 + min(pair.joint, 12)
    figure.add_scatter(
        x=x, y=y, mode="lines", line={"width": width, "color": colour}, hoverinfo="skip"
    )


def _handles(figure: go.Figure, drawn: pd.DataFrame, places: dict) -> None:
    """Put a mark on the middle of each edge: what the pointer meets, with the scale of NPMI."""
    middles = [_bend(pair, places, steps=2)[1] for pair in drawn.itertuples()]
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="markers",
        marker={
            "size": 7,
            "color": drawn["npmi"],
            "colorscale": AROUND_ZERO,
            "cmin": -1,
            "cmax": 1,
            "line": {"color": GREY, "width": 1},
            "colorbar": {"title": "NPMI"},
        },
        customdata=[[name] for name in pair_names(drawn)],
        text=[
            f"{plain(p.entity_a)} with {plain(p.entity_b)}: {p.joint} together, NPMI {p.npmi:+.2f}"
            for p in drawn.itertuples()
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _nodes(figure: go.Figure, drawn: pd.DataFrame, places: dict, articles: pd.Series) -> None:
    names = list(places)
    ends = drawn.assign(pair=pair_names(drawn))
    own = [ends["pair"][(ends["entity_a"] == n) | (ends["entity_b"] == n)] for n in names]
    figure.add_scatter(
        x=[places[n][0] for n in names],
        y=[places[n][1] for n in names],
        mode="markers+text",
        text=[plain(n, 28) for n in names],
        textposition=["middle right" if places[n][0] >= 0 else "middle left" for n in names],
        marker={
            "size": [6 + 5 * int(articles.get(n, 1)) ** 0.5 for n in names],
            "color": "white",
            "line": {"color": INK, "width": 2},
        },
        customdata=[list(pairs) for pairs in own],
        hovertext=[plain(n) for n in names],
        hovertemplate="%{hovertext}<extra></extra>",
    )
