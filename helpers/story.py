"""The story: all tables of a set of articles, made by `annotate`, kept as Parquet.

``python -m helpers.story CORPUS OUT`` does the same with a corpus that does not fit in memory: it
is read in parts, and each part is written when all of it is annotated. Run again, it goes on.
"""

import argparse
import hashlib
import json
import os
import sys
import warnings
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from tqdm.auto import tqdm

from helpers import dataset
from helpers.annotating import attempt, version
from helpers.articles import parts as load_parts
from helpers.caching import cache_folder
from helpers.encoder import encoder
from helpers.kept import Kept
from helpers.metadata import metadata
from helpers.nesting import SCHEMA, flat, nested
from helpers.story_tables import Story, origin
from helpers.tables import frame
from helpers.workers import Pool, pool

__all__ = ["Story", "annotate", "origin"]

BATCH = 16  # articles annotated at once: their states, 12 MB each, are held together
CHARACTERS = 100_000  # of a batch, unless one article alone has more
PART = 1024  # articles of a file, where a corpus is annotated part by part


def annotate(
    articles: pd.DataFrame,
    *,
    client: Any = None,
    workers: int | None = None,
    progress: bool = True,
) -> Story:
    """Find blocks, sentences, mentions, attributions, links and tones in articles.

    What was annotated before with the same text, code and data files is read from the cache
    (``HELPERS_CACHE``, else the user's cache folder). What is new is put there batch by batch, so
    that a run that was stopped goes on where it was.

    Parameters
    ----------
    articles
        The table `articles`, as `helpers.load` gives it.
    client
        A ``dask.distributed.Client``: the work is done by its workers, which need the same version
        of this package and its data.
    workers
        Processes of this machine, where no client is given; one a core if None and there is work
        enough to be worth their start, 1 for none but this.
    progress
        Show a bar for work that takes more than a second, with its rate and the time left.

    Returns
    -------
    Story
        Its ``articles`` have the title, day, author, agency and outlet that the text itself names
        where they were not given (`helpers.metadata`). Those that could not be annotated are in
        ``rejected`` instead, and a warning says how many.

    Raises
    ------
    ValueError
        If an ``article_id`` stands twice, or the frame is not one that `load` gave; or a list in
        ``data/`` or a head is wrong.
    RuntimeError
        If the encoder has to be built and its weights cannot be fetched, or a worker has another
        version of this package.
    """
    lacking = {"article_id", "text", "language", "words"} - set(articles.columns)
    if lacking:
        raise ValueError(f"no column {', '.join(sorted(lacking))}: annotate takes what load gives")
    articles = frame(articles, "articles")
    twice = articles["article_id"][articles["article_id"].duplicated()]
    if len(twice):
        raise ValueError(f"article_id '{twice.iloc[0]}' stands twice")
    with _bar(len(articles), progress) as bar:
        (story,) = stories([articles], bar, client=client, workers=workers)
    if len(story.rejected):
        warnings.warn(_told(story.rejected, len(articles)), stacklevel=2)
    return story


def stories(
    parts: Iterable[pd.DataFrame], bar: tqdm, *, client: Any = None, workers: int | None = None
) -> Iterator[Story]:
    """Annotate a corpus part by part, as `annotate` does one part; only a few are in memory.

    Parameters
    ----------
    parts
        Tables `articles`.
    bar
        Is told of every article that is done.
    client, workers
        As `annotate` takes them.

    Yields
    ------
    Story
        One a part, in their order.
    """
    kept = Kept(cache_folder() / "annotated", version())
    line: deque[_Part] = deque()
    with pool(attempt, encoder, client, workers) as crew:
        for articles in parts:
            part = _Part.begun(articles, kept)
            bar.update(len(articles) - part.open)
            line.append(part)
            crew.expect(int(part.todo["words"].sum()))
            for batch in _batches(part.todo):
                while not crew.room():
                    _collect(crew, kept, bar)
                crew.submit(part, batch)
            while line and not line[0].open:
                yield line.popleft().story()
        while line:
            while line[0].open:
                _collect(crew, kept, bar)
            yield line.popleft().story()


@dataclass
class _Part:
    """Some articles on their way: what is found of them so far, and how many are still open."""

    articles: pd.DataFrame
    keys: dict[str, str]
    todo: pd.DataFrame
    open: int
    found: list[pa.Table]
    failed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, articles: pd.DataFrame, kept: Kept) -> "_Part":
        keys = dict(zip(articles["article_id"], _keys(articles), strict=True))
        held = kept.find(list(keys.values()))
        there = set(held["key"].to_pylist())
        held_ids = [i for i, key in keys.items() if key in there]
        todo = articles[~articles["article_id"].isin(held_ids)]
        return cls(articles, keys, todo, len(todo), [held])

    def story(self) -> Story:
        found = pa.concat_tables([SCHEMA.empty_table(), *self.found])
        place = {key: at for at, key in enumerate(found["key"].to_pylist())}
        left = self.articles[~self.articles["article_id"].isin(self.failed)]
        order = [place[self.keys[i]] for i in left["article_id"]]
        tables = flat(found.take(pa.array(order, pa.int64())))
        bad = self.articles[self.articles["article_id"].isin(self.failed)]
        rejected = [
            {"file": row.file, "reason": f"article {row.article_id}: {self.failed[row.article_id]}"}
            for row in bad.itertuples()
        ]
        told = metadata(frame(left, "articles"), tables["blocks"])
        return Story(articles=told, **tables, rejected=frame(rejected, "rejected"))


