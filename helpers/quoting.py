"""How much of an article a shared page quotes: never more than so many words on end.

A team may not republish whole articles. So what the cells of a notebook put out is held to the
articles: where more words follow each other than the limit allows, as they do in some article, the
rest of them is left out. It does not matter who put them there, a passage, a cell of a table, a
label of a chart. A Chinese character counts as a word (`helpers.language.words`).
"""

import html
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lxml.html import HtmlElement, fragment_fromstring, tostring
from nbformat import NotebookNode
from numpy.typing import NDArray

from helpers.evidence import safe_json
from helpers.language import WORD
from helpers.running import FIGURE, outputs

Span = tuple[int, int]
CUT = "…"
_TAG = re.compile(r"<[^<>]*>|&#?\w+;")  # of plotly's labels; they part words of one line
_STOPS = re.compile(r"[.,;:!?。，；：！？]*")  # what ends a sentence that is cut goes with it
_BREAKS = {
    "article", "br", "caption", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "section", "small", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_PRIME = np.uint64(1_099_511_628_211)


@dataclass
class _Piece:
    """A text node: where it stands in the text of its line, and if it is marked."""

    owner: HtmlElement
    tail: bool
    start: int
    text: str
    marked: bool


class Limit:
    """Holds texts to a number of words an article may be quoted with on end.

    Parameters
    ----------
    texts
        The articles.
    words
        The words on end that may stand; a Chinese character is one.

    Raises
    ------
    ValueError
        If no word at all may stand.
    """

    def __init__(self, texts: Iterable[str], words: int) -> None:
        if words < 1:
            raise ValueError(f"a quotation of {words} words is none: give at least 1")
        self.words = words
        runs = [_runs(_codes(WORD.finditer(text)), words + 1) for text in texts]
        self.known = np.unique(np.concatenate([*runs, np.empty(0, np.uint64)]))
        self.used: dict[str, str] = {}  # what labels became: two must not become one

    def text(self, text: str) -> str:
        """Give a text with every quotation in it cut to its first words."""
        masked = _TAG.sub(lambda tag: " " * len(tag[0]), text)
        while cuts := self._cuts(masked, None) or self._cuts(text, None):
            text, masked = _without(text, cuts), _without(masked, cuts)
        return text

    def label(self, text: str) -> str:
        """Give a label cut like `text`; labels that differ stay different."""
        short = self.text(text)
        if short == text:
            return text
        name, number = short, 1
        while self.used.setdefault(name, text) != text:
            number += 1
            name = f"{short} ({number})"
        return name

    def data(self, value: Any) -> Any:
        """Give what JSON holds, a figure say, with every string in it a `label`."""
        if isinstance(value, str):
            return self.label(value)
        if isinstance(value, dict):
            return {key: self.data(v) for key, v in value.items()}
        return [self.data(v) for v in value] if isinstance(value, list) else value

    def html(self, source: str) -> str:
        """Give HTML whose lines quote no more; of a longer passage the part with its marks stays.

        Raises
        ------
        ValueError
            If a script holds a quotation that is too long: it cannot be cut.
        """
        root = fragment_fromstring(source, create_parent="div")
        for element in root.iter("*"):
            self._attributes(element)
            if element.tag in ("script", "style"):
                self._script(element)
        for line in _lines(root):
            self._line(line)
        return inner(root)

    def _cuts(self, text: str, marked: int | None) -> list[Span]:
        """Give what must go: of each run of an article's words all but as many as may stand."""
        found = list(WORD.finditer(text))
        if len(found) <= self.words:
            return []
        hits = np.isin(_runs(_codes(found), self.words + 1), self.known)
        cuts = []
        for first, last in _stretches(hits, self.words):
            kept = first
            if marked is not None and found[first].start() <= marked < found[last - 1].end():
                at = next(n for n in range(first, last) if found[n].end() > marked)
                kept = max(first, min(at - self.words // 4, last - self.words))
            if kept > first:
                cuts.append((found[first].start(), found[kept].start()))
            if kept + self.words < last:
                end = _STOPS.match(text, found[last - 1].end()).end()
                cuts.append((found[kept + self.words - 1].end(), end))
        return cuts

    def _line(self, pieces: list[_Piece]) -> None:
        text = "".join(piece.text for piece in pieces)
        marked = next((piece.start for piece in pieces if piece.marked), None)
        while cuts := self._cuts(text, marked):
            for piece in pieces:
                _cut(piece, cuts)
            text, at = "", 0
            for piece in pieces:
                piece.start, at = at, at + len(piece.text)
                text += piece.text
            marked = next((p.start for p in pieces if p.marked and WORD.search(p.text)), None)
        _write(pieces)

    def _attributes(self, element: HtmlElement) -> None:
        for name, value in element.attrib.items():
            if name in ("style", "class"):
                continue
            if name == "data-ids":
                value = json.dumps(self.data(json.loads(value)), ensure_ascii=False)
            else:
                value = self.text(value)
            element.set(name, value)

    def _script(self, element: HtmlElement) -> None:
        held = element.text or ""
        if element.get("type") == "application/json":
            element.text = safe_json(self.data(json.loads(held)))
        elif self.text(held) != held:
            raise ValueError("a script holds more words of an article than may be quoted")


def limited(notebook: NotebookNode, limit: Limit) -> NotebookNode:
    """Hold what the cells of a notebook put out to a limit; changed in place and returned.

    Raises
    ------
    ValueError
        If a script in an output holds a quotation that is too long.
    """
    for output in outputs(notebook):
        if "text" in output:
            output.text = limit.text(output.text)
        data = output.get("data", {})
        for kind, value in data.items():
            if kind == FIGURE:
                data[kind] = NotebookNode(limit.data(value))
            elif kind == "text/html":
                data[kind] = limit.html(value)
            elif kind.startswith("text/"):
                data[kind] = limit.text(value)
    return notebook


def inner(root: HtmlElement) -> str:
    """Write what an element holds as HTML."""
    parts = [tostring(child, encoding="unicode") for child in root]
    return html.escape(root.text or "", quote=False) + "".join(parts)


def _codes(words: Iterable[re.Match[str]]) -> NDArray[np.uint64]:
    """Give each word a number; case does not matter."""
    numbers = (hash(word[0].casefold()) & 0xFFFF_FFFF_FFFF_FFFF for word in words)
    return np.fromiter(numbers, dtype=np.uint64)


def _runs(codes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """Give each run of so many words a number that no other run is likely to have (64 bits)."""
    count = max(len(codes) - length + 1, 0)
    out = np.zeros(count, dtype=np.uint64)
    for n in range(length if count else 0):
        out = out * _PRIME + codes[n : n + count]
    return out


def _stretches(hits: NDArray[np.bool_], words: int) -> Iterator[Span]:
    """Give the first word and the word after the last of each stretch that hits lie upon."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hits.astype(np.int8), [0]])))
    for first, end in edges.reshape(-1, 2):
        yield int(first), int(end) + words


def _without(text: str, cuts: Sequence[Span]) -> str:
    for start, end in reversed(cuts):
        text = f"{text[:start]}{CUT}{text[end:]}"
    return text


def _lines(root: HtmlElement) -> Iterator[list[_Piece]]:
    """Give the text nodes line by line: what stands between two breaks is read as one."""
    line: list[_Piece] = []
    length = 0

    def walk(element: HtmlElement, marked: bool) -> Iterator[list[_Piece]]:
        nonlocal line, length
        breaks = element.tag in _BREAKS
        if element.tag in ("script", "style") or not isinstance(element.tag, str):
            return
        if breaks:
            yield line
            line, length = [], 0
        inside = not breaks and (marked or bool(element.get("class")))
        if element.text:
            line.append(_Piece(element, False, length, element.text, inside))
            length += len(element.text)
        for child in element:
            yield from walk(child, inside)
            if child.tail:
                line.append(_Piece(child, True, length, child.tail, inside))
                length += len(child.tail)
        if breaks:
            yield line
            line, length = [], 0

    yield from walk(root, False)
    yield line


def _cut(piece: _Piece, cuts: Sequence[Span]) -> None:
    """Take out of a text node what of the cuts lies in it; the sign stands where a cut begins."""
    end = piece.start + len(piece.text)
    for first, last in reversed(cuts):
        a, b = max(first, piece.start), min(last, end)
        if a < b:
            sign = CUT if first >= piece.start else ""
            own = piece.text
            piece.text = own[: a - piece.start] + sign + own[b - piece.start :]


def _write(pieces: Sequence[_Piece]) -> None:
    """Put the texts back; a mark whose words all went goes too, with its sign."""
    gone = []
    for piece in pieces:
        was = piece.owner.tail if piece.tail else piece.owner.text
        if piece.marked and not piece.tail and WORD.search(was) and not WORD.search(piece.text):
            gone.append(piece)
        setattr(piece.owner, "tail" if piece.tail else "text", piece.text)
    for piece in gone:
        if CUT in piece.text:
            piece.owner.tail = CUT + (piece.owner.tail or "")
        piece.owner.drop_tree()
