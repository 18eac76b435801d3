"""Charts of co-occurrence: an ordered matrix, a small network, one entity, two groups."""

import networkx as nx
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from helpers.charts.theme import (
    AROUND_ZERO,
    BLUE,
    GREY,
    INK,
    heatmap,
    named,
    nothing,
    plain,
    styled,
)
from helpers.cooccurrence import EDGES, ENTITIES, among, frequent, pair_names, select, strongest
from helpers.networks import ego as company
from helpers.networks import order


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
    place = {name: i for i, name in enumerate(names)}
    cells = np.full((len(names), len(names)), np.nan)
    ids = np.full(cells.shape, None, dtype=object)
    for pair, name in zip(shown.itertuples(), pair_names(shown), strict=True):
        a, b = place[pair.entity_a], place[pair.entity_b]
        cells[a, b] = cells[b, a] = pair.joint
        ids[a, b] = ids[b, a] = [name]
    rows = [f"{name} ({counts[name]})" for name in names]
    table, behind = (pd.DataFrame(values, rows, names) for values in (cells, ids))
    figure = heatmap(table, behind, unit="together")
    figure.update_yaxes(scaleanchor="x", constrain="domain")
    figure.update_xaxes(tickangle=-45, constrain="domain")
    n = int(pairs["n"].max())
    subtitle = f"n = {n} units that name an entity; in brackets: units with it; empty: none"
    return styled(figure, title, subtitle, rows=len(names) + 6)


def network(pairs: pd.DataFrame, articles: pd.Series, top: int = EDGES) -> go.Figure:
    """Draw the most frequent pairs as a network on a circle; distance in it means nothing.

    Parameters
    ----------
    pairs
        As `helpers.cooccurrence.pairs` gives it.
    articles
        In how many articles each entity is mentioned, by entity
        (`helpers.cooccurrence.spread`): the area of the nodes.
    top
        How many pairs are drawn (`helpers.cooccurrence.strongest`).
    """
    title = "The network of the most frequent pairs"
    if pairs.empty:
        return nothing(title, "no two entities appear together")
    drawn = strongest(pairs, top)
    # A circle claims no nearness; its order keeps those together that share company.
    names = order(drawn, sorted({*drawn["entity_a"], *drawn["entity_b"]}))
    places = nx.circular_layout(names)
    edges = zip(drawn.itertuples(), _widths(drawn["joint"]), strict=True)
    figure = go.Figure([_edge(pair, places, width) for pair, width in edges])
    _handles(figure, drawn, places)
    _nodes(figure, drawn, places, articles)
    figure.update_xaxes(visible=False, range=[-1.8, 1.8])
    figure.update_yaxes(visible=False, range=[-1.25, 1.25]).update_layout(showlegend=False)
    figure.add_annotation(
        text=_undrawn(pairs, names, articles),
        showarrow=False,
        align="left",
        font={"size": 12},
        **{"xref": "paper", "x": 0, "xanchor": "left"},
        **{"yref": "paper", "y": 0, "yanchor": "top"},
    )
    found = len(select(pairs))
    which = f"{found} pairs beyond chance" if found else f"{len(pairs)} pairs, none beyond chance"
    subtitle = (
        f"n = {len(drawn)} of {which}; width: units together (at most {drawn['joint'].max()}); "
        f"colour: NPMI; node: articles (at most {articles.reindex(names).max():.0f})"
    )
    return styled(figure, title, subtitle, rows=20)


