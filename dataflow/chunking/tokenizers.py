"""Tokenizers behind one seam: counting without a model, bytes, or a `tokenizer.json` on disk.

Nothing is ever downloaded: a tokenizer is either built in or a file the user names.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import xxhash
from numpy.typing import NDArray

from schemas.errors import MissingExtraError, UsageError
from schemas.ids import content_id, sha256_hex

if TYPE_CHECKING:
    from tokenizers import Tokenizer as RustTokenizer

HAN_KANA_HANGUL = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003fffd"
"""Scripts written without spaces, as the inside of a regular expression's character class."""

UNICODE_TOKEN = re.compile(
    f"[{HAN_KANA_HANGUL}]|[^\\W\\d_{HAN_KANA_HANGUL}]{{1,12}}|\\d{{1,3}}"
    "|-{1,16}|={1,16}|_{1,16}|[.]{1,16}|[*]{1,16}|#{1,16}|[^\\w\\s]"
)
"""Rules and dot leaders count as one token for 16 marks, as in common vocabularies: the line under
a table's header would weigh more than the header otherwise."""


class Tokenizer(Protocol):
    """Text <-> token numbers. `hash` identifies the vocabulary, so it belongs in cache keys."""

    @property
    def name(self) -> str:
        """What `get_tokenizer` was asked for."""
        ...

    @property
    def hash(self) -> str:
        """Id of the algorithm and vocabulary, 32 hexadecimal digits."""
        ...

    def encode(self, texts: list[str]) -> list[NDArray[np.int32]]:
        """Token numbers of each text, without special tokens."""
        ...

    def decode(self, tokens: Sequence[int] | NDArray[np.int32]) -> str:
        """The text of these tokens."""
        ...

    def count(self, texts: list[str]) -> list[int]:
        """Number of tokens of each text."""
        ...


@dataclass(frozen=True, slots=True)
class UnicodeTokenizer:
    """Counts words, numbers, punctuation marks and single CJK characters; needs no vocabulary.

    Words are counted in pieces of at most 12 letters and numbers in pieces of 3 digits, so a cap
    in these tokens bounds characters too. The WordPiece vocabulary of all-MiniLM-L6-v2 gives 1.02
    to 1.05 times this number on English and 1.00 times on Chinese text (43 k and 400 k tokens).
    Numbers from `encode` are stable 31-bit hashes: good for comparing, not for training.

    >>> UnicodeTokenizer().count(["It costs 1,250.", "价格是 5 元。"])
    [6, 6]
    """

    name: str = "unicode"
    hash: str = field(default=content_id("tokenizer", "unicode", 1))

    def encode(self, texts: list[str]) -> list[NDArray[np.int32]]:
        """A 31-bit hash for each piece."""
        return [
            np.array(
                [
                    xxhash.xxh32_intdigest(token.encode("utf-8", "surrogatepass")) >> 1
                    for token in UNICODE_TOKEN.findall(text)
                ],
                dtype=np.int32,
            )
            for text in texts
        ]

    def decode(self, tokens: Sequence[int] | NDArray[np.int32]) -> str:
        """Raises UsageError: hashes have no text."""
        raise UsageError(
            f"the tokenizer 'unicode' only counts; {len(tokens)} tokens cannot be decoded. "
            "Use 'bytes' or 'hf:<path to tokenizer.json>'"
        )

    def count(self, texts: list[str]) -> list[int]:
        """Pieces of each text."""
        return [len(UNICODE_TOKEN.findall(text)) for text in texts]


@dataclass(frozen=True, slots=True)
class ByteTokenizer:
    """UTF-8 bytes, 0..255: reversible for every string, lone surrogates included.

    >>> tokenizer = ByteTokenizer()
    >>> tokenizer.decode(tokenizer.encode(["中文 text"])[0])
    '中文 text'
    """

    name: str = "bytes"
    hash: str = field(default=content_id("tokenizer", "bytes", 1))

    def encode(self, texts: list[str]) -> list[NDArray[np.int32]]:
        """Bytes of each text."""
        return [
            np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.int32)
            for text in texts
        ]

    def decode(self, tokens: Sequence[int] | NDArray[np.int32]) -> str:
        """The text; U+FFFD where a cut fell inside a character."""
        raw = np.asarray(tokens, dtype=np.uint8).tobytes()
        try:
            return raw.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace")

    def count(self, texts: list[str]) -> list[int]:
        """Bytes of each text."""
        return [len(text.encode("utf-8", "surrogatepass")) for text in texts]


