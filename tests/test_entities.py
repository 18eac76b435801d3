"""Mentions: known names are found whole, in their language, and nothing else is."""

import re
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.baselines.mentions import PRECISION
from helpers.entities import mentions
from helpers.forms import find, fold, pattern
from helpers.tables import LABELS, frame
from helpers.wordlists import folder, wordlist

ALIASES = wordlist("aliases").query("entity_id != ''")
NOISE = ["AI", "KI", "Mehr", "Bild", "und", "的", "x", "-", "’s", ".", " ", "\n", "“", "2", "İ"]
ARMY = "People's Liberation Army"


def sentences(*texts: str, language: str = "en", article: str = "001") -> pd.DataFrame:
    rows, start = [], 0
    for number, text in enumerate(texts, 1):
        place = {"start": start, "end": start + len(text), "text": text}
        names = {"article_id": article, "sentence_id": f"{article}:p01s{number:02d}"}
        rows.append(names | place | {"kind": "body", "language": language})
        start += len(text) + 1
    return frame(rows, "sentences")


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    rows = mentions(sentences(text, language=language))
    return list(zip(rows["text"], rows["entity"], strict=True))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Ein Sprecher des Alibaba-Konzerns", [("Alibaba", "Alibaba")]),
        ("de", "Alibabas Qwen-Modell", [("Alibabas", "Alibaba"), ("Qwen", "Qwen")]),
        ("de", "Alibaba's Modell", [("Alibaba", "Alibaba")]),
        ("de", "ein Memo des Weißen Hauses", [("Weißen Hauses", "White House")]),
        ("de", "Das Weiße Haus", [("Weiße Haus", "White House")]),
        ("de", "die größten US-Modelle", [("US", "United States")]),
        ("de", "an die Volksbefreiungsarmee", [("Volksbefreiungsarmee", ARMY)]),
        ("de", "Berlin/Warschau", [("Berlin", "Berlin"), ("Warschau", "Warsaw")]),
        ("de", "in den Niederlanden", [("Niederlanden", "Netherlands")]),
        ("de", "den Vereinigten Arabischen Emiraten",
         [("Vereinigten Arabischen Emiraten", "United Arab Emirates")]),
        ("de", "Mehr Bild KI Usa usa", []),
        ("en", "The White House said", [("White House", "White House")]),
        ("en", "TRUMP MEETS XI JINPING", [("TRUMP", "Donald Trump"), ("XI JINPING", "Xi Jinping")]),
        ("en", "the U.S.-China talks", [("U.S.", "United States"), ("China", "China")]),
        ("en", "Trumpism, AI, China’s", [("China", "China")]),
        ("en", "the People’s Liberation Army", [("People’s Liberation Army", ARMY)]),
        ("en", "Alibaba\nGroup", [("Alibaba\nGroup", "Alibaba")]),
        ("en", "in the state of Georgia", []),
        ("zh", "美国白宫称阿里巴巴的Qwen模型", [("美国", "United States"), ("白宫", "White House"),
                                  ("阿里巴巴", "Alibaba"), ("Qwen", "Qwen")]),
        ("zh", "中國人民解放軍否認", [("中國人民解放軍", ARMY)]),
        ("zh", "沿海地区的人工智能", []),
        ("fr", "Alibaba et la Maison Blanche", [("Alibaba", "Alibaba")]),
    ],
)  # fmt: skip
def test_names_are_found_whole(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text, language) == expected


def test_longest_name_wins() -> None:
    assert found("the Financial Times Deutschland") == [
        ("Financial Times Deutschland", "Financial Times Deutschland")
    ]
    assert find("Guinea-Bissau", pattern(["Guinea", "Guinea-Bissau"], "en"))[0].end == 13


def test_the_same_entity_in_every_language() -> None:
    texts = {"de": "in China mit Peking", "en": "in China with Beijing", "zh": "中国和北京"}
    rows = [mentions(sentences(t, language=code)) for code, t in texts.items()]
    assert [r["entity_id"].tolist() for r in rows] == [["territory-cn", "beijing"]] * 3
    assert [r["how"].tolist() for r in rows] == [["alias", "alias"]] * 3
    assert rows[0]["confidence"].tolist() == [PRECISION["alias"]] * 2


def test_offsets_are_the_articles() -> None:
    rows = mentions(sentences("No name here.", "Then Anthropic spoke."))
    assert rows[["sentence_id", "start", "end"]].to_numpy().tolist() == [["001:p01s02", 19, 28]]


def test_a_surname_repeats_only_after_the_full_name() -> None:
    rows = mentions(sentences("Huang came.", "Jensen Huang spoke.", "Later Huang left."))
    assert rows["how"].tolist() == ["alias", "repeat"]
    assert rows["sentence_id"].tolist() == ["001:p01s02", "001:p01s03"]
    assert rows["entity"].tolist() == ["Jensen Huang"] * 2
    german = mentions(sentences("Zhang Xiaorong sprach.", "Zhangs Wort gilt.", language="de"))
    assert german["text"].tolist() == ["Zhang Xiaorong", "Zhangs"]


