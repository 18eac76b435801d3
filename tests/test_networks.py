"""The network of pairs: who stands where in it, and files that open again with nothing lost."""

import json
import re
from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.cooccurrence import among, pairs
from helpers.networks import centrality, communities, ego, graph, order, write
from helpers.tables import frame
from tests.test_cooccurrence import STORIES, STORY, contingency, mentions

MEASURES = ["joint", "expected", "npmi", "g2", "p", "q"]
HOSTILE = [
    "<script>alert('x')</script>", 'a "quoted" & <b>', "]]>", "tab\tand\nline\r\nend", " edges ",
    "NA", "null", "=1+1", "a,b;c", "\x00\x0b\x1f", "\\x0b", "\ufffe", "\x85\u2028", "北京", "🦆",
    "none", "1", "True", "n1", "label",
]  # fmt: skip


def two_circles() -> pd.DataFrame:
    """Make two circles of four who meet each other twice, and one meeting between them."""
    meet = [*combinations("ABCD", 2), *combinations("WXYZ", 2)] * 2 + [("D", "W"), ("L",)]
    return mentions(*[(f"{i:03}:p01s01", e) for i, own in enumerate(meet) for e in own])


def test_who_meets_nobody_is_in_the_graph():
    rows = two_circles()
    network = graph(pairs(rows), rows)
    assert list(nx.isolates(network)) == ["L"]
    assert network.nodes["D"] == {"kind": "ORG", "mentions": 7, "articles": 7}
    assert network["D"]["W"]["joint"] == 1
    assert network["W"]["D"]["sentence_ids"] == ["024:p01s01"]
    assert graph(pairs(rows), rows.head(0)).nodes["A"]["kind"] == "unknown"


def test_centrality_by_hand():
    rows = two_circles()
    table = centrality(graph(pairs(rows), rows)).set_index("entity")
    assert table.loc["A", ["degree", "strength"]].tolist() == [3, 6]
    assert table.loc["D", ["degree", "strength"]].tolist() == [4, 7]
    # Of the 28 pairs of two others, twelve meet through D: A, B, C with W, X, Y, Z.
    assert table.loc["D", "betweenness"] == pytest.approx(12 / 28)
    assert table.loc["A", "betweenness"] == 0
    assert table.loc["L"].tolist() == [0, 0, 0, 3]
    assert list(table.index[:2]) == ["D", "W"]
    assert table["community"].to_dict() == dict(
        zip("ABCDWXYZL", [1] * 4 + [2] * 4 + [3], strict=True)
    )


def test_a_large_network_is_sampled_with_a_seed():
    names = [(f"{i:04}:p01s01", f"{n:04}") for i in range(600) for n in (i, i + 1)]
    network = graph(pairs(mentions(*names)), mentions(*names))
    pd.testing.assert_frame_equal(centrality(network), centrality(network))
    exact = nx.betweenness_centrality(network)["0300"]
    assert centrality(network).set_index("entity").loc["0300", "betweenness"] == pytest.approx(
        exact, rel=0.1
    )


