"""Chinese patterns and wordings of the rules backend."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Pattern, Phrasing

_TERM = r"(?P<subj>[^，。；：、？！,;:?!\s()（）|]{1,20}?)"
_SUBJECT = r"(?P<subj>[^，。；：、？！,;:?!\s()（）|]{2,24}?)"
_ALIAS = r"(?:（[^（）]{1,40}）|\([^()]{1,40}\))?"
_DATE = r"\d{4}\s?年(?:\s?\d{1,2}\s?月)?(?:\s?\d{1,2}\s?日)?"
_QUALIFIER = r"(?P<qual>大约|约为|约|近|超过|至少|不到|多达|将近)?"
_COUNT = r"(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[一二两三四五六七八九十百千万]+)"
_UNIT = (
    r"(?P<unit>(?:多?[万亿])?(?:平方公里|平方千米|平方米|立方米|公里|千米|厘米|毫米|米|海里|英里"
    r"|公斤|千克|毫克|克|吨|升|毫升|公顷|亩|摄氏度|℃|度|人民币|美元|欧元|元|人|小时|分钟|秒|天|年|岁))"
)
_MADE = (
    "成立|建立|创建|创立|创办|建成|出版|发布|出生|竣工|开放|开业|诞生|发现|发明|签署|上映|通车|开通"
    "|启用|落成|去世|逝世|改名|更名|合并|投产|动工|完工"
)

PATTERNS = (
    Pattern(
        "when_at", "date",
        re.compile(rf"{_SUBJECT}(?P<made>始建|{_MADE})于(?P<when>{_DATE})"),
        "{subj}{made}于什么时候？", answer=("when",), glue="",
    ),
    Pattern(
        "when", "date",
        re.compile(rf"{_SUBJECT}于(?P<when>{_DATE})(?P<mid>[^，。；、\d]{{0,16}}?)(?P<made>{_MADE})"),
        "{subj}是什么时候{mid}{made}的？", answer=("when",), glue="",
    ),
    Pattern(
        "how_large", "number",
        re.compile(
            rf"{_SUBJECT}的?(?P<adj>全长|总长|长度|总面积|面积|总人口|人口|高度|宽度|深度|重量|价格"
            rf"|温度|海拔|直径|容量|速度|票价|厚度|寿命)(?:达到|共计|是|为|达|共|有)?"
            rf"{_QUALIFIER}(?P<num>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?{_UNIT}"
        ),
        "{subj}的{adj}是多少？", answer=("qual", "num", "unit"), glue="",
    ),
    Pattern(
        "how_adjective", "number",
        re.compile(
            rf"{_SUBJECT}(?P<short>高|长|宽|深|重|厚)(?:达|为)?{_QUALIFIER}"
            rf"(?P<num>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)\s?{_UNIT}"
        ),
        "{subj}有多{short}？", answer=("qual", "num", "unit"), glue="",
    ),
    Pattern(
        "how_many", "number",
        re.compile(
            rf"{_SUBJECT}(?P<verb>共有|设有|拥有|包含|包括|下设|现有|共计|有)(?:了)?{_QUALIFIER}{_COUNT}"
            r"(?P<scale>多)?\s?(?P<measure>[个名条座种台章页家位间所层张项篇本辆艘颗株只头套])"
            r"(?P<noun>[^，。；、：\d]{0,12}?)(?=[，。；、]|$)"
        ),
        "{subj}{verb}多少{measure}{noun}？", answer=("qual", "num", "scale", "measure", "noun"),
        glue="",
    ),
    Pattern(
        "person", "definition",
        re.compile(rf"{_TERM}{_ALIAS}[，]?是(?:[^，。；]{{0,12}}?的?)?(?:一位|一名)(?P<rest>.{{3,}})$"),
        "{subj}是谁？",
    ),
    Pattern(
        "meaning", "definition",
        re.compile(rf"(?:所谓)?{_TERM}{_ALIAS}[，]?(?:就是指|是指|指的是|的意思是)(?P<rest>.{{4,}})$"),
        "“{subj}”指的是什么？",
    ),
    Pattern(
        "definition", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}[，]?是(?:[^，。；]{{0,12}})?一(?:种|个|门|项|类|款|套|座|家|部|本|条"
            r"|组|片|支|所|份|届|颗)(?P<rest>.{3,})$"
        ),
        "什么是{subj}？",
    ),
    Pattern(
        "plain_definition", "definition",
        re.compile(rf"{_TERM}{_ALIAS}是(?P<rest>[^，。；]{{3,40}}的[^，。；的]{{2,12}})(?:[，。；].*)?$"),
        "{subj}是什么？",
    ),
)  # fmt: skip
"""In the order in which they are tried; the first that holds makes the sentence's question."""

