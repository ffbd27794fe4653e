"""English patterns and wordings of the rules backend."""

from __future__ import annotations

import re

from dataflow.sft.rules.cues_en import CUES
from dataflow.sft.rules.phrasing import Pattern, Phrasing
from dataflow.sft.rules.wordings_en import WORDINGS
from dataflow.sft.rules.wordings_prose import PROSE

_SUBJECT = r"(?P<subj>(?:(?P<det>[Tt]he|[Aa]n?)\s)?[^\s,;:.!?()\[\]|][^,;:.!?()\[\]|]{1,58}?)"
_TERM = r"(?P<subj>(?:(?P<det>[Tt]he|[Aa]n?)\s)?[^\s,;:.!?()\[\]|][^,;:.!?()\[\]|]{0,48}?)"
_ALIAS = r"(?:\s\([^()]{1,40}\))?"
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATE = rf"(?:{_MONTH}\s\d{{1,2}},\s\d{{4}}|(?:\d{{1,2}}\s)?{_MONTH}\s\d{{4}}|[12]\d{{3}})(?!\w)"
_QUALIFIER = (
    r"(?:(?P<qual>about|approximately|around|exactly|roughly|nearly|almost|more than|less than"
    r"|over|under|at least|at most|up to)\s)?"
)
_COUNT = (
    r"(?P<num>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve)(?P<scale>\s(?:hundred|thousand|million|billion))?"
)
_UNIT = (
    r"(?P<unit>(?:cubic\s|square\s)?(?:milli|centi|kilo)?(?:metres?|meters?|grams?|litres?|liters?)"
    r"|mm|cm|m|km|kg|g|t|tonnes?|tons?|miles?|feet|foot|inches|inch|yards?|pounds?|ounces?"
    r"|seconds?|minutes?|hours?|days?|weeks?|months?|years?|degrees?)"
)
_PLACE = (
    r"(?P<where>(?!(?:in|on|at)\s(?:the\s)?(?:first|last|early|late|spring|summer|autumn|winter"
    r"|night|noon|\d|[A-Z][a-z]+day))(?:in|on|at|near|between|beside|behind|above|below|under"
    r"|outside|inside|along|next\sto|in\sfront\sof|north\sof|south\sof|east\sof|west\sof)\s[^,;:.!?()]{3,80}?)"
    r"(?=[.,;]?$|[.,;]\s|\sand\s[a-z]+(?:s|ed)\s)"
)
_PEOPLE = (
    r"(?P<who>(?!The\s|An?\s|In\s|It\s|This\s)[A-Z][\w’'-]+(?:\s(?:[A-Z]\.|de|van|von|of|the|[A-Z][\w’'-]+)){0,3}\s?"
    r"[A-Z][\w’'-]+)"
)
_CLAUSE = r"(?P<subj>[A-Z][^;:!?()]{14,160}?)"
_SAID = r"(?P<reason>[^;:!?]{8,220}?)[.]$"
_MADE = (
    r"founded|built|created|established|born|published|released|opened|completed|introduced"
    r"|discovered|invented|launched|signed|written|elected|adopted|constructed|formed|abolished"
    r"|closed|destroyed|renamed|registered|approved|first\spublished|first\sreleased"
)
_DONE = r"[a-z]{3,}ed|held|made|given|taken|sold|bought|sent|led|set|begun|cut|won|lost|moved"

