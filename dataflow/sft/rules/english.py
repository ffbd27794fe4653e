"""English patterns and wordings of the rules backend."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Pattern, Phrasing

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
_MADE = (
    r"founded|built|created|established|born|published|released|opened|completed|introduced"
    r"|discovered|invented|launched|signed|written|elected|adopted|constructed|formed|abolished"
    r"|closed|destroyed|renamed|registered|approved|first\spublished|first\sreleased"
)

PATTERNS = (
    Pattern(
        "definition", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}\s(?P<be>is|are)\s(?:an?|the|any|one\sof\sthe)\s(?P<rest>.{{12,}})$"
        ),
        "What {be} {subj}?",
    ),
    Pattern(
        "past_definition", "definition",
        re.compile(rf"{_TERM}{_ALIAS}\s(?P<be>was|were)\s(?:an?|the)\s(?P<rest>.{{12,}})$"),
        "Who or what {be} {subj}?",
    ),
    Pattern(
        "meaning", "definition",
        re.compile(
            rf"{_TERM}{_ALIAS}\s(?:refers\sto|means|denotes|is\sdefined\sas|stands\sfor)\s"
            r"(?P<rest>.{8,})$"
        ),
        "What is meant by {subj}?",
    ),
    Pattern(
        "when", "date",
        re.compile(
            rf"{_SUBJECT}\s(?P<be>was|were)\s(?P<made>{_MADE})(?P<mid>(?:\s(?!in\s[12]\d{{3}}|on\s)"
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
)  # fmt: skip
"""In the order in which they are tried; the first that holds makes the sentence's question."""

TEMPLATES = {
    "table": ("What is the {column} of {row}?", "Which {column} does {row} have?"),
    "table_in": (
        "According to the table in “{place}”, what is the {column} of {row}?",
        "In the table on “{place}”, which {column} is given for {row}?",
        "Look up the {column} of {row} in the table of “{place}”.",
    ),
    "list": (
        "List the points given under “{heading}”.",
        "Which items belong to “{heading}”?",
        "What does the list “{heading}” contain?",
    ),
    "list_in": (
        "List the points that “{title}” gives under “{heading}”.",
        "In “{title}”, which items belong to “{heading}”?",
    ),
    "section": (
        "What does the section “{heading}” say?",
        "Quote what is written under “{heading}”.",
        "What is there to know about “{heading}”?",
    ),
    "section_in": (
        "What does “{title}” say under “{heading}”?",
        "What is there to know about “{heading}” according to “{title}”?",
        "Give the passage on “{heading}” from “{title}”.",
    ),
    "title": (
        "Suggest a title for the following text.",
        "What would be a fitting title for this text?",
        "Give the text below a short title.",
    ),
    "summary": (
        "State the main point of the following passage in one of its own sentences.",
        "Which sentence of this passage sums it up?",
        "Pick the sentence that introduces the passage below.",
    ),
    "write_section": (
        "Write a passage headed “{heading}”.",
        "Compose a short text on “{heading}”.",
        "Draft the section “{heading}” of a document.",
    ),
    "write_section_in": (
        "Write the section “{heading}” of a document called “{title}”.",
        "For a text titled “{title}”, write the part headed “{heading}”.",
        "Draft the passage on “{heading}” that belongs into “{title}”.",
        "Explain “{heading}” in the context of “{title}”.",
    ),
}

_EMPTY = (
    "untitled|document|index|contents|table of contents|introduction|summary|abstract|conclusion"
    "|conclusions|references|appendix|overview|notes|note|preface|acknowledgements|bibliography"
    "|see also|external links|further reading|miscellaneous|general|other|details|background"
)

ENGLISH = Phrasing(
    lang="en",
    patterns=PATTERNS,
    templates=TEMPLATES,
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
        "weighs": "does weigh", "weigh": "do weigh", "weighed": "did weigh",
    },
    max_subject=8,
)  # fmt: skip
