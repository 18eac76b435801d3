"""Who says what: sentences of our own in three languages, and text made to break the rules."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import annotate, load, naming
from helpers.attribution import described
from helpers.baselines.attribution import find
from helpers.cues import lexicon
from helpers.entities import mentions
from helpers.manner import source_kind, stance
from helpers.quotes import quotes
from helpers.sentences import sentences
from helpers.tables import MODES, SOURCE_KINDS, STANCES, frame
from helpers.wordlists import wordlist


def article(text: str) -> dict[str, object]:
    """Give the least that a row of the table articles needs."""
    return {"article_id": "a", "text": text, "words": 0}


def told(text: str, language: str, names: dict[str, str] | None = None) -> pd.DataFrame:
    """Attribute a text whose lines are body blocks; ``names`` are mentions with their labels."""
    return read(text, language, names)[2]


def read(
    text: str, language: str, names: dict[str, str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give sentences, mentions and attributions of a text."""
    blocks, at = [], 0
    for line in text.split("\n"):
        place = {"article_id": "a", "start": at, "end": at + len(line), "text": line}
        blocks.append(place | {"kind": "body", "language": language})
        at += len(line) + 1
    lines = sentences(frame(blocks, "blocks"))
    if names is None:
        return by_rules(text, lines, mentions(lines))
    spans = [
        {
            "sentence_id": line.sentence_id,
            "start": line.start + hit.start(),
            "end": line.start + hit.end(),
            "label": label,
            "confidence": 1.0,
        }
        for line in lines.itertuples()
        for form, label in names.items()
        for hit in re.finditer(re.escape(form), line.text)
    ]
    columns = ["sentence_id", "start", "end", "label", "confidence"]
    return by_rules(text, lines, naming.name(pd.DataFrame(spans, columns=columns), lines))


