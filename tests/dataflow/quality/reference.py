"""The heuristics once more, slowly: each as its paper or reference code defines it.

Nothing here is shared with `dataflow.quality` but the list of our stop words. Where our definition
differs from the papers' on purpose, the function says so and `test_reference` has a row for it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import rjieba

from dataflow.quality.signals import STOP_WORDS

_CUT = rjieba.Jieba().cut
GOPHER_STOPS = {"the", "be", "to", "of", "and", "that", "have", "with"}
TERMINAL = set(".!?…‽。！？｡．﹒﹖﹗؟۔।॥")
CLOSERS = set("\"'”’»›)]}*_`」』）】］｝》〉")


def kind(char: str) -> str:
    """h: Han, g: hangul, k: kana, w: letter, mark or digit of other scripts, j: joiner, s, x."""
    name = unicodedata.name(char, "")
    category = unicodedata.category(char)
    if name.startswith(("CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH")) or char in "々〆〇":
        return "h"
    if name.startswith("HANGUL") and category[0] == "L":
        return "g"
    if name.startswith(("HIRAGANA LETTER", "KATAKANA LETTER")) or char == "ー":
        return "k"
    if category[0] in "LMN":
        return "w"
    if char in "'’_-":
        return "j"
    return "s" if category[0] == "Z" or category == "Cc" else "x"


def word_spans(text: str) -> list[tuple[int, int]]:
    """Spans of words; Chinese by jieba, Korean by spaces, kana one by one.

    By design no word is punctuation alone, as it is for some tokenizers.
    """
    kinds = "".join(map(kind, text))
    found = []
    for match in re.finditer(r"w+(?:jw+)*|h+|g+|k", kinds):
        start, end = match.span()
        if kinds[start] != "h":
            found.append((start, end))
            continue
        for word in _CUT(text[start:end]):
            found.append((start, start + len(word)))
            start += len(word)
    return found


def words(text: str) -> list[str]:
    """The words of `text`; ASCII capitals are folded by design: a headline is no new text."""
    return [fold(text[start:end]) for start, end in word_spans(text)]


def fold(text: str) -> str:
    """`text` with ASCII capitals folded."""
    return "".join(char.lower() if char.isascii() else char for char in text)


def lines(text: str) -> list[str]:
    """Lines with something on them, stripped; blank ones are Markdown's paragraph marks."""
    found = ("".join(line) for line in text.split("\n"))
    return [line for line in map(strip, found) if line]


def strip(line: str) -> str:
    """`line` without white space and control characters at its ends."""
    kinds = "".join(map(kind, line))
    start = len(kinds) - len(kinds.lstrip("s"))
    return line[start : len(kinds.rstrip("s"))]


def content(text: str) -> list[list[str]]:
    """Paragraphs as lists of lines; fenced code and lines without a word are left out by design."""
    paragraphs: list[list[str]] = [[]]
    inside = False
    for line in map(strip, text.split("\n")):
        fence = line.startswith(("```", "~~~"))
        if not line:
            paragraphs.append([])
        elif not inside and not fence and set(map(kind, line)) & set("whgk"):
            paragraphs[-1].append(fold(line))
        inside = inside != fence
    return [paragraph for paragraph in paragraphs if paragraph]


def share(part: float, whole: float) -> float:
    """`part / whole`, 0 for nothing: the papers leave that open, their code divides by zero."""
    return part / whole if whole else 0.0


def repeats(pieces: Sequence[str]) -> tuple[float, float]:
    """Gopher: share of pieces that occurred before, and of characters in them."""
    seen: set[str] = set()
    again = [piece for piece in pieces if piece in seen or seen.add(piece)]  # type: ignore[func-returns-value]
    return (
        share(len(again), len(pieces)),
        share(sum(map(len, again)), sum(map(len, pieces))),
    )


def duplicate_lines(text: str) -> tuple[float, float]:
    """Of lines."""
    return repeats([line for paragraph in content(text) for line in paragraph])


