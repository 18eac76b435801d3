"""The explorer without a browser: what it keeps, counts, draws and writes."""

import nbformat
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.app import PAGE, prepared
from helpers.evidence import paged
from helpers.explore import Desk, Explorer
from helpers.explore.core import VIEWS, Explored, marks
from helpers.explore.own import annotated, received
from helpers.explore.panel import exported
from helpers.explore.selecting import FACETS, TABLES, Selection, applies, snippet
from helpers.keywords import PatternError

SELECTIONS = [
    Selection(),
    Selection(language="de", mode=("direct", "mixed")),
    Selection(outlet=(None,), entity="Alibaba"),
    Selection(text=r"\bspy\w*|Spion", pattern=True),
    Selection(source="Alibaba", since="2025-11-15", stance=("deny", "say")),
]


@pytest.fixture(scope="module")
def explored(story):
    return Explored(story, "en")


def selections(explored: Explored) -> st.SearchStrategy[Selection]:
    """Draw selections of values that the story has."""
    found = explored.facts("mentions").counts(Selection())
    known = {key: [*found[key].index] for key in FACETS}
    facts = {
        key: st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
        for key, values in known.items()
    }
    days = st.sampled_from([None, "2025-11-15", "2025-11-16", "2025-11-17"])
    text = st.sampled_from(["", "Alibaba", "the", "Bericht"])
    # Some facts at a time: all at once leave nothing.
    some = st.lists(st.sampled_from(list(facts)), max_size=2, unique=True)
    return some.flatmap(
        lambda keys: st.builds(
            Selection, since=days, text=text, **{key: facts[key] for key in keys}
        )
    )


def run(code: str, story) -> dict:
    space = {"story": story}
    exec(code, space)
    return space


@settings(max_examples=40)
@given(data=st.data(), table=st.sampled_from(TABLES))
def test_the_pandas_selects_the_same_rows(explored, data, table):
    selection = data.draw(selections(explored))
    kept = explored.facts(table).keep(selection)
    rows = run(snippet(selection, table), explored.story)["rows"]
    assert list(rows.index) == list(kept.index)


@pytest.mark.parametrize("table", TABLES)
def test_the_pandas_takes_choices_that_leave_nothing(explored, table):
    selection = Selection(entity="Alibaba", source="Lin Jian")
    kept = explored.facts(table).keep(selection)
    assert list(run(snippet(selection, table), explored.story)["rows"].index) == list(kept.index)


@settings(max_examples=25)
@given(data=st.data(), table=st.sampled_from(TABLES))
def test_each_count_is_what_the_choice_leaves(explored, data, table):
    selection = data.draw(selections(explored))
    facts = explored.facts(table)
    found = facts.counts(selection)
    assert set(found) == {key for key in FACETS if applies(key, table)}
    key = data.draw(st.sampled_from(sorted(found)))
    for value, n in found[key].head(12).items():
        value = None if pd.isna(value) else value
        assert n == len(facts.keep(selection.but(**{key: (value,)})))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.title)
@pytest.mark.parametrize("selection", SELECTIONS, ids=Selection.words)
def test_the_figures_are_those_of_the_pandas_and_every_mark_leads_to_passages(
    explored, view, selection
):
    for drawing in view.drawings:
        figure = explored.figure(selection, view, drawing)
        code = explored.code(selection, view, drawing)
        assert run(code, explored.story)["figure"].to_json() == figure.to_json()
        for mark in marks(figure):
            rows = explored.passages(selection, view, drawing, mark)
            assert len(rows), mark.name
            _, n = paged(rows, story=explored.story)
            assert n


def test_an_option_that_would_leave_nothing_says_so_or_is_not_there(explored):
    selection = Selection(source="Zhang Xiaorong")
    for view in VIEWS:
        for facet in explored.facets(selection, view, {}):
            chosen = selection.chosen().get(facet["key"], ())
            for value, _, n in facet["options"]:
                kept = selection.but(**{facet["key"]: (value,)})
                assert n == len(explored.part(kept, view).rows)
                assert n or not facet["search"] or value in chosen


def test_a_long_fact_is_searched(explored):
    (facet,) = (
        f for f in explored.facets(Selection(), VIEWS[0], {"entity": "haus"})
        if f["key"] == "entity"
    )  # fmt: skip
    assert facet["search"]
    assert all("haus" in name.casefold() for _, name, _ in facet["options"])


def test_voice_is_not_asked_of_statements_and_that_is_said(explored):
    selection = Selection(voice="author")
    whole = explored.part(Selection(), VIEWS[0]).rows
    assert len(explored.part(selection, VIEWS[0]).rows) == len(whole)
    assert explored.idle(selection, VIEWS[0]) == ["Voice"]
    assert explored.idle(selection, VIEWS[1]) == []


