"""The encoder: what it reads, that it reads it right, and what it does when it cannot be built."""

import json
import subprocess
import sys
from math import erf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from helpers import encoder as module
from helpers import weights as weights_module
from helpers.encoder import BATCH, Encoder, encoder
from helpers.weights import Packed, Weights, fetch, packed_weights, unigram
from tests.conftest import ROOT

TEXTS = [
    "Der Konzern wies die „Vorwürfe“ am Dienstag zurück.",
    "The company denied it on Tuesday, a spokesman told the paper.",
    "阿里巴巴集团发言人12日在北京表示，“有关指控毫无根据”。",
]


def norm(x, weight, bias, epsilon):
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + epsilon) * weight + bias


def forward(weights: Weights, ids: list[int]) -> list[np.ndarray]:
    """Give each layer's states by the formulas of BERT (Devlin et al. 2019), in float32."""
    t = {k: v.unpacked() if isinstance(v, Packed) else v for k, v in weights.tensors.items()}

    def linear(name, x):
        return x @ t[f"{name}.w"].T + t[f"{name}.b"]

    def normed(name, x):
        return norm(x, t[f"{name}.w"], t[f"{name}.b"], weights.epsilon)

    x = normed("emb.ln", t["emb.word"][ids] + t["emb.pos"][: len(ids)] + t["emb.type"][0])
    states = []
    for i in range(weights.layers):
        q, k, v = (
            linear(f"l{i}.{part}", x).reshape(len(ids), weights.heads, -1).swapaxes(0, 1)
            for part in "qkv"
        )
        shares = np.exp(q @ k.swapaxes(1, 2) / np.sqrt(q.shape[-1]))
        shares /= shares.sum(axis=-1, keepdims=True)
        attended = (shares @ v).swapaxes(0, 1).reshape(x.shape)
        x = normed(f"l{i}.aln", x + linear(f"l{i}.ao", attended))
        inner = linear(f"l{i}.fi", x)
        inner = inner * 0.5 * (1 + np.vectorize(erf)(inner / np.sqrt(2)))
        x = normed(f"l{i}.oln", x + linear(f"l{i}.fo", inner))
        states.append(x)
    return states


@pytest.fixture(scope="module")
def real() -> Encoder:
    return encoder()


@pytest.fixture(scope="module")
def official() -> Weights:
    return packed_weights(fetch())


def tiny(folder, seed: int = 0) -> None:
    """Write a small model in the layout of the official one."""
    random = np.random.default_rng(seed)
    hidden, inner, places, layers = 16, 32, 40, 2
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]
    letters = "abcdefghijklmnopqrstuvwxyzäöü:."
    tokenizer = unigram(pieces + [(c, -4.0) for c in letters] + [("▁der", -2.0)])
    tokenizer.save(str(folder / "tokenizer.json"))
    shapes = {
        "embeddings.word_embeddings": (tokenizer.get_vocab_size(), hidden),
        "embeddings.position_embeddings": (places, hidden),
        "embeddings.token_type_embeddings": (2, hidden),
        "embeddings.LayerNorm": (hidden,),
    }
    for i in range(layers):
        at = f"encoder.layer.{i}"
        for name in ("query", "key", "value"):
            shapes[f"{at}.attention.self.{name}"] = (hidden, hidden)
        shapes[f"{at}.attention.output.dense"] = (hidden, hidden)
        shapes[f"{at}.attention.output.LayerNorm"] = (hidden,)
        shapes[f"{at}.intermediate.dense"] = (inner, hidden)
        shapes[f"{at}.output.dense"] = (hidden, inner)
        shapes[f"{at}.output.LayerNorm"] = (hidden,)
    tensors = {}
    for name, shape in shapes.items():
        tensors[f"{name}.weight"] = random.normal(size=shape).astype(np.float32)
        if not name.endswith("embeddings"):
            tensors[f"{name}.bias"] = random.normal(size=shape[:1]).astype(np.float32)
    save_file(tensors, folder / "model.safetensors")
    config = {"num_attention_heads": 4, "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(config))


@pytest.fixture
def own(tmp_path, monkeypatch):
    folder = tmp_path / "model"
    folder.mkdir()
    tiny(folder)
    monkeypatch.setenv("HELPERS_ENCODER", str(folder))
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.mark.parametrize("text", TEXTS)
def test_states_are_those_of_the_formulas_at_every_layer(real, official, text):
    coded = official.tokenizer.encode(text, add_special_tokens=False)
    prefix = official.tokenizer.encode("query:", add_special_tokens=False).ids
    layers = range(1, real.layers + 1)
    due = forward(official, [0, *prefix, *coded.ids, 2])
    held = real.encode([text], list(layers))[0].states
    kept = [i for i, token in enumerate(coded.tokens) if token != "▁"]
    for i, states in enumerate(due):
        own = states[1 + len(prefix) : -1][kept]
        ours = held[:, i * 384 : (i + 1) * 384]
        cosine = (own * ours).sum(axis=1) / np.linalg.norm(own, axis=1)
        # onnxruntime rounds the numbers that meet 4-bit weights to 8 bits
        assert (cosine / np.linalg.norm(ours, axis=1)).min() > 0.998


def test_a_model_of_ones_own_is_read_as_the_formulas_say(own):
    tokenizer = Tokenizer.from_file(str(own / "tokenizer.json"))
    given = weights_module.folder_weights(own)
    ids = tokenizer.encode("query:").ids + tokenizer.encode("der hund bellt").ids
    due = forward(given, [0, *ids, 2])
    held = encoder().encode(["der hund bellt"], [1, 2])[0]
    skipped = len(tokenizer.encode("query:").ids) + 1
    kept = [i for i, t in enumerate(tokenizer.encode("der hund bellt").tokens) if t != "▁"]
    own_states = np.concatenate(due, axis=1)[skipped:-1][kept]
    np.testing.assert_allclose(held.states, own_states, atol=1e-4)


def test_a_changed_model_of_ones_own_is_another_encoder(own):
    first = encoder()
    tiny(own, seed=1)
    second = encoder()
    assert first.name != second.name
    assert not np.allclose(first.vectors(["der"]), second.vectors(["der"]))


def test_a_folder_without_its_files_is_named_with_what_is_missing(own):
    (own / "config.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        encoder()


@given(st.lists(st.text(max_size=60), max_size=5))
@settings(max_examples=50)
def test_tokens_stand_in_their_text_in_order_without_space(texts):
    for text, tokens in zip(texts, encoder().encode(texts, [1]), strict=True):
        assert (tokens.starts < tokens.ends).all()
        assert (np.diff(tokens.starts) >= 0).all()
        assert (tokens.ends <= len(text)).all()
        for start, end in zip(tokens.starts, tokens.ends, strict=True):
            assert not text[start].isspace()
            assert text[start:end]


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "😀👩‍👩‍👧", "שלום עולם", "a\x00b\x00", "\ud800", "e\u0301", "１２ ﬁ", "x" * 5000],
)
def test_no_text_is_too_odd(real, text):
    tokens = real.encode([text], [1, 12])[0]
    assert tokens.states.shape == (len(tokens.starts), 768)
    assert np.isfinite(tokens.states).all()
    assert np.isfinite(real.vectors([text])).all()


