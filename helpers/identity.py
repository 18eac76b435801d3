"""Who an article is: an id that depends on what it says and where it stands, not on its order."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from helpers import columns
from helpers.readers import Record


def identify(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """Give every record an id that does not depend on the order of the files.

    Parameters
    ----------
    records
        All of a corpus, as `with_id` gives them; their text is not needed.

    Returns
    -------
    kept, doubles : list of Record
        With their ``article_id``; with the ``reason`` why they are not kept.
    """
    kept: dict[str, Record] = {}
    doubles = []
    bases = Counter(r["article_id"] for r in records)
    for record in records:
        name = record["article_id"]
        if not record["named"] and bases[name] > 1:
            name = "-".join(filter(None, (record["slug"], record["identity"][:12])))
        if name in kept:
            same = "the same text" if kept[name]["sha256"] == record["sha256"] else "another text"
            doubles.append(record | {"reason": f"article_id '{name}' stands twice, with {same}"})
        else:
            kept[name] = record | {"article_id": name}
    return list(kept.values()), doubles


def with_id(record: Record) -> Record:
    """Say of a record with its text what makes it itself, and the id that this gives it.

    Added are ``sha256`` of the text, ``identity`` (the hash of the text and of what else is given),
    ``slug`` (of the file's name), ``article_id`` and ``named`` (whether that was given).
    """
    text = record["text"].replace("\r\n", "\n").replace("\r", "\n")
    own = columns.value(record.get("article_id"))
    # Two outlets may print the same text: in a table they are told apart by what else is given,
    # as files by their place.
    other = ("outlet", "title", "published", "url") if record["row"] else ("file",)
    told = [str(value) for value in (columns.value(record.get(key)) for key in other) if value]
    identity = digest("\n".join([text, *told]))
    slug = _slug(record["stem"])
    return record | {
        "text": text,
        "sha256": digest(text),
        "identity": identity,
        "slug": slug,
        "article_id": str(own) if own is not None else slug or identity[:8],
        "named": own is not None,
    }


def digest(text: str) -> str:
    """Give the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _slug(stem: str) -> str:
    # Scrapers append a hash to the file name; what stands before it is what people say.
    stem = re.sub(r"[_-][0-9a-f]{8,}$", "", stem)
    return re.sub(r"[\W_]+", "-", stem).strip("-")[:24].strip("-")