TEMPLATES = {
    "table": ("{row}的{column}是什么？", "请给出{row}的{column}。"),
    "table_in": (
        "根据“{place}”中的表格，{row}的{column}是什么？",
        "在“{place}”的表格里，{row}对应的{column}是什么？",
        "请从“{place}”的表格中查出{row}的{column}。",
    ),
    "list": ("请列出“{heading}”下的要点。", "“{heading}”包括哪些内容？"),
    "list_in": (
        "请列出《{title}》中“{heading}”下的要点。",
        "《{title}》里的“{heading}”包括哪些内容？",
    ),
    "section": ("“{heading}”一节讲了什么？", "关于“{heading}”，原文是怎么说的？"),
    "section_in": (
        "《{title}》在“{heading}”一节中讲了什么？",
        "根据《{title}》，请介绍“{heading}”。",
        "请给出《{title}》里有关“{heading}”的段落。",
    ),
    "title": ("请为下面的文字拟一个标题。", "下面这段文字适合用什么标题？"),
    "summary": (
        "请用原文中的一句话说明下面这段文字的主旨。",
        "下面这段文字中，哪一句最能概括全文？",
    ),
    "write_section": ("请以“{heading}”为题写一段文字。", "请写一段介绍“{heading}”的文字。"),
    "write_section_in": (
        "请为题为《{title}》的文章撰写“{heading}”一节。",
        "围绕《{title}》，写出小标题为“{heading}”的部分。",
        "请结合《{title}》的主题说明“{heading}”。",
    ),
}

_EMPTY = (
    "目录|目次|前言|引言|绪论|简介|概述|摘要|总结|结论|结语|附录|参考文献|注释|后记|致谢|正文|其他|说明"
    "|参考资料|外部链接|无标题|未命名|参见|相关条目|背景"
)

CHINESE = Phrasing(
    lang="zh",
    patterns=PATTERNS,
    templates=TEMPLATES,
    dependent=re.compile(
        "^(?:[这那它他她我你其此该本某各每哪谁一不没之也都还就从对当在有]|以下|上述|如果|但|因为|所以"
        "|由于|目前|现在|今天|同时|另外|最后|首先|例如|比如|可能|什么|虽然|即使|无论|只有|只要|除了|为了"
        "|关于|根据|按照|通过|而|并|且|或|与|和|及|于是|因此|然而|后来|随后|之后|以前|大家|人们)"
        "|[这那它该]|其中|上述|以下|他们|她们|我们|你们|自己"
        "|(?:[不就都也还只并而正才曾又总便但若要或仅即的]|可能|应该|或者|认为|表示|说)$"
    ),
    lead=re.compile(
        "这|那|它|他|她|该|其|此|但|而|并|因此|所以|于是|然而|同时|另外|此外|例如|比如|如图|见"
    ),
    question_heading=re.compile(r".{3,}[？?]$|^(?:如何|怎样|怎么|为什么|什么是).{2,}$"),
    empty_titles=frozenset(_EMPTY.split("|")),
    words={},
    max_subject=24,
)
