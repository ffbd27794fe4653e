"""Counts over sentences and lines of prose, compiled: C4's line rules and RefinedWeb's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dataflow.compiled import compiled
from dataflow.quality.character_classes import (
    CJK,
    CLOSER,
    DIGIT,
    HAN,
    LETTER,
    LOWER,
    REPLACED,
    SPACE,
    TERMINAL,
    UPPER,
    WORD,
)
from dataflow.quality.kernels import (
    BRACKETED,
    C4_SENTENCES,
    CHARS,
    CJK_LETTERS,
    CURLY,
    DIGITS,
    HAN_LETTERS,
    INK,
    LETTERS,
    LONG_LINE_SENTENCES,
    LOREM_IPSUM,
    NOISE_LINES,
    NOISE_WORDS,
    POLICY_LINES,
    PROSE_LINES,
    PROSE_WORDS,
    SENTENCES,
    Bits,
    Codes,
    Counts,
    Places,
)
from dataflow.quality.kernels import REPLACED as REPLACED_COUNT
from dataflow.quality.line_kernels import (
    ends_in_ellipsis,
    fenced,
    has_word,
    heading_end,
    lines_of,
)

Phrases = tuple[Codes, Places, NDArray[np.uint8], NDArray[np.uint8]]
"""What `phrases.table` returns."""

FEWEST_WORDS = 3
"""Words, by spaces, of a line that C4 keeps."""
LONGEST_WORD = 1000
"""Characters between spaces in a line that C4 keeps."""
MOST_CLOSERS = 32
"""Marks, quotes and brackets looked past: bounds the time of a line of nothing else."""
_OPEN, _CLOSE, _CURLY, _PIPE, _DOT, _LF = 0x3010, 0x3011, 0x7B, 0x7C, 0x2E, 0x0A
_SQUARE, _SQUARE_END = 0x5B, 0x5D
_ASCII = 0x7F
_WIDE = 0x2E80
"""From here on marks are full-width: what they end needs no space behind it."""


@compiled
def count_characters(codes: Codes, bits: Bits, begin: int, end: int, row: Counts) -> None:
    """Fills the columns of characters."""
    letters, cjk, han, digits, inked, replaced, curly = 0, 0, 0, 0, 0, 0, 0
    opened, bracketed = -1, 0
    for i in range(begin, end):
        seen = bits[i]
        letters += (seen & LETTER) != 0
        cjk += (seen & CJK) != 0
        han += (seen & HAN) != 0
        digits += (seen & DIGIT) != 0
        inked += (seen & (WORD | CJK)) != 0
        replaced += (seen & REPLACED) != 0
    for i in range(begin, end):
        code = codes[i]
        curly += code == _CURLY
        if code == _OPEN and opened < 0:
            opened = i
        elif opened >= 0 and code == _CLOSE:
            bracketed += i - opened - 1
            opened = -1
        elif opened >= 0 and code == _LF:
            opened = -1
    row[CHARS], row[LETTERS], row[CJK_LETTERS] = end - begin, letters, cjk
    row[HAN_LETTERS], row[DIGITS], row[INK] = han, digits, inked
    row[REPLACED_COUNT], row[CURLY], row[BRACKETED] = replaced, curly, bracketed


@compiled
def sentence_stop(codes: Codes, bits: Bits, at: int, begin: int, end: int) -> bool:
    """Whether the terminal mark at `at` ends a sentence of the line.

    It stands at the line's end or before white space, quotes and brackets between; a full stop
    not before a small letter, and not behind a number that begins the line. Full-width marks end
    a sentence wherever they stand.
    """
    if codes[at] >= _WIDE:
        return True
    after = at + 1
    while after < min(end, at + MOST_CLOSERS) and bits[after] & (CLOSER | TERMINAL):
        after += 1
    if after < end and not bits[after] & SPACE:
        return False
    if codes[at] != _DOT:
        return True
    while after < end and bits[after] & SPACE:
        after += 1
    if after < end and bits[after] & LOWER:
        return False
    before = at
    while before > begin and bits[before - 1] & DIGIT:
        before -= 1
    return before == at or before > begin


@compiled
def sentences_in(codes: Codes, bits: Bits, begin: int, end: int) -> int:
    """Sentences with a word in a line; words behind the last mark are one, too."""
    found, worded = 0, False
    for i in range(begin, end):
        worded |= bits[i] & (WORD | CJK) != 0
        if bits[i] & TERMINAL and worded and sentence_stop(codes, bits, i, begin, end):
            found += 1
            worded = False
    return found + worded


@compiled
def spaced_words(bits: Bits, begin: int, end: int) -> tuple[int, int]:
    """How many runs without white space a line has, and the characters of the longest."""
    found, longest, size = 0, 0, 0
    for i in range(begin, end):
        size = 0 if bits[i] & SPACE else size + 1
        found += size == 1
        longest = max(longest, size)
    return found, longest


@compiled
def phrase_at(codes: Codes, at: int, end: int, phrases: Phrases) -> int:
    """Number of the phrase that begins at `at`, in small letters or capitals; -1 for none."""
    begin = 0
    for number in range(phrases[1].size):
        size = phrases[1][number] - begin
        same = at + size <= end
        for i in range(size if same else 0):
            code = codes[at + i]
            code = code + 32 if 65 <= code <= 90 else code
            if code != phrases[0][begin + i]:
                same = False
                break
        if same:
            return number
        begin = phrases[1][number]
    return -1


@compiled
def phrases_in(codes: Codes, begin: int, end: int, phrases: Phrases, row: Counts) -> bool:
    """Whether a line holds a phrase other than the first, which is counted in LOREM_IPSUM."""
    found = False
    before = 0
    for i in range(begin, end):
        code = min(codes[i], _ASCII)
        if before & phrases[3][code]:
            number = phrase_at(codes, i - 1, end, phrases)
            row[LOREM_IPSUM] += number == 0
            found = found or number > 0
        before = phrases[2][code]
    return found


@compiled
def without_citation(codes: Codes, bits: Bits, begin: int, end: int) -> int:
    """The line's end before numbers in square brackets that stand there."""
    at = end
    while at - begin > 1 and codes[at - 1] == _SQUARE_END:
        left = at - 2
        while left > begin and bits[left] & DIGIT:
            left -= 1
        if codes[left] != _SQUARE:
            break
        at = left
    return at


