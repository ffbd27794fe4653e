"""Displayed formulas, told from text by what they are made of."""

from __future__ import annotations

import re

from parsers.pdf.candidates import Candidate
from parsers.pdf.markers import is_caption, is_note
from parsers.pdf.page import RegionKind

_RELATION = re.compile(r"[=≤≥<>≈≡∝→⇒∈≠≪≫∼≅⟶↔⇌]|\\leq")
_OPERATOR = re.compile(r"[=≤≥<>≈≡∝→⇒∈≠≪≫∼≅⇌+−×÷·∑∏∫√±∂∇∞/^*|]|(?<=\s)-(?=\s)")
_LABEL = re.compile(r"\s*[(（]\s*(?:[A-Z]\.?)?\d{1,3}(?:[.\-–]\d{1,3})?[a-z]?\s*[)）]\s*$")
_FUNCTIONS = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "exp",
        "log",
        "ln",
        "lim",
        "max",
        "min",
        "sup",
        "inf",
        "det",
        "arg",
        "argmax",
        "argmin",
        "mod",
        "sum",
        "var",
        "cov",
        "rank",
    ]
)
_BRACKETS = re.compile(r"\([^()]*\)|（[^（）]*）")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")


def is_formula(candidate: Candidate) -> bool:
    """Whether a block is a displayed formula.

    It is short, set apart, holds a relation, and is no sentence: mostly signs, numbers, single
    letters and names of functions, or an equation between a few names.
    """
    text = candidate.text
    core = _LABEL.sub("", text)
    if len(candidate.block.lines) > 4 or len(text) > 240 or not core:
        return False
    hinted = candidate.block.hint is RegionKind.FORMULA
    if is_note(core) or is_caption(core):
        return False
    if _RELATION.search(_BRACKETS.sub("", core)) is None:
        return hinted and len(_OPERATOR.findall(core)) >= 2
    tokens = _TOKEN.findall(core)
    signs = sum(_is_sign(token) for token in tokens)
    apart = candidate.centred or _indented(candidate) or core != text or hinted
    if not apart or core[-1] in ".。;；:：!?！？":
        return False
    share = signs / len(tokens)
    return share >= 0.6 or (
        len(_OPERATOR.findall(core)) >= 2 and share >= 0.35 and len(core) <= 120
    )  # fmt: skip


def _is_sign(token: str) -> bool:
    if token.isalpha():
        greek = any("\u0370" <= char <= "\u03ff" for char in token)
        return len(token) == 1 or greek or token in _FUNCTIONS
    return True


def _indented(candidate: Candidate) -> bool:
    block = candidate.block
    return block.bbox.x0 - block.column[0] > 1.2 * candidate.style.size
