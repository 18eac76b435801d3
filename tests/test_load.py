"""Loading: what is given comes in or is rejected with a reason, and nothing else happens."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import load
from helpers.articles import label, parts

from .conftest import FIVE


def test_the_five_articles_load_byte_for_byte(articles):
    assert list(articles["article_id"]) == ["000", "001", "002", "003", "004"]
    for row in articles.itertuples():
        assert row.text == (FIVE / row.file).read_bytes().decode("utf-8")


def test_languages_of_an_article_and_of_its_parts(articles):
    by_id = articles.set_index("article_id")
    assert list(by_id["language"].astype(str)) == ["de", "de", "en", "en", "de"]
    assert by_id.loc["002", "languages"] == ["en", "zh"]


def test_the_manifest_gives_what_is_known_and_no_more(articles):
    by_id = articles.set_index("article_id")
    assert by_id.loc["001", "outlet"] == "FashionUnited"
    assert pd.isna(by_id.loc["000", "outlet"])
    assert by_id.loc["002", "published"] == pd.Timestamp("2025-11-16", tz="UTC")
    assert by_id.loc["002", "published_precision"] == "day"


def test_a_folder_of_bad_files_rejects_each_and_loads_the_rest(tmp_path):
    (tmp_path / "good.txt").write_text("A good article.", encoding="utf-8")
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\x02")
    (tmp_path / "russian.txt").write_bytes("Представитель заявил".encode("cp1251"))
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "ragged.csv").write_text('text,outlet\n"One.",A\nTwo.,B,C\n', encoding="utf-8")
    (tmp_path / "lines.jsonl").write_text('{"text": "Yes."}\n{"text": 3}\n[1]\n{oops\n')
    (tmp_path / "image.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "README.md").write_text("x")
    articles, rejected = load(tmp_path)
    assert sorted(articles["text"]) == ["A good article.", "One.", "Yes."]
    reasons = {(r.file, None if pd.isna(r.row) else r.row): r.reason for r in rejected.itertuples()}
    assert "empty" in reasons["empty.txt", None]
    assert "binary" in reasons["binary.txt", None]
    assert "UTF-8" in reasons["russian.txt", None]
    assert "no column 'text'; it has a, b" in reasons["table.csv", None]
    assert "more fields" in reasons["ragged.csv", 2]
    assert reasons["lines.jsonl", 2] == "no text"
    assert "object" in reasons["lines.jsonl", 3]
    assert "not JSON" in reasons["lines.jsonl", 4]
    assert ".png" in reasons["image.png", None]
    assert len(reasons) == 9


def test_a_file_that_only_the_manifest_knows_is_said(tmp_path):
    (tmp_path / "a.txt").write_text("Something.")
    (tmp_path / "articles.csv").write_text("file,outlet\na.txt,Paper\ngone.txt,Paper\n")
    articles, rejected = load(tmp_path)
    assert list(articles["outlet"]) == ["Paper"]
    assert list(rejected["file"]) == ["gone.txt"]


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2"])
def test_nothing_readable_is_one_clear_error(tmp_path, content):
    if content is not None:
        (tmp_path / "x.csv").write_text(content)
    with pytest.raises(ValueError, match=r"no article could be read: (x\.csv|it is empty)"):
        load(tmp_path)


def test_a_path_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load(tmp_path / "nowhere")


def test_a_frame_keeps_its_own_ids_and_says_what_it_left_out():
    rows = pd.DataFrame({"article_id": ["x", "y", "x", "z"], "text": ["One.", None, "Two.", "3."]})
    articles, rejected = load(rows)
    assert list(articles["article_id"]) == ["x", "z"]
    assert list(rejected["row"]) == [2, 3]
    assert "'x' stands twice" in rejected["reason"].iloc[1]


def test_a_frame_without_text_is_an_error():
    with pytest.raises(ValueError, match="no column 'text'; it has words"):
        load(pd.DataFrame({"words": ["x"]}))


def test_ids_do_not_depend_on_the_order_of_files_and_never_collide(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "story_0123456789ab.txt").write_text(f"The text of {folder}.")
    (tmp_path / "other.txt").write_text("Other.")
    ids = set(load(tmp_path)[0]["article_id"])
    assert "other" in ids
    assert len(ids) == 3
    assert sum(i.startswith("story-") for i in ids) == 2


def test_a_date_that_is_none_is_left_out_with_a_warning():
    rows = pd.DataFrame({"text": ["One."], "published": ["soon"]})
    with pytest.warns(UserWarning, match="row 1: published 'soon' is not a date"):
        articles, _ = load(rows)
    assert articles["published"].isna().all()


def test_a_long_field_and_windows_newlines_load(tmp_path):
    rows = pd.DataFrame({"text": ["Long. " * 50_000 + "\r\nEnd."]})
    rows.to_csv(tmp_path / "long.csv", index=False)
    articles, rejected = load(tmp_path / "long.csv")
    assert len(articles) == 1
    assert rejected.empty
    assert articles["text"].iloc[0].endswith("\nEnd.")
    assert "\r" not in articles["text"].iloc[0]


def test_the_label_of_an_article_says_what_is_not_known(articles):
    assert label(articles)["000"] == "000 · outlet unknown · de"


@given(st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=40)), min_size=1, max_size=8))
def test_loaded_and_rejected_make_the_given(texts):
    rows = pd.DataFrame({"text": pd.Series(texts, dtype=object)})
    try:
        articles, rejected = load(rows)
    except ValueError:
        assert not any(isinstance(t, str) and t.strip() for t in texts)
        return
    assert len(articles) + len(rejected) == len(texts)
    assert articles["article_id"].is_unique


@given(st.lists(st.text(min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=5))
def test_lines_of_json_come_back_as_they_were(tmp_path_factory, texts):
    file = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    lines = [json.dumps({"text": t, "article_id": str(i)}) for i, t in enumerate(texts)]
    file.write_text("\n".join(lines), encoding="utf-8")
    articles, _ = load(file)
    expected = [t.replace("\r\n", "\n").replace("\r", "\n") for t in texts]
    assert list(articles["text"]) == expected


def test_line_separators_inside_a_field_do_not_tear_a_table(tmp_path):
    rows = pd.DataFrame({"text": ["Hello\u2028world\x0chere\x85.", "Two."], "outlet": ["A", "B"]})
    rows.to_csv(tmp_path / "t.csv", index=False)
    articles, rejected = load(tmp_path / "t.csv")
    assert rejected.empty
    assert set(zip(articles["text"], articles["outlet"], strict=True)) == set(
        zip(rows["text"], rows["outlet"], strict=True)
    )


def test_a_quote_that_never_closes_is_said(tmp_path):
    (tmp_path / "a.csv").write_text('text,outlet\n"abc,A\nsecond,B\nthird,C\n')
    (tmp_path / "b.csv").write_text('text,outlet\n"good" one,A\n')
    articles, rejected = load(tmp_path)
    assert len(articles) == 1
    assert list(rejected["file"]) == ["a.csv"]


def test_a_column_called_reason_or_row_is_only_a_column(tmp_path):
    rows = pd.DataFrame({"text": ["One.", "Two."], "reason": ["why", None], "row": [7, 8]})
    rows.to_csv(tmp_path / "t.csv", index=False)
    for source in (rows, tmp_path / "t.csv"):
        articles, rejected = load(source)
        assert len(articles) == 2
        assert rejected.empty


@pytest.mark.parametrize(
    ("given", "day"),
    [
        (20240102, "2024-01-02"),
        ("20240102", "2024-01-02"),
        ("2024-01-02T10:00:00+01:00", "2024-01-02"),
        (pd.Timestamp("2024-01-02"), "2024-01-02"),
        ("02.01.2024", "2024-01-02"),
        ("25/12/2024", "2024-12-25"),
        ("05/05/2024", "2024-05-05"),
        ("03/04/2024", None),
        ("now", None),
        (1700000000, None),
        ("2024-13-45", None),
        (["2024-01-01"], "2024-01-01"),
        ({"a": 1}, None),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_dates_are_read_or_left_out_never_guessed(given, day):
    rows = pd.DataFrame({"text": ["One."], "published": pd.Series([given], dtype=object)})
    row = load(rows)[0].iloc[0]
    assert (None if pd.isna(row["published"]) else f"{row['published']:%Y-%m-%d}") == day
    assert pd.isna(row["published_precision"]) or day


def test_odd_values_cost_a_field_or_a_row_never_the_corpus(tmp_path):
    lines = [
        {"text": "One.", "title": {"a": 1}, "article_id": [1]},
        {"text": "Two.", "title": "half \ud800"},
        {"text": "Three.", "article_id": 3.0},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)))
    articles, rejected = load(tmp_path / "a.jsonl")
    assert len(articles) == 3
    assert rejected.empty
    assert "3" in set(articles["article_id"])
    assert list(articles["title"].dropna()) == ["half \ufffd"]


def test_an_empty_cell_of_the_manifest_takes_nothing_away(tmp_path):
    (tmp_path / "feed.csv").write_text("text,outlet\nOne.,Paper\nTwo.,Paper\n")
    (tmp_path / "articles.csv").write_text("file,outlet,published\nfeed.csv,,2024-01-02\n")
    articles, _ = load(tmp_path)
    assert list(articles["outlet"]) == ["Paper", "Paper"]
    assert articles["published"].notna().all()


def test_a_corpus_in_parts_is_the_corpus(tmp_path):
    (tmp_path / "b").mkdir()
    for folder in (tmp_path, tmp_path / "b"):
        (folder / "same.txt").write_text(f"The text of {folder.name}.", "utf-8")
    (tmp_path / "empty.txt").write_text(" ", "utf-8")
    rows = [{"text": f"Text {n}.", "article_id": n % 4} for n in range(6)]
    (tmp_path / "c.json").write_text(json.dumps(rows), "utf-8")
    articles, rejected = load(tmp_path)
    number, left, found = parts(tmp_path, 4)
    found = list(found)
    assert [len(part) for part in found] == [4, 2]
    assert number == len(articles) == 6
    whole = pd.concat(found).sort_values("article_id", ignore_index=True)
    columns = [c for c in articles.columns if str(articles[c].dtype) != "category"]
    pd.testing.assert_frame_equal(whole[columns], articles[columns], check_dtype=False)
    pd.testing.assert_frame_equal(left, rejected)


@pytest.mark.parametrize("change", ["more", "less", "other"])
def test_a_corpus_that_changes_while_it_is_read_is_an_error(tmp_path, change):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Text {name}.", "utf-8")
    found = parts(tmp_path, 2)[2]
    if change == "less":
        (tmp_path / "c.txt").unlink()
    else:
        name = "d" if change == "more" else "b"
        (tmp_path / f"{name}.txt").write_text("Another text.", "utf-8")
    with pytest.raises(ValueError, match="while the corpus was read: run it again"):
        list(found)
