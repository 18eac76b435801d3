"""How far can you trust this? The figures of `helpers.scores` as what the charts of trust draw."""

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.intervals import wilson
from helpers.scores import ABSTAINED, KINDS, MAIN, language, scores
from helpers.story import Story
from helpers.toning import LABELS
from helpers.wordlists import models

SHOWN, THERE, BOTH = "right, of what is shown", "found, of what is there", "both in one (F1)"
SAME, PART, OTHER = "the same texts", "another part of the corpus", "another corpus"
UNSURE, NOT_TOLD = "the same corpus, part not told", "not told"
PARTS = 10  # confidences are compared in tenths
_ABOUT = ["layer", "language", "split", "corpus", "licence", "method"]
_PEERS = {
    name: "float64" if name in ("figure", "figure_to", "low", "high", "n") else "str"
    for name in (
        "layer", "language", "measure", "tool", "figure", "figure_to", "low", "high", "n",
        "corpus", "split", "licence", "how", "source",
    )
}  # fmt: skip


def main_scores() -> pd.DataFrame:
    """Give the records of each layer's main measure (`helpers.scores.MAIN`), baselines too."""
    rows = scores()
    return rows[rows["measure"] == rows["layer"].map(MAIN)].reset_index(drop=True)


def figures() -> pd.DataFrame:
    """Give how often each layer is right and how much it finds, of the methods in use.

    Returns
    -------
    pandas.DataFrame
        One row a record and question: ``layer, language, split, corpus, licence, method``;
        ``what``, `SHOWN`, `THERE` or `BOTH`; ``share`` (0..1) with ``low`` and ``high``, the 95 %
        interval; ``n``, what it is a share of (none for F1). Tone: `THERE` is the share
        of targets that got an answer, with the interval after Wilson.
    """
    rows = [row for _, record in _used().iterrows() for row in _figures(record)]
    return pd.DataFrame(rows)


def _used() -> pd.DataFrame:
    rows = main_scores()
    return rows[rows["method"] != "baseline"]


def _figures(record: pd.Series) -> Iterator[dict[str, Any]]:
    about = record[_ABOUT].to_dict()
    told = {
        SHOWN: ("precision", "precision_low", "precision_high", "found"),
        THERE: ("recall", "recall_low", "recall_high", "due"),
        BOTH: ("f1", "low", "high", None),
    }
    if record["layer"] == "tone":
        told[SHOWN] = ("accuracy", "accuracy_low", "accuracy_high", "found")
        low, high = wilson(int(record["found"]), int(record["n"]))
        answered = {"share": record["coverage"], "low": low, "high": high, "n": record["n"]}
        yield about | {"what": THERE} | answered
    if record["layer"] in ("blocks", "copies"):
        told[THERE] = ("recall", "low", "high", "due")
    for what, (name, low, high, of) in told.items():
        if pd.notna(record[name]):
            yield about | {
                "what": what, "share": record[name], "low": record[low], "high": record[high],
                "n": record[of] if of else np.nan,
            }  # fmt: skip


def peers() -> pd.DataFrame:
    """Read what was measured of other tools.

    Returns
    -------
    pandas.DataFrame
        The rows of ``data/models/peers.csv``: ``layer, language, measure, tool``; ``figure`` (0..1)
        and, where the source gives a range, ``figure_to``; ``low`` and ``high``, a 95 % interval,
        and ``n``, where the source gives them; ``corpus, split, licence, how, source``.

    Raises
    ------
    ValueError
        If a column is missing or a figure is no share, naming the row.
    """
    file = models() / "peers.csv"
    rows = pd.read_csv(file, dtype="str", encoding="utf-8-sig")
    missing = [name for name in _PEERS if name not in rows.columns]
    if missing:
        raise ValueError(f"{file.name}: column {', '.join(missing)} is missing")
    rows = rows[list(_PEERS)].astype(_PEERS)
    for name in ("figure", "figure_to", "low", "high"):
        wrong = rows.index[~(rows[name].between(0, 1) | (rows[name].isna() & (name != "figure")))]
        if len(wrong):
            raise ValueError(f"{file.name}, row {wrong[0] + 2}: {name} is no share of 0 to 1")
    return rows


