"""Readers: the content of one file in, its rows out; one function a format.

A reader takes the text of the file, or its bytes where the format is binary, and yields a `Row`
for each article. It raises `Unreadable` for a file that cannot be read at all; a row that cannot
be read is a row with a fault. A new format is one function and one line in `TEXTS` or `BINARIES`.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, NamedTuple

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree, html

from helpers.decoding import Unreadable, decode

Record = dict[str, Any]
MB = 1_000_000
PAGE_LIMIT = 20 * MB  # bytes of a file that holds one article: 3 million words of plain text
TABLE_LIMIT = 500 * MB  # bytes of a file that holds many, packed or unpacked
RATIO_LIMIT = 200  # unpacked to packed; text is packed to a third or a tenth
_DELIMITERS = ",;\t|"
_SENTENCE = re.compile(r"\w[\"'”’»)\]]*[.!?…。！？]")
_DATES = (
    "//meta[@property='article:published_time' or @itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@name='date' or @name='pubdate' or @name='publishdate' or @name='dc.date'"
    " or @name='DC.date.issued' or @name='parsely-pub-date']/@content",
)
_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{4,40})"')


class Row(NamedTuple):
    """What a reader found for one article, under the names the file gives.

    Attributes
    ----------
    number
        Row of the table or line of the file, from 1; None for a file that is one article.
    values
        What is given by column.
    fault
        Why the row cannot be read, or None.
    part
        Name of the sheet, where a workbook has more than one.
    """

    number: int | None
    values: Record
    fault: str | None = None
    part: str = ""


def suffix(name: str) -> str:
    """Give the ending of a file's name that decides on its reader, as in `READERS`."""
    return PurePath(name).suffix.lower()


def limit(name: str) -> int:
    """Give the number of bytes above which a file is not read."""
    return PAGE_LIMIT if suffix(name) in _PAGES else TABLE_LIMIT


def read(name: str, raw: bytes) -> tuple[list[Row], str | None]:
    """Read the content of one file.

    Parameters
    ----------
    name
        Name of the file; its ending decides on the reader.
    raw
        Its content.

    Returns
    -------
    rows : list of Row
        What the file holds, unreadable rows included.
    encoding : str or None
        What its text was decoded as; None for a binary format.

    Raises
    ------
    Unreadable
        If there is no reader or the file as a whole cannot be read.
    """
    if suffix(name) not in READERS:
        raise Unreadable(f"no reader for '{suffix(name)}' (there are {', '.join(READERS)})")
    if not raw.strip():
        raise Unreadable("the file is empty")
    if suffix(name) in BINARIES:
        return _some(BINARIES[suffix(name)](raw)), None
    text, encoding = decode(raw)
    if not text.strip():
        raise Unreadable("the file is empty")
    return _some(TEXTS[suffix(name)](text)), encoding


def check_packed(raw: io.BytesIO, allowed: int) -> None:
    """Refuse an archive, or an Office file, that says it unpacks to more than is allowed.

    Raises
    ------
    Unreadable
        If it does, or is no archive.
    """
    try:
        members = zipfile.ZipFile(raw).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(f"broken or not what its name says: {error}") from error
    size = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if size > allowed:
        raise Unreadable(f"it unpacks to {size / MB:,.0f} MB; the limit is {allowed / MB:,.0f} MB")
    if size > MB and size > RATIO_LIMIT * packed:
        raise Unreadable(f"it unpacks to {size // max(1, packed):,} times its size, as a bomb does")


def _some(rows: Iterator[Row]) -> list[Row]:
    found = list(rows)
    if not found:
        raise Unreadable("the table has no rows")
    return found


def _txt(text: str) -> Iterator[Row]:
    yield Row(None, {"text": text})


def _html(text: str) -> Iterator[Row]:
    import trafilatura  # takes a second to import, and only saved pages need it

    try:
        page = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError) as error:
        raise Unreadable(f"not a readable page: {error}") from error
    if page is None or not _SENTENCE.search(page.text or ""):
        raise Unreadable("no article in the page (no sentence outside its menus)")
    found = {
        "title": page.title,
        "byline": page.author,
        "published": _page_date(text),
        "outlet": page.sitename,
        "url": page.url,
        "text": page.text,
    }
    yield Row(None, {name: value for name, value in found.items() if value})


def _page_date(text: str) -> str | None:
    """Give the date a page states about itself, as it stands there.

    The date trafilatura gives is not used: it takes 03/04/2025 for the third of April.
    """
    try:
        tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, etree.LxmlError):
        return None
    stated = [value for path in _DATES for value in tree.xpath(path)]
    linked = tree.xpath("//script[@type='application/ld+json']/text()")
    stated += [date for script in linked for date in _LD_DATE.findall(script)[:1]]
    return next((str(value).strip() for value in stated if value.strip()), None)


