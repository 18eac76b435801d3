"""The summary in Markdown: no text of an article does anything in it but stand there."""

import re

import mistune
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.digest import escaped, table
from helpers.headline import headline

HOSTILE = "</td><script>x</script> ![i](http://a.b/c.png) [l](javascript:1) | `c` *e* @user #12 $x$"
# As GitHub reads it: tables, bare addresses, struck out text.
MARKDOWN = mistune.create_markdown(escape=False, plugins=["table", "url", "strikethrough"])


@given(st.text() | st.just(HOSTILE) | st.from_regex(r"(https?://|www\.)\w+\.\w+|@\w+|#\d+"))
def test_no_text_is_more_than_text_in_a_cell(text):
    made = MARKDOWN(table([["a", "b"], [text, "end"]]))
    assert set(re.findall(r"<(\w+)", made)) == {"table", "thead", "tr", "th", "tbody", "td"}
    assert made.count("<td>") == 2


@given(st.text("@#aB1 ."))
def test_nobody_is_called(text):
    assert not re.search(r"[@#]\w", escaped(text))


@pytest.mark.parametrize("text", ["https://example.org", "see www.example.org", "MAILTO:a@b.org"])
def test_no_address_is_a_link(text):
    assert "<a" not in MARKDOWN(escaped(text))


def test_rows_that_are_left_out_are_counted():
    made = table([["n"], *([n] for n in range(8))], 5)
    assert made.endswith("| 4 |\n\n3 rows more are on the page.")


def test_the_headline_says_what_the_tables_hold(story):
    rows = headline(story).set_index("what")["figure"]
    assert rows["Articles"] == "5"
    assert rows["Statements"] == str(len(story.attributions))
    named = story.attributions[~story.attributions["unresolved"]]
    assert rows["Cited most"] == named["entity"].mode()[0]


def test_a_story_without_statements_has_a_headline_too(story):
    from dataclasses import replace

    from helpers.tables import frame

    empty = {n: frame([], n) for n in ("mentions", "attributions", "links", "tones")}
    rows = headline(replace(story, **empty)).set_index("what")["figure"]
    assert rows["Sentences attributed to somebody"] == "0%"
    assert "Cited most" not in rows.index
