"""Check it on your own articles: a random sample, verdicts in a CSV, precision, gold.

A verdict is on what a method said of a place in a text: this source and content, this name and its
kind, this tone. It is kept by the text (its SHA-256), the span and what was said (``judged``). So
it outlives every run and serves every copy of the text; where a method says something else by now,
the old verdict says nothing of it and is not counted.

Verdicts measure **precision** alone: the share of what is shown that is right. What was missed was
never shown to anybody. For the same reason they are no complete marks to learn from, but for tones,
each of which is an example by itself.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.caching import store
from helpers.intervals import wilson
from helpers.story import Story
from helpers.tables import named

KINDS = ("attributions", "mentions", "tones")
VERDICTS = ("right", "wrong", "unsure")
KEY = ["sha256", "kind", "start", "end", "judged"]
# What was shown is for who reads the file. It is not called text: it is no article to be loaded.
COLUMNS = [*KEY, "verdict", "note", "date", "shown"]
_TONES = {"negative": -1, "neutral": 0, "positive": 1}
_FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run what begins so
_NOTE = 1000  # characters of a note or text kept


def items(story: Story, kind: str) -> pd.DataFrame:
    """Give what can be judged: attributions, mentions by name, or tones that do not abstain.

    Parameters
    ----------
    story
        The story.
    kind
        One of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        The rows of the story's table, with `KEY` and the article's ``language`` and ``outlet``.
        ``start`` and ``end`` are those of the content where it is an attribution.

    Raises
    ------
    ValueError
        If there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is none of {', '.join(KINDS)}")
    rows = getattr(story, kind)
    if kind == "attributions":
        rows = rows.assign(start=rows["content_start"], end=rows["content_end"])
        said = [_statement(row) for row in rows.itertuples()]
    elif kind == "mentions":
        rows = named(rows)
        said = rows["label"].astype("str")
    else:
        rows = rows[~rows["abstained"]]
        said = rows["label"].astype("str")
    about = story.articles.set_index("article_id")[["sha256", "language", "outlet"]]
    own = rows["article_id"].map
    facts = {name: own(about[name].astype("str")).astype("str") for name in about}
    return rows.assign(**facts, kind=kind, judged=pd.Series(said, index=rows.index, dtype="str"))


def _statement(row: Any) -> str:
    """Say where source and content lie: what a verdict on an attribution is about."""
    source = "no source" if pd.isna(row.source_start) else f"{row.source_start}-{row.source_end}"
    return f"{source}: {' '.join(f'{s}-{e}' for s, e in row.content_spans)}"


def sample(
    story: Story, kind: str, n: int = 30, *, by: str | None = None, seed: int = 0
) -> pd.DataFrame:
    """Draw rows to be judged.

    Who is drawn depends on the text, the place and the seed alone: the sample is the same in every
    run, a larger one begins with the smaller one, and copies of a text are drawn once.

    Parameters
    ----------
    story, kind
        As in `items`.
    n
        How many rows.
    by
        A column, such as ``language`` or ``outlet``: each of its values gets its share of `n`, and
        one row at least.
    seed
        Another number, another sample.

    Returns
    -------
    pandas.DataFrame
        Rows of `items`, in the order of the draw.

    Raises
    ------
    ValueError
        If there is no such kind or column, or `n` is less than 1.
    """
    if n < 1:
        raise ValueError(f"a sample has one row at least, not {n}")
    rows = items(story, kind)
    if by is not None and by not in rows.columns:
        raise ValueError(f"no column '{by}' in {kind}")
    rows = rows.drop_duplicates(KEY)
    drawn = [_drawn(seed, *key) for key in rows[KEY].itertuples(index=False)]
    rows = rows.iloc[pd.Series(drawn, dtype="str").argsort(kind="stable")]
    if by is None:
        return rows.head(n)
    groups = rows[by].astype("str").fillna("not known")
    quota = _quota(groups.value_counts(), n)
    # Of no rows the quota is text, not a number.
    return rows[rows.groupby(groups).cumcount() < groups.map(quota).astype(int)]


def _drawn(seed: int, *key: Any) -> str:
    return hashlib.sha256(json.dumps([seed, *map(str, key)]).encode()).hexdigest()


def _quota(sizes: pd.Series, n: int) -> pd.Series:
    """Share n out by size, the largest remainders first; one at least for each."""
    due = sizes * n / max(1, sizes.sum())
    quota = due.astype(int)
    left = (due - quota).sort_values(ascending=False, kind="stable").index[: n - quota.sum()]
    quota[left] += 1
    return quota.clip(lower=1)


def verdict_file(corpus: str | Path) -> Path:
    """Give the file of verdicts beside a corpus: ``articles-verdicts.csv`` beside ``articles``."""
    place = Path(corpus).resolve()
    return place.with_name(f"{place.name if place.is_dir() else place.stem}-verdicts.csv")


def verdicts(file: Path) -> pd.DataFrame:
    """Read the verdicts.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; ``start`` and ``end`` are numbers, the others text. Empty if there is no file.

    Raises
    ------
    ValueError
        If a row cannot be followed, naming file, row and reason.
    """
    if not file.is_file():
        return pd.DataFrame(columns=COLUMNS).astype({"start": int, "end": int})
    rows = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing:
        raise ValueError(f"{file.name}: column {', '.join(missing)} is missing")
    checks = {
        "the kind is none of " + ", ".join(KINDS): rows["kind"].isin(KINDS),
        "the verdict is none of " + ", ".join(VERDICTS): rows["verdict"].isin(VERDICTS),
        "start and end are no span": rows["start"].str.fullmatch(r"\d+")
        & rows["end"].str.fullmatch(r"\d+"),
        "the same thing is judged in a row above": ~rows.duplicated(KEY),
    }
    for reason, good in checks.items():
        if not good.all():
            raise ValueError(f"{file.name}, row {int((~good).to_numpy().argmax()) + 2}: {reason}")
    return rows[COLUMNS].astype({"start": int, "end": int})


