"""Evidence: the sentences behind rows, with the spans marked, as HTML.

Article text is hostile: everything that comes from a table is escaped here, and only here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise

import pandas as pd
from IPython.display import HTML

from helpers.articles import label
from helpers.story import Story, origin

Mark = tuple[int, int, str]
# Dollar signs in the news are money: JupyterLab would set "$5m and $6m" as a formula.
_NO_MATH = "mathjax_ignore tex2jax_ignore"
LONGEST = 1500  # characters of a passage shown; a 200 kB paragraph would bury the rest

# Each kind of span has a tag that shows without colour, too: bold, underlined, ruled off.
_TAGS = {
    "source": ("b", "color:#0072B2"),
    "cue": ("u", "text-decoration-style:dotted"),
    "content": ("span", "background:#fdf3d6;border-bottom:2px solid #E69F00"),
    "mention": ("b", "background:#e3f1fb;border-bottom:2px solid #56B4E9"),
    "negative": ("b", "background:#fbe3d6;border-bottom:2px solid #D55E00"),
    "positive": ("b", "background:#dcebf7;border-bottom:2px solid #0072B2"),
    "neutral": ("b", "background:#eee;border-bottom:2px solid #777"),
    "unscored": ("b", "background:#fff;border-bottom:2px dotted #777"),
}
_SIGNS = {"negative": "−", "positive": "+", "neutral": "○", "unscored": "?"}
_LEGENDS = {
    "source": "source",
    "cue": "cue",
    "content": "content",
    "mention": "mention",
    "negative": "− negative towards",
    "positive": "+ positive towards",
    "neutral": "○ neutral towards",
    "unscored": "? not scored",
}


@dataclass
class _Passage:
    article_id: str
    start: int
    end: int
    group: str
    marks: list[Mark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def show(
    rows: pd.DataFrame, *, by: str | None = None, story: Story | None = None, limit: int = 100
) -> HTML:
    """Show rows in their sentences, with source, cue and content, mentions or tones marked.

    Parameters
    ----------
    rows
        Rows of a story's ``attributions``, ``mentions``, ``tones``, ``sentences`` or ``blocks``.
    by
        A column of `rows`: the passages stand under its values, folded, the largest first.
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
    story = story or origin(rows)
    if story is None:
        raise ValueError("these rows do not say which story they are from: show(rows, story=story)")
    if by is not None and by not in rows.columns:
        raise ValueError(f"no column '{by}' to show by; there are {', '.join(rows.columns)}")
    found = list(_passages(rows, story, by))
    body = _legend(found) + _groups(found, story, by, limit)
    return HTML(f'<div class="evidence {_NO_MATH}">{body}</div>')


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
    left = _left_out(len(rows) - limit, "rows")
    return HTML(f"{html}<p><small>{len(rows):,} rows</small></p>{left}")


def _passages(rows: pd.DataFrame, story: Story, by: str | None) -> Iterable[_Passage]:
    groups = rows[by].astype("str").fillna("not known") if by else pd.Series("", index=rows.index)
    if "content_spans" in rows.columns:
        return _attributed(rows, groups, story)
    if "sentence_id" in rows.columns and "entity_id" in rows.columns:
        return _mentioned(rows, groups, story)
    return [
        _Passage(r.article_id, r.start, r.end, group, notes=_about(r))
        for r, group in zip(rows.itertuples(), groups, strict=True)
    ]


def _attributed(rows: pd.DataFrame, groups: pd.Series, story: Story) -> Iterable[_Passage]:
    """Give one passage a row: all sentences that its source, cue and content touch."""
    sentences = dict(list(story.sentences.groupby("article_id")))
    for row, group in zip(rows.itertuples(), groups, strict=True):
        marks = [(*span, "content") for span in row.content_spans]
        marks += [(*span, "cue") for span in row.cue_spans]
        if pd.notna(row.source_start):
            marks.append((row.source_start, row.source_end, "source"))
        first, last = min(m[0] for m in marks), max(m[1] for m in marks)
        near = sentences[row.article_id]
        near = near[(near["end"] > first) & (near["start"] < last)]
        first, last = min([first, *near["start"]]), max([last, *near["end"]])
        who = row.entity if isinstance(row.entity, str) else row.source
        notes = ["unresolved" if row.unresolved else who, row.mode, row.stance, row.how]
        yield _Passage(row.article_id, first, last, group, marks, [n for n in notes if _given(n)])


