"""Title, day, author, agency and outlet of an article, where its text says them in so many words.

Only what is missing is filled, and nothing is guessed: where the text is silent or says two things,
the cell stays missing. What counts as saying it:

- *title*: the headline.
- *published*: the first date of a dateline block that is not marked as an update. ``03/04/2024``
  may be two days and is passed over. A clock time without a time zone cannot be told in UTC, so
  the day is kept and the hour dropped; only ``2024-05-12T10:15+02:00`` or ``… UTC`` gives minutes.
- *byline*: a byline block, a dateline that says ``By ...``, or the names behind ``Reporting by``.
- *agency*: the first one credited in a dateline, byline or line of origin (``Source: Reuters``), or
  in brackets at the end of the last paragraph. ``told the AFP news agency`` says to whom somebody
  spoke, not whose report it is, and a picture's credit is the picture's: neither counts.
- *outlet*: who names itself as publisher: a notice in which it says what it does (``The Herald
  uses artificial intelligence``), a headline printed again with its name (``... - The Herald``), a
  copyright line below the article with a year or the rights reserved. ``Source: ...`` is where a
  report came from, not who printed it, and an agency's copyright makes it no outlet.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pandas as pd

from helpers import dates
from helpers.blocks import title
from helpers.tables import frame
from helpers.wordlists import Stamp, stamp, wordlist

_FIELDS = ("published", "byline", "agency", "outlet")
_DATES = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    re.compile(r"(?P<y>\d{4}) ?年 ?(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?日"),
    re.compile(r"(?P<d>\d{1,2})\. ?(?P<m>[^\W\d_]{3,10})\.? (?P<y>\d{4})"),
    re.compile(r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)? (?P<m>[^\W\d_]{3,9})\.?,? (?P<y>\d{4})"),
    re.compile(r"\b(?P<m>[^\W\d_]{3,9})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?, (?P<y>\d{4})"),
    re.compile(r"\b(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})\b"),
)
_ZONED = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)? ?(Z|UTC|GMT|[+-]\d\d:?\d\d)(?!\w)")
_UPDATED = re.compile(
    r"(?:updated?|modified|edited|aktualisiert|update|geändert|bearbeitet|更新|修改)\W*"
    r"(?:on|at|am|um|于|時間|时间)?\W*$",
    re.IGNORECASE,
)
_PERSON = r"(?:[A-ZÄÖÜ][\w.'’-]*)(?: (?:von |van |de |der )?[A-ZÄÖÜ][\w.'’-]*){0,3}"
_HAN_NAME = r"[\u4e00-\u9fff]{2,4}"
_AUTHOR = re.compile(
    rf"(?:^|(?<=\W))(?i:von|by|text:|autor(?:in)?:|author:)\s+"
    rf"(?P<name>{_PERSON}(?:(?:, | und | and | & ){_PERSON})*)"
    rf"|(?:记者|記者|作者|撰文|文)[/:：\s]+(?P<han>{_HAN_NAME}(?:、{_HAN_NAME})*)"
)
_PROFESSION = re.compile(rf"(?P<name>{_PERSON}), [a-zäöü]")
_CREDIT = re.compile(r"[(（]([^()（）]{2,40})[)）][.。]?\s*$")
_SELF = re.compile(
    r"(?:^|(?<=[.!?] ))(?P<name>(?:[A-ZÄÖÜ][\w&.'’-]*)(?: [A-ZÄÖÜ&][\w&.'’-]*){0,3})"
    r" (?:uses|nutzt|verwendet|setzt)\b"
)
_AGAIN = re.compile(r"\s[-–—|·_]\s(?P<name>[^-–—|·_\n]{2,40})$")
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)(?: ?(?:©|\(c\)))?(?: by)?(?P<year> ?\d{4}(?:[-–]\d{2,4})?)?,?"
    r"(?: by)? (?P<name>[^.,|\n©]{2,40}?)(?P<rights>[.,|]? ?(?:all rights|alle rechte).*)?\W*$",
    re.IGNORECASE,
)
Block = dict[str, Any]  # a row of the table
_CODE = 5  # letters of an agency's code; longer words of the list must be an entity's name
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Pronouns and words for whoever it was are no names.
_NO_NAME = frozenset((
    "we", "it", "this", "wir", "sie", "er", "es", "diese", "dieser", "redaktion", "staff",
    "editors",
))  # fmt: skip


def metadata(articles: pd.DataFrame, blocks: pd.DataFrame) -> pd.DataFrame:
    """Fill what is missing in the articles' metadata from their blocks.

    Parameters
    ----------
    articles, blocks
        The tables of these names.

    Returns
    -------
    pandas.DataFrame
        The table `articles` with ``title, published`` and ``published_precision`` (``day`` or
        ``minute``), ``byline, agency`` and ``outlet`` filled where they were missing and the text
        says them; what was given is kept.
    """
    filled = articles.copy()
    filled["title"] = filled["title"].fillna(filled["article_id"].map(title(blocks)).astype("str"))
    # Plain records: a frame for each article costs a hundred times what is done with it.
    parts: dict[str, list[Block]] = defaultdict(list)
    for block in blocks[["article_id", "kind", "reason", "text"]].to_dict("records"):
        parts[block["article_id"]].append(block)
    found = [_found(parts.get(i, [])) for i in filled["article_id"]]
    new = frame([{"words": 0} | row for row in found], "articles")
    new.index = filled.index  # by place: the rows are those of `filled`
    undated = filled["published"].isna()
    precision = filled["published_precision"].astype("str")
    filled["published_precision"] = precision.mask(undated, new["published_precision"])
    for name in _FIELDS:
        filled[name] = filled[name].fillna(new[name])
    return frame(filled, "articles")


def _found(rows: list[Block]) -> dict[str, Any]:
    told: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        told[row["kind"]].append(row["text"].strip())
    last = max((at for at, row in enumerate(rows) if row["kind"] == "body"), default=-1)
    tail = rows[last + 1 :]
    below = [row["text"].strip() for row in tail if row["kind"] == "notice"]
    dated = [hit for text in told.get("dateline", []) for hit in _dates(text)]
    published, precision = dated[0] if dated else (None, None)
    return {
        "published": published,
        "published_precision": precision,
        "byline": _first(_authors([*told.get("byline", []), *told.get("dateline", [])])),
        "agency": _first(_credited(told, rows, tail)),
        "outlet": _only(_publishers(told, rows, below)),
    }


def _dates(text: str) -> Iterator[tuple[datetime, str]]:
    """Give the dates of a dateline that are days of publication, in the order of the text."""
    zoned = _ZONED.search(text)
    if zoned and not _UPDATED.search(text[: zoned.start()]):
        zone = "+00:00" if zoned[3] in ("Z", "UTC", "GMT") else zoned[3]
        yield datetime.fromisoformat(f"{zoned[1]}T{zoned[2]}{zone}").astimezone(UTC), "minute"
        return
    hits = sorted((m for form in _DATES for m in form.finditer(text)), key=lambda m: m.start())
    for hit in hits:
        month = hit["m"] if hit["m"].isdigit() else dates.month(hit["m"])
        if month and not _UPDATED.search(text[: hit.start()]):
            try:
                yield datetime(int(hit["y"]), int(month), int(hit["d"]), tzinfo=UTC), "day"
            except ValueError:
                continue  # 31 February is no day


def _authors(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        hit = _AUTHOR.search(text) or _PROFESSION.match(text)
        name = hit and (hit["name"] or hit.groupdict().get("han"))
        if name and name.casefold() not in _NO_NAME and not _agencies(name):
            yield name.rstrip(".")


def _credited(told: dict[str, list[str]], rows: list[Block], tail: list[Block]) -> Iterator[str]:
    """Give the agencies credited, the surest place first."""
    for text in [*told.get("dateline", []), *told.get("byline", [])]:
        yield from _agencies(text)
    for text in (row["text"] for row in rows if row["kind"] == "notice" and _origin(row)):
        if re.match(r"\W*(?:quelle|source|来源|來源|mit material|material from)", text, re.I):
            yield from _agencies(text)
    last = _CREDIT.search(told["body"][-1]) if told.get("body") else None
    for text in [*([last[1]] if last else []), *(t["text"].strip(" \n()/") for t in tail)]:
        named = _agencies(text)
        if named and len(text) <= len(named[0]) + 8 and "\n" not in text:
            yield from named


@cache
def _names(kinds_state: Stamp, aliases_state: Stamp) -> tuple[dict[str, str], re.Pattern[str]]:
    """Give the agencies' names by the words that name them, and a pattern of these words."""
    listed = wordlist("source_kinds")
    words = set(listed.loc[listed["source_kind"] == "agency", "word"])
    aliases = wordlist("aliases")
    known = aliases["alias"].str.casefold().isin(words) | aliases["entity_id"].isin(words)
    ours = aliases[aliases["entity_id"].isin(aliases.loc[known, "entity_id"].replace("", None))]
    names = dict(zip(ours["alias"], ours["name"], strict=True))
    same = {alias.casefold(): name for alias, name in names.items()}
    same |= dict(zip(ours["entity_id"], ours["name"], strict=True))
    # ``agency`` and ``newswire`` are in the list too: what is no entity must be a code.
    codes = [word for word in words if len(word) <= _CODE and not _HAN.search(word)]
    for word in [*codes, *(alias for alias in ours["alias"] if " " not in alias)]:
        for form in (word, word.upper()):
            names.setdefault(form, same.get(word.casefold(), word.upper()))
    return names, _pattern(names)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    words = sorted(names, key=len, reverse=True)
    latin = "|".join(re.escape(w) for w in words if not _HAN.search(w))
    han = "|".join(re.escape(w) for w in words if _HAN.search(w))
    return re.compile(rf"(?<!\w)(?:{latin})(?![\w])|{han}")


