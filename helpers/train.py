"""Train the heads on text marked by hand: ``python -m helpers.train GOLD [HEAD ...]``.

Each head goes to ``data/models/<head>.npz`` with a model card beside it, ``<head>.md``: what it
was trained on, the licences, the recipe, the day, and its scores once ``make evaluate`` has
measured them. Training needs torch: ``pip install '.[train]'``.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

from helpers.cards import write_card
from helpers.encoder import Encoder, encoder
from helpers.gold import CORPORA, parts
from helpers.heads import Head, Tagger


def _entities(gold: Path, reader: Encoder, seed: int) -> Head:
    from helpers.training.entities import LABELS, LAYERS, NOTES, RECIPE, train

    recipe = replace(RECIPE, seed=seed)
    about = {"labels": list(LABELS), "layers": list(LAYERS), "recipe": asdict(recipe)}
    about |= {"licence": "CC BY-SA 4.0", "notes": NOTES}
    return Tagger(train(gold, reader, recipe), about)


def _attribution(gold: Path, reader: Encoder, seed: int) -> Head:
    from helpers.training.attribution import LICENCE, NOTES, train
    from helpers.training.statement_batches import Recipe

    head = train(gold, reader, Recipe(seed=seed))
    head.about |= {"licence": LICENCE, "notes": NOTES}
    return head


def _tone(gold: Path, reader: Encoder, seed: int) -> Head:
    from helpers.training.tone import LICENCE, NOTES, Recipe, train

    head = train(gold, reader, Recipe())
    head.about |= {"licence": LICENCE, "notes": NOTES}
    return head


def _matching(gold: Path, reader: Encoder, seed: int) -> Head:
    from helpers.training.matching import DIRECTIONS, LICENCE, NOTES, SENTENCES, train

    recipe = {"sentences a language": SENTENCES, "directions": DIRECTIONS}
    about = {"layers": [reader.layers], "recipe": recipe, "licence": LICENCE, "notes": NOTES}
    return Head(train(gold, reader), about)


# A new head is one line here.
HEADS: dict[str, Callable[[Path, Encoder, int], Head]] = {
    "entities": _entities,
    "attribution": _attribution,
    "tone": _tone,
    "matching": _matching,
}
# The gold of a head that has none of its own.
_GOLD = {"matching": "entities"}


def train(gold: Path, names: Iterable[str], seed: int = 0) -> list[Path]:
    """Train heads and write them with their cards.

    Parameters
    ----------
    gold
        The folder, as `helpers.gold` describes it; the train parts count.
    names
        Keys of `HEADS`.
    seed
        Of the weights and the order of the examples.

    Returns
    -------
    list of pathlib.Path
        The heads' files.

    Raises
    ------
    FileNotFoundError
        If the gold has no train part for a head.
    """
    reader = encoder()
    made = []
    for name in names:
        layer = _GOLD.get(name, name)
        used = [language for language, *_ in parts(gold / layer, "train")]
        if not used:
            raise FileNotFoundError(f"{gold / layer} holds no <language>-train.jsonl")
        head = HEADS[name](gold, reader, seed)
        used = head.about.get("languages", used)
        head.about |= {
            "name": name,
            "encoder": reader.name,
            "corpora": [
                CORPORA.get((layer, language), (language, "not known")) for language in used
            ],
            "date": datetime.now(UTC).date().isoformat(),
        }
        made.append(head.save(name))
        write_card(head)
    return made


def main() -> int:
    """Train the heads named, or all; 2 where the gold or torch is not there."""
    parser = argparse.ArgumentParser(prog="python -m helpers.train", description=__doc__)
    parser.add_argument("gold", type=Path, metavar="GOLD", help="folder of the gold")
    parser.add_argument("head", nargs="*", help=f"of {', '.join(HEADS)}; all if none is named")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    unknown = set(given.head) - set(HEADS)
    if unknown:
        parser.error(f"no head {', '.join(sorted(unknown))}; there is {', '.join(HEADS)}")
    try:
        for file in train(given.gold, given.head or HEADS, given.seed):
            print(file)
    except ModuleNotFoundError as error:
        print(f"{error}: training needs pip install '.[train]'", file=sys.stderr)
        return 2
    except (OSError, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
