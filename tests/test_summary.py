"""Summaries and charts: the figures are right, carry n and ids, and say when there is nothing."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import intervals
from helpers.articles import label
from helpers.charts import corpus, network, sources, theme, tones
from helpers.contrast import change
from helpers.cooccurrence import behind, pairs, spread, strongest
from helpers.intervals import wilson
from helpers.summary import (
    UNRESOLVED,
    attributed_shares,
    counts,
    days,
    flows,
    kept_words,
    known,
    named_sources,
    presence,
)
from helpers.tables import analysed, frame
from helpers.tone import sentence_tones, targets
from helpers.tone_summary import coverage, extremes, in_language, tone_means


@pytest.fixture(scope="module")
def names(story):
    return label(story.articles)


def charts(story, names) -> dict[str, go.Figure]:
    found = pairs(story.mentions)
    return {
        "kept": corpus.kept(kept_words(story.blocks), names),
        "timeline": corpus.timeline(days(story.articles), story.articles),
        "known": corpus.known(known(story.articles)),
        "presence": corpus.presence(presence(story.mentions), names),
        "shares": sources.shares(attributed_shares(story.sentences, story.attributions), names),
        "ranked": sources.ranked(counts(story.attributions, "mode")),
        "stances": sources.stances(counts(story.attributions, "stance")),
        "chain": sources.chain(
            flows(story.links, story.attributions, names), story.articles["outlet"]
        ),
        "towards": tones.towards(tone_means(story.tones)),
        "reading": tones.reading(sentence_tones(story.tones), names),
        "coverage": tones.coverage(coverage(in_language(story.tones, story.sentences))),
        "languages": tones.languages(
            tone_means(in_language(story.tones, story.sentences), "language")
        ),
        "matrix": network.matrix(found),
        "network": network.network(found, spread(story.mentions)),
        "ego": network.ego(found),
        "change": network.change(change(story.mentions, "language")),
    }


def test_every_chart_says_n_and_has_a_text_for_those_who_cannot_see_it(story, names):
    for name, figure in charts(story, names).items():
        assert "n = " in figure.layout.title.subtitle.text, name
        assert figure.layout.meta["alt"].startswith(figure.layout.title.text[:20]), name
        assert figure.data, name


def test_every_chart_carries_the_ids_behind_its_marks(story, names):
    for name, figure in charts(story, names).items():
        carried = [t.customdata for t in figure.data if t.type != "sankey"]
        links = [t.link.customdata for t in figure.data if t.type == "sankey"]
        assert any(c is not None for c in carried + links), name


def test_every_chart_of_nothing_says_why(story, names):
    nothing = {
        "kept": corpus.kept(kept_words(story.blocks.head(0)), names),
        "timeline": corpus.timeline(days(story.articles.head(0)), story.articles),
        "presence": corpus.presence(presence(story.mentions.head(0)), names),
        "shares": sources.shares(
            attributed_shares(story.sentences.head(0), story.attributions), names
        ),
        "ranked": sources.ranked(counts(story.attributions.head(0), "mode")),
        "stances": sources.stances(counts(story.attributions.head(0), "stance")),
        "chain": sources.chain(flows(story.links.head(0), story.attributions.head(0), names), []),
        "towards": tones.towards(tone_means(story.tones.head(0))),
        "reading": tones.reading(story.tones.head(0), names),
        "coverage": tones.coverage(coverage(in_language(story.tones.head(0), story.sentences))),
        "languages": tones.languages(
            tone_means(in_language(story.tones.head(0), story.sentences), "language")
        ),
        "matrix": network.matrix(frame([], "pairs")),
        "network": network.network(frame([], "pairs"), spread(story.mentions)),
        "ego": network.ego(frame([], "pairs"), "Alibaba"),
        "change": network.change(change(story.mentions.head(0), "language")),
    }
    for name, figure in nothing.items():
        assert "Nothing to show because" in figure.layout.annotations[0].text, name


@pytest.mark.filterwarnings("error")
def test_a_chain_without_any_entity_is_counted_without_a_warning(story, names):
    said = story.attributions[story.attributions["entity_id"].isna()]
    chains = story.links[story.links["attribution_id"].isin(said["attribution_id"])]
    steps = flows(chains.assign(entity_id=None).astype({"entity_id": "str"}), said, names)
    assert steps.loc[steps["from_role"] == "outlet", "n"].sum() == len(said) > 0


def test_hostile_names_are_plain_text_in_a_chart(names):
    rows = pd.DataFrame(
        {
            "name": ["<a href='javascript:x'>y</a>"],
            "mode": ["direct"],
            "n": [1],
            "total": [1],
            "articles": [1],
            "attribution_ids": [["1"]],
        }
    )
    assert "<a" not in sources.ranked(rows).to_json()
    assert theme.plain("<b>&") == "&lt;b&gt;&amp;"


def test_unresolved_comes_last_grey_and_is_no_speaker(story):
    rows = counts(story.attributions, "mode")
    assert rows["name"].iloc[-1] == UNRESOLVED
    assert rows["n"].sum() == len(story.attributions)
    figure = sources.ranked(rows)
    greys = {name for bar in figure.data if bar.marker.color == theme.GREY for name in bar.y}
    assert greys == {UNRESOLVED}


def test_sources_beyond_the_top_are_counted_together(story):
    rows = counts(story.attributions, "mode", top=2)
    assert rows["n"].sum() == len(story.attributions)
    assert rows["name"].nunique() == 4
    assert rows["name"].str.endswith(" other sources)").any()


def test_a_source_that_is_called_other_sources_keeps_its_name(story):
    said = story.attributions.assign(source="two other sources", entity=None, unresolved=False)
    assert list(counts(said, "mode", top=1)["name"].unique()) == ["two other sources"]


def test_named_sources_prefer_the_entity(story):
    rows = named_sources(story.attributions)
    known = rows[rows["entity"].notna() & ~rows["unresolved"]]
    assert (known["name"] == known["entity"]).all()
    assert (rows.loc[rows["unresolved"], "name"] == UNRESOLVED).all()


def test_counts_hold_every_attribution_once(story):
    for by in ("mode", "stance", "source_kind"):
        rows = counts(story.attributions, by, top=100)
        ids = [i for cell in rows["attribution_ids"] for i in cell]
        assert sorted(ids) == sorted(story.attributions["attribution_id"])
        assert list(rows["n"]) == [len(cell) for cell in rows["attribution_ids"]]


def test_shares_count_analysed_sentences(story):
    rows = attributed_shares(story.sentences, story.attributions)
    assert rows["n"].sum() == len(analysed(story.sentences))
    assert rows["attributed"].sum() > 20
    assert ((rows["low"] <= rows["share"]) & (rows["share"] <= rows["high"])).all()


@given(st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_after_its_formula(case):
    k, n = case
    low, high = wilson(k, n)
    if n == 0:
        assert (low, high) == (0.0, 1.0)
        return
    z, p = 1.959963984540054, k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    assert low == pytest.approx(max(0, middle - half), abs=1e-9)
    assert high == pytest.approx(min(1, middle + half), abs=1e-9)


def scored(values: list[tuple[str, float]]) -> pd.DataFrame:
    rows = [
        {
            "article_id": article,
            "sentence_id": f"{article}:p01s{i:02d}",
            "entity_id": "e",
            "entity": "E",
            "tone": tone,
            "abstained": False,
            "voice": "author",
            "start": i,
            "end": i + 1,
        }
        for i, (article, tone) in enumerate(values)
    ]
    return frame(rows, "tones")


def test_a_tone_of_one_article_has_no_interval_and_is_thin():
    row = tone_means(scored([("a", 0.5)] * 9)).iloc[0]
    assert row["mean"] == 0.5
    assert math.isnan(row["low"])
    assert row["thin"]


def test_the_bootstrap_resamples_articles_not_sentences():
    """Nine equal sentences in each of two articles are two observations, not eighteen."""
    values = [(a, t) for a, t in zip("abcdef", [1.0, 1.0, 1.0, -1.0, -1.0, -1.0], strict=True)]
    few, many = (tone_means(scored(values * n)).iloc[0] for n in (1, 50))
    assert not many["thin"]
    assert many["high"] - many["low"] == pytest.approx(few["high"] - few["low"], abs=0.01)
    assert many["high"] - many["low"] > 1


def test_the_interval_of_many_articles_is_that_of_the_draws(monkeypatch):
    drawn = np.random.default_rng(5)
    sizes = drawn.integers(1, 9, size=120)
    values = [(f"a{i}", float(t)) for i, n in enumerate(sizes) for t in drawn.uniform(-1, 0.5, n)]
    formula = tone_means(scored(values)).iloc[0]
    monkeypatch.setattr(intervals, "MANY", 1_000)
    draws = tone_means(scored(values)).iloc[0]
    assert formula["low"] != draws["low"]
    assert formula["low"] == pytest.approx(draws["low"], abs=0.01)
    assert formula["high"] == pytest.approx(draws["high"], abs=0.01)


def test_an_interval_needs_five_articles():
    values = [(article, 0.1 * i) for i, article in enumerate("abcde")]
    four, five = (tone_means(scored(values[:n] * 3)).iloc[0] for n in (4, 5))
    assert math.isnan(four["low"])
    assert four["thin"]
    assert five["low"] < five["high"]


def test_the_interval_of_many_articles_covers_the_truth_as_often_as_it_says():
    generator = np.random.default_rng(3)
    hits = 0
    for _ in range(60):
        means = generator.normal(0.1, 0.2, size=40)
        values = [
            (f"a{i}", float(np.clip(m, -1, 1))) for i, m in enumerate(means) for _ in range(3)
        ]
        row = tone_means(scored(values)).iloc[0]
        hits += row["low"] <= 0.1 <= row["high"]
    assert hits >= 50  # 95 % of 60 is 57; below 50 has a chance of one in ten thousand


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(-1, 1)), min_size=1, max_size=30))
def test_tone_means_lie_in_their_intervals(values):
    row = tone_means(scored(values)).iloc[0]
    assert row["n"] == len(values)
    assert -1 - 1e-9 <= row["mean"] <= 1 + 1e-9
    if not math.isnan(row["low"]):
        assert row["low"] - 1e-9 <= row["mean"] <= row["high"] + 1e-9


def test_the_author_and_quoted_voices_stand_apart(story):
    rows = tone_means(story.tones, top=100)
    assert set(rows["voice"].astype(str)) == {"author", "quoted"}
    use = targets(story.tones)
    assert rows["n"].sum() == (~use["abstained"]).sum()


def test_by_language_only_entities_of_several_languages_stand_there(story):
    rows = tone_means(in_language(story.tones, story.sentences), "language", top=100)
    assert len(rows)
    assert (rows.groupby("entity")["language"].nunique() > 1).all()


def test_what_abstained_is_counted_and_moves_no_mean():
    rows = scored([("a", 0.5), ("a", -1.0), ("b", 0.7)])
    rows.loc[1, "abstained"] = True
    [row] = tone_means(rows).itertuples()
    assert (row.mean, row.n, row.abstained, row.total) == (pytest.approx(0.6), 2, 1, 2)


def test_coverage_counts_every_row_once_and_names_the_reason(story):
    rows = in_language(story.tones, story.sentences)
    cells = coverage(rows)
    assert cells["n"].sum() == len(rows)
    assert cells.groupby("language")["share"].sum().to_numpy() == pytest.approx(1)
    held = set(rows.loc[rows["abstained"], "how"].astype(str))
    assert set(cells["label"]) <= held | {"negative", "neutral", "positive"}


def test_the_strongest_are_scored_labelled_and_in_order(story):
    rows = extremes(story.tones, 3)
    assert not rows["abstained"].any()
    for way, sign in (("negative", -1), ("positive", 1)):
        own = rows[rows["way"] == f"most {way}"]
        assert 0 < len(own) <= 3
        assert set(own["label"]) == {way}
        every = targets(story.tones)
        every = every[(every["label"] == way) & ~every["abstained"]]
        assert (sign * own["tone"]).is_monotonic_decreasing
        assert (sign * own["tone"]).max() == (sign * every["tone"]).max()


def test_the_strongest_of_nothing_is_nothing(story):
    assert extremes(story.tones.head(0)).empty


def test_flows_have_no_circle_and_lose_no_statement(story, names):
    rows = flows(story.links, story.attributions, names, top=3)
    assert set(rows["from_role"]) <= {"outlet", "relay"}
    assert set(rows["to_role"]) <= {"relay", "origin"}
    assert rows.loc[rows["from_role"] == "outlet", "n"].sum() == len(story.attributions)
    assert rows.loc[rows["to_role"] == "origin", "n"].sum() == len(story.attributions)
    assert rows["to_name"].str.endswith("other sources)").any()


def test_a_name_has_its_usual_kind_in_the_flow(story, names):
    rows = flows(story.links, story.attributions, names)
    usual = named_sources(story.attributions).query("name == 'Alibaba'")["source_kind"].mode()[0]
    assert set(rows.loc[rows["to_name"] == "Alibaba", "to_kind"]) == {usual}


def test_a_flow_ends_where_its_chain_ends(story, names):
    """And not at the source, where what a paper says rests on somebody's document."""
    rows = flows(story.links, story.attributions, names, top=99)
    ends = story.links.sort_values("depth").groupby("attribution_id").last()
    to_house = set(ends.index[ends["entity_id"] == "white-house"])
    held = rows[(rows["to_name"] == "White House") & (rows["to_role"] == "origin")]
    assert len(to_house) > 3
    assert {i for ids in held["attribution_ids"] for i in ids} == to_house
    papers = rows[(rows["from_role"] == "relay") & (rows["to_name"] == "White House")]
    assert set(papers["from_name"]) == {"Financial Times"}


