"""The trunk: what each token is, read with its neighbours, and what four taggers see in it."""

from functools import cached_property

import numpy as np

from helpers.heads import Head, softmax
from helpers.statements.features import Array, Document

LAYERS = ("outer", "nested", "source", "cue")  # contents, contents in contents, sources, cues


class Statements(Head):
    """The head of attribution; the arrays are those of `helpers.training.statement_net`."""

    @cached_property
    def windows(self) -> dict[str, Array]:
        """Give the weights of the convolutions as matrices (5 x in, out)."""
        return {
            name.removesuffix(".conv.weight"): a.transpose(2, 1, 0).reshape(-1, a.shape[0])
            for name, a in self.arrays.items()
            if name.endswith(".conv.weight")
        }

    def linear(self, name: str, x: Array) -> Array:
        """Apply one of the linear layers."""
        return x @ self.arrays[f"{name}.weight"].T + self.arrays[f"{name}.bias"]

    def residual(self, name: str, x: Array, dilation: int, mask: Array | None = None) -> Array:
        """Give x + ReLU(window of 5 over LayerNorm(x)) for x (..., tokens, width).

        Where ``mask`` (..., tokens, 1) is 0, nothing is read.
        """
        a = self.arrays
        norm = a[f"{name}.norm.weight"], a[f"{name}.norm.bias"]
        inner = _norm(x, *norm)
        if mask is not None:
            inner *= mask
        edge = [(0, 0)] * (x.ndim - 2) + [(2 * dilation, 2 * dilation), (0, 0)]
        wide, n = np.pad(inner, edge), x.shape[-2]
        window = [wide[..., i * dilation : i * dilation + n, :] for i in range(5)]
        read = np.concatenate(window, axis=-1) @ self.windows[name] + a[f"{name}.conv.bias"]
        return x + np.maximum(read, 0, out=read)


def trunk(head: Statements, document: Document) -> tuple[Array, Array]:
    """Read a document.

    Returns
    -------
    tuple of numpy.ndarray
        What the trunk makes of each token, (tokens, width), and each token's probability to be
        O, B or I of each of `LAYERS`, (tokens, 4, 3).
    """
    p = gelu(head.linear("project", document.states.astype(np.float32)))
    x = head.linear("join", np.concatenate([p, document.features], axis=1))
    for i, dilation in enumerate(head.about["dilations"]):
        x = head.residual(f"convs.{i}", x, dilation)
    h = np.concatenate([x, p], axis=1)
    return h, softmax(head.linear("tagger", h).reshape(-1, len(LAYERS), 3))


def gelu(x: Array) -> Array:
    """Give the Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016)."""
    inner = x * x
    inner *= 0.044715
    inner += 1
    inner *= x
    inner *= np.float32(np.sqrt(2 / np.pi))
    np.tanh(inner, out=inner)
    inner += 1
    inner *= x
    inner *= 0.5
    return inner


def sigmoid(scores: Array) -> Array:
    """Turn scores into probabilities one by one."""
    return (1 + np.tanh(scores / 2)) / 2


def _norm(x: Array, weight: Array, bias: Array) -> Array:
    """Give the layer norm over the last axis (Ba et al. 2016)."""
    centred = x - x.mean(axis=-1, keepdims=True)
    variance = np.einsum("...i,...i->...", centred, centred)[..., None] / x.shape[-1]
    centred *= weight / np.sqrt(variance + 1e-5)
    centred += bias
    return centred
