"""Questions that a sentence answers: what, when, where, why, how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataflow.evidence.spans import Span
from dataflow.evidence.wording import names, plain, tokens
from dataflow.sft.blocks import Block, sentences
from dataflow.sft.drafts import EXTRACTIVE, Draft
from dataflow.sft.rules.names import AGENT, PERSON, kinds
from dataflow.sft.rules.partial import goes_on
from dataflow.sft.rules.phrasing import Pattern
from dataflow.sft.rules.place import REDACTED, Place
from dataflow.sft.rules.words import word_spans
from schemas.document import ElementKind

_MAX_SENTENCE = 400
_ENDS = ".。！!"
_MAX_TERM = 4
_LOOKED_AT = 100_000
"""Characters of a document in which a word is looked for that may be written small."""
_SHOWS_NAMES = 1500
"""Characters of a document that would have a name within a sentence."""
_DEFINED = 3
"""Words of “the old terrace”, which can be defined; what “the soil” is, depends."""
_LEAST_PREDICATE = 4
_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?)\s+")
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
_ENUMERATION = re.compile(
    r"(?:an?|the|as)\s[^,]{1,60}\b(?:and|or)\s[^,]{1,60},\s|as\s|which\s|who\s"
)
_PERSON = re.compile(
    r"(?:[\w’'-]+\s){0,4}?(?:member|man|woman|king|queen|son|daughter|poet|writer|painter|singer|player"
    r"|teacher|leader|founder|ruler|soldier|officer|minister|actor|author|director|doctor|emperor"
    r"|sculptor|composer|professor|inventor|lawyer|farmer|banker|[a-z]{3,}(?:ist|ian|eer))\b"
)
_DATED = re.compile("[\\d一二三四五六七八九〇零]{2,4}年")
_ZH_PREDICATE = re.compile(
    "(?:受到|经常|常常|常被|很|加上|难以|被|遭|未|曾|并|能|可|是|有|为|成为|获|得到|令|使|导致|引起|造成|开始|进行)"
)
_HANGING = re.compile(r",\s(?:when|while|where|if|which|who|as)\b")
"""A clause without a main verb."""
_PAST = re.compile(r"\b(?:was|were|had|began|became|made|came|went|took|[a-z]{3,}ed)\b")
_ZH_ORDER = re.compile("(?:请|就|则|必须|应当|应该|应|要|可以|可|不要|不得|先|立即|须|把)")
_BARE_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")


def facts(place: Place) -> Iterator[Draft]:
    """A question for each sentence that fits a pattern of the section's language."""
    for block in place.section.blocks:
        if block.kind not in (ElementKind.PARAGRAPH, ElementKind.LIST_ITEM):
            continue
        for span in sentences(block, place.document.text):
            sentence = plain(place.cut(span))
            if not 8 <= len(sentence) <= _MAX_SENTENCE or sentence[-1] not in _ENDS:
                continue
            if REDACTED in sentence:
                continue
            yield from _abbreviations(place, sentence, span)
            for pattern in place.phrasing.patterns:
                asked = ask(pattern, sentence, place)
                if asked is None:
                    continue
                framed = _framed(place, pattern, asked[0], asked[2], block)
                if framed is not None:
                    yield Draft(
                        EXTRACTIVE, pattern.task, place.lang, framed[0], asked[1], (span,),
                        place.phrasing.rule(pattern.name), framed[1],
                    )  # fmt: skip
                    break


def ask(pattern: Pattern, sentence: str, place: Place) -> tuple[str, str, str] | None:
    """Question, answer and subject that the sentence yields under the pattern, if it does."""
    found = pattern.regex.match(sentence)
    if found is None:
        return None
    phrasing = place.phrasing
    slots = {name: value or "" for name, value in found.groupdict().items()}
    subject = slots[pattern.subject]
    if pattern.quoting:
        if not _clause_fits(subject, slots["reason"], place):
            return None
    elif _unfit(found, pattern, place) or (
        pattern.naming and not _somebody(slots[pattern.naming], place)
    ):
        return None
    if pattern.answer and not pattern.quoting and goes_on(found, pattern, phrasing.lang):
        return None
    if pattern.general and not _tells(subject, slots.get("rest", "")):
        return None
    if phrasing.lang == "en":
        slots[pattern.subject] = _inside(subject, place.document.text)
        slots["num"] = slots.get("num", "") + slots.get("scale", "")
        if "{conj}" in pattern.question:
            slots["conj"] = slots["conj"].lower()
    helper, _, base = phrasing.words.get(slots.get("verb", ""), "").partition(" ")
    slots |= {"do": helper, "base": base, "ask": _outcome(slots.get("reason", ""), place)}
    slots["which"] = _who(slots[pattern.subject], slots.get("rest", ""))
    parts = [slots[name] for name in pattern.answer if slots[name]]
    answer = pattern.glue.join(parts) if parts else sentence
    if pattern.quoting:
        answer = _as_sentence(answer, phrasing.lang)
    return pattern.question.format(**slots), answer, subject


def _unfit(found: re.Match[str], pattern: Pattern, place: Place) -> bool:
    """Whether a subject makes no sense alone, is too long, or a piece of a clause or word."""
    phrasing, subject = place.phrasing, found[pattern.subject]
    if phrasing.dependent.search(_ARTICLE.sub("", subject)) or _DATED.match(subject):
        return True
    if len(tokens(subject)) > phrasing.max_subject:
        return True
    if any(subject[a:b] in phrasing.clausal for a, b in word_spans(subject)):
        return True
    end, sentence = found.end(pattern.subject), found.string
    return any(  # unknown names are at times taken together with 有 or 是
        a < end < b and sentence[end:b] not in phrasing.clausal for a, b in word_spans(sentence)
    )


