"""What stands below the filters and tabs: the figure, the passages behind it, files, the pandas."""

import re
from html import escape

import ipywidgets as w
import pandas as pd

from helpers.article_view import ANCHOR, read
from helpers.evidence import counted, paged, trusted
from helpers.explore.core import Clicked, Explored, marks
from helpers.explore.selecting import Selection
from helpers.explore.views import Drawing, View
from helpers.explore.widgets import Chart, Files, Passages
from helpers.exports import csv, excel, parquet
from helpers.keywords import in_context
from helpers.selection import described

PAGE = 10  # passages on a page
FIT = w.Layout(width="auto")
ROW = w.Layout(flex_flow="row wrap", align_items="center", grid_gap="6px")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FILES = {
    "csv": ("CSV", csv, "text/csv"),
    "xlsx": ("Excel", excel, _SHEET),
    "parquet": ("Parquet", parquet, "application/vnd.apache.parquet"),
}
_IMAGES = ("png", "svg")
_NAME = w.Layout(width="420px", max_width="100%")


class Panel(w.VBox):
    """A figure and what is behind it; `show` says of what.

    Parameters
    ----------
    explored
        The story.
    """

    def __init__(self, explored: Explored) -> None:
        self.explored = explored
        self._named: dict[str, Clicked] = {}
        self._mark: Clicked | None = None
        self._trust: dict[tuple[str, frozenset[str | None]], str] = {}
        self._page = 0
        self._chart = Chart("{}", lambda ids, name: self._open(Clicked(tuple(ids), name)))
        self._summary, self._heading, self._at = w.HTML(), w.HTML(), w.HTML()
        self._kwic, self._code = w.HTML(), w.HTML()
        self._passages, self._article = Passages(self._opened), Passages()
        children = [self._chart, self._summary, self._finder(), self._heading, self._passages]
        children += [self._pager(), self._article, self._kwic, self._saving(), self._code]
        super().__init__(children, layout=w.Layout(width="100%", min_width="0"))

    def show(self, selection: Selection, view: View, drawing: Drawing) -> None:
        """Draw a figure of what is selected, and list its passages."""
        self._of = selection, view, drawing
        figure = self.explored.figure(selection, view, drawing)
        self._chart.figure = figure.to_json()
        self._named = {}
        for mark in marks(figure):  # two marks of one name are one to who types it
            known = self._named.get(mark.name, Clicked((), mark.name))
            self._named[mark.name] = Clicked(known.ids + mark.ids, mark.name)
        self._marks.options, self._marks.value = list(self._named), ""
        self._show_words(figure.layout.meta["alt"])
        self._show_kwic()
        self._show_code()
        self._open(None)

    def _finder(self) -> w.HBox:
        """Make what finds a mark by its name, for who does not use a pointer."""
        self._marks = w.Combobox(
            placeholder="or type the name of a mark",
            description="Mark",
            continuous_update=False,
            layout=_NAME,
        )
        self._marks.observe(self._picked, "value")
        self._back = w.Button(description="All that is selected", layout=FIT)
        self._back.on_click(lambda _: self._open(None))
        return w.HBox([self._marks, self._back], layout=ROW)

    def _pager(self) -> w.HBox:
        self._previous = w.Button(description="Previous", layout=FIT)
        self._next = w.Button(description="Next", layout=FIT)
        self._previous.on_click(lambda _: self._turn(-1))
        self._next.on_click(lambda _: self._turn(1))
        return w.HBox([self._previous, self._at, self._next], layout=ROW)

    def _saving(self) -> w.HBox:
        files = Files([(key, label) for key, (label, *_) in _FILES.items()], self._made)
        images = []
        for kind in _IMAGES:
            button = w.Button(description=f"Figure as {kind.upper()}", layout=FIT)
            button.on_click(lambda _, kind=kind: self._chart.save(kind, self._title()))
            images.append(button)
        return w.HBox([w.HTML("<b>Save the rows behind</b>"), files, *images], layout=ROW)

    def _rows(self) -> pd.DataFrame:
        return self.explored.passages(*self._of, self._mark)

    def _open(self, mark: Clicked | None) -> None:
        self._mark, self._page = mark, 0
        self._back.disabled = mark is None
        self._article.html = ""
        self._show_passages()

    def _picked(self, change: dict) -> None:
        if change["new"] in self._named:
            self._open(self._named[change["new"]])

    def _turn(self, step: int) -> None:
        self._page += step
        self._show_passages()

    def _opened(self, place: str) -> None:
        article, _, start = place.rpartition(":")
        self._article.html = read(self.explored.story, article, int(start)).data
        self._article.bring(f"#{ANCHOR}")

    def _show_passages(self) -> None:
        html, n = paged(self._rows(), self._page, PAGE, story=self.explored.story)
        pages = max(1, -(-n // PAGE))
        self._passages.html = html.data
        which = f"behind {escape(self._mark.name)}" if self._mark else "selected"
        hint = "" if self._mark else " Click a mark of the figure to read what is behind it."
        self._heading.value = (
            f'<div role="status"><b>{counted(n, "passage")} {which}.</b>{hint}</div>'
        )
        self._at.value = f"page {self._page + 1:,} of {pages:,}"
        self._previous.disabled, self._next.disabled = self._page == 0, self._page + 1 >= pages

    def _show_words(self, alt: str) -> None:
        largest = sorted(self._named.values(), key=lambda mark: -len(mark.ids))[:5]
        listed = "; ".join(f"{escape(mark.name)} ({len(mark.ids)})" for mark in largest)
        most = f" Most: {listed}." if listed else ""
        # Also for who sees the figure: where it is narrow, its subtitle is cut.
        told = f"<b>In words.</b> {escape(alt)}.{most}"
        words = f'<div style="line-height:1.4;font-size:12px">{told}</div>'
        self._summary.value = words + self._trusted()

    def _trusted(self) -> str:
        selection, view, drawing = self._of
        languages = self.explored.languages(selection, view)
        key = drawing.title, languages
        if key not in self._trust:  # the scores are read once, not at every turn of a filter
            rows = self.explored.part(selection, view).rows
            if drawing.names:
                rows = rows.iloc[:0].assign(**{drawing.names: ""})
            self._trust[key] = trusted(rows, languages)
        return self._trust[key]

    def _show_kwic(self) -> None:
        own = self._of[0]
        if not own.text:
            self._kwic.value = ""
            return
        ids = self.explored.part(*self._of[:2]).rows["sentence_id"].drop_duplicates()
        lines = self.explored.story.sentences
        near = lines[lines["sentence_id"].isin(ids)].set_index("sentence_id")
        found = in_context(near, own.text, pattern=own.pattern, limit=100)
        self._kwic.value = keywords(found, self.explored.whole.names, near["article_id"])

    def _show_code(self) -> None:
        code = escape(self.explored.code(*self._of))
        self._code.value = (
            "<details><summary>The same in pandas (copy it into a cell)</summary>"
            '<pre tabindex="0" style="user-select:all;white-space:pre-wrap;background:#f6f8fa;'
            f'padding:8px">{code}</pre></details>'
        )

    def _title(self) -> str:
        _, view, drawing = self._of
        return re.sub(r"\W+", "-", f"{view.title} {drawing.title}").strip("-").lower()

    def _made(self, kind: str) -> tuple[str, str, bytes]:
        _, made, media = _FILES[kind]
        rows = exported(self._rows(), self.explored)
        return f"{self._title()}.{kind}", media, made(rows)


def exported(rows: pd.DataFrame, explored: Explored) -> pd.DataFrame:
    """Say beside each row what is known of its article, and its sentence.

    Parameters
    ----------
    rows
        Rows of the story.
    explored
        The story.

    Returns
    -------
    pandas.DataFrame
        The rows with ``outlet, agency, language, day, title, url`` of the article and the text
        of the ``sentence``.
    """
    story = explored.story
    facts = described(rows, story=story).drop(columns="week")
    articles = story.articles.set_index("article_id")
    facts = facts.assign(**{k: rows["article_id"].map(articles[k]) for k in ("title", "url")})
    if "sentence_id" in rows.columns:
        sentences = story.sentences.set_index("sentence_id")["text"]
        facts["sentence"] = rows["sentence_id"].map(sentences)
    facts.attrs = {}  # a file does not lead back to the story
    return facts


def keywords(found: pd.DataFrame, names: pd.Series, articles: pd.Series) -> str:
    """Write what was found in its context, one place a line, as HTML.

    Parameters
    ----------
    found
        As `helpers.keywords.in_context` gives it of sentences.
    names, articles
        The name of each article; the article of each sentence.
    """
    lines = "".join(
        f'<tr><td style="text-align:right">{escape(r.left)}</td><td><b>{escape(r.found)}</b></td>'
        f'<td style="text-align:left">{escape(r.right)}</td>'
        f"<td>{escape(names[articles[r.row]])}</td></tr>"
        for r in found.itertuples()
    )
    head = f"<b>{len(found)} places of the words, in context</b>"
    return f"<details open><summary>{head}</summary><table>{lines}</table></details>"
