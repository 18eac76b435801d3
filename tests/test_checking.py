"""Checking a sample: who is drawn, what is kept, what comes of it, on the five articles."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import annotate, load
from helpers.checker import check
from helpers.checking import (
    KEY,
    KINDS,
    VERDICTS,
    export,
    harmless,
    items,
    judge,
    precision,
    sample,
    verdict_file,
    verdicts,
    with_verdicts,
)
from helpers.evaluate_judged import judged
from helpers.intervals import wilson
from tests.conftest import FIVE


@pytest.fixture
def file(tmp_path):
    return tmp_path / "articles-verdicts.csv"


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_the_same_in_every_run_and_grows_at_its_end(story, kind):
    few, many = sample(story, kind, 5), sample(story, kind, 20)
    assert few[KEY].equals(sample(story, kind, 5)[KEY])
    assert few[KEY].equals(many.head(5)[KEY])
    other = sample(story, kind, 20, seed=1)
    assert set(map(tuple, many[KEY].to_numpy())) != set(map(tuple, other[KEY].to_numpy()))


def test_a_sample_does_not_depend_on_the_order_of_the_rows(story):
    turned = replace(story, attributions=story.attributions.iloc[::-1])
    drawn, again = (sample(s, "attributions", 12) for s in (story, turned))
    assert drawn[KEY].to_numpy().tolist() == again[KEY].to_numpy().tolist()


def test_copies_of_a_text_are_drawn_once():
    text = "The mayor said that the bridge was safe. Nobody believed him."
    rows = pd.DataFrame({"text": [text, text + " "]})
    story = annotate(load(rows)[0].assign(sha256="a"), progress=False)
    assert len(items(story, "attributions")) == 2
    assert len(sample(story, "attributions")) == 1


@given(n=st.integers(1, 60))
def test_every_group_has_its_share_and_one_at_least(story, n):
    rows = items(story, "attributions").drop_duplicates(KEY)
    sizes = rows["language"].value_counts()
    drawn = sample(story, "attributions", n, by="language")["language"].value_counts()
    for language, size in sizes.items():
        due = min(size, n * size / sizes.sum())
        assert max(1, int(due)) <= drawn[language] <= due + 1
    assert drawn.sum() <= max(n + len(sizes) - 1, 1)


def test_a_wrong_question_is_refused(story):
    with pytest.raises(ValueError, match="'links' is none of"):
        sample(story, "links")
    with pytest.raises(ValueError, match="one row at least"):
        sample(story, "tones", 0)
    with pytest.raises(ValueError, match="no column 'paper'"):
        sample(story, "tones", by="paper")


def test_a_verdict_outlives_the_run_and_the_last_one_counts(story, file):
    rows = sample(story, "attributions", 3)
    judge(file, rows.iloc[0], "right")
    judge(file, rows.iloc[1], "wrong", "cut short")
    judge(file, rows.iloc[0], "unsure")
    own = with_verdicts(sample(story, "attributions", 3), file)
    assert own["verdict"].fillna("").tolist() == ["unsure", "wrong", ""]
    assert own["note"].fillna("").tolist() == ["", "cut short", ""]
    judge(file, rows.iloc[1], "")
    assert verdicts(file)["verdict"].tolist() == ["unsure"]


def test_a_verdict_says_nothing_of_another_answer(story, file):
    row = sample(story, "mentions", 1).iloc[0]
    judge(file, row, "wrong")
    mended = story.mentions.assign(label="MISC")
    assert row["judged"] != "MISC"
    assert (
        with_verdicts(items(replace(story, mentions=mended), "mentions"), file)["verdict"]
        .isna()
        .all()
    )


def test_precision_by_hand():
    given = ["right"] * 3 + ["wrong"] + ["unsure", None]
    rows = pd.DataFrame({"verdict": given, "language": ["de", "de", "en", "en", "en", None]})
    both, de, en, none = precision(rows, "language").to_dict("records")
    assert (both["right"], both["wrong"], both["unsure"], both["open"]) == (3, 1, 1, 1)
    assert both["precision"] == 0.75
    assert (both["low"], both["high"]) == wilson(3, 4)
    assert (de["group"], de["precision"]) == ("de", 1)
    assert (en["group"], en["precision"]) == ("en", 0.5)
    assert none["group"] == "not known"
    assert pd.isna(none["precision"])


@given(text=st.text())
def test_no_cell_is_a_formula_or_breaks_a_row(text):
    cell = harmless(text)
    assert not cell.startswith(("=", "+", "-", "@"))
    assert cell.isprintable()
    assert harmless(cell) == cell


def test_hostile_text_is_kept_as_text(file):
    text = '=HYPERLINK("https://a.org") GmbH said that "it\trained". =1+1, she said.'
    story = annotate(load(pd.DataFrame({"text": [text]}))[0], progress=False)
    for kind in KINDS:
        for _, row in items(story, kind).iterrows():
            judge(file, row, "wrong", "@SUM(1)\r\n=2")
    rows = verdicts(file)
    assert len(rows)
    assert set(rows["note"]) == {"'@SUM(1) =2"}
    assert not rows["shown"].str.startswith(("=", "+", "-", "@")).any()


HEAD = "sha256,kind,start,end,judged,verdict,note,date,shown\n"
BROKEN = {
    "articles-verdicts.csv: column judged, verdict": "sha256,kind,start,end,note,date,shown\n",
    "row 2: the kind": HEAD + "a,links,1,2,x,right,,,\n",
    "row 3: the verdict": HEAD + "a,tones,1,2,x,right,,,\na,tones,1,3,x,perhaps,,,\n",
    "row 2: start and end": HEAD + "a,tones,one,2,x,right,,,\n",
    "row 3: the same thing": HEAD + "a,tones,1,2,x,right,,,\na,tones,1,2,x,wrong,,,\n",
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_row_that_cannot_be_followed_is_named_and_nothing_is_lost(story, file, reason):
    file.write_text(BROKEN[reason], "utf-8")
    with pytest.raises(ValueError, match=reason):
        verdicts(file)
    with pytest.raises(ValueError, match=reason):
        judge(file, sample(story, "tones", 1).iloc[0], "right")
    assert file.read_text("utf-8") == BROKEN[reason]


def test_the_file_lies_beside_the_corpus_and_is_no_part_of_it(tmp_path):
    assert verdict_file(FIVE) == FIVE.parent / "articles-verdicts.csv"
    (tmp_path / "my.story").mkdir()
    assert verdict_file(tmp_path / "my.story").name == "my.story-verdicts.csv"
    assert verdict_file(tmp_path / "story.zip").name == "story-verdicts.csv"


def test_verdicts_are_never_loaded_as_articles(story, tmp_path):
    (tmp_path / "story").mkdir()
    judge(verdict_file(tmp_path / "story"), sample(story, "mentions", 1).iloc[0], "right")
    (tmp_path / "story" / "a.txt").write_text("It rained all day.", "utf-8")
    articles, rejected = load(tmp_path)
    assert articles["text"].tolist() == ["It rained all day."]
    assert rejected["file"].tolist() == ["story-verdicts.csv"]


def test_the_widget_judges_goes_on_and_back_and_says_how_many_are_right(story, tmp_path):
    corpus = tmp_path / "articles"
    corpus.mkdir()
    widget = check(story, corpus, "attributions", 3)
    first = widget.state["html"]
    assert "<b" in first
    assert widget.state["precision"] == "Nothing judged yet."
    widget.press("right")
    widget.press("wrong", "cut")
    assert "1 of 2" not in widget.state["precision"]
    assert widget.state["precision"].startswith("Right so far: 50 of 100")
    widget.press("back")
    assert (widget.state["verdict"], widget.state["note"]) == ("wrong", "cut")
    widget.press("back")
    assert (widget.state["verdict"], widget.state["html"]) == ("right", first)
    widget.press("nonsense")
    assert widget.state["html"] == first
    again = check(story, corpus, "attributions", 3)
    assert again.state["progress"].startswith("3 of 3 · 2 judged")
    again.press("unsure")
    assert "last one" in again.state["question"]
    assert "1 unsure left out" in again.state["precision"]


def test_the_widget_says_what_it_could_not_keep(story, tmp_path):
    corpus = tmp_path / "articles"
    corpus.mkdir()
    widget = check(story, corpus, "tones", 2)
    widget.file.write_text(BROKEN["row 2: the kind"], "utf-8")
    first = widget.state["html"]
    widget.press("right")
    assert widget.state["precision"].startswith("Not kept: articles-verdicts.csv, row 2: the kind")
    assert widget.state["html"] == first


def test_without_a_kernel_the_sample_stands_there_and_is_the_same_in_every_run(story, tmp_path):
    shown = []
    for _ in range(2):
        bundle = check(story, tmp_path, "attributions", 3)._repr_mimebundle_()
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        shown.append({name: data[name] for name in ("text/plain", "text/html")})
    assert shown[0] == shown[1]
    assert shown[0]["text/html"].count("<li>") == 3


def test_a_story_without_rows_is_no_error(tmp_path):
    story = annotate(load(pd.DataFrame({"text": ["It rained all day."]}))[0], progress=False)
    for kind in ("attributions", "mentions"):
        widget = check(story, tmp_path, kind)
        assert "Nothing to check" in widget.state["question"]
        widget.press("right")
        assert not widget.file.exists()


def test_a_tone_towards_nobody_is_asked_of_the_sentence(tmp_path):
    story = annotate(load(pd.DataFrame({"text": ["It rained all day."]}))[0], progress=False)
    assert "wording of the sentence" in check(story, tmp_path, "tones").state["question"]


def test_an_export_is_gold_that_evaluate_and_train_read(story, file, tmp_path):
    rows = {kind: items(story, kind).drop_duplicates(KEY) for kind in KINDS}
    for own in rows.values():
        english = own[own["language"] == "en"]
        for (_, row), verdict in zip(english.head(4).iterrows(), [*VERDICTS, "right"], strict=True):
            judge(file, row, verdict)
    written = export(story, file, tmp_path / "gold")
    names = {path.relative_to(tmp_path / "gold").as_posix() for path in written}
    assert names == {"judged/en.jsonl", "tone/en-judged.jsonl"}
    found = {row["layer"]: row for row in judged(tmp_path / "gold")}
    assert set(found) == {"attribution", "entities", "tone"}
    for row in found.values():
        assert (row["found"], row["due"], row["right"]) == (3, 3, 2)
        assert row["precision"] == pytest.approx(2 / 3)
    tones = [json.loads(line) for line in written[1].read_text("utf-8").splitlines()]
    assert len(tones) == 2
    texts = {tone["text"][slice(*tone["target"])] for tone in tones}
    assert texts <= set(rows["tones"]["text"])


def test_nothing_to_export_is_said(story, file, tmp_path):
    with pytest.raises(ValueError, match="no verdict on a text of this story"):
        export(story, file, tmp_path)
