"""The baseline of the tone layer: the polarity of the words round a target, by a lexicon.

VADER for English, the lexicon of textblob-de for German; other languages stay unscored. It
scores wording, not stance, and stays as the comparator of ``make evaluate``, which installs the
two lexicons: ``pip install '.[evaluate]'``.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.metadata import files
from itertools import islice
from typing import TYPE_CHECKING

import pandas as pd
from simplemma import lemmatize

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

LANGUAGES = ("en", "de")
NEUTRAL = 0.2  # polarity up to which a tone is called neutral, chosen on train
WINDOW = 12  # words each side of the target, chosen on NewsMTSC and GerNTSA train
_REACH = 50 * WINDOW  # characters
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NEGATION = re.compile(r"(?:nicht|kein\w*|nie|niemals|ohne|weder)$", re.IGNORECASE)


def towards(
    texts: Sequence[str], spans: Sequence[tuple[int, int]], languages: Sequence[str]
) -> pd.DataFrame:
    """Score the words round each target; parameters and columns as `helpers.tone.towards`.

    The figures are shares of the wording, not probabilities.
    """
    rows = zip(texts, spans, languages, strict=True)
    return _scored(round_target(text, *span, language) for text, span, language in rows)


def wording(texts: Sequence[str], languages: Sequence[str]) -> pd.DataFrame:
    """Score the wording of whole texts; columns as `helpers.tone.wording`."""
    return _scored(polarity(*row) for row in zip(texts, languages, strict=True))


def polarity(text: str, language: str) -> float | None:
    """Score the wording of a text from -1 (negative) to 1, or None in an unknown language."""
    if language == "en":
        return _vader().polarity_scores(text)["compound"]
    return _german(text) if language == "de" else None


def round_target(text: str, start: int, end: int, language: str) -> float | None:
    """Score the words up to `WINDOW` words before and behind a target, the target left out."""
    if language not in LANGUAGES:
        return None
    # A sentence may be 200 kB long: only what can hold the words is searched.
    before = list(_WORD.finditer(text, max(0, start - _REACH), start))[-WINDOW:]
    behind = list(islice(_WORD.finditer(text, end, end + _REACH), WINDOW))
    left = text[before[0].start() : start] if before else ""
    right = text[end : behind[-1].end()] if behind else ""
    # A neutral word stands for the target, lest its name be scored (the firm "Best Friends").
    return polarity(f"{left}it{right}", language)


def _scored(polarities: Iterable[float | None]) -> pd.DataFrame:
    tone = pd.Series(polarities, dtype=float)
    negative, positive = (-tone).clip(lower=0), tone.clip(lower=0)
    sign = (tone > NEUTRAL).astype(int) - (tone < -NEUTRAL).astype(int)
    label = sign.map({-1: "negative", 0: "neutral", 1: "positive"}).astype(object)
    return pd.DataFrame(
        {
            "negative": negative, "neutral": 1 - negative - positive, "positive": positive,
            "tone": tone, "label": label.where(tone.notna(), None), "abstained": tone.isna(),
        }
    )  # fmt: skip


def _german(text: str) -> float:
    """Average the polarity of the words that the lexicon knows; a negation before one flips it."""
    lexicon, total, hits, previous = _lexicon(), 0.0, 0, ["", ""]
    for match in _WORD.finditer(text):
        word = match[0]
        value = lexicon.get(word.casefold())
        value = lexicon.get(lemmatize(word, lang="de").casefold()) if value is None else value
        if value:
            negated = any(_NEGATION.match(p) for p in previous)
            total, hits = total + (-value if negated else value), hits + 1
        previous = [previous[1], word]
    return total / hits if hits else 0.0


@cache
def _vader() -> "SentimentIntensityAnalyzer":
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


@cache
def _lexicon() -> dict[str, float]:
    """Read the lexicon's file alone: the package cannot be imported beside today's textblob."""
    path = next(f for f in files("textblob-de") or [] if f.name == "de-sentiment.xml")
    words = ElementTree.parse(path.locate()).getroot().iter("word")
    return {w.get("form", "").casefold(): float(w.get("polarity", 0)) for w in words}
