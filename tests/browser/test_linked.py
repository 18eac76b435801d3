"""A click on a mark of a shared page, with the network off, leaves the passages behind it."""

import re

import pytest

from helpers.articles import label
from helpers.charts.claims import shown as claims_shown
from helpers.claims import claims, copies, matched, tellings
from helpers.contrast import change
from helpers.cooccurrence import among, pair_names, pairs, strongest
from helpers.cooccurrence import behind as mentions_behind
from helpers.networks import ego
from helpers.summary import counts, flows
from tests.browser.linking import CELLS, WITHIN, behind, click, click_middle, counted, shown

LINE = re.compile(r"(\d+) of (\d+) passages: (.*) show all")


@pytest.fixture
def opened(site, offline):
    """Give a function that opens a page and finds its figure by title; nothing may complain."""
    page, requests, complaints = offline

    def open_(stem: str, title: str):
        page.goto(next(site.glob(f"{stem}-*.html")).as_uri())
        cell = page.locator("section").filter(has=page.locator(f".figure[aria-label^='{title}']"))
        cell.locator(".main-svg").first.wait_for()
        return page, cell

    yield open_
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []


def said(cell) -> tuple[int, int, str]:
    number, total, name = LINE.fullmatch(cell.locator(".shown").inner_text()).groups()
    return int(number), int(total), name


def of(story, ids):
    return story.attributions[story.attributions["attribution_id"].isin(ids)]


def compare(cell, story, expected: dict) -> str:
    """Hold what is shown to the rows behind the mark that the line names; give its name."""
    number, total, name = said(cell)
    assert total == len(story.attributions)
    assert number == len(expected[name])
    assert shown(cell) == behind(of(story, expected[name]))
    return name


def test_every_bar_leaves_its_statements(opened, story, screenshot):
    page, cell = opened("02", "Who is cited")
    assert len(shown(cell)) == len(story.attributions)
    rows = counts(story.attributions, "mode")
    mode = rows["mode"].mask(rows["name"] == "(unresolved)", rows["mode"] + ", unresolved")
    expected = dict(zip(rows["name"] + ", " + mode, rows["attribution_ids"], strict=True))
    bars = cell.locator(".barlayer .point path")
    seen = set()
    for number in range(bars.count()):
        click_middle(page, bars.nth(number))
        seen.add(compare(cell, story, expected))
    assert seen == set(expected)
    screenshot(page, "linked-bars")


def test_every_cell_leaves_its_statements(opened, story):
    page, cell = opened("02", "What the sources do")
    rows = counts(story.attributions, "stance")
    expected = dict(zip(rows["name"] + ", " + rows["stance"], rows["attribution_ids"], strict=True))
    plot = cell.locator(".js-plotly-plot")
    seen = set()
    for x, y in plot.evaluate(CELLS):
        click(page, x, y)
        seen.add(compare(cell, story, expected))
        # What is shown may have moved the page; the places are those of the figure in its middle.
        plot.evaluate(CELLS)
    assert seen == set(expected)


