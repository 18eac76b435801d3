"""Own articles: files dropped or text pasted become a story, what cannot be read is listed."""

import re
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any

import ipywidgets as w
import pandas as pd

from helpers import annotate, load
from helpers.evidence import table
from helpers.story import Story

STEP = 4  # articles annotated between two steps of the bar
_FORMATS = ".txt,.md,.html,.htm,.csv,.tsv,.xlsx,.parquet,.json,.jsonl,.zip"


def received(
    files: Sequence[Mapping[str, Any]], pasted: str = ""
) -> tuple[pd.DataFrame | None, pd.DataFrame, list[str]]:
    """Read what a reader dropped and pasted.

    Parameters
    ----------
    files
        ``name`` and ``content`` (bytes) of each, as `ipywidgets.FileUpload` gives them.
    pasted
        The text of one article, its headline in the first line.

    Returns
    -------
    articles : pandas.DataFrame or None
        The table `articles`; None if nothing could be read.
    rejected : pandas.DataFrame
        ``file, row, reason`` of what could not be read.
    notes : list of str
        What was left out of what was read, such as a date.
    """
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = _written(Path(folder), files, pasted)
        if not names:
            return None, _rejected([]), []
        try:
            articles, rejected = load(folder)
        except ValueError:
            # Nothing at all: each file alone says why.
            return None, _rejected(_reasons(Path(folder), names)), []
        return articles, rejected, [str(one.message) for one in caught]


def annotated(articles: pd.DataFrame, progress: Callable[[int], None]) -> Story:
    """Annotate articles, telling after every few how many are done; what was done is kept."""
    for first in range(0, len(articles), STEP):
        progress(first)
        annotate(articles.iloc[first : first + STEP], progress=False)
    story = annotate(articles, progress=False)
    progress(len(articles))
    return story


class DropIn(w.VBox):
    """A place to drop files and to paste a text.

    Parameters
    ----------
    opened
        Is given the story made of them.
    """

    def __init__(self, opened: Callable[[Story], None]) -> None:
        self._opened = opened
        full = w.Layout(width="100%")
        self._files = w.FileUpload(
            accept=_FORMATS,
            multiple=True,
            description="Choose files",
            layout=w.Layout(width="180px"),
        )
        self._text = w.Textarea(
            description="or paste",
            placeholder="paste an article here, its headline in the first line",
            layout=w.Layout(width="100%", height="120px"),
        )
        self._text.style.description_width = "60px"
        self._read = w.Button(description="Read them", button_style="primary")
        self._read.on_click(lambda _: self._go())
        self._bar = w.IntProgress(layout=w.Layout(width="240px", visibility="hidden"))
        self._said = w.HTML(layout=full)
        told = (
            "<small>Files as in the README (txt, html, csv, xlsx, parquet, json, zip), up to 10 MB"
        )
        super().__init__(
            [
                w.HTML(f"{told} together. They stay on this machine.</small>"),
                self._files,
                self._text,
                w.HBox([self._read, self._bar], layout=w.Layout(align_items="center")),
                self._said,
            ],
            layout=full,
        )

    def _go(self) -> None:
        self._read.disabled = True
        try:
            self._said.value = self._took()
        except Exception as error:
            # In Voila nobody sees what the kernel says.
            self._said.value = f'<div role="alert">It failed: {escape(repr(error))}</div>'
            raise
        finally:
            self._read.disabled = False
            self._bar.layout.visibility = "hidden"

    def _took(self) -> str:
        files = [{"name": f.name, "content": bytes(f.content)} for f in self._files.value]
        articles, rejected, notes = received(files, self._text.value)
        told = "".join(f"<p>{escape(note)}</p>" for note in notes)
        if len(rejected):
            told += f"<p><b>Could not be read:</b></p>{table(rejected).data}"
        if articles is None:
            told = f"<b>No article was read.</b> {told or 'Nothing was given.'}"
            return f'<div role="alert">{told}</div>'
        self._said.value = f'<div role="status">Reading {len(articles)} articles …</div>'
        self._bar.max, self._bar.layout.visibility = len(articles), "visible"
        story = annotated(articles, lambda done: setattr(self._bar, "value", done))
        self._opened(story)
        return f'<div role="status"><b>{len(articles)} articles read.</b> {told}</div>'


def _written(folder: Path, files: Sequence[Mapping[str, Any]], pasted: str) -> list[str]:
    """Write what was given into a folder, under names that cannot lead out of it."""
    names: list[str] = []
    for file in files:
        name = PurePosixPath(str(file["name"]).replace("\\", "/")).name
        name = re.sub(r"[\x00-\x1f]", "", name).lstrip(".")[-120:] or "unnamed"
        number = sum(name == known.split("/")[-1] for known in names)
        place = f"{number + 1}/{name}" if number else name
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_bytes(bytes(file["content"]))
        names.append(place)
    if pasted.strip():
        (folder / "pasted text.txt").write_text(pasted, "utf-8")
        names.append("pasted text.txt")
    return names


def _reasons(folder: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    out = []
    for name in names:
        try:
            load(folder / name)
        except ValueError as error:
            reason = re.sub("^no article could be read: ", "", str(error))
            out.append({"file": name, "row": None, "reason": reason})
    return out


def _rejected(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["file", "row", "reason"])
