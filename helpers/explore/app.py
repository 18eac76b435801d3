"""The explorer: filters, tabs with a figure each, the passages behind it, files, the pandas."""

import re
from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import ipywidgets as w
import pandas as pd
from IPython.display import HTML

from helpers.article_view import ANCHOR, read
from helpers.evidence import paged, table
from helpers.explore.core import VIEWS, Clicked, Explored, marks
from helpers.explore.selecting import FACETS, Selection
from helpers.explore.widgets import Chart, Files, Filters, Passages
from helpers.exports import csv, excel, parquet
from helpers.keywords import PatternError, in_context
from helpers.selection import described
from helpers.story import Story

PAGE = 10  # passages on a page
_FULL = w.Layout(width="100%", min_width="0")
_FIT = w.Layout(width="auto")
_MARK = "– a mark of the figure –"


class Explorer(w.VBox):
    """A story to explore; it shows itself as the last line of a cell.

    Parameters
    ----------
    story
        The annotated articles.
    selection
        What is selected at first.
    language
        Of the labels of claims, as ``en``.

    Attributes
    ----------
    selection : Selection
        What is selected now; set it to select something else.
    rows : pandas.DataFrame
        The rows selected of the open tab's table.
    """

    def __init__(
        self, story: Story, selection: Selection | None = None, language: str | None = None
    ) -> None:
        super().__init__(layout=_FULL)
        self.explored = Explored(story, language)
        self._selection = selection or Selection()
        self._mark: Clicked | None = None
        self._page = 0
        self._busy = False
        self._build()
        self._show_selection()
        self._refresh()

    @property
    def selection(self) -> Selection:
        """What is selected."""
        return self._selection

    @selection.setter
    def selection(self, selection: Selection) -> None:
        self._selection = selection
        self._show_selection()
        self._refresh()

    @property
    def view(self) -> Any:
        """The open tab."""
        return VIEWS[self._tabs.selected_index or 0]

    @property
    def drawing(self) -> Any:
        """The figure chosen in it."""
        return self.view.drawings[self._pickers[self._tabs.selected_index or 0].index]

    @property
    def rows(self) -> pd.DataFrame:
        """The rows selected of the open tab's table."""
        return self.explored.part(self._selection, self.view).rows

    def _build(self) -> None:
        self._build_filters()
        self._build_figures()
        self._build_reading()
        side = w.VBox(
            [self._title("Filters"), self._words, self._pattern, self._dates, self._problem,
             self._filters, self._reset],
            layout=w.Layout(flex="0 1 260px", min_width="220px"),
        )  # fmt: skip
        main = w.VBox(
            [self._status, self._tabs, self._below],
            layout=w.Layout(flex="1 1 540px", min_width="0"),
        )
        parts = w.HBox([side, main], layout=w.Layout(flex_flow="row wrap", grid_gap="16px"))
        parts.layout.width = "100%"
        self.children = [parts]

    def _build_filters(self) -> None:
        self._filters = Filters()
        self._filters.observe(self._chosen, "chosen")
        self._filters.observe(lambda _: self._show_facets(), "sought")
        self._words = w.Text(
            placeholder="words in a sentence, then Enter", continuous_update=False, layout=_FULL
        )
        self._words.tooltip = "Search the sentences"
        self._pattern = w.Checkbox(description="regular expression", indent=False, layout=_FIT)
        first, last = self.explored.days()
        days = w.Layout(width="100%")
        self._since = w.DatePicker(description="From", value=None, layout=days)
        self._until = w.DatePicker(description="To", value=None, layout=days)
        for picker in (self._since, self._until):
            picker.style.description_width = "40px"
            if first and last:
                picker.min, picker.max = date.fromisoformat(first), date.fromisoformat(last)
        held = f"Days known: {first} to {last}." if first else "No day is known of any article."
        self._dates = w.VBox([self._since, self._until, w.HTML(f"<small>{held}</small>")])
        for typed in (self._words, self._pattern, self._since, self._until):
            typed.observe(self._typed, "value")
        self._problem = w.HTML()
        self._reset = w.Button(description="Reset all filters", layout=_FULL)
        self._reset.on_click(lambda _: setattr(self, "selection", Selection()))

    def _build_figures(self) -> None:
        self._status = w.HTML()
        self._chart = Chart("{}", self._clicked)
        self._summary = w.HTML()
        self._pickers = [
            w.Dropdown(
                options=[(d.title, i) for i, d in enumerate(view.drawings)],
                description="Figure",
                layout=w.Layout(width="340px", max_width="100%"),
            )
            for view in VIEWS
        ]
        # One figure for all tabs: it stands below them, and is drawn anew.
        self._tabs = w.Tab([w.VBox([picker]) for picker in self._pickers], layout=_FULL)
        self._tabs.titles = [view.title for view in VIEWS]
        for picker in self._pickers:
            picker.observe(self._turned, "value")
        self._tabs.observe(self._turned, "selected_index")

    def _build_reading(self) -> None:
        self._marks = w.Combobox(
            placeholder="or type the name of a mark",
            description="Mark",
            ensure_option=True,
            continuous_update=False,
            layout=w.Layout(width="420px", max_width="100%"),
        )
        self._marks.observe(self._picked, "value")
        self._back = w.Button(description="All that is selected", layout=_FIT)
        self._back.on_click(lambda _: self._open_mark(None))
        self._heading = w.HTML()
        self._passages = Passages(self._opened)
        self._previous = w.Button(description="Previous", layout=_FIT)
        self._next = w.Button(description="Next", layout=_FIT)
        self._at = w.HTML()
        self._previous.on_click(lambda _: self._turn(-1))
        self._next.on_click(lambda _: self._turn(1))
        self._article = Passages()
        self._kwic = w.HTML()
        self._code = w.HTML()
        files = [("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet")]
        self._files = Files(files, self._made)
        images = [
            w.Button(description=f"Figure as {k.upper()}", layout=_FIT) for k in ("png", "svg")
        ]
        for button, kind in zip(images, ("png", "svg"), strict=True):
            button.on_click(lambda _, kind=kind: self._chart.save(kind, self._name()))
        row = w.Layout(flex_flow="row wrap", align_items="center", grid_gap="6px")
        pager = w.HBox([self._previous, self._at, self._next], layout=row)
        saving = w.HBox([w.HTML("<b>Save the rows</b>"), self._files, *images], layout=row)
        self._below = w.VBox(
            [
                self._chart, self._summary,
                w.HBox([self._marks, self._back], layout=row),
                self._heading, self._passages, pager, self._article, self._kwic, saving, self._code,
            ],
            layout=_FULL,
        )  # fmt: skip

    def _title(self, text: str) -> w.HTML:
        return w.HTML(f'<b style="font-size:15px">{escape(text)}</b>')

    def _chosen(self, change: dict) -> None:
        if not self._busy:
            values = {k: tuple(v) for k, v in change["new"].items() if k in FACETS}
            self.selection = self._selection.but(**values)

    def _typed(self, _: dict) -> None:
        if not self._busy:
            days = [str(d.value) if d.value else None for d in (self._since, self._until)]
            self.selection = self._selection.but(
                since=days[0], until=days[1], text=self._words.value, pattern=self._pattern.value
            )

    def _turned(self, _: dict) -> None:
        if not self._busy:
            self._refresh()

    def _show_selection(self) -> None:
        """Set the filters to what is selected, whoever selected it."""
        own = self._selection
        self._busy = True
        self._filters.chosen = {key: list(values) for key, values in own.chosen().items()}
        if own == Selection():
            self._filters.sought = {}
        self._words.value, self._pattern.value = own.text, own.pattern
        for picker, day in ((self._since, own.since), (self._until, own.until)):
            picker.value = date.fromisoformat(day) if day else None
        self._busy = False

    def _refresh(self) -> None:
        """Draw all anew; a pattern that is none leaves everything as it was, and is told."""
        try:
            self.explored.part(self._selection, self.view)
        except PatternError as error:
            self._problem.value = (
                f'<div role="alert" style="color:#a40e26">{escape(str(error))}</div>'
            )
            return
        self._problem.value = ""
        self._show_facets()
        self._show_status()
        self._show_figure()
        self._show_kwic()
        self._show_code()
        self._open_mark(None)

    def _show_facets(self) -> None:
        self._filters.facets = self.explored.facets(
            self._selection, self.view, self._filters.sought
        )

    def _show_status(self) -> None:
        rows, view = self.rows, self.view
        whole = len(self.explored.facts(view.table).rows)
        told = f"<b>{len(rows):,}</b> of {whole:,} {view.unit} in {rows['article_id'].nunique():,} "
        told += f"articles: {escape(self._selection.words())}."
        idle = self.explored.idle(self._selection, view)
        if idle:
            told += f" Not of {view.unit}, so not applied here: {escape(', '.join(idle))}."
        self._status.value = f'<div role="status">{told}</div>'

    def _show_figure(self) -> None:
        figure = self.explored.figure(self._selection, self.view, self.drawing)
        self._chart.figure = figure.to_json()
        found = list(marks(figure))
        self._named = {}
        for mark in found:  # two marks of one name are one to who types it
            known = self._named.get(mark.name, Clicked((), mark.name))
            self._named[mark.name] = Clicked(known.ids + mark.ids, mark.name)
        self._busy = True
        self._marks.value = ""
        self._marks.options = list(self._named)
        self._busy = False
        largest = sorted(self._named.values(), key=lambda mark: -len(mark.ids))[:5]
        listed = "; ".join(f"{escape(m.name)} ({len(m.ids)})" for m in largest)
        words = f"{escape(figure.layout.meta['alt'])}."
        most = f" Most: {listed}." if listed else ""
        self._summary.value = (
            f"<details><summary>The figure in words</summary>{words}{most}</details>"
        )

    def _show_kwic(self) -> None:
        own = self._selection
        if not own.text:
            self._kwic.value = ""
            return
        rows = self.rows
        ids = rows["sentence_id"].drop_duplicates()
        sentences = self.explored.story.sentences
        near = sentences[sentences["sentence_id"].isin(ids)].set_index("sentence_id")
        found = in_context(near, own.text, pattern=own.pattern, limit=100)
        self._kwic.value = _keywords(found, self.explored.whole.names, near["article_id"])

    def _show_code(self) -> None:
        code = self.explored.code(self._selection, self.view, self.drawing)
        self._code.value = (
            "<details><summary>The same in pandas (copy it into a cell)</summary>"
            '<pre tabindex="0" style="user-select:all;white-space:pre-wrap;background:#f6f8fa;'
            f'padding:8px">{escape(code)}</pre></details>'
        )

    def _clicked(self, ids: list[str], name: str) -> None:
        self._open_mark(Clicked(tuple(ids), name))

    def _picked(self, change: dict) -> None:
        if not self._busy and change["new"] in self._named:
            self._open_mark(self._named[change["new"]])

    def _open_mark(self, mark: Clicked | None) -> None:
        self._mark, self._page = mark, 0
        self._back.disabled = mark is None
        self._article.html = ""
        self._show_passages()

    def _turn(self, step: int) -> None:
        self._page += step
        self._show_passages()

    def _show_passages(self) -> None:
        rows = self.explored.passages(self._selection, self.view, self.drawing, self._mark)
        html, n = paged(rows, self._page, PAGE, story=self.explored.story)
        pages = max(1, -(-n // PAGE))
        self._passages.html = html.data
        which = f"behind {escape(self._mark.name)}" if self._mark else "selected"
        hint = "" if self._mark else " Click a mark of the figure to read what is behind it."
        self._heading.value = f'<div role="status"><b>{n:,} passages {which}.</b>{hint}</div>'
        self._at.value = f"page {self._page + 1} of {pages:,}"
        self._previous.disabled, self._next.disabled = self._page == 0, self._page + 1 >= pages

    def _opened(self, place: str) -> None:
        article, _, start = place.rpartition(":")
        self._article.html = read(self.explored.story, article, int(start)).data
        self._article.bring(f"#{ANCHOR}")

    def _name(self) -> str:
        return re.sub(r"\W+", "-", f"{self.view.title} {self.drawing.title}").strip("-").lower()

    def _made(self, kind: str) -> tuple[str, str, bytes]:
        rows = self.explored.passages(self._selection, self.view, self.drawing, self._mark)
        made, media = {
            "csv": (csv, "text/csv"),
            "xlsx": (excel, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            "parquet": (parquet, "application/vnd.apache.parquet"),
        }[kind]
        return f"{self._name()}.{kind}", media, made(self._exported(rows))

    def _exported(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Say beside each row what is known of its article, and its sentence."""
        story = self.explored.story
        facts = described(rows, story=story).drop(columns="week")
        articles = story.articles.set_index("article_id")
        sentences = story.sentences.set_index("sentence_id")["text"]
        facts = facts.assign(**{k: rows["article_id"].map(articles[k]) for k in ("title", "url")})
        if "sentence_id" in rows.columns:
            facts["sentence"] = rows["sentence_id"].map(sentences)
        facts.attrs = {}
        return facts


def _keywords(found: pd.DataFrame, names: pd.Series, articles: pd.Series) -> str:
    lines = "".join(
        f'<tr><td style="text-align:right">{escape(r.left)}</td><td><b>{escape(r.found)}</b></td>'
        f'<td style="text-align:left">{escape(r.right)}</td>'
        f"<td>{escape(names[articles[r.row]])}</td></tr>"
        for r in found.itertuples()
    )
    head = f"<b>{len(found)} places of the words, in context</b>"
    return f'<details open><summary>{head}</summary><table dir="auto">{lines}</table></details>'
