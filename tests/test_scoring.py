"""The scorer against cases counted by hand, and the properties any fair scorer has."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.evaluate import evaluate, write
from helpers.scoring import (
    Attribution,
    attribution_counts,
    bootstrap,
    content_word_positions,
    entity_counts,
    iob_spans,
    macro_f1,
    positions,
    precision_recall_f1,
    tone_counts,
)

TEXT = 'The mayor said: "We will build it." A critic of the plan denied that it is needed.'


def span(part: str, text: str = TEXT) -> tuple[int, int]:
    """Give the place of a part in the text."""
    start = text.index(part)
    return start, start + len(part)


def attribution(content: str, source: str = "") -> Attribution:
    """Mark an attribution by its words."""
    return Attribution((span(content),), (span(source),) if source else ())


BUILD = attribution('"We will build it."', "The mayor")
NEED = attribution("that it is needed", "A critic of the plan")


def counts(*predicted: Attribution) -> list[float]:
    """Count predictions against the two attributions of the text."""
    return attribution_counts(TEXT, [BUILD, NEED], list(predicted)).tolist()


def test_quote_marks_and_edge_punctuation_do_not_matter() -> None:
    assert counts(attribution("We will build it", "mayor"), NEED) == [2, 2, 2, 2]


def test_half_the_letters_are_enough_and_less_are_not() -> None:
    assert len(positions(TEXT, [span("We will build it")])) == 13
    assert counts(attribution("build it", "mayor")) == [1, 2, 1, 1]  # 7 of 13 letters
    assert counts(attribution("We will", "mayor")) == [1, 2, 0, 0]  # 6 of 13


def test_a_source_is_right_by_a_content_word_not_by_an_article() -> None:
    text = "the man of the town said the bridge is safe"
    gold = [Attribution(((25, 43),), ((0, 19),))]
    assert attribution_counts(text, gold, [Attribution(((25, 43),), ((15, 19),))])[3] == 1
    assert attribution_counts(text, gold, [Attribution(((25, 43),), ((8, 14),))])[3] == 0
    assert attribution_counts(text, gold, [Attribution(((25, 43),))])[3] == 0


def test_two_empty_sources_agree() -> None:
    bare = Attribution((span("that it is needed"),))
    assert attribution_counts(TEXT, [bare], [bare]).tolist() == [1, 1, 1, 1]


def test_a_source_of_function_words_only_is_still_a_source() -> None:
    assert content_word_positions("die sagen", [(0, 3)]) == {0, 1, 2}


def test_one_gold_content_is_matched_once() -> None:
    assert counts(NEED, NEED) == [2, 2, 1, 1]


def test_best_overlap_first() -> None:
    close, loose = (
        attribution("that it is needed"),
        attribution("denied that it is needed", "critic"),
    )
    assert counts(loose, close) == [2, 2, 1, 0]


def test_iob_tags_become_spans() -> None:
    offsets = [(0, 3), (4, 8), (9, 12), (13, 17), (18, 22)]
    tags = ["B-PER", "I-PER", "B-PER", "O", "I-LOC"]
    assert iob_spans(offsets, tags) == {(0, 8, "PER"), (9, 12, "PER"), (18, 22, "LOC")}


def test_entities_with_and_without_label() -> None:
    gold = {(0, 8, "PER"), (9, 12, "LOC")}
    labelled, bare = entity_counts(gold, {(0, 8, "ORG"), (9, 12, "LOC"), (20, 22, "LOC")})
    assert labelled.tolist() == [3, 2, 1]
    assert bare.tolist() == [3, 2, 2]
    assert precision_recall_f1(*labelled) == (pytest.approx(1 / 3), 0.5, pytest.approx(0.4))


def test_macro_f1_by_hand() -> None:
    judged = [(1, 1), (1, 0), (0, 0), (-1, 0), (-1, None)]
    total = sum(tone_counts(gold, said) for gold, said in judged)
    # negative: 0 right, 2 due; neutral: 1 right, 3 given, 1 due; positive: 1 right, 1 given, 2 due
    assert macro_f1(total) == pytest.approx((0 + 2 / 4 + 2 / 3) / 3)
    assert total[12:].tolist() == [4, 2, 5]


def test_an_abstention_lowers_coverage_only() -> None:
    total = tone_counts(1, 1, abstained=True) + tone_counts(0, 0)
    assert macro_f1(total) == 1
    assert total[12:].tolist() == [1, 1, 2]


def test_nothing_due_and_nothing_given_is_perfect() -> None:
    assert precision_recall_f1(0, 0, 0) == (1, 1, 1)
    assert precision_recall_f1(0, 3, 0) == (0, 0, 0)


def test_bootstrap_of_equal_documents_has_no_width() -> None:
    rows = np.array([[2.0, 4.0, 1.0]] * 5)
    f1 = pytest.approx(1 / 3)
    assert bootstrap(rows, lambda c: precision_recall_f1(*c)[2], draws=50) == (f1, f1)


def test_bootstrap_is_repeatable_and_holds_the_estimate() -> None:
    rows = np.array([[1.0, 1, 1], [1, 1, 0], [2, 1, 1], [0, 2, 0]])
    low, high = bootstrap(rows, lambda c: precision_recall_f1(*c)[2], draws=200, seed=3)
    assert (low, high) == bootstrap(rows, lambda c: precision_recall_f1(*c)[2], draws=200, seed=3)
    assert low < precision_recall_f1(*rows.sum(axis=0))[2] < high


spans = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda p: (p[0], p[0] + p[1]))
found = st.builds(
    Attribution,
    st.lists(spans, min_size=1, max_size=2).map(tuple),
    st.lists(spans, max_size=1).map(tuple),
)
texts = st.text("ab, the", min_size=42, max_size=42)


@given(texts, st.lists(found, max_size=5))
def test_gold_against_itself_is_perfect(text: str, gold: list[Attribution]) -> None:
    readable = [a for a in gold if positions(text, a.content)]
    n = len(readable)
    assert attribution_counts(text, readable, readable).tolist() == [n] * 4
    assert attribution_counts(text, readable, []).tolist() == [0, n, 0, 0]


@settings(max_examples=200)
@given(texts, st.lists(found, max_size=5), st.lists(found, max_size=5), st.randoms())
def test_order_and_sides(
    text: str, gold: list[Attribution], predicted: list[Attribution], random: np.random.Generator
) -> None:
    given_, due, matched, joint = attribution_counts(text, gold, predicted)
    assert 0 <= joint <= matched <= min(given_, due)
    swapped = attribution_counts(text, predicted, gold)
    assert swapped[:2].tolist() == [due, given_]
    random.shuffle(gold)
    random.shuffle(predicted)
    assert attribution_counts(text, gold, predicted).tolist() == [given_, due, matched, joint]


labels = st.sampled_from([-1, 0, 1])


@given(st.lists(st.tuples(labels, st.none() | labels, st.booleans()), min_size=1, max_size=20))
def test_tone_bounds(judged: list[tuple[int, int | None, bool]]) -> None:
    total = sum(tone_counts(*j) for j in judged)
    assert 0 <= macro_f1(total) <= 1
    assert total[13] <= total[12] <= total[14] == len(judged)
    assert macro_f1(sum(tone_counts(g, g) for g, _, _ in judged)) == 1


GOLD = {
    "attribution/de-dev": {
        "id": "x", "lang": "de", "text": "Die Bank sagte, dass die Zinsen bald wieder steigen.",
        "attributions": [{"source": [[0, 8]], "cue": [[9, 14]], "content": [[16, 51]]}],
    },
    "entities/de-train": {
        "lang": "de", "words": ["Berlin", "wächst", "."], "tags": ["B-LOC", "O", "O"],
    },
    "tone/en-train": {
        "id": "y", "lang": "en", "text": "Acme is wonderful.", "target": [0, 4], "label": 1,
    },
}  # fmt: skip


def gold(folder: Path) -> Path:
    """Write a gold of one document a layer, the text our own."""
    for name, row in GOLD.items():
        file = folder / f"{name}.jsonl"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def _no_lexicons(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Spare the tests the lexicons, which `make evaluate` alone installs, and our own marks."""
    monkeypatch.setattr("helpers.evaluate.OWN", tmp_path / "own")
    monkeypatch.setattr(
        "helpers.baselines.tone.polarity", lambda text, language: float("wonderful" in text)
    )


