"""Scores of the layers against text marked by hand: counts a document, then precision, recall, F1.

Everything here is a pure function of spans and labels. A score is made in two steps: counts for
each document (a numpy row), then a measure over the summed counts, so that one bootstrap over
documents serves every layer.

*Attribution.* A span set is compared as the set of its letter and digit positions, so quote marks
and edge punctuation never matter. Contents are matched one to one within a document, best
intersection over union first, at least `MIN_IOU`; of equal ones those with the right source first,
then in the order of the text, so the order of the rows does not matter. A source is right when it
shares a content-word position with the gold source, or both are empty. A content word is any word
that is no article, preposition or conjunction (`FUNCTION_WORDS`): pronouns count, as ``he`` is a
source; a gold source of function words only is compared with all its positions. Chinese is not
cut into words: every letter position counts.

*Entities.* Exact span and label, micro-averaged; and the same without labels.

*Tone.* Macro F1 over the three labels, where a missing prediction is never right; accuracy and
coverage over what the method did not abstain from.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Span = tuple[int, int]
Counts = NDArray[np.float64]

MIN_IOU = 0.5
TONE_LABELS = (-1, 0, 1)
FUNCTION_WORDS = frozenset((
    "a", "an", "the", "of", "in", "on", "at", "by", "for", "from", "to", "with", "as", "and",
    "or", "but", "that", "which", "about", "into", "over", "under", "after", "before", "than",
    "not", "s", "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem",
    "einer", "eines", "von", "vom", "zu", "zum", "zur", "im", "ins", "am", "auf", "aus", "bei",
    "beim", "mit", "nach", "vor", "für", "über", "unter", "durch", "um", "und", "oder", "aber",
    "wie", "als", "dass", "so", "laut",
))  # fmt: skip
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Attribution:
    """What is compared of one attribution: character spans of the content and of its source.

    ``confidence`` (0..1) is how sure a method is of it; it counts for nothing here.
    """

    content: tuple[Span, ...]
    source: tuple[Span, ...] = ()
    confidence: float | None = None


def positions(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    """Give the positions of the letters and digits within the spans."""
    return frozenset(i for s, e in spans for i in range(s, min(e, len(text))) if text[i].isalnum())


def content_word_positions(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    """Give the letter and digit positions of content words; of all words if there is none."""
    chosen = list(spans)
    words = [
        (s + m.start(), s + m.end())
        for s, e in chosen
        for m in _WORD.finditer(text[s:e])
        if m.group().lower() not in FUNCTION_WORDS
    ]
    return positions(text, words or chosen)


def attribution_counts(
    text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]
) -> Counts:
    """Count one document's attributions.

    Returns
    -------
    numpy.ndarray
        Number of predictions, of gold attributions, of matched contents, of matched contents
        with the right source (joint).
    """
    pairs = matches(text, gold, predicted)
    right = sum(same for *_, same in pairs)
    return np.array([len(predicted), len(gold), len(pairs), right], dtype=float)


def matches(
    text: str, gold: Sequence[Attribution], predicted: Sequence[Attribution]
) -> list[tuple[int, int, bool]]:
    """Match contents one to one, the best first.

    Returns
    -------
    list of tuple
        For each match: the place of the prediction, that of the gold, is the source the same?
    """
    ours = [_Positions(text, a) for a in predicted]
    theirs = [_Positions(text, a) for a in gold]
    pairs = []
    for i, a in enumerate(ours):
        for j, b in enumerate(theirs):
            iou = _iou(a.content, b.content)
            if iou >= MIN_IOU:
                pairs.append((-iou, not _same_source(a, b), a.key, b.key, i, j))
    used_ours, used_theirs, found = set(), set(), []
    for _, wrong, _, _, i, j in sorted(pairs):
        if i not in used_ours and j not in used_theirs:
            used_ours.add(i)
            used_theirs.add(j)
            found.append((i, j, not wrong))
    return found


class _Positions:
    """One attribution's positions, with a key that orders any two different ones."""

    def __init__(self, text: str, a: Attribution) -> None:
        self.content = positions(text, a.content)
        self.source = content_word_positions(text, a.source)
        self.key = (sorted(self.content), sorted(self.source))


def _iou(a: frozenset[int], b: frozenset[int]) -> float:
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def _same_source(a: _Positions, b: _Positions) -> bool:
    return bool(a.source & b.source) or not (a.source or b.source)


