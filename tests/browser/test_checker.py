"""The checking widget in real JupyterLab: judge with the keyboard, find the rows in the CSV."""

import nbformat
import pytest
from playwright.sync_api import Page, expect

from helpers.checking import KEY, sample, verdict_file, verdicts
from tests.browser.conftest import run

SOURCE = """
from helpers import annotate, load
from helpers.checker import check
CORPUS = "../data/articles"
story = annotate(load(CORPUS)[0])
check(story, CORPUS, "attributions", 4)
"""


@pytest.fixture
def notebook(project) -> str:
    """A notebook of one cell in the project's copy, without verdicts of another test."""
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(SOURCE.strip())])
    made.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python"
    }  # fmt: skip
    nbformat.write(made, project / "notebooks" / "checker.ipynb")
    verdict_file(project / "data" / "articles").unlink(missing_ok=True)
    return "checker.ipynb"


def opened(browser, lab: str, notebook: str) -> Page:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(lab.format(notebook))
    run(page, 1)
    return page


def test_a_reader_judges_with_the_keyboard_and_the_rows_are_in_the_csv(
    browser, lab, project, notebook, story, screenshot
):
    file = verdict_file(project / "data" / "articles")
    page = opened(browser, lab, notebook)
    checker = page.locator(".checker")
    progress = checker.locator(".checker-progress")
    expect(progress).to_contain_text("1 of 4")
    checker.locator(".checker-passage").click()
    cells = page.locator(".jp-Cell").count()
    screenshot(page, "checker")
    page.keyboard.press("r")
    expect(progress).to_contain_text("2 of 4 · 1 judged")
    page.keyboard.press("w")
    expect(progress).to_contain_text("3 of 4 · 2 judged")
    # In JupyterLab B would add a cell.
    page.keyboard.press("b")
    expect(progress).to_contain_text("2 of 4 · 2 judged")
    note = checker.locator(".checker-note")
    note.fill("r is no key in here")
    note.press("Enter")
    page.keyboard.press("u")
    expect(progress).to_contain_text("3 of 4 · 2 judged")
    checker.locator(".checker-wrong").click()
    expect(progress).to_contain_text("4 of 4 · 3 judged")
    expect(checker.locator(".checker-precision")).to_contain_text("Right so far: 50 of 100")
    expect(checker.locator(".checker-precision")).to_contain_text("1 unsure left out")
    screenshot(page, "checker-judged")
    assert page.locator(".jp-Cell").count() == cells, "a key went to JupyterLab"
    rows = verdicts(file)
    drawn = sample(story, "attributions", 3)
    told = drawn[KEY].merge(rows, on=KEY)
    assert told["verdict"].tolist() == ["right", "unsure", "wrong"]
    assert told["note"].tolist() == ["", "r is no key in here", ""]
    page.close()
    page = opened(browser, lab, notebook)
    expect(page.locator(".checker-progress")).to_contain_text("4 of 4 · 3 judged")
    page.close()
