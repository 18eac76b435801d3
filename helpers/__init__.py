"""Who says what, about whom, in what tone: news articles as tables, charts and evidence."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from helpers.articles import load
    from helpers.story import Story, annotate

__all__ = ["Story", "annotate", "load"]
_FROM = {"Story": "helpers.story_tables", "annotate": "helpers.story", "load": "helpers.articles"}


def __getattr__(name: str) -> Any:
    # Imported when asked for: `python -m helpers.story` runs that module, and so once alone.
    if name not in _FROM:
        raise AttributeError(f"module 'helpers' has no attribute '{name}'")
    return getattr(import_module(_FROM[name]), name)
