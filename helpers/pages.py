"""Turn an executed notebook into HTML that needs neither a kernel nor the network.

What comes from articles is hostile: plain text, Markdown outputs and figures are escaped here; an
HTML output is taken as it is, so who makes one (`helpers.evidence`) escapes the text in it.
"""

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup, escape
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers.evidence import safe_json

FIGURE = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"


def summary(path: Path) -> dict[str, Any]:
    """Take from a notebook what the index says about it.

    Parameters
    ----------
    path
        The notebook.

    Returns
    -------
    dict
        ``href`` of its page, ``question`` (its first heading) and ``paragraph``, the first one
        below the heading, as HTML.
    """
    notebook = nbformat.read(path, as_version=4)
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    question = re.search(r"^# +(.+)$", prose, re.MULTILINE)
    below = prose[question.end() :] if question else prose
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", below))
    first = next((part for part in paragraphs if part and not part.startswith("#")), "")
    return {
        "href": f"{path.stem}.html",
        "question": question[1] if question else path.stem,
        "paragraph": _prose(first),
    }


def cells(notebook: NotebookNode, stem: str, corpus: str) -> Iterator[dict[str, Any]]:
    """Give the cells of an executed notebook as HTML.

    Parameters
    ----------
    notebook
        The executed notebook.
    stem
        Its file name without ending; the figures are named after it.
    corpus
        What the page calls the corpus, in place of where it lies on this machine.

    Yields
    ------
    dict
        ``prose`` for a cell of text; ``code`` and ``outputs`` for a cell of code.
    """
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown":
            yield {"prose": _prose(cell.source)}
        elif cell.cell_type == "code" and "injected-parameters" not in tags:
            source = cell.source
            if "parameters" in tags:
                source = re.sub(
                    "^CORPUS = .*", lambda _: f"CORPUS = {corpus!r}", source, flags=re.M
                )
            yield {
                "code": Markup(Highlight2HTML()(source)),
                "outputs": [
                    _output(output, f"{stem}-{number}-{n}") for n, output in enumerate(cell.outputs)
                ],
            }


def _prose(source: str, *, trusted: bool = True) -> Markup:
    """Render Markdown; HTML inside it is let through only from the notebook's own cells."""
    renderer = IPythonRenderer(
        escape=not trusted, allow_harmful_protocols=False, exclude_anchor_links=True
    )
    rendered = MarkdownWithMath(renderer=renderer).render(source)
    linked = re.sub(r'(<a href="[^":/#]+)\.ipynb(["#])', r"\1.html\2", rendered)
    # A link to another file of the project would lead nowhere from a page that was passed on.
    return Markup(re.sub(r'<a href="(?!https?:|#|[^":/#]+\.html)[^>]*>(.*?)</a>', r"\1", linked))


def _output(output: NotebookNode, name: str) -> Markup:
    """Render the richest form of an output that needs neither a kernel nor the network."""
    if output.output_type == "stream":
        plain = ansi2html(output.text) if output.name == "stdout" else ""
        return Markup(f"<pre>{plain}</pre>" if plain else "")
    data = output.get("data", {})
    if FIGURE in data:
        return _figure(data[FIGURE], name)
    if WIDGET in data:
        return Markup()
    if "text/html" in data:
        return Markup(data["text/html"])
    if "text/markdown" in data:
        return _prose(data["text/markdown"], trusted=False)
    if "image/png" in data:
        return Markup('<img alt="" src="data:image/png;base64,{}">').format(data["image/png"])
    return Markup("<pre>{}</pre>").format(data.get("text/plain", ""))


def _figure(figure: Mapping[str, Any], name: str) -> Markup:
    """Embed a figure's JSON, where no text in it can end the script, and what it shows in words."""
    layout = figure["layout"]
    title = layout.get("title", {})
    words = (layout.get("meta") or {}).get("alt") or (
        title.get("text", "") if isinstance(title, Mapping) else title
    )
    alt = html.unescape(re.sub(r"<[^>]*>", " ", words)) or "Figure"
    return Markup(
        f'<div class="figure" id="{escape(name)}" role="img" aria-label="{escape(alt)}"></div>'
        f'<script type="application/json" data-figure="{escape(name)}">{safe_json(figure)}</script>'
    )
