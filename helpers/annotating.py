"""Annotation: a batch of articles through all layers, and what of it cannot be done.

`version` tells by which code, data files and models: what is cached is found by it.
"""

import ast
import hashlib
from collections.abc import Iterator
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
from helpers.wordlists import LISTS, sources
from helpers.workers import Outcome

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
    """Hash the code, the data files and the models that decide what `annotate` finds."""
    lists = [file for name in LISTS for file in sources(name)]
    data = [*lists, *map(head_file, (*HEADS, tone.HEAD))]
    read = b"".join(p.read_bytes() for p in data)
    return hashlib.sha256(_code() + read + encoder_name().encode("utf-8")).hexdigest()[:16]


@cache
def _code() -> bytes:
    """Read the code once: what is edited later is not what runs here."""
    return b"".join(p.read_bytes() for p in code())


def code() -> list[Path]:
    """List this module's file and those of all it imports of ours, in turn.

    A change in any of them may change what is found; one elsewhere leaves what is cached as it is.
    """
    here, found, todo = Path(__file__).parent, set(), [Path(__file__)]
    while todo:
        file = todo.pop()
        found.add(file)
        todo += [f for name in _imported(file) for f in _files(here, name) if f not in found]
    return sorted(found)


def _imported(file: Path) -> Iterator[str]:
    """Name, with dots, what a file takes from this package: its modules, and what is in them."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "helpers":
            inside = (node.module or "").removeprefix("helpers").lstrip(".")
            yield inside
            yield from (f"{inside}.{alias.name}".lstrip(".") for alias in node.names)


def _files(here: Path, name: str) -> Iterator[Path]:
    place = here.joinpath(*name.split(".")) if name else here
    for file in (place.with_suffix(".py"), place / "__init__.py"):
        if name and file.is_file():
            yield file
