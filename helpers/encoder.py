"""The encoder: texts to the states of their tokens, the one reading that serves every head.

A frozen multilingual-e5-small (Wang et al. 2024, https://arxiv.org/abs/2402.05672) in 4 bits, run
with onnxruntime. It is built once into the cache folder: ``python -m helpers.prepare`` does that
and says where. ``HELPERS_ENCODER`` names a folder with the official model, or one like it, to be
used instead; heads trained on the one do not fit the other (`helpers.heads` says so).
"""

import hashlib
import json
import os
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import combining

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from helpers.building import GRAPH, NOTE, TOKENIZER, build, builders, keep, whole
from helpers.caching import cache_folder
from helpers.wordlists import models

PREFIX = "query: "  # multilingual-e5 was trained with it
CONTEXT = 64  # tokens that a window of a long text shares with each neighbour
BATCH = 1024  # tokens read at once, padding counted: more is slower, less no faster


@dataclass
class Tokens:
    """The tokens of one text; a token that is only a space is left out.

    Attributes
    ----------
    starts, ends
        Offsets of each token's characters in the text, without the space before it.
    states
        float32 (tokens, layers x hidden): the layers' states side by side.
    layers
        The layers asked for, counted from 1.
    vector
        float32 (hidden) of length 1: the mean of the last layer, as e5 is used to match; of a long
        text the windows' means averaged by their number of tokens.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    states: NDArray[np.float32]
    layers: tuple[int, ...]
    vector: NDArray[np.float32]

    def of(self, layers: Sequence[int]) -> NDArray[np.float32]:
        """Give the states of some of the layers, in the order given.

        Raises
        ------
        ValueError
            If a layer was not read.
        """
        if tuple(layers) == self.layers:
            return self.states
        parts = np.split(self.states, len(self.layers), axis=1)
        return np.concatenate([parts[self.layers.index(layer)] for layer in layers], axis=1)


class _Window(NamedTuple):
    """A part of a text that is read at once: its tokens, and which of them count here."""

    text: int
    first: int
    ids: list[int]
    start: int
    end: int


class Encoder:
    """A graph and its tokenizer.

    Attributes
    ----------
    name : str
        What the encoder is, for heads to know the one they were trained on.
    path : pathlib.Path
        The folder it was loaded from.
    """

    def __init__(self, path: Path) -> None:
        """Load what `build` wrote into a folder."""
        about = json.loads((path / NOTE).read_text(encoding="utf-8"))
        self.path = path
        self.name: str = about["name"]
        options = onnxruntime.SessionOptions()
        # Threads that wait for work by spinning take the time of others who share the machine.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # One a core if nobody says otherwise: Dask's workers, one a core themselves, are told 1.
        options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "").split(",")[0] or 0)
        self._session = onnxruntime.InferenceSession(path / GRAPH, options)
        self._tokenizer = Tokenizer.from_file(str(path / TOKENIZER))
        self._space = self._tokenizer.token_to_id("▁")
        self._begin, self._end = about["begin"], about["end"]
        self._prefix = self._tokenizer.encode(PREFIX.strip(), add_special_tokens=False).ids
        self._room = about["places"] - len(self._prefix) - 2

    def encode(self, texts: Sequence[str], layers: Sequence[int]) -> list[Tokens]:
        """Read texts.

        Parameters
        ----------
        texts
            Any text, also an empty one. One that is longer than the encoder can read at once is
            read in windows that overlap by twice `CONTEXT` tokens.
        layers
            Which layers' states to give, counted from 1.

        Returns
        -------
        list of Tokens
            One a text. What a text is read with changes its states by less than 1e-4.
        """
        coded = self._coded(texts)
        wanted = [f"layer{layer}" for layer in layers]
        width = len(wanted) * self._width
        states = [np.zeros((len(c.ids), width), dtype=np.float32) for c in coded]
        sums = np.zeros((len(texts), self._width), dtype=np.float32)
        last = list(layers).index(self.layers) if self.layers in layers else len(wanted)
        names = [*wanted, *([self._last] if last == len(wanted) else [])]
        for window, read in self._read(self._windows([c.ids for c in coded]), names):
            end = read[:, last * self._width : (last + 1) * self._width]
            sums[window.text] += _weighed(window, end)
            part = read[len(self._prefix) + 1 :, :width]
            own = slice(window.first + window.start, window.first + window.end)
            states[window.text][own] = part[window.start : window.end]
        given = zip(texts, coded, states, _unit(sums), strict=True)
        return [self._trimmed(*read, tuple(layers)) for read in given]

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give only the vector of each text (`Tokens.vector`)."""
        sums = np.zeros((len(texts), self._width), dtype=np.float32)
        windows = self._windows([c.ids for c in self._coded(texts)])
        for window, read in self._read(windows, [self._last]):
            sums[window.text] += _weighed(window, read)
        return _unit(sums)

    @property
    def layers(self) -> int:
        """Number of layers."""
        return len(self._session.get_outputs())

    @property
    def _last(self) -> str:
        return f"layer{self.layers}"

    @property
    def _width(self) -> int:
        return self._session.get_outputs()[0].shape[-1]

    def _trimmed(
        self,
        text: str,
        coded: Encoding,
        states: NDArray[np.float32],
        vector: NDArray[np.float32],
        layers: tuple[int, ...],
    ) -> Tokens:
        """Leave out tokens that are only a space, and the space before a token's characters.

        A mark that Unicode composes with the letter before it belongs to that letter's token.
        """
        kept = np.array(coded.ids, dtype=np.int64) != self._space
        spans = np.array(coded.offsets, dtype=np.int64).reshape(-1, 2)[kept]
        for i, (start, end) in enumerate(spans):
            piece = text[start:end]
            spans[i, 0] = end - len(piece.lstrip())
        if not text.isascii():
            for i, (_, end) in enumerate(spans):
                while end < len(text) and combining(text[end]):
                    end += 1
                spans[i, 1] = end
        whole = spans[:, 0] < spans[:, 1]  # U+0085 is a token, and a space for Python
        return Tokens(spans[whole, 0], spans[whole, 1], states[kept][whole], layers, vector)

    def _coded(self, texts: Sequence[str]) -> list[Encoding]:
        # A lone surrogate is no character; one other sign in its place keeps the offsets.
        whole = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return self._tokenizer.encode_batch(whole, add_special_tokens=False)

    def _windows(self, texts: Iterable[list[int]]) -> Iterator[_Window]:
        for text, ids in enumerate(texts):
            if len(ids) <= self._room:
                yield _Window(text, 0, ids, 0, len(ids))
                continue
            step = self._room - 2 * CONTEXT
            for at in range(0, len(ids), step):
                first, end = max(0, at - CONTEXT), min(len(ids), at + step)
                part = ids[first : end + CONTEXT]
                yield _Window(text, first, part, at - first, end - first)

    def _read(
        self, windows: Iterable[_Window], wanted: list[str]
    ) -> Iterator[tuple[_Window, NDArray[np.float32]]]:
        """Read windows of like length together; give each its states without the padding."""
        for batch in _batches(sorted(windows, key=lambda w: len(w.ids))):
            rows = [[self._begin, *self._prefix, *w.ids, self._end] for w in batch]
            lengths = np.array([len(row) for row in rows])
            mask = np.arange(lengths.max()) < lengths[:, None]
            ids = np.zeros(mask.shape, dtype=np.int64)
            ids[mask] = np.concatenate(rows)
            read = self._session.run(wanted, {"ids": ids, "mask": mask.astype(np.int32)})
            for i, window in enumerate(batch):
                yield window, np.concatenate([r[i, : lengths[i]] for r in read], axis=1)


