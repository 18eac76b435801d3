"""The training of tone: folds, regression, calibration, limits; and the lexicons beside it."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.baselines import tone as lexicon
from helpers.heads import softmax
from helpers.training.tone import (
    FOLDS,
    RIGHT,
    Examples,
    Recipe,
    folds,
    group,
    limit,
    out_of_fold,
    regression,
    temperature,
)

LEXICONS = pytest.mark.skipif(
    find_spec("vaderSentiment") is None or find_spec("textblob_de") is None,
    reason="the lexicons are not installed: make evaluate installs them",
)


def test_sentences_of_one_event_or_article_stand_in_one_group():
    one = group({"id": "allsides_1000_401_25_Anna_0_4", "text": "a"})
    assert one == group({"id": "allsides_1001_401_3_Berta_1_2", "text": "b"})
    assert one != group({"id": "polusa_v1_401_-1_3_Berta_1_2", "text": "b"})
    assert group({"id": "6315", "text": "a"}) == "a"


@given(st.lists(st.sampled_from("abcdefghijklmn"), min_size=1, max_size=60))
def test_a_group_is_held_out_once_and_whole(groups):
    held = np.array(list(folds(groups)))
    assert held.shape == (FOLDS, len(groups))
    assert (held.sum(axis=0) == 1).all()
    for name in set(groups):
        assert len({tuple(held[:, i]) for i, g in enumerate(groups) if g == name}) == 1


def sample(n: int = 300, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = random.integers(0, 3, n)
    x = random.normal(size=(n, 6)).astype(np.float32)
    x[np.arange(n), labels] += 2.5
    return x, labels


def test_the_regression_finds_what_tells_the_labels_apart():
    x, labels = sample()
    a = regression(x, labels, 1.0)
    new, due = sample(seed=1)
    scores = (new - a["mean"]) / a["spread"] @ a["w"].T + a["b"]
    assert (scores.argmax(axis=1) == due).mean() > 0.85


def test_a_stronger_penalty_gives_smaller_weights():
    x, labels = sample()
    small, large = (np.abs(regression(x, labels, c)["w"]).sum() for c in (1e-4, 1.0))
    assert small < large


def test_what_is_held_out_is_not_learnt_from():
    """Labels that only their own article tells cannot be guessed out of fold."""
    random = np.random.default_rng(0)
    n = 200
    x = np.eye(n, dtype=np.float32)
    labels = random.integers(0, 3, n)
    groups = np.array([f"g{i}" for i in range(n)])
    e = Examples(x, x, labels, groups)
    shares = out_of_fold(e, Recipe(target=100.0, sentence=100.0))
    assert (shares["target"].argmax(axis=1) == labels).mean() < 0.5


@given(st.lists(st.tuples(st.floats(0.34, 1), st.booleans()), min_size=1, max_size=60, unique=True))
@example([(0.5, True), (0.5, False)])
def test_from_the_limit_on_enough_is_right(rows):
    shares = np.array([[p, (1 - p) / 2, (1 - p) / 2] for p, _ in rows])
    labels = np.array([0 if right else 1 for _, right in rows])
    bound = limit(shares, labels)
    sure = shares.max(axis=1) >= bound
    if bound < 1:
        assert (shares.argmax(axis=1) == labels)[sure].mean() >= RIGHT


@settings(max_examples=20)
@given(st.floats(0.4, 3))
def test_the_temperature_that_spoilt_probabilities_is_found(t):
    random = np.random.default_rng(0)
    scores = random.normal(size=(4000, 3)) * 2
    labels = (softmax(scores).cumsum(axis=1) > random.random((4000, 1))).argmax(axis=1)
    assert temperature(softmax(scores * t), labels) == pytest.approx(t, rel=0.12)


def label(text: str, target: str, language: str) -> str | None:
    start = text.index(target)
    return lexicon.towards([text], [(start, start + len(target))], [language])["label"].iloc[0]


@LEXICONS
@pytest.mark.parametrize(
    ("text", "target", "language", "expected"),
    [
        ("The minister is a wonderful and honest friend.", "minister", "en", "positive"),
        ("The minister is a corrupt liar and a disaster.", "minister", "en", "negative"),
        ("The minister will arrive on Tuesday at ten.", "minister", "en", "neutral"),
        ("On Monday Best Friends moved to Ohio.", "Best Friends", "en", "neutral"),
        ("Die Ministerin ist großartig und ehrlich.", "Ministerin", "de", "positive"),
        ("Die Ministerin ist nicht großartig.", "Ministerin", "de", "negative"),
        ("阿里巴巴非常优秀。", "阿里巴巴", "zh", None),
    ],
)
def test_the_lexicons_score_the_words_round_a_target(text, target, language, expected):
    assert label(text, target, language) == expected


@LEXICONS
def test_far_words_do_not_colour_a_target_of_a_lexicon():
    far = "Anna arrived. " + "The train went from Bonn to Ulm. " * 8 + "The murder was terrible."
    assert label(far, "Anna", "en") == "neutral"
