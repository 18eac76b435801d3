"""A reader's corrections: merged over the lists, refused where wrong, in force at once, counted."""

import pandas as pd
import pytest

from helpers import annotate, load
from helpers.checking import judge, sample, verdict_file
from helpers.corrections import in_force
from helpers.wordlists import KEYS, LISTS, listed, wordlist

TEXT = "Zorbl Vantix said that it rained. The mayor grumbled that Zorbl Vantix lied."


@pytest.fixture
def correct(tmp_path, monkeypatch):
    """Give a function that writes corrections of a list in a data folder that has nothing else."""
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path / "data"))
    (tmp_path / "data" / "corrections").mkdir(parents=True)

    def write(name: str, *rows: str, columns: tuple[str, ...] | None = None) -> None:
        text = "\n".join([",".join(columns or LISTS[name]), *rows])
        (tmp_path / "data" / "corrections" / f"{name}.csv").write_text(text, "utf-8")

    return write


def story():
    return annotate(load(pd.DataFrame({"text": [TEXT], "language": ["en"]}))[0], progress=False)


@pytest.mark.parametrize("name", LISTS)
def test_without_corrections_a_list_is_as_it_was(correct, name):
    plain = wordlist(name)
    correct(name)
    assert wordlist(name).equals(plain)
    assert set(KEYS[name]) <= set(LISTS[name])


def test_a_row_is_added_changed_or_taken_away(correct):
    plain = wordlist("cues").set_index(["language", "lemma"])["stance"]
    assert plain["en", "say"] == "say"
    assert ("en", "grumble") not in plain.index
    correct("cues", "en,grumble,accuse", "en,say,announce", "en,tell,")
    mended = wordlist("cues").set_index(["language", "lemma"])["stance"]
    assert mended["en", "grumble"] == "accuse"
    assert mended["en", "say"] == "announce"
    assert ("en", "tell") not in mended.index
    assert len(mended) == len(plain)
    assert listed("cues").corrections["correction"].tolist() == ["added", "changed", "taken away"]
    assert listed("cues").places[-1] == "corrections/cues.csv, row 3"


def test_annotate_follows_a_correction_at_once_and_its_loss(correct):
    before = story()
    assert "zorbl" not in set(before.mentions["entity_id"])
    stances = dict(zip(before.attributions["cue"], before.attributions["stance"], strict=True))
    correct("aliases", "zorbl,Zorbl,Zorbl Vantix,,ORG")
    correct("cues", "en,grumble,accuse")
    after = story()
    assert (after.mentions["entity_id"] == "zorbl").sum() == 2
    told = dict(zip(after.attributions["cue"], after.attributions["stance"], strict=True))
    assert told["grumbled"] == "accuse" != stances.get("grumbled")
    correct("aliases")
    correct("cues")
    assert story().mentions["entity_id"].tolist() == before.mentions["entity_id"].tolist()


WRONG = {
    "corrections/cues.csv, row 3: the stance 'shout' is none of say": (
        "cues", "en,grumble,accuse", "en,yell,shout",
    ),
    "corrections/cues.csv, row 2: there is no lemma": ("cues", "en,,say"),
    "corrections/cues.csv, row 2: ' yell' begins or ends": ("cues", "en, yell,say"),
    "corrections/cues.csv, row 3: the same is corrected": ("cues", "en,yell,say", "en,yell,warn"),
    "corrections/source_kinds.csv, row 2: the source_kind 'group'": (
        "source_kinds", "en,crew,group",
    ),
    "corrections/relays.csv, row 2: .* no regular expression": ("relays", "en,(citing"),
    "corrections/aliases.csv, row 2: the label 'FIRM'": ("aliases", "zorbl,Zorbl,Zorbl,,FIRM"),
}  # fmt: skip


@pytest.mark.parametrize("reason", WRONG)
def test_a_correction_that_cannot_be_followed_is_named(correct, reason):
    name, *rows = WRONG[reason]
    correct(name, *rows)
    with pytest.raises(ValueError, match=reason):
        wordlist(name)


def test_a_contradiction_with_our_rows_is_laid_to_the_correction(correct):
    correct("aliases", "alibaba,Ali Baba Ltd,Ali Baba Ltd,,ORG")
    with pytest.raises(ValueError, match=r"corrections/aliases.csv, row 2 .*another name"):
        story()


def test_a_file_without_its_columns_is_named(correct):
    correct("cues", columns=("word",))
    with pytest.raises(ValueError, match=r"cues.csv: column language, lemma, stance"):
        wordlist("cues")


def test_all_in_force_are_counted_in_a_line(correct, tmp_path, articles):
    corpus = tmp_path / "articles"
    corpus.mkdir()
    assert in_force(corpus).line == "No corrections."
    correct("aliases", "zorbl,Zorbl,Zorbl,,ORG", "zorbl,Zorbl,Zorbl AG,,ORG")
    correct("cues", "en,say,announce")
    correct("roles", "en,<b>boss</b>,PER,chief,")
    columns = ("verdict", "sentence_a", "sentence_b")
    correct("claims", "same,001:p02s01,003:p02s01", columns=columns)
    row = sample(story(), "mentions", 1).iloc[0]
    judge(verdict_file(corpus), row, "wrong")
    found = in_force(corpus)
    assert found.line == (
        "5 corrections in force: 2 aliases, 1 cue, 1 in roles.csv, 1 claim. "
        "1 verdict on what was found."
    )
    assert found.rows["correction"].tolist() == ["added", "added", "changed", "added", "same"]
    html = found._repr_html_()
    assert "&lt;b&gt;boss" in html
    assert "<b>boss" not in html


def test_a_list_of_ones_own_is_a_correction(correct, tmp_path):
    (tmp_path / "data" / "objects.csv").write_text("language,lemma\nen,deny\n", "utf-8")
    assert in_force(tmp_path).line == "1 correction in force: 1 in objects.csv."
