"""Notebooks as pages: nothing from the network, nothing of this machine, no harm from a text."""

import hashlib
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import running, share
from helpers import site as site_
from helpers.pages import Page as Rendered
from helpers.running import FIGURE

HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & \"'"
KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "language_info": {"name": "python", "version": "3.0"},
}


class Page(HTMLParser):
    """Collects the addresses a page loads or links to, and the tags it is made of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded, self.linked, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for key, value in attributes:
            if key in ("src", "href", "srcset", "data", "poster", "action"):
                (self.linked if tag == "a" else self.loaded).append(value)


def notebook(folder: Path, name: str, prose: str, *sources: str) -> Path:
    parameters = new_code_cell('CORPUS = "../nowhere"', metadata={"tags": ["parameters"]})
    code = [new_code_cell(source) for source in sources]
    made = new_notebook(
        cells=[new_markdown_cell(prose), new_code_cell("import json"), parameters, *code],
        metadata=KERNEL,
    )
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, folder / name)
    return folder / name


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for key, value in share.KERNEL_SETTINGS.items():
        monkeypatch.setenv(key, value)
    # The images take seconds to draw: the site below has them, and who looks at them.
    monkeypatch.setattr(share, "browser", lambda: None)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("share")
    corpus = root / "my corpus & more"
    corpus.mkdir()
    (corpus / "one.txt").write_text("One.", "utf-8")
    figure = {"data": [], "layout": {"title": {"text": "Two articles"}}}
    first = notebook(
        root / "notebooks",
        "01-what-is-there.ipynb",
        "# What is there?\n\nThe *first* paragraph.\n\nThe second one.\n\n## The count",
        "from pathlib import Path\nlen(list(Path(CORPUS).glob('*.txt')))",
        f"from IPython.display import display\ndisplay({{'{FIGURE}': {figure}}}, raw=True)",
        "from helpers.evidence import table\nfrom pandas import DataFrame",
        "table(DataFrame({'a': [1, 2]}))",
    )
    prose = "# And then?\n\nBack to [the first](01-what-is-there.ipynb#top), [data](../data/x.csv)."
    second = notebook(root / "notebooks", "02-and-then.ipynb", prose, "print('<b>bold</b>')")
    return share.share(corpus, root / "a site", [first, second]).parent


def read(site: Path, name: str) -> str:
    return (site / name).read_text("utf-8")


def test_pages_load_only_what_lies_beside_them(site):
    pages = sorted(site.glob("*.html"))
    assert [p.name for p in pages] == ["01-what-is-there.html", "02-and-then.html", "index.html"]
    for page in pages:
        for address in Page(read(site, page.name)).loaded:
            assert address == "data:," or (site / address).is_file()
    for style in ("page.css", "tables.css"):
        assert not re.search(r"@import|url\((?!data:)", read(site, f"assets/{style}"))
    assert {p.name for p in (site / "assets").iterdir() if p.suffix != ".png"} == {
        "linked.js",
        "page.css",
        "page.js",
        "plotly.min.js",
        "tables.css",
        "tables.js",
    }


def test_the_notebook_ran_on_the_corpus(site):
    assert "<pre>1</pre>" in read(site, "01-what-is-there.html")


def test_pages_name_the_corpus_but_no_path(site):
    for page in site.glob("*.html"):
        text = read(site, page.name)
        assert "my corpus &amp; more" in text
        assert str(site.parent) not in text
        assert "nowhere" not in text


def test_links_between_notebooks_lead_to_pages(site):
    linked = Page(read(site, "02-and-then.html")).linked
    assert "01-what-is-there.html#top" in linked
    assert {address.partition("#")[0] for address in linked if address[0] != "#"} == {
        "01-what-is-there.html",
        "index.html",
    }


def test_the_index_says_question_and_first_paragraph(site):
    index = read(site, "index.html")
    assert '<a href="01-what-is-there.html">What is there?</a>' in index
    assert "<dt>Articles</dt><dd><b>1</b>" in index
    assert "The <em>first</em> paragraph." in index
    assert "The second one." not in index


def test_a_figure_is_described_in_words(site):
    assert 'role="img" aria-label="Two articles"' in read(site, "01-what-is-there.html")


def test_what_can_be_pointed_to_has_an_address_made_of_its_words(site):
    page = read(site, "01-what-is-there.html")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert {"The-count", "figure-two-articles", "table-the-count", "provenance"} <= set(ids)
    linked = [address for address in Page(page).linked if address.startswith("#")]
    assert {address[1:] for address in linked} <= set(ids)
    assert page.count('href="#figure-two-articles"') == 2  # in the contents and beside the figure


def test_a_figure_has_its_image_for_paper_and_index(site):
    image = "assets/01-what-is-there-figure-two-articles.png"
    drawn = bool(running.browser())
    assert (site / image).is_file() == drawn
    assert (image in read(site, "index.html")) == drawn
    assert (
        f'<img class="still" alt="Two articles" src="{image}">'
        in read(site, "01-what-is-there.html")
    ) == drawn


def test_the_summary_names_figures_and_tables(site):
    summary = read(site, "summary.md")
    assert "[Two articles](01-what-is-there.html#figure-two-articles)" in summary
    assert "| a |\n|---|\n| 1 |\n| 2 |" in summary


def test_each_page_says_where_it_comes_from(site):
    text = hashlib.sha256(b"One.").hexdigest()
    for name in ("01-what-is-there.html", "02-and-then.html", "index.html"):
        page = read(site, name)
        assert f"<tr><td>one.txt</td><td><code>{text}</code></td></tr>" in page
        assert re.search(r'<dd id="date">\d{4}-\d\d-\d\d</dd>', page)
        assert "<td>entities.npz</td>" in page
        assert "<td>aliases.csv</td>" in page
        assert "<tr><td>not known</td><td>not stated</td><td>1</td></tr>" in page
        assert "Passages are quoted as they are." in page


def test_two_runs_give_the_same_bytes(site, tmp_path, monkeypatch):
    """The day stands in one place; all else is what the articles, the code and the data are."""
    monkeypatch.setattr(share, "browser", running.browser)
    corpus = site.parent / "my corpus & more"
    again = share.share(
        corpus, tmp_path / "again", sorted((site.parent / "notebooks").glob("*"))
    ).parent
    files = {p.relative_to(site) for p in site.rglob("*") if p.is_file()}
    assert {p.relative_to(again) for p in again.rglob("*") if p.is_file()} == files
    day = re.compile(rb"\d{4}-\d\d-\d\d(?=</dd>|\. Quoted)")
    differ = [
        f
        for f in files
        if day.sub(b"", (site / f).read_bytes()) != day.sub(b"", (again / f).read_bytes())
    ]
    assert differ == []


def test_one_file_holds_all_it_needs(site, tmp_path):
    paths = sorted((site.parent / "notebooks").glob("*.ipynb"))
    alone = share.Settings(single_file=True)
    made = share.share(site.parent / "my corpus & more", tmp_path / "mail", paths, alone).parent
    assert not (made / "assets").exists()
    for path in paths:
        page = Page(read(made, f"{path.stem}.html"))
        assert {a.partition(",")[0] for a in page.loaded} <= {"data:", "data:image/png;base64"}
        assert [a for a in page.linked if not a.startswith("#")] == []


def test_a_browser_that_fails_costs_the_images_and_nothing_else(
    site, tmp_path, monkeypatch, capsys
):
    def fail(*_, **__):
        raise TimeoutError("it hangs")

    monkeypatch.setattr(share, "browser", lambda: "chromium")
    monkeypatch.setattr(share, "draw", fail)
    made = share.share(site.parent / "my corpus & more", tmp_path / "plain", []).parent
    assert (made / "index.html").is_file()
    assert "are missing: TimeoutError: it hangs" in capsys.readouterr().err


def test_title_and_language_reach_the_notebooks_that_have_them(tmp_path):
    path = notebook(tmp_path, "01-told.ipynb", "# Told?", "print(CORPUS, TITLE, LANGUAGE)")
    made = nbformat.read(path, as_version=4)
    made.cells[2].source += '\nTITLE = "none"\nLANGUAGE = "en"  # of labels'
    nbformat.write(made, path)
    (tmp_path / "x.txt").write_text("One.", "utf-8")
    settings = share.Settings(title="Rain & <snow>", language="zh")
    text = read(
        share.share(tmp_path / "x.txt", tmp_path / "s", [path], settings).parent, "01-told.html"
    )
    assert "x.txt Rain &amp; &lt;snow&gt; zh" in text
    assert "<title>Told? - Rain &amp; &lt;snow&gt;</title>" in text


def test_the_bulk_of_a_large_page_lies_beside_it(site, tmp_path, monkeypatch):
    monkeypatch.setattr(site_, "LARGE", 10)
    paths = sorted((site.parent / "notebooks").glob("01*"))
    made = share.share(site.parent / "my corpus & more", tmp_path / "large", paths).parent
    page = read(made, "01-what-is-there.html")
    assert "application/json" not in page
    assert '<script src="assets/01-what-is-there.js"></script>' in page
    assert "<script>fill(0)</script>" in page
    assert "application/json" in read(made, "assets/01-what-is-there.js")


@pytest.mark.parametrize("words", ["0", "-3", "many"])
def test_a_limit_that_is_none_is_refused(words, capsys):
    with pytest.raises(SystemExit):
        share.main(["--quote-limit", words])
    assert "is not a number of words" in capsys.readouterr().err


def test_an_earlier_site_is_replaced_and_nothing_else_is(site, tmp_path):
    (site / "old.html").write_text("", "utf-8")
    corpus = site.parent / "my corpus & more"
    share.share(corpus, site, sorted((site.parent / "notebooks").glob("01*"))[:0])
    assert not (site / "old.html").exists()
    (tmp_path / "thesis.odt").write_text("", "utf-8")
    with pytest.raises(share.ShareError, match="holds other things"):
        share.share(corpus, tmp_path, [])
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_failing_notebook_leaves_the_site_as_it_was(tmp_path, capsys):
    notebook(tmp_path / "notebooks", "01-broken.ipynb", "# Broken?", "'fine'", "1 / 0")
    corpus, site = tmp_path / "corpus", tmp_path / "site"
    corpus.mkdir()
    (corpus / "one.txt").write_text("One.", "utf-8")
    share.share(corpus, site, [])
    before = {p: p.read_bytes() for p in site.rglob("*") if p.is_file()}
    arguments = ["--corpus", corpus, "--site", site, "--notebooks", tmp_path / "notebooks"]
    capsys.readouterr()
    assert share.main([str(argument) for argument in arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("01-broken.ipynb, cell 5: ZeroDivisionError: division by zero")
    assert {p: p.read_bytes() for p in site.rglob("*") if p.is_file()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus", "notebooks", "site"]


def test_a_missing_corpus_is_one_clear_error(tmp_path, capsys):
    assert share.main(["--corpus", str(tmp_path / "none"), "--site", str(tmp_path / "site")]) == 1
    assert "There is no corpus at" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_corpus_is_one_clear_error(tmp_path, capsys):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "x.txt").write_text("", "utf-8")
    arguments = ["--corpus", str(tmp_path / "corpus"), "--site", str(tmp_path / "site")]
    assert share.main(arguments) == 1
    assert "x.txt: the file is empty" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["corpus"]


def test_a_corpus_inside_the_site_is_not_thrown_away_with_it(site):
    inside = site / "corpus"
    inside.mkdir()
    with pytest.raises(share.ShareError, match="lies in"):
        share.share(inside, site, [])
    inside.rmdir()


def test_what_is_said_of_our_own_articles_stands_only_beside_them(tmp_path):
    path = notebook(tmp_path, "01-read.ipynb", "# Read?\n\nGeneral.")
    made = nbformat.read(path, as_version=4)
    made.cells.append(new_markdown_cell("Of the five.", metadata={"tags": [share.OUR_STORY]}))
    nbformat.write(made, path)
    (tmp_path / "other.txt").write_text("One.", "utf-8")
    for corpus, there in ((tmp_path / "other.txt", False), (share.OWN, True)):
        text = read(share.share(corpus, tmp_path / "site", [path]).parent, "01-read.html")
        assert "General." in text
        assert ("Of the five." in text) == there


def test_a_notebook_runs_in_its_own_folder_and_the_process_stays_in_its(tmp_path, monkeypatch):
    """Notebooks run side by side in threads: a process that moves may end up elsewhere."""
    here, entered, really = os.getcwd(), set(), os.chdir
    monkeypatch.setattr(os, "chdir", lambda path: (entered.add(str(path)), really(path)))
    path = notebook(tmp_path, "01-where.ipynb", "# Where?", "import os\nprint(os.getcwd())")
    assert running.execute(path).cells[-1].outputs[0].text.strip() == str(tmp_path.resolve())
    assert entered <= {here}


def test_saved_notebooks_hold_nothing_of_the_run(tmp_path):
    figure = {"data": [], "layout": {}}
    show = f"from IPython.display import display\ndisplay({{'{FIGURE}': {figure}}}, raw=True)"
    path = notebook(tmp_path, "01-saved.ipynb", "# Saved?", show)
    running.save([path])
    saved = nbformat.read(path, as_version=4)
    assert saved.metadata.language_info.name == "python"
    assert "version" not in saved.metadata.language_info
    assert [c.metadata for c in saved.cells] == [{}, {}, {"tags": ["parameters"]}, {}]
    assert [c.execution_count for c in saved.cells[1:]] == [1, 2, 3]
    image = saved.cells[3].outputs[0].data.pop("image/png", None)
    assert bool(image) == bool(running.browser())
    assert running.execute(path) == saved


def test_a_notebook_is_rewritten_only_for_a_reason(tmp_path, capsys, monkeypatch):
    figure = {"data": [], "layout": {}}
    code = f"from IPython.display import display\ndisplay({{'{FIGURE}': {figure}}}, raw=True)"
    path = notebook(tmp_path, "01-same.ipynb", "# Same?", code, "print(len(CORPUS))")
    assert running.save([path]) == [path]
    saved = nbformat.read(path, as_version=4)
    # Another machine's fonts make another image of the same figure.
    saved.cells[3].outputs[0].data["image/png"] = "AAAA"
    nbformat.write(saved, path)
    before = path.read_bytes()
    assert running.save([path]) == []
    assert path.read_bytes() == before
    saved.cells[2].source = 'CORPUS = "elsewhere"'
    nbformat.write(saved, path)
    capsys.readouterr()
    assert running.save([path]) == [path]
    assert "01-same.ipynb: changed in cell 5" in capsys.readouterr().out
    assert nbformat.read(path, as_version=4).cells[3].outputs[0].data["image/png"] == "AAAA"


def test_a_warning_is_told_and_not_saved(tmp_path, capsys):
    path = notebook(tmp_path, "01-warns.ipynb", "# Warns?", "import warnings; warnings.warn('ill')")
    running.save([path])
    assert [c.get("outputs", []) for c in nbformat.read(path, as_version=4).cells[1:]] == [[]] * 3
    assert "01-warns.ipynb, cell 4: " in capsys.readouterr().err


def rendered(*outputs: dict) -> str:
    cell = new_code_cell("x", outputs=[nbformat.from_dict(output) for output in outputs])
    page = Rendered(new_notebook(cells=[cell]), "01-x", {})
    made = "".join(page.cells[0]["outputs"])
    return re.sub("<!--part \\d+-->", lambda place: page.parts[place[0]], made)


def test_text_in_outputs_is_escaped():
    text = rendered(
        new_output("stream", name="stdout", text=HOSTILE),
        new_output("display_data", {"text/plain": HOSTILE}),
        new_output("display_data", {"text/markdown": f"**x** {HOSTILE} [y](javascript:alert(1))"}),
    )
    assert set(Page(text).tags) == {"pre", "p", "strong", "a"}
    assert Page(text).linked == ["#harmful-link"]


def test_html_of_a_cell_is_kept_and_a_dead_widget_is_not():
    widget = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "HBox()"}
    kept = rendered(
        new_output("display_data", {"text/html": "<mark>said</mark>", "text/plain": "x"}),
        new_output("display_data", widget),
        new_output("stream", name="stderr", text="50%"),
    )
    assert kept == "<mark>said</mark>"


@given(st.text() | st.just(HOSTILE))
def test_no_text_in_a_figure_ends_its_script(text):
    figure = {"data": [{"name": text}], "layout": {"title": {"text": text}}}
    made = rendered(new_output("display_data", {FIGURE: figure}))
    assert Page(made).tags == ["figure", "a", "div", "script"]
    script = re.search(r"<script[^>]*>(.*)</script>", made, re.DOTALL)[1]
    assert not re.search("[<>&\u2028\u2029]", script)
    assert json.loads(script) == figure
