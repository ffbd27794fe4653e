"""Questions that a sentence answers: what, when, where, why, how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import longest_run, names, tokens
from dataflow.sft.blocks import Block
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.clauses import answer, clause_fits, question
from dataflow.sft.rules.defined import (
    ARTICLE,
    BARE_NUMBER,
    DANGLING,
    asks_for,
    definable,
    definable_zh,
    han_person,
    meant,
    of_person,
    somebody,
)
from dataflow.sft.rules.partial import goes_on
from dataflow.sft.rules.phrasing import Pattern
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.subjects import inside, plural
from dataflow.sft.rules.whole import balanced, plain_whole, whole, whole_sentences, wide
from dataflow.sft.rules.words import own_word, word_spans
from schemas.document import ElementKind
from schemas.ids import content_id

_MAX_SENTENCE = 400
_COPIED = {"en": 8, "zh": 16}
"""Tokens (Han characters) in a row of a question that a full sentence would only repeat."""
_QUOTED = 4
_LEAST_TO_CHOOSE = 3
"""Sentences of a passage among which one is to be found."""
_MARKS = " ,;:，；：、.。"
_AT_HAND = re.compile(
    r".{1,60}?\s(?:is|are)\sthe\s|[^.]{1,50}\s(?:or|and)\s[^.]{1,30}\s(?:is|are)\s"
)
"""Definitions of one thing at hand (storage is the mean of the readings), or of two."""
_ENDS = ".。！!"
_TOLD = re.compile("[的是在将把用以有]")
"""What is called something is described first: of a bare name it is another name only."""
_ZH_CAUSE = re.compile("因(?![素子此而])")
_FOOTNOTE = re.compile(r"\[\^[^\]\n]{1,20}\]")
_DEFINED = 3
"""Words of “the old terrace”, which can be defined; what “the soil” is, depends."""
_ZH_NAME = re.compile(
    r"[\u4e00-\u9fff]{2,}(?:站|山|河|江|湖|海|岛|港|市|县|省|镇|村|国|州|大学|学院|公司|集团|馆|桥|塔|铁路"
    r"|机场|寺|宫|党|委员会|协会|运河|溪|人)$"
)
_ABBREVIATED = re.compile(
    r"(?P<full>(?:[A-Za-z][\w’'-]*[\s-]){1,7}[A-Za-z][\w’'-]*)\s?\((?P<short>[A-Z][A-Za-z]{1,7})s?\)"
)
_ZH_ABBREVIATED = re.compile(
    r"(?:^|(?<=[，。；：、“《\s]))(?P<full>(?!还有|即|例如|比如|以及|或称|又称)(?:(?![归由被和与的在对向从是为把将于及至到经给让受])[\u4e00-\u9fff]){3,16})"
    r"[（(](?:[A-Za-z ,，-]{4,60}[,，]\s?)?(?:简称|以下简称)?"
    r"(?P<short>[A-Z](?=[a-z0-9-]{0,4}[A-Z])[A-Za-z0-9-]{1,9})[）)]"
)
_SMALL_WORDS = frozenset("of the and for in on to a an de la at by with".split())  # noqa: SIM905
_DATED = re.compile("[\\d一二三四五六七八九〇零]{2,4}年")


def facts(place: Place) -> Iterator[Draft]:
    """A question for each sentence that fits a pattern of the section's language."""
    for block in place.section.blocks:
        if block.kind not in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM):
            continue
        for span in whole_sentences(block, place.document.text):
            written = _FOOTNOTE.sub("", plain_whole(place.cut(span)))
            sentence = wide(written, place.lang)
            if not 8 <= len(sentence) <= _MAX_SENTENCE or sentence[-1] not in _ENDS:
                continue
            if REDACTED in sentence or not whole(sentence):
                continue
            yield from _abbreviations(place, sentence, span)
            for pattern in place.phrasing.patterns:
                asked = ask(pattern, sentence, place)
                if asked is None or asked[1][0] in _MARKS:
                    continue
                framed = _framed(place, pattern, asked, block)
                if framed is not None:
                    quoting = _as_quote(place, pattern, framed, written, span)
                    yield quoting or Draft(
                        EXTRACTIVE, pattern.task, place.lang, framed[0], asked[1], (span,),
                        place.phrasing.rule(pattern.name), framed[1],
                    )  # fmt: skip
                    break


