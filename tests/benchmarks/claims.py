"""How often unrelated articles are joined, and how copies scale.

``python tests/benchmarks/claims.py unrelated GOLD [N]``: N articles (300) of the attribution gold,
half German and half English, of the dev parts and then the train parts: which are joined, and how.
Two of them may well tell one story, so read what is printed. The share kept apart goes into
``data/models/scores.json``; each pair counts, also those that rightly tell one story.

``python tests/benchmarks/claims.py scale [N]``: seconds to find the copies among N (10,000) made-up
articles of 20 sentences, and whether those planted are found. The encoder is left out: its vectors
are random, but for the planted ones.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import load
from helpers.blocks import blocks
from helpers.claims import copied, copies
from helpers.entities import mentions
from helpers.evaluate import write
from helpers.intervals import wilson
from helpers.sentences import sentences
from helpers.story import Story
from helpers.tables import analysed, frame
from helpers.wordlists import models


def unrelated(gold: Path, n: int) -> None:
    """Count the joins among articles of the gold, and print those beyond one story."""
    articles = load(pd.DataFrame(_texts(gold, n)))[0]
    cut = blocks(articles)
    lines = sentences(cut)
    empty = {name: frame([], name) for name in ("attributions", "links", "tones")}
    named = mentions(analysed(lines))
    joined = report(Story(articles=articles, blocks=cut, sentences=lines, mentions=named, **empty))
    pairs = len(articles) * (len(articles) - 1) // 2
    apart = pairs - joined
    low, high = wilson(apart, pairs)
    record = {
        "layer": "copies", "language": "de, en", "split": "dev, train",
        "corpus": "unrelated articles of German Wikinews and PolNeAR 1.0",
        "licence": "CC BY-NC-SA 4.0; none stated", "method": "shingles and vectors",
        "measure": "pairs kept apart", "n": pairs, "due": pairs, "right": apart,
        "recall": apart / pairs, "low": low, "high": high,
    }  # fmt: skip
    command = f"python tests/benchmarks/claims.py unrelated GOLD {n}"
    write(pd.DataFrame([record]), models() / "scores.json", command)


def report(story: Story) -> int:
    """Print the pairs that are joined; give their number."""
    found = copies(story)
    n = len(story.articles)
    print(f"{n} articles, {n * (n - 1) // 2} pairs; joined:")
    print(found["relation"].value_counts().to_string())
    print(
        "in stories of", sorted(copied.groups(found, story.articles["article_id"]).value_counts())
    )
    text = story.articles.set_index("article_id")["text"].str.slice(0, 90).str.replace("\n", " ")
    for row in found.sort_values("share", ascending=False).itertuples():
        print(f"{row.relation} {row.share:.2f}\n  {text[row.article_a]}\n  {text[row.article_b]}")
    return len(found)


def _texts(gold: Path, n: int) -> list[dict[str, str]]:
    rows = []
    for language in ("de", "en"):
        own = []
        for split in ("dev", "train"):
            file = gold / "attribution" / f"{language}-{split}.jsonl"
            own += [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        rows += own[: n // 2]
    return [{"article_id": row["id"], "text": row["text"], "language": row["lang"]} for row in rows]


def scale(n: int, lines: int = 20, width: int = 384) -> None:
    """Time the search among made-up articles, every tenth planted as a near copy of another."""
    random = np.random.default_rng(0)
    vocabulary = np.array([f"w{i}" for i in range(20_000)])
    made, found, planted = [], [], []
    for i in range(n):
        topic = random.normal(size=width)
        vectors = random.normal(size=(lines, width)) + 0.5 * topic
        text = [" ".join(random.choice(vocabulary, 15)) for _ in range(lines)]
        if i % 10 == 9:
            planted.append((f"a{i - 5:05}", f"a{i:05}"))
            vectors[:] = made[i - 5] + 0.3 * random.normal(size=(lines, width))
            text = found[i - 5][: lines - 2] + text[-2:]
        made.append(vectors)
        found.append(text)
    cut = {
        f"a{i:05}": copied.Compared(
            "en", [f"a{i:05}:p{j}" for j in range(lines)], np.full(lines, 80),
            (v / np.linalg.norm(v, axis=1, keepdims=True)).astype(np.float32),
            copied.shingles(" ".join(t)), frozenset(), frozenset(), pd.NaT,
        )
        for i, (v, t) in enumerate(zip(made, found, strict=True))
    }  # fmt: skip
    start = time.perf_counter()
    looked = copied.pairs(cut)
    between = time.perf_counter()
    rows = [row for a, b in looked if (row := copied.related(a, b, cut[a], cut[b]))]
    end = time.perf_counter()
    hits = {(row["article_a"], row["article_b"]) for row in rows}
    print(
        f"{n} articles: {len(looked)} of {n * (n - 1) // 2} pairs compared; candidates "
        f"{between - start:.1f} s, comparison {end - between:.1f} s; "
        f"{len(hits & set(planted))} of {len(planted)} planted found, "
        f"{len(hits - set(planted))} others"
    )


def main() -> None:
    """Run what is asked for."""
    match sys.argv[1:]:
        case ["unrelated", gold, *n]:
            unrelated(Path(gold), int(n[0]) if n else 300)
        case ["scale", *n]:
            scale(int(n[0]) if n else 10_000)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
