"""What a form stands for: the names of an entity in every language, under one id.

The names come from ``data/aliases.csv``, which an analyst can mend, and from Unicode's CLDR
(through babel): territories and, for places that a tagger marks, the cities of the time zones.
A city that stands for a government keeps an id of its own; ``data/metonyms.csv`` says for which
(``beijing`` -> ``chinese-government``), and a caller joins on it where that is what they ask.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pandas as pd
from babel import Locale
from babel.core import get_global

from helpers.forms import HAS_LATIN, fold, pattern
from helpers.tables import LABELS, named
from helpers.wordlists import Stamp, listed, stamp, wordlist

_LOCALES = {"de": ("de",), "en": ("en",), "zh": ("zh", "zh_Hant")}
_NOT_A_PLACE = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # groups and test codes of CLDR
_NO_CITIES = ("Antarctica", "Arctic", "Etc", "Indian")  # stations and islands
_ADJECTIVE = re.compile(r"\b(\w{3,})e[nrs]?(?= )")


class Name(NamedTuple):
    """An entity: its id, its one name in every language, its label; is it in ``aliases.csv``."""

    entity_id: str
    entity: str
    label: str
    listed: bool


class Known(NamedTuple):
    """The names of one language.

    Attributes
    ----------
    pattern
        Finds `names` in a text.
    names
        Form -> entity; None for a form that is no name (``Meta-Analyse``, ``AI``): in the file it
        has no entity_id. With a label but no entity_id it is a name of several (``Georgia``).
    marked
        Form -> entity, for forms that may mean something else (cities, ``Amerikaner``): they
        count only where a tagger marks them.
    """

    pattern: re.Pattern[str]
    names: dict[str, Name | None]
    marked: dict[str, Name]


def known(language: str) -> Known:
    """Give the names of a language.

    Raises
    ------
    ValueError
        If ``data/aliases.csv`` or ``data/demonyms.csv`` is wrong, naming the row and the reason.
    """
    return _known(tuple(map(stamp, ("aliases", "demonyms", "traditional"))), language)


@cache
def _known(states: tuple[Stamp, ...], language: str) -> Known:
    """Read the names; ``states`` are those of the files: when one changes, the names do."""
    aliases = _aliases()
    given = dict(aliases.loc[aliases["entity_id"] != "", ["entity_id", "name"]].to_numpy())
    names = _territories(language, given)
    # A language's own row outranks the row for all languages, and both outrank CLDR.
    for own in ("", language):
        for row in aliases[aliases["language"] == own].itertuples():
            name = Name(row.entity_id, row.name, row.label, True) if row.entity_id else None
            forms = dict.fromkeys(_forms(row.alias, language, row.label), name)
            names |= forms
            if row.label and not row.entity_id:  # a name of several entities
                names = {form: n for form, n in names.items() if form not in forms}
    marked = _cities(language, given) | _demonyms(language, given)
    return Known(
        pattern(names, language), names, {f: n for f, n in marked.items() if f not in names}
    )


def _aliases() -> pd.DataFrame:
    """Read the aliases and refuse what would make a mention's entity a matter of chance."""
    aliases = wordlist("aliases")
    one_name = aliases["entity_id"].eq("") | aliases.groupby("entity_id")[
        ["name", "label"]
    ].transform("nunique").eq(1).all(axis=1)
    folded = aliases.assign(alias=aliases["alias"].map(fold))
    _refuse(
        "aliases",
        aliases["alias"],
        {
            "the alias is shorter than two characters": aliases["alias"].str.len() >= 2,
            "the label is not PER, ORG, LOC or MISC": aliases["label"].isin(LABELS)
            | aliases["entity_id"].eq(""),
            "the entity has another name or label in another row": one_name,
            "the alias stands twice in its language": ~folded.duplicated(["alias", "language"]),
        },
    )
    return aliases


def _refuse(name: str, forms: pd.Series, checks: dict[str, pd.Series]) -> None:
    """Raise at the first row that a check does not pass; at a correction rather than at ours."""
    known = listed(name)
    for reason, good in checks.items():
        wrong = [int(row) for row in good.index[~good]]
        if wrong:
            theirs = len(known.rows) - len(known.corrections)
            row = next((row for row in wrong if row >= theirs), wrong[0])
            raise ValueError(f"{known.places[row]} ({forms[row]!r}): {reason}")


def _territories(language: str, given: dict[str, str]) -> dict[str, Name | None]:
    """Give CLDR's names of countries and regions in a language, with ids like ``territory-us``."""
    names: dict[str, Name | None] = {}
    for locale in _LOCALES.get(language, ()):
        for code, form in Locale.parse(locale).territories.items():
            if len(code) == 2 and code not in _NOT_A_PLACE:
                name = _territory(code, given)
                names |= dict.fromkeys(_forms(form.replace(" & ", " and "), language, "LOC"), name)
    return names


def _territory(code: str, given: dict[str, str]) -> Name:
    entity_id = f"territory-{code.lower()}"
    english = Locale("en").territories
    return Name(entity_id, given.get(entity_id, english[code]), "LOC", False)


