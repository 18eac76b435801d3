"""Names for the spans that a tagger finds: one entity, one id, one label; names found again.

An article is named as a whole. What ``data/aliases.csv`` or CLDR knows gets its canonical id; what
neither knows is grouped by its string within the article's language and gets an id that shows it:
``zh:王毅``. A code name (``GTG-1002``) is the same in every language: ``code:GTG-1002``.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.antecedents import roles
from helpers.forms import find, fold, pattern
from helpers.names import Name, endings, known, lookup, parts, without_legal
from helpers.roles import Line, Mention, compound, head
from helpers.tables import LABELS, analysed, frame

# Names of the lists that the tagger did not mark are mentions too. Switch off to measure without.
UNMARKED_ALIASES = True

# Share of a rule's own finds that name what they are said to, judged by hand. Alias: 115 names that
# the gold dev sets do not mark, mostly in compounds and attributes, which gold leaves out (108
# right). Repeat: 74 drawn from whole articles of the attribution gold (66 right). Code: all 43 in
# its train parts (41 right).
PRECISION = {"alias": 0.94, "repeat": 0.89, "code": 0.95}

_QUOTES = " \t\n\"'“”„‚‘’«»‹›《》〈〉「」『』()（）[],;:·"
_CODE = re.compile(
    r"(?<![0-9A-Za-zÀ-ɏ_-])(?:[A-Z]{1,5}-\d{1,5}(?:-\d{1,6})*[A-Za-z]?|[A-Z]{2,5}\d{2,4})"
    r"(?![0-9A-Za-zÀ-ɏ_]|[.,]\d)"
)
_BRACKETS = re.compile(r"[\"”“»’'》』」]?\s?[（(]([A-Z][A-Za-z0-9&.-]{1,9})[)）]")
_PEOPLE = re.compile("人(?![民大权工])|语|裔|籍")  # the French, not France: gold has no name there
_LOWER = re.compile(r"(?:[ -][a-z]+)+")
_SPACED = re.compile(r"[\s·]+")


def name(spans: pd.DataFrame, sentences: pd.DataFrame) -> pd.DataFrame:
    """Say which entity each span is, and find the names again where no span is.

    Parameters
    ----------
    spans
        ``article_id, sentence_id, start, end`` (offsets into the article), ``text, label`` (PER,
        ORG, LOC, MISC) and ``confidence`` (0..1); spans of sentences that are not analysed are
        left out.
    sentences
        Table "sentences" of `helpers.tables`.

    Returns
    -------
    pandas.DataFrame
        Table "mentions" in the order of the text. ``how`` is *alias* (a list knows the form),
        *head* (only the tagger does), *repeat* (a name of the same article found again: a
        surname, an acronym, a name marked elsewhere), *code* (``F-35``), *role* (``the company``)
        or *pronoun*. Rows of names do not overlap; role and pronoun are no names, and who counts
        names leaves them out (`helpers.tables.named`). ``confidence`` is the tagger's, for a
        rule's own finds its precision (`PRECISION`, `helpers.antecedents.PRECISION`).

    Raises
    ------
    ValueError
        If a span does not lie in its sentence or has another label, or a list is wrong.
    """
    lines = analysed(sentences).sort_values(["article_id", "start", "end"])
    marked = _checked(spans, lines)
    rows: list[dict[str, Any]] = []
    for article_id, own in lines.groupby("article_id", sort=False):
        article = [Line(s.sentence_id, s.start, s.text, str(s.language)) for s in own.itertuples()]
        found = _Article(article, marked).mentions()
        rows += [_row(str(article_id), line, m) for line, m in found]
    return frame(rows, "mentions")


def _checked(spans: pd.DataFrame, lines: pd.DataFrame) -> dict[str, list[Mention]]:
    """Give the spans by sentence, relative to it."""
    place = dict(
        zip(lines["sentence_id"], zip(lines["start"], lines["text"], strict=True), strict=True)
    )
    marked: dict[str, list[Mention]] = defaultdict(list)
    for s in spans.itertuples():
        if s.sentence_id in place:
            first, text = place[s.sentence_id]
            start, end = s.start - first, s.end - first
            if not 0 <= start < end <= len(text) or s.label not in LABELS:
                raise ValueError(f"{s.sentence_id}: no span is {s.start}-{s.end} ({s.label})")
            marked[s.sentence_id].append(Mention(start, end, str(s.label), float(s.confidence)))
    return {i: sorted(own, key=lambda m: (m.start, -m.end, m.label)) for i, own in marked.items()}


def _row(article_id: str, line: Line, m: Mention) -> dict[str, Any]:
    return {
        "article_id": article_id, "sentence_id": line.sentence_id,
        "start": line.start + m.start, "end": line.start + m.end,
        "text": line.text[m.start : m.end], "label": m.name.label,
        "entity_id": m.name.entity_id, "entity": m.name.entity,
        "how": m.how, "confidence": m.confidence,
    }  # fmt: skip


class _Article:
    """One article's sentences, and the mentions in them."""

    def __init__(self, lines: list[Line], marked: dict[str, list[Mention]]) -> None:
        self.lines = lines
        self.language = Counter(line.language for line in lines).most_common(1)[0][0]
        self.marks = [self._trimmed(line, marked.get(line.sentence_id, [])) for line in lines]
        self.labels = self._votes()
        self.found = [self._listed(*each) for each in zip(lines, self.marks, strict=True)]

    def mentions(self) -> Iterator[tuple[Line, Mention]]:
        """Give the mentions in the order of the text."""
        self._group()
        self._acronyms()
        self._surnames()
        self._again()
        self._codes()
        roles(self.lines, self.found)
        for line, found in zip(self.lines, self.found, strict=True):
            yield from ((line, m) for m in sorted(found, key=lambda m: (m.start, m.end)))

    def _named(self) -> Iterator[tuple[Line, Mention]]:
        for line, found in zip(self.lines, self.found, strict=True):
            yield from ((line, m) for m in found)

    @staticmethod
    def _trimmed(line: Line, marks: list[Mention]) -> list[Mention]:
        """Cut quote marks off the spans, and a determiner off what they say."""
        kept = []
        for m in marks:
            text = line.text[m.start : m.end]
            start = m.start + len(text) - len(text.lstrip(_QUOTES))
            end = m.start + len(text.rstrip(_QUOTES))
            form = fold(line.text[start:end])
            first, _, rest = form.partition(" ")
            form = rest.lstrip() if rest and first in parts("determiner") else form
            if any(c.isalnum() for c in form):
                kept.append(Mention(start, end, m.label, m.confidence, form))
        return kept

    def _votes(self) -> dict[str, str]:
        """Give each form the label that the article gives it most, weighted by confidence."""
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for m in (m for marks in self.marks for m in marks):
            votes[m.form][m.label] += m.confidence
        for form in sorted(votes):  # a genitive votes with its name
            for base in endings(form, self.language):
                if base in votes:
                    votes[base] += votes[form]
                    votes[form] = votes[base]
                    break
        return {f: min(c, key=lambda label: (-c[label], label)) for f, c in votes.items()}

    def _listed(self, line: Line, marks: list[Mention]) -> list[Mention]:
        """Settle overlaps of spans with names of the lists; the longer wins, else the span."""
        names = known(line.language)
        hits = [(h, names.names[h.form]) for h in find(line.text, names.pattern)]
        kept: list[Mention] = []
        for m in sorted(marks, key=lambda m: (m.start - m.end, m.start)):
            if names.names.get(m.form, m) is None:  # listed as no name: AI
                continue
            m.label = self.labels[m.form]
            m.name = lookup(m.form, line.language, m.label)
            m.how = "alias" if m.name else "head"
            if m.name and line.language != "de" and m.form.endswith("'s"):
                m.end, m.form = m.end - 2, m.form[:-2]
            elif not m.name:
                self._opened(m, line, [(h, n) for h, n in hits if n])
            if all(m.end <= k.start or k.end <= m.start for k in kept):
                kept.append(m)
        for hit, found in hits:
            if found and found.label == "LOC" and _PEOPLE.match(line.text, hit.end):
                continue
            met = [m for m in kept if hit.start < m.end and m.start < hit.end]
            longer = all(hit.end - hit.start > m.end - m.start for m in met)
            if found and longer and (met or UNMARKED_ALIASES):
                sure = max((m.confidence for m in met), default=PRECISION["alias"])
                kept = [m for m in kept if m not in met]
                hit_form = fold(line.text[hit.start : hit.end])
                kept.append(
                    Mention(hit.start, hit.end, found.label, sure, hit_form, found, "alias")
                )
        return kept

    def _opened(self, m: Mention, line: Line, hits: list[tuple[Any, Name]]) -> None:
        """Take the name out of a marked compound: ``Alibaba-Konzern``, ``Qwen model``."""
        for hit, found in hits:
            if hit.start == m.start and _LOWER.fullmatch(line.text, hit.end, m.end):
                m.end, m.form, m.name, m.how = hit.end, hit.form, found, "alias"
                return
        if line.language != "de" or "-" not in m.form:
            return
        for hit, found in hits:
            if hit.start == m.start and line.text.startswith("-", hit.end):
                tail = head(m.form.rpartition("-")[2], "de")
                if compound(tail) or not tail and found.label == m.label in ("ORG", "MISC"):
                    m.end, m.form, m.name, m.how = hit.end, hit.form, found, "alias"
                return
        first, _, last = m.form.rpartition("-")
        if first and " " not in first and compound(head(last, "de")):
            m.end, m.form = m.start + len(first), first

    def _heads(self) -> list[Mention]:
        return [m for _, m in self._named() if not m.name]

    def _group(self) -> None:
        """Give what no list knows one name a group: case, hyphen, genitive, legal form folded."""
        heads = self._heads()
        counts = Counter(m.form for m in heads)
        groups: dict[str, Counter[str]] = defaultdict(Counter)
        keys = {}
        for form, n in counts.items():
            bases = (b for b in endings(form, self.language) if b in counts)
            base = without_legal(next(bases, form))
            keys[form] = base.casefold().replace("-", " ")
            groups[keys[form]][base] += n
        labels: dict[str, Counter[str]] = defaultdict(Counter)
        for m in heads:
            labels[keys[m.form]][m.label] += m.confidence
        for m in heads:
            key = keys[m.form]
            forms, votes = groups[key], labels[key]
            shown = min(forms, key=lambda f: (f.isupper() and len(f) > 4, -forms[f], f))
            label = min(votes, key=lambda each: (-votes[each], each))
            area = "code" if _CODE.fullmatch(shown) else self.language
            m.name = Name(f"{area}:{shown}", shown, label, False)

    def _acronyms(self) -> None:
        """Let ``FT`` in ``Financial Times (FT)`` be what stands before the brackets."""
        joined: dict[str, Name] = {}
        for line, m in list(self._named()):
            brackets = _BRACKETS.match(line.text, m.end)
            if not brackets or m.name.label not in ("ORG", "MISC"):
                continue
            short = brackets[1]
            own = lookup(short, line.language, "ORG")
            if sum(c.isupper() for c in short) < 2 or own and own.label != m.name.label:
                continue
            if own is None:
                joined.setdefault(short, m.name)
            elif m.how == "head" and _initials(short, m.form):
                joined.setdefault(m.name.entity, own)
        self.short = {s: n for s, n in joined.items() if s != n.entity}
        for _, m in self._named():
            if m.how == "head" and m.name.entity in self.short:
                m.name = self.short[m.name.entity]

    def _surnames(self) -> None:
        """Let a marked surname be the person whose full name the article has, if just one has."""
        self.people: dict[str, dict[str, Name]] = defaultdict(dict)
        self.since: dict[str, tuple[int, int]] = {}
        for number, (line, m) in enumerate(self._named()):
            words = _SPACED.split(m.form)
            if m.name.label != "PER" or len(words) < 2:
                continue
            bases = list(endings(words[-1], line.language)) if m.how == "head" else []
            for word in {words[0], words[-1], *_SPACED.split(m.name.entity)[-1:], *bases}:
                self.people[word][m.name.entity_id] = m.name
                self.since.setdefault(word, (line.start + m.end, number))
        for _, m in self._named():
            if m.name.label != "PER" or len(_SPACED.split(m.form)) > 1:
                continue
            for word in (m.form, *endings(m.form, self.language)):
                owners = self.people.get(word, {})
                if len(owners) == 1 and m.name.entity_id not in owners:
                    m.name, m.how = next(iter(owners.values())), "repeat"

    def _again(self) -> None:
        """Find the article's names where neither the tagger nor a list has them."""
        forms = {f: n for f, n in self._repeatable() if len(f) > 2 or not f.isascii()}
        forms |= {s: n for s, n in self.short.items() if n.label in ("ORG", "MISC")}
        surnames = {
            w: next(iter(o.values()))
            for w, o in self.people.items()
            if len(o) == 1
            and w not in forms
            and w.isalpha()
            and (w.isascii() is False or len(w) > 2)
        }
        search = pattern([*forms, *surnames], self.language)
        for line, found in zip(self.lines, self.found, strict=True):
            for hit in find(line.text, search):
                late = hit.form in forms or line.start + hit.start >= self.since[hit.form][0]
                if late and _free(hit.start, hit.end, found) and _alone(line, hit, surnames):
                    entity = forms.get(hit.form) or surnames[hit.form]
                    found.append(_new(hit.start, hit.end, hit.form, entity, "repeat"))

    def _repeatable(self) -> Iterator[tuple[str, Name]]:
        """Give the forms that are marked a third of the time at least, so that no word is taken."""
        marked: dict[str, Name] = {}
        counts: Counter[str] = Counter()
        for _, m in self._named():
            plain = m.how != "repeat" and m.form not in known(self.language).names
            if plain and (not m.form.isascii() or m.form != m.form.lower()):
                marked[m.form] = m.name
                counts[m.form] += 1
        search = pattern(marked, self.language)
        seen = Counter(hit.form for line in self.lines for hit in find(line.text, search))
        yield from ((f, n) for f, n in marked.items() if 3 * counts[f] >= seen[f])

    def _codes(self) -> None:
        for line, found in zip(self.lines, self.found, strict=True):
            for hit in _CODE.finditer(line.text):
                if _free(*hit.span(), found):
                    entity = Name(f"code:{hit[0]}", hit[0], "MISC", False)
                    found.append(_new(*hit.span(), hit[0], entity, "code"))


def _new(start: int, end: int, form: str, entity: Name, how: str) -> Mention:
    return Mention(start, end, entity.label, PRECISION[how], form, entity, how)


def _free(start: int, end: int, found: list[Mention]) -> bool:
    return all(end <= m.start or m.end <= start for m in found)


def _alone(line: Line, hit: Any, surnames: dict[str, Name]) -> bool:
    """Say whether a surname stands alone: ``Zhang Wei`` may be another Zhang, ``Zhangs`` is not."""
    if hit.form not in surnames or hit.end - hit.start > len(hit.form):
        return True
    return not re.match(r"\s+[A-ZÀ-ÖØ-Þ]", line.text[hit.end :])


def _initials(short: str, form: str) -> bool:
    """Say whether the letters of an acronym stand in a name in their order, the first at a word."""
    letters = iter(form.casefold())
    first = any(word.casefold().startswith(short[0].casefold()) for word in form.split())
    return first and all(c in letters for c in short.casefold() if c.isalnum())
