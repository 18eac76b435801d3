"""The Chinese part of the attribution baseline: what follows 表示, 称, 说, and 据…报道.

Chinese is not cut into words: cues are strings of ``data/cues.csv`` that stand where a speech verb
stands. A cue of one character counts only outside the words that hold it (说明, 小说, 称为), and a
cue of any length only with somebody before it in its clause or a quote beside it.
"""

import re
from collections.abc import Iterator
from functools import cache

from helpers.cues import Found, Span, stances
from helpers.quotes import quotes

CONFIDENCE = {"quote": 0.6, "clause": 0.5, "according to": 0.6, "object": 0.3}
LONGEST = 40  # characters a source may have
_ENDS = "。！？!?；;\n"
_COMMA = "，,：:、"
_NOT_ALONE = re.compile(r"(?:说|說)(?=[明服法辞辭客教])|(?:称|稱)(?=[为為号號呼职職霸得])")
_INSIDE = re.compile(r"[小传傳据據游听聽学學解俗来來再虽雖再别別](?:说|說)|[名简簡职職昵暱俗对對匀勻自堪人].?(?:称|稱)$")
_PER = re.compile(
    r"(?:据|據|根据|根據|按照)(?P<source>[^，,。；;：:\n]{2,30}?)"
    r"(?:的)?(?:报道|報道|報導|消息|介绍|介紹|透露|报告|報告|统计|統計|数据|數據|称|稱|显示|顯示|说法|說法)*[，,]"
)
# Adverbials of time, place and manner before or after the source.
_TIME = re.compile(
    r"^(?:(?:当地时间|當地時間|北京时间|今年|去年|本周|上周|近日|日前|昨日|昨天|今天|今日|随后|隨後|同时|同時|此外|另外|"
    r"但|但是|不过|不過|然而|而|并|並|对此|對此|其中|目前|早些时候|稍后|星期[一二三四五六日天]|[周週][一二三四五六日])|"
    r"[0-9一二三四五六七八九十〇]+(?:年|月|日|号|號|时|時|点|點)(?:[上下]午|晚|凌晨|早)?|在[^，,]{1,20}?(?:上|中|时|時|后|後|里|裡|期间|期間|，))+"
)
_TAIL = re.compile(
    r"(?:(?:也|还|還|又|则|則|就|均|都|再次|随后|隨後|曾|已|已经|日前|近日|进一步|進一步|同时|同時|明确|明確|公开|公開|"
    r"[周週星期]+[一二三四五六日天]|[0-9]+[日月号號](?:[0-9]+[日号號])?|[上下]午|今天|昨天|[向对對在就][^，,]{1,20})+)$"
)


# What may stand between a cue and its content: an aspect mark, who was told.
_ADDRESSED = re.compile(r"[了过過]?(?:(?:本报|本報|新华社|路透社|法新社)?(?:记者|記者|媒体|媒體|[^，,：:。]{1,8}社)(?=[，,：:]))?")


@cache
def _pattern() -> re.Pattern[str]:
    """Give the cues as one pattern, the longest first."""
    cues = sorted(stances("zh"), key=lambda cue: (-len(cue), cue))
    return re.compile("(?:" + "|".join(map(re.escape, cues)) + ")(?:称|稱|说|說|道)?")


def find(text: str, sentences: list[Span]) -> list[Found]:
    """Find the attributions of one block of Chinese text.

    Parameters
    ----------
    text
        The article's text.
    sentences
        Spans of the block's sentences, in order.
    """
    if not sentences:
        return []
    marked = quotes(text, sentences[0][0], sentences[-1][1])
    found: list[Found] = []
    q = 0
    for start, end in sentences:
        while q < len(marked) and marked[q][1] <= start:
            q += 1
        k = q
        q -= q > 0 and marked[q - 1][1] >= start - 1  # the quote that 。” has cut off
        while k < len(marked) and marked[k][0] < end:
            k += 1
        found += _sentence(text, start, end, marked[q:k])
    return found


def _sentence(text: str, start: int, end: int, marked: list[Span]) -> list[Found]:
    credit = _PER.match(text, start, end)
    if credit and _trim(text, credit.end(), end):
        content = _trim(text, credit.end(), end)
        source = _source(text, *credit.span("source"))
        return [Found((content,), source, ((start, credit.start("source")),), "according to", 0.6)]
    found: list[Found] = []
    at = start
    for cue in _pattern().finditer(text, start, end):
        if cue.start() < at or any(s < cue.start() < e for s, e in marked) or _part_of_word(text, cue):
            continue
        for item in _reading(text, start, end, cue.span(), marked):
            found.append(item)
            at = end
    return found


def _part_of_word(text: str, cue: re.Match[str]) -> bool:
    if len(cue.group()) > 1:
        return False
    a = cue.start()
    return bool(_NOT_ALONE.match(text, a) or _INSIDE.search(text[max(0, a - 2) : a + 1]))


def _reading(text: str, start: int, end: int, cue: Span, marked: list[Span]) -> Iterator[Found]:
    """Read one cue: a quote before it, or what follows it to the end of the sentence."""
    before = [m for m in marked if m[1] <= cue[0]]
    left = max([start, *(m[1] for m in before), *_after(text, start, cue[0])])
    source = _source(text, left, cue[0])
    after = _trim(text, _ADDRESSED.match(text, cue[1]).end(), end)
    spoken = before[-1:] if before and (cue[0] - before[-1][1]) <= LONGEST else []
    if after and (source or not spoken) and source:
        how = "quote" if any(m[0] - cue[1] <= 1 and m[1] >= end - 1 for m in marked if m[0] >= cue[1]) else "clause"
        yield Found((after,), source, (cue,), how, CONFIDENCE[how])
    elif spoken:
        yield Found((spoken[0],), source, (cue,), "quote", CONFIDENCE["quote"])


def _after(text: str, start: int, end: int) -> list[int]:
    """Give the place after the last comma before the cue."""
    return [max(text.rfind(mark, start, end) for mark in _COMMA + _ENDS) + 1]


def _source(text: str, start: int, end: int) -> Span | None:
    """Take adverbials off both ends of what stands before the cue."""
    start = max(start, end - LONGEST)
    lead = _TIME.match(text[start:end])
    if lead:
        start += lead.end()
    tail = _TAIL.search(text[start:end])
    if tail and tail.start() > 0:
        end = start + tail.start()
    return _trim(text, start, end)


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and (text[start].isspace() or text[start] in _COMMA + _ENDS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _COMMA + _ENDS):
        end -= 1
    return (start, end) if any(c.isalnum() for c in text[start:end]) else None
