"""Prompts as files: an id, a version, a hash; slots that hostile text cannot break out of.

A file `<name>.<lang>.toml` has `version`, `system`, `user`, and may have `[answer.<key>]` tables
(the JSON schema of each key of the answer; without any the answer is free text), `[words.<slot>]`
(how a slot's value is said in the language), `n_shots` and `[[shots]]` (the slots of an example
and its `answer`). `{slot}` in `system` and `user` is filled in; what stands in a slot cannot write
the tags of the user's text (`<passage>`), so it stays inside of them.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataflow.llm.base import Message
from schemas.errors import RecipeError
from schemas.ids import content_id, sha256_hex

OWN = Path(__file__).parent / "prompts"
"""The package's prompt files."""

SHOT_SETS = 4
"""Selections of examples that a template has: a server keeps what stands before a passage, and can
use it again only where few beginnings are in use."""

_SLOT = re.compile(r"\{(\w+)\}")
_TAG = re.compile(r"<\s{0,9}/?\s{0,9}([a-z_]+)\b[^<>]{0,200}>", re.IGNORECASE)
_ALWAYS = frozenset(("lang", "title"))
"""Slots that every prompt may use."""


class _File(BaseModel):
    """A prompt file as TOML gives it."""

    model_config = ConfigDict(extra="forbid", strict=True)
    version: int
    system: str = Field(min_length=1)
    user: str = Field(min_length=1)
    answer: dict[str, dict[str, Any]] = {}
    words: dict[str, dict[str, str]] = {}
    n_shots: int = Field(default=2, ge=0, le=20)
    shots: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Template:
    """A prompt file as read; `sha256` is that of the file."""

    name: str
    lang: str
    version: int
    sha256: str
    system: str
    user: str
    answer: Mapping[str, Mapping[str, Any]]
    words: Mapping[str, Mapping[str, str]]
    shots: Sequence[Mapping[str, Any]]
    n_shots: int

    @property
    def prompt_id(self) -> str:
        """Name, language and version."""
        return f"{self.name}.{self.lang}/{self.version}"

    @property
    def schema(self) -> str | None:
        """JSON schema of the answer, one object; None for free text."""
        if not self.answer:
            return None
        shape = {
            "type": "object", "properties": self.answer, "required": list(self.answer),
            "additionalProperties": False,
        }  # fmt: skip
        return json.dumps(shape)

    @property
    def slots(self) -> frozenset[str]:
        """Names of all that is filled in."""
        return frozenset(_SLOT.findall(self.system) + _SLOT.findall(self.user))

    def messages(self, slots: Mapping[str, str], pick: str) -> tuple[Message, ...]:
        """The conversation to send; `pick` decides which of four selections of examples is shown.

        All that differs between two requests comes last, but for what the system's text names.
        """
        found: list[Message] = [("system", self._filled(self.system, slots))]
        for shot in self._shown(pick):
            answer = shot["answer"]
            said = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
            shown = {name: str(value) for name, value in shot.items() if name != "answer"}
            found += [("user", self._filled(self.user, {**slots, **shown})), ("assistant", said)]
        found.append(("user", self._filled(self.user, slots)))
        return tuple(found)

    def _shown(self, pick: str) -> list[Mapping[str, Any]]:
        """The examples in an order of the template's own, beginning at one of four places."""
        order = sorted(
            range(len(self.shots)), key=lambda i: content_id("shot", self.name, self.lang, i)
        )
        chosen = int(content_id("shots", self.prompt_id, pick)[:8], 16) % SHOT_SETS
        start = chosen * len(order) // SHOT_SETS
        turned = order[start:] + order[:start]
        return [self.shots[index] for index in turned[: self.n_shots]]

    def _filled(self, text: str, slots: Mapping[str, str]) -> str:
        tags = {name.lower() for name in _TAG.findall(self.user)}

        def value(found: re.Match[str]) -> str:
            slot = found[1]
            if slot not in slots:
                raise RecipeError(f"prompt {self.prompt_id}: nothing is known for {{{slot}}}")
            said = self.words.get(slot, {}).get(slots[slot], slots[slot])
            return _TAG.sub(lambda tag: " " if tag[1].lower() in tags else tag[0], said)

        return _SLOT.sub(value, text).strip()


@dataclass(frozen=True, slots=True)
class Library:
    """The templates in use: those of the user's `folder`, and the package's for all others."""

    folder: str = ""

    def template(self, name: str, lang: str) -> Template:
        """The Chinese template for Chinese, else the English one, which asks for `lang`."""
        file = f"{name}.{'zh' if lang == 'zh' else 'en'}.toml"
        own = Path(self.folder) / file if self.folder else None
        return read_template(own if own is not None and own.is_file() else OWN / file)

    @property
    def identity(self) -> str:
        """Hash of every template that may be used; raises what `check` raises."""
        self.check()
        files = {path.name: path for path in sorted(OWN.glob("*.toml"))}
        files |= {path.name: path for path in self._own_files()}
        return content_id("prompts", *(read_template(path).sha256 for path in files.values()))

    def check(self) -> None:
        """Raises RecipeError for a file of the folder that cannot take its place.

        That is one that no prompt of the package is named like, or one that needs what the
        package's has no slot for, or asks for other keys of an answer.
        """
        known = [path.name for path in OWN.glob("*.toml")]
        for path in self._own_files():
            if path.name not in known:
                near = difflib.get_close_matches(path.name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "it takes the place of none"
                raise RecipeError(f"{path}: there is no prompt of this name; {hint}")
            mine, package = read_template(path), read_template(OWN / path.name)
            more = sorted(mine.slots - package.slots - _ALWAYS)
            if more:
                raise RecipeError(f"{path}: nothing is known for {{{more[0]}}}")
            if set(mine.answer) != set(package.answer):
                keys = ", ".join(package.answer) or "none: free text"
                raise RecipeError(f"{path}: [answer] must have the keys {keys}")

    def _own_files(self) -> list[Path]:
        return sorted(Path(self.folder).glob("*.toml")) if self.folder else []


def read_template(path: Path) -> Template:
    """The template in a file, read again when it has changed.

    Raises RecipeError that names the file and what is wrong with it.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise RecipeError(f"{path}: the prompt file cannot be read: {error.strerror}") from error
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _read(path: Path, mtime_ns: int, size: int) -> Template:
    try:
        raw = path.read_bytes()
        found = _File.model_validate(tomllib.loads(raw.decode("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RecipeError(f"{path}: {where}: {first['msg']}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise RecipeError(f"{path}: the prompt file cannot be read: {error}") from error
    name, _, lang = path.name.removesuffix(".toml").rpartition(".")
    template = Template(
        name, lang, found.version, sha256_hex(raw), found.system, found.user, found.answer,
        found.words, found.shots, found.n_shots,
    )  # fmt: skip
    for number, shot in enumerate(found.shots, 1):
        missing = sorted(set(_SLOT.findall(found.user)) - set(shot) - _ALWAYS)
        if not isinstance(shot.get("answer"), str | dict):
            raise RecipeError(f"{path}: shot {number} has no answer, a text or a table")
        if missing:
            raise RecipeError(f"{path}: shot {number} says nothing for {{{missing[0]}}}")
    return template


def prompt_hash(messages: Sequence[Message]) -> str:
    """SHA-256 of a conversation as sent."""
    return sha256_hex(json.dumps([list(m) for m in messages], ensure_ascii=True).encode())