def _as_quote(
    place: Place, pattern: Pattern, framed: tuple[str, str], sentence: str, span: Span
) -> Draft | None:
    """For one in four questions: the sentence that answers, to be quoted from its passage.

    None for those on clauses, which quote most of it already, and without a passage to look in.
    """
    asked, passage = framed
    chosen = int(content_id("quote", place.seed, sentence)[:4], 16) % _QUOTED == 0
    many = len(re.findall(r"[.](?=\s|$)|[。！]", passage)) >= _LEAST_TO_CHOOSE
    if pattern.quoting or not chosen or not many or "passage" in asked or "文" in asked:
        return None
    return Draft(
        EXTRACTIVE, "quote", place.lang, place.word("quote", question=asked), sentence, (span,),
        place.phrasing.rule("quote"), passage,
    )  # fmt: skip


def ask(pattern: Pattern, sentence: str, place: Place) -> tuple[str, str, str] | None:
    """Question, answer and subject that the sentence yields under the pattern, if it does."""
    found = pattern.regex.match(sentence)
    if found is None:
        return None
    phrasing = place.phrasing
    slots = {name: value or "" for name, value in found.groupdict().items()}
    subject = slots[pattern.subject]
    if pattern.quoting:
        return _of_clause(pattern, found, place)
    if _unfit(found, pattern, place) or (
        pattern.naming and not somebody(slots[pattern.naming], place.document.text, phrasing.lang)
    ):
        return None
    if pattern.answer and goes_on(found, pattern, phrasing.lang):
        return None
    which = _defines(pattern, found, place)
    if pattern.task == "definition" and not which:
        return None
    slots[pattern.subject] = subject.strip("“”「」『』")
    if phrasing.lang == "en":
        slots[pattern.subject] = inside(subject, place.document.text)
        slots["num"] = slots.get("num", "") + slots.get("scale", "")
    helper, _, base = phrasing.words.get(slots.get("verb", ""), "").partition(" ")
    if slots.get("verb") == "cost" and not plural(subject):
        helper = "did"  # of one thing, “cost” is in the past
    slots |= {"do": helper, "base": base}
    slots["which"] = which
    question = pattern.question.format(**slots)
    if not balanced(question):
        return None
    parts = [slots[name] for name in pattern.answer if slots[name]]
    if not parts:
        return question, sentence, subject
    whole = f"{sentence[: found.end()].rstrip(_MARKS)}{'。' if phrasing.lang == 'zh' else '.'}"
    near = longest_run(tokens(question), tokens(whole)) >= _COPIED[phrasing.lang]
    return question, pattern.glue.join(parts) if near else whole, subject


def _of_clause(pattern: Pattern, found: re.Match[str], place: Place) -> tuple[str, str, str] | None:
    """Question, answer and subject where the subject is a clause and the rest answers it."""
    slots = {name: value or "" for name, value in found.groupdict().items()}
    clause, rest, conj = slots[pattern.subject], slots["reason"], slots.get("conj", "").lower()
    if conj and place.lang == "zh" and not own_word(found.string, *found.span("conj")):
        return None
    if not clause_fits(clause, rest, place):
        return None
    shown = inside(clause, place.document.text) if place.lang == "en" else clause
    asked = question(pattern, shown, conj, rest, place)
    return (asked, answer(conj, rest, pattern, place.lang), clause) if asked else None


def _unfit(found: re.Match[str], pattern: Pattern, place: Place) -> bool:
    """Whether a subject makes no sense alone, is too long, or a piece of a clause or word."""
    phrasing, subject = place.phrasing, found[pattern.subject]
    if phrasing.dependent.search(ARTICLE.sub("", subject)) or _DATED.match(subject):
        return True
    if phrasing.lang == "en" and DANGLING.search(subject):
        return True
    if len(tokens(subject)) > phrasing.max_subject or _ZH_CAUSE.search(subject):
        return True
    if any(subject[a:b] in phrasing.clausal for a, b in word_spans(subject)):
        return True
    end, sentence = found.end(pattern.subject), found.string
    return any(  # unknown names are at times taken together with 有 or 是
        a < end < b and sentence[end:b] not in phrasing.clausal for a, b in word_spans(sentence)
    )


