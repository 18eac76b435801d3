"""Who says what, about whom, in what tone: news articles as tables, charts and evidence."""

from helpers.articles import load
from helpers.story import Story, annotate

__all__ = ["Story", "annotate", "load"]
