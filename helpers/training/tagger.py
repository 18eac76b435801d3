"""Train a tagger on states that the encoder gave. Needs torch: ``pip install '.[train]'``."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from tqdm.auto import tqdm

from helpers.heads import FORBIDDEN, Array, bio_moves


@dataclass
class Example:
    """A tagged text: states (units, width), shapes (units, 9), and the tags it allows.

    ``allowed`` is (units, tags), true where a tag may be the right one: one a unit, or several
    where the corpus does not mark a label.
    """

    states: NDArray[Any]
    shapes: Array
    allowed: NDArray[np.bool_]


@dataclass(frozen=True)
class Recipe:
    """The settings of a training, as they stand in the model card."""

    inner: int = 192
    hidden: int = 256
    dropout: float = 0.3
    rate: float = 1.5e-3
    epochs: int = 4
    batch: int = 32
    clip: float = 5.0
    seed: int = 0


class TaggerNet(nn.Module):
    """The tagger of `helpers.heads` in torch, with its loss."""

    def __init__(self, width: int, labels: int, recipe: Recipe) -> None:
        super().__init__()
        moves, first = (torch.tensor(a) for a in bio_moves(labels))
        self.register_buffer("legal_moves", moves)
        self.register_buffer("legal_first", first)
        self.register_buffer("mean", torch.zeros(width))
        self.register_buffer("spread", torch.ones(width))
        self.inner = nn.Linear(width, recipe.inner)
        self.hidden = nn.Linear(3 * (recipe.inner + 9), recipe.hidden)
        self.outer = nn.Linear(recipe.hidden, len(first))
        self.dropout = nn.Dropout(recipe.dropout)
        self.moves = nn.Parameter(torch.zeros_like(moves))
        self.first = nn.Parameter(torch.zeros_like(first))

    def scores(self, states: Tensor, shapes: Tensor) -> Tensor:
        """Give (texts, units, tags)."""
        x = self.dropout((states - self.mean) / self.spread)
        wide = torch.cat([self.inner(x), shapes], dim=-1)
        edge = wide.new_zeros(len(wide), 1, wide.shape[-1])
        before, after = torch.cat([edge, wide[:, :-1]], 1), torch.cat([wide[:, 1:], edge], 1)
        window = torch.cat([before, wide, after], dim=-1)
        return self.outer(self.dropout(torch.relu(self.hidden(window))))

    def loss(self, states: Tensor, shapes: Tensor, allowed: Tensor, lengths: Tensor) -> Tensor:
        """Give the mean over texts of -log P(a sequence of allowed tags)."""
        scores = self.scores(states, shapes)
        right = scores.masked_fill(~allowed, FORBIDDEN)
        return (self._total(scores, lengths) - self._total(right, lengths)).mean()

    def _total(self, scores: Tensor, lengths: Tensor) -> Tensor:
        """Give the log of the summed weights of all sequences, for each text."""
        moves, first = self.moves + self.legal_moves, self.first + self.legal_first
        ahead = first + scores[:, 0]
        for i in range(1, scores.shape[1]):
            step = torch.logsumexp(ahead[:, :, None] + moves, dim=1) + scores[:, i]
            ahead = torch.where((i < lengths)[:, None], step, ahead)
        return torch.logsumexp(ahead, dim=1)

    def arrays(self) -> dict[str, Array]:
        """Give what `helpers.heads.Tagger` needs."""
        given = {
            "mean": self.mean, "spread": self.spread,
            "moves": self.moves + self.legal_moves, "first": self.first + self.legal_first,
        }  # fmt: skip
        for name in ("inner", "hidden", "outer"):
            layer = getattr(self, name)
            given |= {f"{name}.w": layer.weight, f"{name}.b": layer.bias}
        return {name: value.detach().numpy().clip(FORBIDDEN) for name, value in given.items()}


def train_tagger(
    examples: Callable[[int], Sequence[Example]],
    labels: int,
    recipe: Recipe,
    after: Callable[[int, dict[str, Array]], None] | None = None,
) -> dict[str, Array]:
    """Train a tagger.

    Parameters
    ----------
    examples
        Gives the examples of an epoch, counted from 0; they may differ.
    labels
        Number of labels.
    recipe
        The settings; AdamW, the learning rate in one cycle (Smith 2018).
    after
        Called after each epoch with its number and the arrays so far.

    Returns
    -------
    dict of numpy.ndarray
        The arrays of a `helpers.heads.Tagger`.
    """
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    data = examples(0)
    net = TaggerNet(data[0].states.shape[1], labels, recipe)
    net.mean, net.spread = _scale(data)
    steps = recipe.epochs * -(-len(data) // recipe.batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=steps + 1)
    with tqdm(total=steps, unit="batch", desc="training") as bar:
        for epoch in range(recipe.epochs):
            net.train()
            for batch in _batches(examples(epoch)[: len(data)], recipe.batch, random):
                optimiser.zero_grad()
                net.loss(*batch).backward()
                nn.utils.clip_grad_norm_(net.parameters(), recipe.clip)
                optimiser.step()
                cycle.step()
                bar.update()
            if after:
                after(epoch, net.eval().arrays())
    return net.arrays()


def _scale(data: Sequence[Example]) -> tuple[Tensor, Tensor]:
    rows = np.concatenate([e.states for e in data[:: max(1, len(data) // 2000)]]).astype(np.float32)
    return torch.tensor(rows.mean(axis=0)), torch.tensor(rows.std(axis=0) + 1e-6)


def _batches(
    data: Sequence[Example], size: int, random: np.random.Generator
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Put texts of like length together, in an order of chance, and pad them."""
    order = np.argsort([len(e.shapes) + random.random() for e in data])
    parts = [order[i : i + size] for i in range(0, len(order), size)]
    for part in random.permutation(len(parts)):
        own = [data[i] for i in parts[part]]
        lengths = torch.tensor([len(e.shapes) for e in own])
        fields = [
            nn.utils.rnn.pad_sequence([torch.tensor(getattr(e, f)) for e in own], batch_first=True)
            for f in ("states", "shapes", "allowed")
        ]
        yield fields[0].float(), fields[1].float(), fields[2], lengths
