"""The folder of pages: what each loads, how the bulk of a large one is kept, index and summary."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import itables
import nbformat
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from helpers.digest import digest
from helpers.evidence import safe_json
from helpers.pages import Page, Store, summary
from helpers.provenance import provenance

ASSETS = Path(__file__).with_name("assets")
BUNDLE = Path(itables.__file__).with_name("html")
GENERATOR = "coverage-notebooks"
LISTED = 100  # files of a corpus that a page lists
LARGE = 1_000_000  # bytes of a page, from which on its bulk is an asset
STYLES = ("tables.css", "page.css")
SCRIPTS = ("plotly.min.js", "tables.js", "page.js")


@dataclass(frozen=True)
class Settings:
    """How pages are to be.

    Attributes
    ----------
    title : str
        Of the index, on every page; empty: it names the corpus.
    language : str
        Of the labels (names of entities, claims), where a name in it is known: ``en``, ``de``,
        ``zh``; empty: as the notebooks have it.
    quote_limit : int or None
        Words of an article that a page may quote on end; None: passages are quoted whole.
    single_file : bool
        Each page holds all it needs, and links to no other.
    """

    title: str = ""
    language: str = ""
    quote_limit: int | None = None
    single_file: bool = False


class Site:
    """A folder of pages.

    Parameters
    ----------
    folder
        It is made here.
    corpus
        What the pages are about.
    settings
        How they are to be.
    articles
        The table `articles` of the corpus.
    headline
        The figures that the index and the summary begin with (`helpers.headline`).
    """

    def __init__(
        self,
        folder: Path,
        corpus: Path,
        settings: Settings,
        articles: pd.DataFrame,
        headline: pd.DataFrame,
    ) -> None:
        self.folder, self.corpus, self.settings = folder, corpus, settings
        self.headline = headline.to_dict("records")
        self.title = settings.title or f"News coverage: {corpus.name}"
        self.origin = provenance(corpus, articles, settings.quote_limit)
        self.templates = Environment(
            loader=FileSystemLoader(ASSETS), autoescape=True, trim_blocks=True
        )
        self.templates.globals.update(
            generator=GENERATOR,
            version=version(GENERATOR),
            corpus=corpus.name,
            title=self.title,
            origin=self.origin,
            limit=LISTED,
            alone=settings.single_file,
            asset=_inline,
        )

    def write(self, paths: Sequence[Path], notebooks: Sequence[NotebookNode]) -> None:
        """Write the pages, the index, the summary and what they load."""
        self.folder.mkdir()
        if not self.settings.single_file:
            (self.folder / "assets").mkdir()
            for name in (*STYLES, *SCRIPTS, "linked.js"):
                (self.folder / "assets" / name).write_text(_asset(name), "utf-8")
        contents = [summary(path) for path in paths]
        language = self.settings.language
        shown = {"CORPUS": self.corpus.name, "TITLE": self.title, "LANGUAGE": language}
        pages = [
            Page(
                notebook,
                path.stem,
                {name: shown[name] for name in declared(path, shown)},
                store=self._store(),
                alone=self.settings.single_file,
            )
            for path, notebook in zip(paths, notebooks, strict=True)
        ]
        for number, page in enumerate(pages):
            self._page(
                f"{page.name}.html",
                "notebook.html.j2",
                page.parts,
                styles=STYLES,
                scripts=SCRIPTS,
                page=page,
                here=contents[number],
                before=contents[number - 1] if number else None,
                after=contents[number + 1] if number + 1 < len(contents) else None,
            )
        rows = self.headline
        thumbnails = [next((f for f in page.figures if f["src"]), None) for page in pages]
        entries = [c | {"thumbnail": t} for c, t in zip(contents, thumbnails, strict=True)]
        self._page(
            "index.html", "index.html.j2", {}, styles=STYLES[1:], scripts=(), headline=rows,
            contents=entries,
        )  # fmt: skip
        text = digest(self.title, rows, zip(contents, pages, strict=True), self.origin)
        (self.folder / "summary.md").write_text(text, "utf-8")

    def _page(self, name: str, template: str, parts: Mapping[str, str], **values: Any) -> None:
        """Write a page; the figures and evidence of a large one lie beside it, in a script."""
        page = self.templates.get_template(template).render(**values)
        whole = _filled(page, parts)
        if len(whole.encode("utf-8")) > LARGE and not self.settings.single_file:
            bulk = f"{Path(name).stem}.js"
            code = (
                f"const parts = {safe_json(dict(enumerate(parts.values())))};\n{_asset('fill.js')}"
            )
            (self.folder / "assets" / bulk).write_text(code, "utf-8")
            calls = [f"<script>fill({number})</script>" for number in range(len(parts))]
            whole = _filled(page, dict(zip(parts, calls, strict=True)))
            whole = whole.replace("</head>", f'<script src="assets/{bulk}"></script>\n</head>', 1)
        (self.folder / name).write_text(whole, "utf-8")

    def _store(self) -> Store:
        """Give what keeps an image: beside the pages, and inside them if they are single files."""

        def keep(name: str, image: bytes) -> str:
            (self.folder / "assets" / name).write_bytes(image)
            return f"assets/{name}"

        def inside(name: str, image: bytes) -> str:
            return f"data:image/png;base64,{base64.b64encode(image).decode()}"

        return inside if self.settings.single_file else keep


def _filled(page: str, parts: Mapping[str, str]) -> str:
    """Put the parts of a page in their places."""
    return re.sub("<!--part \\d+-->", lambda place: parts.get(place[0], place[0]), page)


def _asset(name: str) -> str:
    """Give a script or a style that the pages load: ours, plotly's, or DataTables from itables."""
    if name == "plotly.min.js":
        return get_plotlyjs()
    if name == "tables.css":
        return (BUNDLE / "dt_bundle.css").read_text("utf-8")
    if name == "tables.js":
        code = (BUNDLE / "dt_bundle.js").read_text("utf-8")
        # A module does not load from file://, a plain script does.
        (jquery,) = re.findall(r"\bexport\{[^}]*?(\w+) as jQuery\b[^}]*\}", code)
        code = re.sub(r"\bexport\{[^}]*\};?", f"window.ITables={{jQuery:{jquery}}};", code)
        return f"(()=>{{{code}\n}})();"
    return (ASSETS / name).read_text("utf-8")


def _inline(name: str) -> Markup:
    """Give a script or a style to stand in a page, where nothing in it ends its tag."""
    return Markup(re.sub("</(?=script|style)", r"<\\/", _asset(name), flags=re.IGNORECASE))


def declared(path: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Give the parameters that are set and that the notebook has."""
    cells = nbformat.read(path, as_version=4).cells
    own = "\n".join(c.source for c in cells if "parameters" in c.metadata.get("tags", []))
    return {
        name: value
        for name, value in given.items()
        if value and re.search(rf"^{name}\b.*=", own, re.MULTILINE)
    }
