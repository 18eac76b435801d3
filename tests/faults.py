"""What the tests of faults share: annotation in the place of the real one, quick and plain."""

import time

import pandas as pd

from helpers import annotating
from helpers.blocks import blocks
from helpers.nesting import FOUND
from helpers.sentences import sentences
from helpers.tables import frame

POISON = "POISON"
DEADLY = "DEADLY"


def plain(articles: pd.DataFrame, seconds: float = 0.0) -> dict[str, pd.DataFrame]:
    """Find blocks and sentences alone; fail on an article with `POISON`."""
    time.sleep(seconds)
    if articles["text"].str.contains(POISON).any():
        raise ZeroDivisionError("poisoned")
    found = {name: frame([], name) for name in FOUND} | {"blocks": blocks(articles)}
    return found | {"sentences": sentences(found["blocks"])}


def slow(articles: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Find the same, not at once; an article with `DEADLY` takes the process with it."""
    if articles["text"].str.contains(DEADLY).any():
        import os
        import signal

        os.kill(os.getpid(), signal.SIGKILL)
    return plain(articles, 0.2)


def install() -> None:
    """Put `slow` in the place of the real one, in a worker."""
    annotating._annotated = slow


def texts(number: int) -> pd.DataFrame:
    """Make rows for `load`."""
    rows = [{"article_id": f"a{i:04}", "text": f"Text {i}. It goes on."} for i in range(number)]
    return pd.DataFrame(rows)
