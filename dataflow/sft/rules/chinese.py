"""Chinese patterns and wordings of the rules backend."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Cues, Pattern, Phrasing
from dataflow.sft.rules.wordings_prose import PROSE
from dataflow.sft.rules.wordings_zh import WORDINGS

_TERM = r"(?P<subj>[^，。；：、？！,;:?!\s()（）|]{1,20}?)"
_SUBJECT = r"(?P<subj>[^，。；：、？！,;:?!\s()（）|]{2,24}?)"
_ALIAS = r"(?:（[^（）]{1,40}）|\([^()]{1,40}\))?"
_DATE = (
    r"(?:\d{4}|[一二三四五六七八九〇零]{4})\s?年(?:\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?月)?"
    r"(?:\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?日)?"
)
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
        "when_any", "date",
        re.compile(
            rf"(?P<subj>[^，。；：、？！,;:?!\s()（）|\d]{{2,18}}?)(?P<at>于|在|自)?(?P<when>{_DATE})(?P<mid>正式|首次|再次|开始|起)?"
            r"(?P<made>[^，。；、\d至到的末初间代春夏秋冬前后以之左第时许起](?:(?!时(?![间代期刻速钟])|之后|以后|期间)[^，。；\d]){1,24}?(?<![后时前起间来]))(?=[，。；]|$)"
        ),
        "{subj}什么时候{mid}{made}？", answer=("when",), glue="",
    ),
    Pattern(
        "born", "place",
        re.compile(
            rf"{_SUBJECT}{_ALIAS}，?(?P<verb>出生于|生于|毕业于|就读于|葬于|发源于|起源于|流入|注入|产于|原产于|分布于|分布在"
            r"|栖息于|总部设在|总部位于|起于|始于|止于|终于)(?P<where>(?![\d一二〇零十上本同当])[^，。；：\d]{2,30}?)(?=[，。；]|$)"
        ),
        "{subj}{verb}哪里？", answer=("where",), glue="",
    ),
    Pattern(
        "how_long", "number",
        re.compile(
            rf"{_SUBJECT}(?P<verb>历时|持续了?|长达|耗时|为期|需时|用了|需要)"
            rf"{_QUALIFIER}{_COUNT}(?P<unit>多?(?:个小时|小时|分钟|秒钟?|天|个星期|星期|周|个月|年))(?=[，。；的]|$)"
        ),
        "{subj}{verb}多长时间？", answer=("qual", "num", "unit"), glue="",
    ),
    Pattern(
        "share", "number",
        re.compile(
            rf"{_SUBJECT}(?P<verb>占(?:了)?)(?P<of>(?:(?!比例|约)[^，。；：、有]){{2,16}}?)的?{_QUALIFIER}"
            r"(?P<num>百分之[一二三四五六七八九十百点零〇两]+|\d+(?:\.\d+)?[%％])"
        ),
        "{subj}{verb}{of}的百分之多少？", answer=("qual", "num"), glue="",
    ),
    Pattern(
        "how_large", "number",
        re.compile(
            rf"{_SUBJECT}的?(?P<adj>全长|总长|长度|总面积|面积|总人口|人口|高度|宽度|深度|重量|价格"
            rf"|温度|海拔|直径|容量|速度|票价|厚度|寿命|气温|平均气温|年平均气温|降水量|年降水量|降雨量"
            rf"|流量|产量|含水量|跨度|时速|距离|预算|体重|体长|身高|翼展|排水量)(?:达到|共计|是|为|达|共|有)?"
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
            r"(?P<noun>[^，。；、：\d及和与或]{0,12}?)(?=[，。；、]|$)"
        ),
        "{subj}{verb}多少{measure}{noun}？", answer=("qual", "num", "scale", "measure", "noun"),
        glue="",
    ),
    Pattern(
        "person", "definition",
        re.compile(rf"{_TERM}{_ALIAS}[，]?是(?:[^，。；]{{0,12}}?的?)?(?:一位|一名)(?P<rest>.{{3,}})$"),
        "{subj}是谁？", general=True,
    ),
    Pattern(
        "meaning", "definition",
        re.compile(rf"(?:所谓)?{_TERM}{_ALIAS}[，]?(?:就是指|是指|指的是|的意思是)(?P<rest>.{{4,}})$"),
        "“{subj}”指的是什么？", general=True,
    ),
    Pattern(
        "definition", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}[，]?是(?:[^，。；]{{0,12}})?一(?:种|个|门|项|类|款|套|座|家|部|本|条"
            r"|组|片|支|所|份|届|颗)(?P<rest>.{3,})$"
        ),
        "什么是{subj}？", general=True,
    ),
    Pattern(
        "quoted_meaning", "definition",
        re.compile(r"[“「](?P<subj>[^”」]{1,16})[”」]，?(?:是?指的?是?|意思是|的意思是)(?P<rest>[^；。]{4,})"),
        "“{subj}”是什么意思？", answer=("rest",), glue="", general=True,
    ),
    Pattern(
        "called", "definition",
        re.compile(r"(?P<rest>[^。；]{6,80}?)，?(?:这个[^，。；]{1,8})?(?:叫作|叫做|称为|称作|简称)(?P<subj>[^，。；：、\s（）()]{2,14})(?=[，。；]|$)"),
        "什么叫{subj}？",
    ),
    Pattern(
        "cause_first", "cause",
        re.compile(r"(?:因为|由于)(?P<reason>[^。；]{4,80}?)，(?:所以|因此|因而)?(?P<subj>[^。；：]{4,60})[。；]?$"),
        "文中说“{subj}”，原因是什么？", answer=("reason",), glue="", quoting=True,
    ),
    Pattern(
        "cause_last", "cause",
        re.compile(r"(?P<subj>[^。；：]{4,60}?)，(?:这)?是?因为(?P<reason>[^。；]{4,80})[。；]?$"),
        "文中说“{subj}”，原因是什么？", answer=("reason",), glue="", quoting=True,
    ),
    Pattern(
        "result", "cause",
        re.compile(r"(?P<reason>[^。；]{6,80}?)，(?:因此|所以|因而)(?P<subj>[^。；：]{4,60})[。；]?$"),
        "文中说“{subj}”，原因是什么？", answer=("reason",), glue="", quoting=True,
    ),
    Pattern(
        "aim", "purpose",
        re.compile(r"(?P<subj>[^。；：]{5,60}?)，(?P<conj>以便|好让|使得?|以免|免得|为的是)(?P<reason>[^。；]{4,60})[。；]?$"),
        "文中说“{subj}”，目的或结果是什么？", answer=("conj", "reason"), glue="", quoting=True,
    ),
    Pattern(
        "condition", "condition",
        re.compile(
            r"(?P<conj>如果|若是|假如|要是|若|一旦)(?P<subj>[^，。；：]{4,40})，(?:那么|就)?(?P<reason>[^。；]{4,80})[。；]?$"
        ),
        "根据这段文字，如果{subj}，{ask}？",
        answer=("reason",), glue="", quoting=True,
    ),
    Pattern(
        "ruling", "condition",
        re.compile(
            r"(?P<subj>[^，。；：、]{4,28}的)，(?P<reason>(?=[^。；]{0,20}(?:应当|应|须|必须|不得|不予|可以|由|按|处|收取|视为"
            r"|赔偿|扣))[^。；]{4,80})[。；]?$"
        ),
        "根据这段文字，{subj}，{ask}？",
        answer=("reason",), glue="", quoting=True,
    ),
    Pattern(
        "place", "place",
        re.compile(
            rf"{_SUBJECT}{_ALIAS}(?P<verb>坐落在|坐落于|位于|地处|设在|建在|立在|放在|存放在|安装在|摆在)"
            r"(?P<where>[^，。；：、]{2,30})"
        ),
        "{subj}{verb}哪里？", answer=("where",), glue="",
    ),
    Pattern(
        "by_whom", "person",
        re.compile(
            rf"{_SUBJECT}由(?P<who>[^，。；、的]{{2,14}}?)(?P<made>设计|建造|编写|撰写|保管|管理|负责|主持|提出"
            r"|发明|创办|创立|创建|发现|批准|执导|作曲|绘制|出版|发行|运营|主编|制作|开发|演唱|主演|编剧|导演|改编"
            r"|翻译|经营|担任|赞助|生产|兴建|组织|举办|主办|填词|监制|承建|命名|录制|审核|记录|检查|签字)(?=[，。；、]|$|的|于|并)"
        ),
        "{subj}由谁{made}？", answer=("who",), glue="",
    ),
    Pattern(
        "who_does", "person",
        re.compile(
            r"(?P<who>[^，。；：、？！\s()（）]{2,8}?)(?P<subj>(?:设计|发明|创办|创立|创建|发现|提出|编写|撰写|执导|主持|建造|翻译|主编)了"
            r"[^，。；：、]{3,30}?)(?=[，。；]|$)"
        ),
        "谁{subj}？", answer=("who",), glue="", naming="who",
    ),
    Pattern(
        "composed", "list",
        re.compile(rf"{_SUBJECT}(?:主要)?由(?P<what>[^。；]{{2,30}}?[、和与及][^。；]{{2,40}}?)(?P<made>组成|构成)"),
        "{subj}由哪些部分{made}？", answer=("what",), glue="",
    ),
    Pattern(
        "purpose", "purpose",
        re.compile(rf"{_SUBJECT}(?:主要|专门|可以|可)?(?:被)?(?:用于|用来|用作|旨在)(?P<what>[^。；]{{2,60}}?)(?=[，。；]|$)"),
        "{subj}有什么用途？", answer=("what",), glue="",
    ),
    Pattern(
        "how_often", "frequency",
        re.compile(
            rf"{_SUBJECT}(?P<each>每隔?[^，。；、]{{1,8}}?(?:年|月|周|星期|天|日|小时|分钟|秒))(?P<verb>[^，。；\d]{{1,6}}?)(?P<once>一次)(?P<obj>[^，。；、]{{0,8}})"
        ),
        "{subj}多久{verb}一次{obj}？", answer=("each", "verb", "once", "obj"), glue="",
    ),
    Pattern(
        "comparison", "comparison",
        re.compile(
            rf"{_SUBJECT}(?P<rest>比(?!例|较|如|方|赛|分|重|值)(?P<other>[^，。；、]{{1,14}}?)"
            r"(?:更|高|低|多|少|早|晚|大|小|长|短|快|慢|厚|薄|重|轻|偏)[^，。；]{0,20})"
        ),
        "{subj}与{other}相比怎么样？", answer=("rest",), glue="",
    ),
    Pattern(
        "plain_person", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}是(?![在由从为以被把对向因否])(?P<rest>[^，。；]{{3,40}}的[^，。；的]{{0,8}}"
            r"(?:人|臣|家|者|员|将领|师|皇帝|国王|后裔|选手|歌手|博士|院长|会长|儿子|女儿|侄儿|妻子|丈夫|弟弟|哥哥))"
            r"(?<!国家)(?<!一员)(?<!作者)(?:[，。；].*)?$"
        ),
        "{subj}是谁？",
    ),
    Pattern(
        "plain_definition", "definition",
        re.compile(rf"{_TERM}{_ALIAS}是(?![在由从为以被把对向因否])(?P<rest>[^，。；]{{3,40}}的[^，。；的]{{2,12}})(?:[，。；].*)?$"),
        "{subj}是什么？",
    ),
)  # fmt: skip
"""In the order in which they are tried; the first that holds makes the sentence's question."""

