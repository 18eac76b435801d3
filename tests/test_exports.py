"""Tables as files: no cell is a formula, and nothing is lost."""

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.exports import EXCEL_LETTERS, csv, defused, excel, parquet

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "'=1",
]
SAFE = ["1=1", "a", "", "'s", " =1", "Ä", "新闻"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_has_an_apostrophe_before_it(text):
    assert defused(pd.DataFrame({"a": [text]}))["a"][0] == f"'{text}"
    assert list(defused(pd.DataFrame({text: [1]})).columns) == [f"'{text}"]


@pytest.mark.parametrize("text", SAFE)
def test_other_text_is_left_alone(text):
    assert defused(pd.DataFrame({"a": [text]}))["a"][0] == text


def test_numbers_missing_values_lists_and_times():
    rows = pd.DataFrame(
        {
            "n": [-1.5, None],
            "text": pd.Series(["=x", None], dtype="str"),
            "label": pd.Categorical(["-a", None]),
            "list": [["=x"], []],
            "time": pd.to_datetime(["2025-11-17T08:00Z", None], utc=True),
        }
    )
    out = pd.read_csv(io.BytesIO(csv(rows)), encoding="utf-8-sig")
    assert out["n"].tolist()[0] == -1.5
    assert out["text"][0] == "'=x"
    assert out["label"][0] == "'-a"
    assert out["list"][0] == '["=x"]'
    assert out["time"][0] == "2025-11-17T08:00:00+00:00"
    assert out.iloc[1].drop("list").isna().all()


@settings(max_examples=50)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_no_cell_of_a_workbook_is_a_formula(texts):
    rows = pd.DataFrame({"a": pd.Series(texts, dtype="str")})
    sheet = openpyxl.load_workbook(io.BytesIO(excel(rows))).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert not any(str(cell.value or "").startswith(tuple("=+-@")) for cell in cells)


def test_a_workbook_says_what_it_cuts_and_refuses_what_it_cannot_hold():
    rows = pd.DataFrame({"a": ["x" * (EXCEL_LETTERS + 5), "a\x0bb"]})
    sheet = openpyxl.load_workbook(io.BytesIO(excel(rows))).active
    assert sheet["A2"].value.endswith("(cut: the CSV has it whole)")
    assert sheet["A3"].value == "a\\x0bb"
    with pytest.raises(ValueError, match="take the CSV"):
        excel(pd.DataFrame({"a": range(1_048_576)}))


def test_parquet_is_left_as_it_is(story):
    rows = story.attributions.assign(bad="=1")
    back = pd.read_parquet(io.BytesIO(parquet(rows)))
    assert (back["bad"] == "=1").all()
    pd.testing.assert_series_equal(back["confidence"], rows["confidence"])
