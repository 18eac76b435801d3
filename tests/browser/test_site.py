"""The shared pages in a browser whose network is off."""

import re
from pathlib import Path

import nbformat
import pytest

from helpers.pages import Page
from helpers.running import FIGURE
from tests.browser.linking import click_middle

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
# A mark of a figure that a reader can click, of whatever kind.
MARKS = ".barlayer .point path, .scatterlayer .point, .sankey-node rect"


def figures(path: Path) -> int:
    outputs = [o for c in nbformat.read(path, as_version=4).cells for o in c.get("outputs", [])]
    return sum(FIGURE in output.get("data", {}) for output in outputs)


def outside(requests: list[str]) -> list[str]:
    return [url for url in requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.fixture
def opened(site, offline):
    """Give a function that opens a page and waits for its figures; nothing may complain."""
    page, requests, complaints = offline

    def open_(notebook: Path, place: str = ""):
        page.goto((site / f"{notebook.stem}.html").as_uri() + place)
        expected = figures(notebook)
        page.wait_for_function(
            "n => document.querySelectorAll('.js-plotly-plot .main-svg').length >= n", arg=expected
        )
        return page

    yield open_
    assert outside(requests) == []
    assert complaints == []


@each
def test_every_page_draws_its_figures_without_network(opened, screenshot, notebook):
    page = opened(notebook)
    screenshot(page, f"site-{notebook.stem}")
    drawn = page.locator(".figure.js-plotly-plot[role=img][aria-label]")
    assert drawn.count() == figures(notebook)
    assert page.locator(".figure:not([aria-label='Figure'])").count() == figures(notebook)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 400, "height": 800})
    screenshot(page, f"site-{notebook.stem}-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# Notebook 07 draws what was measured on others' texts: there are no passages to show.
@pytest.mark.parametrize(
    "notebook",
    [path for path in NOTEBOOKS if not path.stem.startswith("07")],
    ids=lambda path: path.stem,
)
def test_a_click_on_every_page_filters_the_evidence(opened, notebook):
    page = opened(notebook)
    cells = page.locator("section").filter(has=page.locator(f"figure :is({MARKS})"))
    cell = cells.filter(has=page.locator(".evidence .shown")).first
    before = cell.locator(".evidence li:not([hidden])").count()
    click_middle(page, cell.locator(MARKS).last)
    after = cell.locator(".evidence li:not([hidden])").count()
    assert 0 < after < before
    page.keyboard.press("Escape")
    assert cell.locator(".evidence li:not([hidden])").count() == before


# The one table of notebook 06 lists what was rejected: nothing of the project's own articles.
@pytest.mark.parametrize(
    "notebook",
    [path for path in NOTEBOOKS if not path.stem.startswith("06")],
    ids=lambda path: path.stem,
)
def test_every_table_searches_and_sorts(opened, notebook):
    page = opened(notebook)
    tables = page.locator(".table").filter(has=page.locator("tbody tr:nth-child(2)"))
    names = tables.evaluate_all("all => all.map(table => table.id)")
    assert names
    for name in names:
        table = page.locator(f"[id='{name}']")
        rows = table.locator("tbody tr")
        everything = rows.all_inner_texts()
        word = max(re.findall(r"\w+", rows.first.inner_text()), key=len)
        table.get_by_role("searchbox").fill(word)
        found = rows.all_inner_texts()
        assert found == [row for row in everything if word.casefold() in row.casefold()]
        table.get_by_role("searchbox").fill("no such word 0")
        assert rows.all_inner_texts() == ["No row has this."]
        table.get_by_role("searchbox").fill("")
        first = table.locator("tbody td:first-child")
        given = first.all_inner_texts()
        table.locator("thead th").first.click()
        table.locator("thead th[aria-sort=ascending]").wait_for()
        up = first.all_inner_texts()
        table.locator("thead th").first.click()
        table.locator("thead th[aria-sort=descending]").wait_for()
        down = first.all_inner_texts()
        assert sorted(given) == sorted(up) == sorted(down)
        assert (down[0], down[-1]) == (up[-1], up[0])


@each
def test_every_link_on_a_page_leads_to_its_place(opened, site, notebook):
    page = opened(notebook)
    lost = page.evaluate(
        """() => [...document.querySelectorAll('a[href^="#"]')].map(a => a.hash.slice(1))
             .filter(id => !document.getElementById(decodeURIComponent(id)))"""
    )
    assert lost == []
    committed = Page(nbformat.read(notebook, as_version=4), notebook.stem, {})
    ids = {entry["id"] for entry in committed.contents}
    assert ids <= set(page.locator("[id]").evaluate_all("all => all.map(each => each.id)"))
    kinds = [name.split("-")[0] for name in ids]
    assert kinds.count("figure") == figures(notebook)


def test_a_link_to_a_claim_opens_it(opened, site):
    notebook = next(path for path in NOTEBOOKS if path.stem.startswith("05"))
    page = opened(notebook)
    link = page.locator(".evidence summary a.here[href*='-c001']").first.get_attribute("href")
    page.goto("about:blank")
    page = opened(notebook, link)
    group = page.locator(f"[id='{link[1:]}']")
    assert group.evaluate("fold => fold.open")
    assert group.locator("li").first.is_visible()


@each
def test_on_paper_figures_stand_still_and_evidence_is_open(opened, notebook):
    page = opened(notebook)
    folded = page.locator(".evidence details:not([open], .why)").count()
    assert folded or notebook.stem.startswith("07")  # it has no passages, see above
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".evidence details:not([open], .why)").count() == 0
    assert (
        page.locator(".figure:visible, nav:visible, .dt-search:visible, .toc:visible").count() == 0
    )
    stills = page.locator("img.still:visible")
    assert stills.count() == figures(notebook)
    widths = stills.evaluate_all("all => all.map(image => image.naturalWidth)")
    assert min(widths) >= 1000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".evidence details:not([open], .why)").count() == folded


def test_the_index_leads_to_every_page_and_back(site, offline, screenshot):
    page, requests, complaints = offline
    page.goto((site / "index.html").as_uri())
    screenshot(page, "site-index")
    links = page.locator(".contents h2 a")
    assert links.count() == len(NOTEBOOKS)
    thumbnails = page.locator(".thumbnail img")
    assert thumbnails.count() == len(NOTEBOOKS)
    assert all(thumbnails.evaluate_all("all => all.map(image => image.naturalWidth > 0)"))
    assert page.locator(".headline dd b").first.inner_text() == "5"
    links.first.click()
    for _ in NOTEBOOKS[1:]:
        page.locator("a[rel=next]").first.click()
    assert page.url.endswith(f"{NOTEBOOKS[-1].stem}.html")
    page.get_by_role("link", name="Contents").first.click()
    assert page.url.endswith("index.html")
    assert outside(requests) == []
    assert complaints == []


def test_pages_stay_below_a_megabyte(site):
    sizes = {path.name: path.stat().st_size for path in site.glob("*.html")}
    assert {name: size for name, size in sizes.items() if size >= 1_000_000} == {}


def test_no_page_names_a_place_on_this_machine(site):
    for path in [*site.glob("*.html"), site / "summary.md"]:
        text = path.read_text("utf-8")
        assert str(ROOT) not in text
        assert str(site.parent) not in text
