"""Annotation: a batch of articles through all layers, and what of it cannot be done.

`version` tells by which code, data files and models: what is cached is found by it.
"""

import hashlib
from functools import cache
from pathlib import Path

import pandas as pd

from helpers import attribution, entities, tone
from helpers.blocks import blocks
from helpers.chains import links
from helpers.encoder import encoder, encoder_name
from helpers.heads import Head, head_file
from helpers.metadata import metadata
from helpers.reading import read
from helpers.sentences import sentences
from helpers.wordlists import LISTS, stamp
from helpers.workers import Outcome

# What comes after the annotation: a change there leaves what is cached as it is.
_LATER = {
    "association.py", "cards.py", "charts", "claims", "contrast.py", "cooccurrence.py",
    "evaluate.py", "evaluate_tone.py", "evidence.py", "gold.py", "intervals.py", "networks.py",
    "pages.py", "passages.py", "reasons.py", "scores.py", "scoring.py", "selection.py",
    "share.py", "source_summary.py", "summary.py", "tone_summary.py", "train.py", "training",
    "counts.py", "dataset.py", "kept.py", "nesting.py", "story.py", "story_tables.py",
    "workers.py",
}  # fmt: skip
HEADS = (entities.HEAD, attribution.HEAD)  # one reading of an article serves both
# An article in each language, to tell an article that fails from heads or lists that do.
_PLAIN = ("Anna Weber sagte, alles sei gut.", "Ann Hill said all was well.", "李明表示，一切都好。")


def attempt(articles: pd.DataFrame) -> Outcome:
    """Annotate a batch; if that fails, each article alone, and say of each that fails why.

    Raises what a plain sentence meets, too: then it is not the article that is at fault.
    """
    try:
        return Outcome(_annotated(articles), {}, version())
    except Exception as error:
        if len(articles) == 1:
            _annotated(_plain(articles))
            reason = f"{type(error).__name__}: {error}"
            return Outcome({}, {articles["article_id"].iloc[0]: reason}, version())
    alone = [attempt(articles.iloc[[at]]) for at in range(len(articles))]
    good = [outcome.tables for outcome in alone if outcome.tables]
    tables = {
        name: pd.concat([found[name] for found in good], ignore_index=True)
        for name in (good[0] if good else ())
    }
    failed = {i: reason for outcome in alone for i, reason in outcome.failed.items()}
    return Outcome(tables, failed, version())


def _plain(articles: pd.DataFrame) -> pd.DataFrame:
    text = "\n".join(_PLAIN)
    return articles.iloc[:1].assign(article_id="plain", text=text, language="en")


def _annotated(articles: pd.DataFrame) -> dict[str, pd.DataFrame]:
    found = {"blocks": blocks(articles)}
    found["sentences"] = sentences(found["blocks"])
    layers = sorted({layer for name in HEADS for layer in Head.load(name).layers})
    chunks = read(found["sentences"], encoder(), layers)
    found["mentions"] = entities.mentions(found["sentences"], chunks)
    found["attributions"] = attribution.attributions(
        articles, found["sentences"], found["mentions"], chunks
    )
    told = metadata(articles, found["blocks"])
    found["links"] = links(told, found["sentences"], found["mentions"], found["attributions"])
    found["tones"] = tone.tones(found["sentences"], found["mentions"], found["attributions"])
    return found


def version() -> str:
    """Hash the code, the data files and the models that decide what is found."""
    data = [*(stamp(name)[0] for name in LISTS), *map(head_file, (*HEADS, tone.HEAD))]
    read = b"".join(p.read_bytes() for p in data)
    return hashlib.sha256(_code() + read + encoder_name().encode("utf-8")).hexdigest()[:16]


@cache
def _code() -> bytes:
    """Read the code once: what is edited later is not what runs here."""
    here = Path(__file__).parent
    code = [p for p in sorted(here.rglob("*.py")) if p.relative_to(here).parts[0] not in _LATER]
    return b"".join(p.read_bytes() for p in code)
