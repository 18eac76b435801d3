"""Evidence: the sentences behind rows, with the spans marked, as HTML; linked to a figure.

Article text is hostile: everything that comes from a table is escaped here, and only here.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from IPython.display import HTML, display

from helpers.articles import label
from helpers.marking import legend, marked
from helpers.passages import Passage, chosen, given, marked_ids, passages, units
from helpers.scores import trust
from helpers.story import Story, origin
from helpers.tables import row_ids

# Dollar signs in the news are money: JupyterLab would set "$5m and $6m" as a formula.
_NO_MATH = "mathjax_ignore tex2jax_ignore"
_ASSETS = Path(__file__).with_name("assets")
LONGEST = 1500  # characters of a passage shown; a 200 kB paragraph would bury the rest


def show(
    rows: pd.DataFrame,
    *,
    by: str | None = None,
    beside: bool = False,
    story: Story | None = None,
    limit: int = 100,
) -> HTML:
    """Show rows in their sentences, with source, cue and content, mentions or tones marked.

    Parameters
    ----------
    rows
        Rows of a story's ``attributions``, ``mentions``, ``tones``, ``sentences`` or ``blocks``.
    by
        A column of `rows`: the passages stand under its values, folded, the largest first.
    beside
        Let the languages stand side by side, a column each.
    story
        The story the rows come from; needed only where a merge made pandas forget it.
    limit
        Passages shown of each group at most, and groups shown at most; the number in a heading
        is that of all passages, and how many are left out is said.

    Returns
    -------
    IPython.display.HTML
        Everything from an article is escaped.

    Raises
    ------
    ValueError
        If the story is not known, or there is no column `by`.
    """
    return HTML(_evidence(rows, by, None, story, limit, beside))


@dataclass(frozen=True)
class Linked:
    """A figure and its evidence, shown one below the other."""

    figure: go.Figure
    evidence: HTML

    def _ipython_display_(self) -> None:
        display(self.figure)
        display(self.evidence)


def linked(
    figure: go.Figure,
    rows: pd.DataFrame,
    *,
    by: str | None = None,
    ids: str | None = None,
    story: Story | None = None,
    limit: int = 100,
) -> Linked:
    """Show a figure and its rows in their sentences; a click on a mark leaves those behind it.

    Between the two stands how far such rows can be trusted (`helpers.scores.trust`).
    It works in JupyterLab and on a shared page, by a few lines of script, without a kernel. Where
    no script runs (GitHub, a notebook not trusted), all passages stand below the figure.

    Parameters
    ----------
    figure
        A chart of `helpers.charts`: the ``customdata`` of a mark is the list of its ids.
    rows
        The rows behind the figure, as `show` takes them.
    by, story, limit
        As in `show`. A click finds the passages listed, and says how many are not; a mark that
        none of them is behind has one listed besides.
    ids
        The column of `rows` that the marks name; else the ids of the rows
        (`helpers.tables.row_ids`).

    Returns
    -------
    Linked
        It shows itself as the last line of a cell.

    Raises
    ------
    ValueError
        If the story is not known, or there is no column `by` or `ids`.
    """
    _check(rows, ids)
    marks = rows[ids].astype("str") if ids else row_ids(rows)
    html = _evidence(rows, by, marks, story, limit, figure=figure)
    return Linked(figure, HTML(trusted(rows, _languages(rows, story or origin(rows))) + html))


def table(rows: pd.DataFrame, *, limit: int = 200) -> HTML:
    """Show rows as a table: escaped, a missing value as an empty cell, without the index.

    Parameters
    ----------
    rows
        Any frame. Times at midnight are shown as days, lists as words with commas.
    limit
        Rows shown at most; how many are left out is said.

    Returns
    -------
    IPython.display.HTML
        The table, with its number of rows.
    """
    shown = rows.head(limit).copy()
    for column in shown.columns:
        if isinstance(shown[column].dtype, pd.DatetimeTZDtype):
            shown[column] = shown[column].dt.strftime("%Y-%m-%d %H:%M").str.removesuffix(" 00:00")
        elif any(_listed(value) for value in shown[column]):
            shown[column] = [", ".join(map(str, v)) if _listed(v) else v for v in shown[column]]
    html = (
        shown.astype(object)
        .where(shown.notna(), "")
        .to_html(index=False, float_format="{:.3g}".format, border=0, classes=f"rows {_NO_MATH}")
    )
    left = _left_out(len(rows) - limit, "row")
    return HTML(f"{html}<p><small>{counted(len(rows), 'row')}</small></p>{left}")


def trusted(rows: pd.DataFrame, languages: Iterable[str | None]) -> str:
    """Say in one line of HTML how often such rows were right where it was measured.

    Parameters
    ----------
    rows, languages
        As `helpers.scores.trust` takes them.
    """
    told = "<br>".join(map(escape, trust(rows, languages)))
    head = "How far to trust it, from texts marked by hand (in brackets: 95 % interval, n):"
    return f'<p class="trust"><small>{head}<br>{told}</small></p>'


def _languages(rows: pd.DataFrame, story: Story) -> pd.Series:
    """Give the languages of the articles that rows are of; of all where there are no rows."""
    articles = story.articles
    own = articles["article_id"].isin(rows["article_id"].unique())
    return articles["language"][own | rows.empty]


def safe_json(value: object) -> str:
    """Write JSON that can stand in a page: no text in it ends a script, a tag or a line."""
    code = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", code)


def paged(
    rows: pd.DataFrame, page: int = 0, size: int = 20, *, story: Story | None = None
) -> tuple[HTML, int]:
    """Show some of the passages behind rows, each with its place for who opens the article.

    Parameters
    ----------
    rows, story
        As in `show`.
    page
        Which, from 0.
    size
        Passages on a page.

    Returns
    -------
    html : IPython.display.HTML
        As `show`; an item has its ``article_id:start`` in ``data-place``.
    n : int
        How many passages there are in all.
    """
    number = units(rows)
    own = rows[(number >= page * size) & (number < (page + 1) * size)]
    html = _evidence(own, None, None, story or origin(rows), size, places=True)
    return HTML(html), int(number.max(initial=-1)) + 1


def _check(rows: pd.DataFrame, column: str | None) -> None:
    if column is not None and column not in rows.columns:
        raise ValueError(f"no column '{column}' to show by; there are {', '.join(rows.columns)}")


def _evidence(
    rows: pd.DataFrame,
    by: str | None,
    marks: pd.Series | None,
    story: Story | None,
    limit: int,
    beside: bool = False,
    figure: go.Figure | None = None,
    places: bool = False,
) -> str:
    """List the passages; those of a figure's `marks` (ids) carry them, and the script."""
    story = story or origin(rows)
    if story is None:
        raise ValueError("these rows do not say which story they are from: show(rows, story=story)")
    _check(rows, by)
    found = list(passages(rows, by, marks, story))
    total, script = "", ""
    if marks is not None:
        total = f' data-passages="{len(found)}"'
        lines = "".join((_ASSETS / name).read_text("utf-8") for name in ("marks.js", "linked.js"))
        script = f"<script>(() => {{{lines}}})();</script>"
    wanted = [] if figure is None else list(marked_ids(figure))
    body = _legend(found) + _groups(found, story, by, limit, beside, wanted, places)
    return f'<div class="evidence {_NO_MATH}"{total}>{body}{script}</div>'


