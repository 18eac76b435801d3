"""The explorer in JupyterLab and in Voila: filter, click, read; and nothing hostile runs."""

import html
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page

from helpers.evidence import paged
from helpers.explore.core import VIEWS, Clicked, Explored, marks
from helpers.explore.panel import PAGE
from helpers.explore.selecting import Selection
from tests.browser.conftest import NOTEBOOKS, run, wait_for
from tests.browser.linking import CELLS, WITHIN, click, click_middle
from tests.browser.test_lab import expected

NOTEBOOK = next(path for path in NOTEBOOKS if path.stem == "06-explore")
WAIT = 120_000  # milliseconds for the kernel to answer
RUN = "window.ran = 1"
HOSTILE = (
    f"<script>{RUN}</script><img src=x onerror='{RUN}'><svg onload='{RUN}'> "
    f"[click](javascript:{RUN}) <a href='javascript:{RUN}'>here</a> ![x](javascript:{RUN}) "
    f"<b>bold</b> %{{customdata}} $x^2$ `code`"
)


def served(corpus: Path | None, folder: Path) -> Iterator[str]:
    """Serve the app on a free port; give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "helpers.app", "--no-browser", f"--port={port}"]
    command += ["--corpus", str(corpus)] if corpus else []
    log = folder / "log.txt"
    with log.open("wb") as out:
        group = os.name != "nt"
        server = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=group)
    try:
        wait_for(f"http://127.0.0.1:{port}/voila/static/voila.js", server, log)
        yield f"http://127.0.0.1:{port}/"
    finally:
        os.killpg(server.pid, 15) if group else server.terminate()
        server.wait(timeout=30)


@pytest.fixture(scope="module")
def app(browser, tmp_path_factory) -> Iterator[str]:
    yield from served(None, tmp_path_factory.mktemp("app"))


def opened(browser, where: str, lab: str, app: str, width: int = 1300) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 1000})
    if where == "lab":
        page.goto(lab.format(NOTEBOOK.name))
        run(page, expected(NOTEBOOK)[0])
    else:
        page.goto(app, timeout=WAIT)
    page.locator(".explore-chart .main-svg").first.wait_for(timeout=WAIT)
    return page


class Hands:
    """What a reader does with the explorer, beside the same without widgets."""

    def __init__(self, page: Page, story) -> None:
        self.page, self.explored = page, Explored(story, "en")
        self.selection, self.tab, self.figure = Selection(), 0, 0

    @property
    def view(self):
        return VIEWS[self.tab]

    @property
    def drawing(self):
        return self.view.drawings[self.figure]

    def plot(self) -> Locator:
        return self.page.locator(".explore-chart .js-plotly-plot")

    def drawn(self) -> None:
        """Wait until the figure is that of what is selected."""
        figure = self.explored.figure(self.selection, self.view, self.drawing)
        alt = figure.layout.meta["alt"]
        self.page.wait_for_function(
            "alt => document.querySelector('.explore-chart [role=img]').ariaLabel === alt",
            arg=alt,
            timeout=WAIT,
        )
        self.page.wait_for_timeout(300)

    def turn(self, tab: int, figure: int) -> None:
        self.tab, self.figure = tab, figure
        self.page.get_by_role("tab", name=self.view.title).click()
        picker = self.page.locator(".jp-OutputArea, #rendered_cells").get_by_label("Figure")
        picker.locator("visible=true").first.select_option(self.drawing.title)
        self.drawn()

    def filter(self, group: str, option: str, **changed) -> None:
        boxes = self.page.get_by_role("group", name=group, exact=True)
        boxes.get_by_text(option, exact=True).click()
        self.selection = self.selection.but(**changed)
        self.drawn()

    def read(self) -> tuple[str, list[str]]:
        """Give the name of the mark that was clicked, and the passages that are shown."""
        heading = self.page.get_by_text(re.compile(r"^[\d,]+ passages? behind .*\.$"))
        heading.wait_for(timeout=WAIT)
        name = re.search(r"passages? behind (.*)\.$", heading.inner_text())[1]
        shown = self.page.locator(".explore-passages .evidence").first
        items = shown.locator("li").evaluate_all(
            "all => all.map(li => [...li.childNodes].filter(n => n.nodeName !== 'BUTTON')"
            ".map(n => n.textContent).join(''))"
        )
        return name, [flat(item) for item in items]

    def same(self) -> str:
        """Hold what is shown to the rows behind the mark that is named; give its name."""
        name, shown = self.read()
        figure = self.explored.figure(self.selection, self.view, self.drawing)
        ids = [i for mark in marks(figure) if mark.name == name for i in mark.ids]
        if not ids:  # a node of a Sankey stands for its bands
            raise AssertionError(f"no mark is called {name}")
        rows = self.explored.passages(
            self.selection, self.view, self.drawing, Clicked(tuple(ids), name)
        )
        listed = re.findall(r"<li[^>]*>(.*?)</li>", paged(rows, 0, PAGE)[0].data, re.DOTALL)
        assert len(rows)
        assert shown == [flat(html.unescape(re.sub("<[^>]+>", "", one))) for one in listed]
        self.page.get_by_role("button", name="All that is selected").click()
        self.page.get_by_text(re.compile("passages? selected")).wait_for(timeout=WAIT)
        return name


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize("where", ["lab", "voila"])
def test_a_reader_filters_clicks_and_reads(browser, lab, app, story, screenshot, where):
    page = opened(browser, where, lab, app)
    hands = Hands(page, story)
    hands.drawn()
    hands.filter("Language", "German", language=("de",))
    bars = page.locator(".explore-chart .barlayer .point path")
    click_middle(page, bars.first)
    assert hands.same()
    hands.turn(0, 2)
    click(page, *page.locator(".explore-chart .sankey-link").first.evaluate(WITHIN))
    assert " ← " in hands.same()
    hands.turn(2, 0)
    places = hands.plot().evaluate(CELLS)
    click(page, *places[len(places) // 2])
    assert ", " in hands.same()
    hands.turn(2, 1)
    click_middle(page, page.locator(".explore-chart .scatterlayer .point").first)
    assert " with " in hands.same()
    screenshot(page, f"explore-{where}")
    page.close()


def test_the_passage_opens_in_its_article_and_the_layers_switch(browser, lab, app, story):
    page = opened(browser, "voila", lab, app)
    page.get_by_role("button", name="open in article").first.click()
    article = page.locator(".explore-passages .reading")
    article.wait_for(timeout=WAIT)
    here = article.locator("#reading-here")
    assert here.is_visible()
    assert article.locator("article [lang=de]").count()
    entity = article.locator("article .entity").first
    edge = "e => getComputedStyle(e).borderTopWidth"
    assert entity.evaluate(edge) == "0px"
    article.get_by_label("entities").check()
    assert entity.evaluate(edge) != "0px"
    aside = article.locator("article .aside").first
    if aside.count():
        article.get_by_label("what was kept out").uncheck()
        assert aside.is_hidden()
    page.close()


def test_a_pattern_that_is_none_is_told_and_files_come(browser, lab, app, story):
    page = opened(browser, "voila", lab, app)
    words = page.get_by_label("Words")
    page.get_by_label("regular expression").check()
    words.fill("(")
    words.press("Enter")
    page.get_by_role("alert").get_by_text("is no regular expression").wait_for(timeout=WAIT)
    words.fill(r"\bAlibaba\b")
    words.press("Enter")
    page.get_by_text("places of the words, in context").wait_for(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as got:
        page.locator(".explore-files button", has_text="CSV").click()
    rows = pd.read_csv(got.value.path(), keep_default_na=False)
    explored = Explored(story)
    kept = explored.part(Selection(text=r"\bAlibaba\b", pattern=True), VIEWS[0]).rows
    assert list(rows["attribution_id"]) == list(kept["attribution_id"])
    for kind in ("SVG", "PNG"):
        with page.expect_download(timeout=WAIT) as got:
            page.get_by_role("button", name=f"Figure as {kind}").click()
        assert got.value.suggested_filename.endswith(kind.lower())
    page.close()


def test_own_articles_replace_the_story_and_what_cannot_be_read_is_listed(browser, lab, app):
    page = opened(browser, "voila", lab, app)
    page.get_by_text("Your own articles").click()
    bad = {"name": "broken.docx", "mimeType": "application/x", "buffer": b"PK"}
    good = {
        "name": "one.txt",
        "mimeType": "text/plain",
        "buffer": b'Storm hits Bremen\n\n"It was loud," said Ida Klein on Monday.\n',
    }
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files([bad, good])
    page.get_by_role("button", name="Choose files (2)").wait_for(timeout=WAIT)
    page.get_by_placeholder(re.compile("paste an article")).fill(
        "Rain in Kiel\n\nThe mayor of Kiel said that it rained all day."
    )
    page.get_by_role("button", name="Read them").click()
    page.get_by_text("2 articles read.").wait_for(timeout=WAIT)
    assert page.get_by_text("broken.docx").is_visible()
    page.get_by_text(re.compile(r"in \d articles: everything")).wait_for(timeout=WAIT)
    page.close()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """Articles whose title, body, outlet, address and file are hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    text = (
        f"{HOSTILE}\n\nThe <img src=x onerror='{RUN}'> White House said that {HOSTILE} is bad. "
        f'"{HOSTILE}", said Donald Trump of Alibaba. Alibaba denied the report of AFP on Friday.'
    )
    about = {"title": HOSTILE, "outlet": HOSTILE, "byline": HOSTILE, "agency": HOSTILE}
    rows = [
        {"article_id": f"{n}{HOSTILE}", "text": f"{text} {word}.", "url": f"javascript:{RUN}"}
        | about
        | {"published": f"2025-11-1{n}"}
        for n, word in enumerate(("Berlin", "Paris"))
    ]
    pd.DataFrame(rows).to_csv(folder / "hostile.csv", index=False)
    (folder / f"<img src=x onerror={RUN.replace(' ', '')}>.pdf").write_bytes(b"%PDF")
    return folder


