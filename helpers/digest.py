"""The summary of the pages in Markdown, for a pull request or a mail.

What comes from articles is hostile here, too: no text makes a link, a heading, a cell, a formula
or HTML, and none calls a person or an issue by ``@`` or ``#``.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.provenance import Provenance

ROWS = 5  # of a table that are written out
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~!&$^]")
_CALLS = re.compile(r"[@#](?=\w)|(?:https?|ftp|www|mailto|xmpp)(?=[:.])", re.IGNORECASE)
_JOINER = "\u2060"  # shows nothing; what it parts is no address and calls nobody


def escaped(text: object) -> str:
    """Write any text so that Markdown, as GitHub reads it, shows it and does nothing else."""
    words = " ".join(str(text).split())
    return _SIGNS.sub(r"\\\g<0>", _CALLS.sub(rf"\g<0>{_JOINER}", words))


def table(rows: Sequence[Sequence[object]], limit: int = ROWS) -> str:
    """Write a table; how many rows are left out is said.

    Parameters
    ----------
    rows
        The header and the rows.
    limit
        Rows below the header at most.
    """
    header, *body = rows
    ruled = [header, ["---"] * len(header)]
    lines = [ruled[0], *body[:limit]]
    written = ["| " + " | ".join(map(escaped, line)) + " |" for line in lines]
    written.insert(1, "|" + "|".join(ruled[1]) + "|")
    left = len(body) - limit
    return "\n".join(written) + (f"\n\n{left:,} rows more are on the page." if left > 0 else "")


def digest(
    title: str,
    headline: Iterable[Mapping[str, Any]],
    parts: Iterable[tuple[Mapping[str, Any], Any]],
    origin: Provenance,
) -> str:
    """Write the summary: the headline figures, then of each page its figures and tables.

    The first figure of a page is shown, the others are named; of a table the first rows stand.

    Parameters
    ----------
    title
        Of the pages.
    headline
        Rows ``what, figure, note`` (`helpers.headline`).
    parts
        Of each page what the index says of it (`helpers.pages.summary`) and the page.
    origin
        Where the pages come from.
    """
    rows = [[row["what"], row["figure"], row["note"]] for row in headline]
    out = [f"# {escaped(title)}", table([["", "", ""], *rows], len(rows))]
    for about, page in parts:
        out.append(f"## [{escaped(about['question'])}]({about['href']})")
        for number, figure in enumerate(page.figures):
            place = f"{about['href']}#{figure['id']}"
            if figure["src"].startswith("assets/") and not number:
                out.append(f"[![{escaped(figure['title'])}]({figure['src']})]({place})")
            out.append(f"Figure: [{escaped(figure['alt'])}]({place})")
        for held in page.tables:
            out.append(f"Table: [{escaped(held['title'])}]({about['href']}#{held['id']})")
            out.append(table(held["rows"]))
    out.append(_foot(origin))
    return "\n\n".join(out) + "\n"


def _foot(origin: Provenance) -> str:
    quoted = f"at most {origin.quote_limit} words on end" if origin.quote_limit else "as they are"
    rights = "; ".join(f"{row['outlet']}: {row['rights']}" for row in origin.rights)
    return (
        f"{origin.articles:,} articles, {origin.date}. Quoted: {quoted}. "
        f"Rights, as the corpus states them: {escaped(rights)}. "
        "Files, hashes and versions stand at the end of each page."
    )
