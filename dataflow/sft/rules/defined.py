"""What can be defined: terms and names, not whatever stands before a form of `be`."""

from __future__ import annotations

import re

from dataflow.evidence.wording import tokens
from dataflow.sft.rules.names import AGENT, PERSON, SURNAMES, kinds
from dataflow.sft.rules.subjects import LOOKED_AT

ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?)\s+")
BARE_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")
_MAX_TERM = 4
_LEAST_PREDICATE = 4
_OPINION = re.compile(
    r"(?:[\w-]+\s){0,2}(?:thing|idea|matter|question|problem|pleasure|shame|pity|mistake|sign|must|step"
    r"|way|nuisance|story|help|fact|reason|result|reminder|chance|choice|option|challenge|failure"
    r"|success|start|beginning|end|time|moment|day|year|place|point|bit|lot|part|piece|joke|dream|hit"
    r"|symbol|favou?rite|priority|concern|disaster|mess|blow|win|victory|goal|aim|plan|key|phenomenon|phenomena|consequence|cause|source|effect|effort)s?\b"
)
"""What says how somebody takes a thing, or where it stands among others, not what it is."""
_JUDGED = re.compile(
    r"(?:(?:very|really|truly|quite|pretty|such|rather|so)\s)?(?:good|great|best|better|worst|bad|perfect"
    r"|excellent|important|big|bigger|huge|nice|terrible|horrible|wonderful|fantastic|amazing|awesome"
    r"|beautiful|lovely|cool|fun|easy|hard|difficult|simple|safe|useful|smart|solid|number\sone|main|true"
    r"|real|common|growing|new|welcome|clear|crucial|critical|vital|essential|serious|popular)\b"
)
"""An adjective of judgement or standing at the head of the predicate."""
_GENUS = re.compile(
    r"\b(?:that|which|who|whose|where|of|for|used|made|found|in|with|on|by|from|to|consisting|involving"
    r"|containing|based|[a-z]{3,}(?:ed|ing)\s(?:in|by|to|for|from|on|at|with))\b"
)
"""A definition tells the kind of a thing and what sets it apart from others of the kind."""
_PERSON = re.compile(
    r"(?:[\w’'-]+\s){0,4}?(?:member|man|woman|king|queen|son|daughter|poet|writer|painter|singer|player"
    r"|teacher|leader|founder|ruler|soldier|officer|minister|actor|actress|author|director|doctor"
    r"|emperor|sculptor|composer|professor|inventor|lawyer|farmer|banker|felon|senator|lawmaker"
    r"|candidate|president|secretary|chairman|chairwoman|chief|executive|analyst|researcher|reporter"
    r"|editor|manager|coach|spokesman|spokeswoman|spokesperson|attorney|prosecutor|judge|driver"
    r"|fellow|graduate|student|entrepreneur|veteran|resident|photographer|dancer|drummer|rapper|chef"
    r"|nurse|surgeon|engineer|architect|officer|commissioner|administrator|partner|strategist|scientist|advocate|adviser|advisor|owner|head|representative|economist|historian|curator|critic|activist|vice\spresident|governor|mayor|diplomat|quarterback"
    r"|[a-z]{3,}(?:ist|ian|eer|ologist))\b"
)
_GERUND = re.compile(r"[A-Za-z]+ing\s\S")
_PARTICIPLE = re.compile(r"^(?:gone|done|[a-z]+ed)$", re.IGNORECASE)
"""“Gone is the keyboard”: turned round."""
_MEASURED = re.compile(r"(?:[\w-]+\s){0,2}\d")
DANGLING = re.compile(
    r"\b(?:the|an?|of|for|to|in|and|or|with|by|at|on|from|as|than|more|its|but|not|so|about|into|also"
    r"|just|even|still|both|each|every|only|very|too)$",
    re.IGNORECASE,
)
"""Ends a piece of a phrase, no phrase."""
_OF_PERSON = re.compile("(?:者|家|员|人|师|将领|皇帝|国王|选手|歌手|博士)$")
_HAN_PERSON = re.compile("[\u4e00-\u9fff]·[\u4e00-\u9fff]|^[\u4e00-\u9fff]{2,4}$")


