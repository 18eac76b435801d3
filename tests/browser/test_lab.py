"""The notebooks in real JupyterLab, run as a reader would: open, Run All, look at the figures."""

import re
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator

from helpers.charts.claims import shown as shown_claims
from helpers.claims import claims, tellings
from helpers.cooccurrence import among, pair_names, pairs, strongest
from helpers.cooccurrence import behind as mentions_behind
from helpers.pages import FIGURE
from helpers.summary import counts
from tests.browser.conftest import NOTEBOOKS, run
from tests.browser.linking import CELLS, behind, click, click_middle, counted, middle, shown


def expected(path: Path) -> tuple[int, int]:
    """Count the cells of code in a committed notebook, and the figures among their outputs."""
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    return len(code), sum(FIGURE in o.get("data", {}) for cell in code for o in cell.outputs)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_reader_runs_the_notebook_and_sees_the_figures(browser, lab, screenshot, notebook):
    cells, figures = expected(notebook)
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.goto(lab.format(notebook.name))
    try:
        run(page, cells)
        page.wait_for_function(
            "n => document.querySelectorAll('.js-plotly-plot .main-svg').length >= n",
            arg=figures,
            timeout=30_000,
        )
        page.locator(".js-plotly-plot").last.scroll_into_view_if_needed()
    finally:
        screenshot(page, f"lab-{notebook.stem}")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".js-plotly-plot").count() >= figures
    assert page.locator(".Toastify__toast").count() == 0, "a pop-up greets the reader"
    page.close()


def test_a_click_leaves_the_statements_of_the_bar_also_after_reopening(
    browser, lab, screenshot, story
):
    notebook = next(path for path in NOTEBOOKS if path.stem.startswith("02"))
    rows = counts(story.attributions, "mode")
    bars = {f"{r.name}, {r.mode}": r.attribution_ids for r in rows.itertuples(index=False)}
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.goto(lab.format(notebook.name))
    run(page, expected(notebook)[0])
    for moment in ("run", "reopened"):
        cell = page.locator(".jp-CodeCell").filter(has=page.locator(".evidence")).nth(1)
        # A notebook that was saved shows pictures, until the pointer comes to them.
        page.mouse.move(*middle(cell.locator(".jp-RenderedPlotly")))
        cell.locator(".js-plotly-plot .main-svg").first.wait_for()
        everything = shown(cell)
        assert len(everything) == len(story.attributions)
        click_middle(page, cell.locator(".barlayer .point path").first)
        line = cell.locator(".shown").inner_text()
        name = line.split(": ", 1)[1].removesuffix(" show all")
        ids = story.attributions["attribution_id"].isin(bars[name])
        assert line == f"{ids.sum()} of {len(everything)} passages: {name} show all"
        assert shown(cell) == behind(story.attributions[ids])
        screenshot(page, f"lab-linked-{moment}")
        page.keyboard.press("Escape")
        assert shown(cell) == everything
        if moment == "run":
            with page.expect_response(lambda a: a.request.method == "PUT" and ".ipynb" in a.url):
                page.keyboard.press("Control+s")
            page.close()
            page = browser.new_page(viewport={"width": 1500, "height": 1000})
            page.goto(lab.format(notebook.name))
    page.close()


def test_a_click_on_an_edge_and_on_a_cell_lists_the_sentences_of_the_pair(
    browser, lab, screenshot, story
):
    notebook = next(path for path in NOTEBOOKS if path.stem.startswith("04"))
    found = pairs(counted(story))
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.goto(lab.format(notebook.name))
    run(page, expected(notebook)[0])
    matrix, network = (
        page.locator(".jp-CodeCell").filter(has=page.locator(".evidence")).nth(n) for n in (0, 1)
    )
    page.mouse.move(*middle(matrix.locator(".jp-RenderedPlotly")))
    plot = matrix.locator(".js-plotly-plot")
    plot.locator(".main-svg").first.wait_for()
    cells = plot.evaluate(CELLS)
    click(page, *cells[len(cells) // 2])
    rows = mentions_behind(among(found), story.mentions)
    line, column = re.search(r"passages: (.*) \(\d+\), (.*) show", said(matrix)).groups()
    assert shown(matrix) == behind(rows[rows["pair"] == " – ".join(sorted((line, column)))])
    screenshot(page, "lab-matrix")
    page.mouse.move(*middle(network.locator(".jp-RenderedPlotly")))
    network.locator(".scatterlayer .point").first.wait_for()
    drawn = strongest(found)
    rows = mentions_behind(drawn, story.mentions)
    for number, pair in enumerate(pair_names(drawn).head(3)):
        click_middle(page, network.locator(".scatterlayer .point").nth(number))
        assert pair.replace(" – ", " with ") in said(network)
        assert shown(network) == behind(rows[rows["pair"] == pair])
    screenshot(page, "lab-network")
    page.close()


def said(cell: Locator) -> str:
    return cell.locator(".shown").inner_text()


def test_a_click_on_a_cell_leaves_the_sentences_of_a_claim(browser, lab, screenshot, story):
    notebook = next(path for path in NOTEBOOKS if path.stem.startswith("05"))
    found, coverage = claims(story, language="en")
    rows = tellings(story, shown_claims(found), coverage)
    page = browser.new_page(viewport={"width": 1500, "height": 1500})  # all rows at once
    page.goto(lab.format(notebook.name))
    run(page, expected(notebook)[0])
    cell = page.locator(".jp-CodeCell").filter(has=page.locator(".evidence")).nth(1)
    plot = cell.locator(".js-plotly-plot")
    plot.locator(".main-svg").first.wait_for()
    places = plot.evaluate(CELLS)
    assert len(places) == rows["cell"].nunique()
    for number in (0, len(places) // 2, len(places) - 1):
        click(page, *plot.evaluate(CELLS)[number])
        line = cell.locator(".shown").inner_text()
        claim, article = re.search(r": (c\d+) · .*, (\d+) · [^,]*, [^,]* show all$", line).groups()
        own = rows[rows["cell"] == f"{claim} {article}"]
        assert shown(cell) == behind(own)
    screenshot(page, "lab-linked-claims")
    page.close()