def _agencies(text: str) -> list[str]:
    names, words = _names(stamp("source_kinds"), stamp("aliases"))
    return [names[m.group()] for m in words.finditer(text)]


def _origin(row: Block) -> bool:
    return isinstance(row["reason"], str) and "origin" in row["reason"]


def _publishers(told: dict[str, list[str]], rows: list[Block], below: list[str]) -> Iterator[str]:
    """Give each name under which the text names its publisher."""
    for text in told.get("notice", []):
        yield from (m["name"] for m in _SELF.finditer(text))
    for text in (row["text"] for row in rows if row["reason"] == "repeats the headline"):
        again = _AGAIN.search(text.strip())
        if again:
            yield again["name"]
    for text in below:
        owner = _COPYRIGHT.match(text)
        if owner and (owner["year"] or owner["rights"]):
            yield owner["name"]


def _only(names: Iterable[str]) -> str | None:
    """Give the one name that was found, None if there is none or if there are several."""
    plain = {re.sub(r"^(?:the|die|der|das) ", "", n.strip(), flags=re.I): n.strip() for n in names}
    kept = {k: n for k, n in plain.items() if n.casefold() not in _NO_NAME and not _agencies(n)}
    return next(iter(kept.values())) if len(kept) == 1 else None


def _first(names: Iterable[str]) -> str | None:
    return next(iter(names), None)
