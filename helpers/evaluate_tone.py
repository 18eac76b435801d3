"""Measure tone: the head beside the lexicons that came before it.

In a language that the head learnt from, every marked target is scored by a head that has seen
nothing of its article (`helpers.training.tone.out_of_fold`), so the train part can be measured;
in any other by the head in ``data/models``, whose limit of confidence serves both.
"""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.baselines import tone as lexicon
from helpers.encoder import encoder
from helpers.errors import Tally
from helpers.gold import Gold, corpus, lines, parts
from helpers.heads import Array
from helpers.scoring import TONE_LABELS, Counts, bootstrap, macro_f1, tone_counts
from helpers.toning import HEAD, LABELS, Tones
from helpers.training.tone import FOLDS, Recipe, examples, group, out_of_fold, tempered

_NUMBER = dict(zip(LABELS, TONE_LABELS, strict=True))


def tone(gold: Path | None, own: Path, limit: int | None = None) -> Iterator[dict[str, Any]]:
    """Measure the methods on the train parts of ``GOLD/tone``, the head on sentences of our own.

    Parameters
    ----------
    gold, limit
        As in `helpers.evaluate.evaluate`.
    own
        The folder of the project's own marks.

    Yields
    ------
    dict
        One record a language, method and measure. *Macro F1* is over the three labels, with
        ``accuracy`` and ``coverage`` where the method does not abstain; *ordering* is the share
        of pairs of targets in one sentence, with different labels, whose tones are ordered
        rightly (``n`` pairs); *wording* is the macro F1 of the sentence's score, towards nobody,
        against the same labels.
    """
    head = Tones.load(HEAD)
    for language, split, file in parts(gold / "tone", "train") if gold else ():
        rows = lines(file, limit)
        learnt = language in head.about["languages"]
        shares = _out_of_fold(rows, head) if learnt else _by_head(rows, head)
        about = {"layer": "tone", "language": language} | corpus("tone", language, split)
        for record in _of_language(rows, shares, head):
            folds = f", {FOLDS} folds" if learnt and record["method"] == "head" else ""
            yield about | {"split": split + folds} | record
    # Made to try the head in other languages, not to rank methods.
    for language, split, file in parts(own / "tone", "own"):
        rows = lines(file, limit)
        said = _frame(_by_head(rows, head)["target"], head.limit(language))
        about = {"layer": "tone", "language": language, "split": split}
        about |= corpus("tone", language, split) | {"method": "head", "measure": "macro F1"}
        yield about | _macro(rows, said) | _wrong(rows, said)


def _out_of_fold(rows: Gold, head: Tones) -> dict[str, Array]:
    recipe = Recipe(**head.about["recipe"])
    shares = out_of_fold(examples(rows, encoder()), recipe)
    return {name: tempered(shares[name], t) for name, t in head.about["temperatures"].items()}


def _by_head(rows: Gold, head: Tones) -> dict[str, Array]:
    e = examples(rows, encoder())
    return {"target": head.towards(e.targets), "sentence": head.wording(e.sentences)}


def _of_language(gold: Gold, shares: dict[str, Array], head: Tones) -> Iterator[dict]:
    language = gold[0]["lang"]
    texts, codes = [row["text"] for row in gold], [language] * len(gold)
    spans = [tuple(row["target"]) for row in gold]
    towards = {
        "baseline": lexicon.towards(texts, spans, codes),
        "head": _frame(shares["target"], head.limit(language)),
    }
    for method, said in towards.items():
        measured = _macro(gold, said) | _wrong(gold, said)
        yield {"method": method, "measure": "macro F1"} | measured
        yield {"method": method, "measure": "ordering"} | _ordering(gold, said["tone"])
    worded = {
        "baseline": lexicon.wording(texts, codes),
        "head": _frame(shares["sentence"], head.limit(language, "sentence")),
    }
    for method, said in worded.items():
        yield {"method": method, "measure": "wording"} | _macro(gold, said)


def _frame(shares: Array, limit: float | None) -> pd.DataFrame:
    label = [LABELS[i] for i in shares.argmax(axis=1)]
    sure = shares.max(axis=1)
    held = sure < (2.0 if limit is None else limit)
    tones = {"tone": shares[:, 2] - shares[:, 0], "label": label, "abstained": held}
    return pd.DataFrame(tones | {"confidence": sure})


def _macro(gold: Gold, said: pd.DataFrame) -> dict[str, Any]:
    answers = zip(gold, said["label"], said["abstained"], strict=True)
    rows = [tone_counts(row["label"], _NUMBER.get(label), held) for row, label, held in answers]
    total = np.sum(rows, axis=0)
    answered, right, n = total[12:]
    grouped = _by_group(gold, rows)
    ends = bootstrap(grouped, _accuracy)
    return _interval(grouped, macro_f1) | {
        "n": len(gold), "found": int(answered), "right": int(right), "accuracy": _accuracy(total),
        "accuracy_low": ends[0], "accuracy_high": ends[1], "coverage": answered / n,
    }  # fmt: skip


def _accuracy(counts: Counts) -> float:
    answered, right = counts[12:14]
    return float(right / answered) if answered else float("nan")


def _wrong(gold: Gold, said: pd.DataFrame) -> dict[str, list[dict]]:
    """Count which label was given to which, and how sure; a lexicon does not say how sure."""
    tally = Tally()
    sure = said["confidence"] if "confidence" in said else [None] * len(said)
    answers = zip(gold, said["label"], said["abstained"], sure, strict=True)
    for row, label, held, confidence in answers:
        tally.add_tone(row["label"], label, held, confidence)
    return tally.fields()


def _ordering(gold: Gold, said: pd.Series) -> dict[str, Any]:
    """Count pairs of targets of one sentence with different labels, and those ordered rightly."""
    sentences: dict[str, list[tuple[int, float]]] = {}
    for row, value in zip(gold, said, strict=True):
        sentences.setdefault(row["text"], []).append((row["label"], value))
    counts = []
    for own in sentences.values():
        pairs = [(a, b) for a, b in combinations(own, 2) if a[0] != b[0]]
        right = sum((a[0] - b[0]) * (a[1] - b[1]) > 0 for a, b in pairs)
        counts.append(np.array([len(pairs), right], dtype=float))
    rows = np.array([c for c in counts if c[0]]).reshape(-1, 2)
    return _interval(rows, lambda c: c[1] / c[0]) | {"n": int(rows[:, 0].sum())}


def _by_group(gold: Gold, rows: list[Counts]) -> np.ndarray:
    """Sum the counts of an article's or event's targets: they are not independent."""
    names, own = np.unique([group(row) for row in gold], return_inverse=True)
    sums = np.zeros((len(names), len(rows[0])))
    np.add.at(sums, own, np.array(rows))
    return sums


def _interval(rows: np.ndarray, measure: Callable[[Counts], float]) -> dict[str, float]:
    low, high = bootstrap(rows, measure)
    value = measure(rows.sum(axis=0)) if len(rows) else float("nan")
    return {"f1": float(value), "low": low, "high": high}
