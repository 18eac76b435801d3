"""Names of spans: made-up texts in three languages, and text made to break the rules."""

import re
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.names import known, lookup, unnamed
from helpers.naming import name
from helpers.tables import LABELS, frame, named
from helpers.wordlists import wordlist

Marks = dict[str, str]


def lines(*texts: str, language: str = "en", article: str = "a") -> pd.DataFrame:
    rows, start = [], 0
    for number, text in enumerate(texts, 1):
        place = {"start": start, "end": start + len(text), "text": text}
        ids = {"article_id": article, "sentence_id": f"{article}:p01s{number:02d}"}
        rows.append(ids | place | {"kind": "body", "language": language})
        start += len(text) + 1
    return frame(rows, "sentences")


def marked(sentences: pd.DataFrame, marks: Marks) -> pd.DataFrame:
    """Mark the first place where each form stands, as a tagger would."""
    rows = []
    for form, label in marks.items():
        whole = re.compile(re.escape(form) + r"(?![a-z])")
        line, hit = next((s, h) for s in sentences.itertuples() if (h := whole.search(s.text)))
        start = line.start + hit.start()
        place = {"article_id": line.article_id, "sentence_id": line.sentence_id}
        place |= {"start": start, "end": start + len(form), "text": form}
        rows.append(place | {"label": label, "confidence": 0.9})
    return pd.DataFrame(rows)


def told(marks: Marks, *texts: str, language: str = "en") -> list[tuple[str, str, str]]:
    """Give text, entity_id and rule of every mention."""
    sentences = lines(*texts, language=language)
    rows = name(marked(sentences, marks), sentences)
    return list(zip(rows["text"], rows["entity_id"], rows["how"], strict=True))


