"""How far to trust it: what is shown equals what the files hold, and the line stands everywhere."""

import json
import re
from html import unescape
from pathlib import Path

import nbformat
import pandas as pd
import plotly.graph_objects as go
import pytest

from helpers import trust
from helpers.charts import confidence
from helpers.charts import trust as charts
from helpers.claims import claims, copies, matched, tellings
from helpers.evidence import linked
from helpers.pages import FIGURE
from helpers.scores import ABSTAINED, KINDS, MAIN, language, scores
from helpers.scores import trust as lines
from helpers.story import Story
from helpers.tone import sentence_tones, targets
from helpers.toning import LABELS

MODELS = Path(__file__).parents[1] / "data" / "models"
RECORDS = json.loads((MODELS / "scores.json").read_text("utf-8"))
USED = [
    row for row in RECORDS if row["method"] != "baseline" and row["measure"] == MAIN[row["layer"]]
]
SHARES = ("precision", "recall", "f1", "accuracy", "coverage")


def drawn(figure: go.Figure, axis: str) -> list[float]:
    return [v for trace in figure.data if trace.hoverinfo != "skip" for v in trace[axis]]


def ends(figure: go.Figure) -> list[tuple[float, float]]:
    """Give the ends of all lines through marks."""
    found = []
    for trace in figure.data:
        pairs = zip(trace.x, trace.error_x.arrayminus, trace.error_x.array, strict=True)
        found += [(x - minus, x + plus) for x, minus, plus in pairs]
    return found


def test_the_figures_shown_are_those_in_the_file():
    figure = charts.figures(trust.figures())
    due, bounds = [], []
    for row in USED:
        tone = row["layer"] == "tone"
        names = ("f1", "accuracy", "coverage") if tone else ("f1", "precision", "recall")
        for name in names:
            if row.get(name) is not None:
                due.append(row[name])
                prefix = (
                    f"{name}_" if row["layer"] not in ("blocks", "copies") and name != "f1" else ""
                )
                if name != "coverage":
                    bounds.append((row[f"{prefix}low"], row[f"{prefix}high"]))
    assert sorted(drawn(figure, "x")) == pytest.approx(sorted(due))
    shown = {(round(low, 4), round(high, 4)) for low, high in ends(figure)}
    assert {(round(low, 4), round(high, 4)) for low, high in bounds} <= shown


def test_every_layer_and_language_has_its_row():
    rows = trust.figures()
    told = {tuple(key) for key in rows[["layer", "language", "split"]].to_numpy()}
    assert told == {(row["layer"], row["language"], row["split"]) for row in USED}
    labels = [t for axis in charts.figures(rows).select_yaxes() for t in axis.ticktext]
    assert len(labels) == len(told)
    for row in USED:
        assert any(
            row["corpus"] in label and language(row["language"]) in label for label in labels
        )
    assert all("n = " in label for label in labels)


def test_the_share_of_the_counts_is_the_figure():
    rows = scores()
    for row in rows[rows["precision"].notna() & rows["recall"].notna()].itertuples():
        assert row.precision == pytest.approx(row.right / row.found, abs=1e-4)
        assert row.recall == pytest.approx(row.right / row.due, abs=1e-4)
        assert row.precision_low <= row.precision <= row.precision_high
        assert row.recall_low <= row.recall <= row.recall_high


@pytest.mark.parametrize("layer", ["attribution", "entities", "tone"])
def test_the_errors_are_all_there_is_and_agree_with_the_score(layer):
    rows = trust.errors(layer)
    for row in (row for row in USED if row["layer"] == layer):
        own = rows[(rows["language"] == row["language"]) & (rows["split"] == row["split"])]
        if layer == "tone":
            assert own["n"].sum() == row["n"]
            answered = own[own["kind"] != ABSTAINED]
            assert answered["n"].sum() == row["found"]
            assert answered.loc[answered["of"] == answered["kind"], "n"].sum() == row["right"]
        else:
            sides = own.groupby("of")["n"].sum()
            assert (sides["marked"], sides["found"]) == (row["due"], row["found"])
            assert set(own.loc[own["kind"] == "right", "n"]) == {row["right"]}
    shares = rows.groupby(["language", "split", "of"])["share"].sum()
    assert shares.to_numpy() == pytest.approx(1)
    figure = charts.confusion(rows) if layer == "tone" else charts.errors(rows)
    assert figure.layout.meta["file"] == "data/models/scores.json"
    assert set(rows["kind"]) <= {*KINDS, *LABELS, ABSTAINED}


