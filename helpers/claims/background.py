"""What all sentences have in common, taken away before two are compared.

The vectors of any two sentences are near (cosine .8), those of two crime reports nearer. So the
mean of the language and the directions in which sentences vary most are taken away (Mu and
Viswanath 2018, *All-but-the-top*, https://arxiv.org/abs/1702.01417). They come from sentences on
anything, by `helpers.training.matching`, and not from the articles at hand, so that two articles
compare alike whatever others are loaded.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.encoder import encoder
from helpers.heads import Head

HEAD = "matching"


def distinct(made: NDArray[np.float32], languages: Sequence[str]) -> NDArray[np.float32]:
    """Take the background away from sentence vectors.

    Parameters
    ----------
    made
        One row a sentence, as `helpers.encoder.Encoder.vectors` gives them.
    languages
        The language of each; of one that was not learnt, the mean of all is taken away.

    Returns
    -------
    numpy.ndarray
        float32, each row of length 1: unrelated sentences are near 0.

    Raises
    ------
    ValueError
        If the background was learnt from another encoder.
    """
    head = Head.load(HEAD)
    head.fits(encoder().name)
    means = [head.arrays.get(f"mean.{language}", head.arrays["mean"]) for language in languages]
    own = made - np.array(means, dtype=np.float32).reshape(len(made), -1)
    own -= own @ head.arrays["directions"].T @ head.arrays["directions"]
    return own / np.maximum(np.linalg.norm(own, axis=1, keepdims=True), 1e-9)
