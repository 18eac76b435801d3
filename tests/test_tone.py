"""Tone: towards somebody, in somebody's voice, or not scored."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import frame, named
from helpers.tone import sentence_tones, targets, tones, towards


def label(text: str, target: str, language: str | None = None) -> str | None:
    start = text.index(target)
    codes = None if language is None else [language]
    return towards([text], [(start, start + len(target))], codes)["label"].iloc[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The minister is a wonderful and honest friend of the people, they say.", "positive"),
        ("The minister is a corrupt liar and a disaster for the country, they say.", "negative"),
        ("The minister will arrive on Tuesday at ten and leave on Wednesday, they say.", "neutral"),
    ],
)
def test_english_wording_round_a_target(text, expected):
    assert label(text, "minister") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Die Ministerin ist großartig und ehrlich.", "positive"),
        ("Die Ministerin ist korrupt und furchtbar.", "negative"),
        ("Die Ministerin ist nicht großartig.", "negative"),
    ],
)
def test_german_wording_and_negation(text, expected):
    assert label(text, "Ministerin", "de") == expected


def test_a_language_without_a_lexicon_abstains():
    row = towards(["阿里巴巴非常优秀。"], [(0, 4)]).iloc[0]
    assert row["abstained"]
    assert math.isnan(row["tone"])
    assert row["label"] is None
    assert row["how"] == "unscored: no lexicon for zh"


def test_far_words_do_not_colour_a_target():
    far = (
        "Anna arrived. "
        + "The train went from Bonn to Ulm on that day. " * 5
        + "The murder was terrible."
    )
    assert label(far, "Anna", "en") == "neutral"


def test_the_name_of_the_target_is_not_scored():
    assert label("On Monday Best Friends moved to Ohio.", "Best Friends", "en") == "neutral"


@pytest.mark.parametrize("span", [(-1, 2), (0, 99), (3, 1)])
def test_a_span_outside_its_text_is_an_error(span):
    with pytest.raises(ValueError, match="row 0: span"):
        towards(["short"], [span])


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="1 texts, 2 spans"):
        towards(["a"], [(0, 1), (0, 1)])


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80), st.sampled_from(["de", "en"]))
def test_shares_add_up_to_one(text, one, other, language):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    row = towards([text], [(start, end)], [language]).iloc[0]
    assert row["negative"] + row["neutral"] + row["positive"] == pytest.approx(1)
    assert row["tone"] == pytest.approx(row["positive"] - row["negative"])
    assert -1 <= row["tone"] <= 1


def test_the_voice_is_that_of_the_innermost_content():
    text = "A said: B is bad. C is here."
    sentences = frame(
        [{"article_id": "x", "sentence_id": "x:p01s01", "start": 0, "end": len(text),
          "kind": "body", "language": "en", "text": text}],
        "sentences",
    )  # fmt: skip
    mentions = frame(
        [
            {"article_id": "x", "sentence_id": "x:p01s01", "start": i, "end": i + 1,
             "text": text[i], "entity_id": text[i], "entity": text[i], "label": "PER"}
            for i in (0, 8, 18)
        ],
        "mentions",
    )  # fmt: skip
    said = frame(
        [
            {"attribution_id": name, "article_id": "x", "content_start": a, "content_end": b,
             "content_spans": [[a, b]], "unresolved": False}
            for name, a, b in (("outer", 0, 17), ("inner", 8, 17))
        ],
        "attributions",
    )  # fmt: skip
    rows = targets(tones(sentences, mentions, said)).set_index("entity")
    assert list(rows["voice"].astype(str)) == ["quoted", "quoted", "author"]
    assert rows.loc["B", "attribution_id"] == "inner"
    assert pd.isna(rows.loc["C", "attribution_id"])


def test_targets_and_sentences_stand_apart(story):
    assert len(targets(story.tones)) == len(named(story.mentions))
    rest = sentence_tones(story.tones)
    assert len(rest) + len(targets(story.tones)) == len(story.tones)
    assert rest["entity"].isna().all()


def test_chinese_sentences_of_the_five_are_unscored(story):
    title = story.tones[story.tones["sentence_id"].str.startswith("002:p01")]
    assert len(title)
    assert title["abstained"].all()
