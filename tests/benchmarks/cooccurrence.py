"""CPU seconds and peak memory of pairs on synthetic mentions: ``python tests/benchmarks/...``.

`MENTIONS` mentions, 25 an article, in ten paragraphs of three sentences; the names are drawn after
Zipf, so that a few are everywhere and most pairs meet once. Each row is a process of its own on one
thread; its memory includes Python, its libraries and the mentions, which stand in the first row.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.cooccurrence import UNITS, pairs
from helpers.tables import frame

ROOT = Path(__file__).resolve().parents[2]
MENTIONS, ENTITIES = 1_000_000, 40_000
ROWS = {"the mentions alone": None}
ROWS |= {unit: (unit, 1) for unit in UNITS}
ROWS |= {f"{unit}, joint >= 3": (unit, 3) for unit in UNITS}


def synthetic(number: int, seed: int = 0) -> pd.DataFrame:
    """Make mentions."""
    drawn = np.random.default_rng(seed)
    article = pd.Series(np.sort(drawn.integers(number // 25, size=number))).astype("str")
    paragraph = pd.Series(drawn.integers(10, size=number)).astype("str").str.zfill(2)
    sentence = pd.Series(drawn.integers(3, size=number)).astype("str").str.zfill(2)
    name = "E" + pd.Series(drawn.zipf(1.15, size=number) % ENTITIES).astype("str")
    span = {"start": 0, "end": 1, "text": "x", "label": "ORG", "how": "alias", "confidence": 1.0}
    columns = {
        "article_id": article,
        "sentence_id": article + ":p" + paragraph + "s" + sentence,
        "entity": name,
        "entity_id": name,
    }
    return frame(pd.DataFrame(columns | span), "mentions")


def measure(row: str) -> dict[str, float]:
    """Measure one row in this process."""
    mentions = synthetic(MENTIONS)
    before = time.process_time()
    found = pairs(mentions, ROWS[row][0], least=ROWS[row][1]) if ROWS[row] else []
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pairs": len(found), "cpu_s": seconds, "peak_mb": peak}


def main() -> None:
    """Print one row a line."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    print(f"{MENTIONS:,} mentions{'':9}{'pairs':>12}{'CPU s':>10}{'peak MB':>10}")
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in ROWS:
        command = [sys.executable, __file__, name]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ | threads
        )
        row = json.loads(done.stdout.splitlines()[-1])
        print(f"{name:27}{row['pairs']:12,}{row['cpu_s']:10.1f}{row['peak_mb']:10.0f}")


if __name__ == "__main__":
    main()
