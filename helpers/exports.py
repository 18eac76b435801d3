"""Tables as files for other programs: CSV, Excel, Parquet; no cell of a text can run there."""

import io
import json
import re

import pandas as pd

# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV injection"), also where the
# sign is of full width, as East Asian keyboards write it.
# One that has an apostrophe already gets another, so that the way back is clear.
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
# What a cell of Excel cannot hold.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
EXCEL_ROWS, EXCEL_LETTERS = 1_048_575, 32_767  # rows below the header; letters of a cell
_CUT = " … (cut: the CSV has it whole)"


def defused(rows: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before each text that a spreadsheet would take for a formula.

    Parameters
    ----------
    rows
        Any frame.

    Returns
    -------
    pandas.DataFrame
        The same columns: a text (also a name of a column) that begins with ``=``, ``+``, ``-``,
        ``@``, their forms of full width, a tab or a line break has ``'`` before it; a list is
        JSON; a time with a zone is text in UTC, as ``2025-11-17T08:00:00+00:00``. Numbers stay
        numbers.
    """
    out = rows.copy(deep=False)
    for column in out.columns:
        if isinstance(out[column].dtype, pd.DatetimeTZDtype):
            out[column] = out[column].map(lambda t: t.isoformat(), na_action="ignore")
        elif not (pd.api.types.is_numeric_dtype(out[column])):
            values = [_cell(value) for value in out[column].astype(object)]
            out[column] = pd.Series(values, index=out.index, dtype=object)
    return out.rename(columns=lambda name: _cell(str(name)))


def csv(rows: pd.DataFrame) -> bytes:
    """Give a table as CSV in UTF-8, with the mark by which Excel knows it (`defused`)."""
    return defused(rows).to_csv(index=False).encode("utf-8-sig")


def excel(rows: pd.DataFrame) -> bytes:
    r"""Give a table as an Excel workbook (`defused`).

    A character that Excel cannot hold is written as in Python (``\x0b``); a text of more letters
    than a cell holds is cut, and the cell says so.

    Raises
    ------
    ValueError
        If there are more rows than a sheet holds.
    """
    if len(rows) > EXCEL_ROWS:
        raise ValueError(f"{len(rows):,} rows; a sheet of Excel holds {EXCEL_ROWS:,}: take the CSV")
    out = io.BytesIO()
    fitting = defused(rows).map(_fit).rename(columns=_fit)
    fitting.to_excel(out, index=False, sheet_name="rows")
    return out.getvalue()


def parquet(rows: pd.DataFrame) -> bytes:
    """Give a table as Parquet: every value and type as it is."""
    out = io.BytesIO()
    rows.reset_index(drop=True).to_parquet(out, index=False)
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value


def _fit(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", value)
    return text if len(text) <= EXCEL_LETTERS else text[: EXCEL_LETTERS - len(_CUT)] + _CUT
