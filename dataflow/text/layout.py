"""Kernels on lines: code fences, white space, words hyphenated at a line's end.

White space at the start of a line is Markdown structure and stays; so do two spaces at the end
of a line inside a paragraph (a hard break). All patterns are linear in the text's length.
"""

from __future__ import annotations

import re

from dataflow.text.characters import upper_part

_WIDE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_WIDE_SPACE = re.compile(f"[{_WIDE}]")
_WIDE_INDENT = re.compile(f"(?<=\n)[ \t]*[{_WIDE}][{_WIDE} \t]*")
_BLANK_LINES = re.compile(r"\n{4,}")
_FENCE = re.compile(r"^ {0,3}(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)
_RULER = re.compile(
    r"^ {0,3}\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+$", re.MULTILINE
)
_ROWS = re.compile(r"(?:\n[^|\n]*+\|[^\n]*+)*+")
_HTML_TABLE = re.compile(r"<table\b.*?(?:</table>|\Z)", re.DOTALL | re.IGNORECASE)

_LOWER = "a-zß-öø-ÿ\u0100-\u024f"
# looking back behind the hyphen, not before it, keeps the search for it quick
_BREAK = re.compile(f"([-\u2010\u00ad])(?<=[{_LOWER}].)[ \t]?\n {{0,3}}([{_LOWER}]+)")
_WORD_END = re.compile(f"[A-ZÀ-ÖØ-Þ{_LOWER}-]+$")
_WORDS = re.compile(f"[A-ZÀ-ÖØ-Þ{_LOWER}]+(?:-[A-ZÀ-ÖØ-Þ{_LOWER}]+)*")
_LONGEST_HEAD = 40
_SUSPENDED = frozenset({"and", "or", "to", "und", "oder", "bis", "et", "ou", "y", "o", "e", "en"})
"""Behind a hyphen at a line's end these say that it belongs there (`pre-` and `post-`)."""
_COMPOUND_HEADS = frozenset(
    {
        "all", "cross", "ex", "full", "half", "hard", "high", "large", "left", "light", "long",
        "low", "multi", "non", "one", "open", "quasi", "real", "right", "self", "short", "single",
        "small", "so", "state", "three", "two", "well", "wide",
    }
)  # fmt: skip
"""First parts of English compounds that keep their hyphen, when the document gives no evidence."""

_SOLID_HEADS = frozenset(
    {
        "any", "back", "be", "down", "every", "for", "how", "in", "more", "never", "no", "off",
        "on", "other", "out", "over", "some", "there", "through", "under", "up", "what", "when",
        "where", "with",
    }
)  # fmt: skip
"""Words that are also the first part of words written without a hyphen."""


def fenced(text: str) -> list[tuple[int, int]]:
    r"""Spans of fenced code blocks, fences included; an open fence runs to the end.

    >>> fenced("a\n```py\nx\n```\nb")
    [(2, 13)]
    """
    spans: list[tuple[int, int]] = []
    if "```" not in text and "~~~" not in text:
        return spans
    opening: re.Match[str] | None = None
    for match in _FENCE.finditer(text):
        if opening is None:
            opening = match
        elif match[1].startswith(opening[1]) and _rest_of_line(text, match.end()) == "":
            spans.append((opening.start(), match.end()))
            opening = None
    if opening is not None:
        spans.append((opening.start(), len(text)))
    return spans


def tables(text: str) -> list[tuple[int, int]]:
    r"""Spans of Markdown's tables, from the line of their headings, and of those in HTML.

    >>> tables("a\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\nb")
    [(3, 32)]
    """
    spans = [match.span() for match in _HTML_TABLE.finditer(text)] if "<" in text else []
    if "|" not in text or "-" not in text:
        return spans
    for match in _RULER.finditer(text):
        start = text.rfind("\n", 0, max(0, match.start() - 1)) + 1
        if "|" in match[0] and "|" in text[start : match.start()]:
            rows = _ROWS.match(text, match.end())
            spans.append((start, rows.end() if rows else match.end()))
    return spans


def _rest_of_line(text: str, start: int) -> str:
    """What stands on the line from `start` on, without the spaces around it."""
    end = text.find("\n", start)
    return text[start : len(text) if end < 0 else end].strip()


def tidied(text: str, before: str = "", after: str = "") -> tuple[str, int]:
    r"""`text` with ordinary white space, and how many places changed.

    Spaces of other widths become ASCII spaces, or go when they indent a line; spaces at line ends
    go (a hard break keeps two); more than two blank lines become two. `before` and `after` are the
    characters around `text`, '' at the ends of the document, where blank lines go as well.

    >>> tidied("　　你好。 \n\n\n\n\nA\xa0b  \nc\n\n")
    ('你好。\n\n\nA b  \nc\n', 5)
    """
    if not is_untidy(text, before, after):
        return text, 0
    # one stand-in on either side, so that every pattern sees whether a line begins or ends there
    left = "\n" if before in ("", "\n") else "x"
    right = "\n" if after in ("", "\n") else "x"
    work, count = f"{left}{text}{right}", 0
    if _WIDE_SPACE.search(text):
        work, indents = _WIDE_INDENT.subn("", work)
        work, spaces = _WIDE_SPACE.subn(" ", work)
        count = indents + spaces

    if " \n" in work or "\t\n" in work:
        work, ends = _without_trailing_spaces(work)
        count += ends
    work, runs = _BLANK_LINES.subn("\n\n\n", work)
    result = work[1:-1]
    trimmed = _trimmed(result, before, after)
    return trimmed, count + runs + (trimmed != result)


def _without_trailing_spaces(text: str) -> tuple[str, int]:
    """`text` without spaces before line feeds, hard breaks excepted, and how many lines changed."""
    lines = text.split("\n")
    count = 0
    for i in range(len(lines) - 1):
        line = lines[i]
        if line[-1:] not in (" ", "\t"):
            continue
        bare = line.rstrip(" \t")
        hard = line.endswith("  ") and bare[-1:] not in ("", "|") and lines[i + 1].strip(" \t")
        lines[i] = f"{bare}  " if hard else bare
        count += lines[i] != line
    return "\n".join(lines), count


def is_untidy(text: str, before: str = "", after: str = "") -> bool:
    """Whether `tidied` may have something to do; cheap, and never wrongly False."""
    if not text:
        return False
    starts = before in ("", "\n") and text[0] == "\n"
    open_end = after in ("", "\n") and text[-1] in " \t"
    ends = open_end or (after == "" and text.endswith("\n\n")) or (after == text[-1] == "\n")
    inner = " \n" in text or "\t\n" in text or "\n\n\n\n" in text
    if starts or ends or inner:
        return True
    return not text.isascii() and _WIDE_SPACE.search(upper_part(text)) is not None


def _trimmed(text: str, before: str, after: str) -> str:
    """`text` without blank lines at the ends of the document; a last line feed stays."""
    if before == "":
        text = text.lstrip("\n")
    if after == "" and text.endswith("\n"):
        text = text.rstrip("\n") + "\n"
    return text if text != "\n" or before != "" else ""


def vocabulary(text: str) -> frozenset[str]:
    r"""Lower-cased Latin words and compounds of `text`, without those broken at a line's end.

    A compound also counts with its first part and the hyphen alone.

    >>> sorted(vocabulary("A well-known Ex-\nample"))
    ['a', 'well-', 'well-known']
    """
    whole, done = [], 0
    for match in _BREAK.finditer(text):
        start = match.start() - len(_head(text, match))
        whole.append(text[done : max(done, start)])
        done = match.end()
    words = {word.lower() for word in _WORDS.findall("\n".join([*whole, text[done:]]))}
    return frozenset(words | {f"{word.split('-')[0]}-" for word in words if "-" in word})


def _head(text: str, match: re.Match[str]) -> str:
    """The word, or the end of the compound, that stands before a break; bounded."""
    line = text.rfind("\n", 0, match.start()) + 1
    found = _WORD_END.search(text[max(line, match.start() - _LONGEST_HEAD) : match.start()])
    return found[0] if found else ""


def has_hyphen_breaks(text: str) -> bool:
    """Whether a Latin word may be broken at a line's end; cheap, and never wrongly False."""
    ascii_break = "-\n" in text or "- \n" in text or "-\t\n" in text
    wide_break = not text.isascii() and ("\u2010" in text or "\u00ad" in text)
    return (ascii_break or wide_break) and _BREAK.search(text) is not None


def joined(text: str, words: frozenset[str] = frozenset()) -> tuple[str, int]:
    r"""`text` with words that a line's end had broken put together, and how many.

    Both parts must be lower-case Latin; a capitalised first part counts when `words`, the
    document's vocabulary, has the whole word. Whether the hyphen stays is decided by `words`, then
    by a short list of compound heads. Table rows and indented code are left alone.

    >>> joined("an exam-\nple of a well-\nknown thing, e-\nmail, pre-\nand postfix")
    ('an example of a well-known thing, e-mail, pre-\nand postfix', 3)
    """
    if not has_hyphen_breaks(text):
        return text, 0
    count, done, parts = 0, 0, []
    for match in _BREAK.finditer(text):
        link = _link(text, match, words)
        if link is None:
            continue
        parts += [text[done : match.start()], link]
        done, count = match.start(2), count + 1
    return "".join([*parts, text[done:]]), count


def _link(text: str, match: re.Match[str], words: frozenset[str]) -> str | None:
    """What joins the two parts: '' or a hyphen; None when they stay apart."""
    line = text.rfind("\n", 0, match.start()) + 1
    start = text[line : line + 4].lstrip(" ")
    if start == "" or start[0] in "|\t" or match[2] in _SUSPENDED:
        return None
    if match[1] == "\u00ad":
        return ""
    head, tail = _head(text, match), match[2]
    whole, compound = f"{head}{tail}".lower(), f"{head}-{tail}".lower()
    if whole in words:
        return ""
    if not head.islower():
        return "-" if compound in words else None
    return "-" if compound in words or _is_compound(head, tail, words) else ""


def _is_compound(head: str, tail: str, words: frozenset[str]) -> bool:
    """Whether the hyphen belongs to the word, going by its parts.

    Parts of a word that a typesetter broke are seldom words of the document themselves (`exam`,
    `ple`); those of a compound are (`byte`, `compile`), and its first part makes others.
    """
    if len(head) == 1 or "-" in head or head in _COMPOUND_HEADS or f"{head}-" in words:
        return True
    if len(head) > 5 and head.endswith("ly") and tail != "ing":
        return True
    return head in words and tail in words and head not in _SOLID_HEADS and len(tail) > 3
