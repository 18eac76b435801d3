"""Pairs: the counts are the units', the figures scipy's, and every pair has its sentences."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact

from helpers.cooccurrence import UNITS, pairs, select, verdict
from helpers.tables import frame

COUNTS = ["joint", "count_a", "count_b", "n"]


def mentions(*rows: tuple[str, str]) -> pd.DataFrame:
    """Make mentions of (sentence_id, entity)."""
    spans = {"start": 0, "end": 1, "text": "x", "label": "ORG", "how": "alias", "confidence": 1}
    return frame(
        [
            {"article_id": s.split(":")[0], "sentence_id": s, "entity": e, "entity_id": e.lower()}
            | spans
            for s, e in rows
        ],
        "mentions",
    )


STORY = mentions(
    ("001:p01s01", "B"), ("001:p01s01", "A"), ("001:p01s01", "A"), ("001:p01s02", "C"),
    ("001:p02s01", "A"), ("002:p01s01", "B"), ("002:p01s01", "A"), ("002:p02s01", "D"),
)  # fmt: skip


def row(table: pd.DataFrame, a: str, b: str) -> pd.Series:
    found = table[(table["entity_a"] == a) & (table["entity_b"] == b)]
    assert len(found) == 1
    return found.iloc[0]


def test_sentences() -> None:
    table = pairs(STORY)
    assert len(table) == 1
    ab = row(table, "A", "B")
    assert ab[COUNTS].tolist() == [2, 3, 2, 5]
    assert ab["expected"] == pytest.approx(1.2)
    assert ab["sentence_ids"] == ["001:p01s01", "002:p01s01"]
    assert ab["article_ids"] == ["001", "002"]


def test_paragraphs() -> None:
    table = pairs(STORY, "paragraph")
    assert row(table, "A", "C")[COUNTS].tolist() == [1, 3, 1, 4]
    assert row(table, "A", "C")["sentence_ids"] == ["001:p01s01", "001:p01s02"]


def test_articles() -> None:
    table = pairs(STORY, "article")
    assert row(table, "A", "B")[COUNTS].tolist() == [2, 2, 2, 2]
    assert row(table, "A", "B")["npmi"] == 0
    assert row(table, "A", "C")["sentence_ids"] == ["001:p01s01", "001:p01s02", "001:p02s01"]
    assert row(table, "B", "D")["article_ids"] == ["002"]


def test_the_number_of_units_can_be_given() -> None:
    assert row(pairs(STORY, n_units=50), "A", "B")["n"] == 50
    with pytest.raises(ValueError, match="n_units is 4, but 5 units"):
        pairs(STORY, n_units=4)


def test_unresolved_mentions_are_left_out() -> None:
    rows = STORY.copy()
    rows.loc[rows["entity"] == "B", "entity_id"] = None
    assert pairs(rows).empty
    assert "B" not in set(pairs(rows, "article")["entity_b"])


def test_an_unknown_unit() -> None:
    with pytest.raises(ValueError, match="'page'.*sentence, paragraph, article"):
        pairs(STORY, "page")


@pytest.mark.parametrize("given_", [STORY.head(0), STORY.head(1), frame([], "mentions")])
@pytest.mark.parametrize("unit", UNITS)
def test_nothing_to_pair(given_: pd.DataFrame, unit: str) -> None:
    table = pairs(given_, unit)
    assert table.empty
    assert table.dtypes.equals(frame([], "pairs").dtypes)
    assert select(table).empty
    assert "nothing to select" in verdict(table)


def contingency(both: int, only_a: int, only_b: int, neither: int) -> pd.DataFrame:
    kinds = [("A", "B")] * both + [("A",)] * only_a + [("B",)] * only_b + [("C",)] * neither
    return mentions(*[(f"{i:03}:p01s01", e) for i, kind in enumerate(kinds) for e in kind])


@pytest.mark.parametrize(
    "cells", [(3, 2, 1, 10), (1, 5, 6, 2), (8, 0, 0, 5), (4, 4, 4, 4), (20, 3, 7, 70), (2, 0, 9, 3)]
)
def test_the_figures_are_those_of_scipy(cells: tuple[int, int, int, int]) -> None:
    both, only_a, only_b, neither = cells
    square = np.array([[both, only_a], [only_b, neither]])
    ab = row(pairs(contingency(*cells)), "A", "B")
    assert ab["p"] == pytest.approx(fisher_exact(square, "greater").pvalue)
    g2 = chi2_contingency(square, correction=False, lambda_="log-likelihood").statistic
    assert ab["g2"] == pytest.approx(g2)
    n = sum(cells)
    pmi = np.log(both / n / ((both + only_a) / n * (both + only_b) / n))
    assert ab["npmi"] == pytest.approx(pmi / -np.log(both / n))
    # A, B and C: three pairs, of which two never meet.
    assert ab["q"] == pytest.approx(false_discovery_control([ab["p"], 1, 1])[0])


def test_npmi_at_its_ends() -> None:
    assert row(pairs(contingency(4, 0, 0, 4)), "A", "B")["npmi"] == pytest.approx(1)
    assert row(pairs(contingency(4, 4, 4, 4)), "A", "B")["npmi"] == pytest.approx(0)
    assert row(pairs(contingency(1, 400, 400, 0)), "A", "B")["npmi"] < -0.6


def test_select_and_verdict() -> None:
    table = pairs(contingency(8, 0, 0, 30))
    assert select(table)["entity_a"].tolist() == ["A"]
    assert select(table, least=9).empty
    assert select(table, alpha=1e-12).empty
    assert verdict(table).startswith("1 of the 1 pairs in 38 units")
    assert "too small to select" in verdict(pairs(STORY))
    assert verdict(pairs(contingency(4, 4, 4, 4))).startswith("None of the 1 pairs in 16 units")


PLACES = st.builds("{:03}:p{:02}s{:02}".format, *[st.integers(1, 3)] * 3)
STORIES = st.lists(st.tuples(PLACES, st.sampled_from("ABCDEF")), max_size=40).map(
    lambda rows: mentions(*rows)
)


def plain(rows: pd.DataFrame, unit: str) -> dict[tuple[str, str], tuple[int, list[str]]]:
    """Count pairs and collect their sentences unit by unit, the slow way."""
    keys = {"sentence": rows["sentence_id"], "article": rows["article_id"]}
    by = keys.get(unit, rows["sentence_id"].str.split("s").str[0])
    found: dict[tuple[str, str], tuple[int, set[str]]] = {}
    for _, held in rows.groupby(by):
        for pair in combinations(sorted(set(held["entity"])), 2):
            joint, ids = found.get(pair, (0, set()))
            found[pair] = (joint + 1, ids | set(held[held["entity"].isin(pair)]["sentence_id"]))
    return {pair: (joint, sorted(ids)) for pair, (joint, ids) in found.items()}


@settings(max_examples=80, deadline=None)
@given(STORIES, st.sampled_from(UNITS))
def test_the_counts_are_those_of_a_plain_loop(rows: pd.DataFrame, unit: str) -> None:
    table = pairs(rows, unit)
    keys = zip(table["entity_a"], table["entity_b"], strict=True)
    values = zip(table["joint"], table["sentence_ids"], strict=True)
    assert dict(zip(keys, values, strict=True)) == plain(rows, unit)


@settings(max_examples=80, deadline=None)
@given(STORIES, st.sampled_from(UNITS))
def test_bounds(rows: pd.DataFrame, unit: str) -> None:
    table = pairs(rows, unit)
    assert (table["entity_a"] < table["entity_b"]).all()
    assert (table["joint"] >= 1).all()
    assert (table["joint"] <= table[["count_a", "count_b"]].min(axis=1)).all()
    assert (table[["count_a", "count_b"]].max(axis=1) <= table["n"]).all()
    assert table["npmi"].between(-1, 1).all()
    more = table["joint"] - table["expected"]
    assert (np.sign(table["npmi"].round(9)) == np.sign(more.round(9))).all()
    assert table["p"].between(0, 1).all()
    assert table["q"].between(0, 1).all()
    assert (table["q"] >= table["p"] - 1e-12).all()
    assert (table["g2"] >= 0).all()
    homes = [sorted({i.split(":")[0] for i in ids}) for ids in table["sentence_ids"]]
    assert homes == table["article_ids"].tolist()


@settings(max_examples=40, deadline=None)
@given(STORIES, st.sampled_from(UNITS), st.integers(0, 9))
def test_the_order_of_rows_does_not_matter(rows: pd.DataFrame, unit: str, seed: int) -> None:
    mixed = pairs(rows.sample(frac=1, random_state=seed), unit)
    pd.testing.assert_frame_equal(mixed, pairs(rows, unit))


@settings(max_examples=40, deadline=None)
@given(STORIES, st.sampled_from(UNITS))
def test_a_doubled_corpus_doubles_the_counts(rows: pd.DataFrame, unit: str) -> None:
    copy = rows.assign(article_id="9" + rows["article_id"], sentence_id="9" + rows["sentence_id"])
    once, twice = pairs(rows, unit), pairs(pd.concat([rows, copy]), unit)
    assert (twice[COUNTS].to_numpy() == 2 * once[COUNTS].to_numpy()).all()
    assert twice["npmi"].to_numpy() == pytest.approx(once["npmi"].to_numpy())
    assert twice["g2"].to_numpy() == pytest.approx(2 * once["g2"].to_numpy(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(STORIES, st.sampled_from(UNITS), st.integers(1, 4))
def test_leaving_out_rare_pairs_changes_nothing_about_the_others(
    rows: pd.DataFrame, unit: str, least: int
) -> None:
    whole = pairs(rows, unit)
    often = whole[whole["joint"] >= least].reset_index(drop=True)
    pd.testing.assert_frame_equal(pairs(rows, unit, least=least), often)
