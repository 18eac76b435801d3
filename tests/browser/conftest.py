"""The browser of the machine (none is ever downloaded); without one these tests are skipped."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from helpers.share import browser as find_browser

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SCREENSHOTS = ROOT / ".cache" / "screenshots"
PATIENCE = 180_000  # milliseconds for a notebook to run through


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    if not path:
        pytest.skip("no Chromium or Chrome on this machine (Debian: apt install chromium)")
    # The sandbox of Chromium does not start for root, as in a container.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if root else []
        )
        yield launched
        launched.close()


@pytest.fixture
def screenshot(request: pytest.FixtureRequest):
    """Give a function that saves what a page looks like under .cache/screenshots."""

    def save(page: Page, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    return save


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages") / "site"
    command = [sys.executable, "-m", "helpers.share", "--site", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def offline(browser):
    """A page without network, the requests it made beyond its own files, and its complaints."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page, requests, complaints = context.new_page(), [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None,
    )
    yield page, requests, complaints
    context.close()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks without outputs, so that what is found was drawn in this run."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    shutil.copytree(ROOT / "data", folder / "data")
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, folder / "notebooks" / path.name)
    return folder


@pytest.fixture(scope="session")
def lab(browser, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on a free port, with settings and workspaces of its own; gives its address."""
    own = tmp_path_factory.mktemp("jupyter")
    folders = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    settings = {f"JUPYTER_{name}": str(own / name.lower()) for name in folders}
    settings |= {f"JUPYTERLAB_{n}_DIR": str(own / n.lower()) for n in ("SETTINGS", "WORKSPACES")}
    # The reader's own renderer and progress bars, not those of the saved notebooks.
    plain = ("PLOTLY_RENDERER", "TQDM_DISABLE")
    environment = {k: v for k, v in os.environ.items() if k not in plain} | settings
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, log = secrets.token_hex(16), own / "log.txt"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    with log.open("wb") as out:
        server = subprocess.Popen(command, cwd=project, env=environment, stdout=out, stderr=out)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", server, log)
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks/{{}}?reset&token={token}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(480):
        assert server.poll() is None, log.read_text("utf-8")
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail(f"The server did not answer:\n{log.read_text('utf-8')}")


def run(page: Page, cells: int) -> None:
    """Run all cells of the notebook that is open, and wait until they have run."""
    # The status bar knows when the kernel is up; the mark beside the notebook says idle before.
    idle = page.locator("#jp-main-statusbar").get_by_text("| Idle")
    idle.wait_for(timeout=60_000)
    assert page.locator(".js-plotly-plot").count() == 0
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """n => [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
             .filter(prompt => /\\[\\d+\\]/.test(prompt.textContent)).length >= n""",
        arg=cells,
        timeout=PATIENCE,
    )
    idle.wait_for()
