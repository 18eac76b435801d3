"""Run the notebooks and share them: a folder of pages that works with the network off.

``python -m helpers.share --corpus folder --site folder`` runs every notebook on the corpus and
writes one page each, an index and a summary in Markdown. ``--in-place`` runs them on the project's
own articles and saves those that changed, with a PNG beside every figure where a browser is
installed (GitHub shows the PNG).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from helpers import Story, annotate, load
from helpers.headline import headline
from helpers.quoting import Limit, limited
from helpers.running import KERNEL_SETTINGS, ShareError, browser, draw, executed, save
from helpers.site import GENERATOR, Settings, Site, declared

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "data" / "articles"
OUR_STORY = "five-articles"  # tag of the cells that read the project's own story


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
    words = settings.quote_limit
    # Notebook 07 gives examples from our own articles, whatever the corpus: they are quoted, too.
    quoted = [*story.articles["text"], *load(OWN)[0]["text"]] if words else []
    limit = Limit(quoted, words) if words else None
    notebooks = _notebooks(corpus, paths, settings, limit)
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=f".{site.name}-") as parking:
        new = Path(parking, "new")
        made = headline(story)
        rows = made.map(limit.text) if limit else made
        Site(new, corpus, settings, story.articles, rows).write(paths, notebooks)
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
    corpus: Path, paths: Sequence[Path], settings: Settings, limit: Limit | None
) -> list[NotebookNode]:
    """Run the notebooks, hold what they quote to the limit, and draw an image of each figure."""
    given = {"CORPUS": str(corpus), "TITLE": settings.title, "LANGUAGE": settings.language}
    notebooks = executed(paths, [declared(path, given) for path in paths])
    if corpus.resolve() != OWN.resolve():
        for notebook in notebooks:
            tagged = [c for c in notebook.cells if OUR_STORY in c.metadata.get("tags", [])]
            notebook.cells = [cell for cell in notebook.cells if cell not in tagged]
    for path, notebook in zip(paths, notebooks, strict=True) if limit else ():
        try:
            limited(notebook, limit)
        except ValueError as error:
            raise ShareError(f"{path.name}: {error}") from error
    _images(notebooks)
    return notebooks


def _images(notebooks: Sequence[NotebookNode]) -> None:
    """Draw the images for index, paper and mail; pages do without them where they must."""
    why = "no Chromium or Chrome found"
    if browser():
        try:
            draw(notebooks, scale=2)
            return
        except Exception as error:  # whatever ails the browser, it is no reason for no pages
            why = f"{type(error).__name__}: {error}"
    print(f"Images for index, paper and mail are missing: {why}", file=sys.stderr)


def _is_ours(site: Path) -> bool:
    if not site.is_dir():
        return False
    index = site / "index.html"
    mark = f'name="generator" content="{GENERATOR}"'
    return not any(site.iterdir()) or (index.is_file() and mark in index.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(main())
