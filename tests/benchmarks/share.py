"""Time of a whole site, cold and warm; size of its pages; what they ask of the network.

``python tests/benchmarks/share.py CORPUS [CORPUS ...]`` on a machine that does nothing else. Cold
has nothing annotated, but has its encoder; warm is the same once more, and says if the pages are
the same bytes. Without a corpus it takes the five articles. The gold texts as a corpus: ``--gold
GOLD N`` makes one of the first N articles of each language of ``GOLD/attribution``.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from helpers.caching import cache_folder
from helpers.running import browser
from helpers.share import OWN


def gold(folder: Path, number: int, into: Path) -> Path:
    """Write the first articles of each language of the gold as one table."""
    with into.open("w", encoding="utf-8") as out:
        for file in sorted((folder / "attribution").glob("*-train.jsonl")):
            with file.open(encoding="utf-8") as lines:
                for line in itertools.islice(lines, number):
                    row = json.loads(line)
                    kept = {"article_id": row["id"], "text": row["text"], "language": row["lang"]}
                    out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return into


def run(corpus: Path, site: Path, cache: Path) -> float:
    """Make a site; give the seconds."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "helpers.share", "--corpus", str(corpus), "--site", str(site)]
    environment = os.environ | {"HELPERS_CACHE": str(cache)}
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def requests(site: Path) -> dict[str, int]:
    """Count what each page asks of anything but the files beside it."""
    counts: dict[str, int] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=["--no-sandbox"])
        for page in sorted(site.glob("*.html")):
            opened, asked = chromium.new_page(), []
            opened.on("request", lambda request, to=asked: to.append(request.url))
            opened.goto(page.as_uri())
            opened.wait_for_load_state("networkidle")
            inside = ("file:", "data:", "blob:")
            counts[page.name] = sum(not url.startswith(inside) for url in asked)
        chromium.close()
    return counts


def measure(corpus: Path, folder: Path) -> None:
    """Print the figures of a corpus."""
    cache = folder / "cache"
    cache.mkdir()
    (cache / "encoder").symlink_to(cache_folder() / "encoder")
    for name in ("cold", "warm"):
        print(f"{corpus.name}, {name}: {run(corpus, folder / name, cache):.0f} s", flush=True)
    cold, warm = (
        {p.relative_to(folder / name): p.read_bytes() for p in (folder / name).rglob("*.*")}
        for name in ("cold", "warm")
    )
    print("differ:", [str(path) for path in cold if cold[path] != warm.get(path)])
    asked = requests(folder / "warm") if browser() else {}
    for page in sorted((folder / "warm").glob("*.html")):
        print(
            f"{page.name}: {page.stat().st_size:,} bytes, outside requests {asked.get(page.name)}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, nargs="*")
    parser.add_argument("--gold", nargs=2, metavar=("GOLD", "N"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        corpora = given.corpora or [OWN]
        if given.gold:
            folder, number = given.gold
            corpora.append(gold(Path(folder), int(number), Path(made, "gold.jsonl")))
        for number, each in enumerate(corpora):
            own = Path(made, str(number))
            own.mkdir()
            measure(each, own)
