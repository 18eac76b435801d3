"""Role phrases and pronouns: who ``the company``, ``der Sprecher``, ``该公司`` or ``he`` is.

Nothing is guessed: where the text leaves more than one entity, there is no row.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from helpers.forms import fold
from helpers.names import Name, sorts
from helpers.quotes import quotes
from helpers.roles import Line, Mention, Noun, apposed, head, nouns

# Share of the finds that are right, judged by hand on German and English train parts of the
# attribution gold. Role: 60 drawn, 53 right. Pronoun: 100 drawn, 71 right, on spans of a makeshift
# tagger that missed many persons; where the persons of both sentences were marked, 72 of 75.
PRECISION = {"role": 0.88, "pronoun": 0.71}

BACK = 2  # sentences that are looked back over for what a description means
_FITS = {
    "company": {"company", "bank", "organisation"},
    "organisation": {"organisation", "company"},
}
_DETERMINERS = {
    "m": ("der", "den", "dem", "des"),
    "f": ("die", "der"),
    "n": ("das", "dem", "des"),
}
# ``the business newspaper`` is no business: the last of two such nouns is the head.
_ENGLISH = (
    r"\b(?P<the>[Tt]he|[Tt]his|[Tt]hat)\s+"
    r"(?:(?!(?:of|in|on|at|by|for|to|and|or|is|was|that|with|from|as)\b)[\w.-]+\s+){{0,3}}?"
    r"(?P<noun>(?:news agency|[a-z][a-z-]+))\b(?!-|\s(?:{nouns})\b)(?P<bare>)"
)
_GERMAN = re.compile(
    r"\b(?P<the>[Dd](?:er|ie|as|em|en|es)|[Dd]iese[rsmn]?)\s+"
    r"(?:(?!beide|de[rnms]\b)[a-zäöüß][\wäöüß-]*e[nrsm]?\s+){0,3}(?P<noun>[A-ZÄÖÜ][\w-]*)(?P<bare>)"
)
# A Chinese role stands after a demonstrative or, before a verb of saying, opens a clause.
_CHINESE = (
    r"(?P<the>该|这家|该家)(?P<noun>{nouns})"
    r"|(?:^|(?<=[，。；：“”]))[\u4e00-\u9fff]{{0,6}}?(?P<bare>{nouns})"
    r"(?=[也还在]?(?:说|表示|称|指出|强调|回应|回答|补充))"
)
_PRONOUN = {
    "de": re.compile(r"\b(?:[Ee]r|[Ss]ie)\b"),
    "en": re.compile(r"\b(?:[Hh]e|[Ss]he)\b"),
    "zh": re.compile(r"(?<![其吉])[他她](?![们們人国國])"),
}
_MALE = frozenset(("er", "he", "他"))
_INDEFINITE = re.compile(
    r"\b(?:[Ee]ine?[mnr]?|[Aa]n?|[Oo]ne|[Aa]nother)\s+(?:[\w-]+\s+){0,2}?([\w-]+)"
)
_NAME_AFTER = re.compile(r",?\s+[\"„“”'‘»«]?[A-ZÀ-ÖØ-Þ]")
_COMPLEMENT = re.compile(r"\s+(?:of|for|from|des|der|von|vom|aus|beim|bei|im|in)\b")


def roles(lines: list[Line], found: list[list[Mention]]) -> None:
    """Add the role phrases and pronouns of an article whose one antecedent is clear.

    A noun is tied to a name by apposition (``der E-Commerce-Riese Alibaba``, ``Alibaba, the
    e-commerce giant,``, ``Außenamtssprecher Lin Jian``). A person's role needs that tie, to one
    person only; an organisation's may also mean the one organisation of its sort (``outlet``,
    ``company``) named before it in the sentence or else in the nearest of the two before. A
    pronoun is the one person, of no other gender, named before it in the sentence or else in the
    sentence before; none where somebody without a name (``a spokesman``) stands there as well.

    Parameters
    ----------
    lines
        The article's sentences in order.
    found
        The names in each of them; role phrases and pronouns are added.
    """
    article = _Roles(lines, found)
    for number in range(len(lines)):
        article.resolve(number)


def _description(language: str) -> re.Pattern[str] | None:
    if language == "de":
        return _GERMAN
    form = {"en": _ENGLISH, "zh": _CHINESE}.get(language)
    return _with_nouns(form, nouns(language)) if form else None


@cache
def _with_nouns(form: str, words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda w: (-len(w), w))
    return re.compile(form.format(nouns="|".join(longest_first)))


def _whole(word: str, noun: Noun) -> str:
    """Give a compound without its case ending."""
    low = fold(word).lower()
    return low[: low.rfind(noun.word) + len(noun.word)]


def _said(m: Mention, language: str) -> Iterator[str]:
    """Give the sorts that the words of an organisation's name tell: ``Times``, ``Ministry``."""
    for word in (*m.name.entity.split(), *m.form.split()):
        yield from sorts(word)
        for code in ("en", language):
            noun = head(word, code)
            if noun and noun.label == "ORG":
                yield noun.sort


