"""Evidence: rows come back as sentences with their spans marked, and nothing hostile runs."""

import json
import re
from html import escape, unescape
from html.parser import HTMLParser

import pandas as pd
import plotly.graph_objects as go
import pytest
from IPython.display import HTML

from helpers import annotate, load
from helpers.evidence import LONGEST, linked, safe_json, show, table
from helpers.story import origin
from helpers.tables import row_ids
from helpers.tone import targets

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> The White House said that "
    '"</li></ul><b onclick=x>all is well" & nothing <i>else</i> happened on the day.'
)


@pytest.fixture(scope="module")
def hostile():
    rows = pd.DataFrame(
        {
            "article_id": ["<b>1</b>"],
            "text": [HOSTILE],
            "outlet": ["<script>paper</script>"],
            "url": ["javascript:alert(1)"],
        }
    )
    return annotate(load(rows)[0], progress=False)


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def test_an_attribution_shows_its_sentence_with_three_marks(story):
    row = story.attributions[story.attributions["content"].str.contains("vollkommen falsch")]
    html = show(row).data
    assert "vollkommen falsch" in plain(html)
    assert 'class="content"' in html
    assert 'class="source"' in html
    assert 'class="cue"' in html
    assert "001 · FashionUnited · de" in html


def test_every_passage_holds_the_text_of_its_row(story):
    for row in story.attributions.itertuples():
        html = show(story.attributions[story.attributions["attribution_id"] == row.attribution_id])
        assert row.content in unescape(re.sub(r"<sup>.</sup>", "", plain(html.data)))


def test_mentions_of_one_sentence_share_a_passage(story):
    first = story.mentions["sentence_id"].value_counts().index[0]
    rows = story.mentions[story.mentions["sentence_id"] == first]
    html = show(rows).data
    assert html.count("<li>") == 1
    assert html.count('class="mention"') == len(rows)


def test_rows_stand_under_the_values_of_a_column(story):
    html = show(story.mentions, by="entity").data
    heads = re.findall(r"<summary><b>(.*?)</b> \((\d+) passages?\)", html)
    assert {unescape(h) for h, _ in heads} == set(story.mentions["entity"])
    sizes = [int(n) for _, n in heads]
    assert sizes == sorted(sizes, reverse=True)


def test_languages_stand_side_by_side(story):
    rows = story.attributions[story.attributions["entity_id"] == "alibaba"]
    html = show(rows, by="entity", beside=True).data
    heads = [html.index(f'14em"><b>{code}</b>') for code in ("de", "en")]
    assert heads == sorted(heads)
    assert html.count("<li>") == show(rows, by="entity").data.count("<li>")
    assert "flex" not in show(rows, by="entity").data


def test_what_is_left_out_is_said(story):
    html = show(story.sentences, limit=3).data
    assert html.count("<li>") == 3
    assert f"{len(story.sentences) - 3:,} passages more" in html


def test_no_group_is_lost_behind_a_large_one(story):
    html = show(story.mentions, by="entity", limit=40).data
    assert html.count("<details>") == story.mentions["entity"].nunique()
    html = show(story.mentions, by="entity", limit=2).data
    most = story.mentions.groupby("entity")["sentence_id"].nunique().max()
    assert f"({most} passages)" in html
    assert f"{most - 2} passages more" in html
    assert f"{story.mentions['entity'].nunique() - 2} groups more" in html


@pytest.mark.parametrize(
    "values",
    [
        pd.Categorical(["de"]),
        [["a"]],
        [None],
        [["a", None]],
        [pd.Timestamp("2025-01-02", tz="UTC")],
    ],
)
def test_a_table_of_one_row_of_anything(values):
    assert "1 row" in table(pd.DataFrame({"column": values})).data


def test_a_long_table_says_what_it_leaves_out():
    html = table(pd.DataFrame({"n": range(9)}), limit=4).data
    assert html.count("<tr>") == 4
    assert "5 rows more" in html


def test_dollar_signs_are_not_formulas(story):
    assert "mathjax_ignore" in show(story.mentions.head(1)).data
    assert "mathjax_ignore" in table(story.articles[["title"]]).data


def test_a_long_passage_is_cut_and_says_so():
    found = annotate(load(pd.DataFrame({"text": ["word " * 2000]}))[0], progress=False)
    html = show(found.blocks).data
    assert len(html) < LONGEST + 1500
    assert "characters more" in html


def test_no_rows_is_said(story):
    assert "no rows" in show(story.mentions.head(0)).data


def test_rows_from_a_merge_need_their_story(story):
    merged = story.mentions.merge(story.articles[["article_id", "outlet"]])
    assert origin(merged) is None
    with pytest.raises(ValueError, match="story=story"):
        show(merged)
    assert "<li>" in show(merged, story=story).data


def test_an_unknown_column_is_an_error(story):
    with pytest.raises(ValueError, match="no column 'nobody'"):
        show(story.mentions, by="nobody")


@pytest.mark.parametrize("table", ["blocks", "sentences", "mentions", "attributions", "tones"])
def test_hostile_text_is_escaped(hostile, table):
    html = show(hostile.tables()[table]).data
    tags = set(re.findall(r"<\s*([a-zA-Z]+)", html))
    assert tags <= {"div", "p", "small", "ul", "li", "span", "b", "u", "br", "sup"}
    assert "javascript:" not in html
    assert "onclick=x" not in re.sub(r"&lt;.*?&gt;", "", html)


