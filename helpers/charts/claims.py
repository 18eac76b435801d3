"""Charts of claims: who is related to whom, and the matrix of claims and articles."""

import pandas as pd
import plotly.graph_objects as go

from helpers.charts.theme import (
    BLUE,
    GREY,
    ORANGE,
    PALE,
    SKY,
    named,
    nothing,
    plain,
    styled,
    wrapped,
)
from helpers.claims.copied import pair_ids

ROWS = 30  # claims shown at most
COLUMNS = 12  # articles shown at most: a cell must hold its sign
WIDE = 40  # letters of a claim shown in each of the two lines beside its row
# Sign, colour and number of each mode: what is told stands above 0.
_MODES = {
    "direct": ("●", BLUE, 3),
    "indirect": ("◐", SKY, 2),
    "unattributed": ("○", ORANGE, 1),
    "absent": ("", "#f4f4f4", 0),
    "not held": ("×", "#d5d5d5", -1),
}
_RELATIONS = {
    "same text": ("=", BLUE),
    "translation": ("⇄", SKY),
    "shared wire": ("≈", ORANGE),
    "same story": ("·", PALE),
}


def shown(claims: pd.DataFrame, rows: int = ROWS) -> pd.DataFrame:
    """Give the claims that the matrix shows: of most articles, in the order of the table."""
    return claims.head(rows)


def matrix(
    claims: pd.DataFrame, coverage: pd.DataFrame, names: pd.Series, rows: int = ROWS
) -> go.Figure:
    """Draw which article tells which claim, and how.

    Parameters
    ----------
    claims, coverage
        As `helpers.claims.claims` gives them.
    names
        The name of each article, by `article_id`. An article of another story than a claim's has
        no row in `coverage`: of its outlet nothing is held on the matter.
    rows
        How many claims (`shown`).
    """
    title = "Who tells what"
    chosen = shown(claims, rows)
    cells = coverage[coverage["claim_id"].isin(chosen["claim_id"])]
    if cells.empty:
        return nothing(title, "no claim was found")
    told = cells["mode"].isin(["direct", "indirect", "unattributed"])
    most = told.groupby(cells["article_id"]).sum().sort_values(ascending=False, kind="stable")
    kept = set(most.index[:COLUMNS])
    articles = [a for a in names.index if a in kept]
    cells = cells[cells["article_id"].isin(kept)].astype({"mode": object})
    modes = cells.pivot(index="claim_id", columns="article_id", values="mode")
    table = modes.reindex(index=list(chosen["claim_id"]), columns=articles).fillna("not held")
    figure = go.Figure(_cells(table, chosen, names))
    for mode, (sign, colour, _) in _MODES.items():
        marker = {"symbol": "square", "size": 14, "color": colour, "line": {"color": GREY}}
        name = f"{sign} {mode}".strip()
        figure.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=name)
    figure.update_xaxes(named(_names(names, articles)), side="top", tickangle=-45, showgrid=False)
    labels = _labels(chosen)
    figure.update_yaxes(
        named(labels) | {"ticktext": [wrapped(text, WIDE) for text in labels]},
        autorange="reversed",
        showgrid=False,
        automargin=True,
    )
    subtitle = f"n = {len(chosen)} of {len(claims)} claims, those that most articles tell"
    if len(names) > len(articles):
        subtitle += f"; {len(articles)} of {len(names)} articles"
    styled(figure, title, f"{subtitle}. Empty: absent", rows=round(1.2 * len(chosen)) + 4)
    return figure.update_layout(margin={"t": 190})


def relations(copies: pd.DataFrame, names: pd.Series) -> go.Figure:
    """Draw how each two articles are related: the share of the shorter text that both have.

    Parameters
    ----------
    copies
        As `helpers.claims.copies` gives it.
    names
        The name of each article, by `article_id`.
    """
    title = "Which articles share a text"
    if copies.empty:
        return nothing(title, "no two articles share a text or a story")
    degree = pd.concat([copies["article_a"], copies["article_b"]]).value_counts(sort=False)
    most = set(degree.sort_values(ascending=False, kind="stable").index[:ROWS])
    articles = [a for a in names.index if a in most]
    labels = _names(names, articles)
    place = dict(zip(articles, labels, strict=True))
    figure = go.Figure()
    for relation, (sign, colour) in _RELATIONS.items():
        own = copies[copies["relation"].astype("str") == relation]
        own = own[own["article_a"].isin(most) & own["article_b"].isin(most)]
        if len(own):
            figure.add_trace(_marks(own, place, relation, sign, colour))
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(named(labels), categoryorder="array", categoryarray=[plain(n) for n in labels])
    figure.update_yaxes(autorange="reversed")
    left = len(degree) - len(articles)
    subtitle = (
        f"n = {len(copies)} pairs of {len(names)} articles; number: share of the shorter text"
    )
    if left:
        subtitle += f"; {left} articles with fewer relations are left out"
    return styled(figure, title, subtitle, rows=2 * len(articles))


def _marks(
    own: pd.DataFrame, place: dict[str, str], relation: str, sign: str, colour: str
) -> go.Scatter:
    # Each pair stands once, right of the diagonal.
    return go.Scatter(
        x=[plain(place[a]) for a in own["article_b"]],
        y=[plain(place[a]) for a in own["article_a"]],
        mode="markers+text",
        name=f"{sign} {relation}",
        marker={"symbol": "square", "size": 44, "color": colour, "line": {"color": GREY}},
        text=[f"{sign} {share:.0%}" for share in own["share"]],
        textfont={"color": "white" if colour == BLUE else "black"},
        customdata=[[name] for name in pair_ids(own)],
        hovertext=[
            plain(f"{r.relation}{f', {r.agency}' if isinstance(r.agency, str) else ''}")
            for r in own.itertuples()
        ],
        hovertemplate="%{y}, %{x}: %{hovertext}, %{text}<extra></extra>",
    )


def _cells(table: pd.DataFrame, chosen: pd.DataFrame, names: pd.Series) -> go.Heatmap:
    colours = [colour for _, colour, _ in reversed(_MODES.values())]
    steps = [[(i + edge) / len(colours), c] for i, c in enumerate(colours) for edge in (0, 1)]
    number = {mode: n for mode, (_, _, n) in _MODES.items()}
    return go.Heatmap(
        z=table.map(number.__getitem__).to_numpy().tolist(),
        x=[plain(n) for n in _names(names, table.columns)],
        y=[plain(n) for n in _labels(chosen)],
        text=table.map(lambda mode: _MODES[mode][0]).to_numpy().tolist(),
        texttemplate="%{text}",
        customdata=[
            [[f"{claim} {a}"] if number[table.at[claim, a]] > 0 else [] for a in table.columns]
            for claim in table.index
        ],
        hovertext=table.to_numpy().tolist(),
        hovertemplate="%{y}<br>%{x}: %{hovertext}<extra></extra>",
        colorscale=steps,
        zmin=-1.5,
        zmax=3.5,
        xgap=2,
        ygap=2,
        showscale=False,
    )


def _labels(chosen: pd.DataFrame) -> list[str]:
    return list(chosen["claim_id"] + " · " + chosen["label"].str.replace("\n", " "))


def _names(names: pd.Series, articles: list[str] | pd.Index) -> list[str]:
    return [names[a] for a in articles]