def harmless(page: Page) -> None:
    assert page.evaluate("() => window.ran ?? null") is None
    for wrong in ("a[href^='javascript']", "img[src='x']", "[onerror]", "[onload]", "svg[onload]"):
        assert page.locator(wrong).count() == 0, wrong
    linked = page.evaluate(
        "() => [...document.querySelectorAll('svg a')].map(a => a.getAttribute('xlink:href'))"
    )
    assert [address for address in linked if address] == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_hostile_articles_run_nothing_in_jupyterlab(
    browser, lab, project, hostile, screenshot, notebook
):
    copy = nbformat.read(project / "notebooks" / notebook.name, as_version=4)
    for cell in copy.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source += f"\nCORPUS = {str(hostile)!r}"
    name = f"hostile-{notebook.name}"
    nbformat.write(copy, project / "notebooks" / name)
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.goto(lab.format(name))
    run(page, expected(notebook)[0])
    page.wait_for_timeout(1000)
    if notebook == NOTEBOOK:
        visit(page)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    harmless(page)
    screenshot(page, f"hostile-lab-{notebook.stem}")
    page.close()


def test_hostile_articles_run_nothing_in_voila(browser, hostile, screenshot, tmp_path):
    for address in served(hostile, tmp_path):
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(address, timeout=WAIT)
        page.locator(".explore-chart .main-svg").first.wait_for(timeout=WAIT)
        visit(page)
        harmless(page)
        screenshot(page, "hostile-voila")
        page.close()


def visit(page: Page) -> None:
    """See every figure of every tab, its passages, an article, and what is under the pointer."""
    for view in VIEWS:
        page.get_by_role("tab", name=view.title).click()
        picker = page.get_by_label("Figure").locator("visible=true").first
        for drawing in view.drawings:
            picker.select_option(drawing.title)
            page.wait_for_timeout(1500)
            mark = page.locator(".explore-chart :is(.point path, .sankey-node rect, .hm image)")
            if mark.count():
                click_middle(page, mark.first)
                page.wait_for_timeout(500)
            harmless(page)
    page.get_by_role("button", name="open in article").first.click()
    page.locator(".explore-passages .reading").wait_for(timeout=WAIT)
