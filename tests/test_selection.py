"""A part of a story: by what is known of the articles, by voice, and each copied text once."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cooccurrence import pairs
from helpers.evidence import show
from helpers.selection import described, once, only
from helpers.tables import analysed, named
from tests.test_cooccurrence import STORIES


def test_what_is_known_of_the_articles_stands_beside_the_rows(story):
    rows = described(story.mentions)
    articles = story.articles.set_index("article_id")
    one = rows.iloc[0]
    article = articles.loc[one["article_id"]]
    assert one["language"] == article["language"]
    assert (rows.index == story.mentions.index).all()
    dated = rows.dropna(subset=["day"])
    assert len(dated)
    published = dated["article_id"].map(articles["published"])
    assert (dated["day"] == published.dt.strftime("%Y-%m-%d")).all()
    assert (pd.to_datetime(dated["week"]).dt.day_of_week == 0).all()
    assert ((pd.to_datetime(dated["day"]) - pd.to_datetime(dated["week"])).dt.days < 7).all()


def test_every_name_that_counts_has_a_voice(story):
    rows = named(described(story.mentions)).dropna(subset=["entity_id"])
    kept = rows[rows["sentence_id"].isin(analysed(story.sentences)["sentence_id"])]
    assert set(kept["voice"]) == {"author", "quoted"}
    spans = story.attributions.explode("content_spans")
    for row in kept.itertuples():
        own = spans[spans["article_id"] == row.article_id]["content_spans"].dropna()
        within = any(start <= row.start and row.end <= end for start, end in own)
        assert not within or row.voice == "quoted"


def test_parts_of_a_story(story):
    mentions = story.mentions
    parts = [only(mentions, language=code) for code in ("de", "en")]
    assert sorted(i for part in parts for i in part.index) == list(mentions.index)
    firms = only(mentions, label=["ORG"], language="de")
    assert 0 < len(firms) < len(parts[0])
    assert set(firms["label"]) == {"ORG"}
    assert list(firms.columns) == list(mentions.columns)
    assert show(firms.head(2)).data  # a part still knows its story
    author, quoted = (only(mentions, voice=voice) for voice in ("author", "quoted"))
    assert not set(author.index) & set(quoted.index)
    assert only(mentions, language=["de", "en"], label="ORG", voice="quoted").shape[0] > 0


def test_days(story):
    rows = described(story.mentions).dropna(subset=["day"])
    first, last = rows["day"].min(), rows["day"].max()
    assert len(only(story.mentions, since=first, until=last)) == len(rows)
    assert only(story.mentions, until="1999-12-31").empty
    assert set(described(only(story.mentions, since=last))["day"]) == {last}
    with pytest.raises(ValueError, match="'soon' is no day"):
        only(story.mentions, since="soon")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"outlet": "The Daily Planet"}, "no outlet 'The Daily Planet'; there is .*FashionUnited"),
        ({"language": "zh"}, "no language 'zh'; there is de, en"),
        ({"label": "PERSON"}, "no label 'PERSON'; there is PER, ORG, LOC, MISC"),
        ({"voice": "loud"}, "no voice 'loud'; there is author, quoted"),
        ({"colour": "red"}, "no column 'colour'; there are article_id"),
    ],
)
def test_what_is_not_there_is_said(story, facts, said):
    with pytest.raises(ValueError, match=said):
        only(story.mentions, **facts)


def test_a_label_that_exists_but_is_not_there_gives_no_rows(story):
    only_people = only(story.mentions, label="PER")
    assert only(only_people, label="MISC").empty
    assert pairs(only(only_people, label="MISC")).empty
    assert only(story.mentions.head(0), voice="quoted", language="de").empty


def test_rows_that_forgot_their_story(story):
    lost = pd.DataFrame(story.mentions.to_dict("records"))
    with pytest.raises(ValueError, match="story=story"):
        only(lost, language="de")
    assert len(only(lost, language="de", story=story)) == len(only(story.mentions, language="de"))


def test_the_longest_of_a_group_speaks_for_it():
    rows = pd.DataFrame({"article_id": list("AABBBCCCDE")})
    groups = {"A": 1, "B": 1, "C": 1, "D": 2, "E": None, "Z": 1}
    assert list(once(rows, groups)["article_id"]) == list("BBBDE")
    assert list(once(rows, pd.Series(groups))["article_id"]) == list("BBBDE")
    assert once(rows, {}).equals(rows)


@given(STORIES, st.integers(1, 3))
def test_a_corpus_printed_again_counts_once(rows, times):
    copies = [rows] + [
        rows.assign(
            article_id=f"9{n}" + rows["article_id"], sentence_id=f"9{n}" + rows["sentence_id"]
        )
        for n in range(times)
    ]
    groups = {i: i[-3:] for copy in copies for i in copy["article_id"]}
    pd.testing.assert_frame_equal(pairs(once(pd.concat(copies), groups)), pairs(rows))
