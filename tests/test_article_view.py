"""The whole article: nothing of it lost, everything escaped, each block in its language."""

import re
from html import unescape

import pytest

from helpers.article_view import ANCHOR, read
from helpers.marking import marked
from tests.test_evidence import hostile  # noqa: F401 (a fixture)


def words(html: str) -> str:
    body = re.search(r"<article.*?>(.*)</article>", html, re.DOTALL)[1]
    body = re.sub(
        r"<p class=\"about\">.*?</p>|<small lang=\"en\">.*?</small>|<sup>.</sup>", "", body
    )
    return re.sub(r"\s", "", unescape(re.sub(r"<[^>]+>", "", body)))


def test_the_whole_text_stands_there(story):
    for row in story.articles.itertuples():
        assert words(read(story, row.article_id).data) == re.sub(r"\s", "", row.text)


def test_every_layer_has_a_switch_a_legend_and_its_spans(story):
    html = read(story, "000").data
    for layer in ("attribution", "entities", "tone", "kept-out"):
        assert f'class="on-{layer}"' in html
        assert f"legend-{layer}" in html
    for kind in ("source", "cue", "content", "entity", "negative"):
        assert f'class="{kind}"' in html
    assert 'data-label="ORG"' in html
    assert re.search(r'class="negative".*?<sup>−</sup>', html)


def test_what_was_kept_out_says_why(story):
    block = story.blocks[(story.blocks["kind"] == "teaser")].iloc[0]
    html = read(story, block["article_id"]).data
    assert f"teaser, kept out: {block['reason']}" in unescape(html)


def test_each_block_has_its_language(story):
    html = read(story, "002").data
    assert 'lang="zh"' in html
    assert 'lang="en"' in html


def test_it_opens_at_the_block_of_a_passage(story):
    row = story.sentences[story.sentences["article_id"] == "001"].iloc[10]
    html = read(story, "001", int(row["start"])).data.split("</style>")[1]
    (place,) = re.findall(rf'id="{ANCHOR}"[^>]*>(.*?)</(?:p|h3)>', html, re.DOTALL)
    assert row["text"] in unescape(re.sub(r"<sup>.</sup>|<[^>]+>", "", place))


def test_hostile_text_is_escaped(hostile):  # noqa: F811
    html = read(hostile, hostile.articles["article_id"].iloc[0]).data
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    tags = set(re.findall(r"<\s*([a-zA-Z0-9]+)", html))
    allowed = {"div", "fieldset", "legend", "label", "input", "span", "br", "b", "u", "sup"}
    assert tags <= allowed | {"article", "p", "h3", "small"}
    assert "javascript:" not in html


def test_an_article_that_is_not_there(story):
    with pytest.raises(ValueError, match="no article 'x'; there is 000"):
        read(story, "x")


def test_crossing_spans_and_the_order_of_the_marks():
    html = marked(
        "abcdef", 0, 6, [(0, 4, "source"), (2, 6, "cue")], lambda p, k, *, last: f"({k}{p})"
    )
    assert html == "(sourceab)(cue(sourcecd))(cueef)"