def test_all_answers_are_kept_in_the_end_and_rightly_so():
    rows = trust.kept()
    for key, own in rows.groupby(["layer", "language", "split"]):
        last = own.loc[own["coverage"].idxmax()]
        assert last["coverage"] == pytest.approx(1)
        [row] = [r for r in USED if (r["layer"], r["language"], r["split"]) == key]
        if row["layer"] == "tone":
            assert last["n"] == row["n"]
        elif row["layer"] == "attribution" and row["language"] == "zh":
            assert last["n"] <= row["found"]  # the rules of Chinese do not say how sure they are
        else:
            assert (last["n"], last["right"]) == (row["found"], row["right"])
        assert own.sort_values("limit")["coverage"].is_monotonic_decreasing
    figure = confidence.kept(rows, trust.figures())
    assert len(drawn(figure, "x")) >= len(rows)


def test_confidences_are_compared_in_tenths():
    rows = trust.reliability()
    assert (rows["most"] - rows["least"]).round(6).eq(0.1).all()
    assert rows["confidence"].between(rows["least"] - 1e-3, rows["most"] + 1e-3).all()
    sums = rows.groupby(["layer", "language", "split"])["n"].sum()
    whole = trust.kept().groupby(["layer", "language", "split"])["n"].max()
    assert sums.to_dict() == whole.to_dict()
    assert sorted(drawn(confidence.reliability(rows), "y")) == pytest.approx(sorted(rows["share"]))


