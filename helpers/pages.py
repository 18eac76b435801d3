"""Turn an executed notebook into HTML that needs neither a kernel nor the network.

What comes from articles is hostile: plain text, Markdown outputs and figures are escaped here; an
HTML output is taken as it is, so who makes one (`helpers.evidence`) escapes the text in it.
"""

import base64
import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from lxml.html import HtmlComment, HtmlElement, fragment_fromstring, fromstring
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from helpers.evidence import safe_json
from helpers.quoting import inner
from helpers.running import FIGURE, PNG, WIDGET

LINKED = Path(__file__).with_name("assets") / "linked.js"
LONGEST = 60  # characters of an anchor
_HEADING = re.compile(r"<h([1-4])>(.*?)</h\1>", re.DOTALL)
Store = Callable[[str, bytes], str]  # keeps an image under a name, gives the address to show


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


def anchor(words: str) -> str:
    """Make an address within a page of a caption: its letters and digits, joined by hyphens."""
    return re.sub(r"[\W_]+", "-", words.casefold()).strip("-")[:LONGEST].strip("-") or "part"


def described(figure: Mapping[str, Any]) -> tuple[str, str]:
    """Give a figure's title and what it shows in words, both as plain text."""
    layout = figure["layout"]
    title = layout.get("title", {})
    title = title.get("text", "") if isinstance(title, Mapping) else title
    told = (layout.get("meta") or {}).get("alt") or _plain(title)
    return _plain(title) or "Figure", told or "Figure"


