"""Sentences of three languages against boundaries marked by hand (``¦`` in ``tests/sentences``)."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.blocks import blocks
from helpers.sentences import sentences

MARKED = Path(__file__).parent / "sentences"


def split(text: str, language: str) -> list[str]:
    whole = {"article_id": "x", "start": 0, "end": len(text), "kind": "body", "text": text}
    return list(sentences(pd.DataFrame([whole | {"language": language}]))["text"])


@pytest.mark.parametrize(("language", "floor"), [("de", 27), ("en", 29), ("zh", 26)])
def test_whole_lines_split_as_marked(language, floor):
    lines = (MARKED / f"{language}.txt").read_text("utf-8").splitlines()
    assert len(lines) >= 25
    joint = "" if language == "zh" else " "
    wrong = [line for line in lines if split(line.replace("¦", joint), language) != line.split("¦")]
    assert len(lines) - len(wrong) >= floor, wrong


def test_a_list_mark_is_no_part_of_the_sentence():
    assert split("  • The bridge is shut. It rains.\n", "en") == [
        "The bridge is shut.",
        "It rains.",
    ]
    assert split("-5 degrees were measured.", "en") == ["-5 degrees were measured."]
    assert split("–", "en") == ["–"]


def test_a_sentence_starts_clean_after_a_reference_and_a_heading():
    text = (
        "Main Point - The council wants to close the bridge for two years, the traders say [1]. "
        "Part 1: What They Ask - The traders ask for a ferry [1]. - The council has no money for a "
        "ferry [2] and says so [3]."
    )
    rows = blocks(pd.DataFrame([{"article_id": "x", "text": text, "language": "en"}]))
    assert list(sentences(rows.query("kind == 'body'"))["text"]) == [
        "The council wants to close the bridge for two years, the traders say",
        "The traders ask for a ferry",
        "The council has no money for a ferry [2] and says so",
    ]


@given(
    st.text(alphabet="Aa b.”“。！？』no.May 2•-\n他说", max_size=60),
    st.sampled_from(["de", "en", "zh"]),
)
def test_nothing_but_space_and_list_marks_is_lost(text, language):
    joined = "".join("".join(split(text, language)).split())
    bare = "".join(text.split())
    assert joined == bare or joined == bare[1:]
