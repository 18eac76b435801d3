"""What docs/adding-a-language.md promises: rows make a language better, none is guessed at."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from helpers import annotate, load
from helpers.quotes import quotes
from helpers.scores import trust
from helpers.tone import targets

DATA = Path(__file__).parents[1] / "data"
TEXT = (
    "Les syndicats accusent la société Norvik d'avoir caché les risques. "
    "L'Allemagne et les Nations unies ont annoncé qu'elles aideraient la région."
)
ROWS = {
    "cues": ["fr,accuser,accuse", "fr,annoncer,announce"],
    "source_kinds": ["fr,syndicats,organisation"],
    "aliases": ["territory-de,Germany,Allemagne,fr,LOC"],
}


def annotated():
    return annotate(load(pd.DataFrame({"text": [TEXT]}))[0], progress=False)


@pytest.fixture
def rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, added in ROWS.items():
        file = Path(shutil.copy(DATA / f"{name}.csv", tmp_path))
        file.write_text(
            file.read_text("utf-8").rstrip("\n") + "\n" + "\n".join(added) + "\n", "utf-8"
        )
    monkeypatch.setenv("HELPERS_DATA", str(tmp_path))


def test_without_rows_a_language_is_read_and_said_to_be_unmeasured():
    story = annotated()
    assert set(story.sentences["language"]) == {"fr"}
    assert set(story.attributions["stance"]) == {"say"}
    assert "Norvik" in set(story.mentions["text"])
    assert "territory-de" not in set(story.mentions["entity_id"])
    scored = targets(story.tones)
    assert len(scored)
    assert scored["abstained"].all()
    assert trust(story.attributions, story.articles["language"]) == ["French: never measured."]


@pytest.mark.usefixtures("rows")
def test_rows_give_stance_source_kind_and_the_name_of_the_other_languages():
    story = annotated()
    told = story.attributions.set_index("cue")[["stance", "source_kind"]]
    assert told.loc["accusent"].to_list() == ["accuse", "organisation"]
    assert told.loc["ont annoncé", "stance"] == "announce"
    germany = story.mentions[story.mentions["text"] == "Allemagne"].iloc[0]
    assert (germany["entity_id"], germany["entity"]) == ("territory-de", "Germany")


def test_quote_marks_with_a_space_inside_are_not_seen_as_the_guide_says():
    assert quotes("« Non », dit-il") == []
    assert quotes("«Non», dit-il") == [(0, 5)]