def _weighed(window: _Window, last: NDArray[np.float32]) -> NDArray[np.float32]:
    return last.mean(axis=0) * (window.end - window.start or 1)


def _unit(sums: NDArray[np.float32]) -> NDArray[np.float32]:
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def _batches(windows: list[_Window]) -> Iterator[list[_Window]]:
    batch: list[_Window] = []
    for window in windows:
        if batch and (len(batch) + 1) * len(window.ids) > BATCH:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def encoder_name() -> str:
    """Name the encoder that `encoder` gives, by the wheel's hash or by the folder's files."""
    own = os.environ.get("HELPERS_ENCODER")
    if not own:
        return hashlib.sha256((models() / "encoder.txt").read_bytes()).hexdigest()[:16]
    given = [f.stat() for f in sorted(Path(own).glob("*.*"))]
    state = [own, *((f.st_mtime_ns, f.st_size) for f in given)]
    return hashlib.sha256(repr(state).encode("utf-8")).hexdigest()[:16]


def encoder() -> Encoder:
    """Give the encoder of this machine, built if it was not yet or if its files are not whole.

    Raises
    ------
    RuntimeError
        If it has to be built and its weights cannot be fetched, with the command to run.
    """
    name = encoder_name()
    folder = cache_folder() / "encoder" / f"{name}-{builders()}"
    return _loaded(folder, name, os.environ.get("HELPERS_ENCODER") or "")


@cache
def _loaded(path: Path, name: str, own: str) -> Encoder:
    if whole(path):
        return Encoder(path)
    made = build(name, own)
    try:
        keep(made, path)
    except OSError as error:  # no room, no right to write: this process reads it from elsewhere
        warnings.warn(f"the encoder is not kept in {path}: {error.strerror}", stacklevel=3)
        with tempfile.TemporaryDirectory() as passing:
            keep(made, Path(passing))
            return Encoder(Path(passing))
    return Encoder(path)