def test_the_words_that_moved_a_tone_are_folded_below_it_and_escaped(hostile):
    rows = hostile.tones.head(1)
    start = int(rows["start"].iloc[0])
    moved = pd.Series([[[start, start + 9, -0.25]]], index=rows.index, dtype=object)
    html = show(rows.assign(moved=moved)).data
    word = escape(hostile.articles["text"].iloc[0][start : start + 9])
    assert '<details class="why">' in html
    assert f"{word} -0.25</small></details>" in html
    assert "which words" not in show(rows.assign(moved=[[]])).data


def test_a_quoted_tone_says_whose_voice_it_is(story):
    rows = targets(story.tones)
    quoted = rows[rows["attribution_id"].notna() & ~rows["abstained"]].head(1)
    said = story.attributions.set_index("attribution_id").loc[quoted["attribution_id"].iloc[0]]
    whose = said["entity"] if isinstance(said["entity"], str) else said["source"]
    assert f"(quoted: {whose})" in unescape(show(quoted).data)
    assert "(author)" in show(rows[rows["attribution_id"].isna()].head(1)).data


def test_an_address_is_linked(articles):
    given = articles.head(1).assign(url='https://example.org/?a="b"')
    html = show(annotate(given, progress=False).sentences).data
    assert 'href="https://example.org/?a=&quot;b&quot;"' in html


def test_a_table_is_escaped_and_leaves_what_is_missing_empty(hostile):
    html = table(hostile.articles[["article_id", "outlet", "published", "languages"]]).data
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert not re.search("nan|nat|none", html.lower())
    assert "<td>en</td>" in html
    assert "1 row" in html


class Lists(HTMLParser):
    """Read evidence as a browser does: its ids, and every attribute that stands in a tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[list[str]] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.attributes |= {name for name, _ in attrs}
        self.ids += [json.loads(value) for name, value in attrs if name == "data-ids"]


def evidence(rows, **how) -> str:
    return linked(go.Figure(), rows, **how).evidence.data


def test_linked_lists_the_same_passages_as_show(story):
    html = evidence(story.attributions, by="stance")
    told = r'<p class="trust">.*?</p>|<script>.*</script>| data-[a-z]+="[^"]*"'
    bare = re.sub(told, "", html, flags=re.DOTALL)
    assert bare == show(story.attributions, by="stance").data
    assert html.count("<script>") == html.count("</script>") == 1
    assert f'data-passages="{len(story.attributions)}"' in html


def test_each_passage_carries_the_ids_of_its_rows(story):
    ids = Lists(evidence(story.attributions)).ids
    assert ids == [[i] for i in story.attributions["attribution_id"]]
    rows = story.mentions.assign(row_id=row_ids(story.mentions))
    expected = rows.groupby("sentence_id", sort=False)["row_id"].agg(list)
    assert Lists(evidence(story.mentions)).ids == list(expected)


def test_a_sentence_under_two_entities_is_found_under_the_one_that_was_meant(story):
    ids = Lists(evidence(story.mentions, by="entity", limit=1000)).ids
    assert sorted(i for own in ids for i in own) == sorted(
        row_ids(story.mentions[story.mentions["entity"].notna()])
    )


def test_a_column_may_give_the_ids(story):
    ids = Lists(evidence(story.blocks, ids="kind", limit=1000)).ids
    assert ids == [[kind] for kind in story.blocks["kind"]]
    with pytest.raises(ValueError, match="no column 'nobody'"):
        linked(go.Figure(), story.blocks, ids="nobody")


@pytest.mark.parametrize("by", [None, "article_id", "sentence_id"])
def test_no_mark_leads_to_nothing_however_few_passages_are_listed(story, by):
    rows = story.sentences
    marks = [[i] for i in row_ids(rows)][::7]
    bands = {"source": [0], "target": [1], "value": [1], "customdata": [list(row_ids(rows)[-2:])]}
    for trace in (
        go.Scatter(y=[1] * len(marks), customdata=marks),
        go.Heatmap(z=[[1] * len(marks)], customdata=[marks]),
        go.Sankey(link=bands),
    ):
        html = linked(go.Figure(trace), rows, by=by, limit=3).evidence.data
        ids = {i for listed in Lists(html).ids for i in listed}
        carried = bands["customdata"] if trace.type == "sankey" else marks
        assert all(ids.intersection(mark) for mark in carried)
        assert len(ids) <= 9 + len(carried)


def test_linked_says_how_many_passages_there_are_beyond_the_limit(story):
    html = evidence(story.sentences, limit=3)
    assert len(Lists(html).ids) == 3
    assert f'data-passages="{len(story.sentences)}"' in html


def test_hostile_ids_stay_in_their_attribute(hostile):
    bad = "\"'><script>alert(1)</script>\u2028&quot;<!--"
    html = evidence(hostile.sentences.assign(bad=bad), ids="bad")
    read = Lists(html)
    assert read.ids == [[bad]] * len(hostile.sentences)
    assert read.attributes == {"class", "data-passages", "data-ids", "lang"}
    assert html.count("<script") == 1
    assert not set("<>&\u2028\u2029") & set(safe_json([bad, {bad: bad}]))
    assert json.loads(safe_json({bad: bad})) == {bad: bad}


def test_linked_shows_the_figure_and_then_the_evidence(story, monkeypatch):
    out = []
    monkeypatch.setattr("helpers.evidence.display", out.append)
    both = linked(go.Figure(), story.attributions.head(1))
    both._ipython_display_()
    assert out == [both.figure, both.evidence]
    assert isinstance(both.evidence, HTML)


def test_linked_to_no_rows_says_so(story):
    assert "no rows" in evidence(story.attributions.head(0), by="stance")
