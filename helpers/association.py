"""How far a joint count is from what chance alone would give: measures, a test, its correction.

All are of the table of two by two that four counts make: units with both, with the one, with
the other, and all units.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import gammaln, xlogy
from scipy.stats import false_discovery_control

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LEFT = 1e-16  # share of a tail that may be left out: less than a float can hold


def association(joint: Ints, a: Ints, b: Ints, n: int) -> pd.DataFrame:
    """Measure how far joint counts are from chance.

    Parameters
    ----------
    joint, a, b
        Units with both, with the one, with the other: at least 1.
    n
        All units: at least ``a + b - joint``.

    Returns
    -------
    pandas.DataFrame
        ``joint, count_a, count_b, n``; ``expected`` is a * b / n; ``npmi``, in -1..1, is Bouma's
        (2009), and 0 where a pair is in every unit, as chance would have it too; ``g2``, from 0,
        is Dunning's (1993) log-likelihood ratio; ``p`` as `fisher` gives it.
    """
    expected = a * b / n
    shared = np.log(joint / n)
    with np.errstate(invalid="ignore"):
        npmi = np.log(joint / expected) / -shared
    npmi = np.where(shared < 0, np.clip(npmi, -1, 1), 0.0)
    g2 = np.zeros(len(joint))
    for cell, margins in [
        (joint, a * b),
        (a - joint, a * (n - b)),
        (b - joint, (n - a) * b),
        (n - a - b + joint, (n - a) * (n - b)),
    ]:
        g2 += 2 * (xlogy(cell, cell) - xlogy(cell, margins / n))
    columns = {"joint": joint, "count_a": a, "count_b": b, "n": n, "expected": expected}
    measures = {"npmi": npmi, "g2": g2.clip(0), "p": fisher(joint, a, b, n)}
    return pd.DataFrame(columns | measures)


def fisher(joint: Ints, a: Ints, b: Ints, n: int) -> Floats:
    """Give the one-sided p of Fisher's exact test (1935): as many joint units or more by chance.

    Exact up to the rounding of logarithms of factorials: about nine digits at a million units.
    `scipy.stats` gives the same, one table at a time.

    Parameters
    ----------
    joint, a, b, n
        As `association` takes them.

    Returns
    -------
    numpy.ndarray
        p, 0..1, for each joint count.
    """
    joint, a, b = (np.asarray(counts, dtype=float) for counts in (joint, a, b))
    above = joint * n > a * b
    # Below the mean the lower tail is the short one: it is the upper tail of a without b.
    first = np.where(above, joint, a - joint + 1)
    tail = _tail(first, a, np.where(above, b, n - b), n)
    return np.clip(np.where(above, tail, 1 - tail), 0, 1)


def adjusted(p: Floats, tests: float) -> Floats:
    """Correct p after Benjamini and Hochberg (1995) where more tests were made than p are given.

    Parameters
    ----------
    p
        The p of the tests that could find something.
    tests
        All tests, at least as many; the others have p = 1 and rank last, so every rank stays as
        it is and only the number of tests grows.

    Returns
    -------
    numpy.ndarray
        q, 0..1, for each p.
    """
    return np.minimum(false_discovery_control(p) * tests / max(len(p), 1), 1)


def _tail(first: Floats, a: Floats, b: Floats, n: int) -> Floats:
    """Sum the hypergeometric distribution from a place above its mean, for many tables at once.

    From there each term is smaller than the one before, by a factor that falls as well: what is
    left is less than a geometric series of the last factor.
    """
    total = np.where(first <= np.minimum(a, b), 1.0, 0.0)
    rows = np.flatnonzero(total)
    k, a, b = first[rows], a[rows], b[rows]
    cells, margins = (k, a - k, b - k, n - a - b + k, n), (a, b, n - a, n - b)
    logarithm = sum(gammaln(m + 1) for m in margins) - sum(gammaln(c + 1) for c in cells)
    term = np.ones(len(rows))
    start, whole = rows, np.exp(logarithm)
    while len(rows):
        factor = (a - k) * (b - k) / ((k + 1) * (n - a - b + k + 1))
        term = term * factor
        total[rows] += term
        more = term * factor > _LEFT * total[rows] * (1 - factor)
        rows, k, a, b, term = rows[more], k[more] + 1, a[more], b[more], term[more]
    total[start] *= whole
    return total