def test_a_relay_stands_between_outlet_and_origin():
    links = frame(
        [
            {"attribution_id": "1", "depth": 0, "source": "Paper", "source_kind": "outlet"},
            {"attribution_id": "1", "depth": 1, "source": "Agency", "source_kind": "agency"},
            {"attribution_id": "1", "depth": 2, "source": "Paper", "source_kind": "outlet"},
        ],
        "links",
    )
    said = frame(
        [{"attribution_id": "1", "article_id": "a", "content_start": 0, "content_end": 1,
          "source": "Paper", "unresolved": False}],
        "attributions",
    )  # fmt: skip
    rows = flows(links, said, pd.Series({"a": "a"}))
    steps = [tuple(r) for r in rows[["from_role", "from_name", "to_role", "to_name"]].to_numpy()]
    assert sorted(steps) == [
        ("outlet", "Paper", "relay", "Agency"),
        ("relay", "Agency", "origin", "Paper"),
    ]


def test_pair_mentions_lead_to_sentences_with_both_names(story):
    rows = behind(strongest(pairs(story.mentions), 5), story.mentions)
    for (pair, _), own in rows.groupby(["pair", "sentence_id"]):
        assert set(own["entity"]) == set(pair.split(" – "))


def test_presence_orders_by_articles(story):
    rows = presence(story.mentions)
    assert rows["articles"].is_monotonic_decreasing
    assert rows["entity"].iloc[0] == "Alibaba"
    assert (
        rows.groupby("entity")["article_id"]
        .nunique()
        .eq(rows.groupby("entity")["articles"].first())
        .all()
    )


def test_outlets_have_a_colour_each_and_grey_when_colours_run_out():
    colours = theme.outlet_colours([None, *"BADCHGFEJI"])
    assert len({colours[o] for o in "ABCDEFGH"}) == 8
    assert colours["I"] == colours["J"] == theme.GREY


def test_long_names_that_begin_alike_stay_apart():
    names = ["https://example.org/" + "long/" * 12 + end for end in "ab"]
    table = pd.DataFrame([[1.0, 2.0]], index=["row"], columns=names)
    figure = theme.heatmap(table, table.map(lambda _: []), unit="things")
    assert len(set(figure.data[0].x)) == 2
    assert all(len(text) <= 48 for text in figure.layout.xaxis.ticktext)


def test_days_and_what_is_known(story):
    rows = days(story.articles)
    assert list(rows["n"]) == [1, 1]
    facts = known(story.articles).set_index("fact")
    assert (facts["known"] + facts["missing"]).eq(5).all()
    assert facts.loc["outlet", "missing_ids"] == ["000", "004"]