def test_an_accent_apart_belongs_to_its_letter(real):
    tokens = real.encode(["Cafe\u0301 Rene\u0301"], [1])[0]
    assert tokens.ends[-1] == len("Cafe\u0301 Rene\u0301")


def test_what_a_text_is_read_with_does_not_change_its_states(real):
    texts = [*TEXTS, " ".join(TEXTS * 3), "Nein."]
    assert sum(map(len, texts)) < BATCH * 2
    together = real.encode(texts, [6, 12])
    for text, tokens in zip(texts, together, strict=True):
        alone = real.encode([text], [6, 12])[0]
        np.testing.assert_allclose(tokens.states, alone.states, atol=1e-4)


def test_a_long_text_has_states_to_its_end_and_like_those_of_its_parts(real):
    text = " ".join(f"{i}. {t}" for i, t in enumerate(TEXTS[:2] * 60))
    tokens = real.encode([text], [6])[0]
    assert tokens.ends[-1] == len(text)
    assert (np.abs(tokens.states).sum(axis=1) > 0).all()
    short = real.encode([text[:800]], [6])[0]
    n = len(short.starts) - 20
    a, b = short.states[:n], tokens.states[:n]
    like = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert like.mean() > 0.9
    assert like.min() > 0.6


def test_a_reading_gives_the_vector_too_whatever_else_is_asked(real):
    texts = [*TEXTS, "", " ".join(TEXTS * 12)]
    for layers in ([1], [12], [12, 3]):
        made = np.stack([tokens.vector for tokens in real.encode(texts, layers)])
        np.testing.assert_allclose(made, real.vectors(texts), atol=1e-5)
    assert real.encode(TEXTS[:1], [12, 3])[0].states.shape[1] == 768


def test_a_translation_is_nearer_than_another_sentence(real):
    said = ["Der Konzern wies das zurück.", "The company denied it.", "公司否认了这一点。"]
    other = ["Am Sonntag scheint die Sonne.", "It will be sunny on Sunday.", "星期天将是晴天。"]
    vectors = real.vectors(said + other)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    like = vectors @ vectors.T
    assert like[:3, :3].min() > like[:3, 3:].max()


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "encoder.json"])
@pytest.mark.parametrize("half", [True, False])
def test_a_broken_file_is_built_again(own, tmp_path, name, half):
    states = encoder().encode(["der hund"], [2])[0].states
    file = next((tmp_path / "cache").rglob(name))
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if half else b"")
    module._loaded.cache_clear()
    np.testing.assert_array_equal(encoder().encode(["der hund"], [2])[0].states, states)


def test_without_network_and_cache_the_message_names_the_command(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "helpers.prepare"], capture_output=True, text=True, cwd=ROOT,
        env={
            "PATH": "", "HELPERS_CACHE": str(tmp_path), "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": "/dev/null", "HOME": str(tmp_path),
        },
    )  # fmt: skip
    assert run.returncode == 1
    assert "python -m helpers.prepare" in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_a_file_that_is_no_encoder_is_refused():
    with pytest.raises(ValueError, match="E5S1"):
        packed_weights(b"<html>")


def test_a_build_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(weights_module, "fetch", lambda: b"E5S1" + b"\0" * 100)
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path))
    monkeypatch.delenv("HELPERS_ENCODER", raising=False)
    with pytest.raises(ValueError, match="blocks of 0"):
        encoder()
    assert not list(tmp_path.iterdir())


def test_a_cache_that_cannot_be_written_costs_only_a_warning(own, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HELPERS_CACHE", str(tmp_path / "file"))
    with pytest.warns(UserWarning, match="not kept"):
        assert encoder().encode(["der hund"], [1])[0].states.shape[1] == 16
