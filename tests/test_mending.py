"""Rules on top of a method: spans made whole, who does not speak, what was left out, who it is."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.additions import added
from helpers.attribution import described
from helpers.cues import Found
from helpers.mending import mended
from tests.test_attribution import read


def marked(text: str, source: str | None, cue: tuple[str, ...], *content: str) -> Found:
    """Give a find of which the words are given; each stands in the text once or first."""

    def span(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    spans = tuple(map(span, content))
    return Found(spans, span(source) if source else None, tuple(map(span, cue)), "test", 1.0)


def told(text: str, found: Found, language: str) -> tuple[str | None, list[str], list[str]]:
    """Mend a find in a text of one sentence; give source, cue and content as words."""
    found = mended(found, text, (0, len(text)), language)
    cue, content = ([text[s:e] for s, e in x] for x in (found.cue_spans, found.content_spans))
    return text[slice(*found.source)] if found.source else None, cue, content


def test_both_halves_of_a_german_verb_are_the_cue() -> None:
    text = "Der Verein wies den Bericht zurück."
    found = marked(text, "Der Verein", ("wies",), "den Bericht zurück")
    assert told(text, found, "de") == ("Der Verein", ["wies", "zurück"], ["den Bericht"])


def test_a_preposition_is_no_half_of_a_verb() -> None:
    text = "Die Firma sagte am Freitag zu dem Bericht, er sei falsch."
    found = marked(text, "Die Firma", ("sagte",), "er sei falsch")
    assert told(text, found, "de")[1] == ["sagte"]


def test_a_cue_that_was_not_marked_is_the_listed_word_next_to_the_content() -> None:
    text = "The mayor said the road is closed."
    found = marked(text, "The mayor", (), "the road is closed")
    assert told(text, found, "en")[1] == ["said"]


@pytest.mark.parametrize(
    ("source", "language", "left"),
    [
        ("发言人林剑周五", "zh", "发言人林剑"),
        ("she in a letter", "en", "she"),
        ("the study -- which", "en", "which"),
        ("the study", "en", "the study"),
    ],
)
def test_a_source_ends_with_who_speaks(source: str, language: str, left: str) -> None:
    text = f"{source} said that all is well"
    assert told(text, marked(text, source, ("said",), "that all is well"), language)[0] == left


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "language"),
    [
        ("Dem Verein wird vorgeworfen, er habe betrogen.", "Dem Verein", "vorgeworfen",
         "er habe betrogen", "de"),
        ("Die Männer werden beschuldigt, Geld zu fälschen.", "Die Männer", "beschuldigt",
         "Geld zu fälschen", "de"),
        ("Vorerst heißt es, dass geprüft werde.", "Vorerst", "heißt", "dass geprüft werde", "de"),
        ("The bank was accused of hiding losses.", "The bank", "accused", "of hiding losses", "en"),
        ("He has been widely criticized for his policies.", "He", "criticized", "his policies",
         "en"),
    ],
)  # fmt: skip
def test_whom_a_passive_is_about_does_not_speak(
    text: str, source: str, cue: str, content: str, language: str
) -> None:
    assert told(text, marked(text, source, (cue,), content), language)[0] is None


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "language"),
    [
        ("Von der Polizei wird vermutet, dass er floh.", "der Polizei", "vermutet", "dass er floh",
         "de"),
        ("Die Polizei vermutet, er werde gesucht.", "Die Polizei", "vermutet", "er werde gesucht",
         "de"),
        ("In dem Brief heißt es, alles sei gut.", "dem Brief", "heißt", "alles sei gut", "de"),
        ("Die Frau, die befragt wurde, hat gesagt, sie komme.", "Die Frau", "gesagt", "sie komme",
         "de"),
        ("The bank accused him of theft.", "The bank", "accused", "him of theft", "en"),
        ("The bank was sold, the owner said.", "the owner", "said", "The bank was sold", "en"),
        ("A plan was announced by the union to strike.", "the union", "announced", "to strike",
         "en"),
    ],
)  # fmt: skip
def test_who_speaks_in_an_active_or_after_by_stays(
    text: str, source: str, cue: str, content: str, language: str
) -> None:
    assert told(text, marked(text, source, (cue,), content), language)[0] == source


def test_the_report_before_whereby_is_the_source() -> None:
    text = "Die Bank hat einen Zeitungsbericht dementiert, wonach sie Geld verliere."
    found = marked(text, "Die Bank", ("dementiert",), "sie Geld verliere")
    assert told(text, found, "de") == ("einen Zeitungsbericht", ["wonach"], ["sie Geld verliere"])


def test_without_a_report_before_it_whereby_changes_nothing() -> None:
    text = "Das Kind sagt, wonach es sucht."
    found = marked(text, "Das Kind", ("sagt",), "wonach es sucht")
    assert told(text, found, "de")[0] == "Das Kind"


@pytest.mark.parametrize(
    ("text", "cue", "pronoun"),
    [
        ("王芳辞职了，她说时间到了。", "说", "她"),
        ("王芳辞职了，她说时间到了。", "她说", "她"),
        ("王芳辞职了，她也说时间到了。", "说", "她"),
        ("王芳今天说时间到了。", "说", "王芳"),
    ],
)
def test_a_chinese_pronoun_before_the_cue_is_the_source(text: str, cue: str, pronoun: str) -> None:
    assert told(text, marked(text, "王芳", (cue,), "时间到了"), "zh")[:2] == (pronoun, ["说"])


def test_it_is_said_has_no_source() -> None:
    text = "据了解，项目投资三亿欧元。"
    assert told(text, marked(text, "项目", ("据了解",), "投资三亿欧元"), "zh")[0] is None


def test_the_rules_speak_where_nothing_was_found_in_chinese() -> None:
    text = "公司否认了这一说法。专家认为价格会上涨。"
    both = [("公司", ["这一说法"]), ("专家", ["价格会上涨"])]
    assert [row[:2] for row in extra(text, "zh")] == both
    first = marked(text, "公司", ("否认",), "这一说法")
    assert [row[:2] for row in extra(text, "zh", first)] == both[1:]


def extra(text: str, language: str, *found: Found) -> list[tuple[str | None, list[str], str]]:
    """Give source, content and rule of what the rules add to finds."""
    lines, _, _ = read(text, language, {})
    rows = added(found, text, lines)
    sources = [text[slice(*f.source)] if f.source else None for f in rows]
    contents = [[text[s:e] for s, e in f.content_spans] for f in rows]
    return list(zip(sources, contents, (f.how for f in rows), strict=True))


def test_a_denial_of_a_thing_is_added() -> None:
    text = "Die Bank wies die Vorwürfe zurück. Der Verein bestätigte den Termin."
    assert extra(text, "de") == [("Die Bank", ["die Vorwürfe"], "denied")]


def test_a_clause_on_what_is_denied_is_part_of_it() -> None:
    text = "Die Bank hat den Bericht zurückgewiesen, der ihr Betrug vorwirft. Es regnet."
    content = ["den Bericht", "der ihr Betrug vorwirft."]
    assert extra(text, "de") == [("Die Bank", content, "denied")]


def test_a_sentence_in_the_subjunctive_carries_the_report_on() -> None:
    text = "Die Bank sagte, es gehe gut. Diese Zahl stamme vom Mai. Es regnet. Das sei neu."
    first = marked(text, "Die Bank", ("sagte",), "es gehe gut")
    assert extra(text, "de", first) == [("Die Bank", ["Diese Zahl stamme vom Mai."], "carried")]


@pytest.mark.parametrize(
    "goes_on",
    [
        "Der Rat hat entschieden, dass er gehe.",
        "Die rasante Fahrt endete dort.",
        "Ich gehe jetzt.",
        "Er nannte es „eine Lüge, die er verbreite“.",
    ],
)
def test_another_sentence_does_not(goes_on: str) -> None:
    text = f"Die Bank sagte, es gehe gut. {goes_on}"
    assert extra(text, "de", marked(text, "Die Bank", ("sagte",), "es gehe gut")) == []


def test_nothing_is_added_to_what_is_found_or_in_another_language() -> None:
    text = "Die Bank wies die Vorwürfe zurück."
    assert extra(text, "de", marked(text, "Die Bank", ("wies",), "die Vorwürfe")) == []
    assert extra("The bank denied the claims.", "en") == []


@given(st.text(st.sampled_from("DerIn Bankwiesrückgehe,.„“ \n"), max_size=120))
def test_what_is_added_lies_in_the_text_and_meets_nothing_found(text: str) -> None:
    lines, _, _ = read(text, "de", {})
    once = added([], text, lines)
    for f in once:
        assert all(0 <= s < e <= len(text) for s, e in (*f.content_spans, *f.cue_spans))
    denied = [f for f in once if f.how == "denied"]
    assert not [f for f in added(denied, text, lines) if f.how == "denied"]


def who(text: str, language: str, names: dict[str, str], *found: Found) -> pd.DataFrame:
    """Say who the sources of finds are."""
    lines, named, _ = read(text, language, names)
    return pd.DataFrame(described(list(found), text, lines, named))


def test_a_relative_pronoun_is_what_stands_before_its_comma() -> None:
    text = "Es gibt ein Memo des Senders Acme, das besagt, dass es regnet."
    row = who(text, "de", {"Acme": "ORG"}, marked(text, "das", ("besagt",), "dass es regnet"))
    assert row[["entity", "source_kind"]].to_numpy().tolist() == [["Acme", "document"]]


def test_the_statement_is_whose_a_statement_was() -> None:
    text = "In a short statement, Acme said sales rose. The statement said profits fell. It rained."
    first = marked(text, "Acme", ("said",), "sales rose")
    second = marked(text, "The statement", ("said",), "profits fell")
    assert who(text, "en", {"Acme": "ORG"}, first, second)["entity"].tolist() == ["Acme", "Acme"]


def test_a_statement_that_nobody_was_seen_to_give_stays_open() -> None:
    text = "Acme said sales rose. The statement said profits fell."
    first = marked(text, "Acme", ("said",), "sales rose")
    second = marked(text, "The statement", ("said",), "profits fell")
    entities = who(text, "en", {"Acme": "ORG"}, first, second)["entity"]
    assert entities.fillna("").tolist() == ["Acme", ""]


@pytest.mark.parametrize(
    ("between", "entity"), [("", "Acme"), ("Ann Poe came. ", None), ("It rained. All day. ", None)]
)
def test_he_is_the_speaker_without_a_name_right_before(between: str, entity: str | None) -> None:
    text = f"A spokesman for Acme said sales rose. {between}He added that profits fell."
    first = marked(text, "A spokesman for Acme", ("said",), "sales rose")
    second = marked(text, "He", ("added",), "that profits fell")
    row = who(text, "en", {"Acme": "ORG"}, first, second).iloc[1]
    assert (row["entity"] if isinstance(row["entity"], str) else None) == entity
    assert row["unresolved"] == (entity is None)


def test_a_persons_team_is_not_the_person() -> None:
    text = "Ann Poe's team said that it rained."
    row = who(
        text, "en", {"Ann Poe": "PER"}, marked(text, "Ann Poe's team", ("said",), "it rained")
    )
    assert row["entity"].isna().all()


@pytest.mark.parametrize(
    ("source", "kind"),
    [("Online-Händler Acme", "organisation"), ("Ein Sprecher von Acme", "person")],
)
def test_a_noun_before_a_firm_says_what_it_is(source: str, kind: str) -> None:
    text = f"{source} sagte, es regne."
    row = who(text, "de", {"Acme": "ORG"}, marked(text, source, ("sagte",), "es regne"))
    assert row["source_kind"].tolist() == [kind]
