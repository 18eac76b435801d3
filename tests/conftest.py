"""What the tests share: the five articles, annotated once, in a cache of their own."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from helpers import Story, annotate, load

ROOT = Path(__file__).resolve().parents[1]
FIVE = ROOT / "data" / "articles"

# Annotating a hypothesis example may load a model first: a slow example is not a failure.
settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ.setdefault("HELPERS_CACHE", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(scope="session")
def articles() -> pd.DataFrame:
    return load(FIVE)[0]


@pytest.fixture(scope="session")
def story(articles: pd.DataFrame) -> Story:
    return annotate(articles, progress=False)
