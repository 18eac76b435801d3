"""The story: spans that hold, tables that come back, a cache that never lies."""

import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import Story, annotate, annotating, dataset, load
from helpers.annotating import code
from helpers.caching import cache_folder
from helpers.nesting import FOUND, owners
from helpers.story import origin
from helpers.tables import TABLES, frame
from helpers.wordlists import folder
from tests.conftest import ROOT

SPANS = {
    "blocks": [("start", "end", "text")],
    "sentences": [("start", "end", "text")],
    "mentions": [("start", "end", "text")],
    "tones": [("start", "end", "text")],
    "attributions": [
        ("content_start", "content_end", "content"),
        ("source_start", "source_end", "source"),
        ("cue_start", "cue_end", "cue"),
    ],
}
PIECES = (
    "Alibaba", "das Weiße Haus", "the White House", "白宫", " sagte, ", " said that ", "表示，",
    "„", "“", "”", '"', "'", "«", "»", "「", "」", ". ", "。", "\n", "\n\n", "laut ",
    "according to ", "Er", "he", "dass alles gut sei", "all was well", "一切都好", "Mehr",
    "😀", "\x00", "\u200f", "é", "<b>", "&",
)  # fmt: skip


def broken_spans(story: Story) -> list[tuple]:
    text = story.articles.set_index("article_id")["text"]
    out = []
    for name, columns in SPANS.items():
        for start, end, words in columns:
            rows = story.tables()[name].dropna(subset=[start])
            for row in rows[["article_id", start, end, words]].itertuples(index=False):
                if text[row[0]][row[1] : row[2]] != row[3]:
                    out.append((name, *row))
    return out


def test_every_span_of_the_five_slices_to_its_text(story):
    assert broken_spans(story) == []
    assert [name for name, table in story.tables().items() if not len(table)] == ["rejected"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map("".join).filter(str.strip))
def test_every_span_of_any_text_slices_to_its_text(text):
    story = annotate(load(pd.DataFrame({"text": [text]}))[0], progress=False)
    assert broken_spans(story) == []


def test_tables_have_their_columns_and_types(story):
    for name, table in story.tables().items():
        assert list(table.columns) == list(TABLES[name])
        for column, dtype in TABLES[name].items():
            assert str(table[column].dtype) == dtype, (name, column)


def test_ids_lead_from_table_to_table(story):
    ids = set(story.sentences["sentence_id"])
    for name in ("mentions", "attributions", "tones"):
        assert set(story.tables()[name]["sentence_id"]) <= ids
    assert set(story.links["attribution_id"]) == set(story.attributions["attribution_id"])
    voices = set(story.tones["attribution_id"].dropna())
    assert voices <= set(story.attributions["attribution_id"])


def test_write_and_read_give_the_same_tables(story, tmp_path):
    back = Story.read(story.write(tmp_path / "new" / "out"))
    for name, table in story.tables().items():
        pd.testing.assert_frame_equal(back.tables()[name], table)


def test_read_names_the_table_that_is_missing(story, tmp_path):
    story.write(tmp_path)
    (tmp_path / "tones.parquet").unlink()
    with pytest.raises(FileNotFoundError, match=r"no tones\.parquet"):
        Story.read(tmp_path)


def test_a_selection_knows_its_story_and_saves_without_it(story, tmp_path):
    rows = story.mentions.query("entity == 'Alibaba'").head(2)
    assert origin(rows) is story
    rows.to_parquet(tmp_path / "rows.parquet")
    assert len(pd.read_parquet(tmp_path / "rows.parquet")) == 2


def test_a_story_made_of_anothers_tables_does_not_take_them_from_it(story):
    other = replace(story, attributions=story.attributions.iloc[:0])
    assert origin(story.mentions) is story
    assert origin(other.mentions) is other


def test_the_order_of_articles_changes_no_row(articles, story):
    turned = annotate(articles.iloc[::-1], progress=False)
    for name in ("mentions", "attributions", "tones"):
        keys = ["article_id", "sentence_id"]
        one, other = (s.tables()[name].sort_values(keys, kind="stable") for s in (story, turned))
        pd.testing.assert_frame_equal(
            one.reset_index(drop=True), other.reset_index(drop=True), check_categorical=False
        )


def test_an_id_that_stands_twice_is_an_error(articles):
    with pytest.raises(ValueError, match="'000' stands twice"):
        annotate(pd.concat([articles, articles]), progress=False)


