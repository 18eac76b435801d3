"""A whole article to read, with layers that switch on and off: who says what, who, in what tone.

It works by boxes and CSS alone, so without a kernel and on a shared page, too.
"""

from collections.abc import Iterator
from html import escape
from pathlib import Path

import pandas as pd
from IPython.display import HTML

from helpers.articles import label
from helpers.marking import Mark, marked
from helpers.story import Story
from helpers.tables import ANALYSED
from helpers.tone import targets

ANCHOR = "reading-here"  # id of the place at which an article was opened
_CSS = Path(__file__).with_name("assets") / "reading.css"
# Layer: what it is called, and whether it is on at first.
_LAYERS = {
    "attribution": ("attribution", True),
    "entities": ("entities", False),
    "tone": ("tone", False),
    "kept-out": ("what was kept out", True),
}
_LEGEND = {
    "attribution": '<b class="source">source</b> <u class="cue">cue</u> '
    '<span class="content">what is said</span>',
    "entities": '<span class="entity" data-label="PER">name</span> with its sort '
    "(PER, ORG, LOC, MISC)",
    "tone": '<span class="negative">negative<sup>−</sup></span> '
    '<span class="neutral">neutral<sup>○</sup></span> '
    '<span class="positive">positive<sup>+</sup></span> '
    '<span class="unscored">abstained<sup>?</sup></span>',
    "kept-out": '<span class="aside">line at the side, with kind and reason</span>',
}
_SIGNS = {"negative": "−", "positive": "+", "neutral": "○", "unscored": "?"}
_TAGS = {"source": "b", "cue": "u"}


def read(story: Story, article_id: str, start: int | None = None) -> HTML:
    """Show a whole article; what was found in it is in layers that a reader switches.

    Parameters
    ----------
    story
        The annotated articles.
    article_id
        Which.
    start
        Where to begin: the block at this character is marked, and has the id `ANCHOR`.

    Returns
    -------
    IPython.display.HTML
        Every block in its language (``lang``), everything from the article escaped. Nothing of
        the text is left out.

    Raises
    ------
    ValueError
        If there is no such article, naming those there are.
    """
    own = story.articles[story.articles["article_id"] == article_id]
    if own.empty:
        some = ", ".join(story.articles["article_id"].head(20))
        raise ValueError(f"no article '{article_id}'; there is {some or 'none'}")
    article = own.iloc[0]
    marks = sorted(_marks(story, article_id))
    blocks = "".join(_blocks(story, article, marks, start))
    css = _CSS.read_text("utf-8")
    name = escape(label(own).iloc[0])
    return HTML(
        f'<div class="reading mathjax_ignore tex2jax_ignore"><style>{css}</style>{_switches()}'
        f'<article tabindex="0" aria-label="{name}"><p class="about">{name}</p>{blocks}</article>'
        "</div>"
    )


def _switches() -> str:
    boxes = "".join(
        f'<label><input type="checkbox" class="on-{key}"{" checked" * on}> {name}</label>'
        f'<span class="legend legend-{key}">{_LEGEND[key]}</span><br>'
        for key, (name, on) in _LAYERS.items()
    )
    return f"<fieldset><legend>Layers</legend>{boxes}</fieldset>"


def _marks(story: Story, article_id: str) -> Iterator[Mark]:
    """Give the spans of every layer; the kind is a class, with what it says after a bar."""
    said = story.attributions[story.attributions["article_id"] == article_id]
    for row in said.itertuples():
        who = row.entity if isinstance(row.entity, str) else row.source
        told = f"{who if isinstance(who, str) else 'source not found'}: {row.mode}, {row.stance}"
        for spans, kind in ((row.content_spans, "content"), (row.cue_spans, "cue")):
            yield from ((first, last, f"{kind}|{told}") for first, last in spans)
        if pd.notna(row.source_start):
            yield row.source_start, row.source_end, f"source|{told}"
    mentions = story.mentions[story.mentions["article_id"] == article_id]
    for row in mentions.itertuples():
        whom = row.entity if isinstance(row.entity, str) else "not tied to a name"
        yield row.start, row.end, f"entity|{whom}|{row.label}"
    tones = targets(story.tones)
    for row in tones[tones["article_id"] == article_id].itertuples():
        kind = row.label if isinstance(row.label, str) else "unscored"
        figure = row.how if row.abstained else f"{row.tone:+.2f}"
        yield row.start, row.end, f"{kind}|towards {row.entity}: {figure} ({row.voice} voice)"


def _dressed(piece: str, kind: str, *, last: bool) -> str:
    name, _, told = kind.partition("|")
    sort = ""
    if name == "entity":
        told, _, label_ = told.rpartition("|")
        sort = f' data-label="{escape(label_) if last else ""}"'
    sign = f"<sup>{_SIGNS[name]}</sup>" if name in _SIGNS and last else ""
    tag = _TAGS.get(name, "span")
    return f'<{tag} class="{name}" title="{escape(told)}"{sort}>{piece}{sign}</{tag}>'


def _blocks(
    story: Story, article: pd.Series, marks: list[Mark], start: int | None
) -> Iterator[str]:
    """Give the blocks in their order, and what of the text stands in none."""
    text, at = article["text"], 0
    own = story.blocks[story.blocks["article_id"] == article["article_id"]].sort_values("start")
    for block in own.itertuples():
        yield from _loose(text, at, block.start)
        here = start is not None and block.start <= start < block.end
        yield _block(text, block, marks, here)
        at = max(at, block.end)
    yield from _loose(text, at, len(text))


def _loose(text: str, start: int, end: int) -> Iterator[str]:
    if text[start:end].strip():
        yield f'<p dir="auto">{escape(text[start:end].strip())}</p>'


def _block(text: str, block: tuple, marks: list[Mark], here: bool) -> str:
    inside = [m for m in marks if m[0] < block.end and m[1] > block.start]
    body = marked(text, block.start, block.end, inside, _dressed)
    code = block.language if isinstance(block.language, str) else ""
    lang = f' lang="{escape(code)}" dir="auto"'
    place = f' id="{ANCHOR}" tabindex="-1"' if here else ""
    if block.kind not in ANALYSED:
        why = escape(f"{block.kind}, kept out: {block.reason}")
        return f'<p class="aside"{lang}{place}><small lang="en">{why}</small><br>{body}</p>'
    tag = "h3" if block.kind == "headline" else "p"
    return f'<{tag} class="{block.kind}"{lang}{place}>{body}</{tag}>'