def by_rules(
    text: str, lines: pd.DataFrame, named: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give the rows of what the baseline finds: the layer is the same for every method."""
    found = described(find(text, lines, named), text, lines, named)
    return lines, named, frame(found, "attributions")


def only(text: str, language: str, names: dict[str, str] | None = None) -> pd.Series:
    """Give the one attribution of a text."""
    rows = told(text, language, names)
    assert len(rows) == 1, rows[["source", "content"]].to_dict("records")
    return rows.iloc[0]


# text; source; content; mode; stance; source kind
CASES = {
    "de": [
        ("„Das ist falsch“, sagte die Bürgermeisterin.", "die Bürgermeisterin", "„Das ist falsch“",
         "direct", "say", "person"),
        ("Ein Sprecher der Firma sagte am Montag: „Wir prüfen die Vorwürfe sehr genau.“",
         "Ein Sprecher der Firma", "„Wir prüfen die Vorwürfe sehr genau.“",
         "direct", "say", "person"),
        ("»Morgen wird es regnen«, so der Wetterdienst.", "der Wetterdienst",
         "»Morgen wird es regnen«", "direct", "say", "organisation"),
        ("Die Ministerin sagte, dass die Brücke sicher sei.", "Die Ministerin",
         "dass die Brücke sicher sei", "indirect", "say", "person"),
        ("Am Freitag erklärte der Konzern, er sei mit dem Fall „nicht vertraut“.", "der Konzern",
         "er sei mit dem Fall „nicht vertraut“", "mixed", "say", "organisation"),
        ("Laut der Behörde steigt das Wasser weiter.", "der Behörde", "steigt das Wasser weiter",
         "indirect", "say", "organisation"),
        ("Einem Bericht der Kommission zufolge fehlen 300 Lehrer.", "Einem Bericht der Kommission",
         "fehlen 300 Lehrer", "indirect", "say", "document"),
        ("Nach Angaben der Polizei wurde niemand verletzt.", "der Polizei",
         "wurde niemand verletzt", "indirect", "say", "organisation"),
        ("Wie die Agentur mitteilte, ist der Vertrag unterschrieben.", "die Agentur",
         "ist der Vertrag unterschrieben", "indirect", "say", "agency"),
        ("Die Bank hat den Bericht am Samstag dementiert.", "Die Bank", "den Bericht am Samstag",
         "reported", "deny", "organisation"),
        ("Der Botschafter wies die Vorwürfe zurück.", "Der Botschafter", "die Vorwürfe",
         "reported", "deny", "person"),
        ("Der Verein teilte am Abend mit, das Spiel falle aus.", "Der Verein",
         "das Spiel falle aus", "indirect", "say", "organisation"),
        ("In dem Gutachten heißt es, die Kosten seien zu hoch.", "dem Gutachten",
         "die Kosten seien zu hoch", "indirect", "say", "document"),
        ("Die Zeitung konnte nicht bestätigen, dass der Brief echt ist.", "Die Zeitung",
         "dass der Brief echt ist", "indirect", "doubt", "outlet"),
        ("Insider warnen, dass der Preis steigt.", "Insider", "dass der Preis steigt",
         "indirect", "warn", "unnamed"),
    ],
    "en": [
        ("“The claims are false,” a spokesperson for the company told reporters.",
         "a spokesperson for the company", "“The claims are false,”", "direct", "say", "person"),
        ("“We will appeal,” said the lawyer, “and we will win.”", "the lawyer",
         "“We will appeal,” said the lawyer, “and we will win.”", "direct", "say", "person"),
        ("The minister said that the bridge was safe.", "The minister",
         "that the bridge was safe", "indirect", "say", "person"),
        ("The newspaper said it was unable to verify the claims.", "The newspaper",
         "it was unable to verify the claims", "indirect", "say", "outlet"),
        ("According to the police, nobody was hurt.", "the police", "nobody was hurt",
         "indirect", "say", "organisation"),
        ("Two people were hurt, according to a report.", "a report", "Two people were hurt",
         "indirect", "say", "document"),
        ("The bank denied the report.", "The bank", "the report",
         "reported", "deny", "organisation"),
        ("On Friday the union announced that it would strike.", "the union",
         "that it would strike", "indirect", "announce", "organisation"),
        ("Jane Doe, a spokeswoman for the city, said the road is closed.",
         "Jane Doe, a spokeswoman for the city", "the road is closed", "indirect", "say", "person"),
        ("The mayor said on Friday he was tired.", "The mayor", "he was tired",
         "indirect", "say", "person"),
        ("People familiar with the matter said the deal was “almost done”.",
         "People familiar with the matter", "the deal was “almost done”",
         "mixed", "say", "unnamed"),
        ("The agency did not confirm that the letter was real.", "The agency",
         "that the letter was real", "indirect", "doubt", "organisation"),
        ("Users complained that the service was slow.", "Users", "that the service was slow",
         "indirect", "other", "crowd"),
    ],
    "zh": [
        ("外交部发言人林剑周五表示，中方对此不了解。", "外交部发言人林剑", "中方对此不了解",
         "indirect", "say", "person"),
        ("阿里巴巴否认了这一指控。", "阿里巴巴", "这一指控", "reported", "deny", "organisation"),
        ("据《金融时报》报道，该公司正在与对手谈判。", "《金融时报》", "该公司正在与对手谈判",
         "indirect", "say", "outlet"),
        ("“这完全是无稽之谈。”集团发言人对法新社说。", "集团发言人", "“这完全是无稽之谈。”",
         "direct", "say", "person"),
        ("据新华社11月15日报道，谈判将于下周重启。", "新华社", "谈判将于下周重启",
         "indirect", "say", "agency"),
        ("国务院总理在会上指出：“要扩大开放。”", "国务院总理", "“要扩大开放。”",
         "direct", "say", "person"),
        ("知情人士透露，交易已接近完成。", "知情人士", "交易已接近完成",
         "indirect", "say", "unnamed"),
        ("专家认为，价格还会上涨，但幅度有限。", "专家", "价格还会上涨，但幅度有限",
         "indirect", "say", "person"),
        ("這位發言人強調，台灣不會讓步。", "這位發言人", "台灣不會讓步",
         "indirect", "say", "person"),
        ("世界卫生组织警告称，病毒可能再次传播。", "世界卫生组织", "病毒可能再次传播",
         "indirect", "warn", "organisation"),
        ("「我們會繼續努力，」該公司表示。", "該公司", "「我們會繼續努力，」",
         "direct", "say", "organisation"),
        ("网友质疑价格过高。", "网友", "价格过高", "reported", "doubt", "crowd"),
        ("昨天，北京的一位律师告诉记者，案件仍在审理。", "北京的一位律师", "案件仍在审理",
         "indirect", "say", "person"),
        ("该报未能证实，文件是真的。", "该报", "文件是真的", "indirect", "doubt", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "case"),
    [pytest.param(code, case, id=case[0]) for code, cases in CASES.items() for case in cases],
)
def test_source_content_and_manner(language: str, case: tuple) -> None:
    text, source, content, mode, says, kind = case
    row = only(text, language)
    assert (row["source"], row["content"]) == (source, content)
    found_kind = row["source_kind"] if isinstance(row["source_kind"], str) else None
    assert (row["mode"], row["stance"], found_kind) == (mode, says, kind)


NOTHING = [
    ("Der „Mantel“ ist alt und die Tür steht offen.", "de"),
    ("Sie öffnete das „Haus der Kunst“ im Mai.", "de"),
    ("The “green” car is parked in the street.", "en"),
    ("The report of the commission has forty pages.", "en"),
    ("这本小说的说明书名称很长。", "zh"),
    ("Il a dit que non.", "fr"),
    ("", "de"),
]


@pytest.mark.parametrize(("text", "language"), NOTHING)
def test_what_nobody_said(text: str, language: str) -> None:
    assert told(text, language).empty


def test_a_split_verb_is_one_cue_of_two_spans() -> None:
    text = "Der Verein teilte am Abend mit, das Spiel falle aus."
    row = only(text, "de")
    assert [text[s:e] for s, e in row["cue_spans"]] == ["teilte", "mit"]
    assert row["cue"] == "teilte am Abend mit"


def test_a_split_quote_is_one_content_of_two_spans() -> None:
    text = "“We will appeal,” said the lawyer, “and we will win.”"
    spans = only(text, "en")["content_spans"]
    assert [text[s:e] for s, e in spans] == ["“We will appeal,”", "“and we will win.”"]


def test_a_subjunctive_carries_the_report_on() -> None:
    rows = told("Laut der Firma ist das ein Irrtum. Dieser sei längst behoben. Es regnet.", "de")
    assert rows["how"].tolist() == ["according to", "subjunctive"]
    assert rows["source"].tolist() == ["der Firma", "der Firma"]


def test_a_subjunctive_after_other_matter_is_nobodys() -> None:
    rows = told("Laut der Firma ist das ein Irrtum. Es regnet. Dieser sei längst behoben.", "de")
    assert len(rows) == 1


def test_a_quote_ends_with_its_block() -> None:
    text = "Sie sagte: „Wir gehen nicht\nDas Wetter blieb schön.“ Morgen ist Markt."
    assert all("\n" not in content for content in told(text, "de")["content"])


def test_each_verb_has_its_own_source() -> None:
    rows = told("The mayor said the plan was good, and the governor said it was bad.", "en")
    assert rows["source"].tolist() == ["The mayor", "the governor"]
    assert rows["content"].tolist() == ["the plan was good", "it was bad"]


def test_a_person_outranks_the_organisation_in_a_source() -> None:
    names = {"Acme": "ORG", "Jane Doe": "PER"}
    row = only("Acme chief Jane Doe said that sales rose.", "en", names)
    assert (row["entity"], row["source_kind"], row["unresolved"]) == ("Jane Doe", "person", False)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("Jane Doe resigned. She said that it was time.", "Jane Doe"),
        ("Jane Doe met Ann Poe. She said that it was time.", None),
        ("Jane Doe, a lawyer from Ohio, resigned. She said that it was time.", "Jane Doe"),
        ("Jane Doe met a lawyer from Ohio. She said that it was time.", None),
        ("Jane Doe resigned. It rained. She said that it was time.", None),
        ("Acme sold a plant. He said that it was time.", None),
    ],
)
def test_a_pronoun_is_tied_only_where_one_person_can_be_meant(
    text: str, entity: str | None
) -> None:
    row = only(text, "en", {"Jane Doe": "PER", "Ann Poe": "PER", "Acme": "ORG"})
    assert (row["entity"] if isinstance(row["entity"], str) else None) == entity
    assert row["unresolved"] == (entity is None)


def test_what_counts_as_unresolved() -> None:
    def unresolved(text: str, names: dict[str, str]) -> bool:
        return bool(only(text, "en", names)["unresolved"])

    assert unresolved("The company said that sales rose.", {})
    assert not unresolved("The Acme company said that sales rose.", {"Acme": "ORG"})
    assert not unresolved("The report said that sales rose.", {})
    assert not unresolved("Analysts said that sales rose.", {})


def test_stance_follows_the_negation() -> None:
    def said(text: str, cue: str, language: str) -> str:
        start = text.index(cue)
        end = (len(text), len(text))
        return stance(text, [(start, start + len(cue))], end, language)

    assert said("Er bestätigte den Bericht", "bestätigte", "de") == "confirm"
    assert said("Er bestätigte den Bericht nicht", "bestätigte", "de") == "doubt"
    assert said("They never denied it", "denied", "en") == "confirm"
    assert said("She would not say", "say", "en") == "other"
    assert said("记者无法证实", "证实", "zh") == "doubt"
    assert said("It was not raining. He denied it", "denied", "en") == "deny"


@pytest.mark.parametrize(
    ("source", "label", "language", "kind"),
    [
        ("Alibaba-Sprecher", "ORG", "de", "person"),
        ("Die Wirtschaftszeitung", None, "de", "outlet"),
        ("A report from the company", "ORG", "en", "document"),
        ("the company's report", None, "en", "document"),
        ("company spokesman", None, "en", "person"),
        ("Reuters", "ORG", "en", "agency"),
        ("Xyz", "ORG", "en", "organisation"),
        ("Xyz", None, "en", None),
        ("the source", "PER", "en", "person"),
        ("阿里巴巴发言人", "ORG", "zh", "person"),
        ("多名网友", None, "zh", "crowd"),
        (None, None, "de", None),
    ],
)
def test_kind_of_source(
    source: str | None, label: str | None, language: str, kind: str | None
) -> None:
    assert source_kind(source, label, language) == kind


@pytest.mark.parametrize("language", ["de", "en", "zh"])
def test_the_lists_are_long_enough_and_of_known_values(language: str) -> None:
    cues, words = wordlist("cues"), wordlist("source_kinds")
    assert (cues["language"] == language).sum() >= 60
    assert set(cues["stance"]) <= set(STANCES)
    assert set(words["source_kind"]) == set(SOURCE_KINDS)
    assert not cues.duplicated(["language", "lemma"]).any()
    assert not words.duplicated(["language", "word"]).any()
    assert lexicon(language).stances


def test_an_analyst_adds_a_cue_in_the_file(
    tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cues", "source_kinds", "aliases"):
        wordlist(name).to_csv(tmp_path / f"{name}.csv", index=False)
    text = "The mayor yodelled that the plan was good."
    assert told(text, "en", {}).empty
    with (tmp_path / "cues.csv").open("a", encoding="utf-8") as file:
        file.write("en,yodel,announce\n")
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    assert only(text, "en", {})["stance"] == "announce"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Er sagt: „Ja“, und “No” und »gut« und «oui» und 「好」.",
         ["„Ja“", "“No”", "»gut«", "«oui»", "「好」"]),
        ("It's the dogs' own \"bone\".", ['"bone"']),
        ("He said 'go home' and don't.", ["'go home'"]),
        ("„Er sagte ‚nein‘ dazu“", ["„Er sagte ‚nein‘ dazu“"]),
        ("“open and “closed” again", ["“closed”"]),
        ('wonach er "technische Hilfe\'" leiste', ['"technische Hilfe\'"']),
        ("''It is late,'' he said", ["''It is late,''"]),
        ("他说\"好\"。", ['"好"']),
        ("“”„", []),
    ],
)  # fmt: skip
def test_quote_marks_in_pairs(text: str, found: list[str]) -> None:
    assert [text[s:e] for s, e in quotes(text)] == found


MARKS = "„“”\"'‚‘’»«「」『』.,:;?!()-–—"
WORDS = """说 称 据 报道， 否认了 他 不 表示 [1] 😀 ﬁ İ U.S. Mr. said told and not who sagte sagte,
dass laut zufolge teilte mit wies zurück wie und nicht Merkel Alibaba"""
PHRASES = ("says that", "according to", "the company", "Jane Doe", "nach Angaben von", "heißt es",
           "in dem Bericht", "so der", "er sei", "die Firma")  # fmt: skip
PIECES = [*MARKS, *WORDS.split(), *PHRASES, "''", "\n", "\n\n", " ", "  ", "\xa0"]
made = st.lists(st.sampled_from(PIECES), max_size=40)
joined = st.tuples(made, st.sampled_from(["", " "])).map(lambda p: p[1].join(p[0]))


def inside(text: str, row: pd.Series, name: str) -> bool:
    """Say whether the row's text of a name stands at its place."""
    start, end = row[f"{name}_start"], row[f"{name}_end"]
    if pd.isna(start):
        return pd.isna(row[name])
    return 0 <= start < end <= len(text) and text[start:end] == row[name]


@settings(max_examples=150, deadline=None)
@given(joined, st.sampled_from(["de", "en", "zh"]))
def test_any_text_gives_spans_within_it(text: str, language: str) -> None:
    rows = told(text, language)
    for _, row in rows.iterrows():
        assert all(inside(text, row, name) for name in ("content", "source", "cue"))
        for name in ("content", "cue"):
            spans = row[f"{name}_spans"]
            assert all(s < e for s, e in spans)
            assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
            if spans:
                assert (spans[0][0], spans[-1][1]) == (row[f"{name}_start"], row[f"{name}_end"])
        assert "\n" not in row["content"]
        assert row["mode"] in MODES
        assert row["stance"] in STANCES
        assert 0 <= row["confidence"] <= 1 or language == "zh"
    assert rows["attribution_id"].is_unique
    assert rows["content_start"].is_monotonic_increasing


@settings(max_examples=200, deadline=None)
@given(joined)
def test_quotes_are_apart_and_in_order(text: str) -> None:
    found = quotes(text)
    assert all(0 <= s < e <= len(text) for s, e in found)
    assert all(a[1] <= b[0] for a, b in zip(found, found[1:], strict=False))


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "„" * n,
        lambda n: '"a ' * n,
        lambda n: "said, " * n,
        lambda n: "„Ja“, sagte er. " * n,
        lambda n: "他说，“好，" * n,
        lambda n: "a" * n,
    ],
)
def test_long_lines_do_not_blow_up(make: Callable[[int], str]) -> None:
    text = make(3000)
    assert len(told(text, "zh" if "他" in text else "en", {})) <= 3000


def test_a_place_within_a_source_does_not_speak():
    """A place is who speaks only where the source begins with it."""
    for text, entity in (
        ("A report from the California-based company said that the group had been banned.", None),
        ("China said that the group had been banned for good.", "China"),
        ("The U.S. delegation said that the group had been banned.", "United States"),
    ):
        rows = load(pd.DataFrame({"text": [text]}))[0]
        found = annotate(rows, progress=False).attributions
        assert len(found) == 1, text
        given = found["entity"].iloc[0]
        assert (None if pd.isna(given) else given) == entity, text
