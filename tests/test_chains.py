"""Chains: from the outlet, over an agency, a paper, a document, to the origin."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.chains import links
from helpers.tables import frame
from tests.test_attribution import article, read


def chains(
    text: str,
    language: str,
    names: dict[str, str],
    outlet: str | None = None,
    agency: str | None = None,
) -> list[list[tuple[str | None, str | None]]]:
    """Give the chain of each attribution: source and kind of each step after the outlet."""
    given = frame([article(text) | {"outlet": outlet, "agency": agency}], "articles")
    rows = links(given, *read(text, language, names))
    rows = rows.astype(object).where(rows.notna(), None)
    parts = rows[rows["depth"] > 0].groupby("attribution_id", sort=False)
    return [list(zip(p["source"], p["source_kind"], strict=True)) for _, p in parts]


def test_the_chain_runs_from_outlet_over_agency_to_source() -> None:
    text, names, acme = "Acme said that sales rose.", {"Acme": "ORG"}, ("Acme", "organisation")
    assert chains(text, "en", names, "Die Post", "AFP") == [[("AFP", "agency"), acme]]
    assert chains(text, "en", names, "Die Post") == [[acme]]
    assert chains(text, "en", names, "AFP", "AFP") == [[acme]]
    assert chains(text, "en", names) == [[acme]]


def test_an_unresolved_source_is_no_name_in_the_chain() -> None:
    assert chains("It said that sales rose.", "en", {})[0][-1][0] is None


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "“We regret it,” a spokesman for Acme told AFP.", {"Acme": "ORG", "AFP": "ORG"}),
        ("de", "„Wir bedauern das“, sagte ein Sprecher von Acme der Nachrichtenagentur AFP.",
         {"Acme": "ORG", "AFP": "ORG"}),
    ],
)  # fmt: skip
def test_an_agency_that_was_spoken_to_is_a_step(language, text, names) -> None:
    (found,) = chains(text, language, names)
    assert found == [("AFP", "agency"), ("Acme", found[-1][1])]


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("en", "The Financial Times, citing a memo from the Pentagon, said that Acme sold data.",
         {"Financial Times": "ORG", "Pentagon": "ORG", "Acme": "ORG"}),
        ("de", "Die „Financial Times“, die sich auf ein Memo des Pentagon beruft, berichtete, dass "
         "Acme Daten verkauft habe.", {"Financial Times": "ORG", "Pentagon": "ORG", "Acme": "ORG"}),
    ],
)  # fmt: skip
def test_what_a_paper_asserts_goes_on_to_the_document_it_rests_on(language, text, names) -> None:
    found = chains(text, language, names)
    ends = [chain for chain in found if chain[0] == ("Financial Times", "outlet")]
    assert ends
    assert all(chain[-1][1] == "document" for chain in ends)


def test_what_a_paper_says_of_itself_ends_with_it() -> None:
    names = {"Financial Times": "ORG", "Pentagon": "ORG"}
    text = (
        "The Financial Times relied on a memo from the Pentagon. "
        "The Financial Times said that it had seen no proof."
    )
    assert chains(text, "en", names)[-1] == [("Financial Times", "outlet")]


PIECES = ["AFP", "told", "citing", "a memo", "of", "Acme", "said", "that", "“yes”", ",", ".", "it"]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(["AFP", "Acme", None]))
@settings(max_examples=80)
def test_depth_only_grows_and_no_hand_stands_twice(words, outlet) -> None:
    text = " ".join(words)
    given = frame([article(text) | {"outlet": outlet, "agency": outlet}], "articles")
    lines, named, said = read(text, "en", {"AFP": "ORG", "Acme": "ORG"})
    rows = links(given, lines, named, said)
    assert set(rows["attribution_id"]) == set(said["attribution_id"])
    for _, own in rows.groupby("attribution_id"):
        assert own["depth"].tolist() == list(range(len(own)))
        held = own.loc[own["depth"] > 0, "entity_id"].dropna()
        assert held.is_unique


def test_a_document_in_a_document_nobody_is_named_for_has_a_chain() -> None:
    """Said by the layer that an unnamed report says what a memo says, and once more by the memo."""
    text = "A report said that the memo said that sales rose. The memo said that all was well."
    lines, named, _ = read(text, "en", {})
    row = {"article_id": "a", "sentence_id": "a:p01s01", "source_kind": "document",
           "stance": "say", "unresolved": False}  # fmt: skip
    places = [(9 + 5, 48, "A report"), (30, 48, "the memo"), (64, 81, "The memo")]
    said = [
        row | {"attribution_id": str(i), "content_start": start, "content_end": end, "source": who}
        for i, (start, end, who) in enumerate(places)
    ]
    rows = links(frame([article(text)], "articles"), lines, named, frame(said, "attributions"))
    chain = rows[rows["depth"] > 0].groupby("attribution_id")["source"].agg(list)
    assert chain.tolist() == [["A report"], ["A report", "the memo"], ["The memo"]]


def test_no_attributions_give_an_empty_table() -> None:
    empty = [frame([], name) for name in ("articles", "sentences", "mentions", "attributions")]
    assert links(*empty).dtypes.equals(frame([], "links").dtypes)
    assert isinstance(links(*empty), pd.DataFrame)
