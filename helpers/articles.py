"""Loading: files, folders, zips and tables in; the tables `articles` and `rejected` out."""

import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from helpers import columns, dates, language
from helpers.corpus import Given, corpus
from helpers.files import clean
from helpers.identity import identify, with_id
from helpers.readers import MB, PAGE_LIMIT, Record, Row
from helpers.tables import frame

_PRECISIONS = ("year", "month", "day", "minute")
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_].*)?$")
_HALF = re.compile("[\ud800-\udfff]")


def load(
    source: str | Path | pd.DataFrame | Sequence[Mapping[str, Any]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Load articles; what cannot be read is listed with its reason and the rest still loads.

    Parameters
    ----------
    source
        A file that is one article (``.txt .md .html .htm``) or a table with an article a row
        (``.json .jsonl .csv .tsv .parquet .xlsx``), a folder or a ``.zip`` of such files, a
        DataFrame, or a list of dicts. Tables need a column ``text``; ``article_id, title,
        outlet, agency, byline, published, language, url, rights`` are taken where they are
        given, under these names or others (``data/columns.csv``; see `mapping`). In a folder
        or zip a file ``articles.csv`` with a column ``file`` is the manifest: what it says of a
        file goes before what the file says. Names that start with a dot or ``README`` are
        passed over. A date that could be two days is left out; a time without a zone is UTC.

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
    report: list[Record] = []
    good, bad = [], []
    for record in _given(source, report):
        (bad if record.get("reason") else good).append(record)
    kept, doubles = identify([with_id(r) for r in good])
    bad += doubles
    _check(kept, bad)
    articles = _table(kept)
    articles.attrs["mapping"] = json.dumps(report)
    return articles, _rejected(bad)


def parts(source: str | Path, size: int) -> tuple[int, pd.DataFrame, Iterator[pd.DataFrame]]:
    """Load a corpus that does not fit in memory: what `load` gives, some articles at a time.

    It is read twice, first for the ids alone. No more is held than one file and one part.

    Parameters
    ----------
    source
        As `load` takes it.
    size
        Articles of a part.

    Returns
    -------
    n : int
        How many articles there are.
    rejected : pandas.DataFrame
        As `load` gives it.
    parts : iterator of pandas.DataFrame
        Tables `articles` in the order of the files, each sorted by ``article_id``.

    Raises
    ------
    FileNotFoundError, ValueError
        As `load`; the iterator raises a ValueError if a file changed since it was read first.
    """
    good, bad = [], []
    for record in _given(source, []):
        if record.get("reason"):
            bad.append(_outline(record))
        else:
            good.append(_outline(with_id(record)) | {"number": len(good)})
    kept, doubles = identify(good)
    _check(kept, bad + doubles)
    names = {r["number"]: (r["article_id"], r["identity"]) for r in kept}
    doubled = {r["number"]: r["identity"] for r in doubles}
    return len(kept), _rejected(bad + doubles), _second(source, size, names, doubled)


def _second(
    source: str | Path,
    size: int,
    names: dict[int, tuple[str, str]],
    doubles: dict[int, str],
) -> Iterator[pd.DataFrame]:
    """Read a corpus once more, now that the id of every article is known."""
    part: list[Record] = []
    good = (with_id(r) for r in _given(source, []) if not r.get("reason"))
    number = -1
    for number, record in enumerate(good):
        name, identity = names.get(number, (None, doubles.get(number)))
        if identity != record["identity"]:
            raise ValueError(f"{record['file']} changed while the corpus was read: run it again")
        if name is not None:
            part.append(record | {"article_id": name})
        if len(part) == size:
            yield _table(part)
            part = []
    if number + 1 != len(names) + len(doubles):
        raise ValueError("files went away while the corpus was read: run it again")
    if part:
        yield _table(part)


def _given(source: Any, report: list[Record]) -> Iterator[Record]:
    for given in corpus(source):
        yield from _records(given, report)


def _outline(record: Record) -> Record:
    """Keep of a record what its id and its rejection need, and not its text."""
    wanted = ("file", "row", "reason", "article_id", "named", "slug", "identity", "sha256")
    return {key: record[key] for key in wanted if key in record}


def _check(kept: list[Record], bad: list[Record]) -> None:
    if not kept:
        reasons = "; ".join(f"{r['file']}: {r['reason']}" for r in bad[:5]) or "it is empty"
        raise ValueError(f"no article could be read: {reasons}")


def _table(records: list[Record]) -> pd.DataFrame:
    undated: list[Record] = []
    articles = frame([_article(r, undated) for r in records], "articles")
    for warning in _undated(undated):
        warnings.warn(warning, stacklevel=3)
    return articles.sort_values("article_id", ignore_index=True)


def _rejected(bad: list[Record]) -> pd.DataFrame:
    # Only what the table has: a rejected row may hold what no DataFrame can.
    rejected = [{key: record.get(key) for key in ("file", "row", "reason")} for record in bad]
    return frame(rejected, "rejected")


def mapping(articles: pd.DataFrame) -> pd.DataFrame:
    """Say which column of which file became which column of `articles`.

    Parameters
    ----------
    articles
        The table as `load` gave it, or as read back from Parquet.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``column`` (missing: not used), ``given`` (its name in the file) and
        ``encoding`` (what the file was decoded as; missing for binary formats).
    """
    # Kept as text: pandas copies attributes at every step, and Parquet wants them as JSON.
    rows = json.loads(articles.attrs.get("mapping", "[]"))
    return pd.DataFrame(rows, columns=["file", "column", "given", "encoding"], dtype="str")


def label(articles: pd.DataFrame) -> pd.Series:
    """Name each article for a chart: ``001 · FashionUnited · de``, indexed by `article_id`."""
    outlet = articles["outlet"].fillna("outlet unknown")
    language_ = articles["language"].astype("str").fillna("language unknown")
    names = articles["article_id"] + " · " + outlet + " · " + language_
    return names.set_axis(articles["article_id"])


def _records(given: Given, report: list[Record]) -> Iterator[Record]:
    """Give the rows of a file under the package's column names; note what became what."""
    own: dict[tuple[str, ...], dict[str, str]] = {}
    for names in dict.fromkeys(tuple(row.values) for row in given.rows):
        own[names] = columns.mapped(names, given.columns)
    used = {name: column for names in own.values() for name, column in names.items()}
    seen = dict.fromkeys(name for names in own for name in names)
    report += [
        {"file": given.file, "column": used.get(n), "given": clean(n), "encoding": given.encoding}
        for n in seen
    ]
    readable = {"text", "lead"} & set(used.values())
    if given.rows and not readable and not any(row.fault for row in given.rows):
        reason = f"no column 'text'; it has {', '.join(map(clean, seen)) or 'none'}"
        yield {"file": given.file, "reason": reason}
        return
    for row in given.rows:
        names = own[tuple(row.values)]
        record = {column: row.values[name] for name, column in names.items()}
        yield _record(record, row, given)


def _record(record: Record, row: Row, given: Given) -> Record:
    """Put together what the row, the manifest and the place of the row say of an article."""
    text = _whole(record.get("lead"), record.get("text"))
    return (
        record
        | given.manifest
        | {
            "file": columns.value(record.get("file")) or _place(given.file, row.part),
            "row": row.number,
            "stem": "" if row.number else PurePosixPath(given.file).stem,
            "text": text,
            "reason": row.fault or _fault(text),
        }
    )


def _place(file: str, part: str) -> str:
    return f"{file}/{clean(part)}" if part else file


def _whole(lead: Any, text: Any) -> Any:
    """Join the lead paragraph that press databases keep in a column of its own to its text."""
    parts = [part for part in (lead, text) if isinstance(part, str) and part.strip()]
    return "\n\n".join(parts) if len(parts) == 2 else next(iter(parts), text)


def _fault(text: Any) -> str | None:
    if not isinstance(text, str):
        return "no text"
    if not text.strip():
        return "the text is empty"
    if len(text) > PAGE_LIMIT:
        return f"{len(text) / MB:,.1f} million characters; the limit is {PAGE_LIMIT / MB:,.1f}"
    return "the text holds half a character (a lone surrogate)" if _HALF.search(text) else None


def _article(record: Record, undated: list[Record]) -> Record:
    text = record["text"]
    main = language.detect(text)
    parts = {language.detect(line, main) for line in text.split("\n") if line.strip()}
    given = {key: columns.value(record.get(key)) for key in columns.GIVEN}
    code = _LANGUAGE.match(str(given["language"]).casefold())
    return given | {
        "file": record["file"],
        "published": None,
        "published_precision": None,
        **_dated(given, record, undated),
        "language": code[1] if given["language"] and code else main,
        "languages": sorted(filter(None, parts)),
        "words": language.words(text),
        "text": text,
        "sha256": record["sha256"],
        "article_id": record["article_id"],
    }


def _dated(given: Record, record: Record, undated: list[Record]) -> Record:
    if given["published"] is None:
        return {}
    try:
        when, precision = dates.parse(given["published"])
    except ValueError as error:
        undated.append(record | {"fault": f"published '{given['published']}' {error}"})
        return {}
    own = given["published_precision"]
    return {"published": when, "published_precision": own if own in _PRECISIONS else precision}


def _undated(records: list[Record]) -> Iterator[str]:
    """Say once a file which dates were left out, with the first rows."""
    files: dict[str, list[Record]] = {}
    for record in records:
        files.setdefault(record["file"], []).append(record)
    for file, found in files.items():
        rows = [str(r["row"]) for r in found if r["row"]]
        place = f"{file}, row {rows[0]}" if rows else file
        others = f" (also in row {', '.join(rows[1:10])}{' …' * (len(rows) > 10)})" * (
            len(rows) > 1
        )
        yield f"{place}: {found[0]['fault']}, left out{others}"
