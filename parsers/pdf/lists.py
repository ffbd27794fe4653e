"""How deep list items are nested: by indent, and by kind of marker where the indent is the same."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from parsers.pdf.markers import is_bullet
from parsers.pdf.numbering import HAN_DIGITS, narrow

_KINDS = (
    ("1.", re.compile(r"\d+[.)、]")), ("(1)", re.compile(r"\(\d+\)|[①-⑳⑴-⒇❶-❿]")),
    ("i.", re.compile(r"\(?[ivx]+[.)]")), ("a)", re.compile(r"\(?[a-zA-H][.)、]")),
    ("一、", re.compile(rf"[{HAN_DIGITS}]+、")), ("（一）", re.compile(rf"\([{HAN_DIGITS}]+\)")),
)  # fmt: skip
_FIRST = re.compile(r"\(?(?:1|a|A|i|一|①|⑴|❶)[.)、]?")


def marker_kind(marker: str) -> str:
    """What a marker counts in; bullets are a kind by their glyph.

    >>> [marker_kind(m) for m in ("3.", "（2）", "b)", "（三）", "•")]
    ['1.', '(1)', 'a)', '（一）', '•']
    """
    if is_bullet(marker):
        return marker
    plain = narrow(marker)
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(plain)), marker)


@dataclass
class Nesting:
    """The open lists, outermost first: where their markers stand, and their kind."""

    open: list[tuple[float, str]] = field(default_factory=list)

    def close(self, x: float, size: float) -> None:
        """Closes the lists that text at `x` ends: it goes on with an item when it is indented."""
        while self.open and x <= self.open[-1][0] + 0.5 * size:
            self.open.pop()

    def depth(self, x: float, size: float, marker: str = "•") -> int:
        """Depth of an item whose marker stands at `x`, 0 for the outermost.

        >>> lists = Nesting()
        >>> [lists.depth(x, 10) for x in (50, 70, 70, 50, 50)]
        [0, 1, 1, 0, 0]
        >>> lists = Nesting()
        >>> [lists.depth(50, 10, marker) for marker in ("1.", "(a)", "(b)", "2.")]
        [0, 1, 1, 0]
        """
        kind = marker_kind(marker)
        stack = self.open
        while stack and x < stack[-1][0] - 0.5 * size:
            stack.pop()
        level = [index for index, (at, _) in enumerate(stack) if abs(at - x) <= 0.5 * size]
        if not level:
            stack.append((x, kind))
            return len(stack) - 1
        same = next((index for index in reversed(level) if stack[index][1] == kind), None)
        if same is not None:
            del stack[same + 1 :]
        elif _FIRST.fullmatch(narrow(marker)) or (is_bullet(marker) and not is_bullet_kind(stack)):
            stack.append((x, kind))
        else:
            stack[-1] = (stack[-1][0], kind)
        return len(stack) - 1


def is_bullet_kind(stack: list[tuple[float, str]]) -> bool:
    """Whether the innermost open list has bullets."""
    return bool(stack) and is_bullet(stack[-1][1])
