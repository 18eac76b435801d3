"""Readers: files, folders and frames in; the tables `articles` and `rejected` out.

A new reader is one function here: it takes a path, yields a record for each article and raises
`Unreadable` for what cannot be read.
"""

import csv
import hashlib
import io
import json
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import language
from helpers.tables import TABLES, frame

Record = dict[str, Any]
MANIFEST = "articles.csv"
_GIVEN = ("article_id", "title", "outlet", "agency", "byline", "published", "url", "rights")
_HALF = re.compile("[\ud800-\udfff]")
# A date needs its year; 03/04/2025 is one day here and another there.
_YEAR = re.compile(r"(?<!\d)(1[6-9]|20)\d\d(?!\d{5})")
_AMBIGUOUS = re.compile(r"\s*(0?[1-9]|1[0-2])/(?!\1/)(0?[1-9]|1[0-2])/")
_PRECISION = (
    ("minute", re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")),
    ("day", re.compile(r"\d{4}-\d\d-\d\d$|\d{8}$|\d{1,2}[./]\d{1,2}[./]\d{4}$")),
    ("month", re.compile(r"\d{4}-\d\d$")),
    ("year", re.compile(r"\d{4}$")),
)


class Unreadable(Exception):
    """A file or row that cannot be read; the message is the reason given in `rejected`."""


def load(source: str | Path | pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load articles; what cannot be read is listed with its reason and the rest still loads.

    Parameters
    ----------
    source
        A ``.txt`` file (one article), a ``.csv`` or ``.jsonl`` file (one article a row, with a
        column ``text``), a folder of such files, or a frame with a column ``text``. The columns
        ``article_id, title, outlet, agency, byline, published, url, rights`` are taken where
        they are given. In a folder a file ``articles.csv`` with a column ``file`` is the
        manifest: it gives these columns for the files it names. Files whose name starts with a
        dot or ``README`` are not articles. A date without a time zone is read as UTC.

    Returns
    -------
    articles : pandas.DataFrame
        The table `articles`, sorted by ``article_id``; what is not known is missing.
    rejected : pandas.DataFrame
        ``file``, ``row`` (counted from 1, missing for a whole file) and ``reason``.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    ValueError
        If no article at all could be read, with the first reasons.
    """
    records = _from_frame(source) if isinstance(source, pd.DataFrame) else _from_path(Path(source))
    good, bad = [], []
    for record in records:
        reason = record.get("reason") or _fault(record)
        (bad if reason else good).append(record | {"reason": reason})
    kept, doubles = _identify(good)
    bad += doubles
    if not kept:
        given = "; ".join(f"{r['file']}: {r['reason']}" for r in bad[:5]) or "it is empty"
        raise ValueError(f"no article could be read: {given}")
    articles = frame(map(_article, kept), "articles").sort_values("article_id", ignore_index=True)
    return articles, frame([{k: r.get(k) for k in TABLES["rejected"]} for r in bad], "rejected")


def label(articles: pd.DataFrame) -> pd.Series:
    """Name each article for a chart: ``001 · FashionUnited · de``, indexed by `article_id`."""
    outlet = articles["outlet"].fillna("outlet unknown")
    language_ = articles["language"].astype("str").fillna("language unknown")
    names = articles["article_id"] + " · " + outlet + " · " + language_
    return names.set_axis(articles["article_id"])


def _from_frame(rows: pd.DataFrame) -> Iterator[Record]:
    if "text" not in rows.columns:
        raise ValueError(f"the frame has no column 'text'; it has {', '.join(map(str, rows))}")
    for number, row in enumerate(rows.to_dict("records"), 1):
        name = row.get("file")
        place = {"file": name if isinstance(name, str) else "frame", "row": number, "stem": ""}
        yield _own(row) | place


def _from_path(path: Path) -> Iterator[Record]:
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    if path.is_file():
        yield from _from_file(path, path.name, {})
        return
    manifest = _manifest(path / MANIFEST)
    beside = {MANIFEST} if manifest else set()
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path).as_posix()
        hidden = any(part.startswith(".") for part in Path(name).parts)
        if hidden or file.name.startswith("README") or name in beside:
            continue
        yield from _from_file(file, name, manifest.pop(name, {}))
    for name in manifest:
        yield {"file": name, "reason": f"named in {MANIFEST}, but not in the folder"}


def _manifest(path: Path) -> dict[str, Record]:
    if not path.is_file():
        return {}
    try:
        rows = list(_read_table(path))
    except Unreadable:
        return {}  # not a manifest: the reader will say what is wrong with it
    return {r["file"]: r for r in rows if r.get("file")} if "text" not in rows[0] else {}


def _from_file(path: Path, name: str, given: Record) -> Iterator[Record]:
    reader = READERS.get(path.suffix.lower())
    try:
        if reader is None:
            raise Unreadable(f"no reader for '{path.suffix}' (there are {', '.join(READERS)})")
        for record in reader(path):
            known = {k: v for k, v in _own(given).items() if v}
            yield record | known | {"file": name, "stem": path.stem}
    except (Unreadable, OSError) as error:
        yield {"file": name, "reason": str(error)}


def _decode(path: Path) -> str:
    raw = path.read_bytes()
    if b"\0" in raw:
        raise Unreadable("a binary file, not text")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not UTF-8 text (byte {error.start})") from error
    if not text.strip():
        raise Unreadable("the file is empty")
    return text


def _read_txt(path: Path) -> Iterator[Record]:
    yield {"text": _decode(path)}


def _read_csv(path: Path) -> Iterator[Record]:
    rows = list(_read_table(path))
    if "text" not in rows[0]:
        raise Unreadable(f"no column 'text'; it has {', '.join(filter(None, rows[0]))}")
    for number, row in enumerate(rows, 1):
        fault = {"reason": "more fields than the header has"} if None in row else {}
        yield _own(row) | fault | {"row": number}


def _read_table(path: Path) -> Iterator[Record]:
    text = _decode(path)
    before = csv.field_size_limit(len(text) + 1)  # an article may be longer than csv's 131,072
    try:
        rows = list(_csv(text))
    except csv.Error as error:
        raise Unreadable(f"not a readable CSV: {error}") from error
    finally:
        csv.field_size_limit(before)
    if not rows:
        raise Unreadable("the table has no rows")
    yield from rows


def _csv(text: str) -> Iterator[Record]:
    """Read rows as forgiving as csv is, but for a quote that never closes and swallows the rest."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), strict=True):
            pass
    except csv.Error as error:
        if "end of data" in str(error):
            raise
    return csv.DictReader(io.StringIO(text, newline=""))


def _own(row: Record) -> Record:
    """Keep the columns that an article may be given; others could pass for our own notes."""
    return {key: row[key] for key in (*_GIVEN, "text", "language") if key in row}


def _read_jsonl(path: Path) -> Iterator[Record]:
    for number, line in enumerate(_decode(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            yield {"reason": f"not JSON: {error}", "row": number}
            continue
        own = _own(row) if isinstance(row, dict) else {"reason": "not a JSON object"}
        yield own | {"row": number}


READERS: dict[str, Callable[[Path], Iterator[Record]]] = {
    ".txt": _read_txt,
    ".csv": _read_csv,
    ".jsonl": _read_jsonl,
}


def _fault(record: Record) -> str | None:
    text = record.get("text")
    if not isinstance(text, str):
        return "no text"
    if not text.strip():
        return "the text is empty"
    for key, value in record.items():
        if isinstance(value, str) and _HALF.search(value):
            return f"the {key} holds half a character (a lone surrogate)"
    return None


def _identify(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """Give every record an id that does not depend on the order of the files."""
    kept: dict[str, Record] = {}
    doubles = []
    ready = [_with_id(r) for r in records]
    bases = pd.Series([r["article_id"] for r in ready], dtype=object).value_counts()
    for record in ready:
        name = record["article_id"]
        if not record["named"] and bases[name] > 1:
            name = f"{name}-{record['sha256'][:6]}"
        if name in kept:
            same = "the same text" if kept[name]["sha256"] == record["sha256"] else "another text"
            doubles.append(record | {"reason": f"article_id '{name}' stands twice, with {same}"})
        else:
            kept[name] = record | {"article_id": name}
    return list(kept.values()), doubles


def _with_id(record: Record) -> Record:
    text = record["text"].replace("\r\n", "\n").replace("\r", "\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    own = _known(record.get("article_id"))
    name = str(own) if own is not None else _slug(record, digest)
    return record | {"text": text, "sha256": digest, "article_id": name, "named": own is not None}


def _slug(record: Record, digest: str) -> str:
    # Scrapers append a hash to the file name; what stands before it is what people say.
    stem = re.sub(r"[_-][0-9a-f]{8,}$", "", record["stem"])
    stem = re.sub(r"[\W_]+", "-", stem).strip("-")[:24]
    of_a_table = pd.notna(record.get("row"))
    return "-".join(filter(None, (stem, digest[:8] if of_a_table or not stem else "")))


def _article(record: Record) -> Record:
    text = record["text"]
    main = language.detect(text)
    parts = {language.detect(line, main) for line in text.split("\n") if line.strip()}
    given = {key: _known(record.get(key)) for key in _GIVEN}
    date = _date(given["published"], record)
    return given | {
        "file": record["file"],
        "published": date,
        "published_precision": None if date is None else _precision(given["published"]),
        "language": _known(record.get("language")) or main,
        "languages": sorted(filter(None, parts)),
        "words": language.words(text),
        "text": text,
        "sha256": record["sha256"],
        "article_id": record["article_id"],
    }


def _known(value: Any) -> Any:
    """Tell a given value from a missing one; text is stripped; a list or the like is no value."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # a column of ids with a gap in it comes as floats
    value = value.strip() if isinstance(value, str) else value
    return None if not pd.api.types.is_scalar(value) or pd.isna(value) or value == "" else value


def _date(value: Any, record: Record) -> pd.Timestamp | None:
    if value is None:
        return None
    text = str(value)
    date = pd.NaT
    if _YEAR.search(text) and not _AMBIGUOUS.match(text):
        date = pd.to_datetime(text, utc=True, errors="coerce", dayfirst="." in text[:6])
    if pd.isna(date):
        place = f"{record['file']}, row {record['row']}" if record.get("row") else record["file"]
        warnings.warn(f"{place}: published '{value}' is no clear date, left out", stacklevel=2)
        return None
    return date


def _precision(value: Any) -> str | None:
    text = str(value)
    return next((name for name, form in _PRECISION if form.match(text)), None)
