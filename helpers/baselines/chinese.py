"""The Chinese part of the attribution baseline: what follows 表示, 称, 说, and 据…报道.

Chinese is not cut into words: cues are strings of ``data/cues.csv``, the longest first, each
with a verb of saying that follows it (警告称). A cue of one character counts only outside
the words that hold it (说明, 小说, 称为), and any cue only with somebody before it in its
clause, or after a quote.
There is no Chinese gold: the rules are tested on sentences of our own, and their confidence is
missing.
"""

import re
from collections.abc import Iterator
from functools import cache

from helpers.cues import Found, Span, lexicon
from helpers.quotes import quotes

NOT_MEASURED = float("nan")
LONGEST = 40  # characters a source may have
_PIECE = 600  # characters of a sentence: what is longer is no sentence
_STOPS = "，,：:、。！？!?；;"


def _any(words: str) -> str:
    """Give a pattern for one of the words of a list that is written as one string."""
    return "(?:" + "|".join(words.split()) + ")"


_SAYING = _any("称 稱 说 說 道")
_NOT_A_CUE = re.compile(r"(?:说|說)[明服法辞辭客教]|(?:称|稱)[为為号號呼职職霸得谓謂重]")
_END_OF_WORD = re.compile(
    r"[小传傳游听聽学學解俗来來再虽雖别別](?:说|說)$|[名简簡职職昵暱俗对對匀勻自堪](?:称|稱)$"
)
_CREDIT = re.compile(
    _any("据 據 根据 根據 按照")
    + r"(?P<source>[^，,。；;：:\n]{2,30}?)的?"
    + _any(
        "报道 報道 報導 消息 介绍 介紹 透露 报告 報告 统计 統計 数据 數據 显示 顯示 说法 說法 称 稱"
    )
    + "*[，,]"
)
_DATE = r"[0-9一二三四五六七八九十〇]+[年月日号號时時点點](?:[上下]午|晚|凌晨|早)?"
_WEEKDAY = "(?:星期|[周週])[一二三四五六日天]"
# Adverbials of time, place and manner before a source, and between it and the cue.
_LEAD = re.compile(
    "(?:"
    + _any(
        "当地时间 當地時間 北京时间 今年 去年 本周 上周 近日 日前 昨日 昨天 今天 今日 随后 隨後 "
        "同时 同時 此外 另外 但是 但 不过 不過 然而 而 并 並 对此 對此 其中 目前 早些时候 稍后"
    )
    + f"|{_WEEKDAY}|{_DATE}|在[^，,]{{1,20}}?(?:上|中|时|時|后|後|里|裡|期间|期間))+"
)
_TAIL = re.compile(
    "(?:"
    + _any(
        "也 还 還 又 则 則 就 均 都 再次 随后 隨後 曾 已经 已經 已 日前 近日 进一步 進一步 同时 "
        "同時 明确 明確 公开 公開 今天 昨天 "
        "未能 未 无法 無法 没有 沒有 不能 不"
    )
    + f"|{_WEEKDAY}|{_DATE}|[向对對在就][^，,]{{1,20}})+$"
)
# What may stand between a cue and its content: an aspect mark, who was told.
_ADDRESSED = re.compile("[了过過]?(?:[^，,：:。]{0,6}(?:记者|記者|媒体|媒體|社)(?=[，,：:]))?")


def find(text: str, sentences: list[Span]) -> list[Found]:
    """Find the attributions of one block of Chinese text.

    Parameters
    ----------
    text
        The article's text.
    sentences
        Spans of the block's sentences, in order.

    Returns
    -------
    list of Found
        In the order of the text.
    """
    if not sentences:
        return []
    marked = quotes(text, sentences[0][0], sentences[-1][1])
    cues = _pattern(frozenset(lexicon("zh").stances))
    found: list[Found] = []
    q = 0
    for start, end in _pieces(sentences):
        while q < len(marked) and marked[q][1] < start - 1:  # one that 。” has cut off stays
            q += 1
        k = q
        while k < len(marked) and marked[k][0] < end:
            k += 1
        found += _sentence(text, (start, end), cues, marked[q:k])
    return found


def _pieces(sentences: list[Span]) -> Iterator[Span]:
    for start, end in sentences:
        yield from ((at, min(at + _PIECE, end)) for at in range(start, end, _PIECE))


@cache
def _pattern(cues: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(cues, key=lambda cue: (-len(cue), cue))
    return re.compile(f"(?:{'|'.join(map(re.escape, longest_first))}){_SAYING}?")


def _sentence(text: str, sentence: Span, cues: re.Pattern[str], marked: list[Span]) -> list[Found]:
    """Read a sentence that begins with 据…, else its first cue that says something."""
    start, end = sentence
    credit = _CREDIT.match(text, start, end)
    content = credit and _trim(text, credit.end(), end)
    if credit and content:
        source = _source(text, *credit.span("source"))
        cue = (start, credit.start("source"))
        return [Found((content,), source, (cue,), "according to", NOT_MEASURED)]
    for cue in cues.finditer(text, start, end):
        quoted = any(s < cue.start() < e for s, e in marked)
        if not quoted and not _in_word(text, cue):
            found = _reading(text, sentence, cue.span(), marked)
            if found:
                return [found]
    return []


def _in_word(text: str, cue: re.Match[str]) -> bool:
    """Say whether a cue of one character is part of another word."""
    before = text[max(0, cue.start() - 1) : cue.end()]
    alone = len(cue.group()) == 1
    return alone and bool(_NOT_A_CUE.match(text, cue.start()) or _END_OF_WORD.search(before))


def _reading(text: str, sentence: Span, cue: Span, marked: list[Span]) -> Found | None:
    """Read one cue: what follows it to the end of the sentence, else the quote before it."""
    before = [m for m in marked if m[1] <= cue[0] and cue[0] - m[1] <= LONGEST]
    commas = [text.rfind(mark, sentence[0], cue[0]) + 1 for mark in _STOPS]
    source = _source(text, max(sentence[0], *commas, *(m[1] for m in before)), cue[0])
    told = _ADDRESSED.match(text, cue[1], sentence[1])
    content = _trim(text, told.end() if told else cue[1], sentence[1])
    if content and source:
        how = "quote" if content in marked else "clause"
    elif before and not content:
        content, how = before[-1], "quote"
    else:
        return None
    return Found((content,), source, (cue,), how, NOT_MEASURED)


def _source(text: str, start: int, end: int) -> Span | None:
    """Take adverbials off both ends of what stands before the cue."""
    start = max(start, end - LONGEST)
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    tail = _TAIL.search(text[start:end])
    return _trim(text, start, start + tail.start() if tail and tail.start() else end)


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and (text[start].isspace() or text[start] in _STOPS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _STOPS):
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None
