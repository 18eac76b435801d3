"""All benchmarks, as the table of the README: ``python -m tests.benchmarks [--short]``.

About forty minutes on two slow cores; the machine should do nothing else. The table is printed, and
put into ``README.md`` in the place of the one there; ``--short`` leaves out 10,000 articles and
writes nothing. With ``GOLD`` in the environment, a folder of gold (README.md), the explorer is
timed, too; ``--explorer`` times it alone, and puts its row into the table.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks import pipeline

ROOT = pipeline.ROOT
BEGIN, END = "<!-- benchmarks: python -m tests.benchmarks writes these lines -->", "<!-- end -->"


def rows(short: bool) -> Iterator[tuple[str, str]]:
    """Measure, and give what was measured with its result."""
    print("a process that starts, then layers", file=sys.stderr)
    first = pipeline.row("start")
    yield "start of a process, to its first sentence", f"{first['cpu_s']:.1f} CPU-s"
    layers = pipeline.row("by_layer")
    of = ", ".join(f"{layer} {layers[layer]:.2f}" for layer in pipeline.LAYERS)
    yield "CPU-s a 1,000 words, one thread", f"**{layers['all']:.2f}**: {of}"
    yield "peak memory of a process that annotates", f"{layers['peak_mb']:,.0f} MB"
    found = {}
    for number, workers in ((100, 1), (1000, 1), (1000, 2), *(() if short else ((10_000, 2),))):
        print(f"{number:,} short articles, {workers} workers", file=sys.stderr)
        found[number, workers] = own = pipeline.row("corpus", str(number), str(workers))
        yield _corpus(number, workers, own)
    gain = found[1000, 1]["annotate_s"] / found[1000, 2]["annotate_s"]
    yield "from 1 to 2 workers, start included", f"{gain:.2f} times as fast"
    last = found[max(found)]
    one, whole = f"{last['outlet_s']:.2f} s", f"{last['read_s']:.1f} s"
    counted = f"two counts by DuckDB {last['counts_s']:.2f} s"
    yield f"of {max(found)[0]:,}: one outlet of 20 / all, read", f"{one} / {whole}; {counted}"
    print("co-occurrence", file=sys.stderr)
    pairs = _other("cooccurrence.py", "sentence, joint >= 3")
    yield (
        "co-occurrence, 1,000,000 mentions",
        f"{pairs['cpu_s']:.0f} CPU-s, {pairs['peak_mb']:,.0f} MB",
    )
    yield from explorer()


def explorer() -> Iterator[tuple[str, str]]:
    """Measure the explorer, if there is gold, and give the row."""
    if gold := os.environ.get("GOLD"):
        print("the explorer", file=sys.stderr)
        own = _other("explore.py", str(Path(gold).resolve()))
        yield (
            "the explorer at 2,000 articles, filter to figure",
            f"median {own['median_ms']:.0f} ms, 95th percentile {own['p95_ms']:.0f} ms (to the "
            f"last passage {own['all_ms']:.0f} and {own['all_p95_ms']:.0f}); slowest "
            f"{own['slowest']}, {own['slowest_ms']:.0f} ms; {own['app_mb']:.0f} MB for the app; "
            f"a million additions in Python meanwhile: {own['additions_ms']:.0f} ms",
        )


def _corpus(number: int, workers: int, own: dict[str, float]) -> tuple[str, str]:
    processes = "this process alone" if workers == 1 else f"{workers} workers"
    return (
        f"{number:,} short articles ({own['words']:,.0f} words), {processes}",
        f"{own['annotate_s']:,.0f} s; again from the cache {own['from_cache_s']:.1f} s, resumed "
        f"{own['resume_s']:.1f} s; driver at most {own['driver_mb']:,.0f} MB; cache "
        f"{own['cache_kb_an_article']:.1f} kB an article",
    )


def _other(script: str, row: str) -> dict[str, float]:
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / script), row]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the table, and write it into the README."""
    short = "--short" in sys.argv
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(BEGIN)
    old, _, after = rest.partition(END)
    lines = ["| measured | result |", "|---|---|"]
    if "--explorer" in sys.argv:
        lines = [line for line in old.splitlines() if line.startswith("|")]
    for what, result in explorer() if "--explorer" in sys.argv else rows(short):
        lines = [line for line in lines if not line.startswith(f"| {what} |")]
        lines.append(f"| {what} | {result} |")
        print(lines[-1], flush=True)
    lines += ["", f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}."]
    if rest and not short:
        table = "\n".join([BEGIN, "", *lines, "", END])
        readme.write_text(before + table + after, "utf-8")


if __name__ == "__main__":
    main()
