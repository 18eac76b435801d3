"""Copies, claims, what is missing: on the five articles, on made-up ones, on bad input."""

import html
import string
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import Story, annotate, load
from helpers.caching import cache_folder
from helpers.charts import claims as charts
from helpers.charts.theme import wrapped
from helpers.claims import (
    alone,
    claims,
    copies,
    matched,
    missing,
    near_misses,
    tellings,
    voices,
    whose_word,
)
from helpers.claims import corrections as corrections_module
from helpers.claims.copied import mutual, nearest
from helpers.claims.facts import contradict, denies, numbers
from helpers.claims.grouping import REPEAT, grouped
from helpers.claims.shingles import candidates, shared, shingles
from helpers.claims.vectors import DENIAL, signed, similarity
from helpers.encoder import Encoder
from helpers.evaluate import OWN
from helpers.evaluate_claims import joined, marked, wrong
from helpers.tables import TABLES, frame

PAIRS = OWN / "same-claim.jsonl"


@pytest.fixture(scope="module")
def related(story):
    return copies(story, progress=False)


@pytest.fixture(scope="module")
def found(story, related):
    return claims(story, language="en", copies=related, progress=False)


def cells(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(r.article_a, r.article_b): r.relation for r in rows.itertuples()}


def made(texts: dict[str, str], **about) -> Story:
    rows = [{"article_id": name, "text": text, **about} for name, text in texts.items()]
    return annotate(load(pd.DataFrame(rows))[0], progress=False)


# --- the five articles


def test_sentences_that_were_annotated_are_not_read_again(story, monkeypatch, tmp_path):
    (tmp_path / "encoder").symlink_to(cache_folder() / "encoder")  # built once for all tests
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    read = []
    plain = Encoder.vectors
    monkeypatch.setattr(Encoder, "vectors", lambda own, t: read.extend(t) or plain(own, t))
    said = '"It is done," Ann Hill said, and Bo Lee said that "it was not so at all".'
    own = made({"a": f"Rain fell. {said}", "b": f"Rain fell. {said}"})
    claims(own, progress=False)
    assert not set(read) & set(own.sentences["text"])


def test_the_relations_of_the_five_articles(related):
    pairs = cells(related)
    assert pairs["001", "003"] == "translation"
    assert pairs["001", "004"] == pairs["003", "004"] == "shared wire"
    assert pairs["000", "002"] == "same story"
    agency = related.set_index(["article_a", "article_b"])["agency"]
    assert agency["001", "004"] == agency["003", "004"] == "AFP"
    assert agency.isna()["000", "002"]
    assert related["share"].between(0, 1).all()


def test_claims_agree_with_the_marks(story, found):
    """The figures of data/models/scores.json are of this; a change is to better or to keep them."""
    for split, precision, recall in (("dev", 0.9, 0.8), ("held-out", 0.9, 0.6)):
        right, false, missed = wrong(found[1], marked(PAIRS, story), split)
        assert len(right) / (len(right) + len(false)) >= precision
        assert len(right) / (len(right) + len(missed)) >= recall


def test_the_marks_are_enough_and_fit_the_texts(story):
    marks = marked(PAIRS, story)
    kinds = pd.Series([mark.same for mark in marks.values()]).value_counts()
    assert kinds["yes"] >= 40
    assert kinds["no"] >= 60
    held = pd.Series([mark.split == "held-out" for mark in marks.values()]).mean()
    assert held == pytest.approx(1 / 3, abs=0.01)
    assert all(mark.reason for mark in marks.values())


def test_notices_and_datelines_are_no_claims(story, found):
    kinds = story.sentences.set_index("sentence_id")["kind"]
    told = found[1]["sentence_ids"].explode().dropna()
    assert set(kinds[told]) <= {"headline", "standfirst", "body"}


def test_purchase_histories_are_not_payment_records(story, found):
    text = story.sentences.set_index("sentence_id")["text"]
    purchase = next(i for i in text.index if "purchase histories" in text[i])
    payment = next(i for i in text.index if "Zahlungsverkehr" in text[i])
    assert frozenset((purchase, payment)) not in joined(found[1])
    near = near_misses(story, *found)
    row = near[(near["sentence_id"] == payment) & near["label"].str.contains("purchase")].iloc[0]
    assert "WLAN-Informationen" in row["parts"]
    assert "IP-Adressen" not in row["parts"]


def test_labels_are_in_the_readers_language_where_one_is(story, found):
    told, coverage = found
    language = story.sentences.set_index("sentence_id")["language"].astype("str")
    for claim in told.itertuples():
        ids = coverage.loc[coverage["claim_id"] == claim.claim_id, "sentence_ids"].explode()
        assert claim.label_id in set(ids)
        assert claim.language == "en" or "en" not in set(language[ids.dropna()])


