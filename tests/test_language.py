"""Languages: told from few words, left open where there is nothing to tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.language import detect, words


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Er sagte, dass es regnet.", "de"),
        ("The minister said that it rained.", "en"),
        ("外交部发言人周五作出回应。", "zh"),
        ("外交部發言人週五作出回應。", "zh"),
        ("Le président a déclaré mardi que la France resterait.", "fr"),
        ("Alibaba 的 Qwen 模型很受欢迎", "zh"),
        ("The Qwen model (千问) is popular with many developers in Germany.", "en"),
    ],
)
def test_languages_of_short_texts(text, language):
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "One.", "ttn-12", "2025-11-16 09:05", "😀😀😀", "中国"])
def test_too_little_to_tell_takes_the_default(text):
    assert detect(text) is None
    assert detect(text, "de") == "de"


@given(st.text(max_size=200))
def test_any_text_has_a_language_or_none(text):
    code = detect(text)
    assert code is None or 2 <= len(code) <= 3


@pytest.mark.parametrize(
    ("text", "count"), [("", 0), ("two words", 2), ("阿里千问", 4), ("Qwen 千问 2", 4), ("— …", 0)]
)
def test_words_count_chinese_characters_one_by_one(text, count):
    assert words(text) == count