PATTERNS = (
    Pattern(
        "definition", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}\s(?P<be>is|are)\s(?:an?|any|one\sof\sthe|the(?!\s(?:most|least|only|first|second|last|same|main|best|[a-z]{{3,}}est)\b))\s(?P<rest>.{{12,}})$"
        ),
        "{which} {be} {subj}?", general=True,
    ),
    Pattern(
        "past_definition", "definition",
        re.compile(rf"{_TERM}{_ALIAS}\s(?P<be>was|were)\s(?:an?|the)\s(?P<rest>.{{12,}})$"),
        "{which} {be} {subj}?",
    ),
    Pattern(
        "meaning", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}\s(?:refers\sto|means|denotes|is\sdefined\sas|stands\sfor)\s"
            r"(?P<rest>.{8,})$"
        ),
        "What is meant by {subj}?", general=True,
    ),
    Pattern(
        "when", "date",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>was|were)\s(?P<made>{_MADE}|{_DONE})(?P<mid>(?:\s(?!in\s[12]\d{{3}}|on\s)"
            rf"[^\s,;.!?()]+){{0,8}}?)\s(?:in|on)\s(?P<when>{_DATE})"
        ),
        "When {be} {subj} {made}{mid}?", answer=("when",),
    ),
    Pattern(
        "how_many", "number",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>has|have|had|contains?|contained|includes?|included|employs?)\s"
            rf"{_QUALIFIER}{_COUNT}\s(?P<noun>(?!percent|per\scent|of\b)[a-z][a-z-]*(?:\s(?!and\b"
            r"|or\b|which\b|that\b|in\b|on\b|with\b|for\b|of\b|per\b|at\b|from\b|to\b|by\b|as\b"
            r"|is\b|are\b)[a-z][a-z-]*){0,3})(?=[.,;]?$|[.,;]\s|\s(?:and|which|that|in|on|with|for"
            r"|per|at|from|to|by|as)\s)"
        ),
        "How many {noun} {do} {subj} {base}?", answer=("qual", "num", "noun"),
    ),
    Pattern(
        "how_adjective", "number",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>is|was|are|were)\s{_QUALIFIER}{_COUNT}\s{_UNIT}\s"
            r"(?P<adj>tall|long|wide|high|deep|old|thick)\b"
        ),
        "How {adj} {be} {subj}?", answer=("qual", "num", "unit"),
    ),
    Pattern(
        "how_much", "number",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>costs?|weighs?|weighed)\s{_QUALIFIER}"
            r"(?P<num>(?:[$€£]\s?)?\d[\d,.]*\d|(?:[$€£]\s?)?\d)"
            r"(?P<scale>\s(?:hundred|thousand|million|billion))?"
            r"(?:\s(?P<unit>[a-z]{1,12}))?(?=[.,;]?$|[.,;]\s|\s)"
        ),
        "How much {do} {subj} {base}?", answer=("qual", "num", "unit"),
    ),
    Pattern(
        "cause", "cause",
        re.compile(
            rf"{_CLAUSE}(?<!\bis)(?<!\bwas)(?<!\bnot),?(?P<cut>\s(?:simply|partly|mainly|mostly))?\s"
            rf"(?P<conj>because(?!\sof)|(?<=,\s)since)\s{_SAID}"
        ),
        "The passage says that {subj}. What reason does it give?", answer=("conj", "reason"),
        quoting=True,
    ),
    Pattern(
        "aim", "purpose",
        re.compile(rf"{_CLAUSE},?\s(?P<conj>so\sthat|in\sorder\sto)\s{_SAID}"),
        "The passage says that {subj}. What does it give as the purpose or the result?",
        answer=("conj", "reason"), quoting=True,
    ),
    Pattern(
        "condition", "condition",
        re.compile(rf"If\s(?P<subj>[^,;:!?]{{8,120}}),\s(?:then\s)?{_SAID}"),
        "According to the passage, what {ask} if {subj}?",
        answer=("reason",), quoting=True,
    ),
    Pattern(
        "occasion", "condition",
        re.compile(rf"(?P<conj>When|Before|After)\s(?![a-z]+ing\s[^,]*[a-z]ed\s)(?P<subj>[^,;:!?]{{8,120}}),\s{_SAID}"),
        "According to the passage, what {ask} {conj} {subj}?",
        answer=("reason",), quoting=True,
    ),
    Pattern(
        "place", "place",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>is|are|was|were)\s(?P<made>located|situated|kept|stored|buried"
            rf"|mounted|installed)\s{_PLACE}"
        ),
        "Where {be} {subj} {made}?", answer=("where",),
    ),
    Pattern(
        "made_where", "place",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>is|are|was|were)\s(?P<made>born|raised|educated|held|based|filmed"
            r"|recorded|produced|manufactured|headquartered|stationed|found|grown|spoken|set)\s"
            r"(?P<where>(?:in|at|near)\s(?:the\s)?[A-Z][\w’'-]+(?:[ -](?:of\s)?[A-Z][\w’'-]+){0,3})"
            r"(?=[.,;]?$|[.,;]\s|\s(?:and|in|on|until|from|where|by|during|for)\s)"
        ),
        "Where {be} {subj} {made}?", answer=("where",),
    ),
    Pattern(
        "there_are", "number",
        re.compile(
            rf"There\s(?P<be>are|were)\s{_QUALIFIER}{_COUNT}\s(?P<noun>[a-z][a-z-]*(?:\s(?!and\b|or\b|in\b"
            r"|on\b|at\b|of\b|for\b|to\b|who\b|that\b|which\b)[a-z][a-z-]*){0,2})\s"
            r"(?P<prep>in|on|at|along|inside|between)\s(?P<subj>(?:the\s)?[^,;:.!?()]{3,50}?)(?=[.,;]?$|[.,;]\s)"
        ),
        "How many {noun} {be} there {prep} {subj}?", answer=("qual", "num", "noun"),
    ),
    Pattern(
        "named", "name",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>is|are|was|were)\s(?P<also>(?:also|commonly|often|sometimes|formerly"
            r"|originally|officially|locally)\s)?(?P<made>known\sas|called|named)\s"
            r"(?P<what>(?!after\b|for\b|in\b|by\b|upon\b|on\b|off\b|to\b)[^,;:.!?()]{3,50}?)(?=[.,;]?$|[.,;]\s)"
        ),
        "What {be} {subj} {also}{made}?", answer=("what",),
    ),
    Pattern(
        "stands", "place",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>stands?|stood|lies|hangs?)\s{_PLACE}"
        ),
        "Where {do} {subj} {base}?", answer=("where",),
    ),
    Pattern(
        "purpose", "purpose",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>is|are|was|were)\s(?P<made>used|needed|meant|intended|designed"
            r"|built|required(?=\sfor))\s(?P<what>(?:to(?!\sbe\b)|for)\s[^,;:.!?()]{4,120}?)(?=[.,;]?$|[.,;]\s)"
        ),
        "What {be} {subj} {made} for?", answer=("what",),
    ),
    Pattern(
        "by_whom", "person",
        re.compile(rf"{_SUBJECT}\s(?P<be>was|were)\s(?P<made>{_MADE}|designed|led|painted)\sby\s{_PEOPLE}"),
        "By whom {be} {subj} {made}?", answer=("who",),
    ),
    Pattern(
        "who", "person",
        re.compile(
            rf"{_PEOPLE}\s(?P<verb>keeps|manages|leads|directs|runs|founded|invented|wrote|designed"
            r"|discovered|built|led|directed|published|introduced|developed|proposed|painted|composed|won"
            r"|created|established|commanded|succeeded|coined|produced|edited|translated|opened|bought"
            r"|sold|defeated|wrote|drew|measured|recorded|measures|reads|checks|teaches|taught)\s"
            r"(?P<subj>(?:the|an?|its)\s[^,;:.!?()]{3,60}?)(?=[.,;]?$|[.,;]\s|\s(?:and|in|on|at|which)\s)"
        ),
        "Who {verb} {subj}?", answer=("who",),
    ),
    Pattern(
        "how_long", "number",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>takes?|took|lasts?|lasted)\s{_QUALIFIER}"
            r"(?P<num>(?:\d[\d,.]*|[a-z]+(?:-[a-z]+)?))\s"
            r"(?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
        ),
        "How long {do} {subj} {base}?", answer=("qual", "num", "unit"),
    ),
    Pattern(
        "area", "number",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>covers?|covered)\s{_QUALIFIER}{_COUNT}\s"
            r"(?P<unit>hectares?|acres?|square\s(?:kilo)?met(?:re|er)s?|square\smiles?|ha|km²|m²)"
        ),
        "How large an area {do} {subj} {base}?", answer=("qual", "num", "unit"),
    ),
    Pattern(
        "comparison", "comparison",
        re.compile(
            rf"{_SUBJECT}\s(?P<verb>is|are|was|were|lies|grows|runs|lasts|costs|weighs|takes)\s"
            r"[^,;:]{0,40}?\b(?:(?:more|less)\s[a-z]+|higher|lower|larger|smaller|longer|shorter"
            r"|older|younger|faster|slower|heavier|lighter|cheaper|deeper|wider|colder|warmer"
            r"|better|worse|earlier|later|stronger|weaker)\s[^,;:]{0,30}?than\s"
            r"(?P<other>(?:the|an?|that\sof|those\sof)\s[^,;:.!?()]{3,50})(?=[.,;]?$|[.,;]\s)"
        ),
        "How {do} {subj} compare with {other}?",
    ),
)  # fmt: skip
"""In the order in which they are tried; the first that holds makes the sentence's question."""