def test_no_articles_are_an_empty_story(articles, tmp_path):
    empty = annotate(articles.iloc[:0], progress=False)
    back = Story.read(empty.write(tmp_path), since="2025-01-01")
    assert [len(table) for table in back.tables().values()] == [0] * 8


def test_a_title_in_the_text_is_taken_where_none_was_given(story):
    assert story.articles["title"].iloc[1].startswith("Alibaba dementiert")


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    (tmp_path / "encoder").symlink_to(cache_folder() / "encoder")  # built once for all tests
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    return tmp_path


def count_calls(monkeypatch) -> list[int]:
    calls: list[int] = []
    work = annotating._annotated

    def counting(articles: pd.DataFrame) -> dict:
        calls.append(len(articles))
        return work(articles)

    monkeypatch.setattr(annotating, "_annotated", counting)
    return calls


def test_the_cache_gives_the_same_tables_without_the_work(articles, cache, monkeypatch):
    calls = count_calls(monkeypatch)
    first = annotate(articles, progress=False)
    second = annotate(articles, progress=False)
    assert calls == [5]
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(second.tables()[name], table)


@pytest.mark.skipif(sys.platform == "win32", reason="no such processes there")
def test_processes_of_this_machine_find_the_same(articles, story, cache, monkeypatch):
    calls = count_calls(monkeypatch)
    told = annotate(articles, workers=2, progress=False).tables()
    assert not calls  # nothing was done here
    for name, table in story.tables().items():
        pd.testing.assert_frame_equal(told[name], table, rtol=1e-3)


def test_only_a_changed_article_is_annotated_again(articles, cache, monkeypatch):
    annotate(articles, progress=False)
    calls = count_calls(monkeypatch)
    changed = articles.assign(text=articles["text"].where(articles["article_id"] != "003", "New."))
    annotate(changed, progress=False)
    assert calls == [1]


def test_a_row_added_to_a_word_list_counts_at_once(articles, cache, monkeypatch):
    lists = cache / "lists"
    shutil.copytree(folder(), lists, ignore=shutil.ignore_patterns("articles", "models"))
    monkeypatch.setenv("HELPERS_DATA", str(lists))
    assert not (annotate(articles, progress=False).mentions["entity"] == "Export deal").any()
    with (lists / "aliases.csv").open("a", encoding="utf-8") as file:
        file.write("export-deal,Export deal,Handelsabkommen,de,MISC\n")
    found = annotate(articles, progress=False).mentions
    assert (found["entity"] == "Export deal").sum() == 3


def test_a_cache_that_cannot_be_written_is_only_slower(articles, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="not cached"):
        assert len(annotate(articles, progress=False).mentions)


def test_a_frame_that_load_did_not_make_is_an_error(articles):
    with pytest.raises(ValueError, match="no column language, words"):
        annotate(articles[["article_id", "text"]], progress=False)


def damaged(content: bytes, how: str) -> bytes:
    middle = len(content) // 2
    return {
        "empty": b"",
        "cut": content[:middle],
        "a bit turned": content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :],
        "another file": b"[]" * 100,
    }[how]


@pytest.mark.parametrize("how", ["empty", "cut", "a bit turned", "another file"])
def test_a_broken_cache_file_is_made_again(articles, story, cache, monkeypatch, how):
    monkeypatch.setattr(annotating, "_annotated", lambda batch: parts_of(story, batch))
    annotate(articles, progress=False)
    (file,) = cache.rglob("annotated/**/*.parquet")
    file.write_bytes(damaged(file.read_bytes(), how))
    again = annotate(articles, progress=False)
    pd.testing.assert_frame_equal(again.mentions, story.mentions)
    assert not list(cache.rglob("*.part"))


