"""The head of attribution in torch, as `helpers.statements` runs it with numpy."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import dropout, gelu

from helpers.heads import Array
from helpers.statements.anchors import (
    AFTER,
    BEFORE,
    COUNTED,
    KINDS,
    OUT,
    OUTSIDE,
    PARAGRAPHS,
    SENTENCES,
    buckets,
)
from helpers.statements.features import FEATURES
from helpers.statements.trunk import LAYERS


@dataclass(frozen=True)
class Sizes:
    """Widths of the layers and reach of the convolutions."""

    states: int = 1152
    projected: int = 192
    trunk: int = 160
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16)
    anchor: int = 64
    anchor_dilations: tuple[int, ...] = (1, 3)
    kinds: int = len(KINDS)


class Dropout(nn.Module):
    """Dropout whose chance is drawn once and read from a place of chance: ten times as fast."""

    def __init__(self, share: float, size: int = 1 << 23) -> None:
        super().__init__()
        self.share, self.size = share, size
        self._kept: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        """Take and give any shape."""
        if not self.training or not self.share:
            return x
        if self._kept is None or self._kept.dtype != x.dtype:
            drawn = torch.rand(self.size) >= self.share
            self._kept = (drawn / (1 - self.share)).to(x.dtype)
        n = x.numel()
        if n > self.size:  # a document longer than any in a newspaper
            return dropout(x, self.share)
        at = int(torch.randint(self.size - n + 1, ()))
        return x * self._kept[at : at + n].view(x.shape)


class Residual(nn.Module):
    """x + ReLU(window of 5 over LayerNorm(x)); where ``mask`` is 0, nothing is read."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Take and give (texts, tokens, width); mask is (texts, tokens, 1)."""
        inner = (self.norm(x) * mask).transpose(1, 2)
        return x + self.dropout(torch.relu(self.conv(inner))).transpose(1, 2)


class StatementNet(nn.Module):
    """Trunk, taggers and anchor head."""

    def __init__(self, sizes: Sizes, drop: tuple[float, float, float]) -> None:
        super().__init__()
        self.sizes = sizes
        self.register_buffer("mean", torch.zeros(sizes.states))
        self.register_buffer("spread", torch.ones(sizes.states))
        self.drop_in, self.drop_inner, self.drop_out = map(Dropout, drop)
        self.project = nn.Linear(sizes.states, sizes.projected)
        self.join = nn.Linear(sizes.projected + len(FEATURES), sizes.trunk)
        self.convs = nn.ModuleList(Residual(sizes.trunk, d, drop[1] / 2) for d in sizes.dilations)
        wide = sizes.trunk + sizes.projected
        self.tagger = nn.Linear(wide, 3 * len(LAYERS))
        self.query = nn.Linear(2 * wide, sizes.anchor)
        self.kind = nn.Embedding(sizes.kinds, sizes.anchor)
        self.token = nn.Linear(wide, sizes.anchor)
        self.distance = nn.Embedding(int(buckets().max()) + 1, sizes.anchor)
        self.sentences = nn.Embedding(2 * SENTENCES + 1, sizes.anchor)
        self.paragraphs = nn.Embedding(2 * PARAGRAPHS + 1, sizes.anchor)
        self.counts = nn.Linear(6, sizes.anchor, bias=False)
        self.anchor_convs = nn.ModuleList(
            Residual(sizes.anchor, d, 0.0) for d in sizes.anchor_dilations
        )
        self.outer = nn.Linear(sizes.anchor, len(OUT))
        self.judge = nn.Linear(2 * sizes.anchor, 2)  # is it one; has it no source

    def trunk(self, states: Tensor, features: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Give what the trunk makes of tokens, and the taggers' scores (1, tokens, 4, 3).

        The states are of mean 0 and spread 1 here.
        """
        p = self.project(self.drop_in(states))
        p = self.drop_inner(gelu(p, approximate="tanh"))
        x = self.join(torch.cat([p, features], dim=-1))
        for conv in self.convs:
            x = conv(x, mask)
        h = self.drop_out(torch.cat([x, p], dim=-1))
        return h, self.tagger(h).unflatten(-1, (len(LAYERS), 3))

    def anchors(
        self,
        h: Tensor,
        counted: Tensor,
        first: Tensor,
        last: Tensor,
        kind: Tensor,
        places: tuple[Tensor, Tensor, Tensor],
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Predict the attribution of each anchor.

        Parameters
        ----------
        h
            (tokens, width) of the trunk.
        counted
            (tokens, 6): running sums that say what lies between two tokens.
        first, last, kind
            (anchors,): tokens and kind.
        places
            (tokens,) each: the document, sentence and paragraph of each token.

        Returns
        -------
        tuple
            Scores (anchors, window, 4) of `OUT`, (anchors, 2) of the judge, and the mask
            (anchors, window) of the tokens that are in the anchor's document.
        """
        offsets = torch.arange(-BEFORE, AFTER + 1)
        raw = first[:, None] + offsets
        at = raw.clamp(0, len(h) - 1)
        whose, sentence, paragraph = places
        mask = (raw == at) & (whose[at] == whose[first][:, None])
        q = self.query(torch.cat([h[first], h[last]], dim=-1)) + self.kind(kind)
        apart = sentence[at] - sentence[first][:, None]
        blocks = paragraph[at] - paragraph[first][:, None]
        between = (counted[at] - counted[first][:, None]).clamp(-COUNTED, COUNTED)
        x = self.token(h)[at] + q[:, None] + self.distance(torch.from_numpy(buckets()))
        x = x + self._near(apart, blocks) + self.counts(between)
        x = torch.relu(x)
        seen = mask[..., None].to(x.dtype)
        for conv in self.anchor_convs:
            x = conv(x, seen)
        best = x.masked_fill(~mask[..., None], float(OUTSIDE)).amax(dim=1)
        return self.outer(x), self.judge(torch.cat([q, best], dim=-1)), mask

    def _near(self, apart: Tensor, blocks: Tensor) -> Tensor:
        """Say how far off a token is in sentences and in paragraphs."""
        return self.sentences(apart.clamp(-SENTENCES, SENTENCES) + SENTENCES) + self.paragraphs(
            blocks.clamp(-PARAGRAPHS, PARAGRAPHS) + PARAGRAPHS
        )

    def arrays(self) -> dict[str, Array]:
        """Give what `helpers.statements` needs; the scale of the states goes into the weights."""
        held = {k: v.detach().numpy() for k, v in self.state_dict().items()}
        mean, spread = held.pop("mean"), held.pop("spread")
        weight = held["project.weight"] / spread
        held["project.bias"] = held["project.bias"] - weight @ mean
        held["project.weight"] = weight
        return {name: np.ascontiguousarray(a, dtype=np.float32) for name, a in held.items()}
