"""Run notebooks and keep what they say: no timings, no widget state, nothing of this machine."""

import base64
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import kaleido
import nbformat
import papermill
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

FIGURE = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
PNG = "image/png"
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


def executed(
    paths: Sequence[Path], parameters: Sequence[Mapping[str, Any]] = ()
) -> list[NotebookNode]:
    """Run notebooks side by side, each in a kernel of its own; the first failure stops the rest.

    Parameters
    ----------
    paths
        The notebooks.
    parameters
        Those of each notebook; none: every notebook runs with its own.

    Raises
    ------
    ShareError
        If a cell fails, naming notebook, cell and error.
    """
    given = parameters or [{} for _ in paths]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running = [pool.submit(execute, *each) for each in zip(paths, given, strict=True)]
        try:
            for number, (path, run) in enumerate(zip(paths, running, strict=True), start=1):
                run.result()
                print(f"[{number}/{len(paths)}] {path.name}", flush=True)
        except ShareError:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [run.result() for run in running]


def save(paths: Sequence[Path]) -> list[Path]:
    """Run notebooks on the project's own articles and save those that changed, in place.

    A figure that is the same keeps its image: fonts differ from machine to machine, and a new
    image of an old figure is no change. What a cell writes to stderr (a warning) is printed here
    and not saved.

    Parameters
    ----------
    paths
        The notebooks. None is saved before all of them have run.

    Returns
    -------
    list of pathlib.Path
        The notebooks that were rewritten: their code, prose or output is another.

    Raises
    ------
    ShareError
        If a cell fails, naming notebook, cell and error.
    """
    before = [nbformat.read(path, as_version=4) for path in paths]
    after = executed(paths)
    for path, old, new in zip(paths, before, after, strict=True):
        _tell_warnings(new, path.name)
        _keep_images(old, new)
    if browser():
        draw(after)
    else:
        print("No Chromium or Chrome found: new figures are saved without PNGs.")
    written = []
    for path, old, new in zip(paths, before, after, strict=True):
        if old == new:
            print(f"{path.name}: as it was")
            continue
        print(f"{path.name}: {_changes(old, new)}")
        nbformat.write(new, path)
        written.append(path)
    return written


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Give the outputs of all cells."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def draw(notebooks: Sequence[NotebookNode], *, scale: int = 1) -> None:
    """Put a PNG beside every figure that has none; one browser draws all, alone it takes 4 s each.

    Parameters
    ----------
    notebooks
        Changed in place.
    scale
        Pixels of the image to a pixel of the figure, which is 1,000 wide.
    """
    missing = [
        output.data
        for notebook in notebooks
        for output in outputs(notebook)
        if FIGURE in output.get("data", {}) and PNG not in output.data
    ]
    if not missing:
        return
    kaleido.start_sync_server(mathjax=False)
    try:
        for data in missing:
            opts = {"format": "png", "width": 1000, "scale": scale}
            data[PNG] = base64.b64encode(kaleido.calc_fig_sync(data[FIGURE], opts=opts)).decode()
    finally:
        kaleido.stop_sync_server()


def _tidy(notebook: NotebookNode) -> NotebookNode:
    """Keep the cells, their counts and outputs; drop what changes from machine to machine."""
    language = {k: v for k, v in notebook.metadata.language_info.items() if k != "version"}
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": language}
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if not cell.metadata.get("tags"):
            cell.metadata.pop("tags", None)
        for output in cell.get("outputs", []):
            # A widget's state is not saved; what stands beside it is.
            output.get("data", {}).pop(WIDGET, None)
    return nbformat.from_dict(notebook)


def _tell_warnings(notebook: NotebookNode, name: str) -> None:
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                print(f"{name}, cell {number}: {output.text.rstrip()}", file=sys.stderr)
        if "outputs" in cell:
            cell.outputs = [o for o in cell.outputs if o.get("name") != "stderr"]


def _keep_images(old: NotebookNode, new: NotebookNode) -> None:
    """Give every figure the image it had when it looked the same."""
    drawn = [o.data for o in outputs(old) if {FIGURE, PNG} <= set(o.get("data", {}))]
    for output in outputs(new):
        data = output.get("data", {})
        same = [was[PNG] for was in drawn if was[FIGURE] == data.get(FIGURE)]
        if same:
            data[PNG] = same[0]


def _changes(old: NotebookNode, new: NotebookNode) -> str:
    """Say in which cells two runs of a notebook differ."""
    if len(old.cells) != len(new.cells):
        return f"{len(new.cells)} cells, were {len(old.cells)}"
    pairs = enumerate(zip(old.cells, new.cells, strict=True), start=1)
    changed = [str(number) for number, (was, now) in pairs if was != now]
    return f"changed in cell {', '.join(changed)}" if changed else "changed in its metadata"
