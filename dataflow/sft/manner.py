"""How a sample is written, whatever it says: cut off, or leaning on a text that is not shown."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)", re.MULTILINE)
_OPEN_END = re.compile(r"(?:[,;:、，；：（(\[【《“‘]|\b(?:and|or|the|of|to|a|an|with|for|in))\s*$")
_WHOLE_END = re.compile(r"[.!?。！？…;；:：)\]）】》”\"'’」』`|*_~%℃°$]\s*$")
_ROW = re.compile(r"^\s*(?:[-*+•·|#>`\d]|[(（]?[一二三四五六七八九十\d]{1,3}[)）.、])")
_LONG = 40
_SHOWN = re.compile(
    r"\b(?:(?:in|from|by|to|of|on)\s(?:the|this)\s(?:given\s|provided\s|above\s|following\s)?"
    r"(?:passage|excerpt|context|extract|snippet|paragraph)|"
    r"the\s(?:passage|excerpt|extract|snippet|provided\s(?:text|context|information))\b|"
    r"(?:the|this)\s(?:text|article|document|paragraph|section|information)\s"
    r"(?:above|below|provided|given|says|states|mentions|describes)|"
    r"(?:according\sto|based\son)\s(?:the|this)\s(?:text|article|document|section|information)\b|"
    r"(?:above|following|given|aforementioned)\s(?:passage|text|article|excerpt|paragraph))",
    re.IGNORECASE,
)
_SHOWN_HAN = re.compile(
    "(?:根据|依据|按照|基于|从|在)?(?:上文|上述(?:文|内容|段)|下文|本文|文中|原文|文本|这段(?:文字|话|文本|内容)|该段|这篇|"
    "该文|给定的?(?:文|内容)|以上(?:文|内容|信息)|以下(?:文|内容|段))"
)
_VERBS = r"(?:is|was|are|were|does|did|do|has|have|had|can|could|will|would|should|must|may|might)"
_UNSAID = re.compile(
    rf"^\W*(?:(?:and|but|so)\s)?(?:(?:what|when|where|why|how(?:\s\w+)?|which|who|whom|whose)\s)?"
    rf"(?:{_VERBS}\s)?(?:it|he|she|they|this|that|these|those|its|his|her|their|him|them)\b"
    r"(?!\s(?:possible|true\sthat|important|necessary|called|mean|take|like)\b)",
    re.IGNORECASE,
)
_UNSAID_HAN = re.compile(
    "^[“”\\s]*(?:(?:那么|请问|为什么|为何|什么时候|何时|在)?(?:该|此(?![外前后时])|其(?!中|他|余|它|实)|"
    "这(?:个|些|种|座|位|项|家|样|次|一|是|里|本|条|款|部|段)|"
    "那(?:个|些|种|座|位|项|家)|他|她|它|上述|前者|后者|本(?:书|章|节|品|产品|研究|项目|条|次|表|图|市|县|校|公司|系统)))"
)


def broken_off(text: str) -> str:
    r"""What is unfinished about an answer, '' for nothing.

    >>> broken_off("```python\nprint(1)"), broken_off("It has a mast and"), broken_off("Ada")
    ('a code fence is not closed', 'it breaks off', '')
    """
    if len(_FENCE.findall(text)) % 2:
        return "a code fence is not closed"
    if _OPEN_END.search(text) and not text.rstrip().endswith((":", "：")):
        return "it breaks off"
    last = text.rstrip().rpartition("\n")[2]
    prose = len(last) > _LONG and not _ROW.match(last)
    if prose and not _WHOLE_END.search(last) and re.search(r"[.!?。！？]\s?\S", last):
        return "its last sentence has no end"
    return ""


def leans(text: str, lang: str) -> str:
    """The words by which `text` speaks of a passage as if it were shown; '' for none.

    >>> leans("According to the text, who won?", "en"), leans("文中提到了谁？", "zh")
    ('According to the text', '文中')
    """
    found = (_SHOWN_HAN if lang == "zh" else _SHOWN).search(text)
    return found[0] if found else ""


def unsaid(question: str, lang: str) -> str:
    """The opening by which a question stands for something that was not said; '' for none.

    >>> unsaid("When was it built?", "en"), unsaid("When was the tower built?", "en")
    ('When was it', '')
    >>> unsaid("该塔建于何时？", "zh"), unsaid("石塔建于何时？", "zh")
    ('该', '')
    """
    found = (_UNSAID_HAN if lang == "zh" else _UNSAID).match(question)
    return found[0].strip() if found else ""
