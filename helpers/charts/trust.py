"""Charts of trust: how often right, beside whom, wrong in which way.

What they draw lies in a file of figures (``layout.meta.file``): no article stands behind a mark.
"""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from helpers.charts.theme import (
    BLACK,
    BLUE,
    BLUES,
    GREEN,
    GREY,
    ORANGE,
    VERMILION,
    YELLOW,
    fill,
    nothing,
    plain,
    styled,
)
from helpers.scores import ABSTAINED, KINDS, MAIN, language
from helpers.toning import LABELS
from helpers.trust import BOTH, OTHER, PART, SAME, SHOWN, THERE, UNSURE

SCORES, PEERS = "data/models/scores.json", "data/models/peers.csv"
LAYERS = {
    "blocks": "The story's text, told from what is round it",
    "entities": "Who is named",
    "attribution": "Who says what",
    "tone": "In what tone",
    "claims": "The same claim",
    "copies": "Unrelated articles, kept apart",
}
_WHAT = {SHOWN: (BLUE, "circle"), THERE: (ORANGE, "diamond"), BOTH: (GREEN, "square")}
_PLACES = {SAME: "circle", PART: "diamond-open", UNSURE: "triangle-up-open", OTHER: "x-open"}
_KINDS = {
    "right": (BLUE, ""),
    "wrong source": (YELLOW, "/"),
    "wrong label": (YELLOW, "/"),
    "wrong bounds": (ORANGE, "\\"),
    "missed": (GREY, "x"),
    "invented": (VERMILION, "."),
}
_UNITS = {"attribution": "statements", "entities": "names", "tone": "targets"}
_SIDES = {"marked": "in the text", "found": "shown"}


def figures(rows: pd.DataFrame) -> go.Figure:
    """Draw how often each layer is right and how much it finds, in each language.

    Parameters
    ----------
    rows
        As `helpers.trust.figures` gives it.
    """
    title = "How often is it right, and how much does it find?"
    if rows.empty:
        return nothing(title, "nothing was measured")
    rows = rows.assign(name=list(map(record, rows.to_dict("records"))))
    layers = [layer for layer in MAIN if layer in set(rows["layer"])]
    lengths = [2 * rows.loc[rows["layer"] == layer, "name"].nunique() for layer in layers]
    figure = _stacked([LAYERS[layer] for layer in layers], lengths)
    for number, layer in enumerate(layers, 1):
        own = rows[rows["layer"] == layer]
        names = list(dict.fromkeys(own["name"]))
        for place, (what, (colour, symbol)) in enumerate(_WHAT.items()):
            part = own[own["what"] == what]
            figure.add_scatter(
                x=part["share"],
                y=[names.index(name) + 0.24 * (place - 1) for name in part["name"]],
                mode="markers",
                name=what,
                legendgroup=what,
                showlegend=number == 1 + layers.index(_first(rows, what, layers)),
                marker={"symbol": symbol, "size": 9, "color": colour},
                error_x=ends(part, "share", colour),
                text=list(map(_told, part.to_dict("records"))),
                hovertemplate="%{text}<extra></extra>",
                row=number,
                col=1,
            )
        _rows_of(figure, [f"{plain(name, 72)}<br>{_n(own, name)}" for name in names], number)
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    subtitle = f"n = {int(rows['n'].sum()):,} marked or shown; lines: 95 % intervals"
    return _dressed(figure, title, subtitle, lengths, SCORES)


def _first(rows: pd.DataFrame, what: str, layers: Sequence[str]) -> str:
    """Give the first layer that has marks of a sort: its trace stands in the legend."""
    return next(layer for layer in layers if what in set(rows[rows["layer"] == layer]["what"]))


def _n(rows: pd.DataFrame, name: str) -> str:
    """Say what the two shares of a record are shares of."""
    own = rows[rows["name"] == name].set_index("what")["n"]
    said = {SHOWN: "shown", THERE: "in the texts"}
    return "n = " + ", ".join(f"{own[what]:,.0f} {w}" for what, w in said.items() if what in own)


def record(row: dict) -> str:
    """Name what a row was measured on."""
    split = "" if row["split"] == "own" else f", {row['split']}"
    return f"{language(row['language'])}: {row['corpus']}{split}"