def _json(text: str) -> Iterator[Row]:
    found = _parsed(text)
    if isinstance(found, dict):
        inner = found.get("articles")
        if not isinstance(inner, list):
            yield Row(None, found)
            return
        found = inner
    if not isinstance(found, list):
        raise Unreadable(f"neither a JSON object nor a list of them, but {type(found).__name__}")
    for number, item in enumerate(found, 1):
        yield _object(number, item)


def _jsonl(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _object(number, _parsed(line))
            except Unreadable as error:
                yield Row(number, {}, str(error))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON: {error}") from error


def _object(number: int, item: Any) -> Row:
    return Row(number, item) if isinstance(item, dict) else Row(number, {}, "not a JSON object")


def _csv(text: str) -> Iterator[Row]:
    header = text.lstrip().split("\n", 1)[0]
    # Excel writes semicolons where the comma is the decimal sign, as in Germany.
    yield from _separated(text, max(_DELIMITERS, key=lambda d: len(_cells(header, d))))


def _tsv(text: str) -> Iterator[Row]:
    yield from _separated(text, "\t")


def _cells(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _separated(text: str, delimiter: str) -> Iterator[Row]:
    before = csv.field_size_limit(len(text) + 1)  # an article may be longer than csv's 131,072
    strict = _swallows(text, delimiter)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    number = 0
    header: list[str] | None = None
    try:
        for cells in lines:
            if header is None:
                header = _header(cells)
            elif cells:
                number += 1
                yield _fitted(number, header, cells)
    except csv.Error as error:
        reason = f"not a readable CSV: {error} (line {lines.line_num}; nothing after it is read)"
        yield Row(number + 1, {}, reason)
    finally:
        csv.field_size_limit(before)


def _swallows(text: str, delimiter: str) -> bool:
    """Tell a quote that never closes, and takes all rows after it along, from sloppy quoting."""
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _header(cells: list[Any]) -> list[str]:
    names = ["" if cell is None else str(cell).strip() for cell in cells]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise Unreadable(f"the column '{twice}' stands twice")
    return names


def _fitted(number: int, header: list[str], cells: list[Any]) -> Row:
    if len(cells) == len(header):
        return Row(number, {name: cell for name, cell in zip(header, cells, strict=True) if name})
    more = "more" if len(cells) > len(header) else "fewer"
    return Row(number, {}, f"{more} fields than the header has ({len(cells)}, not {len(header)})")


def _parquet(raw: bytes) -> Iterator[Row]:
    try:
        file = pq.ParquetFile(io.BytesIO(raw))
        groups = range(file.metadata.num_row_groups)
        size = sum(file.metadata.row_group(group).total_byte_size for group in groups)
        if size > TABLE_LIMIT:
            raise Unreadable(f"it unpacks to {size / MB:,.0f} MB; the limit is {TABLE_LIMIT / MB}")
        rows = file.read().to_pylist()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(f"not a readable Parquet file: {error}") from error
    yield from (Row(number, values) for number, values in enumerate(rows, 1))


def _xlsx(raw: bytes) -> Iterator[Row]:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("protected by a password, or an old .xls (save it as .xlsx without one)")
    check_packed(io.BytesIO(raw), TABLE_LIMIT)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheets = {s.title: list(s.iter_rows(values_only=True)) for s in book.worksheets}
    except Exception as error:  # openpyxl lets through whatever a broken part of the file causes
        raise Unreadable(f"not a readable .xlsx file: {type(error).__name__} {error}") from error
    filled = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    for name, rows in filled.items():
        yield from _sheet(name if len(filled) > 1 else "", rows)


def _sheet(part: str, rows: list[tuple[Any, ...]]) -> Iterator[Row]:
    """Yield the rows of a sheet below its first filled row, which is the header."""
    lines = [row for row in rows if any(cell is not None for cell in row)]
    header = _header(list(lines[0]))
    for number, cells in enumerate(lines[1:], 1):
        named = {name: cell for name, cell in zip(header, cells, strict=False) if name}
        yield Row(number, named, part=part)


TEXTS: dict[str, Callable[[str], Iterator[Row]]] = {
    ".txt": _txt,
    ".md": _txt,
    ".html": _html,
    ".htm": _html,
    ".json": _json,
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".tsv": _tsv,
}
BINARIES: dict[str, Callable[[bytes], Iterator[Row]]] = {".parquet": _parquet, ".xlsx": _xlsx}
READERS = (*TEXTS, *BINARIES)
_PAGES = (".txt", ".md", ".html", ".htm")
