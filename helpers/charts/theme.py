"""The one look of all charts: colours after Okabe and Ito, n in every title, grey for unknown."""

from collections.abc import Iterable
from typing import Any
from unicodedata import east_asian_width

import pandas as pd
import plotly.graph_objects as go

BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000",
    "#E69F00",
    "#56B4E9",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#D55E00",
    "#CC79A7",
)
GREY, PALE, INK = "#8c8c8c", "#e6e6e6", "#333333"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW, BLACK)
BLUES = [[0, "#f4f8fb"], [0.01, "#dcebf7"], [1, BLUE]]
AROUND_ZERO = [[0, VERMILION], [0.5, "#c8c8c8"], [1, BLUE]]
_PLAIN = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
ARTICLES = 40  # articles shown at most, a row each
ROW = 26  # pixels a row of a bar chart or matrix takes

_TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": "system-ui, 'Noto Sans', 'Noto Sans CJK SC', sans-serif", "color": INK},
        "colorway": CYCLE,
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "xaxis": {"gridcolor": PALE, "zerolinecolor": GREY, "automargin": True},
        "yaxis": {"gridcolor": PALE, "zerolinecolor": GREY, "automargin": True},
        # At the foot of the figure, whatever its height.
        "legend": {
            "orientation": "h",
            "yref": "container",
            "y": 0,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "margin": {"l": 20, "r": 30, "t": 80, "b": 100},
        "title": {
            "subtitle": {"font": {"size": 12, "color": "#666"}},
            "x": 0,
            "xref": "container",
            "xanchor": "left",
            "pad": {"l": 12},
        },
        "hoverlabel": {"align": "left"},
    }
)


def styled(figure: go.Figure, title: str, subtitle: str, *, rows: int = 10) -> go.Figure:
    """Dress a figure: the title says what is shown, the subtitle n and what size or colour mean.

    Parameters
    ----------
    figure
        Changed in place and returned.
    title, subtitle
        Plain text. Both also make the figure's alternative text, in ``layout.meta.alt``.
    rows
        Rows of bars or cells, from which the height follows.
    """
    # Set, not updated: an update looks at each part of each part, and takes four times as long.
    layout = figure.layout
    layout.template = _TEMPLATE
    layout.title = {"text": plain(title), "subtitle": {"text": plain(subtitle)}}
    layout.height = 200 + ROW * max(rows, 5)
    end = "" if title.endswith(("?", "!", ".")) else "."
    layout.meta = {"alt": f"{title}{end} {subtitle}"}
    return figure


def heatmap(table: pd.DataFrame, ids: pd.DataFrame, *, unit: str) -> go.Figure:
    """Draw a table of counts: blue by size, the figure in the cell, nothing where there is none.

    Parameters
    ----------
    table
        Counts, missing where there is nothing; row and column names are made plain.
    ids
        The ids behind each cell, in the shape of `table`.
    unit
        What is counted, for the pointer's label.
    """
    figure = go.Figure(
        go.Heatmap(
            z=table,
            x=[plain(c) for c in table.columns],
            y=[plain(r) for r in table.index],
            text=table.map(lambda v: "" if pd.isna(v) else f"{v:.0f}"),
            texttemplate="%{text}",
            customdata=ids.map(lambda v: Ids(v if isinstance(v, list) else ())),
            colorscale=BLUES,
            zmin=0,
            xgap=2,
            ygap=2,
            hoverongaps=False,
            showscale=False,
            hovertemplate=f"%{{y}}, %{{x}}: %{{z}} {unit}<extra></extra>",
        )
    )
    figure.update_xaxes(named(table.columns), showgrid=False)
    return figure.update_yaxes(named(table.index), autorange="reversed", showgrid=False)


class Ids(list[str]):
    """The ids behind a mark.

    Plotly copies what it draws again and again, with all that is in it; these it need not copy, for
    nobody changes them.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> "Ids":
        """Give itself."""
        return self


def behind(ids: pd.Series) -> pd.Series:
    """Give lists of ids as the ``customdata`` of marks."""
    return ids.map(Ids)


def named(names: Iterable[str], longest: int = 48) -> dict[str, Any]:
    """Give the settings of an axis of names: whole names are places, only their labels are cut."""
    whole = list(names)
    return {
        "type": "category",
        "tickvals": [plain(name) for name in whole],
        "ticktext": [plain(name, longest) for name in whole],
    }


def fill(colour: str, shape: str) -> dict[str, Any]:
    """Give the marker of a bar: a colour and, as a second sign, white hatching upon it."""
    pattern = {"shape": shape, "fillmode": "overlay", "fgcolor": "white", "size": 6}
    return {"color": colour, "pattern": pattern, "line": {"color": "white", "width": 1}}


def nothing(title: str, reason: str) -> go.Figure:
    """Give a figure that says why there is nothing to show."""
    figure = go.Figure()
    figure.add_annotation(
        text=plain(f"Nothing to show because {reason}."), showarrow=False, font={"size": 14}
    )
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    return styled(figure, title, "n = 0", rows=4)


def plain(text: object, longest: int | None = None) -> str:
    """Make text safe for plotly, which reads HTML and, between dollars, formulas; cut it."""
    words = str(text)
    if longest and len(words) > longest:
        words = words[: longest - 1].rstrip() + "…"
    return words.translate(_PLAIN)


def wrapped(text: str, width: int, lines: int = 2) -> str:
    """Make text safe as `plain` does, in lines of so many letters at most; cut what is left.

    A Chinese character is as wide as two letters.
    """
    rest, out = text.split(), [""]
    while rest:
        word, room = rest[0], width - _wide(out[-1]) - (out[-1] != "")
        if _wide(word) <= room:
            out[-1] = f"{out[-1]} {rest.pop(0)}".lstrip()
            continue
        if _wide(word) > width:  # no space to break at: a link, or Chinese
            fits = _fitting(word, room)
            out[-1], rest[0] = f"{out[-1]} {word[:fits]}".strip(), word[fits:]
        if len(out) == lines:
            out[-1] = out[-1][: _fitting(out[-1], width - 1)].rstrip() + "…"
            break
        out.append("")
    return "<br>".join(plain(line) for line in out)


def _wide(text: str) -> int:
    return len(text) + sum(east_asian_width(sign) in "WF" for sign in text)


def _fitting(text: str, width: int) -> int:
    """Give how many of a text's characters are no wider than so many letters."""
    return max((n for n in range(len(text) + 1) if _wide(text[:n]) <= width), default=0)


def outlet_colours(outlets: Iterable[str | None]) -> dict[str, str]:
    """Give each known outlet its colour, by name; those past the eighth are `GREY`.

    Take all outlets of the story, so that an outlet has one colour in every chart.
    """
    known = sorted({o for o in outlets if isinstance(o, str)})
    return {name: (*CYCLE, *[GREY] * len(known))[i] for i, name in enumerate(known)}