def test_evaluate_measures_the_dev_part_or_else_train(tmp_path: Path) -> None:
    (tmp_path / "attribution").mkdir()
    (tmp_path / "attribution" / "de-train.jsonl").write_text("not read\n")
    every = evaluate(gold(tmp_path))
    assert set(every.loc[every["layer"] == "entities", "method"]) == {"baseline", "head"}
    assert set(every.loc[every["layer"] == "attribution", "method"]) == {"baseline", "head"}
    scores = every[every["method"] != "head"].set_index(["layer", "measure"])
    assert scores["split"].to_dict() == {
        ("blocks", "contents kept"): "dev",
        ("attribution", "joint"): "dev",
        ("attribution", "content"): "dev",
        ("entities", "span and label"): "train",
        ("entities", "span"): "train",
        ("tone", "macro F1"): "train",
        ("tone", "ordering"): "train",
        ("tone", "wording"): "train",
    }
    assert scores["f1"].dropna().tolist() == [1, 1, 1, 1, 1, 1]
    assert scores.loc[("blocks", "contents kept"), "recall"] == 1
    assert scores["n"].tolist() == [1, 1, 1, 1, 1, 1, 0, 1]  # no pair of targets to order
    head = every[every["method"] == "head"].set_index(["layer", "measure"])
    assert head.loc[("tone", "macro F1"), "split"] == "train, 10 folds"


