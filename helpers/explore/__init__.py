"""Explore a story: filters, figures, the sentences behind them, own articles."""