def iob_spans(offsets: Sequence[Span], tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """Turn IOB2 tags over words with offsets into labelled character spans."""
    spans: list[tuple[int, int, str]] = []
    inside = ""
    for (start, end), tag in zip(offsets, tags, strict=True):
        prefix, _, label = tag.partition("-")
        if prefix == "I" and label == inside:
            spans[-1] = (spans[-1][0], end, label)
        elif prefix in ("B", "I"):
            spans.append((start, end, label))
        inside = label
    return set(spans)


def entity_counts(
    gold: set[tuple[int, int, str]], predicted: set[tuple[int, int, str]]
) -> tuple[Counts, Counts]:
    """Count one document's entities, with labels and without: predictions, gold, right ones."""
    labelled = [len(predicted), len(gold), len(predicted & gold)]
    ours, theirs = {p[:2] for p in predicted}, {g[:2] for g in gold}
    bare = [len(ours), len(theirs), len(ours & theirs)]
    return np.array(labelled, dtype=float), np.array(bare, dtype=float)


def tone_counts(gold: int, predicted: int | None, abstained: bool = False) -> Counts:
    """Count one judgement.

    Parameters
    ----------
    gold, predicted
        -1, 0 or 1; a missing prediction is None.
    abstained
        Whether the method held its judgement back.

    Returns
    -------
    numpy.ndarray
        Nine cells of gold by predicted, gold counts of the three labels, then: answered, answered
        rightly, all.
    """
    row = np.zeros(15)
    row[9 + TONE_LABELS.index(gold)] = 1
    if predicted is not None:
        row[3 * TONE_LABELS.index(gold) + TONE_LABELS.index(predicted)] = 1
    answered = predicted is not None and not abstained
    row[12:] = answered, answered and gold == predicted, 1
    return row


def precision_recall_f1(predicted: float, gold: float, right: float) -> tuple[float, float, float]:
    """Give precision, recall and F1 in 0..1; 0 where the divisor is 0, 1 where nothing was due."""
    if predicted == gold == 0:
        return 1.0, 1.0, 1.0
    precision = right / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    return precision, recall, 2 * right / (predicted + gold)


def figures(rows: Sequence[Counts]) -> dict[str, float]:
    """Give precision, recall and F1 of counts that are predictions, gold and right ones a document.

    Returns
    -------
    dict
        ``n`` documents; ``found``, ``due`` and ``right``: predictions, gold and right ones;
        ``precision, recall, f1`` in 0..1; ``precision_low`` and ``_high``, ``recall_low`` and
        ``_high``, ``low`` and ``high`` (of F1): the 95 % intervals by `bootstrap`.
    """
    counts = np.array(rows, dtype=float)
    found, due, right = counts.sum(axis=0)
    told: dict[str, float] = {
        "n": len(rows), "found": int(found), "due": int(due), "right": int(right)
    }  # fmt: skip
    for place, name in enumerate(("precision", "recall", "f1")):
        ends = bootstrap(counts, lambda c, place=place: precision_recall_f1(*c)[place])
        before = "" if name == "f1" else f"{name}_"
        told |= {name: precision_recall_f1(found, due, right)[place]}
        told |= {f"{before}low": ends[0], f"{before}high": ends[1]}
    return told


def reliability(
    confidence: Sequence[float], right: Sequence[bool], parts: int = 20
) -> list[dict[str, float]]:
    """Set confidence beside accuracy, in parts of equal width between 0 and 1.

    Parameters
    ----------
    confidence, right
        Of each answer: how sure (0..1), and whether it is right.
    parts
        How many.

    Returns
    -------
    list of dict
        One a part that has answers: its ends ``low`` and ``high``, ``n`` answers, ``right`` ones,
        their mean ``confidence`` and their ``accuracy`` (0..1).
    """
    sure, hit = np.asarray(confidence, dtype=float), np.asarray(right, dtype=bool)
    own = np.minimum((sure * parts).astype(int), parts - 1)
    return [
        {
            "low": part / parts, "high": (part + 1) / parts, "n": int((own == part).sum()),
            "right": int(hit[own == part].sum()),
            "confidence": round(float(sure[own == part].mean()), 4),
            "accuracy": round(float(hit[own == part].mean()), 4),
        }
        for part in np.unique(own).tolist()
    ]  # fmt: skip


def macro_f1(counts: Counts) -> float:
    """Give the mean F1 of the tones from summed `tone_counts`; a label never seen is left out."""
    table, due = counts[:9].reshape(3, 3), counts[9:12]
    given = table.sum(axis=0)
    seen = (due + given) > 0
    if not seen.any():
        return 1.0
    return float(np.mean(2 * np.diag(table)[seen] / (due + given)[seen]))


def bootstrap(
    rows: Counts, measure: Callable[[Counts], float], draws: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Give the 95 % percentile interval of a measure over documents drawn with replacement.

    Parameters
    ----------
    rows
        One row of counts a document.
    measure
        Turns summed counts into a number.
    draws, seed
        Number of resamples and the seed of the generator.

    Returns
    -------
    tuple of float
        Low and high end; both not a number if there is no document.
    """
    n = len(rows)
    if n == 0:
        return float("nan"), float("nan")
    random = np.random.default_rng(seed)
    values = [measure(random.multinomial(n, np.full(n, 1 / n)) @ rows) for _ in range(draws)]
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
