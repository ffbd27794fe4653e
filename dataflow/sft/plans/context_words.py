"""Wordings that need what is not there: sentences that lean on others, questions on their text.

Each rule is about how the language refers, not about what a text says. English and Chinese have
rules; sentences of other languages pass.
"""

from __future__ import annotations

import re

_EN_LEANS = re.compile(
    r"(?:it|its|he|his|she|hers?|him|they|their|them|this|that|these|those|such|neither|another"
    r"|others|the\s(?:former|latter|same|above|preceding|aforementioned|other|others)"
    r"|(?:both|all|each|some|many|most|none|one|two|either)\sof\s(?:it|them|these|those|this|which)"
    r"|however|therefore|thus|hence|moreover|furthermore|consequently|nevertheless|nonetheless"
    r"|instead|otherwise|likewise|similarly|additionally|meanwhile|afterwards|accordingly"
    r"|conversely|then|also|besides|but|and|or|nor|so|yet|too"
    r"|(?:finally|second(?:ly)?|third(?:ly)?|next|last(?:ly)?),"
    r"|in\s(?:addition|contrast|other\swords|short|turn|conclusion|sum|summary|fact|particular)"
    r"|(?:in|at|by|for|from|on|with|after|before|since|until|because\sof|despite|due\sto|unlike"
    r"|like)\s(?:before|it|them|this|that|these|those|which|such)"
    r"|on\sthe\s(?:other\shand|contrary)|as\sa\s(?:result|consequence)|as\ssuch|for\s(?:example"
    r"|instance)|that\sis|(?:here|there)(?!['’]?s?\s(?:is|are|was|were|has|have|exists?|will|can|may))"
    r")\b",
    re.IGNORECASE,
)
"""Openings whose meaning a sentence before has to give: pronouns, demonstratives, connectives.
`There is` announces something new and may open a text."""

_ZH_LEANS = re.compile(
    "它们?|他(?!加禄|汀)们?|她们?|其(?!实|余的?人)|此(?!外没)|这|那(?!不勒斯|曲|拉提)|该(?!隐)|上述|以上|前者|后者"
    "|[两二]者|但|然而|不过|而(?!立)|并(?!购|列|行|发|联|轨|州|网)|因此|因而|所以|于是|从而|可见|总之|综上|由此"
    "|同样|同时|另外|再次|其次|最后，|然后|接着|随后|之后|例如|比如|譬如|如前|如上|另一方面|与此|对此|为此|至此"
    "|即(?!时|将|便|使|墨|溶)|也(?!门|许)|还(?!原|款|价|愿|债)|又(?!名|称)"
)
"""The same in Chinese; adverbs such as 也 and 还 carry on a clause before. What is excluded begins
words and names that only share the character."""

_EN_POINTS = re.compile(
    r"\b(?:see|refer\sto|cf\.|as\s(?:shown|described|noted|mentioned|discussed|explained|listed"
    r"|given|seen|stated|defined|illustrated))\s(?:also\s)?(?:in\s|on\s)?(?:the\s)?(?:above|below"
    r"|earlier|previous|next|following|preceding|figure|fig|table|section|chapter|appendix|page"
    r"|diagram|chart|note|footnote|box|equation)"
    r"|\b(?:figures?|figs?\.?|tables?|eqs?\.?|equations?|appendix|box|chart|exhibit)\s\(?(?:\d|[A-Z]"
    r"(?![\w'])|[IVX]+\b)"
    r"|\b(?:sections?|chapters?)\s\d[\d.]*(?!\sof\b)"
    r"|\bin\s(?:this|the\s(?:previous|next|following|preceding|last|present))\s(?:section|chapter"
    r"|article|paper|book|guide|page|document|lesson|unit|post|report|appendix)\b"
    r"|\bthis\s(?:section|chapter|article|paper|book|guide|page|document|lesson|unit|post|report"
    r"|appendix|table|figure|diagram|chart)\b"
    r"|\b(?:mentioned|described|discussed|shown|listed|explained|given|seen|stated|noted)\s"
    r"(?:above|below|earlier|previously)\b|\babove-?mentioned\b|\baforementioned\b"
    r"|\bthe\s(?:figure|table|diagram|chart|photo(?:graph)?|picture|map|image)\s(?:above|below"
    r"|opposite|shows?|on\sthe\s(?:left|right))\b|\bcont(?:inued|['’]d)\)|\bclick\shere\b",
    re.IGNORECASE,
)
"""What sends the reader to another place of the document, or speaks of the document itself."""

_ZH_POINTS = re.compile(
    r"(?:如|见|参见|详见|参看|参阅|根据|据|由)\s?(?:上|下|前|后|附)?(?:图|表|附录|附件|公式|式)(?!书|示范|明|情)"
    r"|[上下](?:文|图|表(?!面)|一?[章节])|[前后]文|(?:图|表|式|附录)\s?[(（]?(?:\d|[一二三四五六七八九十]|[A-Z]\b)"
    r"|本(?:章|节|书|文(?!化)|篇|页|段|报告|手册|指南|附录|课)|(?:见|参见|详见)第|点击此处|（续）|如上所述|前面(?:提到|说过|讲过)"
)

