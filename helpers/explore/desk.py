"""The desk: the explorer of a story, and a place to drop other articles, which replace it."""

import ipywidgets as w

from helpers.explore.app import Explorer
from helpers.explore.own import DropIn
from helpers.explore.selecting import Selection
from helpers.story import Story

_PLAIN = (
    "<p><b>The explorer needs a running kernel.</b> Open this notebook in JupyterLab "
    "(<code>make lab</code>) and run it, or start it as an app (<code>make app</code>).</p>"
)


class Desk(w.VBox):
    """The explorer, and below it the place for own articles; it shows itself in a cell.

    Where there is no kernel (a shared page, GitHub) it says so.

    Parameters
    ----------
    story, selection, language
        As `helpers.explore.app.Explorer` takes them.

    Attributes
    ----------
    explorer : helpers.explore.app.Explorer
        Of the story that is open.
    """

    def __init__(
        self, story: Story, selection: Selection | None = None, language: str | None = None
    ) -> None:
        self._language = language
        self.explorer = Explorer(story, selection, language)
        own = w.Accordion([DropIn(self.explore)], titles=["Your own articles"])
        super().__init__([own, self.explorer], layout=w.Layout(width="100%"))

    def explore(self, story: Story) -> None:
        """Explore another story."""
        self.explorer = Explorer(story, language=self._language)
        self.children = [self.children[0], self.explorer]

    def _repr_mimebundle_(self, **how: object) -> dict[str, object]:
        bundle = super()._repr_mimebundle_(**how)
        # In place of the names of all its parts.
        return {**bundle, "text/plain": "The explorer", "text/html": _PLAIN}
