"""Tone towards somebody, in whose voice; where the head is not sure enough it abstains."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from helpers.encoder import Tokens, encoder
from helpers.heads import Array, one_thread
from helpers.language import detect
from helpers.tables import analysed, frame
from helpers.toning import HEAD, LABELS, Tones, surroundings, whole
from helpers.vectors import keep

Span = tuple[int, int]
NOT_SURE = "not sure enough"
_TOGETHER = 30_000  # characters read at once
_COLUMNS = [*LABELS, "tone", "label", "abstained", "how"]


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
        One row a text: ``negative, neutral, positive`` (probabilities, sum 1), ``tone`` =
        positive - negative (-1..1), ``label``, ``abstained`` and ``how``. It abstains below the
        confidence at which it was right nine times in ten, and in a language in which nobody has
        tried it; then the figures stand, and the label is missing, never neutral.

    Raises
    ------
    ValueError
        If the lengths differ, a span lies outside its text, or the head was trained on another
        encoder.
    """
    codes = _codes(texts, languages)
    if not len(texts) == len(spans) == len(codes):
        raise ValueError(f"{len(texts)} texts, {len(spans)} spans, {len(codes)} languages")
    for row, (text, (start, end)) in enumerate(zip(texts, spans, strict=True)):
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"row {row}: span {start}-{end} lies outside the text")
    head = _head()
    rows = zip(_tokens(texts, head), spans, strict=True)
    return _towards([surroundings(t, head.layers, span) for t, span in rows], codes, head)


def wording(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> pd.DataFrame:
    """Score the wording of whole sentences, towards nobody; columns as in `towards`."""
    head = _head()
    rows = [whole(tokens, head.layers) for tokens in _tokens(texts, head)]
    return _wording(rows, _codes(texts, languages), head)


@one_thread
def tones(
    sentences: pd.DataFrame, mentions: pd.DataFrame, attributions: pd.DataFrame
) -> pd.DataFrame:
    """Score every mention of an entity and every sentence of the analysed blocks.

    Each sentence is read alone, as in training: among its neighbours it takes on their tone
    (seven points of macro F1 less on NewsMTSC).

    Parameters
    ----------
    sentences, mentions, attributions
        The tables of these names. Role phrases and pronouns count where they are tied to an
        entity.

    Returns
    -------
    pandas.DataFrame
        The table `tones`. A row of a mention has ``entity_id``, ``entity`` and the mention's
        span; a row of a sentence has no entity, and its span is the sentence: wording, never to
        be mixed with tone towards somebody (`targets` and `sentence_tones` part them).
        ``voice`` is ``quoted`` where the span stands in an attributed content, then
        ``attribution_id`` says whose, else ``author``.

    Raises
    ------
    ValueError
        If the head was trained on another encoder.
    """
    head = _head()
    kept = analysed(sentences).reset_index(drop=True)
    found = mentions[mentions["sentence_id"].isin(kept["sentence_id"])]
    found = found.dropna(subset=["entity_id"])
    own: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    places = zip(found["sentence_id"], found.index, found["start"], found["end"], strict=True)
    for name, *place in places:
        own[name].append(tuple(place))
    order, near, means, made = [], [], [], []
    lines = zip(kept["sentence_id"], kept["start"], _tokens(list(kept["text"]), head), strict=True)
    for name, first, tokens in lines:
        means.append(whole(tokens, head.layers))
        made.append(tokens.vector)
        for index, start, end in own[name]:
            order.append(index)
            near.append(surroundings(tokens, head.layers, (start - first, end - first)))
    if made:  # claims compare the same sentences, each read alone, too
        texts = kept.groupby("article_id", sort=False)["text"]
        keep({article: list(own) for article, own in texts}, np.stack(made))
    found = found.loc[order].drop(columns=["label", "how"]).reset_index(drop=True)
    languages = kept["language"].astype("object").where(kept["language"].notna(), None)
    codes = found["sentence_id"].map(dict(zip(kept["sentence_id"], languages, strict=True)))
    towards_somebody = pd.concat([found, _towards(near, list(codes), head)], axis=1)
    worded = pd.concat([kept, _wording(means, list(languages), head)], axis=1)
    both = pd.concat([towards_somebody, worded])
    return frame(_voiced(both, attributions), "tones").sort_values(
        ["article_id", "start", "end"], ignore_index=True
    )


def targets(tones: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that say a tone towards an entity."""
    return tones[tones["entity_id"].notna()]


def sentence_tones(tones: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows that score the wording of a whole sentence."""
    return tones[tones["entity_id"].isna()]


def _head() -> Tones:
    head = Tones.load(HEAD)
    head.fits(encoder().name)
    return head


def _codes(texts: Sequence[str], languages: Sequence[str | None] | None) -> Sequence[str | None]:
    return [detect(text) for text in texts] if languages is None else languages


def _tokens(texts: Sequence[str], head: Tones) -> Iterator[Tokens]:
    """Read texts, some at a time, each once where it stands more than once among them."""
    for part in _parts(texts):
        once = list(dict.fromkeys(part))
        tokens = dict(zip(once, encoder().encode(once, head.layers), strict=True))
        yield from (tokens[text] for text in part)


def _parts(texts: Sequence[str]) -> Iterator[list[str]]:
    """Part texts by their length: the states of a character take a kilobyte and a half."""
    part: list[str] = []
    for text in texts:
        if part and sum(map(len, part)) + len(text) > _TOGETHER:
            yield part
            part = []
        part.append(text)
    if part:
        yield part


def _towards(rows: list[Array], languages: Sequence[str | None], head: Tones) -> pd.DataFrame:
    shares = head.towards(np.stack(rows)) if rows else np.zeros((0, len(LABELS)))
    return _table(shares, languages, head, "target")


def _wording(rows: list[Array], languages: Sequence[str | None], head: Tones) -> pd.DataFrame:
    shares = head.wording(np.stack(rows)) if rows else np.zeros((0, len(LABELS)))
    return _table(shares, languages, head, "sentence")


def _table(shares: Array, languages: Sequence[str | None], head: Tones, of: str) -> pd.DataFrame:
    rows = [
        (
            *map(float, row),
            float(row[2] - row[0]),
            *_verdict(row, language, head.limit(language, of)),
        )
        for row, language in zip(shares, languages, strict=True)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _verdict(
    shares: Array, language: str | None, limit: float | None
) -> tuple[str | None, bool, str]:
    """Give label, whether it abstains, and how it was scored or why it abstains."""
    if limit is None:
        return None, True, f"not validated in {language or 'an unknown language'}"
    if shares.max() < limit:
        return None, True, NOT_SURE
    return LABELS[int(shares.argmax())], False, "head"


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
