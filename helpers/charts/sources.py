"""Charts of source attribution: how much is attributed, to whom, how, through which chain."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go

from helpers.charts.theme import (
    ARTICLES,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    behind,
    fill,
    heatmap,
    named,
    nothing,
    outlet_colours,
    plain,
    styled,
)
from helpers.summary import UNRESOLVED
from helpers.tables import MODES, STANCES

_MODES = {
    "direct": (BLUE, ""),
    "mixed": (SKY, "/"),
    "indirect": (ORANGE, ""),
    "reported": (GREEN, "x"),
}
_KINDS = {
    "person": BLUE,
    "organisation": SKY,
    "document": ORANGE,
    "agency": PURPLE,
    "outlet": GREEN,
    "unnamed": VERMILION,
    "crowd": YELLOW,
}


def shares(rows: pd.DataFrame, names: pd.Series) -> go.Figure:
    """Draw the share of each article's sentences that are attributed, with its interval.

    Parameters
    ----------
    rows
        As `helpers.summary.attributed_shares` gives it.
    names
        The name of each article, by `article_id`.
    """
    title = "Share of sentences attributed to somebody"
    if rows.empty:
        return nothing(title, "there are no sentences")
    figure = go.Figure(
        go.Scatter(
            x=rows["share"],
            y=rows["article_id"].map(names).map(plain),
            mode="markers+text",
            text=[f"{k} of {n}" for k, n in zip(rows["attributed"], rows["n"], strict=True)],
            textposition="top center",
            marker={"size": 11, "color": BLUE},
            error_x={
                "array": rows["high"] - rows["share"],
                "arrayminus": rows["share"] - rows["low"],
                "color": GREY,
            },
            customdata=behind(rows["attribution_ids"]),
            hovertemplate="%{y}: %{x:.0%}, %{text} sentences<extra></extra>",
        )
    )
    figure.update_xaxes(range=[0, 1.1], tickformat=".0%", title="share of sentences")
    figure.update_yaxes(autorange="reversed")
    subtitle = f"n = {rows['n'].sum()} sentences; bars: 95 % intervals (Wilson)"
    return styled(figure, title, subtitle, rows=len(rows) * 2)


def ranked(counts: pd.DataFrame) -> go.Figure:
    """Draw the sources by number of statements, by mode; what is unresolved apart, in grey.

    Parameters
    ----------
    counts
        As ``helpers.summary.counts(attributions, "mode")`` gives it.
    """
    title = "Who is cited, and how"
    if counts.empty:
        return nothing(title, "no attribution was found")
    order = list(dict.fromkeys(counts["name"]))
    figure = go.Figure()
    for mode in [m for m in MODES if m in set(counts["mode"])]:
        own = counts[counts["mode"] == mode]
        nobody = own["name"] == UNRESOLVED
        colour, pattern = _MODES[mode]
        _bars(figure, own[~nobody], mode, fill(colour, pattern))
        _bars(figure, own[nobody], f"{mode}, unresolved", fill(GREY, pattern))
    figure.update_layout(barmode="stack", xaxis_title="statements")
    figure.update_yaxes(named(order[::-1]), categoryorder="array")
    figure.update_yaxes(categoryarray=[plain(n) for n in order[::-1]])
    subtitle = f"n = {counts['n'].sum()} statements; grey: no source found, not a speaker"
    return styled(figure, title, subtitle, rows=len(order) + 2)


def _bars(figure: go.Figure, rows: pd.DataFrame, name: str, marker: dict) -> None:
    if rows.empty:
        return
    figure.add_bar(
        y=[plain(n) for n in rows["name"]],
        x=rows["n"],
        name=name,
        orientation="h",
        marker=marker,
        customdata=behind(rows["attribution_ids"]),
        hovertemplate=f"%{{y}}<br>{name}: %{{x}} statements<extra></extra>",
    )


def stances(counts: pd.DataFrame) -> go.Figure:
    """Draw which stance each source takes in its statements.

    Parameters
    ----------
    counts
        As ``helpers.summary.counts(attributions, "stance")`` gives it.
    """
    title = "What the sources do: say, deny, accuse"
    if counts.empty:
        return nothing(title, "no attribution was found")
    order = list(dict.fromkeys(counts["name"]))
    columns = [s for s in STANCES if s in set(counts["stance"])]
    return _matrix(counts, ("name", "stance"), (order, columns), title)


def kinds(counts: pd.DataFrame, names: pd.Series, top: int = ARTICLES) -> go.Figure:
    """Draw which kinds of sources each article cites: persons, documents, people without a name.

    Parameters
    ----------
    counts
        As `helpers.source_summary.kinds` gives it.
    names
        The name of each article, by `article_id`.
    top
        How many articles are drawn: those with the most statements.
    """
    title = "Which kinds of sources each article cites"
    if counts.empty:
        return nothing(title, "no attribution was found")
    sizes = counts.groupby("article_id", sort=False)["n"].sum()
    most = sizes.sort_values(ascending=False, kind="stable").head(top).index
    drawn = counts[counts["article_id"].isin(most)]
    cells = drawn.assign(name=drawn["article_id"].map(names))
    order = list(dict.fromkeys(cells["name"]))
    left = len(sizes) - len(most)
    note = f"; the {len(most)} of {len(sizes)} articles with the most statements" if left else ""
    columns = [k for k in cells["source_kind"].cat.categories if k in set(cells["source_kind"])]
    return _matrix(cells, ("name", "source_kind"), (order, columns), title, note)


def charges(counts: pd.DataFrame) -> go.Figure:
    """Draw who denies, accuses or doubts what names whom.

    Parameters
    ----------
    counts
        As `helpers.source_summary.charges` gives it.
    """
    title = "Who denies, accuses or doubts, and who is named in it"
    if counts.empty:
        return nothing(title, "no denial, charge or doubt that names anybody was found")
    does = counts["name"] + ": " + counts["stance"].astype("str")
    cells = counts.assign(does=does)
    rows, columns = (
        list(cells.groupby(key, sort=False)["n"].sum().sort_values(ascending=False).index)
        for key in ("does", "entity")
    )
    return _matrix(cells, ("does", "entity"), (rows, columns), title)


def _matrix(
    cells: pd.DataFrame,
    keys: tuple[str, str],
    order: tuple[list, list],
    title: str,
    note: str = "",
) -> go.Figure:
    """Draw counts of statements by two columns."""
    whole = cells.set_index(list(keys))
    table, ids = (
        whole[column].unstack().reindex(index=order[0], columns=order[1])
        for column in ("n", "attribution_ids")
    )
    n = len(set(cells["attribution_ids"].explode()))
    subtitle = f"n = {n} statements; empty: none{note}"
    return styled(heatmap(table, ids, unit="statements"), title, subtitle, rows=len(order[0]) + 2)


def chain(flows: pd.DataFrame, outlets: Iterable[str | None]) -> go.Figure:
    """Draw the way of the statements: outlet, relay where one is known, origin.

    Parameters
    ----------
    flows
        As `helpers.summary.flows` gives it.
    outlets
        All outlets of the story, so that each keeps its colour.
    """
    title = "Through which hands the statements come"
    if flows.empty:
        return nothing(title, "no attribution was found")
    ends = [tuple(r) for r in flows[["from_role", "from_name", "from_kind"]].to_numpy()]
    ends += [tuple(r) for r in flows[["to_role", "to_name", "to_kind"]].to_numpy()]
    nodes = {key: i for i, key in enumerate(dict.fromkeys(e[:2] for e in ends))}
    kinds = {e[:2]: e[2] for e in ends}
    colours = outlet_colours(outlets)
    figure = go.Figure(
        go.Sankey(
            arrangement="fixed",  # a node that can be dragged does not tell of a click
            node={
                "label": [plain(name, 40) for _, name in nodes],
                "color": [_node_colour(key, kinds[key], colours) for key in nodes],
                # Words for the pointer; the ids behind a node are those of its bands.
                "customdata": [f"{role}, {kinds[role, name]}" for role, name in nodes],
                "hovertemplate": "%{label} (%{customdata}): %{value} statements<extra></extra>",
                "pad": 12,
            },
            link={
                "source": [
                    nodes[k] for k in zip(flows["from_role"], flows["from_name"], strict=True)
                ],
                "target": [nodes[k] for k in zip(flows["to_role"], flows["to_name"], strict=True)],
                "value": flows["n"],
                "customdata": behind(flows["attribution_ids"]),
                "color": "rgba(140,140,140,.3)",
                "hovertemplate": "%{source.label} ← %{target.label}: %{value}<extra></extra>",
            },
        )
    )
    for kind in [k for k in _KINDS if k in {kinds[key] for key in nodes if key[0] == "origin"}]:
        square = {"symbol": "square", "size": 12, "color": _KINDS[kind]}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=kind, marker=square)
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    n = flows.loc[flows["from_role"] == "outlet", "n"].sum()
    subtitle = f"n = {n} statements; width: statements; left the outlet, right the origin"
    origins = sum(role == "origin" for role, _ in nodes)
    return styled(figure, title, subtitle, rows=max(origins, 8))


def _node_colour(key: tuple[str, str], kind: str, colours: dict[str, str]) -> str:
    if key[0] == "outlet":
        return GREY if kind == "unknown" else colours.get(key[1], GREY)
    return GREY if key[1] == UNRESOLVED else _KINDS.get(kind, PALE)
