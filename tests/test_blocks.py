"""Blocks and sentences: what is what in an article, with nothing lost."""

import re

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


def test_an_article_goes_on_after_a_link_between_its_paragraphs():
    other = "The mayor was not there and will speak to the traders on Tuesday evening."
    text = f"{PARAGRAPH}\nRead more:\nA cat was found\n{other}\n{PARAGRAPH[4:]}\nRelated\nMore cats"
    assert [k for k, _ in kinds(text)] == [
        "body", "navigation", "teaser", "body", "body", "navigation", "teaser",
    ]  # fmt: skip
    one = f"{PARAGRAPH}\nRead more: A cat was found\n{other}"
    assert [k for k, _ in kinds(one)] == ["body", "navigation", "body"]


WRAPPED = """The council of the town voted on Monday evening to close the old
bridge for two years, although the traders of the quarter had asked
for a ferry and a shorter closure. The mayor was not there and will
speak to them on Tuesday.
A second report on the state of the piers is due in the autumn, as
the engineer of the town said in the same meeting of the council.
"""


def test_the_lines_of_a_hard_wrapped_paragraph_are_one_block():
    rows = made(WRAPPED)
    assert [len(text.split("\n")) - 1 for text in rows["text"]] == [4, 2]
    apart = made(WRAPPED.replace("Tuesday.\n", "Tuesday.\n\n"))
    assert len(apart) == 2


def test_a_list_of_short_lines_is_not_hard_wrapped():
    text = "\n".join(["The ferry ran on Monday.", "The bridge was shut.", "It rained a lot."] * 3)
    assert len(made(text)) == 9


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (f"Group 1: What They Say - {PARAGRAPH} {PARAGRAPH}", ["Group 1: What They Say -"]),
        (f"{PARAGRAPH} Teil 2: Was nun folgt - {PARAGRAPH}", ["Teil 2: Was nun folgt -"]),
        (f"Core Viewpoint - {PARAGRAPH} {PARAGRAPH}", ["Core Viewpoint -"]),
        (f"{PARAGRAPH} The mayor - who was ill - did not come. {PARAGRAPH}", []),
        (f"{PARAGRAPH} Anna Berg - Mayor of the town - did not come. {PARAGRAPH}", []),
        (f"{PARAGRAPH} They met at 10: all was well - Nobody left. {PARAGRAPH}", []),
    ],
)
def test_headings_within_a_paragraph(text, cut):
    assert [t for k, t in kinds(text) if k == "heading"] == cut


@pytest.mark.parametrize(
    ("end", "cut"),
    [
        (" [1]. It rained.", ["[1]."]),
        (". [1] [2] It rained.", ["[1] [2]"]),
        (" [1].", ["[1]."]),
        (" [1] and it rained.", []),
        (', "so we go [1]. And we stay," he said.', []),
        (" in [sic] the rain.", []),
    ],
)
def test_reference_numbers_at_a_sentences_end(end, cut):
    rows = kinds(PARAGRAPH[:-1] + end)
    assert [t for k, t in rows if k == "navigation"] == cut


@pytest.mark.parametrize(
    ("opening", "language"),
    [
        ("Berlin/Warschau (dts Nachrichtenagentur) - ", "de"),
        ("Frankfurt am Main (dpa/lhe) – ", "de"),
        ("WASHINGTON (AP) — ", "en"),
        ("LONDON, Nov. 16 (Reuters) -- ", "en"),
        ("PARIS — ", "en"),
        ("Berlin (Deutschland), 24.01.2005 – ", "de"),
    ],
)
def test_a_dateline_opens_the_first_paragraph(opening, language):
    assert kinds(opening + PARAGRAPH, language=language) == [
        ("dateline", opening.strip()),
        ("body", PARAGRAPH),
    ]


@pytest.mark.parametrize("opening", ["The bridge (old) - ", "NATO — ", "Anna Berg - "])
def test_what_is_no_dateline(opening):
    text = f"{PARAGRAPH}\n{opening}{PARAGRAPH}"
    assert "dateline" not in [k for k, _ in kinds(text)]


def test_a_pull_quote_counts_once():
    said = "“We will not take the ferry.”"
    rows = kinds(
        f"{PARAGRAPH}\nA trader spoke up: {said} Then she left the room.\n{said}\n{PARAGRAPH[4:]}"
    )
    assert [k for k, _ in rows] == ["body", "body", "teaser", "body"]


def test_a_paragraph_that_begins_like_the_headline_stays():
    head = "The old bridge will close"
    rows = kinds(f"{head}\n{PARAGRAPH}\n{head} in May, and it opens again in two years, they said.")
    assert [k for k, _ in rows] == ["headline", "body", "body"]


def test_a_standfirst_stands_between_headline_and_author():
    lead = "The council was split, and the traders are angry at the mayor."
    rows = kinds(f"Old bridge to close for years\n{lead}\nBy Jane Doe\n{PARAGRAPH}")
    assert [k for k, _ in rows] == ["headline", "standfirst", "byline", "body"]


@pytest.mark.parametrize("head", ["Von der Leyen reist nach Kiew", "Von Trump bis Putin"])
def test_a_headline_that_begins_like_a_byline(head):
    assert kinds(f"{head}\n{PARAGRAPH}", language="de")[0][0] == "headline"


def test_speech_that_sounds_like_a_notice_is_speech():
    said = '"We use cookies in our cake, and nobody has ever complained," said the baker.'
    assert kinds(f"{PARAGRAPH}\n{said}")[1] == ("body", said)


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
            [
                PARAGRAPH,
                PARAGRAPH + " [1]. - " + PARAGRAPH,
                "Part 1: A - " + PARAGRAPH,
                WRAPPED,
                "BERLIN (dpa) - " + PARAGRAPH,
                "  • " + PARAGRAPH,
                "Mehr",
                "Read more:",
                "",
                " ",
                "\t",
                "Photo: x",
                "12 May 2024",
                "About the author",
            ]  # fmt: skip
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
    left = list(re.sub(r"(?m)^(\s*)[•*–-](?=\s)", r"\1 ", text))  # a list mark opens no sentence
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
