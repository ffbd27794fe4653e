"""Tasks as a numbered list: how they are shown to a model, and read from what it writes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dataflow.evidence.wording import CJK

_MAX_ANSWER = 20_000
_ITEM = re.compile(
    r"^[\s>*#_-]{0,12}(?:(?:task|instruction|任务|指令|第)\s{0,3})?[(（【\[]?\d{1,3}\s?[条个项]?"
    r"\s{0,3}[.、)）．:：】\]](?!\d)\s*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^[*_]{0,3}(?:task|instruction|任务|指令)[*_]{0,3}\s?[:：][\s*_]{0,5}", re.IGNORECASE
)
_ASIDE = re.compile(
    r"^[\s>*_-]{0,12}(?:input|output|answer|example|response|输入|输出|答案|参考答案|示例|回答)"
    r"[\s*_]{0,4}(?:\d{1,2}\s?)?[:：]",
    re.IGNORECASE,
)
_BREAK = re.compile(rf"(?<=[{CJK}，。；：、！？）]) ?\n ?(?=[{CJK}（“])")
_QUOTES = {'"': '"', "'": "'", "“": "”", "「": "」"}


def numbered(tasks: Sequence[str]) -> str:
    r"""The tasks, one a line, numbered from 1.

    >>> numbered(["Add 1 and\n2.", "Name a fish."])
    '1. Add 1 and 2.\n2. Name a fish.'
    """
    return "\n".join(f"{i}. {' '.join(task.split())}" for i, task in enumerate(tasks, 1))


def listed(text: str) -> list[str]:
    r"""The tasks of a numbered list in a model's answer, each as one line.

    What stands before the first number is left out; a task goes on to the next number, an empty
    line, or a line that begins with a label such as `Input:`. Emphasis, quotation marks around
    the whole and labels are taken off.

    >>> listed("Sure!\n9. **Name** a fish.\nInput: none\n10、写一首关于\n秋天的诗。\n\nBye!")
    ['**Name** a fish.', '写一首关于秋天的诗。']
    """
    found: list[list[str]] = []
    inside = False
    for line in text[:_MAX_ANSWER].splitlines():
        mark = _ITEM.match(line)
        if mark:
            found.append([_unmarked(mark[0], line[mark.end() :])])
            inside = True
        elif not line.strip() or _ASIDE.match(line):
            inside = False
        elif inside:
            found[-1].append(line)
    return [task for lines in found if (task := _bare(_one_line(lines)))]


def _unmarked(number: str, task: str) -> str:
    """The task without the other end of an emphasis that began before its number."""
    if "**" not in number:
        return task
    return task[2:].lstrip() if task.startswith("**") else task.rstrip().removesuffix("**")


def _one_line(lines: Sequence[str]) -> str:
    """Lines as one, without a space where Chinese goes on."""
    text = "\n".join(" ".join(line.split()) for line in lines)
    return " ".join(_BREAK.sub("", text).split())


def _bare(task: str) -> str:
    task = _LABEL.sub("", task).strip()
    for mark in ("**", "__", "*", "`"):
        inner = task[len(mark) : -len(mark)]
        if task.startswith(mark) and task.endswith(mark) and inner and mark not in inner:
            task = inner.strip()
    close = _QUOTES.get(task[:1])
    if close and len(task) > 2 and task.endswith(close) and close not in task[1:-1]:
        task = task[1:-1].strip()
    return task