@settings(max_examples=40)
@given(STORIES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_group(rows, chance):
    found = pairs(rows)
    mixed = found.sample(frac=1, random_state=chance.randrange(99))
    one, other = graph(found, rows), graph(mixed, rows.iloc[::-1])
    assert communities(one) == communities(other)
    pd.testing.assert_frame_equal(centrality(one), centrality(other))
    assert set(communities(one)) == set(one)


def test_the_order_of_nodes_and_edges_changes_no_group():
    drawn = np.random.default_rng(0)
    ends = [(a, b) for a, b in drawn.integers(60, size=(240, 2)).tolist() if a != b]
    groups = []
    for _ in range(4):
        network = nx.Graph()
        network.add_nodes_from(f"{n}" for n in drawn.permutation(60))
        for place in drawn.permutation(len(ends)):
            a, b = ends[place]
            network.add_edge(f"{a}", f"{b}", joint=1 + (a * b) % 7)
        groups.append(communities(network))
    assert groups == groups[:1] * 4


def test_ego():
    found = pairs(two_circles())
    own = ego(found, "D")
    assert set(own["entity_a"]) | set(own["entity_b"]) == set("ABCDW")
    assert own["joint"].tolist() == [2, 2, 2, 1]
    with pytest.raises(ValueError, match="'DD' meets nobody"):
        ego(found, "DD")
    with pytest.raises(ValueError, match="'Alibab' meets nobody; there is Alibaba"):
        ego(pairs(mentions(("1:p1s1", "Alibaba"), ("1:p1s1", "X"))), "Alibab")
    assert ego(frame([], "pairs"), "D").empty
    assert ego(frame([], "pairs")).empty
    pd.testing.assert_frame_equal(ego(found), own)  # D is in the most units


def test_order_puts_those_who_meet_together():
    meet = [("A", "Y"), ("A", "Y"), ("B", "X"), ("B", "X"), ("C",), ("A", "Y")]
    table = pairs(mentions(*[(f"{i:03}:p01s01", e) for i, m in enumerate(meet) for e in m]))
    found = order(table, ["A", "B", "C", "X", "Y"])
    assert sorted(found) == ["A", "B", "C", "X", "Y"]
    assert abs(found.index("A") - found.index("Y")) == 1
    assert abs(found.index("B") - found.index("X")) == 1
    assert found == order(table.iloc[::-1], ["Y", "C", "B", "A", "X"])


def test_order_keeps_those_who_never_meet_apart():
    found = order(pairs(contingency(3, 3, 3, 4)), ["A", "C", "B", "D"])
    assert abs(found.index("A") - found.index("B")) == 1


def back(text: str) -> str:
    """Undo what `write` says it does to a name."""
    return re.sub(
        r"\\(?:\\|x(..)|u(....))",
        lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else "\\",
        text,
    )


def unguarded(text: str) -> str:
    """Undo what the tables do to a name: one that a spreadsheet takes for a formula is guarded."""
    assert not text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    return back(re.sub("^'(?='*[=+\\-@\t\r\n＝＋－＠])", "", text))


def compare(found: pd.DataFrame, rows: pd.DataFrame, folder) -> None:
    """Hold what the four files give back to the pairs."""
    expected = graph(found, rows)
    graphml, gexf, table, entities = write(found, rows, folder)
    for read in (nx.read_graphml(graphml), nx.read_gexf(gexf)):
        assert {back(name) for name in read} == set(expected)
        assert len(read) == len(expected)
        for name, facts in read.nodes(data=True):
            assert facts["label"] == name
            own = expected.nodes[back(name)]
            assert {key: facts[key] for key in own} == own
        assert read.number_of_edges() == len(found)
        for a, b, facts in read.edges(data=True):
            own = expected[back(a)][back(b)]
            assert {key: facts[key] for key in MEASURES} == {key: own[key] for key in MEASURES}
            assert facts["weight"] == own["joint"]
            for ids in ("sentence_ids", "article_ids"):
                assert json.loads(facts[ids]) == own[ids]
    lists = dict.fromkeys(["sentence_ids", "article_ids"], json.loads)
    names = dict.fromkeys(["entity_a", "entity_b"], unguarded)
    again = pd.read_csv(table, converters=lists | names, keep_default_na=False)
    pd.testing.assert_frame_equal(frame(again, "pairs"), frame(found, "pairs"))
    named = pd.read_csv(entities, converters={"entity": unguarded}, keep_default_na=False)
    assert dict(zip(named["entity"], named["articles"], strict=True)) == dict(
        expected.nodes(data="articles")
    )


def test_files_of_the_five_articles_open_again(story, tmp_path):
    for unit in ("sentence", "article"):
        compare(pairs(story.mentions, unit), story.mentions, tmp_path / "new" / unit)


def test_hostile_names_open_again(tmp_path):
    rows = mentions(
        *[(f"{n}:p1s1", e) for n, own in enumerate(combinations(HOSTILE, 2)) for e in own]
    )
    assert len(pairs(rows)) == len(HOSTILE) * (len(HOSTILE) - 1) / 2
    compare(pairs(rows), rows, tmp_path)
    assert "<script" not in (tmp_path / "pairs.graphml").read_text("utf-8")


@settings(max_examples=60)
@given(names=st.lists(st.text(min_size=1), min_size=2, max_size=5, unique=True))
def test_any_names_open_again(names, tmp_path_factory):
    rows = mentions(*[("1:p1s1", name) for name in names], ("2 x:p1s1", names[0]))
    compare(pairs(rows, "article"), rows, tmp_path_factory.mktemp("any"))


def test_nothing_opens_again(tmp_path):
    compare(frame([], "pairs"), STORY, tmp_path / "no pairs")
    compare(frame([], "pairs"), STORY.head(0), tmp_path / "nothing")
    nothing = graph(frame([], "pairs"), STORY.head(0))
    assert centrality(nothing).empty
    assert communities(nothing) == {}
    assert among(frame([], "pairs")).empty
    assert order(frame([], "pairs"), ["B", "A"]) == ["A", "B"]