def test_the_saved_notebook_shows_what_the_files_hold():
    path = next((MODELS.parents[1] / "notebooks").glob("07-*.ipynb"))
    outputs = [o for c in nbformat.read(path, 4).cells for o in c.get("outputs", [])]
    saved = [o["data"][FIGURE] for o in outputs if FIGURE in o.get("data", {})]
    drawn = [
        charts.figures(trust.figures()),
        *(charts.beside(trust.beside(layer)) for layer in ("attribution", "entities", "tone")),
        *(charts.errors(trust.errors(layer)) for layer in ("attribution", "entities")),
        charts.confusion(trust.errors("tone")),
        confidence.reliability(trust.reliability()),
        confidence.kept(trust.kept(), trust.figures()),
    ]
    assert [f["layout"]["title"] for f in saved] == [f.layout.title.to_plotly_json() for f in drawn]
    for own, due in zip(saved, drawn, strict=True):
        assert own["data"] == json.loads(due.to_json())["data"]


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder of models with one made-up record a language."""
    bins = [
        {"low": 0.5, "high": 0.55, "n": 4, "right": 2, "confidence": 0.52, "accuracy": 0.5},
        {"low": 0.55, "high": 0.6, "n": 4, "right": 4, "confidence": 0.58, "accuracy": 1.0},
        {"low": 0.9, "high": 0.95, "n": 2, "right": 1, "confidence": 0.9, "accuracy": 0.5},
    ]
    about = {
        "layer": "attribution", "measure": "joint", "licence": "MIT", "n": 5, "found": 10,
        "due": 14, "right": 7, "precision": 0.7, "precision_low": 0.6, "precision_high": 0.8,
        "recall": 0.5, "recall_low": 0.4, "recall_high": 0.6, "f1": 0.5833, "low": 0.5,
        "high": 0.7, "accuracy": None, "coverage": None, "errors": [], "bins": bins,
        "command": "x", "date": "2026-11-22",
    }  # fmt: skip
    records = [
        about | {"language": "de", "split": "dev", "corpus": "A", "method": "head"},
        about | {"language": "de", "split": "dev", "corpus": "A", "method": "baseline"},
        about | {"language": "de", "split": "own", "corpus": "ours", "method": "head"},
        about | {"language": "zh", "split": "own", "corpus": "ours", "method": "head"},
    ]
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "scores.json").write_text(json.dumps(records), "utf-8")
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    return tmp_path / "models"


HEAD = (MODELS / "peers.csv").read_text("utf-8").splitlines()[0]


def test_a_peer_measured_elsewhere_is_marked_so(held):
    rows = ["A,dev", "A,test", "A,not told", "B,dev"]
    peers = [
        f"attribution,de,joint,tool {i},0.{i}5,,,,,{r},MIT,how,who" for i, r in enumerate(rows)
    ]
    (held / "peers.csv").write_text("\n".join([HEAD, *peers]), "utf-8")
    own = trust.beside("attribution")
    told = own.set_index(["language", "tool"])["place"].to_dict()
    assert told == {
        ("de", "ours"): trust.SAME,
        ("de", "our baseline"): trust.SAME,
        ("de", "tool 0"): trust.SAME,
        ("de", "tool 1"): trust.PART,
        ("de", "tool 2"): trust.UNSURE,
        ("de", "tool 3"): trust.OTHER,
        ("zh", "ours"): trust.SAME,
    }
    assert list(own["tool"])[:2] == ["ours", "our baseline"]
    marks = {t.name: t.marker.symbol for t in charts.beside(own).data}
    assert len(set(marks.values())) == 4  # told apart without colour


def test_what_is_held_out_counts_by_hand(held):
    tenths = trust.reliability()
    first = tenths[(tenths["language"] == "zh") & (tenths["least"] == 0.5)].iloc[0]
    assert (first["n"], first["right"], first["share"]) == (8, 6, 0.75)
    assert first["confidence"] == pytest.approx(0.55)
    error = trust.miscalibration().set_index(["language", "split"])["error"]
    assert error["zh", "own"] == pytest.approx((8 * 0.2 + 2 * 0.4) / 10)
    limits = trust.kept()
    own = limits[limits["language"] == "zh"].set_index("limit")
    assert own["n"].to_dict() == {0.5: 10, 0.55: 6, 0.9: 2}
    assert own["share"].to_dict() == {0.5: 0.7, 0.55: 5 / 6, 0.9: 0.5}
    assert own["coverage"].to_dict() == {0.5: 1, 0.55: 0.6, 0.9: 0.2}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD.replace("tool,", ""), "column tool is missing"),
        (f"{HEAD}\nattribution,de,joint,x,75,,,,,A,dev,MIT,h,s", "row 2: figure is no share"),
        (f"{HEAD}\nattribution,de,joint,x,,,,,,A,dev,MIT,h,s", "row 2: figure is no share"),
    ],
)
def test_a_wrong_peer_is_named(held, text, reason):
    (held / "peers.csv").write_text(text, "utf-8")
    with pytest.raises(ValueError, match=rf"peers\.csv.*{reason}"):
        trust.peers()


def test_every_peer_says_where_it_is_from_and_on_what():
    rows = trust.peers()
    told = rows[["tool", "corpus", "split", "licence", "how", "source"]]
    assert told.notna().all(axis=None)
    assert set(rows["layer"]) == {"attribution", "entities", "tone"}
    assert (rows["measure"] == rows["layer"].map(MAIN)).all()


def test_the_examples_in_the_file_are_of_our_own_texts():
    ours = {path.name for path in (MODELS.parent / "articles").glob("*.txt")}
    ours |= {path.name for path in (Path(__file__).parent / "gold").rglob("*-own.jsonl")}
    for layer in ("attribution", "entities", "tone"):
        rows = trust.examples(layer)
        assert len(rows)
        assert set(rows["where"]) <= ours


KINDS_OF_ROWS = ("attributions", "mentions", "tones", "wording", "blocks", "sentences", "claims")


def rows_of(story: Story, kind: str) -> pd.DataFrame:
    if kind == "tones":
        return targets(story.tones)
    if kind == "wording":
        return sentence_tones(story.tones)
    if kind == "claims":
        found, coverage = claims(story)
        return tellings(story, found, coverage)
    return getattr(story, kind)


@pytest.mark.parametrize("kind", KINDS_OF_ROWS)
def test_every_linked_figure_says_how_far_to_trust_it(story, kind):
    rows = rows_of(story, kind)
    html = linked(go.Figure(go.Bar(x=[1], customdata=[[]])), rows, story=story).evidence.data
    [line] = re.findall(r'<p class="trust">(.*?)</p>', html)
    told = unescape(re.sub("<br>", "\n", line))
    layer = {
        "attributions": "attribution", "mentions": "entities", "tones": "tone", "wording": "tone",
        "blocks": "blocks", "claims": "claims", "sentences": None,
    }[kind]  # fmt: skip
    if layer is None:
        assert "never measured" in told
        return
    measure = "wording" if kind == "wording" else MAIN[layer]
    due = [
        row
        for row in RECORDS
        if row["layer"] == layer and row["measure"] == measure and row["method"] != "baseline"
        and (layer == "claims" or row["language"] in ("de", "en") and row["split"] != "own")
    ]  # fmt: skip
    assert due
    assert told.count("measured on") == len(due)
    for row in due:
        [own] = [
            t for t in told.splitlines()
            if f"measured on {row['corpus']}, {row['split']}." in t
            and t.startswith(language(row["language"]))
        ]  # fmt: skip
        shares = [row[name] for name in SHARES[:2] + SHARES[3:] if row.get(name) is not None]
        assert sorted(re.findall(r"(\d+) of 100", own)) == sorted(f"{s * 100:.0f}" for s in shares)
        ns = {int(n.replace(",", "")) for n in re.findall(r"n = ([\d,]+)", own)}
        counts = {"tone": ("found", "n"), "blocks": ("due",)}.get(layer, ("found", "due"))
        assert ns == {row[name] for name in counts}


def test_copies_say_what_was_measured_of_them_and_what_was_not(story):
    told = lines(matched(story, copies(story)), ["de"])
    assert "found was never measured" in told[-1]
    due = [row for row in RECORDS if row["layer"] == "copies"]
    for row, line in zip(due, told[:-1], strict=True):
        assert f"{row['recall'] * 100:.0f} of 100 pairs of unrelated articles kept apart" in line
        assert f"n = {row['due']:,}" in line


def test_a_language_that_nobody_measured_is_named(story):
    told = lines(story.attributions, ["fr", None, "de"])
    assert "French: never measured." in told
    assert "a language not known: never measured." in told
    assert any(line.startswith("German: source and content right in") for line in told)


def test_our_own_marks_speak_only_where_others_have_none(held, story):
    told = lines(story.attributions, ["de", "zh"])
    assert [line.split(":")[0] for line in told] == ["German", "Chinese"]
    assert told[0].endswith("measured on A, dev.")
    assert told[1].endswith("measured on ours.")


def test_a_chart_of_nothing_has_its_line_too(story):
    html = linked(go.Figure(), story.attributions.iloc[:0], story=story).evidence.data
    assert html.count("measured on") == 2


def test_heads_without_figures_are_said_to_be_unmeasured(held, story):
    (held / "scores.json").unlink()
    [told] = lines(story.attributions, ["de"])
    assert told.startswith("Never measured: no scores.json")


def test_the_line_is_escaped(story, held):
    records = json.loads((held / "scores.json").read_text("utf-8"))
    for row in records:
        row["corpus"] = "<script>alert(1)</script>"
    (held / "scores.json").write_text(json.dumps(records), "utf-8")
    html = linked(go.Figure(go.Bar(x=[1], customdata=[[]])), story.attributions).evidence.data
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_what_was_tried_in_each_language_is_told(story):
    rows = trust.tried(story).set_index("language")
    assert rows["articles"].sum() == len(story.articles)
    assert "GermEval" in rows.loc["German", "entities"]
    articles = story.articles.assign(language="fr")
    other = trust.tried(Story(**(story.tables() | {"articles": articles})))
    assert set(other.iloc[0][["entities", "attribution", "tone"]]) == {"never"}
