"""The project's own gold: every mark lies where it says, every label is one of the package's."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from helpers.tables import MODES, SOURCE_KINDS, STANCES
from helpers.wordlists import wordlist

GOLD = Path(__file__).parent / "gold"
FIVE = Path(__file__).parents[1] / "data" / "articles"
TEXTS = {path.name: path.read_bytes().decode("utf-8") for path in sorted(FIVE.glob("*.txt"))}
KNOWN = set(wordlist("aliases")["entity_id"])


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


ATTRIBUTIONS = read("attributions.jsonl")


def known(entity_id: str) -> bool:
    return entity_id in KNOWN or bool(re.fullmatch("territory-[a-z]{2}|", entity_id))


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
    labels = {"mode": MODES, "stance": STANCES, "source_kind": SOURCE_KINDS}
    found += [f"{key} {row[key]!r}" for key, allowed in labels.items() if row[key] not in allowed]
    return [*found, *chain_faults(row)]


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