@pytest.mark.parametrize(
    ("language", "marks", "texts", "expected"),
    [
        # a tagger's compound gives the name in it, unless the compound is a name of its own
        ("de", {"Quarzon-Konzern": "ORG"}, ["Der Quarzon-Konzern wächst."],
         [("Quarzon", "de:Quarzon", "head")]),
        ("de", {"Alibaba-Konzern": "ORG"}, ["Der Alibaba-Konzern wächst."],
         [("Alibaba", "alibaba", "alias")]),
        ("de", {"Berlin-Stiftung": "ORG"}, ["Die Berlin-Stiftung hilft."],
         [("Berlin-Stiftung", "de:Berlin-Stiftung", "head")]),
        # found again: genitive, compound, before and after; a word that is mostly not marked is not
        ("de", {"Quarzon": "ORG"}, ["Quarzons Chef ging.", "Quarzon schwieg.", "Das Quarzon-Werk."],
         [("Quarzons", "de:Quarzon", "repeat"), ("Quarzon", "de:Quarzon", "head"),
          ("Quarzon", "de:Quarzon", "repeat")]),
        ("de", {"Wende": "MISC"}, ["Die Wende kam.", "Wende um Wende.", "Keine Wende."],
         [("Wende", "de:Wende", "head")]),
        # one group: genitive, capitals, legal form
        ("en", {"Norvane Ltd.": "ORG", "NORVANE": "ORG"}, ["NORVANE RISES", "Norvane Ltd. rose."],
         [("NORVANE", "en:Norvane", "head"), ("Norvane Ltd.", "en:Norvane", "head")]),
        # acronyms in brackets
        ("de", {"Wetterkammer Nord": "ORG"},
         ["Die Wetterkammer Nord (WKN) warnt.", "Laut WKN regnet es."],
         [("Wetterkammer Nord", "de:Wetterkammer Nord", "head"),
          ("WKN", "de:Wetterkammer Nord", "repeat"), ("WKN", "de:Wetterkammer Nord", "repeat")]),
        ("zh", {"山水时报": "ORG"}, ["《山水时报》(SST)报道。", "SST否认。"],
         [("山水时报", "zh:山水时报", "head"), ("SST", "zh:山水时报", "repeat"),
          ("SST", "zh:山水时报", "repeat")]),
        ("de", {"Ada Voss": "PER"}, ["Ada Voss (CDU) sprach."],
         [("Ada Voss", "de:Ada Voss", "head"), ("CDU", "cdu", "alias")]),
        # surnames: of one person, of two, of somebody else than the famous one
        ("en", {"Ada Voss": "PER", "Voss": "PER"}, ["Ada Voss came.", "Later Voss left."],
         [("Ada Voss", "en:Ada Voss", "head"), ("Voss", "en:Ada Voss", "repeat")]),
        ("en", {"Ada Voss": "PER", "Ben Voss": "PER"}, ["Ada Voss met Ben Voss.", "Voss left."],
         [("Ada Voss", "en:Ada Voss", "head"), ("Ben Voss", "en:Ben Voss", "head")]),
        ("en", {"Max Merkel": "PER"}, ["Max Merkel came.", "Then Merkel left."],
         [("Max Merkel", "en:Max Merkel", "head"), ("Merkel", "en:Max Merkel", "repeat")]),
        # codes are the same in every language
        ("zh", {}, ["该组织称为XQ-77。"], [("XQ-77", "code:XQ-77", "code")]),
        ("de", {}, ["Die Gruppe XQ-77 und das B2B-Geschäft 2024-11."],
         [("XQ-77", "code:XQ-77", "code")]),
        # scripts
        ("zh", {"陳美麗": "PER"}, ["陳美麗說。", "阿里巴巴集團否認。"],
         [("陳美麗", "zh:陈美丽", "head"), ("阿里巴巴集團", "alibaba", "alias")]),
        ("zh", {}, ["许多法国人和法国公司"], [("法国", "territory-fr", "alias")]),
        # places that count only where they are marked; a person is no country
        ("de", {"Taschkent": "LOC"}, ["In Taschkent."], [("Taschkent", "tashkent", "alias")]),
        ("de", {"Amerikaner": "LOC"}, ["Die Amerikaner."],
         [("Amerikaner", "territory-us", "alias")]),
        ("de", {}, ["Die Amerikaner in Taschkent."], []),
        ("en", {"Jordan": "PER"}, ["Jordan scored."], [("Jordan", "en:Jordan", "head")]),
        # what is listed as no name is none, what is listed as several is not one of them
        ("de", {"KI": "ORG"}, ["Die KI wächst."], []),
        ("en", {"Georgia": "LOC"}, ["In Georgia."], [("Georgia", "en:Georgia", "head")]),
        ("en", {"Qwen model": "MISC"}, ["The Qwen model won."], [("Qwen", "qwen", "alias")]),
        ("en", {"Alibaba’s": "ORG"}, ["Alibaba’s app"], [("Alibaba", "alibaba", "alias")]),
    ],
)  # fmt: skip
def test_names(language: str, marks: Marks, texts: list[str], expected: list) -> None:
    sentences = lines(*texts, language=language)
    spans = marked(sentences, marks) if marks else frame([], "mentions")
    rows = named(name(spans, sentences))
    assert list(zip(rows["text"], rows["entity_id"], rows["how"], strict=True)) == expected


