"""Run the notebooks and share them: a folder of pages that works with the network off.

``python -m helpers.share --corpus folder --site folder`` runs every notebook on the corpus and
writes one page each, an index and a summary in Markdown. ``--in-place`` runs them on the project's
own articles and saves those that changed, with a PNG beside every figure where a browser is
installed (GitHub shows the PNG).
"""

import argparse
import base64
import os
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import itables
import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbformat import NotebookNode
from plotly.offline import get_plotlyjs

from helpers import Story, annotate, load
from helpers.digest import digest
from helpers.evidence import safe_json
from helpers.headline import headline
from helpers.pages import Page, Store, summary
from helpers.provenance import provenance
from helpers.quoting import Limit, limited
from helpers.running import KERNEL_SETTINGS, ShareError, browser, draw, executed, save

ROOT = Path(__file__).resolve().parents[1]
ASSETS = Path(__file__).with_name("assets")
BUNDLE = Path(itables.__file__).with_name("html")
OWN = ROOT / "data" / "articles"
OUR_STORY = "five-articles"  # tag of the cells that read the project's own story
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


def share(
    corpus: Path, site: Path, paths: Sequence[Path], settings: Settings | None = None
) -> Path:
    """Run notebooks on a corpus and write them as pages that need no network.

    Parameters
    ----------
    corpus
        A folder or file of articles.
    site
        The folder to write: new, empty, or an earlier site, which is replaced at the very end.
    paths
        The notebooks, in the order of the pages.
    settings
        Title, language of the labels, limit of quotations, one file a page.

    Returns
    -------
    pathlib.Path
        The index page.

    Raises
    ------
    ShareError
        If there is no such corpus, if `site` holds something else, or if a cell fails.
    """
    if not corpus.exists():
        raise ShareError(f"There is no corpus at {corpus}")
    if site.exists() and not _is_ours(site):
        raise ShareError(f"{site} holds other things: give an empty or a new folder")
    if corpus.resolve().is_relative_to(site.resolve()):
        raise ShareError(f"The corpus lies in {site}, which is replaced: give another folder")
    settings = settings or Settings()
    story = _story(corpus)
    notebooks = _notebooks(corpus, paths, settings, story)
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=f".{site.name}-") as parking:
        new = Path(parking, "new")
        _Site(new, corpus, settings, story).write(paths, notebooks)
        if site.exists():
            site.rename(Path(parking, "old"))
        new.rename(site)
    return site / "index.html"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0 when all is well, 1 with one clear message on stderr otherwise."""
    parser = argparse.ArgumentParser(prog="python -m helpers.share", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=OWN)
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    parser.add_argument("--notebooks", type=Path, default=ROOT / "notebooks")
    parser.add_argument("--title", default="", help="of the index, on every page")
    parser.add_argument("--language", default="", help="of the labels: en, de, zh")
    parser.add_argument("--quote-limit", type=_count, help="words of an article quoted on end")
    parser.add_argument("--single-file", action="store_true", help="each page holds all it needs")
    parser.add_argument("--in-place", action="store_true", help="save the notebooks, no pages")
    given = parser.parse_args(arguments)
    os.environ.update(KERNEL_SETTINGS)
    paths = sorted(given.notebooks.resolve().glob("*.ipynb"))
    settings = Settings(given.title, given.language, given.quote_limit, given.single_file)
    try:
        if given.in_place:
            save(paths)
        else:
            print("Pages:", share(given.corpus.resolve(), given.site.resolve(), paths, settings))
    except ShareError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of words from 1 on")
    return int(text)


def _story(corpus: Path) -> Story:
    """Annotate once, so that the notebooks, which run side by side, find it in the cache."""
    try:
        return annotate(load(corpus)[0])
    except (OSError, ValueError) as error:
        raise ShareError(f"{corpus}: {error}") from error


def _notebooks(
    corpus: Path, paths: Sequence[Path], settings: Settings, story: Story
) -> list[NotebookNode]:
    """Run the notebooks, hold what they quote to the limit, and draw an image of each figure."""
    given = {"CORPUS": str(corpus), "TITLE": settings.title, "LANGUAGE": settings.language}
    notebooks = executed(paths, [_declared(path, given) for path in paths])
    if corpus.resolve() != OWN.resolve():
        for notebook in notebooks:
            tagged = [c for c in notebook.cells if OUR_STORY in c.metadata.get("tags", [])]
            notebook.cells = [cell for cell in notebook.cells if cell not in tagged]
    if settings.quote_limit:
        for path, notebook in zip(paths, notebooks, strict=True):
            try:
                limited(notebook, Limit(story.articles["text"], settings.quote_limit))
            except ValueError as error:
                raise ShareError(f"{path.name}: {error}") from error
    if browser():
        draw(notebooks, scale=2)
    else:
        print("No Chromium or Chrome found: the pages have no images for index, paper and mail.")
    return notebooks


def _declared(path: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Give the parameters that are set and that the notebook has."""
    cells = nbformat.read(path, as_version=4).cells
    own = "\n".join(c.source for c in cells if "parameters" in c.metadata.get("tags", []))
    return {
        name: value
        for name, value in given.items()
        if value and re.search(rf"^{name}\b.*=", own, re.MULTILINE)
    }


def _is_ours(site: Path) -> bool:
    if not site.is_dir():
        return False
    index = site / "index.html"
    mark = f'name="generator" content="{GENERATOR}"'
    return not any(site.iterdir()) or (index.is_file() and mark in index.read_text("utf-8"))


class _Site:
    """The folder of pages while it is written."""

    def __init__(self, folder: Path, corpus: Path, settings: Settings, story: Story) -> None:
        self.folder, self.corpus, self.settings, self.story = folder, corpus, settings, story
        self.title = settings.title or f"News coverage: {corpus.name}"
        self.origin = provenance(corpus, story.articles, settings.quote_limit)
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
        (self.folder / "assets").mkdir(parents=True)
        if not self.settings.single_file:
            for name in (*STYLES, *SCRIPTS, "linked.js"):
                (self.folder / "assets" / name).write_text(_asset(name), "utf-8")
        contents = [summary(path) for path in paths]
        language = self.settings.language
        shown = {"CORPUS": self.corpus.name, "TITLE": self.title, "LANGUAGE": language}
        pages = [
            Page(
                notebook,
                path.stem,
                {name: shown[name] for name in _declared(path, shown)},
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
        rows = headline(self.story).to_dict("records")
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


if __name__ == "__main__":
    sys.exit(main())