def _listed(value: object) -> bool:
    return isinstance(value, list)


def _groups(
    found: list[Passage],
    story: Story,
    by: str | None,
    limit: int,
    beside: bool,
    wanted: list[list[str]],
    places: bool,
) -> str:
    """List the passages, under their group if there are groups, the largest group first."""
    own = story.articles["article_id"].isin({passage.article_id for passage in found})
    there = story.articles[own]
    articles = {row["article_id"]: row for row in there.to_dict("records")}
    names = label(there).to_dict()
    groups: dict[str, list[Passage]] = {}
    for passage in found:
        groups.setdefault(passage.group, []).append(passage)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    listed = chosen((own for _, own in ordered), limit, wanted)
    parts = [(group, own, [p for p in own if id(p) in listed]) for group, own in ordered]
    parts = [part for part in parts if part[2]]
    out = []
    for group, own, shown in parts:
        columns: dict[str, str] = {}
        for p in shown:
            code = articles[p.article_id]["language"] if beside else ""
            code = code if given(code) or not beside else "language not known"
            item = _item(p, articles[p.article_id], names[p.article_id], places)
            columns[code] = columns.get(code, "") + item
        body = _columns(columns) + _left_out(len(own) - len(shown), "passage")
        head = f"<summary><b>{escape(group)}</b> ({counted(len(own), 'passage')})</summary>"
        out.append(f"<details>{head}{body}</details>" if by else body)
    return "".join(out) + _left_out(len(groups) - len(parts), "group")


