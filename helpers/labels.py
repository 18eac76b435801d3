"""Names of entities in the language of the reader, where a name in it is known.

A story calls an entity by one name in every language, usually the English one. Here it gets the
name of another language: from Unicode's CLDR for countries, else from ``data/aliases.csv``. What
no list knows keeps the name that its article gives it; ids stay as they are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
from babel import Locale, UnknownLocaleError

from helpers.forms import HAS_LATIN, fold
from helpers.story import Story
from helpers.tables import named
from helpers.wordlists import wordlist


def named_in(story: Story, language: str) -> Story:
    """Call the entities of a story by their names in a language.

    Parameters
    ----------
    story
        As `helpers.annotate` gives it.
    language
        An ISO 639-1 code, such as ``de``, ``en`` or ``zh``.

    Returns
    -------
    Story
        The same tables with another ``entity`` in mentions, attributions and tones, and another
        ``source`` in links where it was the entity's name. Two entities that would get one name
        keep theirs.

    Raises
    ------
    ValueError
        If there is no such language.
    """
    new = _names(story, language)
    known = named(story.mentions).dropna(subset=["entity_id"]).drop_duplicates("entity_id")
    old = known.set_index("entity_id")["entity"].to_dict()
    told = {
        name: _called(table, "entity", new)
        for name, table in story.tables().items()
        if "entity" in table.columns
    }
    links = story.links
    by_name = links["source"] == links["entity_id"].map(old)
    renamed = _called(links[by_name], "source", new)
    told["links"] = pd.concat([renamed, links[~by_name]]).sort_index()
    return replace(story, **told)


def _called(table: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    own = table["entity_id"].map(names).astype("str")
    return table.assign(**{column: own.fillna(table[column])})


def _names(story: Story, language: str) -> dict[str, str]:
    """Give the new name of each entity that gets one, by id."""
    try:
        places = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"no language '{language}': give a code such as en, de or zh") from error
    tables = [t for t in story.tables().values() if "entity" in t]
    pairs = pd.concat([table[["entity_id", "entity"]] for table in tables])
    old = dict(pairs.dropna().drop_duplicates("entity_id").to_numpy())
    cldr = {f"territory-{code.lower()}": place for code, place in places.items()}
    listed = _listed(story, language)
    told = listed | {i: place for i, place in cldr.items() if listed.get(i) != old.get(i)}
    new = {i: told.get(i, name) for i, name in old.items()}
    counts = Counter(new.values())
    return {i: name for i, name in new.items() if name != old[i] and counts[name] == 1}


def _listed(story: Story, language: str) -> dict[str, str]:
    """Choose among an entity's aliases in the language: this story's usual one, or the fullest.

    What goes by its name in the language keeps it, but for places that the story's own texts in
    the language call otherwise (*Peking*). Chinese is written in simplified characters.
    """
    aliases = wordlist("aliases")
    aliases = aliases[aliases["entity_id"] != ""]
    here = aliases[aliases["language"].isin(["", language])]
    shared = here[here["alias"] == here["name"]]
    own = aliases[aliases["language"] == language]
    if language == "zh":
        other = set("".join(wordlist("traditional")["traditional"]))
        own = own[[other.isdisjoint(a) and not HAS_LATIN.search(a) for a in own["alias"]]]
        shared = shared.head(0)
    used = _used(story, language)
    kept = dict(shared[["entity_id", "name"]].to_numpy())
    ranked = []
    for row in own.itertuples():
        n, folded = used[row.entity_id, fold(row.alias)], row.alias.casefold()
        usual = row.label == "LOC" and n > used[row.entity_id, fold(row.name)]
        if usual or row.entity_id not in kept:
            # Of two ways to write one name that with ß or another sign of its own.
            ranked.append((n, len(folded), folded != row.alias.lower(), row.alias, row.entity_id))
    return kept | {entity_id: alias for *_, alias, entity_id in sorted(ranked)}


def _used(story: Story, language: str) -> Counter[tuple[str, str]]:
    """Count how often sentences of the language call each entity by each form."""
    spoken = story.sentences.set_index("sentence_id")["language"].astype("str")
    rows = named(story.mentions)
    rows = rows[rows["sentence_id"].map(spoken) == language]
    return Counter(zip(rows["entity_id"], rows["text"].map(fold), strict=True))
