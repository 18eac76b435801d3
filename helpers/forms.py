"""Forms of names in a text: written in one way, compiled to one pattern, found."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from helpers.wordlists import Stamp, stamp, wordlist

# Signs written in two ways that mean the same in a name; one character each, so offsets hold.
_FOLD = {"’": "'", "‘": "'", "\u2011": "-", "\u00a0": " ", "\n": " ", "•": "·", "・": "·"}
# Not \w: Chinese characters touch a Latin name without being part of its word.
_LATIN = "0-9A-Za-zÀ-ÖØ-öø-ɏ_"
HAS_LATIN = re.compile("[A-Za-zÀ-ÖØ-öø-ɏ]")
_ENDING = {"de": "(?:e?s|(?<=e)n)?"}


class Found(NamedTuple):
    """A known form in a text: where it stands and which of the given forms it is."""

    start: int
    end: int
    form: str


def fold(text: str) -> str:
    """Write apostrophes, hyphens, spaces and Chinese characters in one way, at equal length."""
    return text.translate(_signs(stamp("traditional")))


@cache
def _signs(state: Stamp) -> dict[int, str]:
    rows = wordlist("traditional")
    return str.maketrans(_FOLD | dict(zip(rows["traditional"], rows["simplified"], strict=True)))


def pattern(forms: Iterable[str], language: str) -> re.Pattern[str]:
    """Compile folded forms into one pattern that prefers the longest.

    A Latin form must be a word or a part of a hyphen compound (``Qwen`` in ``Qwen-Modell``);
    in German it may carry the genitive -s or -es or, after -e, the dative -n (``Niederlanden``),
    which is then part of the span, as in the gold data. An English ``'s`` is not. Case counts.
    Chinese forms have no boundaries. The forms are a trie, so that the time a text takes does not
    grow with their number.
    """
    latin, other = set(), set()
    for form in forms:
        (latin if HAS_LATIN.search(form) else other).add(form)
    parts = []
    if latin:
        ending = _ENDING.get(language, "")
        parts.append(f"(?<![{_LATIN}])(?P<latin>{_trie(latin)}){ending}(?![{_LATIN}])")
    if other:
        parts.append(_trie(other))
    return re.compile("|".join(parts) or r"(?!)")


def find(text: str, forms: re.Pattern[str]) -> list[Found]:
    """Find every form of a `pattern` in a text, from left to right, without overlaps."""
    hits = forms.finditer(fold(text))
    return [Found(*hit.span(), hit.groupdict().get("latin") or hit[0]) for hit in hits]


def _trie(forms: Iterable[str]) -> str:
    root: dict[str, Any] = {}
    for form in forms:
        node = root
        for character in form:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    options = [re.escape(c) + _branch(node[c]) for c in sorted(node) if c]
    if not options:
        return ""
    joined = options[0] if len(options) == 1 and "" not in node else f"(?:{'|'.join(options)})"
    return f"{joined}?" if "" in node else joined