def _apposition(text: str, phrase: tuple[int, int], names: list[Mention]) -> bool:
    """Say whether a phrase describes a person who is named beside it: ``Ann Poe, an expert``."""
    start, end = phrase
    return any(
        text[m.end : start].strip() == "," or text[end : m.start] in (" ", ", ")
        for m in names
        if m.name.label == "PER"
    )


class _Roles:
    """What an article's text ties to its names."""

    def __init__(self, lines: list[Line], found: list[list[Mention]]) -> None:
        self.lines, self.found = lines, found
        self.tied: dict[str, dict[str, tuple[int, Name]]] = defaultdict(dict)
        self.words: dict[str, set[str]] = defaultdict(set)
        self.sorts: dict[str, set[str]] = defaultdict(set)
        self.genders: dict[str, set[str]] = defaultdict(set)
        self.quoted: list[list[tuple[int, int]]] = []
        self.strangers = [False] * len(lines)  # does a person without a name stand there
        for number, line in enumerate(lines):
            found[number].sort(key=lambda m: (m.start, m.end))
            self.quoted.append(quotes(line.text))
            for m in found[number]:
                self._tie(line, m, found[number])
            self.strangers[number] = any(
                (noun := head(hit[1], line.language))
                and noun.label == "PER"
                and not _apposition(line.text, hit.span(), found[number])
                for hit in _INDEFINITE.finditer(line.text)
            )

    def _tie(self, line: Line, m: Mention, others: list[Mention]) -> None:
        entity = m.name.entity_id
        said = set(_said(m, line.language)) if m.name.label == "ORG" else set()
        self.sorts[entity] |= said
        for word, noun in apposed(line, m, others):
            fits = not said or said & _FITS.get(noun.sort, {noun.sort})  # else a list of two
            if noun.label == m.name.label and fits:
                self.sorts[entity].add(noun.sort)
                self.genders[entity].add(noun.gender)
                for key in {_whole(word, noun), noun.word}:
                    self.tied[key].setdefault(entity, (line.start + m.end, m.name))
                self.words[entity].add(_whole(word, noun))

    def resolve(self, number: int) -> None:
        """Add one sentence's rows, from left to right: a pronoun may mean a role before it."""
        line = self.lines[number]
        phrases = list(self._phrases(number, line))
        if line.language in _PRONOUN:
            for h in _PRONOUN[line.language].finditer(line.text):
                apart = _NAME_AFTER.match(line.text, h.end())  # "er, Köhler,"
                if not apart and not self._inside(number, h.start()):
                    phrases.append((*h.span(), ""))
        for start, end, word in sorted(phrases):
            how = "role" if word else "pronoun"
            means = self._role if word else self._pronoun
            name = means(number, start, end, word)
            if name:
                form = line.text[start:end]
                m = Mention(start, end, name.label, PRECISION[how], form, name, how)
                self.found[number].append(m)
                if how == "pronoun":
                    self.genders[name.entity_id].add("m" if form.lower() in _MALE else "f")

    def _inside(self, number: int, place: int) -> bool:
        """Say whether a place is within quote marks, where another voice names and points."""
        return any(start <= place < end for start, end in self.quoted[number])

    def _phrases(self, number: int, line: Line) -> Iterator[tuple[int, int, str]]:
        """Give the definite descriptions that no name follows: start, end and noun."""
        if search := _description(line.language):
            for hit in search.finditer(fold(line.text)):
                noun = hit["noun"] or hit["bare"]
                if self._describes(line, hit, noun) and not self._inside(number, hit.start()):
                    yield hit.start(), hit.end(), noun

    def _describes(self, line: Line, hit: re.Match[str], word: str) -> bool:
        noun = head(word, line.language)
        if not noun or noun.sort == "title":
            return False
        end = hit.end()
        if line.language == "de" and noun.gender:
            det = hit["the"].lower()
            det = {"ese": "die", "eser": "der", "eses": "des"}.get(det[2:], det)
            if det[:3] not in _DETERMINERS[noun.gender]:
                return False
        more = re.match(r"\s+([a-z-]+)", line.text[end:])
        if line.language == "en" and more and head(more[1], "en"):
            return False  # "the company spokesman"
        named = line.text[end : end + 1] == " " and _NAME_AFTER.match(line.text, end)
        return not named and not _COMPLEMENT.match(line.text, end)

    def _role(self, number: int, start: int, end: int, word: str) -> Name | None:
        noun = head(word, self.lines[number].language)
        for m in self.found[number]:
            if m.start < end and start < m.end and m.name.label != "LOC":
                return None
            if end <= m.start <= end + 2:  # the name follows: an apposition
                return None
        exact, tied = self._ties(_whole(word, noun), noun, self.lines[number].start + start)
        if noun.label == "PER":
            if len(tied) == 1 and not self._introduced(number, start, noun, tied):
                return next(iter(tied.values()))
            self.strangers[number] = True
            return None
        near = self._near(number, start, noun.sort)
        if len(near) == 1 and not exact and (not tied or set(near) <= set(tied)):
            return next(iter(near.values()))
        return next(iter(tied.values())) if (exact or not near) and len(tied) == 1 else None

    def _ties(self, whole: str, noun: Noun, here: int) -> tuple[bool, dict[str, Name]]:
        """Give whom a noun was tied to before, and whether by this very compound.

        ``der Präsident`` may be the ``Übergangspräsident``, the ``Parlamentspräsident`` may not.
        """
        ties = {i: n for i, (at, n) in self.tied.get(whole, {}).items() if at <= here}
        if ties or whole == noun.word:
            return bool(ties) and whole != noun.word, ties
        plain = self.tied.get(noun.word, {})
        return False, {
            i: n for i, (at, n) in plain.items() if at <= here and noun.word in self.words[i]
        }

    def _introduced(self, number: int, start: int, noun: Noun, tied: dict[str, Name]) -> bool:
        """Say whether another such person came in between: ``a spokesman``, ``ein Sprecher``."""
        line = self.lines[number]
        since = max(at for i, (at, _) in self.tied[noun.word].items() if i in tied)
        for back in range(number, -1, -1):
            if self.lines[back].start + len(self.lines[back].text) < since:
                return False
            for hit in _INDEFINITE.finditer(self.lines[back].text):
                at = self.lines[back].start + hit.start()
                other = head(hit[1], line.language)
                if other and other.sort == noun.sort and since < at < line.start + start:
                    return True
        return False

    def _near(self, number: int, start: int, sort: str) -> dict[str, Name]:
        """Give the organisations of a sort in the nearest sentence that has any."""
        fits = _FITS.get(sort, {sort})
        for back in range(number, max(number - BACK, 0) - 1, -1):
            near = {
                m.name.entity_id: m.name
                for m in self.found[back]
                if m.name.label == "ORG" and (back < number or m.end <= start)
            }
            own = {i: self.sorts.get(i, set()) for i in near}
            fit = {
                i: n for i, n in near.items() if own[i] & fits or not own[i] and sort == "company"
            }
            if fit or not all(own.values()):  # what is of no known sort may be the nearer one
                return fit
        return {}

    def _pronoun(self, number: int, start: int, end: int, _: str) -> Name | None:
        word = self.lines[number].text[start:end].lower()
        other, sure = ("f", False) if word in _MALE else ("m", word == "sie")
        for back in range(number, max(number - 1, 0) - 1, -1):
            near = {
                m.name.entity_id: m.name
                for m in self.found[back]
                if m.name.label == "PER"
                and (back < number or m.end <= start)
                and not self._inside(back, m.start)
            }
            # A German "sie" may be many or a thing: only a woman that the text calls so.
            fit = {
                i: n
                for i, n in near.items()
                if other not in self.genders.get(i, ())
                and (not sure or "f" in self.genders.get(i, ()))
            }
            if near or self.strangers[back]:
                clear = len(fit) == 1 and not self.strangers[back]
                return next(iter(fit.values())) if clear else None
        return None
