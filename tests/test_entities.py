"""Mentions from the tagger: names that no list holds, in three languages, on whole texts."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import Story, load
from helpers.blocks import blocks
from helpers.encoder import encoder
from helpers.entities import mentions
from helpers.heads import Head, Tagger, marginals, viterbi
from helpers.reading import CHUNK, read
from helpers.sentences import sentences
from helpers.tables import LABELS, frame, named
from helpers.tagging import LEAST, spans
from helpers.units import units
from tests.conftest import ROOT

STORIES = {
    "de": "Die Bürgermeisterin Annegret Vosskamp hat am Montag in Quedlinburg die Pläne der "
    "Firma Nordlicht Energie AG verteidigt. Vosskamp sagte, das Werk werde gebaut.",
    "en": "Mayor Thomas Okonkwo defended the plans of Bramwell Robotics Inc. in Dunwich on "
    "Monday. Okonkwo said the plant would be built.",
    "zh": "据报道，市长陈国栋周一在绍兴为腾达机器人公司的计划辩护。陈国栋说，工厂将会建成。",
}
GOLD = ROOT / "tests" / "gold" / "entities.jsonl"
NAMES = {
    "de": {"Annegret Vosskamp": "PER", "Quedlinburg": "LOC", "Vosskamp": "PER"},
    "en": {"Thomas Okonkwo": "PER", "Dunwich": "LOC", "Okonkwo": "PER"},
    "zh": {"陈国栋": "PER", "绍兴": "LOC"},
}


def lines(text: str, language: str) -> pd.DataFrame:
    given = pd.DataFrame({"article_id": ["a"], "text": [text], "language": [language]})
    return sentences(blocks(load(given)[0]))


def whole(text: str, language: str) -> dict:
    """Give a text as one sentence."""
    place = {"article_id": "a", "sentence_id": "a:p01s01", "start": 0, "end": len(text)}
    return place | {"kind": "body", "language": language, "text": text}


@pytest.mark.parametrize("language", STORIES)
def test_names_that_no_list_holds_are_found_with_their_label(language):
    rows = named(mentions(lines(STORIES[language], language)))
    held = dict(zip(rows["text"], rows["label"], strict=True))
    assert NAMES[language].items() <= held.items()
    people = rows.loc[rows["label"] == "PER", "entity_id"]
    assert len(people) == 2
    assert people.nunique() == 1


@pytest.mark.parametrize(
    ("language", "text", "entities"),
    [
        ("en", "The U.S.-China talks began, officials said.", ["territory-us", "territory-cn"]),
        ("en", "It helped the People’s Liberation Army, he said.", ["peoples-liberation-army"]),
        ("zh", "美国白宫称，阿里巴巴的Qwen模型为军方提供了支持。",
         ["territory-us", "white-house", "alibaba", "qwen"]),
        ("de", "Ein Sprecher des Alibaba-Konzerns wies das zurück.", ["alibaba"]),
        ("de", "Mehr zum Thema KI: Das Bild zeigt ein Werk.", []),
        ("en", "AI is changing the way people work, he said.", []),
    ],
)  # fmt: skip
def test_names_of_the_lists_have_their_id(language, text, entities):
    rows = named(mentions(lines(text, language)))
    assert [e for e in rows["entity_id"] if e in entities] == entities
    if not entities:
        assert rows.empty


def test_the_five_articles_have_one_id_an_entity(story: Story):
    """What `tests/gold/entities.jsonl` marks with an id has that id in the analysed text."""
    gold = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    files = dict(zip(story.articles["file"], story.articles["article_id"], strict=True))
    rows = named(story.mentions)
    found = {(m.article_id, m.start): m.entity_id for m in rows.itertuples()}
    due = [g for g in gold if g["in_article"] and g["entity_id"]]
    held = [found.get((files[g["file"]], g["start"])) == g["entity_id"] for g in due]
    assert len(due) > 100
    assert np.mean(held) >= 0.9


def test_every_span_has_its_text_its_sentence_and_a_confidence(story: Story):
    texts = dict(zip(story.articles["article_id"], story.articles["text"], strict=True))
    within = story.mentions.merge(story.sentences, on="sentence_id", suffixes=("", "_s"))
    assert len(within) == len(story.mentions)
    assert (within["start"] >= within["start_s"]).all()
    assert (within["end"] <= within["end_s"]).all()
    for m in story.mentions.itertuples():
        assert texts[m.article_id][m.start : m.end] == m.text
    assert story.mentions["confidence"].between(0, 1).all()


PIECES = st.sampled_from(
    ["Angela Merkel", "白宫", "said", "in", "Berlin", "„", "”", "\x00", "😀", "שלום", "\u202e"]
)


@given(st.lists(PIECES | st.text(max_size=8), max_size=12), st.sampled_from(list(STORIES)))
@settings(max_examples=60)
def test_no_text_is_too_odd_and_spans_hold(parts, language):
    text = " ".join(parts)
    found = mentions(frame([whole(text, language)], "sentences"))
    assert all(text[m.start : m.end] == m.text for m in found.itertuples())
    names = named(found)
    assert (names["start"].to_numpy()[1:] >= names["end"].to_numpy()[:-1]).all()


def test_a_sentence_of_ten_thousand_characters_is_read_to_its_end():
    text = "Es geht weiter und weiter, " * 380 + "sagte Angela Merkel in Berlin."
    assert mentions(frame([whole(text, "de")], "sentences"))["text"].tolist()[-2:] == [
        "Angela Merkel",
        "Berlin",
    ]


def test_chunks_hold_whole_sentences_at_their_place(articles, story: Story):
    texts = dict(zip(articles["article_id"], articles["text"], strict=True))
    chunks = read(story.sentences, encoder(), [1])
    told = [s["sentence_id"] for chunk in chunks for s in chunk.sentences]
    analysed = story.sentences["kind"].isin(["headline", "standfirst", "body"])
    assert sorted(told) == sorted(story.sentences.loc[analysed, "sentence_id"])
    for chunk in chunks:
        assert sum(len(s["text"]) for s in chunk.sentences) <= CHUNK or len(chunk.sentences) == 1
        for s in chunk.sentences:
            at = s["start"] - chunk.start
            assert chunk.text[at : at + len(s["text"])] == s["text"]
            assert texts[chunk.article_id][s["start"] : s["end"]] == s["text"]


def test_spans_of_little_confidence_are_left_out(story: Story):
    head = Tagger.load("entities")
    rows = spans(read(story.sentences, encoder(), head.layers), head)
    assert rows["confidence"].min() >= LEAST
    assert set(rows["label"]) <= set(LABELS)


def test_chinese_is_cut_into_characters_and_words_are_whole():
    text = "Qwen3在北京, „Müller-Lüdenscheidt“"
    cut = units(text, encoder().encode([text], [1])[0], [1])
    pieces = [text[a:b] for a, b in zip(cut.starts, cut.ends, strict=True)]
    assert pieces == ["Qwen", "3", "在", "北", "京", ",", "„", "Müller", "-", "Lüdenscheidt", "“"]
    assert (np.abs(cut.states).sum(axis=1) > 0).all()


TAGS = st.integers(0, 6)


@given(st.integers(1, 7), st.integers(0, 2**32 - 1))
@settings(max_examples=40)
def test_viterbi_finds_what_trying_every_sequence_finds(n, seed):
    """And the marginals add up, over all sequences, to what they say of each tag."""
    random = np.random.default_rng(seed)
    scores, moves, first = (random.normal(size=s) for s in ((n, 3), (3, 3), (3,)))
    every = np.array(np.meshgrid(*[range(3)] * n)).reshape(n, -1).T
    sums = first[every[:, 0]] + scores[np.arange(n), every].sum(axis=1)
    sums += moves[every[:, :-1], every[:, 1:]].sum(axis=1)
    assert sums.max() == pytest.approx(
        sums[(every == viterbi(scores, moves, first)).all(axis=1)][0]
    )
    weights = np.exp(sums - sums.max())
    due = np.array([[weights[every[:, i] == tag].sum() for tag in range(3)] for i in range(n)])
    np.testing.assert_allclose(marginals(scores, moves, first), due / weights.sum(), atol=1e-6)


def test_a_head_of_another_encoder_is_refused():
    head = Head({}, {"name": "entities", "encoder": "x"})
    with pytest.raises(ValueError, match="another encoder .* make train"):
        head.fits("y")


def test_a_missing_head_and_a_broken_one_name_the_command(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make train"):
        Head.load("entities")
    (tmp_path / "models" / "entities.npz").write_bytes(b"PK\x03\x04 half a file")
    with pytest.raises(ValueError, match="make train"):
        Head.load("entities")


def test_a_head_comes_back_as_it_was_saved(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    made = Head({"w": np.array([[1.5, -2.0]])}, {"name": "own", "labels": ["A"], "layers": [1]})
    made.save("own")
    held = Head.load("own")
    np.testing.assert_array_equal(held.arrays["w"], made.arrays["w"])
    assert held.about == made.about
