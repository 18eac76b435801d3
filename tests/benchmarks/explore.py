"""Time from a filter to the drawn figure in the kernel, at 2,000 articles; memory of the app.

``python tests/benchmarks/explore.py GOLD`` takes the texts of the first 60 German and 60 English
articles of ``GOLD/attribution`` (README.md), annotates them (cached) and repeats their tables under
new ids until there are `ARTICLES`; so texts repeat, numbers of rows are those of news. In place of
GOLD a folder that `helpers.Story.write` wrote can be given; a second argument, as ``0,1,2``, picks
the tabs. Each of `STEPS` is what a user does in a tab: the figure is drawn, made JSON and sent;
then the passages of a page and the pandas are written, and all filters counted. Both times are
told. Each is done once in an order drawn anew, with nothing kept from before. Milliseconds are of
the clock, and of this process's CPU;
`REFERENCE` says how fast the machine was meanwhile: a loop that is timed between the steps. What is
found once for a tab is told apart: numbering its facts, and all claims.
"""

import itertools
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import Story, annotate, load
from helpers.explore.app import Explorer
from helpers.explore.core import VIEWS, Explored
from helpers.explore.selecting import Selection

ARTICLES, EACH = 2_000, 60
REFERENCE = 1_000_000  # additions in plain Python
STEPS = {
    "language": Selection(language="de"),
    "outlet": Selection(outlet="Outlet 3"),
    "entity": Selection(entity="United States"),
    "mode": Selection(mode=("direct", "mixed")),
    "stance": Selection(stance="deny"),
    "kind of source": Selection(source_kind="person"),
    "voice": Selection(voice="quoted"),
    "days": Selection(since="2025-11-08", until="2025-11-14"),
    "words": Selection(text="government"),
    "pattern": Selection(text=r"\b(said|sagte)\b", pattern=True),
    "everything": Selection(),
}


def of_gold(gold: Path) -> Story:
    """Annotate the first articles of the gold."""
    rows = []
    for language in ("en", "de"):
        with (gold / "attribution" / f"{language}-train.jsonl").open(encoding="utf-8") as lines:
            for line in itertools.islice(lines, EACH):
                n = len(rows)
                about = {"outlet": f"Outlet {n % 17}", "published": f"2025-11-{1 + n % 28:02}"}
                text = json.loads(line)["text"]
                rows.append({"article_id": f"{n:03}", "language": language, "text": text} | about)
    return annotate(load(pd.DataFrame(rows))[0])


def repeated(story: Story, articles: int) -> Story:
    """Repeat a story's tables under new ids until there are as many articles."""
    times = -(-articles // len(story.articles))
    ids = ["article_id", "sentence_id", "attribution_id"]
    tables = {}
    for name, table in story.tables().items():
        parts = [
            table.assign(**{i: table[i] + f"x{n}" for i in ids if i in table}) for n in range(times)
        ]
        tables[name] = pd.concat(parts, ignore_index=True)
    tables.pop("rejected")
    kept = set(tables["articles"]["article_id"].head(articles))
    said = tables["attributions"]
    own = set(said["attribution_id"][said["article_id"].isin(kept)])
    for name, table in tables.items():
        whose, of = ("attribution_id", own) if name == "links" else ("article_id", kept)
        tables[name] = table[table[whose].isin(of)].reset_index(drop=True)
    return Story(**tables)


def timed(do: Callable[[], object]) -> tuple[float, float]:
    """Give the milliseconds that something takes: of the clock, and of the CPU."""
    clock, cpu = time.perf_counter(), time.process_time()
    do()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)


def steps(explorer: Explorer, tabs: list[int], seed: int = 0) -> Iterator[tuple[str, str, tuple]]:
    """Do every step in every figure of every tab, twice; give figure, step and milliseconds."""
    drawn = np.random.default_rng(seed)
    drawn_at: list[float] = []
    chart = explorer._panel._chart
    chart.observe(lambda _: drawn_at.append(time.perf_counter()), "figure")
    for tab in tabs:
        explorer._tabs.selected_index = tab
        for number, drawing in enumerate(VIEWS[tab].drawings):
            explorer._pickers[tab].value = number
            for name in drawn.permutation(list(STEPS)):
                explorer.explored._last = None
                explorer.explored._texts._last = None
                drawn_at.clear()
                begun = time.perf_counter()
                took = timed(lambda name=name: setattr(explorer, "selection", STEPS[name]))
                # A figure that is the same as before is not sent: then all has to be waited for.
                figure = 1000 * (drawn_at[0] - begun) if drawn_at else took[0]
                yield f"{VIEWS[tab].title}: {drawing.title}", str(name), (figure, *took)


def reference() -> float:
    """Give the CPU milliseconds of `REFERENCE` additions."""
    return timed(lambda: sum(i + 1 for i in range(REFERENCE)))[1]


def memory() -> float:
    """Give the peak memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print what the app takes to open, then a row for each figure, then all together."""
    folder = Path(sys.argv[1])
    base = Story.read(folder) if (folder / "articles.parquet").is_file() else of_gold(folder)
    story = repeated(base, ARTICLES)
    print({name: len(table) for name, table in story.tables().items()})
    before = memory()
    clock, cpu = timed(lambda: setattr(sys.modules[__name__], "EXPLORER", Explorer(story)))
    explorer = globals()["EXPLORER"]
    print(f"open: {clock:,.0f} ms (CPU {cpu:,.0f}); story {before:,.0f} MB", flush=True)
    # The vectors of the sentences are cached by text: they are made once, not for each repetition.
    vectors = timed(lambda: Explored(base).whole.related) if len(sys.argv) < 3 else (0, 0)
    print(f"vectors of {len(base.articles)} articles: {vectors[0]:,.0f} ms (CPU {vectors[1]:,.0f})")
    tabs = [int(tab) for tab in sys.argv[2].split(",")] if len(sys.argv) > 2 else range(len(VIEWS))
    for tab in tabs:
        took = timed(lambda tab=tab: setattr(explorer._tabs, "selected_index", tab))
        print(f"open {VIEWS[tab].title}: {took[0]:,.0f} ms (CPU {took[1]:,.0f})", flush=True)
    speed = [reference()]
    done = []
    for step in steps(explorer, list(tabs)):
        done.append(step)
        if len(done) % 20 == 0:
            speed.append(reference())
    rows = pd.DataFrame(done, columns=["figure", "step", "took"])
    print(f"{REFERENCE:,} additions meanwhile: {statistics.median(speed):.0f} ms of CPU")
    columns = ["figure sent", "clock", "cpu"]
    rows[columns] = rows["took"].tolist()
    for column in columns:
        table = rows.groupby("figure", sort=False)[column]
        found = table.quantile([0.5, 0.95]).unstack().round(0)
        print(column, found.to_string(), sep="\n")
        worst = rows.loc[rows[column].idxmax()]
        print(
            f"{column}, all: median {statistics.median(rows[column]):.0f} ms, 95th percentile "
            f"{rows[column].quantile(0.95):.0f} ms; slowest {worst['figure']}, {worst['step']}: "
            f"{worst[column]:.0f} ms"
        )
    worst = rows.loc[rows["figure sent"].idxmax()]
    told = {
        "median_ms": rows["figure sent"].median(),
        "p95_ms": rows["figure sent"].quantile(0.95),
        "all_ms": rows["clock"].median(),
        "all_p95_ms": rows["clock"].quantile(0.95),
        "slowest": f"{worst['figure']}, {worst['step']}",
        "slowest_ms": worst["figure sent"],
        "additions_ms": statistics.median(speed),
        "peak_mb": memory(),
        "app_mb": memory() - before,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