class Page:
    """A notebook as a page.

    Parameters
    ----------
    notebook
        The executed notebook.
    name
        Its file name without ending; images are named after it.
    shown
        What the page shows as the value of a parameter, by its name, in place of what it is on
        this machine (where the corpus lies, say).
    store
        Keeps an image and gives its address. None: images of figures are left out.
    alone
        The page is passed on without the others: it links to none of them and holds its scripts.

    Attributes
    ----------
    cells : list of dict
        ``prose`` for a cell of text; ``code`` and ``outputs`` for a cell of code.
    contents : list of dict
        ``level`` (2: a section, 3: a figure or table in it), ``id``, ``text``: what can be linked.
    figures : list of dict
        ``id``, ``title``, ``alt`` and ``src`` (the address of its image, empty without).
    tables : list of dict
        ``id``, ``title`` and ``rows``, lists of plain texts, the first one the header.
    parts : dict
        The data of the figures and the lists of evidence, the bulk of a page, by the comment that
        holds their place in `cells`.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        name: str,
        shown: Mapping[str, str],
        *,
        store: Store | None = None,
        alone: bool = False,
    ) -> None:
        self.name, self.shown, self.store, self.alone = name, shown, store, alone
        self.contents: list[dict[str, Any]] = []
        self.figures: list[dict[str, str]] = []
        self.tables: list[dict[str, Any]] = []
        self.parts: dict[str, str] = {}
        self._taken: set[str] = set()
        self._heading = self._figure = name
        self.cells = list(self._cells(notebook))

    def _cells(self, notebook: NotebookNode) -> Iterator[dict[str, Any]]:
        for cell in notebook.cells:
            tags = cell.metadata.get("tags", [])
            if cell.cell_type == "markdown":
                yield {"prose": self._text(cell.source)}
            elif cell.cell_type == "code" and "injected-parameters" not in tags:
                source = cell.source
                for name, value in self.shown.items() if "parameters" in tags else ():
                    line = f"{name} = {value!r}"
                    source = re.sub(f"^{name} = .*", lambda _, s=line: s, source, flags=re.M)
                self._figure = ""
                outputs = [self._output(output) for output in cell.outputs]
                yield {"code": Markup(Highlight2HTML()(source)), "outputs": outputs}

    def _id(self, kind: str, words: str) -> str:
        """Give an address made of words: it lasts as long as they do."""
        return self._free(f"{kind}-{anchor(words)}")

    def _free(self, base: str) -> str:
        """Give an address that nothing else on the page has."""
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}-{number}"
        self._taken.add(name)
        return name

    def _text(self, source: str) -> Markup:
        return Markup(_HEADING.sub(self._titled, _prose(source, alone=self.alone)))

    def _titled(self, heading: re.Match[str]) -> str:
        """Give a heading its address as in JupyterLab, so that links to it lead here, too."""
        level, words = heading.groups()
        self._heading = _plain(words)
        name = self._free(self._heading.replace(" ", "-"))
        if int(level) > 1:
            self.contents.append({"level": 2, "id": name, "text": self._heading})
        return Markup('<h{0} id="{1}">{2}{3}</h{0}>').format(
            level, name, Markup(words), _mark(name, "section")
        )

    def _output(self, output: NotebookNode) -> Markup:
        """Render the richest form of an output that needs neither a kernel nor the network."""
        if output.output_type == "stream":
            plain = ansi2html(output.text) if output.name == "stdout" else ""
            return Markup(f"<pre>{plain}</pre>" if plain else "")
        data = output.get("data", {})
        if FIGURE in data:
            return self._chart(data[FIGURE], data.get(PNG))
        if "text/html" in data:
            return self._html(data["text/html"])
        if WIDGET in data:  # dead without its kernel, and nothing stands beside it
            return Markup()
        if "text/markdown" in data:
            return _prose(data["text/markdown"], trusted=False)
        if PNG in data:
            return Markup('<img alt="" src="data:image/png;base64,{}">').format(data[PNG])
        return Markup("<pre>{}</pre>").format(data.get("text/plain", ""))

    def _chart(self, figure: Mapping[str, Any], png: str | None) -> Markup:
        """Embed a figure's JSON, where no text can end the script, and its image for paper."""
        title, alt = described(figure)
        name = self._id("figure", title.split(":")[0])
        self._figure = title.split(":")[0]
        keep = self.store if png else None
        src = keep(f"{self.name}-{name}.png", base64.b64decode(png)) if keep else ""
        self.contents.append({"level": 3, "id": name, "text": title})
        self.figures.append({"id": name, "title": title, "alt": alt, "src": src})
        height = figure["layout"].get("height", 450)
        data = Markup('<script type="application/json" data-figure="{}-plot">{}</script>').format(
            name, Markup(safe_json(figure))
        )
        still = Markup('<img class="still" alt="{}" src="{}">').format(alt, src) if src else ""
        return Markup(
            '<figure id="{0}">{1}'
            '<div class="figure" id="{0}-plot" role="img" aria-label="{2}" style="height:{3}px">'
            "</div>{4}{5}</figure>"
        ).format(name, _mark(name, "figure"), alt, int(height), still, self._part(data))

    def _html(self, source: str) -> Markup:
        """Give tables and evidence their addresses; the script of these is loaded, not repeated."""
        root = fragment_fromstring(source, create_parent="div")
        script = LINKED.read_text("utf-8").strip()
        for element in root.iter("script"):
            if not self.alone and (element.text or "").strip() == script:
                element.text = None
                element.set("src", f"assets/{LINKED.name}")
        for table in root.iter("table"):
            if "rows" in table.get("class", "").split():
                self._table(table)
        for group in root.xpath('//*[contains(@class,"evidence")]//details[summary/b]'):
            head = group.find("summary")
            words = head.find("b").text_content()
            name = self._id(anchor(self._figure or self._heading), words)
            group.set("id", name)
            head.append(fromstring(_mark(name, "list")))
        for evidence in root.xpath('//div[contains(@class,"evidence")]'):
            self._set_aside(evidence)
        return Markup(inner(root))

    def _set_aside(self, evidence: HtmlElement) -> None:
        """Hold a list's place; its script, which looks for the list when it is read, stays."""
        scripts = evidence.xpath("./script")
        for script in scripts:
            evidence.remove(script)
        place = self._part(inner(evidence))
        for child in list(evidence):
            evidence.remove(child)
        evidence.text = None
        evidence.append(HtmlComment(place.removeprefix("<!--").removesuffix("-->")))
        evidence.extend(scripts)

    def _part(self, content: str) -> Markup:
        """Keep a part aside and give the comment that holds its place."""
        place = f"<!--part {len(self.parts)}-->"
        self.parts[place] = content
        return Markup(place)

    def _table(self, table: HtmlElement) -> None:
        name = self._id("table", self._heading)
        rows = [[cell.text_content() for cell in row] for row in table.iter("tr")]
        self.tables.append({"id": name, "title": self._heading, "rows": rows})
        self.contents.append({"level": 3, "id": name, "text": f"Table: {self._heading}"})
        holder = fragment_fromstring("", create_parent="div")
        holder.set("class", "table")
        holder.set("id", name)
        table.addprevious(holder)
        holder.append(fromstring(_mark(name, "table")))
        holder.append(table)


def _mark(name: str, what: str) -> Markup:
    """Give the link to a place of the page, for who wants to point to it."""
    return Markup('<a class="here" href="#{}" title="Link to this {}">#</a>').format(name, what)


def _plain(words: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", words)).split())


def _prose(source: str, *, trusted: bool = True, alone: bool = False) -> Markup:
    """Render Markdown; HTML inside it is let through only from the notebook's own cells."""
    renderer = IPythonRenderer(
        escape=not trusted, allow_harmful_protocols=False, exclude_anchor_links=True
    )
    rendered = MarkdownWithMath(renderer=renderer).render(source)
    linked = re.sub(r'(<a href="[^":/#]+)\.ipynb(["#])', r"\1.html\2", rendered)
    # A link to another file of the project would lead nowhere from a page that was passed on.
    kept = "https?:|#" if alone else r"https?:|#|[^\":/#]+\.html"
    return Markup(re.sub(rf'<a href="(?!{kept})[^>]*>(.*?)</a>', r"\1", linked))
