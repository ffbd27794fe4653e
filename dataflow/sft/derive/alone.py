"""Questions on a text that is given, put so that they stand without it."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Phrasing

QUOTED = re.compile(r"“([^”]{1,120})”")
_PASSAGE = re.compile(
    r"passage|这段文字|文中|原文|following|below|下面|表格里|(?:[Tt]he|this) (?:table|text)(?! “)"
)
_TABLE_NAME = re.compile(r"(table |表格)“([^”]{1,120})”")
_OF_PASSAGE = {
    "en": (
        ("The passage says that ", "“{title}” says that "), ("According to the passage, ", ""),
        ("The text says: ", "“{title}” says: "), ("In the text below, ", ""),
        ("What does the text below list under ", "What does “{title}” list under "),
        ("List the points that the text below gives on ", "List the points of “{title}” on "),
    ),
    "zh": (
        ("文中说", "《{title}》中说"), ("根据这段文字，", ""), ("文中写道：", "《{title}》写道："),
        ("在下面的文字中，", ""), ("根据下面的文字，", ""),
        ("下面的文字在", "《{title}》在"), ("请列出下面的文字在", "请列出《{title}》在"),
    ),
}  # fmt: skip
"""Openings that point to a passage, and what stands there when the title does instead; with '' the
question is put as any other one."""


def alone(question: str, title: str, phrasing: Phrasing, seed: int) -> str:
    """The question with the document's title in it; '' without a title."""
    return _in_table(question, title) or _scoped(question, title, phrasing, seed)


def leaning(question: str) -> bool:
    """Whether the question points to a text that must be given."""
    return _PASSAGE.search(QUOTED.sub("“”", question)) is not None


def _in_table(question: str, title: str) -> str:
    """The question with the document's title beside the table's name; '' without a table."""
    found = _TABLE_NAME.search(question)
    same = title.replace("“", "‘").replace("”", "’")
    if found is None or found[2] == same or not title:
        return question if found else ""
    if found[1] == "表格":
        return f"{question[: found.start()]}《{title}》的{question[found.start() :]}"
    return f"{question[: found.end()]} of “{title}”{question[found.end() :]}"


def _scoped(question: str, title: str, phrasing: Phrasing, seed: int) -> str:
    """The question of the text called `title`; '' without a title."""
    if not title:
        return ""
    for opening, now in _OF_PASSAGE[phrasing.lang]:
        if question.startswith(opening):
            rest = question.removeprefix(opening)
            if now:
                return now.format(title=title) + rest
            question = rest
    if title.casefold() in question.casefold():
        return question  # “Who was Ada Storm?” of a text that is called by her name
    small = question[0].lower() + question[1:] if phrasing.lang != "zh" else question
    return phrasing.word("scoped", seed, title=title, question=small)
