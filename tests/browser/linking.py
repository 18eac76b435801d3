"""A reader's hands on a figure and its evidence, in JupyterLab and on a shared page alike."""

import html
import re

import pandas as pd
from playwright.sync_api import Locator, Page

from helpers.claims import copies, groups
from helpers.evidence import show
from helpers.selection import once
from helpers.story import Story

# The places, in the window, of a figure's cells that hold something.
CELLS = """plot => {
  plot.scrollIntoView({block: "center"});
  const {xaxis, yaxis} = plot._fullLayout, {x, y, z} = plot._fullData[0];
  const at = plot.getBoundingClientRect();
  return y.flatMap((row, i) => x.flatMap((column, j) => z[i][j] > 0 ?
    [[at.x + xaxis._offset + xaxis.d2p(column), at.y + yaxis._offset + yaxis.d2p(row)]] : []));
}"""
# A place within a shape that is not a box, where nothing lies upon it.
WITHIN = """shape => {
  shape.scrollIntoView({block: "center"});
  const box = shape.getBoundingClientRect();
  for (let i = 1; i < 40; i++) for (let j = 1; j < 40; j++) {
    const [x, y] = [box.x + box.width * i / 40, box.y + box.height * j / 40];
    if (document.elementFromPoint(x, y) === shape) return [x, y];
  }
}"""


def middle(mark: Locator) -> tuple[float, float]:
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def click_middle(page: Page, mark: Locator) -> None:
    click(page, *middle(mark))


def click(page: Page, x: float, y: float) -> None:
    page.mouse.move(x - 1, y)
    page.mouse.move(x, y)
    page.wait_for_timeout(150)  # plotly looks for the mark under the pointer, but not always
    page.mouse.click(x, y)
    page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done), 100))")


def shown(cell: Locator) -> list[str]:
    """Give the text of the passages that are not hidden, folded or not."""
    passages = cell.locator(".evidence li").evaluate_all(
        """all => all.filter(li => !li.hidden && !li.closest("details[hidden]"))
                     .map(li => li.textContent)"""
    )
    return sorted(re.sub(r"\s+", " ", text) for text in passages)


def behind(rows: pd.DataFrame) -> list[str]:
    """Give the text of the passages of rows, as `show` lists them without any figure."""
    items = re.findall(r"<li>(.*?)</li>", show(rows, limit=10_000).data, re.DOTALL)
    return sorted(re.sub(r"\s+", " ", html.unescape(re.sub("<[^>]+>", "", i))) for i in items)


def counted(story: Story) -> pd.DataFrame:
    """Give the mentions that notebook 04 counts: those of one of the articles with one text."""
    ids = story.articles["article_id"]
    return once(story.mentions, groups(copies(story), ids, "same text", "translation"))
