"""Measure every method of every layer on text marked by hand: ``python -m helpers.evaluate GOLD``.

Without ``GOLD`` only the marks that the project carries are measured (``tests/gold``, split
``own``, and the pairs of claims): seconds, no corpus, no lexicons. `helpers.gate` holds these
figures to their floors.

``GOLD`` is a folder with ``attribution/``, ``entities/`` and ``tone/``, each of JSON Lines named
``<language>-<split>.jsonl``; the dev part counts, the train part where there is no dev part. The
gold is read where it lies: only figures come into the project, in ``data/models/scores.json``, one
record a layer, language, method and measure. Scoring is that of `helpers.scoring`.

Blocks are measured on the attribution gold: *contents kept* is the share of contents whose letters
and digits all lie in analysed blocks; it is a ``recall``, and the interval is that of the recall.

Attribution is measured over the whole way, from `helpers.load` on, so that what the blocks lose
counts. Entities are found in single sentences; labels that a corpus does not mark are left out,
and so are roles and pronouns, which are no names. Tone: `helpers.evaluate_tone`.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from tqdm.auto import tqdm

from helpers import Story, annotate, load
from helpers.baselines.attribution import find
from helpers.baselines.mentions import baseline as entity_baseline
from helpers.blocks import blocks
from helpers.cards import write_card
from helpers.entities import mentions
from helpers.errors import Tally, attributions, entities, examples, marked, predicted
from helpers.evaluate_claims import claimed
from helpers.evaluate_judged import judged
from helpers.evaluate_tone import tone
from helpers.gold import Gold, corpus, lines, parts, placed
from helpers.heads import Head
from helpers.scoring import (
    Attribution,
    Counts,
    attribution_counts,
    bootstrap,
    entity_counts,
    figures,
    iob_spans,
    positions,
)
from helpers.tables import analysed, named
from helpers.wordlists import models

_PROJECT = Path(__file__).resolve().parents[1]
OWN = _PROJECT / "tests" / "gold"  # marks that the project carries
LAYERS = ("blocks", "attribution", "entities", "tone", "claims", "copies")
# A new method is one line here; it is measured beside the ones before it.
ENTITIES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "baseline": entity_baseline,
    "head": mentions,
}


def evaluate(gold: Path | None = None, limit: int | None = None) -> pd.DataFrame:
    """Score all methods on all gold that a folder holds, and on the project's own marks.

    Parameters
    ----------
    gold
        The folder; None: only the project's own marks.
    limit
        At most so many documents a corpus, spread over the file; all if None.

    Returns
    -------
    pandas.DataFrame
        One row a layer, language, method and measure: ``layer, language, method, measure, split,
        corpus, licence``, the figures of `helpers.scoring.figures` (``n`` documents, sentences or
        judgements; shares in 0..1, each with its 95 % bootstrap interval over documents), for
        tone ``f1``, ``found`` (answered), ``right``, ``accuracy`` and ``coverage``; and for the
        first measure of a layer ``errors`` and ``bins`` (`helpers.errors.Tally`).

    Raises
    ------
    FileNotFoundError
        If there is no gold for any layer.
    ValueError
        If a line of gold cannot be read, naming file, line and reason.
    """
    layers = {
        "blocks": ("attribution", _blocks),
        "attribution": ("attribution", _attribution),
        "entities": ("entities", _entities),
    }
    rows = []
    for layer, (source, score) in layers.items():
        for language, split, file in _files(gold, source):
            head = {"layer": layer, "language": language, "split": split}
            head |= corpus(source, language, split)
            rows += [head | row for row in score(lines(file, limit), language)]
    rows += tone(gold, OWN, limit)
    rows += judged(gold)
    rows += claimed(OWN, _PROJECT / "data" / "articles")
    if not rows:
        raise FileNotFoundError(f"{gold} holds no attribution, entities or tone folder with gold")
    return pd.DataFrame(rows)


def _files(gold: Path | None, layer: str) -> Iterable[tuple[str, str, Path]]:
    """Give what is measured on: held-out parts before train parts, and marks of our own."""
    given = parts(gold / layer, "dev", "train") if gold else ()
    return [*given, *parts(OWN / layer, "own")]


def _blocks(gold: Gold, language: str) -> Iterable[dict[str, Any]]:
    rows = analysed(blocks(load(pd.DataFrame([_document(row) for row in gold]))[0]))
    kept = {
        i: list(zip(own["start"], own["end"], strict=True)) for i, own in rows.groupby("article_id")
    }
    counts = np.array([_kept(row, kept.get(row["id"], [])) for row in gold])
    low, high = bootstrap(counts, _share)
    due, right = counts.sum(axis=0)
    yield {
        "method": "rules", "measure": "contents kept", "n": len(gold), "due": int(due),
        "right": int(right), "recall": _share(counts.sum(axis=0)), "low": low, "high": high,
    }  # fmt: skip


def _kept(row: dict[str, Any], spans: Sequence[Sequence[int]]) -> Counts:
    """Count one document's contents, and those that lie wholly within the spans."""
    inside = positions(row["text"], spans)
    contents = [positions(row["text"], a["content"]) for a in row["attributions"]]
    due = [content for content in contents if content]
    return np.array([len(due), sum(content <= inside for content in due)], dtype=float)


def _share(counts: Counts) -> float:
    due, kept = counts
    return float(kept / due) if due else 1.0