def _told(row: dict) -> str:
    n = f", n = {row['n']:,.0f}" if pd.notna(row["n"]) else ""
    ends = f"{row['low']:.0%} to {row['high']:.0%}"
    return f"{plain(record(row))}<br>{row['what']}: {row['share']:.0%} ({ends}{n})"


def beside(rows: pd.DataFrame) -> go.Figure:
    """Draw the F1 of a layer beside those of the baseline and of other tools.

    Parameters
    ----------
    rows
        As `helpers.trust.beside` gives it.
    """
    title = "F1 beside the baseline and other tools"
    if rows.empty:
        return nothing(title, "nothing was measured")
    languages = list(dict.fromkeys(rows["language"]))
    lengths = [(rows["language"] == code).sum() for code in languages]
    heads = [_measured_on(rows[rows["language"] == code]) for code in languages]
    figure = _stacked(heads, lengths)
    seen: set[str] = set()
    for number, code in enumerate(languages, 1):
        own = rows[rows["language"] == code].reset_index(drop=True)
        for place, symbol in _PLACES.items():
            part = own[own["place"] == place]
            if part.empty:
                continue
            _tools(figure, part, symbol, number, place not in seen)
            seen.add(place)
        _rows_of(figure, [plain(_tool(row), 60) for row in own.to_dict("records")], number)
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%")
    n = int(rows.loc[rows["tool"] == "ours", "n"].sum())
    subtitle = f"ours: n = {n:,}; lines: 95 % intervals; dotted: a range, from one end to the other"
    return _dressed(figure, title, subtitle, lengths, PEERS)


def _measured_on(rows: pd.DataFrame) -> str:
    ours = rows[rows["tool"] == "ours"].iloc[0].to_dict()
    return f"{record(ours)}, n = {ours['n']:,.0f} {_UNITS[ours['layer']]}"


def _tool(row: dict) -> str:
    where = f" ({row['split']})" if row["place"] in (PART, OTHER) else ""
    return f"{row['tool']}{where}"


def _tools(figure: go.Figure, rows: pd.DataFrame, symbol: str, number: int, first: bool) -> None:
    colours = [{"ours": BLUE, "our baseline": GREY}.get(tool, BLACK) for tool in rows["tool"]]
    records = rows.to_dict("records")
    for row, place in zip(records, rows.index, strict=True):
        if pd.notna(row["figure_to"]):
            figure.add_scatter(
                x=[row["figure"], row["figure_to"]],
                y=[place, place],
                mode="lines+markers",
                line={"color": BLACK, "dash": "dot"},
                marker={"symbol": symbol, "size": 10, "line": {"width": 2}},
                hoverinfo="skip",
                showlegend=False,
                row=number,
                col=1,
            )
    figure.add_scatter(
        x=rows["figure"],
        y=rows.index,
        mode="markers",
        name=f"measured on {rows['place'].iloc[0]}",
        legendgroup=rows["place"].iloc[0],
        showlegend=first,
        marker={"symbol": symbol, "size": 10, "color": colours, "line": {"width": 2}},
        error_x=ends(rows, "figure", GREY),
        text=[_about(row) for row in records],
        hovertemplate="%{text}<extra></extra>",
        row=number,
        col=1,
    )


def _about(row: dict) -> str:
    to = f" to {row['figure_to']:.2f}" if pd.notna(row["figure_to"]) else ""
    ends = f" ({row['low']:.2f} to {row['high']:.2f})" if pd.notna(row["low"]) else ""
    n = f", n = {row['n']:,.0f}" if pd.notna(row["n"]) else ", n not told"
    lines = [
        f"{row['tool']}: F1 {row['figure']:.2f}{to}{ends}{n}",
        f"{row['corpus']}, {row['split']} ({row['place']}); licence: {row['licence']}",
        f"{row['how']}; {row['source']}",
    ]
    return "<br>".join(map(plain, lines))


