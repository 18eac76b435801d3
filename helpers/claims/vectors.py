"""What is compared, as vectors: sentences, and statements within a sentence that has several."""

import hashlib
import io
import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm.auto import tqdm

from helpers.caching import cache_folder, store
from helpers.claims.background import distinct
from helpers.claims.facts import denies, numbers
from helpers.encoder import encoder
from helpers.story import Story
from helpers.tables import analysed

Floats = NDArray[np.float32]
BATCH = 64  # articles read at once
# A sentence that denies and one that does not are this much less similar than their words are.
# Chosen on the dev pairs of tests/gold/same-claim.jsonl.
DENIAL = 0.2


def units(story: Story) -> pd.DataFrame:
    """List what can state a claim: analysed sentences, and contents where a sentence has several.

    Parameters
    ----------
    story
        Of it sentences and attributions are read.

    Returns
    -------
    pandas.DataFrame
        ``article_id, sentence_id, start, end, text, language, attribution_id`` (missing for a
        sentence), ``denies``, ``numbers`` (frozenset), in the order of the articles.
    """
    lines = analysed(story.sentences)
    columns = ["article_id", "sentence_id", "start", "end", "text", "language"]
    whole = lines[columns].astype({"language": "str"})
    parts = _parts(story.attributions, whole)
    rows = pd.concat([whole.assign(attribution_id=None, stance=None), parts], ignore_index=True)
    pairs = list(zip(rows["text"], rows["language"].fillna(""), strict=True))
    said = rows["attribution_id"].notna()
    rows["denies"] = np.where(said, rows["stance"] == "deny", [denies(*pair) for pair in pairs])
    rows["numbers"] = [numbers(text) for text, _ in pairs]
    order = {name: i for i, name in enumerate(story.articles["article_id"])}
    place = rows["article_id"].map(order)
    return (
        rows.drop(columns="stance")
        .loc[place.sort_values(kind="stable").index]
        .reset_index(drop=True)
    )


def _parts(attributions: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Give the contents of sentences that have several; a noun phrase is no statement."""
    own = attributions[attributions["sentence_id"].isin(lines["sentence_id"])]
    several = own.groupby("sentence_id")["attribution_id"].transform("size") > 1
    kept = own[several & (own["mode"].astype("str") != "reported")]
    language = kept["sentence_id"].map(lines.set_index("sentence_id")["language"])
    names = {"content": "text", "content_start": "start", "content_end": "end"}
    columns = ["article_id", "sentence_id", "attribution_id", "stance", *names]
    out = kept[columns].rename(columns=names).assign(language=language)
    return out.astype({"stance": "str"})


def vectors(texts: Mapping[str, Sequence[str]], *, progress: bool = True) -> dict[str, Floats]:
    """Give the encoder's vectors of each article's texts, from the cache where they were made.

    Parameters
    ----------
    texts
        By article.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    dict of numpy.ndarray
        By article: float32 (texts, width), each of length 1 to half precision, in which they are
        kept.
    """
    name = encoder().name
    keys = {article: _key(name, own) for article, own in texts.items()}
    found = {article: read for article, key in keys.items() if (read := _read(key)) is not None}
    todo = [article for article in texts if article not in found]
    quiet = not progress or bool(os.environ.get("TQDM_DISABLE"))
    with tqdm(total=len(todo), unit="article", delay=1, leave=False, disable=quiet) as bar:
        for first in range(0, len(todo), BATCH):
            batch = todo[first : first + BATCH]
            for article, made in _made({a: texts[a] for a in batch}):
                found[article] = made
                _write(keys[article], made)
            bar.update(len(batch))
    return {article: found[article].astype(np.float32) for article in texts}


def compared(rows: pd.DataFrame, *, progress: bool = True) -> Floats:
    """Give the vectors of sentences or units as they are compared, without the background.

    Parameters
    ----------
    rows
        ``article_id, text, language``, the rows of an article together.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    numpy.ndarray
        float32, one row a row, of length 1.

    Raises
    ------
    ValueError
        If the background was learnt from another encoder than the one here.
    """
    texts = {a: list(own) for a, own in rows.groupby("article_id", sort=False)["text"]}
    if not texts:
        return np.zeros((0, 1), dtype=np.float32)
    made = vectors(texts, progress=progress)
    return distinct(np.concatenate(list(made.values())), list(rows["language"].astype("str")))


def signed(made: Floats, denying: Sequence[bool]) -> Floats:
    """Add to vectors whether they deny, so that products less `DENIAL` know it (`similarity`)."""
    flags = np.asarray(denying, dtype=bool)
    sign = np.column_stack([flags, ~flags]) * np.float32(DENIAL**0.5)
    return np.hstack([made, sign]).astype(np.float32)


def similarity(a: Floats, b: Floats) -> Floats:
    """Give the cosines of signed vectors, less `DENIAL` where just one of two denies."""
    return a @ b.T - np.float32(DENIAL)


def _made(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, NDArray[np.float16]]]:
    flat = [text for own in texts.values() for text in own]
    made = encoder().vectors(flat).astype(np.float16)
    ends = np.cumsum([len(own) for own in texts.values()])
    yield from zip(texts, np.split(made, ends[:-1]), strict=True)


def _key(name: str, texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([name, *texts]).encode()).hexdigest()


def _read(key: str) -> NDArray[np.float16] | None:
    try:
        return np.load(cache_folder() / "vectors" / key[:2] / f"{key}.npy", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # not there, or broken: it is made again


def _write(key: str, made: NDArray[np.float16]) -> None:
    content = io.BytesIO()
    np.save(content, made)
    try:
        store(cache_folder() / "vectors" / key[:2] / f"{key}.npy", content.getvalue())
    except OSError as error:  # nothing is lost, only made again the next time
        warnings.warn(f"vectors not cached: {error.strerror}", stacklevel=3)