_STOP = (
    "的了是在和与或及而也都就不有为以于中上下到从对由把被这那其之个一很更最还又"
    "等可会能要着过地得所每"
)
_CLAUSAL_WORDS = (
    "是 有 占 为 由 被 把 将 到 从 自 在 至 以 让 因 使 不 没有 已 已经 曾 曾经 就 才 便 会 "
    "可 可以 能 能够 要 使用 表示 认为 计划 指出 并 则 却 仍 了"
)
_CUES = Cues(
    compare=re.compile(r"相比|与此相反|正相反|而不是|不如|相当于|比(?!例|较|如|方|赛|分|重|值)[^，。；]{1,14}[高低多少早晚大小长短快慢厚薄重轻]|分别为|分之"),
    reason=re.compile("因为|由于|因此|所以|因而|导致|原因|使得|是因为|于是"),
    instruct=re.compile(
        r"(?:^|[。；：，\n]|\d\.\s|-\s)(?:请(?!了|人|来)|不要|务必|注意|首先|切勿)|必须|应当|应该|不宜"
    ),
    theory=re.compile(r"\$[^$\n]{2,}\$|模型|理论|定理|假设|公式|系数|定义|原理|推导|机制"),
    request=re.compile(
        "请(?=您|你|各|大家|勿|不|先|把|将|在|用|注|提|带|写|联|确|按|自|于|尽|务|协|帮|给|及|查)"
        "|^(?:不要|务必|切勿|麻烦)"
    ),
    greeting=re.compile(r".{0,20}(?:您好|你好)[！!，,]?$|^[^，。；]{1,14}：$"),
    abstract=re.compile(r"(?:内容)?(?:摘要|提要|概要)$"),
    ordinal=re.compile(
        r"(?P<one>第一(?=[，、：])|首先|其一|一是)|(?P<two>第二(?=[，、：])|其次|其二|二是)"
        r"|(?P<three>第三(?=[，、：])|再次|其三|三是)|(?P<more>第[四五](?=[，、：])|最后|四是)"
    ),
    total=re.compile("合计|总计|共计|小计|全年|全部|总和|平均|均值|总数"),
)  # fmt: skip

