"""Words and patterns: found as typed, told what is wrong, stopped where they would run for ages."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import keywords
from helpers.keywords import PatternError, holding, in_context


@pytest.mark.parametrize("pattern", ["(", "[a", "*", r"\p{Nothing}", "a*", "(?P<n", ""])
def test_what_is_no_pattern_is_told(pattern):
    with pytest.raises(PatternError, match="no regular expression|found everywhere"):
        holding(["text"], pattern, pattern=True)


def test_a_pattern_that_runs_for_ages_is_stopped(monkeypatch):
    monkeypatch.setattr(keywords, "PATIENCE", 0.2)
    texts = ["a" * 40 + "!"] * 3
    with pytest.raises(PatternError, match="repeats within repeats"):
        holding(texts, r"(a|a|b?a)+$", pattern=True)
    with pytest.raises(PatternError, match="repeats within repeats"):
        in_context(pd.DataFrame({"text": texts}), r"(a|a|b?a)+$", pattern=True)


def test_upper_and_lower_case_are_one_in_every_script():
    texts = ["Der ÄRGER wächst.", "Nichts.", "新闻发言人"]
    assert holding(texts, "ärger") == [True, False, False]
    assert holding(texts, r"\bärger\b", pattern=True) == [True, False, False]
    assert holding(texts, r"\p{Han}{3}", pattern=True) == [False, False, True]


@given(st.text(max_size=30), st.text(min_size=1, max_size=3))
def test_words_are_no_pattern(text, words):
    assert holding([f"{text}{words}{text}"], words) == [True]
    if words.casefold() == words and words not in text.casefold() and text.isascii():
        assert holding([text], words) == [False]


@given(st.lists(st.text(alphabet="ab \n", max_size=30), max_size=4))
def test_each_place_stands_with_its_sides(texts):
    rows = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    found = in_context(rows, "ab")
    assert len(found) == sum(text.count("ab") for text in texts)
    for place in found.itertuples():
        text = texts[place.row]
        assert text[place.start : place.end] == place.found == "ab"
        assert text[: place.start].replace("\n", " ").endswith(place.left)
        assert text[place.end :].replace("\n", " ").startswith(place.right)


def test_no_more_places_than_asked_for():
    assert len(in_context(pd.DataFrame({"text": ["ab" * 50]}), "ab", limit=7)) == 7