@pytest.mark.parametrize(
    ("language", "marks", "texts", "expected"),
    [
        ("de", {"Norvane": "ORG", "Ada Voss": "PER"},
         ["Der E-Commerce-Riese Norvane lobte Ada Voss.", "Der Riese wächst."],
         [("Der Riese", "de:Norvane")]),
        ("de", {"Norvane": "ORG", "Morgenblatt": "ORG"},
         ["Der Konzern Norvane verklagt das Morgenblatt.", "Die Zeitung schweigt.",
          "Das Unternehmen klagt."],
         [("Die Zeitung", "de:Morgenblatt"), ("Das Unternehmen", "de:Norvane")]),
        # two companies: nothing is guessed
        ("en", {"Norvane": "ORG", "Quarzon": "ORG"},
         ["Norvane sued Quarzon.", "The company lost."], []),
        ("en", {"Norvane": "ORG"},
         ["Norvane, the Chinese e-commerce giant, denied it.", "The giant's shares fell."],
         [("The giant", "en:Norvane")]),
        ("en", {"Norvane": "ORG"}, ["Norvane fell.", "The company spokesman spoke."], []),
        ("zh", {"诺万": "ORG"}, ["电商巨头诺万否认。", "该公司称没有。"], [("该公司", "zh:诺万")]),
        ("zh", {"王小明": "PER"}, ["外交部发言人王小明出席。", "发言人表示不清楚。"],
         [("发言人", "zh:王小明")]),
        # persons: role, pronoun, gender, somebody without a name in between
        ("de", {"Anna Blum": "PER"},
         ["Sprecherin Anna Blum kam.", "Die Sprecherin ging.", "Sie blieb."],
         [("Die Sprecherin", "de:Anna Blum"), ("Sie", "de:Anna Blum")]),
        ("de", {"Anna Blum": "PER"}, ["Sprecherin Anna Blum kam.", "Er blieb."], []),
        ("de", {"Ben Kahl": "PER"}, ["Sprecher Ben Kahl kam.", "Ein Sprecher der Bank ging.",
                                     "Der Sprecher schwieg."], []),
        ("en", {"Ben Kahl": "PER"}, ["Ben Kahl came.", "He left."], [("He", "en:Ben Kahl")]),
        ("en", {"Ben Kahl": "PER", "Ada Voss": "PER"}, ["Ben Kahl met Ada Voss.", "He left."], []),
        ("en", {"Ben Kahl": "PER", "Ada Voss": "PER"},
         ["Mr Ben Kahl met Ms Ada Voss.", "She left."], [("She", "en:Ada Voss")]),
        ("en", {"Ben Kahl": "PER"}, ["Ben Kahl and a lawyer came.", "He left."], []),
        ("en", {"Ben Kahl": "PER"}, ["“Ben Kahl is late,” he said."], []),
        ("en", {"Ben Kahl": "PER"}, ["Ben Kahl came.", "“He is late.”"], []),
        ("zh", {"王小明": "PER"}, ["王小明来了。", "他说其他人走了。"], [("他", "zh:王小明")]),
    ],
)  # fmt: skip
def test_roles_and_pronouns(language: str, marks: Marks, texts: list, expected: list) -> None:
    found = told(marks, *texts, language=language)
    assert [(t, i) for t, i, how in found if how in ("role", "pronoun")] == expected


def test_one_label_for_a_form_in_an_article() -> None:
    sentences = lines("Quarzon rose.", "Then Quarzon fell.", "Quarzon again.")
    spans = pd.concat(
        marked(sentences[sentences["sentence_id"] == f"a:p01s0{n}"], {"Quarzon": label})
        for n, label in ((1, "ORG"), (2, "LOC"), (3, "ORG"))
    )
    rows = name(spans, sentences)
    assert rows["label"].tolist() == ["ORG"] * 3
    assert rows["confidence"].tolist() == [0.9] * 3


def test_a_span_that_is_not_in_its_sentence_is_refused() -> None:
    sentences = lines("Quarzon rose.", "It fell.")
    spans = marked(sentences, {"Quarzon": "ORG"}).assign(end=99)
    with pytest.raises(ValueError, match="a:p01s01: no span is 0-99"):
        name(spans, sentences)
    with pytest.raises(ValueError, match="FIRM"):
        name(marked(sentences, {"Quarzon": "FIRM"}), sentences)


def test_unnamed_lists_the_commonest_first() -> None:
    sentences = lines("Norvane and Quarzon and China.", "Norvane, the company.", "The company.")
    rows = unnamed(name(marked(sentences, {"Norvane": "ORG", "Quarzon": "ORG"}), sentences))
    assert rows.to_dict("records") == [
        {"form": "Norvane", "label": "ORG", "language": "en", "n": 2, "articles": 1,
         "sentence_id": "a:p01s01"},
        {"form": "Quarzon", "label": "ORG", "language": "en", "n": 1, "articles": 1,
         "sentence_id": "a:p01s01"},
    ]  # fmt: skip
    assert unnamed(frame([], "mentions")).empty


