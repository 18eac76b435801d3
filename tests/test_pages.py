"""Furniture on page texts of other layouts: invented articles, each line marked by hand.

The first character of a line in ``tests/pages`` says what it is: ``+`` the story, ``-`` furniture.
The pages 08 and 09 were written after the rules for the others; what was found of them then, before
anything was mended for them, is the honest figure: precision 0.98, recall 0.72 (72 lines).
"""

import sys
from pathlib import Path

import pandas as pd
import pytest

from helpers.blocks import blocks
from helpers.tables import ANALYSED

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
STORY = (*ANALYSED, "heading")


def page(file: Path) -> tuple[str, list[tuple[int, int, bool]]]:
    """Give a page's text and each line's place, and whether it is furniture."""
    marked = file.read_text("utf-8").splitlines()
    text, lines = "", []
    for line in marked:
        if line[1:].strip():
            lines.append((len(text), len(text) + len(line) - 1, line[0] == "-"))
        text += line[1:] + "\n"
    return text, lines


def judged(file: Path) -> list[tuple[bool, bool, str]]:
    """Give for each line whether it is furniture, whether it was taken for it, and its text."""
    text, lines = page(file)
    article = {"article_id": file.stem, "text": text, "language": file.stem[:2]}
    rows = blocks(pd.DataFrame([article]))
    out = rows[~rows["kind"].isin(STORY)]
    gone = {i for r in out.itertuples() for i in range(r.start, r.end)}
    return [
        (furniture, 2 * sum(i in gone for i in range(start, end)) > end - start, text[start:end])
        for start, end, furniture in lines
    ]


def scores(language: str) -> tuple[float, float, int]:
    """Give precision, recall and number of furniture lines."""
    rows = [row for file in PAGES if file.stem.startswith(language) for row in judged(file)]
    both = sum(gold and found for gold, found, _ in rows)
    furniture = sum(gold for gold, _, _ in rows)
    return both / sum(found for _, found, _ in rows), both / furniture, furniture


def test_there_are_pages_of_three_languages():
    assert len(PAGES) >= 20
    assert {file.stem[:2] for file in PAGES} == {"de", "en", "zh"}


@pytest.mark.parametrize("language", ["de", "en", "zh"])
def test_furniture_is_found_and_the_story_kept(language):
    precision, recall, _ = scores(language)
    assert precision >= 0.97
    assert recall >= 0.95


if __name__ == "__main__":
    for name in ("de", "en", "zh", ""):
        print(name or "all", *(round(score, 3) for score in scores(name)))
    for file in PAGES if "-v" in sys.argv else []:
        for gold, found, line in judged(file):
            if gold != found:
                print(file.stem, "missed:" if gold else "WRONG:", line)