def _collect(crew: Pool, kept: Kept, bar: tqdm) -> None:
    """Wait for one batch, and put it into the cache at once."""
    part, batch, outcome = crew.next()
    if outcome.version not in (None, kept.version):
        raise RuntimeError(
            "a worker has another version of this package or its data, or a data file was changed "
            "while this ran: run it again"
        )
    keys = {i: part.keys[i] for i in batch["article_id"] if i not in outcome.failed}
    if keys:
        found = nested(outcome.tables, keys)
        kept.keep(found)
        part.found.append(found)
    part.failed |= outcome.failed
    part.open -= len(batch)
    bar.update(len(batch))


def _batches(articles: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Part articles so that a batch is neither many nor long."""
    articles = articles.copy(deep=False)
    articles.attrs = {}  # what `load` noted of every file need not go out with every batch
    first, size = 0, 0
    for at, length in enumerate(articles["text"].str.len()):
        if at > first and (at - first == BATCH or size + length > CHARACTERS):
            yield articles.iloc[first:at]
            first, size = at, 0
        size += length
    if len(articles):
        yield articles.iloc[first:]


def _keys(articles: pd.DataFrame) -> list[str]:
    given = articles[["article_id", "title", "outlet", "agency", "language", "text"]]
    rows = given.astype(object).where(given.notna(), None).itertuples(index=False)
    return [hashlib.sha256(json.dumps(row).encode()).hexdigest() for row in rows]


def _told(rejected: pd.DataFrame, given: int) -> str:
    return (
        f"{len(rejected):,} of {given:,} articles could not be annotated and are in the table "
        f"rejected; the first: {rejected['reason'].iloc[0]}"
    )


def annotate_corpus(
    corpus: str | Path, out: str | Path, *, progress: bool = True, **who: Any
) -> tuple[int, int]:
    """Annotate a corpus part by part into a folder that `Story.read` reads; `annotate` of it all.

    Parameters
    ----------
    corpus
        As `helpers.load` takes it.
    out
        The folder. Parts that are there already are left, those of another corpus, version or
        data file are removed at the end.
    progress
        As `annotate` takes it.
    **who
        ``client`` and ``workers``, as `annotate` takes them.

    Returns
    -------
    annotated, rejected : int
        Articles; together they are all that was given.

    Raises
    ------
    FileNotFoundError, ValueError, RuntimeError
        As `helpers.load` and `annotate` do; what is written stays.
    """
    total, unread, parts = load_parts(corpus, PART)
    out, tables = Path(out), [table.name for table in fields(Story)]
    names: list[str] = []
    line: deque[str] = deque()
    with _bar(total, progress) as bar:

        def missing() -> Iterator[pd.DataFrame]:
            for articles in parts:
                told = [version(), *_keys(articles), *([] if names else [unread.to_json()])]
                mark = hashlib.sha256("".join(told).encode()).hexdigest()[:12]
                names.append(f"part-{len(names):05}-{mark}")
                if dataset.done(out, names[-1], tables):
                    bar.update(len(articles))
                else:
                    line.append(names[-1])
                    yield articles

        for story in stories(missing(), bar, **who):
            if line[0] == names[0]:
                story.rejected = pd.concat([unread, story.rejected], ignore_index=True)
            dataset.write_part(out, line.popleft(), story.tables())
    dataset.keep_only(out, names, tables)
    failed = len(dataset.read(out, "rejected"))
    return total + len(unread) - failed, failed


def _bar(total: int, progress: bool) -> tqdm:
    # tqdm's bar for notebooks does not read TQDM_DISABLE itself; a saved bar is only noise.
    quiet = not progress or bool(os.environ.get("TQDM_DISABLE"))
    return tqdm(total=total, unit="article", delay=1, leave=False, disable=quiet)


def main() -> int:
    """Do what the command line asks for; 1 where it cannot be done."""
    ask = argparse.ArgumentParser(prog="python -m helpers.story", description=__doc__)
    ask.add_argument("corpus", help="a file, a folder or a zip of articles")
    ask.add_argument("out", help="the folder for the tables, as Parquet in parts")
    ask.add_argument("--scheduler", help="address of a Dask scheduler; else processes of this one")
    ask.add_argument(
        "--workers", type=int, help="processes of this machine; one a core if not said"
    )
    given = ask.parse_args()
    try:
        client = _client(given.scheduler) if given.scheduler else None
        who = {"client": client, "workers": given.workers}
        done, rejected = annotate_corpus(given.corpus, given.out, **who)
    except (OSError, RuntimeError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{done:,} articles annotated, {rejected:,} rejected, in {given.out}")
    return 0


def _client(address: str) -> Any:
    from distributed import Client  # takes a second

    return Client(address)


if __name__ == "__main__":
    sys.exit(main())
