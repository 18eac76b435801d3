"""Mentions: who and what is named in a sentence, and which entity that is.

The names come from ``data/aliases.csv``, which an analyst can mend, and from the territories of
Unicode's CLDR (through babel). They are found by the baseline in `helpers.baselines.mentions`.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from babel import Locale

from helpers.baselines.mentions import Found, find, fold, pattern
from helpers.tables import analysed, frame
from helpers.wordlists import Stamp, stamp, wordlist

# Share of a method's mentions that are right. Alias and code: exact span and label, pooled over
# the German, English and Chinese gold dev sets, where "US" in "US-Modell" counts as wrong. Repeat:
# 74 drawn from whole articles of the attribution gold and judged by hand, 66 right.
PRECISION = {"alias": 0.67, "code": 0.81, "repeat": 0.89}
LABELS = ("PER", "ORG", "LOC", "MISC")

_LOCALES = {"de": ("de",), "en": ("en",), "zh": ("zh", "zh_Hant")}
_NOT_A_PLACE = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}  # groups and test codes of CLDR
_ADJECTIVE = re.compile(r"\b(\w{3,})e[nrs]?(?= )")


class Name(NamedTuple):
    """What a form stands for: an entity, its one name in every language, and how it is known."""

    entity_id: str
    entity: str
    label: str
    how: str


def mentions(sentences: pd.DataFrame) -> pd.DataFrame:
    """Find the known names in the analysed sentences (headline, standfirst, body).

    Of overlapping names the longest counts; the span is the name alone, so ``US-Modelle`` holds
    a mention of the United States and ``Alibaba-Konzern`` one of Alibaba. After a person's full
    name, its first or last word alone is that person further down the same article, unless two
    persons share the word (how ``repeat``).

    Parameters
    ----------
    sentences
        Table "sentences" of `helpers.tables`.

    Returns
    -------
    pandas.DataFrame
        Table "mentions": offsets into the article's text; how is alias (``data/aliases.csv``),
        code (CLDR) or repeat; confidence is that method's precision, `PRECISION`.

    Raises
    ------
    ValueError
        If ``data/aliases.csv`` is wrong, naming the row and the reason.
    """
    rows: list[dict[str, Any]] = []
    ordered = analysed(sentences).sort_values(["article_id", "start"])
    for _, article in ordered.groupby("article_id", sort=False):
        rows.extend(_article(article))
    return frame(rows, "mentions")


@cache
def _known(state: Stamp, language: str) -> tuple[re.Pattern[str], dict[str, Name | None]]:
    """Give the pattern of a language's names and what each form stands for.

    ``state`` is that of ``aliases.csv``: when the file changes, the names do.
    """
    aliases = _aliases(state[0])
    given = dict(aliases.loc[aliases["entity_id"] != "", ["entity_id", "name"]].to_numpy())
    names = _territories(language, given)
    # A language's own row outranks the row for all languages, and both outrank CLDR.
    for own in ("", language):
        rows = aliases[aliases["language"] == own]
        for row in rows.itertuples():
            name = Name(row.entity_id, row.name, row.label, "alias") if row.entity_id else None
            names |= dict.fromkeys(_forms(row.alias, language, row.label), name)
    return pattern(names, language), names


def _aliases(path: Path) -> pd.DataFrame:
    """Read the aliases and refuse what would make a mention's entity a matter of chance."""
    aliases = wordlist("aliases")
    one_name = aliases["entity_id"].eq("") | aliases.groupby("entity_id")[
        ["name", "label"]
    ].transform("nunique").eq(1).all(axis=1)
    checks = {
        "the alias is shorter than two characters": aliases["alias"].str.len() >= 2,
        "the label is not PER, ORG, LOC or MISC": aliases["label"].isin(LABELS)
        | aliases["entity_id"].eq(""),
        "the entity has another name or label in another row": one_name,
        "the alias stands twice in its language": ~aliases.duplicated(["alias", "language"]),
    }
    for reason, good in checks.items():
        if not good.all():
            row = int((~good).idxmax())
            alias = aliases.at[row, "alias"]
            raise ValueError(f"{path}, row {row + 2} ({alias!r}): {reason}")
    return aliases


def _territories(language: str, given: dict[str, str]) -> dict[str, Name | None]:
    """Give CLDR's names of countries and regions in a language, with ids like ``territory-us``."""
    english = Locale("en").territories
    names: dict[str, Name | None] = {}
    for locale in _LOCALES.get(language, ()):
        for code, form in Locale.parse(locale).territories.items():
            if len(code) == 2 and code not in _NOT_A_PLACE:
                entity_id = f"territory-{code.lower()}"
                name = Name(entity_id, given.get(entity_id, english[code]), "LOC", "code")
                names |= dict.fromkeys(_forms(form.replace(" & ", " and "), language, "LOC"), name)
    return names


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


def _article(sentences: pd.DataFrame) -> Iterator[dict[str, Any]]:
    state = stamp("aliases")
    found = []
    for sentence in sentences.itertuples():
        known, names = _known(state, str(sentence.language))
        spans = [(span, names[span.form]) for span in find(sentence.text, known)]
        found.append((sentence, spans))
    people = _people(found)
    for sentence, spans in found:
        repeats = _repeats(sentence, [span for span, _ in spans], people)
        for span, name in sorted([*spans, *repeats]):
            if name:
                yield _row(sentence, span, name)


def _row(sentence: Any, span: Found, name: Name) -> dict[str, Any]:
    return {
        "article_id": sentence.article_id,
        "sentence_id": sentence.sentence_id,
        "start": sentence.start + span.start,
        "end": sentence.start + span.end,
        "text": sentence.text[span.start : span.end],
        "confidence": PRECISION[name.how],
        **name._asdict(),
    }


def _people(
    found: list[tuple[Any, list[tuple[Found, Name | None]]]],
) -> dict[str, tuple[int, Name]]:
    """Give the first and last words of full names: from where in the article, and whose.

    A word that two persons share is left out.
    """
    people: dict[str, tuple[int, Name]] = {}
    shared = set()
    for sentence, spans in found:
        for span, name in spans:
            words = span.form.split()
            if name is None or name.label != "PER" or len(words) < 2:
                continue
            for word in {words[0], words[-1]}:
                _, first = people.setdefault(word, (sentence.start + span.end, name))
                if first.entity_id != name.entity_id:
                    shared.add(word)
    return {w: p for w, p in people.items() if w not in shared and w.isalpha()}


def _repeats(
    sentence: Any, taken: list[Found], people: dict[str, tuple[int, Name]]
) -> Iterator[tuple[Found, Name]]:
    for span in find(sentence.text, pattern(people, str(sentence.language))):
        since, name = people[span.form]
        # "Zhang" before another capitalised word may be another person's name; "Zhangs" is not.
        ending = span.end - span.start > len(span.form)
        alone = ending or not re.match(r"\s+[A-ZÀ-ÖØ-Þ]", sentence.text[span.end :])
        free = all(span.end <= t.start or t.end <= span.start for t in taken)
        if alone and free and sentence.start + span.start >= since:
            yield span, name._replace(how="repeat")
