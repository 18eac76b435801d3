"""No page quotes more words of an article on end than it may."""

import html
import json
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring
from nbformat.v4 import new_code_cell, new_notebook, new_output

from helpers.digest import table
from helpers.language import WORD
from helpers.pages import Page
from helpers.quoting import Limit, limited
from helpers.running import FIGURE

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
ARTICLE = "The minister said on Monday that the bridge would open in May. He denied a delay."


def split(text: str) -> list[str]:
    return [m[0].casefold() for m in WORD.finditer(text)]


@cache
def runs(texts: tuple[str, ...], words: int) -> set[tuple[str, ...]]:
    split_ = [split(text) for text in texts]
    return {tuple(own[n : n + words + 1]) for own in split_ for n in range(len(own) - words)}


def quoted(texts: list[str], shown: str, words: int) -> list[str]:
    """List the runs of more than so many words that stand in what is shown and in a text."""
    known = runs(tuple(texts), words)
    seen = split(shown)
    shown_runs = (tuple(seen[n : n + words + 1]) for n in range(len(seen) - words))
    return [" ".join(run) for run in shown_runs if run in known]


def lines(page: Page) -> list[str]:
    """Give everything of a page's outputs that is text: lines, attributes, strings of figures."""
    made = "".join(str(o) for cell in page.cells for o in cell.get("outputs", []))
    made = re.sub("<!--part \\d+-->", lambda place: page.parts[place[0]], made)
    found = []
    for element in fromstring(f"<div>{made}</div>").iter("*"):
        found += [v for k, v in element.attrib.items() if k not in ("style", "src")]
        if element.tag == "script" and element.get("type") == "application/json":
            found += strings(json.loads(element.text))
    parted = re.sub(
        r"<(script)\b.*?</\1>|</?(li|br|td|th|p|small|summary|pre|tr)\b[^>]*>", "\n", made
    )
    return found + html.unescape(re.sub("<[^>]*>", "", parted)).split("\n")


def strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [re.sub("<[^<>]*>", " ", html.unescape(value))]
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inside for text in strings(each)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("words", [7, 20])
def test_no_page_quotes_more_than_it_may(path, words, articles):
    texts = list(articles["text"])
    notebook = nbformat.read(path, as_version=4)
    whole = [
        run for line in lines(Page(notebook, path.stem, {})) for run in quoted(texts, line, words)
    ]
    assert whole, "the limit has nothing to do here"
    page = Page(limited(notebook, Limit(texts, words)), path.stem, {})
    assert [run for line in lines(page) for run in quoted(texts, line, words)] == []
    cells = [cell for held in page.tables for row in held["rows"] for cell in row]
    cells += [figure["alt"] for figure in page.figures]
    assert [run for cell in cells for run in quoted(texts, table([[cell]]), words)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_limit_longer_than_any_passage_changes_no_word(path, articles):
    notebook = nbformat.read(path, as_version=4)
    before = lines(Page(notebook, path.stem, {}))
    after = lines(Page(limited(notebook, Limit(articles["text"], 5000)), path.stem, {}))
    assert after == before


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_marks_lead_to_passages_under_a_limit_too(path, articles):
    notebook = limited(nbformat.read(path, as_version=4), Limit(articles["text"], 5))
    for cell in notebook.cells:
        outputs = [output.get("data", {}) for output in cell.get("outputs", [])]
        if not any(FIGURE in data for data in outputs):
            continue
        if path.stem.startswith("07") and len(outputs) == 1:
            continue  # what was measured on others' texts has no passages to show
        figure, evidence = outputs
        items = fromstring(evidence["text/html"]).xpath("//li/@data-ids")
        known = {i for ids in items for i in json.loads(ids)}
        assert known & set(strings(json.loads(json.dumps(figure[FIGURE]))))


@given(
    st.lists(st.text("ab 中文ß.-", max_size=60), min_size=1, max_size=3),
    st.text("ab 中文ß.-", max_size=30),
    st.integers(1, 6),
)
def test_no_text_keeps_a_run_that_is_too_long(texts, other, words):
    limit = Limit(texts, words)
    for text in [*texts, other, f"{texts[0]} {other}"]:
        short = limit.text(text)
        assert quoted(texts, short, words) == []
        if not quoted(texts, text, words):
            assert short == text
        inside = limit.html(f"<li><b class='x'>{text[:7]}</b>{text[7:]}<br><i>{text}</i></li>")
        parts = [html.unescape(re.sub("<[^>]*>", "", line)) for line in inside.split("<br>")]
        assert [run for part in parts for run in quoted(texts, part, words)] == []


@given(st.lists(st.sampled_from([ARTICLE, ARTICLE[4:], ARTICLE + "!", "May", "<b>"]), max_size=6))
def test_labels_that_differ_stay_different(labels):
    limit = Limit([ARTICLE], 4)
    assert len({limit.label(label) for label in labels}) == len(set(labels))


def test_of_a_passage_the_part_with_its_marks_stays():
    text = (
        "<li>The minister said on Monday that the bridge would <b class='m'>open</b> in May.</li>"
    )
    assert Limit([ARTICLE], 4).html(text) == '<li>…would <b class="m">open</b> in May.</li>'


def test_a_mark_that_is_cut_goes_with_its_sign():
    text = (
        "<li><b class='m'>The minister</b> said on <b class='m'>Monday that<sup>+</sup></b>!</li>"
    )
    assert Limit([ARTICLE], 3).html(text) == '<li><b class="m">The minister</b> said…!</li>'


def test_tags_and_entities_of_plotly_part_no_words():
    label = "the bridge<br>would open &amp; in May"
    article = "the bridge would open & in May"
    assert split(Limit([article], 3).text(label)) == ["the", "bridge", "br", "would"]


def test_a_script_that_cannot_be_cut_is_refused_and_data_is_cut():
    limit = Limit([ARTICLE], 4)
    with pytest.raises(ValueError, match="a script holds"):
        limit.html(f"<script>show('{ARTICLE}')</script>")
    held = limit.html(f'<script type="application/json">["{ARTICLE}", "\\u003cb"]</script>')
    assert held.endswith('…", "\\u003cb"]</script>')
    assert "Monday" not in held


def test_every_kind_of_output_is_held_to_the_limit():
    outputs = [
        new_output("stream", name="stdout", text=ARTICLE),
        new_output("display_data", {"text/plain": ARTICLE, "text/markdown": f"**{ARTICLE}**"}),
        new_output("display_data", {FIGURE: {"data": [{"text": [ARTICLE]}], "layout": {}}}),
        new_output("display_data", {"text/html": f"<p title='{ARTICLE}'>{ARTICLE}</p>"}),
    ]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=outputs)])
    assert "Monday" not in nbformat.writes(limited(notebook, Limit([ARTICLE], 4)))


def test_a_limit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        Limit([ARTICLE], 0)
