"""Dates as they are given: read where they can be read in one way only, never guessed."""

import re
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
from babel.dates import get_month_names

_YEAR_FIRST = re.compile(r"(?P<y>\d{4})(?:([-/.])(?P<m>\d{1,2})(?:\2(?P<d>\d{1,2}))?)?(?!\d)")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?!\d)")
_CHINESE = re.compile(r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?")
_DOTTED = re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)")
_NAMED = re.compile(
    r"(?:(?P<d>\d{1,2})\.?[ -])?(?P<month>[^\W\d_]{3,})\.?,?[ -](?P<y>\d{4})(?!\d)"
    r"|(?P<month2>[^\W\d_]{3,})\.? (?P<d2>\d{1,2})(?:st|nd|rd|th)?,? (?P<y2>\d{4})(?!\d)"
)
_SLASHED = re.compile(r"(?P<a>\d{1,2})([/-])(?P<b>\d{1,2})\2(?P<y>\d{4})(?!\d)")
_FORMS = (_COMPACT, _CHINESE, _YEAR_FIRST, _DOTTED, _NAMED)
_WEEKDAY = re.compile(r"^[^\W\d_]{2,10}\.?, +|[,(]? ?\b[^\W\d_]{3,10}(day|tag|woch)\)?$")
_TIME = re.compile(
    r"[T,\s]*(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Uhr)?\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[A-Z]{2,5})?$"
)


def parse(value: Any) -> tuple[pd.Timestamp, str]:
    """Read a date that can be read in one way only.

    Parameters
    ----------
    value
        A date or time object, or text: ISO 8601 to the year, month, day or minute,
        ``15.11.2025``, ``15. November 2025``, ``Nov. 15, 2025``, ``2025年11月15日``, with or
        without a time. ``15/11/2025`` has one reading, ``03/04/2025`` has two.

    Returns
    -------
    when : pandas.Timestamp
        In UTC; a time without a zone is taken as UTC, one in a zone by letters is left out.
    precision : str
        ``year``, ``month``, ``day`` or ``minute``.

    Raises
    ------
    ValueError
        If it is not a date, or could be two; the message says which.
    """
    if isinstance(value, date):  # also datetime and Timestamp
        whole = not isinstance(value, datetime) or value.time().isoformat() == "00:00:00"
        return _utc(pd.Timestamp(value)), "day" if whole else "minute"
    text = _WEEKDAY.sub("", str(value).strip()).strip()
    day, precision, rest = _day(text)
    if not rest:
        return _utc(day), precision
    time = _TIME.match(rest)
    if not time or precision != "day":
        raise ValueError("is not a date")
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"][0] in "Pp" else 0)
    clock = f"{day:%Y-%m-%d} {hour:02}:{time['minute']}:{time['second'] or '00'}"
    zone = (time["zone"] or "Z").replace("UTC", "Z").replace("GMT", "Z")
    if zone.isalpha() and zone != "Z":  # EST or CST is more than one zone: the day is all we know
        return _utc(day), "day"
    return _utc(_checked(clock + zone)), "minute"


def _day(text: str) -> tuple[pd.Timestamp, str, str]:
    """Give the day that a text begins with, its precision, and what follows it."""
    slashed = _SLASHED.match(text)
    if slashed:
        return _only(slashed), "day", text[slashed.end() :]
    for form in _FORMS:
        found = form.match(text)
        if found:
            part = found.groupdict()
            month = part.get("m") or _month(part.get("month") or part.get("month2"))
            year, day = part.get("y") or part.get("y2"), part.get("d") or part.get("d2")
            precision = "day" if day else "month" if month else "year"
            when = _checked(f"{year}-{int(month or 1):02}-{int(day or 1):02}")
            return when, precision, text[found.end() :]
    raise ValueError("is not a date")


def _only(found: re.Match[str]) -> pd.Timestamp:
    """Give the one day that ``a/b/year`` can mean."""
    first, second = int(found["a"]), int(found["b"])
    pairs = {(m, d) for d, m in ((first, second), (second, first)) if 1 <= m <= 12}
    if len(pairs) > 1:
        raise ValueError("may be two days, depending on which number is the month")
    return _checked("".join(f"{found['y']}-{m:02}-{d:02}" for m, d in pairs))


def _checked(text: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(datetime.fromisoformat(text))
    except ValueError as error:
        raise ValueError("is not a date") from error


def _utc(when: pd.Timestamp) -> pd.Timestamp:
    return when.tz_localize("UTC") if when.tz is None else when.tz_convert("UTC")


def month(name: str) -> int | None:
    """Give the number of a month by its German or English name, long or short; None if none."""
    return _months().get(name.casefold().rstrip("."))


def _month(name: str | None) -> int | None:
    number = None if name is None else month(name)
    if name is not None and number is None:
        raise ValueError("is not a date")
    return number


@cache
def _months() -> dict[str, int]:
    names = {"sept": 9, "mrz": 3}
    for width in ("wide", "abbreviated"):
        for code in ("de_AT", "de", "en"):
            for number, name in get_month_names(width, "format", code).items():
                names[name.casefold().rstrip(".")] = number
    return names
