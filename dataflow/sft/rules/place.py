"""Where a question is drawn from: the section, its language, and what it may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import cjk_share, script_of, tokens
from dataflow.sft.blocks import Block, Manuscript, Section, sentences
from dataflow.sft.rules.chinese import CHINESE
from dataflow.sft.rules.english import ENGLISH
from dataflow.sft.rules.phrasing import Phrasing
from dataflow.sft.rules.whole import plain_whole, unmarked, whole_sentences, wide
from schemas.document import ElementKind

PHRASINGS = {phrasing.lang: phrasing for phrasing in (ENGLISH, CHINESE)}

MAX_INPUT = 1500
"""Characters of a passage that is given along with an instruction."""
MAX_OUTPUT = 4000
REDACTED = "⟨"
"""Begins what stands in the place of personal data; nothing is asked about that."""
MAX_HEADING = 80
_WINDOW = {"en": 400, "zh": 140}
"""Characters of a passage in which something is to be found; Chinese needs a third of them."""
_MOST_OF_IT = 0.7
"""Share of the document from which a section is what the title names."""
_NUMBERED = re.compile(
    r"^(?:第\s?[一二三四五六七八九十百\d]{1,4}\s?[章节篇部条]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|[一二三四五六七八九十]{1,3}[、.．]|(?:\d{1,3}[.．])+\d{0,3}|\d{1,3}[、)）]"
    r"|\d{1,2}(?=\s[A-Z\u4e00-\u9fff])|[IVXLC]{1,6}\.|[A-Z]\.|\(\w{1,3}\)|Chapter\s\w+[.:]?)\s*"
)
_PARTS = re.compile(r"\s+[|｜]\s+")
_SITE = re.compile(
    r"(?<=[\w?!’'”.)])\s[–—-]\s(?:[A-Z][\w.’'&]*\s?){1,3}$|(?<=[\u4e00-\u9fff？！])\s?[-–—_]{1,2}\s?[\u4e00-\u9fff]{2,6}[网报社站刊]$"
)
"""The name of the site behind a page's title."""
_SUBTITLE = re.compile(r":\s|：|\s[–—-]\s|——|[（(]|[?？!！]\s?(?=\w)")
_LONG_TITLE = 40
_FILE_NAME = re.compile(r"\.\w{2,4}$|[_\\/]|^Microsoft Word")
_ENDED = re.compile(r"[.。！!：:,，;；]$")


@dataclass(frozen=True, slots=True)
class Place:
    """A section to draw questions from; `title` and `heading` are '' when they say nothing."""

    document: Manuscript
    section: Section
    phrasing: Phrasing
    seed: int
    title: str
    heading: str

    @property
    def lang(self) -> str:
        """Language of the section's text, which need not be the document's."""
        return self.phrasing.lang

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The section's blocks but a first line that serves as the title."""
        blocks = self.section.blocks
        named = len(blocks) > 1 and blocks[0].text in (self.title, self.heading)
        return blocks[1:] if named else blocks

    @property
    def paragraphs_only(self) -> bool:
        """Whether nothing but paragraphs stands in the section."""
        return all(block.kind is ElementKind.PARAGRAPH for block in self.section.blocks)

    def cut(self, span: Span) -> str:
        """The document's text at `span`."""
        return self.document.text[span[0] : span[1]]

    def word(self, task: str, **slots: str) -> str:
        """One of the language's wordings for the task."""
        return self.phrasing.word(task, self.seed, **slots)

    def prose(self) -> Iterator[tuple[Span, str, str]]:
        """Place and words of each sentence of the paragraphs, and the passage around it."""
        for block in self.section.blocks:
            passage = self.window(block) if block.kind is ElementKind.PARAGRAPH else ""
            if passage and REDACTED not in passage:
                for span in whole_sentences(block, self.document.text):
                    yield span, wide(plain_whole(self.cut(span)), self.lang), passage

    def bounded(self) -> Span | None:
        """The section's blocks from the first, as many as fit 4,000 characters; None for none."""
        start, end = self.blocks[0].start, 0
        for block in self.blocks:
            if block.end - start > MAX_OUTPUT:
                break
            end = block.end
        return (start, end) if end else None

    def opening(self) -> str:
        """The section's first paragraphs, as far as 1,500 characters go."""
        found = ""
        for block in self.blocks:
            piece = unmarked(self.cut((block.start, block.end)))
            if block.kind is not ElementKind.PARAGRAPH or len(found) + len(piece) > MAX_INPUT:
                break
            found = f"{found}\n\n{piece}" if found else piece
        return found

    def stretches(self) -> Iterator[Span]:
        """Runs of paragraphs up to 1,500 characters, one after another, that say enough."""
        run: Span | None = None
        for block in self.blocks:
            if block.kind is not ElementKind.PARAGRAPH:
                run = None
                continue
            run = (run[0] if run else block.start, block.end)
            if run[1] - run[0] >= _WINDOW[self.lang]:
                if run[1] - run[0] <= MAX_INPUT:
                    yield run
                run = None

    def window(self, block: Block) -> str:
        """The block's passage; of a short paragraph also those around it, '' for too little.

        Newspapers set one sentence a paragraph: alone it would answer whatever it is asked.
        """
        blocks = [one for one in self.blocks if one.kind is ElementKind.PARAGRAPH]
        if block not in blocks:
            return ""
        first = last = blocks.index(block)
        size = block.end - block.start
        while size < _WINDOW[self.lang] and (first > 0 or last < len(blocks) - 1):
            first, last = max(first - 1, 0), min(last + 1, len(blocks) - 1)
            size = blocks[last].end - blocks[first].start
        text = unmarked(self.cut((blocks[first].start, blocks[last].end)))
        between = [
            one for one in self.blocks if blocks[first].start <= one.start < blocks[last].end
        ]
        prose = all(one.kind is ElementKind.PARAGRAPH for one in between)
        ends = len(re.findall(r"[.!?](?=\s|$)|[。！？]", text))
        return text if prose and ends > 2 and size <= MAX_INPUT else ""

    def passage(self, block: Block) -> str:
        """The block as a passage to be asked about, '' unless it has two sentences or more."""
        text = self.cut((block.start, block.end))
        fits = len(text) <= MAX_INPUT and len(sentences(block, self.document.text)) > 1
        return text if fits else ""


