"""Blocks and sentences: what is what in an article, with nothing lost."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.blocks import blocks, title
from helpers.sentences import paragraph, sentences
from helpers.tables import ANALYSED, BLOCK_KINDS, analysed

PARAGRAPH = (
    "The city council voted on Monday to close the old bridge for two years, although the traders "
    "of the quarter had asked for a ferry and a shorter closure."
)


def made(text: str, **given_: object) -> pd.DataFrame:
    return blocks(pd.DataFrame([{"article_id": "x", "text": text, "language": "en"} | given_]))


def kinds(text: str, **given_: object) -> list[tuple[str, str]]:
    rows = made(text, **given_)
    return [(r.kind, r.text.strip()) for r in rows.itertuples()]


def test_headline_label_dateline_and_body():
    text = f"Local\n\nOld bridge to close for two years\n12 May 2024, 10:15\n\n{PARAGRAPH}\n"
    assert [k for k, _ in kinds(text)] == ["navigation", "headline", "dateline", "body"]


def test_a_headline_in_chinese_counts_characters():
    body = "市议会周一投票决定将这座老桥关闭两年，商户们此前要求提供渡轮并缩短关闭时间。"
    rows = kinds(f"老桥将关闭两年以便全面维修\n{body}", language="zh")
    assert [k for k, _ in rows] == ["headline", "body"]


def test_what_follows_a_link_to_other_stories_is_a_teaser():
    rows = kinds(
        f"Bridge news of today is bad\n{PARAGRAPH}\nRead more:\nA cat was found\n{PARAGRAPH[::-1]}"
    )
    assert [k for k, _ in rows] == ["headline", "body", "navigation", "teaser", "teaser"]


def test_a_link_to_other_stories_above_the_article_hides_nothing():
    rows = kinds(f"Top stories\nOld bridge to close for years\n{PARAGRAPH}")
    assert [k for k, _ in rows] == ["navigation", "headline", "body"]


def test_a_lead_printed_twice_counts_once():
    longer = PARAGRAPH + " The mayor was not there and will speak on Tuesday."
    rows = kinds(f"Old bridge to close for years\n{PARAGRAPH}\n{longer}")
    assert [k for k, _ in rows] == ["headline", "teaser", "body"]


def test_two_paragraphs_that_begin_alike_are_both_kept():
    other = (
        PARAGRAPH[:60] + "keep everything as it was, against the advice of every engineer in town."
    )
    assert [k for k, _ in kinds(f"{PARAGRAPH}\n{other}")] == ["body", "body"]


@pytest.mark.parametrize(
    "line",
    [
        "This article was translated with the help of AI.",
        "Dieser Beitrag wurde automatisch übersetzt.",
        "Questions? Write to desk@example.org",
        "All rights reserved.",
        "本文由机器翻译",
    ],
)
def test_notices_are_kept_out(line):
    assert kinds(f"{PARAGRAPH}\n{line}")[-1] == ("notice", line)


def test_captions_and_what_stands_between_them():
    text = f"Photo: A bridge\nThe old bridge\nImage: Agency\n{PARAGRAPH}"
    assert [k for k, _ in kinds(text)] == ["caption", "caption", "caption", "body"]


def test_a_given_title_names_the_headline():
    rows = made(f"{PARAGRAPH}\nBridge shut\n{PARAGRAPH[::-1]}", title="Bridge shut")
    assert title(rows)["x"] == "Bridge shut"


def test_one_line_is_one_body():
    assert kinds("Fire!") == [("body", "Fire!")]


def test_kept_out_of_the_five_articles(story):
    """What a reader sees at a glance to be no part of the story, and what is part of it."""
    out = story.blocks[~story.blocks["kind"].isin(ANALYSED)]
    gone = "\n".join(out["article_id"] + " " + out["text"])
    for sign in (
        "Lies das als nächstes",
        "Luma AI hat",
        "Halbleiter ETF",
        "mithilfe von digitalen Tools",
        "info@fashionunited.com",
        "ODER ANMELDEN",
        "Reportify",
        "Bei Jing Ri Bao",
        "Image: Alibaba",
        "ttn-12",
        "email",
        "Brennpunkte",
        "Bild: AFP",
        "Alibaba-Zentrale",
        "Merz macht",
        "Netzagentur",
        "Mehr",
        "'technische Unterstützung''",
    ):
        assert sign in gone
    kept = analysed(story.blocks)
    assert list(kept.groupby("article_id").size()) == [11, 11, 12, 10, 7]
    assert set(title(story.blocks).index) == {"000", "001", "002", "004"}


texts = st.lists(
    st.one_of(
        st.sampled_from(
            [PARAGRAPH, "Mehr", "Read more:", "", " ", "\t", "Photo: x", "12 May 2024"]
        ),
        st.text(max_size=60),
    ),
    max_size=8,
).map("\n".join)


@given(texts.filter(str.strip))
def test_blocks_part_the_text_and_sentences_lie_in_them(text):
    rows = made(text)
    assert "".join(rows["text"]) == text
    assert list(rows["end"])[:-1] == list(rows["start"])[1:]
    assert set(rows["kind"]) <= set(BLOCK_KINDS)
    assert rows["reason"].str.len().gt(0).all()
    found = sentences(rows)
    assert all(text[s.start : s.end] == s.text for s in found.itertuples())
    assert (found["text"].str.strip() == found["text"]).all()
    assert found["sentence_id"].is_unique
    assert found["start"].is_monotonic_increasing
    left = list(text)
    for s in found.itertuples():
        left[s.start : s.end] = "".join(" " for _ in s.text)
    assert not "".join(left).strip()


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("de", "Am 15. November um 9 Uhr sprach Dr. Klug. Er ging z. B. nach Hause.", 2),
        ("de", "Er sagte: „Das ist falsch. Wir gehen nicht.“ Dann ging er.", 2),
        ("en", "The U.S. government met Mr. Smith at 3 p.m. He left.", 2),
        ("en", "“We know. We go.” He left.", 2),
        ("zh", "他说：“我们不知道。我们走了。”然后离开。真的吗？", 3),
    ],
)
def test_sentences_of_three_languages(language, text, count):
    assert len(sentences(made(text, language=language).assign(language=language))) == count


def test_the_paragraph_of_a_sentence():
    assert list(paragraph(pd.Series(["a:p03s01", "a:p03s12"]))) == ["a:p03", "a:p03"]
