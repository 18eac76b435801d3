"""In what way a method is wrong: by hand, and what any fair account of it keeps to."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import Tally, attributions, entities, examples, predicted
from helpers.scores import KINDS
from helpers.scoring import (
    Attribution,
    attribution_counts,
    entity_counts,
    figures,
    precision_recall_f1,
    reliability,
)
from tests.conftest import FIVE
from tests.test_scoring import BUILD, NEED, TEXT, attribution, found, texts

OWN = Path(__file__).parent / "gold"


def kinds(*predictions: Attribution) -> tuple[list[str], list[str]]:
    sides = attributions(TEXT, [BUILD, NEED], list(predictions))
    return [o.kind for o in sides.marked], [o.kind for o in sides.found]


def test_each_way_to_be_wrong_has_its_name():
    right = attribution("that it is needed", "A critic of the plan")
    assert kinds(right, BUILD) == (["right", "right"], ["right", "right"])
    assert kinds() == (["missed", "missed"], [])
    assert kinds(attribution("The mayor")) == (["missed", "missed"], ["invented"])
    assert kinds(attribution("build it", "mayor")) == (["right", "missed"], ["right"])
    assert kinds(attribution("We will", "mayor")) == (["wrong bounds", "missed"], ["wrong bounds"])
    assert kinds(attribution("that it is needed")) == (["missed", "wrong source"], ["wrong source"])


def test_two_run_into_one_are_not_missed():
    both = Attribution(((TEXT.index("We will"), len(TEXT)),), ((0, 9),))
    marked, shown = kinds(both)
    assert marked == ["wrong bounds", "wrong bounds"]
    assert shown == ["wrong bounds"]


def test_the_counterpart_is_named():
    sides = attributions(TEXT, [BUILD, NEED], [attribution("needed"), BUILD])
    assert [o.other for o in sides.marked] == [1, 0]
    assert [o.other for o in sides.found] == [1, 0]


def test_names_by_bounds_and_label():
    marked = [(0, 8, "PER"), (9, 12, "LOC"), (20, 30, "ORG"), (40, 44, "PER")]
    shown = [(0, 8, "ORG"), (9, 12, "LOC"), (20, 25, "ORG"), (50, 52, "LOC")]
    sides = entities(marked, shown)
    assert [o.kind for o in sides.marked] == ["wrong label", "right", "wrong bounds", "missed"]
    assert [o.kind for o in sides.found] == ["wrong label", "right", "wrong bounds", "invented"]


@given(texts, st.lists(found, max_size=5), st.lists(found, max_size=5))
def test_the_account_agrees_with_the_score(text, marked, shown):
    sides = attributions(text, marked, shown)
    predictions, gold, matched, joint = attribution_counts(text, marked, shown)
    assert (len(sides.found), len(sides.marked)) == (predictions, gold)
    for outcomes in sides:
        told = [o.kind for o in outcomes]
        assert set(told) <= set(KINDS)
        assert told.count("right") == joint
        assert told.count("right") + told.count("wrong source") == matched
        assert [o.other is None for o in outcomes] == [k in ("missed", "invented") for k in told]


names = st.sets(
    st.tuples(st.integers(0, 20), st.integers(1, 4), st.sampled_from(["PER", "LOC"])).map(
        lambda n: (5 * n[0], 5 * n[0] + n[1], n[2])
    ),
    max_size=6,
).map(lambda own: sorted({n[0]: n for n in own}.values()))


@given(names, names)
def test_the_account_of_names_agrees_with_the_score(marked, shown):
    sides = entities(marked, shown)
    labelled, bare = entity_counts(set(marked), set(shown))
    for outcomes in sides:
        told = [o.kind for o in outcomes]
        assert told.count("right") == labelled[2]
        assert told.count("right") + told.count("wrong label") == bare[2]


def test_a_tally_counts_each_side_and_the_confidences():
    tally = Tally()
    shown = [attribution("We will build it", "mayor"), attribution("The mayor")]
    tally.add(attributions(TEXT, [BUILD, NEED], shown), [0.92, 0.31])
    fields = tally.fields()
    assert fields["errors"] == [
        {"of": "found", "kind": "invented", "n": 1},
        {"of": "found", "kind": "right", "n": 1},
        {"of": "marked", "kind": "missed", "n": 1},
        {"of": "marked", "kind": "right", "n": 1},
    ]
    assert [(b["low"], b["n"], b["right"]) for b in fields["bins"]] == [(0.3, 1, 0), (0.9, 1, 1)]


def test_a_tone_held_back_counts_as_such_and_its_confidence_too():
    tally = Tally()
    tally.add_tone(-1, "negative", False, 0.97)
    tally.add_tone(-1, "positive", True, 0.4)
    tally.add_tone(0, None, True, None)
    fields = tally.fields()
    assert [(e["of"], e["kind"]) for e in fields["errors"]] == [
        ("negative", "abstained"),
        ("negative", "negative"),
        ("neutral", "abstained"),
    ]
    assert [(b["n"], b["right"]) for b in fields["bins"]] == [(1, 0), (1, 1)]


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.sampled_from([5, 10, 20])
)
def test_reliability_counts_every_answer_once(answers, parts):
    sure, right = ([a[i] for a in answers] for i in (0, 1))
    rows = reliability(sure, right, parts)
    assert sum(row["n"] for row in rows) == len(answers)
    assert sum(row["right"] for row in rows) == sum(right)
    for row in rows:
        assert row["low"] - 1e-4 <= row["confidence"] <= row["high"] + 1e-4
        assert row["accuracy"] == pytest.approx(row["right"] / row["n"], abs=1e-4)


def test_figures_come_with_their_intervals():
    rows = [np.array([4.0, 5, 3]), np.array([2.0, 4, 2]), np.array([0.0, 1, 0])]
    told = figures(rows)
    assert [told[name] for name in ("n", "found", "due", "right")] == [3, 6, 10, 5]
    assert [told[n] for n in ("precision", "recall", "f1")] == list(precision_recall_f1(6, 10, 5))
    for name in ("precision", "recall"):
        assert told[f"{name}_low"] <= told[name] <= told[f"{name}_high"]
    assert told["low"] <= told["f1"] <= told["high"]


def test_a_prediction_without_a_source_is_read():
    rows = pd.DataFrame(
        {
            "content_spans": [[[3, 9]]],
            "source_start": pd.array([None], dtype="Int64"),
            "source_end": pd.array([None], dtype="Int64"),
            "confidence": [0.5],
        }
    )
    assert predicted(rows) == [Attribution(((3, 9),), (), 0.5)]


@pytest.fixture(scope="module")
def shown() -> pd.DataFrame:
    return examples(OWN, FIVE)


def test_examples_are_of_texts_that_may_be_shown(shown):
    ours = [path.read_text("utf-8") for path in FIVE.glob("*.txt")]
    for path in OWN.rglob("*.jsonl"):
        ours += [json.loads(line).get("text", "") for line in path.read_text("utf-8").splitlines()]
    assert len(shown)
    assert [text for text in shown["text"] if not any(text in own for own in ours)] == []


def test_examples_are_wrong_and_one_of_each_sort(shown):
    keys = ["layer", "language", "of", "kind"]
    assert not shown.duplicated(keys).any()
    assert set(shown["layer"]) == {"attribution", "entities", "tone"}
    assert not (shown["kind"] == "right").any()
    assert not (shown["of"] == shown["kind"]).any()
    assert (shown["marked"] != shown["found"]).all()
    assert (shown.loc[shown["kind"] == "missed", "found"] == "").all()
    assert (shown.loc[shown["kind"] == "invented", "marked"] == "").all()