_EN_TEXT = re.compile(
    r"\b(?:the|this|that|these|those|given|above|following|provided)\s(?:\w+\s)?(?:passages?|texts?"
    r"|excerpts?|articles?|paragraphs?|extracts?|snippets?|context|documents?|sections?|author"
    r"|authors|writer|narrator|speaker)\b(?!\s(?:of|in|on|by|who|that)\b)"
    r"|\baccording\sto\s(?:it|this|the\s(?:passage|text|article|author|document|source|excerpt"
    r"|information))\b"
    r"|\b(?:mentioned|described|given|stated|discussed|listed|provided|shown)\s(?:above|below|here"
    r"|in\sthe\s(?:passage|text|article|document|excerpt|paragraph))\b",
    re.IGNORECASE,
)
"""A question that needs its text at hand. `The author of …` and `the section on …` are things."""

_ZH_TEXT = re.compile(
    "本文(?!化)|原文|文中|文章[中里]?(?:提到|指出|认为|说|讲|介绍|描述)|(?:这|该|此|上述|以上|下列|给出的|上面的|下面的)"
    "(?:一)?(?:段|篇)?(?:文字|段落|文章|短文|材料|内容|资料|话|文本)|(?:这|该)[段篇]|[上下]文|短文|选段|作者(?:认为|指出|提到|是|对|为|在|想|的)"
    "|(?:根据|依据|按照)(?:文章|材料|资料|段落|内容|文本|上述|以上|所给)|材料中|段落中|资料中"
)

_NO_DUMMY = (
    r"(?!\s(?:take|cost|matter|mean|rain|snow|(?:possible|necessary|important|useful|better|best"
    r"|safe|legal|allowed|common|advisable|difficult|hard|easy|worth|true|that|like)\b))"
)
"""After `it` that refers to nothing, as in `does it take` and `is it possible`."""
_EN_BARE = re.compile(
    rf"\b(?:it{_NO_DUMMY}|its|he|him|his"
    r"|she|her|they|them|their|this|that(?=\s\w+[?.]?$)|these|those)\b",
    re.IGNORECASE,
)
_EN_ASKED = re.compile(
    r"^\W{0,3}(?:how|what|which|whose)\s(?:\w+\s){0,2}?(?:is|are|was|were|do|does|did|can|could|has"
    r"|have|had|will|would|should|must|may)\s(it|he|she|they|this|that|these|those)"
    rf"{_NO_DUMMY}\b",
    re.IGNORECASE,
)
"""`How tall is it`, `What colour were they`: what stands before is asked for, not named."""
_EMPTY = (
    "a an the what who whom whose when where why which how is are was were be been do does did has "
    "have had can could should would will may might must in on at by for from with of to into as "
    "and or but if not so many much long old often far large big high exactly kind type sort way "
    "main also please explain describe list name give tell me us about does there"
)
_EN_EMPTY = frozenset(_EMPTY.split())
_ZH_BARE = re.compile(
    "^(?:请(?:问|说明|解释|描述|列出|简述)?|为什么|为何|在|从|对|对于|关于|根据|如何|怎样|怎么|什么时候|何时|谁|哪里)?"
    "(?:它们?|他们?|她们?|该(?!如何|怎|不该|隐)|此|这(?!样)|那(?!么|不勒斯|曲)|其(?!他|它|实|中))"
)


def leans_back(sentence: str, lang: str) -> bool:
    """Whether a sentence (plain text) opens with what only one before it explains.

    >>> leans_back("However, the mill burned.", "en"), leans_back("There are two mills.", "en")
    (True, False)
    """
    sentence = sentence.lstrip(" \t\n\"'“‘「『（(")
    if lang == "zh":
        return _ZH_LEANS.match(sentence) is not None
    return lang == "en" and (_EN_LEANS.match(sentence) is not None or sentence[:1].islower())


def points_elsewhere(sentence: str, lang: str) -> bool:
    """Whether a sentence sends the reader to another place, or speaks of its own document."""
    if lang == "zh":
        return _ZH_POINTS.search(sentence) is not None
    return lang == "en" and _EN_POINTS.search(sentence) is not None


def needs_text(question: str, lang: str) -> str:
    """What in a question needs the text at hand, or has nothing to refer to; '' for nothing.

    >>> needs_text("What does the author say about rye?", "en"), needs_text("它是谁建的？", "zh")
    ('the author', '它')
    """
    if lang not in ("en", "zh"):
        return ""
    found = (_ZH_TEXT if lang == "zh" else _EN_TEXT).search(question)
    if found:
        return found[0]
    if lang == "zh":
        bare = _ZH_BARE.match(question.strip())
        return bare[0] if bare else ""
    return _bare(question)


def _bare(question: str) -> str:
    """A pronoun before which the question has named nothing."""
    asked = _EN_ASKED.match(question)
    if asked:
        return asked[1]
    for found in _EN_BARE.finditer(question):
        before = re.findall(r"[a-z]+", question[: found.start()].casefold())
        if all(word in _EN_EMPTY for word in before):
            return found[0]
    return ""
