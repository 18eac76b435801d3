"""The widget with which a reader checks a sample of what was found: one key, one verdict."""

from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from helpers.checking import VERDICTS, judge, precision, sample, verdict_file, with_verdicts
from helpers.evidence import show
from helpers.passages import given
from helpers.story import Story

_ASSETS = Path(__file__).with_name("assets")
_LABELS = {"PER": "a person", "ORG": "an organisation", "LOC": "a place", "MISC": "something else"}


class Checker(anywidget.AnyWidget):
    """Shows one row after the other in its sentences, and keeps each verdict at once.

    R, W and U judge and go on, B goes back, N leaves one out; the buttons do the same. It begins
    with the first row that has no verdict yet.

    Attributes
    ----------
    state : dict
        What is shown: ``progress, html, question, note, verdict, precision``.
    file : pathlib.Path
        Where the verdicts are kept.
    """

    _esm = _ASSETS / "checker.js"
    _css = _ASSETS / "checker.css"
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, story: Story, rows: pd.DataFrame, file: Path) -> None:
        self.file, self._story = file, story
        self._rows = rows.reset_index(drop=True)
        self._known = self.judged()
        open_rows = self._known["verdict"].isna().to_numpy()
        self._at = int(open_rows.argmax()) if open_rows.any() else len(rows)
        super().__init__(state=self._state())
        self.on_msg(self._told)

    def _repr_mimebundle_(self, **how: object) -> Any:
        """Give the sample as plain HTML beside the widget: a page without a kernel shows that."""
        bundle = super()._repr_mimebundle_(**how)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        if data is not None:
            lead = f"A sample of {len(self._rows)} rows, to be judged in JupyterLab or the app"
            passages = show(self._rows, story=self._story).data
            data["text/plain"] = lead
            data["text/html"] = f"<details><summary>{lead}</summary>{passages}</details>"
        return bundle

    def judged(self) -> pd.DataFrame:
        """Give the sample with the verdicts so far (`helpers.checking.with_verdicts`)."""
        return with_verdicts(self._rows, self.file)

    def press(self, action: str, note: str = "") -> None:
        """Do what a key does: a verdict, or *back* or *next*; other actions do nothing."""
        trouble = ""
        if action in VERDICTS and self._at < len(self._rows):
            try:
                judge(self.file, self._rows.iloc[self._at], action, note)
                self._known = self.judged()
            except (OSError, ValueError) as error:
                trouble = f"Not kept: {error}"
        step = {"back": -1, "next": 1}.get(action, int(action in VERDICTS and not trouble))
        self._at = min(max(self._at + step, 0), len(self._rows))
        self.state = self._state(trouble)

    def _told(self, _: Any, content: dict[str, Any], __: Any) -> None:
        self.press(str(content.get("action", "")), str(content.get("note", "")))

    def _state(self, trouble: str = "") -> dict[str, str]:
        rows = self._known
        done = int(rows["verdict"].notna().sum())
        shown = {"html": "", "question": "", "note": "", "verdict": ""}
        if self._at < len(rows):
            row = rows.iloc[self._at]
            own = self._rows.iloc[[self._at]]
            shown = {
                "html": show(own, story=self._story).data,
                "question": _question(row),
                "note": row["note"] if given(row["note"]) else "",
                "verdict": row["verdict"] if given(row["verdict"]) else "",
            }
        elif len(rows):
            shown["question"] = "That was the last one. Back (B) to look at one again."
        else:
            shown["question"] = "Nothing to check: there are no such rows in these articles."
        place = f"{min(self._at + 1, len(rows))} of {len(rows)}"
        told = f"{place} · {done} judged · kept in {self.file.name}"
        return shown | {"progress": told, "precision": trouble or said(rows)}


def check(
    story: Story,
    corpus: str | Path,
    kind: str = "attributions",
    n: int = 30,
    *,
    by: str | None = None,
    seed: int = 0,
) -> Checker:
    """Give the widget for a sample of what was found in a corpus.

    Parameters
    ----------
    story, kind, n, by, seed
        As in `helpers.checking.sample`.
    corpus
        What the story was loaded from: the verdicts are kept beside it.

    Returns
    -------
    Checker
        It needs a kernel; `helpers.checking.precision` shows the same without one.

    Raises
    ------
    ValueError
        As `helpers.checking.sample` and `helpers.checking.verdicts` do.
    """
    return Checker(story, sample(story, kind, n, by=by, seed=seed), verdict_file(corpus))


def said(rows: pd.DataFrame) -> str:
    """Put the precision of judged rows into words."""
    told = precision(rows).iloc[0]
    n = int(told["right"] + told["wrong"])
    if not n:
        return "Nothing judged yet."
    ends = f"{told['low'] * 100:.0f} to {told['high'] * 100:.0f}"
    unsure = f", {int(told['unsure'])} unsure left out" if told["unsure"] else ""
    share = told["precision"] * 100
    return f"Right so far: {share:.0f} of 100 ({ends}; n = {n}{unsure})"


def _question(row: pd.Series) -> str:
    if row["kind"] == "attributions":
        who = f"“{row['source']}”" if given(row["source"]) else "a source that the text leaves open"
        return f"Does {who} say what is marked, and is all of it marked?"
    if row["kind"] == "mentions":
        what = _LABELS.get(str(row["label"]), str(row["label"]))
        return f"Is “{row['text']}” {what}, and is all of the name marked?"
    if not given(row["entity"]):  # a sentence that names nobody
        return f"Is the wording of the sentence {row['label']}?"
    return f"Is the sentence {row['label']} towards “{row['text']}”?"
