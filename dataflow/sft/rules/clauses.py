"""Questions on clauses of a passage: why, to what end, and what follows if."""

from __future__ import annotations

import re

from dataflow.evidence.wording import tokens
from dataflow.sft.rules.defined import DANGLING
from dataflow.sft.rules.phrasing import Pattern
from dataflow.sft.rules.place import Place
from dataflow.sft.rules.subjects import inside
from dataflow.sft.rules.words import without_subject, word_spans

_ENUMERATION = re.compile(
    r"(?:an?|the|as|your|my|his|her|their|our)\s[^,]{1,60},?\s(?:and|or)\s[^,]{1,60},\s|as\s|which\s|who\s"
)
_ZH_PREDICATE = re.compile(
    "(?:从而|进而|因而|故而|最后|首先|最终|终于|遂|乃|方才|受到|经常|常常|常被|很|加上|难以|被|遭|未|曾|并|能|可|是|有|为|成为|获|得到|令|使|导致|引起|造成|开始|进行)"
)
_HANGING = re.compile(r",\s(?:when|while|where|if|which|who|as)\b")
"""A clause without a main verb."""
_POINTS = {
    "en": re.compile(
        r"\b(?:this|these|those|it|its|them|they|their|he|she|him|his|her|we|us|our|I|my|here|there|below"
        r"|above|following|such|so)\b", re.IGNORECASE,
    ),
    "zh": re.compile(
        "[这那它牠该此]|[他她]们?|其(?!他|余|实|中)|我|咱|下面|上面|以下|以上|如下|上述|前者|后者"
    ),
}  # fmt: skip
"""What points to another sentence: quoted by itself, the clause would hang in the air."""
_AUXILIARY = r"(?:is|are|was|were|will|would|can|could|must|should|may|might)"
_STATEMENT = re.compile(
    rf"(?P<subj>(?:(?!{_AUXILIARY}\b)[\w’'-]+\s){{1,7}}?)(?P<aux>{_AUXILIARY}|cannot)\s(?P<rest>[^,]+)$"
)
_OF_CLAUSE = re.compile(
    r"\b(?:that|which|who|whom|whose|what|where|when|while|if|because|and|or|but|as|than)\b"
)
_PAST = re.compile(
    r"(?<!\bis\s)(?<!\bare\s)(?<!\bbe\s)(?<!\bbeen\s)(?<!\bnot\s)(?<!\bbeing\s)(?<!\bthe\s)(?<!\ba\s)(?<!\ban\s)"
    r"\b(?:was|were|had|began|became|made|came|went|took|left|found|saw|fell|rose|[a-z]{3,}ed)\b"
)
_PRESENT = re.compile(r"\b(?:is|are|has|have|does|do|can|may|must|will|should|remains?)\b")
_ORDER = re.compile(
    r"(?!(?:the|an?|it|if|this|that|no|not|and|or|both|all|in|on|at|by|for|with|most|some)\b)"
    r"[a-z]+(?<!s)(?<!ed)(?<![a-z]{3}ing)(?<!ly)\s(?:the|an?|your|all|any|each|it|them)\b"
)
"""A verb that orders, by what follows it."""
_NO_OUTCOME = re.compile(
    r"(?:including|such as|like|especially|particularly|even|not|let[’']?s|thank|welcome"
    r"|(?:don[’']t|do not)\s(?:worry|panic|be|forget|hesitate)|there\s(?:is|are|was|were|will))\b"
    r"|[^,]{1,60}\b(?:said|says?|allege[sd]|claim(?:s|ed)|argue[sd]|believes?|thinks?|thought|reported"
    r"|reports|suggests?|told|noted|wrote|wondered|asked|announced|warned|hopes?|feels?|felt)\b"
    r"|[^,]{1,60}?\b(?:is|are|was|were)\s(?:an?|the|no|not|so|too|very|more|less|like|about|in|on|at"
    r"|out|still|also|just|always|probably|likely|one|[a-z]+(?:ful|able|ible|ous|al|ive|less|ic))\b"
    r"|(?:who|what|why|how|where)\b",
    re.IGNORECASE,
)
"""What somebody said of it, the tail of the condition, a state: not what follows from it."""
_SPEAKER = re.compile(r"\b(?:I|we|me|my|our|us)\b", re.IGNORECASE)
_NO_CLAUSE = re.compile(
    r"(?:an?\s(?:few|while|couple|number|lot|year|day|week|month)|several|some|all|about|more)\b"
)
"""A length of time, no event."""
_LEAST_OUTCOME = 4
_YOU = re.compile(r"you\s(?P<modal>can|may|should|must)\b")
_MODAL = re.compile(r"[^,]{3,80}?\s(?P<modal>must|should|may|can)\sbe\s[a-z]+(?:ed|en|n|t)\b")
_ZH_ORDER = re.compile("(?:请|就|则|必须|应当|应该|应|要|可以|可|不要|不得|先|立即|须|把)")
_ZH_ORDER_LATER = re.compile("[，；](?:请|必须|应当|应该|应|须|要|立即|不要|不得)")
_ZH_MEANS = re.compile("(?:说明|表明|表示|意味着|通常是|一般是|多半是|往往是|可能是|可能|大多是)")
_ZH_RULING = "有什么规定"
_ZH_WHY = 26
"""Characters of a clause that may stand behind 为什么."""
_ZH_LEAST = 6
"""Characters of a clause that has a subject of its own; 因此失水最慢 has it before."""
_ZH_REASONS = frozenset(["因", "因其", "因此", "因而", "所以"])
"""What gives a reason within a clause, which 因为 before it would give twice."""
_ZH_AIM = re.compile("以便|好让|为的是|以免|免得")