def test_marks_of_our_own_measure_the_head_and_no_folds(tmp_path: Path) -> None:
    row = {
        "id": "t",
        "lang": "en",
        "text": "Acme is a corrupt liar.",
        "target": [0, 4],
        "label": -1,
    }
    (tmp_path / "own" / "tone").mkdir(parents=True)
    (tmp_path / "own" / "tone" / "en-own.jsonl").write_text(json.dumps(row), encoding="utf-8")
    every = evaluate(gold(tmp_path))
    [own] = every[every["split"] == "own"].itertuples()
    assert (own.method, own.measure, own.f1) == ("head", "macro F1", 1)
    assert own.corpus == "texts of our own, marked by us"


def test_targets_of_one_sentence_are_ordered_by_their_tones(tmp_path: Path) -> None:
    text = "Anna, who is honest and brave, exposed the crimes of Berta and of Carl."
    names = (("Anna", 1), ("Berta", -1), ("Carl", -1))
    rows = [
        {"id": f"x{i}", "lang": "de", "text": text, "target": span(name, text), "label": label}
        for i, (name, label) in enumerate(names)
    ]
    (tmp_path / "tone").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "tone" / "de-train.jsonl").write_text(lines, encoding="utf-8")
    scores = evaluate(tmp_path).set_index(["measure", "method"])
    assert scores.loc[("ordering", "head"), "n"] == 2
    assert scores.loc[("ordering", "head"), "f1"] == 1
    assert scores.loc[("ordering", "baseline"), "f1"] == 0  # the lexicon tells no two apart
    assert (scores["split"] == "train").all()  # it never learnt German: no folds


def test_a_content_that_a_block_keeps_out_is_counted_as_lost(tmp_path: Path) -> None:
    lost = "The town will sell the harbour to a bank, the mayor said."
    body = "The mayor said that the ferry will run again from May, after a year in the yard. "
    text = f"{body}\n{body[::-1]}\nRead more\nHarbour for sale\n{lost}"
    row = {"id": "a", "lang": "en", "text": text, "attributions": []}
    for content in ("that the ferry will run again from May", "The town will sell the harbour"):
        place = [list(span(content, text))]
        row["attributions"].append({"content": place, "source": [], "cue": []})
    (tmp_path / "attribution").mkdir()
    (tmp_path / "attribution" / "en-dev.jsonl").write_text(json.dumps(row))
    kept = evaluate(tmp_path).set_index("measure").loc["contents kept"]
    assert (kept["recall"], kept["n"]) == (0.5, 1)


def test_scores_are_written_without_the_path_of_the_gold(tmp_path: Path) -> None:
    file = tmp_path / "models" / "scores.json"
    write(evaluate(gold(tmp_path), limit=1), file, "evaluate GOLD")
    text = file.read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert "NaN" not in text
    assert {row["command"] for row in json.loads(text)} == {"evaluate GOLD"}


def test_scores_that_were_not_measured_anew_stay(tmp_path: Path) -> None:
    file = tmp_path / "scores.json"
    runs = [("tone", "de", "dev", 1), ("tone", "de", "own", 2), ("entities", "de", "own", 3)]
    for layer, language, split, value in [*runs, ("tone", "de", "own", 4)]:
        row = {"layer": layer, "language": language, "split": split, "n": value}
        write(pd.DataFrame([row]), file, "evaluate GOLD")
    rows = json.loads(file.read_text(encoding="utf-8"))
    assert [(row["layer"], row["split"], row["n"]) for row in rows] == [
        ("entities", "own", 3),
        ("tone", "dev", 1),
        ("tone", "own", 4),
    ]


def test_gold_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no attribution"):
        evaluate(tmp_path)
    (gold(tmp_path) / "tone" / "en-train.jsonl").write_text('{"id": 1}\n{broken\n')
    with pytest.raises(ValueError, match=r"en-train\.jsonl, line 2"):
        evaluate(tmp_path)
