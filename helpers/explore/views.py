"""What the explorer draws: the same summaries and charts as the notebooks, of the rows selected."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from helpers.charts import claims as claim_charts
from helpers.charts import network, sources, tones
from helpers.claims import matched, tellings
from helpers.cooccurrence import behind, pair_names, spread
from helpers.explore.parts import Part
from helpers.source_summary import AGAINST, charges, kinds
from helpers.summary import counts, flows
from helpers.tables import row_ids
from helpers.tone_summary import coverage, tone_means


@dataclass(frozen=True)
class Drawing:
    """A figure of a tab.

    Attributes
    ----------
    title
        What it is called in the list of figures.
    figure
        Draws it from a part.
    behind
        Gives the rows behind ids of a mark.
    code
        The pandas that draws it, after `helpers.explore.selecting.snippet`.
    names
        The column that the rows behind a mark have beside those of the table, if they do.
    """

    title: str
    figure: Callable[[Part], go.Figure]
    behind: Callable[[Part, list[str]], pd.DataFrame]
    code: str
    names: str = ""


@dataclass(frozen=True)
class View:
    """A tab: the table whose rows are selected, what a row is called, the figures."""

    title: str
    table: str
    unit: str
    drawings: tuple[Drawing, ...]


def _own(part: Part, ids: list[str]) -> pd.DataFrame:
    return part.rows[row_ids(part.rows).isin(ids)]


def _paired(part: Part, ids: list[str]) -> pd.DataFrame:
    return behind(part.pairs[pair_names(part.pairs).isin(ids)], part.rows)


def _told(part: Part, ids: list[str]) -> pd.DataFrame:
    found, table = part.claims
    own = table[(table["claim_id"] + " " + table["article_id"]).isin(ids)]
    # All tellings of the claims: which words only one has is seen beside the others.
    beside = table[table["claim_id"].isin(own["claim_id"])]
    rows = tellings(part.whole.story, found[found["claim_id"].isin(own["claim_id"])], beside)
    return rows[rows["cell"].isin(ids)]


def _matched(part: Part, ids: list[str]) -> pd.DataFrame:
    rows = matched(part.whole.story, part.related)
    return rows[rows["pair"].isin(ids)]


def _network(part: Part) -> go.Figure:
    return network.network(part.pairs, spread(part.rows))


def _chain(part: Part) -> go.Figure:
    story = part.whole.story
    return sources.chain(flows(story.links, part.rows, part.whole.names), story.articles["outlet"])


def _charges(part: Part) -> go.Figure:
    against = part.rows[part.rows["stance"].isin(AGAINST)]
    return sources.charges(charges(against, part.whole.story.mentions))


_NAMES = "from helpers.articles import label\n"
_SOURCES = "from helpers.charts import sources\n"
_TONES = "from helpers.charts import tones\n"
_PAIRS = "from helpers.charts import network\nfrom helpers.cooccurrence import pairs"
_CLAIMS = f"""{_NAMES}from helpers.charts import claims as charts
from helpers.claims import claims, copies
related = copies(story)
found, coverage = claims(story, language={{language!r}}, copies=related)
"""

VIEWS = (
    View(
        "Attribution",
        "attributions",
        "statements",
        (
            Drawing(
                "Who is cited, and how",
                lambda part: sources.ranked(counts(part.rows, "mode")),
                _own,
                f"{_SOURCES}from helpers.summary import counts\n"
                'figure = sources.ranked(counts(rows, "mode"))',
            ),
            Drawing(
                "Say, deny, accuse",
                lambda part: sources.stances(counts(part.rows, "stance")),
                _own,
                f"{_SOURCES}from helpers.summary import counts\n"
                'figure = sources.stances(counts(rows, "stance"))',
            ),
            Drawing(
                "Through which hands",
                _chain,
                _own,
                f"{_NAMES}{_SOURCES}from helpers.summary import flows\n"
                "steps = flows(story.links, rows, label(story.articles))\n"
                'figure = sources.chain(steps, story.articles["outlet"])',
            ),
            Drawing(
                "Kinds of sources",
                lambda part: sources.kinds(kinds(part.rows), part.whole.names),
                _own,
                f"{_NAMES}{_SOURCES}from helpers.source_summary import kinds\n"
                "figure = sources.kinds(kinds(rows), label(story.articles))",
            ),
            Drawing(
                "Who is against what",
                _charges,
                _own,
                f"{_SOURCES}from helpers.source_summary import AGAINST, charges\n"
                'against = rows[rows["stance"].isin(AGAINST)]\n'
                "figure = sources.charges(charges(against, story.mentions))",
            ),
        ),
    ),
    View(
        "Tone",
        "tones",
        "mentions",
        (
            Drawing(
                "Towards whom, in whose voice",
                lambda part: tones.towards(tone_means(part.rows)),
                _own,
                f"{_TONES}from helpers.tone_summary import tone_means\n"
                "figure = tones.towards(tone_means(rows))",
            ),
            Drawing(
                "In which language",
                lambda part: tones.languages(tone_means(part.rows, "language")),
                _own,
                f"{_TONES}from helpers.tone_summary import tone_means\n"
                'figure = tones.languages(tone_means(rows, "language"))',
            ),
            Drawing(
                "Scored and abstained",
                lambda part: tones.coverage(coverage(part.rows)),
                _own,
                f"{_TONES}from helpers.tone_summary import coverage\n"
                "figure = tones.coverage(coverage(rows))",
            ),
        ),
    ),
    View(
        "Co-occurrence",
        "mentions",
        "mentions",
        (
            Drawing(
                "Matrix",
                lambda part: network.matrix(part.pairs),
                _paired,
                f"{_PAIRS}\nfigure = network.matrix(pairs(rows))",
            ),
            Drawing(
                "Network",
                _network,
                _paired,
                f"{_PAIRS}, spread\nfigure = network.network(pairs(rows), spread(rows))",
            ),
            Drawing(
                "One entity's company",
                lambda part: network.ego(part.pairs),
                _paired,
                f"{_PAIRS}\nfigure = network.ego(pairs(rows))",
            ),
        ),
    ),
    View(
        "Claims",
        "sentences",
        "sentences",
        (
            Drawing(
                "Who tells what",
                lambda part: claim_charts.matrix(*part.claims, _names(part)),
                _told,
                f"{_CLAIMS}"
                'told = coverage.explode("sentence_ids")\n'
                'kept = told["claim_id"][told["sentence_ids"].isin(rows["sentence_id"])]\n'
                'found = found[found["claim_id"].isin(kept)]\n'
                'own = coverage["claim_id"].isin(kept) & coverage["article_id"].isin(articles)\n'
                "names = label(story.articles)\n"
                "names = names[names.index.isin(articles)]\n"
                "figure = charts.matrix(found, coverage[own], names)",
                "claim_id",
            ),
            Drawing(
                "Who shares a text",
                lambda part: claim_charts.relations(part.related, _names(part)),
                _matched,
                f"{_CLAIMS}"
                'both = related[["article_a", "article_b"]].isin(list(articles)).all(axis=1)\n'
                "names = label(story.articles)\n"
                "names = names[names.index.isin(articles)]\n"
                "figure = charts.relations(related[both], names)",
                "pair",
            ),
        ),
    ),
)


def _names(part: Part) -> pd.Series:
    names = part.whole.names
    return names[names.index.isin(part.articles)]