def person_told(rest: str) -> bool:
    """Whether an English predicate says that its subject is a person."""
    return _PERSON.match(rest) is not None


def somebody(name: str, text: str, lang: str) -> bool:
    """Whether the document uses the whole name as that of a person."""
    kind, _ = kinds(text[:LOOKED_AT], lang).get(name, ("", 0))
    return kind in (PERSON, AGENT)


def asks_for(subject: str, rest: str, text: str) -> str:
    """Who or What, as an English definition of the subject is asked for; '' where that is unsure.

    A name that is a surname in the text is a person's; one of a person whose predicate does not
    say so is not asked for.
    """
    name = ARTICLE.sub("", subject)
    if name == subject and person_told(rest):
        return "Who"
    surname = re.search(rf"\b[A-Z][a-z]+(?:\s[A-Z]\.)?\s{re.escape(name)}\b", text[:LOOKED_AT])
    if name == subject and (somebody(name, text, "en") or (surname and " " not in name)):
        return ""
    return "What"


def name_of(term: str, text: str) -> bool:
    """Whether a term is a name: capitals behind its first word, or within sentences of the text."""
    first, _, more = term.partition(" ")
    if re.search(r"\b[A-Z]", more) or re.search(r"[A-Z0-9]", first[1:]):
        return True
    return re.search(rf"[a-z,;] {re.escape(first)}\b", text[:LOOKED_AT]) is not None and (
        first[:1].isupper()
    )


def definable(subject: str, rest: str, be: str, text: str, *, definite: bool) -> bool:
    """Whether an English subject is a term or name that the predicate defines.

    `definite` says that the predicate begins with `the`: that tells which one it is, and only
    defines what has a name. Terms in general are defined in the present.
    """
    term = ARTICLE.sub("", subject)
    if _GERUND.match(subject) or DANGLING.search(subject) or _OPINION.match(rest):
        return False
    if _JUDGED.match(rest) or len(tokens(term)) > _MAX_TERM:
        return False
    if subject != term and subject[:1] in "Aa" and BARE_NUMBER.search(term):
        return False
    named = name_of(term, text)
    first = re.split(r"[;:]", rest)[0]
    size = len(tokens(first))
    if named:
        return size >= _LEAST_PREDICATE - 1
    if size < _LEAST_PREDICATE or be not in ("is", "are") or definite or _PARTICIPLE.search(term):
        return False
    told = _GENUS.search(first) is not None and not _MEASURED.match(rest)
    return told and not subject.lower().startswith("the ")


def meant(subject: str, sentence: str) -> bool:
    """Whether a word is said to stand for something: what a deed means is no definition."""
    if _GERUND.match(subject) or DANGLING.search(subject):
        return False
    said = re.search(r"\s(?:refers to|denotes|is defined as|stands for)\s", sentence) is not None
    return said or subject[:1] in '“"‘' or (" " not in subject and not subject.endswith("ing"))


def definable_zh(subject: str, rest: str) -> bool:
    """Whether a Chinese subject is a term: the predicate is long enough, the term short enough."""
    first = re.split("[；：]", rest)[0]
    return len(tokens(subject)) <= 16 and len(tokens(first)) >= _LEAST_PREDICATE


def han_person(subject: str, text: str) -> bool:
    """Whether a Chinese subject may be asked for with 谁: a person's name by its form or use."""
    if not _HAN_PERSON.search(subject):
        return False
    return "·" in subject or subject[0] in SURNAMES or somebody(subject, text, "zh")


def of_person(rest: str) -> bool:
    """Whether a Chinese predicate ends in a word for people: 见证者 may be one of a tree."""
    return _OF_PERSON.search(rest.rstrip("。")) is not None