def beside(layer: str) -> pd.DataFrame:
    """Set the peers' figures beside ours.

    Returns
    -------
    pandas.DataFrame
        As `peers`, and ``ours`` (is it of this project) and ``place``: whether it was measured on
        the texts that our method in use was (`SAME`), on another part of that corpus (`PART`;
        `UNSURE` where the source does not tell) or on another corpus (`OTHER`). Ours first, then
        the best first, in each language. ``n`` of ours is what was marked. What was measured on
        our own marks has no peers and is left out where a corpus is held.
    """
    rows = main_scores()
    rows = rows[rows["layer"] == layer]
    held = rows[rows["split"] != "own"]
    rows = rows[(rows["split"] != "own") | ~rows["language"].isin(held["language"])]
    ours = rows.rename(columns={"f1": "figure"}).assign(
        tool=rows["method"].map({"head": "ours", "baseline": "our baseline"}),
        how="make evaluate", source="data/models/scores.json", figure_to=np.nan,
        n=rows["due"].fillna(rows["n"]),
    )  # fmt: skip
    others = peers()
    both = pd.concat([ours.assign(ours=True), others[others["layer"] == layer].assign(ours=False)])
    used = ours[ours["tool"] == "ours"].set_index("language")
    corpus, split = (both["language"].map(used[name]) for name in ("corpus", "split"))
    # Our head is scored in folds of the part that the baseline is scored on.
    part = [of.str.split(",").str[0] for of in (both["split"], split)]
    same = (both["corpus"] == corpus) & (part[0] == part[1])
    unsure = (both["corpus"] == corpus) & (both["split"] == NOT_TOLD)
    cases = [same, unsure, both["corpus"] == corpus]
    both["place"] = np.select(cases, [SAME, UNSURE, PART], OTHER)
    both["first"] = both["tool"].map({"ours": 0, "our baseline": 1}).fillna(2)
    order, rising = ["language", "first", "figure"], [True, True, False]
    both = both.sort_values(order, ascending=rising, kind="stable")
    return both[[*_PEERS, "ours", "place"]].reset_index(drop=True)


def reliability() -> pd.DataFrame:
    """Set how sure the methods are beside how often they are then right.

    Returns
    -------
    pandas.DataFrame
        One row a record and tenth of confidence: ``layer, language, split, corpus``, the ends
        ``least`` and ``most`` of the tenth, ``n`` answers, ``right`` ones, their mean
        ``confidence``, the ``share`` right with ``low`` and ``high`` (95 %, Wilson).
    """
    rows = _bins()
    rows["tenth"] = np.floor(rows["least"] * PARTS + 1e-9).astype(int)
    rows["sum"] = rows["confidence"] * rows["n"]
    keys = ["layer", "language", "split", "corpus", "tenth"]
    out = rows.groupby(keys, sort=False, as_index=False)[["n", "right", "sum"]].sum()
    out["confidence"] = out.pop("sum") / out["n"]
    out["least"], out["most"] = out["tenth"] / PARTS, (out.pop("tenth") + 1) / PARTS
    return _shared(out)


def miscalibration() -> pd.DataFrame:
    """Give how far confidence and accuracy lie apart, in one figure a record.

    Returns
    -------
    pandas.DataFrame
        ``layer, language, split, corpus, n`` and ``error``: the expected calibration error, the
        mean distance of confidence and share right over the tenths, weighted by their answers
        (Naeini, Cooper and Hauskrecht 2015), 0..1.
    """
    rows = reliability()
    rows["error"] = (rows["confidence"] - rows["share"]).abs() * rows["n"]
    keys = ["layer", "language", "split", "corpus"]
    out = rows.groupby(keys, sort=False, as_index=False)[["n", "error"]].sum()
    return out.assign(error=out["error"] / out["n"])


