"""Baseline of the mentions layer: names of `helpers.names` wherever they stand, and surnames.

It needs no model; it stays as the comparator of ``make evaluate``.
"""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.forms import Found, find, pattern
from helpers.names import Name, known
from helpers.tables import analysed, frame

# Share of a rule's mentions that are right. Alias: exact span and label, pooled over
# the German, English and Chinese gold dev sets, where "US" in "US-Modell" counts as wrong. Repeat:
# 74 drawn from whole articles of the attribution gold and judged by hand, 66 right.
PRECISION = {"alias": 0.67, "repeat": 0.89}


def baseline(sentences: pd.DataFrame) -> pd.DataFrame:
    """Find the known names in the analysed sentences (headline, standfirst, body).

    Of overlapping names the longest counts; the span is the name alone, so ``US-Modelle`` holds
    a mention of the United States and ``Alibaba-Konzern`` one of Alibaba. After a person's full
    name, its first or last word alone is that person further down the same article, unless two
    persons share the word (how ``repeat``).

    Parameters
    ----------
    sentences
        Table "sentences" of `helpers.tables`.

    Returns
    -------
    pandas.DataFrame
        Table "mentions": offsets into the article's text; how is alias or repeat;
        confidence is that rule's precision, `PRECISION`.

    Raises
    ------
    ValueError
        If ``data/aliases.csv`` is wrong, naming the row and the reason.
    """
    rows: list[dict[str, Any]] = []
    ordered = analysed(sentences).sort_values(["article_id", "start"])
    for _, article in ordered.groupby("article_id", sort=False):
        rows.extend(_article(article))
    return frame(rows, "mentions")


def _article(sentences: pd.DataFrame) -> Iterator[dict[str, Any]]:
    found = []
    for sentence in sentences.itertuples():
        names = known(str(sentence.language))
        spans = [(span, names.names[span.form]) for span in find(sentence.text, names.pattern)]
        found.append((sentence, spans))
    people = _people(found)
    for sentence, spans in found:
        rows = [(span, name, "alias") for span, name in spans if name]
        again = _repeats(sentence, [span for span, _ in spans], people)
        rows += [(span, name, "repeat") for span, name in again]
        for span, name, how in sorted(rows):
            yield _row(sentence, span, name, how)


def _row(sentence: Any, span: Found, name: Name, how: str) -> dict[str, Any]:
    return {
        "article_id": sentence.article_id,
        "sentence_id": sentence.sentence_id,
        "start": sentence.start + span.start,
        "end": sentence.start + span.end,
        "text": sentence.text[span.start : span.end],
        "label": name.label,
        "entity_id": name.entity_id,
        "entity": name.entity,
        "how": how,
        "confidence": PRECISION[how],
    }


def _people(
    found: list[tuple[Any, list[tuple[Found, Name | None]]]],
) -> dict[str, tuple[int, Name]]:
    """Give the first and last words of full names: from where in the article, and whose.

    A word that two persons share is left out.
    """
    people: dict[str, tuple[int, Name]] = {}
    shared = set()
    for sentence, spans in found:
        for span, name in spans:
            words = span.form.split()
            if name is None or name.label != "PER" or len(words) < 2:
                continue
            for word in {words[0], words[-1]}:
                _, first = people.setdefault(word, (sentence.start + span.end, name))
                if first.entity_id != name.entity_id:
                    shared.add(word)
    return {w: p for w, p in people.items() if w not in shared and w.isalpha()}


def _repeats(
    sentence: Any, taken: list[Found], people: dict[str, tuple[int, Name]]
) -> Iterator[tuple[Found, Name]]:
    for span in find(sentence.text, pattern(people, str(sentence.language))):
        since, name = people[span.form]
        # "Zhang" before another capitalised word may be another person's name; "Zhangs" is not.
        ending = span.end - span.start > len(span.form)
        alone = ending or not re.match(r"\s+[A-ZÀ-ÖØ-Þ]", sentence.text[span.end :])
        free = all(span.end <= t.start or t.end <= span.start for t in taken)
        if alone and free and sentence.start + span.start >= since:
            yield span, name
