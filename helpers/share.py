"""Run the notebooks and share them: a folder of pages that works with the network off.

``python -m helpers.share --corpus folder --site folder`` runs every notebook on the corpus and
writes one page each and an index. ``--in-place`` runs them on the project's own articles and saves
them, with a PNG beside every figure where a browser is installed (GitHub shows the PNG).
"""

import argparse
import base64
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kaleido
import nbformat
import papermill
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from plotly.offline import get_plotlyjs

from helpers import annotate, load
from helpers.pages import FIGURE, WIDGET, cells, summary

ROOT = Path(__file__).resolve().parents[1]
ASSETS = Path(__file__).with_name("assets")
OWN = ROOT / "data" / "articles"
OUR_STORY = "five-articles"  # tag of the cells that read the project's own story
GENERATOR = "coverage-notebooks"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Plain figures and no progress bars: what is saved holds no timings and nothing of this machine.
KERNEL_SETTINGS = {"PLOTLY_RENDERER": "plotly_mimetype", "TQDM_DISABLE": "1"}


class ShareError(Exception):
    """What stopped the command, said for the person who typed it."""


def browser() -> str | None:
    """Find the Chromium or Chrome of this machine: ``BROWSER_PATH`` or the first on the path."""
    return os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, BROWSERS)), None)


def execute(path: Path, parameters: Mapping[str, Any] | None = None) -> NotebookNode:
    """Run a notebook in its own folder and give it back free of noise; the file is not touched.

    Parameters
    ----------
    path
        The notebook.
    parameters
        Values that replace those of the cell tagged ``parameters``.

    Returns
    -------
    nbformat.NotebookNode
        The executed notebook without timings, widget state and traces of the machine.

    Raises
    ------
    ShareError
        If a cell fails, naming notebook, cell and error.
    """
    try:
        notebook = papermill.execute_notebook(
            path,
            None,
            parameters=dict(parameters or {}),
            kernel_name="python3",
            # The kernel's folder: papermill's `cwd` would move this process, and all its threads.
            resources={"metadata": {"path": str(path.parent)}},
            progress_bar=False,
            store_widget_state=False,
            extra_arguments=["--log-level=CRITICAL"],
        )
    except PapermillExecutionError as error:
        sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
        cell = sources.index(error.source) + 1 if error.source in sources else "of the parameters"
        where = f"{path.name}, cell {cell}: {error.ename}: {error.evalue}"
        raise ShareError(f"{where}\n\n{error.source}") from error
    return _tidy(notebook)


def save(paths: Sequence[Path]) -> None:
    """Run notebooks on the project's own articles and save them in place.

    Parameters
    ----------
    paths
        The notebooks. None is saved before all of them have run.

    Raises
    ------
    ShareError
        If a cell fails, naming notebook, cell and error.
    """
    notebooks = _executed(paths)
    if browser():
        _draw(notebooks)
    else:
        print("No Chromium or Chrome found: the notebooks are saved without PNGs.")
    for path, notebook in zip(paths, notebooks, strict=True):
        nbformat.write(notebook, path)


def share(corpus: Path, site: Path, paths: Sequence[Path]) -> Path:
    """Run notebooks on a corpus and write them as pages that need no network.

    Parameters
    ----------
    corpus
        A folder or file of articles.
    site
        The folder to write: new, empty, or an earlier site, which is replaced at the very end.
    paths
        The notebooks, in the order of the pages.

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
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=site.parent, prefix=f".{site.name}-") as parking:
        new = Path(parking, "new")
        _write(new, corpus, paths)
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
    parser.add_argument("--in-place", action="store_true", help="save the notebooks, no pages")
    given = parser.parse_args(arguments)
    os.environ.update(KERNEL_SETTINGS)
    paths = sorted(given.notebooks.resolve().glob("*.ipynb"))
    try:
        if given.in_place:
            save(paths)
        else:
            print("Pages:", share(given.corpus.resolve(), given.site.resolve(), paths))
    except ShareError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _executed(
    paths: Sequence[Path], parameters: Mapping[str, Any] | None = None
) -> list[NotebookNode]:
    """Run notebooks side by side, each in a kernel of its own; the first failure stops the rest."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(execute, path, parameters) for path in paths]
        try:
            for number, (path, run) in enumerate(zip(paths, running, strict=True), start=1):
                run.result()
                print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        except ShareError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [run.result() for run in running]


def _tidy(notebook: NotebookNode) -> NotebookNode:
    """Keep the cells, their counts and outputs; drop what changes from machine to machine."""
    language = {k: v for k, v in notebook.metadata.language_info.items() if k != "version"}
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": language}
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)
    for output in _outputs(notebook):
        output.get("data", {}).pop(WIDGET, None)  # its state is not saved; what stands beside it is
    return nbformat.from_dict(notebook)


def _outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def _draw(notebooks: Sequence[NotebookNode]) -> None:
    """Put a PNG beside every figure; one browser draws them all, alone it takes 4 s a figure."""
    kaleido.start_sync_server(mathjax=False)
    try:
        for notebook in notebooks:
            for output in _outputs(notebook):
                figure = output.get("data", {}).get(FIGURE)
                if figure:
                    png = kaleido.calc_fig_sync(figure, opts={"format": "png", "width": 1000})
                    output.data["image/png"] = base64.b64encode(png).decode()
    finally:
        kaleido.stop_sync_server()


def _is_ours(site: Path) -> bool:
    if not site.is_dir():
        return False
    index = site / "index.html"
    mark = f'name="generator" content="{GENERATOR}"'
    return not any(site.iterdir()) or (index.is_file() and mark in index.read_text("utf-8"))


def _write(folder: Path, corpus: Path, paths: Sequence[Path]) -> None:
    """Write the pages, the index and the assets."""
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "plotly.min.js").write_text(get_plotlyjs(), "utf-8")
    for name in ("page.css", "page.js"):
        shutil.copyfile(ASSETS / name, folder / "assets" / name)
    templates = Environment(loader=FileSystemLoader(ASSETS), autoescape=True, trim_blocks=True)
    templates.globals.update(generator=GENERATOR, version=version(GENERATOR), corpus=corpus.name)
    contents = [summary(path) for path in paths]
    _prepare(corpus)
    notebooks = _executed(paths, {"CORPUS": str(corpus)})
    for number, (path, notebook) in enumerate(zip(paths, notebooks, strict=True)):
        page = templates.get_template("notebook.html.j2").render(
            cells=cells(_fitting(notebook, corpus), path.stem, corpus.name),
            here=contents[number],
            before=contents[number - 1] if number else None,
            after=contents[number + 1] if number + 1 < len(contents) else None,
        )
        (folder / f"{path.stem}.html").write_text(page, "utf-8")
    index = templates.get_template("index.html.j2").render(contents=contents)
    (folder / "index.html").write_text(index, "utf-8")


def _prepare(corpus: Path) -> None:
    """Annotate once, so that the notebooks, which run side by side, find it in the cache."""
    try:
        annotate(load(corpus)[0])
    except (OSError, ValueError) as error:
        raise ShareError(f"{corpus}: {error}") from error


def _fitting(notebook: NotebookNode, corpus: Path) -> NotebookNode:
    """Leave out what is said of the project's own articles where the corpus is another."""
    if corpus.resolve() != OWN.resolve():
        notebook.cells = [c for c in notebook.cells if OUR_STORY not in c.metadata.get("tags", [])]
    return notebook


if __name__ == "__main__":
    sys.exit(main())
