"""The charts of co-occurrence: what is drawn, what is not, and what a mark leads to."""

import json

import pandas as pd
import pytest

from helpers.charts import network
from helpers.contrast import change
from helpers.cooccurrence import (
    EDGES,
    among,
    behind,
    frequent,
    pair_names,
    pairs,
    select,
    spread,
    strongest,
)
from helpers.networks import ego
from helpers.tables import frame
from tests.test_cooccurrence import contingency, mentions

FEW = mentions(("1:p1s1", "A"), ("1:p1s1", "B"), ("2:p1s1", "A"), ("3:p1s1", "Z"))


def handles(figure) -> dict[str, list[str]]:
    """Give the text of each mark on an edge and the ids that it carries."""
    trace = next(t for t in figure.data if t.mode == "markers" and t.text is not None)
    return dict(zip(trace.text, trace.customdata, strict=True))


def test_pairs_beyond_chance_come_first():
    rows = contingency(8, 0, 0, 30)
    often = [(f"9{i:02}:p01s01", e) for i in range(20) for e in (f"X{i}", "D")]
    both = pd.concat([rows, mentions(*often)])
    found = pairs(both)
    assert select(found)[["entity_a", "entity_b"]].to_numpy().tolist() == [["A", "B"]]
    assert len(strongest(found)) == 1
    figure = network.network(found, spread(both))
    assert "n = 1 of 1 pairs beyond chance" in figure.layout.title.subtitle.text
    unsure = found[found["entity_a"] != "A"]
    assert len(strongest(unsure)) == len(unsure)
    said = network.network(unsure, spread(both)).layout.title.subtitle.text
    assert f"of {len(unsure)} pairs, none beyond chance" in said


def test_every_edge_and_node_carries_its_pairs(story):
    found = pairs(story.mentions)
    drawn = strongest(found)
    figure = network.network(found, spread(story.mentions))
    assert len(drawn) <= EDGES
    assert list(handles(figure).values()) == [[name] for name in pair_names(drawn)]
    lines = [t for t in figure.data if t.mode == "lines"]
    widths = pd.Series([line.line.width for line in lines], index=drawn.index)
    assert widths.rank().equals(drawn["joint"].astype(float).rank())
    nodes = figure.data[-1]
    for name, own in zip(nodes.hovertext, nodes.customdata, strict=True):
        assert list(own) == [p for p in pair_names(drawn) if name in p.split(" – ")]
    known = set(behind(drawn, story.mentions)["pair"])
    assert {i for own in nodes.customdata for i in own} <= known


def test_wide_lines_stay_lines():
    table = pairs(contingency(400, 10, 10, 10))
    lines = [t for t in network.network(table, pd.Series({"A": 9})).data if t.mode == "lines"]
    assert [line.line.width for line in lines] == [13]


def test_who_meets_nobody_is_listed():
    note = network.network(pairs(FEW), spread(FEW)).layout.annotations[0].text
    assert note == "Meet nobody: Z<br>Not drawn: —"
    many = mentions(
        ("1:p1s1", "A"), ("1:p1s1", "B"), *[(f"9{i}:p1s1", f"<N{i}>") for i in range(99)]
    )
    note = network.network(pairs(many), spread(many)).layout.annotations[0].text
    assert note.startswith("Meet nobody: &lt;N0&gt;, ")
    shown = note.split("<br>")[0].count("&lt;N")
    assert f" and {99 - shown} others<br>" in note


def test_the_company_of_one(story):
    found = pairs(story.mentions)
    figure = network.ego(found)
    name = frequent(found, 1).index[0]
    own = ego(found, name)
    expected, dots = figure.data
    assert figure.layout.title.text == f"Who appears with {name}"
    assert list(dots.x) == own["joint"].head(20).tolist()
    assert list(expected.x) == own["expected"].head(20).tolist()
    assert [i for ids in dots.customdata for i in ids] == pair_names(own).head(20).tolist()
    assert name not in set(dots.y)
    sure = network.ego(pairs(contingency(8, 0, 0, 30)), "B").data[1]
    assert (list(sure.y), list(sure.marker.symbol)) == (["A"], ["circle"])
    assert set(dots.marker.symbol) == {"circle-open"}
    with pytest.raises(ValueError, match="'Alibab' meets nobody; there is Alibaba"):
        network.ego(found, "Alibab")


def test_change_says_both_groups_and_their_n(story):
    rows = change(story.mentions, "language", ("de", "en"))
    figure = network.change(rows)
    assert figure.layout.title.text == "Where pairs meet more often: de or en"
    n = f"n = {rows['n_first'].iloc[0]} and {rows['n_second'].iloc[0]} units"
    assert n in figure.layout.title.subtitle.text
    first = figure.data[0]
    assert list(first.customdata[0]) == [pair_names(rows).iloc[0]]
    hollow = (rows["low"] <= 0) & (rows["high"] >= 0)
    assert [s == "circle-open" for s in first.marker.symbol] == hollow.head(20).tolist()
    listed = behind(rows, story.mentions)
    assert set(pair_names(rows)) == set(listed["pair"])


def test_hostile_names_are_plain_text():
    evil = "<img src=x onerror=alert(1)>"
    rows = mentions(*[("1:p1s1", e) for e in (evil, "B")], ("2:p1s1", evil + "2"))
    found = pairs(rows)
    for figure in (network.matrix(found), network.network(found, spread(rows)), network.ego(found)):
        drawn = json.loads(figure.to_json())
        for trace in drawn["data"]:
            trace.pop("customdata", None)  # ids, never shown
        drawn["layout"].pop("meta")  # escaped where the page is made
        assert "<img" not in json.dumps(drawn)


def test_one_article_and_one_entity():
    for rows in (FEW.head(1), FEW.head(0)):
        assert among(pairs(rows)).empty
        assert list(spread(rows)) == [1] * len(rows)
        assert behind(frame([], "pairs"), rows).empty
