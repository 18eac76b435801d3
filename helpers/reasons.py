"""Why a tone: the words that moved it, found by leaving each out of its sentence."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import pandas as pd

from helpers.caching import cache_folder, store
from helpers.encoder import encoder, encoder_name
from helpers.heads import head_file
from helpers.language import HAN
from helpers.story import Story, origin
from helpers.tone import towards, wording
from helpers.toning import HEAD

LONGEST = 40  # words that are left out in turn: those nearest to the target
SHOWN = 5  # words told of each row, those that move it most
_WORD = re.compile(r"\w+(?:[-’']\w+)*")
Span = tuple[int, int]


def explained(tones: pd.DataFrame, story: Story | None = None) -> pd.DataFrame:
    """Add to rows of the table `tones` the words that moved them.

    A word's shift is the tone of the sentence, read alone, less the tone without that word
    (leave one out); it is a hint at what the head heeds, no proof of a cause: words that only work
    together show little of it. Read once, kept in the cache.

    Parameters
    ----------
    tones
        Rows of a story's ``tones``; each takes about a second.
    story
        The story they come from, where a merge made pandas forget it.

    Returns
    -------
    pandas.DataFrame
        The rows with a column ``moved``: a list of up to `SHOWN` of ``[start, end, shift]``, the
        strongest first; offsets in the article, shift -2..2, above 0 where the word makes the
        tone more positive.

    Raises
    ------
    ValueError
        If the story is not known.
    """
    story = story or origin(tones)
    if story is None:
        raise ValueError("these rows do not say which story they are from: give story=story")
    lines = story.sentences.set_index("sentence_id")
    moved = [_moved(row, lines.loc[row.sentence_id]) for row in tones.itertuples()]
    out = tones.assign(moved=pd.Series(moved, index=tones.index, dtype=object))
    out.attrs = tones.attrs
    return out


def _moved(row: tuple, sentence: pd.Series) -> list[list[float]]:
    target = None
    if isinstance(row.entity_id, str):
        target = (int(row.start - sentence["start"]), int(row.end - sentence["start"]))
    language = sentence["language"] if isinstance(sentence["language"], str) else None
    shifts = _kept(sentence["text"], target, language)
    strongest = sorted(shifts, key=lambda word: -abs(word[2]))[:SHOWN]
    first = int(sentence["start"])
    return [[first + start, first + end, shift] for start, end, shift in strongest if shift]


def _kept(text: str, target: Span | None, language: str | None) -> list[list[float]]:
    """Give the shifts of a sentence's words, from the cache if they were found before."""
    made_by = hashlib.sha256(head_file(HEAD).read_bytes()).hexdigest() + encoder_name()
    key = hashlib.sha256(json.dumps([made_by, text, target]).encode()).hexdigest()
    file = cache_folder() / "reasons" / key[:2] / f"{key}.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = shifts(text, target, language)
    with suppress(OSError):  # no room, no right to write: found again the next time
        store(file, json.dumps(found).encode())
    return found


def shifts(text: str, target: Span | None, language: str | None = None) -> list[list[float]]:
    """Say how each word moves the tone of a sentence.

    Parameters
    ----------
    text, target
        A sentence and the place of its target; None for the tone of the wording.
    language
        ISO 639 code.

    Returns
    -------
    list of list
        ``[start, end, shift]`` for each word outside the target, at most `LONGEST`.
    """
    left_out = list(_words(text, target))
    texts, spans = [text], [target or (0, 0)]
    for start, end in left_out:
        behind = end + (text[end : end + 1] == " ")
        texts.append(text[:start] + text[behind:])
        spans.append(_moved_span(target, start, behind) if target else (0, 0))
    codes = [language] * len(texts)
    scored = towards(texts, spans, codes) if target else wording(texts, codes)
    shift = np.round(scored["tone"].iloc[0] - scored["tone"].iloc[1:], 4)
    return [[*span, float(s)] for span, s in zip(left_out, shift, strict=True)]


def _words(text: str, target: Span | None) -> Iterator[Span]:
    """Give the words outside the target, those nearest to it; Chinese in the encoder's pieces."""
    spans = [found.span() for found in _WORD.finditer(text) if not HAN.search(found[0])]
    if HAN.search(text):
        tokens = encoder().encode([text], [1])[0]
        pieces = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
        spans += [(start, end) for start, end in pieces if HAN.search(text[start:end])]
    if target:
        spans = [s for s in spans if s[1] <= target[0] or s[0] >= target[1]]
        spans.sort(key=lambda s: max(target[0] - s[1], s[0] - target[1]))
    yield from sorted(spans[:LONGEST])


def _moved_span(target: Span, start: int, end: int) -> Span:
    """Give the place of a target once a stretch before or behind it is gone."""
    gone = end - start if end <= target[0] else 0
    return target[0] - gone, target[1] - gone
