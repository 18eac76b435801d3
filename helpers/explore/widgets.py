"""The parts of the explorer that ipywidgets does not have: a figure, filters, passages, files.

Each is an `anywidget` with a few lines of script in ``helpers/assets``.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets
from plotly.offline import get_plotlyjs

_ASSETS = Path(__file__).parents[1] / "assets"
Clicked = Callable[[list[str], str], None]


def _asset(*names: str) -> str:
    return "\n".join((_ASSETS / name).read_text("utf-8") for name in names)


class Chart(anywidget.AnyWidget):
    """A plotly figure, given as JSON; a click on a mark gives back its ids.

    Not plotly's own ``FigureWidget``: that sends 5 MB for every figure, takes 60 ms to change one,
    and does not tell a band of a Sankey from a node. Here plotly.js is sent once a page, and the
    ids are those of the mark's ``customdata``, as in `helpers.evidence.linked`.
    """

    _esm = _asset("marks.js", "explore-chart.js")
    _css = _asset("explore.css")
    figure = traitlets.Unicode("{}").tag(sync=True)

    def __init__(self, figure: str, clicked: Clicked) -> None:
        super().__init__(figure=figure)
        self._clicked = clicked
        self.on_msg(self._told)

    def save(self, kind: str, name: str) -> None:
        """Let the browser save the figure as a file, ``png`` or ``svg``."""
        self.send({"image": kind, "name": name})

    def _told(self, _: Any, content: dict, __: Any) -> None:
        if content.get("want") == "library":
            self.send({"library": True}, [get_plotlyjs().encode("utf-8")])
        elif "ids" in content:
            self._clicked(list(map(str, content["ids"])), str(content["name"]))


class Filters(anywidget.AnyWidget):
    """Groups of boxes.

    Attributes
    ----------
    facets : list of dict
        ``key, name, note, open, search, total, options`` (value, name, rows it leaves), ``more``.
    chosen, sought : dict
        By key: the values chosen; what is typed to find an option.
    """

    _esm = _asset("explore-filters.js")
    _css = _asset("explore.css")
    facets = traitlets.List().tag(sync=True)
    chosen = traitlets.Dict().tag(sync=True)
    sought = traitlets.Dict().tag(sync=True)


class Passages(anywidget.AnyWidget):
    """Passages, as HTML in which everything of an article is escaped; each can be opened."""

    _esm = _asset("explore-passages.js")
    _css = _asset("explore.css")
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, opened: Callable[[str], None] | None = None, html: str = "") -> None:
        super().__init__(html=html)
        if opened:
            self.on_msg(lambda _, content, __: opened(str(content["open"])))

    def bring(self, selector: str) -> None:
        """Scroll to the first element of a selector."""
        self.send({"show": selector})


class Files(anywidget.AnyWidget):
    """Buttons for files that are made when they are asked for."""

    _esm = _asset("explore-files.js")
    _css = _asset("explore.css")
    kinds = traitlets.List().tag(sync=True)

    def __init__(
        self, kinds: list[tuple[str, str]], made: Callable[[str], tuple[str, str, bytes]]
    ) -> None:
        """Take the kinds (key, label) and what gives name, type and bytes of a kind."""
        super().__init__(kinds=[list(kind) for kind in kinds])
        self._made = made
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: dict, __: Any) -> None:
        try:
            name, kind, held = self._made(str(content["file"]))
        except (ValueError, OSError) as error:
            self.send({"error": str(error)})
        else:
            self.send({"name": name, "type": kind}, [held])
