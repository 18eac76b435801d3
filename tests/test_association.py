"""The measures of association against exact arithmetic, hand-computed tables and scipy."""

from fractions import Fraction
from math import comb, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom

from helpers.association import adjusted, association, fisher


def measured(joint: int, a: int, b: int, n: int) -> dict[str, float]:
    return association(*(np.array([count]) for count in (joint, a, b)), n).iloc[0].to_dict()


def test_a_table_by_hand():
    # 10 units: 3 with both, 1 with A alone, 2 with B alone, 4 with neither.
    row = measured(3, 4, 5, 10)
    assert row["expected"] == 2
    assert row["npmi"] == pytest.approx(log(3 / 2) / log(10 / 3))
    cells = [(3, 2), (1, 2), (2, 3), (4, 3)]
    assert row["g2"] == pytest.approx(2 * sum(seen * log(seen / want) for seen, want in cells))
    # Of the 210 ways to place A's four units, 50 meet three of B's five and 5 meet four.
    assert row["p"] == pytest.approx((10 * 5 + 5) / 210)


TABLES = st.integers(1, 60).flatmap(
    lambda n: st.tuples(st.integers(1, n), st.integers(1, n)).flatmap(
        lambda ab: st.tuples(
            st.integers(max(1, sum(ab) - n), max(1, min(ab))), st.just(ab[0]), st.just(ab[1])
        ).map(lambda counts: (*counts, n))
    )
)


@given(TABLES)
def test_p_is_exact(table):
    joint, a, b, n = table
    ways = sum(comb(b, k) * comb(n - b, a - k) for k in range(joint, min(a, b) + 1))
    assert fisher(np.array([joint]), np.array([a]), np.array([b]), n)[0] == pytest.approx(
        float(Fraction(ways, comb(n, a))), rel=1e-10
    )


@given(TABLES)
def test_symmetry_and_bounds(table):
    joint, a, b, n = table
    row, turned = measured(joint, a, b, n), measured(joint, b, a, n)
    for name in ("joint", "n", "expected", "npmi", "g2", "p"):
        assert row[name] == pytest.approx(turned[name], abs=1e-12)
    assert -1 <= row["npmi"] <= 1
    assert 0 <= row["p"] <= 1
    assert row["g2"] >= 0
    assert row["joint"] <= min(a, b) <= max(a, b) <= n


@given(TABLES)
def test_more_together_is_less_likely(table):
    joint, a, b, n = table
    counts = np.arange(max(1, a + b - n), min(a, b) + 1)
    p = fisher(counts, np.full(len(counts), a), np.full(len(counts), b), n)
    assert (np.diff(p) < 0).all()


def test_p_in_a_large_corpus_is_that_of_scipy():
    drawn = np.random.default_rng(0)
    for n in (10_000, 1_000_000):
        a, b = (np.maximum(n ** drawn.random(400), 1).astype(int) for _ in range(2))
        low, high = np.maximum(1, a + b - n), np.minimum(a, b)
        joint = low + ((high - low) * drawn.random(400) ** 3).astype(int)
        expected = hypergeom.sf(joint - 1, n, a, b)
        found = fisher(joint, a, b, n)
        seen = expected > 1e-290
        assert found[seen] == pytest.approx(expected[seen], rel=5e-8)
        assert (found[~seen] < 1e-280).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.integers(0, 50))
def test_q_counts_the_tests_that_found_nothing(p, others):
    whole = false_discovery_control([*p, *[1.0] * others])[: len(p)]
    assert adjusted(np.array(p), len(p) + others) == pytest.approx(whole)


def test_no_tables():
    nothing = np.array([], dtype=int)
    assert association(nothing, nothing, nothing, 0).empty
    assert len(fisher(nothing, nothing, nothing, 0)) == 0
