"""The shared pages in a browser whose network is off."""

from pathlib import Path

import nbformat
import pytest

from helpers.pages import FIGURE

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def figures(path: Path) -> int:
    outputs = [o for c in nbformat.read(path, as_version=4).cells for o in c.get("outputs", [])]
    return sum(FIGURE in output.get("data", {}) for output in outputs)


def outside(requests: list[str]) -> list[str]:
    return [url for url in requests if not url.startswith(("file:", "data:", "blob:"))]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_page_draws_its_figures_without_network(site, offline, screenshot, notebook):
    page, requests, complaints = offline
    page.goto((site / f"{notebook.stem}.html").as_uri())
    expected = figures(notebook)
    page.wait_for_function(
        "n => document.querySelectorAll('.js-plotly-plot .main-svg').length >= n", arg=expected
    )
    screenshot(page, f"site-{notebook.stem}")
    drawn = page.locator(".figure.js-plotly-plot[role=img][aria-label]")
    assert drawn.count() == expected
    assert page.locator(".figure:not([aria-label='Figure'])").count() == expected
    assert outside(requests) == []
    assert complaints == []


def test_the_index_leads_to_every_page_and_back(site, offline, screenshot):
    page, requests, complaints = offline
    page.goto((site / "index.html").as_uri())
    screenshot(page, "site-index")
    links = page.locator(".contents h2 a")
    assert links.count() == len(NOTEBOOKS)
    links.first.click()
    for _ in NOTEBOOKS[1:]:
        page.locator("a[rel=next]").first.click()
    assert page.url.endswith(f"{NOTEBOOKS[-1].stem}.html")
    page.get_by_role("link", name="Contents").first.click()
    assert page.url.endswith("index.html")
    assert outside(requests) == []
    assert complaints == []


def test_no_page_names_a_place_on_this_machine(site):
    for path in site.glob("*.html"):
        text = path.read_text("utf-8")
        assert str(ROOT) not in text
        assert str(site.parent) not in text