def ego(pairs: pd.DataFrame, entity: str | None = None, top: int = ENTITIES) -> go.Figure:
    """Draw with whom one entity appears, beside what chance alone would give.

    Parameters
    ----------
    pairs
        As `helpers.cooccurrence.pairs` gives it: all of them.
    entity
        Its name; else that of the entity in the most units.
    top
        How many partners are drawn: those it meets most.
    """
    own = company(pairs, entity)
    if own.empty:
        return nothing("Who appears with one entity", "no two entities appear together")
    entity = entity or frequent(pairs, 1).index[0]
    drawn = own.head(top)
    partner = drawn["entity_a"].where(drawn["entity_b"] == entity, drawn["entity_b"])
    sure = drawn.index.isin(select(pairs).index)
    figure = go.Figure()
    figure.add_scatter(
        x=drawn["expected"],
        y=partner.map(plain),
        mode="markers",
        marker={"symbol": "line-ns", "size": 16, "line": {"color": GREY, "width": 2}},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=drawn["joint"],
        y=partner.map(plain),
        mode="markers",
        marker=_scaled(drawn["npmi"])
        | {
            "symbol": np.where(sure, "circle", "circle-open"),
            "size": np.where(sure, 14, 12),
            "line": {"width": np.where(sure, 0, 3)},
        },
        customdata=[[name] for name in pair_names(drawn)],
        hovertext=_told(drawn),
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.update_yaxes(named(partner), autorange="reversed")
    figure.update_xaxes(title="units together", rangemode="tozero")
    figure.update_layout(showlegend=False)
    units, n = frequent(pairs, len(pairs) * 2)[entity], own["n"].iloc[0]
    subtitle = (
        f"n = {units} of {n} units with {entity}; {len(drawn)} of {len(own)} partners; grey line: "
        "expected by chance; hollow: not beyond it"
    )
    return styled(figure, f"Who appears with {entity}", subtitle, rows=len(drawn) + 2)


def change(rows: pd.DataFrame, top: int = ENTITIES) -> go.Figure:
    """Draw how much more often pairs meet in one group of articles than in another.

    Parameters
    ----------
    rows
        As `helpers.contrast.change` gives it.
    top
        How many pairs are drawn: those with the largest difference.
    """
    title = "Where pairs meet more often"
    if rows.empty:
        return nothing(title, "there are no two groups in which entities appear together")
    drawn, (first, second) = rows.head(top), rows[["first", "second"]].iloc[0]
    names = pair_names(drawn)
    open_ = (drawn["low"] <= 0) & (drawn["high"] >= 0)
    figure = go.Figure(
        go.Scatter(
            x=drawn["difference"],
            y=names.map(plain),
            mode="markers",
            marker={"symbol": np.where(open_, "circle-open", "circle"), "size": 10, "color": BLUE},
            error_x={
                "array": drawn["high"] - drawn["difference"],
                "arrayminus": drawn["difference"] - drawn["low"],
                "color": GREY,
                "thickness": 1,
            },
            customdata=[[name] for name in names],
            hovertext=[
                f"{plain(name)}: {r.joint_first} of {r.n_first} in {plain(first)}, "
                f"{r.joint_second} of {r.n_second} in {plain(second)}"
                for name, r in zip(names, drawn.itertuples(), strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    figure.update_yaxes(named(names), autorange="reversed")
    axis = f"← more in {plain(first)} · share of units · more in {plain(second)} →"
    figure.update_xaxes(title=axis, tickformat="+.0%", zeroline=True)
    subtitle = (
        f"n = {rows['n_first'].iloc[0]} and {rows['n_second'].iloc[0]} units; {len(drawn)} of "
        f"{len(rows)} pairs; bars: 95 % intervals (Newcombe); hollow: could be none"
    )
    return styled(figure, f"{title}: {first} or {second}", subtitle, rows=len(drawn) + 2)


def _undrawn(pairs: pd.DataFrame, drawn: list[str], articles: pd.Series) -> str:
    """Say who is not in the figure: who meets nobody, and whose pairs are too many to draw."""
    ranked = articles.sort_values(ascending=False, kind="stable").index
    meeting, seen = {*pairs["entity_a"], *pairs["entity_b"]}, set(drawn)
    alone = [name for name in ranked if name not in meeting]
    rest = [name for name in ranked if name in meeting and name not in seen]
    return f"Meet nobody: {_listing(alone)}<br>Not drawn: {_listing(rest)}"


def _listing(names: list[str], longest: int = 110) -> str:
    """List names as far as there is room, and count the others."""
    shown: list[str] = []
    for name in names:
        if sum(map(len, shown)) + 2 * len(shown) + len(name) > longest:
            break
        shown.append(name)
    rest = len(names) - len(shown)
    return plain(", ".join(shown) or "—") + (f" and {rest:,} others" if rest else "")


def _widths(joint: pd.Series) -> pd.Series:
    """Give lines up to 13 pixels wide, one a unit as long as that is room enough."""
    return 1 + 12 * joint / max(joint.max(), 12)


def _scaled(npmi: pd.Series) -> dict:
    return {
        "color": npmi,
        "colorscale": AROUND_ZERO,
        "cmin": -1,
        "cmax": 1,
        "colorbar": {"title": "NPMI"},
    }


def _told(pairs: pd.DataFrame) -> list[str]:
    return [
        f"{plain(p.entity_a)} with {plain(p.entity_b)}: {p.joint} together, "
        f"{p.expected:.1f} expected, NPMI {p.npmi:+.2f}, q {p.q:.2g}"
        for p in pairs.itertuples()
    ]


def _bend(pair: tuple, places: dict, steps: int = 16) -> np.ndarray:
    """Give the points of a curve from one node to another, bent towards the middle (Bézier)."""
    a, b = places[pair.entity_a], places[pair.entity_b]
    t = np.linspace(0, 1, steps + 1)[:, None]
    return (1 - t) ** 2 * a + 2 * t * (1 - t) * 0.3 * (a + b) / 2 + t**2 * b


def _edge(pair: tuple, places: dict, width: float) -> go.Scatter:
    x, y = _bend(pair, places).T
    colour = sample_colorscale(AROUND_ZERO, [(pair.npmi + 1) / 2])[0]
    return go.Scatter(
        x=x, y=y, mode="lines", line={"width": width, "color": colour}, hoverinfo="skip"
    )


def _handles(figure: go.Figure, drawn: pd.DataFrame, places: dict) -> None:
    """Put a mark on the middle of each edge: what the pointer meets, with the scale of NPMI."""
    middles = [_bend(pair, places, steps=2)[1] for pair in drawn.itertuples()]
    figure.add_scatter(
        x=[x for x, _ in middles],
        y=[y for _, y in middles],
        mode="markers",
        marker=_scaled(drawn["npmi"]) | {"size": 7, "line": {"color": GREY, "width": 1}},
        customdata=[[name] for name in pair_names(drawn)],
        text=_told(drawn),
        hovertemplate="%{text}<extra></extra>",
    )


def _nodes(figure: go.Figure, drawn: pd.DataFrame, places: dict, articles: pd.Series) -> None:
    names = list(places)
    held = articles.reindex(names).fillna(1).to_numpy(dtype=float)
    ends = drawn.assign(pair=pair_names(drawn))
    own = [ends["pair"][(ends["entity_a"] == n) | (ends["entity_b"] == n)] for n in names]
    figure.add_scatter(
        x=[places[n][0] for n in names],
        y=[places[n][1] for n in names],
        mode="markers+text",
        text=[_lifted(n, *places[n]) for n in names],
        textposition=[_beside(*places[n]) for n in names],
        marker={
            "size": 6 + 20 * np.sqrt(held / max(held.max(), 1)),
            "color": "white",
            "line": {"color": INK, "width": 2},
        },
        customdata=[list(pairs) for pairs in own],
        hovertext=[plain(n) for n in names],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _beside(x: float, y: float) -> str:
    """Put a name outside the circle."""
    level = "middle" if abs(x) > 0.4 else "top" if y > 0 else "bottom"
    return f"{level} {'right' if x >= 0 else 'left'}"


def _lifted(name: str, x: float, y: float) -> str:
    """Move the names next to the top and the foot one line out: there they stand close."""
    text = plain(name, 28)
    if abs(x) > 0.2:
        return text
    return f"{text}<br>&nbsp;" if y > 0 else f"&nbsp;<br>{text}"
