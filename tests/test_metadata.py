"""Metadata from the text: what it says in so many words, and silence where it does not."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import annotate, load
from helpers.blocks import blocks
from helpers.metadata import metadata
from helpers.tables import frame

BODY = (
    "The city council voted on Monday to close the old bridge for two years, although the traders "
    "of the quarter had asked for a ferry and a shorter closure."
)
HEAD = "Old bridge to close for two years"


def told(text: str, **given_: object) -> dict:
    row = {"article_id": "x", "text": text, "language": "en", "words": 0} | given_
    articles = frame([row], "articles")
    filled = metadata(articles, blocks(articles)).astype(object)
    return filled.where(filled.notna(), None).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("AFP - 15. November 2025, 09:41 Uhr", "2025-11-15"),
        ("Ke Hu Duan·2025-11-16 09:05", "2025-11-16"),
        ("12 May 2024, 10:15", "2024-05-12"),
        ("May 12, 2024", "2024-05-12"),
        ("Sept. 3, 2024", "2024-09-03"),
        ("2025年11月16日", "2025-11-16"),
        ("Stand: 14.03.2024, 17:22 Uhr", "2024-03-14"),
        ("3. Mrz 2024", "2024-03-03"),
        ("Published 12 May 2024 | Updated 14 May 2024", "2024-05-12"),
        ("Updated 14 May 2024", None),
        ("Aktualisiert am 30. Juni 2024", None),
        ("更新时间：2024-05-12", None),
        ("03/04/2024", None),
        ("30 February 2024", None),
    ],
)
def test_the_day_of_a_dateline_and_no_hour(line, day):
    found = told(f"{HEAD}\n{line}\n{BODY}")
    assert found["published"] == (pd.Timestamp(day, tz="UTC") if day else None)
    assert found["published_precision"] == ("day" if day else None)


def test_a_clock_time_counts_with_its_time_zone():
    found = told(f"{HEAD}\n2024-05-12T10:15+02:00\n{BODY}")
    assert found["published"] == pd.Timestamp("2024-05-12 08:15", tz="UTC")
    assert found["published_precision"] == "minute"


def test_a_date_in_the_story_is_no_day_of_publication():
    assert (
        told(f"{HEAD}\n{BODY}\nThe bridge was built on 12 May 1924, the town said.")["published"]
        is None
    )


@pytest.mark.parametrize(
    ("before", "after", "agency"),
    [
        ("AFP - 15. November 2025", "", "AFP"),
        ("By Jane Doe, Reuters", "", "Reuters"),
        ("REUTERS | March 3, 2021", "", "Reuters"),
        ("", "Quelle: dpa", "dpa"),
        ("", "Source: Reuters", "Reuters"),
        ("", "来源：新华社", "Xinhua"),
        ("", "AFP/fg", "AFP"),
        ("", "A spokesman told the AFP news agency that the bridge was safe.", None),
        ("Bild: AFP", "", None),
        ("", "Reuters reported first that the bridge would close (dpa).", "dpa"),
        ("", "The news agency", None),
    ],
)
def test_the_agency_credited(before, after, agency):
    assert told(f"{HEAD}\n{before}\n{BODY}\n{after}")["agency"] == agency


@pytest.mark.parametrize(
    ("opening", "agency"),
    [
        ("Berlin/Warschau (dts Nachrichtenagentur) - ", "dts Nachrichtenagentur"),
        ("WASHINGTON (AP) — ", "AP"),
        ("LONDON, May 3 (Reuters) - ", "Reuters"),
        ("新华社北京11月16日电 ", "Xinhua"),
        ("BERLIN - ", None),
    ],
)
def test_a_dateline_that_opens_the_report(opening, agency):
    found = told(f"{HEAD}\n{opening}{BODY}")
    assert found["agency"] == agency
    rows = blocks(pd.DataFrame([{"article_id": "x", "text": f"{HEAD}\n{opening}{BODY}"}]))
    assert list(rows["kind"]) == ["headline", "dateline", "body"]
    assert rows["text"].iloc[2] == BODY


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("By Jane Doe and John Q. Smith", "Jane Doe and John Q. Smith"),
        ("Von Petra Lindner", "Petra Lindner"),
        ("By Jane Doe | 12 May 2024", "Jane Doe"),
        ("记者 张三", "张三"),
        ("文/李四", "李四"),
        ("By AFP", None),
        ("Von Redaktion", None),
    ],
)
def test_the_byline_without_its_lead(line, byline):
    assert told(f"{HEAD}\n{line}\n{BODY}")["byline"] == byline


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        (f"{HEAD} - The Herald", "The Herald"),
        (f"{HEAD} | Stanwick Courier", "Stanwick Courier"),
        ("© 2024 Stanwick Courier. All rights reserved.", "Stanwick Courier"),
        ("Copyright 2023 The Ledger", "The Ledger"),
        ("© Neuer Anzeiger. Alle Rechte vorbehalten.", "Neuer Anzeiger"),
        ("This text was written with AI. DailyWire uses AI for a translation that is edited.",
         "DailyWire"),
        ("We use AI for a translation that is edited by people.", None),
        ("© Jane Doe", None),
        ("© 2024 AFP. All rights reserved.", None),
        ("Source: The Herald", None),
        (f"{HEAD} - The Herald\n© 2024 The Courier", None),
    ],
)  # fmt: skip
def test_the_outlet_that_names_itself(line, outlet):
    assert told(f"{HEAD}\n{BODY}\n{line}")["outlet"] == outlet


def test_a_photographers_copyright_above_the_article_names_no_outlet():
    assert told(f"{HEAD}\n© 2024 Jane Doe\n{BODY}")["outlet"] is None


def test_what_is_given_wins():
    text = f"{HEAD}\nBy Jane Doe\n12 May 2024\n{BODY}\nSource: dpa\n© 2024 The Courier"
    given_ = {
        "title": "T",
        "byline": "B",
        "agency": "AFP",
        "outlet": "O",
        "published": pd.Timestamp("2020-01-01", tz="UTC"),
        "published_precision": "year",
    }
    found = told(text, **given_)
    assert {key: found[key] for key in given_} == given_


def test_of_the_five_articles(story):
    known = story.articles.set_index("article_id")
    assert known["outlet"].isna().to_dict() == {
        "000": True, "001": False, "002": False, "003": False, "004": True,
    }  # fmt: skip
    assert known["agency"].dropna().to_dict() == {"004": "AFP"}
    assert known["published"].dt.date.astype(str)["004"] == "2025-11-15"
    assert "AFP" in set(story.links.query("depth == 1")["source"])


def test_the_five_articles_without_their_manifest(articles):
    bare = load(articles[["article_id", "text"]])[0]
    known = annotate(bare, progress=False).articles.set_index("article_id")
    assert known["outlet"].dropna().to_dict() == {
        "001": "FashionUnited", "002": "Reportify", "003": "FashionUnited",
    }  # fmt: skip
    days = known["published"].dropna().dt.date.astype(str).to_dict()
    assert days == {"002": "2025-11-16", "004": "2025-11-15"}
    assert known["byline"].isna().all()


def test_metadata_come_from_the_cache_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    rows = pd.DataFrame({"article_id": ["x"], "text": [f"{HEAD}\ndpa - 3. Mai 2024\n{BODY}"]})
    first, second = (annotate(load(rows)[0], progress=False) for _ in range(2))
    assert second.articles["agency"].tolist() == ["dpa"]
    pd.testing.assert_frame_equal(first.articles, second.articles)


LINES = [HEAD, BODY, "12 May 2024", "By Jane Doe", "(dpa)", "© 2024 X", "来源：新华社", "", "AP - "]


@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), max_size=8))
def test_what_is_found_stands_in_the_text(parts):
    text = "\n".join(parts)
    if text.strip():
        found = told(text)
        for key in ("title", "byline", "outlet"):
            assert found[key] is None or found[key] in text
