"""Kinds of sources and charges: counts that lead back to their statements."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.charts import sources
from helpers.source_summary import AGAINST, UNKNOWN, charges, kinds
from helpers.tables import SOURCE_KINDS, STANCES, frame


def said(stance: str, source: str | None, kind: str | None, spans: list[list[int]], number: int):
    """Give a row of the table attributions in article a."""
    return {
        "attribution_id": f"a:{number}", "article_id": "a", "sentence_id": "a:p01s01",
        "content_start": spans[0][0], "content_end": spans[-1][1], "content_spans": spans,
        "stance": stance, "source": source, "source_kind": kind, "entity_id": source,
        "entity": source, "unresolved": source is None,
    }  # fmt: skip


def name(entity: str, start: int, how: str = "head", article: str = "a"):
    """Give a row of the table mentions, three letters long."""
    place = {"start": start, "end": start + 3, "text": entity}
    ids = {"article_id": article, "entity_id": entity, "entity": entity}
    return ids | place | {"label": "ORG", "how": how, "confidence": 1.0}


MENTIONS = frame(
    [name("Foo", 0), name("Bar", 20), name("Baz", 40), name("Bar", 60, "pronoun"),
     name("Baz", 20, article="b")],
    "mentions",
)  # fmt: skip


def test_a_charge_counts_whom_its_content_names_but_not_the_speaker():
    rows = frame(
        [
            said("deny", "Foo", "organisation", [[0, 30]], 1),
            said("deny", "Foo", "organisation", [[15, 25]], 2),
            said("say", "Foo", "organisation", [[0, 50]], 3),
        ],
        "attributions",
    )
    found = charges(rows, MENTIONS)
    assert found[["name", "stance", "entity", "n"]].values.tolist() == [["Foo", "deny", "Bar", 2]]
    assert found["attribution_ids"].iloc[0] == ["a:1", "a:2"]


def test_what_stands_between_the_pieces_of_a_content_is_not_named_in_it():
    rows = frame([said("accuse", "Foo", None, [[10, 15], [35, 50]], 1)], "attributions")
    assert charges(rows, MENTIONS)["entity"].tolist() == ["Baz"]


spans = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda p: [[p[0], p[0] + p[1]]])
rows_of_any_kind = st.lists(
    st.tuples(
        st.sampled_from(STANCES),
        st.sampled_from(["Foo", "Bar", None]),
        st.sampled_from([*SOURCE_KINDS, None]),
        spans,
    ),
    max_size=8,
)


@given(rows_of_any_kind)
def test_every_statement_is_counted_once_a_kind(given_rows):
    rows = frame([said(*row, i) for i, row in enumerate(given_rows)], "attributions")
    found = kinds(rows)
    ids = found["attribution_ids"].explode().dropna().tolist()
    assert sorted(ids) == sorted(rows["attribution_id"])
    assert found["n"].sum() == len(rows)
    nobody = set(found.loc[found["source_kind"] == UNKNOWN, "attribution_ids"].explode())
    assert set(rows.loc[rows["unresolved"], "attribution_id"]) <= nobody


@given(rows_of_any_kind)
def test_only_charges_are_charges(given_rows):
    rows = frame([said(*row, i) for i, row in enumerate(given_rows)], "attributions")
    found = charges(rows, MENTIONS)
    assert set(found["stance"].astype(str)) <= set(AGAINST)
    assert (found["name"] != found["entity"]).all()
    assert found["n"].equals(found["attribution_ids"].map(len).astype(found["n"].dtype))


def test_charts_of_nothing_say_why():
    nothing = frame([], "attributions")
    for figure in (
        sources.kinds(kinds(nothing), pd.Series(dtype=str)),
        sources.charges(charges(nothing, MENTIONS)),
    ):
        assert "Nothing to show" in figure.layout.annotations[0].text


def test_a_cell_carries_the_statements_behind_it(story):
    names = pd.Series({i: i for i in story.articles["article_id"]})
    counts = kinds(story.attributions)
    cells = sources.kinds(counts, names).data[0]
    held = [i for row in cells.customdata for ids in row for i in ids]
    assert sorted(held) == sorted(story.attributions["attribution_id"])