_STOP = (
    "the a an of in on at to for from by with and or but not is are was were be been being it its "
    "this that these those as than then so if when which who what how where why we you they he she "
    "i our your their his her can could may might must should will would has have had do does did "
    "no one all any some more most very also only just about into over under out up down after "
    "before"
)
_EMPTY = (
    "untitled|document|index|contents|table of contents|introduction|summary|abstract|conclusion"
    "|conclusions|references|appendix|overview|notes|note|preface|acknowledgements|bibliography"
    "|see also|external links|further reading|miscellaneous|general|other|details|background"
)

ENGLISH = Phrasing(
    lang="en",
    patterns=PATTERNS,
    templates=WORDINGS | PROSE["en"],
    dependent=re.compile(
        r"^(?:it|this|that|these|those|there|here|he|she|they|we|you|i|what|which|who|one|each|another"
        r"|such|all|some|many|most|both|if|when|while|as|in|on|at|for|with|by|from|to|after|before"
        r"|although|because|since|however|but|and|or|so|then|thus|its|their|our|your|his|her|my|not"
        r"|only|where|why|how|nothing|everything|none|neither|either|no|also|today|now)\b"
        r"|\b(?:it|its|this|these|those|they|their|we|our|you|your|above|below|following|former"
        r"|latter|same|there|here|that|which|who|whose|where|because|whether|is|are|was|were|has"
        r"|have|had|will|would|can|could|should|may|might|must|did|does)\b",
        re.IGNORECASE,
    ),
    lead=re.compile(
        r"(?:it|this|that|these|those|he|she|they|we|but|and|or|so|however|therefore|thus"
        r"|moreover|furthermore|also|then|see|note|figure|table|for example)\b",
        re.IGNORECASE,
    ),
    question_heading=re.compile(r".{6,}\?$"),
    empty_titles=frozenset(_EMPTY.split("|")),
    words={
        "has": "does have", "have": "do have", "had": "did have",
        "contains": "does contain", "contain": "do contain", "contained": "did contain",
        "includes": "does include", "include": "do include", "included": "did include",
        "employs": "does employ", "employ": "do employ",
        "costs": "does cost", "cost": "do cost",
        "stands": "does stand", "stand": "do stand", "stood": "did stand", "lies": "does lie",
        "hangs": "does hang", "hang": "do hang", "is": "does be", "are": "do be", "was": "did be",
        "were": "did be", "grows": "does grow", "runs": "does run",
        "takes": "does take", "take": "do take", "took": "did take",
        "lasts": "does last", "last": "do last", "lasted": "did last",
        "covers": "does cover", "cover": "do cover", "covered": "did cover",
        "weighs": "does weigh", "weigh": "do weigh", "weighed": "did weigh",
    },
    max_subject=8,
    cues=CUES,
    stop=frozenset(_STOP.split()),
)  # fmt: skip
