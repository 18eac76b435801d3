"""Train the head of attribution. Needs torch: ``pip install '.[train]'``."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy
from tqdm.auto import tqdm

from helpers.heads import Array
from helpers.statements.anchors import AFTER, BEFORE, KINDS, OUT, counts
from helpers.statements.features import FEATURES
from helpers.training.statement_net import Sizes, StatementNet
from helpers.training.statements import Marked, Piece, Statement

GAP = 32  # rows between documents: as far as a convolution reaches
_CUE, _CONTENT, _SOURCE = range(len(KINDS))


@dataclass(frozen=True)
class Recipe:
    """The settings of a training, as they stand in the model card."""

    sizes: Sizes = field(default_factory=Sizes)
    dropout: tuple[float, float, float] = (0.2, 0.35, 0.2)
    taggers: tuple[float, ...] = (1.0, 0.6, 0.8, 0.4)
    content: float = 0.5 / 40
    cue: float = 0.25 / 40
    source: float = 0.25
    judge: float = 0.3
    kinds: tuple[float, ...] = (0.6, 0.4, 0.0)  # how often each kind of anchor stands for one
    doubtful: float = 0.1  # a token with this probability to begin one may serve as a negative
    rate: float = 3e-3
    decay: float = 0.01
    epochs: int = 13
    tokens: int = 4000
    english: float = 0.6  # share of the documents of any language but German in an epoch
    unnamed: float = 0.15  # share of the documents whose language is not told
    clip: float = 1.0
    seed: int = 0


@dataclass
class Batch:
    """Documents in one row of tokens, with `GAP` empty rows between them."""

    documents: list[Marked]
    offsets: list[int]
    states: Tensor
    features: Tensor
    mask: Tensor
    tags: Tensor
    places: tuple[Tensor, Tensor, Tensor]


@dataclass
class Targets:
    """The anchors of a batch and what they should predict.

    ``content`` and ``cue`` are (anchors, window), ``start`` and ``end`` the place of the source in
    the window, its width where there is none, -100 where it lies outside.
    """

    first: Tensor
    last: Tensor
    kind: Tensor
    valid: Tensor
    content: Tensor
    cue: Tensor
    start: Tensor
    end: Tensor


def train_statements(
    documents: Sequence[Marked],
    recipe: Recipe,
    after: Callable[[int, dict[str, Array]], None] | None = None,
) -> dict[str, Array]:
    """Train the head.

    Parameters
    ----------
    documents
        The gold, with the encoder's states.
    recipe
        The settings; AdamW, the learning rate falling in a cosine after a short rise.
    after
        Called after each epoch with its number, from 0, and the arrays so far.

    Returns
    -------
    dict of numpy.ndarray
        The arrays of a `helpers.statements.trunk.Statements`.
    """
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    net = StatementNet(recipe.sizes, recipe.dropout)
    net.mean, net.spread = _scale(documents)
    plan = [list(_packed(documents, recipe, random)) for _ in range(recipe.epochs)]
    steps = sum(map(len, plan))
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    rate = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step / steps))
    with tqdm(total=steps, unit="batch", desc="training") as bar:
        for epoch, parts in enumerate(plan):
            net.train()
            for part in parts:
                optimiser.zero_grad()
                loss = _loss(net, batch(part, recipe, random), recipe, random)
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), recipe.clip)
                optimiser.step()
                rate.step()
                bar.update()
            if after:
                after(epoch, net.eval().arrays())
    return net.eval().arrays()


def _rate(done: float) -> float:
    rising = min(1.0, done / 0.05)
    return rising * (0.03 + 0.97 * (1 + np.cos(np.pi * min(done, 1.0))) / 2)


def _scale(documents: Sequence[Marked]) -> tuple[Tensor, Tensor]:
    few = documents[:: max(1, len(documents) // 200)]
    rows = np.concatenate([d.document.states for d in few]).astype(np.float32)
    return torch.tensor(rows.mean(axis=0)), torch.tensor(rows.std(axis=0) + 1e-6)


def _packed(
    documents: Sequence[Marked], recipe: Recipe, random: np.random.Generator
) -> Iterator[list[Marked]]:
    """Choose the documents of an epoch and pack whole ones into batches, in an order of chance."""
    kept = [d for d in documents if d.row["lang"] == "de" or random.random() < recipe.english]
    part: list[Marked] = []
    for i in random.permutation(len(kept)):
        if part and sum(len(d.document) for d in [*part, kept[i]]) > recipe.tokens:
            yield part
            part = []
        part.append(kept[i])
    if part:
        yield part


def batch(documents: list[Marked], recipe: Recipe, random: np.random.Generator) -> Batch:
    """Put documents in one row."""
    width = documents[0].document.states.shape[1]
    n = sum(len(d.document) + GAP for d in documents)
    states, features = np.zeros((n, width), np.float32), np.zeros((n, len(FEATURES)), np.float32)
    mask, tags = np.zeros((n, 1), np.float32), np.zeros((n, 4), np.int64)
    places = np.full((3, n), -1)
    offsets, at = [], 0
    for number, d in enumerate(documents):
        own = slice(at, at + len(d.document))
        states[own], features[own] = d.document.states, d.document.features
        if random.random() < recipe.unnamed:
            features[own, -2:] = 0
        mask[own], tags[own] = 1, d.tags
        places[:, own] = [[number] * len(d.document), d.document.sentence, d.document.paragraph]
        offsets.append(at)
        at += len(d.document) + GAP
    tensors = [torch.from_numpy(a)[None] for a in (states, features, mask)]
    where = tuple(torch.from_numpy(row) for row in places)
    return Batch(documents, offsets, *tensors, torch.from_numpy(tags), where)


def _loss(net: StatementNet, b: Batch, recipe: Recipe, random: np.random.Generator) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        h, tagged = net.trunk(b.states, b.features, b.mask)
    h, tagged = h[0].float(), tagged[0].float()
    rows = b.mask[0, :, 0] > 0
    parts = [
        weight * cross_entropy(tagged[rows, i], b.tags[rows, i])
        for i, weight in enumerate(recipe.taggers)
    ]
    sure = tagged.detach().softmax(dim=-1).numpy() * b.mask[0, :, :, None].numpy()
    targets = _targets(b, sure, recipe, random)
    if len(targets.first):
        counted = torch.from_numpy(counts(sure, b.features[0].numpy()))
        with torch.autocast("cpu", torch.bfloat16):
            given = net.anchors(h, counted, targets.first, targets.last, targets.kind, b.places)
        parts += _anchor_losses(given[0].float(), given[1].float(), given[2], targets, recipe)
    return torch.stack(parts).sum()


def _anchor_losses(
    scores: Tensor, judged: Tensor, mask: Tensor, t: Targets, recipe: Recipe
) -> Iterator[Tensor]:
    n = len(t.first)
    for i, (target, weight) in enumerate(((t.content, recipe.content), (t.cue, recipe.cue))):
        each = binary_cross_entropy_with_logits(scores[..., i], target, reduction="none")
        yield weight * each[mask].sum() / n
    yield recipe.judge * binary_cross_entropy_with_logits(judged[:, 0], t.valid)
    places = scores[..., 2:].masked_fill(~mask[..., None], -1e4)
    start = torch.cat([places[..., 0], judged[:, 1:]], dim=1)
    if (t.start >= 0).any():
        yield recipe.source * 0.5 * cross_entropy(start, t.start)
    if (t.end >= 0).any():
        yield recipe.source * 0.3 * cross_entropy(places[..., 1], t.end)


def _targets(
    b: Batch, sure: NDArray[np.floating], recipe: Recipe, random: np.random.Generator
) -> Targets:
    """Choose an anchor for each attribution, and tokens that look like anchors but are none."""
    anchors: list[tuple[int, int, int, int, Statement | None]] = []
    for d, offset in zip(b.documents, b.offsets, strict=True):
        own = sure[offset : offset + len(d.document)]
        right = [(*_anchor(s, recipe, random), s) for s in d.statements]
        wrong = list(_negatives(d.statements, own, 2 + 0.6 * len(right), recipe, random))
        anchors += [(offset, *a) for a in (*right, *wrong)]
    width = BEFORE + AFTER + 1
    n = len(anchors)
    marks, places = np.zeros((2, n, width), np.float32), np.full((2, n), width)
    places[1] = -100
    for i, (_, first, _, _, statement) in enumerate(anchors):
        if statement:
            _fill(marks[:, i], places[:, i], first, statement)
    numbers = np.array([a[:4] for a in anchors], dtype=np.int64).reshape(-1, 4)
    valid = np.array([a[4] is not None for a in anchors], dtype=np.float32)
    first, last = numbers[:, 0] + numbers[:, 1], numbers[:, 0] + numbers[:, 2]
    given = (first, last, numbers[:, 3], valid, *marks, *places)
    return Targets(*(torch.from_numpy(np.ascontiguousarray(a)) for a in given))


def _anchor(
    s: Statement, recipe: Recipe, random: np.random.Generator
) -> tuple[int, int, int]:
    """Choose the anchor of an attribution: first and last token, kind."""
    held = (s.cue, s.content, (s.source,) if s.source else ())
    weights = np.array([w * bool(p) for w, p in zip(recipe.kinds, held, strict=True)])
    kind = int(random.choice(len(KINDS), p=weights / weights.sum()))
    first, end = held[kind][random.integers(len(held[kind]))]
    alone = kind == _CONTENT or random.random() < 0.3  # as a tagger may give its first token only
    return first, first if alone else end - 1, kind


def _negatives(
    statements: Sequence[Statement],
    sure: NDArray[np.floating],
    most: float,
    recipe: Recipe,
    random: np.random.Generator,
) -> Iterator[tuple[int, int, int, None]]:
    """Give tokens that a tagger takes for the beginning of a piece and that are none."""
    begins = sure[:, :, 1]
    own = {_CUE: begins[:, 3], _CONTENT: begins[:, :2].max(axis=1), _SOURCE: begins[:, 2]}
    chosen: list[tuple[int, int]] = []
    for kind, probability in own.items():
        if recipe.kinds[kind]:
            doubtful = probability > recipe.doubtful
            for first, end in _true(statements, kind):
                doubtful[first:end] = False
            chosen += [(int(i), kind) for i in np.flatnonzero(doubtful)]
    for k in random.permutation(len(chosen))[: int(most)]:
        i, kind = chosen[k]
        yield i, i, kind, None


def _true(statements: Sequence[Statement], kind: int) -> Iterator[Piece]:
    """Give the tokens that are anchors of a kind."""
    for s in statements:
        if kind == _CUE:
            yield from s.cue
        elif kind == _CONTENT:
            yield from ((first, first + 1) for first, _ in s.content)
        elif s.source:
            yield s.source


def _fill(marks: NDArray, places: NDArray, first: int, s: Statement) -> None:
    """Write where in the window of an anchor its content, cue and source are."""
    width = marks.shape[1]
    for row, spans in enumerate((s.content, s.cue)):
        for a, z in spans:
            low, high = np.clip([a - first + BEFORE, z - first + BEFORE], 0, width)
            marks[row, low:high] = 1
    if s.source:
        ends = np.array([s.source[0], s.source[1] - 1]) - first + BEFORE
        inside = (ends >= 0).all() and (ends < width).all()
        places[:] = ends if inside else -100


assert OUT[:2] == ("content", "cue")  # noqa: S101 - the order that the losses count on
