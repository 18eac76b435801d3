"""Where a page comes from: corpus, code, heads, data and rights, with what identifies each."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from helpers.encoder import encoder_name
from helpers.wordlists import LISTS, folder, models, stamp

ROOT = Path(__file__).resolve().parents[1]
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Provenance:
    """What a shared page says of its making.

    Attributes
    ----------
    date : str
        The day (UTC) of the run.
    articles : int
        How many were read.
    commit : str
        Of the code, with ``+`` where files were changed since; empty where git does not know.
    encoder : str
        Its name and the hash of its weights.
    quote_limit : int or None
        Words of an article quoted on end at most.
    files, heads, data : list of dict
        ``file`` and ``sha256`` of its bytes.
    rights : list of dict
        ``outlet``, ``rights`` and the number of ``articles``.
    """

    date: str
    articles: int
    commit: str
    encoder: str
    quote_limit: int | None
    files: list[dict[str, str]]
    heads: list[dict[str, str]]
    data: list[dict[str, str]]
    rights: list[dict[str, str | int]]


def provenance(corpus: Path, articles: pd.DataFrame, quote_limit: int | None = None) -> Provenance:
    """Say where pages about a corpus come from.

    Parameters
    ----------
    corpus
        The file or folder that was read.
    articles
        The table `articles` made of it.
    quote_limit
        The limit that its pages keep to.
    """
    lists = [*(stamp(name)[0] for name in LISTS), folder() / "claims.csv"]
    return Provenance(
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        articles=len(articles),
        commit=_commit(),
        encoder=encoder_name(),
        quote_limit=quote_limit,
        files=_hashes(_files(corpus), corpus),
        heads=_hashes(sorted(models().glob("*.npz")), models()),
        data=_hashes(filter(Path.is_file, lists), None),
        rights=_rights(articles),
    )


def _files(corpus: Path) -> list[Path]:
    """List the files of a corpus, as `helpers.load` passes over hidden files and a README."""
    if corpus.is_file():
        return [corpus]
    own = {p: p.relative_to(corpus).parts for p in corpus.rglob("*") if p.is_file()}
    passed = re.compile(r"\.|README")
    return sorted(p for p, parts in own.items() if not any(map(passed.match, parts)))


def _hashes(files: Iterable[Path], folder: Path | None) -> list[dict[str, str]]:
    rows = []
    for file in files:
        inside = folder is not None and folder.is_dir()
        name = file.relative_to(folder).as_posix() if inside else file.name
        with file.open("rb") as held:
            rows.append({"file": name, "sha256": hashlib.file_digest(held, "sha256").hexdigest()})
    return rows


def _rights(articles: pd.DataFrame) -> list[dict[str, str | int]]:
    told = articles.assign(
        outlet=articles["outlet"].fillna("not known"), rights=articles["rights"].fillna(NOT_STATED)
    )
    counts = told.groupby(["outlet", "rights"]).agg(articles=("article_id", "size"))
    return counts.reset_index().to_dict("records")


def _commit() -> str:
    """Name the commit of the code; a checkout that git cannot read has none."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return ""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--abbrev=12", "--dirty=+"]
    done = subprocess.run([*command, "--exclude=*"], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""
