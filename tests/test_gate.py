"""The gate: the figures on our own marks hold their floors, and a broken head does not pass."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import gate
from helpers.evaluate import OWN, evaluate
from helpers.gate import KEYS, MARGIN, fallen, figures, floors, held
from helpers.scores import scores
from helpers.wordlists import models


def test_every_figure_on_our_own_marks_holds_its_floor():
    assert fallen(figures(evaluate()), held()) == []


def test_a_floor_follows_from_what_was_measured_and_from_nothing_else():
    known = scores()
    ours = figures(known[(known["split"] == "own") | (known["layer"] == "claims")])
    on_file = held()
    pd.testing.assert_frame_equal(floors(ours), on_file, check_dtype=False)
    below = on_file["measured"] - on_file["floor"]
    assert (below >= MARGIN - 1e-9).all()
    assert (below < MARGIN + 0.01).all()


def test_every_head_and_language_has_a_floor():
    have = set(held()[["layer", "language"]].itertuples(index=False, name=None))
    for layer in ("blocks", "attribution", "entities", "tone"):
        assert {(layer, code) for code in ("de", "en", "zh")} <= have
    assert ("claims", "de, en, zh") in have


# Which layer's figures are to go red when the weights of a head are shuffled.
HEADS = {
    "attribution": "attribution",
    "entities": "entities",
    "tone": "tone",
    "matching": "same-claim.jsonl",
}


@pytest.mark.parametrize("head", HEADS)
def test_shuffled_weights_are_red(head, tmp_path, monkeypatch):
    part = OWN / HEADS[head]
    copy = shutil.copytree if part.is_dir() else shutil.copyfile
    (tmp_path / "own").mkdir()
    copy(part, tmp_path / "own" / part.name)
    shutil.copytree(models(), tmp_path / "models")
    shuffle(tmp_path / "models" / f"{head}.npz")
    layer = "claims" if head == "matching" else head
    floor = held()
    floor = floor[floor["layer"] == layer]
    monkeypatch.setattr("helpers.evaluate.OWN", tmp_path / "own")
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    measured = figures(evaluate())
    lines = fallen(measured[measured["layer"] == layer], floor)
    for language in floor["language"].unique():
        assert any(line.startswith(f"{layer} {language} (") for line in lines), lines


def shuffle(file: Path) -> None:
    """Permute the weights of each array of a head among themselves.

    Which tag may follow which stays: a tagger that breaks BIO stops with an error, red as well.
    """
    random = np.random.default_rng(0)
    with np.load(file) as whole:
        arrays = {name: whole[name] for name in whole.files}
    for name in sorted(set(arrays) - {"about", "moves", "first"}):
        flat = arrays[name].ravel()
        arrays[name] = flat[random.permutation(flat.size)].reshape(arrays[name].shape)
    np.savez_compressed(file, **arrays)


ROW = {"layer": "tone", "language": "de", "split": "own", "method": "head", "measure": "macro F1"}


def measured(value: float, **other: str) -> pd.DataFrame:
    return pd.DataFrame([ROW | {"figure": "f1", "measured": value} | other])


def test_the_message_names_the_figure_its_floor_and_what_was_got():
    [line] = fallen(measured(0.6), floors(measured(0.8)))
    assert line == "tone de (own), macro F1, f1: floor 0.75, got 0.600"
    assert fallen(measured(0.75), floors(measured(0.8))) == []


def test_a_figure_without_a_floor_and_a_floor_without_a_figure_are_red():
    lines = fallen(measured(0.9, language="fr"), floors(measured(0.8)))
    assert len(lines) == 2
    assert "not measured any more" in lines[0]
    assert "there is no floor" in lines[1]


def test_baselines_have_no_floor_and_recall_only_where_there_is_no_f1():
    rows = [
        ROW | {"f1": 0.5, "recall": 0.4, "accuracy": 0.9, "coverage": None},
        ROW | {"layer": "blocks", "method": "rules", "recall": 1.0},
        ROW | {"method": "baseline", "f1": 0.3},
    ]
    found = figures(pd.DataFrame(rows))
    assert found[["layer", "figure"]].to_numpy().tolist() == [
        ["blocks", "recall"],
        ["tone", "accuracy"],
        ["tone", "f1"],
    ]
    assert list(found) == [*KEYS, "measured"]


def test_the_command_fails_where_a_figure_has_fallen(monkeypatch, capsys):
    own = held().rename(columns={"measured": "before"})
    worse = own.assign(measured=own["before"].where(own["layer"] != "tone", 0.1))
    monkeypatch.setattr("helpers.gate.evaluate", lambda: None)
    monkeypatch.setattr("helpers.gate.figures", lambda _: worse[[*KEYS, "measured"]])
    monkeypatch.setattr("sys.argv", ["gate"])
    assert gate.main() == 1
    said = capsys.readouterr().out
    assert "tone de (own), macro F1, f1: floor" in said
    assert "got 0.100" in said
    text = (models() / "floors.json").read_text("utf-8")
    assert json.loads(text) == held().to_dict("records")