def errors(rows: pd.DataFrame) -> go.Figure:
    """Draw what became of each thing that stands in the texts, and of each that is shown.

    Parameters
    ----------
    rows
        As `helpers.trust.errors` gives it for ``attribution`` or ``entities``.
    """
    title = "Right, or wrong in which way?"
    if rows.empty:
        return nothing(title, "nothing was measured")
    records = rows.to_dict("records")
    names = [f"{record(row)}: {row['total']:,} {_SIDES[row['of']]}" for row in records]
    rows = rows.assign(name=names)
    figure = go.Figure()
    for kind in (kind for kind in KINDS if kind in set(rows["kind"])):
        own = rows[rows["kind"] == kind]
        figure.add_bar(
            x=own["share"],
            y=own["name"].map(plain),
            orientation="h",
            name=kind,
            marker=fill(*_KINDS[kind]),
            customdata=[[]] * len(own),
            hovertext=[
                f"{plain(r.name)}: {r.n:,} {kind} ({r.share:.0%})"
                for r in own.itertuples(index=False)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    figure.update_xaxes(tickformat=".0%", range=[0, 1])
    figure.update_yaxes(categoryorder="array", categoryarray=list(dict.fromkeys(names))[::-1])
    subtitle = f"n = {rows['n'].sum():,}: each bar is all that was marked, or all that is shown"
    return drawn_from(styled(figure, title, subtitle, rows=2 + rows["name"].nunique()), SCORES)


def confusion(rows: pd.DataFrame) -> go.Figure:
    """Draw which tone was given to targets of each tone.

    Parameters
    ----------
    rows
        As ``helpers.trust.errors("tone")`` gives it.
    """
    title = "Which tone people marked, and which the method gave"
    if rows.empty:
        return nothing(title, "nothing was measured")
    names = [record(row) for row in rows.to_dict("records")]
    heads = list(dict.fromkeys(names))
    figure = _stacked(heads, [3] * len(heads))
    for number, head in enumerate(heads, 1):
        own = rows[[name == head for name in names]]
        table = own.pivot_table("n", "of", "kind", aggfunc="sum")
        table = table.reindex(index=[*LABELS], columns=[*LABELS, ABSTAINED])
        figure.add_heatmap(
            z=table.div(table.sum(axis=1), axis=0),
            x=table.columns,
            y=[f"marked {label}" for label in table.index],
            text=table.map(lambda n: "" if pd.isna(n) else f"{n:,.0f}"),
            texttemplate="%{text}",
            colorscale=BLUES,
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            showscale=False,
            hovertemplate="%{y}, given %{x}: %{text} (%{z:.0%})<extra></extra>",
            row=number,
            col=1,
        )
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(showgrid=False)
    subtitle = f"n = {rows['n'].sum():,} targets; the darker, the greater the share of its row"
    return _dressed(figure, title, subtitle, [3] * len(heads), SCORES)


def _stacked(heads: Sequence[str], lengths: Sequence[int]) -> go.Figure:
    """Lay plots below each other, each as high as its rows, their titles between them."""
    gap = 1.6 / (sum(lengths) + 1.6 * len(lengths))
    figure = make_subplots(
        rows=len(heads),
        cols=1,
        subplot_titles=[plain(head) for head in heads],
        row_heights=list(lengths),
        vertical_spacing=gap if len(heads) > 1 else 0,
        shared_xaxes=True,
    )
    return figure.update_annotations(x=0, xanchor="left", font={"size": 13})


def _dressed(
    figure: go.Figure, title: str, subtitle: str, lengths: Sequence[int], file: str
) -> go.Figure:
    """Dress stacked plots: their titles need room among the rows, and the first above them."""
    rows = round(sum(lengths) + 1.6 * len(lengths))
    return drawn_from(styled(figure, title, subtitle, rows=rows).update_layout(margin_t=110), file)


def _rows_of(figure: go.Figure, names: Sequence[str], number: int) -> None:
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=list(names),
        range=[len(names) - 0.4, -0.6],
        zeroline=False,
        row=number,
        col=1,
    )


def ends(rows: pd.DataFrame, name: str, colour: str) -> dict:
    """Give the bars from ``low`` to ``high`` round the column `name`."""
    return {
        "array": rows["high"] - rows[name],
        "arrayminus": rows[name] - rows["low"],
        "color": colour,
        "thickness": 1,
    }


def drawn_from(figure: go.Figure, file: str) -> go.Figure:
    """Name the file whose figures these are."""
    return figure.update_layout(meta={**figure.layout.meta, "file": file})
