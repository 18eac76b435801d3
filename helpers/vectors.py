"""A vector a text, kept by article, so that no text is read twice for it."""

import hashlib
import io
import json
import os
import warnings
from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from helpers.caching import cache_folder, store
from helpers.encoder import encoder

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
BATCH = 64  # articles read at once


def vectors(texts: Mapping[Hashable, Sequence[str]], *, progress: bool = True) -> list[Floats]:
    """Give the encoder's vectors of each article's texts, from the cache where they were made.

    Parameters
    ----------
    texts
        By article, or by whatever else they are to be kept together by.
    progress
        Show a bar for work that takes more than a second.

    Returns
    -------
    list of numpy.ndarray
        As given: float32 (texts, width), each of length 1 to half precision, in which they are
        kept.
    """
    name = encoder().name
    keys = [_key(name, own) for own in texts.values()]
    given = dict(zip(keys, texts.values(), strict=True))  # the same texts once
    found = {key: read for key in given if (read := _read(key)) is not None}
    todo = [key for key in given if key not in found]
    quiet = not progress or bool(os.environ.get("TQDM_DISABLE"))
    with tqdm(total=len(todo), unit="article", delay=1, leave=False, disable=quiet) as bar:
        for first in range(0, len(todo), BATCH):
            batch = todo[first : first + BATCH]
            for key, made in _made({key: given[key] for key in batch}):
                found[key] = made
                _write(key, made)
            bar.update(len(batch))
    return [found[key].astype(np.float32) for key in keys]


def keep(texts: Mapping[Hashable, Sequence[str]], made: Floats) -> None:
    """Keep what `vectors` would give of these texts, made by another reading of each text alone.

    Parameters
    ----------
    texts
        As `vectors` takes them.
    made
        Their vectors, all below each other.
    """
    name = encoder().name
    for own, part in _parted(texts, made):
        _write(_key(name, texts[own]), part)


def _made(texts: Mapping[Hashable, Sequence[str]]) -> Iterator[tuple[Hashable, Halves]]:
    flat = [text for own in texts.values() for text in own]
    yield from _parted(texts, encoder().vectors(flat))


def _parted(
    texts: Mapping[Hashable, Sequence[str]], made: Floats
) -> Iterator[tuple[Hashable, Halves]]:
    ends = np.cumsum([len(own) for own in texts.values()])
    yield from zip(texts, np.split(made.astype(np.float16), ends[:-1]), strict=True)


def _key(name: str, texts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([name, *texts]).encode()).hexdigest()


def _read(key: str) -> Halves | None:
    try:
        return np.load(cache_folder() / "vectors" / key[:2] / f"{key}.npy", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None  # not there, or broken: it is made again


def _write(key: str, made: Halves) -> None:
    content = io.BytesIO()
    np.save(content, made)
    try:
        store(cache_folder() / "vectors" / key[:2] / f"{key}.npy", content.getvalue())
    except OSError as error:  # nothing is lost, only made again the next time
        warnings.warn(f"vectors not cached: {error.strerror}", stacklevel=3)
