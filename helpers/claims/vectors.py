"""What is compared, as vectors: sentences, and statements within a sentence that has several."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.claims.background import distinct
from helpers.claims.facts import denies, numbers
from helpers.story import Story
from helpers.tables import analysed
from helpers.vectors import Floats, vectors

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


def compared(rows: pd.DataFrame, *, progress: bool = True) -> Floats:
    """Give the vectors of sentences or units as they are compared, without the background.

    Parameters
    ----------
    rows
        ``article_id, text, language``, the rows of an article together; of units
        ``attribution_id``, too, sentences before contents.
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
    if not len(rows):
        return np.zeros((0, 1), dtype=np.float32)
    # Sentences apart from contents: `annotate` has kept the vectors of the sentences.
    part = rows["attribution_id"].notna() if "attribution_id" in rows else False
    told = (
        rows[["article_id", "text"]].assign(part=part).groupby(["article_id", "part"], sort=False)
    )
    made = vectors({key: list(own) for key, own in told["text"]}, progress=progress)
    return distinct(np.concatenate(made), list(rows["language"].astype("str")))


def signed(made: Floats, denying: Sequence[bool]) -> Floats:
    """Add to vectors whether they deny, so that products less `DENIAL` know it (`similarity`)."""
    flags = np.asarray(denying, dtype=bool)
    sign = np.column_stack([flags, ~flags]) * np.float32(DENIAL**0.5)
    return np.hstack([made, sign]).astype(np.float32)


def similarity(a: Floats, b: Floats) -> Floats:
    """Give the cosines of signed vectors, less `DENIAL` where just one of two denies."""
    return a @ b.T - np.float32(DENIAL)
