"""Charts of tone: towards whom, in whose voice, where in the article, and what was not scored."""

from collections.abc import Iterable

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from helpers.charts.theme import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    PURPLE,
    VERMILION,
    behind,
    fill,
    nothing,
    plain,
    styled,
)
from helpers.tables import row_ids

_VOICES = {"author": (BLUE, "circle"), "quoted": (ORANGE, "diamond")}
_LANGUAGES = {
    "de": (GREEN, "circle"),
    "en": (PURPLE, "diamond"),
    "zh": (VERMILION, "square"),
}
_LABELS = {
    "negative": (VERMILION, "\\"),
    "neutral": (PALE, ""),
    "positive": (BLUE, "/"),
}
_ABSTAINED = (GREY, "x")


def towards(means: pd.DataFrame) -> go.Figure:
    """Draw the mean tone towards each entity, the author's voice beside quoted voices.

    Parameters
    ----------
    means
        As `helpers.tone_summary.tone_means` gives it. Thin cells are hollow.
    """
    title = "Tone towards each entity, by voice"
    return _dots(means, "voice", _VOICES, title, "no mention could be scored")


def languages(means: pd.DataFrame) -> go.Figure:
    """Draw the mean tone towards each entity in each language, for those met in several.

    Parameters
    ----------
    means
        As `helpers.tone_summary.tone_means` gives it by ``language``. Thin cells are hollow.
    """
    title = "Tone towards each entity, by language: scales not proven equal"
    reason = "no entity was scored in more than one language"
    return _dots(means, "language", _LANGUAGES, title, reason)


def _dots(
    means: pd.DataFrame, by: str, styles: dict[str, tuple[str, str]], title: str, reason: str
) -> go.Figure:
    if means.empty:
        return nothing(title, reason)
    order = list(dict.fromkeys(means["entity"]))
    places = {name: len(order) - 1 - i for i, name in enumerate(order)}
    kinds = list(dict.fromkeys([*styles, *means[by].astype("str")]))
    figure = go.Figure()
    for number, kind in enumerate(kind for kind in kinds if (means[by] == kind).any()):
        own = means[means[by] == kind]
        colour, symbol = styles.get(kind, (GREY, "x"))
        shifted = [
            places[e] + 0.16 - 0.32 * number / max(len(styles) - 1, 1) for e in own["entity"]
        ]
        figure.add_scatter(
            x=own["mean"],
            y=shifted,
            mode="markers",
            name=f"{kind} voice" if by == "voice" else kind,
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
            customdata=behind(own["row_ids"]),
            text=list(_told(own)),
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
        f"n = {n.sum()} scored mentions, {means['abstained'].sum()} more abstained; bars: 95 % "
        "intervals over articles; hollow: too few mentions or articles for one"
    )
    return styled(figure, title, subtitle, rows=len(order) + 2)


def _told(cells: pd.DataFrame) -> Iterable[str]:
    """Say in words what each mark shows."""
    for r in cells.itertuples():
        held = f", {r.abstained} abstained" if r.abstained else ""
        yield f"{plain(r.entity)}: {r.mean:+.2f}, n = {r.n} in {r.articles} articles{held}"


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
        "grey: not sure enough"
    )
    # The first article's name stands above its bars, where the margin is.
    return styled(figure, title, subtitle, rows=5 * len(articles)).update_layout(margin_t=110)


def _sentences(figure: go.Figure, rows: pd.DataFrame, place: int) -> None:
    """Draw one article's bars: colour by sign, grey where it abstained, hatched where quoted."""
    held, tone = rows["abstained"], rows["tone"]
    for colour, own in ((VERMILION, ~held & (tone < 0)), (BLUE, ~held & (tone >= 0)), (GREY, held)):
        for pattern, voice in (("", "author"), ("/", "quoted")):
            part = rows[own & (rows["voice"] == voice)]
            doubt = ", abstained" if colour == GREY else ""
            figure.add_bar(
                x=part["number"],
                y=part["tone"],
                width=0.8,
                marker=fill(colour, pattern),
                opacity=0.4 if colour == GREY else 1,
                customdata=part["marks"],
                hovertext=part["title"],
                hovertemplate=f"sentence %{{x}}: %{{y:+.2f}}, {voice}{doubt}<extra></extra>",
                showlegend=False,
                row=place,
                col=1,
            )


def coverage(cells: pd.DataFrame) -> go.Figure:
    """Draw what was scored in each language, and what was not, and why.

    Parameters
    ----------
    cells
        As `helpers.tone_summary.coverage` gives it.
    """
    title = "Scored and abstained, by language"
    if cells.empty:
        return nothing(title, "there was nothing to score")
    figure = go.Figure()
    for label in dict.fromkeys([*_LABELS, *sorted(cells["label"])]):
        own = cells[cells["label"] == label]
        colour, pattern = _LABELS.get(label, _ABSTAINED)
        figure.add_bar(
            y=own["language"].map(plain),
            x=own["n"],
            name=plain(label),
            orientation="h",
            marker=fill(colour, pattern),
            customdata=behind(own["row_ids"]),
            text=[f"{share:.0%}" for share in own["share"]],
            hovertemplate=f"%{{y}}<br>{plain(label)}: %{{x}} (%{{text}})<extra></extra>",
        )
    figure.update_layout(barmode="stack", xaxis_title="mentions")
    return styled(
        figure, title, f"n = {cells['n'].sum()} mentions", rows=cells["language"].nunique() + 2
    )
