"""Explore a story: filters, figures, the sentences behind them; drop in own articles."""

from helpers.explore.app import Explorer
from helpers.explore.desk import Desk
from helpers.explore.selecting import Selection

__all__ = ["Desk", "Explorer", "Selection"]
