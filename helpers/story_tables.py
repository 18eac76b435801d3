"""The tables of a story, and the way from any selection of their rows back to it."""

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Self

import pandas as pd

from helpers import dataset
from helpers.tables import frame


@dataclass(repr=False)
class Story:
    """The tables of a set of articles; each is a plain DataFrame (`helpers.tables.TABLES`).

    Attributes
    ----------
    articles, blocks, sentences, mentions, attributions, links, tones : pandas.DataFrame
        Every row points to its place: ``text`` of the article from ``start`` to ``end``.
    rejected : pandas.DataFrame
        The articles that could not be annotated, with the reason; they are in no other table.
    """

    articles: pd.DataFrame
    blocks: pd.DataFrame
    sentences: pd.DataFrame
    mentions: pd.DataFrame
    attributions: pd.DataFrame
    links: pd.DataFrame
    tones: pd.DataFrame
    rejected: pd.DataFrame = field(default_factory=lambda: frame([], "rejected"))

    def __post_init__(self) -> None:
        """Let every table, and every selection of its rows, know the story it belongs to.

        The tables are its own: one made of another story's must not take them from it.
        """
        for name, table in self.tables().items():
            own = table.copy(deep=False)
            own.attrs["story"] = _Origin(self)
            setattr(self, name, own)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Give the tables by name."""
        return {part.name: getattr(self, part.name) for part in fields(self)}

    def write(self, path: str | Path) -> Path:
        """Write one Parquet file a table into a folder, which is made; give the folder.

        Each has besides its columns the ``outlet`` and ``day`` of the article.
        """
        dataset.write(Path(path), self.tables())
        return Path(path)

    @classmethod
    def read(
        cls,
        path: str | Path,
        *,
        outlet: str | Sequence[str] | None = None,
        since: str | None = None,
    ) -> Self:
        """Read what `write`, or ``python -m helpers.story``, wrote, or a part of it.

        Parameters
        ----------
        path
            The folder.
        outlet
            Only the articles of this outlet, or of these.
        since
            Only the articles from this day on, as ``2025-11-17``; what has no day is left out.
            What is not asked for is not read, as far as it lies apart in the files.

        Returns
        -------
        Story
            The tables in the order they were written; parts put together by ``article_id``. Of
            ``rejected`` all is read: nothing is known of what could not be read.

        Raises
        ------
        FileNotFoundError
            If the folder lacks a table, naming it.
        ValueError
            If no article has the outlet, naming those there are; or the day is none.
        """
        folder = Path(path)
        wanted = dataset.wanted(folder, outlet, since)
        tables = {}
        missing = []
        for part in fields(cls):
            try:
                filtered = wanted if part.name != "rejected" else None
                tables[part.name] = dataset.read(folder, part.name, filtered)
            except FileNotFoundError:
                if part.default_factory is MISSING:
                    missing.append(f"{part.name}.parquet")
        if missing:
            raise FileNotFoundError(f"{path}: no {', '.join(missing)}")
        return cls(**tables)

    def __repr__(self) -> str:
        return f"Story({', '.join(f'{len(t):,} {name}' for name, t in self.tables().items())})"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{n}</th><td>{len(t):,}</td></tr>" for n, t in self.tables().items()
        )
        return f"<table><thead><tr><th>table</th><th>rows</th></tr></thead>{rows}</table>"


class _Origin(dict):
    """A way from a table back to its story, copied and compared as what it is: a reference.

    It is an (empty) dict so that a user's own ``to_parquet`` of a table, which writes the
    attributes as JSON, works.
    """

    def __init__(self, story: Story | None = None) -> None:
        super().__init__()
        self.story = story

    def __deepcopy__(self, memo: dict) -> Self:
        return self

    def __copy__(self) -> Self:
        return self

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    __hash__ = object.__hash__

    def __reduce__(self) -> tuple:
        return (_Origin, ())  # a pickled selection of rows does not carry the whole story


def origin(rows: pd.DataFrame) -> Story | None:
    """Give the story that rows were selected from, or None where pandas lost it (a merge does)."""
    return getattr(rows.attrs.get("story"), "story", None)