def _defines(pattern: Pattern, found: re.Match[str], place: Place) -> str:
    """The word that asks for the subject of a definition (Who, What), '' where it defines nothing.

    Of the other patterns nothing is asked here. In Chinese, what is said to be somebody must be
    used as a person's name elsewhere in the text too.
    """
    if pattern.task != "definition":
        return ""
    subject, rest = found[pattern.subject], found.groupdict().get("rest") or ""
    if place.lang != "en":
        if pattern.name == "plain_person" and not han_person(subject, place.document.text):
            return ""
        if pattern.name == "plain_definition" and of_person(re.split("[，。；]", rest)[0]):
            return ""
        if pattern.name == "called" and (
            not _TOLD.search(rest) or rest.count("（") > rest.count("）")
        ):
            return ""
        fits = not pattern.general or definable_zh(subject, rest)
        return "什么" if fits else ""
    if pattern.name == "meaning":
        return "What" if meant(subject, found[0]) else ""
    be = found.groupdict().get("be") or ""
    definite = re.search(r"\b(?:is|are|was|were)\sthe\s$", found.string[: found.start("rest")])
    shown = inside(subject, place.document.text)
    if not definable(shown, rest, be, place.document.text, definite=definite is not None):
        return ""
    return asks_for(shown, rest, place.document.text)


def _framed(
    place: Place, pattern: Pattern, asked: tuple[str, str, str], block: Block
) -> tuple[str, str] | None:
    """The question and the passage that it needs to make sense, '' when it needs none.

    A question on a thing in general stands alone; one on a name or on “the tower” is given with
    its paragraph, or with the section's first ones. None where a thing without a name has none.
    """
    asks, said, subject = asked
    passage = place.passage(block) or place.window(block)
    if pattern.quoting:
        return (asks, passage) if passage else None
    definite = subject.lower().startswith("the ")
    if place.lang == "en":
        shown = ARTICLE.sub("", inside(subject, place.document.text))
        named = bool(names(f"the {shown}"))
        alone = named or (pattern.general and not definite and not _AT_HAND.match(said))
    else:
        alone = pattern.general or _ZH_NAME.match(subject) is not None
    if alone and (pattern.general or not passage):
        return asks, ""
    short = definite and len(subject.split()) < _DEFINED
    vague = pattern.task == "definition" and (short or BARE_NUMBER.search(subject) is not None)
    if vague or re.match(r"[Aa]n?\s", subject):
        return None
    passage = passage or place.opening()
    if passage and place.cut((block.start, block.end)) in passage:
        return asks, passage
    return None


def _abbreviations(place: Place, sentence: str, span: Span) -> Iterator[Draft]:
    """What an abbreviation in brackets behind its full form stands for."""
    regex = _ZH_ABBREVIATED if place.lang == "zh" else _ABBREVIATED
    for found in regex.finditer(sentence):
        full = found["full"] if place.lang == "zh" else _spelled_out(found["full"], found["short"])
        if full:
            yield Draft(
                EXTRACTIVE, "abbreviation", place.lang,
                place.word("abbreviation", short=found["short"]), full, (span,),
                place.phrasing.rule("abbreviation"),
            )  # fmt: skip


def _spelled_out(full: str, short: str) -> str:
    """The last words of `full` whose initials are `short`, '' when there are none.

    >>> _spelled_out("by the World Health Organization", "WHO")
    'World Health Organization'
    """
    found = re.split(r"[\s-]+", full)
    letters = short.casefold()
    for start in range(len(found)):
        tail = found[start:]
        all_initials = "".join(word[:1] for word in tail).casefold()
        initials = "".join(w[:1] for w in tail if w.casefold() not in _SMALL_WORDS).casefold()
        if letters in (all_initials, initials) and tail[0].casefold() not in _SMALL_WORDS:
            return full[len(full) - len(" ".join(tail)) :]
    return ""