def _columns(lists: dict[str, str]) -> str:
    """Put lists side by side, a column each, under its heading; one list alone is just a list."""
    if list(lists) == [""]:
        return f"<ul>{lists['']}</ul>"
    cells = "".join(
        f'<div style="flex:1 1 14em"><b>{escape(head)}</b><ul>{items}</ul></div>'
        for head, items in sorted(lists.items())
    )
    return f'<div style="display:flex;flex-wrap:wrap;gap:1em">{cells}</div>'


def _item(passage: Passage, article: dict[str, Any], name: str, place: bool) -> str:
    end = min(passage.end, passage.start + LONGEST)
    body = marked(article["text"], passage.start, end, passage.marks)
    cut = f" … ({passage.end - end:,} characters more)" if end < passage.end else ""
    about = [name, _day(article), *dict.fromkeys(passage.notes)]
    facts = " · ".join(escape(str(a)) for a in about if a)
    code = article["language"] if given(article["language"]) else ""
    ids = f' data-ids="{escape(safe_json(passage.ids))}"' if passage.ids else ""
    if place:
        ids += f' data-place="{escape(f"{passage.article_id}:{passage.start}")}"'
    return (
        f'<li{ids}><span lang="{escape(code)}">{body}{cut}</span><br>'
        f"<small>{facts}{_link(article['url'])}</small>{_why(passage)}</li>"
    )


def _why(passage: Passage) -> str:
    """List, folded, the words that moved a tone, where `helpers.reasons.explained` told them."""
    lines: dict[str, list[str]] = {}
    for whom, word, shift in passage.why:
        lines.setdefault(whom, []).append(f"{escape(word)} {shift:+.2f}")
    told = "<br>".join(f"{escape(whom)}: {', '.join(words)}" for whom, words in lines.items())
    head = "<summary><small>which words moved it</small></summary>"
    return f'<details class="why">{head}<small>{told}</small></details>' if told else ""


def _day(article: dict[str, Any]) -> str:
    return f"{article['published']:%Y-%m-%d}" if pd.notna(article["published"]) else ""


def _link(url: object) -> str:
    """Link to the article, if the address is one that a browser only reads."""
    if not (given(url) and str(url).lower().startswith(("https://", "http://"))):
        return ""
    return f' · <a href="{escape(str(url))}" rel="noopener noreferrer">article</a>'


def _legend(found: list[Passage]) -> str:
    if not found:
        return "<p>Nothing to show: no rows.</p>"
    signs = legend({kind for passage in found for *_, kind in passage.marks})
    return f"<p><small>{signs}</small></p>" if signs else ""


def counted(number: int, what: str) -> str:
    """Write a number of things, one of which is called `what`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _left_out(number: int, what: str) -> str:
    verb = "is" if number == 1 else "are"
    return f"<p>{counted(number, what)} more {verb} not shown here.</p>" if number > 0 else ""