def judge(file: Path, item: pd.Series, verdict: str, note: str = "") -> None:
    """Keep a verdict, in place of an earlier one on the same thing.

    The file is read anew and written whole, so that two notebooks lose nothing of each other's.

    Parameters
    ----------
    file
        As `verdict_file` gives it.
    item
        A row of `sample` or `items`.
    verdict
        One of `VERDICTS`, or empty to take the verdict back.
    note
        What the reader adds; a spreadsheet runs nothing of it.

    Raises
    ------
    ValueError
        If the verdict is none, or a row of the file cannot be followed.
    OSError
        If the file cannot be written.
    """
    if verdict not in ("", *VERDICTS):
        raise ValueError(f"'{verdict}' is none of {', '.join(VERDICTS)}")
    rows = verdicts(file)
    same = (rows[KEY] == item[KEY].to_list()).all(axis=1)
    rows = rows[~same]
    if verdict:
        day = datetime.now(UTC).date().isoformat()
        text = item["content"] if item["kind"] == "attributions" else item["text"]
        row = {**item[KEY].to_dict(), "verdict": verdict, "note": harmless(note), "date": day}
        row["shown"] = harmless(text)
        rows = pd.concat([rows, pd.DataFrame([row])], ignore_index=True)
    # With the mark by which spreadsheets know UTF-8.
    store(file, rows.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))


def harmless(text: str) -> str:
    """Make text one short line that no spreadsheet takes for a formula."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_NOTE]
    return f"'{line}" if line.startswith(_FORMULA) else line


def with_verdicts(rows: pd.DataFrame, file: Path) -> pd.DataFrame:
    """Add ``verdict`` and ``note`` to rows of `items`; missing where none was given yet."""
    return rows.merge(verdicts(file)[[*KEY, "verdict", "note"]], on=KEY, how="left")


def precision(rows: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Give the share of judged rows that are right.

    Parameters
    ----------
    rows
        As `with_verdicts` gives them.
    by
        A column, such as ``language`` or ``outlet``: a row for each of its values, too.

    Returns
    -------
    pandas.DataFrame
        ``group`` (*all*, or a value of `by`), ``right``, ``wrong``, ``unsure``, ``open`` (without a
        verdict), ``precision`` (right of right and wrong; missing where neither is given) and the
        ends of its 95 % interval after Wilson, ``low`` and ``high``: 0..1.
    """
    groups: list[tuple[str, pd.DataFrame]] = [("all", rows)]
    if by is not None:
        groups += [(str(name), own) for name, own in rows.groupby(rows[by].fillna("not known"))]
    return pd.DataFrame([{"group": name} | _share(own["verdict"]) for name, own in groups])


def _share(given: pd.Series) -> dict[str, float]:
    counts = {name: int((given == name).sum()) for name in VERDICTS}
    n = counts["right"] + counts["wrong"]
    low, high = wilson(counts["right"], n)
    share = counts["right"] / n if n else float("nan")
    return counts | {
        "open": int(given.isna().sum()), "precision": share, "low": low, "high": high,
    }  # fmt: skip


def export(story: Story, file: Path, folder: str | Path) -> list[Path]:
    """Write the verdicts as gold, for ``make evaluate GOLD=folder`` and ``make train GOLD=folder``.

    ``judged/<language>.jsonl`` has the texts with what was judged in them, for the precision of
    whatever method reads them later; ``tone/<language>-judged.jsonl`` the tones that are right, as
    further examples for the head of tone. Attributions and names are not learnt from: their texts
    are not marked completely. The files hold the articles' text: mind whose it is.

    Parameters
    ----------
    story
        The story.
    file
        Its verdicts.
    folder
        The gold; made if it is not there. What an earlier export left in it is overwritten.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    ValueError
        If a row of the verdicts cannot be followed, or none is on this story.
    """
    rows = verdicts(file)
    texts = story.articles.drop_duplicates("sha256").set_index("sha256")
    rows = rows[rows["sha256"].isin(texts.index)]
    if rows.empty:
        raise ValueError(f"{file.name} holds no verdict on a text of this story")
    lines: dict[str, list[dict[str, Any]]] = {}
    for sha256, own in rows.groupby("sha256", sort=False):
        article = texts.loc[str(sha256)]
        language = article["language"] if isinstance(article["language"], str) else "und"
        record = {"id": str(sha256), "lang": language, "text": article["text"]}
        told = own[[*KEY[1:], "verdict"]].to_dict("records")
        lines.setdefault(f"judged/{language}.jsonl", []).append(record | {"verdicts": told})
    for row in _right_tones(story, file):
        lines.setdefault(f"tone/{row['lang']}-judged.jsonl", []).append(row)
    return [_written(Path(folder) / name, own) for name, own in sorted(lines.items())]


def _right_tones(story: Story, file: Path) -> Iterator[dict[str, Any]]:
    """Give the tones judged right, each in its sentence alone, as gold."""
    rows = with_verdicts(items(story, "tones").drop_duplicates(KEY), file)
    sentences = story.sentences.set_index("sentence_id")
    for row in rows[rows["verdict"] == "right"].itertuples():
        sentence = sentences.loc[row.sentence_id]
        target = [row.start - int(sentence["start"]), row.end - int(sentence["start"])]
        yield {
            "id": f"{row.sha256[:12]}-{row.start}", "lang": row.language,
            "text": sentence["text"], "target": target, "label": _TONES[row.judged],
        }  # fmt: skip


def _written(file: Path, rows: Iterable[dict[str, Any]]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    store(file, text.encode("utf-8"))
    return file
