"""Counts by DuckDB: the same frames as in memory, from one file a table and from parts."""

from pathlib import Path

import pandas as pd
import pytest

from helpers import Story, counts, dataset, source_summary, summary
from helpers.tables import frame

BOTH = {
    "known": (counts.known, lambda s: summary.known(s.articles)),
    "days": (counts.days, lambda s: summary.days(s.articles)),
    "presence": (counts.presence, lambda s: summary.presence(s.mentions)),
    "presence, few": (lambda p: counts.presence(p, 2), lambda s: summary.presence(s.mentions, 2)),
    "kinds": (counts.kinds, lambda s: source_summary.kinds(s.attributions)),
    "shares": (
        counts.attributed_shares,
        lambda s: summary.attributed_shares(s.sentences, s.attributions),
    ),
} | {
    f"counts by {by}, {top}": (
        lambda p, by=by, top=top: counts.counts(p, by, top),
        lambda s, by=by, top=top: summary.counts(s.attributions, by, top),
    )
    for by, top in (("mode", 15), ("stance", 2), ("source_kind", 15))
}


@pytest.fixture(scope="module")
def hostile(story) -> Story:
    """The five, with outlets, names and ids that would end a string or a query."""
    tables = {name: table.copy() for name, table in story.tables().items()}
    bad = "O'Neil\"; DROP TABLE x; -- \\ 白 <b>$files"
    tables["articles"]["outlet"] = [bad, None, bad, "A", None]
    for name in ("mentions", "attributions"):
        entity = tables[name]["entity"]
        tables[name]["entity"] = entity.mask(entity == "Alibaba", bad)
    more = tables["attributions"].head(1).assign(entity="(7 other sources)", source_kind=None)
    more[["unresolved", "attribution_id"]] = False, "000:a999"
    tables["attributions"] = frame(pd.concat([tables["attributions"], more]), "attributions")
    return Story(**tables)


@pytest.fixture(scope="module", params=["one file a table", "parts"])
def written(request, hostile, tmp_path_factory) -> tuple[Path, Story]:
    path = tmp_path_factory.mktemp("it's $out")
    if request.param == "parts":
        articles = hostile.articles["article_id"]
        for number, ids in enumerate((articles[:2], articles[2:])):
            dataset.write_part(path, f"part-{number:05}-x", only(hostile, ids))
    else:
        hostile.write(path)
    return path, Story.read(path)


def only(story: Story, ids: pd.Series) -> dict[str, pd.DataFrame]:
    tables = story.tables() | {"links": story.links.iloc[:0]}
    return {n: t[t["article_id"].isin(ids)] if "article_id" in t else t for n, t in tables.items()}


@pytest.mark.parametrize("name", BOTH)
def test_the_same_as_in_memory(written, name):
    by_files, in_memory = BOTH[name]
    path, story = written
    found, due = by_files(path), in_memory(story)
    assert len(due)
    pd.testing.assert_frame_equal(found, due, check_column_type=False)


def test_a_column_that_is_no_label_is_an_error(written):
    with pytest.raises(ValueError, match="there are mode, stance, source_kind, how"):
        counts.counts(written[0], 'mode" FROM x; --')


def test_a_folder_without_the_table_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no mentions\.parquet"):
        counts.presence(tmp_path)
