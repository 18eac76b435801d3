"""Made-up input through `load` and `annotate`: nothing crashes, hangs or is lost.

``python -m tests.fuzz texts [N]``: N (10,000) articles that hypothesis makes up, by real layers.
``python -m tests.fuzz files [N]``: N (10,000) files that atheris makes out of good ones, guided by
the code they reach in the readers (Linux on x86-64).
"""

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import annotate, load

GROUP = 16  # texts of an example: a batch
PIECES = (
    "Alibaba", "das Weiße Haus", "White House", "白宫", " sagte, ", " said that ", "表示，",
    "„", "“", "”", '"', "'", "«", "「", "」", ". ", "。", "! ", "\n", "\n\n", "\r\n", "laut ",
    "according to ", "he", "dass alles gut sei", "all was well", "一切都好", "Mehr", "😀", "\x00",
    "\u200f", "\u0301", "\ufeff", "\x85", "\u2028", "é", "<b>", "&amp;", "* ", "- ", "…", "(AP)",
    "F-35", "1.", " ", "\t", "𝕳", "ﬁ",
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.text(max_size=300),
    # Long ones are rarer: each costs as much as thirty others.
    st.builds(
        lambda piece, n: piece * n, st.sampled_from(PIECES), st.sampled_from((2, 9, 40, 400))
    ),
    st.none(),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS},
        optional={
            "title": st.text(max_size=20),
            "outlet": st.one_of(st.none(), st.text(max_size=9), st.integers()),
            "published": st.one_of(st.text(max_size=12), st.dates(), st.floats()),
            "language": st.sampled_from(["de", "en", "zh", "xx", "", "de-AT"]),
            "article_id": st.one_of(st.integers(), st.text(max_size=3)),
        },
    ),
    min_size=1,
    max_size=GROUP,
)
NAMES = ("a.txt", "a.md", "a.html", "a.csv", "a.tsv", "a.json", "a.jsonl", "a.xlsx", "a.parquet")
GOOD = (
    b"A title\n\nAnn Hill said that all was well.\n",
    b"<html><body><article><h1>T</h1><p>She said so.</p></article></body></html>",
    b"text,title,published\nShe said so.,T,2025-11-17\n",
    b'[{"text": "She said so.", "title": "T"}]',
    b'{"text": "She said so."}\n{"text": "He did not."}\n',
    "text\tdate\nEr sagte, es sei gut.\t17.11.2025\n".encode("utf-16"),
    "他表示，一切都好。".encode("gb18030"),
)


def counted(rows: list[dict]) -> tuple[int, int]:
    """Load and annotate rows; check that each is somewhere; give how many were read, and not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dates that are none, articles that are rejected
        try:
            articles, rejected = load(rows)
        except ValueError as error:
            if not str(error).startswith("no article could be read"):
                raise
            return 0, len(rows)
        assert len(articles) + len(rejected) == len(rows)
        story = annotate(articles, workers=1, progress=False)
    assert len(story.articles) + len(story.rejected) == len(articles)
    text = story.articles.set_index("article_id")["text"]
    for row in story.mentions[["article_id", "start", "end", "text"]].itertuples(index=False):
        assert text[row.article_id][row.start : row.end] == row.text
    assert not len(story.rejected), story.rejected["reason"].tolist()  # no layer fails on a text
    return len(articles), len(rejected)


def read_file(name: str, content: bytes) -> None:
    """Load a file: it gives articles, or says why it does not."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (Path(folder) / name).write_bytes(content)
        (Path(folder) / "good.txt").write_text("A good article.", "utf-8")
        articles, rejected = load(folder)
    files = {*articles["file"], *rejected["file"]}
    assert "good.txt" in files
    table = name.rpartition(".")[2] not in ("txt", "md", "html")
    given = 1 + sum(file.startswith(name) for file in files)
    assert given == 2 or table, files  # a table may hold no row at all


def texts(number: int) -> None:
    """Try that many made-up articles, and say how many were read."""
    totals = [0, 0]

    @settings(
        max_examples=number,  # more than are needed
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(ROWS)
    def one(rows: list[dict]) -> None:
        if sum(totals) < number:
            for place, count in enumerate(counted(rows)):
                totals[place] += count

    one()
    print(f"{sum(totals):,} given: {totals[0]:,} annotated, {totals[1]:,} rejected, none lost")


def seeds() -> Iterator[tuple[str, bytes]]:
    """Give good files, binary ones among them."""
    yield from ((f"seed{number}", content) for number, content in enumerate(GOOD))
    with tempfile.TemporaryDirectory() as folder:
        frame = pd.DataFrame({"text": ["She said so."], "title": ["T"]})
        frame.to_excel(f"{folder}/a.xlsx", index=False)
        frame.to_parquet(f"{folder}/a.parquet")
        for name in ("a.xlsx", "a.parquet"):
            yield f"seed-{name}", (Path(folder) / name).read_bytes()


def files(number: int) -> None:
    """Let atheris make files; the process ends with 0 if none of them broke anything."""
    import atheris

    # The readers are instrumented where they are imported; those that are, function by function.
    from helpers import decoding, readers

    for module in (decoding, readers):
        for name, function in vars(module).copy().items():
            own = getattr(function, "__module__", "") == module.__name__
            if own and callable(function) and not isinstance(function, type):
                setattr(module, name, atheris.instrument_func(function))

    def one(content: bytes) -> None:
        if content:
            read_file(NAMES[content[0] % len(NAMES)], content[1:])

    with tempfile.TemporaryDirectory() as folder:
        for name, content in seeds():
            for kind in range(len(NAMES)):
                (Path(folder) / f"{name}-{kind}").write_bytes(bytes([kind]) + content)
        options = [f"-runs={number}", "-timeout=60", "-rss_limit_mb=4096", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, folder], one)
        atheris.Fuzz()


def main() -> None:
    """Run what is asked for."""
    what, number = (*sys.argv[1:], "10000")[:2] if sys.argv[1:] else ("", "")
    if what not in ("texts", "files"):
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        from helpers.caching import cache_folder

        (Path(folder) / "encoder").symlink_to(cache_folder() / "encoder")
        os.environ["HELPERS_CACHE"] = folder  # nobody wants these in a cache of their own
        {"texts": texts, "files": files}[what](int(number))


if __name__ == "__main__":
    main()