def _cities(language: str, given: dict[str, str]) -> dict[str, Name]:
    """Give CLDR's cities (of the time zones) in a language, with ids like ``mexico-city``."""
    english = Locale("en").time_zones
    names: dict[str, Name] = {}
    for locale in _LOCALES.get(language, ()):
        own = Locale.parse(locale).time_zones
        for zone in get_global("zone_territories"):
            area, _, place = zone.rpartition("/")
            if not area or area.startswith(_NO_CITIES):
                continue
            city = english.get(zone, {}).get("city") or place.replace("_", " ")
            form = own.get(zone, {}).get("city") or (city if language != "zh" else "")
            if len(form) > 1:
                entity_id = slug(city)
                name = Name(entity_id, given.get(entity_id, city), "LOC", False)
                names |= dict.fromkeys(_forms(form, language, "LOC"), name)
    return names


def _demonyms(language: str, given: dict[str, str]) -> dict[str, Name]:
    """Give the words for the people of a country, as that country."""
    rows = wordlist("demonyms")
    codes = rows["entity_id"].str.removeprefix("territory-").str.upper()
    country = codes.isin(Locale("en").territories) & codes.str.len().eq(2)
    reason = "the entity is not a CLDR territory such as territory-us"
    _refuse("demonyms", rows["form"], {reason: country})
    own = rows.assign(code=codes)[rows["language"] == language]
    return {
        form: _territory(row.code, given)
        for row in own.itertuples()
        for form in _forms(row.form, language, "PER")
    }


def slug(name: str) -> str:
    """Write a name as an id: small Latin letters and digits, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def _forms(alias: str, language: str, label: str) -> Iterator[str]:
    """Write out the forms an alias takes in running text: inflected, capitalised, in capitals."""
    forms = [fold(alias)]
    if language == "de" and label != "PER":
        endings = ("e", "en", "er", "es", "em")
        forms += [_ADJECTIVE.sub(rf"\g<1>{e}", forms[0]) for e in endings]
    for form in forms:
        yield from (form, form[0].upper() + form[1:])
        if len(form) > 3:
            yield form.upper()


def lookup(form: str, language: str, label: str) -> Name | None:
    """Give the entity that a marked span's form stands for, None where no list knows it.

    Tried in turn: the form, without a determiner, a case ending, a legal form (``AG``, ``公司``).
    A name that only CLDR has is no person's (``Jordan``, ``Regina``); a city or a demonym
    is a place or, speaking, an organisation, never a work or a product.
    """
    names = known(language)
    for variant in _variants(fold(form), language):
        if variant in names.names:
            name = names.names[variant]
            return None if name and label == "PER" and not name.listed else name
        if variant in names.marked and label in ("LOC", "ORG"):
            return names.marked[variant]
    return None


def _variants(form: str, language: str) -> Iterator[str]:
    yield form
    first, _, rest = form.partition(" ")
    bare = rest if rest and first.lower() in parts("determiner") else form
    short = without_legal(bare)
    for each in dict.fromkeys((bare, short)):
        yield each
        yield from endings(each, language)


def endings(form: str, language: str) -> Iterator[str]:
    """Give what a form is without a case ending: German -s, -es, -n after -e; English 's."""
    if form.endswith("'s"):
        yield form[:-2]
    elif language == "de" and len(form) > 3:
        for ending, after in (("s", ""), ("es", ""), ("n", "e"), ("'", "")):
            base = form.removesuffix(ending)
            if base != form and base.endswith(after):
                yield base


def without_legal(form: str) -> str:
    """Take the legal forms off the end of a company's name; never all of it."""
    ends = parts("legal")
    while True:
        head, _, last = form.rpartition(" ")
        cut = head.rstrip(" ,") if last in ends else form
        if cut == form and not HAS_LATIN.search(form):
            cut = next(
                (form.removesuffix(e) for e in ends if len(form) > len(e) + 1 and form.endswith(e)),
                form,
            )
        if not cut or cut == form:
            return form
        form = cut


def parts(kind: str) -> frozenset[str]:
    """Give the words of ``data/name_parts.csv`` of a kind: determiner, legal, press."""
    return frozenset(word for word, kinds in _parts(stamp("name_parts")).items() if kind in kinds)


def sorts(word: str) -> frozenset[str]:
    """Give the sorts of organisation that a word of a name tells: ``Times`` is an outlet's."""
    held = _parts(stamp("name_parts")).get(word.lower(), frozenset())
    return held - {"determiner", "legal", "press"}


@cache
def _parts(state: Stamp) -> dict[str, frozenset[str]]:
    rows = wordlist("name_parts")
    return {fold(w): frozenset(own) for w, own in rows.groupby("word")["part"]}


def unnamed(mentions: pd.DataFrame, limit: int = 20) -> pd.DataFrame:
    """List the commonest names that no list knows, to be filled into ``data/aliases.csv``.

    Parameters
    ----------
    mentions
        Table "mentions".
    limit
        How many names.

    Returns
    -------
    pandas.DataFrame
        ``form, label, language, n, articles, sentence_id`` (the first one with the name), the
        name of most mentions first; the language is empty for a code name.
    """
    rows = named(mentions)
    area = rows["entity_id"].str.extract(r"^(\w+):", expand=False)
    rows = rows.assign(form=rows["entity"], language=area.replace("code", ""))
    rows = rows[area.notna()].sort_values("sentence_id")
    groups = rows.astype({"label": "str"}).groupby(["form", "label", "language"])
    out = groups.agg(
        n=("start", "size"),
        articles=("article_id", "nunique"),
        sentence_id=("sentence_id", "first"),
    )
    order = ["n", "articles", "form", "label", "language"]
    out = out.reset_index().sort_values(order, ascending=[False, False, True, True, True])
    return out.head(limit).reset_index(drop=True)