def test_every_sentence_has_a_claim_and_the_tables_are_whole(story, found):
    told, coverage = found
    kept = story.sentences["kind"].isin(["headline", "standfirst", "body"])
    ids = set(coverage["sentence_ids"].explode().dropna())
    assert ids == set(story.sentences["sentence_id"][kept])
    assert list(told) == list(TABLES["claims"])
    assert list(coverage) == list(TABLES["coverage"])
    held = coverage[~coverage["mode"].isin(["absent", "not held"])]
    assert held.groupby("claim_id").size().to_dict() == told.set_index("claim_id")["n"].to_dict()
    assert held["sentence_ids"].map(len).min() == 1
    gone = coverage[coverage["mode"].isin(["absent", "not held"])]
    assert gone["sentence_ids"].map(len).max() == 0


def test_an_article_printed_before_a_claim_was_told_is_not_held(story, found):
    told, coverage = found
    only = set(alone(*found, voices(copies(story), story.articles["article_id"]))["claim_id"])
    own = coverage[coverage["claim_id"].isin(only)].pivot(
        index="claim_id", columns="article_id", values="mode"
    )
    of_002 = own[~own["002"].isin(["absent", "not held"])]
    assert set(of_002["004"]) == {"not held"}  # printed a day before
    assert set(of_002["000"]) == {"absent"}  # nobody knows when


def test_a_translation_is_no_second_voice(story, related, found):
    voice = voices(related, story.articles["article_id"])
    assert voice["003"] == voice["001"] == "001"
    only = alone(*found, voice)
    both = only.groupby("claim_id")["article_id"].agg(set)
    assert {"001", "003"} in list(both)
    assert all(len({voice[a] for a in own}) == 1 for own in both)
    gaps = missing(*found, voice)
    assert (gaps["told"] * 2 > gaps["others"]).all()
    assert not set(zip(gaps["claim_id"], gaps["article_id"], strict=True)) & set(
        zip(only["claim_id"], only["article_id"], strict=True)
    )


def test_whose_word_says_nothing_of_articles_that_do_not_tell(story, found):
    told, coverage = found
    table = whose_word(told, coverage).set_index("claim_id")
    assert list(table.index) == list(told["claim_id"])
    for row in coverage.itertuples():
        told_ = row.mode not in ("absent", "not held")
        assert bool(table.at[row.claim_id, row.article_id]) is told_
        assert all(source in table.at[row.claim_id, row.article_id] for source in row.sources)


def test_tellings_point_to_their_words(story, found):
    rows = tellings(story, found[0], found[1])
    text = story.articles.set_index("article_id")["text"]
    for row in rows.itertuples():
        assert text[row.article_id][row.start : row.end] == row.text
        for start, end in row.lone_spans:
            assert row.start <= start < end <= row.end
    words = {text[r.article_id][s:e] for r in rows.itertuples() for s, e in r.lone_spans}
    assert "WLAN-Informationen" in words
    assert "Trump" not in words


def test_every_told_cell_of_the_matrix_has_its_sentences(story, related, found):
    told, coverage = found
    names = pd.Series({a: a for a in story.articles["article_id"]})
    figure = charts.matrix(told, coverage, names)
    rows = tellings(story, charts.shown(told), coverage)
    trace = figure.data[0]
    ids = {i for line in trace.customdata for own in line for i in own}
    assert ids == set(rows["cell"])
    filled = sum(z > 0 for line in trace.z for z in line)
    assert filled == len(ids)
    pairs = {i for t in charts.relations(related, names).data for own in t.customdata for i in own}
    assert pairs == set(matched(story, related)["pair"])


# --- corrections


@pytest.fixture
def own_list(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))
    (tmp_path / "corrections").mkdir()

    def write(*rows: str) -> None:
        lines = ["verdict,sentence_a,sentence_b,note", *rows]
        (tmp_path / "corrections" / "claims.csv").write_text("\n".join(lines), "utf-8")

    return write