@dataclass(frozen=True, slots=True)
class FileTokenizer:
    """A `tokenizer.json` in the format of the Rust `tokenizers` library."""

    name: str
    hash: str
    _model: RustTokenizer

    def encode(self, texts: list[str]) -> list[NDArray[np.int32]]:
        """Token numbers; lone surrogates, which the library refuses, are encoded as `?`."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        found = self._model.encode_batch_fast(clean, add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in found]

    def decode(self, tokens: Sequence[int] | NDArray[np.int32]) -> str:
        """The text, special tokens included."""
        return str(self._model.decode([int(token) for token in tokens], skip_special_tokens=False))

    def count(self, texts: list[str]) -> list[int]:
        """Number of tokens of each text."""
        return [len(tokens) for tokens in self.encode(texts)]


@dataclass(frozen=True, slots=True)
class ContentTokenizer:
    """A `tokenizer.json` for texts that are not trusted: no control token arises from them."""

    name: str
    hash: str
    _model: RustTokenizer
    _control: frozenset[int]
    """Tokens that must not arise; the one for unknown characters may."""

    def encode(self, texts: list[str]) -> list[NDArray[np.int32]]:
        """Token numbers; raises UsageError where a single character is a control token."""
        clean = [text.encode("utf-8", "replace").decode() for text in texts]
        found = self._model.encode_batch_fast(clean, add_special_tokens=False)
        ids = [encoding.ids for encoding in found]
        for place, tokens in enumerate(ids):
            if not self._control.isdisjoint(tokens):
                ids[place] = self._cut(clean[place])
        return [np.array(tokens, dtype=np.int32) for tokens in ids]

    def decode(self, tokens: Sequence[int] | NDArray[np.int32]) -> str:
        """The text, special tokens included."""
        return str(self._model.decode([int(token) for token in tokens], skip_special_tokens=False))

    def count(self, texts: list[str]) -> list[int]:
        """Number of tokens of each text."""
        return [len(tokens) for tokens in self.encode(texts)]

    def _cut(self, text: str) -> list[int]:
        """Tokens of a text in which the vocabulary itself spells control tokens.

        Models over whole vocabularies (Unigram) do, whatever is said of special tokens: the text
        is cut behind the first character of each such place.
        """
        (encoding,) = self._model.encode_batch([text], add_special_tokens=False)
        tokens: list[int] = []
        start = 0
        for token, (left, right) in zip(encoding.ids, encoding.offsets, strict=True):
            if token in self._control:
                if right - left < 2:
                    known = self._model.id_to_token(token)
                    raise UsageError(f"{self.name}: {text[left:right]!r} is the token {known!r}")
                tokens += self._spelled(text[start : left + 1])
                start = left + 1
        return tokens + self._spelled(text[start:])

    def _spelled(self, text: str) -> list[int]:
        found = self._model.encode(text, add_special_tokens=False)
        if self._control.isdisjoint(found.ids):
            return list(found.ids)
        return self._cut(text)


def content_tokenizer(tokenizer: Tokenizer, marks: Sequence[str]) -> Tokenizer:
    """`tokenizer` for what stands between `marks`: neither they nor special tokens arise from it.

    Added tokens that are not special, as runs of spaces are in some vocabularies, stay what they
    are unless a mark holds them. A tokenizer without special tokens is returned as it is.
    """
    if not isinstance(tokenizer, FileTokenizer):
        return tokenizer
    from tokenizers import Tokenizer as RustTokenizer

    state = json.loads(tokenizer._model.to_str())
    unknown = {state["model"].get("unk_token"), _unknown_piece(state["model"])}
    control = set()
    for token in state["added_tokens"]:
        token["special"] |= any(token["content"] in mark for mark in marks)
        if token["special"] and token["content"] not in unknown:
            control.add(int(token["id"]))
    model = RustTokenizer.from_str(json.dumps(state))
    model.encode_special_tokens = True
    model.no_padding()
    model.no_truncation()
    return ContentTokenizer(tokenizer.name, tokenizer.hash, model, frozenset(control))


def _unknown_piece(model: dict[str, Any]) -> str | None:
    """The token for unknown characters of a Unigram model, which names it by its place."""
    place = model.get("unk_id")
    return None if place is None else str(model["vocab"][place][0])


def get_tokenizer(name: str) -> Tokenizer:
    """The tokenizer `unicode`, `bytes` or `hf:<path to tokenizer.json>`.

    Raises UsageError for any other name or a file that is none, MissingExtraError when `hf:` is
    asked for and the package `tokenizers` is absent.
    """
    if name == "unicode":
        return UnicodeTokenizer()
    if name == "bytes":
        return ByteTokenizer()
    if name.startswith("hf:"):
        path = Path(name.removeprefix("hf:"))
        try:
            state = path.stat()
        except OSError as error:
            raise UsageError(f"{path} is not a tokenizer.json: {error!r}") from error
        return _from_file(name, path, (state.st_mtime_ns, state.st_ctime_ns, state.st_size))
    raise UsageError(
        f"unknown tokenizer {name!r}: use 'unicode', 'bytes' or 'hf:<path to tokenizer.json>'"
    )


@lru_cache(maxsize=8)
def _from_file(name: str, path: Path, state: tuple[int, int, int]) -> FileTokenizer:
    """The tokenizer in the file, read again when the file's `state` is another one."""
    try:
        raw = path.read_bytes()
        model = json.loads(raw)["model"]["type"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not a tokenizer.json: {error!r}") from error
    # Threads inside the library warn, or hang, after a fork; the pool above is parallel already.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from tokenizers import Tokenizer as RustTokenizer
    except ImportError as error:
        raise MissingExtraError("tokenizers", "embed", f"the {model} tokenizer {path}") from error
    tokenizer = RustTokenizer.from_str(raw.decode("utf-8"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return FileTokenizer(name, content_id("tokenizer", "hf", sha256_hex(raw)), tokenizer)
