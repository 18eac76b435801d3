"""Tone: towards somebody, in somebody's voice, or abstained."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.encoder import encoder
from helpers.gold import lines
from helpers.heads import Head
from helpers.reasons import LONGEST, explained, shifts
from helpers.scoring import TONE_LABELS
from helpers.tables import analysed, frame
from helpers.tone import NOT_SURE, sentence_tones, targets, tones, towards, wording
from helpers.toning import HEAD, LABELS, WINDOW, Tones, surroundings

OWN = [
    row
    for language in ("de", "en", "zh")
    for row in lines(Path(__file__).parent / "gold" / "tone" / f"{language}-own.jsonl")
]
ANY_TEXT = st.text(max_size=80) | st.sampled_from(
    ["", "   ", "\x00", "🙂" * 9, "שלום עולם", "a" * 3000]
)


def score(text: str, target: str, language: str | None = "en") -> pd.Series:
    start = text.index(target)
    return towards([text], [(start, start + len(target))], [language]).iloc[0]


@pytest.mark.parametrize(
    ("text", "target", "language", "sign"),
    [
        ("Critics call the mayor a corrupt liar.", "the mayor", "en", -1),
        ("The mayor saved the town and was celebrated for it.", "The mayor", "en", 1),
        ("Der Minister ist ein korrupter Lügner, sagen Kritiker.", "Der Minister", "de", -1),
        ("Die Fans feiern Costa als den Helden des Abends.", "Costa", "de", 1),
        ("该公司因欺骗客户而受到严厉批评。", "该公司", "zh", -1),
    ],
)
def test_the_tone_towards_a_target_has_the_sign_that_a_reader_sees(text, target, language, sign):
    row = score(text, target, language)
    assert sign * row["tone"] > 0.3
    assert row["label"] == ("negative" if sign < 0 else "positive")


def test_two_targets_of_one_sentence_have_tones_of_their_own():
    text = "Ortega, a brilliant lawyer, exposed the fraud of Bellamy."
    assert score(text, "Ortega")["tone"] > score(text, "Bellamy")["tone"]


@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_what_it_is_sure_of_is_mostly_right_in_every_language(language):
    rows = [row for row in OWN if row["lang"] == language]
    texts, spans = [r["text"] for r in rows], [tuple(r["target"]) for r in rows]
    said = towards(texts, spans, [language] * len(rows))
    due = [LABELS[TONE_LABELS.index(row["label"])] for row in rows]
    right = (said["label"] == pd.Series(due))[~said["abstained"]]
    assert len(right) >= len(rows) / 4
    assert right.mean() >= 0.85


@given(ANY_TEXT, st.integers(0, 80), st.integers(0, 80), st.sampled_from(["de", "xx", None]))
@settings(max_examples=60)
def test_any_span_of_any_text_has_probabilities(text, one, other, language):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    row = towards([text], [(start, end)], [language]).iloc[0]
    assert row["negative"] + row["neutral"] + row["positive"] == pytest.approx(1, abs=1e-5)
    assert row["tone"] == pytest.approx(row["positive"] - row["negative"], abs=1e-6)
    assert row["abstained"] == (row["label"] is None)
    assert (row["how"] == "head") != row["abstained"]


def test_it_abstains_below_the_limit_and_only_there():
    rows = [row for row in OWN if row["lang"] == "en"]
    said = towards(
        [r["text"] for r in rows], [tuple(r["target"]) for r in rows], ["en"] * len(rows)
    )
    sure = said[list(LABELS)].max(axis=1)
    limit = Tones.load(HEAD).limit("en")
    assert (said["abstained"] == (sure < limit)).all()
    assert set(said.loc[said["abstained"], "how"]) == {NOT_SURE}
    assert said.loc[said["abstained"], "label"].isna().all()


@pytest.mark.parametrize("language", ["fr", None])
def test_a_language_in_which_nobody_has_tried_it_is_scored_and_abstains(language):
    row = score("Le maire est un menteur corrompu.", "Le maire", language)
    assert row["abstained"]
    assert row["label"] is None
    assert row["how"].startswith("not validated in ")
    assert row["negative"] > 0


def test_what_a_text_is_read_with_does_not_change_its_tone():
    texts = [row["text"] for row in OWN[:30]]
    spans = [tuple(row["target"]) for row in OWN[:30]]
    together = towards(texts, spans, ["en"] * 30)
    backwards = towards(texts[::-1], spans[::-1], ["en"] * 30)[::-1].reset_index(drop=True)
    alone = towards(texts[7:8], spans[7:8], ["en"])
    assert np.allclose(together["tone"], backwards["tone"], atol=1e-3)
    assert alone["tone"].iloc[0] == pytest.approx(together["tone"].iloc[7], abs=1e-3)


@pytest.mark.parametrize("span", [(-1, 2), (0, 99), (3, 1)])
def test_a_span_outside_its_text_is_an_error(span):
    with pytest.raises(ValueError, match="row 0: span"):
        towards(["short"], [span])


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="1 texts, 2 spans"):
        towards(["a"], [(0, 1), (0, 1)])


def test_nothing_to_score_is_an_empty_table():
    assert list(towards([], []).columns) == list(wording([]).columns)
    assert len(towards([], [])) == len(wording([])) == 0


def test_a_head_of_another_encoder_is_refused(monkeypatch):
    head = Tones.load(HEAD)
    monkeypatch.setitem(head.about, "encoder", "another")
    with pytest.raises(ValueError, match="trained on another encoder"):
        towards(["A"], [(0, 1)])


@given(st.integers(0, 40), st.integers(1, 12))
def test_the_windows_round_a_target_hold_its_neighbours(start, length):
    text = "The fire brigade of the old town came at once, and the neighbours were glad."
    [tokens] = encoder().encode([text], [1])
    row = surroundings(tokens, [1], (start, start + length)).reshape(4, -1)
    inside = [i for i in range(len(tokens.starts)) if tokens.ends[i] > start]
    first = inside[0]
    end = max(int((tokens.starts < start + length).sum()), first + 1)
    parts = [(first, end), (max(0, first - WINDOW), first), (end, end + WINDOW), (0, len(text))]
    for part, (a, b) in zip(row, parts, strict=True):
        states = tokens.states[a:b]
        due = states.mean(axis=0) if len(states) else np.zeros(row.shape[1])
        assert np.allclose(part, due, atol=1e-5)


def table(text: str, places: list[tuple[int, int]], kind: str = "body") -> tuple[pd.DataFrame, ...]:
    """Make the tables of an article of one sentence."""
    row = {"article_id": "x", "sentence_id": "x:p01s01", "language": "en"}
    line = row | {"start": 0, "end": len(text), "kind": kind, "text": text}
    named = [
        row | {"start": a, "end": b, "text": text[a:b], "entity_id": text[a:b],
               "entity": text[a:b], "label": "PER", "how": "head"}
        for a, b in places
    ]  # fmt: skip
    return frame([line], "sentences"), frame(named, "mentions"), frame([], "attributions")


def test_the_voice_is_that_of_the_innermost_content():
    text = "A said: B is bad. C is here."
    sentences, mentions, _ = table(text, [(i, i + 1) for i in (0, 8, 18)])
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


def test_a_sentence_with_fifty_mentions_has_fifty_tones():
    text = " ".join(f"N{i}" for i in range(50)) + " met."
    places = [(text.index(f"N{i} "), text.index(f"N{i} ") + len(f"N{i}")) for i in range(50)]
    rows = tones(*table(text, places))
    assert len(targets(rows)) == 50
    assert len(sentence_tones(rows)) == 1


def test_a_mention_outside_the_analysed_blocks_has_no_tone():
    assert tones(*table("Anna is a liar.", [(0, 4)], kind="notice")).empty


def test_empty_tables_give_an_empty_table():
    none = (frame([], name) for name in ("sentences", "mentions", "attributions"))
    assert tones(*none).empty


def test_every_mention_of_an_entity_and_every_sentence_has_a_row(story):
    lines = analysed(story.sentences)
    due = story.mentions.dropna(subset=["entity_id"])
    due = due[due["sentence_id"].isin(lines["sentence_id"])]
    assert len(targets(story.tones)) == len(due)
    rest = sentence_tones(story.tones)
    assert len(rest) == len(lines)
    assert rest["entity"].isna().all()


def test_the_tones_of_a_story_are_those_of_its_sentences_read_alone(story):
    own = targets(story.tones).head(20)
    lines = story.sentences.set_index("sentence_id").loc[own["sentence_id"]]
    starts = lines["start"].to_numpy()
    spans = list(zip(own["start"] - starts, own["end"] - starts, strict=True))
    alone = towards(list(lines["text"]), spans, list(lines["language"].astype(str)))
    assert np.allclose(own["tone"], alone["tone"], atol=1e-3)


def test_the_word_that_makes_the_tone_moves_it_most():
    text = "The court called the minister a liar on Monday."
    start = text.index("the minister")
    found = shifts(text, (start, start + 12), "en")
    strongest = max(found, key=lambda word: abs(word[2]))
    assert text[strongest[0] : strongest[1]] == "liar"
    assert strongest[2] < 0


@given(st.sampled_from(OWN))
@settings(max_examples=6)
def test_words_that_moved_a_tone_are_words_of_the_sentence_and_not_the_target(row):
    found = shifts(row["text"], tuple(row["target"]), row["lang"])
    assert 0 < len(found) <= LONGEST
    start, end = row["target"]
    for first, last, shift in found:
        assert row["text"][first:last].strip()
        assert last <= start or first >= end
        assert -2 <= shift <= 2


def test_rows_are_explained_by_places_in_their_article_and_kept(story, tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    monkeypatch.setattr("helpers.reasons.towards", towards)
    rows = targets(story.tones).head(2)
    told = explained(rows)
    texts = story.articles.set_index("article_id")["text"]
    lines = story.sentences.set_index("sentence_id")
    for row in told.itertuples():
        line = lines.loc[row.sentence_id]
        for start, end, _ in row.moved:
            assert line["start"] <= start < end <= line["end"]
            assert texts[row.article_id][start:end].strip()
    monkeypatch.setattr("helpers.reasons.shifts", lambda *_: pytest.fail("not from the cache"))
    assert explained(rows)["moved"].tolist() == told["moved"].tolist()


def test_rows_of_no_story_cannot_be_explained():
    with pytest.raises(ValueError, match="which story"):
        explained(frame([], "tones"))


def test_the_head_names_what_it_read():
    head = Head.load(HEAD)
    assert head.labels == list(LABELS)
    for limits in head.about["limits"].values():
        assert set(limits) == {"de", "en", "zh"}
        assert all(1 / 3 < limit < 1 for limit in limits.values())
