"""The committed notebooks: executed, free of errors, of one build, with figures GitHub can show."""

import base64
import json
import re
from html import unescape
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
FIGURE = "application/vnd.plotly.v1+json"
WIDGET = "application/vnd.jupyter.widget-view+json"
NOISE = {"papermill", "execution", "widgets"}

each = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code(path: Path) -> list:
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(path: Path) -> list:
    return [output for cell in code(path) for output in cell.outputs]


def test_there_are_notebooks_and_they_are_numbered():
    assert NOTEBOOKS
    numbers = [re.fullmatch(r"(\d\d)(-[a-z]+)+", path.stem)[1] for path in NOTEBOOKS]
    assert numbers == [f"{n:02}" for n in range(1, len(NOTEBOOKS) + 1)]


@each
def test_every_cell_was_executed_in_order_without_error(path):
    assert [cell.execution_count for cell in code(path)] == list(range(1, len(code(path)) + 1))
    assert [o.evalue for o in outputs(path) if o.output_type == "error"] == []
    assert [o.text for o in outputs(path) if o.get("name") == "stderr"] == []


@each
def test_parameters_follow_the_imports(path):
    tagged = [n for n, c in enumerate(code(path)) if "parameters" in c.metadata.get("tags", [])]
    assert tagged == [1]
    imports, parameters = code(path)[:2]
    assert all(re.match(r"(import|from) |[ )#]|$", line) for line in imports.source.splitlines())
    assert 'CORPUS = "../data/articles"' in parameters.source


@each
def test_every_figure_has_an_image_beside_it(path):
    figures = [o.data for o in outputs(path) if FIGURE in o.get("data", {})]
    assert figures
    assert [set(data) for data in figures if "image/png" not in data] == []


def marks(figure: dict) -> list[list[str]]:
    """Give the ids of every mark of a figure that a reader can click."""
    found = []
    for trace in figure["data"]:
        if trace.get("hoverinfo") == "skip" or trace.get("x") == [None]:
            continue
        rows = trace["link"]["customdata"] if trace["type"] == "sankey" else trace["customdata"]
        if trace["type"] == "heatmap":
            filled = [z for row in read(trace["z"]) for z in row]
            cells = [cell for row in rows for cell in row]
            rows = [ids for ids, z in zip(cells, filled, strict=True) if z is not None and z == z]
        found += rows
    return found


def read(values: list | dict) -> list:
    """Undo plotly's packing of arrays."""
    if isinstance(values, list):
        return values
    flat = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
    return flat.reshape([int(n) for n in values["shape"].split(",")]).tolist()


def from_a_file(figure: dict) -> bool:
    """Tell a figure that draws a file of measured figures, whose texts are not ours to show."""
    return "file" in figure["layout"].get("meta", {})


@each
def test_every_mark_leads_to_passages_below_its_figure(path):
    figures = 0
    for cell in code(path):
        data = [output.get("data", {}) for output in cell.outputs]
        drawn = [one[FIGURE] for one in data if FIGURE in one]
        if not drawn or from_a_file(drawn[0]):
            figures += len(drawn)
            continue
        figure, evidence = data
        listed = re.findall(r'data-ids="(.*?)"', evidence["text/html"])
        known = {i for ids in listed for i in json.loads(unescape(ids))}
        own = marks(figure[FIGURE])
        assert own
        assert [ids for ids in own if not isinstance(ids, list)] == []
        # A bar of no length stands for nothing: no article lacks it, say.
        assert [ids for ids in own if not set(ids) <= known] == []
        assert any(own)
        figures += 1
    assert figures


@each
def test_every_figure_says_how_far_to_trust_it(path):
    for cell in code(path):
        data = [output.get("data", {}) for output in cell.outputs]
        drawn = [one[FIGURE] for one in data if FIGURE in one]
        if drawn and from_a_file(drawn[0]):
            assert (ROOT / drawn[0]["layout"]["meta"]["file"]).is_file()
        elif drawn:
            assert '<p class="trust">' in data[1]["text/html"]


@each
def test_nothing_of_the_run_is_saved(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert "version" not in notebook.metadata.language_info
    assert NOISE & set(notebook.metadata) == set()
    assert [set(c.metadata) & NOISE for c in notebook.cells if set(c.metadata) & NOISE] == []
    assert [o for o in outputs(path) if WIDGET in o.get("data", {})] == []


@each
def test_it_begins_with_a_question(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# .+\?$", first.source.splitlines()[0])


CORPORA = {
    "one article in one language": ["The minister said that it rained. It was bad."],
    "no statement and no name": ["It rained all day.", "It rained all night, too."],
    "a language without rules": ["Le président a déclaré mardi que la France resterait calme."],
    "only Chinese": ["外交部发言人周五表示，中方一贯反对网络攻击。"],
}


@pytest.mark.parametrize("corpus", CORPORA)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_on_another_corpus(path, corpus, tmp_path):
    for number, text in enumerate(CORPORA[corpus]):
        (tmp_path / f"{number}.txt").write_text(text, "utf-8")
    space: dict = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space["CORPUS"] = tmp_path