def _attribution(gold: Gold, language: str) -> Iterable[dict[str, Any]]:
    articles, _ = load(pd.DataFrame([_document(row) for row in gold]))
    story = annotate(articles)
    parts = _by_article(story)
    for method, found_in in ATTRIBUTION.items():
        counts, tally = [], Tally()
        for row in tqdm(gold, desc=f"attribution {language} {method}", unit="article"):
            found = found_in(parts[row["id"]]) if row["id"] in parts else []
            both = row["text"], marked(row), found
            counts.append(attribution_counts(*both))
            tally.add(attributions(*both), [a.confidence for a in found])
        joint, content = (figures([c[[0, 1, right]] for c in counts]) for right in (3, 2))
        yield {"method": method, "measure": "joint"} | joint | tally.fields()
        yield {"method": method, "measure": "content"} | content


class _Parts(NamedTuple):
    """One article: its text and its rows of three tables, the sentences those analysed."""

    text: str
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    attributions: pd.DataFrame


def _by_article(story: Story) -> dict[str, _Parts]:
    tables = (analysed(story.sentences), story.mentions, story.attributions)
    parts = [dict(list(table.groupby("article_id", sort=False))) for table in tables]
    texts = story.articles.set_index("article_id")["text"]
    pairs = list(zip(parts, tables, strict=True))
    return {
        name: _Parts(texts[name], *(part.get(name, table.iloc[:0]) for part, table in pairs))
        for name in parts[0]
    }


def _by_rules(article: _Parts) -> list[Attribution]:
    return [
        Attribution(found.content_spans, (found.source,) if found.source else ())
        for found in find(article.text, article.sentences, article.mentions)
    ]


def _in_use(article: _Parts) -> list[Attribution]:
    return predicted(article.attributions)


def _document(row: dict[str, Any]) -> dict[str, Any]:
    return {"article_id": row["id"], "text": row["text"], "language": row["lang"]}


def _entities(gold: Gold, language: str) -> Iterable[dict[str, Any]]:
    texts = [placed(row) for row in gold]
    due = [iob_spans(o, row["tags"]) for (_, o), row in zip(texts, gold, strict=True)]
    labels = {label for spans in due for *_, label in spans}
    rows = pd.DataFrame([_sentence(str(i), text, language) for i, (text, _) in enumerate(texts)])
    for method, mentions_in in ENTITIES.items():
        own: list[dict] = [{} for _ in gold]
        slices = np.array_split(np.arange(len(rows)), max(1, len(rows) // 200))
        for part in tqdm(slices, desc=f"entities {language} {method}", unit="part"):
            for m in named(mentions_in(rows.iloc[part])).itertuples():
                if m.label in labels:
                    own[int(m.article_id)][m.start, m.end, m.label] = m.confidence
        pairs = [entity_counts(g, set(p)) for g, p in zip(due, own, strict=True)]
        tally = Tally()
        for g, p in zip(due, own, strict=True):
            tally.add(entities(sorted(g), list(p)), p.values())
        labelled, bare = (figures(side) for side in zip(*pairs, strict=True))
        yield {"method": method, "measure": "span and label"} | labelled | tally.fields()
        yield {"method": method, "measure": "span"} | bare


def _sentence(name: str, text: str, language: str) -> dict[str, Any]:
    return {
        "article_id": name, "sentence_id": f"{name}:p01s01", "start": 0, "end": len(text),
        "kind": "body", "language": language, "text": text,
    }  # fmt: skip


ATTRIBUTION: dict[str, Callable[[_Parts], list[Attribution]]] = {
    "baseline": _by_rules,
    "head": _in_use,
}


def write(scores: pd.DataFrame, file: Path, command: str) -> None:
    """Write the scores as JSON records with the command and the day, missing figures as null.

    What is there of layers and languages that were not measured stays; so do the figures on others'
    gold where only our own marks were.
    """
    day = datetime.now(UTC).date().isoformat()
    whole = {name: "Int64" for name in ("found", "due", "right") if name in scores}
    rows = scores.astype(whole).assign(command=command, date=day).round(4).astype(object)
    records = rows.where(rows.notna(), None).to_dict("records")
    held = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    anew = {_measured_on(row) for row in records}
    records += [row for row in held if _measured_on(row) not in anew]
    places = {layer: place for place, layer in enumerate(LAYERS)}
    records.sort(key=lambda row: (places[row["layer"]], row["language"], row["split"] == "own"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _measured_on(row: dict[str, Any]) -> tuple[str, str, str]:
    """Tell whose marks a record was measured on: ours, a reader's, or those of a corpus."""
    whose = row["split"] if row["split"] in ("own", "judged") else "corpus"
    return row["layer"], row["language"], whose


def main() -> int:
    """Score, print one table, write ``data/models/scores.json``; 2 where the gold is not right."""
    parser = argparse.ArgumentParser(prog="python -m helpers.evaluate", description=__doc__)
    parser.add_argument(
        "gold", type=Path, metavar="GOLD", nargs="?", help="folder of the gold; only ours without"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="documents a corpus at most")
    given = parser.parse_args()
    try:
        scores = evaluate(given.gold, given.limit)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    shown = scores.drop(columns=["corpus", "licence", "errors", "bins"]).round(3)
    print(shown.to_string(index=False, na_rep=""))
    limit = f" --limit {given.limit}" if given.limit else ""
    command = f"python -m helpers.evaluate{' GOLD' if given.gold else ''}{limit}"
    write(scores, models() / "scores.json", command)
    shown = examples(OWN, _PROJECT / "data" / "articles").to_json(
        orient="records", force_ascii=False, indent=1
    )
    (models() / "examples.json").write_text(shown + "\n", encoding="utf-8")
    for file in sorted(models().glob("*.npz")):
        write_card(Head.load(file.stem))
    return 0


if __name__ == "__main__":
    sys.exit(main())
