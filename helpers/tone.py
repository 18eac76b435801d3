"""Tone towards somebody, in whose voice; what cannot be scored abstains."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pandas as pd

from helpers.baselines import tone as baseline
from helpers.language import detect
from helpers.tables import analysed, frame, named

Span = tuple[int, int]
NEUTRAL = 0.2  # polarity up to which the baseline calls a tone neutral, chosen on train


def towards(
    texts: Sequence[str], spans: Sequence[Span], languages: Sequence[str | None] | None = None
) -> pd.DataFrame:
    """Score the tone of texts towards the target that each span marks.

    Parameters
    ----------
    texts
        Sentences.
    spans
        Start and end of the target in each text, in characters.
    languages
        ISO 639 codes; detected where not given.

    Returns
    -------
    pandas.DataFrame
        One row a text: ``negative, neutral, positive`` (0..1, sum 1; shares of the wording, not
        calibrated probabilities, as long as the method is the baseline), ``tone`` = positive -
        negative (-1..1), ``label``, ``abstained`` and ``how``. A language without a lexicon
        abstains: its figures are missing, never neutral.

    Raises
    ------
    ValueError
        If the lengths differ or a span lies outside its text.
    """
    codes = [detect(text) for text in texts] if languages is None else languages
    if not len(texts) == len(spans) == len(codes):
        raise ValueError(f"{len(texts)} texts, {len(spans)} spans, {len(codes)} languages")
    for row, (text, (start, end)) in enumerate(zip(texts, spans, strict=True)):
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"row {row}: span {start}-{end} lies outside the text")
    rows = zip(texts, spans, codes, strict=True)
    scores = [_scored(baseline.round_target(t, *s, c or ""), c) for t, s, c in rows]
    return pd.DataFrame(scores, columns=_COLUMNS)


def wording(texts: Sequence[str], languages: Sequence[str | None]) -> pd.DataFrame:
    """Score the wording of whole texts, towards nobody; columns as in `towards`."""
    rows = zip(texts, languages, strict=True)
    return pd.DataFrame(
        [_scored(baseline.polarity(t, c or ""), c) for t, c in rows], columns=_COLUMNS
    )


def tones(
    sentences: pd.DataFrame, mentions: pd.DataFrame, attributions: pd.DataFrame
) -> pd.DataFrame:
    """Score every mention of an entity by name and every sentence of the analysed blocks.

    Parameters
    ----------
    sentences, mentions, attributions
        The tables of these names.

    Returns
    -------
    pandas.DataFrame
        The table `tones`. A row of a mention has ``entity_id``, ``entity`` and the mention's
        span; a row of a sentence has no entity, and its span is the sentence: wording, never to
        be mixed with tone towards somebody (`targets` and `sentence_tones` part them).
        ``voice`` is ``quoted`` where the span stands in an attributed content, then
        ``attribution_id`` says whose, else ``author``.
    """
    kept = analysed(sentences).reset_index(drop=True)
    codes = kept["language"].astype("str")
    whole = pd.concat([kept, wording(kept["text"], codes.where(codes.notna(), None))], axis=1)
    found = named(mentions).dropna(subset=["entity_id"])
    found = found[found["sentence_id"].isin(kept["sentence_id"])].reset_index(drop=True)
    scored = _scored_mentions(found, kept)
    both = pd.concat([pd.concat([found.drop(columns=["label", "how"]), scored], axis=1), whole])
    return frame(_voiced(both, attributions), "tones").sort_values(
        ["article_id", "start", "end"], ignore_index=True
    )


def targets(tones: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that say a tone towards an entity."""
    return tones[tones["entity_id"].notna()]


def sentence_tones(tones: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that score the wording of a whole sentence."""
    return tones[tones["entity_id"].isna()]


_COLUMNS = ["negative", "neutral", "positive", "tone", "label", "abstained", "how"]


def _scored_mentions(mentions: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Score mentions in their sentences; a sentence is looked up, not copied for each of them."""
    columns = sentences["start"], sentences["text"], sentences["language"].astype("object")
    places = dict(zip(sentences["sentence_id"], zip(*columns, strict=True), strict=True))
    rows = [(places[m.sentence_id], m.start, m.end) for m in mentions.itertuples()]
    return towards(
        [text for (_, text, _), _, _ in rows],
        [(start - first, end - first) for (first, _, _), start, end in rows],
        [language if isinstance(language, str) else None for (_, _, language), _, _ in rows],
    )


def _scored(polarity: float | None, language: str | None) -> tuple:
    if polarity is None:
        nan = float("nan")
        return nan, nan, nan, nan, None, True, f"unscored: no lexicon for {language or 'unknown'}"
    negative, positive = max(-polarity, 0.0), max(polarity, 0.0)
    label = "neutral"
    if abs(polarity) > NEUTRAL:
        label = "positive" if polarity > 0 else "negative"
    neutral = 1 - negative - positive
    return negative, neutral, positive, polarity, label, False, baseline.METHODS[language]


def _voiced(rows: pd.DataFrame, attributions: pd.DataFrame) -> pd.DataFrame:
    quoted: dict[str, list[tuple[Span, str]]] = defaultdict(list)
    for row in attributions.itertuples():
        quoted[row.article_id] += [(tuple(span), row.attribution_id) for span in row.content_spans]
    ids = list(_holders(rows, quoted))
    return rows.assign(attribution_id=ids, voice=["author" if i is None else "quoted" for i in ids])


def _holders(rows: pd.DataFrame, quoted: dict[str, list[tuple[Span, str]]]) -> Iterator[str | None]:
    """Give for each row the innermost content that holds more than half of it, if there is one."""
    for row in rows.itertuples():
        holding = [
            (end - start, name)
            for (start, end), name in quoted[row.article_id]
            if 2 * (min(end, row.end) - max(start, row.start)) > row.end - row.start
        ]
        yield min(holding)[1] if holding else None