_EMPTY = (
    "目录|目次|前言|引言|绪论|简介|概述|摘要|总结|结论|结语|附录|参考文献|注释|后记|致谢|正文|其他|说明"
    "|参考资料|外部链接|无标题|未命名|参见|相关条目|背景"
)

CHINESE = Phrasing(
    lang="zh",
    patterns=PATTERNS,
    templates=WORDINGS | PROSE["zh"],
    dependent=re.compile(
        "^(?:[这那它他她我你其此该本某各每哪谁一不没之也都还就从对当在有]|以下|上述|如果|但|因为|所以"
        "|由于|目前|现在|今天|同时|另外|最后|首先|例如|比如|可能|什么|虽然|即使|无论|只有|只要|除了|为了"
        "|关于|根据|按照|通过|可以|能够|需要|应当|必须|而|并|且|或|与|和|及|于是|因此|然而|后来|随后|之后|以前|大家|人们|早年|曾|唯|其后|牠|祂|同年|次年|翌年|此后|期间|起初|最初|据|经过|后|当时|当年|近年|近日|一般|通常|某|今|又|再|则|虽|且|原本|本来|属下|旗下|下属|重申|尽管|可见|即便|然|若干|有些|大约|约|于|直到|直至|截至|截止|到|至|自|从|早在|迄|作为|随着|时至|如今|当今|小学|中学|高中|初中|幼年|少年|青年|晚年|童年)|^\\d+[号路线]?$"
        "|[这那它该]|其中|上述|以下|他们|她们|我们|你们|自己"
        "|(?:[不就都也还只并而正才曾又总便但若要或仅即的]|最早|最初|可能|应该|或者|认为|表示|说|原|原本|一般|通常|本来|均|多|是)$"
    ),
    lead=re.compile(
        "这|那|它|他|她|该|其|此|但|而|并|因此|所以|于是|然而|同时|另外|此外|例如|比如|如图|见"
        "|还是|也|都|才|就|又|再|至于|可见|可是|不过|还"
    ),
    question_heading=re.compile(r".{3,}[？?]$|^(?:如何|怎样|怎么|为什么|什么是).{2,}$"),
    empty_titles=frozenset(_EMPTY.split("|")),
    words={},
    max_subject=24,
    cues=_CUES,
    stop=frozenset(_STOP),
    clausal=frozenset(_CLAUSAL_WORDS.split()),
)