def _mentioned(rows: pd.DataFrame, groups: pd.Series, story: Story) -> Iterable[_Passage]:
    """Give one passage a sentence, with every row of it marked."""
    places = story.sentences.set_index("sentence_id")[["start", "end"]]
    passages: dict[tuple[str, str], _Passage] = {}
    for row, group in zip(rows.itertuples(), groups, strict=True):
        start, end = places.loc[row.sentence_id]
        place = _Passage(row.article_id, start, end, group)
        passage = passages.setdefault((group, row.sentence_id), place)
        kind = "mention"
        if "tone" in rows.columns:
            kind = row.label if _given(row.label) else "unscored"
            figure = f"{row.tone:+.2f}" if pd.notna(row.tone) else row.how
            whose = f"{row.entity if _given(row.entity) else 'the sentence'}: {figure}"
            passage.notes.append(f"{whose} ({row.voice})")
        passage.marks.append((row.start, row.end, kind))
    return passages.values()


def _about(row: tuple) -> list[str]:
    return [f"{row.kind}: {row.reason}" if hasattr(row, "reason") else str(row.kind)]


def _listed(value: object) -> bool:
    return isinstance(value, list)


def _given(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _groups(passages: list[_Passage], story: Story, by: str | None, limit: int) -> str:
    """List the passages, under their group if there are groups, the largest group first."""
    articles = story.articles.set_index("article_id")
    names = label(story.articles)
    groups: dict[str, list[_Passage]] = {}
    for passage in passages:
        groups.setdefault(passage.group, []).append(passage)
    out = []
    for group, own in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:limit]:
        shown = own[:limit]
        items = [_item(p, articles.loc[p.article_id], names[p.article_id]) for p in shown]
        body = f"<ul>{''.join(items)}</ul>{_left_out(len(own) - limit, 'passages')}"
        head = f"<summary><b>{escape(group)}</b> ({len(own):,} passages)</summary>"
        out.append(f"<details>{head}{body}</details>" if by else body)
    return "".join(out) + _left_out(len(groups) - limit, "groups")


def _item(passage: _Passage, article: pd.Series, name: str) -> str:
    end = min(passage.end, passage.start + LONGEST)
    body = _marked(article["text"], passage.start, end, passage.marks)
    cut = f" … ({passage.end - end:,} characters more)" if end < passage.end else ""
    about = [name, _day(article), *dict.fromkeys(passage.notes)]
    facts = " · ".join(escape(str(a)) for a in about if a)
    code = article["language"] if _given(article["language"]) else ""
    return (
        f'<li><span lang="{escape(code)}">{body}{cut}</span><br>'
        f"<small>{facts}{_link(article['url'])}</small></li>"
    )


def _marked(text: str, start: int, end: int, marks: list[Mark]) -> str:
    """Cut the passage at every edge of a span and wrap each piece in the tags that cover it."""
    inside = [m for m in marks if m[0] < end and m[1] > start]
    edges = {start, end} | {e for m in inside for e in m[:2] if start < e < end}
    out = []
    for a, b in pairwise(sorted(edges)):
        piece = escape(text[a:b])
        for _, last, kind in [m for m in inside if m[0] <= a and m[1] >= b]:
            tag, style = _TAGS[kind]
            sign = f"<sup>{_SIGNS[kind]}</sup>" if kind in _SIGNS and last == b else ""
            piece = f'<{tag} class="{kind}" style="{style}">{piece}{sign}</{tag}>'
        out.append(piece)
    return "".join(out)


def _day(article: pd.Series) -> str:
    return f"{article['published']:%Y-%m-%d}" if pd.notna(article["published"]) else ""


def _link(url: object) -> str:
    """Link to the article, if the address is one that a browser only reads."""
    if not (_given(url) and str(url).lower().startswith(("https://", "http://"))):
        return ""
    return f' · <a href="{escape(str(url))}" rel="noopener noreferrer">article</a>'


def _legend(passages: list[_Passage]) -> str:
    if not passages:
        return "<p>Nothing to show: no rows.</p>"
    kinds = {kind for passage in passages for *_, kind in passage.marks}
    signs = [
        f'<{tag} style="{style}">{_LEGENDS[kind]}</{tag}>'
        for kind, (tag, style) in _TAGS.items()
        if kind in kinds
    ]
    return f"<p><small>{' &nbsp; '.join(signs)}</small></p>" if signs else ""


def _left_out(number: int, what: str) -> str:
    return f"<p>{number:,} {what} more are not shown here.</p>" if number > 0 else ""
