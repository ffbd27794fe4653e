"""Rows about rows: why something was left out, at which level, by which stage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """What kind of thing a reject row is about."""

    FILE = "file"
    DOCUMENT = "document"
    CHUNK = "chunk"
    SAMPLE = "sample"


class StageName(StrEnum):
    """The stages of a run in their order."""

    INGEST = "ingest"
    PARSE = "parse"
    CLEAN = "clean"
    LANGUAGE = "language"
    SCORE = "score"
    BOILERPLATE = "boilerplate"
    FILTER = "filter"
    DECONTAMINATE = "decontaminate"
    DEDUP = "dedup"
    BALANCE = "balance"
    PASSAGES = "passages"
    CHUNK = "chunk"
    SFT = "sft"
    EMBED = "embed"
    PACK = "pack"


class Reason(StrEnum):
    """Why a row was rejected. Closed: each has a test that triggers it."""

    # bad input (counts towards the error budget)
    UNSUPPORTED_TYPE = "unsupported_type"
    EMPTY_FILE = "empty_file"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"
    OUTSIDE_INPUT = "outside_input"
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    ARCHIVE_BOMB = "archive_bomb"
    HOSTILE_XML = "hostile_xml"
    PARSE_FAILED = "parse_failed"
    PARSE_TIMEOUT = "parse_timeout"
    PARSE_CRASH = "parse_crash"
    PARSE_MEMORY = "parse_memory"
    MISSING_EXTRA = "missing_extra"
    INVALID_RECORD = "invalid_record"
    NO_TEXT = "no_text"
    # the same bytes twice in the input
    DUPLICATE_BYTES = "duplicate_bytes"
    # policy of the filter's rules
    WRONG_LANGUAGE = "wrong_language"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    MEAN_WORD_LENGTH_LOW = "mean_word_length_low"
    MEAN_WORD_LENGTH_HIGH = "mean_word_length_high"
    SYMBOL_RATIO = "symbol_ratio"
    BULLET_LINES = "bullet_lines"
    ELLIPSIS_LINES = "ellipsis_lines"
    FEW_ALPHABETIC_WORDS = "few_alphabetic_words"
    FEW_STOP_WORDS = "few_stop_words"
    DUPLICATE_LINES = "duplicate_lines"
    DUPLICATE_LINE_CHARACTERS = "duplicate_line_characters"
    TOP_NGRAM = "top_ngram"
    REPLACEMENT_CHARACTERS = "replacement_characters"
    HASH_MARKS = "hash_marks"
    ELLIPSES = "ellipses"
    BRACKETED = "bracketed"
    TOO_MANY_DIGITS = "too_many_digits"
    FEW_HAN_CHARACTERS = "few_han_characters"
    FEW_UNIQUE_WORDS = "few_unique_words"
    LOW_ENTROPY = "low_entropy"
    FEW_SENTENCES = "few_sentences"
    FEW_TERMINAL_LINES = "few_terminal_lines"
    SHORT_LINES = "short_lines"
    MANY_LINE_BREAKS = "many_line_breaks"
    MORE_LINES = "more_lines"
    LOREM_IPSUM = "lorem_ipsum"
    CURLY_BRACKETS = "curly_brackets"
    NOISE_WORDS = "noise_words"
    DUPLICATE_PARAGRAPHS = "duplicate_paragraphs"
    DUPLICATE_PARAGRAPH_CHARACTERS = "duplicate_paragraph_characters"
    DUPLICATE_NGRAMS = "duplicate_ngrams"
    UNSURE_LANGUAGE = "unsure_language"
    MIXED_LANGUAGE = "mixed_language"
    PERPLEXITY_LOW = "perplexity_low"
    PERPLEXITY_HIGH = "perplexity_high"
    TOXIC_WORDS = "toxic_words"
    PERSONAL_DATA = "personal_data"
    # overlap with an evaluation set
    CONTAMINATED = "contaminated"
    # policy of the deduplication
    EXACT_DUPLICATE = "exact_duplicate"
    NEAR_DUPLICATE = "near_duplicate"
    SEMANTIC_DUPLICATE = "semantic_duplicate"
    EARLIER_DUPLICATE = "earlier_duplicate"
    # nothing is left when what stands elsewhere too is cut out
    ONLY_BOILERPLATE = "only_boilerplate"
    ONLY_REPEATED_PASSAGES = "only_repeated_passages"
    # more than the recipe's share of a source, language, domain or length
    OVER_QUOTA = "over_quota"
    # samples
    LLM_FAILED = "llm_failed"
    MALFORMED_OUTPUT = "malformed_output"
    ANSWER_CUT = "answer_cut"
    BUDGET_EXHAUSTED = "budget_exhausted"
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_UNSUPPORTED = "evidence_unsupported"
    COPIES_SOURCE = "copies_source"
    NOT_NOVEL = "not_novel"
    SAMPLE_TOO_SHORT = "sample_too_short"
    SAMPLE_TOO_LONG = "sample_too_long"
    SAMPLE_WRONG_LANGUAGE = "sample_wrong_language"
    UNSUPPORTED_NUMBER = "unsupported_number"
    UNSUPPORTED_DATE = "unsupported_date"
    UNSUPPORTED_NAME = "unsupported_name"
    CONTRADICTS_SOURCE = "contradicts_source"
    WRONG_ANSWER = "wrong_answer"
    NOT_TEXTUAL = "not_textual"
    CONFLICTING_OUTPUTS = "conflicting_outputs"
    NOT_ANSWERABLE = "not_answerable"
    NOT_RETRIEVABLE = "not_retrievable"
    JUDGED_LOW = "judged_low"
    NOT_SELECTED = "not_selected"
    # sequences that may not be cut
    TOO_LONG_TO_PACK = "too_long_to_pack"


BAD_INPUT = frozenset(
    {
        Reason.UNSUPPORTED_TYPE, Reason.EMPTY_FILE, Reason.TOO_LARGE, Reason.UNREADABLE,
        Reason.OUTSIDE_INPUT, Reason.ENCRYPTED, Reason.CORRUPT, Reason.ARCHIVE_BOMB,
        Reason.HOSTILE_XML, Reason.PARSE_FAILED, Reason.PARSE_TIMEOUT, Reason.PARSE_CRASH,
        Reason.PARSE_MEMORY, Reason.MISSING_EXTRA, Reason.INVALID_RECORD, Reason.NO_TEXT,
    }
)  # fmt: skip
"""Reasons that count towards a run's error budget; all others are the recipe's own policy."""


@dataclass(frozen=True, slots=True)
class Reject:
    """One row of `rejects/`.

    `id` is the rejected thing's id at its level (for a file: the document id of its bytes, or of
    its path when they could not be read). `value` and `threshold` are the signal and the bound
    that decided, None where there is no number. `source` is the uri of the file.
    """

    id: str
    level: Level
    stage: StageName
    reason: Reason
    source: str
    detail: str = ""
    value: float | None = None
    threshold: float | None = None
