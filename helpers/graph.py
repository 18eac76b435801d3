"""The encoder as an ONNX graph: a BERT whose every layer's states are outputs.

4-bit matrices stay in 4 bits, in the operators that onnxruntime has for them; float matrices are
multiplied as they are. The states equal those of the formulas to rounding (a test compares them
with a forward pass in numpy).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from helpers.weights import BLOCK, Packed, Weights

_OWN = "com.microsoft"  # the domain of onnxruntime's own operators


class _Graph:
    """Nodes and constants as they come; a node is named after its output."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def constant(self, name: str, value: NDArray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(
        self, kind: str, inputs: list[str], output: str, own: bool = True, **given: Any
    ) -> str:
        domain = _OWN if own else ""
        made = helper.make_node(kind, inputs, [output], name=output, domain=domain, **given)
        self.nodes.append(made)
        return output


def graph(weights: Weights) -> ModelProto:
    """Build the graph.

    Parameters
    ----------
    weights
        See `helpers.weights.Weights`.

    Returns
    -------
    onnx.ModelProto
        Inputs ``ids`` (int64) and ``mask`` (int32, 1 where there is a token), both (texts,
        tokens); outputs ``layer1`` ... (float32, (texts, tokens, hidden)).
    """
    g = _Graph()
    state = _embedding(g, weights)
    for layer in range(weights.layers):
        state = _layer(g, weights, layer, state)
    sides = ["texts", "tokens"]
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, sides),
        helper.make_tensor_value_info("mask", TensorProto.INT32, sides),
    ]
    hidden = len(weights.tensors["emb.ln.b"])
    outputs = [
        helper.make_tensor_value_info(f"layer{i + 1}", TensorProto.FLOAT, [*sides, hidden])
        for i in range(weights.layers)
    ]
    made = helper.make_graph(g.nodes, "encoder", inputs, outputs, initializer=g.constants)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(_OWN, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10)


def _embedding(g: _Graph, weights: Weights) -> str:
    """Add up word, place and type, and norm the sum."""
    tensors = weights.tensors
    places = g.constant("places", tensors["emb.pos"] + tensors["emb.type"][0])
    length = g.node("Shape", ["ids"], "length", own=False, start=1, end=2)
    zero, axis = g.constant("zero", np.array([0])), g.constant("axis", np.array([0]))
    place = g.node("Slice", [places, zero, length, axis], "place", own=False)
    word = tensors["emb.word"]
    if isinstance(word, Packed):
        table, scales = _int4(g, word), g.constant("emb.scales", word.scales)
        half = g.node(
            "GatherBlockQuantized", [table, "ids", scales], "half",
            gather_axis=0, quantize_axis=1, block_size=BLOCK,
        )  # fmt: skip
        words = g.node("Cast", [half], "words", own=False, to=TensorProto.FLOAT)
    else:
        words = g.node("Gather", [g.constant("emb.word", word), "ids"], "words", own=False)
    summed = g.node("Add", [words, place], "summed", own=False)
    norm = [g.constant(f"emb.ln.{x}", tensors[f"emb.ln.{x}"]) for x in "wb"]
    epsilon = weights.epsilon
    return g.node("LayerNormalization", [summed, *norm], "layer0", own=False, epsilon=epsilon)


def _int4(g: _Graph, word: Packed) -> str:
    """Keep the embedding in signed 4 bits, two in a byte, the lower half first."""
    rows = len(word.values)
    signed = ((word.values.reshape(rows, -1).astype(np.int16) - 8) & 15).astype(np.uint8)
    packed = signed[:, 0::2] | (signed[:, 1::2] << 4)
    dims = [rows, packed.shape[1] * 2]
    g.constants.append(
        helper.make_tensor("emb.word", TensorProto.INT4, dims, packed.tobytes(), raw=True)
    )
    return "emb.word"


def _layer(g: _Graph, weights: Weights, layer: int, state: str) -> str:
    at = f"l{layer}"
    query, key, value = (_linear(g, weights, f"{at}.{part}", state) for part in "qkv")
    attended = g.node(
        "MultiHeadAttention", [query, key, value, "", "mask"], f"{at}.attended",
        num_heads=weights.heads,
    )  # fmt: skip
    attention = _linear(g, weights, f"{at}.ao", attended)
    middle = _normed(g, weights, f"{at}.aln", attention, state, f"{at}.middle")
    inner = g.node("Gelu", [_linear(g, weights, f"{at}.fi", middle)], f"{at}.inner")
    outer = _linear(g, weights, f"{at}.fo", inner)
    return _normed(g, weights, f"{at}.oln", outer, middle, f"layer{layer + 1}")


def _normed(g: _Graph, weights: Weights, name: str, new: str, old: str, output: str) -> str:
    norm = [g.constant(f"{name}.{x}", weights.tensors[f"{name}.{x}"]) for x in "wb"]
    inputs = [new, old, *norm]
    return g.node("SkipLayerNormalization", inputs, output, epsilon=weights.epsilon)


def _linear(g: _Graph, weights: Weights, name: str, state: str) -> str:
    matrix, bias = weights.tensors[f"{name}.w"], weights.tensors[f"{name}.b"]
    if isinstance(matrix, Packed):
        rows, blocks, _ = matrix.values.shape
        halves = g.constant(f"{name}.w", matrix.values[..., 0::2] | (matrix.values[..., 1::2] << 4))
        scales = g.constant(f"{name}.s", matrix.scales.astype(np.float32).reshape(-1))
        product = g.node(
            "MatMulNBits", [state, halves, scales], f"{name}.product",
            K=blocks * BLOCK, N=rows, bits=4, block_size=BLOCK, accuracy_level=4,
        )  # fmt: skip
    else:
        turned = g.constant(f"{name}.w", matrix.T)
        product = g.node("MatMul", [state, turned], f"{name}.product", own=False)
    added = g.constant(f"{name}.b", bias)
    return g.node("Add", [product, added], f"{name}.linear", own=False)
