"""The cache folder, and files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """Give the folder of what can be made again: ``HELPERS_CACHE`` if set, else the user's."""
    return Path(os.environ.get("HELPERS_CACHE") or user_cache_path("coverage-notebooks"))


def store(file: Path, content: bytes) -> None:
    """Write beside and move into place, so that a reader never meets half a file.

    Raises
    ------
    OSError
        If the folder cannot be made or written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
