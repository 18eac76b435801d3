"""The explorer as an app: notebook 06 served by Voila on this machine, without its code."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "06-explore.ipynb"
OWN = ROOT / "data" / "articles"
PAGE = "page"  # tag of the cells that are for a page without a kernel
# Extensions that JupyterLab has for other things, and that do not fit Voila.
_UNFIT = ("jupyterlab-plotly", "nbdime-jupyterlab", "@voila-dashboards/jupyterlab-preview")
SETTINGS = {
    "VoilaConfiguration": {"extension_denylist": list(_UNFIT)},
    # The page may load nothing but from this machine: Voila's own would ask a CDN for icons.
    "Voila": {
        "tornado_settings": {
            "headers": {
                "Content-Security-Policy": "default-src 'self' 'unsafe-inline' 'unsafe-eval' blob: "
                "data:; frame-ancestors 'self'; form-action 'none'; object-src 'none'"
            }
        }
    },
}


def prepared(notebook: NotebookNode, corpus: Path) -> NotebookNode:
    """Give the notebook as the app runs it: on a corpus, without the cells tagged `PAGE`.

    Parameters
    ----------
    notebook
        Notebook 06.
    corpus
        A file or folder of articles.
    """
    kept = [c for c in notebook.cells if PAGE not in c.metadata.get("tags", [])]
    for cell in kept:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += f"\nCORPUS = {str(corpus)!r}"
    return nbformat.from_dict({**notebook, "cells": kept})


def command(notebook: Path, port: int, *, browser: bool) -> list[str]:
    """Give the command that serves a notebook, to this machine alone."""
    return [
        *(sys.executable, "-m", "voila", str(notebook)),
        *(f"--port={port}", "--Voila.ip=127.0.0.1", f"--Voila.open_browser={browser}"),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until it is stopped; 1 with a message on stderr where the corpus is not there."""
    parser = argparse.ArgumentParser(prog="python -m helpers.app", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=OWN)
    parser.add_argument("--port", type=int, default=8866)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args(arguments)
    if not given.corpus.exists():
        print(f"There is no corpus at {given.corpus}", file=sys.stderr)
        return 1
    notebook = prepared(nbformat.read(NOTEBOOK, as_version=4), given.corpus.resolve())
    with tempfile.TemporaryDirectory(prefix="explore-") as folder:
        place = Path(folder, NOTEBOOK.name)
        nbformat.write(notebook, place)
        try:
            # A bar of tqdm would be a widget that is gone when the page shows it.
            environment = os.environ | {"TQDM_DISABLE": "1"}
            # Voila reads `SETTINGS` where it is started.
            Path(folder, "voila.json").write_text(json.dumps(SETTINGS), "utf-8")
            return subprocess.call(
                command(place, given.port, browser=not given.no_browser),
                env=environment,
                cwd=folder,
            )
        except KeyboardInterrupt:
            return 0


if __name__ == "__main__":
    sys.exit(main())