def test_metonyms_are_known_and_kept_apart() -> None:
    rows = wordlist("metonyms")
    ids = {n.entity_id for code in ("de", "en", "zh") for n in known(code).names.values() if n}
    assert set(rows["entity_id"]) <= ids
    assert set(rows["stands_for"]) <= ids
    assert not rows["entity_id"].duplicated().any()
    assert not set(rows["entity_id"]) & set(rows["stands_for"])


def test_every_capital_is_one_entity_in_three_languages() -> None:
    for forms in (("Kiew", "Kyiv", "基辅"), ("Taschkent", "Tashkent", "塔什干"),
                  ("Mexiko-Stadt", "Mexico City", "墨西哥城")):  # fmt: skip
        pairs = zip(forms, ("de", "en", "zh"), strict=True)
        ids = {found.entity_id for form, code in pairs if (found := lookup(form, code, "LOC"))}
        assert len(ids) == 1, (forms, ids)


# fmt: off
PIECES = st.sampled_from([
    "Norvane", "NORVANE", "Norvanes", "Ada Voss", "Voss", "Der Konzern", "er", "he", "该公司", "他",
    "王小明", "發言人", "(FT)", "F-35", "Alibaba-Konzern", "‘", "“", "”", "\0", "😀", "שלום", "İ",
    "的", "the company", "spokesman", ",", ".",
]) | st.text(max_size=4)
# fmt: on
TEXTS = st.lists(st.lists(PIECES, max_size=9).map(" ".join), min_size=1, max_size=4)
CUTS = st.lists(
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.sampled_from(LABELS), st.floats(0, 1)),
    max_size=6,
)


def cut(sentences: pd.DataFrame, cuts: list) -> pd.DataFrame:
    """Mark stretches of the text that do not overlap, wherever they fall."""
    rows, taken = [], {}
    for number, (place, share, label, confidence) in enumerate(cuts):
        line = sentences.iloc[number % len(sentences)]
        start = int(place * len(line["text"]))
        end = min(len(line["text"]), start + 1 + int(share * 12))
        spans = taken.setdefault(line["sentence_id"], [])
        if start < end and all(end <= a or b <= start for a, b in spans):
            spans.append((start, end))
            ids = {"article_id": line["article_id"], "sentence_id": line["sentence_id"]}
            place = {"start": line["start"] + start, "end": line["start"] + end}
            rows.append(ids | place | {"label": label, "confidence": confidence})
    columns = ["article_id", "sentence_id", "start", "end", "label", "confidence"]
    return pd.DataFrame(rows, columns=columns)


@settings(max_examples=150, deadline=None)
@given(TEXTS, CUTS, st.sampled_from(["de", "en", "zh", "ar"]), st.randoms(use_true_random=False))
def test_any_text_and_any_spans(texts: list, cuts: list, language: str, random: Random) -> None:
    sentences = lines(*texts, language=language)
    spans = cut(sentences, cuts)
    rows = name(spans, sentences)
    whole = "\n".join(texts)
    places = list(zip(rows["start"], rows["end"], strict=True))
    assert [whole[a:b] for a, b in places] == rows["text"].tolist()
    names = named(rows)
    assert (names["start"].to_numpy()[1:] >= names["end"].to_numpy()[:-1]).all()
    assert rows["entity_id"].notna().all()
    assert rows["label"].isin(LABELS).all()
    assert rows["confidence"].between(0, 1).all()
    assert (rows.groupby("entity_id")[["entity", "label"]].nunique() == 1).all().all()
    seed = random.randint(0, 99)
    other = lines("Ada Voss came.", language=language, article="b")
    mixed = pd.concat([sentences, other]).sample(frac=1, random_state=seed)
    again = name(spans.sample(frac=1, random_state=seed), mixed)
    same = again[again["article_id"] == "a"].reset_index(drop=True)
    assert same.astype(str).equals(rows.astype(str))
