"""How spans of a text look: each kind has a colour and, beside it, a sign that shows without."""

from collections.abc import Callable, Iterable
from html import escape
from itertools import pairwise

Mark = tuple[int, int, str]  # start, end, kind

# Each kind of span has a tag that shows without colour, too: bold, underlined, ruled off.
_TAGS = {
    "source": ("b", "color:#0072B2"),
    "cue": ("u", "text-decoration-style:dotted"),
    "content": ("span", "background:#fdf3d6;border-bottom:2px solid #E69F00"),
    "mention": ("b", "background:#e3f1fb;border-bottom:2px solid #56B4E9"),
    "lone": ("span", "border-bottom:2px dashed #CC79A7"),
    "negative": ("b", "background:#fbe3d6;border-bottom:2px solid #D55E00"),
    "positive": ("b", "background:#dcebf7;border-bottom:2px solid #0072B2"),
    "neutral": ("b", "background:#eee;border-bottom:2px solid #777"),
    "unscored": ("b", "background:#fff;border-bottom:2px dotted #777"),
}
_SIGNS = {"negative": "−", "positive": "+", "neutral": "○", "unscored": "?"}
_LEGENDS = {
    "source": "source",
    "cue": "cue",
    "content": "content",
    "mention": "mention",
    "lone": "word that no other article's sentence has",
    "negative": "− negative towards",
    "positive": "+ positive towards",
    "neutral": "○ neutral towards",
    "unscored": "? abstained",
}


def legend(kinds: Iterable[str]) -> str:
    """Explain the signs of some kinds, as HTML."""
    wanted = set(kinds)
    signs = [
        f'<{tag} style="{style}">{_LEGENDS[kind]}</{tag}>'
        for kind, (tag, style) in _TAGS.items()
        if kind in wanted
    ]
    return " &nbsp; ".join(signs)


def dressed(piece: str, kind: str, *, last: bool) -> str:
    """Put a piece of escaped text in the tag of its kind; behind the last one stands its sign."""
    tag, style = _TAGS[kind]
    sign = f"<sup>{_SIGNS[kind]}</sup>" if kind in _SIGNS and last else ""
    return f'<{tag} class="{kind}" style="{style}">{piece}{sign}</{tag}>'


def marked(
    text: str,
    start: int,
    end: int,
    marks: Iterable[Mark],
    dress: Callable[..., str] = dressed,
) -> str:
    """Give a part of a text as HTML, escaped, with its spans marked, which may cross.

    The text is cut at every edge of a span, and each piece is wrapped for the spans that cover it.

    Parameters
    ----------
    text
        The whole text.
    start, end
        The part of it, in characters.
    marks
        ``start, end, kind`` in the whole text; the first is the innermost.
    dress
        ``dress(piece, kind, last=...)`` wraps an escaped piece (`dressed`).
    """
    inside = [m for m in marks if m[0] < end and m[1] > start and m[0] < m[1]]
    begins: dict[int, list[int]] = {}
    for number, (first, *_) in enumerate(inside):
        begins.setdefault(max(first, start), []).append(number)
    edges = sorted({start, end, *begins, *(m[1] for m in inside if m[1] < end)})
    out, covering = [], []
    for a, b in pairwise(edges):
        covering = sorted([n for n in covering if inside[n][1] > a] + begins.get(a, []))
        piece = escape(text[a:b])
        for number in covering:
            _, last, kind = inside[number]
            piece = dress(piece, kind, last=last == b)
        out.append(piece)
    return "".join(out)
