"""The explorer without its widgets: rows, figures, options and passages of a selection."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from babel import Locale

from helpers.explore.facts import Facts, Texts
from helpers.explore.parts import Part, Whole
from helpers.explore.selecting import FACETS, TABLES, Selection, Value, applies, snippet
from helpers.explore.views import VIEWS, Drawing, View
from helpers.story import Story

SHOWN, FOUND = 8, 30  # options of a long fact listed at first, and when something is sought
_LONG = 10  # values from which a fact is searched
_NOT_KNOWN = "not known"
_ABOUT = {
    ("entity", "tones"): "The one towards whom the tone is.",
    ("entity", "attributions"): "Named in a sentence of the statement.",
    ("entity", "mentions"): "Named in the sentence: its company.",
    ("entity", "sentences"): "Named in the sentence.",
    ("source", "tones"): "Of the statement in which the mention stands.",
    ("source", "mentions"): "Of a statement in the sentence.",
    ("source", "sentences"): "Of a statement in the sentence.",
}


@dataclass(frozen=True)
class Clicked:
    """A mark that was clicked: its ids and what it is called."""

    ids: tuple[str, ...]
    name: str


class Explored:
    """A story, explored: everything the widgets show, as tables, figures and plain values.

    Parameters
    ----------
    story
        The annotated articles.
    language
        Of the labels of claims, as ``en``, where a claim has a sentence in it.
    """

    def __init__(self, story: Story, language: str | None = None) -> None:
        self.story = story
        self.whole = Whole(story, language)
        self._texts = Texts(story)
        self._languages = story.articles.set_index("article_id")["language"]
        self._facts: dict[str, Facts] = {}
        self._last: tuple[tuple[Selection, str], Part] | None = None

    def facts(self, table: str) -> Facts:
        """Give the facts of a table's rows, numbered at the first call."""
        if table not in self._facts:
            self._facts[table] = Facts(self.story, table, self._texts)
        return self._facts[table]

    def check(self, selection: Selection) -> None:
        """Refuse a selection of what the story does not have.

        Raises
        ------
        ValueError
            Naming the value, and some that there are.
        """
        for key, values in selection.chosen().items():
            tables = [table for table in TABLES if applies(key, table)]
            found = [self.facts(table).counts(Selection())[key] for table in tables]
            known = list(dict.fromkeys(v for counts in found for v in counts.index))
            unknown = [value for value in values if value is not None and value not in known]
            if unknown:
                some = ", ".join(sorted(v for v in known if isinstance(v, str))[:20])
                raise ValueError(f"no {FACETS[key].lower()} '{unknown[0]}'; there is {some}")

    def waits(self, view: View) -> bool:
        """Say whether a view's first figure takes a while: claims are found once."""
        return view.table == "sentences" and "claims" not in vars(self.whole)

    def part(self, selection: Selection, view: View) -> Part:
        """Give the rows that a selection keeps of a view's table; the last part is kept.

        Raises
        ------
        helpers.keywords.PatternError
            If the words of the selection are no pattern, or take too long.
        """
        key = selection, view.table
        if self._last is None or self._last[0] != key:
            facts = self.facts(view.table)
            about = Selection(
                language=selection.language,
                outlet=selection.outlet,
                since=selection.since,
                until=selection.until,
            )
            self._last = key, Part(self.whole, facts.keep(selection), facts.articles(about))
        return self._last[1]

    def languages(self, selection: Selection, view: View) -> frozenset[str | None]:
        """Give the languages of the articles that are selected."""
        own = self._languages.reindex(self.part(selection, view).articles)
        return frozenset(own.astype(object).where(own.notna(), None))

    def figure(self, selection: Selection, view: View, drawing: Drawing) -> go.Figure:
        """Draw a figure of what is selected."""
        return drawing.figure(self.part(selection, view))

    def passages(
        self, selection: Selection, view: View, drawing: Drawing, mark: Clicked | None
    ) -> pd.DataFrame:
        """Give the rows to read: those behind a mark, or all that are selected."""
        part = self.part(selection, view)
        return drawing.behind(part, list(mark.ids)) if mark else part.rows

    def facets(
        self, selection: Selection, view: View, sought: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Give the options of each fact with the rows that each would leave.

        A fact that a table's rows do not have is not there. An option that would leave nothing
        has 0 (the widget lets nobody choose it), or is left out where there are many.
        """
        found = self.facts(view.table).counts(selection)
        chosen = selection.chosen()
        return [
            self._facet(key, found[key], chosen.get(key, ()), sought.get(key, ""), view)
            for key in FACETS
            if key in found and len(found[key]) > (key in ("language", "voice"))
        ]

    def _facet(
        self,
        key: str,
        counts: pd.Series,
        chosen: tuple[Value, ...],
        sought: str,
        view: View,
    ) -> dict[str, Any]:
        names = {value: _named(key, value) for value in counts.index}
        long = len(counts) > _LONG
        listed = [v for v, n in counts.items() if n or not long]
        if long:
            held = sought.casefold().strip()
            near = [v for v in listed if held in names[v].casefold()]
            first = [v for v in chosen if v in names]
            near = [*first, *(v for v in near if v not in first)]
            listed, left = near[: FOUND if held else SHOWN], near[FOUND if held else SHOWN :]
        options = [[v, names[v], int(counts[v])] for v in listed]
        return {
            "key": key,
            "name": FACETS[key],
            "note": _ABOUT.get((key, view.table), ""),
            "open": key in ("language", "entity", "source"),
            "search": long,
            "total": len(counts),
            "options": options,
            "more": f"{len(left):,} more: type to find one" if long and left else "",
        }

    def code(self, selection: Selection, view: View, drawing: Drawing) -> str:
        """Write the pandas that gives the same rows, in ``rows``, and the same ``figure``."""
        lines = [snippet(selection, view.table)]
        if view.table == "sentences":
            facts = {
                key: list(v) for key in ("language", "outlet") if (v := getattr(selection, key))
            }
            facts |= {k: d for k in ("since", "until") if (d := getattr(selection, k))}
            told = ", ".join(f"{key}={value!r}" for key, value in facts.items())
            own = (
                f"only(analysed(story.sentences), {told})" if told else "analysed(story.sentences)"
            )
            lines.append(f'articles = {own}["article_id"].unique()')
        code = drawing.code.replace("{language!r}", repr(self.whole.language))
        return _tidy("\n".join([*lines, code]))

    def idle(self, selection: Selection, view: View) -> list[str]:
        """Name the facts that are chosen but that the rows of a view do not have."""
        return [FACETS[key] for key in selection.chosen() if not applies(key, view.table)]

    def days(self) -> tuple[str | None, str | None]:
        """Give the first and the last day of the articles, as far as known."""
        known = self.facts("sentences").days()
        return (min(known), max(known)) if known else (None, None)


def marks(figure: go.Figure) -> Iterator[Clicked]:
    """Name every mark of a figure that leads to rows, for who does not use a pointer."""
    for trace in figure.data:
        if trace.type == "sankey":
            names = trace.node.label
            ends = zip(trace.link.source, trace.link.target, trace.link.customdata, strict=True)
            told = [(f"{names[a]} ← {names[b]}", ids) for a, b, ids in ends]
        elif trace.type == "heatmap":
            rows = zip(trace.y, trace.customdata, strict=True)
            told = [
                (f"{y}, {x}", ids) for y, row in rows for x, ids in zip(trace.x, row, strict=True)
            ]
        elif trace.customdata is None:
            continue
        else:
            told = zip(_words(trace), trace.customdata, strict=True)
        for name, ids in told:
            if len(ids):
                yield Clicked(tuple(map(str, ids)), html.unescape(name))


def _words(trace: Any) -> Iterator[str]:
    """Name each point of a trace as a click does (``assets/marks.js``)."""
    n = len(trace.customdata)
    said = trace.hovertext if trace.hovertext is not None else None
    if said is None and trace.type == "scatter":
        said = trace.text
    parts = [[None] * n if part is None else part for part in (trace.y, trace.x, said)]
    for point in zip(*parts, [trace.name] * n, strict=True):
        yield ", ".join(word for word in point if isinstance(word, str) and word)


def _named(key: str, value: Value) -> str:
    if value is None:
        return _NOT_KNOWN
    if key == "language":
        return Locale("en").languages.get(value, value)
    return value


def _tidy(code: str) -> str:
    """Put the imports first, each once."""
    lines = code.split("\n")
    imports = sorted({line for line in lines if line.startswith("from ")})
    return "\n".join([*imports, "", *(line for line in lines if not line.startswith("from "))])


__all__ = ["VIEWS", "Clicked", "Explored", "marks"]
