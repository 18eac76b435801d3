"""The head of tone: logistic regression on the states round a target, and on those of a sentence.

Multinomial logistic regression, as Hamborg and Donnay's task (2021, NewsMTSC) is well solved by it
on a frozen encoder; `helpers.training.tone` trains it.
"""

import numpy as np

from helpers.encoder import Tokens
from helpers.heads import Array, Head, softmax

HEAD = "tone"
LABELS = ("negative", "neutral", "positive")
WINDOW = 7  # tokens each side of the target


class Tones(Head):
    """Scores targets and sentences; ``about["limits"]`` has the languages it is validated in."""

    def towards(self, rows: Array) -> Array:
        """Give the probabilities of `LABELS` for rows of `surroundings`."""
        return self._apply("target", rows)

    def wording(self, rows: Array) -> Array:
        """Give the probabilities of `LABELS` for rows of `whole`: the sentence, towards nobody."""
        return self._apply("sentence", rows)

    def _apply(self, name: str, rows: Array) -> Array:
        a = self.arrays
        scores = (rows - a[f"{name}.mean"]) / a[f"{name}.spread"] @ a[f"{name}.w"].T
        return softmax((scores + a[f"{name}.b"]) / self.about["temperatures"][name])

    def limit(self, language: str | None, of: str = "target") -> float | None:
        """Give the confidence below which it abstains; None where it was not validated.

        ``of`` is ``target`` or ``sentence``.
        """
        return self.about["limits"][of].get(language)


def surroundings(tokens: Tokens, layers: list[int], target: tuple[int, int]) -> Array:
    """Describe a target in a sentence by the states of its tokens and of those round it.

    Parameters
    ----------
    tokens, layers
        The tokens of the sentence, and which of their layers count.
    target
        Its first character and the one behind its last. Where no token touches it, the token
        that follows stands for it.

    Returns
    -------
    numpy.ndarray
        float32 (4 x width of the states): the means over the target, over `WINDOW` tokens to
        its left and to its right, and over the sentence; zeros for what is empty.
    """
    states = tokens.of(layers)
    first = int(np.searchsorted(tokens.ends, target[0], side="right"))
    end = max(int(np.searchsorted(tokens.starts, target[1])), first + 1)
    left, right = states[max(0, first - WINDOW) : first], states[end : end + WINDOW]
    return np.concatenate([_mean(part) for part in (states[first:end], left, right, states)])


def whole(tokens: Tokens, layers: list[int]) -> Array:
    """Describe a sentence by the mean of its states."""
    return _mean(tokens.of(layers))


def _mean(states: Array) -> Array:
    return states.mean(axis=0) if len(states) else np.zeros(states.shape[1], dtype=np.float32)