def clause_fits(clause: str, rest: str, place: Place) -> bool:
    """Whether a clause of the passage can be quoted in a question, and the rest answers it.

    It must be a statement whose first word is known to be small within a sentence, and no part of
    an enumeration (if you measure a ditch, a spring or a pond, …).
    """
    if _POINTS[place.lang].search(clause):
        return False
    lead, instruct = place.phrasing.lead, place.phrasing.cues.instruct
    if lead.match(clause) or lead.match(rest) or _ENUMERATION.match(rest):
        return False
    if place.lang != "en":
        reasons = any(rest[a:b] in _ZH_REASONS for a, b in word_spans(rest))
        if reasons or re.search("因为|由于|[“「]", rest):
            return False
        begin, end = next(iter(word_spans(clause)), (0, 0))
        return (
            begin != end
            and not _ZH_PREDICATE.match(clause)
            and clause[end : end + 1] not in "了过着"
        )
    first = clause.split(" ", 1)[0]
    if _HANGING.search(clause) or DANGLING.search(clause):
        return False
    return not instruct.match(clause) and inside(first, place.document.text) != first.capitalize()


def question(pattern: Pattern, clause: str, conj: str, rest: str, place: Place) -> str:
    """The question on a clause to which `rest` is the answer; '' where none is sure to fit.

    An English statement with an auxiliary is turned round; else the passage is said to say it.
    """
    if pattern.task == "condition":
        return _what_if(pattern, clause, conj, rest, place)
    if place.lang == "zh":
        if pattern.task == "cause":
            if len(clause) < _ZH_LEAST or without_subject(clause):
                return ""
            short = len(clause) <= _ZH_WHY and "，" not in clause
            return place.word("why" if short else "says_cause", clause=clause)
        return place.word("says_aim" if _ZH_AIM.search(conj) else "says_result", clause=clause)
    turned = _turned(clause)
    if turned:
        return f"Why {turned}?"
    return place.word("says_cause" if pattern.task == "cause" else "says_aim", clause=clause)


def _turned(clause: str) -> str:
    """The clause in the order of a question, '' where its verb cannot be told.

    >>> _turned("the upper weir will receive a second sensor")
    'will the upper weir receive a second sensor'
    """
    found = _STATEMENT.match(clause)
    if found is None or _OF_CLAUSE.search(found["subj"]):
        return ""
    aux, rest = found["aux"], found["rest"]
    if rest.startswith("not ") or aux == "cannot":
        rest = f"not {rest.removeprefix('not ')}"
    return f"{'can' if aux == 'cannot' else aux} {found['subj'].strip()} {rest}"


def _what_if(pattern: Pattern, clause: str, conj: str, rest: str, place: Place) -> str:
    if pattern.name == "ruling":
        return pattern.question.format(subj=clause, ask=_ZH_RULING)
    asked = _zh_outcome(rest) if place.lang == "zh" else _outcome(clause, conj, rest, place)
    return pattern.question.format(subj=clause, conj=conj, ask=asked) if asked else ""


def _zh_outcome(rest: str) -> str:
    """What is asked of a Chinese condition: what it means, what to do, what happens."""
    means, order = _ZH_MEANS.match(rest), _ZH_ORDER_LATER.search(rest)
    if means:
        cause = "说明什么" if means[0] in ("说明", "表明", "表示", "意味着") else "可能是什么原因"
        return f"{cause}，该怎么做" if order else cause
    return "该怎么做" if _ZH_ORDER.match(rest) or order else "会怎样"


def _outcome(clause: str, conj: str, rest: str, place: Place) -> str:
    """What is asked of an English condition; '' where the tenses of the two do not agree."""
    if _NO_OUTCOME.match(rest) or _SPEAKER.search(f"{clause} {rest}"):
        return ""
    if _NO_CLAUSE.match(clause) or len(tokens(rest)) < _LEAST_OUTCOME:
        return ""
    if place.phrasing.cues.instruct.match(rest[:1].upper() + rest[1:]) or _ORDER.match(rest):
        return "should be done"
    you = _YOU.match(rest)
    if you:
        return f"{you['modal']} you do"
    modal = _MODAL.match(rest)
    if modal:
        return f"{modal['modal']} be done"
    past = bool(_PAST.search(clause)), bool(_PAST.search(rest))
    if any(past):
        now = _PRESENT.search(clause) or _PRESENT.search(rest)
        unlike = past[0] != past[1] and conj not in ("after", "before")
        return "" if now or unlike else "happened"
    future = re.search(r"\b(will|would)\b", rest)
    return f"{future[1]} happen" if future else "happens"


def answer(conj: str, rest: str, pattern: Pattern, lang: str) -> str:
    """The rest of the sentence as a sentence of its own, which says how it answers.

    >>> from dataflow.sft.rules.english import PATTERNS
    >>> cause = next(one for one in PATTERNS if one.name == "cause")
    >>> answer("since", "oil was cheap", cause, "en")
    'Because oil was cheap.'
    """
    rest = rest.strip().rstrip(".。；;，,")
    if lang == "zh":
        opening = {"cause": "因为", "purpose": conj}.get(pattern.task, "")
        return f"{opening}{rest}。"
    if pattern.task != "condition":
        rest = f"{'because' if pattern.task == 'cause' else conj} {rest}"
    return f"{rest[:1].upper()}{rest[1:]}."