def kept() -> pd.DataFrame:
    """Give how many answers are left, and how often they are right, if only the sure ones count.

    Returns
    -------
    pandas.DataFrame
        One row a record and limit: ``layer, language, split, corpus``; ``limit``, the confidence
        from which on an answer counts; ``n`` such answers, ``right`` ones; ``coverage``, their
        share of all; ``share``, the share of them that is right, with ``low`` and ``high`` (95 %,
        Wilson).
    """
    keys = ["layer", "language", "split", "corpus"]
    rows = _bins().sort_values("least", ascending=False, kind="stable")
    whole = rows.groupby(keys, sort=False)
    rows["coverage"] = whole["n"].cumsum() / whole["n"].transform("sum")
    rows["right"], rows["n"] = whole["right"].cumsum(), whole["n"].cumsum()
    out = _shared(rows.rename(columns={"least": "limit"}))
    return out.sort_values([*keys, "limit"], ignore_index=True)[
        [*keys, "limit", "n", "right", "coverage", "share", "low", "high"]
    ]


def _bins() -> pd.DataFrame:
    """Lay the bins of the records in use below each other."""
    return pd.DataFrame(
        [
            record[["layer", "language", "split", "corpus"]].to_dict()
            | {("least" if k == "low" else "most" if k == "high" else k): v for k, v in own.items()}
            for _, record in _used().iterrows()
            for own in _listed(record["bins"])
        ]
    )


def _listed(value: object) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else []


def _shared(rows: pd.DataFrame) -> pd.DataFrame:
    ends = [wilson(int(k), int(n)) for k, n in zip(rows["right"], rows["n"], strict=True)]
    low, high = zip(*ends, strict=True)
    return rows.assign(share=rows["right"] / rows["n"], low=low, high=high)


def errors(layer: str) -> pd.DataFrame:
    """Give in which way a layer is wrong, and how often.

    Parameters
    ----------
    layer
        ``attribution``, ``entities`` or ``tone``.

    Returns
    -------
    pandas.DataFrame
        One row a record, side and kind: ``language, split, corpus``; ``of``, *marked* or *found*,
        for tone the label marked; ``kind`` (`helpers.scores.KINDS`, for tone the label given or
        *abstained*); ``n`` and its ``share`` of the side's ``total``.
    """
    used = _used()
    rows = pd.DataFrame(
        [
            record[["language", "split", "corpus"]].to_dict() | own
            for _, record in used[used["layer"] == layer].iterrows()
            for own in _listed(record["errors"])
        ]
    )
    order = {kind: place for place, kind in enumerate((*KINDS, *LABELS, ABSTAINED))}
    sides = {of: place for place, of in enumerate(("marked", "found", *LABELS))}
    rows["total"] = rows.groupby(["language", "split", "of"])["n"].transform("sum")
    rows["share"] = rows["n"] / rows["total"]
    places = [rows["kind"].map(order), rows["of"].map(sides)]
    rows = rows.assign(kind_place=places[0], of_place=places[1])
    rows = rows.sort_values(["language", "split", "of_place", "kind_place"], ignore_index=True)
    return rows.drop(columns=["kind_place", "of_place"])


def examples(layer: str) -> pd.DataFrame:
    """Give an example of each way to be wrong, from texts that may be shown.

    Returns
    -------
    pandas.DataFrame
        The rows of ``data/models/examples.json`` (`helpers.errors.examples`): ``language`` (its
        name), ``kind``, ``text``, what was ``marked`` and what the method ``found``, ``where``.
    """
    rows = pd.DataFrame(json.loads((models() / "examples.json").read_text(encoding="utf-8")))
    rows = rows[rows["layer"] == layer].reset_index(drop=True)
    rows["language"] = rows["language"].map(language)
    return rows.drop(columns=["layer", "of"])


def tried(story: Story) -> pd.DataFrame:
    """Say for each language of a story on what each layer was measured in it.

    Returns
    -------
    pandas.DataFrame
        ``language`` (its name), ``articles``, and a column a layer: the corpora, or *never*.
    """
    used = _used()
    rows = []
    for code, n in story.articles["language"].value_counts().items():
        own = used[[code in codes.split(", ") for codes in used["language"]]]
        on = own.groupby("layer")["corpus"].agg(lambda names: "; ".join(dict.fromkeys(names)))
        told = {layer: on.get(layer, "never") for layer in MAIN}
        rows.append({"language": language(code), "articles": n} | told)
    return pd.DataFrame(rows, columns=["language", "articles", *MAIN])
