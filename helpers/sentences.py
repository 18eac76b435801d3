"""Sentences with their place in the article.

The boundaries are those of sentencex, mended where it was seen to be wrong for a general reason:
a closing mark belongs to the sentence before it; a German ordinal (``Das 2. Quartal``) and the
Chinese words that say who spoke (``“……。”他说。``) do not stand alone; ``no.`` and ``May.`` before
a capital letter end an English sentence.
"""

import re
from collections.abc import Iterator

import pandas as pd
from sentencex import get_sentence_boundaries

from helpers.tables import frame

_CLOSING = re.compile(r"[”」』）]+")
_ORDINAL = re.compile(r"\s*(?:[^\W\d_]+[.,]*\s+){1,2}\d{1,2}\.\s*")
_SPEAKS = re.compile(
    r"(?![没沒无無])[^。！？，,；\s]{1,15}(?:说|說|道|问|問|喊|称|稱|表示|指出|强调|強調|解释|解釋|回答)[着著]?[。！？]"
)
_WORD_STOP = re.compile(r"\b(?:no|May)\.[”\"]?\s+(?=[“\"]?[A-Z])")
# A list mark is no part of the sentence that it opens.
_MARK = re.compile(r"\s*[•·▪◦‣*–—-]\s+(?=\S)")


def sentences(blocks: pd.DataFrame) -> pd.DataFrame:
    """Split blocks into sentences; a quote that holds several sentences stays whole.

    Parameters
    ----------
    blocks
        The table `blocks`.

    Returns
    -------
    pandas.DataFrame
        The table `sentences`, without the white space between sentences and the list mark that
        opens a block. ``sentence_id`` is
        ``001:p03s02`` for the second sentence of the third block of article 001.
    """
    number = blocks.groupby("article_id", observed=True).cumcount() + 1
    rows = zip(blocks.to_dict("records"), number, strict=True)
    return frame((row for block, n in rows for row in _split(block, n)), "sentences")


def paragraph(sentence_ids: pd.Series) -> pd.Series:
    """Give the block that each sentence stands in, such as ``001:p03``."""
    return sentence_ids.str.replace(r"s\d+$", "", regex=True)


def _split(block: dict, number: int) -> Iterator[dict]:
    text = block["text"]
    code = block["language"] if isinstance(block["language"], str) else "en"
    mark = _MARK.match(text)
    first = mark.end() if mark else 0
    at, count = first, 0
    for end in (first + e for e in _ends(text[first:], code)):
        inner = text[at:end].strip()
        if not inner:
            continue
        count += 1
        start = block["start"] + text.index(inner, at)
        at = end
        yield {
            "article_id": block["article_id"],
            "sentence_id": f"{block['article_id']}:p{number:02d}s{count:02d}",
            "start": start,
            "end": start + len(inner),
            "kind": block["kind"],
            "language": block["language"],
            "text": inner,
        }


def _ends(text: str, code: str) -> list[int]:
    """Give the place where each sentence ends."""
    found = {piece["end_index"] for piece in get_sentence_boundaries(code, text)} | {len(text)}
    if code == "en":
        found |= {hit.end() for hit in _WORD_STOP.finditer(text)}
    closed = {hit.end() if (hit := _CLOSING.match(text, end)) else end for end in found}
    kept, start = [], 0
    for end in sorted(closed):
        alone = code == "de" and _ORDINAL.fullmatch(text, start, end)
        spoken = code == "zh" and text[:end].endswith(tuple("”」』")) and _SPEAKS.match(text, end)
        if end == len(text) or not (alone or spoken):
            kept.append(end)
            start = end
    return kept
