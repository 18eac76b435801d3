"""What is selected, as values; and the pandas that selects the same."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

# By key: what it is called. Those of `STATEMENT` are facts of a statement, the others of a row.
FACETS = {
    "language": "Language",
    "outlet": "Outlet",
    "entity": "Entity",
    "source": "Source",
    "source_kind": "Kind of source",
    "mode": "Mode",
    "stance": "Stance",
    "voice": "Voice",
}
STATEMENT = ("source", "source_kind", "mode", "stance")
TABLES = ("attributions", "tones", "mentions", "sentences")
Value = str | None


@dataclass(frozen=True)
class Selection:
    """What is selected: of each fact the values that may be (none chosen: all), days, words.

    Attributes
    ----------
    language, outlet, entity, source, source_kind, mode, stance, voice
        Values; None among them is what is not known.
    since, until
        First and last day, as ``2025-11-17``.
    text
        Words that a sentence holds, or a regular expression if `pattern`.
    """

    language: tuple[Value, ...] = ()
    outlet: tuple[Value, ...] = ()
    entity: tuple[Value, ...] = ()
    source: tuple[Value, ...] = ()
    source_kind: tuple[Value, ...] = ()
    mode: tuple[Value, ...] = ()
    stance: tuple[Value, ...] = ()
    voice: tuple[Value, ...] = ()
    since: str | None = None
    until: str | None = None
    text: str = ""
    pattern: bool = False

    def __post_init__(self) -> None:
        """Take one value, or a list of them, for a fact."""
        for key in FACETS:
            given = getattr(self, key)
            values = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given))
            object.__setattr__(self, key, values)

    def chosen(self) -> dict[str, tuple[Value, ...]]:
        """Give the facts of which something is chosen."""
        return {key: getattr(self, key) for key in FACETS if getattr(self, key)}

    def but(self, **changed: Any) -> Self:
        """Give a selection that differs in this."""
        return replace(self, **changed)

    def words(self) -> str:
        """Say in words what is selected."""
        parts = [
            f"{FACETS[key]}: {', '.join('not known' if v is None else v for v in values)}"
            for key, values in self.chosen().items()
        ]
        parts += [f"{name} {day}" for name in ("since", "until") if (day := getattr(self, name))]
        if self.text:
            parts.append(f"{'matching' if self.pattern else 'with'} “{self.text}”")
        return "; ".join(parts) or "everything"

    @classmethod
    def names(cls) -> list[str]:
        """Give the names of what can be selected."""
        return [field.name for field in fields(cls)]


def applies(key: str, table: str) -> bool:
    """Say whether a fact is one of a table's rows: only tones and mentions have a voice."""
    return key != "voice" or table in ("tones", "mentions")


def snippet(selection: Selection, table: str) -> str:
    """Write the pandas that selects the same rows of a story's table.

    Parameters
    ----------
    selection
        What is selected.
    table
        attributions, tones, mentions or sentences.

    Returns
    -------
    str
        Lines that begin with the imports, and leave the rows in ``rows``; ``story`` is given.
    """
    chosen = {key: list(v) for key, v in selection.chosen().items() if applies(key, table)}
    said = {key: chosen.pop(key) for key in STATEMENT if key in chosen}
    days = {k: d for k in ("since", "until") if (d := getattr(selection, k))}
    lines, used = [f"rows = {_START[table]}"], set()
    if table == "attributions":
        chosen |= said
    entities = [] if table == "tones" else chosen.pop("entity", [])
    if chosen or days:  # first: `only` refuses what no row has, and what follows leaves fewer
        lines.append(f"rows = {_only('rows', _columns(chosen) | days)}")
        used.add("only")
    if said and table != "attributions":
        lines.append(f"said = {_only('named_sources(story.attributions)', _columns(said))}")
        lines.append(_reached(table))
        used |= {"only", *(("touched",) if table != "tones" else ())}
    if entities:
        lines.append(f"rows = naming(rows, {entities!r})")
        used.add("naming")
    if selection.text:
        pattern = ", pattern=True" if selection.pattern else ""
        lines.append(f"rows = saying(rows, {selection.text!r}{pattern})")
        used.add("saying")
    return "\n".join([*_imports(table, used, bool(said)), *lines])


_START = {
    "attributions": "named_sources(story.attributions)",
    "tones": "targets(in_language(story.tones, story.sentences))",
    "mentions": "story.mentions",
    "sentences": "analysed(story.sentences)",
}
_NEEDS = {
    "tones": ["from helpers.tone import targets", "from helpers.tone_summary import in_language"],
    "sentences": ["from helpers.tables import analysed"],
}


def _imports(table: str, used: set[str], said: bool) -> list[str]:
    lines = [f"from helpers.selection import {', '.join(sorted(used))}"] if used else []
    if table == "attributions" or said:
        lines.append("from helpers.summary import named_sources")
    return sorted([*lines, *_NEEDS.get(table, [])])


def _columns(chosen: dict[str, Any]) -> dict[str, Any]:
    """Call a source by its column."""
    return {{"source": "name"}.get(key, key): values for key, values in chosen.items()}


def _only(rows: str, facts: dict[str, Any]) -> str:
    return f"only({rows}, {', '.join(f'{key}={value!r}' for key, value in facts.items())})"


def _reached(table: str) -> str:
    """Keep of another table what the statements reach: a tone within one, else by sentence."""
    if table == "tones":
        return 'rows = rows[rows["attribution_id"].isin(said["attribution_id"])]'
    return (
        'ids = story.sentences["sentence_id"].iloc[touched(said)["sentence"]]\n'
        'rows = rows[rows["sentence_id"].isin(ids)]'
    )