def test_pages_hold_every_passage_once(explored):
    for view in VIEWS:
        rows = explored.part(Selection(), view).rows
        pages, n = [], paged(rows, 0, 7, story=explored.story)[1]
        for page in range(-(-n // 7)):
            pages.append(paged(rows, page, 7, story=explored.story)[0].data.count("<li "))
        assert sum(pages) == n
        assert set(pages[:-1]) <= {7}
        assert paged(rows, len(pages), 7, story=explored.story)[0].data.count("<li ") == 0


def test_nothing_of_a_selection_that_leaves_nothing_fails(story):
    explorer = Explorer(story, Selection(text="no such words at all"))
    for number in range(len(VIEWS)):
        explorer._tabs.selected_index = number
        assert explorer.rows.empty
        assert "reset" in explorer._status.value


def test_a_selection_of_what_is_not_there_is_refused(story):
    with pytest.raises(ValueError, match="no language 'xx'; there is de, en"):
        Explorer(story, Selection(language="xx"))
    explorer = Explorer(story, Selection(language="de", since="1990-01-01", until="2090-01-01"))
    assert len(explorer.rows)


def test_the_widgets_follow_the_selection_and_back(story):
    explorer = Explorer(story)
    explorer._filters.chosen = {"language": ["de"]}
    assert explorer.selection == Selection(language="de")
    explorer._words.value = "Spion"
    assert explorer.selection.text == "Spion"
    assert "in context" in explorer._panel._kwic.value
    explorer._pattern.value, explorer._words.value = True, "("
    assert "is no regular expression" in explorer._problem.value
    explorer.selection = Selection(entity="Alibaba")
    assert explorer._filters.chosen == {"entity": ["Alibaba"]}
    assert explorer._words.value == ""
    assert explorer._problem.value == ""


def test_a_click_and_the_name_of_a_mark_list_the_same_passages(story):
    panel = Explorer(story)._panel
    name, mark = next(iter(panel._named.items()))
    panel._chart._told(None, {"ids": list(mark.ids), "name": name}, [])
    clicked = panel._passages.html
    panel._open(None)
    assert panel._passages.html != clicked
    panel._marks.value = name
    assert panel._passages.html == clicked


def test_no_rows_of_another_table_are_called_statements(explored):
    assert explored.part(Selection(), VIEWS[1]).rows["entity_id"].notna().all()
    with pytest.raises(PatternError):
        explored.part(Selection(text="(", pattern=True), VIEWS[0])


def test_exported_rows_say_their_article_and_sentence(explored):
    rows = exported(explored.part(Selection(), VIEWS[0]).rows, explored)
    texts = explored.story.sentences.set_index("sentence_id")["text"]
    assert (rows["sentence"] == rows["sentence_id"].map(texts)).all()
    assert {"outlet", "day", "title", "url", "language"} <= set(rows.columns)


def test_what_is_dropped_is_read_or_listed_with_its_reason():
    files = [
        {"name": "../../etc/one.txt", "content": b"Rain in Kiel\n\nIt rained, said Ida Klein."},
        {"name": "one.txt", "content": b"Regen in Kiel\n\nEs regnete lange."},
        {"name": "a.docx", "content": b"PK"},
        {"name": "empty.txt", "content": b"  "},
    ]
    articles, rejected, _ = received(files, "Storm\n\nIt was loud, the mayor said.")
    assert len(articles) == 3
    assert all(".." not in name for name in articles["file"])
    reasons = dict(zip(rejected["file"], rejected["reason"], strict=True))
    assert set(reasons) == {"a.docx", "empty.txt"}
    assert all(reasons.values())
    nothing, rejected, _ = received(files[2:])
    assert nothing is None
    assert set(rejected["file"]) == {"a.docx", "empty.txt"}
    assert received([])[0] is None


def test_own_articles_are_annotated_with_their_progress(articles):
    told: list[int] = []
    story = annotated(articles, told.append)
    assert told == [0, 4, 5]
    assert list(story.articles["article_id"]) == list(articles["article_id"])


def test_the_desk_opens_another_story_and_says_what_it_needs_without_a_kernel(story):
    desk = Desk(story)
    first = desk.explorer
    desk.explore(story)
    assert desk.explorer is not first
    assert desk.children[1] is desk.explorer
    assert "needs a running kernel" in desk._repr_mimebundle_()["text/html"]


def test_the_app_runs_its_corpus_without_the_cells_for_pages(tmp_path):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell("CORPUS = 1", metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell("never", metadata={"tags": [PAGE]}),
        ]
    )
    (cell,) = prepared(notebook, tmp_path).cells
    assert cell.source == f"CORPUS = 1\nCORPUS = {str(tmp_path)!r}"
