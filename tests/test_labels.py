"""Entities by their names in the reader's language."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers import annotate, load
from helpers.labels import named_in


@pytest.fixture(scope="module")
def told() -> object:
    texts = [
        {"language": "de", "text": "Das Weiße Haus dementierte den Bericht. Peking schwieg dazu."},
        {
            "language": "en",
            "text": "The White House denied it. Beijing and the United States agreed.",
        },
        {"language": "zh", "text": "白宫周五否认了这一报道。美国总统特朗普没有回应。"},
    ]
    return annotate(load(pd.DataFrame(texts))[0], progress=False)


def names(story: object) -> dict[str, str]:
    rows = story.mentions.dropna(subset=["entity_id"])
    return dict(zip(rows["entity_id"], rows["entity"], strict=True))


@pytest.mark.parametrize(
    ("language", "house", "country", "city"),
    [
        ("en", "White House", "United States", "Beijing"),
        ("de", "Weißes Haus", "Vereinigte Staaten", "Peking"),
        ("zh", "白宫", "美国", "北京市"),
        ("fr", "White House", "États-Unis", "Beijing"),
    ],
)
def test_names_are_those_of_the_language(told, language, house, country, city):
    called = names(named_in(told, language))
    assert called["white-house"] == house
    assert called["territory-us"] == country
    assert called["beijing"] == city


def test_the_own_language_of_the_names_changes_nothing(story):
    for name, table in named_in(story, "en").tables().items():
        pd.testing.assert_frame_equal(table, story.tables()[name], check_dtype=False)


@pytest.mark.parametrize("language", ["de", "zh"])
def test_ids_rows_and_their_order_stay(story, language):
    other = named_in(story, language)
    for name, table in other.tables().items():
        changed = {"entity", "source"} & set(table.columns)
        kept = [
            c for c in table.columns if c not in changed or name == "attributions" and c == "source"
        ]
        pd.testing.assert_frame_equal(table[kept], story.tables()[name][kept], check_dtype=False)
    # One entity, one name, and no two entities one.
    rows = other.mentions.dropna(subset=["entity_id"])[["entity_id", "entity"]].drop_duplicates()
    assert rows["entity_id"].is_unique
    before = story.mentions.dropna(subset=["entity_id"])[["entity_id", "entity"]].drop_duplicates()
    assert rows["entity"].duplicated().sum() <= before["entity"].duplicated().sum()


def test_two_entities_do_not_get_one_name(told):
    rows = told.mentions.copy()
    rows.loc[rows.index[-1], ["entity_id", "entity"]] = ["xx:other", "Weißes Haus"]
    called = names(named_in(replace(told, mentions=rows), "de"))
    assert called["white-house"] == "White House"


def test_an_unknown_language_is_an_error(told):
    with pytest.raises(ValueError, match="no language 'xx'"):
        named_in(told, "xx")
