"""The story: all tables of a set of articles, made by `annotate`, kept as Parquet."""

import hashlib
import json
import os
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import pandas as pd
from tqdm.auto import tqdm

from helpers import attribution, entities, tone
from helpers.blocks import blocks
from helpers.caching import cache_folder, store
from helpers.chains import links
from helpers.encoder import encoder, encoder_name
from helpers.heads import Head, head_file
from helpers.metadata import metadata
from helpers.reading import read
from helpers.sentences import sentences
from helpers.tables import frame
from helpers.wordlists import LISTS, stamp

# What comes after the annotation: a change there leaves what is cached as it is.
_LATER = {
    "association.py", "cards.py", "charts", "claims", "contrast.py", "cooccurrence.py",
    "digest.py", "evaluate.py", "evaluate_tone.py", "evidence.py", "gold.py", "headline.py",
    "intervals.py", "labels.py", "networks.py", "pages.py", "passages.py", "provenance.py",
    "quoting.py", "reasons.py", "running.py", "scores.py", "scoring.py", "selection.py",
    "share.py", "site.py", "source_summary.py", "summary.py", "tone_summary.py", "train.py",
    "training",
}  # fmt: skip
HEADS = (entities.HEAD, attribution.HEAD)  # one reading of an article serves both
BATCH = 16  # articles annotated at once: their states, 12 MB each, are held together


