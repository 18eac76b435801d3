"""The project as a whole: one set of requirements, no trace of a machine, documented functions."""

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "helpers").rglob("*.py"))
# After a letter, digit or slash it is part of an address or of base64, not a path from the root.
TRACE = re.compile(
    r"(?<![\w+/.=:-])/(work|root|home|farm|tmp)/\w"
    r"|--(extra-|default-)?index(-url)?[ =]|--find-links[ =]|\w/simple/? *$",
    re.MULTILINE,
)


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def name(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-").replace(".", "-")


def locked() -> dict[str, str]:
    """Give each locked requirement's entry, marker and hashes included."""
    text = re.sub(r"^ *#.*\n", "", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.M)
    entries = re.split(r"\n(?=\w)", text.strip())
    return {name(entry): entry for entry in entries}


def tracked() -> list[Path]:
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [ROOT / path for path in listing.split("\0") if path and (ROOT / path).is_file()]


def public(tree: ast.AST, prefix: str = "") -> list[tuple[str, ast.AST]]:
    """List the public functions, methods and classes of a module."""
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name.startswith("_"):
                continue
            found.append((prefix + node.name, node))
            if isinstance(node, ast.ClassDef):
                found += public(node, f"{node.name}.")
    return found


def untyped(function: ast.FunctionDef) -> list[str]:
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    missing = [a.arg for a in arguments if a and not a.annotation and a.arg not in ("self", "cls")]
    return missing + ([] if function.returns else ["return"])


def test_conda_lists_the_projects_requirements():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, listed = environment["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert listed == {"pip": project()["dependencies"]}


def test_the_citation_names_this_version_and_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    known = {
        "cff-version", "message", "title", "type", "version", "license", "authors", "abstract",
        "keywords", "references",
    }  # fmt: skip
    assert set(cited) <= known  # of the schema 1.2.0, which allows no other keys than its own
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["cff-version"] == "1.2.0"
    assert cited["version"] == project()["version"]
    assert cited["license"] == project()["license"]
    for work in cited["references"]:
        assert {"authors", "title", "type"} <= set(work)


def test_lock_covers_every_requirement_with_hashes():
    wanted = project()["dependencies"] + project()["optional-dependencies"]["test"]
    entries = locked()
    assert {name(requirement) for requirement in wanted} <= set(entries)
    assert [n for n, entry in entries.items() if "--hash=sha256:" not in entry] == []
    assert [n for n, entry in entries.items() if not re.match(r"[\w.-]+==\S+", entry)] == []


def test_lock_names_no_index_and_no_machine():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^--|^-[a-z] ", text, re.MULTILINE)


def test_no_file_carries_a_machine_path_or_an_index():
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {m[0]!r}" for m in TRACE.finditer(text)]
    assert found == []


# Put together here, so that this file is free of them.
@pytest.mark.parametrize(
    "text",
    ["saved in /{}/x".format("root"), "'/{}/main'".format("work"), "--{}-url x".format("index")],
)
def test_traces_are_found(text):
    assert TRACE.search(text)


@pytest.mark.parametrize("text", ["https://a.org/home/page", "iVBOR/tmp/w0", "a simple thing"])
def test_addresses_and_images_are_no_traces(text):
    assert not TRACE.search(text)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_are_documented_and_typed(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not tree.body or ast.get_docstring(tree), "the module has no docstring"
    names = public(tree)
    assert [n for n, node in names if not ast.get_docstring(node)] == []
    functions = [(n, node) for n, node in names if not isinstance(node, ast.ClassDef)]
    assert {n: untyped(node) for n, node in functions if untyped(node)} == {}


def test_the_readme_shows_what_was_measured():
    readme = (ROOT / "README.md").read_text("utf-8")
    scores = json.loads((ROOT / "data" / "models" / "scores.json").read_text("utf-8"))
    for row in scores:
        if row["measure"] in ("joint", "span and label", "macro F1"):
            figures = f"{row['f1']:.2f} [{row['low']:.2f}-{row['high']:.2f}]"
            of = f"{row['layer']} | {row['language']} | {row['method']} | {row['measure']}"
            line = f"| {of} | {figures} |"
            assert line in readme
        assert "--limit" not in row["command"], "measured on a part of the gold only"


def test_a_module_imports_only_from_above_as_the_readme_says():
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.split("## Where things are")[1]
    lines = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    rows = [re.findall(r"`(\w+)(?:\.py|/)`", line) for line in lines]
    floor = {module: number for number, row in enumerate(rows) for module in row}
    for path in MODULES:
        own = path.relative_to(ROOT / "helpers").parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        assert own in floor, f"the README does not say where {own} belongs"
        for module in re.findall(r"^from helpers\.(\w+)", path.read_text("utf-8"), re.MULTILINE):
            assert floor[module] <= floor[own], f"{own} imports {module} from below"
