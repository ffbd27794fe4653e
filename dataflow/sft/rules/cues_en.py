"""English words that show what a passage does."""

from __future__ import annotations

import re

from dataflow.sft.rules.phrasing import Cues

CUES = Cues(
    compare=re.compile(
        r"\b(?:than(?! (?:\d|an? |one|two|three|half))|whereas|compared|unlike|in contrast|twice as"
        r"|as \w+ as|the former)\b",
        re.IGNORECASE,
    ),
    reason=re.compile(
        r"\b(?:because|(?<=, )since(?! \d)|therefore|hence|consequently|as a result|owing to|due to"
        r"|so that|leads? to|the reason)\b", re.IGNORECASE,
    ),
    instruct=re.compile(
        r"(?:^|(?<=[.!?:;]\s)|(?<=\n))(?:\d+\.\s|[-*]\s)?(?:use|take|turn|read|write|open|close|put|press"
        r"|click|select|choose|set|add|remove|check|test|make|keep|run|install|wait|call|send|hold"
        r"|repeat|look|note|stand|do not|never|always|please|ring|fill|cut|mix|measure|create)\b"
        r"|\b(?:you (?:should|must|need to|have to)|(?:should|must) be [a-z]+ed)\b", re.IGNORECASE,
    ),
    theory=re.compile(
        r"\$[^$\n]{2,}\$|\b(?:theorem|model|hypothesis|equation|proof|defined as|exponent|constant"
        r"|coefficient|assum(?:e|es|ing|ption))\b", re.IGNORECASE,
    ),
    request=re.compile(
        r"\b(?:please|could you|can you|would you|kindly)\b|^(?:Do not|Don[’']t|Make sure)\b",
        re.IGNORECASE,
    ),
    greeting=re.compile(r"(?:Dear|Hello|Hi|Good (?:morning|afternoon|evening))\b.{0,60}[,:!]?$"),
    abstract=re.compile(r"(?:executive )?(?:summary|abstract)$|^in brief$", re.IGNORECASE),
    ordinal=re.compile(
        r"(?P<one>First(?:ly)?)\b|(?P<two>Second(?:ly)?)\b|(?P<three>Third(?:ly)?)\b"
        r"|(?P<more>Fourth(?:ly)?|Fifth(?:ly)?|Finally|Lastly)\b"
    ),
    total=re.compile(
        r"\b(?:totals?|sum|overall|average|mean|median)\b|^(?:all|(?:whole |full )?year)$",
        re.IGNORECASE,
    ),
)  # fmt: skip
