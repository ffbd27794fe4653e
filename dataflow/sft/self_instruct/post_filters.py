"""What is no task for a text model, and which instances are unfit: the published post-filters.

They are those of Self-Instruct (Wang et al. 2022) with the same bounds. Differences: lengths are
counted in words and single Han characters, there is a Chinese list of what a text model cannot
do, an instruction may begin with a letter of any script and, in Chinese, with an opening quotation
or title mark, and what is hardly text is refused.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from dataflow.evidence.spans import Fault
from dataflow.evidence.wording import CJK, cjk_share
from dataflow.sft.self_instruct.seeds import Instance
from schemas.records import Reason

MIN_WORDS, MAX_WORDS = 4, 150
MAX_CHARACTERS = 4000
_LEAST_TEXT = 0.5
"""Share of letters and digits among the visible characters of an instruction.

The lowest of the package's seeds has .71: its short words stand in quotation marks.
"""
_OTHER_SCRIPT = 0.15
"""As in the filters of samples: a Chinese instruction may be mostly Latin names, not all."""

_EACH_CJK = re.compile(f"[{CJK}]")
_NOT_TEXTUAL_EN = re.compile(
    r"\b(?:images?|graphs?|pictures?|files?|maps?|draw|plot|go to)\b", re.IGNORECASE
)
# 图 and 画 alone are no sign (试图, 图书馆, 画家 and 动画 are words of ordinary tasks), nor is
# 文件, which an authority issues too: it is one of these when it is opened, saved or attached.
_NOT_TEXTUAL_ZH = re.compile(
    r"图片|图像|照片|相片|截图|插图|配图|附图|下图|上图|左图|右图|如图|看图|"
    r"示意图|流程图|折线图|柱状图|饼图|曲线图|散点图|结构图|思维导图|地图|海报|"
    r"绘制|绘图|作图|画图|画出|画一|画[个张幅只条]|"
    r"音频|录音|视频|附件|压缩包|上传|下载|"
    r"(?:打开|读取|保存|创建|新建|删除|发送|附上|导入|导出|修改|这[个份]|以下|下面的|所附)\w{0,6}文件|"
    r"点击|请前往|打开\w{0,4}(?:网页|网站|链接)|访问\w{0,6}(?:网页|网站|链接|网址)"
)
_PROGRAM = re.compile(
    r"write a program|请?(?:你|您|帮我|为我)?(?:编写|编制|编|写)(?:出)?(?:一个|一段|个|段)?程序",
    re.IGNORECASE,
)
_CJK_MARKS = frozenset("。，、；：！？…—～·）】》」』”’")
"""Marks that no sentence begins with; 《 “ 「 【 （ open the name or saying that it is about."""

_NO_INPUT = re.compile(
    r"[\s<(\[（【]*(?:no ?input|none|n/a|null|empty|not applicable|"
    r"无|空|没有|无输入|无需输入|不需要输入)"
    r"[\s>)\]）】.。]*",
    re.IGNORECASE,
)


def n_words(text: str) -> int:
    """Words between spaces, each Han character, kana or hangul being one.

    >>> n_words("Sort these five words."), n_words("用Python写诗")
    (4, 4)
    """
    return len(_EACH_CJK.sub(" x ", text).split())


def instruction_fault(text: str, lang: str) -> Fault | None:
    """Why a text is no instruction for a text model in `lang`; None when it may be one."""
    return _length(text) or _shape(text) or _ability(text) or _language(text, lang)


def _length(text: str) -> Fault | None:
    found = n_words(text)
    if found < MIN_WORDS:
        detail = f"the instruction has {found} words or Han characters"
        return Fault(Reason.SAMPLE_TOO_SHORT, detail, float(found), float(MIN_WORDS))
    if found > MAX_WORDS:
        detail = f"the instruction has {found} words or Han characters"
        return Fault(Reason.SAMPLE_TOO_LONG, detail, float(found), float(MAX_WORDS))
    if len(text) > MAX_CHARACTERS:
        detail = f"the instruction has {len(text)} characters"
        return Fault(Reason.SAMPLE_TOO_LONG, detail, float(len(text)), float(MAX_CHARACTERS))
    return None


def _shape(text: str) -> Fault | None:
    first = text.lstrip()[0]
    if first in string.punctuation or first in _CJK_MARKS:
        return Fault(Reason.MALFORMED_OUTPUT, f"the instruction begins with {first!r}")
    shown = [character for character in text if not character.isspace()]
    share = sum(character.isalnum() for character in shown) / len(shown)
    if share < _LEAST_TEXT or not any(character.isalpha() for character in shown):
        detail = "the instruction is hardly text"
        return Fault(Reason.MALFORMED_OUTPUT, detail, round(share, 4), _LEAST_TEXT)
    return None


def _ability(text: str) -> Fault | None:
    found = _NOT_TEXTUAL_EN.search(text) or _NOT_TEXTUAL_ZH.search(text)
    if found:
        return Fault(Reason.NOT_TEXTUAL, f"it needs more than text: {found[0]}")
    program = _PROGRAM.match(text.lstrip())
    if program:
        detail = f"it leaves open whether a program or its result is asked for: {program[0]}"
        return Fault(Reason.NOT_TEXTUAL, detail)
    return None


def _language(text: str, lang: str) -> Fault | None:
    share = round(cjk_share(text), 4)
    if lang == "zh" and share < _OTHER_SCRIPT:
        return Fault(Reason.SAMPLE_WRONG_LANGUAGE, "not Chinese", share, _OTHER_SCRIPT)
    if lang not in ("zh", "ja", "ko") and share > 1 - _OTHER_SCRIPT:
        return Fault(Reason.SAMPLE_WRONG_LANGUAGE, f"not {lang}", share, 1 - _OTHER_SCRIPT)
    return None


def clean_input(text: str) -> str:
    """An input without outer space; '' for the words that say that there is none.

    >>> clean_input(" <noinput> "), clean_input("无"), clean_input("None of them came.")
    ('', '', 'None of them came.')
    """
    text = text.strip()
    return "" if _NO_INPUT.fullmatch(text) else text


def instance_fault(instance: Instance) -> Fault | None:
    """What is wrong with an instance by itself."""
    if not instance.output.strip():
        return Fault(Reason.SAMPLE_TOO_SHORT, "the output is empty", 0.0, 1.0)
    if instance.input == instance.output:
        return Fault(Reason.COPIES_SOURCE, "the output is the input", 1.0)
    for part, text in (("input", instance.input), ("output", instance.output)):
        if text.rstrip().endswith((":", "：")):
            return Fault(Reason.MALFORMED_OUTPUT, f"the {part} ends in a colon: it is not whole")
    return None


def instance_faults(instances: Sequence[Instance]) -> list[Fault | None]:
    """What is wrong with each instance of one instruction.

    When an input that is not empty has two outputs, none of the instances can be trusted: all
    are refused. Of equal instances the first is kept.
    """
    faults = [instance_fault(instance) for instance in instances]
    sound = [one for one, fault in zip(instances, faults, strict=True) if fault is None]
    outputs: dict[str, set[str]] = {}
    for one in sound:
        if one.input:
            outputs.setdefault(one.input, set()).add(one.output)
    most = max(map(len, outputs.values()), default=0)
    seen: set[Instance] = set()
    for index, one in enumerate(instances):
        if faults[index] is not None:
            continue
        if most > 1:
            detail = f"one input of the instruction has {most} outputs"
            faults[index] = Fault(Reason.CONFLICTING_OUTPUTS, detail, float(most), 1.0)
        elif one in seen:
            detail = "the instruction has this instance already"
            faults[index] = Fault(Reason.EXACT_DUPLICATE, detail, 1.0)
        seen.add(one)
    return faults