def parts_of(story: Story, batch: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Give what a story holds of some articles, in the place of the work."""
    ids = set(batch["article_id"])
    whose = {name: owners(story.tables(), name).isin(ids) for name in FOUND}
    return {name: story.tables()[name][whose[name]] for name in FOUND}


def test_the_story_shows_its_tables_and_their_rows(story):
    html = story._repr_html_()
    assert repr(story).startswith("Story(5 articles, ")
    assert "<th>attributions</th>" in html
    assert f"<td>{len(story.sentences)}</td>" in html


def test_what_voids_the_cache_is_the_code_that_annotation_imports():
    ours = {path.relative_to(ROOT / "helpers").as_posix() for path in code()}
    assert ours >= {"annotating.py", "naming.py", "statements/anchors.py", "wordlists.py"}
    assert not ours & {"evidence.py", "summary.py", "evaluate.py", "story.py", "__init__.py"}
    # Python itself tells what is loaded, in an interpreter without the package's own front.
    alone = (
        "import sys, types, pathlib; package = types.ModuleType('helpers');"
        "package.__path__ = [sys.argv[1]]; sys.modules['helpers'] = package;"
        "import helpers.annotating;"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('helpers.')))"
    )
    command = [sys.executable, "-c", alone, str(ROOT / "helpers")]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert {Path(file) for file in loaded} <= set(code())


def many(story: Story, outlets: int, each: int) -> Story:
    """Put copies of the five together, of several outlets and days."""
    parts = []
    for number in range(outlets * each):
        own = {}
        for name, table in story.tables().items():
            ids = [c for c in ("article_id", "sentence_id", "attribution_id") if c in table]
            own[name] = table.assign(**{c: f"{number:03}-" + table[c].astype("str") for c in ids})
        outlet = f"Paper {number % outlets}"
        day = pd.Timestamp(f"2025-11-{1 + number % 28:02}", tz="UTC")
        facts = {"outlet": outlet, "published": day, "published_precision": "day"}
        own["articles"] = own["articles"].assign(**facts)
        parts.append(own)
    whole = {n: pd.concat([p[n] for p in parts]) for n in parts[0]}
    return Story(**{name: frame(table, name) for name, table in whole.items()})


@pytest.fixture(scope="module")
def papers(story, tmp_path_factory) -> tuple[Story, Path]:
    told, path = many(story, 10, 8), tmp_path_factory.mktemp("parts")
    dataset.write_part(path, "part-00000-x", told.tables())
    return told, path


def test_a_part_of_a_story_is_what_was_asked_for(papers):
    told, path = papers
    found = Story.read(path, outlet=["Paper 3", "Paper 7"], since="2025-11-14")
    due = told.articles[
        told.articles["outlet"].isin(["Paper 3", "Paper 7"])
        & (told.articles["published"] >= pd.Timestamp("2025-11-14", tz="UTC"))
    ]
    assert 0 < len(due) < len(told.articles)
    assert list(found.articles["article_id"]) == list(due["article_id"])
    for name in ("mentions", "sentences", "tones", "attributions"):
        table = told.tables()[name]
        own = frame(table[table["article_id"].isin(due["article_id"])], name)
        pd.testing.assert_frame_equal(found.tables()[name], own, check_categorical=False)
    assert set(found.links["attribution_id"]) == set(found.attributions["attribution_id"])


def test_a_whole_story_of_parts_is_the_story(papers):
    told, path = papers
    for name, table in Story.read(path).tables().items():
        pd.testing.assert_frame_equal(table, told.tables()[name])


def bytes_read(work: Callable[[], object]) -> int:
    before = Path("/proc/self/io").read_text().split()[1]
    work()
    return int(Path("/proc/self/io").read_text().split()[1]) - int(before)


@pytest.mark.skipif(not Path("/proc/self/io").is_file(), reason="the system does not count it")
def test_what_is_not_asked_for_is_not_read(papers, tmp_path):
    # Texts that cannot be packed, so that the rows are more than the ends of the files.
    noise = [bytes.hex(piece) for piece in random.Random(0).randbytes(12_000_000).split(b"\0")]
    tables = papers[0].tables()
    tables["sentences"] = tables["sentences"].assign(
        text=[noise[i % len(noise)] for i in range(len(tables["sentences"]))]
    )
    dataset.write_part(tmp_path, "part-00000-x", tables)
    Story.read(tmp_path)  # what is imported is read, too
    whole = bytes_read(lambda: Story.read(tmp_path))
    one = bytes_read(lambda: Story.read(tmp_path, outlet="Paper 3"))
    assert whole > 2_000_000
    assert one < whole / 2


def test_what_is_asked_for_and_not_there_is_named(papers):
    with pytest.raises(ValueError, match="no outlet 'Paper'; there is Paper 0, Paper 1"):
        Story.read(papers[1], outlet="Paper")
    with pytest.raises(ValueError, match="'soon' is no day"):
        Story.read(papers[1], since="soon")


def test_a_day_known_only_by_its_month_is_no_day(story, tmp_path):
    vague = story.articles.assign(
        published=pd.Timestamp("2025-11-01", tz="UTC"), published_precision="month"
    )
    path = replace(story, articles=frame(vague, "articles")).write(tmp_path)
    assert len(Story.read(path, since="2020-01-01").articles) == 0
