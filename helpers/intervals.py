"""Intervals: how far a share or a mean carries."""

from math import hypot

import numpy as np
import pandas as pd
from scipy.stats import binomtest

MANY = 50  # articles from which on an interval is taken from the formula, not drawn
THIN = 5  # rows, and articles, below which a mean is hollow and has no interval


def wilson(k: int, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a share k of n after Wilson (1927); 0 to 1 where n is 0."""
    if n == 0:
        return 0.0, 1.0
    interval = binomtest(k, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def newcombe(k: int, n: int, others: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of the difference k / n - others / of of two shares.

    Newcombe (1998), method 10: the distances of each share to the ends of its interval after
    Wilson, put together as the sides of a right angle. The two samples are independent, and so
    are the units in them. -1 to 1 where there are no units.
    """
    if not (n and of):
        return -1.0, 1.0
    one, other = k / n, others / of
    (low, high), (other_low, other_high) = wilson(k, n), wilson(others, of)
    difference = one - other
    return (
        difference - hypot(one - low, other_high - other),
        difference + hypot(high - one, other - other_low),
    )


def mean_interval(rows: pd.DataFrame, generator: np.random.Generator) -> tuple[float, float]:
    """Give the 95 % interval of a mean tone over whole articles.

    The sentences of one article are not independent of each other, so articles vary, not
    sentences. Up to `MANY` articles they are drawn 2,000 times with replacement (bootstrap; 2.5th
    and 97.5th percentile). Of more, the mean as a ratio of two sums over articles is near enough to
    normal: plus and minus 1.96 standard errors (Cochran 1977, section 6.4).

    Parameters
    ----------
    rows
        ``article_id, tone``.
    generator
        Of the draws.

    Returns
    -------
    tuple of float
        Low and high; not a number below `THIN` articles, where the interval would cover the
        truth far less often than it says.
    """
    articles, _ = pd.factorize(rows["article_id"])
    sums, sizes = np.bincount(articles, weights=rows["tone"]), np.bincount(articles)
    n = len(sizes)
    if n < THIN:
        return float("nan"), float("nan")
    if n > MANY:
        mean = sums.sum() / sizes.sum()
        left = sums - mean * sizes
        error = 1.96 * np.sqrt(n / (n - 1) * (left @ left)) / sizes.sum()
        return float(mean - error), float(mean + error)
    drawn = generator.integers(n, size=(2000, n))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
