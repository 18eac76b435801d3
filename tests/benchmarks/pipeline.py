"""What annotation costs: by layer, by articles, by processes; each row a process of its own.

The articles are made of the five in ``data/articles``: whole ones, or single sentences with a name
in them as short ones, every name exchanged for a made-up one, so that no sentence stands twice.
``python -m tests.benchmarks`` runs this and the other benchmarks.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("blocks", "sentences", "read", "mentions", "attributions", "links", "tones", "metadata")
SYLLABLES = ("ba", "den", "gor", "hal", "ki", "lum", "mar", "nes", "or", "pel", "rin", "sto", "tav")


def changed(text: str, spans: list[tuple[int, int]], seed: int) -> str:
    """Exchange the names of a text for made-up ones."""
    drawn, at, out = random.Random(seed), 0, ""
    for start, end in spans:
        if start >= at:
            name = "".join(drawn.choices(SYLLABLES, k=3)).title()
            out, at = out + text[at:start] + name, end
    return out + text[at:]


def made(number: int, whole: bool) -> pd.DataFrame:
    """Make rows for `load`, with an outlet and a day."""
    from helpers import annotate, load
    from helpers.tables import analysed, named

    story = annotate(load(ROOT / "data" / "articles")[0], progress=False)
    names = named(story.mentions)
    if whole:
        units = story.articles.assign(start=0, unit=story.articles["article_id"])
        names = names.assign(unit=names["article_id"])
    else:
        units = analysed(story.sentences).assign(unit=lambda rows: rows["sentence_id"])
        names = names.assign(unit=names["sentence_id"])
    texts = []
    for row in units.itertuples():
        own = names[names["unit"] == row.unit]
        spans = list(zip(own["start"] - row.start, own["end"] - row.start, strict=True))
        texts += [(row.text, spans)] if spans else []
    rows = [
        {
            "article_id": f"{i:06}",
            "text": changed(*texts[i % len(texts)], seed=i),
            "outlet": f"outlet {i % 20:02}",
            "published": f"2025-{1 + i % 12:02}-{1 + i % 28:02}",
        }
        for i in range(number)
    ]
    return pd.DataFrame(rows)


def by_layer() -> dict[str, float]:
    """Give CPU seconds a 1,000 words of each layer, on one thread, and the peak."""
    from helpers import annotating, attribution, entities, load, tone

    articles = load(made(20, whole=True))[0]
    spent: Counter[str] = Counter()

    def timed(layer: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            before = time.process_time()
            found = work(*given, **named)
            spent[layer] += time.process_time() - before
            return found

        return run

    for layer in LAYERS:
        places = {"mentions": entities, "attributions": attribution, "tones": tone}
        place = places.get(layer, annotating)
        setattr(place, layer, timed(layer, getattr(place, layer)))
    annotating._annotated(articles.iloc[:3])  # to load heads and lists
    spent.clear()
    before = time.process_time()
    for first in range(0, len(articles), 10):
        annotating._annotated(articles.iloc[first : first + 10])
    words = articles["words"].sum() / 1000
    rows = {layer: spent[layer] / words for layer in LAYERS}
    return rows | {"all": (time.process_time() - before) / words, "words": words * 1000}


def corpus(number: int, workers: int) -> dict[str, float]:
    """Annotate a table of short articles into a folder, again, and read of it."""
    from helpers import Story, counts
    from helpers.caching import cache_folder
    from helpers.story import annotate_corpus

    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "corpus.csv", Path(folder) / "out"
        table = made(number, whole=False)
        table.to_csv(file, index=False)
        (Path(folder) / "cache").mkdir()
        (Path(folder) / "cache" / "encoder").symlink_to(cache_folder() / "encoder")
        os.environ["HELPERS_CACHE"] = f"{folder}/cache"
        row: dict[str, float] = {"words": float(table["text"].str.split().str.len().sum())}

        def timed(name: str, work: Callable[[], Any]) -> Any:
            before = time.perf_counter()
            found = work()
            row[name] = time.perf_counter() - before
            return found

        run = lambda to: annotate_corpus(file, to, workers=workers)  # noqa: E731
        assert timed("annotate_s", lambda: run(out)) == (number, 0)
        assert timed("resume_s", lambda: run(out)) == (number, 0)
        assert timed("from_cache_s", lambda: run(Path(folder) / "other")) == (number, 0)
        row["driver_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        story = timed("read_s", lambda: Story.read(out))
        assert len(story.articles) == number
        part = timed("outlet_s", lambda: Story.read(out, outlet="outlet 07"))
        assert len(part.articles) == number // 20
        timed("counts_s", lambda: (counts.presence(out), counts.counts(out, "mode")))
        sizes = [f.stat().st_size for f in Path(folder, "cache").rglob("annotated/**/*.parquet")]
        return row | {"cache_kb_an_article": sum(sizes) / 1024 / number}


def start() -> dict[str, float]:
    """Annotate one sentence in a process that has nothing yet."""
    from helpers import load
    from helpers.annotating import _annotated

    _annotated(load([{"text": "Ann Hill said all was well."}])[0])
    return {}


def row(*what: str) -> dict[str, float]:
    """Measure a row in a process of its own, on one thread but for the processes it starts."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
    command = [sys.executable, "-m", "tests.benchmarks.pipeline", *what]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | one, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure one row and print it."""
    what, *given = sys.argv[1:]
    work = {"by_layer": by_layer, "corpus": corpus, "start": start}[what]
    before, cpu = time.perf_counter(), time.process_time()
    found = work(*map(int, given))
    found |= {"wall_s": time.perf_counter() - before, "cpu_s": time.process_time() - cpu}
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


if __name__ == "__main__":
    main()