def _who(subject: str, rest: str) -> str:
    """How an English definition of the subject is asked for."""
    if not _ARTICLE.match(subject) and _PERSON.match(rest):
        return "Who"
    return "What" if re.match(r"[Tt]he\s[a-z]", subject) else "Who or what"


def _outcome(rest: str, place: Place) -> str:
    """What is asked of a condition: what to do where the rest is an order, else what happens."""
    order = place.phrasing.cues.instruct.match(rest[:1].upper() + rest[1:])
    if place.lang == "zh":
        return "该怎么做" if order or _ZH_ORDER.match(rest) else "会怎样"
    if order:
        return "should be done"
    return "happened" if _PAST.search(rest) else "happens"


def _somebody(name: str, place: Place) -> bool:
    """Whether the document uses the whole name as that of a person."""
    kind, _ = kinds(place.document.text[:_LOOKED_AT], place.lang).get(name, ("", 0))
    return kind in (PERSON, AGENT)


def _clause_fits(clause: str, rest: str, place: Place) -> bool:
    """Whether a clause of the passage can be quoted in a question, and the rest answers it.

    It must be a statement whose first word is known to be small within a sentence, and no part of
    an enumeration (if you measure a ditch, a spring or a pond, …).
    """
    lead, instruct = place.phrasing.lead, place.phrasing.cues.instruct
    if lead.match(clause) or lead.match(rest) or _ENUMERATION.match(rest):
        return False
    if place.lang != "en":
        begin, end = next(iter(word_spans(clause)), (0, 0))
        return (
            begin != end
            and not _ZH_PREDICATE.match(clause)
            and clause[end : end + 1] not in "了过着"
        )
    first = clause.split(" ", 1)[0]
    if _HANGING.search(clause):
        return False
    return not instruct.match(clause) and _inside(first, place.document.text) != first.capitalize()


def _tells(subject: str, rest: str) -> bool:
    """Whether a definition says something of a kind of thing, not of one at hand."""
    term = _ARTICLE.sub("", subject)
    if subject != term and subject[:1] in "Aa" and _BARE_NUMBER.search(term):
        return False
    first = re.split(r"[;:；：]", rest)[0]
    return len(tokens(term)) <= max(_MAX_TERM, 16 * (term[:1] > "\u2e80")) and (
        len(tokens(first)) >= _LEAST_PREDICATE
    )


def _framed(
    place: Place, pattern: Pattern, question: str, subject: str, block: Block
) -> tuple[str, str] | None:
    """The question and the passage that it needs to make sense, '' when it needs none.

    A question on a thing in general stands alone; one on a name or on “the tower” is given with
    its paragraph, or with the section's first ones. None where a thing without a name has none.
    """
    passage = place.passage(block)
    if pattern.quoting:
        return (question, passage) if passage else None
    definite = subject.lower().startswith("the ")
    if place.lang == "en":
        shown = _ARTICLE.sub("", _inside(subject, place.document.text))
        named = bool(names(f"the {shown}"))
        alone = named or (pattern.general and not definite)
    else:
        alone = pattern.general or _ZH_NAME.match(subject) is not None
    if alone and (pattern.general or not passage):
        return question, ""
    short = definite and len(subject.split()) < _DEFINED
    vague = pattern.task == "definition" and (short or _BARE_NUMBER.search(subject) is not None)
    if vague or re.match(r"[Aa]n?\s", subject):
        return None
    passage = passage or place.opening()
    if passage and place.cut((block.start, block.end)) in passage:
        return question, passage
    return None


def _as_sentence(answer: str, lang: str) -> str:
    """A clause as a sentence of its own."""
    answer = answer.strip().rstrip(".。；;，,")
    return f"{answer}。" if lang == "zh" else f"{answer[:1].upper()}{answer[1:]}."


def _inside(subject: str, text: str) -> str:
    """An English subject as it stands within a sentence.

    A first word that the document writes small elsewhere was capitalised by the sentence alone.
    """
    first, space, rest = subject.partition(" ")
    small = first[:1].lower() + first[1:]
    if small in _LOWERED:
        return f"{small}{space}{rest}"
    common = re.search(rf"(?<![\w.]){re.escape(small)}(?!\w)", text[:_LOOKED_AT]) is not None
    return f"{small}{space}{rest}" if common or _opened(first, rest, text) else subject


def _opened(first: str, rest: str, text: str) -> bool:
    """Whether nothing but its place gives a word its capital.

    Small words follow and, in a text that is long enough to show it, none is within a sentence.
    """
    if (
        len(text) < _SHOWS_NAMES
        or not rest
        or rest != rest.lower()
        or first[1:] != first[1:].lower()
    ):
        return False
    return re.search(rf"[\w,;] {re.escape(first)}\b", text[:_LOOKED_AT]) is None


_LOWERED = frozenset(
    {
        "the", "a", "an", "if", "all", "both", "each", "every", "no", "some", "many", "most",
        "few", "these", "those", "this", "that", "our", "your", "their", "his", "her", "my",
        "in", "on", "at", "by", "for", "from", "with", "to", "of", "as", "when", "while",
        "after", "before", "there", "nothing", "nearly", "almost", "only", "then", "one",
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "you", "we",
        "they",
    }
)  # fmt: skip


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