@dataclass(repr=False)
class Story:
    """The tables of a set of articles; each is a plain DataFrame (`helpers.tables.TABLES`).

    Attributes
    ----------
    articles, blocks, sentences, mentions, attributions, links, tones : pandas.DataFrame
        Every row points to its place: ``text`` of the article from ``start`` to ``end``.
    """

    articles: pd.DataFrame
    blocks: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    attributions: pd.DataFrame
    links: pd.DataFrame
    tones: pd.DataFrame

    def __post_init__(self) -> None:
        """Let every table, and every selection of its rows, know the story it belongs to.

        The tables are its own: one made of another story's must not take them from it.
        """
        for name, table in self.tables().items():
            own = table.copy(deep=False)
            own.attrs["story"] = _Origin(self)
            setattr(self, name, own)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def write(self, path: str | Path) -> Path:
        """Write one Parquet file a table into a folder, which is made; give the folder."""
        out = Path(path)
        out.mkdir(parents=True, exist_ok=True)
        for name, table in self.tables().items():
            # The attribute that leads back to the story does not belong in a file.
            frame(table, name).to_parquet(out / f"{name}.parquet", index=False)
        return out

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read what `write` wrote.

        Raises
        ------
        FileNotFoundError
            If the folder lacks a table, naming it.
        """
        names = [field.name for field in fields(cls)]
        files = {name: Path(path) / f"{name}.parquet" for name in names}
        missing = [file.name for file in files.values() if not file.is_file()]
        if missing:
            raise FileNotFoundError(f"{path}: no {', '.join(missing)}")
        return cls(**{name: frame(pd.read_parquet(f), name) for name, f in files.items()})

    def __repr__(self) -> str:
        return f"Story({', '.join(f'{len(t):,} {name}' for name, t in self.tables().items())})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{n}</th><td>{len(t):,}</td></tr>" for n, t in self.tables().items()
        )
        return f"<table><thead><tr><th>table</th><th>rows</th></tr></thead>{rows}</table>"


class _Origin(dict):
    """A way from a table back to its story, copied and compared as what it is: a reference.

    It is an (empty) dict so that a user's own ``to_parquet`` of a table, which writes the
    attributes as JSON, works.
    """

    def __init__(self, story: Story | None = None) -> None:
        super().__init__()
        self.story = story

    def __deepcopy__(self, memo: dict) -> Self:
        return self

    def __copy__(self) -> Self:
        return self

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__

    def __reduce__(self) -> tuple:
        return (_Origin, ())  # a pickled selection of rows does not carry the whole story


def origin(rows: pd.DataFrame) -> Story | None:
    """Give the story that rows were selected from, or None where pandas lost it (a merge does)."""
    return getattr(rows.attrs.get("story"), "story", None)


def annotate(articles: pd.DataFrame, *, progress: bool = True) -> Story:
    """Find blocks, sentences, mentions, attributions, links and tones in articles.

    What was annotated before with the same text, code and data files is read from the cache
    (``HELPERS_CACHE``, else the user's cache folder).

    Parameters
    ----------
    articles
        The table `articles`, as `helpers.load` gives it.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    Story
        Its ``articles`` have the title, day, author, agency and outlet that the text itself names
        where they were not given (`helpers.metadata`).

    Raises
    ------
    ValueError
        If an ``article_id`` stands twice, or the frame is not one that `load` gave.
    """
    lacking = {"article_id", "text", "language", "words"} - set(articles.columns)
    if lacking:
        raise ValueError(f"no column {', '.join(sorted(lacking))}: annotate takes what load gives")
    articles = frame(articles, "articles")
    twice = articles["article_id"][articles["article_id"].duplicated()]
    if len(twice):
        raise ValueError(f"article_id '{twice.iloc[0]}' stands twice")
    cached = {key: _read(_file(key)) for key in _keys(articles)}
    todo = articles[[value is None for value in cached.values()]] if cached else articles
    keys = dict(zip(articles["article_id"], cached, strict=True))
    # tqdm's bar for notebooks does not read TQDM_DISABLE itself; a saved bar is only noise.
    quiet = not progress or bool(os.environ.get("TQDM_DISABLE"))
    with tqdm(total=len(todo), unit="article", delay=1, leave=False, disable=quiet) as bar:
        for first in range(0, len(todo), BATCH):
            batch = todo.iloc[first : first + BATCH]
            for article_id, tables in _split(_annotated(batch), batch["article_id"]):
                cached[keys[article_id]] = tables
                _write(_file(keys[article_id]), tables)
            bar.update(len(batch))
    return _joined(articles, cached.values())


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


def _joined(articles: pd.DataFrame, parts: Iterable[dict[str, list[dict]]]) -> Story:
    whole: dict[str, list[dict]] = {f.name: [] for f in fields(Story) if f.name != "articles"}
    for part in parts:
        for name, rows in part.items():
            whole[name] += rows
    tables = {name: frame(rows, name) for name, rows in whole.items()}
    return Story(articles=metadata(articles, tables["blocks"]), **tables)


def _split(
    tables: dict[str, pd.DataFrame], ids: Iterable[str]
) -> Iterable[tuple[str, dict[str, list[dict]]]]:
    """Part a batch's tables by article, as plain records that JSON can hold."""
    parts: dict[str, dict[str, list[dict]]] = {i: {name: [] for name in tables} for i in ids}
    owner = tables["attributions"].set_index("attribution_id")["article_id"]
    for name, table in tables.items():
        whose = table["attribution_id"].map(owner) if name == "links" else table["article_id"]
        plain = table.astype(object).where(table.notna(), None)
        for article_id, row in zip(whose, plain.to_dict("records"), strict=True):
            parts[article_id][name].append(row)
    return parts.items()


def _keys(articles: pd.DataFrame) -> list[str]:
    given = articles[["article_id", "title", "outlet", "agency", "language", "text"]]
    rows = given.astype(object).where(given.notna(), None).itertuples(index=False)
    version = _version()
    return [hashlib.sha256(json.dumps([version, *row]).encode()).hexdigest() for row in rows]


def _version() -> str:
    """Hash the code, the data files and the models that decide what `annotate` finds."""
    here = Path(__file__).parent
    code = [p for p in sorted(here.rglob("*.py")) if p.relative_to(here).parts[0] not in _LATER]
    data = [*(stamp(name)[0] for name in LISTS), *map(head_file, (*HEADS, tone.HEAD))]
    read = b"".join(p.read_bytes() for p in [*code, *data])
    return hashlib.sha256(read + encoder_name().encode("utf-8")).hexdigest()


def _file(key: str) -> Path:
    return cache_folder() / "annotated" / key[:2] / f"{key}.json"


def _read(file: Path) -> dict[str, Any] | None:
    try:
        tables = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # not there, or broken: it is made again
    return tables if set(tables) == {f.name for f in fields(Story)} - {"articles"} else None


def _write(file: Path, tables: dict[str, list[dict]]) -> None:
    try:
        store(file, json.dumps(tables, ensure_ascii=False).encode("utf-8"))
    except OSError as error:  # what was found is not lost, only found again the next time
        warnings.warn(f"not cached in {file.parents[2]}: {error.strerror}", stacklevel=3)