def test_a_shared_surname_and_another_first_name_do_not_repeat() -> None:
    shared = mentions(sentences("Bill Clinton and Hillary Clinton met.", "Clinton spoke."))
    assert shared["how"].tolist() == ["alias", "alias"]
    other = mentions(sentences("Zhang Xiaorong spoke.", "Zhang Wei and Zhangjiakou did not."))
    assert other["how"].tolist() == ["alias"]


def test_a_full_name_does_not_reach_another_article() -> None:
    first = sentences("Jensen Huang spoke.")
    second = sentences("Huang left.", article="002")
    both = frame(pd.concat([first, second]), "sentences")
    assert mentions(both)["article_id"].tolist() == ["001"]


def test_only_analysed_blocks_count() -> None:
    rows = sentences("Alibaba denied.", "Alibaba again.")
    rows["kind"] = pd.Categorical(["teaser", "headline"])
    assert mentions(rows)["sentence_id"].tolist() == ["001:p01s02"]


def test_no_sentences_give_an_empty_table() -> None:
    empty = mentions(frame([], "sentences"))
    assert empty.empty
    assert empty.dtypes.equals(frame([], "mentions").dtypes)


PIECES = st.sampled_from([*ALIASES["alias"], *NOISE]) | st.text(max_size=4)
TEXTS = st.lists(PIECES, min_size=1, max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " ", "-"]).map(lambda glue: glue.join(parts))
)
SIGNS = "abB .-'阿里巴云"
LANGUAGES = st.sampled_from(["de", "en", "zh"])


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3), LANGUAGES)
def test_spans_hold_their_text_and_do_not_overlap(texts: list[str], language: str) -> None:
    rows = mentions(sentences(*texts, language=language))
    whole = "\n".join(texts)
    spans = zip(rows["start"], rows["end"], strict=True)
    assert [whole[a:b] for a, b in spans] == rows["text"].tolist()
    assert (rows["start"].to_numpy()[1:] >= rows["end"].to_numpy()[:-1]).all()
    assert (rows["start"] < rows["end"]).all()
    assert rows["entity_id"].str.fullmatch(r"[a-z0-9-]+").all()


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4), LANGUAGES, st.randoms(use_true_random=False))
def test_order_and_other_articles_do_not_matter(
    texts: list[str], language: str, random: Random
) -> None:
    article = sentences(*texts, language=language)
    other = sentences("Jensen Huang met Bill Clinton.", *reversed(texts), article="000")
    rows = frame(pd.concat([article, other]), "sentences")
    mixed = mentions(rows.sample(frac=1, random_state=random.randint(0, 99)))
    alone = mentions(article)
    same = mixed[mixed["article_id"] == "001"].reset_index(drop=True)
    assert same.astype(str).equals(alone.astype(str))


@settings(max_examples=150, deadline=None)
@given(st.sets(st.text(SIGNS, min_size=2, max_size=4), max_size=8), st.text(SIGNS))
def test_the_pattern_agrees_with_a_plain_search(forms: set[str], text: str) -> None:
    """The trie finds what trying every form at every place finds."""
    assume(all(f == f.strip() for f in forms))
    expected, place = [], 0
    while place < len(text):
        fits = [f for f in forms if text.startswith(f, place) and _stands_alone(text, place, f)]
        longest = max(fits, key=len, default="")
        if longest:
            expected.append((place, place + len(longest), longest))
        place += len(longest) or 1
    assert find(text, pattern(forms, "en")) == expected


def _stands_alone(text: str, start: int, form: str) -> bool:
    if not re.search("[A-Za-z]", form):
        return True
    around = text[start - 1 : start] + text[start + len(form) : start + len(form) + 1]
    return not re.search("[A-Za-z]", around)


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


HEADER = "entity_id,name,alias,language,label\n"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ("a,A,阿,zh,ORG\n", r"row 2 \('阿'\): the alias is shorter"),
        ("a,A,Aa,en,FIRM\n", "row 2 .*: the label is not"),
        ("a,A,Aa,en,ORG\na,B,Bb,en,ORG\n", "row 2 .*: the entity has another name"),
        ("a,A,Aa,en,ORG\nb,B,Aa,en,ORG\n", "row 3 .*: the alias stands twice"),
    ],
)
def test_a_wrong_alias_is_refused(
    rows: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "aliases.csv").write_text(HEADER + rows, encoding="utf-8")
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    with pytest.raises(ValueError, match=reason):
        mentions(sentences("Aa"))


def test_an_analysts_own_list_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "acme,Acme,Acme,,ORG\nterritory-us,America,US,,LOC\n,,Acme Street,,\n"
    (tmp_path / "aliases.csv").write_text(HEADER + rows, encoding="utf-8")
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    assert found("Acme on Acme Street, United States") == [
        ("Acme", "Acme"),
        ("United States", "America"),
    ]


def test_the_list_is_in_order() -> None:
    raw = (folder() / "aliases.csv").read_bytes()
    assert b"\r" not in raw
    raw.decode("utf-8")
    rows = wordlist("aliases")
    assert rows["entity_id"].is_monotonic_increasing
    assert set(ALIASES["label"]) <= set(LABELS)
    assert set(rows["language"]) <= {"", "de", "en", "zh"}
    assert ALIASES["entity_id"].str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()
    assert (rows["alias"] == rows["alias"].str.strip()).all()