def duplicate_paragraphs(text: str) -> tuple[float, float]:
    """Of paragraphs; line ends within them are no characters."""
    joined = ["\n".join(paragraph) for paragraph in content(text)]
    found, _ = repeats(joined)
    seen: set[str] = set()
    again = 0
    for paragraph in joined:
        again += len(paragraph.replace("\n", "")) if paragraph in seen else 0
        seen.add(paragraph)
    return found, share(again, sum(len(p.replace("\n", "")) for p in joined))


def top_run(text: str, n: int) -> float:
    """Gopher: characters of the most frequent n-gram, words joined by spaces where they were apart.

    By design a run that occurs once is none: in a text of ten words it would have a fifth.
    """
    spans, found = word_spans(text), words(text)
    runs = [tuple(found[i : i + n]) for i in range(len(found) - n + 1)]
    if not runs:
        return 0.0
    run, count = Counter(runs).most_common(1)[0]
    if count < 2:
        return 0.0
    at = runs.index(run)
    gaps = sum(a[1] < b[0] for a, b in pairwise(spans[at : at + n]))
    return min(1.0, count * (sum(map(len, run)) + gaps) / len(text))


def duplicate_run(text: str, n: int) -> float:
    """Gopher: characters in n-grams that occurred before, what overlaps counted once."""
    found, seen = words(text), set()
    at = chars = 0
    while at + n <= len(found):
        run = tuple(found[at : at + n])
        if run in seen:
            chars += sum(map(len, run))
            at += n
        else:
            seen.add(run)
            at += 1
    return share(chars, len(text))


def without_marks(line: str) -> str:
    """A line without the marks of a Markdown heading, which by design are no symbols."""
    match = re.match(r"#{1,6} |#+$", line)
    return line[match.end() :] if match else line


def hashes(text: str) -> float:
    """Gopher: `#` per word."""
    found = sum(without_marks(line).count("#") for line in lines(text))
    return share(found, len(words(text)))


def ellipses(text: str) -> float:
    """Gopher: ellipses per word; `……` and `......` are one by design."""
    found = sum(len(re.findall(r"…+|\.{3,}", without_marks(line))) for line in lines(text))
    return share(found, len(words(text)))


def of_lines(text: str, test: Callable[[str], object]) -> float:
    """Share of lines that pass `test`."""
    found = lines(text)
    return share(sum(bool(test(line)) for line in found), len(found))


def bullet(line: str) -> bool:
    """Gopher and MAP-CC; a dash or star only with a space behind, else it is text or a rule."""
    return line[0] in "•●○■□▪▫◆◇▶►‣⁃∙◦※" or bool(re.match(r"[-*+·]\s", line))


def ellipsis_lines(text: str) -> float:
    """Gopher; by design a single line that ends so is no pattern."""
    found = lines(text)
    count = sum(line.endswith(("...", "…")) for line in found)
    return share(count, len(found)) if count > 1 else 0.0


def ends_sentence(line: str) -> bool:
    """FineWeb: the line ends in a terminal mark; by design behind it may be quotes or brackets."""
    while len(line) > 1 and line[-1] in CLOSERS - TERMINAL:
        line = line[:-1]
    return line[-1] in TERMINAL


def sentence_count(line: str) -> int:
    """Sentences of a line: pieces with a word, up to a mark that has space or the end behind it."""
    found, worded = 0, False
    for at, char in enumerate(line):
        if kind(char) in "whgk":
            worded = True
        if char not in TERMINAL or not worded:
            continue
        rest = line[at + 1 :]
        while rest and rest[0] in CLOSERS | TERMINAL:
            rest = rest[1:]
        after = strip(rest)
        if ord(char) < 0x2E80:
            if rest and kind(rest[0]) != "s":
                continue
            small = after and unicodedata.category(after[0]) == "Ll"
            numbered = re.fullmatch(r"\d+", line[:at])
            if char == "." and (small or numbered):
                continue
        found += 1
        worded = False
    return found + worded


def sentences(text: str) -> int:
    """Of all lines."""
    return sum(map(sentence_count, lines(text)))