def places(document: Manuscript, seed: int) -> Iterator[Place]:
    """The document's sections in order; those in a language without wordings are left out.

    So are sections in which two languages take turns: a question would have to be in both.
    """
    for section in document.sections:
        phrasing = PHRASINGS.get(_language(document, section))
        if phrasing is not None:
            title = title_of(document, phrasing)
            heading = heading_of(section.title, phrasing, 1 if title else 2)
            span = section.span
            if title and span and span[1] - span[0] > _MOST_OF_IT * len(document.text):
                heading = title  # under the title stands all; its only heading says less
            yield Place(
                document, section, phrasing, seed, "" if title == heading else title, heading
            )


def _language(document: Manuscript, section: Section) -> str:
    """Language of the section's blocks, `mixed` when they differ."""
    if document.lang not in PHRASINGS:
        return document.lang
    text = [
        block.text for block in section.blocks
        if block.kind is not ElementKind.CODE and len(tokens(block.text)) > 8
    ]  # fmt: skip
    found = {script_of(piece[:2000]) for piece in text} & set(PHRASINGS)
    return "mixed" if len(found) > 1 else next(iter(found), document.lang)


def heading_of(heading: str, phrasing: Phrasing, least: int = 2) -> str:
    """The heading without its number and other languages, '' when it says nothing by itself.

    One of a single word is too general, unless the document's title stands beside it (`least` 1).
    """
    shown = _NUMBERED.sub("", own_part(heading, phrasing.lang)).strip().rstrip("：:")
    too_general = shown.casefold() in phrasing.empty_titles or len(tokens(shown)) < least
    foreign = (cjk_share(shown) > 0) != (phrasing.lang == "zh") and script_of(shown) != "other"
    return "" if too_general or foreign or len(shown) > MAX_HEADING else shown


def title_of(document: Manuscript, phrasing: Phrasing) -> str:
    """The document's title, else its first line when that is short and no sentence; '' for none."""
    title = own_part(document.title.strip("《》 "), phrasing.lang) or _first_line(document)
    title = _SITE.sub("", title)
    general = title.casefold() in phrasing.empty_titles or len(tokens(title)) < 2
    foreign = (cjk_share(title) > 0) != (phrasing.lang == "zh")
    too_long = len(title) > MAX_HEADING * 2
    return "" if general or foreign or too_long or _FILE_NAME.search(title) else title


def brief(title: str) -> str:
    """The title, of one longer than 40 characters (Chinese: 20) its first part where it has parts.

    >>> brief("Rain at the harbour of Kelby: measurements of the years 1990 to 2020")
    'Rain at the harbour of Kelby'
    """
    width = sum(1 + (character >= "\u2e80") for character in title)
    head = _SUBTITLE.split(title)[0].strip()
    return head if width > _LONG_TITLE and len(tokens(head)) > 1 else title


def own_part(title: str, lang: str) -> str:
    """The first part in the language of a title in parts (page | site, English | 中文).

    >>> own_part("From the hill | 山上见闻", "zh"), own_part("Home | Kelby", "en")
    ('山上见闻', 'Home')
    """
    parts = _PARTS.split(title)
    own = [part for part in parts if (cjk_share(part) > 0.5) == (lang == "zh")]
    return (own or [title])[0]


def _first_line(document: Manuscript) -> str:
    """Of plain text, whose heading is a line like all others."""
    if len(document.blocks) < 2:
        return ""
    first, second = document.blocks[:2]
    short = first.kind is ElementKind.PARAGRAPH and 2 <= len(tokens(first.text)) <= 16
    longer = len(second.text) > 2 * len(first.text)
    return first.text if short and longer and not _ENDED.search(first.text) else ""


def question_form(heading: str, phrasing: Phrasing) -> str:
    """A heading that asks, with its mark; '' for one that does not."""
    if not heading or not phrasing.question_heading.match(heading):
        return ""
    return heading if heading[-1] in "?？" else f"{heading}？"