@compiled
def c4_ends_well(codes: Codes, bits: Bits, begin: int, end: int) -> bool:
    """Whether a line ends in `.`, `!`, `?` or a quote, but not in an ellipsis."""
    last = without_citation(codes, bits, begin, end)
    if last == begin or ends_in_ellipsis(codes, begin, last):
        return False
    return bool(codes[last - 1] in (0x21, 0x22, 0x27, 0x2E, 0x3F, 0x2019, 0x201D))


@compiled
def count_c4(codes: Codes, bits: Bits, begin: int, end: int, phrases: Phrases, row: Counts) -> None:
    """Adds a line's sentences, by whether C4 would keep the line."""
    found = sentences_in(codes, bits, begin, end)
    row[SENTENCES] += found
    policy = phrases_in(codes, begin, end, phrases, row)
    row[POLICY_LINES] += policy
    words, longest = spaced_words(bits, begin, end)
    if policy or words < FEWEST_WORDS or longest > LONGEST_WORD:
        return
    row[LONG_LINE_SENTENCES] += found
    if c4_ends_well(codes, bits, begin, end):
        row[C4_SENTENCES] += found


@compiled
def is_number(bits: Bits, begin: int, end: int) -> bool:
    """Whether a word begins with a digit, as `1024`, `12k` and `3rd` do."""
    return bool(bits[begin] & DIGIT)


@compiled
def is_noise(bits: Bits, words: tuple[Places, Places], first: int, last: int) -> bool:
    """Whether the words `first` to `last` of a line are a counter, one word, a number, capitals.

    Mostly capitals: more than half of its letters. A counter: a number and one word, in Chinese in
    either order.
    """
    begins, ends = words
    if last - first == 1:
        return True
    letters, upper, figures = 0, 0, 0
    for w in range(first, last):
        figures += is_number(bits, begins[w], ends[w])
        for i in range(begins[w], ends[w]):
            letters += (bits[i] & LETTER) != 0
            upper += (bits[i] & UPPER) != 0
    if letters == 0 or 2 * upper > letters:
        return True
    if last - first != 2 or figures != 1:
        return False
    return is_number(bits, begins[first], ends[first]) or bits[begins[first]] & HAN != 0


@compiled
def count_prose(
    codes: Codes,
    bits: Bits,
    bounds: tuple[int, int],
    words: tuple[Places, Places],
    first_word: int,
    phrases: Phrases,
    row: Counts,
) -> int:
    """Fills the columns of sentences and noise for one document; returns its last word's end."""
    firsts, lasts = lines_of(codes, bits, bounds[0], bounds[1])
    inside = fenced(codes, firsts, lasts)
    word = first_word
    for i in range(firsts.size):
        begin, end = firsts[i], lasts[i]
        start = word
        while word < words[0].size and words[0][word] < end:
            word += 1
        if begin == end or not has_word(bits, begin, end):
            continue
        count_c4(codes, bits, begin, end, phrases, row)
        if inside[i] or codes[begin] == _PIPE or heading_end(codes, begin, end) > begin:
            continue
        row[PROSE_LINES] += 1
        row[PROSE_WORDS] += word - start
        if is_noise(bits, words, start, word):
            row[NOISE_LINES] += 1
            row[NOISE_WORDS] += word - start
    return word


@compiled
def count_text(
    codes: Codes,
    bits: Bits,
    ends: Places,
    words: tuple[Places, Places],
    phrases: Phrases,
    rows: Counts,
) -> None:
    """Fills the columns of characters, sentences and noise; `words` are the segmented ones.

    The first of `phrases` is counted, the others mark a line.
    """
    begin, word = 0, 0
    for d in range(ends.size):
        count_characters(codes, bits, begin, ends[d], rows[d])
        word = count_prose(codes, bits, (begin, ends[d]), words, word, phrases, rows[d])
        begin = ends[d]
