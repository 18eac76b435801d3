"""The explorer: filters beside tabs, a figure and what is behind it below."""

from datetime import date
from html import escape

import ipywidgets as w
import pandas as pd

from helpers.explore.core import Explored
from helpers.explore.panel import FIT, Panel
from helpers.explore.selecting import FACETS, Selection
from helpers.explore.views import VIEWS, Drawing, View
from helpers.explore.widgets import Filters
from helpers.keywords import PatternError
from helpers.story import Story

_FULL = w.Layout(width="100%", min_width="0")


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

    Raises
    ------
    ValueError
        If the selection has a value that the story has not.
    """

    def __init__(
        self, story: Story, selection: Selection | None = None, language: str | None = None
    ) -> None:
        self.explored = Explored(story, language)
        self._selection = selection or Selection()
        self.explored.check(self._selection)
        self._busy = False  # while what is selected is written into the filters
        self._filters, self._problem, self._status = Filters(), w.HTML(), w.HTML()
        self._tabs, self._panel = self._figures(), Panel(self.explored)
        side = w.Layout(flex="0 1 260px", min_width="220px")
        main = w.Layout(flex="1 1 540px", min_width="0")
        parts = [
            w.VBox(self._side(), layout=side),
            w.VBox([self._status, self._tabs, self._panel], layout=main),
        ]
        # Side by side where there is room, else one below the other.
        both = w.Layout(width="100%", flex_flow="row wrap", grid_gap="16px")
        super().__init__([w.HBox(parts, layout=both)], layout=_FULL)
        self.selection = self._selection

    @property
    def selection(self) -> Selection:
        """What is selected; set it to select something else."""
        return self._selection

    @selection.setter
    def selection(self, selection: Selection) -> None:
        """Select something else."""
        self._selection = selection
        self._show_selection()
        self._refresh()

    @property
    def view(self) -> View:
        """The open tab."""
        return VIEWS[self._tabs.selected_index or 0]

    @property
    def drawing(self) -> Drawing:
        """The figure chosen in the open tab."""
        return self.view.drawings[self._pickers[self._tabs.selected_index or 0].index]

    @property
    def rows(self) -> pd.DataFrame:
        """The rows selected of the open tab's table."""
        return self.explored.part(self._selection, self.view).rows

    def _side(self) -> list[w.Widget]:
        self._words = w.Text(
            description="Words",
            placeholder="in a sentence, then Enter",
            continuous_update=False,
            layout=_FULL,
        )
        self._pattern = w.Checkbox(description="regular expression", indent=False, layout=FIT)
        first, last = self.explored.days()
        self._since = w.DatePicker(description="From", layout=_FULL)
        self._until = w.DatePicker(description="To", layout=_FULL)
        for field in (self._words, self._since, self._until):
            field.style.description_width = "44px"
        for picker in (self._since, self._until):
            if first and last:
                picker.min, picker.max = date.fromisoformat(first), date.fromisoformat(last)
        known = f"Days known: {first} to {last}." if first else "No day is known of any article."
        for typed in (self._words, self._pattern, self._since, self._until):
            typed.observe(self._typed, "value")
        self._filters.observe(self._chosen, "chosen")
        self._filters.observe(lambda _: self._show_facets(), "sought")
        reset = w.Button(description="Reset all filters", layout=_FULL)
        reset.on_click(lambda _: setattr(self, "selection", Selection()))
        title = w.HTML('<b style="font-size:15px">Filters</b>')
        days = [self._since, self._until, w.HTML(f"<small>{known}</small>")]
        return [title, self._words, self._pattern, self._problem, *days, self._filters, reset]

    def _figures(self) -> w.Tab:
        """Make the tabs; one figure serves all: it stands below them, and is drawn anew."""
        wide = w.Layout(width="340px", max_width="100%")
        self._pickers = [
            w.Dropdown(
                options=[(drawing.title, i) for i, drawing in enumerate(view.drawings)],
                description="Figure",
                layout=wide,
            )
            for view in VIEWS
        ]
        tabs = w.Tab([w.VBox([picker]) for picker in self._pickers], layout=_FULL)
        tabs.titles = [view.title for view in VIEWS]
        for picker in self._pickers:
            picker.observe(lambda _: self._refresh(), "value")
        tabs.observe(lambda _: self._refresh(), "selected_index")
        return tabs

    def _chosen(self, change: dict) -> None:
        if not self._busy:
            chosen = {key: tuple(change["new"].get(key, ())) for key in FACETS}
            self.selection = self._selection.but(**chosen)

    def _typed(self, _: dict) -> None:
        if not self._busy:
            since, until = (str(d.value) if d.value else None for d in (self._since, self._until))
            self.selection = self._selection.but(
                since=since, until=until, text=self._words.value, pattern=self._pattern.value
            )

    def _show_selection(self) -> None:
        """Set the filters to what is selected, whoever selected it."""
        own = self._selection
        self._busy = True
        self._filters.chosen = {key: list(values) for key, values in own.chosen().items()}
        if own == Selection():
            self._filters.sought = {}
        self._words.value, self._pattern.value = own.text, own.pattern
        for picker, day in ((self._since, own.since), (self._until, own.until)):
            picker.value = _within(picker, day) if day else None
        self._busy = False

    def _refresh(self) -> None:
        """Show all anew; a pattern that is none leaves everything as it was, and is told."""
        try:
            self.explored.part(self._selection, self.view)
        except PatternError as error:
            red = "color:#a40e26;line-height:1.4"
            self._problem.value = f'<div role="alert" style="{red}">{escape(str(error))}</div>'
            return
        self._problem.value = ""
        if self.explored.waits(self.view):
            self._status.value = '<div role="status">Comparing all sentences, once …</div>'
        # The figure is sent first: what is said of it may follow while the browser draws.
        self._panel.show(self._selection, self.view, self.drawing)
        self._show_facets()
        self._show_status()

    def _show_facets(self) -> None:
        sought = self._filters.sought
        self._filters.facets = self.explored.facets(self._selection, self.view, sought)

    def _show_status(self) -> None:
        rows, view = self.rows, self.view
        whole = len(self.explored.facts(view.table).rows)
        told = f"<b>{len(rows):,}</b> of {whole:,} {view.unit} in {rows['article_id'].nunique():,} "
        told += f"articles: {escape(self._selection.words())}."
        idle = self.explored.idle(self._selection, view)
        if idle:
            told += f" Not of {view.unit}, so not applied here: {escape(', '.join(idle))}."
        if rows.empty:
            told += " <b>Take a filter away, or reset them all.</b>"
        self._status.value = f'<div role="status" style="line-height:1.4">{told}</div>'


def _within(picker: w.DatePicker, day: str) -> date:
    """Give a day as near as the picker takes it."""
    wanted = date.fromisoformat(day)
    return min(max(wanted, picker.min or wanted), picker.max or wanted)