def c4_keeps(line: str, *, marks: bool) -> bool:
    """C4: three words, none over 1,000 characters, a mark at the end, no policy, no JavaScript."""
    lower = fold(line)
    phrases = ("javascript", "terms of use", "privacy policy", "cookie policy", "uses cookies",
               "use of cookies", "use cookies")  # fmt: skip
    parts = re.findall("[^s]+", "".join(map(kind, line)))
    if any(phrase in lower for phrase in phrases) or len(parts) < 3:
        return False
    if max(map(len, parts)) > 1000:
        return False
    line = re.sub(r"(?:\[\d*\])+$", "", line)
    return not marks or (
        line.endswith((".", "!", "?", '"', "'", "”", "’")) and not line.endswith("...")
    )


def c4_sentences(text: str, *, marks: bool = True) -> int:
    """Sentences in the lines that C4 keeps."""
    return sum(sentence_count(line) for line in lines(text) if c4_keeps(line, marks=marks))


def noise_words(text: str) -> float:
    """RefinedWeb: share of words in lines of capitals, figures, counters, single words.

    By design headings, table rows and code are no such lines, and no prose.
    """
    total = noise = 0
    inside = False
    for line in map(strip, text.split("\n")):
        fence = line.startswith(("```", "~~~"))
        skip = inside or fence or line.startswith("|") or bool(re.match(r"#{1,6} |#+$", line))
        inside = inside != fence
        found = [line[a:b] for a, b in word_spans(line)]
        if skip or not found:
            continue
        letters = [c for word in found for c in word if unicodedata.category(c)[0] == "L"]
        upper = [c for c in letters if unicodedata.category(c) in ("Lu", "Lt")]
        number = [word[0].isdecimal() for word in found]
        counter = len(found) == 2 and sum(number) == 1
        counter = counter and (number[0] or kind(found[0][0]) == "h")
        total += len(found)
        if len(found) == 1 or not letters or 2 * len(upper) > len(letters) or counter:
            noise += len(found)
    return share(noise, total)


def bracketed(text: str) -> float:
    """MAP-CC: share of characters within 【】."""
    return share(sum(map(len, re.findall(r"【([^\n]*?)】", text))), len(text))


def digits(text: str) -> float:
    """MAP-CC: digits among what is no punctuation or space."""
    found = [char for char in text if kind(char) in "whgk"]
    return share(sum(unicodedata.category(char) == "Nd" for char in found), len(found))


def unique_words(text: str) -> float:
    """MAP-CC: share of distinct words, by design of the first 10,000."""
    found = words(text)[:10_000]
    return share(len(set(found)), len(found))


def entropy(text: str) -> float:
    """MAP-CC: of the words, in nats."""
    found = words(text)
    shares = [count / len(found) for count in Counter(found).values()]
    return -sum(part * math.log(part) for part in shares)


def repeated_13(text: str) -> float:
    """ChineseWebText: share of runs of 13 characters that occur twice, without white space."""
    found = fold("".join(char for char in text if kind(char) != "s"))
    runs = [found[i : i + 13] for i in range(len(found) - 12)]
    counts = Counter(runs)
    return share(sum(counts[run] > 1 for run in runs), len(runs))


def mean_length(text: str) -> float:
    """Gopher: mean characters of a word."""
    found = words(text)
    return share(sum(map(len, found)), len(found))


def alphabetic(text: str) -> float:
    """Gopher: share of words with a letter."""
    found = words(text)
    return share(sum(any(unicodedata.category(c)[0] == "L" for c in w) for w in found), len(found))


def gopher_stops(text: str) -> int:
    """Gopher: how many of its eight words occur."""
    return len(GOPHER_STOPS & set(words(text)))


def chinese_stops(text: str) -> int:
    """FineWeb-2's rule with our list, whose entries are words of one character."""
    return len(set(STOP_WORDS["zh"]) & set(words(text)))


def line_breaks(text: str) -> float:
    """FineWeb: line breaks per word; those of blank lines are Markdown's, and not counted."""
    return share(max(len(lines(text)) - 1, 0), len(words(text)))
