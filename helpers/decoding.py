"""Bytes to text: which encoding a file is in, told from the bytes and never guessed in silence."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "UTF-8 with BOM", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "UTF-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "UTF-16", "utf-16"),
)
_DECLARED = re.compile(
    rb"""<meta[^>]{1,200}?charset\s*=\s*["']?([\w-]{2,20})|<\?xml[^>]*encoding=["']([\w-]{2,20})"""
)
_READ = re.compile(r"(utf-?(8|16)|gb(2312|k|18030)|(iso-8859-1|windows-1252|us-ascii))$", re.I)
# What Western European languages are written with outside ASCII; a text in another encoding
# that is read as Windows-1252 shows other signs, or far too many of these.
_WESTERN = frozenset(
    "äöüÄÖÜßéèêëÉÈáàâÁÀóòôÓíìîïÍúùûÚçÇñÑåÅæÆøØãõœŒ„“”‘’‚‹›«»–—…·•€£§°©®™´×¿¡\xa0\xad"
)
# The most frequent characters and marks of Chinese prose, simplified and traditional.
_FREQUENT = frozenset(
    "，。、的一是不了在有人这這中大为為上个個国國我以要他来來用们們到说說年日月会會和"
)
_KANA = re.compile("[\u3041-\u30fa]")  # stands at the same bytes in Japan's EUC as in GB 2312
_POWER = re.compile(r"[²³](?!\w)")  # m³, but not a Polish word, where the same byte is an ł
_SQUEEZED = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")


class Unreadable(Exception):
    """A file or row that cannot be read; the message is the reason given in `rejected`."""


def decode(raw: bytes) -> tuple[str, str]:
    """Decode the bytes of a text file and name the encoding.

    A byte order mark decides; then strict UTF-8, which other encodings hardly ever satisfy by
    chance; then GB18030 against Windows-1252, whichever gives plausible text (see `_chinese` and
    `_western`). Where neither or both do, nothing is decoded.

    Parameters
    ----------
    raw
        The whole file.

    Returns
    -------
    text : str
        The text without its byte order mark.
    encoding : str
        ``UTF-8``, ``UTF-8 with BOM``, ``UTF-16``, ``GB18030`` or ``Windows-1252``.

    Raises
    ------
    Unreadable
        If the bytes are not text or their encoding cannot be told.
    """
    for mark, name, codec in _MARKS:
        if raw.startswith(mark):
            text = _strict(raw, codec)
            if text is None or "\0" in text:
                raise Unreadable(f"it begins as {name} does, but is not {name} text")
            return text, name
    if b"\0" in raw:
        raise Unreadable("a binary file, not text")
    text = _strict(raw, "utf-8")
    return (text, "UTF-8") if text is not None else _told_apart(raw)


def _told_apart(raw: bytes) -> tuple[str, str]:
    """Decode what is not UTF-8."""
    declared = _DECLARED.search(raw[:4096])
    name = next(filter(None, declared.groups())).decode() if declared else ""
    if name and not _READ.match(name):
        raise Unreadable(f"the page says that it is {name}, which is not read (save it as UTF-8)")
    found = []
    for codec, label, plausible in (
        ("gb18030", "GB18030", _chinese),
        ("cp1252", "Windows-1252", _western),
    ):
        text = _strict(raw, codec)
        if text is not None and plausible(text):
            found.append((text, label))
    if len(found) != 1:
        raise Unreadable(
            "not UTF-8 text, and neither GB18030 nor Windows-1252 for certain (save it as UTF-8)"
        )
    return found[0]


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None


def _chinese(text: str) -> bool:
    """Tell Chinese from other bytes that happen to be GB18030.

    Chinese prose stays within GB 2312, is not squeezed one by one between Latin letters (as an
    umlaut and the letter after it are), has no Japanese kana, and at least 3 % of it are its most
    frequent characters. Of 4,497 sentences of Universal NER's Chinese GSDSIMP one was refused.
    """
    far = [c for c in text if c > "\x7f"]
    common = sum(len(c.encode("gb2312", "ignore")) == 2 for c in far)
    frequent = sum(c in _FREQUENT for c in far)
    squeezed = len(_SQUEEZED.findall(text))
    enough = len(far) < 12 or frequent >= max(1, 0.03 * len(far))
    return enough and common - squeezed >= 0.8 * len(far) and not _KANA.search(text)


def _western(text: str) -> bool:
    """Tell a Western European text from other bytes that happen to be Windows-1252.

    Nine in ten of its signs outside ASCII, or all but one (a name such as Miloš), are of those
    that Western Europe uses, and at most a quarter of its letters.
    """
    far = [c for c in text if c > "\x7f"]
    letters = sum(c.isalpha() for c in text)
    known = sum(c in _WESTERN for c in far) + len(_POWER.findall(text))
    few_others = len(far) - known <= max(0.1 * len(far), len(far) >= 5)
    return few_others and sum(c.isalpha() for c in far) <= 0.25 * letters