def test_corrections_win_and_outlive_a_run(story, related, found, own_list):
    pairs = joined(found[1])
    together = sorted(sorted(pair) for pair in pairs)[0]
    whole = found[1].explode("sentence_ids").dropna(subset=["sentence_ids"])
    apart = next(
        (a, b)
        for a, b in combinations(whole["sentence_ids"], 2)
        if a[:3] != b[:3] and frozenset((a, b)) not in pairs and "000:p10" in a
    )
    own_list(f"apart,{','.join(together)},seen", f"same,{','.join(apart)},seen")
    for _ in range(2):
        now = joined(claims(story, copies=related, progress=False)[1])
        assert frozenset(together) not in now
        assert frozenset(apart) in now


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("same,001:p02s01,009:p01s01,", "row 2: no analysed sentence '009:p01s01'"),
        ("same,001:p13s01,001:p02s01,", "row 2: no analysed sentence '001:p13s01'"),
        ("merge,001:p02s01,003:p02s01,", "row 2: verdict 'merge'"),
        ("same,001:p02s01,001:p02s01,", "row 2: '001:p02s01' stands twice"),
        (
            "same,001:p02s01,003:p02s01,\nsame,003:p02s01,004:p08s01,\n"
            "apart,004:p08s01,001:p02s01,",
            "row 4: .* put together by other rows",
        ),
    ],
)
def test_a_wrong_correction_is_named(story, related, own_list, row, reason):
    own_list(row)
    with pytest.raises(ValueError, match=f"claims.csv, {reason}"):
        claims(story, copies=related, progress=False)


def test_a_list_without_its_columns_is_named(own_list, tmp_path):
    (tmp_path / "corrections" / "claims.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ValueError, match="claims.csv: column verdict"):
        corrections_module.corrections([])


# --- bad and small input


def test_nothing_gives_empty_tables(story):
    empty = Story(**{name: frame([], name) for name in story.tables()})
    assert len(copies(empty)) == 0
    told, coverage = claims(empty)
    assert len(told) == len(coverage) == 0
    voice = voices(copies(empty), empty.articles["article_id"])
    assert len(missing(told, coverage, voice)) == len(alone(told, coverage, voice)) == 0
    assert len(tellings(empty, told, coverage)) == len(near_misses(empty, told, coverage)) == 0
    names = pd.Series(dtype="str")
    assert charts.matrix(told, coverage, names).layout.title.text
    assert charts.relations(copies(empty), names).layout.title.text


@pytest.mark.filterwarnings("error")
def test_an_article_that_names_one_entity_is_compared_without_a_warning():
    assert copies(made({"a": "Merz denied it."}), progress=False).empty


def test_one_article_is_alone_with_its_claims(story):
    one = made({"a": "The minister said that it rained. It was bad for the harvest."})
    told, coverage = claims(one)
    assert set(told["n"]) == {1}
    assert set(coverage["mode"]) <= {"direct", "indirect", "unattributed"}
    voice = voices(copies(one), one.articles["article_id"])
    assert len(alone(told, coverage, voice)) == 0  # there is nobody else


def test_without_attributions_all_is_unattributed(story, related):
    bare = replace(story, attributions=story.attributions.iloc[:0])
    coverage = claims(bare, copies=related, progress=False)[1]
    assert set(coverage["mode"]) == {"unattributed", "absent", "not held"}


def test_an_article_with_nothing_to_analyse_is_not_held():
    text = "The minister said that it rained all day. It was bad for the harvest in the north."
    both = made({"a": text, "b": text})
    gone = replace(both, sentences=both.sentences[both.sentences["article_id"] == "a"])
    coverage = claims(gone)[1]
    assert set(coverage["mode"][coverage["article_id"] == "b"]) == {"not held"}


def test_a_text_printed_twice_is_the_same_text():
    text = (
        "Der Stadtrat von Hagen hat am Montag den Bau einer Brücke beschlossen. Sie kostet "
        "12 Millionen Euro. Oberbürgermeister Jan Berger sprach von einem guten Tag für Hagen. "
    )
    both = made({"a": text * 2, "b": text * 2 + "Mehr dazu am Abend.", "c": "Es regnet heute."})
    assert cells(copies(both)) == {("a", "b"): "same text"}


# --- facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Es waren 1.000 Euro.", {"1000"}),
        ("1,000 dollars", {"1000"}),
        ("1,4 Prozent und 1.4 percent", {"1.4"}),
        ("GTG-1002 am 15. November", {"1002", "15"}),
        ("约有300人", {"300"}),
        ("none", set()),
    ],
)
def test_numbers(text, expected):
    assert numbers(text) == expected


def test_numbers_contradict_only_where_each_has_its_own():
    assert contradict(frozenset("5"), frozenset("6"))
    assert not contradict(frozenset("5"), frozenset(("5", "6")))
    assert not contradict(frozenset(), frozenset("6"))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Alibaba wies den Bericht als falsch zurück.", "de", True),
        ("Alibaba gab den Bericht zurück.", "de", False),
        ("The company denied the report.", "en", True),
        ("The company welcomed the report.", "en", False),
        ("They met after months of customs disputes.", "en", False),
        ("The disputes over tariffs go on.", "en", False),
        ("The company disputes the report.", "en", True),
        ("Alibaba denies report", "en", True),
        ("公司否认这一报道。", "zh", True),
        ("公司发布报道。", "zh", False),
        ("Le ministre a démenti.", "fr", False),
    ],
)
def test_denials_by_the_list(text, language, expected):
    assert denies(text, language) is expected


