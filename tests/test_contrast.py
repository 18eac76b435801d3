"""Change between two groups: shares of units, their difference and its interval."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.contrast import COLUMNS, change, groups
from helpers.cooccurrence import pairs, units
from helpers.intervals import newcombe
from helpers.selection import only


def test_the_interval_is_that_of_newcombe():
    # The examples of Newcombe (1998), table II, method 10.
    examples = {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (6, 7, 2, 7): (0.0582, 0.8062),
        (5, 56, 0, 29): (-0.0381, 0.1926),
        (0, 10, 0, 20): (-0.1611, 0.2775),
        (0, 10, 0, 10): (-0.2775, 0.2775),
        (10, 10, 0, 20): (0.6791, 1.0),
        (10, 10, 0, 10): (0.6075, 1.0),
    }
    for (k, n, j, m), expected in examples.items():
        assert newcombe(k, n, j, m) == pytest.approx(expected, abs=6e-5)
    assert newcombe(0, 0, 1, 2) == (-1, 1)


COUNTS = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_intervals_hold_the_difference_and_turn_with_it(one, other):
    (k, n), (j, m) = one, other
    low, high = newcombe(k, n, j, m)
    assert -1 - 1e-9 <= low <= k / n - j / m <= high <= 1 + 1e-9
    assert newcombe(j, m, k, n) == pytest.approx((-high, -low))


@pytest.mark.parametrize("unit", ["sentence", "article"])
def test_change_between_languages(story, unit):
    rows = change(story.mentions, "language", ("de", "en"), unit)
    assert {c: str(t) for c, t in rows.dtypes.items()} == COLUMNS
    parts = {code: only(story.mentions, language=code) for code in ("de", "en")}
    found = {code: pairs(part, unit) for code, part in parts.items()}
    for side, code in (("first", "de"), ("second", "en")):
        assert set(rows[side]) == {code}
        assert set(rows[f"n_{side}"]) == {units(parts[code], unit)}
        own = rows[rows[f"joint_{side}"] > 0].set_index(["entity_a", "entity_b"])
        joint = found[code].set_index(["entity_a", "entity_b"])["joint"]
        pd.testing.assert_series_equal(
            own[f"joint_{side}"].sort_index(), joint.sort_index(), check_names=False
        )
    share = rows["joint_second"] / rows["n_second"] - rows["joint_first"] / rows["n_first"]
    assert rows["difference"].tolist() == pytest.approx(share.tolist())
    assert rows["difference"].abs().is_monotonic_decreasing
    assert (rows["low"] <= rows["difference"]).all()
    assert (rows["difference"] <= rows["high"]).all()
    both = rows[(rows["joint_first"] > 0) & (rows["joint_second"] > 0)].iloc[0]
    name = both["entity_a"] + both["entity_b"]
    own = [f[f["entity_a"] + f["entity_b"] == name] for f in found.values()]
    ids = sorted({i for f in own for i in f["sentence_ids"].iloc[0]})
    assert both["sentence_ids"] == ids
    turned = change(story.mentions, "language", ("en", "de"), unit)
    assert sorted(turned["difference"]) == pytest.approx(sorted(-rows["difference"]))


def test_the_groups_of_the_most_articles(story):
    found = groups(story.mentions, "language")
    sizes = [only(story.mentions, language=code)["article_id"].nunique() for code in found]
    assert sizes == sorted(sizes, reverse=True)
    rows = change(story.mentions, "language")
    assert rows[["first", "second"]].iloc[0].tolist() == sorted(found[:2])
    assert not change(story.mentions, "voice").empty


def test_less_than_two_groups(story):
    german = only(story.mentions, language="de")
    for rows in (german, german.head(0)):
        empty = change(rows, "language")
        assert {c: str(t) for c, t in empty.dtypes.items()} == COLUMNS
        assert empty.empty
    alone = change(german, "language", ("de", "en"))
    assert set(alone["joint_second"]) == {0}
    assert (alone["low"] == -1).all()


def test_what_cannot_be_compared_is_said(story):
    with pytest.raises(ValueError, match="no column 'colour' to compare by; there are"):
        change(story.mentions, "colour")
    with pytest.raises(ValueError, match="no language 'fr'; there is de, en"):
        change(story.mentions, "language", ("de", "fr"))
    with pytest.raises(ValueError, match="unit is 'page'"):
        change(story.mentions, "language", ("de", "en"), "page")
