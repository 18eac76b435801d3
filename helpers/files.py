"""Files: a file, a folder or a zip as a list of what is in it, each to be read when it is wanted.

Nothing of an archive is written to the disk, links to folders are not followed, and pipes and
devices are not opened.
"""

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from helpers.decoding import Unreadable
from helpers.readers import MB, TABLE_LIMIT, check_packed, limit, suffix

ARCHIVE_LIMIT = 1_000 * MB  # bytes of all files in a zip together
# What browsers call the folder of a saved page's pictures and scripts.
_PARTS = ("_files", "-Dateien", "_Dateien", "-Filer", "_fichiers", "_archivos")


class Entry(NamedTuple):
    """A file that may hold articles: its name, and how to get at its bytes.

    Attributes
    ----------
    name
        Path below what was given, with ``/``, in a form that can be written anywhere.
    content
        Gives the bytes; raises `Unreadable` or `OSError`.
    """

    name: str
    content: Callable[[], bytes]


def entries(path: Path) -> list[Entry]:
    """List the files of a folder with those below it, or the one file; sorted by name.

    Left out are files and folders whose name starts with a dot, and files called ``README``.
    What cannot be read, such as a link that leads nowhere, is an entry that says so when read.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder.
    """
    if not os.path.lexists(path):
        raise FileNotFoundError(f"there is no file or folder {path}")
    if path.is_dir():
        return sorted(_walk(path, path), key=lambda entry: entry.name)
    return [Entry(clean(path.name), lambda: _file(path))]


def unpacked(name: str, raw: bytes) -> list[Entry]:
    """List the files of a zip, sorted by name, under the name of the zip.

    Parameters
    ----------
    name
        Name of the zip.
    raw
        Its content.

    Raises
    ------
    Unreadable
        If it is not a zip, or unpacks to more than `ARCHIVE_LIMIT`.
    """
    check_packed(io.BytesIO(raw), ARCHIVE_LIMIT)
    archive = zipfile.ZipFile(io.BytesIO(raw))
    members = [m for m in archive.infolist() if not m.is_dir() and wanted(m.filename)]
    found = [Entry(f"{name}/{clean(m.filename)}", _member(archive, m)) for m in members]
    return sorted(found, key=lambda entry: entry.name)


def wanted(name: str) -> bool:
    """Tell a file that may be an article from hidden files and READMEs."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part != ".."]
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return not hidden and bool(parts) and not parts[-1].startswith("README")


def clean(name: str) -> str:
    """Give a file's name in a form that can be compared and written: NFC, no half characters."""
    safe = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return unicodedata.normalize("NFC", safe)


def _walk(root: Path, folder: Path) -> Iterator[Entry]:
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        yield _refused(root, folder, f"the folder cannot be read: {error.strerror}")
        return
    pages = {p.stem for p in inside if suffix(p.name) in (".html", ".htm")}
    for path in inside:
        name = clean(path.relative_to(root).as_posix())
        if not wanted(name):
            continue
        if not path.is_dir():
            yield Entry(name, lambda path=path: _file(path))
        elif path.is_symlink():
            yield _refused(root, path, "a link to a folder, which is not followed")
        elif any(path.name == page + part for page in pages for part in _PARTS):
            yield _refused(root, path, "the pictures and scripts of the saved page beside it")
        else:
            yield from _walk(root, path)


def _refused(root: Path, path: Path, reason: str) -> Entry:
    def content() -> bytes:
        raise Unreadable(reason)

    return Entry(clean(path.relative_to(root).as_posix()), content)


def _file(path: Path) -> bytes:
    try:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            raise Unreadable("not a file but a pipe, socket or device")
        _within(path.name, state.st_size)
        return path.read_bytes()
    except OSError as error:  # its own message would show the path on this machine
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error


def _within(name: str, size: int) -> None:
    allowed = TABLE_LIMIT if suffix(name) == ".zip" else limit(name)
    if size > allowed:
        raise Unreadable(f"{size / MB:,.1f} MB; the limit for {suffix(name)} is {allowed / MB} MB")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def content() -> bytes:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise Unreadable("its name leads out of the zip")
        if suffix(path.name) == ".zip":
            raise Unreadable("a zip within a zip is not opened")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unreadable("a link, not a file")
        if member.flag_bits & 1:
            raise Unreadable("protected by a password")
        return _inflated(archive, member)

    return content


def _inflated(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one file; zipfile stops at the declared size and then finds the checksum wrong."""
    _within(member.filename, member.file_size)
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        raise Unreadable(f"broken in the zip: {error}") from error