# --- properties


def rows_of(plan: list[tuple[int, int, bool, str]]) -> pd.DataFrame:
    """Make units of a plan: article, direction of the vector, denial, number."""
    return pd.DataFrame(
        {
            "article_id": [f"{a}" for a, *_ in plan],
            "sentence_id": [f"{a}:s{i}" for i, (a, *_) in enumerate(plan)],
            "attribution_id": [None] * len(plan),
            "denies": [d for _, _, d, _ in plan],
            "numbers": [frozenset(n) for *_, n in plan],
        }
    )


units_plan = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 5), st.booleans(), st.text("123", max_size=2)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60)
@given(units_plan, st.integers(0, 2**16))
def test_groups_hold_their_rules(plan, seed):
    rows = rows_of(sorted(plan))
    random = np.random.default_rng(seed)
    base = random.normal(size=(6, 8))
    vectors = base[[v for _, v, *_ in sorted(plan)]] + 0.3 * random.normal(size=(len(plan), 8))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    whole = signed(vectors, list(rows["denies"]))
    pairs = list(combinations(sorted(set(rows["article_id"])), 2))
    found = grouped(rows, whole, pairs)
    assert sorted(i for group in found for i in group) == list(range(len(plan)))
    for group in found:
        for i, j in combinations(group, 2):
            assert not contradict(rows["numbers"][i], rows["numbers"][j])
            if rows["article_id"][i] == rows["article_id"][j]:
                near = similarity(whole[[i]], whole[[j]])[0, 0]
                assert near >= REPEAT - 1e-4
    assert found == grouped(rows, whole, pairs[::-1])  # the order of the articles does not matter


@given(st.integers(1, 12), st.integers(0, 2**16))
def test_a_denial_costs_what_it_should(n, seed):
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(n, 6)).astype(np.float32)
    flags = random.random(n) < 0.5
    near = similarity(signed(vectors, flags), signed(vectors, flags))
    cost = np.where(flags[:, None] == flags[None], 0, DENIAL)
    np.testing.assert_allclose(near, vectors @ vectors.T - cost, atol=1e-4)


@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 2**16))
def test_mutual_matches_are_each_others_best(n, m, seed):
    near = np.random.default_rng(seed).normal(size=(n, m))
    pairs = mutual(near)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert near[i, j] == near[i].max() == near[:, j].max()


@given(st.integers(0, 30), st.integers(1, 5), st.integers(0, 2**16))
def test_the_nearest_are_found_in_blocks(n, k, seed):
    means = np.random.default_rng(seed).normal(size=(n, 5))
    unit = means / np.linalg.norm(means, axis=1, keepdims=True)
    near = unit @ unit.T
    np.fill_diagonal(near, -2)
    due = {
        (min(i, j), max(i, j))
        for i in range(n)
        for j in np.argsort(-near[i], kind="stable")[: min(k, n - 1)].tolist()
    }
    assert set(nearest(means, k)) == due


@given(st.text(string.ascii_letters + " .,中文", max_size=80))
def test_a_text_shares_all_with_itself(text):
    own = shingles(text)
    assert shared(own, shingles(text.upper())) == (1.0 if len(own) else 0.0)


def test_copies_are_candidates_and_strangers_seldom_are():
    random = np.random.default_rng(0)
    words = np.array([f"w{i}" for i in range(5000)])
    texts = {f"t{i:03}": " ".join(random.choice(words, 200)) for i in range(100)}
    half = texts["t000"].split()[:100] + list(random.choice(words, 100))
    texts |= {"copy": texts["t001"] + " more", "half": " ".join(half)}
    found = candidates({name: shingles(text) for name, text in texts.items()})
    assert {("t001", "copy"), ("t000", "half")} <= found
    assert len(found) < 10


@settings(max_examples=60)
@given(st.text(alphabet="ab 美国<\u00a0", max_size=90), st.integers(4, 20), st.integers(1, 3))
def test_a_long_label_is_broken_into_lines_and_cut(text, width, lines):
    found = [html.unescape(line) for line in wrapped(text, width, lines).split("<br>")]
    assert len(found) <= lines
    wide = [len(line) + sum(sign in "美国" for sign in line) for line in found]
    assert max(wide) <= width
    told, whole = "".join("".join(found).split()), "".join(text.split())
    if told.endswith("…"):
        assert len(told) <= len(whole)
        assert whole.startswith(told[:-1])
    else:
        assert told == whole