def test_bands_and_names_of_the_chain_leave_their_statements(opened, story, screenshot):
    page, cell = opened("02", "Through which hands")
    rows = flows(story.links, story.attributions, label(story.articles))
    # Two bands may have the same names: to a paper as a relay and to a paper as an origin.
    expected: dict[str, list[set[str]]] = {}
    nodes: dict[str, set[str]] = {}
    for row in rows.itertuples():
        band = f"{row.from_name} ← {row.to_name}"
        expected.setdefault(band, []).append(set(row.attribution_ids))
        for role, name in ((row.from_role, row.from_name), (row.to_role, row.to_name)):
            nodes.setdefault(f"{role} {name}", set()).update(row.attribution_ids)
    bands = cell.locator(".sankey-link")
    for number in (0, bands.count() // 2, bands.count() - 1):
        click(page, *bands.nth(number).evaluate(WITHIN))
        own = expected[said(cell)[2]]
        assert shown(cell) in [behind(of(story, ids)) for ids in own]
    # A name that stands once: the White House is a relay here and an origin there.
    (origin,) = [name for name in nodes if name.endswith(" Lin Jian")]
    node = cell.locator(".sankey-node").filter(has_text="Lin Jian")
    click_middle(page, node.locator("rect").first)
    assert compare(cell, story, {"Lin Jian": nodes[origin]}) == "Lin Jian"
    screenshot(page, "linked-chain")


def test_all_come_back_by_button_and_by_escape(opened, story):
    page, cell = opened("02", "Who is cited")
    group = cell.locator("details").nth(1)
    group.locator("summary").click()
    opening = cell.locator("details").evaluate_all("all => all.map(group => group.open)")
    everything = shown(cell)
    button = cell.get_by_role("button", name="show all")
    bar = cell.locator(".barlayer .point path").first
    for leave in ("Enter", "Escape"):
        click_middle(page, bar)
        assert len(shown(cell)) < len(everything)
        assert cell.get_by_role("status").get_attribute("role") == "status"
        if leave == "Enter":
            button.focus()
        page.keyboard.press(leave)
        assert shown(cell) == everything
        now = cell.locator("details").evaluate_all("all => all.map(group => group.open)")
        assert now == opening
        assert button.is_hidden()
        assert cell.locator("details[hidden], .count").count() == 0


def test_lines_and_nodes_of_the_network_leave_their_sentences(opened, story, screenshot):
    page, cell = opened("04", "The network")
    drawn = strongest(pairs(counted(story)))
    rows = mentions_behind(drawn, story.mentions)
    marks = cell.locator(".scatterlayer .point")
    assert marks.count() > len(drawn)
    middle, node = len(drawn) - 1, marks.count() - 1
    click_middle(page, marks.nth(middle))
    pair = pair_names(drawn).iloc[middle]
    assert said(cell)[2].startswith(pair.replace(" – ", " with "))
    assert shown(cell) == behind(rows[rows["pair"] == pair])
    click_middle(page, marks.nth(node))
    name = said(cell)[2]
    own = set(pair_names(drawn[(drawn["entity_a"] == name) | (drawn["entity_b"] == name)]))
    heads = cell.locator("details:not([hidden]) summary b").all_inner_texts()
    assert set(heads) == own
    screenshot(page, "linked-network")


def test_every_cell_of_the_matrix_leaves_its_sentences(opened, story):
    page, cell = opened("04", "Who appears with whom")
    found = among(pairs(counted(story)))
    rows = mentions_behind(found, story.mentions)
    plot = cell.locator(".js-plotly-plot")
    cells = plot.evaluate(CELLS)
    assert len(cells) == 2 * len(found)
    seen = set()
    for x, y in cells[:: len(cells) // 12]:
        click(page, x, y)
        line, column = re.fullmatch(r"(.*) \(\d+\), (.*)", said(cell)[2]).groups()
        pair = " – ".join(sorted((line, column)))
        assert shown(cell) == behind(rows[rows["pair"] == pair])
        seen.add(pair)
        plot.evaluate(CELLS)
    assert len(seen) > 6


@pytest.mark.parametrize("title", ["Who appears with Alibaba", "Where pairs meet more often"])
def test_every_dot_leaves_its_sentences(opened, story, screenshot, title):
    page, cell = opened("04", title)
    if title.startswith("Who"):
        drawn = ego(pairs(counted(story)))
    else:
        drawn = change(story.mentions, "language").head(20)
    rows = mentions_behind(drawn, story.mentions)
    marks = cell.locator(".scatterlayer .trace").last.locator(".point")
    assert marks.count() == len(drawn)
    for number in (0, len(drawn) // 2, len(drawn) - 1):
        click_middle(page, marks.nth(number))
        pair = pair_names(drawn).iloc[number]
        assert shown(cell) == behind(rows[rows["pair"] == pair])
        heads = cell.locator("details:not([hidden]) summary b").all_inner_texts()
        assert heads == [pair]
    screenshot(page, "linked-" + title.split()[-1].lower())


def test_a_figure_leaves_the_evidence_of_others_alone(opened):
    page, cell = opened("02", "Who is cited")
    click_middle(page, cell.locator(".barlayer .point path").first)
    filtered = page.locator(".evidence:has(li[hidden])")
    assert filtered.count() == 1
    assert page.locator(".evidence").count() > 1


def test_the_cells_of_the_claims_leave_their_sentences(opened, story, screenshot):
    page, cell = opened("05", "Who tells what")
    page.set_viewport_size({"width": 1200, "height": 1500})  # all rows at once
    found, coverage = claims(story, language="en")
    rows = tellings(story, claims_shown(found), coverage)
    expected = dict(list(rows.groupby("cell")))
    plot = cell.locator(".js-plotly-plot")
    seen = set()
    cells = plot.evaluate(CELLS)
    assert len(cells) == len(expected)
    for x, y in cells[:: len(cells) // 12]:
        click(page, x, y)
        number, total, name = said(cell)
        claim, article = name.split(" · ")[0], name.split(", ")[-2].split(" · ")[0]
        own = expected[f"{claim} {article}"]
        assert (number, total) == (len(own), len(rows))
        assert shown(cell) == behind(own)
        assert name.endswith(f", {own['mode'].iloc[0]}")
        seen.add(f"{claim} {article}")
        plot.evaluate(CELLS)
    assert len(seen) > 6
    screenshot(page, "linked-claims")


def test_every_pair_of_articles_leaves_its_matching_sentences(opened, story):
    page, cell = opened("05", "Which articles share a text")
    related = copies(story)
    rows = matched(story, related)
    marks = cell.locator(".scatterlayer .point")
    assert marks.count() == len(related)
    numbers = set()
    for number in range(marks.count()):
        click_middle(page, marks.nth(number))
        (head,) = cell.locator("details:not([hidden]) summary b").all_inner_texts()
        assert shown(cell) == behind(rows[rows["pair"] == head])
        numbers.add(head)
    assert numbers == set(rows["pair"])
