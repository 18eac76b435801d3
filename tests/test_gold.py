"""The project's own gold: every mark lies where it says, every label is one of the package's."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from helpers.errors import marked
from helpers.gold import placed
from helpers.scoring import attribution_counts, iob_spans
from helpers.tables import LABELS, MODES, SOURCE_KINDS, STANCES
from helpers.wordlists import wordlist

GOLD = Path(__file__).parent / "gold"
FIVE = Path(__file__).parents[1] / "data" / "articles"
TEXTS = {path.name: path.read_bytes().decode("utf-8") for path in sorted(FIVE.glob("*.txt"))}
KNOWN = set(wordlist("aliases")["entity_id"])


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


ATTRIBUTIONS = read("attributions.jsonl")
LANGUAGES = ("de", "en", "zh")
WRITTEN = {code: read(f"attribution/{code}-own.jsonl") for code in LANGUAGES}
CHINESE = WRITTEN["zh"]
ENTITIES = read("entities.jsonl")


def known(entity_id: str) -> bool:
    return entity_id in KNOWN or bool(
        re.fullmatch("territory-[a-z]{2}|code:[A-Z0-9-]+|", entity_id)
    )


def strings(row: dict[str, Any], part: str) -> list[str]:
    given = row[part]
    return given if isinstance(given, list) else [given] if given else []


def span_faults(text: str, spans: list[list[int]]) -> Iterator[str]:
    """Spans are in order, apart, not empty, without white space at their ends, in the text."""
    end = 0
    for first, last in spans:
        if not end <= first < last <= len(text):
            yield f"span {first}-{last} is empty, out of order or out of the text"
        elif text[first:last].strip() != text[first:last]:
            yield f"span {first}-{last} begins or ends with white space"
        end = last


def faults(row: dict[str, Any], texts: dict[str, str]) -> list[str]:
    """Say what is wrong with a row of ``attributions.jsonl``."""
    text = texts[row["file"]]
    found = []
    for part in ("content", "source", "cue"):
        spans = row[f"{part}_spans"]
        found += span_faults(text, spans)
        if [text[s:e] for s, e in spans] != strings(row, part):
            found.append(f"{part} is not what stands at its place")
    if not row["content"]:
        found.append("there is no content")
    return [*found, *label_faults(row), *chain_faults(row)]


def label_faults(row: dict[str, Any]) -> list[str]:
    labels = {"mode": MODES, "stance": STANCES, "source_kind": SOURCE_KINDS}
    return [f"{key} {row[key]!r}" for key, allowed in labels.items() if row[key] not in allowed]


def chain_faults(row: dict[str, Any]) -> Iterator[str]:
    """A chain starts at the outlet, passes the source, names no step twice."""
    keys = ("source", "source_kind", "entity_id")
    steps = [tuple(step[key] for key in keys) for step in row["chain"]]
    if not steps or steps[0][1] != "outlet":
        yield "the chain does not begin with an outlet"
    if tuple(row[key] for key in keys) not in steps[1:]:
        yield "the chain does not pass the source"
    if len(set(steps)) < len(steps):
        yield "the chain names a step twice"
    for _, kind, entity_id in [*steps, ("", row["source_kind"], row["entity_id"])]:
        if kind not in SOURCE_KINDS:
            yield f"source_kind {kind!r}"
        if not known(entity_id):
            yield f"entity {entity_id!r} is not in data/aliases.csv"


@pytest.mark.parametrize("row", ATTRIBUTIONS, ids=lambda row: row["id"])
def test_an_attribution_is_marked_where_it_stands(row):
    assert faults(row, TEXTS) == []


def test_every_article_has_attributions_and_no_row_comes_twice():
    assert {row["file"] for row in ATTRIBUTIONS} == set(TEXTS)
    ids = [row["id"] for row in ATTRIBUTIONS]
    assert len(set(ids)) == len(ids)
    keys = ("file", "content_spans", "source_spans")
    marks = {json.dumps([row[key] for key in keys]) for row in ATTRIBUTIONS}
    assert len(marks) == len(ids)


WRONG = {
    "content is not": lambda row: row["content_spans"][0].__setitem__(1, 5),
    "source is not": lambda row: row.update(source="Niemand"),
    "no content": lambda row: row.update(content=[], content_spans=[]),
    "out of the text": lambda row: row.update(cue_spans=[[10**6, 10**6 + 3]]),
    "stance": lambda row: row.update(stance="shout"),
    "entity": lambda row: row.update(entity_id="nobody"),
    "does not begin": lambda row: row["chain"].pop(0),
    "does not pass": lambda row: row.update(chain=row["chain"][:1]),
    "twice": lambda row: row["chain"].append(row["chain"][0]),
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_wrong_row_is_noticed(reason):
    row = deepcopy(ATTRIBUTIONS[0])
    WRONG[reason](row)
    assert reason in "; ".join(faults(row, TEXTS))


def text_faults(row: dict[str, Any]) -> list[str]:
    """Say what is wrong with a text of ``attribution/<language>-own.jsonl``."""
    text, found = row["text"], []
    for mark in row["attributions"]:
        for part in ("content", "source", "cue"):
            found += span_faults(text, mark[part])
            if [text[s:e] for s, e in mark[part]] != mark["words"][part]:
                found.append(f"{part} is not what stands at its place")
        found += label_faults(mark)
        if not mark["content"] or not mark["cue"] and not mark["source"]:
            found.append("content, or cue and source, is missing")
        if any(name not in text for name in [mark["name"], *mark["chain"]]):
            found.append(f"the text does not name {mark['name']!r} or a step of the chain")
    return found


@pytest.mark.parametrize(
    "row", [row for rows in WRITTEN.values() for row in rows], ids=lambda row: row["id"]
)
def test_a_text_of_ours_is_marked_within_its_bounds(row):
    assert row["id"].startswith(row["lang"])
    assert row["attributions"]
    assert text_faults(row) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda mark: mark["content"][0].__setitem__(0, mark["content"][0][0] + 1),
        lambda mark: mark.update(cue=[], source=[]),
        lambda mark: mark.update(mode="loud"),
        lambda mark: mark.update(name="Nobody"),
    ],
    ids=["moved", "no cue", "label", "name"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_mark_in_a_text_of_ours_is_noticed(language, wrong):
    row = deepcopy(WRITTEN[language][0])
    wrong(row["attributions"][0])
    assert text_faults(row)


def tagged_faults(row: dict[str, Any], text: str) -> list[str]:
    """Say what is wrong with a sentence of ``entities/<language>-own.jsonl``."""
    sentence, places = placed(row)
    found = [] if sentence == row["text"] else ["the words are not those of the text"]
    if len(row["words"]) != len(row["tags"]):
        return [*found, "words and tags are not as many"]
    if "".join(row["words"]) != re.sub(r"\s", "", row["text"]):
        found.append("the words leave something out")
    if row["text"] not in text:
        found.append("it is not in its text")
    for before, tag in zip(["O", *row["tags"]], row["tags"], strict=False):
        if tag != "O" and tag[2:] not in LABELS or tag[:2] == "I-" and before[2:] != tag[2:]:
            found.append(f"the tag {tag!r} behind {before!r}")
    if any(sentence[s:e].strip() != sentence[s:e] for s, e, _ in iob_spans(places, row["tags"])):
        found.append("a name begins or ends with white space")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_names_in_our_texts_stand_where_they_are_marked(language):
    texts = {row["id"]: row["text"] for row in WRITTEN[language]}
    rows = read(f"entities/{language}-own.jsonl")
    faults = [(r["id"], tagged_faults(r, texts[r["id"].rpartition("-")[0]])) for r in rows]
    assert [fault for fault in faults if fault[1]] == []
    # Every sentence of every text is there, in its order.
    for name, text in texts.items():
        own = "".join(r["text"] for r in rows if r["id"].rpartition("-")[0] == name)
        assert re.sub(r"\s", "", own) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "wrong", [{"tags": ["B-GPE"]}, {"words": ["x"]}, {"text": "x y"}, {"tags": []}], ids=str
)
def test_a_wrong_tag_is_noticed(wrong):
    good = {"lang": "en", "text": "Anna", "words": ["Anna"], "tags": ["B-PER"]}
    assert tagged_faults(good, "Anna slept.") == []
    assert tagged_faults(good | wrong, "Anna slept.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences_of_each_sort(language):
    names = read(f"entities/{language}-own.jsonl")
    tones = read(f"tone/{language}-own.jsonl")
    assert len(names) >= 40
    assert len({row["text"] for row in tones}) >= 40
    assert sum(len(row["attributions"]) for row in WRITTEN[language]) >= 40
    assert sum(tag.startswith("B") for row in names for tag in row["tags"]) >= 40
    for row in tones:
        start, end = row["target"]
        assert list(span_faults(row["text"], [[start, end]])) == []
        assert row["label"] in (-1, 0, 1)


def test_the_chinese_texts_are_enough_and_a_third_is_in_traditional_script():
    quotes = re.compile("“[^”]*”|『[^』]*』|「[^」]*」")
    sentences = [len(re.findall("[。！？]", quotes.sub("", row["text"]))) for row in CHINESE]
    traditional = [row for row in CHINESE if row["script"] == "hant"]
    assert sum(sentences) >= 66
    assert 3 * len(traditional) >= len(CHINESE)
    assert not any(re.search("[说这为时发]", row["text"]) for row in traditional)


def test_a_cue_and_a_source_lie_outside_of_their_content():
    rows = [(row["content_spans"], row["source_spans"], row["cue_spans"]) for row in ATTRIBUTIONS]
    texts = [row for own in WRITTEN.values() for row in own]
    marks = [mark for row in texts for mark in row["attributions"]]
    rows += [(mark["content"], mark["source"], mark["cue"]) for mark in marks]
    for content, source, cue in rows:
        for first, last in content:
            assert all(end <= first or start >= last for start, end in source + cue)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scorer_reads_our_texts(language):
    for row in WRITTEN[language]:
        due = marked(row)
        total = len(row["attributions"])
        assert attribution_counts(row["text"], due, due).tolist() == [total] * 4
        assert attribution_counts(row["text"], due, due[1:])[3] == total - 1


def name_faults(row: dict[str, Any], texts: dict[str, str]) -> list[str]:
    """Say what is wrong with a row of ``entities.jsonl``."""
    found = list(span_faults(texts[row["file"]], [[row["start"], row["end"]]]))
    if texts[row["file"]][row["start"] : row["end"]] != row["text"]:
        found.append("the text is not what stands at its place")
    if row["label"] not in LABELS:
        found.append(f"label {row['label']!r}")
    if not known(row["entity_id"]):
        found.append(f"entity {row['entity_id']!r} is not in data/aliases.csv")
    return found


def test_every_name_is_marked_where_it_stands():
    assert [
        (row["id"], name_faults(row, TEXTS)) for row in ENTITIES if name_faults(row, TEXTS)
    ] == []


@pytest.mark.parametrize(
    "wrong", [{"start": 1}, {"text": "x"}, {"label": "GPE"}, {"entity_id": "nobody"}], ids=str
)
def test_a_wrong_name_is_noticed(wrong):
    assert name_faults(ENTITIES[0] | wrong, TEXTS)


@pytest.mark.parametrize("file", TEXTS)
def test_a_name_marked_once_is_marked_wherever_it_stands(file):
    text = TEXTS[file]
    rows = [row for row in ENTITIES if row["file"] == file]
    marked = {i for row in rows for i in range(row["start"], row["end"])}
    assert len(marked) == sum(row["end"] - row["start"] for row in rows), "two marks overlap"
    for name in {row["text"] for row in rows}:
        edge = "" if re.match("[\u4e00-\u9fff]", name) else r"(?!\w)"
        for m in re.finditer(edge.replace("!", "<!") + re.escape(name) + edge, text):
            assert m.start() in marked, f"{name!r} at {m.start()} is not marked"
